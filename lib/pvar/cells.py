"""What the cells of a table say: numbers, and calendar time as whole numbers or pandas periods.

Text that people wrote is read by `number_in` and `whole_in`, columns of a data frame by the rest.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd

from pvar.errors import PanelVARError
from pvar.linalg import Array, IntArray
from pvar.messages import message
from pvar.options import shown

LARGEST_EXACT = 2.0**53
QUARTER = re.compile(r"\d{4}-?[qQ][1-4]")
MONTH = re.compile(r"\d{4}[-/]\d{1,2}")
STATA_MONTH = re.compile(r"\d{4}m\d{1,2}")
DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}( .*)?")

#: What stands in tables where a value is missing, in small letters; "." is Stata's.
MISSING_MARKS = frozenset(
    {"", "na", "n/a", "nan", "null", "none", ".", "..", "...", "-", "--"}
    | {"\u2013", "\u2014", "\u2014\u2014", "\u2026", "\u2026\u2026"}  # dashes, ellipses
    | {f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}  # Stata's other missing values
)

# Zero-width characters part nothing; full-width ones of East Asian keyboards mean the usual ones.
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF])
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_PLAIN = _UNSEEN | _FULL_WIDTH | {0x2212: "-"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?", re.ASCII | re.I)
_WHOLE = re.compile(r"([+-]?\d{1,15})(\.0*)?(\u5e74\u5ea6?)?", re.ASCII)


def plain(text: str) -> str:
    """A cell's text without what the eye does not see: blanks around it, zero-width characters."""
    return (text if text.isascii() else text.translate(_PLAIN)).strip()


def number_in(text: str) -> float | None:
    """Number that a cell of text holds, NaN for a missing mark, None for anything else.

    Digits parted by blanks, underscores or commas are no number: a footnote's mark, a thousands
    separator and a decimal comma look alike.
    """
    text = plain(text)
    if text.lower() in MISSING_MARKS:
        return math.nan
    return float(text) if _NUMBER.fullmatch(text) else None


def whole_in(text: str) -> int | None:
    """Whole number that a cell of text holds, with or without the Chinese sign of a year."""
    found = _WHOLE.fullmatch(plain(text))
    return int(found[1]) if found else None


def integer_times(labels: pd.Series, name: str) -> tuple[IntArray, str | None]:
    """Calendar time as integers, and the frequency if the labels are pandas periods.

    Parameters
    ----------
    labels : Series (rows,)
    name : str
        Of the column, for the message.

    Raises
    ------
    PanelVARError
        If a label is neither a whole number nor a period; for dates, quarters and months the
        message has the line of pandas that makes periods of them.
    """
    if isinstance(labels.dtype, pd.PeriodDtype):
        index = pd.PeriodIndex(labels)
        check_times(labels, np.asarray(index.isna()), name)
        return np.array(index.asi8, dtype=np.int64), str(index.freqstr)
    if isinstance(labels.dtype, np.dtype) and labels.dtype.kind in "iu":
        return labels.to_numpy().astype(np.int64), None
    numbers = real_numbers(labels)
    check_times(labels, ~((np.abs(numbers) < LARGEST_EXACT) & (numbers == np.round(numbers))), name)
    return numbers.astype(np.int64), None


def real_numbers(column: pd.Series) -> Array:
    """A column as floats, NaN for what is missing or no number: text, dates, complex, lists."""
    if column.dtype.kind in "mM":  # `to_numeric` would count nanoseconds
        return np.full(len(column), np.nan)
    try:
        found = pd.to_numeric(column, errors="coerce")
    except TypeError:  # lists and the like in cells
        found = pd.to_numeric(column.astype(str), errors="coerce")
    if found.dtype.kind == "c":
        values = found.to_numpy()
        return np.where(values.imag == 0, values.real, np.nan)
    return np.asarray(found.to_numpy(dtype=np.float64, na_value=np.nan))


def numeric_column(column: pd.Series, name: str) -> Array:
    """One variable as floats; what is no number is an error that shows the first such cell."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiu":
        return np.asarray(column.to_numpy(), dtype=np.float64)
    if column.dtype.kind in "mM" or isinstance(column.dtype, pd.PeriodDtype):
        raise PanelVARError(
            message(
                "{name} holds {kind}, not numbers; convert it first.", name=name, kind=column.dtype
            )
        )
    numbers = real_numbers(column)
    text = np.isnan(numbers) & column.notna().to_numpy()
    if text.any():
        row = int(np.flatnonzero(text)[0])
        raise PanelVARError(
            message(
                "Cells of {name} that are no numbers: {count}, the first in row {row}: {value}. "
                "Write a number, or leave the cell empty where it is missing.",
                count=int(text.sum()),
                name=name,
                row=row + 1,
                value=shown(column.iloc[row]),
            )
        )
    return numbers


def check_times(labels: pd.Series, bad: np.ndarray, name: str) -> None:
    """Refuse labels that are no calendar time, showing the first and the way out."""
    if not bad.any():
        return
    row = int(np.flatnonzero(bad)[0])
    fault = message(
        "Time must be whole numbers, such as years, or pandas periods; rows of {name} that are "
        "neither: {count}, the first is row {row}: {value}.",
        count=int(bad.sum()),
        name=name,
        row=row + 1,
        value=labels.iloc[row],
    )
    raise PanelVARError(f"{fault}{recipe(labels, row, name)}")


def recipe(labels: pd.Series, row: int, name: str) -> str:
    """The line that makes periods of dates, quarters or months; nothing for other labels."""
    text, column = str(labels.iloc[row]), f'frame["{name}"]'
    if labels.dtype.kind == "M":
        line = f'{column}.dt.to_period("{frequency(labels)}")'
    elif DATE.fullmatch(text):
        code = frequency(pd.to_datetime(labels, errors="coerce"))
        line = f'pd.to_datetime({column}).dt.to_period("{code}")'
    elif QUARTER.fullmatch(text):
        line = f'pd.PeriodIndex({column}, freq="Q")'
    elif MONTH.fullmatch(text):
        line = f'pd.PeriodIndex({column}, freq="M")'
    elif STATA_MONTH.fullmatch(text):
        line = f'pd.PeriodIndex({column}.str.replace("m", "-"), freq="M")'
    else:
        return ""
    return message(" Turn them into periods first: {line}", line=f"{column} = {line}")


def frequency(dates: pd.Series) -> str:
    """The coarsest of year, quarter, month and day that keeps all dates apart."""
    known = pd.DatetimeIndex(dates.dropna().unique())
    for code in ("Y", "Q", "M"):
        if known.tz_localize(None).to_period(code).nunique() == len(known):
            return code
    return "D"
