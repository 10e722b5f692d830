"""From a user's file to clean values: every cell is read where it stands, every fault is told.

Formats are parsed by pandas and its engines (CSV in UTF-8 or GB18030, Excel, Stata, Parquet).
`read_cells` keeps the text and the line of every cell; `validated` judges them all before
anything is used, and turns each failure into a `Fault` that a reader of Chinese can act on.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from synergy.dictionary import find_unit, indicators, nearest_units, tidy_name, units
from synergy.faults import DataFileError, Fault, suggestion

PROVINCE_HEADINGS = ("province", "省份", "省", "省区", "省市", "省级行政区", "地区", "prov")
PROVINCE_CODE_HEADINGS = ("province_code", "省份代码", "省代码", "行政区划代码", "adcode")
YEAR_HEADINGS = ("year", "年份", "年度", "年", "时间")
NAME_HEADINGS = ("indicator", "series", "指标", "指标代码", "指标名称", "变量", "variable")
VALUE_HEADINGS = ("value", "数值", "值", "指标值")
REMARK_HEADINGS = ("source", "status", "note", "unit", "来源", "状态", "备注", "单位", "说明")

SUFFIXES = (".csv", ".xlsx", ".xls", ".dta", ".parquet")

FIRST_YEAR, LAST_YEAR = 1949, 2100

MISSING_MARKS = frozenset({"na", "n/a", "nan", "null", "none", "-", "--", "—", "……", "…", "..."})

OUTSIDE_SAMPLE = frozenset(
    {"全国", "西藏", "西藏自治区", "香港", "澳门", "台湾", "china", "tibet", "hongkong", "taiwan"}
)

KEYS = ["province", "year", "name"]

Finder = Callable[[object], object]


@dataclass(frozen=True)
class Cells:
    """Every value cell of a file, one per row of `frame`, still as written.

    Attributes
    ----------
    file : str
    sha256 : str
        Of the file's bytes.
    layout : {"long", "wide"}
    frame : DataFrame
        Columns ``row`` (line in the file), ``column`` (heading the value stood under),
        ``province``, ``year``, ``name`` (indicator or series) and ``value``.
    province_column, year_column, name_column : str
        Headings, for messages.
    """

    file: str
    sha256: str
    layout: Literal["long", "wide"]
    frame: pd.DataFrame
    province_column: str
    year_column: str
    name_column: str


# ------------------------------------------------------------------ one cell


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: empty text, None, NaN or NaT."""
    if isinstance(value, str):
        return tidy_name(value) == ""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def parse_number(value: object) -> float | None:
    """Number in a cell; NaN for a missing mark, None for anything that is not a number."""
    if is_blank(value):
        return math.nan
    if isinstance(value, str):
        value = tidy_name(value).replace("−", "-")
        if value.lower() in MISSING_MARKS:
            return math.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def parse_year(value: object) -> int | None:
    """Calendar year in a cell (``2013``, ``2013.0``, ``2013年``), or None."""
    number = parse_number(tidy_name(value).removesuffix("年"))
    if number is None or not number.is_integer() or not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    return int(number)


@cache
def indicator_names() -> dict[str, str]:
    """Every accepted spelling (code, Chinese name, English name) of the indicators."""
    frame = indicators().reset_index()
    return {
        tidy_name(spelling).lower(): str(code)
        for heading in ("code", "name_zh", "name_en")
        for spelling, code in zip(frame[heading], frame["code"], strict=True)
    }


def find_indicator(text: object) -> str | None:
    """Code of an indicator written as code, Chinese name or English name, or None."""
    return indicator_names().get(tidy_name(text).lower())


def find_series(text: object) -> str | None:
    """Name of a raw series: any text that is not blank."""
    return tidy_name(text) or None


# ------------------------------------------------------------------ one file


def read_cells(path: Path | str) -> Cells:
    """Read a long or wide table of provinces and years.

    Long: one row per province, year and indicator (or series) with a value column. Wide: one
    row per province and year, one column per indicator.

    Raises
    ------
    DataFileError
        If the file is absent, empty, of an unknown type or encoding, damaged, or lacks a
        province or year column.
    """
    path = Path(path)
    table = _read_table(path)
    province = _find_heading(table, PROVINCE_HEADINGS)
    province = province or _find_heading(table, PROVINCE_CODE_HEADINGS)
    year = _find_heading(table, YEAR_HEADINGS)
    if province is None or year is None:
        raise DataFileError(path.name, list(_missing_headings(table, province, year)))
    name, value = (_find_heading(table, h) for h in (NAME_HEADINGS, VALUE_HEADINGS))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if name is not None and value is not None:
        headings = [province, year, name, value]
        frame = table[["row", *headings]].set_axis(["row", *KEYS, "value"], axis=1)
        frame = frame.assign(column=value)
        return Cells(path.name, digest, "long", frame, province, year, name)
    frame = _wide_cells(table, province, year)
    if frame.empty:
        allowed = "长表（指标列和数值列）或宽表（每个指标一列）"
        fault = Fault("没有数值列", seen=_headings(table), allowed=allowed, cure="补上数值列")
        raise DataFileError(path.name, [fault])
    return Cells(path.name, digest, "wide", frame, province, year, "")


