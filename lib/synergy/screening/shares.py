"""What cannot be, and what is missing: bounds, shares that do not add up, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

import numpy as np
import pandas as pd

from synergy.measures import counts_things, is_growth, span_text, whole_of
from synergy.reading.cells import NO_YEAR
from synergy.screening.findings import Finding, Series, number, some, span

#: Shares add up to a hundred within this, by rounding.
WHOLE = 0.02
#: So many of the sums must be whole before columns are taken for shares of one whole.
MOSTLY = 0.3


def find_impossible(series: Series) -> Iterator[Finding]:
    """Values outside the dictionary's bounds, percentages beyond a hundred, negative counts."""
    outside, allowed = _outside(series)
    at = np.argwhere(outside)
    if not len(at):
        return
    values = tuple(
        (series.places[row], series.years[column], float(series.array[row, column]))
        for row, column in at
    )
    places = tuple(dict.fromkeys(place for place, _, _ in values))
    years = tuple(sorted({year for _, year, _ in values}))
    place, year, value = values[0]
    when = "" if year == NO_YEAR else f" {year} 年"
    sentence = (
        f"{series.label}有 {len(values)} 个值超出 {allowed}，如 {place}{when} {number(value)}。"
    )
    size = float(len(values))
    yield Finding("impossible", (series.name,), places, years, size, sentence, values)


def _outside(series: Series) -> tuple[np.ndarray, str]:
    """Which values cannot be, and what could: by the plan's bounds, else by the unit."""
    low, high, usual = series.bounds
    whole = None if is_growth(series.label) else whole_of(series.unit)
    if isnan(low) and (whole or counts_things(series.unit)):
        low = 0.0
    if isnan(high) and isnan(usual) and whole:
        high = whole
    if isnan(low):
        return np.zeros(series.array.shape, dtype=bool), ""
    outside = (series.array < low) | (series.array > high)
    return outside, span_text(low, high, series.unit)


def find_share_sums(table: Sequence[Series]) -> Iterator[Finding]:
    """Groups of columns that make up a whole in most years, and the years in which they do not."""
    for group in _groups(table):
        total = sum((one.values for one in group[1:]), group[0].values)
        whole = _whole(total)
        if whole is None:
            continue
        short = (total / whole - 1).median()
        years = [int(str(y)) for y, part in short.items() if abs(part) > WHOLE]
        if years:
            seen = total[years].to_numpy(dtype=float)
            sentence = (
                f"{_named(group)}共 {len(group)} 列，在别的年份合计 {whole:g}，{span(years)} 年"
                f"各地合计只在 {number(np.nanmin(seen))} 与 {number(np.nanmax(seen))} 之间。"
            )
            size = float(max(abs(short[year]) for year in years))
            names = tuple(one.name for one in group)
            yield Finding("share_sum", names, (), tuple(years), size, sentence)


def _groups(table: Sequence[Series]) -> Iterator[list[Series]]:
    """Columns whose names begin alike, three or more."""
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
    held = np.isfinite(series.array)
    empty = [year for year, some_ in zip(series.years, held.any(axis=0), strict=True) if not some_]
    if empty:
        yield _gap(series, f"：{span(empty)} 年各地都没有值。", (), empty)
    lacking: dict[tuple[str, ...], list[int]] = {}
    for year, column in zip(series.years, held.T, strict=True):
        places = tuple(p for p, has in zip(series.places, column, strict=True) if not has)
        if places and year not in empty:
            lacking.setdefault(places, []).append(year)
    for places, when in lacking.items():
        told = "" if when == [NO_YEAR] else f"{span(when)} 年"
        yield _gap(series, f"：{told}缺 {some(places)}。", places, when)
    ends = [year for year in years if year not in series.years]
    if ends:
        yield _gap(series, f"只有 {span(series.years)} 年，面板另有 {span(ends)} 年。", (), ends)


def _gap(series: Series, told: str, places: tuple[str, ...], years: Sequence[int]) -> Finding:
    size = float(max(1, len(places)) * len(years))
    return Finding("gap", (series.name,), places, tuple(years), size, f"{series.label}{told}")
