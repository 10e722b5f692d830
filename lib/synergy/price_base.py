r"""The price base of post and telecom: what one series does to the index of employment quality.

The volume of post and telecom is published in prices whose base changes in 2016, 2021 and 2022.
Here its weight :math:`w` in U2 is free and the other indicators share the rest in proportion to
their entropy weights,

.. math:: U_2(w) = (1 - w)\,O + w\,z,

with :math:`O` their index without it and :math:`z` its scaled score. Both follow from two committed
runs, one with the indicator at a known weight and one without, so nothing here needs the series.

Limits: a subset of the indicators, and weights that no panel need give. That a weight brings out a
pattern shows that this series is enough for it, not that it is the cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from synergy.claims.auditing import check_panel
from synergy.claims.ledger import Verdict, load_ledger
from synergy.dictionary import units
from synergy.evidence import real_findings
from synergy.real import SPANS, UNREPAIRED, VOLUMES, real_results, real_volumes

INDICATOR = "eq_post_telecom"

#: Version of the series -> the run that holds it.
VERSIONS = VOLUMES

#: Weights of a slider.
WEIGHTS = tuple(round(step / 200, 3) for step in range(51))

#: The paper's account of the quality of employment: rows of the ledger and what to call them.
STATEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "P-EQ-PHASES": "2016—2019 年加快",
        "P-EQ-FLAT": "2019 年以后趋稳",
        "P-EQ-W-DIP": "西部 2022 年小幅下降",
        "P-EQ-C-RISE": "中部持续增长",
        "P-EQ-W-SIX": "西部六省下降",
    }
)
#: What the paper says of West and Central in the same breath.
BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "P-EQ-W-OVER-C19": "2019 年西部仍高于中部",
        "P-EQ-CW-NARROW": "其后两地差距缩小",
    }
)

#: Years between which growth is measured; in the last span provinces fall or do not.
PHASES = dict(zip(("early", "middle", "late"), SPANS, strict=True))
FALL = PHASES["late"]


@cache
def price_base_parts(*, repaired: bool = True) -> pd.DataFrame:
    """Scores from which U2 follows at every weight.

    Parameters
    ----------
    repaired : bool
        Whether the other indicators are repaired; the versions of this one are the same.

    Returns
    -------
    DataFrame
        Index (``province``, ``year``); ``others``, the index of all other indicators, and
        ``published`` and ``linked``, the scaled score of post and telecom per head; each in [0, 1].
        Do not modify: the frame is cached.
    """
    without = "without_post_telecom" if repaired else f"{UNREPAIRED}_without_post_telecom"
    parts = {"others": real_results(without).scores["U2"]}
    rest = real_results("without_post_telecom").scores["U2"]
    for version, run in VERSIONS.items():
        weight = price_base_weights()[version]
        parts[version] = (real_results(run).scores["U2"] - (1 - weight) * rest) / weight
    return pd.DataFrame(parts)


def price_base_weights() -> pd.Series[float]:
    """Entropy weight that each version of the series has among all indicators of quality."""
    weights = {v: real_results(run).weights.at[INDICATOR, "weight"] for v, run in VERSIONS.items()}
    return pd.Series(weights, name="weight", dtype=float)


def price_base_scores(
    weight: float, version: str = "published", *, repaired: bool = True
) -> pd.Series[float]:
    """U2 of every province and year at one weight of post and telecom.

    Parameters
    ----------
    weight : float
        In [0, 1]; 0 drops the indicator.
    version : {"published", "linked"}
    repaired : bool
        As in :func:`price_base_parts`.

    Raises
    ------
    ValueError
        If the weight or the version cannot be used.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight is {weight!r}; use a number from 0 to 1")
    if version not in VERSIONS:
        raise ValueError(f"version is {version!r}; use one of {', '.join(VERSIONS)}")
    parts = price_base_parts(repaired=repaired)
    return ((1 - weight) * parts["others"] + weight * parts[version]).rename("U2")


