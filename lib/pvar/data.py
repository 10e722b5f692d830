"""A panel as estimation needs it: sorted by unit and calendar time, checked, cheap to chunk."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar.cells import integer_times, numeric_column
from pvar.errors import PanelVARError
from pvar.linalg import Array, IntArray
from pvar.messages import message
from pvar.options import listed, numbers, shown, variable_names

LONGEST_CALENDAR = 10_000
WIDEST_COUNT = 1_000_000
ROWS_AT_A_TIME = 4096
MOST_LISTED = 20
OF_A_YEAR = re.compile(r".*(19|20)\d\d")


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
        Number 0 .. G - 1 of the cluster of each unit, for errors that are correlated between
        units; None: each unit is its own.
    cluster : str or None
        Column that the clusters came from.
    frequency : str or None
        Where time was given as pandas periods, their frequency; calendar times are then
        the periods' ordinals.
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
    cluster: str | None = None
    frequency: str | None = None

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.start) - 1

    @property
    def n_clusters(self) -> int:
        """Number of clusters, which is that of units where none were given."""
        return self.n_units if self.clusters is None else int(self.clusters.max()) + 1

    @property
    def times(self) -> IntArray:
        """Calendar times of the positions, shape (n_periods,)."""
        return self.first_period + self.period_step * np.arange(self.n_periods)

    @property
    def time_labels(self) -> tuple[str, ...]:
        """Calendar times as one reads them, "2001" or "2001Q1", by position."""
        if self.frequency is None:
            return tuple(str(time) for time in self.times)
        ordinals = (int(time) for time in self.times)
        return tuple(str(pd.Period(ordinal=time, freq=self.frequency)) for time in ordinals)

    @property
    def balanced(self) -> bool:
        """Whether every unit has a row for every period."""
        return len(self.values) == self.n_units * self.n_periods

    @property
    def complete(self) -> bool:
        """Whether in each period each variable is known of all units or of none."""
        if self.balanced and all_finite(self.values):
            return True
        known = np.zeros((self.n_periods, len(self.variables)), dtype=np.int64)
        np.add.at(known, self.period, np.isfinite(self.values))
        return bool(np.isin(known, (0, self.n_units)).all())

    @property
    def incomplete_rows(self) -> int:
        """Rows with a missing value."""
        if all_finite(self.values):
            return 0
        return int(np.isnan(self.values).any(axis=1).sum())

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
            If the array is not numeric and three-dimensional, is infinite somewhere or has one
            unit.
        """
        cube = numeric_array(values, ("units", "periods", "variables"))
        n_units, n_periods, n_variables = cube.shape
        given = [f"y{j + 1}" for j in range(n_variables)] if variables is None else variables
        names = variable_names(given)
        if len(names) != n_variables:
            raise PanelVARError(
                message(
                    "{names} names for {variables} variables in the array; give one name each.",
                    names=len(names),
                    variables=n_variables,
                )
            )
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
            levels of a MultiIndex. Time must be whole numbers (a year) or pandas periods.
        cluster : str, optional
            Column (or index level) of the units' clusters, the same in all rows of a unit.

        Raises
        ------
        PanelVARError
            For missing or repeated columns, text, infinite values, absent identifiers, time
            that is neither, duplicate unit-time rows, a unit in two clusters, or a single unit.
        """
        check_frame(frame)
        names = variable_names(variables)
        unit_labels, time_labels = identifiers(frame, unit, time)
        values = numeric_columns(frame, names)
        check_finite(values, names)
        position, frequency = integer_times(time_labels, "time" if time is None else time)
        first, step = into_calendar(position)
        length = check_calendar(int(position.max()) + 1)
        start, units, order = rows_by_unit(unit_labels, position, "unit" if unit is None else unit)
        if order is not None:
            values, position = values[order], position[order]
        clusters = None if cluster is None else unit_clusters(frame, cluster, start, units, order)
        rest = (first, step, length, clusters, cluster, frequency)
        panel = cls(values, position, start, names, units, *rest)
        if order is not None:  # else each row is later than the one before
            check_duplicates(panel)
        return panel.checked()

    def checked(self) -> PanelData:
        """Self, or an error if no panel estimator can use these data."""
        if self.n_units < 2:
            raise PanelVARError(
                message(
                    "Only {n} unit: a panel VAR needs at least 2, and clustered standard errors "
                    "some dozens.",
                    n=self.n_units,
                )
            )
        empty = np.isnan(self.values[0])
        empty[empty] = np.isnan(self.values[:, empty]).all(axis=0)
        if empty.any():
            raise PanelVARError(
                message(
                    "{names} has no value at all; check the column's name or fill it.",
                    names=listed(np.array(self.variables)[empty]),
                )
            )
        return self


def numeric_array(values: ArrayLike, axes: tuple[str, ...]) -> Array:
    """An array of floats with the axes named."""
    array = np.ascontiguousarray(numbers("values", values, finite=False))
    if array.ndim != len(axes):
        raise PanelVARError(
            message(
                "The array must have {needed} axes ({names}); it has {axes}.",
                needed=len(axes),
                names=listed(axes),
                axes=array.ndim,
            )
        )
    return array


def check_frame(frame: object) -> None:
    """Refuse what is no pandas frame with rows and plain columns."""
    if not isinstance(frame, pd.DataFrame):
        raise PanelVARError(
            message(
                "The data must be a pandas DataFrame in long form; read {value}.",
                value=shown(frame),
            )
        )
    if frame.columns.nlevels > 1:
        raise PanelVARError(
            message(
                "The columns have {levels} levels; name each by one text, for instance by "
                "frame.columns.map('_'.join).",
                levels=frame.columns.nlevels,
            )
        )
    if frame.empty:
        raise PanelVARError(message("The data frame has no rows."))


def identifiers(
    frame: pd.DataFrame, unit: str | None, time: str | None
) -> tuple[pd.Series, pd.Series]:
    """Unit and time labels from columns or index levels."""
    if (unit is None) != (time is None):
        raise PanelVARError(
            message(
                "Give both unit and time or neither; read unit={unit}, time={time}.",
                unit=shown(unit),
                time=shown(time),
            )
        )
    if unit is not None and time is not None:
        pair = labels(frame, "unit", unit), labels(frame, "time", time)
        if unit == time:
            raise PanelVARError(
                message("unit and time must be two columns; both are {name}.", name=shown(unit))
            )
        return pair
    if frame.index.nlevels != 2:
        raise PanelVARError(
            message(
                "Without unit and time, the index must have two levels (unit, time); it has "
                "{levels}. Name the columns: unit=..., time=...",
                levels=frame.index.nlevels,
            )
        )
    first, second = (pd.Series(np.asarray(frame.index.get_level_values(k))) for k in (0, 1))
    return first, second


def labels(frame: pd.DataFrame, option: str, name: str) -> pd.Series:
    """A column or index level that identifies rows."""
    if isinstance(name, Hashable) and name in frame.columns:
        return one_column(frame, name)
    if isinstance(name, Hashable) and name in frame.index.names:
        return pd.Series(np.asarray(frame.index.get_level_values(name)))
    fault = message(
        "{option}: there is no column {name}; there are {columns}.",
        option=option,
        name=shown(name),
        columns=listed_columns(frame, name),
    )
    raise PanelVARError(f"{fault}{wide_form(frame)}")


def one_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """The column of a name that only one may have."""
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise PanelVARError(
            message(
                "{count} columns are called {name}; rename or drop all but one.",
                count=column.shape[1],
                name=name,
            )
        )
    return column


def listed_columns(frame: pd.DataFrame, name: object) -> str:
    """Names of the columns for a message; of many those most like the one not found."""
    columns = [str(column) for column in frame.columns]
    if len(columns) > MOST_LISTED:
        match = SequenceMatcher(None, b=str(name).lower())
        columns.sort(key=lambda column: likeness(match, column), reverse=True)
        columns[MOST_LISTED:] = ["..."]
    return listed(columns)


def likeness(match: SequenceMatcher[str], column: str) -> float:
    """How much of a name a column's name shares, between 0 and 1."""
    match.set_seq1(column.lower())
    return match.ratio()


