"""A panel as estimation needs it: sorted by unit and calendar time, checked, cheap to chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar.errors import PanelVARError
from pvar.linalg import Array, IntArray

LONGEST_CALENDAR = 10_000


@dataclass(frozen=True, eq=False)
class PanelData:
    """Observations sorted by unit, then time.

    Attributes
    ----------
    values : array (rows, variables)
        Missing values are NaN.
    period : array (rows,)
        Calendar position 0 .. n_periods - 1 of each row.
    start : array (n_units + 1,)
        Row at which each unit starts; the last entry is the number of rows.
    units : array (n_units,)
        Labels.
    first_period, period_step, n_periods : int
        Calendar time of position 0, distance between two, length with gaps.
    clusters : array (n_units,) or None
        Number 0 .. G - 1 of the cluster of each unit.
    """

    values: Array
    period: IntArray
    start: IntArray
    variables: tuple[str, ...]
    units: object
    first_period: int
    period_step: int
    n_periods: int
    clusters: IntArray | None = None

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.start) - 1

    @property
    def times(self) -> IntArray:
        """Calendar times of the positions, shape (n_periods,)."""
        return self.first_period + self.period_step * np.arange(self.n_periods)

    @property
    def balanced(self) -> bool:
        """Whether every unit has a row for every period."""
        return len(self.values) == self.n_units * self.n_periods

    def units_with_gaps(self) -> int:
        """Units whose observed periods are not consecutive."""
        if self.balanced:
            return 0
        unit = np.repeat(np.arange(self.n_units), np.diff(self.start))
        jumps = (np.diff(self.period) > 1) & (np.diff(unit) == 0)
        return len(np.unique(unit[1:][jumps]))

    def dense(self, low: int, high: int) -> Array:
        """Units low .. high - 1 as an array (units, n_periods, variables), NaN where absent."""
        rows = slice(self.start[low], self.start[high])
        shape = (high - low, self.n_periods, len(self.variables))
        if rows.stop - rows.start == shape[0] * shape[1]:
            return self.values[rows].reshape(shape)
        cube = np.full(shape, np.nan)
        unit = np.repeat(np.arange(high - low), np.diff(self.start[low : high + 1]))
        cube[unit, self.period[rows]] = self.values[rows]
        return cube

    @classmethod
    def from_array(cls, values: ArrayLike, variables: Sequence[str] | None = None) -> PanelData:
        """From an array (units, periods, variables) with NaN where missing.

        Raises
        ------
        PanelVARError
            If the array is not three-dimensional, is infinite somewhere or has one unit.
        """
        cube = np.ascontiguousarray(values, dtype=np.float64)
        if cube.ndim != 3:
            raise PanelVARError(f"数组应为三维（单位 × 时期 × 变量），读到 {cube.ndim} 维。")
        n_units, n_periods, n_variables = cube.shape
        names = tuple(variables or (f"y{j + 1}" for j in range(n_variables)))
        if len(names) != n_variables:
            raise PanelVARError(f"变量名 {len(names)} 个，数组却有 {n_variables} 个变量。")
        flat = cube.reshape(-1, n_variables)
        check_finite(flat, names)
        period = np.tile(np.arange(n_periods), n_units)
        start = np.arange(n_units + 1) * n_periods
        return cls(flat, period, start, names, np.arange(n_units), 0, 1, n_periods).checked()

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        variables: Sequence[str],
        *,
        unit: str | None = None,
        time: str | None = None,
        cluster: str | None = None,
    ) -> PanelData:
        """From a data frame in long form.

        Parameters
        ----------
        variables : sequence of str
            Columns to read.
        unit, time : str, optional
            Columns (or index levels) that identify unit and time; by default the two
            levels of a MultiIndex. Time must be integer (a year).

        Raises
        ------
        PanelVARError
            For missing or repeated columns, text, infinite values, absent identifiers,
            time that is not integer, duplicate unit-time rows, or a single unit.
        """
        unit_labels, time_labels = identifiers(frame, unit, time)
        names, values = tuple(variables), numeric_columns(frame, variables)
        check_finite(values, names)
        codes, units = pd.factorize(unit_labels, sort=True)
        if (codes < 0).any():
            raise PanelVARError(f"单位标识有 {int((codes < 0).sum())} 个空值；请补全或删去这些行。")
        periods = integer_times(time_labels)
        codes, periods, values = sorted_rows(codes.astype(np.int64), periods, values)
        check_duplicates(codes, periods, units)
        first = int(periods.min())
        step = int(np.gcd.reduce(pd.unique(periods) - first)) or 1
        position = (periods - first) // step
        length = int(position.max()) + 1
        if length > LONGEST_CALENDAR:
            raise PanelVARError(
                f"时间列跨 {length} 期，超过上限 {LONGEST_CALENDAR}；"
                "请用年份或期数，不要用日期编码。"
            )
        start = np.searchsorted(codes, np.arange(len(units) + 1))
        clusters = None
        if cluster is not None:
            by_unit = frame.groupby(np.asarray(unit_labels), sort=True)[cluster].first()
            clusters = pd.factorize(by_unit)[0].astype(np.int64)
        return cls(values, position, start, names, units, first, step, length, clusters).checked()

    def checked(self) -> PanelData:
        """Self, or an error if no panel estimator can use these data."""
        if self.n_units < 2:
            raise PanelVARError(
                f"只有 {self.n_units} 个单位；面板 VAR 至少要 2 个，聚类标准误要几十个才可靠。"
            )
        empty = np.isnan(self.values).all(axis=0)
        if empty.any():
            names = "、".join(np.array(self.variables)[empty])
            raise PanelVARError(f"变量 {names} 全部缺失；请检查列名或补充数据。")
        return self


def identifiers(
    frame: pd.DataFrame, unit: str | None, time: str | None
) -> tuple[pd.Series, pd.Series]:
    """Unit and time labels from columns or index levels."""
    if (unit is None) != (time is None):
        raise PanelVARError(
            f"unit 与 time 须同时给出或同时省略；读到 unit={unit!r}，time={time!r}。"
        )
    level, depth = frame.index.get_level_values, frame.index.nlevels
    if unit is None or time is None:
        if depth != 2:
            raise PanelVARError(f"未给出单位和时间列，索引须为两层；读到 {depth} 层。")
        keys = [np.asarray(level(place)) for place in (0, 1)]
    else:
        for name in (unit, time):
            if name not in frame.columns and name not in frame.index.names:
                raise PanelVARError(f"没有“{name}”列；现有：{'、'.join(map(str, frame.columns))}。")
        columns, both = frame.columns, (unit, time)
        keys = [np.asarray(frame[name] if name in columns else level(name)) for name in both]
    return pd.Series(keys[0]), pd.Series(keys[1])


def numeric_columns(frame: pd.DataFrame, variables: Sequence[str]) -> Array:
    """The named columns as floats, shape (rows, variables)."""
    absent = [name for name in variables if name not in frame.columns]
    if absent:
        raise PanelVARError(
            f"没有列 {'、'.join(absent)}；现有：{'、'.join(map(str, frame.columns))}。"
        )
    if len(set(variables)) < len(variables):
        raise PanelVARError(f"变量重复：{'、'.join(variables)}；每个变量只能出现一次。")
    values = np.empty((len(frame), len(variables)))
    for j, name in enumerate(variables):
        values[:, j] = numeric_column(frame[name], name)
    return values


def numeric_column(column: pd.Series, name: str) -> Array:
    """One column as floats; text is an error that shows the first offending cell."""
    numbers = pd.to_numeric(column, errors="coerce")
    text = numbers.isna().to_numpy() & column.notna().to_numpy()
    if text.any():
        row = int(np.flatnonzero(text)[0])
        raise PanelVARError(
            f"“{name}”列有 {int(text.sum())} 个单元格不是数值，首个在第 {row + 1} 行："
            f"读到“{column.iloc[row]}”；请改为数值，缺失处留空。"
        )
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def integer_times(labels: pd.Series) -> IntArray:
    """Calendar time as integers."""
    numbers = pd.to_numeric(labels, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~(np.isfinite(numbers) & (numbers == np.round(numbers)))
    if pd.api.types.is_datetime64_any_dtype(labels):
        bad = np.ones(len(labels), dtype=bool)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise PanelVARError(
            f"时间列须为整数（如年份）；第 {row + 1} 行读到“{labels.iloc[row]}”，"
            f"共 {int(bad.sum())} 行不合格。"
        )
    return numbers.astype(np.int64)


def sorted_rows(
    codes: IntArray, periods: IntArray, values: Array
) -> tuple[IntArray, IntArray, Array]:
    """Rows in order of unit, then time; copied only when they are not so already."""
    step = np.diff(codes)
    if ((step > 0) | ((step == 0) & (np.diff(periods) >= 0))).all():
        return codes, periods, values
    order = np.lexsort((periods, codes))
    return codes[order], periods[order], values[order]


def check_duplicates(codes: IntArray, periods: IntArray, units: object) -> None:
    """Refuse two rows for one unit and period."""
    same = (np.diff(codes) == 0) & (np.diff(periods) == 0)
    if same.any():
        row = int(np.flatnonzero(same)[0])
        label = np.asarray(units)[codes[row]]
        raise PanelVARError(
            f"有 {int(same.sum())} 行的单位与时间重复，首个是 {label}、{periods[row]}；"
            "每个单位每期只能有一行。"
        )


def check_finite(values: Array, names: tuple[str, ...]) -> None:
    """Refuse infinite values; NaN is allowed."""
    infinite = np.isinf(values)
    if infinite.any():
        row, column = (int(x) for x in np.argwhere(infinite)[0])
        raise PanelVARError(
            f"“{names[column]}”列有无穷值，首个在第 {row + 1} 行；请改正（如对数的零）。"
        )
