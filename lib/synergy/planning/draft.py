"""A draft of a plan: what can be read from a data file is filled in, what is guessed says so.

The reader completes it; :mod:`synergy.planning.plan_file` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synergy.faults import DataError, DataFileError, Fault
from synergy.files.grid import Grid
from synergy.files.saving import whole_file
from synergy.files.source import open_source
from synergy.planning.form import write_plan_form
from synergy.planning.plan_file import COLUMNS, GUESS, PlanFile, Row, planned
from synergy.reading.cells import is_blank, map_unique, parse_number, parse_year, split_unit
from synergy.reading.columns import chosen_grid, file_notes
from synergy.reading.headings import Table, find_table
from synergy.reading.schema import Schema, headings_of, word

#: Share of cells that must be numbers in a column of values.
MOSTLY = 0.8


#: Headings of units and of times that a draft knows, in order of preference.
UNITS = (*headings_of("individual"), *headings_of("province"), *headings_of("individual", "drafts"))
TIMES = headings_of("time", "headings", "exports", "drafts")


@dataclass(frozen=True, eq=False)
class Draft:
    """A plan to fill in.

    Attributes
    ----------
    file : str
        Of the data.
    rows : DataFrame
        One row per column of the file, after those for title and note; columns as the keys of
        `synergy.planning.plan_file.COLUMNS`.
    notes : tuple of str
        What of the file was read, and what was set aside.
    """

    file: str
    rows: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The rows under their Chinese headings, as they are written."""
        return self.rows.rename(columns=dict(COLUMNS))

    def assumed(self) -> PlanFile:
        """The plan as if every guess held: all indicators in one system, for a look at the file.

        Raises
        ------
        DataFileError
            No column was taken for that of the units, or none for an indicator.
        """
        lacking = [role for role in ("个体", "指标") if role not in set(self.rows["role"])]
        if lacking:
            cure = "用 press plan 写一份方案，在里面写明"
            raise DataFileError(self.file, [Fault(f"看不出哪一列是{lacking[0]}", cure=cure)])
        given = {"system": "指标", "direction": "正"}
        rows = (Row(line, **row | given) for line, row in enumerate(self._texts(), 2))
        return planned(self.file, list(rows))

    def _texts(self) -> list[dict[str, str]]:
        fields = [name for name in Row.__dataclass_fields__ if name != "line"]
        return [
            {str(key): str(cell) for key, cell in row.items()}
            for row in self.rows[fields].to_dict("records")
        ]

    def write(self, path: Path | str) -> None:
        """Write the draft as CSV, or as a workbook with menus of what is allowed.

        Raises
        ------
        DataError
            The file is there already, since it may be filled in; or its kind is another.
        """
        path = Path(path)
        if path.exists():
            raise DataError(f"{path} 已经有了，可能填过：没有覆盖。请换一个名字，或自己删去它。")
        table = self.table
        match path.suffix.lower():
            case ".csv":
                with whole_file(path) as made:
                    table.to_csv(made, index=False, encoding="utf-8-sig")
            case ".xlsx":
                write_plan_form(table, path)
            case other:
                raise DataError(f"方案只能写成 .csv 或 .xlsx，读到“{other or path.name}”。")


def draft_plan(path: Path | str, sheet: str = "", *, unit: str = "", time: str = "") -> Draft:
    """Draft the plan of a data file.

    Parameters
    ----------
    path : path
        Delimited text, Excel, Stata or Parquet, long or wide.
    sheet : str
        Name or number of a workbook's sheet.
    unit, time : str
        Columns of units and of time, if they are not to be guessed.

    Raises
    ------
    DataFileError
        The file cannot be read, or has no such columns.

    Examples
    --------
    >>> from synergy.dictionary import DATA_DIR
    >>> rows = draft_plan(DATA_DIR / "islands" / "panel.csv").rows.set_index("column")
    >>> rows.loc["珊瑚白化率（%）", ["role", "direction", "unit"]].tolist()
    ['指标', '负？', '%']
    """
    source = open_source(path)
    schema = _schema(unit, time)
    try:
        grid = chosen_grid(source, sheet, schema)
        table = find_table(grid, schema)
    except DataFileError:
        if unit or time:
            raise
        grid = chosen_grid(source, sheet, schema)
        schema = _presumed(grid)
        table = find_table(grid, schema)
    columns = {heading: table.cells[place] for place, heading in enumerate(table.headings)}
    long = _long(table)
    roles = _roles(columns, unit, time, long)
    rows = [_whole("题目"), _whole("说明"), *_columns(columns, roles, long)]
    if long:
        rows += _named(*(columns[heading] for heading in long))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).fillna("")
    return Draft(source.file, frame, (*file_notes(source, grid), *table.notes))