def price_base_facts(weights: Iterable[float] = WEIGHTS, *, repaired: bool = True) -> pd.DataFrame:
    """What the index says at each weight.

    Returns
    -------
    DataFrame
        One row for each version and weight:

        - ``version``, ``weight``
        - ``early``, ``middle``, ``late``: mean yearly change of the national mean in `PHASES`
        - ``west``, ``central``: change of the regional mean over the last phase
        - ``falling``: western provinces lower at its end than at its start, ``provinces``: which,
          in the order of the dictionary
    """
    facts = [
        {"version": version, "weight": weight}
        | _facts(price_base_scores(weight, version, repaired=repaired))
        for version, weight in product(VERSIONS, weights)
    ]
    return pd.DataFrame(facts)


def _facts(scores: pd.Series[float]) -> dict[str, object]:
    wide = scores.unstack("year")
    national = wide.mean()
    row: dict[str, object] = {
        phase: (national[end] - national[start]) / (end - start)
        for phase, (start, end) in PHASES.items()
    }
    change = wide[FALL[1]] - wide[FALL[0]]
    west = change.loc[_provinces_of("西部")]
    row |= {"west": west.mean(), "central": change.loc[_provinces_of("中部")].mean()}
    fallen = west.index[west < 0].tolist()
    return row | {"falling": len(fallen), "provinces": fallen}


@cache
def price_base_verdicts(
    weights: Sequence[float] = WEIGHTS, *, repaired: bool = True
) -> pd.DataFrame:
    """What the ledger says of the paper's account at each weight.

    Parameters
    ----------
    weights : tuple of float
    repaired : bool
        As in :func:`price_base_parts`.

    Returns
    -------
    DataFrame
        Index (``version``, ``weight``), a column of verdicts for each row of `STATEMENTS` and
        `BESIDE`. Do not modify: the frame is cached.
    """
    rows, findings = [load_ledger()[key] for key in (*STATEMENTS, *BESIDE)], real_findings()
    found = {}
    for version, weight in product(VERSIONS, weights):
        # The rows speak of this index alone, so T, D and grades need not follow.
        scores = price_base_scores(weight, version, repaired=repaired)
        frame = findings.frame[["region"]].assign(U2=scores)
        view = replace(findings, frame=frame, published=None)
        found[version, weight] = {row.id: check_panel(row, view).verdict for row in rows}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis(["version", "weight"])


def price_base_interval(count: int, *, repaired: bool = True) -> tuple[float, float]:
    """Weights between which exactly so many western provinces fall, the volume as published.

    Parameters
    ----------
    count : int
        From 1 to the number of western provinces less one.
    repaired : bool
        As in :func:`price_base_parts`.
    """
    limits = price_base_thresholds(repaired=repaired)
    return float(limits.iloc[count - 1]), float(limits.iloc[count])


def price_base_thresholds(version: str = "published", *, repaired: bool = True) -> pd.Series[float]:
    """Weight above which each western province falls over the last phase, lowest first.

    Returns
    -------
    Series
        Index ``province``; NaN for one that falls at no weight up to 1. A change is linear in the
        weight, so one that rises without the series falls beyond one point at most.
    """
    wide = price_base_parts(repaired=repaired)[["others", version]].unstack("year")
    west = wide.loc[_provinces_of("西部")]
    others, own = (west[name][FALL[1]] - west[name][FALL[0]] for name in ("others", version))
    crossing: pd.Series[float] = others / (others - own)
    crossing = crossing.where(own < 0, np.nan).where(others > 0, 0.0)
    return crossing.sort_values().rename("weight")


