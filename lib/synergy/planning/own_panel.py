"""A reader's data file, read by a reader's plan: units of any kind, balanced or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from math import nan
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR, find_unit, outside_sample, tidy_name, units
from synergy.faults import DataFileError, Fault, suggestion
from synergy.measures import is_growth, whole_of
from synergy.panel import ROWS, Panel, build_panel
from synergy.plan import Plan
from synergy.planning.plan_file import PlanFile, read_plan
from synergy.reading.cells import is_blank, shown
from synergy.reading.columns import Cells, read_cells
from synergy.reading.judging import Units, validated
from synergy.reading.schema import PROVINCES, word
from synergy.screening.doubts import RARE

Missing = Literal["fill", "drop"]

_KIND = re.compile(r"(?<=.)(市|县|区|州|盟|旗|省)$")
_NUMBER = re.compile(r"[\d.]+")
_WHOLE = re.compile(r"\d+\.0")
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF])
_NAMED = 5


def read_own_panel(
    path: Path | str, plan: PlanFile | Path | str, sheet: str = "", *, missing: Missing = "fill"
) -> Panel:
    """Read a reader's panel by a plan.

    Parameters
    ----------
    path : path
        Delimited text, Excel, Stata or Parquet, long or wide.
    plan : PlanFile or path
        What the columns are, see :func:`synergy.planning.plan_file.read_plan`.
    sheet : str
        Name or number of a workbook's sheet; by default the first that holds the plan's columns.
    missing : {"fill", "drop"}
        Interpolate missing cells inside a unit, or leave out the rows that have any.

    Returns
    -------
    Panel
        A table without a time column has the one year 0.

    Raises
    ------
    DataFileError
        Chinese, naming file, line, column, value seen, values allowed and cure.

    Examples
    --------
    >>> from synergy.dictionary import DATA_DIR
    >>> islands = DATA_DIR / "islands"
    >>> panel = read_own_panel(islands / "panel.csv", islands / "plan.csv")
    >>> len(panel.values.index.unique(0)), panel.years[0], panel.years[-1]
    (18, 2010, 2021)
    """
    own = read_own_values(path, plan, sheet)
    kept, notes = _complete(own.values, own.plan, missing)
    return build_panel(
        kept,
        nature="own",
        title=own.plan.title,
        source=own.cells.file,
        sha256=own.cells.sha256,
        notes=(*own.cells.notes, *notes),
        places=own.places,
        plan=_bounded(own.plan, kept),
        groups=own.groups,
    )


@dataclass(frozen=True, eq=False)
class OwnValues:
    """Values of a reader's file as they stand, gaps and all.

    Attributes
    ----------
    values : DataFrame
        Index (``province``, ``year``), a column per indicator; NaN = missing.
    plan : Plan
    groups : Series
        Group of each unit; empty if there are none.
    places : DataFrame
        Line and heading of each value.
    cells : Cells
    """

    values: pd.DataFrame
    plan: Plan
    groups: pd.Series[str]
    places: pd.DataFrame
    cells: Cells


def read_own_values(path: Path | str, plan: PlanFile | Path | str, sheet: str = "") -> OwnValues:
    """Read a reader's file by a plan and judge every cell; no gap is filled.

    Raises
    ------
    DataFileError
        As :func:`read_own_panel`.
    """
    planned = plan if isinstance(plan, PlanFile) else read_plan(plan)
    cells = read_cells(path, sheet, planned.schema)
    absent = list(_absent_columns(cells, planned))
    if absent:
        raise DataFileError(cells.file, absent)
    judged = _units(cells, planned.plan)
    long = validated(cells, partial(_indicator, planned, cells.layout), judged)
    long = long[long["name"] != ""]
    values = long.pivot(index=ROWS, columns="name", values="value")
    values = values.reindex(pd.MultiIndex.from_frame(long[ROWS].drop_duplicates()))
    faults = list(_renamed(values, planned.plan))
    if faults:
        raise DataFileError(cells.file, faults)
    groups = _groups(cells, judged, planned.plan)
    return OwnValues(values, planned.plan, groups, long.set_index([*ROWS, "name"]), cells)


@cache
def islands_panel() -> Panel:
    """The example that ships with its plan: islands that do not exist, numbers nobody measured.

    Read once per process: do not modify its frames.
    """
    folder = DATA_DIR / "islands"
    return read_own_panel(folder / "panel.csv", folder / "plan.csv")


# ------------------------------------------------------------------ columns


def _absent_columns(cells: Cells, planned: PlanFile) -> Iterator[Fault]:
    """Indicators of the plan that the file does not have."""
    held = {word(name) for name in cells.frame["name"].unique()}
    for heading, code in planned.codes.items():
        if heading not in held:
            cure = f"改正方案 {planned.file} 里的列名，或把它的用途改成“不用”"
            where = cells.heading_row if cells.layout == "wide" else None
            yield Fault("方案里的指标，数据里没有", where, seen=shown(code), cure=cure)
    if planned.schema.group and cells.frame["group"].drop_duplicates().map(is_blank).all():
        yield Fault("方案里的分组列，数据里没有或是空的", cells.heading_row, cure="改正方案的列名")


def _indicator(planned: PlanFile, layout: str, text: object) -> str | None:
    """Code of an indicator; empty for a name in a long table that the plan leaves out."""
    return planned.find(text) or ("" if layout == "long" else None)


def _bounded(plan: Plan, values: pd.DataFrame) -> Plan:
    """What the file itself says of bounds, so that what it rarely holds is doubtful.

    Where nothing is negative, a lone zero; where shares hardly exceed the whole, those that do.
    """
    about, held = plan.indicators, values[list(plan.indicators.index)]
    lower = np.where(held.min() >= 0, 0.0, np.nan)
    named = zip(about["name_zh"], about["unit"], strict=True)
    wholes = np.array([nan if is_growth(name) else whole_of(unit) or nan for name, unit in named])
    high = np.where((held > wholes).mean() <= RARE, wholes, nan)
    hints = [f"单位是“{unit}”，一般不会更大" for unit in about["unit"]]
    bounds = about.assign(lower=lower, usual_low=nan, usual_high=high, unusual=hints)
    return replace(plan, indicators=bounds)


# ------------------------------------------------------------------ units


def _units(cells: Cells, plan: Plan) -> Units:
    """Provinces by their usual spellings where all are provinces; else names as they stand.

    Numbers are codes of provinces only under a heading that says so.
    """
    names = list(pd.unique(cells.frame["province"]))
    provinces = len(names) > 1 and all(find_unit(name) is not None for name in names)
    provinces &= word(cells.province_column) in PROVINCES.unit or not any(
        map(_NUMBER.fullmatch, map(str, names))
    )
    find = find_unit if provinces else _name
    return Units(find, partial(_unit_fault, plan), plan.unit)


def _name(value: object) -> str | None:
    """A unit's name without what the eye does not see; None for nothing and for totals."""
    if is_blank(value) or outside_sample(value) == "total":
        return None
    text = " ".join(str(value).translate(_UNSEEN).split())
    return text.removesuffix(".0") if _WHOLE.fullmatch(text) else text


