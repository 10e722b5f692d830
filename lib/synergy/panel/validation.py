"""Judge the cells of a user's table: every fault found, with its line, before anything is used.

pandera runs the checks; this module says what to check and turns each failure into a `Fault`
that a reader of Chinese can act on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd

from synergy.dictionary import (
    find_province,
    indicators,
    nearest_provinces,
    provinces,
    tidy_name,
)
from synergy.faults import DataFileError, Fault
from synergy.panel.parsing import (
    FIRST_YEAR,
    LAST_YEAR,
    indicator_names,
    is_blank,
    parse_number,
    parse_year,
)
from synergy.panel.reading import Cells

OUTSIDE_SAMPLE = frozenset(
    {"全国", "西藏", "西藏自治区", "香港", "澳门", "台湾", "china", "tibet", "hongkong", "taiwan"}
)

KEYS = ["province", "year", "name"]


def validated(cells: Cells, find_name: Callable[[object], str | None]) -> pd.DataFrame:
    """Clean values of a table, or every fault in it.

    Parameters
    ----------
    cells : Cells
    find_name : callable
        `synergy.panel.parsing.find_indicator` or `find_series`.

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
    faults = list(_cell_faults(cells, find_name))
    if not faults:
        frame = _converted(cells.frame, find_name)
        faults = list(_table_faults(frame, cells))
    if faults:
        raise DataFileError(cells.file, sorted(faults, key=lambda f: (f.row or 0, f.column or "")))
    return frame[[*KEYS, "value"]]


def _converted(raw: pd.DataFrame, find_name: Callable[[object], str | None]) -> pd.DataFrame:
    frame = raw[["row", "column"]].copy()
    frame["province"] = _map_unique(raw["province"], find_province)
    frame["year"] = _map_unique(raw["year"], parse_year).astype(int)
    frame["name"] = _map_unique(raw["name"], find_name)
    frame["value"] = _map_unique(raw["value"], parse_number).astype(float)
    return frame


def _map_unique(column: pd.Series, function: Callable[[object], object]) -> pd.Series:
    values = column.unique()
    found = [function(value) for value in values]
    positions = pd.Index(values).get_indexer(pd.Index(column))
    return pd.Series(np.array(found, dtype=object)[positions], index=column.index)


def _failures(frame: pd.DataFrame, columns: Mapping[str, object], checks: object) -> pd.DataFrame:
    """Rows ``column``, ``check`` and ``index`` for each failure that pandera finds."""
    import pandera.pandas as pa  # slow to import, needed only where a file is read

    try:
        pa.DataFrameSchema(dict(columns), checks=checks).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        found: pd.DataFrame = errors.failure_cases
        return found[["column", "check", "index"]].drop_duplicates()
    return pd.DataFrame(columns=["column", "check", "index"])


def _cell_faults(cells: Cells, find_name: Callable[[object], str | None]) -> Iterator[Fault]:
    """Unknown provinces, years and names; texts and infinities among the values."""
    import pandera.pandas as pa

    def readable(parse: Callable[[object], object]) -> pa.Check:
        return pa.Check(lambda s: _map_unique(s, parse).notna(), name="readable", ignore_na=False)

    raw = cells.frame
    columns = {
        "province": pa.Column(object, readable(find_province), nullable=True, coerce=True),
        "year": pa.Column(object, readable(parse_year), nullable=True, coerce=True),
        "name": pa.Column(object, readable(find_name), nullable=True, coerce=True),
        "value": pa.Column(
            object,
            [
                pa.Check(lambda s: s.map(_is_number), name="number", ignore_na=False),
                pa.Check(lambda s: ~s.map(_is_infinite), name="finite", ignore_na=False),
            ],
            nullable=True,
            coerce=True,
        ),
    }
    told: set[tuple[str, object]] = set()
    for column, check, index in _failures(raw, columns, None).itertuples(index=False):
        cell = raw.loc[index]
        once = (column, cell["column"] if column == "name" else (cell["row"], cell["column"]))
        once = (column, cell["row"]) if column in ("province", "year") else once
        if once not in told:
            told.add(once)
            yield _describe(cells, str(column), str(check), cell)


def _is_number(value: object) -> bool:
    return parse_number(value) is not None


def _is_infinite(value: object) -> bool:
    number = parse_number(value)
    return number is not None and math.isinf(number)


def _describe(cells: Cells, column: str, check: str, cell: pd.Series) -> Fault:
    row, seen = int(cell["row"]), "（空）" if is_blank(cell[column]) else str(cell[column])
    match column, check:
        case "province", _:
            return _province_fault(cells, row, seen)
        case "year", _:
            allowed = f"{FIRST_YEAR} 至 {LAST_YEAR} 的四位年份"
            return Fault("不是年份", row, cells.year_column, seen, allowed, "改成如 2013 的整数")
        case "name", _:
            return _name_fault(cells, row, seen)
        case _, "finite":
            return Fault(
                "数值是无穷大",
                row,
                str(cell["column"]),
                seen,
                "有限的数",
                "改正或留空（按缺失处理）",
            )
        case _:
            cure = "去掉文字、百分号和千分位逗号；缺失请留空"
            return Fault("数值列里有文字", row, str(cell["column"]), seen, "数字", cure)


def _province_fault(cells: Cells, row: int, seen: str) -> Fault:
    allowed = "30 个省级地区的名称或区划代码（如 广东、广东省、44、440000）"
    if tidy_name(seen).lower() in OUTSIDE_SAMPLE:
        cure = "样本只有 30 个省级地区（不含西藏和港澳台），请删去这些行"
        return Fault("不在样本内的地区", row, cells.province_column, seen, allowed, cure)
    near = "”或“".join(nearest_provinces(seen))
    cure = f"是否想写“{near}”？请改正" if near else "改成省份名称或代码"
    return Fault("不认识的省份", row, cells.province_column, seen, allowed, cure)


