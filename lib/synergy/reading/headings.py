"""Where a table begins and what its columns are: a grid of cells becomes columns under headings.

What stands around the table (a title above it, notes below, a remark beside it) is set aside and
said; what would make cells stand in wrong columns is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from pvar.cells import number_in, plain
from synergy.dictionary import find_unit, indicators, tidy_name
from synergy.faults import DataFileError, Fault
from synergy.files.grid import Block, Grid
from synergy.files.sheet_scan import column_letters
from synergy.measures import NO_UNIT, says_unit
from synergy.reading.cells import begins_note, continues_note, is_blank, shown, split_unit
from synergy.reading.schema import PROVINCES, Schema, headings_of, word

_COUNTERS = ("", "index", "unnamed:0")
_MANY = 3

_LINES_LOOKED_AT = 30
_LONG = 10
#: A number by which somebody is known; long, but no note.
_TOKEN = re.compile(r"[A-Za-z]*\d[\w-]*", re.ASCII)
_GROUP = re.compile(r"\d{1,3}")
_THREE = re.compile(r"\d{3}(\.\d+)?")


@dataclass(frozen=True, eq=False)
class Table:
    """Columns under their headings.

    Attributes
    ----------
    headings : tuple of str
    cells : DataFrame
        One column for each heading, numbered from 0; indexed by the line in the file. No row
        is blank.
    line : int
        Of the headings.
    notes : tuple of str
        What was set aside, in Chinese.
    merged : tuple of Fault
        Values that stand in merged cells.
    """

    headings: tuple[str, ...]
    cells: pd.DataFrame
    line: int
    notes: tuple[str, ...] = ()
    merged: tuple[Fault, ...] = ()

    def find(self, headings: Sequence[str]) -> int | None:
        """Number of the column under the first of some headings that is there."""
        return next(iter(self.all(headings)), None)

    def all(self, headings: Sequence[str]) -> list[int]:
        """Numbers of the columns under any of some headings, in the order of those headings."""
        words = [word(heading) for heading in self.headings]
        return [words.index(heading) for heading in headings if heading in words]


def has_headings(grid: Grid, schema: Schema = PROVINCES) -> bool:
    """Whether a grid holds a line with a heading for units and one for time."""
    return _heading_line(grid, schema) is not None


def find_table(grid: Grid, schema: Schema = PROVINCES) -> Table:
    """The table that a grid holds.

    Raises
    ------
    DataFileError
        If it has no rows, no column of units or of time, two columns of one name, a column
        without name, or lines of differing length.
    """
    head = _heading_line(grid, schema)
    if head is None:
        raise DataFileError(grid.file, list(_without_headings(grid, schema)))
    grid = _units_joined(grid, head)
    faults = list(_ragged(grid, head)) or list(_misnamed(grid, head, schema))
    if faults:
        raise DataFileError(grid.file, faults)
    return _table(grid, head, schema)


# ------------------------------------------------------------------ where it begins


def _heading_line(grid: Grid, schema: Schema) -> int | None:
    """The first line of headings; of lines that follow on one another (codes, names) the last."""
    found: int | None = None
    for place, row in enumerate(grid.rows[:_LINES_LOOKED_AT]):
        words = {word(cell) for cell in row if isinstance(cell, str)}
        if words & {*schema.unit} and (words & {*schema.time} or not schema.time):
            found = place
        elif found is not None:
            break
    return found


def _units_joined(grid: Grid, head: int) -> Grid:
    """The grid with a line of units below the headings (CSMAR) in the headings' own brackets."""
    units = list(grid.rows[head + 1]) if head + 1 < len(grid.rows) else []
    texts = ["" if is_blank(cell) else str(cell) for cell in units]
    if not any(texts) or not all(says_unit(text) for text in texts if text):
        return grid
    rows = list(grid.rows)
    rows[head] = [
        _with_unit(cell, texts[place] if place < len(texts) else "")
        for place, cell in enumerate(grid.rows[head])
    ]
    rows[head + 1] = []
    return replace(grid, rows=rows)


def _with_unit(heading: object, unit: str) -> object:
    if is_blank(heading) or not unit or tidy_name(unit) in NO_UNIT or split_unit(heading)[1]:
        return heading
    return f"{heading}（{unit}）"


