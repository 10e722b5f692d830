"""A panel of indicators by unit and year, from a user's file or from a recipe.

The report's own panels are of provinces, balanced; a plan without a roster takes whatever units
a file holds, in whatever years. In frames a unit's level is called ``province`` all the same.

Gaps are filled as the paper does (section 3): linearly in time, inside one unit. A gap
at either end has only one neighbour in time, so it takes that neighbour's value; nothing is
extrapolated. Every filled cell stays marked in ``Panel.filled`` and is told in
``Panel.notes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from synergy.dictionary import (
    DATA_DIR,
    INDICES,
    PARTIAL_AI,
    SYSTEMS,
    paper_indicators,
    report_plan,
    units,
)
from synergy.faults import DataFileError, Fault
from synergy.plan import Plan
from synergy.reading.cells import find_indicator
from synergy.reading.columns import read_cells
from synergy.reading.judging import unit_notes, validated
from synergy.screening.doubts import Doubt, doubt_lines, find_doubts

Nature = Literal["synthetic", "real-subset", "own"]

#: What pages call a panel by its nature.
CALLED: dict[Nature, str] = {
    "real-subset": "本书数据",
    "synthetic": "演示面板（合成）",
    "own": "您的数据",
}

#: Indices and the systems that they rest on.
SYSTEMS_OF = {"U1": ("AI",), "U2": ("EQ",), "C": ("AI", "EQ"), "T": ("AI", "EQ"), "D": ("AI", "EQ")}

ROWS = ["province", "year"]


def within(frame: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Rows of a frame indexed by (``province``, ``year``) from the first year to the last."""
    year = frame.index.get_level_values("year")
    return frame[(year >= years[0]) & (year <= years[1])]


def of_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Rows of one year, indexed by ``province``."""
    return within(frame, (year, year)).droplevel("year")


@dataclass(frozen=True)
class Coverage:
    """Which of the paper's indicators a panel holds.

    Attributes
    ----------
    present, absent : tuple of str
        Codes of the paper's indicators, in dictionary order.
    added : tuple of str
        Codes of indicators that the paper does not use.
    """

    present: tuple[str, ...]
    absent: tuple[str, ...]
    added: tuple[str, ...] = ()

    def of(self, codes: Iterable[str]) -> tuple[int, int]:
        """How many of some of the paper's indicators are present, and how many they are."""
        wanted = set(codes)
        return len(wanted.intersection(self.present)), len(wanted)

    def held(self, *systems: str) -> tuple[int, int]:
        """How many of the paper's indicators of some systems are present, and of how many."""
        system_of = paper_indicators()["system"].items()
        return self.of(str(code) for code, system in system_of if system in systems)

    def named(self, column: str, language: str = "zh") -> str:
        """What an index on these indicators is called.

        That of AI has the name of its system only where all of the paper's indicators are there:
        what is left says nothing that is AI's alone.
        """
        held, total = self.held("AI")
        partial = column in ("AI", "U1") and held < total
        return (PARTIAL_AI if partial else INDICES["U1" if column == "AI" else column])[language]

    def orders(self, column: str) -> bool:
        """Whether these indicators are evidence for an order by an index or sub-index."""
        if column in SYSTEMS_OF:
            return all(enough(self.held(system)) for system in SYSTEMS_OF[column])
        if column == "AI":
            return enough(self.held("AI"))
        table = paper_indicators()
        return enough(self.of(map(str, table.index[table["dimension"] == column])))

    @property
    def complete(self) -> bool:
        """Whether the indicators are the paper's, all of them and no others."""
        return not self.absent and not self.added

    @property
    def sentence(self) -> str:
        """One Chinese sentence that every page can carry."""
        each = (f"{name} {{}}/{{}}".format(*self.held(code)) for code, name in SYSTEMS.items())
        counts = "，".join(each)
        counts += f"，另加论文没有的 {len(self.added)} 项" if self.added else ""
        if self.complete:
            return f"指标齐全：{counts}。"
        if self.absent:
            return f"指标不全：{counts}；由此得到的是部分指标的指数，不是论文的指数。"
        return f"指标齐全：{counts}；由此得到的不是论文的指数。"


def enough(count: tuple[int, int]) -> bool:
    """Whether so many indicators, out of so many, carry an ordering: at least half of them."""
    held, total = count
    return 2 * held >= total


def coverage_of(codes: Iterable[str]) -> Coverage:
    """Coverage of a set of indicator codes."""
    held = [str(code) for code in codes]
    known = [str(code) for code in paper_indicators().index]
    return Coverage(
        tuple(code for code in known if code in held),
        tuple(code for code in known if code not in held),
        tuple(code for code in held if code not in known),
    )


