"""Single values that can be but are unlikely: told with their neighbours, never refused.

A slip in a unit (×100 for per cent, ×10,000 for 万) shows against the unit's own years and against
the other units; a ratio turned round or in per cent against what is usual. These are looked for in
every panel that is read; `press data check` looks for more (`synergy.screening.screen`).
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.measures import is_growth
from synergy.plan import Plan
from synergy.reading.cells import NO_YEAR

#: Smallest step from year to year, in powers of ten beyond what the others do, that is told.
SLIP = 0.9
#: The same in units of the indicator's own restlessness.
RESTLESS = 8.0
#: Smallest gap between the levels of two groups of provinces, in powers of ten.
APART = 1.5
#: Largest share of zeros, or of negative values, among which each is told.
RARE = 0.1

#: Largest share of provinces that can stand apart from the rest.
FEW = 1 / 3
#: Standard deviation over median absolute value of normal steps.
NORMAL = 1.4826

EXAMPLES = 3
#: Power of ten up to which a factor is written out.
LONGEST = 9

Mask = NDArray[np.bool_]
Logs = NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """One value to look at again.

    Attributes
    ----------
    kind : str
        "slip" of a unit, "unusual", "zero" or "negative": keys of
        `synergy.screening.findings.KINDS`.
    problem : str
        What is unusual (Chinese, no final stop).
    name : str
        Code of the indicator.
    province : str
    year : int
    value, before, after : float
        The value, and its neighbours in the same province; NaN where there is none.
    row : int or None
        Line of the file.
    column : str
        Heading of the column.
    """

    kind: str
    problem: str
    name: str
    province: str
    year: int
    value: float
    before: float
    after: float
    row: int | None
    column: str

    def __str__(self) -> str:
        place = f"第 {self.row} 行 " if self.row is not None else ""
        near = [
            f"{word} {_figure(value)}"
            for word, value in (("上年", self.before), ("下年", self.after))
            if not np.isnan(value)
        ]
        around = f"（{'，'.join(near)}）" if near else ""
        year = f" {self.year} 年" if self.year != NO_YEAR else ""
        return f"{place}{self.province}{year} {_figure(self.value)}{around}"


def _figure(value: float) -> str:
    """A value with all its digits where it is large, six of them where it is not."""
    return f"{value:,.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:,.6g}"


def doubt_lines(doubts: Sequence[Doubt], plan: Plan) -> list[str]:
    """One Chinese sentence for each problem of a column, with the first values and the count."""
    groups: dict[tuple[str, str], list[Doubt]] = {}
    for doubt in doubts:
        groups.setdefault((doubt.column, doubt.problem), []).append(doubt)
    names = plan.indicators["name_zh"]
    return [
        _sentence(column, names[same[0].name], problem, same)
        for (column, problem), same in groups.items()
    ]


def _sentence(column: str, name: str, problem: str, same: Sequence[Doubt]) -> str:
    named = "" if column == name else f"（{name}）"
    more = f" 等 {len(same)} 格" if len(same) > EXAMPLES else ""
    return f"“{column}”列{named}：{problem}：{'；'.join(map(str, same[:EXAMPLES]))}{more}。"


def find_doubts(values: pd.DataFrame, places: pd.DataFrame | None, plan: Plan) -> tuple[Doubt, ...]:
    """Unlikely values of a panel.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per indicator code; NaN = missing.
    places : DataFrame, optional
        Index (``province``, ``year``, ``name``), columns ``row`` and ``column`` of the file.
    plan : Plan
        Bounds of the indicators, and what a unit is called.
    """
    by_unit = values.groupby(level="province", sort=False)
    before, after = by_unit.shift(1), by_unit.shift(-1)
    found = []
    for name in values.columns:
        near = pd.DataFrame({"value": values[name], "before": before[name], "after": after[name]})
        for kind, problem, cells in _problems(values[name], plan):
            for province, year in values.index[cells]:
                row, column = _place(places, (province, year, str(name)))
                value, last, following = near.loc[(province, year)].tolist()
                known = (kind, problem, str(name), province, int(year))
                found.append(Doubt(*known, value, last, following, row, column))
    return tuple(found)


def _place(places: pd.DataFrame | None, key: tuple[str, int, str]) -> tuple[int | None, str]:
    """Line and heading of a value, in a long table the name of its indicator."""
    if places is None:
        return None, key[2]
    row, column = (places[heading].loc[key] for heading in ("row", "column"))
    return int(row), str(column)


def _problems(values: pd.Series, plan: Plan) -> Iterator[tuple[str, str, Mask]]:
    """Each problem and its kind with the cells that have it; a cell is told once."""
    about = plan.indicators.loc[str(values.name)].to_dict()
    seen = np.zeros(len(values), dtype=bool)
    for kind, problem, cells in (
        *_slips(values, plan.unit),
        *_unusual(values, about),
        *_zeros(values, about["lower"]),
        *_negatives(values, about["name_zh"]),
    ):
        fresh = cells & ~seen
        seen |= fresh
        if fresh.any():
            yield kind, problem, fresh


# ------------------------------------------------------------------ against what is usual


def _unusual(values: pd.Series, about: Mapping[Hashable, Any]) -> Iterator[tuple[str, str, Mask]]:
    low, high, hint = (about.get(key, np.nan) for key in ("usual_low", "usual_high", "unusual"))
    cells = np.asarray(values, dtype=float)
    for outside, words, bound in ((cells < low, "小于", low), (cells > high, "大于", high)):
        if outside.any():
            yield "unusual", f"{words} {bound:,.6g}，{hint}", outside & (cells != 0)


def _zeros(values: pd.Series, lower: float) -> Iterator[tuple[str, str, Mask]]:
    """Zeros among values that are none: often missing ones. What can be negative can be zero."""
    zero = np.asarray(values == 0)
    if 0 < zero.mean() <= RARE and not np.isnan(lower):
        yield "zero", "是 0；缺失请留空", zero


def _negatives(values: pd.Series, name: str) -> Iterator[tuple[str, str, Mask]]:
    """Negative values of the usual size among others that are none; growth has them."""
    numbers = np.asarray(values, dtype=float)
    negative = numbers < 0
    if 0 < negative.mean() <= RARE and not is_growth(name):
        large = negative & (np.abs(numbers) >= np.nanmedian(np.abs(numbers)))
        yield "negative", "是负数，别的值差不多都不是", large


# ------------------------------------------------------------------ against years and provinces


def _slips(values: pd.Series, unit: str) -> Iterator[tuple[str, str, Mask]]:
    """Values a large factor away from the province's own years, or provinces from the others."""
    table = values.unstack("year")
    logs = np.log10(table.where(table > 0).to_numpy(float))
    if np.isnan(logs).all():
        return
    common = _median(logs - _median(logs, axis=1)[:, None], axis=0)
    own = logs - common
    limit = max(SLIP, RESTLESS * _restlessness(own))
    centre = float(_median(own))
    by_year = np.broadcast_to(_off_level(common, APART, 0.0), logs.shape)
    by_cell = _off_levels(own, limit, centre)
    levels, held = _median(np.where(by_cell == 0, own, np.nan), axis=1), ~np.isnan(own).all(axis=1)
    apart = np.zeros(len(logs))
    apart[held] = _apart(levels[held])
    by_unit = np.broadcast_to(apart[:, None], logs.shape)
    for off, words in (
        (by_year, "整年约为其他年份的"),
        (by_cell, f"约为同一{unit}其他年份的"),
        (by_unit, f"整个{unit}约为其他{unit}的"),
    ):
        powers = np.where(np.isnan(logs), 0, off)
        for power in sorted(set(powers[powers != 0])):
            cells = pd.DataFrame(powers == power, table.index, table.columns)
            of_value = pd.Series(cells.stack(), index=values.index, dtype=bool)
            yield "slip", f"{words} {_factor(int(power))}", np.asarray(of_value)


