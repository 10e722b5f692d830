"""What one cell says: nothing, a number, a year, an indicator.

Text is read by `pvar.cells`, so that the book and the command of the panel VAR take the same
spellings.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd

from pvar.cells import number_in, whole_in
from synergy.dictionary import indicators, tidy_name

Finder = Callable[[object], object]

FIRST_YEAR, LAST_YEAR = 1949, 2100
#: The year of a table without years.
NO_YEAR = 0

_DATE = re.compile(r"(\d{4})([-/.])\d{1,2}\2\d{1,2}( .*)?|(\d{4})年\d{1,2}月\d{1,2}日")
_UNIT = re.compile(r"(.+?)[（(\[]([^（()）\[\]]+)[)）\]]")
_NOTE = re.compile(
    r"[（(]?(?:注释?|备注|说明|附注|(?:数据|资料)?来源|notes?|(?:data ?)?sources?)[)）]?"
    r"\s*\d*\s*[:：.、]",
    re.IGNORECASE,
)
_UNSEEN = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_LONGEST_SHOWN = 60


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: empty text, None, NaN or NaT."""
    if isinstance(value, str):
        return not value[:1].isalnum() and tidy_name(value) == ""
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def parse_number(value: object) -> float | None:
    """Number in a cell; NaN for a missing mark, None for anything that is not a number."""
    if is_blank(value):
        return math.nan
    if isinstance(value, str):
        return number_in(value)
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return float(value) if isinstance(value, int | float | Decimal | np.number) else None
    except (OverflowError, ValueError, TypeError):
        return None


def parse_year(value: object) -> int | None:
    """Calendar year in a cell (``2013``, ``2013.0``, ``2013年``, ``2013-12-31``), or None."""
    year = _year(value)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def _year(value: object) -> int | None:
    if is_blank(value):
        return None
    if isinstance(value, datetime.date):
        return value.year
    if isinstance(value, str):
        date = _DATE.fullmatch(value.strip())
        return int(date[1] or date[4]) if date else whole_in(tidy_name(value))
    number = parse_number(value)
    return int(number) if number is not None and number.is_integer() else None


@cache
def indicator_names() -> dict[str, str]:
    """Every accepted spelling (code, Chinese name, English name) of the indicators."""
    frame = indicators().reset_index()
    return {
        tidy_name(spelling).lower(): str(code)
        for heading in ("code", "name_zh", "name_en")
        for spelling, code in zip(frame[heading], frame["code"], strict=True)
    }


def find_indicator(text: object) -> str | None:
    """Code of an indicator written as code, Chinese name or English name, or None.

    A unit in brackets may follow if it is the dictionary's.
    """
    code = indicator_names().get(tidy_name(text).lower())
    if code is not None:
        return code
    name, unit = split_unit(text)
    code = indicator_names().get(name.lower())
    return code if code is not None and unit == indicators()["unit"][code] else None


def find_series(text: object) -> str | None:
    """Name of a raw series: any text that is not blank."""
    return tidy_name(text) or None


def begins_note(value: object) -> bool:
    """Whether a cell begins a note or names a source."""
    return isinstance(value, str) and bool(_NOTE.match(tidy_name(value)))


def continues_note(cell: object) -> bool:
    """Whether a cell goes on with the note above: it is indented, or numbered."""
    return isinstance(cell, str) and (cell.startswith("\u3000") or cell[:2].strip().isdigit())


def split_unit(text: object) -> tuple[str, str]:
    """Name and unit of a heading such as ``城镇化率（%）``; the unit is empty if there is none."""
    found = _UNIT.fullmatch(tidy_name(text))
    return (found[1], found[2]) if found else (tidy_name(text), "")


def decimals(value: float) -> int:
    """Decimal places that a number is written with, to twelve digits."""
    whole, _, part = f"{value:.12g}".partition(".")
    return 0 if "e" in whole + part else len(part)


def shown(value: object) -> str:
    """A cell for a message: on one line, not too long, control characters made visible."""
    if is_blank(value):
        return "（空）"
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    text = text.translate(_UNSEEN)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def map_unique(column: pd.Series, function: Finder) -> pd.Series:
    """What a function makes of every cell, asked once for each value that occurs."""
    positions, values = pd.factorize(column, use_na_sentinel=False)
    found = np.empty(len(values), dtype=object)
    found[:] = [function(value) for value in values]
    return pd.Series(found[positions], index=column.index, dtype=object)
