"""Chinese phrases computed from numbers.

A sentence of the report that states a result is put together here, so that its direction
turns when the data or the region turn. Nothing in this module knows a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings

#: Differences below this (in index points) are not worth a direction.
TOLERANCE = 5e-4


def compare(a: float, b: float, *, tolerance: float = TOLERANCE) -> str:
    """Say whether `a` lies above, below or level with `b` (``高于``, ``低于``, ``持平于``)."""
    if not (np.isfinite(a) and np.isfinite(b)):
        return "无法比较于"
    if abs(a - b) <= tolerance:
        return "持平于"
    return "高于" if a > b else "低于"


def direction(change: float, *, tolerance: float = TOLERANCE) -> str:
    """Say which way a change points (``上升``, ``下降``, ``持平``)."""
    if not np.isfinite(change):
        return "无从判断"
    if abs(change) <= tolerance:
        return "持平"
    return "上升" if change > 0 else "下降"


def trend(series: pd.Series, *, tolerance: float = TOLERANCE) -> str:
    """Describe a yearly path: every year the same way, mostly so, or level.

    Parameters
    ----------
    series
        Values in the order of time; missing values are skipped.
    """
    values = series.dropna().to_numpy(dtype=float)
    if len(values) < 2:
        return "期数不足，无从判断"
    steps, overall = np.diff(values), direction(values[-1] - values[0], tolerance=tolerance)
    if overall == "持平":
        return "首尾持平"
    against = int((steps <= 0).sum() if overall == "上升" else (steps >= 0).sum())
    return f"总体{overall}、其间有 {against} 年例外" if against else f"逐年{overall}"


def increase(first: float, last: float) -> str:
    """Growth in words that leave no doubt: ratio and per cent (``为期初的 1.82 倍，增幅 82 %``)."""
    if not (np.isfinite(first) and np.isfinite(last)) or first <= 0:
        return "期初值不为正，不计增幅"
    ratio = last / first
    word = "增幅" if ratio >= 1 else "降幅"
    return f"为期初的 {ratio:.2f} 倍，{word} {abs(ratio - 1):.0%}"


def listed(names: Iterable[str], *, none: str = "无") -> str:
    """Join names with the Chinese enumeration comma."""
    return "、".join(names) or none


def top(series: pd.Series, count: int = 3) -> list[str]:
    """Names of the `count` highest values, highest first."""
    return [str(name) for name in series.dropna().sort_values(ascending=False).index[:count]]


def bottom(series: pd.Series, count: int = 3) -> list[str]:
    """Names of the `count` lowest values, lowest first."""
    return [str(name) for name in series.dropna().sort_values().index[:count]]


def place(region: Region) -> str:
    """Name a region in running text (``东部地区``, ``全国``, ``广东``)."""
    return f"{region.name}地区" if region.kind == "region" else region.name


def path_of(region: Region, findings: Findings, column: str) -> pd.Series:
    """Yearly path of a column for the nation, a region or a province.

    Parameters
    ----------
    region
        What the edition is about.
    findings
        Findings of one panel.
    column
        Numeric column, for instance ``U1`` or ``D``.
    """
    if region.kind == "province":
        path: pd.Series = findings.frame[column].xs(region.name, level="province")
        return path
    regional = findings.regional
    return regional[regional["region"] == region.name].set_index("year")[column].sort_index()


def spotlight(region: Region, findings: Findings, column: str, label: str) -> str:
    """Sentence about the edition's region: its path, and how it stands at the end.

    Parameters
    ----------
    region, findings, column
        As in :func:`path_of`.
    label
        Chinese name of the column.
    """
    path = path_of(region, findings, column).dropna()
    if path.empty:
        return f"{place(region)}的{label}在手头的数据里无法计算。"
    first, last = path.index[0], path.index[-1]
    head = (
        f"{place(region)}的{label}由 {first} 年的 {path.iloc[0]:.3f} 变为 {last} 年的"
        f" {path.iloc[-1]:.3f}，{increase(path.iloc[0], path.iloc[-1])}，{trend(path)}"
    )
    return f"{head}；{standing(region, findings, column, int(last))}。"


def standing(region: Region, findings: Findings, column: str, year: int) -> str:
    """Say how the edition's region stands in one year among its peers."""
    means = findings.regional.query("year == @year").set_index("region")[column]
    areas, nation = means.drop("全国"), means["全国"]
    if region.kind == "nation":
        return f"当年四大地区由高到低为{listed(top(areas, len(areas)))}"
    if region.kind == "region":
        return (
            f"当年{compare(means[region.name], nation)}全国均值 {nation:.3f}，"
            f"四大地区中居第 {rank_of(areas, region.name)}"
        )
    provinces = findings.frame.xs(year, level="year")
    area, own = str(provinces["region"][region.name]), provinces[column]
    return (
        f"当年{compare(own[region.name], nation)}全国均值 {nation:.3f}，"
        f"{compare(own[region.name], means[area])}{area}地区均值 {means[area]:.3f}，"
        f"在 {own.notna().sum()} 个省份中居第 {rank_of(own, region.name)}"
    )


def rank_of(series: pd.Series, name: str) -> int:
    """Place of a name in a series, 1 = highest; ties share the better place."""
    return int(series.rank(ascending=False, method="min")[name])


def bullets(texts: Iterable[str], *, none: str = "无。") -> str:
    """List texts as markdown."""
    return "\n".join(f"- {text}" for text in texts) or f"- {none}"