class PriceBase(NamedTuple):
    """What there is to say of the price base in a paragraph.

    Attributes
    ----------
    volumes : DataFrame
        As :func:`synergy.real.real_volumes`, indexed by ``version`` and ``start``.
    low, high : float
        Weights between which exactly `fallers` provinces fall, the volume as published.
    unrepaired : tuple of float
        The same where no other series is repaired.
    fallers : int
        Western provinces that fall in the paper's account.
    at : Series
        A row of :func:`price_base_facts` in the middle of that interval.
    few, many : Series
        The rows a quarter below and above its weight.
    published : Series
        The row nearest to the entropy weight of the published version.
    weights : Series
        Entropy weights, by version.
    never : int
        Western provinces that fall at some weight with the volume linked, whether or not other
        series are repaired.
    held, doubtful : list of str
        Titles of `STATEMENTS` that hold, and that hang on their reading, where `at` is.
    missed : list of str
        Titles of `BESIDE` that do not hold there.
    step : float
        Distance between weights that are tried.
    used, absent : int
        Indicators of employment quality that the index has, and those of the paper that it lacks.
    """

    volumes: pd.DataFrame
    low: float
    high: float
    unrepaired: tuple[float, float]
    fallers: int
    at: pd.Series
    few: pd.Series
    many: pd.Series
    published: pd.Series
    weights: pd.Series
    never: int
    held: list[str]
    doubtful: list[str]
    missed: list[str]
    step: float
    used: int
    absent: int


@cache
def price_base_story() -> PriceBase:
    """The price base in a paragraph: facts for sentences, from the committed results alone."""
    count = int(load_ledger()["P-EQ-W-SIX"].value)
    low, high = price_base_interval(count)
    facts, entropy = price_base_facts(), price_base_weights()
    middle = (low + high) / 2
    at = _nearest(facts, "published", middle)
    verdicts = price_base_verdicts((at["weight"],)).T["published"][at["weight"]]
    used, total = real_findings().coverage.held("EQ")
    return PriceBase(
        volumes=real_volumes().set_index(["version", "start"], drop=False),
        low=low,
        high=high,
        unrepaired=price_base_interval(count, repaired=False),
        fallers=count,
        at=at,
        few=_nearest(facts, "published", 0.75 * middle),
        many=_nearest(facts, "published", 1.25 * middle),
        published=_nearest(facts, "published", entropy["published"]),
        weights=entropy,
        never=max(
            price_base_thresholds("linked", repaired=repaired).count() for repaired in (True, False)
        ),
        held=_titles(STATEMENTS, verdicts, Verdict.REPRODUCED),
        doubtful=_titles(STATEMENTS, verdicts, Verdict.DOUBTFUL),
        missed=_titles(BESIDE, verdicts, Verdict.NOT_REPRODUCED),
        step=WEIGHTS[1] - WEIGHTS[0],
        used=used,
        absent=total - used,
    )


def _nearest(facts: pd.DataFrame, version: str, weight: float) -> pd.Series:
    rows = facts[facts["version"] == version].set_index("weight", drop=False)
    found: pd.Series = rows.T[min(rows["weight"], key=lambda step: abs(step - weight))]
    return found


def _titles(names: Mapping[str, str], verdicts: pd.Series, wanted: Verdict) -> list[str]:
    return [title for key, title in names.items() if verdicts[key] == wanted]


def price_base_holding() -> pd.DataFrame:
    """Between which weights each statement holds.

    Returns
    -------
    DataFrame
        Index ``claim``; ``title``, and for each version the lowest and highest of `WEIGHTS` at
        which it holds (``published_low`` and so on; NaN for none) and at which it hangs on its
        reading (``published_doubtful_low``), and whether it holds at all (``published_always``).
    """
    verdicts, titles = price_base_verdicts(), {**STATEMENTS, **BESIDE}
    by_version = {key: verdicts[key].unstack("version") for key in titles}
    kinds = {"": Verdict.REPRODUCED, "_doubtful": Verdict.DOUBTFUL}
    rows: dict[str, dict[str, object]] = {key: {"title": title} for key, title in titles.items()}
    for key, row in rows.items():
        for version in VERSIONS:
            found = by_version[key][version]
            row[f"{version}_always"] = bool((found == Verdict.REPRODUCED).all())
            for name, kind in kinds.items():
                weights = found.index[found == kind].to_series()
                row[f"{version}{name}_low"] = weights.min()
                row[f"{version}{name}_high"] = weights.max()
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("claim")


def _provinces_of(region: str) -> list[str]:
    return [str(name) for name in units().index[units()["region"] == region]]