def _name_fault(cells: Cells, row: int, seen: str) -> Fault:
    near = get_close_matches(tidy_name(seen).lower(), indicator_names(), n=1, cutoff=0.6)
    cure = f"是否想写“{near[0]}”？请改正，或删去这一列" if near else "改正名称，或删去这一列"
    cure += "；若是原始序列而不是指标，请同时给出配方（--recipe）"
    allowed = "指标字典里 31 项指标的代码或中文名（如 ai_cable、城镇化率）"
    if cells.layout == "wide":
        return Fault("不认识的指标列", 1, seen, seen, allowed, cure)
    return Fault("不认识的指标", row, cells.name_column, seen, allowed, cure)


def _table_faults(frame: pd.DataFrame, cells: Cells) -> Iterator[Fault]:
    """Repeated province-years, and values beyond an indicator's bounds."""
    import pandera.pandas as pa

    checks = [
        pa.Check(lambda f: ~f.duplicated(KEYS), name="duplicate"),
        pa.Check(_within_bounds, name="bounds"),
    ]
    failures = _failures(frame, {}, checks)[["check", "index"]].drop_duplicates()
    told: set[int] = set()
    for check, index in failures.itertuples(index=False):
        cell = frame.loc[index]
        if check == "bounds":
            yield _bounds_fault(cell)
        elif cells.layout == "long" or cell["row"] not in told:
            told.add(cell["row"])
            yield _duplicate_fault(frame, cell, cells)


def _within_bounds(frame: pd.DataFrame) -> pd.Series:
    bounds = indicators()[["lower", "upper"]].reindex(frame["name"])
    value = frame["value"].to_numpy()
    outside = (value < bounds["lower"].to_numpy()) | (value > bounds["upper"].to_numpy())
    return pd.Series(~outside, index=frame.index)


def _bounds_text(code: str) -> str:
    row = indicators().loc[code].to_dict()
    if pd.isna(row["upper"]):
        return f"不小于 {row['lower']:g}（单位：{row['unit']}）"
    return f"{row['lower']:g} 至 {row['upper']:g}（单位：{row['unit']}）"


def _bounds_fault(cell: pd.Series) -> Fault:
    share = indicators().at[cell["name"], "upper"] == 1 and 1 < cell["value"] <= 100
    cure = "若写的是百分数，请先除以 100" if share else "核对原始资料后改正，或留空（按缺失处理）"
    return Fault(
        f"“{indicators()['name_zh'][cell['name']]}”超出可能的范围",
        int(cell["row"]),
        str(cell["column"]),
        f"{cell['value']:g}",
        _bounds_text(cell["name"]),
        cure,
    )


def _duplicate_fault(frame: pd.DataFrame, cell: pd.Series, cells: Cells) -> Fault:
    same = (frame[KEYS] == cell[KEYS]).all(axis=1)
    first = int(frame.loc[same, "row"].iloc[0])
    what = f"{cell['province']} {cell['year']} 年"
    what += f" {cell['name']}" if cells.layout == "long" else ""
    return Fault(
        "省份和年份重复",
        int(cell["row"]),
        cells.province_column,
        f"{what}（已见于第 {first} 行）",
        "每省每年一个值",
        "删去重复的行",
    )


def check_grid(file: str, frame: pd.DataFrame) -> None:
    """Refuse a panel in which a province-year is wholly absent.

    Parameters
    ----------
    frame : DataFrame
        Indexed by (``province``, ``year``), one column per indicator.

    Raises
    ------
    DataFileError
        Naming the years that each province lacks.
    """
    years = frame.index.get_level_values("year")
    held = frame.dropna(how="all").index
    wanted = pd.MultiIndex.from_product(
        [provinces().index, range(years.min(), years.max() + 1)], names=["province", "year"]
    )
    lacking = wanted[~wanted.isin(held)].to_frame(index=False)
    if lacking.empty:
        return
    faults = [
        Fault(
            f"{province}缺少整年的数据",
            seen="缺 " + "、".join(str(year) for year in group["year"]),
            allowed=f"30 省、{years.min()} 至 {years.max()} 年，每省每年一行",
            cure="补上这些行（个别指标可留空），或删去所有省份的该年",
        )
        for province, group in lacking.groupby("province", sort=False)
    ]
    raise DataFileError(file, faults)


def check_values(file: str, values: pd.DataFrame) -> None:
    """Refuse formed indicators that are infinite or beyond their bounds.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per indicator code.

    Raises
    ------
    DataFileError
    """
    long = values.rename_axis(columns="name").melt(ignore_index=False, value_name="value")
    long = long.reset_index()
    infinite = np.isinf(long["value"])
    wrong = infinite | ~_within_bounds(long)
    faults = [_formed_fault(cell, bool(infinite[index])) for index, cell in long[wrong].iterrows()]
    if faults:
        raise DataFileError(file, faults)


def _formed_fault(cell: pd.Series, infinite: bool) -> Fault:
    where = f"{cell['province']} {cell['year']} 年的 {cell['name']}"
    if infinite:
        return Fault(f"{where}是无穷大", cure="查看算式的分母是否为零")
    allowed = _bounds_text(cell["name"])
    cure = "检查配方的算式和单位"
    return Fault(f"{where}超出可能的范围", seen=f"{cell['value']:g}", allowed=allowed, cure=cure)
