"""Workbooks under the stock password open by themselves; others say that they have one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from samples import SHARED
from synergy.faults import DataFileError
from synergy.files.locks import STOCK_PASSWORD, unlocked
from synergy.files.source import open_source

YEARBOOK = SHARED / "export_samples" / "yearbook_hightech_operation_2019_encrypted.xls"


def workbook(password: str) -> bytes:
    book, plain, locked = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["地区", 2024])
    book.save(plain)
    OOXMLFile(plain).encrypt(password, locked)
    return locked.getvalue()


def test_the_stock_password_opens_others_do_not(tmp_path: Path) -> None:
    path = tmp_path / "年鉴.xlsx"
    path.write_bytes(workbook(STOCK_PASSWORD))
    source = open_source(path)
    assert [list(row) for row in next(source.grids()).rows] == [["地区", 2024]]
    assert source.note == ""
    path.write_bytes(workbook("其他"))
    with pytest.raises(DataFileError, match="文件有密码"):
        open_source(path)


def test_a_damaged_lock_takes_no_years(tmp_path: Path) -> None:
    content = workbook(STOCK_PASSWORD)
    damaged = content.replace(b'spinCount="100000"', b'spinCount="9999999"')
    assert damaged != content
    path = tmp_path / "a.xlsx"
    path.write_bytes(damaged)
    with pytest.raises(DataFileError, match="密码"):
        open_source(path)


def test_what_is_not_locked_stays_as_it_is() -> None:
    for content in (b"", b"a,b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
        assert unlocked(content) is content


@pytest.mark.skipif(not YEARBOOK.is_file(), reason="the samples are not here")
def test_an_old_yearbook() -> None:
    rows = next(open_source(YEARBOOK).grids()).rows
    assert str(rows[0][0]).startswith("5-2 各地区高技术产业生产经营情况")