def _whole(role: str) -> dict[str, str]:
    hints = {"题目": "研究的题目，可以不写", "说明": "每页都要印出的话，如“合成数据”，可以不写"}
    return {"role": role, "hint": hints[role]}


# ------------------------------------------------------------------ where the table is


def _schema(unit: str, time: str) -> Schema:
    return Schema(
        unit=(word(unit),) if unit else UNITS,
        time=(word(time),) if time else () if unit else TIMES,
        name=headings_of("name"),
        value=headings_of("value"),
        measure=(),
        remark=(),
        unit_name=f"“{unit}”" if unit else "个体",
        time_name=f"“{time}”" if time else "时间",
        cure="改正 --unit 或 --time 的列名" if unit or time else "",
    )


def _presumed(grid: Grid) -> Schema:
    """Take the first line with two texts or more for the headings, whatever they are."""
    for row in grid.rows:
        texts = [cell for cell in row if isinstance(cell, str) and not is_blank(cell)]
        if len(texts) > 1:
            return Schema((word(texts[0]),), (), (), (), (), ())
    fault = Fault("找不到表头", allowed="一行列名，下面是数据", cure="在第一行写上列名")
    raise DataFileError(grid.file, [fault])


def _long(table: Table) -> tuple[str, ...]:
    """Headings of the columns of indicators and of values, of a long table only."""
    places = [table.find(headings_of("name")), table.find(headings_of("value"))]
    return tuple(table.headings[p] for p in places if p is not None) if None not in places else ()


# ------------------------------------------------------------------ what a column is


