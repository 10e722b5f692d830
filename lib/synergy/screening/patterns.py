"""What looks copied or computed rather than measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd

from synergy.reading.cells import decimals
from synergy.screening.findings import Finding, Series, number, some, span, spread

#: One curve for all places: own growth differs by less than this share of the common growth, and
#: the two effects (place, year) explain this much. Incomes, the most alike of true series, differ
#: by six to eight per cent of their growth.
ALIKE, EXPLAINED = 0.025, 0.999

#: Equal increments in a row, each of so many units of the last digit that is written.
STEPS, DIGITS = 3, 20

#: A value of so many significant digits does not come twice by chance.
LONG, LONGER = 4, 5

#: Decimal places that computed values have more than published ones, and the share of a year's
#: values that must have them.
EXTRA, MOST = 3, 0.8

#: Values that two columns must share before they are compared.
FEW = 20

#: Consecutive years in which two places have the same values.
YEARS_ALIKE = 3


def find_one_curve(series: Series) -> Iterator[Finding]:
    """Series that are one curve times a factor for each place."""
    growth = series.growth.dropna(axis=1, how="all")
    if growth.shape[0] < 8 or growth.shape[1] < 3:
        return
    common = float(growth.median().abs().median())
    own = spread(series.own_growth[growth.columns])
    logs = series.logs
    rest = logs.sub(logs.mean(axis=1), axis=0)
    rest = rest - rest.mean()
    whole = float(np.nanvar(logs.to_numpy()))
    share = 1 - float(np.nanvar(rest.to_numpy())) / whole if whole else 0.0
    if common > 0 and own < ALIKE * common and share > EXPLAINED:
        sentence = (
            f"{series.label}：各地的增速几乎完全一样（相差只有增速的 {own / common:.1%}），一条曲线"
            f"乘以各地的系数解释了全部变化的 {share:.2%}。"
        )
        years = tuple(series.years)
        yield Finding("one_curve", (series.name,), (), years, 1 - own / common, sentence)


def find_copied_series(table: Sequence[Series]) -> Iterator[Finding]:
    """Pairs of columns that are equal, or in one proportion, nearly everywhere."""
    flat = {one.name: one.values.stack().replace(0, np.nan) for one in table}
    together = pd.DataFrame(flat)[[one.name for one in table]].to_numpy(dtype=float)
    for one, other in combinations(range(len(table)), 2):
        with np.errstate(over="ignore"):
            ratio = together[:, other] / together[:, one]
        held = np.isfinite(ratio)
        if held.sum() < FEW or len(np.unique(together[held, one])) < FEW:
            continue
        usual = float(np.median(ratio[held]))
        same = int(np.isclose(ratio[held], usual, rtol=1e-9, atol=0).sum())
        if same > 0.9 * held.sum():
            what = "相同" if abs(usual - 1) < 1e-9 else f"成比例（{usual:.6g} 倍）"
            sentence = f"{table[one].label}与{table[other].label}的 {same} 个值{what}。"
            names = (table[one].name, table[other].name)
            yield Finding("copied_series", names, (), (), float(same), sentence)


def find_copied_places(series: Series) -> Iterator[Finding]:
    """Pairs of places with the same values in consecutive years."""
    values, long = series.array, _digits_of(series) >= LONG - 1
    for one, other in sorted(_alike(values, long)):
        for run in _runs(series.years, (values[one] == values[other]) & long[one]):
            if len(run) >= YEARS_ALIKE:
                places = (series.places[one], series.places[other])
                sentence = f"{series.label}：{places[0]}与{places[1]} {span(run)} 年的值一字不差。"
                found = series.around(places, run)
                where = (series.name,), places, tuple(run)
                yield Finding("copied_places", *where, float(len(run)), sentence, found)


def _alike(values: np.ndarray, long: np.ndarray) -> set[tuple[int, int]]:
    """Pairs of rows that agree in enough consecutive years, so that not all need be compared."""
    pairs: set[tuple[int, int]] = set()
    for start in range(values.shape[1] - YEARS_ALIKE + 1):
        years = slice(start, start + YEARS_ALIKE)
        same: dict[tuple[float, ...], list[int]] = {}
        for row in np.flatnonzero(long[:, years].all(axis=1)):
            same.setdefault(tuple(values[row, years]), []).append(int(row))
        pairs |= {pair for rows in same.values() for pair in combinations(rows, 2)}
    return pairs


def find_linear(series: Series) -> Iterator[Finding]:
    """Runs of equal increments or equal growth, place by place; told once for equal years."""
    if np.median(_digits_of(series)) < LONG:
        return
    runs: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for place, row in zip(series.places, series.array, strict=True):
        for what, run in _even_runs(series.years, row):
            runs.setdefault((what, tuple(run)), []).append(place)
    for (what, years), places in runs.items():
        sentence = f"{series.label}：{some(places)} {span(years)} 年{what}完全相等。"
        values = series.around(places[:6], years)
        size = float(len(places) * len(years))
        yield Finding("linear", (series.name,), tuple(places), years, size, sentence, values)


def _even_runs(years: Sequence[int], row: np.ndarray) -> Iterator[tuple[str, list[int]]]:
    unit = 10.0 ** -max(decimals(value) for value in row if np.isfinite(value))
    steps = np.diff(row)
    even = np.abs(np.diff(steps)) <= 1e-9 * np.abs(row[2:])
    even &= np.abs(steps[1:]) >= DIGITS * unit
    yield from (("的增量", run) for run in _even_years(years, even))
    growth = np.diff(np.log(np.where(row > 0, row, np.nan)))
    alike = (np.abs(np.diff(growth)) <= 1e-9) & (np.abs(growth[1:]) > 1e-6) & ~even
    yield from (("的增速", run) for run in _even_years(years, alike))


def _even_years(years: Sequence[int], even: np.ndarray) -> Iterator[list[int]]:
    """Years of runs of equal steps, both ends included."""
    for run in _runs(years[2:], even):
        if len(run) >= STEPS - 1:
            yield [run[0] - 2, run[0] - 1, *run]


def find_carried(series: Series) -> Iterator[Finding]:
    """Long numbers that are the same as the year before."""
    digits = _digits_of(series)
    same = (np.diff(series.array, axis=1) == 0) & (digits[:, 1:] >= LONG)
    for at in np.flatnonzero(same.any(axis=0)):
        year, rows = series.years[at + 1], np.flatnonzero(same[:, at])
        places = [series.places[row] for row in rows]
        if len(places) >= 3 or digits[rows, at + 1].max() >= LONGER:
            told = (
                f"{p}（{number(series.array[r, at + 1])}）"
                for p, r in zip(places, rows, strict=True)
            )
            sentence = f"{series.label}：{year} 年与上年完全相同的有{some(told)}。"
            found = series.around(places[:6], [year])
            where = (series.name,), tuple(places), (year,)
            yield Finding("carried", *where, float(len(places)), sentence, found)


def find_computed(series: Series) -> Iterator[Finding]:
    """Years whose values have many more decimals than those of other years."""
    places = series.values.map(lambda value: decimals(value) if np.isfinite(value) else np.nan)
    usual = places.median()
    many = (places >= float(usual.min()) + EXTRA).where(places.notna()).mean()
    long = [year for year in series.years if many[year] >= MOST]
    short = [year for year in series.years if many[year] <= 1 - MOST]
    if long and short:
        sentence = (
            f"{series.label}：{span(long)} 年的值有 {usual[long].median():.0f} 位小数，"
            f"{span(short)} 年只有 {usual[short].median():.0f} 位。"
        )
        yield Finding("computed", (series.name,), (), tuple(long), float(len(long)), sentence)


# ------------------------------------------------------------------ digits and runs


@lru_cache(maxsize=8)
def _digits_of(series: Series) -> np.ndarray:
    """Significant digits that each value is written with."""
    digits: np.ndarray = np.vectorize(_significant, otypes=[int])(series.array)
    return digits


def _significant(value: float) -> int:
    """Significant digits that a number is written with; none of a missing one."""
    if not np.isfinite(value) or value == 0:
        return 0
    return len(f"{abs(value):.12g}".partition("e")[0].replace(".", "").strip("0"))


def _runs(years: Sequence[int], flags: Sequence[bool] | np.ndarray) -> Iterator[list[int]]:
    """Runs of consecutive years that are true."""
    run: list[int] = []
    for year, flag in zip(years, flags, strict=True):
        if flag:
            run.append(year)
        elif run:
            yield run
            run = []
    if run:
        yield run
