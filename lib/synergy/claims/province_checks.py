"""Claims about single provinces and about grades, tested on a panel of computed indices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from synergy.claims.ledger import Claim
from synergy.claims.panel_checks import missing_years, other_scale
from synergy.claims.panel_view import PanelView, join
from synergy.claims.verdicts import Finding, panel_check, reproduced_if
from synergy.coupling import grade, stage


@panel_check
def top_provinces(claim: Claim, view: PanelView) -> Finding:
    """A set of provinces that holds the top places in one year; `lead` is a least margin."""
    a = claim.panel_arguments
    year = int(a["year"])
    if not view.covers(year):
        return missing_years(view, year)
    values = view.by_province(a["column"])[year].sort_values(ascending=False)
    named = list(a["provinces"])
    holds = set(values.index[: len(named)]) == set(named)
    ahead = float(values[named].min() / values.drop(named).max())
    holds = holds and ahead > float(a.get("lead", 1.0))
    shown = "，".join(f"{name} {value:.3f}" for name, value in values.head(5).items())
    return reproduced_if(holds, f"{year} 年前五：{shown}；末位与其余最高之比 {ahead:.2f}")


@panel_check
def always_in_top(claim: Claim, view: PanelView) -> Finding:
    """Provinces that hold one of the first `places` in every year."""
    a = claim.panel_arguments
    ranks = view.by_province(a["column"]).rank(ascending=False).loc[list(a["provinces"])]
    worst = ranks.max(axis=1)
    shown = "，".join(f"{name} 最低第 {place:.0f}" for name, place in worst.items())
    detail = f"{view.years[0]}—{view.years[-1]} 年{shown}；以前 {a['places']} 名为“引领”"
    return reproduced_if(bool((worst <= int(a["places"])).all()), detail)


@panel_check
def lowest_in_region(claim: Claim, view: PanelView) -> Finding:
    """A province last in its region in most years (more than half)."""
    a = claim.panel_arguments
    table = view.by_province(a["column"]).loc[view.members(a["region"])]
    years = int((table.idxmin() == a["province"]).sum())
    detail = f"{a['province']}在{a['region']}垫底 {years}/{table.shape[1]} 年"
    return reproduced_if(years > table.shape[1] / 2, detail)


@panel_check
def among_risers(claim: Claim, view: PanelView) -> Finding:
    """Provinces whose rise is among the largest (`top`) or smallest (`bottom`) of a region."""
    a = claim.panel_arguments
    table = view.by_province(a["column"]).loc[view.members(a["region"])]
    rise = (table.iloc[:, -1] - table.iloc[:, 0]).sort_values(ascending="bottom" in a)
    places = int(a.get("top") or a["bottom"])
    held = list(rise.index[:places])
    word = "升幅最小" if "bottom" in a else "升幅最大"
    detail = f"{view.years[0]}—{view.years[-1]} 年{a['region']}{word}的 {places} 省：{join(held)}"
    return reproduced_if(set(a["provinces"]) <= set(held), detail)


@panel_check
def falling_provinces(claim: Claim, view: PanelView) -> Finding:
    """The number of provinces of a region that fall between two years, some of them named."""
    a = claim.panel_arguments
    start, end = int(a["start"]), int(a["end"])
    if not view.covers(start, end):
        return missing_years(view, start, end)
    table = view.by_province(a["column"]).loc[view.members(a["region"])]
    fell = [str(name) for name in table.index[table[end] < table[start]]]
    named = set(a["provinces"]) <= set(fell)
    detail = f"{start}—{end} 年{a['region']}下降 {len(fell)} 省：{join(fell) or '无'}"
    return reproduced_if(named and len(fell) == int(claim.value), detail)


@panel_check
def similar_paths(claim: Claim, view: PanelView) -> Finding:
    """Provinces of a region that move together: least pairwise correlation over years."""
    a = claim.panel_arguments
    table = view.by_province(a["column"]).loc[view.members(a["region"])]
    least = float(np.corrcoef(table.to_numpy(float)).min())
    needed = float(a["at_least"])
    detail = f"两两相关系数最小 {least:.2f}；以 {needed:g} 以上为“相似”（界线由本书设定）"
    return reproduced_if(least >= needed, detail)


@panel_check
def wide_spread(claim: Claim, view: PanelView) -> Finding:
    """Marked differences inside a region: greatest over least value in the last year."""
    a = claim.panel_arguments
    values = view.by_province(a["column"]).loc[view.members(a["region"])].iloc[:, -1]
    ratio = float(values.max() / values.min())
    needed = float(a["at_least"])
    detail = (
        f"{view.years[-1]} 年{a['region']}最高{values.idxmax()}与最低{values.idxmin()}之比 "
        f"{ratio:.2f}；以 {needed:g} 以上为“显著”（界线由本书设定）"
    )
    return reproduced_if(ratio >= needed, detail)


@panel_check
def mean_has_label(claim: Claim, view: PanelView) -> Finding:
    """Grade or stage of a regional mean of D: `labels` allowed, in a year or from `start` to `end`.

    With `most` the label must hold in more than half of the years, else in all of them.
    """
    a = claim.panel_arguments
    years = _years(view, a)
    if not years:
        return missing_years(view, *(int(a[k]) for k in ("year", "start", "end") if k in a))
    means = view.means("D").loc[years, list(a["regions"])]
    labels = {name: _label(means[name], a) for name in means}
    inside = pd.DataFrame({n: s.isin(list(a["labels"])) for n, s in labels.items()})
    holds = inside.mean() > 0.5 if a.get("most") else inside.all()
    shown = "；".join(f"{name} {_path(means[name], labels[name])}" for name in means)
    return reproduced_if(bool(holds.all()), shown + _caveat(view))


@panel_check
def province_has_label(claim: Claim, view: PanelView) -> Finding:
    """Grade of provinces' D in a year; with `only` no other province has that grade or a higher."""
    a = claim.panel_arguments
    year = int(a["year"])
    if not view.covers(year):
        return missing_years(view, year)
    d = view.by_province("D")[year]
    names = list(a["provinces"])
    holds = bool((grade(d[names]) == a["label"]).all())
    detail = "，".join(f"{n} {d[n]:.4f}（{g}）" for n, g in grade(d[names]).items())
    if a.get("only"):
        others = [str(n) for n in d.index[d >= d[names].min()] if n not in names]
        same = [str(n) for n in d.index[grade(d) == a["label"]] if n not in names]
        rivals = sorted(set(others) | set(same))
        holds = holds and not rivals
        detail += f"；同级或更高的其他省份：{join(rivals) or '无'}"
    return reproduced_if(holds, f"{year} 年 {detail}{_caveat(view)}")


