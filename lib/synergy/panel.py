"""A balanced panel of indicators by province and year, from a user's file or from a recipe.

Gaps are filled as the paper does (section 3): linearly in time, inside one province. A gap
at either end has only one neighbour in time, so it takes that neighbour's value; nothing is
extrapolated. Every filled cell stays marked in ``Panel.filled`` and is told in
``Panel.notes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from synergy.cells import find_indicator
from synergy.dictionary import DATA_DIR, SYSTEMS, indicators, paper_indicators, units
from synergy.doubts import Doubt, doubt_lines, find_doubts
from synergy.faults import DataFileError, Fault
from synergy.judging import unit_notes, validated
from synergy.reading import read_cells

Nature = Literal["synthetic", "real-subset", "own"]

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

    def held(self, *systems: str) -> tuple[int, int]:
        """How many of the paper's indicators of some systems are present, and of how many."""
        system_of = paper_indicators()["system"].items()
        wanted = {str(code) for code, system in system_of if system in systems}
        return len(wanted.intersection(self.present)), len(wanted)

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
    """Indicator values of all units over consecutive years, without gaps.

    Attributes
    ----------
    values : DataFrame
        Index (``province``, ``year``) by GB/T 2260 code then year; one float column per
        indicator present, in dictionary order and in the dictionary's unit unless `notes`
        says otherwise.
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
    """

    values: pd.DataFrame
    filled: pd.DataFrame
    nature: Nature
    title: str
    source: str
    sha256: str
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Years in ascending order."""
        return tuple(int(y) for y in self.values.index.unique("year"))

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators present, in dictionary order."""
        return tuple(self.values.columns)

    @property
    def doubt_lines(self) -> list[str]:
        """The doubts in Chinese, one sentence for each problem of a column."""
        return doubt_lines(self.doubts)

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
) -> Panel:
    """Order, check and fill indicator values.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per indicator code; NaN = missing.
    places : DataFrame, optional
        Index (``province``, ``year``, ``name``), columns ``row`` and ``column``: where in the
        file each value stands, for doubts about it.

    Raises
    ------
    DataFileError
        If there is one year only, a system has no indicator, a province-year is wholly absent,
        or an indicator has no value at all in some province.
    """
    for check in (_single_year, _absent_years, _absent_systems, _empty_series):
        faults = check(values)
        if faults:
            raise DataFileError(source, faults)
    values = _ordered(values)
    filled = values.isna()
    notes, doubts = notes + _notes(filled), find_doubts(values, places)
    return Panel(fill_gaps(values), filled, nature, title, source, sha256, notes, doubts)


def _ordered(values: pd.DataFrame) -> pd.DataFrame:
    years = sorted(values.index.unique("year"))
    index = pd.MultiIndex.from_product([units().index, years], names=ROWS)
    codes = [code for code in indicators().index if code in values.columns]
    return values.reindex(index=index, columns=codes).astype(float).rename_axis(columns=None)


def _single_year(values: pd.DataFrame) -> list[Fault]:
    years = values.index.unique("year")
    if len(years) != 1:
        return []
    cure = "补上其他年份：只有一年看不出变化"
    return [Fault("面板只有一年", seen=str(years[0]), allowed="至少两年", cure=cure)]


def _absent_years(values: pd.DataFrame) -> list[Fault]:
    """Years in which a province has no value of any indicator, told per province."""
    years = values.index.get_level_values("year")
    first, last = years.min(), years.max()
    wanted = pd.MultiIndex.from_product([units().index, range(first, last + 1)], names=ROWS)
    lacking = wanted[~wanted.isin(values.dropna(how="all").index)].to_frame(index=False)
    gaps = lacking.groupby("province", sort=False)["year"].agg(lambda y: "、".join(map(str, y)))
    return [
        Fault(
            f"{_named(same)}缺少整年的数据",
            seen=f"缺 {years}",
            allowed=f"{len(units())} 省、{first} 至 {last} 年，每省每年一行",
            cure="补上这些行（个别指标可留空），或删去所有省份的该年",
        )
        for years, same in gaps.index.to_series().groupby(gaps, sort=False)
    ]


def _named(provinces: pd.Series[str]) -> str:
    few = "、".join(provinces.iloc[:3])
    return few if len(provinces) <= 3 else f"{few}等 {len(provinces)} 省"


def _absent_systems(values: pd.DataFrame) -> list[Fault]:
    codes = [code for code in indicators().index if code in values.columns]
    present = set(indicators().loc[codes, "system"])
    return [
        Fault(
            f"没有一项{name}指标",
            seen="、".join(codes),
            allowed="每个系统至少一项指标",
            cure="补上该系统的指标列",
        )
        for system, name in SYSTEMS.items()
        if system not in present
    ]


def _empty_series(values: pd.DataFrame) -> list[Fault]:
    ordered = _ordered(values)
    empty = ordered.isna().groupby(level="province", sort=False).all()
    return [
        Fault(
            f"{_named(empty.index[empty[code]].to_series())}的这项指标各年都缺",
            column=str(code),
            allowed="每省至少有一年的值，才能插补",
            cure="补上数据，或删去这一列",
        )
        for code in ordered.columns
        if empty[code].any()
    ]


# ------------------------------------------------------------------ gaps


def fill_gaps(values: pd.DataFrame) -> pd.DataFrame:
    """Interpolate linearly inside each province; hold the nearest value at either end.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``) with consecutive years in order.
    """
    return values.groupby(level="province", sort=False, group_keys=False).apply(
        lambda block: block.interpolate(method="linear", limit_direction="both")
    )


def _notes(filled: pd.DataFrame) -> tuple[str, ...]:
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
            name = indicators()["name_zh"][str(code)]
            notes.append(f"{name}：{count} 省在 {years} 年处于首尾，取最近年份的值。")
    return tuple(notes)


def _at_ends(filled: pd.DataFrame) -> pd.DataFrame:
    """Filled cells with no observed value before, or none after, in their province."""
    forward = filled.groupby(level="province", sort=False).cummin()
    backward = filled[::-1].groupby(level="province", sort=False).cummin()[::-1]
    return forward.astype(bool) | backward.astype(bool)
