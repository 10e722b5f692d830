"""Sheets hold what they were given: no formula, nothing that XML cannot carry."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from synergy.files.sheets import add_sheet, new_book, save_book


@pytest.mark.parametrize("streamed", [False, True])
def test_text_is_never_a_formula(streamed: bool, tmp_path: Path) -> None:
    rows = [["=1+1", 2.5, None], ["#REF!", "a\x00b", ""], ["\u3000=x", 7, "="]]
    book = new_book(streamed=streamed)
    add_sheet(book, "表", ["=a", "b", "c"], rows, widths=[9, 9, 9], freeze="B2")
    save_book(book, tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["表"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["=a", "b", "c"],
        ["=1+1", 2.5, None],
        ["#REF!", "ab", None],
        ["\u3000=x", 7, "="],
    ]
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}
    assert sheet.freeze_panes == "B2" and sheet["A1"].font.bold
