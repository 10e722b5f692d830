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

from synergy.dictionary import (
    DATA_DIR,
    INDICES,
    PARTIAL_AI,
    SYSTEMS,
    indicators,
    paper_indicators,
    units,
)
from synergy.faults import DataFileError, Fault
from synergy.reading import find_indicator, read_cells, validated

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
        What a reader must know: filled cells, values held at either end, substitutions.
    """

    values: pd.DataFrame
    filled: pd.DataFrame
    nature: Nature
    title: str
    source: str
    sha256: str
    notes: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Years in ascending order."""
        return tuple(int(y) for y in self.values.index.unique("year"))

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators present, in dictionary order."""
        return tuple(self.values.columns)

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
        return replace(self, values=within(self.values, years), filled=within(self.filled, years))


def read_panel(path: Path | str, *, nature: Nature = "own", title: str | None = None) -> Panel:
    """Read, validate and fill a panel of indicators.

    Raw series become a panel by `synergy.recipe.apply_recipe`.

    Parameters
    ----------
    path : path
        CSV (UTF-8 or GB18030), Excel, Stata or Parquet, long or wide.
    nature : {"synthetic", "real-subset", "own"}
    title : str, optional
        Defaults to the file's name.

    Raises
    ------
    DataFileError
        Chinese, naming file, line, column, value seen, values allowed and cure.
    """
    cells = read_cells(path)
    values = validated(cells, find_indicator).pivot(index=ROWS, columns="name", values="value")
    title = cells.file if title is None else title
    return build_panel(values, nature=nature, title=title, source=cells.file, sha256=cells.sha256)


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
) -> Panel:
    """Order, check and fill indicator values.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per indicator code; NaN = missing.

    Raises
    ------
    DataFileError
        If a system has no indicator, a province-year is wholly absent, or an indicator has no
        value at all in some province.
    """
    for check in (_absent_years, _absent_systems, _empty_series):
        faults = check(values)
        if faults:
            raise DataFileError(source, faults)
    values = _ordered(values)
    filled = values.isna()
    return Panel(fill_gaps(values), filled, nature, title, source, sha256, notes + _notes(filled))


def _ordered(values: pd.DataFrame) -> pd.DataFrame:
    years = sorted(values.index.unique("year"))
    index = pd.MultiIndex.from_product([units().index, years], names=ROWS)
    codes = [code for code in indicators().index if code in values.columns]
    return values.reindex(index=index, columns=codes).astype(float).rename_axis(columns=None)


def _absent_years(values: pd.DataFrame) -> list[Fault]:
    """Years in which a province has no value of any indicator, told per province."""
    years = values.index.get_level_values("year")
    first, last = years.min(), years.max()
    wanted = pd.MultiIndex.from_product([units().index, range(first, last + 1)], names=ROWS)
    lacking = wanted[~wanted.isin(values.dropna(how="all").index)].to_frame(index=False)
    return [
        Fault(
            f"{province}缺少整年的数据",
            seen="缺 " + "、".join(str(year) for year in group["year"]),
            allowed=f"{len(units())} 省、{first} 至 {last} 年，每省每年一行",
            cure="补上这些行（个别指标可留空），或删去所有省份的该年",
        )
        for province, group in lacking.groupby("province", sort=False)
    ]


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
    pairs = ((p, code) for p in empty.index for code in ordered.columns if empty.at[p, code])
    return [
        Fault(
            f"{province}的这项指标各年都缺",
            column=str(code),
            allowed="每省至少有一年的值，才能插补",
            cure="补上数据，或删去这一列",
        )
        for province, code in pairs
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