def wide_form(frame: pd.DataFrame) -> str:
    """What to do with a table that has a column for each year; nothing for others."""
    of_years = [str(column) for column in frame.columns if OF_A_YEAR.fullmatch(str(column))]
    if len(of_years) < 3:
        return ""
    return message(
        " {names} seem to be columns of years: bring the table into long form first, a row for "
        "each unit and period, for instance by pandas.wide_to_long or frame.melt.",
        names=listed([*of_years[:3], "..."]),
    )


def numbered(column: pd.Series, name: str) -> tuple[IntArray, pd.Index]:
    """Numbers 0, 1 .. of the labels of each row, and the sorted labels."""
    try:
        codes, found = pd.factorize(column, sort=True)
    except TypeError as fault:
        raise PanelVARError(
            message(
                "The labels in {name} cannot be sorted, such as {value}; make them text: "
                "frame[{name}].astype(str).",
                name=shown(name),
                value=shown(column.iloc[0]),
            )
        ) from fault
    if (codes < 0).any():
        raise PanelVARError(
            message(
                "Labels missing in {name}: {count}; fill them or drop these rows.",
                count=int((codes < 0).sum()),
                name=shown(name),
            )
        )
    return codes.astype(np.int64), found


def rows_by_unit(
    labels: pd.Series, position: IntArray, name: str
) -> tuple[IntArray, pd.Index | IntArray, IntArray | None]:
    """Where each unit starts, its label, and the order of rows by unit, then time.

    The order is None where the rows have it already.
    """
    start = starts_in_order(labels, position)
    if start is not None:
        return start, labels.to_numpy()[start[:-1]], None
    codes, units = numbered(labels, name)
    order = np.lexsort((position, codes))
    return np.searchsorted(codes[order], np.arange(len(units) + 1)), units, order


