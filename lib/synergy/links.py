"""Who drives whom in the estimated system: coefficients, responses and prediction, as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pvar import granger_tests
from synergy.dictionary import published_table
from synergy.system import NAMES, Interaction, SystemEstimate, orderings

#: Years after a shock that responses and variance shares are read at.
HORIZON = 6
#: Level of the tests of a coefficient and of a link.
SIGNIFICANT = 0.10


class Cell(NamedTuple):
    """One estimated coefficient with its z-value."""

    value: float
    z: float


def coefficients(here: Interaction) -> pd.DataFrame:
    """Every lag coefficient, as table 4 prints it and as the panel gives it.

    Returns
    -------
    DataFrame
        By link ("劳动力素质 → 就业环境"): the columns of table 4, `cross` (between two variables),
        `printed` (as the paper prints it, with stars), a `Cell` for each key of `here.main`, and
        what holds under all of these: `same` sign as printed, `firm` (significant at 10 %).
    """
    places = pd.MultiIndex.from_product([here.variables] * 2, names=["equation", "regressor"])
    facts = published_table(4).set_index(places.names).loc[places].reset_index()
    facts.index = pd.Index(link_names(facts["regressor"], facts["equation"]))
    facts["cross"] = facts["equation"] != facts["regressor"]
    facts["printed"] = [
        f"{row['coefficient']:.{row['decimals']}f}{'*' * row['stars']}"
        for row in facts.to_dict("records")
    ]
    sign = np.sign(facts["coefficient"].to_numpy())
    facts["same"] = _under_all(here, lambda e: np.sign(e.dynamics.ravel()) == sign)
    facts["firm"] = _under_all(here, lambda e: e.results.p_values.ravel() < SIGNIFICANT)
    for key, e in here.main.items():
        pairs = zip(e.dynamics.flat, e.results.z_values.flat, strict=True)
        facts[key] = [Cell(*pair) for pair in pairs]
    return facts


def _under_all(here: Interaction, test: Callable[[SystemEstimate], np.ndarray]) -> np.ndarray:
    """Where a test of every coefficient holds under all main options; None without any."""
    found = [test(e) for e in here.main.values()]
    holds: np.ndarray = np.logical_and.reduce(found or [np.full(len(here.variables) ** 2, None)])
    return holds


def link_names(causes: Iterable[str], effects: Iterable[str]) -> list[str]:
    """Chinese names of links from causes to effects, for instance "人工智能 → 劳动报酬"."""
    pairs = zip(causes, effects, strict=True)
    return [f"{NAMES[cause]} → {NAMES[effect]}" for cause, effect in pairs]


def response_clarity(here: Interaction) -> pd.DataFrame:
    """How well the 95 % bands tell responses between variables from zero.

    Returns
    -------
    DataFrame
        By title of the main estimates: of `total` responses one year to `HORIZON` years after a
        shock how many are `clear` of zero pointwise, and the share of draws that is `unstable`.
    """
    between = ~np.eye(len(here.variables), dtype=bool)
    facts = {}
    for e in here.main.values():
        bands = e.draws.bands(horizon=HORIZON)
        clear = ((bands.lower > 0) | (bands.upper < 0))[1:, between]
        facts[e.title] = (clear.size, clear.sum(), e.share_explosive)
    return pd.DataFrame.from_dict(facts, orient="index", columns=["total", "clear", "unstable"])


def share_spans(here: Interaction, impulse: str, response: str) -> pd.DataFrame:
    """How far a variance share after `HORIZON` years moves with the ordering.

    Returns
    -------
    DataFrame
        By title of the main estimates: `low` and `high` over the `orderings` on offer; empty
        where the panel lacks one of the variables.
    """
    facts = {}
    if {impulse, response} <= set(here.variables):
        place = HORIZON, here.variables.index(response), here.variables.index(impulse)
        for e in here.main.values():
            shares = [
                e.results.responses("fevd", horizon=HORIZON, order=order).values[place]
                for order in orderings(here.variables).values()
            ]
            facts[e.title] = (min(shares), max(shares))
    return pd.DataFrame.from_dict(facts, orient="index", columns=["low", "high"])


def granger_frame(here: Interaction) -> pd.DataFrame:
    """Every link under both main options.

    Returns
    -------
    DataFrame
        Columns `option`, `title`, `cause`, `effect`, `link`, `p` and `chi2` of the Wald test
        (Granger 1969), `coefficient`.
    """
    found = [_granger(key, e) for key, e in here.main.items()]
    columns = ["option", "title", "cause", "effect", "link", "p", "chi2", "coefficient"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _granger(key: str, found: SystemEstimate) -> pd.DataFrame:
    tests = granger_tests(found.results).drop("ALL", level="excluded")
    facts = tests.rename_axis(["effect", "cause"]).reset_index()
    places = facts[["effect", "cause"]].map(found.variables.index).to_numpy()
    return facts.assign(
        option=key,
        title=found.title,
        link=link_names(facts["cause"], facts["effect"]),
        coefficient=found.dynamics[places[:, 0], places[:, 1]],
    )
