"""Cut a grid into blocks: the head of a table, the lines above it, the body below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from synergy.files.grid import Grid
from synergy.intake import marks
from synergy.measures import NO_UNIT, says_unit
from synergy.reading.cells import begins_note, is_blank, parse_number, parse_year
from synergy.reading.schema import word

Role = Literal["place", "year", "name"]

_KNOWN = marks.PLACE_WORDS | marks.YEAR_WORDS | marks.NAME_WORDS | marks.CODE_WORDS

#: Columns of labels that a table with years across may have on its left.
_LABELS = 4
#: Columns that are no places where places stand across.
_OTHERS = 8
_HEAD_LINES = 4


@dataclass(frozen=True, eq=False)
class Block:
    """Lines of a grid that belong to one head.

    Attributes
    ----------
    grid : Grid
    above, head, body : range
        Indices of rows.
    across : {"place", "year", "name"}
        What the head says of the columns of values.
    """

    grid: Grid
    above: range
    head: range
    body: range
    across: Role

    def row(self, index: int) -> Sequence[object]:
        """Cells of a row."""
        return self.grid.rows[index]

    def line(self, index: int) -> int:
        """Line of a row as the file's own program counts."""
        return self.grid.first + index

    def cell(self, index: int, column: int) -> object:
        """A cell; None beyond the end of a short row."""
        row = self.grid.rows[index]
        return row[column] if column < len(row) else None

    def column(self, column: int) -> list[object]:
        """What a column of the body holds; blanks left out."""
        cells = (row[column] for row in self._filled if column < len(row))
        return [cell for cell in cells if not is_blank(cell)]

    @cached_property
    def _filled(self) -> list[Sequence[object]]:
        """Rows of the body that hold anything: one stray cell can make a body of all lines."""
        rows = map(self.row, self.body)
        return [row for row in rows if not all(map(is_blank, row))]

    @property
    def width(self) -> int:
        """Columns of the longest row."""
        rows = (*self.head, *self.body)
        return max((len(self.grid.rows[index]) for index in rows), default=0)

    def heading(self, column: int) -> str:
        """Text of a column's head, from the top, without years; blanks as at their left."""
        parts: list[str] = []
        for index in self.head:
            cell = self._headed(index, column)
            text = "" if parse_year(cell) else marks.one_line(cell)
            if text and text not in parts:
                parts.append(text)
        if len(parts) < 2:
            return "".join(parts)
        below = [part for part in parts[1:] if says_unit(part)]
        read = [marks.read_heading(part) for part in parts if part not in below]
        stated = [heading.unit for heading in read] + [u for u in below if u not in NO_UNIT]
        unit = next(filter(None, reversed(stated)), "")
        name = "·".join(heading.name for heading in read)
        return f"{name}（{unit}）" if unit else name

    def year(self, column: int) -> int | None:
        """Year in a column's head, where indicators and years both stand across."""
        years = (parse_year(self._headed(index, column)) for index in self.head)
        return next((year for year in years if year is not None), None)

    def _headed(self, index: int, column: int) -> object:
        """A cell of the head; a blank one above another is its left neighbour's, as if merged."""
        below = (self.cell(later, column) for later in range(index + 1, self.head.stop))
        if not is_blank(self.cell(index, column)) or all(map(is_blank, below)):
            return self.cell(index, column)
        left = (self.cell(index, place) for place in range(column - 1, -1, -1))
        return next((cell for cell in left if not is_blank(cell)), None)


