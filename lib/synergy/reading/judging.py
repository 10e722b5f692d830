"""Value cells judged: each is read as what it should hold, each fault is told with its cure."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pandas as pd

from pvar.cells import plain
from synergy.dictionary import (
    find_unit,
    indicators,
    nearest_units,
    outside_sample,
    tidy_name,
)
from synergy.dictionary import units as provinces
from synergy.faults import DataFileError, Fault, suggestion
from synergy.files.grid import ErrorCell, UnvaluedFormula
from synergy.measures import span_text
from synergy.reading.cells import (
    FIRST_YEAR,
    LAST_YEAR,
    Finder,
    find_indicator,
    indicator_names,
    is_blank,
    map_unique,
    parse_number,
    parse_year,
    shown,
    split_unit,
)
from synergy.reading.columns import Cells

KEYS = ["province", "year", "name"]

#: Why a place is not in the sample, by its kind.
OUTSIDE = {
    "total": "全国和合计不是省份",
    "country": "全国和合计不是省份",
    "region": "大区不是省份",
    "outside": "不含西藏和港澳台",
    "other": "未分地区的不是省份",
}

_ERROR = re.compile(r"#(N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!|SPILL!|CALC!)")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3})+,\d+)")
_SHARE = re.compile(r"[+-]?[\d.]+[%‰]")
_PARTED = re.compile(r"\d[\s_]+\d")


@dataclass(frozen=True)
class Units:
    """How the names of units are read.

    Attributes
    ----------
    find : callable
        Name of the unit that a cell means, or None.
    fault : callable
        What to say of a cell that means none: of the cells, the line and the cell.
    called : str
        What a unit is called.
    """

    find: Finder
    fault: Callable[[Cells, int, object], Fault]
    called: str


def validated(cells: Cells, find_name: Finder, units: Units | None = None) -> pd.DataFrame:
    """Clean values of a table, or every fault in it.

    Parameters
    ----------
    cells : Cells
    find_name : callable
        `find_indicator`, `find_series`, or what a plan names.
    units : Units, optional
        Provinces by default.

    Returns
    -------
    DataFrame
        Columns ``province``, ``year``, ``name`` and ``value`` (NaN = missing), unique in the
        first three, and the ``row`` and ``column`` of the file.

    Raises
    ------
    DataFileError
        Listing faults in the order of the file.
    """
    units = units or PROVINCE_UNITS
    frame = _parsed(cells, find_name, units)
    faults = [*cells.faults, *_cell_faults(cells, frame, units), *_double_columns(cells, frame)]
    if not faults:
        frame = frame.astype({"province": "str", "year": int, "name": "str", "value": float})
        bounded = _out_of_bounds(frame) if units is PROVINCE_UNITS else ()
        faults = [*_duplicates(frame, cells, units), *bounded]
    if faults:
        raise DataFileError(cells.file, sorted(faults, key=lambda f: (f.row or 0, f.column or "")))
    return frame[[*KEYS, "value", "row", "column"]]


def _parsed(cells: Cells, find_name: Finder, units: Units) -> pd.DataFrame:
    """Same cells, each read as what its column should hold; None where it cannot be."""
    raw = cells.frame
    year: Finder = parse_year if cells.year_column else (lambda value: value)
    readers = (units.find, year, find_name, parse_number)
    columns = zip((*KEYS, "value"), readers, strict=True)
    return raw.assign(**{name: map_unique(raw[name], reader) for name, reader in columns})


def _cell_faults(cells: Cells, parsed: pd.DataFrame, units: Units) -> Iterator[Fault]:
    """Unknown units, years and names; texts and infinities among the values."""
    faults = {"province": units.fault, "year": _year_fault, "name": _name_fault}
    cell: Any
    unread = pd.DataFrame(
        {name: [value is None for value in parsed[name]] for name in (*KEYS, "value")},
        index=parsed.index,
    )
    for column, told_once in (("province", "row"), ("year", "row"), ("name", "name")):
        for cell in cells.frame[unread[column]].drop_duplicates(told_once).itertuples():
            yield faults[column](cells, cell.row, getattr(cell, column))
    for cell in cells.frame[unread["value"]].itertuples():
        yield _value_fault(cell)
    infinite = parsed["value"].map(lambda value: value is not None and math.isinf(value))
    for cell in cells.frame[infinite].itertuples():
        cure = "改正或留空（按缺失处理）"
        yield Fault("数值是无穷大", cell.row, cell.column, shown(cell.value), "有限的数", cure)


def _value_fault(cell: Any) -> Fault:
    problem, cure = "数值列里有文字", "去掉文字和千分位逗号；缺失请留空"
    text = plain(str(cell.value))
    if isinstance(cell.value, ErrorCell) or _ERROR.fullmatch(text):
        problem, cure = "公式出错，没有值", "改正公式，或清空这一格（按缺失处理）"
    elif isinstance(cell.value, UnvaluedFormula):
        problem, cure = "公式没有存下结果", "用 Excel 或 WPS 打开，保存一次再试"
    elif isinstance(cell.value, datetime.date | datetime.time | datetime.timedelta):
        problem, cure = "是日期或时间，不是数字", "把单元格格式改成数值，重新写上这个数"
    elif text in ("TRUE", "FALSE"):
        problem, cure = "是逻辑值，不是数字", "改成数字；缺失请留空"
    elif _PARTED.search(text):
        problem, cure = "数字中间有空格或下划线", "像千分位或脚注号：去掉后再试；缺失请留空"
    elif _DECIMAL_COMMA.fullmatch(text):
        problem, cure = "数字里的逗号像小数点", "把小数逗号改成小数点，千分位的点去掉"
    elif _SHARE.fullmatch(text):
        problem, cure = "数字带着百分号", "整列用一种写法：去掉百分号；要比例的，再除以 100"
    return Fault(problem, cell.row, cell.column, shown(cell.value), "数字", cure)


def _province_fault(cells: Cells, row: int, value: object) -> Fault:
    place, seen = (row, cells.province_column), shown(value)
    sample = f"{len(provinces())} 个省级地区"
    allowed = f"{sample}的名称或区划代码（如 广东、广东省、44、440000）"
    if is_blank(value):
        cure = "每一行都写上省份；合并过的单元格请取消合并并填满"
        return Fault("省份是空的", *place, seen, allowed, cure)
    kind = outside_sample(value)
    if kind is not None:
        cure = f"样本只有 {sample}（{OUTSIDE[kind]}），请删去这些行"
        return Fault("不在样本内的地区", *place, seen, allowed, cure)
    if isinstance(value, int | float) or tidy_name(value).isdecimal():
        cure = "改成省份名称或区划代码；软件编的序号（如 Stata 的 encode）不是区划代码"
        return Fault("不认识的省份代码", *place, seen, allowed, cure)
    cure = suggestion(nearest_units(value), "请改正") or "改成省份名称或代码"
    cure += "；别的个体（城市、企业等）请用 press plan 写一份方案"
    if tidy_name(value).endswith("市"):
        cure = f"地级市不是省份；{cure}"
    return Fault("不认识的省份", *place, seen, allowed, cure)


PROVINCE_UNITS = Units(find_unit, _province_fault, "省份")


def _year_fault(cells: Cells, row: int, value: object) -> Fault:
    allowed = f"{FIRST_YEAR} 至 {LAST_YEAR} 的四位年份"
    place, cure = (row, cells.year_column), "改成如 2013 的整数"
    return Fault("不是年份", *place, shown(value), allowed, cure)


def _name_fault(cells: Cells, row: int, value: object) -> Fault:
    seen = shown(value)
    allowed = f"指标字典里 {len(indicators())} 项指标的代码或中文名（如 ai_cable、城镇化率）"
    name, unit = split_unit(value)
    code = indicator_names().get(name.lower())
    near = get_close_matches(tidy_name(value).lower(), indicator_names(), n=1, cutoff=0.6)
    cure = suggestion(near, "请改正，或删去这一列") or "改正名称，或删去这一列"
    cure += "；若是原始序列而不是指标，请同时给出配方（--recipe）"
    if code is not None:
        wanted = indicators()["unit"][code]
        cure = f"字典里的单位是“{wanted}”，这里写的是“{unit}”：换算之后去掉括号里的单位，"
        cure += "或者先用 press data import 换算"
    if cells.layout == "wide":
        return Fault("不认识的指标列", cells.heading_row, seen, seen, allowed, cure)
    return Fault("不认识的指标", row, cells.name_column, seen, allowed, cure)


def _double_columns(cells: Cells, parsed: pd.DataFrame) -> Iterator[Fault]:
    """Columns of a wide table that mean one indicator, under two of its names."""
    if cells.layout == "long":
        return
    names = parsed[["name", "column"]].drop_duplicates().dropna()
    for name, same in names.groupby("name", sort=False)["column"]:
        if len(same) > 1:
            seen = "、".join(map(shown, same))
            cure = "只留下其中一列"
            yield Fault(
                f"几列是同一指标（{name}）",
                cells.heading_row,
                same.iloc[0],
                seen,
                "每项指标一列",
                cure,
            )


def _duplicates(frame: pd.DataFrame, cells: Cells, units: Units) -> Iterator[Fault]:
    """Repeated units and years; in a wide table once for the row, not once for each column."""
    first = frame.groupby(KEYS)["row"].transform("first")
    again = frame.assign(first=first)[frame.duplicated(KEYS)]
    if cells.layout == "wide":
        again = again.drop_duplicates("row")
    cell: Any
    for cell in again.itertuples():
        what = f"{cell.province} {cell.year} 年" if cells.year_column else str(cell.province)
        what += f" {cell.name}" if cells.layout == "long" else ""
        seen = f"{what}（已见于第 {cell.first} 行）"
        place = (cell.row, cells.province_column)
        when, each = ("和年份", "每年") if cells.year_column else ("", "")
        allowed = f"每个{units.called}{each}一个值"
        yield Fault(f"{units.called}{when}重复", *place, seen, allowed, "删去重复的行")


# ------------------------------------------------------------------ units and bounds


def unit_notes(cells: Cells) -> tuple[str, ...]:
    """Say where a long table names another unit than the dictionary; nothing is converted."""
    stated = cells.frame[["name", "unit"]].drop_duplicates()
    notes = []
    for text, unit in stated.itertuples(index=False):
        code = find_indicator(text)
        if code is None or is_blank(unit) or tidy_name(unit) == indicators()["unit"][code]:
            continue
        name, wanted = indicators().loc[code, ["name_zh", "unit"]]
        notes.append(f"{name}：文件写的单位是“{shown(unit)}”，字典是“{wanted}”；没有换算，请核对。")
    return tuple(notes)


def _out_of_bounds(frame: pd.DataFrame) -> Iterator[Fault]:
    cell: Any
    for cell in frame[outside_bounds(frame)].itertuples():
        name, upper = indicators().loc[cell.name, ["name_zh", "upper"]]
        share = upper == 1 and 1 < cell.value <= 100
        cure = "若写的是百分数，请先除以 100"
        cure = cure if share else "核对原始资料后改正，或留空（按缺失处理）"
        problem, seen = f"“{name}”超出可能的范围", f"{cell.value:g}"
        yield Fault(problem, cell.row, cell.column, seen, bounds_text(cell.name), cure)


def outside_bounds(frame: pd.DataFrame) -> pd.Series[bool]:
    """Whether each ``value`` lies outside what its indicator (``name``) can be; NaN does not."""
    bounds = indicators()[["lower", "upper"]].reindex(frame["name"]).set_index(frame.index)
    return (frame["value"] < bounds["lower"]) | (frame["value"] > bounds["upper"])


def bounds_text(code: str) -> str:
    """Values an indicator can take, with its unit, in Chinese."""
    row = indicators().loc[code].to_dict()
    return span_text(row["lower"], row["upper"], row["unit"])
