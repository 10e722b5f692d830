"""Open a file as grids of raw cells, whatever kind of file it is, before anything is assumed.

Text is read here. Binary formats are read by their libraries in a process of their own
(`worker`), for a damaged file can make a library abort, hang or ask for all the memory there is.
What a file is, its first bytes say; its name does not count.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synergy.faults import DataFileError, Fault
from synergy.intake.formats import MAX_CELLS, MAX_COLUMNS, Sheet, Unreadable, too_large
from synergy.intake.worker import parse

MAX_BYTES = 200_000_000
#: Tried in this order, each strictly. Nothing is guessed from frequencies: charset-normalizer turns
#: valid tables of numbers and province names down, or takes them for Korean.
ENCODINGS = ("utf-8-sig", "gb18030")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = (",", "\t", ";")

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
#: Format 117 and later begin with a tag, earlier ones with their number and the byte order.
_STATA = (b"<stata_dta>", *(bytes((n, order)) for n in (113, 114, 115) for order in (1, 2)))


@dataclass(frozen=True, eq=False)
class Grid:
    """Raw cells of one table.

    Attributes
    ----------
    file, sheet : str
        Names; a file without sheets has an empty one.
    rows : list of list
        Text, numbers, dates, truth values or None; rows may differ in length.
    first : int
        Line of the first row as the file's own program counts.
    labels : mapping of str to str
        Descriptions of columns where the format has them (Stata).
    hidden : bool
        Whether the sheet is hidden.
    """

    file: str
    sheet: str
    rows: list[list[object]]
    first: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, eq=False)
class Source:
    """A file: its grids, and the sha256 of its bytes."""

    file: str
    sha256: str
    grids: tuple[Grid, ...]


def open_source(path: Path | str) -> Source:
    """Open a file of any kind.

    Raises
    ------
    DataFileError
        If the file is absent, empty, too large, locked, damaged, or of no kind that is read.
    """
    path = Path(path)
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size < 0:
            raise Unreadable("找不到这个文件", cure="检查路径和文件名")
        if size > MAX_BYTES:
            allowed = f"不超过 {MAX_BYTES // 1_000_000} MB"
            cure = "只留下要用的表和列，另存一份"
            raise Unreadable("文件太大", f"{size / 1e6:.0f} MB", allowed, cure)
        content = path.read_bytes()
        sheets = list(_sheets(path, content))
    except Unreadable as trouble:
        raise DataFileError(path.name, [_fault(trouble)]) from None
    except OSError as trouble:
        reason = trouble.strerror or type(trouble).__name__
        fault = Fault("文件打不开", seen=reason, cure="检查文件的权限，或关闭正打开着它的程序")
        raise DataFileError(path.name, [fault]) from None
    grids = (Grid(path.name, s.name, s.rows, s.first, s.labels, s.hidden) for s in sheets)
    return Source(path.name, hashlib.sha256(content).hexdigest(), tuple(grids))


def _fault(trouble: Unreadable) -> Fault:
    return Fault(trouble.problem, seen=trouble.seen, allowed=trouble.allowed, cure=trouble.cure)


def _sheets(path: Path, content: bytes) -> Iterator[Sheet]:
    if not content.strip(b" \t\r\n\0"):
        raise Unreadable("文件是空的，没有一行数据", cure="换一个有内容的文件")
    if content.startswith((_ZIP, _OLE)):
        yield from parse(path, "excel")
    elif content.startswith(_PARQUET):
        yield from parse(path, "parquet")
    elif content.startswith(_STATA):
        yield from parse(path, "stata")
    elif content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        cure = "用 Excel 或 WPS 打开，另存为 .xlsx"
        raise Unreadable("这是网页，不是表格文件", allowed="CSV、Excel、Stata、Parquet", cure=cure)
    else:
        yield Sheet("", _text_rows(_decoded(content)))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith(_UTF_16) else ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    allowed = "UTF-8、GB18030（GBK）、带标记的 UTF-16"
    raise Unreadable("文字编码无法识别", allowed=allowed, cure="另存为 UTF-8 编码")


def _text_rows(text: str) -> list[list[object]]:
    """Cells of delimited text; a record is a line, as a spreadsheet counts them."""
    head = text[:20_000]
    delimiter = max(DELIMITERS, key=head.count)
    rows: list[list[object]] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            rows.append([value.strip("\t ") or None for value in record])
            cells += len(record)
            if cells > MAX_CELLS or len(record) > MAX_COLUMNS:
                raise too_large(len(rows), len(record))
    except csv.Error:
        seen = f"第 {len(rows) + 1} 行起"
        cure = "检查这一行附近有没有不配对的引号"
        raise Unreadable("引号不配对，读不下去", seen, cure=cure) from None
    return rows