def _read_table(path: Path) -> pd.DataFrame:
    """Table with text headings and a last column ``row`` holding the line in the file."""
    if path.suffix.lower() not in SUFFIXES:
        seen, allowed = path.suffix or path.name, "、".join(SUFFIXES)
        fault = Fault("不认识的文件类型", seen=seen, allowed=allowed, cure="另存为其中一种")
        raise DataFileError(path.name, [fault])
    if not path.is_file():
        raise DataFileError(path.name, [Fault("找不到这个文件", cure="检查路径和文件名")])
    table = _parse(path)
    table.columns = [str(heading).strip("\ufeff \t") for heading in table.columns]
    first = 1 if path.suffix.lower() in (".dta", ".parquet") else 2
    table = table.assign(row=range(first, first + len(table)))
    blank = table.drop(columns="row").map(is_blank).all(axis=1)
    table = table.loc[~blank.to_numpy(dtype=bool)].reset_index(drop=True)
    if table.empty:
        raise _empty(path)
    return table


def _parse(path: Path) -> pd.DataFrame:
    if path.stat().st_size == 0:
        raise _empty(path)
    try:
        match path.suffix.lower():
            case ".csv":
                return _parse_csv(path)
            case ".dta":
                return pd.read_stata(path, convert_categoricals=True).astype(object)
            case ".parquet":
                return pd.read_parquet(path).reset_index(drop=False).astype(object)
            case _:
                return pd.read_excel(path, dtype=object, engine="calamine")
    except pd.errors.EmptyDataError:
        raise _empty(path) from None
    except DataFileError:
        raise
    except Exception as error:  # parsers raise their own, undocumented classes
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        fault = Fault("文件读不出来", seen=reason, cure="用原软件打开后另存一份，再试")
        raise DataFileError(path.name, [fault]) from error


