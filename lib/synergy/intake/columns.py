"""What each column of a table is: a place, a year, a name, a unit, values, or nothing to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from synergy.dictionary import tidy_name, units
from synergy.intake import marks
from synergy.intake.blocks import Block, Role
from synergy.intake.marks import ASIDE, Heading
from synergy.measures import chinese_unit
from synergy.reading.cells import begins_note, is_blank, parse_number, parse_year
from synergy.reading.schema import word

#: Why a column of numbers that people wrote with commas or signs is not read.
WRITTEN = "像数字，但写着逗号或百分号：去掉后再导入"

#: Why a line is not read whose two columns of places differ.
CONTRADICTED = "代码与地名不一致"

_SIGNS = re.compile("[,，%％‰]")


@dataclass(frozen=True)
class Fixed:
    """What a table says once for all its cells; None and empty where it does not."""

    place: tuple[str, str] | None
    year: int | None
    heading: Heading | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """Where, when and what of one line."""

    place: str | None
    year: int | None
    heading: Heading | None


@dataclass(frozen=True)
class Columns:
    """Columns of a block.

    Attributes
    ----------
    across : str
        What the heads of the value columns say: place, year, name; ``value`` in a long table.
    place, year, name, unit : int or None
        Columns of labels.
    values : dict of int to object
        Value columns with the place, year or heading that each stands for.
    years : dict of int to int
        Years of the value columns, where indicators and years both stand across.
    left : dict of int to str
        Columns that are not read, with the reason.
    codes : tuple of int
        Further columns of places, which must not say otherwise.
    """

    across: str
    place: int | None
    year: int | None
    name: int | None
    unit: int | None
    values: dict[int, object]
    left: dict[int, str]
    years: dict[int, int] = field(default_factory=dict)
    codes: tuple[int, ...] = ()

    @property
    def down(self) -> tuple[Role, ...]:
        """Roles of the columns of labels."""
        held: dict[Role, int | None] = {"place": self.place, "year": self.year, "name": self.name}
        return tuple(role for role, column in held.items() if column is not None)

    @property
    def lacking(self) -> tuple[Role, ...]:
        """Roles that stand neither down nor across."""
        roles: tuple[Role, ...] = ("place", "year", "name")
        held = {*self.down, self.across, *(["year"] if self.years else [])}
        return tuple(role for role in roles if role not in held)

    def absent(self, fixed: Fixed) -> tuple[Role, ...]:
        """Roles that stand nowhere."""
        known = {"place": fixed.place, "year": fixed.year, "name": fixed.heading}
        return tuple(role for role in self.lacking if known[role] is None)

    def label(self, row: Sequence[object], fixed: Fixed, respelt: dict[str, str]) -> Label | str:
        """Where, when and what of a line, or the reason to set it aside."""
        place: tuple[str, str] | str | None = fixed.place
        if self.place is not None:
            place = _place(_at(row, self.place), respelt)
        if isinstance(place, str):
            return place
        if place is not None and place[0] != "unit":
            return ASIDE[place[0]]
        others = (marks.place_of(_at(row, column)) for column in self.codes)
        if any(other not in (None, place) for other in others):
            return CONTRADICTED
        year = fixed.year if self.year is None else parse_year(_at(row, self.year))
        if self.year is not None and year is None:
            return "不是年份"
        heading = fixed.heading if self.name is None else self._heading(row)
        if self.name is not None and heading is None:
            return "没有指标名"
        return Label(place[1] if place is not None else None, year, heading)

    def _heading(self, row: Sequence[object]) -> Heading | None:
        heading = marks.read_heading(_at(row, self.name))
        unit = chinese_unit(marks.one_line(_at(row, self.unit)))
        return Heading(heading.name, heading.unit or unit, heading.text) if heading.name else None


def _at(row: Sequence[object], column: int | None) -> object:
    return row[column] if column is not None and column < len(row) else None


def _place(cell: object, respelt: dict[str, str]) -> tuple[str, str] | str:
    """The place in a cell, or the reason why there is none."""
    if is_blank(cell):
        return "没有地区名"
    name = respelt.get(tidy_name(cell))
    return ("unit", name) if name else marks.place_of(cell) or "不认识的地区"


def columns_of(block: Block) -> Columns | None:
    """Columns of a block, or None where nothing in it is a place or a year."""
    found = _under_names(block) if block.across == "name" else _under_labels(block)
    if found is None or found.place is None:
        return found
    return replace(found, codes=tuple(_codes(block, found.place)))


def _codes(block: Block, places: int) -> Iterator[int]:
    """Other columns of the same places; numbers that merely count them are none."""
    known = marks.PLACE_WORDS | marks.CODE_WORDS
    for column in range(block.width):
        if column == places or word(block.heading(column)) not in known:
            continue
        pairs = [
            (marks.place_of(block.cell(row, places)), marks.place_of(block.cell(row, column)))
            for row in block.body
        ]
        same = [one == other for one, other in pairs if None not in (one, other)]
        if 2 * sum(same) > len(same):
            yield column


def _under_labels(block: Block) -> Columns | None:
    """Columns where years or places stand across."""
    values, left = _labelled(block)
    first = min((*values, *left), default=0)
    roles = _roles(block, range(first))
    if block.across == "place":
        roles["place"] = None
    else:
        roles["year"] = None
    for column in range(first, block.width):
        if column not in values and column not in left and block.column(column):
            left[column] = "列没有年份" if block.across == "year" else "不认识的地区"
    if not any(roles[role] is not None for role in ("place", "year", "name")):
        return None
    return Columns(block.across, *_labels(roles), values, left)


def _labelled(block: Block) -> tuple[dict[int, object], dict[int, str]]:
    """Columns headed by a year or a place of the panel, and those headed by another place."""
    values: dict[int, object] = {}
    left: dict[int, str] = {}
    for column, cell in enumerate(block.row(block.head.start)):
        year, place = parse_year(cell), marks.place_of(cell)
        if block.across == "year" and year is not None:
            values[column] = year
        elif block.across == "place" and place is not None and isinstance(cell, str):
            if place[0] == "unit":
                values[column] = place[1]
            else:
                left[column] = ASIDE[place[0]]
    return values, left


def _under_names(block: Block) -> Columns | None:
    """Columns where indicators stand across, or one column of values (a long table)."""
    roles = _roles(block, range(block.width))
    words = {column: word(block.heading(column)) for column in range(block.width)}
    rest = [column for column in words if column not in roles.values()]
    value = next((column for column in rest if words[column] in marks.VALUE_WORDS), None)
    if value is not None and None not in (roles["place"], roles["year"], roles["name"]):
        left = {column: "不是数值列" for column in rest if column != value and words[column]}
        return Columns("value", *_labels(roles), {value: None}, left)
    if roles["place"] is None and roles["year"] is None:
        return None
    roles |= {"name": None, "unit": None}
    values: dict[int, object] = {}
    left = {}
    for column in words:
        if column not in roles.values() and (words[column] or block.column(column)):
            reason = _why_not(block, column, words[column])
            if reason:
                left[column] = reason
            else:
                values[column] = words[column]
    years = _years(block, values) if roles["year"] is None else {}
    if years:
        left |= {column: "列没有年份" for column in values if column not in years}
        values = {column: word for column, word in values.items() if column in years}
    return Columns("name", *_labels(roles), values, left, years) if values else None


def _years(block: Block, columns: Iterable[int]) -> dict[int, int]:
    """Years of columns that are headed by a year, or by a name that ends or begins with one."""
    found = {column: block.year(column) for column in columns}
    if not any(found.values()):
        named = {column: marks.dated(block.heading(column)) for column in columns}
        found = {column: both and both[1] for column, both in named.items()}
        if len(set(found.values()) - {None}) < 2:
            return {}
    return {column: year for column, year in found.items() if year is not None}


def _labels(roles: dict[str, int | None]) -> tuple[int | None, int | None, int | None, int | None]:
    return roles["place"], roles["year"], roles["name"], roles["unit"]


def _why_not(block: Block, column: int, heading: str) -> str:
    """Why a column is no indicator; empty if it is one."""
    if not heading:
        return "列没有标题"
    if heading in marks.REMARK_WORDS | marks.CODE_WORDS:
        return "标识或备注列"
    if not block.column(column):
        return "空列"
    if _is_numeric(block, column):
        return ""
    return WRITTEN if _is_numeric(block, column, _unwritten) else "不是数值列"


def _unwritten(cell: object) -> float | None:
    """Number in a cell but for its commas and signs of per cent."""
    return parse_number(_SIGNS.sub("", cell) if isinstance(cell, str) else cell)


def headings(block: Block, columns: Columns, fixed: Fixed) -> dict[int, Heading]:
    """Heading of each column of an indicator; a unit that the table states once fills in."""
    if columns.across != "name":
        return {}
    read = {c: _described(block, c, within=c in columns.years) for c in columns.values}
    used = {heading.unit for heading in read.values()}
    spare = [unit for unit in fixed.units if unit not in used]
    if len(fixed.units) == 1:
        spare = list(fixed.units)
    common = spare[0] if len(spare) == 1 else ""
    return {c: Heading(h.name, h.unit or common, h.text) for c, h in read.items()}


def _described(block: Block, column: int, *, within: bool) -> Heading:
    """Heading of a column, with what the format says of it besides (Stata's labels).

    Parameters
    ----------
    within : bool
        Whether a year in it is no part of the name.
    """
    text = block.heading(column)
    named = marks.dated(text) if within else None
    heading = marks.read_heading(named[0] if named else text)
    label = marks.read_heading(block.grid.labels.get(text, ""))
    if not label.name:
        return heading
    return Heading(heading.name, heading.unit or label.unit, f"{heading.text}（{label.text}）")


# ------------------------------------------------------------------ roles by content


def _roles(block: Block, columns: Sequence[int]) -> dict[str, int | None]:
    """Which columns of labels say where, when, what and in which unit."""
    words = {column: word(block.cell(block.head.start, column)) for column in columns}
    year = _year_column(block, words)
    place = _place_column(block, words, year)
    unit = next((c for c in words if words[c] in marks.UNIT_WORDS), None)
    taken = {year, place, unit}
    texts = [c for c in words if c not in taken and not _is_numeric(block, c) and block.column(c)]
    texts = [c for c in texts if words[c] not in marks.CODE_WORDS and not _places(block, c)]
    name = next((c for c in texts if words[c] in marks.NAME_WORDS), None)
    if name is None and block.across != "name":
        name = next((c for c in texts if words[c] not in marks.REMARK_WORDS), None)
    return {"place": place, "year": year, "name": name, "unit": unit}


def _year_column(block: Block, words: dict[int, str]) -> int | None:
    def fits(known: Callable[[str], bool], share: float) -> int | None:
        found = (c for c in words if known(words[c]) and _share_of_years(block, c) > share)
        return next(found, None)

    named = fits(lambda word: word in marks.YEAR_WORDS, 0.5)
    return named if named is not None else fits(lambda word: "year" in word, 0.9)


def _place_column(block: Block, words: dict[int, str], year: int | None) -> int | None:
    """The column with the most places of the panel; texts go before codes."""
    texts = {c: _places(block, c) for c in words if c != year and not _is_numeric(block, c)}
    best = max(texts, key=lambda column: texts[column], default=None)
    if best is not None and texts[best]:
        return best
    known = marks.PLACE_WORDS | marks.CODE_WORDS
    codes = (c for c in words if words[c] in known and c != year and _is_numeric(block, c))
    return next((column for column in codes if _places(block, column)), None)


def _places(block: Block, column: int) -> int:
    """How much a column is one of places: those of the panel first; none if fewer than half are."""
    cells = [c for c in block.column(column) if not begins_note(c) and not _is_indented(c)]
    found = [place for place in map(marks.place_of, cells) if place is not None]
    if 2 * len(found) < len(cells):
        return 0
    held = {name for kind, name in found if kind == "unit"}
    return len(units()) * len(held) + len(set(found))


def _is_indented(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith("\u3000")


def _is_numeric(
    block: Block, column: int, read: Callable[[object], float | None] = parse_number
) -> bool:
    """Whether most of what a column holds are numbers."""
    cells = block.column(column)
    numbers = sum(read(cell) is not None for cell in cells)
    return 2 * numbers > len(cells)


def _share_of_years(block: Block, column: int) -> float:
    cells = [cell for cell in block.column(column) if not begins_note(cell)]
    years = sum(parse_year(cell) is not None for cell in cells)
    return years / len(cells) if cells else 0.0
