"""What cannot be, and what is missing: bounds, shares that do not add up, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from synergy.reading import bounds_text, find_indicator, outside_bounds
from synergy.screening.findings import Finding, Series, number, some, span

#: Units of which nothing can be negative; money can (a loss).
_COUNTED = ("人", "户", "个", "家", "件", "项", "公里", "米", "吨", "台", "年", "%", "比例", "‰")

#: Shares add up to a hundred within this, by rounding.
WHOLE = 0.02
#: So many of the sums must be whole before columns are taken for shares of one whole.
MOSTLY = 0.3


def find_impossible(series: Series) -> Iterator[Finding]:
    """Values outside the dictionary's bounds, percentages beyond a hundred, negative counts."""
    long = series.values.rename_axis(index="province", columns="year").stack().dropna()
    wrong, allowed = _outside(series, long)
    if wrong.any():
        cells = long[wrong]
        place, year = cells.index[0]
        places = tuple(dict.fromkeys(str(p) for p in cells.index.get_level_values("province")))
        years = tuple(sorted({int(y) for y in cells.index.get_level_values("year")}))
        sentence = (
            f"{series.label}有 {len(cells)} 个值超出 {allowed}，如 {place} {year} 年 "
            f"{number(cells.iloc[0])}。"
        )
        values = tuple((str(p), int(y), float(v)) for (p, y), v in cells.items())
        yield Finding(
            "impossible", (series.name,), places, years, float(len(cells)), sentence, values
        )


def _outside(series: Series, long: pd.Series) -> tuple[pd.Series, str]:
    code = find_indicator(series.name)
    if code is not None:
        frame = pd.DataFrame({"name": code, "value": long})
        return outside_bounds(frame), bounds_text(code)
    if series.unit == "%":
        return (long < 0) | (long > 100), "0 至 100（单位：%）"
    if series.unit == "比例":
        return (long < 0) | (long > 1), "0 至 1（单位：比例）"
    base = series.unit.lstrip("十百千万亿").partition("/")[0]
    counted = base in _COUNTED
    return (long < 0) & counted, f"不小于 0（单位：{series.unit}）"


def find_share_sums(table: Sequence[Series]) -> Iterator[Finding]:
    """Groups of columns that make up a whole in most years, and the years in which they do not."""
    for group in _groups(table):
        total = sum((one.values for one in group[1:]), group[0].values)
        whole = _whole(total)
        if whole is None:
            continue
        short = (total / whole - 1).median()
        years = [int(y) for y in total.columns if abs(short.get(y, 0.0)) > WHOLE]
        if years:
            seen = total[years].stack()
            sentence = (
                f"{_named(group)}共 {len(group)} 列，在别的年份合计 {whole:g}，{span(years)} 年各地合计"
                f"只在 {number(seen.min())} 与 {number(seen.max())} 之间。"
            )
            size = float(max(abs(short[year]) for year in years))
            names = tuple(one.name for one in group)
            yield Finding("share_sum", names, (), tuple(years), size, sentence)


def _groups(table: Sequence[Series]) -> Iterator[list[Series]]:
    """Columns whose names begin alike, three or more; and all columns in per cent."""
    stems: dict[str, list[Series]] = {}
    for one in table:
        stem = one.name
        for mark in ("_", "：", "·", ":"):
            stem = stem.partition(mark)[0]
        stems.setdefault(stem, []).append(one)
    yield from (group for group in stems.values() if len(group) >= 3)


def _whole(total: pd.DataFrame) -> float | None:
    """The whole that sums of shares come to in many cells: 100 or 1."""
    sums = total.to_numpy(dtype=float)
    sums = sums[np.isfinite(sums)]
    for whole in (100.0, 1.0):
        if sums.size and np.mean(np.abs(sums / whole - 1) < WHOLE / 2) >= MOSTLY:
            return whole
    return None


def _named(group: Sequence[Series]) -> str:
    return f"{group[0].label}、{group[1].label}等"


def find_gaps(series: Series, years: Sequence[int]) -> Iterator[Finding]:
    """Years without any value inside the span of a series, and places missing in a year."""
    held = series.values.notna()
    counts = held.sum().reindex(range(int(min(held)), int(max(held)) + 1), fill_value=0)
    empty = [int(year) for year, count in counts.items() if count == 0]
    if empty:
        sentence = f"{series.label}：{span(empty)} 年各地都没有值。"
        yield Finding("gap", (series.name,), (), tuple(empty), float(len(empty)), sentence)
    lacking: dict[tuple[str, ...], list[int]] = {}
    for year in held.columns[held.any()]:
        places = tuple(str(place) for place in held.index[~held[year]])
        if places:
            lacking.setdefault(places, []).append(int(year))
    for places, when in lacking.items():
        sentence = f"{series.label}：{span(when)} 年缺 {some(places)}。"
        size = float(len(places) * len(when))
        yield Finding("gap", (series.name,), places, tuple(when), size, sentence)
    ends = sorted(set(years) - set(range(int(min(held)), int(max(held)) + 1)))
    if ends:
        sentence = f"{series.label}只有 {min(held)}—{max(held)} 年，面板另有 {span(ends)} 年。"
        yield Finding("gap", (series.name,), (), tuple(ends), float(len(ends)), sentence)
