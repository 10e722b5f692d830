"""A CSV as the command takes it: cells read where they stand, faults told with their line.

Lines are counted as a spreadsheet counts rows: the headings are line 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pvar.cells import number_in, plain, recipe, whole_in
from pvar.delimited import DelimitedError, decoded, other_format, rows_of
from pvar.errors import PanelVARError
from pvar.messages import message
from pvar.options import shown


def read_panel(path: Path, unit: str, time: str, variables: Iterable[str]) -> pd.DataFrame:
    """Columns of a CSV: times and variables as numbers, all others as text without outer blanks.

    Parameters
    ----------
    path : Path
        UTF-8, UTF-16 with its mark, or GB18030; parted by commas, tabs, semicolons or bars.
    unit, time : str
        Columns that identify rows.
    variables : iterable of str
        Columns of numbers. A column that is not there is left to the caller.

    Raises
    ------
    PanelVARError
        It is no such file, lines differ in length, or a cell is not what its column must hold.
    """
    lines, headings, rows = table_of(path)
    frame = pd.DataFrame(rows, columns=headings, dtype=object)
    readers = dict.fromkeys(variables, numbers_of) | {time: times_of, unit: unit_labels}
    for name, reader in readers.items():
        if headings.count(name) == 1:
            frame[name] = reader(frame[name], lines)
    return frame


def table_of(path: Path) -> tuple[list[int], list[str], list[list[str | None]]]:
    """Line of each row, the headings, and the rows; none is blank, a blank cell is None."""
    every = cells_of(path)
    rows = [(line, row) for line, row in enumerate(every, 1) if any(map(plain, row))]
    if len(rows) < 2:
        raise PanelVARError(message("{path} has no rows below its headings.", path=path))
    headings = [plain(cell) for cell in rows[0][1]]
    while headings and not headings[-1]:  # commas at the end of every line
        headings.pop()
    width = len(headings)
    for line, row in rows[1:]:
        check_length(line, row, width)
    body = [[plain(cell) or None for cell in row[:width]] for _, row in rows[1:]]
    return [line for line, _ in rows[1:]], headings, body


def cells_of(path: Path) -> list[list[str]]:
    """Cells of every line of a file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PanelVARError(
            message("Cannot read {path}: {reason}.", path=path, reason=error.strerror)
        ) from error
    form = other_format(content)
    if form is not None:
        raise PanelVARError(not_csv(path, form, content))
    try:
        return rows_of(decoded(content))
    except DelimitedError as error:
        raise PanelVARError(not_text(path, error)) from error


def not_csv(path: Path, form: str, content: bytes) -> str:
    """What a file is that is no CSV, and the way out."""
    kinds = {
        "zip": message("an Excel workbook"),
        "ole": message("an old Excel workbook"),
        "stata": message("a Stata file"),
        "parquet": message("a Parquet file"),
        "web": message("a web page"),
    }
    if form == "zip" and b"xl/workbook" not in content:
        form = "archive"
    return message(
        "{path} is {kind}, and the command reads CSV. Save it as CSV, or read it with pandas and "
        "call panel_var.",
        path=path,
        kind=kinds.get(form, message("no table")),
    )


def not_text(path: Path, error: DelimitedError) -> str:
    """Why a file cannot be read as CSV."""
    if error.fault in ("quotes", "long"):
        return message(
            "{path}, line {line}: a quotation mark has no partner, or this is no table.",
            path=path,
            line=error.line,
        )
    if error.fault == "encoding":
        return message(
            "The encoding of {path} is not UTF-8, UTF-16 or GB18030; save it as UTF-8.", path=path
        )
    return message(
        "{path}, line {line}: the file is damaged or cut off; save or export it again.",
        path=path,
        line=error.line,
    )


def check_length(line: int, row: Sequence[str], width: int) -> None:
    """Refuse a line with fewer cells than headings, or with more that hold something."""
    if len(row) >= width and not any(map(plain, row[width:])):
        return
    raise PanelVARError(
        message(
            "Line {line} has {cells} cells, the headings {width}: {seen}. Look for separators of "
            "thousands, a cell that is lacking, or a note below the table.",
            line=line,
            cells=len(row),
            width=width,
            seen=shown(",".join(row)),
        )
    )


def unit_labels(column: pd.Series, lines: Sequence[int]) -> pd.Series:
    """Labels of units: whole numbers if all are, else text; none may be missing."""
    missing = np.flatnonzero(column.isna())
    if len(missing):
        raise PanelVARError(
            message(
                "{count} cells of {name} are empty, the first in line {line}; every row needs its "
                "unit.",
                count=len(missing),
                name=column.name,
                line=lines[missing[0]],
            )
        )
    numbers = [whole_in(text) if text.isascii() else None for text in column]
    whole = all(str(number) == text for number, text in zip(numbers, column, strict=True))
    return pd.Series(numbers, dtype=np.int64) if whole else column


def times_of(column: pd.Series, lines: Sequence[int]) -> pd.Series:
    """Times as whole numbers."""
    numbers = [whole_in(text or "") for text in column]
    bad = [row for row, number in enumerate(numbers) if number is None]
    if bad:
        fault = message(
            "Time must be whole numbers, such as years; {count} cells of {name} are not, the first "
            "in line {line}: {value}.",
            count=len(bad),
            name=column.name,
            line=lines[bad[0]],
            value=shown(column[bad[0]]),
        )
        raise PanelVARError(f"{fault} {recipe(column, bad[0], str(column.name))}".strip())
    return pd.Series(numbers, dtype=np.int64)


def numbers_of(column: pd.Series, lines: Sequence[int]) -> pd.Series:
    """Values as numbers, NaN where a mark says that they are missing."""
    numbers = [number_in(text or "") for text in column]
    bad = [row for row, number in enumerate(numbers) if number is None]
    if bad:
        raise PanelVARError(
            message(
                "{count} cells of {name} are no numbers, the first in line {line}: {value}. Write "
                "a number, or leave the cell empty where it is missing.",
                count=len(bad),
                name=column.name,
                line=lines[bad[0]],
                value=shown(column[bad[0]]),
            )
        )
    values = pd.Series(numbers, dtype=np.float64)
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise PanelVARError(
            message(
                "{name} is infinite, first in line {line}; mend it.",
                name=column.name,
                line=lines[infinite[0]],
            )
        )
    return values


def one_unit_twice(frame: pd.DataFrame, unit: str, time: str) -> list[str]:
    """Warnings of units that may be one: a name begins with the other and no period has both."""
    if frame[unit].dtype.kind in "iu":
        return []
    periods = {str(name): set(rows) for name, rows in frame.groupby(unit)[time]}
    names = sorted(periods)
    return [
        message(
            "{short} and {long} have no period in common: if they are one unit, give them one "
            "name; they are counted as two.",
            short=shown(short),
            long=shown(long),
        )
        for short, long in pairwise(names)
        if long.startswith(short) and not periods[short] & periods[long]
    ]
