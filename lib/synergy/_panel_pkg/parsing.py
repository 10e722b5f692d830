"""What a single cell says: a number, a year, an indicator, the name of a series."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from synergy.dictionary import indicators, tidy_name

FIRST_YEAR, LAST_YEAR = 1949, 2100

MISSING_MARKS = frozenset({"na", "n/a", "nan", "null", "none", "-", "--", "—", "……", "…", "..."})


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: empty text, None, NaN or NaT."""
    if isinstance(value, str):
        return tidy_name(value) == ""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def parse_number(value: object) -> float | None:
    """Number in a cell; NaN for a missing mark, None for anything that is not a number."""
    if is_blank(value):
        return math.nan
    if isinstance(value, str):
        value = tidy_name(value).replace("−", "-")
        if value.lower() in MISSING_MARKS:
            return math.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def parse_year(value: object) -> int | None:
    """Calendar year in a cell (``2013``, ``2013.0``, ``2013年``), or None."""
    number = parse_number(tidy_name(value).removesuffix("年"))
    if number is None or not number.is_integer() or not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    return int(number)


@cache
def indicator_names() -> dict[str, str]:
    """Every accepted spelling (code, Chinese name, English name) of the 31 indicators."""
    frame = indicators().reset_index()
    return {
        tidy_name(spelling).lower(): str(code)
        for heading in ("code", "name_zh", "name_en")
        for spelling, code in zip(frame[heading], frame["code"], strict=True)
    }


def find_indicator(text: object) -> str | None:
    """Code of an indicator written as code, Chinese name or English name, or None."""
    return indicator_names().get(tidy_name(text).lower())


def find_series(text: object) -> str | None:
    """Name of a raw series: any text that is not blank."""
    return tidy_name(text) or None