def _roles(
    columns: Mapping[str, pd.Series], unit: str, time: str, long: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Role of each column, and why if it is a guess."""
    texts = [h for h, cells in columns.items() if h not in long and not _numeric(cells)]
    years = _match(columns, time) or _known_time(columns) or _years(columns)
    who = _match(columns, unit) or _unit(columns, texts, years)
    roles = dict.fromkeys(columns, ("指标", ""))
    roles |= dict.fromkeys(texts, ("不用", "不是数"))
    for heading in texts:
        if heading != who and _groups(columns[heading], columns.get(who)):
            roles[heading] = ("分组", "猜测：同一个体各年相同")
            break
    for heading, role in ((years, "时间"), (who, "个体")):
        if heading:
            known = word(heading) in {*UNITS, *TIMES}
            roles[heading] = (role, "" if known or unit or time else "猜测")
    return roles | dict(zip(long, (("指标名", ""), ("数值", "")), strict=False))


def _match(columns: Mapping[str, pd.Series], asked: str) -> str:
    return next((h for h in columns if asked and word(h) == word(asked)), "")


def _known_time(columns: Mapping[str, pd.Series]) -> str:
    return next((h for name in TIMES for h in columns if word(h) == name), "")


def _years(columns: Mapping[str, pd.Series]) -> str:
    """A column that holds nothing but years, more than one."""
    for heading, cells in columns.items():
        years = map_unique(cells, parse_year)
        if years.notna().all() and years.nunique() > 1:
            return heading
    return ""


def _unit(columns: Mapping[str, pd.Series], texts: Sequence[str], years: str) -> str:
    """The column that, with the years, names each row once; known headings come first."""
    order = {name: place for place, name in enumerate(UNITS)}
    known = [heading for heading in columns if word(heading) in order and heading != years]
    candidates = [*sorted(known, key=lambda heading: order[word(heading)]), *texts]
    for heading in dict.fromkeys(candidates):
        key = pd.DataFrame({"unit": columns[heading].astype(str), "time": 0})
        key["time"] = columns[years].astype(str) if years else 0
        if not key.duplicated().any():
            return heading
    return next(iter(candidates), "") or _numbered(columns, years)


def _numbered(columns: Mapping[str, pd.Series], years: str) -> str:
    """The first column of whole numbers that come again year after year, each once in a year."""
    for heading, cells in columns.items():
        numbers = pd.Series(map_unique(cells, parse_number), dtype=float)
        each = numbers.groupby(columns[years].astype(str)).nunique() if years else pd.Series([0])
        whole = bool((numbers % 1 == 0).all()) and heading != years
        if whole and each.sum() == len(numbers) >= 2 * numbers.nunique():
            return heading
    return ""


def _groups(cells: pd.Series, units: pd.Series | None) -> bool:
    """Whether a column says the same of a unit in every row, and of several units."""
    if units is None:
        return False
    texts = cells.astype(str)
    each = texts.groupby(units.astype(str)).nunique()
    return bool((each == 1).all() and 1 < texts.nunique() < len(each))


def _numeric(cells: pd.Series) -> bool:
    numbers = map_unique(cells, parse_number)
    filled = ~cells.map(is_blank)
    return bool(filled.any() and numbers[filled].notna().mean() >= MOSTLY)


# ------------------------------------------------------------------ rows


def _columns(
    columns: Mapping[str, pd.Series], roles: Mapping[str, tuple[str, str]], long: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """A row per column; keys first, then values in the order of the file."""
    order = ("个体", "时间", "分组", "指标名", "数值", "指标", "不用")
    for heading in sorted(columns, key=lambda heading: order.index(roles[heading][0])):
        role, why = roles[heading]
        if role == "指标" and long:
            role, why = "不用", "长表里的其他列"
        cells = columns[heading]
        known = _indicator(heading, cells, why) if role == "指标" else _distinct(cells, why)
        called = headings_of("called", word(heading)) if role == "个体" else ()
        yield {"column": heading, "role": role, "name_zh": "".join(called), **known}


def _named(names: pd.Series, values: pd.Series) -> Iterator[dict[str, Any]]:
    """A row per indicator of a long table."""
    for name, cells in values.groupby(names.astype(str), sort=False):
        yield {"column": str(name), "role": "指标", **_indicator(str(name), cells, "")}


def _distinct(cells: pd.Series, why: str) -> dict[str, Any]:
    filled = cells[~cells.map(is_blank)]
    told = f"{filled.astype(str).nunique()} 个不同的值"
    return {"missing": len(cells) - len(filled), "hint": "；".join(filter(None, [told, why]))}


def _indicator(heading: str, cells: pd.Series, why: str) -> dict[str, Any]:
    found = np.array([v for v in map_unique(cells, parse_number) if v is not None], dtype=float)
    known, words = found[np.isfinite(found)], len(cells) - len(found)
    name, unit = split_unit(heading)
    bad = _worse(name)
    hints = [
        why,
        f"猜测：名称里有“{bad}”，越小越好" if bad else "猜测：没有看出越小越好",
        f"{words} 格不是数" if words else "",
        "只有一个值，不能用" if len(known) and np.ptp(known) == 0 else "",
    ]
    return {
        "direction": ("负" if bad else "正") + GUESS[0],
        "unit": unit,
        "name_zh": name,
        "low": f"{known.min():.6g}" if len(known) else "",
        "high": f"{known.max():.6g}" if len(known) else "",
        "missing": len(found) - len(known),
        "hint": "；".join(filter(None, hints)),
    }


def _worse(name: str) -> str:
    """The word of a name that says less is better; English words by their beginning."""
    text = name.lower()
    for bad in headings_of("worse", "words"):
        found = re.search(rf"(?<![a-z]){re.escape(bad)}", text) if bad.isascii() else bad in text
        if found:
            return bad
    return ""
