"""A balanced panel of indicators by province and year, read from a user's file.

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
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR, indicators, provinces
from synergy.faults import DataError, DataFileError, Fault
from synergy.panel.interpolation import fill_gaps, fill_notes
from synergy.panel.parsing import find_indicator
from synergy.panel.reading import read_cells
from synergy.panel.validation import check_grid, validated

if TYPE_CHECKING:
    from synergy.recipe import Recipe

__all__ = [
    "Coverage",
    "DataError",
    "Nature",
    "Panel",
    "build_panel",
    "coverage_of",
    "demo_panel",
    "read_panel",
]

Nature = Literal["synthetic", "real-subset", "own"]


@dataclass(frozen=True)
class Coverage:
    """Which of the paper's 31 indicators a panel holds.

    Attributes
    ----------
    present, absent : tuple of str
        Indicator codes in dictionary order.
    """

    present: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def n_ai(self) -> int:
        """Indicators present of the 9 of the AI system."""
        return int((indicators().loc[list(self.present), "system"] == "AI").sum())

    @property
    def n_eq(self) -> int:
        """Indicators present of the 22 of the employment-quality system."""
        return len(self.present) - self.n_ai

    @property
    def complete(self) -> bool:
        """Whether all 31 are present."""
        return not self.absent

    @property
    def sentence(self) -> str:
        """One Chinese sentence that every page can carry."""
        if self.complete:
            return "指标齐全：人工智能 9/9，就业质量 22/22。"
        return (
            f"指标不全：人工智能 {self.n_ai}/9，就业质量 {self.n_eq}/22；"
            "由此得到的是部分指标的指数，不是论文的指数。"
        )


def coverage_of(codes: Iterable[str]) -> Coverage:
    """Coverage of a set of indicator codes."""
    held = set(codes)
    known = [str(code) for code in indicators().index]
    return Coverage(
        tuple(code for code in known if code in held),
        tuple(code for code in known if code not in held),
    )


@dataclass(frozen=True, eq=False)
class Panel:
    """Indicator values of 30 provinces over consecutive years, without gaps.

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
    def provinces(self) -> tuple[str, ...]:
        """Short Chinese names, ordered by code."""
        return tuple(self.values.index.unique("province"))

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
            fault = Fault(
                "年份超出面板",
                seen=f"{first}-{last}",
                allowed=f"{self.years[0]} 至 {self.years[-1]} 之间，至少两年",
                cure="改小年份范围",
            )
            raise DataFileError(self.source, [fault])
        year = self.values.index.get_level_values("year")
        keep = (year >= first) & (year <= last)
        return replace(self, values=self.values.loc[keep], filled=self.filled.loc[keep])


def read_panel(
    path: Path | str,
    *,
    recipe: Recipe | Path | str | None = None,
    nature: Nature = "own",
    title: str | None = None,
) -> Panel:
    """Read, validate and fill a panel.

    Parameters
    ----------
    path : path
        CSV (UTF-8 or GB18030), Excel, Stata or Parquet, long or wide.
    recipe : Recipe or path, optional
        How to form indicators, if the file holds raw series.
    nature : {"synthetic", "real-subset", "own"}
    title : str, optional
        Defaults to the recipe's title or the file's name.

    Raises
    ------
    DataFileError
        Chinese, naming file, line, column, value seen, values allowed and cure.
    """
    if recipe is not None:
        from synergy.recipe import Recipe, apply_recipe, read_recipe, read_series

        recipe = recipe if isinstance(recipe, Recipe) else read_recipe(recipe)
        panel = apply_recipe(read_series(path), recipe, nature=nature)
        return panel if title is None else replace(panel, title=title)
    cells = read_cells(path)
    frame = validated(cells, find_indicator)
    values = frame.pivot(index=["province", "year"], columns="name", values="value")
    return build_panel(
        values, nature=nature, title=title or cells.file, source=cells.file, sha256=cells.sha256
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
    check_grid(source, values)
    values = _ordered(values)
    _check_systems(source, values)
    _check_fillable(source, values)
    filled = values.isna()
    values = fill_gaps(values)
    return Panel(values, filled, nature, title, source, sha256, notes + fill_notes(filled))


def _ordered(values: pd.DataFrame) -> pd.DataFrame:
    codes = [code for code in indicators().index if code in values.columns]
    index = pd.MultiIndex.from_product(
        [provinces().index, sorted(values.index.unique("year"))], names=["province", "year"]
    )
    ordered = values.reindex(index=index, columns=codes).astype(float)
    return ordered.rename_axis(columns=None)


def _check_systems(source: str, values: pd.DataFrame) -> None:
    present = set(indicators().loc[list(values.columns), "system"])
    names = {"AI": "人工智能", "EQ": "就业质量"}
    faults = [
        Fault(
            f"没有一项{names[system]}指标",
            seen="、".join(values.columns),
            allowed="每个系统至少一项指标",
            cure="补上该系统的指标列",
        )
        for system in names
        if system not in present
    ]
    if faults:
        raise DataFileError(source, faults)


def _check_fillable(source: str, values: pd.DataFrame) -> None:
    empty = values.isna().groupby(level="province", sort=False).all()
    faults = [
        Fault(
            f"{province}的这项指标各年都缺",
            column=str(code),
            allowed="每省至少有一年的值，才能插补",
            cure="补上数据，或删去这一列",
        )
        for province, code in zip(
            *(
                axis[hit]
                for axis, hit in zip(empty.axes, np.nonzero(empty.to_numpy()), strict=True)
            ),
            strict=True,
        )
    ]
    if faults:
        raise DataFileError(source, faults)
