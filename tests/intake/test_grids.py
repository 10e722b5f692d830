"""Files are opened by what they are, within bounds, and refused in Chinese."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import made
from synergy.faults import DataFileError
from synergy.intake import formats, grids, worker
from synergy.intake.formats import STOCK_PASSWORD, Unreadable
from synergy.intake.grids import open_source


def opened(tmp_path: Path, content: bytes, name: str = "a.csv") -> list[list[object]]:
    path = tmp_path / name
    path.write_bytes(content)
    return open_source(path).grids[0].rows


def refusal(tmp_path: Path, content: bytes, name: str = "a.csv") -> str:
    with pytest.raises(DataFileError) as refused:
        opened(tmp_path, content, name)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("text", ["地区,2024年\n北京市,1\n", "省份,年份,城镇化率\n广东,2013,0.6\n"])
def test_short_texts_in_every_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    wanted = [line.split(",") for line in text.split()]
    assert opened(tmp_path, text.encode(encoding)) == wanted


@pytest.mark.parametrize("joint", [",", "\t", ";"])
def test_delimiters(tmp_path: Path, joint: str) -> None:
    assert opened(tmp_path, f"地区{joint}2024年\n北京{joint}1\n".encode())[1] == ["北京", "1"]


def test_a_tab_before_every_comma(tmp_path: Path) -> None:
    rows = opened(tmp_path, made.as_csv([["地区", "2024年"], ["北京", 1.5]], tabs=True))
    assert rows == [["地区", "2024年", None], ["北京", "1.5", None]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.xls", "a"])
def test_the_name_does_not_count(tmp_path: Path, name: str) -> None:
    book = made.as_excel(("表", [["地区", 2024], ["北京", 1.5]]))
    assert opened(tmp_path, book, name) == [["地区", 2024], ["北京", 1.5]]


def test_the_stock_password_opens_others_do_not(tmp_path: Path) -> None:
    book = made.as_excel(("表", [["地区", 2024], ["北京", 1.5]]))
    assert opened(tmp_path, made.locked(book, STOCK_PASSWORD))[1] == ["北京", 1.5]
    assert "文件有密码" in refusal(tmp_path, made.locked(book, "其他"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b" \r\n\0\0", "空的"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ('地区,2024年\n"北京,1\n'.encode(), "引号不配对"),
        (b"PK\x03\x04 not an archive", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
        (b"PAR1 and nothing", "已损坏"),
        (b"<stata_dta><header>", "已损坏"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="找不到"):
        open_source(tmp_path / "没有.csv")


def far_cell(cell: str) -> bytes:
    """A workbook of a few kilobytes with one cell far away."""
    sound = made.as_excel(("表", [["地区", 2024], ["北京", 1.5]]))
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'r="B2"', f'r="{cell}"'.encode())
            new.writestr(name, part)
    return again.getvalue()


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD5", "BZZ20000", "A1048576"])
def test_a_far_cell_is_refused_before_the_sheet_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    monkeypatch.setattr("python_calamine.load_workbook", lambda *_: pytest.fail("opened"))
    path = tmp_path / "a.xlsx"
    for content in (far_cell(cell), made.locked(far_cell(cell), STOCK_PASSWORD)):
        path.write_bytes(content)
        with pytest.raises(Unreadable, match="表太大"):
            formats.excel(path)
    assert "表太大" in refusal(tmp_path, far_cell(cell), "a.xlsx")


def test_an_archive_that_swells_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "MAX_UNPACKED", 100)
    monkeypatch.setattr("python_calamine.load_workbook", lambda *_: pytest.fail("opened"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(made.as_excel(("表", [["北京", 1]])))
    with pytest.raises(Unreadable) as refused:
        formats.excel(path)
    assert "解开后" in refused.value.seen


def test_a_large_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grids, "MAX_BYTES", 10)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))
    assert "文件太大" in refusal(tmp_path, b"x" * 11)


def test_too_many_columns_of_text(tmp_path: Path) -> None:
    assert "表太大" in refusal(tmp_path, b"," * 5000)


# ------------------------------------------------------------------ the process that reads


def dies(line: Connection) -> None:
    """A reader that takes its process with it."""
    line.recv()
    os._exit(1)


def hangs(line: Connection) -> None:
    """A reader that does not come back."""
    line.recv()
    time.sleep(60)


@pytest.mark.parametrize(("serve", "told"), [(dies, "已损坏"), (hangs, "还没有读完")])
def test_a_reader_that_dies_or_hangs_costs_its_file_only(
    monkeypatch: pytest.MonkeyPatch, serve: Callable[[Connection], None], told: str
) -> None:
    monkeypatch.setattr(worker, "SECONDS", 30 if serve is dies else 0.2)
    reader = worker.Reader(serve)
    for _ in range(2):
        with pytest.raises(Unreadable) as refused:
            reader.ask(Path("a"), "excel")
        assert told in refused.value.problem
        assert reader.process is None
