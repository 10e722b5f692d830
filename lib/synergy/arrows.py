"""Which arrows of table 4 does a panel support where nothing hangs on weak instruments?

Least squares needs no instruments; Anderson and Rubin's test uses them and stays right however
weak they are. Beside them, what another origin of the scale does to the GMM estimate. The
functions return facts; the chapter says them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from pvar import PanelVARError, least_squares
from pvar.design import Correction, TimeEffects
from pvar.linalg import Array, BoolArray
from synergy.links import SIGNIFICANT, coefficients
from synergy.system import DRAWS, OPTIONS, SEED, Interaction, System, estimated

if TYPE_CHECKING:
    from pvar import Draws
    from synergy.system import SystemEstimate


@dataclass(frozen=True)
class LinearOption:
    """One way to estimate the system by least squares."""

    title: str
    time_effects: TimeEffects
    correction: Correction | None


LINEAR: Mapping[str, LinearOption] = MappingProxyType(
    {
        "within": LinearOption("最小二乘", "none", None),
        "within-year": LinearOption("最小二乘，去年份均值", "demean", None),
        "jackknife": LinearOption("半面板刀切", "none", "half-panel-jackknife"),
        "jackknife-year": LinearOption("半面板刀切，去年份均值", "demean", "half-panel-jackknife"),
    }
)
#: The two that are drawn: common years out, with and without the correction.
DRAWN = ("within-year", "jackknife-year")


@dataclass(frozen=True, eq=False)
class LinearSystem(System):
    """An estimate by least squares with its wild bootstrap of provinces.

    Attributes
    ----------
    p_values : array (m, m)
        Of each lag coefficient being zero, by the bootstrap-t: provinces are few and unequal, so
        that normal critical values would find too much.
    """

    draws: Draws
    p_values: Array = field(kw_only=True)

    def intervals(self) -> tuple[Array, Array]:
        """95 % bounds of the lag coefficients by the bootstrap-t, each (m, m)."""
        return self.draws.intervals(method="bootstrap-t")

    @property
    def firm(self) -> BoolArray:
        """Which lag coefficients are significant at `SIGNIFICANT`, (m, m)."""
        return self.p_values < SIGNIFICANT


class Tested(NamedTuple):
    """One coefficient with the p-value of its being zero."""

    value: float
    p: float


# --- least squares ----------------------------------------------------------------------------


def least_squares_of(here: Interaction) -> dict[str, LinearSystem]:
    """Least squares by the keys of `LINEAR`; those that the panel does not allow are left out."""
    found = {}
    for key, option in LINEAR.items():
        try:
            found[key] = _least_squares(here, option)
        except PanelVARError:
            continue
    return found


def _least_squares(here: Interaction, option: LinearOption) -> LinearSystem:
    with warnings.catch_warnings(action="ignore"):
        results = least_squares(
            here.frame,
            here.variables,
            time_effects=option.time_effects,
            correction=option.correction,
        )
        draws = results.bootstrap(DRAWS, seed=SEED, kind="wild")
    system = option.title, results.variables, results.dynamics, results.sigma
    return LinearSystem(*system, draws, p_values=draws.p_values().to_numpy().T)


def links_tested(here: Interaction, linear: Mapping[str, LinearSystem]) -> pd.DataFrame:
    """Every lag coefficient under least squares beside what table 4 prints.

    Returns
    -------
    DataFrame
        By link: the columns of `links.coefficients`, a `Tested` for each key of `linear`, under
        how many of them it is significant (`found`), significant and positive (`rising`), and
        significant with the printed sign (`as_printed`).
    """
    facts = coefficients(here)
    sign = np.sign(facts["coefficient"].to_numpy())
    count = dict.fromkeys(("found", "rising", "as_printed"), np.zeros(len(facts), dtype=int))
    for key, system in linear.items():
        value, firm = system.dynamics.ravel(), system.firm.ravel()
        facts[key] = [Tested(*pair) for pair in zip(value, system.p_values.flat, strict=True)]
        count["found"] = count["found"] + firm
        count["rising"] = count["rising"] + (firm & (value > 0))
        count["as_printed"] = count["as_printed"] + (firm & (np.sign(value) == sign))
    return facts.assign(**count)


def confirmed(links: pd.DataFrame, linear: Mapping[str, LinearSystem]) -> pd.DataFrame:
    """Starred arrows that all ways of least squares confirm; none where there is no such way."""
    starred = links.query("cross and stars > 0")
    return starred[starred["as_printed"] == max(len(linear), 1)]


def counted(links: pd.DataFrame, linear: Mapping[str, LinearSystem]) -> pd.DataFrame:
    """How much each estimate by least squares finds.

    Returns
    -------
    DataFrame
        By the keys of `linear`: `title`, `modulus`, of the `owns` coefficients on own lags
        how many are significant (`own`), of the `pairs` between variables (`cross`), and of the
        `starred` ones among these how many with the printed sign (`as_printed`).
    """
    facts, cross = {}, links["cross"].to_numpy()
    printed = cross & (links["stars"] > 0).to_numpy()
    sign = np.sign(links["coefficient"].to_numpy())
    for key, system in linear.items():
        firm = system.firm.ravel()
        same = firm & (np.sign(system.dynamics.ravel()) == sign)
        numbers = (~cross, firm & ~cross, cross, firm & cross, printed, same & printed)
        facts[key] = (system.title, system.modulus, *(int(part.sum()) for part in numbers))
    columns = ["title", "modulus", "owns", "own", "pairs", "cross", "starred", "as_printed"]
    return pd.DataFrame.from_dict(facts, orient="index", columns=columns)


# --- a test that needs no identification --------------------------------------------------------


def joint_tests(here: Interaction) -> pd.DataFrame:
    """Does any other variable enter an equation? Anderson and Rubin (1949), own lag free.

    Returns
    -------
    DataFrame
        By equation: `statistic`, `p`, and the conservative `projection` that does not ask for the
        own lag to be identified either; the same with year means taken out after ``year_``. NaN
        where the panel does not allow the test.
    """
    plain, year = (_joint_tests(here, key) for key in ("fod", "fod-year"))
    return plain.join(year.add_prefix("year_"))


def _joint_tests(here: Interaction, key: str) -> pd.DataFrame:
    facts = {name: _joint_test(here.estimates.get(key), name) for name in here.variables}
    return pd.DataFrame.from_dict(facts, orient="index", columns=["statistic", "p", "projection"])


def _joint_test(found: SystemEstimate | None, equation: str) -> tuple[float, float, float]:
    if found is None:
        return np.nan, np.nan, np.nan
    try:
        test = found.results.anderson_rubin(equation)
    except PanelVARError:
        return np.nan, np.nan, np.nan
    return test.statistic, test.p, test.projection_p


# --- another origin -----------------------------------------------------------------------------


def origins(here: Interaction) -> pd.DataFrame:
    """The estimate by forward deviations without year effects, zero moved.

    Returns
    -------
    DataFrame
        By what is done to every variable: `modulus`, and against the estimate as it is how
        many of the `size` coefficients have another sign (`flipped`) and how far the t-values
        move at most (`moved`). Empty where there is no estimate.
    """
    facts = {}
    if "fod" in here.estimates:
        values = here.frame[list(here.variables)]
        base = here.estimates["fod"].results
        shifts = {"原样": 0.0, "各加 1": 1.0, "减去各自的平均": -values.mean()}
        for title, shift in shifts.items():
            results = estimated(values + shift, here.variables, OPTIONS["fod"])
            flipped = (np.sign(results.dynamics) != np.sign(base.dynamics)).sum()
            moved = np.abs(results.z_values - base.z_values).max()
            modulus = results.eigenvalue_moduli[0]
            facts[title] = (modulus, flipped, base.dynamics.size, moved)
    columns = ["modulus", "flipped", "size", "moved"]
    return pd.DataFrame.from_dict(facts, orient="index", columns=columns)
