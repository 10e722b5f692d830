"""Recognise how a table of places, years and indicators is laid out, and read its cells.

Whatever an office publishes has the same three things in it: where, when, what. Each stands
across (in the heads of the columns), down (in columns of labels), or once for the whole table
(in the lines above it, its title, the names of sheet and file). A layout is where they stand:
the kinds of export are combinations of these, and so are those that nobody has sent yet.

Every line that is not blank is accounted for: it was imported, or set aside for a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isinf, nan

from synergy.dictionary import find_unit, nearest_units, tidy_name, units
from synergy.files.grid import Grid
from synergy.intake import marks
from synergy.intake.blocks import Block, Role, blocks
from synergy.intake.columns import Columns, Fixed, Label, columns_of, headings
from synergy.intake.marks import Heading
from synergy.reading.cells import begins_note, continues_note, is_blank, parse_number

ROLE_NAMES = {"place": "地区", "year": "年份", "name": "指标", "value": "数值"}

#: Names for readers, by what stands down and across.
LAYOUTS: dict[tuple[tuple[Role, ...], str], str] = {
    (("place",), "year"): "地区在左、年份在上（国家统计局分省数据、EPS）",
    (("name",), "year"): "指标在左、年份在上（一地多指标）",
    (("year",), "place"): "年份在左、地区在上（转置）",
    (("place",), "name"): "地区在左、指标在上（年鉴表）",
    (("year",), "name"): "年份在左、指标在上（一地时间序列）",
    (("name",), "place"): "指标在左、地区在上（一年）",
    (("place", "name"), "year"): "地区和指标在左、年份在上",
    (("place", "year"), "name"): "整洁表：一行一地一年，一列一指标",
    (("place", "year", "name"), "value"): "长表：一行一个值",
}

#: A label is taken for a misspelt place only this near to a place that the table lacks.
LIKENESS = 0.7

HEAD_LINES, NOTE_LINES, NO_TABLE = "表头", "注释和来源", "没有认出表"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value where it stands; None where the file does not say, NaN where it is missing."""

    line: int
    column: int
    place: str | None
    year: int | None
    heading: Heading | None
    value: float


