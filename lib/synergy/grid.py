"""A table as HTML: every cell knows its heading, so that a phone can stack them; numbers align.

Numbers in a column get the same count of decimals by blanks as wide as a digit, and a real minus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

import pandas as pd

_NUMBER = re.compile(r"[+＋−-]?\d[\d,]*(?:\.(?P<decimals>\d+))?(?P<unit>\s?%| 倍)?")
_NONE = "—"

#: As wide as a digit, and as a point.
_DIGIT, _POINT = "\u2007", "\u2008"


#: What a line of a table holds on a phone, in characters of Chinese; what a heading wraps at, and
#: what a text needs at least.
_PHONE, _HEADING, _TEXT = 24.0, 4.0, 6.0
#: From this on a text has the line of a phone to itself; up to what it needs at least it is on one.
_SENTENCE = 14.0


def table_html(frame: pd.DataFrame) -> str:
    """Return a table as readers expect it: a named index is a column like the others.

    Parameters
    ----------
    frame : DataFrame
        Any frame; an unnamed range index is left out. Cells are escaped.
    """
    named = any(name is not None for name in frame.index.names)
    plain = named or isinstance(frame.index, pd.RangeIndex)
    shown = frame.reset_index() if named or not plain else frame
    heads = ["" if name == "index" and not plain else str(name) for name in shown.columns]
    columns = [_column(shown.iloc[:, at]) for at in range(len(heads))]
    heading = 0 if named or not plain else -1
    kinds = [
        "n" if numeric and at != heading else extent(cells)
        for at, (cells, numeric) in enumerate(columns)
    ]
    looks = [f' class="{kind}"' if kind else "" for kind in kinds]
    top = "".join(
        f'<th scope="col"{look if kind == "n" else ""}>{escape(head)}</th>'
        for head, look, kind in zip(heads, looks, kinds, strict=True)
    )
    rows = zip(*(cells for cells, _ in columns), strict=True)
    body = "\n".join(f"<tr>{_row(cells, heads, looks, heading)}</tr>" for cells in rows)
    fits = _width(heads, [cells for cells, _ in columns]) <= _PHONE and kinds.count("l") < 2
    slim = " slim" if fits else ""
    head = f'<table class="dataframe{slim}"><thead><tr>{top}</tr></thead>'
    return f"{head}\n<tbody>\n{body}\n</tbody></table>"


def _width(heads: list[str], columns: list[list[str]]) -> float:
    """How wide a table is at least, in characters of Chinese, with the space between columns."""
    widths = [
        max(min(_long(head), _HEADING), min(max(map(_long, cells), default=0), _TEXT))
        for head, cells in zip(heads, columns, strict=True)
    ]
    return sum(widths) + 0.8 * len(widths)


def extent(texts: Iterable[str]) -> str:
    """Return the class of a column of words: short ``s``, long ``l``, or neither."""
    longest = max(map(_long, texts), default=0)
    return "s" if longest <= _TEXT else "l" if longest > _SENTENCE else ""


def _long(text: str) -> float:
    """Length of a text: other signs are about half as wide as Chinese ones."""
    return sum(1.0 if sign > "\u2e80" else 0.55 for sign in text)


def _row(cells: tuple[str, ...], heads: list[str], looks: list[str], heading: int) -> str:
    told = []
    for at, (cell, head, look) in enumerate(zip(cells, heads, looks, strict=True)):
        if at == heading:
            told.append(f'<th{look} scope="row" data-label="{escape(head)}">{escape(cell)}</th>')
        else:
            told.append(f'<td{look} data-label="{escape(head)}">{escape(cell)}</td>')
    return "".join(told)


def _column(values: pd.Series) -> tuple[list[str], bool]:
    """Texts of a column, and whether all of them are numbers or missing."""
    texts = [_NONE if pd.isna(value) else str(value) for value in values]
    found = [_NUMBER.fullmatch(text) for text in texts]
    if not any(found) or any(not f and text != _NONE for f, text in zip(found, texts, strict=True)):
        return texts, False
    most = max(len(f["decimals"] or "") for f in found if f)
    return [_aligned(text, f, most) for text, f in zip(texts, found, strict=True)], True


def _aligned(text: str, found: re.Match[str] | None, most: int) -> str:
    if not found:
        return text
    short = most - len(found["decimals"] or "")
    point = _POINT if most and not found["decimals"] else ""
    return text.replace("-", "−") + point + _DIGIT * short
