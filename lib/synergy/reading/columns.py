"""From a user's file to its value cells, each with the line and the column where it stands.

`synergy.files` opens the file, `synergy.reading.headings` finds the table in it; here it is told
which columns say where, when, what and how much. Nothing is judged yet: that is for
`synergy.reading.judging`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from synergy.dictionary import find_unit, tidy_name
from synergy.faults import DataFileError, Fault
from synergy.files.grid import Grid
from synergy.files.source import Source, open_source
from synergy.reading.cells import NO_YEAR, Finder, map_unique, parse_year, shown, split_unit
from synergy.reading.headings import Table, empty_table, find_table, has_headings
from synergy.reading.schema import PROVINCES, Schema, word


@dataclass(frozen=True)
class Cells:
    """Every value cell of a file, one per row of `frame`, still as written.

    Attributes
    ----------
    file : str
        With the sheet in brackets where there are several.
    sha256 : str
        Of the file's bytes.
    layout : {"long", "wide"}
    frame : DataFrame
        Columns ``row`` (line in the file), ``column`` (heading the value stood under),
        ``province``, ``year``, ``group``, ``name`` (indicator or series), ``unit`` (as the file
        says it; blank where it does not) and ``value``.
    province_column, year_column, name_column : str
        Headings, for messages.
    heading_row : int
        Line of the headings.
    notes : tuple of str
        What was read from where, and what was set aside, in Chinese.
    faults : tuple of Fault
        Found on the way; `synergy.reading.judging.validated` raises them with its own.
    """

    file: str
    sha256: str
    layout: Literal["long", "wide"]
    frame: pd.DataFrame
    province_column: str
    year_column: str
    name_column: str
    heading_row: int = 1
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Roles:
    """Which columns of a table say what; numbers of columns.

    Attributes
    ----------
    province : int
    year, group : int or None
        None of a cross-section; None without groups.
    name, unit : int or None
        Of a long table.
    values : tuple of int
    also : tuple of int
        Further columns of provinces, codes or years, which must not say otherwise.
    """

    province: int
    year: int | None
    group: int | None
    name: int | None
    unit: int | None
    values: tuple[int, ...]
    also: tuple[int, ...]

    @property
    def read(self) -> set[int | None]:
        """Columns that something is read from."""
        rows = {self.province, self.year, self.group}
        return {*rows, self.name, self.unit, *self.values, *self.also}


def read_cells(path: Path | str, sheet: str = "", schema: Schema = PROVINCES) -> Cells:
    """Read a long or wide table of units and years.

    Long: one row per unit, year and indicator (or series) with a value column. Wide: one row
    per unit and year, one column per indicator.

    Parameters
    ----------
    path : path
    sheet : str
        Name or number of the sheet of a workbook; by default the first that holds a table.
    schema : Schema
        Which headings mean what.

    Raises
    ------
    DataFileError
        If the file is absent, empty, of an unknown kind or encoding, damaged or too large, or
        lacks a column of units or of years.
    """
    source = open_source(path)
    grid = chosen_grid(source, sheet, schema)
    file = f"{source.file}（“{grid.sheet}”表）" if len(source.sheets) > 1 else source.file
    table = _table_of(source, replace(grid, file=file), schema)
    roles = _roles(table, schema)
    half = list(_half_long(table, roles, schema))
    if not roles.values:
        raise DataFileError(file, half or [_no_values(table)])
    notes = (*file_notes(source, grid), *table.notes, _unread_note(table, roles))
    return Cells(
        file,
        source.sha256,
        "wide" if roles.name is None else "long",
        _cell_frame(table, roles),
        table.headings[roles.province],
        "" if roles.year is None else table.headings[roles.year],
        "" if roles.name is None else table.headings[roles.name],
        heading_row=table.line,
        notes=tuple(filter(None, notes)),
        faults=(*table.merged, *_contradictions(table, roles, schema), *half),
    )


def chosen_grid(source: Source, sheet: str, schema: Schema) -> Grid:
    """The sheet asked for, else the first visible one that holds a table, else the first."""
    if sheet:
        return source.grid(named_sheet(source, sheet))
    first: Grid | None = None
    for name, hidden in source.sheets.items():
        grid = None if hidden else source.grid(name)
        if grid is None or grid.hidden or not any(map(any, grid.rows)):
            continue
        if has_headings(grid, schema):
            return grid
        first = first or grid
    if first is None:
        raise DataFileError(source.file, [empty_table()])
    return first


def named_sheet(source: Source, sheet: str) -> str:
    """Name of the sheet that is asked for by name or number.

    Raises
    ------
    DataFileError
        There is no such sheet.
    """
    names = [name for name in source.sheets if name]
    by_name = {tidy_name(name): name for name in names}
    by_number = {str(number): name for number, name in enumerate(names, 1)}
    found = by_name.get(tidy_name(sheet), by_number.get(sheet.strip()))
    if found is None:
        allowed = "、".join(f"“{name}”" for name in names) or "（这种文件没有工作表）"
        fault = Fault("没有这张工作表", seen=sheet, allowed=allowed, cure="改正 --sheet 的表名")
        raise DataFileError(source.file, [fault])
    return found


def _table_of(source: Source, grid: Grid, schema: Schema) -> Table:
    """The table of a grid; where there is none, the file's name or another sheet may be why."""
    try:
        return find_table(grid, schema)
    except DataFileError as error:
        why = [
            Fault(note.rstrip("。")) for note in (source.note, _sheet_note(source, grid)) if note
        ]
        raise DataFileError(error.file, [*error.faults, *why]) from None


