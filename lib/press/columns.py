"""Widths of the columns of tables on paper, by the length of what stands in them."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from numpy.typing import NDArray

#: Chinese letters on a line of the page at the size of tables; what a column needs besides text.
_LINE, _GAP = 52.0, 1.3
#: Letters on a line of half of the measure.
_HALF = 24.0
#: A heading may take so many lines.
_HEAD = 2
#: A word is not broken up to this width.
_WORD = 11.0
#: How strongly the longest cell of a row decides how high the row is.
_POWER, _SMOOTH = 6, 0.3
_STEP = 0.5

_UNBROKEN = re.compile(r"[^\s\u2e80-\uffef]+")
_RIGHT = {"n", "text-right"}


def share_out_columns(soup: BeautifulSoup, table: Tag) -> tuple[float, bool]:
    """Give a table the widths of its columns, numbers set to the right.

    Returns
    -------
    (float, bool)
        About how many lines it has, and whether it needs but half of the measure.
    """
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for cell in chain.from_iterable(rows):
        if _RIGHT & set(cell.get("class") or ()):
            cell["style"] = "text-align: right"
    if not rows or len({len(row) for row in rows}) > 1:
        return len(rows), False
    for old in table.find_all("colgroup"):
        old.decompose()
    texts = [[cell.get_text("\n").strip() for cell in row] for row in rows]
    wide = widths(texts)
    half = bool(wide.sum() <= _HALF)
    group = soup.new_tag("colgroup")
    for width in wide / (_HALF if half else _LINE):
        group.append(soup.new_tag("col", style=f"width: {100 * width:.1f}%"))
    table.insert(0, group)
    return _height(_lengths(texts), wide) / (1 + _SMOOTH), half


def widths(rows: list[list[str]]) -> NDArray[np.float64]:
    """Return the widths of columns in letters, by the texts of a table, headings first.

    A table that fits spreads its columns evenly. In one that does not, no word is broken, and the
    room that is left goes, step by step, to the column where it makes the rows lowest.
    """
    long = _lengths(rows)
    whole = long.max(axis=0) + _GAP
    if whole.sum() <= _LINE:
        line = _HALF if whole.sum() <= _HALF else _LINE
        even: NDArray[np.float64] = whole + (line - whole.sum()) / len(whole)
        return even
    words = np.array([max(map(_word, column)) for column in zip(*rows, strict=True)])
    return _shared(long, np.minimum(words + _GAP, whole))


def _lengths(rows: list[list[str]]) -> NDArray[np.float64]:
    """Length of each cell in letters; a heading's is halved, since it may take two lines."""
    long: NDArray[np.float64] = np.array([[_long(cell) for cell in row] for row in rows])
    long[0] /= _HEAD
    return long


def _shared(long: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """Widths that make the rows low, from the least ones up to the whole line."""
    wide: NDArray[np.float64] = least * min(1, _LINE / least.sum())
    while wide.sum() + _STEP <= _LINE:
        tried = [_height(long, wide + _STEP * unit) for unit in np.eye(len(wide))]
        wide[int(np.argmin(tried))] += _STEP
    return wide


def _height(long: NDArray[np.float64], wide: NDArray[np.float64]) -> float:
    """Lines of all rows, with a share of their smooth count, by which small steps still count."""
    lines = np.maximum(long / (wide - _GAP), 1)
    smooth = ((lines**_POWER).sum(axis=1) ** (1 / _POWER)).sum()
    return float(np.ceil(lines - 0.02).max(axis=1).sum() + _SMOOTH * smooth)


def _long(text: str) -> float:
    """Length of a cell's text in Chinese letters, of its longest paragraph."""
    return max(map(_wide, text.split("\n")))


def _word(text: str) -> float:
    found = max((_wide(word) for word in _UNBROKEN.findall(text)), default=2.0)
    return min(max(found, 2.0), _WORD)


def _wide(text: str) -> float:
    return sum(
        1 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in text.strip()
    )
