"""Read a table of provinces and years from a file, as text, remembering where each cell stood.

Formats are parsed by pandas and its engines (CSV in UTF-8 or GB18030, Excel, Stata, Parquet).
Nothing is converted or judged here: `synergy.panel.validation` does that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from synergy.dictionary import tidy_name
from synergy.faults import DataFileError, Fault
from synergy.panel.parsing import is_blank

PROVINCE_HEADINGS = ("province", "省份", "省", "省区", "省市", "省级行政区", "地区", "prov")
PROVINCE_CODE_HEADINGS = ("province_code", "省份代码", "省代码", "行政区划代码", "adcode")
YEAR_HEADINGS = ("year", "年份", "年度", "年", "时间")
NAME_HEADINGS = ("indicator", "series", "指标", "指标代码", "指标名称", "变量", "variable")
VALUE_HEADINGS = ("value", "数值", "值", "指标值")
REMARK_HEADINGS = ("source", "status", "note", "unit", "来源", "状态", "备注", "单位", "说明")

SUFFIXES = (".csv", ".xlsx", ".xls", ".dta", ".parquet")

Layout = Literal["long", "wide"]


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
    layout: Layout
    frame: pd.DataFrame
    province_column: str
    year_column: str
    name_column: str


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
    province = _find_heading(table, PROVINCE_HEADINGS) or _find_heading(
        table, PROVINCE_CODE_HEADINGS
    )
    year = _find_heading(table, YEAR_HEADINGS)
    if province is None or year is None:
        raise DataFileError(path.name, list(_missing_headings(table, province, year)))
    name = _find_heading(table, NAME_HEADINGS)
    value = _find_heading(table, VALUE_HEADINGS)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if name is not None and value is not None:
        frame = _long_cells(table, province, year, name, value)
        return Cells(path.name, digest, "long", frame, province, year, name)
    frame = _wide_cells(table, province, year)
    if frame.empty:
        raise DataFileError(path.name, [_no_values(table)])
    return Cells(path.name, digest, "wide", frame, province, year, "")


def _read_table(path: Path) -> pd.DataFrame:
    """Table with text headings and a last column ``row`` holding the line in the file."""
    if path.suffix.lower() not in SUFFIXES:
        raise DataFileError(path.name, [_unknown_suffix(path)])
    if not path.is_file():
        raise DataFileError(path.name, [Fault("找不到这个文件", cure="检查路径和文件名")])
    if path.stat().st_size == 0:
        raise DataFileError(path.name, [_empty()])
    table = _parse(path)
    table.columns = [str(heading).strip("\ufeff \t") for heading in table.columns]
    first = 1 if path.suffix.lower() in (".dta", ".parquet") else 2
    table = table.assign(row=range(first, first + len(table)))
    blank = table.drop(columns="row").map(is_blank).all(axis=1)
    table = table.loc[~blank.to_numpy(dtype=bool)].reset_index(drop=True)
    if table.empty:
        raise DataFileError(path.name, [_empty()])
    return table


def _parse(path: Path) -> pd.DataFrame:
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
        raise DataFileError(path.name, [_empty()]) from None
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


def _long_cells(
    table: pd.DataFrame, province: str, year: str, name: str, value: str
) -> pd.DataFrame:
    frame = table[["row", province, year, name, value]].set_axis(
        ["row", "province", "year", "name", "value"], axis=1
    )
    frame.insert(1, "column", value)
    return frame


def _wide_cells(table: pd.DataFrame, province: str, year: str) -> pd.DataFrame:
    known = {*PROVINCE_HEADINGS, *PROVINCE_CODE_HEADINGS, *YEAR_HEADINGS, *REMARK_HEADINGS}
    names = [
        h
        for h in table.columns
        if h != "row" and tidy_name(h).lower() not in known and not _is_row_number(table, h)
    ]
    frame = table.melt(
        id_vars=["row", province, year], value_vars=names, var_name="column", value_name="value"
    ).rename(columns={province: "province", year: "year"})
    frame["name"] = frame["column"]
    return frame[["row", "column", "province", "year", "name", "value"]]


def _is_row_number(table: pd.DataFrame, heading: str) -> bool:
    """A nameless counter, as pandas and Stata write it."""
    return heading in ("", "index", "Unnamed: 0") and table[heading].is_unique


def _missing_headings(
    table: pd.DataFrame, province: str | None, year: str | None
) -> Iterable[Fault]:
    seen = "、".join(h for h in table.columns if h != "row")
    if province is None:
        yield Fault(
            "缺少省份列",
            seen=seen,
            allowed="、".join(PROVINCE_HEADINGS[:3]),
            cure="把省份所在列的标题改成其中之一",
        )
    if year is None:
        yield Fault(
            "缺少年份列",
            seen=seen,
            allowed="、".join(YEAR_HEADINGS[:3]),
            cure="把年份所在列的标题改成其中之一；年份横排的表请先转成竖排",
        )


def _no_values(table: pd.DataFrame) -> Fault:
    seen = "、".join(h for h in table.columns if h != "row")
    return Fault(
        "没有数值列",
        seen=seen,
        allowed="长表（指标列和数值列）或宽表（每个指标一列）",
        cure="补上数值列",
    )


def _unknown_suffix(path: Path) -> Fault:
    return Fault(
        "不认识的文件类型",
        seen=path.suffix or path.name,
        allowed="、".join(SUFFIXES),
        cure="另存为其中一种",
    )


def _empty() -> Fault:
    return Fault("文件是空的，没有一行数据", cure="换一个有内容的文件，首行为列名")