@dataclass(frozen=True, eq=False)
class Panel:
    """Indicator values of all units in their years, without gaps.

    Attributes
    ----------
    values : DataFrame
        Index (``province``, ``year``) in the order of the roster (GB/T 2260 code), else of the
        file, then by year; one float column per indicator present, in the order of the plan and
        in its unit unless `notes` says otherwise.
    filled : DataFrame of bool
        Same shape; True where the source had no value.
    nature : {"synthetic", "real-subset", "own"}
    title, source : str
        Chinese; `source` names the file (and recipe).
    sha256 : str
        Of the source file's bytes.
    notes : tuple of str
        What a reader must know: what was read and what set aside, filled cells, values held at
        either end, substitutions.
    doubts : tuple of Doubt
        Values of the source that can be but are unlikely.
    plan : Plan
        What the columns are.
    groups : Series
        Group of each unit; empty if there are none.
    """

    values: pd.DataFrame
    filled: pd.DataFrame
    nature: Nature
    title: str
    source: str
    sha256: str
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    plan: Plan = field(default_factory=report_plan)
    groups: pd.Series[str] = field(default_factory=lambda: units()["region"])

    @property
    def years(self) -> tuple[int, ...]:
        """Years in ascending order."""
        return tuple(sorted(int(y) for y in self.values.index.unique("year")))

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators present, in dictionary order."""
        return tuple(self.values.columns)

    @property
    def doubt_lines(self) -> list[str]:
        """The doubts in Chinese, one sentence for each problem of a column."""
        return doubt_lines(self.doubts, self.plan)

    @property
    def remarks(self) -> list[str]:
        """Notes and doubts, one line each, for whoever gave the file."""
        notes = [f"提示：{note}" for note in self.notes]
        return notes + [f"可疑：{line}" for line in self.doubt_lines]

    def coverage(self) -> Coverage:
        """Indicators present and absent."""
        return coverage_of(self.indicators)

    def restrict(self, years: tuple[int, int]) -> Panel:
        """Same panel over fewer years, both ends included.

        Raises
        ------
        DataFileError
            If the years are not inside the panel, or fewer than two remain.
        """
        first, last = years
        if not self.years[0] <= first < last <= self.years[-1]:
            allowed = f"{self.years[0]} 至 {self.years[-1]} 之间，至少两年"
            fault = Fault(
                "年份超出面板", seen=f"{first}-{last}", allowed=allowed, cure="改小年份范围"
            )
            raise DataFileError(self.source, [fault])
        doubts = tuple(doubt for doubt in self.doubts if first <= doubt.year <= last)
        values, filled = within(self.values, years), within(self.filled, years)
        return replace(self, values=values, filled=filled, doubts=doubts)


def read_panel(
    path: Path | str, sheet: str = "", *, nature: Nature = "own", title: str | None = None
) -> Panel:
    """Read, validate and fill a panel of indicators.

    Raw series become a panel by `synergy.recipe.apply_recipe`.

    Parameters
    ----------
    path : path
        Delimited text (UTF-8, UTF-16 or GB18030), Excel, Stata or Parquet, long or wide.
    sheet : str
        Name or number of a workbook's sheet; by default the first that holds a table.
    nature : {"synthetic", "real-subset", "own"}
    title : str, optional
        Defaults to the file's name.

    Raises
    ------
    DataFileError
        Chinese, naming file, line, column, value seen, values allowed and cure.
    """
    cells = read_cells(path, sheet)
    long = validated(cells, find_indicator)
    return build_panel(
        long.pivot(index=ROWS, columns="name", values="value"),
        nature=nature,
        title=cells.file if title is None else title,
        source=cells.file,
        sha256=cells.sha256,
        notes=(*cells.notes, *unit_notes(cells)),
        places=long.set_index([*ROWS, "name"]),
    )


@cache
def demo_panel() -> Panel:
    """The synthetic panel that ships with the report (30 provinces, 13 years, 31 indicators).

    Read once per process: do not modify its frames.
    """
    path = DATA_DIR / "demo" / "panel.csv"
    return read_panel(path, nature="synthetic", title="演示面板（合成数据）")


def build_panel(
    values: pd.DataFrame,
    *,
    nature: Nature,
    title: str,
    source: str,
    sha256: str,
    notes: tuple[str, ...] = (),
    places: pd.DataFrame | None = None,
    plan: Plan | None = None,
    groups: pd.Series[str] | None = None,
) -> Panel:
    """Order, check and fill indicator values.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per indicator code; NaN = missing.
    places : DataFrame, optional
        Index (``province``, ``year``, ``name``), columns ``row`` and ``column``: where in the
        file each value stands, for doubts about it.
    plan : Plan, optional
        The report's own by default.
    groups : Series, optional
        Group of each unit; by default those of the report's places.

    Raises
    ------
    DataFileError
        If a system has no indicator, or an indicator has no value at all in some unit; under a
        roster also if there is one year only, or a unit lacks a year.
    """
    plan = plan or report_plan()
    groups = units()["region"] if groups is None else groups
    whole = (_single_year, _absent_years) if plan.roster else ()
    for check in (*whole, _absent_systems, _empty_series):
        faults = check(values, plan)
        if faults:
            raise DataFileError(source, faults)
    values = _ordered(values, plan)
    filled = values.isna()
    notes, doubts = notes + _notes(filled, plan), find_doubts(values, places, plan)
    known = (fill_gaps(values), filled, nature, title, source, sha256)
    return Panel(*known, notes, doubts, plan, groups)


def _ordered(values: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Rows by unit and year, each of a roster; columns in the order of the plan."""
    names, years = plan.roster or values.index.unique(0), sorted(values.index.unique("year"))
    index = pd.MultiIndex.from_product([names, years], names=ROWS)
    rows = index if plan.roster else index[index.isin(values.index)]
    codes = [code for code in plan.indicators.index if code in values.columns]
    return values.reindex(index=rows, columns=codes).astype(float).rename_axis(columns=None)


