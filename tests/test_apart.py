"""The process that reads a workbook may die; its caller says that the file is damaged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from synergy.faults import DataFileError
from synergy.files import apart, workbook
from synergy.files.apart import read_apart
from synergy.files.sheet_scan import SheetScan
from synergy.files.source import open_source


def content(cell: str = "B2") -> bytes:
    """A workbook whose last cell says that it stands elsewhere."""
    book, plain, moved = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.title = "表"
    for row in (["地区", 2024], ["北京", 1.5]):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'r="B2"', f'r="{cell}"'.encode()))
    return moved.getvalue()


def test_cells_come_back_as_they_are() -> None:
    assert read_apart(content(), "表") == ([["地区", 2024.0], ["北京", 1.5]], [])


def test_a_library_that_aborts_costs_its_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a terabyte, which the scan here does not see coming."""
    monkeypatch.setattr(workbook, "scan_sheet", lambda _: SheetScan(2, 2, {}, 0))
    path = tmp_path / "a.xlsx"
    path.write_bytes(content("XFD1048576"))
    with pytest.raises(DataFileError, match="已损坏"):
        list(open_source(path).grids())


def test_one_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.001)
    assert read_apart(content(), "表") is None


def test_a_sheet_that_is_not_there() -> None:
    assert read_apart(content(), "别的") is None
    assert read_apart(b"", "表") is None