def _parse_csv(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(
                path,
                dtype=str,
                encoding=encoding,
                keep_default_na=False,
                skip_blank_lines=False,
                index_col=False,
            )
        except UnicodeDecodeError:
            continue
    fault = Fault("文字编码无法识别", allowed="UTF-8、GB18030（GBK）", cure="另存为 UTF-8 编码")
    raise DataFileError(path.name, [fault])


def _find_heading(table: pd.DataFrame, headings: Iterable[str]) -> str | None:
    wanted = set(headings)
    return next((h for h in table.columns if tidy_name(h).lower() in wanted), None)


def _wide_cells(table: pd.DataFrame, province: str, year: str) -> pd.DataFrame:
    known = {*PROVINCE_HEADINGS, *PROVINCE_CODE_HEADINGS, *YEAR_HEADINGS, *REMARK_HEADINGS}
    names = [
        h
        for h in table.columns
        if h != "row" and tidy_name(h).lower() not in known and not _is_row_number(table, h)
    ]
    frame = table.melt(["row", province, year], names, var_name="column", value_name="value")
    frame = frame.rename(columns={province: "province", year: "year"})
    return frame.assign(name=frame["column"])


def _is_row_number(table: pd.DataFrame, heading: str) -> bool:
    """A nameless counter, as pandas and Stata write it."""
    return heading in ("", "index", "Unnamed: 0") and table[heading].is_unique


def _headings(table: pd.DataFrame) -> str:
    return "、".join(h for h in table.columns if h != "row")


def _missing_headings(
    table: pd.DataFrame, province: str | None, year: str | None
) -> Iterator[Fault]:
    seen, rename = _headings(table), "列的标题改成其中之一"
    if province is None:
        allowed = "、".join(PROVINCE_HEADINGS[:3])
        yield Fault("缺少省份列", seen=seen, allowed=allowed, cure=f"把省份所在{rename}")
    if year is None:
        allowed = "、".join(YEAR_HEADINGS[:3])
        cure = f"把年份所在{rename}；年份横排的表请先转成竖排"
        yield Fault("缺少年份列", seen=seen, allowed=allowed, cure=cure)


def _empty(path: Path) -> DataFileError:
    fault = Fault("文件是空的，没有一行数据", cure="换一个有内容的文件，首行为列名")
    return DataFileError(path.name, [fault])


# ------------------------------------------------------------------ judging the cells


def validated(cells: Cells, find_name: Finder) -> pd.DataFrame:
    """Clean values of a table, or every fault in it.

    Parameters
    ----------
    cells : Cells
    find_name : callable
        `find_indicator` or `find_series`.

    Returns
    -------
    DataFrame
        Columns ``province``, ``year``, ``name`` and ``value`` (NaN = missing), unique in the
        first three.

    Raises
    ------
    DataFileError
        Listing faults in the order of the file.
    """
    frame = _parsed(cells.frame, find_name)
    faults = list(_cell_faults(cells, frame))
    if not faults:
        frame = frame.astype({"province": "str", "year": int, "name": "str", "value": float})
        faults = [*_duplicates(frame, cells), *_out_of_bounds(frame)]
    if faults:
        raise DataFileError(cells.file, sorted(faults, key=lambda f: (f.row or 0, f.column or "")))
    return frame[[*KEYS, "value"]]


def _parsed(raw: pd.DataFrame, find_name: Finder) -> pd.DataFrame:
    """Same cells, each read as what its column should hold; None where it cannot be."""
    readers = (find_unit, parse_year, find_name, parse_number)
    columns = zip((*KEYS, "value"), readers, strict=True)
    return raw.assign(**{name: _map_unique(raw[name], reader) for name, reader in columns})


def _map_unique(column: pd.Series, function: Finder) -> pd.Series:
    positions, values = pd.factorize(column, use_na_sentinel=False)
    found = np.array([function(value) for value in values], dtype=object)
    return pd.Series(found[positions], index=column.index, dtype=object)


def _cell_faults(cells: Cells, parsed: pd.DataFrame) -> Iterator[Fault]:
    """Unknown provinces, years and names; texts and infinities among the values."""
    faults = {"province": _province_fault, "year": _year_fault, "name": _name_fault}
    cell: Any
    unread = parsed[[*KEYS, "value"]].map(lambda value: value is None)
    for column, told_once in (("province", "row"), ("year", "row"), ("name", "name")):
        for cell in cells.frame[unread[column]].drop_duplicates(told_once).itertuples():
            yield faults[column](cells, cell.row, _shown(getattr(cell, column)))
    infinite = parsed["value"].map(lambda value: value is not None and math.isinf(value))
    for cell in cells.frame[unread["value"]].itertuples():
        cure = "去掉文字、百分号和千分位逗号；缺失请留空"
        yield _value_fault("数值列里有文字", cell, "数字", cure)
    for cell in cells.frame[infinite].itertuples():
        yield _value_fault("数值是无穷大", cell, "有限的数", "改正或留空（按缺失处理）")


def _shown(value: object) -> str:
    return "（空）" if is_blank(value) else str(value)


def _value_fault(problem: str, cell: Any, allowed: str, cure: str) -> Fault:
    return Fault(problem, cell.row, cell.column, _shown(cell.value), allowed, cure)


def _province_fault(cells: Cells, row: int, seen: str) -> Fault:
    sample = f"{len(units())} 个省级地区"
    allowed = f"{sample}的名称或区划代码（如 广东、广东省、44、440000）"
    if tidy_name(seen).lower() in OUTSIDE_SAMPLE:
        cure = f"样本只有 {sample}（不含西藏和港澳台），请删去这些行"
        return Fault("不在样本内的地区", row, cells.province_column, seen, allowed, cure)
    cure = suggestion(nearest_units(seen), "请改正") or "改成省份名称或代码"
    return Fault("不认识的省份", row, cells.province_column, seen, allowed, cure)


def _year_fault(cells: Cells, row: int, seen: str) -> Fault:
    allowed = f"{FIRST_YEAR} 至 {LAST_YEAR} 的四位年份"
    return Fault("不是年份", row, cells.year_column, seen, allowed, "改成如 2013 的整数")


def _name_fault(cells: Cells, row: int, seen: str) -> Fault:
    near = get_close_matches(tidy_name(seen).lower(), indicator_names(), n=1, cutoff=0.6)
    cure = suggestion(near, "请改正，或删去这一列") or "改正名称，或删去这一列"
    cure += "；若是原始序列而不是指标，请同时给出配方（--recipe）"
    allowed = f"指标字典里 {len(indicators())} 项指标的代码或中文名（如 ai_cable、城镇化率）"
    if cells.layout == "wide":
        return Fault("不认识的指标列", 1, seen, seen, allowed, cure)
    return Fault("不认识的指标", row, cells.name_column, seen, allowed, cure)


def _duplicates(frame: pd.DataFrame, cells: Cells) -> Iterator[Fault]:
    """Repeated province-years; in a wide table once for the row, not once for each column."""
    first = frame.groupby(KEYS)["row"].transform("first")
    again = frame.assign(first=first)[frame.duplicated(KEYS)]
    if cells.layout == "wide":
        again = again.drop_duplicates("row")
    cell: Any
    for cell in again.itertuples():
        what = f"{cell.province} {cell.year} 年"
        what += f" {cell.name}" if cells.layout == "long" else ""
        seen = f"{what}（已见于第 {cell.first} 行）"
        place = (cell.row, cells.province_column)
        yield Fault("省份和年份重复", *place, seen, "每省每年一个值", "删去重复的行")


# ------------------------------------------------------------------ bounds


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
    least = f"{row['lower']:g}"
    span = f"不小于 {least}" if pd.isna(row["upper"]) else f"{least} 至 {row['upper']:g}"
    return f"{span}（单位：{row['unit']}）"