def _median(logs: Logs, axis: int | None = None) -> Logs:
    """Median of what is there; 0 where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nan_to_num(np.nanmedian(logs, axis=axis)))


def _restlessness(own: Logs) -> float:
    """Usual size of a step from year to year."""
    steps = np.diff(own, axis=1)
    return float(_median(np.abs(steps))) * NORMAL


def _off_levels(own: Logs, limit: float, centre: float) -> Logs:
    """:func:`_off_level` of each row; most have no gap, and are passed over at once."""
    off = np.zeros(own.shape)
    for row in np.flatnonzero((np.diff(np.sort(own, axis=1), axis=1) >= limit).any(axis=1)):
        off[row] = _off_level(own[row], limit, centre)
    return off


def _off_level(logs: Logs, limit: float, centre: float) -> Logs:
    """Power of ten by which values stand away from the level of most; 0 where they do not.

    Values belong to one level where no gap of `limit` parts them. Of two levels with as many
    values the one nearer to `centre` is right.
    """
    order = np.argsort(logs)
    order = order[~np.isnan(logs[order])]
    level = np.cumsum(np.diff(logs[order], prepend=logs[order[:1]]) >= limit)
    means = [logs[order][level == k].mean() for k in range(level[-1] + 1)] if len(order) else []
    if len(means) < 2:
        return np.zeros(len(logs))
    sizes = np.bincount(level)
    right = min(range(len(means)), key=lambda k: (-sizes[k], abs(means[k] - centre)))
    off = np.zeros(len(logs))
    off[order] = np.rint(np.array(means) - means[right])[level]
    return off


def _apart(levels: Logs) -> Logs:
    """Power of ten by which a few provinces stand apart from all others; 0 elsewhere."""
    ordered = np.sort(levels)
    gaps = np.diff(ordered)
    off = np.zeros(len(levels))
    if len(gaps) < 3 or gaps.max() < max(APART, 3 * np.sort(gaps)[-2]):
        return off
    split = ordered[gaps.argmax()]
    low = levels <= split
    few = low if low.mean() < 0.5 else ~low
    if few.mean() <= FEW:
        off[few] = np.rint(levels[few] - np.median(levels[~few]))
    return off


def _factor(power: int) -> str:
    if abs(power) > LONGEST:
        return f"10 的 {power} 次方倍"
    return f"{10**power:,} 倍" if power > 0 else f"1/{10**-power:,}"