def file_notes(source: Source, grid: Grid) -> list[str]:
    """What a reader should be told of a file as a whole and of the sheet that was read."""
    return list(filter(None, (source.note, _sheet_note(source, grid), *grid.notes)))


def _sheet_note(source: Source, grid: Grid) -> str:
    """Say which sheet was read, and which are there besides."""
    others = [
        f"“{shown(name)}”{'（隐藏）' if hidden else ''}"
        for name, hidden in source.sheets.items()
        if name != grid.sheet
    ]
    if not others:
        return ""
    return f"读的是“{grid.sheet}”表；没有读的表：{'、'.join(others)}（用 sheet 选项可以换一张）。"


def _roles(table: Table, schema: Schema) -> Roles:
    units, years = table.all(schema.unit), table.all(schema.time)
    year, group = next(iter(years), None), table.find(schema.group)
    name, value, unit = map(table.find, (schema.name, schema.value, schema.measure))
    also = (*units[1:], *years[1:])
    if name is not None and value is not None:
        return Roles(units[0], year, group, name, unit, (value,), also)
    if schema.values is not None:
        return Roles(units[0], year, group, None, None, tuple(table.all(schema.values)), also)
    known = {*units, *years, group, name, value, *table.all(schema.remark)}
    values = tuple(c for c in range(len(table.headings)) if c not in known)
    return Roles(units[0], year, group, None, None, values, also)


def _no_values(table: Table) -> Fault:
    allowed = "长表（指标列和数值列）或宽表（每个指标一列）"
    return Fault("没有数值列", seen="、".join(table.headings), allowed=allowed, cure="补上数值列")


def _unread_note(table: Table, roles: Roles) -> str:
    unread = [shown(h) for c, h in enumerate(table.headings) if c not in roles.read]
    return f"没有读的列：{'、'.join(unread)}。" if unread else ""


def _half_long(table: Table, roles: Roles, schema: Schema) -> Iterator[Fault]:
    """A column of indicators without one of values, or the reverse."""
    if roles.name is not None:
        return
    name, value = table.find(schema.name), table.find(schema.value)
    if value is not None:
        heading, allowed = table.headings[value], "、".join(schema.name[:4])
        cure = "长表请补上指标列；宽表请把这一列的标题改成指标名"
        yield Fault(f"有数值列“{heading}”，却没有指标列", None, None, "", allowed, cure)
    elif name is not None:
        heading, allowed = table.headings[name], "、".join(schema.value[:4])
        cure = "补上数值列，或改正它的标题"
        yield Fault(f"有指标列“{heading}”，却没有数值列", None, None, "", allowed, cure)


def _contradictions(table: Table, roles: Roles, schema: Schema) -> Iterator[Fault]:
    """Rows in which two columns name different provinces, or different years."""
    for column in roles.also:
        is_year = word(table.headings[column]) in schema.time
        reader: Finder = parse_year if is_year else find_unit
        chosen = roles.province if roles.year is None or not is_year else roles.year
        ours, theirs = (map_unique(table.cells[c], reader) for c in (chosen, column))
        differ = ours.notna() & theirs.notna() & (ours != theirs)
        for line in table.cells.index[differ]:
            what = f"{shown(table.cells.at[line, column])}（{theirs[line]}）"
            heading, allowed = table.headings[chosen], shown(table.cells.at[line, chosen])
            problem = f"与“{heading}”列不一致"
            place = (line, table.headings[column])
            yield Fault(problem, *place, what, allowed, "核对后改正其中一列，或删去一列")


def _cell_frame(table: Table, roles: Roles) -> pd.DataFrame:
    """One row per value; built from arrays, so that no heading can be taken for one of ours."""
    cells, times = table.cells, len(roles.values)
    headings = [table.headings[c] for c in roles.values]
    columns = np.repeat(np.array(headings, dtype=object), len(cells))
    units = np.repeat(np.array([split_unit(h)[1] for h in headings], dtype=object), len(cells))

    def row(column: int | None, otherwise: object) -> np.ndarray:
        once = np.full(len(cells), otherwise, dtype=object)
        return np.tile(once if column is None else cells[column].to_numpy(), times)

    frame = {
        "row": np.tile(cells.index.to_numpy(), times),
        "column": columns,
        "province": row(roles.province, None),
        "year": row(roles.year, NO_YEAR),
        "group": row(roles.group, None),
        "name": columns if roles.name is None else cells[roles.name].to_numpy(),
        "unit": units if roles.unit is None else cells[roles.unit].to_numpy(),
        "value": np.concatenate([cells[c].to_numpy() for c in roles.values]),
    }
    return pd.DataFrame(frame)
