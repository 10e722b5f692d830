"""What still holds when provinces, formulas or weights are changed: sentences and one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from synergy.coupling import grade
from synergy.dictionary import NATION
from synergy.narration.phrases import listed, rank_of

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap

#: A grade counts as settled when at least this share of the draws gives it.
SETTLED = 0.95


def stability(bootstrap: ClusterBootstrap, year: int) -> str:
    """Say how many provinces keep their grade, and how wide the ranks spread."""
    scores = _of_year(bootstrap.scores, year)
    settled = int((scores["grade_probability"] >= SETTLED).sum())
    width = scores["rank_upper"] - scores["rank_lower"]
    return (
        f"{year} 年有 {settled} 个省份的等级在至少 {SETTLED:.0%} 的抽样里不变，"
        f"其余 {len(scores) - settled} 个会变；名次区间的宽度，中位数为 {width.median():.0f} 位，"
        f"最大为 {width.max():.0f} 位。"
    )


def rank_sentence(
    region: Region, bootstrap: ClusterBootstrap, regions: pd.Series, year: int
) -> str:
    """Say how firmly the edition's region, or the leader of the nation, holds its place.

    Parameters
    ----------
    region
        What the edition is about.
    bootstrap
        Result of the cluster bootstrap.
    regions
        Region by province.
    year
        Year to speak of.
    """
    scores = _of_year(bootstrap.scores, year)
    if region.kind == "province":
        return _place(region.name, scores)
    if region.kind == "nation":
        return _place(str(scores["rank"].idxmin()), scores)
    inside = scores[regions.loc[scores.index] == region.name].sort_values("rank")
    ends = (str(inside.index[0]), str(inside.index[-1]))
    return f"{region.name}地区首尾两省：{_place(ends[0], scores)}{_place(ends[1], scores)}"


def _place(name: str, scores: pd.DataFrame) -> str:
    row = scores.loc[name]
    return (
        f"{name}估计居第 {row['rank']:.0f}，区间为第 {row['rank_lower']:.0f} 至"
        f"第 {row['rank_upper']:.0f}，等级不变的抽样占 {row['grade_probability']:.0%}。"
    )


def verdicts(
    lead: Findings,
    bootstrap: ClusterBootstrap,
    couplings: VariantComparison,
    weights: VariantComparison,
) -> pd.DataFrame:
    """Set what the standard method finds against redrawn provinces and other methods.

    Parameters
    ----------
    lead
        Findings by the standard method; their last year is judged.
    bootstrap
        Cluster bootstrap of the same panel.
    couplings, weights
        Comparisons of coupling formulas and of ways of weighting; erroneous variants and those
        that leave [0, 1] are not counted.

    Returns
    -------
    DataFrame
        Indexed by the finding; one column for each kind of change.
    """
    year = lead.years[1]
    regions = lead.frame["region"].groupby("province").first()
    means = lead.regional.query("year == @year").set_index("region")["D"]
    best, first = str(means.drop(NATION).idxmax()), str(_of_year(lead.frame, year)["D"].idxmax())
    level = str(grade(means[[NATION]]).iloc[0])
    tests: dict[str, tuple[str, Callable[[pd.Series], bool]]] = {
        f"{best}地区平均最高": (
            _region_leads(bootstrap, year, best),
            lambda d: d.groupby(regions.loc[d.index]).mean().idxmax() == best,
        ),
        f"{first}居首": (
            _rank_interval(bootstrap, year, first),
            lambda d: rank_of(d, first) == 1,
        ),
        f"全国平均为“{level}”": (
            _grade_interval(bootstrap, year),
            lambda d: grade(pd.Series([d.mean()])).iloc[0] == level,
        ),
    }
    rows = {
        f"{year} 年{name}": (interval, _count(couplings, year, test), _count(weights, year, test))
        for name, (interval, test) in tests.items()
    }
    headings = ["换掉一些省份", "换耦合度公式", "换定权做法"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings).rename_axis(
        "标准做法的结果"
    )


def _of_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    return frame[frame.index.get_level_values("year") == year].droplevel("year")


def _count(comparison: VariantComparison, year: int, test: Callable[[pd.Series], bool]) -> str:
    d = _of_year(comparison.d, year)
    usable = [name for name in d if d[name].notna().all() and name not in comparison.erroneous]
    against = [name for name in usable if not test(d[name])]
    titles = comparison.summary["title_zh"].to_dict()
    exceptions = f"；例外：{listed(titles[name] for name in against)}" if against else ""
    return f"{len(usable)} 种中 {len(usable) - len(against)} 种成立{exceptions}"


def _region_leads(bootstrap: ClusterBootstrap, year: int, best: str) -> str:
    means = bootstrap.means.query("year == @year").set_index("region").drop(NATION)
    own, others = means.loc[best], means.drop(best)
    apart = "不重叠" if own["D_lower"] > others["D_upper"].max() else "有重叠"
    return f"区间 {own['D_lower']:.3f} 至 {own['D_upper']:.3f}，与其余三区{apart}"


def _rank_interval(bootstrap: ClusterBootstrap, year: int, name: str) -> str:
    row = _of_year(bootstrap.scores, year).loc[name]
    return f"名次区间为第 {row['rank_lower']:.0f} 至第 {row['rank_upper']:.0f}"


def _grade_interval(bootstrap: ClusterBootstrap, year: int) -> str:
    row = bootstrap.means.query("year == @year").set_index("region").loc[NATION]
    ends = grade(row[["D_lower", "D_upper"]].astype(float)).tolist()
    names = "至".join(dict.fromkeys(f"“{name}”" for name in ends))
    return f"区间 {row['D_lower']:.3f} 至 {row['D_upper']:.3f}，即{names}"
