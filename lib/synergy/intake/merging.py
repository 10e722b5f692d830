"""Make one panel of many files, and account for everything in them.

A value that two files give must be the same in both, to the digits of the coarser; where it is
not, the files are of different vintages or mean different things, and the user decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import pandas as pd

from synergy.dictionary import indicators, report_plan, units
from synergy.faults import DataFileError, Fault
from synergy.intake.layouts import Cell, Table
from synergy.intake.mapping import SKIPPED, Choice, Mapping, choice_of, recipe_series
from synergy.intake.one_file import FileReport
from synergy.panel import ROWS
from synergy.plan import Plan
from synergy.reading.cells import decimals, find_indicator
from synergy.reading.judging import bounds_text, outside_bounds


@dataclass(frozen=True)
class Origin:
    """Where the values of an indicator come from.

    Attributes
    ----------
    target, unit : str
        Indicator and the unit of the panel.
    file, sheet, heading, heading_unit, factor : str
        Where, under which heading and in which unit; what values were multiplied by.
    values, missing : int
    first, last : int
        Years.
    layout, facts, notes : str
        How the table was laid out; what it says of itself, base and vintage included.
    """

    target: str
    unit: str
    file: str
    sheet: str
    heading: str
    heading_unit: str
    factor: str
    values: int
    missing: int
    first: int
    last: int
    layout: str
    facts: str
    notes: str


@dataclass(frozen=True)
class Conflict:
    """Different values for one place, year and indicator.

    Attributes
    ----------
    target, province : str
    year : int
    values : tuple of float
    files : tuple of str
        File and line of each.
    """

    target: str
    province: str
    year: int
    values: tuple[float, ...]
    files: tuple[str, ...]

    @property
    def within(self) -> set[str]:
        """Files in which they stand."""
        return {place.rpartition(" 第 ")[0] for place in self.files}


@dataclass(frozen=True, eq=False)
class Import:
    """A panel with the account of how it came about.

    Attributes
    ----------
    panel : DataFrame
        Index (``province``, ``year``); a column per indicator; NaN where no file has a value.
    units : dict of str to str
        By column.
    files : tuple of FileReport
    origins : tuple of Origin
    yielded : tuple of Conflict
        Values that gave way to those of a preferred file.
    repeated : int
        Values that several files give alike.
    """

    panel: pd.DataFrame
    units: dict[str, str]
    files: tuple[FileReport, ...]
    origins: tuple[Origin, ...]
    yielded: tuple[Conflict, ...]
    repeated: int

    @property
    def plan(self) -> Plan:
        """What the columns are: indicators of the dictionary, or series by name and unit."""
        about = pd.DataFrame([_about(*named) for named in self.units.items()], list(self.units))
        return replace(report_plan(), indicators=about.reindex(columns=indicators().columns))


def _about(name: str, unit: str) -> dict[str, Any]:
    code = find_indicator(name)
    if code is not None:
        return {str(key): cell for key, cell in indicators().loc[code].items()}
    label, _ = recipe_series().get(name, (name, unit))
    return {"name_zh": label.partition("（")[0], "unit": unit}


class Unanswered(DataFileError):
    """The mapping file has open questions; the panel was not written."""


# ------------------------------------------------------------------ from cells to values


@dataclass(frozen=True, slots=True)
class _Value:
    """One value on its way into the panel."""

    target: str
    province: str
    year: int
    value: float
    places: int
    file: str
    line: int


def merge(
    files: Iterable[FileReport],
    mapping: Mapping,
    prefer: Sequence[str] = (),
    *,
    bounded: bool = True,
) -> Import:
    """Make one panel.

    Parameters
    ----------
    files : iterable of FileReport
    mapping : Mapping
        Grows by what it did not know.
    prefer : sequence of str
        Files whose values win where files differ, the first before the second.
    bounded : bool
        Refuse values that an indicator of the dictionary cannot take.

    Raises
    ------
    Unanswered
        If the mapping leaves questions open.
    DataFileError
        If files differ and none is preferred, or nothing is left to import.
    """
    files = tuple(files)
    values: list[_Value] = []
    origins: list[Origin] = []
    questions: list[Fault] = []
    for report in files:
        for table in report.tables:
            for chosen in _series(table, mapping):
                if isinstance(chosen, Fault):
                    questions.append(chosen)
                else:
                    values += chosen[0]
                    origins.append(chosen[1])
    if questions:
        raise Unanswered("对照表", list(dict.fromkeys(questions)))
    if not any(not isnan(value.value) for value in values):
        fault = Fault("没有一个值可以导入", cure=f"对照表里的指标不要都写“{SKIPPED}”")
        raise DataFileError("、".join(report.file for report in files), [fault])
    beyond = list(_beyond_bounds(values)) if bounded else []
    if beyond:
        raise DataFileError("合并", beyond)
    kept, yielded, repeated = _reconciled(values, prefer)
    named = {origin.target: origin.unit for origin in origins}
    return Import(_panel(kept, named), named, files, tuple(origins), yielded, repeated)


def _series(table: Table, mapping: Mapping) -> Iterator[tuple[list[_Value], Origin] | Fault]:
    """Values of each indicator of a table, or what must be asked first."""
    question = _question(table, mapping)
    if question is not None:
        yield question
        return
    whole = mapping.of_file(table.file)
    by_heading: dict[object, list[Cell]] = {}
    for cell in table.cells:
        by_heading.setdefault(cell.heading, []).append(cell)
    for cells in by_heading.values():
        heading = cells[0].heading
        row = whole if heading is None else mapping.choose(table.file, heading)
        if row.target == SKIPPED:
            continue
        choice = choice_of(row)
        if isinstance(choice, str):
            yield Fault(choice, mapping.line(row), None, f"{row.heading}（{row.unit}）")
            continue
        values = [_value(cell, choice, table, whole.place, whole.year) for cell in cells]
        text = row.target if heading is None else heading.text
        yield values, _origin(values, choice, table, text, row.unit)


def _question(table: Table, mapping: Mapping) -> Fault | None:
    """What a file does not say and the mapping must."""
    whole = mapping.of_file(table.file)
    told = {"place": whole.place, "year": whole.year, "name": whole.target}
    columns = {"place": "地区", "year": "年份", "name": "指标和单位"}
    open_ones = [columns[role] for role in table.absent if not told[role]]
    if not open_ones:
        return None
    what = "、".join(open_ones)
    row = mapping.ask(table.file, f"文件里没有写，请填写：{what}")
    return Fault(f"{table.file} 没有写{what}", mapping.line(row), None, cure=f"在这一行填写{what}")


def _value(cell: Cell, choice: Choice, table: Table, place: str, year: str) -> _Value:
    value = cell.value
    if choice.factor != 1:  # to the digits that a spreadsheet keeps
        value = float(f"{value * choice.factor.numerator / choice.factor.denominator:.15g}")
    return _Value(
        choice.target,
        cell.place or place,
        cell.year or int(year),
        value,
        decimals(value),
        table.file,
        cell.line,
    )


def _origin(
    values: Sequence[_Value], choice: Choice, table: Table, heading: str, unit: str
) -> Origin:
    years = [value.year for value in values]
    missing = sum(isnan(value.value) for value in values)
    return Origin(
        choice.target,
        choice.unit,
        table.file,
        table.sheet,
        heading,
        unit,
        "" if choice.factor == 1 else f"{float(choice.factor):g}",
        len(values) - missing,
        missing,
        min(years),
        max(years),
        table.layout,
        "；".join(f"{key}：{text}" for key, text in table.facts.items() if text),
        "\n".join(table.notes),
    )


def _beyond_bounds(values: Iterable[_Value]) -> Iterator[Fault]:
    """Values that an indicator of the dictionary cannot take, once for each indicator."""
    known = [(value, find_indicator(value.target)) for value in values]
    rows = [(code, value.value, value) for value, code in known if code is not None]
    frame = pd.DataFrame(rows, columns=["name", "value", "origin"])
    for name, group in frame[outside_bounds(frame)].groupby("name"):
        first: _Value = group["origin"].iloc[0]
        percent = group["value"].between(1, 100).all() and bounds_text(str(name)).startswith(
            "0 至 1"
        )
        cure = "若写的是百分数，请在对照表的“换算”里填 0.01" if percent else "核对标题的单位和数值"
        seen = f"{first.value:g}（{first.file} 第 {first.line} 行，共 {len(group)} 个值）"
        problem = f"“{first.target}”超出可能的范围"
        yield Fault(problem, seen=seen, allowed=bounds_text(str(name)), cure=cure)


# ------------------------------------------------------------------ values that meet

_REPEATED = "若是市县一级的表，请先汇总到省；若是几类人或几种口径，请分成几列；若是重复的行，请删去"
_VINTAGES = (
    "多半是不同时候修订的版本：只导入其中一个文件；或用 --prefer 文件名 说明以哪个为准；"
    "或在对照表里分成两项"
)


def _reconciled(
    values: Iterable[_Value], prefer: Sequence[str]
) -> tuple[list[_Value], tuple[Conflict, ...], int]:
    """One value for each place, year and indicator."""
    meeting: dict[tuple[str, str, int], list[_Value]] = {}
    for value in values:
        if not isnan(value.value):
            meeting.setdefault((value.target, value.province, value.year), []).append(value)
    kept: list[_Value] = []
    yielded: list[Conflict] = []
    open_ones: list[Conflict] = []
    for group in meeting.values():
        best = max(group, key=lambda value: value.places)
        if not all(_agree(best, other) for other in group):
            first = next((v for name in prefer for v in group if v.file == name), None)
            (open_ones if first is None else yielded).append(_conflict(group))
            best = first or best
        kept.append(best)
    if open_ones:
        raise DataFileError("合并", list(_conflict_faults(open_ones)))
    repeated = sum(len(group) - 1 for group in meeting.values()) - len(yielded)
    return kept, tuple(yielded), repeated


def _agree(one: _Value, other: _Value) -> bool:
    """Whether two values are the same to the digits of the coarser."""
    digit = 10.0 ** -min(one.places, other.places)
    return abs(one.value - other.value) <= 0.5 * digit * (1 + 1e-9)


def _conflict(group: Sequence[_Value]) -> Conflict:
    one = group[0]
    values = tuple(value.value for value in group)
    files = tuple(f"{value.file} 第 {value.line} 行" for value in group)
    return Conflict(one.target, one.province, one.year, values, files)


def _conflict_faults(conflicts: Sequence[Conflict]) -> Iterator[Fault]:
    """One fault for each indicator, with its widest difference as the example."""
    by_target: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        by_target.setdefault(conflict.target, []).append(conflict)
    for target, group in by_target.items():
        worst = max(group, key=lambda c: max(c.values) - min(c.values))
        told = "，".join(
            f"{value:.10g}（{file}）" for value, file in zip(worst.values, worst.files, strict=True)
        )
        inside = all(len(conflict.within) == 1 for conflict in group)
        problem = "在同一个文件里" if inside else "在不同的文件里"
        seen, allowed = f"{worst.province} {worst.year} 年：{told}", "同一省同一年一个值"
        cure = _REPEATED if inside else _VINTAGES
        yield Fault(
            f"“{target}”有 {len(group)} 个值{problem}不一样", None, None, seen, allowed, cure
        )


def _panel(values: Sequence[_Value], named: dict[str, str]) -> pd.DataFrame:
    """Places by code, years in order; indicators of the dictionary first, in its order."""
    frame = pd.DataFrame(
        [(v.province, v.year, v.target, v.value) for v in values],
        columns=[*ROWS, "name", "value"],
    )
    wide = frame.pivot(index=ROWS, columns="name", values="value")
    years = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    present = [name for name in units().index if name in set(frame["province"])]
    index = pd.MultiIndex.from_product([present, years], names=ROWS)
    known = [name for name in indicators()["name_zh"] if name in named]
    order = [name for name in dict.fromkeys([*known, *named]) if name in wide.columns]
    return wide.reindex(index=index, columns=order).rename_axis(columns=None)
