"""A template filled in and imported gives the same indices, to the last bit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from synergy.dictionary import indicators
from synergy.index import composite_index
from synergy.intake.mapping import Mapping
from synergy.intake.merging import merge
from synergy.intake.one_file import read_file
from synergy.intake.panel_file import write_panel
from synergy.intake.template import write_template
from synergy.panel import Panel, demo_panel, read_panel


def filled(path: Path, panel: Panel) -> None:
    """Fill the template in as a user does: values under the headings, gaps left blank."""
    book = load_workbook(path)
    sheet = book["面板"]
    code = {name: code for code, name in indicators()["name_zh"].items()}
    heads = [cell.value for cell in sheet[1]]
    values = panel.values.where(~panel.filled)
    for row in sheet.iter_rows(min_row=2):
        place, year = row[0].value, row[1].value
        for cell, head in zip(row[2:], heads[2:], strict=True):
            value = values.at[(place, year), code[str(head)]]
            cell.value = None if pd.isna(value) else float(value)
    book.save(path)


def test_round_trip(tmp_path: Path) -> None:
    demo = demo_panel()
    path = tmp_path / "模板.xlsx"
    write_template(path, (demo.years[0], demo.years[-1]))
    filled(path, demo)
    imported = merge([read_file(path)], Mapping())
    write_panel(imported, tmp_path / "panel.xlsx")
    for name in ("模板.xlsx", "panel.xlsx"):
        panel = read_panel(tmp_path / name)
        pd.testing.assert_frame_equal(panel.values, demo.values, check_exact=True)
        pd.testing.assert_frame_equal(panel.filled, demo.filled)
        wanted = composite_index(demo.values, indicators())
        found = composite_index(panel.values, indicators())
        pd.testing.assert_frame_equal(found.weights, wanted.weights, check_exact=True)
        pd.testing.assert_frame_equal(found.scores, wanted.scores, check_exact=True)


def test_the_template_says_unit_and_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, (2013, 2014), ["eq_urbanisation"])
    sheet = load_workbook(path)["面板"]
    assert [cell.value for cell in sheet[1]] == ["省份", "年份", "城镇化率"]
    assert sheet.max_row == 61
    assert "0 至 1（单位：比例）" in sheet["C1"].comment.text
    [rule] = sheet.data_validations.dataValidation
    assert (rule.formula1, rule.formula2, str(rule.sqref)) == ("0.0", "1.0", "C2:C61")
