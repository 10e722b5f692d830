"""Write sheets of a workbook: headings that stay in view, rows, what Excel lets into a cell.

Text is never taken for a formula, whatever a reader called a place or a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from synergy.files.saving import whole_file

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

HEAD_FILL = "EEEAF4"
#: Widest column, in characters, unless widths are given.
WIDEST = 28

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def new_book(*, streamed: bool = False) -> Workbook:
    """A workbook without sheets; a streamed one takes rows in turn and no change afterwards."""
    from openpyxl import Workbook

    book = Workbook(write_only=streamed)
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def add_sheet(
    book: Workbook,
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[float] = (),
    freeze: str = "A2",
) -> Worksheet:
    """Add a sheet with headings in bold, and rows below.

    Parameters
    ----------
    book : Workbook
    title : str
    headings : sequence of str
    rows : iterable of sequence
        NaN and empty text leave a cell blank.
    widths : sequence of float
        Of the columns, in characters; by default as the headings need.
    freeze : str
        Cell above which, and left of which, everything stays in view.
    """
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(title)
    sheet.freeze_panes = freeze
    for place, width in enumerate(widths or map(_width, headings), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return sheet


def rows_of(table: pd.DataFrame) -> list[list[Any]]:
    """Rows of a table as plain values; what is missing is None."""
    rows: list[list[Any]] = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    return rows


def allow(sheet: Worksheet, rule: DataValidation, column: int, last: int, told: str) -> None:
    """Let Excel refuse what a rule does not allow, in a column from its second line to `last`."""
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    rule.errorTitle, rule.error = "不是允许的值", told
    rule.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(rule)


def save_book(book: Workbook, path: Path) -> None:
    """Write a workbook whole or not at all.

    Raises
    ------
    DataFileError
        If the system refuses the file.
    """
    with whole_file(path) as made:
        book.save(made)


def _width(heading: str) -> float:
    return min(WIDEST, 6 + 2 * len(str(heading)))


def _heading(sheet: Worksheet, text: str) -> Cell:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _text_cell(sheet, _NO_XML.sub("", text))
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=HEAD_FILL)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Worksheet, value: object) -> object:
    """What to append for a value: without characters that XML cannot hold, never a formula."""
    if not isinstance(value, str):
        return value
    text = _NO_XML.sub("", value)
    return _text_cell(sheet, text) if text.startswith(("=", "#")) else text or None


def _text_cell(sheet: Worksheet, text: str) -> Cell:
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
