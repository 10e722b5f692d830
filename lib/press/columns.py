"""Widths of the columns of tables on paper, by the length of what stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

#: Widths of Chinese letters on a line of the page, and what a column needs besides its text.
_LINE, _GAP = 50.0, 1.0
#: A table narrower than this takes half of the measure.
_HALF = 20.0
#: A column up to this wide keeps its text on one line where it can.
_SHORT = 9.0


def share_out_columns(soup: BeautifulSoup, tables: Iterable[Tag]) -> None:
    """Give each table the widths of its columns; those of numbers are set to the right.

    A table that fits on the page spreads its columns evenly over it. Where it does not, short
    columns keep their width and the others share the rest by the square root of their texts: one
    ten times as long gets three times the width and wraps.
    """
    for table in tables:
        rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
        for cell in table.select("th.n, td.n, th.text-right, td.text-right"):
            cell["style"] = "text-align: right"
        if not rows or len({len(row) for row in rows}) > 1:
            continue
        for old in table.select("colgroup"):
            old.decompose()
        longest = [
            max(_long(cell) for cell in column) + _GAP for column in zip(*rows, strict=True)
        ]
        group = soup.new_tag("colgroup")
        for width in widths(longest):
            group.append(soup.new_tag("col", style=f"width: {100 * width:.1f}%"))
        table.insert(0, group)


def widths(longest: list[float]) -> list[float]:
    """Return shares of the line, at most 1 in all, by the longest text of each column."""
    whole = sum(longest)
    if whole <= _LINE:
        line = _LINE / 2 if whole <= _HALF else _LINE
        more = (line - whole) / len(longest)
        return [(each + more) / _LINE for each in longest]
    short = [each if each <= _SHORT else 0 for each in longest]
    rest = [each**0.5 if not kept else 0 for each, kept in zip(longest, short, strict=True)]
    left = max(_LINE - sum(short), _LINE / 3)
    scale = (_LINE - left) / sum(short) if sum(short) else 0
    shared = sum(rest) or 1
    return [
        (kept * scale + left * root / shared) / _LINE
        for kept, root in zip(short, rest, strict=True)
    ]


def _long(cell: Tag) -> float:
    """Length of a cell's text in Chinese letters, of its longest paragraph."""
    return max((_wide(text) for text in cell.get_text("\n").split("\n")), default=0)


def _wide(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in text.strip())
