"""Write an empty panel to fill in: places and years stand there, a column for each indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from synergy.dictionary import indicators, units
from synergy.files.sheets import add_sheet, allow, new_book, save_book
from synergy.intake.panel_file import KEYS, PANEL_SHEET, require_suffix
from synergy.reading.judging import bounds_text

GUIDE_HEADINGS = ("指标", "代码", "单位", "方向", "允许的值", "常见出处", "释义")


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
    require_suffix(path, ".xlsx")
    table = indicators()
    chosen = table.loc[list(codes)] if codes else table[table["paper"] == 1]
    book = new_book()
    lines = [[name, year] for name in units().index for year in range(years[0], years[1] + 1)]
    sheet = add_sheet(book, PANEL_SHEET, [*KEYS, *chosen["name_zh"]], lines, freeze="C2")
    for column, (code, row) in enumerate(chosen.iterrows(), start=3):
        text = f"{code}\n单位：{row['unit']}\n允许：{bounds_text(str(code))}\n{row['definition']}"
        sheet.cell(1, column).comment = Comment(text, "synergy", height=130, width=260)
        told = f"允许：{bounds_text(str(code))}；缺失请留空"
        allow(sheet, _numbers(str(code)), column, len(lines) + 1, told)
    add_sheet(book, "说明", GUIDE_HEADINGS, _guide(chosen))
    save_book(book, path)


def _guide(chosen: pd.DataFrame) -> Iterator[list[Any]]:
    for code, row in chosen.iterrows():
        direction = "越大越好" if row["direction"] > 0 else "越小越好"
        bounds = bounds_text(str(code))
        told = (row["unit"], direction, bounds, row["source"], row["definition"])
        yield [row["name_zh"], code, *told]


def _numbers(code: str) -> DataValidation:
    """Numbers that an indicator can take."""
    bounds = indicators()[["lower", "upper"]].fillna({"lower": -1e15, "upper": 1e15}).loc[code]
    least, most = map(str, bounds)
    return DataValidation("decimal", operator="between", formula1=least, formula2=most)
