"""Opening files: what they are by their bytes, how large before they are read, each cell apart."""

from __future__ import annotations

import io
import random
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl.cell.cell import Cell

from made_files import OLD_WORKBOOK, fill, panel, text, with_cell, with_xml, workbook
from synergy.faults import DataError, DataFileError
from synergy.files.grid import ErrorCell, Grid, Unreadable, UnvaluedFormula
from synergy.files.limits import MAX_CELLS, check_bytes, check_cells
from synergy.files.sheet_scan import column_letters, column_number, scan_sheet
from synergy.files.source import open_source
from synergy.panel import read_panel

HEADINGS = list(panel().columns)


def saved(content: bytes | str, path: Path) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def grid(content: bytes | str, path: Path) -> Grid:
    return next(open_source(saved(content, path)).grids())


def parquet(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    table.to_parquet(out)
    return out.getvalue()


def stata(table: pd.DataFrame, version: int = 118) -> bytes:
    out, labels = io.BytesIO(), {"year": "年份" if version > 117 else "year"}
    table.to_stata(out, write_index=False, version=version, variable_labels=labels)
    return out.getvalue()


# ------------------------------------------------------------------ kinds


KINDS: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "mine.csv": (text, "text"),
    "mine.tsv": (lambda: text().replace(",", "\t"), "text"),
    "mine.txt": (lambda: text().replace(",", ";"), "text"),
    "unicode.txt": (lambda: text().replace(",", "\t").encode("utf-16"), "text"),
    "gb18030.csv": (lambda: text().encode("gb18030"), "text"),
    "book.xlsx": (workbook, "xlsx"),
    "BOOK.XLSM": (workbook, "xlsx"),
    "old.xls": (OLD_WORKBOOK.read_bytes, "xls"),
    "mine.dta": (lambda: stata(panel()), "stata"),
    "mine.parquet": (lambda: parquet(panel()), "parquet"),
    "indexed.parquet": (lambda: parquet(panel().set_index(["province", "year"])), "parquet"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_cells(name: str, tmp_path: Path) -> None:
    content, kind = KINDS[name]
    source = open_source(saved(content(), tmp_path / name))
    assert (source.kind, source.note) == (kind, "")
    found = next(source.grids())
    assert list(found.rows[0]) == HEADINGS
    assert found.first == (0 if kind in ("stata", "parquet") else 1)
    body = pd.DataFrame(found.rows[1:], columns=HEADINGS)
    numbers = body.drop(columns="province").astype(float)
    assert body["province"].tolist() == panel()["province"].tolist()
    np.testing.assert_allclose(numbers, panel().drop(columns="province"), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.csv", workbook),
        ("mine.xlsx", text),
        ("mine.xls", text),
        ("mine.xls", workbook),
        ("mine.xlsx", OLD_WORKBOOK.read_bytes),
        ("mine.txt", lambda: stata(panel())),
        ("mine.doc", lambda: parquet(panel())),
    ],
)
def test_the_bytes_decide_and_the_name_is_told(
    name: str, content: Callable[[], bytes | str], tmp_path: Path
) -> None:
    path = saved(content(), tmp_path / name)
    source = open_source(path)
    assert list(next(source.grids()).rows[0]) == HEADINGS
    assert f"“{path.suffix}”结尾，内容却是" in source.note
    assert source.note in read_panel(path).notes


FOREIGN: dict[str, tuple[bytes | str, str]] = {
    "page.xls": ("<html><table><tr><td>北京</td></tr></table></html>", "网页"),
    "page.xlsx": ("\ufeff\n <!DOCTYPE html><p>", "网页"),
    "excel2003.xls": ('<?xml version="1.0"?><Workbook/>', "XML"),
    "mail.xls": ("MIME-Version: 1.0\n", "网页"),
    "report.csv": (b"%PDF-1.7\n", "PDF"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n", "图片"),
    "packed.csv": (b"\x1f\x8b\x08\x00", "压缩文件"),
    "packed.zip": (b"PK\x05\x06" + bytes(18), "压缩文件"),
    "cut.xlsx": (b"PK\x03\x04 and no more", "损坏"),
    "notes.md": ("# 北京\n", "不认识的文件类型"),
    "nothing.csv": (" \r\n\t", "文件是空的"),
    "nul.csv": ("province,year\n北京,20\x0016\n", "第 2 行：含有空字节"),
    "quotes.csv": ('province,year\n北京,2016\n"天津,2016\n', "第 3 行：引号不配对"),
    "endless.csv": ("x" * 200_000, "一格超过 13 万字"),
    "cut.csv": ("省份,年份\n北京,2016\n天".encode()[:-1], "没有写完"),
    "odd.csv": (b"province\xff\xff,year\n\x80\xff,1\n", "文字编码无法识别"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_table_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    content, told = FOREIGN[name]
    with pytest.raises(DataFileError, match=told):
        next(open_source(saved(content, tmp_path / name)).grids())


def test_other_archives_are_named(tmp_path: Path) -> None:
    for part, told in (("xl/workbook.bin", "xlsb"), ("word/document.xml", "Word"), ("a", "压缩")):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr(part, "x")
        with pytest.raises(DataFileError, match=told):
            open_source(tmp_path / "a.xlsx")


def test_a_locked_workbook_is_called_locked(tmp_path: Path) -> None:
    """Excel puts an .xlsx with a password into a container of the old kind."""
    name = "EncryptedPackage".encode("utf-16-le")
    content = bytearray(OLD_WORKBOOK.read_bytes())
    place = content.index("Workbook".encode("utf-16-le"))
    content[place : place + len(name)] = name
    with pytest.raises(DataFileError, match="文件有密码"):
        open_source(saved(bytes(content), tmp_path / "locked.xlsx"))


def test_a_folder_and_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataFileError, match="这是文件夹"):
        open_source(tmp_path)
    path = saved(text(), tmp_path / "mine.csv")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataFileError, match=r"文件打不开.*权限"):
        open_source(path)


# ------------------------------------------------------------------ cells of a workbook


def test_cells_that_calamine_reads_as_nothing(tmp_path: Path) -> None:
    cases = {
        '<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>': ErrorCell("#DIV/0!"),
        "<c r='C3' t='e'><v>#REF!</v></c>": ErrorCell("#REF!"),
        '<c r="C3"><f>A1&amp;"x"</f></c>': UnvaluedFormula('=A1&"x"'),
        '<c r="C3"><f>A1*2</f><v></v></c>': UnvaluedFormula("=A1*2"),
        '<c r="C3"><f t="shared" si="0"/><v/></c>': UnvaluedFormula("="),
    }
    for xml, wanted in cases.items():
        cell = grid(with_cell("C3", xml), tmp_path / "book.xlsx").rows[2][2]
        assert type(cell) is type(wanted) and cell == wanted, xml


def test_cells_that_hold_what_they_show(tmp_path: Path) -> None:
    cases: dict[str, object] = {
        '<c r="C3" t="b"><v>1</v></c>': "TRUE",
        '<c r="C3" t="b"><v>0</v></c>': "FALSE",
        '<c r="C3"><f>A1*1</f><v>2.5</v></c>': 2.5,
        '<c r="C3"><f>VLOOKUP(1,A:B,2,0)</f><v>0</v></c>': 0,
        '<c r="C3" t="str"><f>IF(1,"",2)</f><v></v></c>': None,
        '<c r="C3" s="1"/>': None,
        '<c r="C3"><v>3</v></c>': 3,
    }
    for xml, wanted in cases.items():
        cell = grid(with_cell("C3", xml), tmp_path / "book.xlsx").rows[2][2]
        assert cell == wanted and type(cell) is type(wanted), xml


def test_an_odd_cell_without_a_reference_is_refused(tmp_path: Path) -> None:
    content = with_cell("C3", '<c t="e"><v>#REF!</v></c>')
    with pytest.raises(DataFileError, match="“Sheet”表有 1 格是错误值"):
        grid(content, tmp_path / "book.xlsx")


def test_prefixed_xml_is_scanned_too(tmp_path: Path) -> None:
    """Some programs write every tag with a prefix."""
    cells = b'<x:c r="AB2" t="e"><x:v>#N/A</x:v></x:c><x:c r="AC2"><x:v>1</x:v></x:c>'
    xml = b'<x:row xmlns:x="x" r="2">' + cells + b"</x:row>"
    scan = scan_sheet(xml)
    assert (scan.height, scan.width, scan.odd) == (2, 29, {(1, 27): "#N/A"})


def test_old_workbooks_tell_errors_apart(tmp_path: Path) -> None:
    source = open_source(OLD_WORKBOOK)
    assert list(source.sheets) == ["数据", "错误", "远处"]
    row = source.grid("错误").rows[1]
    assert isinstance(row[2], ErrorCell) and row[2] == "#DIV/0!"
    assert (row[3], row[4]) == ("TRUE", pd.Timestamp("2016-05-01"))
    far = source.grid("远处")
    assert far.hidden and len(far.rows) == 65536 and sum(map(len, far.rows)) == 257


def test_merged_cells_and_hidden_sheets_are_said(tmp_path: Path) -> None:
    def build(book: object, sheet: object) -> None:
        fill(sheet)
        sheet.merge_cells("A2:A6")
        sheet.sheet_state = "hidden"
        book.create_sheet("第二张").append([1])

    source = open_source(saved(workbook(build), tmp_path / "book.xlsx"))
    assert source.sheets == {"Sheet": True, "第二张": False}
    assert source.grid("Sheet").merged == ((1, 5, 0, 0),)
    assert source.grid("Sheet").hidden and not source.grid("第二张").hidden


def test_truth_values_and_lists_of_frames_are_text(tmp_path: Path) -> None:
    table = panel().assign(lr_wage=[bool(i % 2) for i in range(150)], ai_ports=[[1.0]] * 150)
    rows = grid(parquet(table), tmp_path / "a.parquet").rows
    assert rows[1][HEADINGS.index("lr_wage")] == "FALSE"
    assert isinstance(rows[1][HEADINGS.index("ai_ports")], str)


def test_text_of_stata_that_is_no_utf8_is_damaged(tmp_path: Path) -> None:
    """pandas would read it as Latin with a warning in English."""
    content = stata(panel()).replace("北京".encode(), b"\xff" * 6)
    with pytest.raises(DataFileError, match="损坏"):
        open_source(saved(content, tmp_path / "a.dta"))


def test_a_hidden_sheet_is_not_even_opened(tmp_path: Path) -> None:
    def build(book: object, sheet: object) -> None:
        sheet["XFD1048576"] = "旧"
        sheet.sheet_state = "hidden"
        fill(book.create_sheet("数据"))

    path = saved(workbook(build), tmp_path / "book.xlsx")
    assert read_panel(path).source == "book.xlsx（“数据”表）"


def test_labels_of_stata(tmp_path: Path) -> None:
    assert grid(stata(panel()), tmp_path / "a.dta").labels == {"year": "年份"}
    old = stata(panel().assign(province="\xb9\xe3\xb6\xab"), version=114)  # 广东 in GB18030
    assert grid(old, tmp_path / "c.dta").rows[1][0] == "广东"
    twice = panel().assign(province=panel()["province"].astype("category"))
    assert grid(stata(twice), tmp_path / "b.dta").rows[1][0] == "北京"


# ------------------------------------------------------------------ sizes, looked at first


def far_cell(reference: str) -> bytes:
    def build(book: object, sheet: object) -> None:
        fill(sheet)
        sheet[reference] = "注"

    return workbook(build)


def inflated(size: int, told: int, part: str = "sheet1.xml") -> bytes:
    """A workbook of which one part unpacks to `size` bytes while its directory says `told`."""
    blank = b" " * size
    content = bytearray(with_xml(workbook(), lambda xml: xml.replace(b">", b">" + blank, 1), part))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(part.encode()))
    struct.pack_into("<I", content, entry + 24, told)
    return bytes(content)


TOO_LARGE: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "far.xlsx": (lambda: far_cell("XFD1048576"), "XFD1048576 格，16384 列"),
    "column.xlsx": (lambda: far_cell("XFD5"), "XFD151 格，16384 列"),
    "row.xlsx": (lambda: far_cell("A1048576"), "1048576 行、7 列"),
    "bomb.xlsx": (lambda: inflated(0, 1_500_000_000), "解开后 1,500 MB"),
    "lie.xlsx": (lambda: inflated(50_000_000, 4000), "损坏"),
    "style.xlsx": (lambda: inflated(50_000_000, 400, "styles.xml"), "损坏"),
    "wide.csv": (lambda: ",".join(["province", "year", *map(str, range(10**6))]), "1000002 列"),
    "long.csv": (lambda: "province,year\n" + ",\n" * (MAX_CELLS // 2 + 9), "行、2 列"),
    "long.parquet": (
        lambda: parquet(pd.DataFrame({"year": np.zeros(MAX_CELLS + 9, dtype="int8")})),
        "行、1 列",
    ),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_too_large_is_refused_at_once(name: str, tmp_path: Path) -> None:
    content, told = TOO_LARGE[name]
    path = saved(content(), tmp_path / name)
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataFileError) as caught:
        next(open_source(path).grids())
    assert told in str(caught.value)
    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # KB


def test_what_a_parquet_file_unpacks_to_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(parquet(pd.DataFrame({"year": ["x" * 200_000]})), tmp_path / "text.parquet")
    monkeypatch.setattr("synergy.files.limits.MAX_BYTES", 100_000)
    with pytest.raises(DataFileError, match="解开后 0 MB"):
        open_source(path)


def test_cells_with_a_look_and_no_content_do_not_count(tmp_path: Path) -> None:
    def build(book: object, sheet: object) -> None:
        fill(sheet)
        for row in (500_000, 1_048_576):
            styled = sheet.cell(row, 16_384)
            assert isinstance(styled, Cell)
            styled.number_format = "0.00"

    assert len(grid(workbook(build), tmp_path / "a.xlsx").rows) == 151


def test_cells_without_reference_stand_after_one_another() -> None:
    row = b"<row><c><v>1</v></c><c><v>2</v></c><c/></row>"
    scan = scan_sheet(b"<sheetData>" + row * 5 + b"</sheetData>")
    assert scan.height >= 5 and scan.width >= 2


def test_a_row_places_its_cells_without_reference() -> None:
    row = b'<row spans="1:2" r="1048576"><c><v>1</v></c></row>'
    assert scan_sheet(b"<sheetData>" + row + b"</sheetData>").height > 1_048_000


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'r="G151"', b"r=XFD1048576"),
        lambda xml: xml.replace(b'r="G151"', b"r='XFD1048576\""),
        lambda xml: xml.replace(b"<c r=", b'<c r="XFD1048576" r=', 1),
        lambda xml: xml.replace(b"</sheetData>", b"", 1),
        lambda xml: xml.replace(b'r="G151"', b'r="XFD99999999999999999999"'),
        lambda xml: xml.decode().encode("utf-16"),
    ],
)
def test_tags_that_two_readers_could_read_differently(
    change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    content = with_xml(workbook(), change)
    with pytest.raises(DataFileError, match=r"损坏|表太大"):
        grid(content, tmp_path / "book.xlsx")


def test_limits_say_what_is_allowed() -> None:
    with pytest.raises(Unreadable) as caught:
        check_cells(MAX_CELLS, 2)
    assert "500 万格" in str(caught.value.fault)
    with pytest.raises(Unreadable) as caught:
        check_bytes(10**9)
    assert "1,000 MB" in str(caught.value.fault) and "200 MB" in str(caught.value.fault)
    check_cells(MAX_CELLS // 30, 30)
    check_bytes(200_000_000)


def test_letters_of_columns() -> None:
    for number in (0, 25, 26, 701, 702, 16_383):
        assert column_number(column_letters(number).encode()) == number + 1
    assert column_letters(16_383) == "XFD"


# ------------------------------------------------------------------ whatever the bytes


def mutated(content: bytes, seed: int) -> bytes:
    """A file with some bytes changed, lost, doubled or cut off."""
    chance, changed = random.Random(seed), bytearray(content)
    for _ in range(chance.choice([1, 2, 8])):
        start = chance.randrange(len(changed))
        end = start + chance.choice([1, 4, 64])
        match chance.randrange(5):
            case 0:
                changed[start] = chance.randrange(256)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end]
            case 3:
                changed[start:end] = chance.choice([b"\xff" * 4, b"\0" * 4, b"99999999", b'",\n'])
            case _:
                del changed[max(start, 1) :]
    return bytes(changed)


@pytest.mark.parametrize("name", ["mine.csv", "book.xlsx", "old.xls", "mine.dta", "mine.parquet"])
def test_mutated_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    content = saved(KINDS[name][0](), tmp_path / name).read_bytes()
    for seed in range(40):
        path = saved(mutated(content, seed), tmp_path / name)
        try:
            read_panel(path)
        except DataError as fault:
            assert name in str(fault)


def test_mutated_sheets_are_read_or_refused(tmp_path: Path) -> None:
    for seed in range(30):
        change = random.Random(seed).choice(["sheet1.xml", "workbook.xml", "workbook.xml.rels"])
        content = with_xml(workbook(), lambda xml, seed=seed: mutated(xml, seed), change)
        try:
            read_panel(saved(content, tmp_path / "book.xlsx"))
        except DataError as fault:
            assert "book.xlsx" in str(fault)
