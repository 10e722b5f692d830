"""The command reads what people save: usual spellings are taken, all else is told with its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvar import messages
from pvar.__main__ import main
from pvar.cells import MISSING_MARKS, number_in, plain, whole_in
from pvar.delimited import DelimitedError, decoded, delimiter_of, other_format, rows_of
from pvar.errors import PanelVARError
from pvar.reading import read_panel
from reference_cases import COMMITTED, PANELS

SMALL = (COMMITTED / PANELS["synth30"]).read_text()
BASE = ["--unit", "id", "--time", "year", "--variables", "y1", "y2"]
WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.-"}


def lines() -> list[str]:
    return SMALL.splitlines()


def each(change: Callable[[list[str]], list[str]]) -> str:
    """The panel with the cells of every row below the headings changed."""
    head, *body = lines()
    return "\n".join([head, *(",".join(change(line.split(","))) for line in body)]) + "\n"


SAME: dict[str, str | bytes] = {
    "years with their sign": each(lambda c: [c[0], f"{c[1]}\u5e74", *c[2:]]),
    "fullwidth": each(lambda c: [c[0], c[1].translate(WIDE), c[2].translate(WIDE), *c[3:]]),
    "blanks around ids": each(lambda c: [f" {c[0]}\u00a0", *c[1:]]),
    "zero-width": each(lambda c: [f"\u200b{c[0]}", *c[1:]]),
    "tabs": SMALL.replace(",", "\t"),
    "semicolons": SMALL.replace(",", ";"),
    "old Mac lines": SMALL.replace("\n", "\r"),
    "byte-order mark": b"\xef\xbb\xbf" + SMALL.encode(),
    "Excel's Unicode text": SMALL.replace(",", "\t").encode("utf-16"),
    "commas at the end": "\n".join(f"{line},," for line in lines()) + "\n",
    "blank lines": SMALL.replace("\n", "\n\n", 9),
    "quoted": each(lambda c: [f'"{cell}"' for cell in c]),
    "minus sign": each(lambda c: [cell.replace("-", "\u2212") for cell in c]),
}


@pytest.mark.parametrize("way", SAME)
def test_ways_of_saving_one_panel(way: str, tmp_path: Path) -> None:
    content = SAME[way]
    path = tmp_path / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = read_panel(path, "id", "year", ["y1", "y2"])[["id", "year", "y1", "y2"]]
    (tmp_path / "plain.csv").write_text(SMALL)
    wanted = pd.read_csv(tmp_path / "plain.csv")
    pd.testing.assert_frame_equal(found, wanted[["id", "year", "y1", "y2"]])


@pytest.mark.parametrize("mark", sorted(MISSING_MARKS | {"NA", "\uff0d", " "}))
def test_missing_marks(mark: str, tmp_path: Path) -> None:
    rows = lines()
    cells = rows[10].split(",")
    rows[10] = ",".join([*cells[:2], mark, *cells[3:]])
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    values = read_panel(tmp_path / "mine.csv", "id", "year", ["y1"])["y1"]
    assert np.flatnonzero(values.isna()).tolist() == [9]


def cell(row: int, column: int, text: str) -> str:
    """The panel with one cell changed; rows as a spreadsheet counts them."""
    rows = [line.split(",") for line in lines()]
    rows[row - 1][column] = text
    return "\n".join(map(",".join, rows)) + "\n"


EXCEL = b"PK\x03\x04 [Content_Types].xml xl/workbook.xml"
FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    "text": (cell(12, 2, "about 3"), ["1 cells of y1", "line 12", "'about 3'"]),
    "footnote": (cell(12, 2, "46800 2"), ["line 12", "'46800 2'"]),
    "underscore": (cell(12, 2, "1_000"), ["line 12", "'1_000'"]),
    "superscript": (cell(12, 2, "502\u00b2"), ["line 12"]),
    "truth value": (cell(12, 2, "TRUE"), ["line 12", "'TRUE'"]),
    "error": (cell(12, 2, "#DIV/0!"), ["line 12", "'#DIV/0!'"]),
    "infinite": (cell(12, 2, "inf"), ["y1 is infinite", "line 12"]),
    "time": (cell(12, 1, "2013Q1"), ["1 cells of year", "line 12", "2013Q1", 'freq="Q"']),
    "no unit": (cell(12, 0, ""), ["1 cells of id are empty", "line 12"]),
    "thousands": ("\n".join([lines()[0], *(f"{line},000" for line in lines()[1:])]), ["Line 2"]),
    "short line": ("\n".join([*lines()[:20], "1,2013,0.5"]), ["Line 21 has 3 cells"]),
    "note below": (SMALL + "\u6ce8\uff1a2013\n", [f"Line {len(lines()) + 1} has 1 cells"]),
    "headings only": (lines()[0] + "\n", ["no rows below its headings"]),
    "nothing": ("", ["no rows below its headings"]),
    "quotation mark": (cell(12, 2, '"5'), ["line 12", "no partner"]),
    "zero byte": (cell(12, 2, "\0"), ["line 12", "damaged"]),
    "cut": ("\u6ce8".encode() + SMALL.encode() + "\u6ce8".encode()[:2], ["cut off"]),
    "encoding": (b"id,year\xff\xff\n\x80\xff,1\n", ["encoding", "save it as UTF-8"]),
    "Excel": (EXCEL, ["an Excel workbook", "reads CSV", "pandas"]),
    "Stata": (b"<stata_dta><header>", ["a Stata file", "pandas"]),
    "old Stata": (b"\x72\x02\x01\x00", ["a Stata file"]),
    "Parquet": (b"PAR1....", ["a Parquet file"]),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["an old Excel workbook"]),
    "endless": ("x" * 140_000 + SMALL, ["line 1", "no table"]),
    "web page": ("<html><table>", ["a web page"]),
    "PDF": (b"%PDF-1.4", ["no table"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_name_the_line(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, told = FAULTS[fault]
    path = tmp_path / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main([str(path), *BASE]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    for piece in told:
        assert piece in captured.err, captured.err


def test_the_longest_cell_is_ours_to_say() -> None:
    before = csv.field_size_limit(10**9)
    try:
        with pytest.raises(DelimitedError, match="long in line 2"):
            rows_of("id,year\n1," + "x" * 140_000 + "\n")
    finally:
        csv.field_size_limit(before)


def test_two_names_of_one_unit_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which names mean the same nobody here knows; that two never meet is seen."""

    def named(cells: list[str]) -> list[str]:
        first, year, *rest = cells
        known = "Guangdong" if first == "1" else f"unit {first}"
        return [f"{known} Province" if first == "1" and year > "2006" else known, year, *rest]

    (tmp_path / "mine.csv").write_text(each(named))
    assert main([str(tmp_path / "mine.csv"), *BASE]) == 0
    told = capsys.readouterr().err
    assert (
        told.startswith("Warning: 'Guangdong' and 'Guangdong Province'") and told.count("\n") == 1
    )