def _single_year(values: pd.DataFrame, plan: Plan) -> list[Fault]:
    years = values.index.unique("year")
    if len(years) != 1:
        return []
    cure = "补上其他年份：只有一年看不出变化"
    return [Fault("面板只有一年", seen=str(years[0]), allowed="至少两年", cure=cure)]


def _absent_years(values: pd.DataFrame, plan: Plan) -> list[Fault]:
    """Years in which a unit of the roster has no value of any indicator, told per unit."""
    years = values.index.get_level_values("year")
    first, last = years.min(), years.max()
    wanted = pd.MultiIndex.from_product([plan.roster, range(first, last + 1)], names=ROWS)
    lacking = wanted[~wanted.isin(values.dropna(how="all").index)].to_frame(index=False)
    gaps = lacking.groupby("province", sort=False)["year"].agg(lambda y: "、".join(map(str, y)))
    return [
        Fault(
            f"{_named(same, plan)}缺少整年的数据",
            seen=f"缺 {years}",
            allowed=f"{len(plan.roster)} 个{plan.unit}、{first} 至 {last} 年，每年一行",
            cure=f"补上这些行（个别指标可留空），或删去所有{plan.unit}的该年",
        )
        for years, same in gaps.index.to_series().groupby(gaps, sort=False)
    ]


def _named(names: pd.Series[str], plan: Plan) -> str:
    few = "、".join(names.iloc[:3])
    return few if len(names) <= 3 else f"{few}等 {len(names)} 个{plan.unit}"


def _absent_systems(values: pd.DataFrame, plan: Plan) -> list[Fault]:
    codes = [code for code in plan.indicators.index if code in values.columns]
    present = set(plan.indicators.loc[codes, "system"])
    return [
        Fault(
            f"没有一项{name}指标",
            seen="、".join(codes),
            allowed="每个系统至少一项指标",
            cure="补上该系统的指标列",
        )
        for system, name in plan.systems.items()
        if system not in present
    ]


def _empty_series(values: pd.DataFrame, plan: Plan) -> list[Fault]:
    ordered = _ordered(values, plan)
    empty = ordered.isna().groupby(level="province", sort=False).all()
    return [
        Fault(
            f"{_named(empty.index[empty[code]].to_series(), plan)}的这项指标各年都缺",
            column=str(code),
            allowed=f"每个{plan.unit}至少有一年的值，才能插补",
            cure="补上数据，或删去这一列",
        )
        for code in ordered.columns
        if empty[code].any()
    ]


# ------------------------------------------------------------------ gaps


def fill_gaps(values: pd.DataFrame) -> pd.DataFrame:
    """Interpolate linearly in time inside each unit; hold the nearest value at either end.

    Parameters
    ----------
    values : DataFrame
        Index (unit, year), every column with a value in every unit.
    """
    numbers = values.to_numpy(float, copy=True)
    year = values.index.get_level_values(-1).to_numpy(float)
    unit = pd.factorize(values.index.get_level_values(0))[0]
    gaps = np.isnan(numbers)
    for place in np.unique(unit[gaps.any(axis=1)]):
        rows = np.flatnonzero(unit == place)
        for column in np.flatnonzero(gaps[rows].any(axis=0)):
            gap, known = rows[gaps[rows, column]], rows[~gaps[rows, column]]
            numbers[gap, column] = np.interp(year[gap], year[known], numbers[known, column])
    return pd.DataFrame(numbers, values.index, values.columns)


def _notes(filled: pd.DataFrame, plan: Plan) -> tuple[str, ...]:
    """Say how many cells were interpolated, and which were held at the ends."""
    if not filled.to_numpy().any():
        return ()
    held = _at_ends(filled)
    notes = [f"线性插补 {int((filled & ~held).to_numpy().sum())} 格。"]
    for code, column in held.items():
        cells = column.index[column.to_numpy()]
        if len(cells):
            years = "、".join(str(y) for y in sorted(set(cells.get_level_values("year"))))
            count = cells.get_level_values("province").nunique()
            name = plan.indicators["name_zh"][str(code)]
            notes.append(f"{name}：{count} 个{plan.unit}在 {years} 年处于首尾，取最近年份的值。")
    return tuple(notes)


def _at_ends(filled: pd.DataFrame) -> pd.DataFrame:
    """Filled cells with no observed value before, or none after, in their province."""
    forward = filled.groupby(level="province", sort=False).cummin()
    backward = filled[::-1].groupby(level="province", sort=False).cummin()[::-1]
    return forward.astype(bool) | backward.astype(bool)