def _without_headings(grid: Grid, schema: Schema) -> Iterator[Fault]:
    """What is missing in the line that looks most like headings."""
    lines = [row for row in grid.rows[:_LINES_LOOKED_AT] if not _is_blank_row(row)]
    if not lines:
        yield empty_table()
        return
    row = max(lines, key=lambda row: sum(isinstance(c, str) and not is_blank(c) for c in row))
    words = [word(cell) for cell in row]
    seen = "、".join(shown(cell) for cell in row if not is_blank(cell))
    rename, unit, time = "列的标题改成其中之一", schema.unit_name, schema.time_name
    if not {*schema.unit} & set(words):
        cure = schema.cure or f"把{unit}所在{rename}"
        cure = (schema is PROVINCES and _province_cure(grid, row)) or cure
        yield Fault(f"缺少{unit}列", seen=seen, allowed="、".join(schema.unit[:_MANY]), cure=cure)
    if schema.time and not {*schema.time} & set(words):
        cure = schema.cure or f"把{time}所在{rename}；{time}横排的表请先转成竖排"
        yield Fault(f"缺少{time}列", seen=seen, allowed="、".join(schema.time[:_MANY]), cure=cure)


def _province_cure(grid: Grid, headings: Sequence[object]) -> str:
    """Point to a column that holds provinces, or to one of other units; else empty."""
    for column, heading in enumerate(headings):
        if word(heading) in headings_of("individual"):
            return (
                f"“{shown(heading)}”不是省：本书的 {len(indicators())} 项指标以省为单位；"
                "别的单位和指标请用 press plan 写一份方案"
            )
        cells = [row[column] for row in grid.rows if len(row) > column]
        texts = [cell for cell in cells if isinstance(cell, str) and number_in(cell) is None]
        if 2 * sum(find_unit(text) is not None for text in texts) > len(cells) > 1:
            return f"“{shown(heading)}”列里是省名：把它的标题改成“省份”"
    return ""


def empty_table() -> Fault:
    """What to say where there is nothing below the headings."""
    return Fault("文件是空的，没有一行数据", cure="换一个有内容的文件，首行为列名")


# ------------------------------------------------------------------ cells in wrong places


def _ragged(grid: Grid, head: int) -> Iterator[Fault]:
    """Lines of text with more cells than the headings, or fewer; a workbook has none."""
    if grid.sheet or grid.first != 1:
        return
    width, least = len(grid.rows[head]), _width(grid.rows[head])
    for place, row in enumerate(grid.rows[head + 1 : _end(grid, head)], head + 1):
        if _is_blank_row(row):
            continue
        if len(row) > width and _width(row) > width:
            yield _too_long(place + grid.first, row, width)
        elif len(row) < least:
            yield _too_short(place + grid.first, row, least)


def _too_long(line: int, row: Sequence[object], width: int) -> Fault:
    cure = "检查是否多了逗号，或某格里的逗号没有加引号"
    if any(_GROUP.fullmatch(str(a)) and _THREE.fullmatch(str(b)) for a, b in pairwise(row)):
        cure = "数字里像有千分位逗号：去掉千分位逗号后另存"
    seen = ",".join(str(cell) for cell in row[-4:])
    problem = f"这一行有 {_width(row)} 格，表头只有 {width} 格"
    return Fault(problem, line, None, f"…{shown(seen)}", f"每行 {width} 格", cure)


def _too_short(line: int, row: Sequence[object], width: int) -> Fault:
    seen = shown(",".join(str(cell) for cell in row))
    allowed = f"每行 {width} 格；缺失的格留空，但要保留逗号"
    cure = "补上缺的格；若是最后一行，文件可能没有写完，请重新导出"
    return Fault(f"这一行只有 {len(row)} 格，表头有 {width} 格", line, None, seen, allowed, cure)


