"""A panel of computed indices as the audit sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from synergy.dictionary import NATION, REGIONS

ALL_INDICATORS = 31


@dataclass(frozen=True, eq=False)
class PanelView:
    """One panel taken through index and coupling.

    Attributes
    ----------
    name : str
        Chinese title.
    nature : {"synthetic", "real-subset", "own"}
    frame : DataFrame
        Index (`province`, `year`); columns `region`, `AI`, `LR`, `EQ`, `SS`, `LQ`, `U1`, `U2`,
        `C`, `T`, `D`, `grade`, `stage`. The composite of employment quality is `U2`; the column
        `EQ` is the dimension "employment environment".
    regional : DataFrame
        Long: `region` (with 全国), `year` and unweighted means.
    n_indicators : int
        How many of the 31 indicators the indices rest on.
    """

    name: str
    nature: str
    frame: pd.DataFrame
    regional: pd.DataFrame
    n_indicators: int

    @property
    def complete(self) -> bool:
        """Whether all indicators are present, so that printed levels are comparable."""
        return self.n_indicators == ALL_INDICATORS

    @property
    def synthetic(self) -> bool:
        """Whether the panel is simulated."""
        return self.nature == "synthetic"

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years, ascending."""
        return tuple(sorted({int(y) for y in self.frame.index.get_level_values("year")}))

    def start(self, year: int) -> int:
        """First year not before `year`."""
        return min((y for y in self.years if y >= year), default=self.years[-1])

    def covers(self, *years: int) -> bool:
        """Whether the panel holds all these years."""
        return set(years) <= set(self.years)

    @cached_property
    def _means(self) -> dict[str, pd.DataFrame]:
        order, long = [*REGIONS, NATION], self.regional
        names = long.columns.difference(["region", "year"])
        return {n: long.pivot(index="year", columns="region", values=n)[order] for n in names}

    def means(self, column: str) -> pd.DataFrame:
        """Regional means of a column: index year, columns the four regions and 全国."""
        return self._means[column]

    def mean_row(self, column: str, year: int) -> pd.Series[float]:
        """Regional means of a column in one year."""
        row: pd.Series[float] = self.means(column).T[year]
        return row

    def by_province(self, column: str) -> pd.DataFrame:
        """Values of a column: index province, columns years."""
        return self.frame[column].unstack("year")

    def members(self, region: str) -> list[str]:
        """Provinces of a region."""
        first = self.frame["region"].groupby(level="province").first()
        return [str(name) for name in first.index[first == region]]


def view_findings(findings: Any) -> PanelView:
    """View of an object with the attributes of ``synergy.evidence.Findings``."""
    coverage = findings.coverage
    return PanelView(
        findings.name,
        findings.nature,
        findings.frame,
        findings.regional,
        int(coverage.n_ai) + int(coverage.n_eq),
    )


def join(names: Sequence[str]) -> str:
    """Join Chinese names with the enumeration comma."""
    return "、".join(str(name) for name in names)
