"""An own panel on the command line: which sheet was read, what was filled, what is doubtful."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from chapter_cells import shown_by
from made_files import cell, fill, workbook
from press.cli import main
from press.edition import Edition
from press.uses import stands_on
from synergy.evidence import Request, load_evidence
from synergy.source import source_folder

LOCK = source_folder() / "requirements.lock"


def two_sheets(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "插补后"
    fill(sheet)
    table = cell(9, "lr_wage", None)
    table.loc[40, "lr_wage"] *= 10_000
    fill(book.create_sheet("原始<b>"), table)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A workbook of two sheets; the second has a gap and a slip."""
    path = tmp_path / "我的 面板.xlsx"
    path.write_bytes(workbook(two_sheets))
    return path


def test_a_build_says_how_the_panel_was_read(
    own: Path, small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", "--root", str(small_book), "--no-pdf", "--data", str(own)]
    assert main([*arguments, "--sheet", "原始<b>"]) == 0
    told = capsys.readouterr()
    notes = [line for line in told.err.splitlines() if line.startswith(("提示", "可疑"))]
    assert notes == [
        "提示：读的是“原始<b>”表；没有读的表：“插补后”（用 sheet 选项可以换一张）。",
        "提示：线性插补 1 格。",
        next(line for line in notes if line.startswith("可疑：“lr_wage”列（城镇单位")),
    ]
    assert "约为同一省份其他年份的 10,000 倍：第 42 行 " in notes[-1]
    assert "插补 1 格，可疑的值 1 个：见“数据与来源”页。" in told.err.splitlines()
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert "读的是“插补后”表" in told.err and "可疑" not in told.err + told.out


def test_an_audit_says_so_beside_its_output(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--data", str(own), "--sheet", "2", "--json"]) == 0
    told = capsys.readouterr()
    assert told.err.count("提示：") == 2 and told.err.count("可疑：") == 1
    assert told.out.startswith("{")


def test_a_sheet_needs_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("build", "audit"):
        assert main([command, "--sheet", "原始"]) == 2
        assert "--sheet 说的是 --data 里的工作表" in capsys.readouterr().err


def test_the_sheet_goes_to_the_chapters_and_the_file_is_hashed(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.parent)
    edition = Edition.load(Request(data=f"{own.name}|2"))
    assert edition.parameters["data"] == f"{own}|2"
    assert edition.inputs == {"data": own}
    assert len(edition.data_fingerprint) == 12
    none = own.with_name("none")
    before = stands_on(none, LOCK, edition.inputs)
    own.write_bytes(own.read_bytes() + b"\0")
    assert stands_on(none, LOCK, edition.inputs) != before


def test_the_data_page_lists_what_the_terminal_says(own: Path) -> None:
    evidence = load_evidence(Request(data=f"{own}|2"))
    page = "\n".join(shown_by("paper/data", lead=evidence.lead, demo=None, evidence=evidence))
    assert "有 1 个值不是不可能，但值得核对" in page
    assert "10,000 倍：第 42 行" in page and "线性插补 1 格" in page
    assert r"原始\<b\>" in page, "a sheet's name is no markup"
    clean = load_evidence(Request(data=str(own)))
    page = "\n".join(shown_by("paper/data", lead=clean.lead, demo=None, evidence=clean))
    assert "没有发现可疑的值" in page and "值得核对" not in page
