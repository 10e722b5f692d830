"""What looks copied or computed rather than measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

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
            f"{series.label}：各地的增速几乎完全一样（相差只有增速的 {own / common:.1%}），一条曲线乘以各地的"
            f"系数解释了全部变化的 {share:.2%}。"
        )
        years = tuple(int(year) for year in growth.columns)
        yield Finding("one_curve", (series.name,), (), years, 1 - own / common, sentence)


def find_copied_series(table: Sequence[Series]) -> Iterator[Finding]:
    """Pairs of columns that are equal, or in one proportion, nearly everywhere."""
    for one, other in combinations(table, 2):
        both = one.values.stack().to_frame("one").join(other.values.stack().rename("other"))
        both = both.dropna()[lambda frame: (frame["one"] != 0) & (frame["other"] != 0)]
        if len(both) < 30 or both["one"].round(8).nunique() < 20:
            continue
        ratio = both["other"] / both["one"]
        usual = float(ratio.median())
        same = np.isclose(ratio, usual, rtol=1e-9, atol=0)
        if same.mean() > 0.9:
            what = "相同" if abs(usual - 1) < 1e-9 else f"成比例（{usual:.6g} 倍）"
            sentence = f"{one.label}与{other.label}的 {same.sum()} 个值{what}。"
            yield Finding(
                "copied_series", (one.name, other.name), (), (), float(same.mean()), sentence
            )


def find_copied_places(series: Series) -> Iterator[Finding]:
    """Pairs of places with the same values in consecutive years."""
    values = series.values
    digits = values.map(_significant)
    for one, other in combinations(values.index, 2):
        same = (values.loc[one] == values.loc[other]) & (digits.loc[one] >= LONG - 1)
        for run in _runs(same):
            if len(run) >= YEARS_ALIKE:
                sentence = f"{series.label}：{one}与{other} {span(run)} 年的值一字不差。"
                found = series.around([str(one), str(other)], run)
                places = (str(one), str(other))
                yield Finding(
                    "copied_places", (series.name,), places, tuple(run), len(run), sentence, found
                )


def find_linear(series: Series) -> Iterator[Finding]:
    """Runs of equal increments or equal growth, place by place; told once for equal years."""
    if _significant_digits(series.values) < LONG:
        return
    runs: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for place, row in series.values.iterrows():
        for what, run in _even_runs(row.dropna()):
            runs.setdefault((what, tuple(run)), []).append(str(place))
    for (what, run), places in runs.items():
        sentence = f"{series.label}：{some(places)} {span(run)} 年{what}完全相等。"
        values = series.around(places[:6], run)
        size = float(len(places) * len(run))
        yield Finding("linear", (series.name,), tuple(places), run, size, sentence, values)


def _even_runs(row: pd.Series) -> Iterator[tuple[str, list[int]]]:
    years = [int(year) for year in row.index]
    values = row.to_numpy(dtype=float)
    unit = 10.0 ** -max((_decimals(value) for value in values), default=0)
    steps = np.diff(values)
    even = np.abs(np.diff(steps)) <= 1e-9 * np.abs(values[2:])
    even &= np.abs(steps[1:]) >= DIGITS * unit
    yield from (("的增量", run) for run in _even_years(years, even))
    if (values > 0).all():
        growth = np.diff(np.log(values))
        alike = (np.abs(np.diff(growth)) <= 1e-9) & (np.abs(growth[1:]) > 1e-6) & ~even
        yield from (("的增速", run) for run in _even_years(years, alike))


def _even_years(years: Sequence[int], even: np.ndarray) -> Iterator[list[int]]:
    """Years of runs of equal steps, both ends included."""
    flags = pd.Series(even, index=years[2:], dtype=bool)
    for run in _runs(flags):
        whole = [run[0] - 2, run[0] - 1, *run]
        if len(run) >= STEPS - 1 and all(year in years for year in whole):
            yield whole


def find_carried(series: Series) -> Iterator[Finding]:
    """Long numbers that are the same as the year before."""
    values = series.values
    same = (values.diff(axis=1) == 0) & (values.map(_significant) >= LONG)
    for year in same.columns:
        places = [str(place) for place in same.index[same[year]]]
        longest = max((_significant(values.at[place, year]) for place in places), default=0)
        if len(places) >= 3 or longest >= LONGER:
            shown = some(f"{place}（{number(values.at[place, year])}）" for place in places)
            sentence = f"{series.label}：{year} 年与上年完全相同的有{shown}。"
            found = series.around(places[:6], [int(year)])
            where = (series.name,), tuple(places), (int(year),)
            yield Finding("carried", *where, float(len(places)), sentence, found)


def find_computed(series: Series) -> Iterator[Finding]:
    """Years whose values have many more decimals than those of other years."""
    places = series.values.map(lambda value: _decimals(value) if np.isfinite(value) else np.nan)
    usual = places.median()
    published = float(usual.min())
    many = (places >= published + EXTRA).where(places.notna()).mean()
    long = [int(year) for year in places.columns if many[year] >= MOST]
    short = [int(year) for year in places.columns if many[year] <= 1 - MOST]
    if long and short:
        sentence = (
            f"{series.label}：{span(long)} 年的值有 {usual[long].median():.0f} 位小数，{span(short)} 年只有 "
            f"{usual[short].median():.0f} 位。"
        )
        yield Finding("computed", (series.name,), (), tuple(long), float(len(long)), sentence)


# ------------------------------------------------------------------ digits and runs


def _decimals(value: float) -> int:
    whole, _, part = f"{value:.10g}".partition(".")
    return 0 if "e" in whole + part else len(part)


def _significant(value: float) -> int:
    """Significant digits that a number is written with; none of a missing one."""
    if not np.isfinite(value) or value == 0:
        return 0
    return len(f"{abs(value):.12g}".partition("e")[0].replace(".", "").strip("0"))


def _significant_digits(values: pd.DataFrame) -> float:
    return float(np.median(values.map(_significant).to_numpy()))


def _runs(flags: pd.Series) -> Iterator[list[int]]:
    """Runs of consecutive years that are true."""
    run: list[int] = []
    for year, flag in flags.items():
        if flag and (not run or run[-1] == int(year) - 1):
            run.append(int(year))
            continue
        if run:
            yield run
        run = [int(year)] if flag else []
    if run:
        yield run
