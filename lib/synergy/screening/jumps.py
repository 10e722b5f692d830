"""Along the years: jumps that all places share, places that do not follow, spikes, breaks.

Growth is looked at in logarithms. What all places share in a year is its median; what is a
place's own is the rest, measured in the spread of the series' own growth and in that of the
place, whichever is larger: a flow that goes up and down by nature is not suspect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from synergy.screening.findings import Finding, Series, number

#: A common jump moves the median growth of a year by this much against other years ...
COMMON = 0.15
#: ... and is the steepest change of all years for this share of the places.
SHARED = 0.8
#: A place follows a common jump if it goes this part of the way.
FOLLOWED = 0.25
#: With fewer places or years no jump can be told from the usual course.
FEW_PLACES, FEW_YEARS = 8, 4

#: A spike and a break in spreads, and in logarithms: stock series of the yearbooks have spreads of
#: two or three per cent, in which small true changes are already six.
SPIKE, BREAK, LEAST = 6.0, 9.0, 0.18
#: Growth is never known better than this.
FLOOR = 0.02


@lru_cache(maxsize=512)
def common_jumps(series: Series) -> dict[int, float]:
    """Years in which all places jump, with the size in logarithms.

    A year's median growth is set against that of the other years and against that of the years
    beside it; a jump once found counts no more among the others.
    """
    growth = series.growth
    middle = growth.median()
    years = [year for year in series.years if growth[year].notna().sum() >= FEW_PLACES]
    found: dict[int, float] = {}
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
        before, after = series.values.loc[growth.index, [year - 1, year]].median()
        middle = float(np.expm1(growth.median()))
        usual = float(np.expm1(growth.median() - size))
        what = "像是换了价格基期" if "元" in series.unit else "像是换了口径"
        sentence = (
            f"{series.label}在 {year} 年各地一起{_way(size)}：增速的中位数 {middle:+.0%}，"
            f"别的年份约 {usual:+.0%}；{len(growth)} 地的中位数由 {number(before)} 到 "
            f"{number(after)}。{what}，或是各地共同的冲击。"
        )
        yield Finding("common_jump", (series.name,), (), (year,), abs(size), sentence)
        yield from _not_following(series, year, size)


def _way(size: float) -> str:
    return "跳升" if size > 0 else "跳降"


def _not_following(series: Series, year: int, size: float) -> Iterator[Finding]:
    """Places that go the other way, far beyond what the others differ by."""
    for place, own in zip(series.places, series.own_growth[year], strict=True):
        followed = (own + size) / size  # one with the others, none or less against them
        if followed < FOLLOWED and abs(own) > _threshold(series, place, year, BREAK):
            before, after = (series.at(place, when) for when in (year - 1, year))
            sentence = (
                f"{series.label}：{year} 年各地一起{_way(size)}，{place}却由 {number(before)} 到 "
                f"{number(after)}。"
            )
            where = (series.name,), (place,), (year,)
            values = series.around([place], [year])
            yield Finding("not_following", *where, abs(own), sentence, values)


def _threshold(series: Series, place: str, year: int, times: float) -> float:
    """Own growth that is too much: so many spreads, more where whole numbers are small."""
    scale = max(series.spreads[place], FLOOR)
    if series.counts:
        pair = (series.at(place, year - 1), series.at(place, year))
        scale = max(scale, sum(1 / max(count, 1.0) for count in pair) ** 0.5)
    return max(times * scale, LEAST)


def find_own_jumps(series: Series) -> Iterator[Finding]:
    """Spikes and breaks of single places."""
    enough = series.growth.notna().sum().max() >= FEW_PLACES
    if not enough or len(series.years) < FEW_YEARS:
        return
    common = set(common_jumps(series))
    for place, row in zip(series.places, series.own_growth.to_numpy(), strict=True):
        own = dict(zip(series.years, row, strict=True))
        quiet = [y for y in series.years[:-1] if not common & {y, y + 1}]
        spikes = [year for year in quiet if _is_spike(series, place, year, own)]
        yield from (_spike(series, place, year, abs(own[year])) for year in spikes)
        near = {y for year in spikes for y in (year, year + 1)} | common
        for year in series.years:
            size = abs(own[year])
            if size > LEAST and year not in near and size > _threshold(series, place, year, BREAK):
                yield _break(series, place, year, size)


def _is_spike(series: Series, place: str, year: int, own: dict[int, float]) -> bool:
    """Whether a place leaves its path in a year and comes back the year after."""
    away, back = own[year], own[year + 1]
    returns = away * back < 0 and 2 * min(abs(away), abs(back)) > max(abs(away), abs(back))
    return returns and (abs(away) + abs(back)) / 2 > _threshold(series, place, year, SPIKE)


def _spike(series: Series, place: str, year: int, size: float) -> Finding:
    before, value, after = (series.at(place, year + step) for step in (-1, 0, 1))
    sentence = (
        f"{series.label}：{place} {year} 年 {number(value)}，前后两年 {number(before)} 和 "
        f"{number(after)}。"
    )
    values = series.around([place], [year])
    return Finding("spike", (series.name,), (place,), (year,), size, sentence, values)


def _break(series: Series, place: str, year: int, size: float) -> Finding:
    before, after = (series.at(place, when) for when in (year - 1, year))
    others = float(np.expm1(series.growth[year].median()))
    sentence = (
        f"{series.label}：{place} {year} 年由 {number(before)} 到 {number(after)}"
        f"（{after / before - 1:+.0%}），各地中位数 {others:+.0%}。"
    )
    values = series.around([place], [year])
    return Finding("break", (series.name,), (place,), (year,), size, sentence, values)
