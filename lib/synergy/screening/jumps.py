"""Along the years: jumps that all places share, places that do not follow, spikes, breaks.

Growth is looked at in logarithms. What all places share in a year is its median; what is a
place's own is the rest, measured in the spread of the series' own growth and in that of the
place, whichever is larger: a flow that goes up and down by nature is not suspect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from synergy.screening.findings import Finding, Series, number, spread

#: A common jump moves the median growth of a year by this much against other years ...
COMMON = 0.15
#: ... and is the steepest change of all years for this share of the places.
SHARED = 0.8
#: With fewer places or years no jump can be told from the usual course.
FEW_PLACES, FEW_YEARS = 8, 4

#: A spike and a break in spreads, and in logarithms: stock series of the yearbooks have spreads of
#: two or three per cent, in which small true changes are already six.
SPIKE, BREAK, LEAST = 6.0, 9.0, 0.18
#: Growth is never known better than this.
FLOOR = 0.02


def common_jumps(series: Series) -> dict[int, float]:
    """Years in which all places jump, with the size in logarithms.

    A year's median growth is set against that of the other years and against that of the years
    beside it; a jump once found counts no more among the others.
    """
    growth = series.growth.loc[:, series.growth.notna().sum() >= FEW_PLACES]
    middle = growth.median()
    found: dict[int, float] = {}
    years = [int(year) for year in growth.columns]
    while len(years) >= FEW_YEARS - 1:
        sizes = {year: _departure(middle, year, years) for year in years}
        shared = {y: size for y, size in sizes.items() if _is_shared(growth, y, years, size)}
        if not shared:
            break
        worst = max(shared, key=lambda year: abs(shared[year]))
        found[worst] = shared[worst]
        years.remove(worst)
    return found


def _departure(middle: pd.Series, year: int, years: Sequence[int]) -> float:
    """How far a year's growth is from all others and from its neighbours; the smaller."""
    others = [other for other in years if other != year]
    before = [other for other in others if other < year][-1:]
    after = [other for other in others if other > year][:1]
    whole = float(middle[year] - middle[others].median())
    beside = float(middle[year] - middle[[*before, *after]].mean())
    return min(whole, beside, key=abs) if whole * beside > 0 else 0.0


def _is_shared(growth: pd.DataFrame, year: int, years: Sequence[int], size: float) -> bool:
    if abs(size) < COMMON:
        return False
    others = growth[[other for other in years if other != year]]
    own = growth[year].dropna()
    beyond = (
        own > others.max(axis=1)[own.index] if size > 0 else own < others.min(axis=1)[own.index]
    )
    return float(beyond.mean()) >= SHARED


def find_common_jumps(series: Series) -> Iterator[Finding]:
    """Years in which all places jump, and places that do not follow."""
    for year, size in sorted(common_jumps(series).items()):
        growth = series.growth[year].dropna()
        totals = series.values.loc[growth.index, [year - 1, year]].sum()
        middle = float(np.expm1(growth.median()))
        usual = float(np.expm1(growth.median() - size))
        money = "元" in series.unit
        what = "像是换了价格基期" if money else "像是换了口径"
        sentence = (
            f"{series.label}在 {year} 年各地一起{'跳升' if size > 0 else '跳降'}：中位数 {middle:+.0%}，"
            f"别的年份约 {usual:+.0%}；{len(growth)} 地之和由 {number(totals[year - 1])} 到 "
            f"{number(totals[year])}。{what}。"
        )
        yield Finding("common_jump", (series.name,), (), (year,), abs(size), sentence)
        yield from _not_following(series, year, size)


def _not_following(series: Series, year: int, size: float) -> Iterator[Finding]:
    """Places that go the other way, far beyond what the others differ by."""
    own = series.own_growth[year].dropna()
    against = own[(np.sign(own) == -np.sign(size)) & (own.abs() > abs(size) / 2)]
    scale = max(_scale(series, str(place)) for place in against.index) if len(against) else 1.0
    for place, value in against.items():
        if abs(value) > BREAK * scale and abs(value) > LEAST:
            before, after = series.values.loc[place, [year - 1, year]]
            sentence = (
                f"{series.label}：{year} 年各地一起{'跳升' if size > 0 else '跳降'}，{place}却由 "
                f"{number(before)} 到 {number(after)}。"
            )
            values = series.around([str(place)], [year])
            where = (series.name,), (str(place),), (year,)
            yield Finding("not_following", *where, abs(float(value)), sentence, values)


def _scale(series: Series, place: str) -> float:
    """Spread of own growth: the series' or the place's, whichever is larger."""
    return max(spread(series.own_growth), spread(series.own_growth.loc[place]), FLOOR)


def find_own_jumps(series: Series) -> Iterator[Finding]:
    """Spikes and breaks of single places."""
    if series.growth.notna().sum().max() < FEW_PLACES or series.growth.shape[1] < FEW_YEARS:
        return
    common = set(common_jumps(series))
    for place in series.own_growth.index:
        scale = _scale(series, str(place))
        own = series.own_growth.loc[place]
        spikes = list(_spikes(own, scale))
        for year in spikes:
            yield _spike(series, str(place), year, own)
        near = {y for year in spikes for y in (year, year + 1)}
        for year, value in own.items():
            if year not in near | common and abs(value) > max(BREAK * scale, LEAST):
                yield _break(series, str(place), int(year), float(value))


def _spikes(own: pd.Series, scale: float) -> Iterator[int]:
    """Years that leave the path and come back the year after."""
    for year in own.index[:-1]:
        away, back = own[year], own[year + 1]
        if away * back < 0 and min(abs(away), abs(back)) > 0.5 * max(abs(away), abs(back)):
            size = (abs(away) + abs(back)) / 2
            if size > max(SPIKE * scale, LEAST):
                yield int(year)


def _spike(series: Series, place: str, year: int, own: pd.Series) -> Finding:
    before, value, after = series.values.loc[place, [year - 1, year, year + 1]]
    times = value / np.sqrt(before * after)
    sentence = (
        f"{series.label}：{place} {year} 年 {number(value)}，前后两年 {number(before)} 和 "
        f"{number(after)}{_tenfold(times)}。"
    )
    values = series.around([place], [year])
    return Finding("spike", (series.name,), (place,), (year,), abs(own[year]), sentence, values)


def _tenfold(times: float) -> str:
    """Say so where a value is off by a power of ten, as a unit's slip is."""
    power = np.log10(times)
    near = abs(power - round(power)) < 0.1 and abs(round(power)) >= 1
    what = "恰近" + (
        f"{10 ** abs(round(power))} 倍" if power > 0 else f"{10 ** abs(round(power))} 分之一"
    )
    return f"，{what}，像是单位差错" if near else ""


def _break(series: Series, place: str, year: int, value: float) -> Finding:
    before, after = series.values.loc[place, [year - 1, year]]
    others = float(np.expm1(series.growth[year].median()))
    sentence = (
        f"{series.label}：{place} {year} 年由 {number(before)} 到 {number(after)}"
        f"（{after / before - 1:+.0%}），各地中位数 {others:+.0%}。"
    )
    values = series.around([place], [year])
    return Finding("break", (series.name,), (place,), (year,), abs(value), sentence, values)
