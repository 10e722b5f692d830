"""Write the panel with its account, and the template to fill in, as workbooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from synergy.dictionary import indicators, units
from synergy.faults import DataFileError, Fault
from synergy.intake.merging import Import
from synergy.intake.saving import whole_file
from synergy.judging import bounds_text

PANEL_SHEET = "面板"
KEYS = ("省份", "年份")

ORIGIN_HEADINGS = (
    *("指标", "单位", "文件", "工作表", "原标题", "原单位", "换算", "值数", "缺失"),
    *("始年", "终年", "版式", "表里写的", "注"),
)
ASIDE_HEADINGS = ("文件", "工作表", "行", "列", "原因", "内容")
YIELDED_HEADINGS = ("指标", "省份", "年份", "各处的值", "各处")

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_HEAD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="EEEAF4")


def write_panel(made: Import, path: Path | str) -> None:
    """Write a panel: as .xlsx with sheets that say where everything comes from, or as CSV.

    A workbook holds 16 significant digits, a CSV file all of them.

    Raises
    ------
    DataFileError
        If the name ends otherwise.
    """
    path = Path(path)
    keys = made.panel.index.to_frame(index=False).set_axis(list(KEYS), axis=1)
    table = pd.concat([keys, made.panel.reset_index(drop=True)], axis=1)
    if path.suffix.lower() == ".csv":
        text = table.to_csv(index=False, lineterminator="\r\n")
        with whole_file(path) as made_here:
            made_here.write_bytes(text.encode("utf-8-sig"))
        return
    _require_workbook(path)
    book = Workbook()
    sheet = _titled(book.active, PANEL_SHEET)
    _fill(sheet, table.columns, _rows(table))
    _fill(book.create_sheet("来源"), ORIGIN_HEADINGS, map(astuple, made.origins))
    _fill(book.create_sheet("另置"), ASIDE_HEADINGS, aside_rows(made))
    if made.yielded:
        _fill(book.create_sheet("让位的值"), YIELDED_HEADINGS, _yielded(made))
    _save(book, path)


def _save(book: Workbook, path: Path) -> None:
    with whole_file(path) as made_here:
        book.save(made_here)


def _require_workbook(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        allowed, cure = ".xlsx、.csv", "改正文件名的后缀"
        raise DataFileError(
            path.name, [Fault("不能写这种文件", None, None, path.suffix, allowed, cure)]
        )


def _rows(table: pd.DataFrame) -> Iterator[list[Any]]:
    """Rows with blanks for missing values."""
    yield from table.astype(object).where(table.notna(), None).to_numpy().tolist()


def _yielded(made: Import) -> Iterator[list[Any]]:
    for conflict in made.yielded:
        numbers = "；".join(f"{value:.10g}" for value in conflict.values)
        files = "；".join(conflict.files)
        yield [conflict.target, conflict.province, conflict.year, numbers, files]


def aside_rows(made: Import) -> Iterator[list[Any]]:
    """Every line, column and cell that was not imported, in the order of `ASIDE_HEADINGS`."""
    for report in made.files:
        for table in report.tables:
            for aside in (*table.aside, *table.columns_aside, *table.cells_aside):
                where = (table.sheet, aside.line, aside.column)
                yield [report.file, *where, aside.reason, aside.text]
        for aside in report.aside:
            yield [report.file, "", aside.line, None, aside.reason, aside.text]


def _titled(sheet: Worksheet, title: str) -> Worksheet:
    sheet.title = title
    return sheet


def _fill(sheet: Worksheet, headings: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Headings in bold that stay in view, then rows; text is never taken for a formula."""
    for column, heading in enumerate(headings, start=1):
        cell = _put(sheet, 1, column, heading)
        cell.font, cell.fill = _HEAD, _FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = min(28, 6 + 2 * len(str(cell.value)))
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value)
    sheet.freeze_panes = "C2" if sheet.title == PANEL_SHEET else "A2"


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """Write a cell; characters that XML cannot hold are dropped, nothing is a formula."""
    cell = sheet.cell(row, column, _NO_XML.sub("", value) if isinstance(value, str) else value)
    if cell.data_type == "f":
        cell.data_type = "s"
    return cell


# ------------------------------------------------------------------ the template


def write_template(path: Path | str, years: tuple[int, int], codes: Sequence[str] = ()) -> None:
    """Write a panel to fill in: places and years stand there, a column for each indicator.

    Each heading carries a comment with unit, bounds and definition; Excel refuses numbers that
    the indicator cannot take.

    Parameters
    ----------
    path : path
        ``.xlsx``.
    years : pair of int
    codes : sequence of str
        Indicators; those of the paper if empty.
    """
    path = Path(path)
    _require_workbook(path)
    table = indicators()
    chosen = table.loc[list(codes)] if codes else table[table["paper"] == 1]
    book = Workbook()
    sheet = _titled(book.active, PANEL_SHEET)
    lines = [[name, year] for name in units().index for year in range(years[0], years[1] + 1)]
    _fill(sheet, [*KEYS, *chosen["name_zh"]], lines)
    for column, (code, row) in enumerate(chosen.iterrows(), start=3):
        text = f"{code}\n单位：{row['unit']}\n允许：{bounds_text(str(code))}\n{row['definition']}"
        sheet.cell(1, column).comment = Comment(text, "synergy", height=130, width=260)
        _require_numbers(sheet, column, len(lines) + 1, str(code))
    _fill(book.create_sheet("说明"), _GUIDE_HEADINGS, _guide(chosen))
    _save(book, path)


_GUIDE_HEADINGS = ("指标", "代码", "单位", "方向", "允许的值", "常见出处", "释义")


def _guide(chosen: pd.DataFrame) -> Iterator[list[Any]]:
    for code, row in chosen.iterrows():
        direction = "越大越好" if row["direction"] > 0 else "越小越好"
        bounds = bounds_text(str(code))
        told = (row["unit"], direction, bounds, row["source"], row["definition"])
        yield [row["name_zh"], code, *told]


def _require_numbers(sheet: Worksheet, column: int, last: int, code: str) -> None:
    """Let Excel refuse texts and impossible numbers in a column."""
    bounds = indicators()[["lower", "upper"]].fillna({"lower": -1e15, "upper": 1e15}).loc[code]
    least, most = map(str, bounds)
    rule = DataValidation("decimal", operator="between", formula1=least, formula2=most)
    rule.errorTitle, rule.error = "不是允许的数", f"允许：{bounds_text(code)}；缺失请留空"
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(rule)