@panel_check
def province_above(claim: Claim, view: PanelView) -> Finding:
    """Provinces above the printed D in a year."""
    a = claim.panel_arguments
    year = int(a["year"])
    if not view.covers(year):
        return missing_years(view, year)
    d = view.by_province(a["column"])[year][list(a["provinces"])]
    detail = f"{year} 年 " + "，".join(f"{name} {value:.4f}" for name, value in d.items())
    if not view.complete:
        return other_scale(view, detail)
    return reproduced_if(bool((d > claim.value).all()), f"{detail}，印出高于 {claim.printed}")


def _years(view: PanelView, arguments: Any) -> list[int]:
    if "year" in arguments:
        return [y for y in view.years if y == int(arguments["year"])]
    first, last = int(arguments.get("start", 0)), int(arguments.get("end", 9999))
    return [year for year in view.years if first <= year <= last]


def _label(values: pd.Series[float], arguments: Any) -> pd.Series[Any]:
    labels: pd.Series[Any] = stage(values) if arguments.get("scale") == "stage" else grade(values)
    return labels


def _caveat(view: PanelView) -> str:
    """Say that grades have fixed bounds while an index of fewer indicators has another scale."""
    return "" if view.complete else f"；等级界线固定，而本面板只有 {view.n_indicators}/31 项指标"


def _path(values: pd.Series[float], labels: pd.Series[Any]) -> str:
    first, last = values.index[0], values.index[-1]
    start = f"{first} 年 {values[first]:.3f}（{labels[first]}）"
    return start if first == last else f"{start}→{last} 年 {values[last]:.3f}（{labels[last]}）"