def _unit_fault(plan: Plan, cells: Cells, row: int, value: object) -> Fault:
    place = (row, cells.province_column)
    if is_blank(value):
        cure = f"每一行都写上{plan.unit}；合并过的单元格请取消合并并填满"
        return Fault(f"{plan.unit}是空的", *place, shown(value), cure=cure)
    cure = f"删去合计、平均和统计量的行；它若真是{plan.unit}，请写得完整些"
    return Fault(f"合计或统计量不是{plan.unit}", *place, shown(value), f"{plan.unit}的名称", cure)


def _renamed(values: pd.DataFrame, plan: Plan) -> Iterator[Fault]:
    """Names that differ by what follows them, such as 南京 and 南京市, in years that never meet."""
    years = values.reset_index().groupby("province", sort=False)["year"].agg(set)
    bases: dict[str, list[str]] = {}
    for name in years.index:
        bases.setdefault(_KIND.sub("", tidy_name(name)), []).append(str(name))
    for same in bases.values():
        if len(same) > 1 and not set.intersection(*(years[name] for name in same)):
            seen, cure = "”、“".join(same), suggestion(same, "请写成同一个名称")
            yield Fault(f"像是同一个{plan.unit}的几个名称，年份互不重叠", seen=seen, cure=cure)


def _groups(cells: Cells, judged: Units, plan: Plan) -> pd.Series[str]:
    """Group of each unit: as the file says, else of provinces the region; empty without any."""
    rows = cells.frame.drop_duplicates("row")
    names = rows["province"].map(judged.find)
    if rows["group"].drop_duplicates().map(is_blank).all():
        known = judged.find is find_unit
        return units()["region"].loc[list(dict.fromkeys(names))] if known else pd.Series(dtype=str)
    groups = rows["group"].map(lambda cell: "" if is_blank(cell) else str(cell).strip())
    first = groups.groupby(names.to_numpy(), sort=False).transform("first")
    wrong = (groups == "") | (groups != first)
    if wrong.any():
        raise DataFileError(cells.file, list(_group_faults(rows[wrong], first[wrong], plan)))
    return pd.Series(groups.to_numpy(), names.to_numpy()).groupby(level=0, sort=False).first()


def _group_faults(rows: pd.DataFrame, first: pd.Series[str], plan: Plan) -> Iterator[Fault]:
    for row, name, group, before in zip(
        rows["row"], rows["province"], rows["group"], first, strict=True
    ):
        allowed = f"每个{plan.unit}只属于一组，各年相同"
        cure = f"前面写的是“{before}”，请改成一致" if before else "写上它属于哪一组"
        seen = f"{shown(name)}：{shown(group)}"
        yield Fault(f"{plan.group}不一致或是空的", int(row), plan.group, seen, allowed, cure)


# ------------------------------------------------------------------ rows with gaps


def _complete(
    values: pd.DataFrame, plan: Plan, missing: Missing
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows to use, and what to say of the others and of units that lack years."""
    empty = values.isna().all(axis=1) if missing == "fill" else values.isna().any(axis=1)
    kept, notes = values[~empty], []
    if empty.any():
        why = "没有一个值" if missing == "fill" else "有缺失的值"
        notes.append(f"{int(empty.sum())} 行{why}，没有用：{_rows_named(values.index[empty])}。")
    if kept.empty:
        fault = Fault("没有一行可用", cure="补上缺失的值，或把缺得多的指标改成“不用”")
        raise DataFileError(plan.title, [fault])
    years = kept.index.get_level_values("year")
    count = kept.groupby(level="province", sort=False).size()
    lacking = count[count < years.nunique()]
    if len(lacking):
        few = "、".join(map(str, lacking.index[:_NAMED])) + ("等" if len(lacking) > _NAMED else "")
        notes.append(f"面板不平衡：{len(lacking)} 个{plan.unit}不是每年都有（{few}）。")
    return kept, tuple(notes)


def _rows_named(index: pd.Index) -> str:
    named = [f"{unit} {year}" if year else str(unit) for unit, year in index[:_NAMED]]
    return "、".join(named) + (" 等" if len(index) > _NAMED else "")
