"""Write a panel with the account of where everything in it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pandas as pd

from synergy.faults import DataFileError, Fault
from synergy.files.saving import whole_file
from synergy.files.sheets import add_sheet, new_book, rows_of, save_book
from synergy.intake.merging import Import

PANEL_SHEET = "面板"
KEYS = ("省份", "年份")
#: What the name of a panel may end in.
SUFFIXES = (".xlsx", ".csv")

ORIGIN_HEADINGS = (
    *("指标", "单位", "文件", "工作表", "原标题", "原单位", "换算", "值数", "缺失"),
    *("始年", "终年", "版式", "表里写的", "注"),
)
ASIDE_HEADINGS = ("文件", "工作表", "行", "列", "原因", "内容")
YIELDED_HEADINGS = ("指标", "省份", "年份", "各处的值", "各处")


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
    require_suffix(path, *SUFFIXES)
    book = new_book()
    add_sheet(book, PANEL_SHEET, list(table.columns), rows_of(table), freeze="C2")
    add_sheet(book, "来源", ORIGIN_HEADINGS, map(astuple, made.origins))
    add_sheet(book, "另置", ASIDE_HEADINGS, aside_rows(made))
    if made.yielded:
        add_sheet(book, "让位的值", YIELDED_HEADINGS, _yielded(made))
    save_book(book, path)


def require_suffix(path: Path, *allowed: str) -> None:
    """Refuse a name that ends otherwise.

    Raises
    ------
    DataFileError
    """
    if path.suffix.lower() not in allowed:
        told = "、".join(allowed)
        fault = Fault("不能写这种文件", None, None, path.suffix, told, "改正文件名的后缀")
        raise DataFileError(path.name, [fault])


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
