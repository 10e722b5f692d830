"""Binary tables by their libraries: calamine for Excel, pandas for Stata and Parquet.

Runs in the process of `worker`, where a library may fail in any way it likes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import IO, Any

MAX_CELLS = 2_000_000
MAX_COLUMNS = 2_000
#: A workbook is a zip archive; two million cells take a fifth of this.
MAX_UNPACKED = 500_000_000

#: Excel opens a workbook with this password without asking; yearbooks on disc are locked with it.
STOCK_PASSWORD = "VelvetSweatshop"

_CELL = re.compile(rb'<c [^>]{0,60}?r="([A-Z]{1,7})(\d{1,9})"')
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """Cells of one sheet; see `synergy.intake.grids.Grid`."""

    name: str
    rows: list[list[object]]
    first: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


class Unreadable(Exception):
    """A file that cannot be read: what is wrong, what was seen and what helps, in Chinese."""

    def __init__(self, problem: str, seen: str = "", allowed: str = "", cure: str = "") -> None:
        super().__init__(problem, seen, allowed, cure)
        self.problem, self.seen, self.allowed, self.cure = problem, seen, allowed, cure


def too_large(height: int, width: int, where: str = "") -> Unreadable:
    """What to say about a table with too many cells."""
    allowed = f"不超过 {MAX_CELLS // 10_000} 万格、{MAX_COLUMNS} 列"
    cure = "删去空白的远处单元格，只留下要用的行和列"
    return Unreadable("表太大", f"{where}{height} 行、{width} 列", allowed, cure)


def excel(path: Path) -> list[Sheet]:
    """Every worksheet of a workbook, also one locked with the stock password."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    content = path.read_bytes()
    content = _unlocked(content) if content.startswith(_OLE) else content
    if content.startswith(_ZIP):
        _check_extent(content)
    book = load_workbook(io.BytesIO(content))
    sheets = []
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            rows = _cells(book.get_sheet_by_name(about.name))
            hidden = about.visible != SheetVisibleEnum.Visible
            sheets.append(Sheet(about.name, rows, hidden=hidden))
    return sheets


def _check_extent(content: bytes) -> None:
    """Refuse a workbook that swells, or that has a cell far away, before it is laid out in memory.

    calamine lays a sheet out as a full rectangle: one cell in the last corner is half a terabyte.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_UNPACKED:
            allowed = f"解开后不超过 {MAX_UNPACKED // 1_000_000} MB"
            cure = "只留下要用的表和列，另存一份"
            raise Unreadable("文件太大", f"解开后 {size / 1e6:.0f} MB", allowed, cure)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    height, width = _corner(part)
                if height * width > MAX_CELLS or width > MAX_COLUMNS:
                    raise too_large(height, width)


def _corner(part: IO[bytes]) -> tuple[int, int]:
    """Last row and column that a sheet's XML mentions."""
    height = width = 0
    rest = b""
    while chunk := part.read(1 << 20):
        for letters, digits in _CELL.findall(rest + chunk):
            height = max(height, int(digits))
            width = max(width, reduce(lambda n, letter: 26 * n + letter - 64, letters, 0))
        rest = chunk[-100:]
    return height, width


def _unlocked(content: bytes) -> bytes:
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError

    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not office.is_encrypted():
            return content
    except Exception:  # not a container it knows: calamine may still
        return content
    opened = io.BytesIO()
    try:
        office.load_key(password=STOCK_PASSWORD)
        office.decrypt(opened)
    except InvalidKeyError:
        raise Unreadable("文件有密码", cure="用 Excel 打开，去掉密码后另存一份") from None
    return opened.getvalue()


def _cells(sheet: Any) -> list[list[object]]:
    height, width = sheet.total_height, sheet.total_width
    if height * width > MAX_CELLS or width > MAX_COLUMNS:
        raise too_large(height, width, f"“{sheet.name}”表 ")
    rows = [
        [None if value == "" else value for value in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom < len(rows):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def stata(path: Path) -> list[Sheet]:
    """A Stata file: names of its variables, then the observations; labels aside."""
    import pandas as pd
    from pandas.io.stata import StataReader

    with StataReader(path) as reader:
        labels = dict(reader.variable_labels())
    try:
        table = pd.read_stata(path)
    except ValueError:  # value labels that are not unique
        table = pd.read_stata(path, convert_categoricals=False)
    return [_framed(table, labels)]


def parquet(path: Path) -> list[Sheet]:
    """A Parquet file: headings, then the rows."""
    import pandas as pd

    return [_framed(pd.read_parquet(path).reset_index(drop=False), {})]


def _framed(table: Any, labels: Mapping[str, str]) -> Sheet:
    height, width = table.shape
    if height * width > MAX_CELLS or width > MAX_COLUMNS:
        raise too_large(height, width)
    body = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    headings: list[object] = [str(name) for name in table.columns]
    texts = {str(name): str(text) for name, text in labels.items() if text}
    return Sheet("", [headings, *body], first=0, labels=texts)


FORMATS = {"excel": excel, "stata": stata, "parquet": parquet}