def test_an_empty_cluster_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *body = lines()
    rows = [f"{head},region", *(f"{line},{'' if i == 5 else 'a'}" for i, line in enumerate(body))]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    assert main([str(tmp_path / "mine.csv"), *BASE, "--cluster", "region"]) == 2
    assert "Labels missing in 'region': 1" in capsys.readouterr().err


def test_chinese_is_spoken_to_the_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["x.csv", *BASE, "--transform", "helmert", "--language", "zh"])
    told = capsys.readouterr().err
    assert "\u9519\u8bef" in told and "error" not in told and "usage" not in told
    with pytest.raises(SystemExit):
        main(["x.csv", *BASE, "--transform", "helmert", "--language", "en"])
    assert "invalid choice" in capsys.readouterr().err
    assert messages.language() == "en"


# ------------------------------------------------------------------ what one cell says


def test_marks_and_digits_by_name() -> None:
    for mark in ("", ".", ".a", ".z", "-", "--", "\u2014", "\u2026", "...", "NA", "n/a", "None"):
        assert math.isnan(number_in(mark) or 0.0), mark
    for text in ("\u0967", "\u0661\u0662", "\u4e8c", "\u00bd", ".aa", "0x1f", "1e", "nan1"):
        assert number_in(text) is None, text


def test_one_chinese_word_at_the_end_is_no_cut() -> None:
    """Its first bytes look like a UTF-8 character that does not end."""
    text = "id,year\n1,2001\n2,\u6d63"
    assert text.encode("gb18030").decode("utf-8", "ignore") != text
    assert decoded(text.encode("gb18030")) == text
    with pytest.raises(DelimitedError, match="cut"):
        decoded(f"\u6ce8{text}".encode()[:-1])


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", " ", "\u200b", "\u3000"])
)
def test_numbers_survive_every_dress(value: float, blank: str) -> None:
    for text in (repr(value), f"{value:.17e}", repr(value).translate(WIDE)):
        assert number_in(f"{blank}{text}{blank}") == value


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(" _,'\u00a0\u3000\u2009"))
def test_parted_digits_are_no_number(first: int, second: int, between: str) -> None:
    assert number_in(f"{first}{between}{second}") is None
    assert whole_in(f"{first}{between}{second}") is None


@given(st.text(max_size=12))
def test_what_is_taken_for_a_number_is_one(text: str) -> None:
    """No other reading of the same text by Python differs."""
    found = number_in(text)
    if found is not None and not math.isnan(found):
        assert found == float(plain(text))


@given(st.lists(st.lists(st.text(max_size=5), min_size=2, max_size=4), min_size=1, max_size=6))
def test_rows_come_back(rows: list[list[str]]) -> None:
    """What is written as CSV by the library is read as it was, cell by cell."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    assert rows_of(out.getvalue()) == rows


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_fault(content: bytes) -> None:
    if other_format(content) is None:
        try:
            rows_of(decoded(content))
        except DelimitedError as fault:
            assert fault.fault in ("encoding", "cut", "null", "quotes")


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_delimiters(mark: str) -> None:
    assert delimiter_of(f"a title\na{mark}b{mark}c\n1{mark}2{mark}3\n") == mark
    others = "".join(other * 3 for other in ",\t;|" if other != mark)
    assert delimiter_of(f'a{mark}b\n"{others}"{mark}1\n') == mark
    assert delimiter_of(f'a{mark}b\n"x\n{others}"{mark}1\n') == mark


def test_a_wrong_reader_would_shift_the_columns(tmp_path: Path) -> None:
    """pandas takes the first column for an index where all rows are one cell longer."""
    path = tmp_path / "mine.csv"
    path.write_text("id,year,y1\n1,2001,40,000\n1,2002,41,000\n")
    assert pd.read_csv(path)["id"].tolist() == [2001, 2002]
    with pytest.raises(PanelVARError, match="Line 2 has 4 cells, the headings 3"):
        read_panel(path, "id", "year", ["y1"])