def _misnamed(grid: Grid, head: int, schema: Schema) -> Iterator[Fault]:
    """Columns that share a name or have none; a counter needs none."""
    headings = [_heading(cell) for cell in grid.rows[head][: _width(grid.rows[head])]]
    line = grid.first + head
    places: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        places.setdefault(word(heading), []).append(place)
    for same in places.values():
        if len(same) > 1 and headings[same[0]]:
            seen = "、".join(_column_place(grid, place) for place in same)
            cure = "改名，或只留下其中一列"
            yield Fault("几列同名", line, headings[same[0]], seen, "每列一个名称", cure)
    body = grid.rows[head + 1 : _end(grid, head)]
    if _second_heading(body, headings, schema):
        problem, cure = "表头不止一行", "合成一行：每列一个名称，下面直接是数据"
        yield Fault(problem, line + 1, None, _shown_row(body[0]), "只有一行表头", cure)
        return
    for place in _nameless(headings, body):
        seen = shown(next(row[place] for row in body if len(row) > place and row[place]))
        cure = "写上列名，或删去这一列"
        yield Fault(f"{_column_place(grid, place)}没有列名", line, None, seen, "每列有名称", cure)


def _second_heading(
    body: Sequence[Sequence[object]], headings: Sequence[str], schema: Schema
) -> bool:
    """Whether the first line below names columns too: text where no unit and year stand."""
    if not body or schema.anonymous:
        return False
    ours = [place for place, heading in enumerate(headings) if word(heading) in schema.keys]
    below = [cell for place, cell in enumerate(body[0]) if place not in ours]
    blank = all(place >= len(body[0]) or is_blank(body[0][place]) for place in ours)
    texts = [cell for cell in below if isinstance(cell, str) and not is_blank(cell)]
    return blank and len(texts) > 1


def _nameless(headings: Sequence[str], body: Sequence[Sequence[object]]) -> Iterator[int]:
    """Columns without a name that hold more than a remark here and there."""
    for place in _unheaded(headings, body):
        filled = [row[place] for row in body if len(row) > place and not is_blank(row[place])]
        if 3 * len(filled) > max(3, len(body)) and not (place == 0 and _counts(filled)):
            yield place


def _unheaded(headings: Sequence[str], body: Sequence[Sequence[object]]) -> list[int]:
    width = max([len(headings), *map(len, body)])
    return [place for place in range(width) if not "".join(headings[place : place + 1])]


def _counts(cells: Sequence[object]) -> bool:
    """Whether cells number their rows, as pandas and Stata write it."""
    return len(set(map(str, cells))) == len(cells) and all(str(c).isdecimal() for c in cells)


def _column_place(grid: Grid, place: int) -> str:
    return f"{column_letters(place)} 列" if grid.sheet else f"第 {place + 1} 列"


# ------------------------------------------------------------------ the table itself


def _table(grid: Grid, head: int, schema: Schema) -> Table:
    headings = [_heading(cell) for cell in grid.rows[head]]
    end = _end(grid, head)
    rows = grid.rows[head + 1 : end]
    kept = [place for place, heading in enumerate(headings) if _is_read(place, heading, rows)]
    cells = [[row[place] if place < len(row) else None for place in kept] for row in rows]
    lines = np.arange(len(rows)) + grid.first + head + 1
    frame = pd.DataFrame(cells, index=lines, columns=range(len(kept)), dtype=object)
    frame = frame[[not _is_blank_row(row) for row in cells]]
    if frame.empty:
        raise DataFileError(grid.file, [empty_table()])
    names = tuple(headings[place] for place in kept)
    notes = tuple(_set_aside(grid, head, end))
    return _unmerged(grid, Table(names, frame, grid.first + head, notes), kept, schema)


def _is_read(place: int, heading: str, rows: Sequence[Sequence[object]]) -> bool:
    """Whether a column is one of the table: it has a name and does not merely count the rows."""
    if word(heading) not in _COUNTERS:
        return True
    if not heading:
        return False
    return not _counts([row[place] for row in rows if len(row) > place])


def _set_aside(grid: Grid, head: int, end: int) -> Iterator[str]:
    """Say what around the table was not read."""
    above = [row for row in grid.rows[:head] if not _is_blank_row(row)]
    if above:
        yield f"列名在第 {grid.first + head} 行；上面的字没有读：{_quoted(above)}。"
    below = [row for row in grid.rows[end:] if not _is_blank_row(row)]
    if below:
        yield f"末尾 {len(below)} 行像是注释，没有读：{_quoted(below)}。"
    beside = list(_beside(grid, head, end))
    if beside:
        more = f" 等 {len(beside)} 格" if len(beside) > 3 else ""
        yield f"表头以外的格没有读：{'、'.join(beside[:3])}{more}。"


