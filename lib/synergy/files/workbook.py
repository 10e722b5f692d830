"""Sheets of Excel workbooks as grids: .xlsx by calamine, .xls by xlrd, which tells errors apart."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from posixpath import join, normpath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from synergy.faults import line_span
from synergy.files.grid import Block, ErrorCell, Grid, Unreadable
from synergy.files.kinds import damaged
from synergy.files.limits import check_bytes, check_cells
from synergy.files.locks import locked
from synergy.files.sheet_scan import SheetScan, column_letters, scan_sheet

if TYPE_CHECKING:
    import xlrd
    from python_calamine import CalamineSheet

MAX_DIRECTORY = 5_000_000

_REMOVE_FAR = "选中数据右边和下边的空白行列，删除后保存；只留下要用的行和列"
_SAVE_VALUES = "用 Excel 或 WPS 打开，保存一次再试"


# ------------------------------------------------------------------ .xlsx


class XlsxBook:
    """An .xlsx: `sheets` says of every worksheet by its name whether it is hidden.

    Raises
    ------
    Unreadable
        It is damaged, or unpacks to too much.
    """

    def __init__(self, file: str, content: bytes) -> None:
        from python_calamine import load_workbook

        self.file = file
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        check_bytes(sum(entry.file_size for entry in self._archive.infolist()), "解开后 ")
        if self._archive.testzip() is not None:  # reads no more than the directory declares
            raise damaged()
        found = _sheet_parts(self._archive)
        self._parts = {name: part for name, (part, _) in found.items()}
        self.sheets = {name: hidden for name, (_, hidden) in found.items()}
        self._book = load_workbook(io.BytesIO(content))

    def grid(self, name: str) -> Grid:
        """Cells of a sheet; `Unreadable` if it reaches too far."""
        scan = scan_sheet(self._archive.read(self._parts[name]))
        _check_scan(name, scan)
        sheet = self._book.get_sheet_by_name(name)
        merged = tuple(_blocks(sheet))
        rows, hidden = _rows(sheet, scan), self.sheets[name]
        return Grid(self.file, name, rows, merged=merged, hidden=hidden, notes=_unshown(scan))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Path inside the archive of every worksheet by its name, and whether it is hidden."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if archive.getinfo(book).file_size + archive.getinfo(links).file_size > MAX_DIRECTORY:
        raise damaged()
    targets = {
        link.get("Id"): normpath(join("xl", link.get("Target", ""))).lstrip("/")
        for link in ElementTree.fromstring(archive.read(links))
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets = ElementTree.fromstring(archive.read(book)).iterfind(".//{*}sheets/{*}sheet")
    named = ((str(s.get("name")), _attribute(s, "id"), s.get("state", "visible")) for s in sheets)
    return {
        name: (targets[link], state != "visible") for name, link, state in named if link in targets
    }


def _attribute(element: ElementTree.Element, name: str) -> str:
    """Value of the attribute of a name in whatever namespace."""
    return next(v for key, v in element.items() if key.rpartition("}")[2] == name and "}" in key)


def _check_scan(sheet: str, scan: SheetScan) -> None:
    try:
        check_cells(scan.height, scan.width, _REMOVE_FAR)
    except Unreadable as error:
        fault = error.fault
        where = f"{sheet} 表到 {column_letters(scan.width - 1)}{scan.height} 格，{fault.seen}"
        raise Unreadable(fault.problem, where, fault.allowed, fault.cure) from None
    if scan.unplaced:
        problem = f"“{sheet}”表有 {scan.unplaced} 格是错误值，或是没有存下结果的公式"
        raise Unreadable(problem, cure=_SAVE_VALUES)


def _unshown(scan: SheetScan) -> tuple[str, ...]:
    """Say which rows a reader of the sheet did not see."""
    told = f"{line_span(scan.hidden)}在 Excel 里是隐藏或筛掉的，照样读了。"
    return (told,) if scan.hidden else ()


def _rows(sheet: CalamineSheet, scan: SheetScan) -> list[list[object]]:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), cell in scan.odd.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = cell
    return rows


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def _blocks(sheet: CalamineSheet) -> Iterator[Block]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield top, bottom, left, right


# ------------------------------------------------------------------ .xls


class XlsBook:
    """An .xls: `sheets` has the names of its worksheets; which are hidden, their grids say.

    Raises
    ------
    Unreadable
        It is locked with a password.
    """

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self._book = _opened(content)
        self.sheets = dict.fromkeys(self._book.sheet_names(), False)  # known when they are read

    def grid(self, name: str) -> Grid:
        """Cells of a sheet; `Unreadable` if it reaches too far."""
        sheet = self._book.sheet_by_name(name)
        lengths = [sheet.row_len(row) for row in range(sheet.nrows)]
        check_cells(1, max(lengths, default=0), _REMOVE_FAR)
        check_cells(sum(lengths), 1, _REMOVE_FAR)
        rows = [[_xls_cell(c, self._book) for c in sheet.row(row)] for row in range(sheet.nrows)]
        self._book.unload_sheet(name)
        return Grid(self.file, name, rows, hidden=bool(sheet.visibility))


def _opened(content: bytes) -> xlrd.Book:
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if re.search("encrypted|password", str(error), re.IGNORECASE) or _is_locked_xlsx(content):
            raise locked() from None
        raise


def _is_locked_xlsx(content: bytes) -> bool:
    """Whether the container holds an .xlsx behind a password."""
    return "EncryptedPackage".encode("utf-16-le") in content


def _xls_cell(cell: xlrd.sheet.Cell, book: xlrd.Book) -> Any:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return None
        case xlrd.XL_CELL_ERROR:
            return ErrorCell(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        case xlrd.XL_CELL_BOOLEAN:
            return str(bool(cell.value)).upper()
        case xlrd.XL_CELL_DATE:
            return _date(cell.value, book.datemode)
        case _:
            return _cell(cell.value)


def _date(value: float, mode: int) -> datetime | float:
    """A date, or the number itself where it is none (a number in a date's format)."""
    import xlrd

    try:
        moment: datetime = xlrd.xldate_as_datetime(value, mode)
    except (ValueError, OverflowError, xlrd.XLDateError):
        return value
    return moment
