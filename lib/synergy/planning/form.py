"""A plan as a workbook to fill in: menus of what is allowed, what is to be done in yellow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from synergy.files.sheets import add_sheet, allow, new_book, rows_of, save_book
from synergy.planning.plan_file import ROLES

#: How a plan is filled in, one line of the sheet each.
INSTRUCTIONS = (
    "每一行是数据文件里的一列。黄色的格要您来填或核对，其余可以不动。",
    "用途：个体（城市、国家、企业……所在的列，恰好一列）、时间、分组（可以没有）、指标、不用。",
    "长表还有两样：指标名、数值；这时每个指标一行，列名写它在“指标名”列里的写法。",
    "系统：指标分属哪个系统，名称自己取，至少两个；写在前面的是 U1，依次为 U2、U3……",
    "维度：系统里再分的一层，可以不写。",
    "方向：越大越好写“正”，越小越好写“负”。带问号的是程序猜的，核对后去掉问号。",
    "单位、中文名、英文名：图表里用，可以不写；个体、时间、分组的中文名是书里对它们的称呼。",
    "题目、说明两行不是数据的列：中文名一格写标题和每页都要印出的话，可以不写。",
    "最小、最大、缺失和提示是从数据里读到的，只供核对，改了也没有影响。",
)


#: Widths of the columns, in characters.
WIDTHS = (26, 9, 16, 16, 8, 12, 22, 22, 11, 11, 7, 48)
YELLOW = "FFF6CC"


def write_plan_form(table: pd.DataFrame, path: Path) -> None:
    """Write a draft's rows, under their Chinese headings, and how to fill them in."""
    book = new_book()
    headings = list(table.columns)
    sheet = add_sheet(book, "方案", headings, rows_of(table), widths=WIDTHS, freeze="B2")
    _colour(sheet, headings, table["用途"])
    for heading, allowed in (("用途", ROLES), ("方向", ("正", "负"))):
        menu = DataValidation("list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        told = f"请从 {'、'.join(allowed)} 里选"
        allow(sheet, menu, headings.index(heading) + 1, len(table) + 1, told)
    add_sheet(book, "怎样填", ["怎样填"], [[line] for line in INSTRUCTIONS], widths=[96])
    save_book(book, path)


def _colour(sheet: Worksheet, headings: Sequence[str], roles: Iterable[str]) -> None:
    """Yellow what the reader fills in."""
    ours = PatternFill("solid", fgColor=YELLOW)
    for line, role in enumerate(roles, 2):
        for heading in ("系统", "维度", "方向") if role == "指标" else ("中文名",):
            sheet.cell(line, headings.index(heading) + 1).fill = ours
