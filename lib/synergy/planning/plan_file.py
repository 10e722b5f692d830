"""A reader's plan: a table that says what each column of a data file is, in Chinese or Excel.

One row a column. `synergy.planning.draft` writes it with what can be read or guessed, the reader
fills in the rest, :func:`read_plan` refuses what is missing, contradictory or still a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from synergy.dictionary import tidy_name
from synergy.faults import DataFileError, Fault
from synergy.files.source import open_source
from synergy.plan import ALL, Plan
from synergy.reading.cells import is_blank, shown, split_unit
from synergy.reading.columns import chosen_grid
from synergy.reading.headings import Table, find_table
from synergy.reading.schema import Schema, word

#: Columns of a plan by what they hold. The last four only inform.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "column": "列名",
        "role": "用途",
        "system": "系统",
        "dimension": "维度",
        "direction": "方向",
        "unit": "单位",
        "name_zh": "中文名",
        "name_en": "英文名",
        "low": "最小",
        "high": "最大",
        "missing": "缺失",
        "hint": "提示",
    }
)

#: What a column can be. 题目 and 说明 are rows without a column, about the whole.
ROLES = ("个体", "时间", "分组", "指标", "指标名", "数值", "不用", "题目", "说明")
ONCE = ("个体", "时间", "分组", "指标名", "数值", "题目")

DIRECTIONS: Mapping[str, int] = MappingProxyType(
    {"正": 1, "正向": 1, "+": 1, "1": 1, "越大越好": 1, "负": -1, "负向": -1, "-": -1, "-1": -1}
    | {"越小越好": -1, "逆": -1, "逆向": -1}
)
#: Ends of a guess that nobody has confirmed.
GUESS = ("？", "?")

_SIGNS = str.maketrans({"＋": "+", "－": "-", "−": "-", "–": "-", "—": "-"})
_SCHEMA = Schema(
    unit=(word(COLUMNS["column"]),),
    time=(word(COLUMNS["role"]),),
    name=(),
    value=(),
    measure=(),
    remark=(),
    unit_name="“列名”",
    time_name="“用途”",
    cure="检查 --plan 给的是不是方案：方案由 press plan 写出",
)


@dataclass(frozen=True)
class Row:
    """One row of a plan as written; ``line`` is its line in the file."""

    line: int
    column: str
    role: str
    system: str
    dimension: str
    direction: str
    unit: str
    name_zh: str
    name_en: str

    def fault(self, problem: str, field: str, allowed: str = "", cure: str = "") -> Fault:
        """Something wrong in one cell of the row."""
        seen = shown(getattr(self, field))
        seen = f"{self.column}：{seen}" if self.column and field != "column" else seen
        return Fault(problem, self.line, COLUMNS[field], seen, allowed, cure)


@dataclass(frozen=True, eq=False)
class PlanFile:
    """A plan and by which headings a data file is read with it.

    Attributes
    ----------
    file : str
    plan : Plan
        Bounds of the indicators are not known yet.
    schema : Schema
    codes : mapping of str to str
        Code of an indicator by its heading, as `synergy.reading.schema.word` writes it.
    """

    file: str
    plan: Plan
    schema: Schema
    codes: Mapping[str, str]

    def find(self, text: object) -> str | None:
        """Code of the indicator that a heading names, or None."""
        return self.codes.get(word(text))


def read_plan(path: Path | str, *, unit: str = "", time: str = "") -> PlanFile:
    """Read and check a plan.

    Parameters
    ----------
    path : path
        CSV or Excel as :func:`synergy.planning.draft.draft_plan` writes it, filled in.
    unit, time : str
        Columns of units and of time where the plan does not say or says otherwise.

    Raises
    ------
    DataFileError
        Chinese, naming line, column, value seen, values allowed and cure.

    Examples
    --------
    >>> from synergy.dictionary import DATA_DIR
    >>> plan = read_plan(DATA_DIR / "islands" / "plan.csv").plan
    >>> list(plan.systems.values()), plan.unit
    (['旅游', '礁海', '岛民'], '海岛')
    """
    path = Path(path)
    rows = [_overridden(row, unit, time) for row in _rows(path)]
    rows += _added(rows, unit, time)
    faults = [*_row_faults(rows), *_whole_faults(rows)]
    if faults:
        raise DataFileError(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    return planned(path.name, rows)


def planned(file: str, rows: Sequence[Row]) -> PlanFile:
    """Plan of rows in which nothing is wrong."""
    plan = _plan(rows)
    codes = {word(row.column): row.column for row in _of(rows, "指标")}
    return PlanFile(file, plan, _schema(file, rows, plan), codes)


# ------------------------------------------------------------------ rows as written


def _rows(path: Path) -> list[Row]:
    source = open_source(path)
    table = find_table(chosen_grid(source, "", _SCHEMA), _SCHEMA)
    texts = {field: _texts(table, heading) for field, heading in COLUMNS.items()}
    fields = list(Row.__dataclass_fields__)[1:]
    lines = [int(line) for line in table.cells.index]
    cells = zip(*(texts[field] for field in fields), strict=True)
    return [Row(line, *row) for line, row in zip(lines, cells, strict=True)]


def _texts(table: Table, heading: str) -> list[str]:
    place = table.find([word(heading)])
    if place is None:
        return [""] * len(table.cells)
    return ["" if is_blank(cell) else str(cell).strip() for cell in table.cells[place]]


def _overridden(row: Row, unit: str, time: str) -> Row:
    """The row with the role that the command line gives its column."""
    for role, column in (("个体", unit), ("时间", time)):
        if column and word(row.column) == word(column):
            return replace(row, role=role)
        if column and row.role == role:
            row = replace(row, role="不用")
    return row


def _added(rows: Sequence[Row], unit: str, time: str) -> list[Row]:
    """Rows for columns that the command line names and the plan does not."""
    known = {word(row.column) for row in rows}
    asked = {"个体": unit, "时间": time}
    blank = [""] * (len(Row.__dataclass_fields__) - 3)
    return [
        Row(0, column, role, *blank)
        for role, column in asked.items()
        if column and word(column) not in known
    ]


def _of(rows: Sequence[Row], role: str) -> list[Row]:
    return [row for row in rows if row.role == role]


# ------------------------------------------------------------------ what is wrong


def _row_faults(rows: Sequence[Row]) -> Iterator[Fault]:
    for row in rows:
        if row.role not in ROLES:
            cure = "从允许的用途里选一个；不进指数的列写“不用”"
            yield row.fault("用途看不懂", "role", "、".join(ROLES), cure)
        elif row.role not in ("题目", "说明") and not row.column:
            yield row.fault("没有写列名", "column", "数据文件里的列名", "补上列名，或删去这一行")
        elif row.role == "指标":
            yield from _indicator_faults(row)


def _indicator_faults(row: Row) -> Iterator[Fault]:
    if not row.system:
        cure = "写上它属于哪个系统；不进指数就把用途改成“不用”"
        yield row.fault("没有写系统", "system", "系统的名称，自己取", cure)
    if row.direction.endswith(GUESS):
        cure = "核对后去掉问号"
        yield row.fault("方向还是猜测", "direction", "正、负", cure)
    elif _direction(row) is None:
        yield row.fault("方向看不懂", "direction", "正、负", "越大越好写“正”，越小越好写“负”")


def _direction(row: Row) -> int | None:
    return DIRECTIONS.get(tidy_name(row.direction).translate(_SIGNS).removesuffix(".0"))


def _whole_faults(rows: Sequence[Row]) -> Iterator[Fault]:
    """Roles given to several columns, none for the units, names used twice, one system only."""
    if not _of(rows, "个体"):
        cure = "把城市、国家、企业所在的那一列的用途改成“个体”，或用 --unit 说明"
        yield Fault("没有哪一列是个体", None, COLUMNS["role"], "", "恰好一列", cure)
    for role in ONCE:
        for row in _of(rows, role)[1:]:
            yield row.fault("用途重复", "role", f"“{role}”至多一行", "改掉其中一行的用途")
    yield from _repeated(rows, "column", "列名")
    yield from _repeated(_of(rows, "指标"), "name_zh", "中文名")
    systems = dict.fromkeys(row.system for row in _of(rows, "指标") if row.system)
    if len(systems) < 2:
        seen, cure = "、".join(systems), "把指标分到两个或更多的系统里"
        yield Fault("系统不到两个，谈不上耦合", None, COLUMNS["system"], seen, "至少两个", cure)
    if bool(_of(rows, "指标名")) != bool(_of(rows, "数值")):
        cure = "长表要有“指标名”和“数值”各一列；宽表两样都不写"
        yield Fault("“指标名”和“数值”只有一样", None, COLUMNS["role"], cure=cure)


def _repeated(rows: Sequence[Row], field: str, called: str) -> Iterator[Fault]:
    named = sorted((row for row in rows if getattr(row, field)), key=lambda r: _key(r, field))
    for _, same in groupby(named, key=lambda r: _key(r, field)):
        for row in [*same][1:]:
            yield row.fault(f"{called}重复", field, f"{called}各不相同", "改掉其中一个")


def _key(row: Row, field: str) -> str:
    return word(getattr(row, field))


# ------------------------------------------------------------------ the plan


def _plan(rows: Sequence[Row]) -> Plan:
    """The plan; its codes are numbers, so that no name can be taken for a column of scores."""
    members = _of(rows, "指标")
    systems = {name: f"S{k}" for k, name in enumerate(dict.fromkeys(r.system for r in members), 1)}
    pairs = dict.fromkeys((row.system, row.dimension) for row in members)
    dimensions = {
        (system, name): f"{systems[system]}_{k}" if name else systems[system]
        for k, (system, name) in enumerate(pairs, 1)
    }
    table = pd.DataFrame([_facts(row, systems, dimensions) for row in members])
    twice = table["name_zh"].duplicated(keep=False)
    table["name_zh"] = table["name_zh"].where(~twice, table["code"])
    (unit,) = (_called(row) for row in _of(rows, "个体"))
    group = next((_called(row) for row in _of(rows, "分组")), "分组")
    return Plan(
        title=next((r.name_zh for r in _of(rows, "题目") if r.name_zh), "与".join(systems)),
        indicators=table.set_index("code"),
        systems={code: name for name, code in systems.items()},
        dimensions={code: name or system for (system, name), code in dimensions.items()},
        variables=tuple(f"U{k}" for k in range(1, len(systems) + 1)),
        unit=unit,
        whole=f"{ALL}{unit}",
        group=group,
        note=" ".join(r.name_zh for r in _of(rows, "说明") if r.name_zh),
    )


def _facts(
    row: Row, systems: Mapping[str, str], dimensions: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    name, unit = split_unit(row.column)
    return {
        "code": row.column,
        "system": systems[row.system],
        "dimension": dimensions[row.system, row.dimension],
        "direction": _direction(row),
        "unit": row.unit or unit,
        "name_zh": row.name_zh or name,
        "name_en": row.name_en,
        "lower": np.nan,
        "upper": np.nan,
    }


def _called(row: Row) -> str:
    return row.name_zh or row.column


def _schema(file: str, rows: Sequence[Row], plan: Plan) -> Schema:
    headings = {role: tuple(word(row.column) for row in _of(rows, role)) for role in ROLES}
    long = bool(headings["数值"])
    return Schema(
        unit=headings["个体"],
        time=headings["时间"],
        name=headings["指标名"],
        value=headings["数值"],
        measure=(),
        remark=headings["不用"],
        group=headings["分组"],
        values=None if long else headings["指标"],
        unit_name=plan.unit,
        time_name=next((_called(row) for row in _of(rows, "时间")), ""),
        cure=f"改正方案 {file} 里的列名（或 --unit、--time），或者改数据里的标题",
    )
