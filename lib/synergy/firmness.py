"""What the standard method finds, and how much of it other provinces or methods leave standing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from synergy.coupling import grade
from synergy.dictionary import NATION, Place, units
from synergy.panel import of_year
from synergy.words import rank_of

if TYPE_CHECKING:
    from synergy.evidence import Findings
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap

#: Kinds of repair that carry a series across a change of base or definition.
LINKING = ("link", "rebase")

#: A grade counts as settled when at least this share of the draws gives it.
SETTLED = 0.95


class RankSpread(NamedTuple):
    """How firm grades and ranks are when provinces are redrawn.

    Attributes
    ----------
    settled, moving : int
        Provinces whose grade holds in at least `share` of the draws, and the others.
    share : float
    median, widest : float
        Width of the provinces' rank intervals, in places.
    """

    settled: int
    moving: int
    share: float
    median: float
    widest: float


class Kept(NamedTuple):
    """How many usable variants leave a result standing.

    Attributes
    ----------
    usable, holds : int
        Variants that stay in [0, 1] and are not erroneous, and those of them that agree.
    against : list of str
        Chinese titles of the others.
    """

    usable: int
    holds: int
    against: list[str]


class KeyRepair(NamedTuple):
    """The repair that the last year's national D hangs on most.

    Attributes
    ----------
    series, years : str
        Chinese name of the series, years repaired.
    shift : float
        Of the national mean of D when the repair is left out.
    links : int
        How often that series changes its base or definition and is linked.
    code : str
        The heaviest indicator formed from it.
    weight : float
        Its weight in its system.
    rank : int
        1 = the heaviest of the system.
    """

    series: str
    years: str
    shift: float
    links: int
    code: str
    weight: float
    rank: int


def rank_spread(bootstrap: ClusterBootstrap, year: int) -> RankSpread:
    """Count the provinces that keep their grade in one year, and measure the rank intervals."""
    scores = of_year(bootstrap.scores, year)
    settled = int((scores["grade_probability"] >= SETTLED).sum())
    width = scores["rank_upper"] - scores["rank_lower"]
    moving = len(scores) - settled
    return RankSpread(settled, moving, SETTLED, float(width.median()), float(width.max()))


def rank_intervals(place: Place, bootstrap: ClusterBootstrap, year: int) -> pd.DataFrame:
    """Rank intervals of the provinces that speak for a place in one year.

    Returns
    -------
    DataFrame
        A province itself, the leader of the nation, first and last of a region; columns of
        `bootstrap.scores`. Empty for a year that was not redrawn.
    """
    scores = of_year(bootstrap.scores, year).sort_values("rank")
    inside = scores[scores.index.isin(place.members)]
    both = place.parent and not place.is_unit and len(inside) > 1
    return inside.iloc[[0, -1]] if both else inside.head(1)


def standard_results(
    lead: Findings,
    bootstrap: ClusterBootstrap,
    couplings: VariantComparison,
    weights: VariantComparison,
) -> pd.DataFrame:
    """Set what the standard method finds against redrawn provinces and other methods.

    Parameters
    ----------
    lead : Findings
        By the standard method; its last year is judged.
    bootstrap : ClusterBootstrap
        Of the same panel.
    couplings, weights : VariantComparison
        Coupling formulas and ways of weighting; erroneous variants and those that leave [0, 1]
        are not counted.

    Returns
    -------
    DataFrame
        One finding a row:

        - ``kind``: "region" (one region's mean D is the highest), "leader" (one province is
          first) or "grade" (the nation's mean has a grade)
        - ``name``: region, province or grade; ``year``
        - ``lower``, ``upper``: bootstrap interval of the region's D, the province's rank, the
          nation's D
        - ``others``: highest upper end of the other regions' intervals (region)
        - ``grades``: grades at both ends, one if they are the same (grade)
        - ``couplings``, ``weights``: :class:`Kept` under other formulas and ways of weighting; None
          where a comparison does not reach the year
        - ``published``: whether it holds with post and telecom in published prices; None where the
          panel has no such version
    """
    year = lead.years[1]
    d = lead.at(year)["D"]
    region, leader, level = _leading_region(d), str(d.idxmax()), _mean_grade(d)
    means: pd.DataFrame = bootstrap.means.query("year == @year").set_index("region")
    ranks = of_year(bootstrap.scores, year)
    others = means["D_upper"].drop([NATION, region]).max()
    ends = _interval(means, NATION, "D")
    grades = list(dict.fromkeys(grade([*ends.values()])))
    results: list[dict[str, Any]] = [
        {"kind": "region", "name": region, **_interval(means, region, "D"), "others": others},
        {"kind": "leader", "name": leader, **_interval(ranks, leader, "rank")},
        {"kind": "grade", "name": level, **ends, "grades": grades},
    ]
    holds: list[Callable[[pd.Series], bool]] = [
        lambda other: _leading_region(other) == region,
        lambda other: rank_of(other, leader) == 1,
        lambda other: _mean_grade(other) == level,
    ]
    for result, test in zip(results, holds, strict=True):
        result["couplings"] = _kept(couplings, year, test)
        result["weights"] = _kept(weights, year, test)
        result["published"] = test(lead.published.at(year)["D"]) if lead.published else None
    return pd.DataFrame(results).assign(year=year)


def key_repair(
    repairs: pd.DataFrame,
    series: pd.DataFrame,
    rules: Mapping[str, Mapping[str, str]],
    weights: pd.DataFrame,
) -> KeyRepair:
    """Find the repair whose absence moves the last year's national D most, and why it weighs.

    Parameters
    ----------
    repairs : DataFrame
        Columns ``kind``, ``series``, ``years``, ``shift_last``.
    series : DataFrame
        Index ``series``; ``name_zh``.
    rules : mapping
        Indicator code -> ``formula`` over series.
    weights : DataFrame
        Index ``code``; ``system``, ``weight``.
    """
    row = repairs.iloc[int(repairs["shift_last"].abs().to_numpy().argmax())]
    name = str(row["series"]).split()[0]
    links = (repairs["series"].str.split().str[0] == name) & repairs["kind"].isin(LINKING)
    formed = [code for code, rule in rules.items() if re.search(rf"\b{name}\b", rule["formula"])]
    code = str(weights.loc[formed, "weight"].idxmax())
    peers = weights.loc[weights["system"] == weights.at[code, "system"], "weight"]
    return KeyRepair(
        str(series.at[name, "name_zh"]),
        str(row["years"]),
        float(row["shift_last"]),
        int(links.sum()),
        code,
        float(peers[code]),
        rank_of(peers, code),
    )


def _interval(table: pd.DataFrame, row: str, column: str) -> dict[str, float]:
    return {end: float(table[f"{column}_{end}"][row]) for end in ("lower", "upper")}


def _kept(
    comparison: VariantComparison, year: int, holds: Callable[[pd.Series], bool]
) -> Kept | None:
    if year not in comparison.d.index.unique("year"):
        return None
    d = of_year(comparison.d, year).drop(columns=list(comparison.erroneous))
    usable = d.columns[d.notna().all()]
    titles = comparison.summary["title_zh"]
    against = [str(titles[variant]) for variant in usable if not holds(d[variant])]
    return Kept(len(usable), len(usable) - len(against), against)


def _leading_region(by_province: pd.Series) -> str:
    return str(by_province.groupby(units()["region"]).mean().idxmax())


def _mean_grade(d: pd.Series) -> str:
    return str(grade([d.mean()])[0])