def whole_labels(grid: Grid) -> Grid:
    """The grid with every label that is merged over several lines standing in each of them."""
    down = [block for block in grid.merged if block[2] == block[3]]
    if not down:
        return grid
    rows = [list(row) for row in grid.rows]
    for top, bottom, column, _ in down:
        labels = rows[top] if top < len(rows) else []
        if column >= len(labels) or is_blank(labels[column]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            row.extend([None] * (column + 1 - len(row)))
            row[column] = labels[column]
    return replace(grid, rows=rows)


def blocks(grid: Grid) -> Iterator[Block]:
    """Blocks of a grid from the top; every row is in one of them if there is any."""
    heads = list(_heads(grid))
    above = 0
    for number, (head, across) in enumerate(heads):
        end = len(grid.rows)
        if number + 1 < len(heads):
            end = _end_of_body(grid, head.stop, heads[number + 1][0].start)
        yield Block(grid, range(above, head.start), head, range(head.stop, end), across)
        above = end


def _end_of_body(grid: Grid, start: int, end: int) -> int:
    """Where a body ends and the title of the next table begins: after its last number."""
    while end > start and not any(marks.is_number(cell) for cell in grid.rows[end - 1]):
        end -= 1
    return end


def _heads(grid: Grid) -> Iterator[tuple[range, Role]]:
    found = False
    index = 0
    while index < len(grid.rows):
        across = _head_kind(grid.rows[index], again=found)
        if across is None:
            index += 1
            continue
        head = _head_lines(grid, index, years=across == "name")
        yield head, "name" if _holds_names(grid, head) else across
        found, index = True, head.stop
    if not found:
        yield from _plain_head(grid)


def _holds_names(grid: Grid, head: range) -> bool:
    """Whether the lines below the first of a head name indicators, not only units."""
    below = (cell for index in head[1:] for cell in grid.rows[index] if isinstance(cell, str))
    return any(marks.read_heading(cell).name for cell in below if not says_unit(cell))


def _plain_head(grid: Grid) -> Iterator[tuple[range, Role]]:
    """The first line of texts only that numbers follow, where no known heading was found."""
    for index, row in enumerate(grid.rows[:-1]):
        texts = [cell for cell in row if not is_blank(cell)]
        if len(texts) > 1 and all(_is_word(cell) for cell in texts):
            below = (cell for later in grid.rows[index + 1 : index + 4] for cell in later)
            if any(not is_blank(cell) and parse_number(cell) is not None for cell in below):
                yield _head_lines(grid, index, years=True), "name"
                return


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and not marks.is_number(cell) and parse_year(cell) is None


def _head_kind(row: Sequence[object], *, again: bool) -> Role | None:
    """What stands across in a line, if it is the head of a table.

    Parameters
    ----------
    again : bool
        Whether the grid had a head before: a further one must begin with a known heading.
    """
    cells = [cell for cell in row if not is_blank(cell)]
    if len(cells) < 2 or begins_note(cells[0]) or marks.fact_of(cells[0]):
        return None
    known = word(cells[0]) in _KNOWN
    if again and not known:
        return None
    if _has_years_across(cells, known=known):
        return "year"
    if _has_places_across(cells):
        return "place"
    return "name" if known and all(_is_word(cell) for cell in cells) else None


def _has_years_across(cells: Sequence[object], *, known: bool) -> bool:
    years = [parse_year(cell) for cell in cells]
    labels = years.count(None)
    found = [year for year in years if year is not None]
    if not found or len(set(found)) < len(found) or None in years[labels:] or labels > _LABELS:
        return False
    if any(marks.is_number(cell) for cell in cells[:labels]):
        return False
    # A line of the body can look like this too: 海南, 2018, 2040.
    labelled = labels == 0 or marks.place_of(cells[labels - 1]) is None
    return known or (labelled and len(found) > 1)


def _has_places_across(cells: Sequence[object]) -> bool:
    found = [marks.place_of(cell) for cell in cells if isinstance(cell, str)]
    places = {place[1] for place in found if place is not None and place[0] == "unit"}
    strange = marks.place_of(cells[0]) is None
    return strange and len(places) > 2 and len(cells) - len(places) <= _OTHERS


def _are_units(cells: Sequence[object]) -> bool:
    """Whether a line below a head says in which unit each column is (CSMAR)."""
    return len(cells) > 1 and all(isinstance(cell, str) and says_unit(cell) for cell in cells)


def _head_lines(grid: Grid, start: int, *, years: bool) -> range:
    """A head goes on while its first cell is blank or repeated and only words stand in it.

    Parameters
    ----------
    years : bool
        Whether a line of years may be part of it too.
    """
    label = grid.rows[start][0] if grid.rows[start] else None
    stop = start + 1
    while stop < min(start + _HEAD_LINES, len(grid.rows)):
        row = grid.rows[stop]
        first = row[0] if row else None
        filled = [cell for cell in row[1:] if not is_blank(cell)]
        goes_on = (is_blank(first) or first == label) and bool(filled)
        goes_on |= _are_units([first, *filled])
        words = all(map(_is_word, filled))
        dated = years and len(filled) > 1 and all(map(parse_year, filled))
        if not goes_on or not (words or dated):
            break
        stop += 1
    return range(start, stop)
