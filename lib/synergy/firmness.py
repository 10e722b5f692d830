"""What the standard method finds, and how much of it other provinces or methods leave standing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from synergy.coupling import grade
from synergy.dictionary import NATION, provinces
from synergy.words import rank_of

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap

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


class Result(NamedTuple):
    """One finding of the standard method about one year.

    Attributes
    ----------
    kind : {"region", "leader", "grade"}
        One region's mean D is the highest; one province is first; the nation's mean has a grade.
    year : int
    name : str
        Region, province or grade.
    lower, upper : float
        Bootstrap interval: D of the region, rank of the province, D of the nation.
    others : float
        For the region: highest upper end of the other regions' intervals; otherwise NaN.
    grades : list of str
        For the grade: the grades at both ends, one if they are the same; otherwise empty.
    couplings, weights : Kept
        Under other coupling formulas, under other ways of weighting.
    """

    kind: str
    year: int
    name: str
    lower: float
    upper: float
    others: float
    grades: list[str]
    couplings: Kept
    weights: Kept


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
    scores = _of_year(bootstrap.scores, year)
    settled = int((scores["grade_probability"] >= SETTLED).sum())
    width = scores["rank_upper"] - scores["rank_lower"]
    moving = len(scores) - settled
    return RankSpread(settled, moving, SETTLED, float(width.median()), float(width.max()))


def rank_intervals(place: Region, bootstrap: ClusterBootstrap, year: int) -> pd.DataFrame:
    """Rank intervals of the provinces that speak for a place in one year.

    Parameters
    ----------
    place : Region
        A province speaks for itself, the leader for the nation, first and last for a region.
    bootstrap : ClusterBootstrap
    year : int

    Returns
    -------
    DataFrame
        Index province, highest first; columns of `bootstrap.scores`.
    """
    scores = _of_year(bootstrap.scores, year).sort_values("rank")
    if place.kind == "province":
        return scores.loc[[place.name]]
    if place.kind == "nation":
        return scores.head(1)
    return scores[_regions(scores) == place.name].iloc[[0, -1]]


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
        One :class:`Result` a row.
    """
    year = lead.years[1]
    d = _of_year(lead.frame, year)["D"]
    region, leader, level = _leading_region(d), str(d.idxmax()), _mean_grade(d)
    tests: dict[str, tuple[str, Callable[[pd.Series], bool]]] = {
        "region": (region, lambda other: _leading_region(other) == region),
        "leader": (leader, lambda other: rank_of(other, leader) == 1),
        "grade": (level, lambda other: _mean_grade(other) == level),
    }
    results = []
    for kind, (name, holds) in tests.items():
        kept = [_kept(comparison, year, holds) for comparison in (couplings, weights)]
        results.append(Result(kind, year, name, *_interval(kind, bootstrap, year, name), *kept))
    return pd.DataFrame(results)


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
    links = (repairs["series"].str.split().str[0] == name) & (repairs["kind"] == "link")
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


def _interval(
    kind: str, bootstrap: ClusterBootstrap, year: int, name: str
) -> tuple[float, float, float, list[str]]:
    """Lower and upper end, highest end of other regions, grades at both ends."""
    if kind == "leader":
        ranks = _of_year(bootstrap.scores, year)
        ends = float(ranks["rank_lower"][name]), float(ranks["rank_upper"][name])
        return *ends, float("nan"), []
    means = bootstrap.means.query("year == @year").set_index("region")
    lower, upper = means["D_lower"].astype(float), means["D_upper"].astype(float)
    if kind == "region":
        others = float(upper.drop([NATION, name]).max())
        return float(lower[name]), float(upper[name]), others, []
    ends = float(lower[NATION]), float(upper[NATION])
    return *ends, float("nan"), list(dict.fromkeys(grade(list(ends))))


def _kept(comparison: VariantComparison, year: int, holds: Callable[[pd.Series], bool]) -> Kept:
    d = _of_year(comparison.d, year).drop(columns=list(comparison.erroneous))
    usable = d.columns[d.notna().all()]
    titles = comparison.summary["title_zh"]
    against = [str(titles[variant]) for variant in usable if not holds(d[variant])]
    return Kept(len(usable), len(usable) - len(against), against)


def _leading_region(d: pd.Series) -> str:
    return str(d.groupby(_regions(d)).mean().idxmax())


def _mean_grade(d: pd.Series) -> str:
    return str(grade([d.mean()])[0])


def _of_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    return frame[frame.index.get_level_values("year") == year].droplevel("year")


def _regions(by_province: pd.Series | pd.DataFrame) -> pd.Series:
    return provinces()["region"].loc[by_province.index]
