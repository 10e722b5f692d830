"""Claims about regions and provinces, tested on a panel of computed indices.

Orderings, trends and labels are decided on any panel; a printed level is compared only where all
31 indicators are present, since an index of other indicators has another scale. A claim that
starts in 2010 is tested from the panel's first year, and the finding names the years used.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from synergy.claims.ledger import Claim
from synergy.claims.panel_view import PanelView, join
from synergy.claims.verdicts import Finding, not_checkable_here, panel_check, reproduced_if
from synergy.dictionary import NATION, REGIONS


def other_scale(view: PanelView, shown: str) -> Finding:
    """A level that cannot be compared because the panel lacks indicators."""
    return not_checkable_here(
        f"{shown}；本面板只有 {view.n_indicators}/31 项指标，水平不可与论文比较",
        "31 项指标齐全的面板",
    )


def missing_years(view: PanelView, *years: int) -> Finding:
    """A claim about years that the panel does not hold."""
    held = f"{view.years[0]}—{view.years[-1]}"
    absent = join(sorted(str(year) for year in set(years) - set(view.years)))
    return not_checkable_here(f"本面板覆盖 {held}，缺 {absent} 年", "覆盖这些年份的面板")


@panel_check
def level(claim: Claim, view: PanelView) -> Finding:
    """A printed mean or provincial value: `column`, `year`, `region` or `province`, `above`."""
    a = claim.panel_arguments
    year = int(a["year"])
    if not view.covers(year):
        return missing_years(view, year)
    value = _value(view, a, year)
    shown = f"{a.get('region') or a.get('province')} {year} 年 {value:.4f}"
    if not view.complete:
        return other_scale(view, shown)
    low, high = claim.interval
    tolerance = float(a.get("tolerance", 0.0))
    holds = value > claim.value if a.get("above") else low - tolerance <= value <= high + tolerance
    return reproduced_if(holds, f"{shown}，印出 {claim.printed}")


@panel_check
def ratio_of_values(claim: Claim, view: PanelView) -> Finding:
    """A ratio of two values in one year: `top`, `bottom`, `relation` "equal" or "below"."""
    a = claim.panel_arguments
    year = int(a["year"])
    if not view.covers(year):
        return missing_years(view, year)
    ratio = _named(view, a["column"], a["top"], year) / _named(view, a["column"], a["bottom"], year)
    target = claim.value / float(a.get("scale", 1)) + float(a.get("shift", 0))
    shown = f"{a['top']} / {a['bottom']} = {ratio:.3f}（{year} 年）"
    if not view.complete:
        return other_scale(view, shown)
    below = a["relation"] == "below"
    holds = ratio < target if below else abs(ratio - target) <= float(a["tolerance"])
    return reproduced_if(holds, f"{shown}，印出折合 {target:.3f}")


@panel_check
def growth_between(claim: Claim, view: PanelView) -> Finding:
    """A growth figure read as an increase: `column`, `region`, `start`, `end`, `at_least`."""
    a = claim.panel_arguments
    start, end = int(a["start"]), int(a["end"])
    if not view.covers(start, end):
        return missing_years(view, start, end)
    means = view.means(a["column"])[a["region"]]
    ratio = float(means[end] / means[start])
    shown = f"{a['region']} {start}—{end} 年为 {ratio:.2f} 倍，增加 {ratio - 1:.2f} 倍"
    if not view.complete:
        return other_scale(view, shown)
    measured = ratio if a.get("as_ratio") else ratio - 1
    if a.get("at_least"):
        return reproduced_if(measured > claim.value, shown)
    return reproduced_if(abs(measured - claim.value) <= float(a["tolerance"]), shown)


@panel_check
def leads_always(claim: Claim, view: PanelView) -> Finding:
    """One region above all others, and the nation, in every year."""
    a = claim.panel_arguments
    means = view.means(a["column"])
    margin = means[a["region"]] - means.drop(columns=a["region"]).max(axis=1)
    detail = f"{_span(view)} 年中 {int((margin > 0).sum())} 年居首，最小差 {margin.min():.4f}"
    return reproduced_if(bool((margin > 0).all()), detail)


@panel_check
def first_in_year(claim: Claim, view: PanelView) -> Finding:
    """Regions in a given descending order in one year (`order`: groups of regions)."""
    a = claim.panel_arguments
    year = _year(view, a)
    if year is None:
        return missing_years(view, int(a["year"]))
    row = view.mean_row(a["column"], year)
    groups = [list(group) for group in a["order"]]
    pairs = itertools.pairwise(groups)
    holds = all(row[g].min() > row[h].max() for g, h in pairs)
    return reproduced_if(bool(holds), f"{year} 年 {_row(row)}")


@panel_check
def grows_fastest(claim: Claim, view: PanelView) -> Finding:
    """The region whose mean grew by the largest factor over the panel."""
    a = claim.panel_arguments
    means = view.means(a["column"])[list(REGIONS)]
    factor = means.iloc[-1] / means.iloc[0]
    detail = f"{_span(view)} 年各区倍数：{_row(factor, 2)}"
    return reproduced_if(factor.idxmax() == a["region"], detail)


@panel_check
def rises_throughout(claim: Claim, view: PanelView) -> Finding:
    """A mean that rises in every year of the panel, or from `start` to `end`."""
    a = claim.panel_arguments
    means = _window(view.means(a["column"])[a["region"]], a)
    if len(means) < 2:
        return missing_years(view, *_wanted(a))
    steps = means.diff().dropna()
    fell = [str(year) for year in steps.index[steps <= 0]]
    detail = f"{means.index[0]}—{means.index[-1]} 年由 {means.iloc[0]:.4f} 到 {means.iloc[-1]:.4f}"
    return reproduced_if(not fell, detail + (f"，{join(fell)} 年下降" if fell else "，逐年上升"))


@panel_check
def falls_between(claim: Claim, view: PanelView) -> Finding:
    """A regional mean that is lower in `end` than in `start`."""
    a = claim.panel_arguments
    start, end = int(a["start"]), int(a["end"])
    if not view.covers(start, end):
        return missing_years(view, start, end)
    means = view.means(a["column"])[a["region"]]
    detail = f"{a['region']} {start} 年 {means[start]:.4f}，{end} 年 {means[end]:.4f}"
    return reproduced_if(bool(means[end] < means[start]), detail)


@panel_check
def growth_phases(claim: Claim, view: PanelView) -> Finding:
    """National path in three phases: rising, rising faster, nearly flat (`breaks`)."""
    a = claim.panel_arguments
    first, second = (int(year) for year in a["breaks"])
    means = view.means(a["column"])[NATION]
    start, end = view.years[0], view.years[-1]
    if not start < first < second < end:
        return missing_years(view, first, second)
    edges = ((start, first), (first, second), (second, end))
    slopes = [float(means[b] - means[a_]) / (b - a_) for a_, b in edges]
    holds = 0 < slopes[0] < slopes[1] and abs(slopes[2]) < slopes[0] / 2
    shown = "，".join(f"{a_}—{b} 年均 {s:+.4f}" for (a_, b), s in zip(edges, slopes, strict=True))
    return reproduced_if(holds, f"{shown}；“趋稳”取末段不到首段一半")


@panel_check
def gap_to_nation_narrows(claim: Claim, view: PanelView) -> Finding:
    """Regions that come closer to the nation: `measure` "relative" or "absolute"."""
    a = claim.panel_arguments
    means = view.means(a["column"])
    start = view.start(int(a["start"]))
    end = view.years[-1]
    gaps = means.rsub(means[NATION], axis=0)
    if a["measure"] == "relative":
        gaps = gaps.div(means[NATION], axis=0)
    regions = list(a["regions"])
    before, after = gaps.loc[start, regions], gaps.loc[end, regions]
    shown = "，".join(f"{r} {before[r]:+.3f}→{after[r]:+.3f}" for r in regions)
    word = "相对" if a["measure"] == "relative" else "绝对"
    detail = f"与全国之差（{start}—{end} 年，{word}）：{shown}"
    return reproduced_if(bool((after.abs() < before.abs()).all()), detail)


@panel_check
def regions_converge(claim: Claim, view: PanelView) -> Finding:
    """Two regions whose distance is smaller in `end` than in `start`."""
    a = claim.panel_arguments
    start, end = int(a["start"]), int(a["end"])
    if not view.covers(start, end):
        return missing_years(view, start, end)
    means = view.means(a["column"])
    one, other = a["regions"]
    distance = (means[one] - means[other]).abs()
    detail = f"{one}与{other}相差 {distance[start]:.4f}（{start}）、{distance[end]:.4f}（{end}）"
    return reproduced_if(bool(distance[end] < distance[start]), detail)


@panel_check
def regions_close(claim: Claim, view: PanelView) -> Finding:
    """Two regions called similar: largest relative distance over the years, against `within`."""
    a = claim.panel_arguments
    one, other = a["regions"]
    means = view.means(a["column"])[[one, other]]
    apart = float((means.max(axis=1) / means.min(axis=1) - 1).max())
    within = float(a["within"])
    detail = f"{_span(view)} 年最多相差 {apart:.0%}；以 {within:.0%} 以内为“相近”（界线由本书设定）"
    return reproduced_if(apart <= within, detail)


@panel_check
def near_nation(claim: Claim, view: PanelView) -> Finding:
    """A region within the printed distance of the nation from `start` to `end`."""
    a = claim.panel_arguments
    means = _window(view.means(a["column"]), a)
    if means.empty:
        return missing_years(view, *_wanted(a))
    distance = (means[a["region"]] - means[NATION]).abs()
    shown = f"{means.index[0]}—{means.index[-1]} 年最大相差 {distance.max():.4f}"
    if not view.complete:
        return other_scale(view, shown)
    return reproduced_if(bool(distance.max() < claim.value), shown)


@panel_check
def below_nation(claim: Claim, view: PanelView) -> Finding:
    """A region below the nation in every year after `start`."""
    a = claim.panel_arguments
    means = view.means(a["column"]).loc[int(a["start"]) + 1 :]
    if means.empty:
        return missing_years(view, int(a["start"]) + 1)
    margin = means[a["region"]] - means[NATION]
    years = f"{means.index[0]}—{means.index[-1]}"
    detail = f"{years} 年与全国之差 {margin.min():+.4f} 至 {margin.max():+.4f}"
    return reproduced_if(bool((margin < 0).all()), detail)


@panel_check
def above_region(claim: Claim, view: PanelView) -> Finding:
    """One region above another in every year from `start` to `end`."""
    a = claim.panel_arguments
    means = _window(view.means(a["column"]), a)
    if means.empty:
        return missing_years(view, *_wanted(a))
    margin = means[a["region"]] - means[a["other"]]
    years = f"{means.index[0]}—{means.index[-1]}"
    detail = f"{years} 年差 {margin.min():+.4f} 至 {margin.max():+.4f}"
    return reproduced_if(bool((margin > 0).all()), detail)


def _window(data: Any, arguments: Any) -> Any:
    start, end = arguments.get("start"), arguments.get("end")
    return data.loc[(int(start) if start else None) : (int(end) if end else None)]


def _wanted(arguments: Any) -> list[int]:
    return [int(arguments[key]) for key in ("start", "end") if key in arguments]


def _year(view: PanelView, arguments: Any) -> int | None:
    wanted = arguments["year"]
    year = {"first": view.years[0], "last": view.years[-1]}.get(str(wanted))
    year = int(wanted) if year is None else year
    return year if view.covers(year) else None


def _value(view: PanelView, arguments: Any, year: int) -> float:
    return _named(view, arguments["column"], arguments.get("region") or arguments["province"], year)


def _named(view: PanelView, column: str, name: str, year: int) -> float:
    means = view.means(column)
    series = means[name] if name in means.columns else view.by_province(column).T[name]
    return float(series[year])


def _row(row: pd.Series[float], digits: int = 4) -> str:
    regions = [name for name in row.index if name in REGIONS]
    return "，".join(f"{name} {float(np.float64(row[name])):.{digits}f}" for name in regions)


def _span(view: PanelView) -> str:
    return f"{view.years[0]}—{view.years[-1]}"