@dataclass(frozen=True)
class Aside:
    """A line, column or cell that was not imported, and why."""

    line: int
    text: str
    reason: str
    column: int | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """What was read of one table of a grid.

    Attributes
    ----------
    file, sheet : str
    layout : str
        For readers.
    fixed : Fixed
        What the table says once for all.
    absent : tuple
        Which of place, year and name it does not say.
    cells : list of Cell
    imported : int
        Lines with a place of the panel.
    aside, columns_aside, cells_aside : list of Aside
        Lines that were set aside; columns of other places or without numbers; texts among the
        values.
    facts : dict
        What the lines above the table say, e.g. ``数据库``.
    notes, remarks : tuple of str
        Notes as written; what a reader should know of how the table was read.
    """

    file: str
    sheet: str
    layout: str
    fixed: Fixed
    absent: tuple[Role, ...]
    cells: list[Cell]
    imported: int
    aside: list[Aside]
    columns_aside: list[Aside]
    cells_aside: list[Aside]
    facts: dict[str, str]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Lines seen, blank ones not counted."""
        return self.imported + len(self.aside)


def recognise(grid: Grid) -> list[Table]:
    """Read every table of a grid; none where no place, year or indicator is found."""
    tables: list[Table] = []
    for block in blocks(grid):
        columns = columns_of(block)
        if columns is not None:
            earlier = tables[-1].fixed if tables else None
            told = [] if tables else list(grid.notes)
            tables.append(_Reading(block, columns, earlier, remarks=told).table())
    return tables


def unread_lines(grid: Grid, tables: Sequence[Table]) -> list[Aside]:
    """Lines of a grid that belong to no table."""
    seen = {aside.line for table in tables for aside in table.aside}
    seen |= {cell.line for table in tables for cell in table.cells}
    lines = ((grid.first + index, row) for index, row in enumerate(grid.rows))
    return [Aside(n, _text(row), NO_TABLE) for n, row in lines if n not in seen and _text(row)]


def _text(row: Sequence[object]) -> str:
    return " ".join(marks.one_line(cell) for cell in row if not is_blank(cell))[:200]


# ------------------------------------------------------------------ one table


@dataclass
class _Reading:
    """One block being read."""

    block: Block
    columns: Columns
    earlier: Fixed | None
    aside: list[Aside] = field(default_factory=list)
    cells_aside: list[Aside] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def table(self) -> Table:
        self._read_above()
        fixed = self._fixed()
        respelt = respelt_places(self.block, self.columns.place)
        self.remarks += [f"“{seen}”读作“{name}”" for seen, name in respelt.items()]
        cells, imported = self._body(fixed, respelt)
        return Table(
            self.block.grid.file,
            self.block.grid.sheet,
            _layout_name(self.columns),
            fixed,
            self.columns.absent(fixed),
            cells,
            imported,
            self.aside,
            list(self._columns_left()),
            self.cells_aside,
            self.facts,
            tuple(self.notes),
            tuple(self.remarks),
        )

    def _set_aside(self, index: int, reason: str) -> None:
        text = _text(self.block.row(index))
        self.aside.append(Aside(self.block.line(index), text, reason))

    def _read_above(self) -> None:
        """Titles, facts and notes above the head, and the head itself."""
        for index in self.block.above:
            texts = [cell for cell in self.block.row(index) if not is_blank(cell)]
            if texts:
                self._set_aside(index, HEAD_LINES)
                for text in texts:
                    self._read_title(text)
        for index in self.block.head:
            self._set_aside(index, HEAD_LINES)

    def _read_title(self, text: object) -> None:
        fact = marks.fact_of(text)
        if fact is not None:
            self.facts.setdefault(*fact)
        elif begins_note(text):
            self.notes.append(marks.one_line(text))
        else:
            title = marks.one_line(text)
            self.facts["表题"] = " ".join(filter(None, (self.facts.get("表题"), title)))

    # -------------------------------------------------------------- once for the whole table

    def _fixed(self) -> Fixed:
        heading = marks.read_heading(self.facts.get("指标", ""))
        unit = self.facts.get("单位") or _unit_in(self.facts.get("表题", ""))
        return Fixed(
            self._place() if "place" in self.columns.lacking else None,
            self._year() if "year" in self.columns.lacking else None,
            heading if heading.name else None,
            tuple(filter(None, (tidy_name(part) for part in re.split(r"[,，、;；]", unit)))),
        )

    def _place(self) -> tuple[str, str] | None:
        """Place of the whole table: as it says, or as sheet or file are called."""
        place = marks.place_of(self.facts.get("地区"))
        if place is not None and place[0] != "unit":
            self.remarks.append(f"整张表说的是“{place[1]}”，不在面板之内")
        if place is not None:
            return place
        place = marks.place_of(self.block.grid.sheet)
        if place is not None:
            self.remarks.append(f"地区取自工作表名：{self.block.grid.sheet}")
            return place
        names = [str(name) for name in units().index if str(name) in self.block.grid.file]
        if len(names) != 1:
            return None
        self.remarks.append(f"地区取自文件名：{names[0]}")
        return "unit", names[0]

    def _year(self) -> int | None:
        """Year of the whole table: its title's, the sheet's, the table's above, the file's."""
        grid = self.block.grid
        sources = {"表题": self.facts.get("表题", ""), "工作表名": grid.sheet}
        if self.earlier is not None and self.earlier.year is not None:
            sources["上一张表"] = str(self.earlier.year)
        for where, text in (sources | {"文件名": grid.file}).items():
            years = marks.years_in(text)
            if len(years) == 1:
                self.remarks.append(f"年份取自{where}：{years[0]}")
                return years[0]
        return None

    # -------------------------------------------------------------- line by line

    def _body(self, fixed: Fixed, respelt: dict[str, str]) -> tuple[list[Cell], int]:
        cells: list[Cell] = []
        imported, in_note = 0, False
        named = headings(self.block, self.columns, fixed)
        for index in self.block.body:
            row = self.block.row(index)
            first = next((cell for cell in row if not is_blank(cell)), None)
            in_note = begins_note(first) or (in_note and continues_note(first))
            if first is None:
                continue
            label = NOTE_LINES if in_note else self.columns.label(row, fixed, respelt)
            if isinstance(label, str):
                self._set_aside(index, label)
                self.notes += [_text(row)] if in_note else []
            else:
                imported += 1
                cells += self._values(index, label, named)
        return cells, imported

    def _values(self, index: int, label: Label, named: dict[int, Heading]) -> Iterator[Cell]:
        line, across = self.block.line(index), self.columns.across
        for column, what in self.columns.values.items():
            place = str(what) if across == "place" else label.place
            year = int(str(what)) if across == "year" else label.year
            year = self.columns.years.get(column, year)
            heading = named.get(column, label.heading)
            value = self._number(index, column)
            yield Cell(line, column + 1, place, year, heading, value)

    def _number(self, index: int, column: int) -> float:
        """A number; a text among the values is set aside and the value missing."""
        cell = self.block.cell(index, column)
        number = parse_number(cell)
        if number is not None and not isinf(number):
            return number
        text = marks.one_line(cell)[:60]
        self.cells_aside.append(Aside(self.block.line(index), text, "不是数字", column + 1))
        return nan

    def _columns_left(self) -> Iterator[Aside]:
        line = self.block.line(self.block.head.start)
        for column, reason in self.columns.left.items():
            yield Aside(line, self.block.heading(column), reason, column + 1)


def _layout_name(columns: Columns) -> str:
    known = LAYOUTS.get((columns.down, columns.across))
    if known and not columns.years:
        return known
    beside = "、".join(ROLE_NAMES[role] for role in columns.down) or "无标签"
    above = ROLE_NAMES[columns.across] + ("和年份" if columns.years else "")
    return f"{beside}在左、{above}在上"


def _unit_in(title: str) -> str:
    """Unit that a title ends with: ``…（单位：万元）``."""
    found = re.search(r"单位\s*[:：]\s*([^)）(（]+)", title)
    return found[1].strip() if found else ""


# ------------------------------------------------------------------ misspelt places


def respelt_places(block: Block, column: int | None) -> dict[str, str]:
    """Misspelt labels of a table: near to a place that the table lacks, and to no other.

    A table that names most provinces rightly means the others too; a single name alone does not
    say which province it stands for, so short tables are left as they are.
    """
    if column is None:
        return {}
    cells = block.column(column)
    texts = {tidy_name(c) for c in cells if isinstance(c, str) and len(c) <= 40}
    read = {text: marks.place_of(text) for text in texts if not begins_note(text)}
    held = {place[1] for place in read.values() if place is not None}
    lacking = [str(name) for name in units().index if name not in held]
    if 2 * len(lacking) > len(units()):
        return {}
    unread = [text for text, place in read.items() if place is None and not _is_within(text)]
    near = {text: nearest_units(text, lacking, LIKENESS) for text in sorted(unread)}
    meant = Counter(name for names in near.values() for name in names)
    return {t: names[0] for t, names in near.items() if len(names) == 1 == meant[names[0]]}


def _is_within(text: str) -> bool:
    """Whether a name is that of a city or county called like a province: 吉林市, 海南州."""
    return text[-1:] in "市州盟县区旗" and find_unit(text[:-1]) is not None