def starts_in_order(labels: pd.Series, position: IntArray) -> IntArray | None:
    """Where each unit starts if labels are whole numbers and rows are in strict order."""
    if not (isinstance(labels.dtype, np.dtype) and labels.dtype.kind in "iu"):
        return None
    unit = labels.to_numpy()
    later = unit[1:] > unit[:-1]
    ordered = position[1:] > position[:-1]
    ordered &= unit[1:] == unit[:-1]
    ordered |= later
    if not ordered.all():
        return None
    return np.concatenate([[0], np.flatnonzero(later) + 1, [len(unit)]])


def into_calendar(times: IntArray) -> tuple[int, int]:
    """Turn times into positions in their calendar, in place; its first time and its step."""
    first = int(times.min())
    times -= first
    few = int(times.max()) < WIDEST_COUNT  # counting is faster than hashing
    seen = np.flatnonzero(np.bincount(times)) if few else np.unique(times)
    step = int(np.gcd.reduce(seen)) or 1
    if step > 1:
        times //= step
    return first, step


def unit_clusters(
    frame: pd.DataFrame,
    cluster: str,
    start: IntArray,
    units: pd.Index | IntArray,
    order: IntArray | None,
) -> IntArray:
    """The cluster of each unit, (n_units,)."""
    of_row, _ = numbered(labels(frame, "cluster", cluster), cluster)
    of_row = of_row if order is None else of_row[order]
    of_unit = of_row[start[:-1]]
    unit = np.repeat(np.arange(len(units)), np.diff(start))
    moved = np.unique(unit[of_unit[unit] != of_row])
    if len(moved):
        raise PanelVARError(
            message(
                "{count} units change their cluster {name} over time, the first is {unit}; a "
                "cluster must hold whole units.",
                count=len(moved),
                name=shown(cluster),
                unit=units[moved[0]],
            )
        )
    return of_unit


def numeric_columns(frame: pd.DataFrame, variables: Sequence[str]) -> Array:
    """The named columns as floats, shape (rows, variables)."""
    absent = [name for name in variables if name not in frame.columns]
    if absent:
        raise PanelVARError(
            message(
                "There is no column {names}; there are {columns}.",
                names=listed(absent),
                columns=listed_columns(frame, absent[0]),
            )
        )
    columns = [numeric_column(one_column(frame, name), name) for name in variables]
    values = np.empty((len(frame), len(columns)))
    for low in range(0, len(frame), ROWS_AT_A_TIME):  # rows stay in the cache over columns
        part = values[low : low + ROWS_AT_A_TIME]
        for j, column in enumerate(columns):
            part[:, j] = column[low : low + ROWS_AT_A_TIME]
    return values


def check_calendar(length: int) -> int:
    """The number of periods, or an error if dates were taken for periods."""
    if length > LONGEST_CALENDAR:
        raise PanelVARError(
            message(
                "Time runs over {length} periods, more than {limit}; give years or period numbers, "
                "not dates written as numbers.",
                length=length,
                limit=LONGEST_CALENDAR,
            )
        )
    return length


def check_duplicates(panel: PanelData) -> None:
    """Refuse two rows for one unit and period."""
    same = panel.period[1:] == panel.period[:-1]
    same[panel.start[1:-1] - 1] = False  # from one unit to the next
    if same.any():
        row = int(np.flatnonzero(same)[0])
        raise PanelVARError(
            message(
                "Rows that repeat a unit and period: {count}, the first is {unit}, {period}; keep "
                "one row for each.",
                count=int(same.sum()),
                unit=np.asarray(panel.units)[np.searchsorted(panel.start, row, "right") - 1],
                period=panel.time_labels[panel.period[row]],
            )
        )


def check_finite(values: Array, names: tuple[str, ...]) -> None:
    """Refuse infinite values; NaN is allowed."""
    if all_finite(values):
        return
    infinite = np.isinf(values)
    if infinite.any():
        row, column = (int(x) for x in np.argwhere(infinite)[0])
        raise PanelVARError(
            message(
                "{name} is infinite, first in row {row}; mend it, for instance the logarithm of "
                "zero.",
                name=names[column],
                row=row + 1,
            )
        )


def all_finite(values: Array) -> bool:
    """Whether the sum is finite, which shows in one pass that all values are."""
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.isfinite(values.sum()))
