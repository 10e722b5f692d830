"""Files as readers bring them, all made here from one synthetic panel; nothing real is in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from synergy.dictionary import units
from synergy.panel import demo_panel

CODES = ["ai_cable", "ai_ports", "lr_wage", "eq_urbanisation", "ss_pension"]
YEARS = range(2016, 2021)

#: An old workbook made by us with xlwt: the sheet 数据 holds `panel()`, 错误 one cell each of an
#: error, a truth value, a date and nothing, 远处 a cell in the last row and column.
OLD_WORKBOOK = Path(__file__).with_name("made_workbook.xls")


def panel() -> pd.DataFrame:
    """Thirty provinces, five years, five indicators of the synthetic demo panel, wide."""
    values = demo_panel().values[CODES].round(4).reset_index()
    return values[values["year"].isin(YEARS)].reset_index(drop=True)


def text(table: pd.DataFrame | None = None) -> str:
    """A table as CSV."""
    csv: str = (panel() if table is None else table).to_csv(index=False)
    return csv


def lines(change: Callable[[list[str]], list[str]]) -> str:
    """The panel as CSV with its lines changed."""
    return "\n".join(change(text().splitlines())) + "\n"


def cell(row: int, column: str, value: object) -> pd.DataFrame:
    """The panel with one cell changed; rows as a spreadsheet counts them."""
    table = panel().astype(object)
    table.loc[row - 2, column] = value
    return table


def each(column: str, change: Callable[[object], object]) -> pd.DataFrame:
    """The panel with a column changed."""
    table = panel().astype(object)
    return table.assign(**{column: [change(value) for value in table[column]]})


def code_column() -> pd.DataFrame:
    """The panel with the provinces' codes beside their names."""
    table = panel()
    table.insert(1, "行政区划代码", table["province"].map(units()["code"]) * 10_000)
    return table


def fill(sheet: Worksheet, table: pd.DataFrame | None = None) -> None:
    """Append a table to a sheet."""
    table = panel() if table is None else table
    sheet.append(list(table.columns))
    for row in table.itertuples(index=False):
        sheet.append([v.item() if isinstance(v, np.generic) else v for v in row])


Build = Callable[[openpyxl.Workbook, Worksheet], object]


def workbook(build: Build = lambda book, sheet: fill(sheet)) -> bytes:
    """An .xlsx as openpyxl saves it: formulas without their values."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    build(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_xml(content: bytes, change: Callable[[bytes], bytes], part: str = "sheet1.xml") -> bytes:
    """A workbook with the XML of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml) if name.endswith(part) else xml)
    return out.getvalue()


def with_cell(reference: str, xml: str) -> bytes:
    """The panel as a workbook, one cell replaced by XML: what Excel saves and openpyxl cannot."""
    pattern = re.compile(rf'<c r="{reference}"[^>]*>.*?</c>'.encode())
    return with_xml(workbook(), lambda sheet: pattern.sub(xml.encode(), sheet, count=1))
