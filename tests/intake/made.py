"""Synthetic exports in the layouts in which offices publish them; every number is made here."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from synergy.dictionary import units

YEARS = (2015, 2016, 2017, 2018, 2019)
TIBET = ("西藏自治区", "Xizang")

Rows = list[list[Any]]


def provinces() -> list[str]:
    """Full names in the order of the yearbooks, Tibet in its place."""
    names = [str(name) for name in units()["name_full"]]
    return [*names[:25], TIBET[0], *names[25:]]


def value(place: str, year: int, series: int = 0) -> float:
    """A number with one decimal that depends on all three."""
    return round(100 + 7.3 * provinces().index(place) + 11.1 * (year - 2015) + 1000.5 * series, 1)


def expected(series: int = 0, years: Sequence[int] = YEARS) -> pd.Series:
    """What a panel must hold."""
    short = {full: name for name, full in units()["name_full"].items()}
    cells = {(short[p], y): value(p, y, series) for p in short for y in years}
    return pd.Series(cells).rename_axis(["province", "year"]).sort_index()


# ------------------------------------------------------------------ rows of each layout

NOTES = [
    ["注：1.本表按当年价格计算。"],
    ["\u3000\u3000\u30002.2018年数据为普查修订后数据。"],
    ["数据来源：国家统计局"],
]


def by_place(years: Sequence[int] = YEARS) -> Rows:
    """Places down, years across, the newest first."""
    body = [[p, *(value(p, y) for y in reversed(years))] for p in provinces()]
    return [["地区", *(f"{year}年" for year in reversed(years))], *body]


def classic() -> Rows:
    """The bureau's classic site."""
    return [
        ["数据库：分省年度数据"],
        ["指标：财政收入(亿元)"],
        ["时间：最近5年"],
        *by_place(),
        *NOTES,
    ]


def nameless() -> Rows:
    """The site of 2026: neither indicator nor unit."""
    return [["数据库：分省年度数据 "], ["时间：2015年-2019年 "], *by_place(), *NOTES]


def one_place(name: str = "河南省") -> Rows:
    """One province: indicators down, years across."""
    lines = [
        [f"{what}({unit})", *(value(name, y, n) for y in reversed(YEARS))]
        for n, (what, unit) in enumerate((("财政收入", "亿元"), ("人口", "万人")))
    ]
    head = ["指标", *(f"{year}年" for year in reversed(YEARS))]
    return [["数据库：分省年度数据"], [f"地区：{name}"], ["时间：最近5年"], head, *lines, *NOTES]


def transposed() -> Rows:
    """Years down, places across."""
    body = [[f"{year}年", *(value(p, year) for p in provinces())] for year in YEARS]
    return [["时间", *provinces()], *body]


def tidy() -> Rows:
    """A line for a place and year, a column for an indicator."""
    body = [[p, y, value(p, y), value(p, y, 1)] for p in provinces() for y in YEARS]
    return [["地区", "年份", "财政收入（亿元）", "人口（万人）"], *body]


def three_heads() -> Rows:
    """A tidy table below lines of codes, names and units, with dates as years (CSMAR)."""
    body = [[place, f"{year}-12-31", *numbers] for place, year, *numbers in tidy()[1:]]
    return [
        ["Prvcnm", "Sgnyea", "Fis01", "Pop01"],
        ["省份名称", "统计年度", "财政收入", "人口"],
        ["没有单位", "没有单位", "亿元", "万人"],
        *body,
    ]


def long() -> Rows:
    """A line for a value."""
    lines = ((p, y, n) for p in provinces() for y in YEARS for n in (0, 1))
    named = (("财政收入", "亿元"), ("人口", "万人"))
    body = [[p, y, named[n][0], value(p, y, n), named[n][1]] for p, y, n in lines]
    return [["province", "year", "indicator", "value", "unit"], *body]


def english() -> Rows:
    """An English heading with provinces misspelt."""
    wrong = {"Inner Mongolia": "Mongolia", "Chongqing": "Chongqin"}
    names = [str(name) for name in units()["name_en"]]
    names = [wrong.get(name, name) for name in [*names[:25], "Tibet", *names[25:]]]
    body = [
        [name, *(value(p, y) for y in YEARS)] for name, p in zip(names, provinces(), strict=True)
    ]
    return [["Database: annual"], ["Index: Revenue(%)"], ["province", *YEARS], *body, ["Source: x"]]


def yearbook(year: int = 2019) -> Rows:
    """Two-line bilingual heads, spaced names, totals and regions, a second part below."""
    first = [
        ["5-2 各地区经营情况(2019年)".replace("2019", str(year)), ""],
        ["Statistics by Region"],
        ["单位:个,万元"],
        ["地 区", "Region", "企业数\n(个)\nFirms\n(unit)", "销售\n收入\nSales", None],
        [None, None, None, None, "#出口\nExport"],
        ["全 国", "National Total", 9, 9, 9],
        ["东部地区", "Eastern Region", 9, 9, 9],
        *(_spaced(p, [value(p, year, n) for n in (0, 1, 2)]) for p in provinces()),
    ]
    second = [
        [None],
        ["5-2 续表"],
        ["单位:万元"],
        ["地 区", "Region", "利 润\n总 额\nProfits"],
        *(_spaced(p, [value(p, year, 3)]) for p in provinces()),
    ]
    return first + second


def _spaced(place: str, values: list[float]) -> list[Any]:
    short = next((str(n) for n, full in units()["name_full"].items() if full == place), "西藏")
    return [" ".join(short) if len(short) == 2 else short, "English", *map(str, values)]


LAYOUTS: dict[str, Callable[[], Rows]] = {
    "classic": classic,
    "nameless": nameless,
    "one_place": one_place,
    "transposed": transposed,
    "tidy": tidy,
    "long": long,
    "english": english,
    "yearbook": yearbook,
}


# ------------------------------------------------------------------ files


def as_csv(rows: Rows, encoding: str = "gb18030", *, tabs: bool = False) -> bytes:
    """Delimited text; with a tab before every comma and a comma at the end, as in 2026."""
    joint = "\t," if tabs else ","

    def cell(text: Any) -> str:
        quoted = '"' + str(text).replace('"', '""') + '"'
        return (
            "" if text is None else quoted if "\n" in str(text) or "," in str(text) else str(text)
        )

    lines = (joint.join(map(cell, row)) + (joint if tabs and len(row) > 1 else "") for row in rows)
    return "\r\n".join(lines).encode(encoding)


def as_excel(*sheets: tuple[str, Rows]) -> bytes:
    """A workbook."""
    book = Workbook()
    for number, (name, rows) in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def locked(workbook: bytes, password: str) -> bytes:
    """A workbook under a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    made = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, made)
    return made.getvalue()


def as_frame() -> pd.DataFrame:
    """The tidy table as a frame."""
    rows = tidy()
    return pd.DataFrame(rows[1:], columns=rows[0])


def as_stata(path: Path) -> None:
    """A Stata file with labels and a total."""
    frame = as_frame().set_axis(["prov", "cyear", "revenue", "people"], axis=1)
    frame = pd.concat([frame, pd.DataFrame([["全国", 2019, 1.0, 1.0]], columns=frame.columns)])
    labels = {"revenue": "财政收入（亿元）", "people": "人口（万人）"}
    frame.to_stata(path, write_index=False, version=118, variable_labels=labels)
