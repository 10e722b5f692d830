"""What a sheet of an .xlsx holds that calamine does not tell, from its XML, before it is opened.

Calamine makes a full rectangle up to the last cell, which one stray cell at XFD1048576 turns into
half a terabyte; it reads an error, and a formula that was saved without its value, as nothing.
What is not well-formed is refused, since the two might read its tags in different ways.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from xml.parsers.expat import ExpatError, ParserCreate

from synergy.files.grid import ErrorCell, UnvaluedFormula
from synergy.files.kinds import damaged

_CHUNK = 4_000_000

# Rest of a start tag with something behind it: a cell with a look and no content is no cell.
_TAG = rb"(?:[^<>/]|/(?!>))*>"
_EMPTY = rb"(?:<(?:\w+:)?v(?:/>|></(?:\w+:)?v>))?</(?:\w+:)?c>"
_FULL = _TAG + rb"(?!" + _EMPTY + rb")"
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
_PLACED = re.compile(_REFERENCE.pattern + _FULL)
_FILLED = re.compile(rb"<(?:\w+:)?c(?=[\s>])" + _FULL)
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])(" + _TAG + rb")(.*?)</(?:\w+:)?c>", re.DOTALL)
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_TEXT = re.compile(rb"""\st\s*=\s*["'](?:str|s|inlineStr)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.+?)</(?:\w+:)?v>", re.DOTALL)
_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*\s)?r\s*=\s*["']([0-9]+)["']""")
# A row that is not shown: filtered out, or hidden by hand.
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row(?=\s)(?=[^<>]*\shidden\s*=\s*["'](?:1|true)["'])[^<>]*"""
    rb"""\sr\s*=\s*["']([0-9]+)["']"""
)
_ROW_END = re.compile(rb"</(?:\w+:)?row>")


@dataclass(frozen=True)
class SheetScan:
    """Extent of a sheet, and the cells that are not what they seem.

    Attributes
    ----------
    height, width : int
        Rows and columns up to the last cell.
    odd : mapping of (row, column), counted from 0, to ErrorCell or UnvaluedFormula
    unplaced : int
        How many such cells have no reference, so that nobody can say where they are.
    hidden : list of int
        Rows that are not shown.
    """

    height: int
    width: int
    odd: dict[tuple[int, int], str]
    unplaced: int
    hidden: list[int]


def scan_sheet(xml: bytes) -> SheetScan:
    """Scan the XML of one sheet.

    Raises
    ------
    Unreadable
        It is not well-formed, or in an encoding whose tags are not those of ASCII.
    """
    if b"\0" in xml:
        raise damaged()
    try:
        ParserCreate("UTF-8").Parse(xml, True)
    except ExpatError:
        raise damaged() from None
    height, width = _extent(xml)
    found = list(_odd_cells(xml))
    placed = {place: cell for place, cell in found if place is not None}
    hidden = [row for row in map(int, _HIDDEN_ROW.findall(xml)) if row <= height]
    return SheetScan(height, width, placed, len(found) - len(placed), hidden)


def _extent(xml: bytes) -> tuple[int, int]:
    """Rows and columns; a cell without reference stands after the last, in the row's own line."""
    letters: set[bytes] = set()
    height, unplaced = 0, 0
    for part in _parts(xml):
        placed = _PLACED.findall(part)
        letters.update(column for column, _ in placed)
        height = max(height, max((int(row) for _, row in placed), default=0))
        unplaced += len(_FILLED.findall(part)) - len(placed)
    width = max(map(column_number, letters), default=0)
    if unplaced > 0:
        rows = _ROW_END.split(xml)
        height = max(height, max(map(int, _ROW.findall(xml)), default=0)) + len(rows)
        width += max(len(_FILLED.findall(row)) for row in rows)
    return height, width


def _parts(xml: bytes) -> Iterator[bytes]:
    """The XML in pieces that end where a tag begins."""
    start = 0
    while start < len(xml):
        end = start + _CHUNK
        cut = xml.rfind(b"<", start + 1, end) if end < len(xml) else -1
        end = cut if cut > 0 else end
        yield xml[start:end]
        start = end


def column_number(letters: bytes) -> int:
    """Number of a column from 1: 27 for ``AA``."""
    return reduce(lambda number, letter: number * 26 + letter - 64, letters.upper(), 0)


def column_letters(number: int) -> str:
    """Letters of a column counted from 0: ``AA`` for 26."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _odd_cells(xml: bytes) -> Iterator[tuple[tuple[int, int] | None, str]]:
    if not (_ERROR.search(xml) or _FORMULA.search(xml)):
        return
    for found in _CELL.finditer(xml):
        attributes, inside = found.groups()
        cell = _odd_cell(attributes, inside)
        if cell is not None:
            place = _REFERENCE.search(attributes)
            yield place and (int(place[2]) - 1, column_number(place[1]) - 1), cell


def _odd_cell(attributes: bytes, inside: bytes) -> str | None:
    value = _VALUE.search(inside)
    if _ERROR.search(attributes):
        return ErrorCell(_unescaped(value[1]) if value else "#N/A")
    if value is not None or _TEXT.search(attributes):
        return None
    formula = _FORMULA.search(inside)
    return UnvaluedFormula("=" + _unescaped(formula[1] or b"")) if formula else None


def _unescaped(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", errors="replace"))
