"""Open a file of any kind: its size, its kind, its sheets; each sheet read when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from synergy.faults import DataFileError, Fault
from synergy.files.frames import read_parquet, read_stata
from synergy.files.grid import Grid, Unreadable
from synergy.files.kinds import Kind, damaged, kind_of, misnamed
from synergy.files.limits import check_bytes
from synergy.files.locks import unlocked
from synergy.files.text import read_text
from synergy.files.workbook import XlsBook, XlsxBook


class Book(Protocol):
    """Tables of a file."""

    @property
    def sheets(self) -> Mapping[str, bool]:
        """Whether a table is hidden, by its name."""

    def grid(self, name: str) -> Grid:
        """Cells of one table."""


class _OneTable:
    """A file without sheets, whose only table has no name."""

    sheets: Mapping[str, bool] = {"": False}

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def grid(self, name: str) -> Grid:
        return self._grid


READERS: Mapping[Kind, Callable[[str, bytes], Book]] = {
    "text": lambda file, content: _OneTable(read_text(file, content)),
    "xlsx": XlsxBook,
    "xls": XlsBook,
    "stata": lambda file, content: _OneTable(read_stata(file, content)),
    "parquet": lambda file, content: _OneTable(read_parquet(file, content)),
}


@dataclass(frozen=True, eq=False)
class Source:
    """A file that was opened.

    Attributes
    ----------
    file, sha256 : str
        Its name, and the hash of its bytes.
    kind : {"text", "xlsx", "xls", "stata", "parquet"}
    note : str
        What its reader should be told about the file as a whole; else empty.
    book : Book
    """

    file: str
    sha256: str
    kind: Kind
    note: str
    book: Book

    @property
    def sheets(self) -> Mapping[str, bool]:
        """Whether a sheet is hidden, by its name; one without name where there are no sheets."""
        return self.book.sheets

    def grid(self, sheet: str) -> Grid:
        """Cells of a sheet.

        Raises
        ------
        DataFileError
            The sheet is damaged or too large.
        """
        with _told(self.file):
            return self.book.grid(sheet)

    def grids(self) -> Iterator[Grid]:
        """Every sheet in the order of the file."""
        return map(self.grid, self.sheets)


def open_source(path: Path | str) -> Source:
    """Open a file of any kind.

    Raises
    ------
    DataFileError
        It is absent, empty, too large, locked, damaged, or of no kind that is read.
    """
    path = Path(path)
    with _told(path.name):
        content = _content(path)
        digest = hashlib.sha256(content).hexdigest()
        content = unlocked(content)
        kind = kind_of(content, path)
        book = READERS[kind](path.name, content)
        return Source(path.name, digest, kind, misnamed(kind, path), book)


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise Unreadable("这是文件夹，不是文件", cure="写出文件夹里那个文件的名字")
    if not path.is_file():
        raise Unreadable("找不到这个文件", cure="检查路径和文件名")
    check_bytes(path.stat().st_size)
    content = path.read_bytes()
    if not content.strip(b" \t\r\n\0"):
        raise Unreadable("文件是空的，没有一行数据", cure="换一个有内容的文件，首行为列名")
    return content


@contextmanager
def _told(file: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes a fault of the file."""
    try:
        yield
    except Unreadable as error:
        raise DataFileError(file, [error.fault]) from None
    except OSError as error:
        cure = "检查文件的权限，或关闭正打开着它的程序"
        raise DataFileError(file, [Fault("文件打不开", cure=cure)]) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # undocumented classes; calamine's panic is no Exception
        raise DataFileError(file, [damaged().fault]) from error