def _beside(grid: Grid, head: int, end: int) -> Iterator[str]:
    """Cells that stand under no heading; a counter is none of them."""
    rows = grid.rows[head + 1 : end]
    for place in _unheaded([_heading(cell) for cell in grid.rows[head]], rows):
        filled = [
            (line, row[place])
            for line, row in enumerate(rows, grid.first + head + 1)
            if len(row) > place and not is_blank(row[place])
        ]
        if place or not _counts([cell for _, cell in filled]):
            yield from (f"{column_letters(place)}{line}“{shown(cell)}”" for line, cell in filled)


def _quoted(rows: Sequence[Sequence[object]]) -> str:
    texts = [f"“{_shown_row(row)}”" for row in rows[:3]]
    return "、".join(texts) + ("等" if len(rows) > 3 else "")


def _shown_row(row: Sequence[object]) -> str:
    return shown("　".join(str(cell) for cell in row if not is_blank(cell)))


def _end(grid: Grid, head: int) -> int:
    """Where the notes below the table begin."""
    end = len(grid.rows)
    for place in range(len(grid.rows) - 1, head, -1):
        row = grid.rows[place]
        if _is_blank_row(row) or _is_note(row):
            end = place
        elif not _goes_on(row):
            break
    return end


def _goes_on(row: Sequence[object]) -> bool:
    """Whether a line is one text that can go on with the note above it."""
    filled = [cell for cell in row if not is_blank(cell)]
    return len(filled) == 1 and continues_note(filled[0])


def _is_note(row: Sequence[object]) -> bool:
    """Whether a line begins as a note does, or is one text too long for a name."""
    filled = [cell for cell in row if not is_blank(cell)]
    text = tidy_name(filled[0]) if isinstance(filled[0], str) else ""
    if begins_note(text) or text == "注":
        return True
    named = find_unit(text) or _TOKEN.fullmatch(plain(text))
    return len(filled) == 1 and len(text) >= _LONG and not named


def _unmerged(grid: Grid, table: Table, kept: Sequence[int], schema: Schema) -> Table:
    """Give every cell of a merged block its unit or year; a value cannot be two."""
    keys = {*schema.keys, *schema.group, *schema.remark}
    cells, faults = table.cells.copy(), []
    for block in grid.merged:
        lines, columns = _inside(grid, table, kept, block)
        value = grid.rows[block[0]][block[2]] if len(lines) * len(columns) > 1 else None
        if is_blank(value):
            continue
        if len(columns) == 1 and word(table.headings[columns[0]]) in keys:
            empty = cells[columns[0]].map(is_blank) & cells.index.isin(lines)
            cells[columns[0]] = cells[columns[0]].where(~empty, value)
        else:
            faults.append(_merged_fault(table, lines, columns, value))
    return replace(table, cells=cells, merged=tuple(faults))


def _inside(
    grid: Grid, table: Table, kept: Sequence[int], block: Block
) -> tuple[list[int], list[int]]:
    """Lines and columns of the table that a merged block covers."""
    top, bottom, left, right = block
    index = table.cells.index
    lines = index[(index >= top + grid.first) & (index <= bottom + grid.first)].tolist()
    return lines, [column for column, place in enumerate(kept) if left <= place <= right]


def _merged_fault(
    table: Table, lines: Sequence[int], columns: Sequence[int], value: object
) -> Fault:
    cure = "取消合并，每格各写各的数；缺失的留空"
    problem = f"数值格是合并的（第 {lines[0]} 至 {lines[-1]} 行）"
    return Fault(problem, lines[0], table.headings[columns[0]], shown(value), "一格一个数", cure)


def _heading(cell: object) -> str:
    return "" if is_blank(cell) else str(cell).strip("\ufeff \t\r\n")


def _width(row: Sequence[object]) -> int:
    """Cells up to the last that is not blank."""
    return max((place + 1 for place, cell in enumerate(row) if not is_blank(cell)), default=0)


def _is_blank_row(row: Iterable[object]) -> bool:
    return all(is_blank(cell) for cell in row)
