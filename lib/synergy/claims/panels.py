"""A panel of computed indices as the audit sees it, and the words to speak of it.

In the ledger's expressions ``AI``, ``EQ`` (the composite of employment quality) and ``D`` have
areas: ``AI.东部`` is a series over years, ``AI.东部[2022]`` a number, ``AI.东部[2010:2016]`` the
years 2010 to 2016, both ends included, as far as the panel holds them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.claims.ledger import Claim
from synergy.claims.printed import Printed
from synergy.coupling import grade, stage
from synergy.dictionary import NATION, REGIONS, SYSTEMS, paper_indicators
from synergy.expressions import FUNCTIONS, ExpressionError, Vocabulary, shown
from synergy.words import bottom, top

if TYPE_CHECKING:
    from synergy.evidence import Findings


class NoEvidence(Exception):
    """A panel cannot speak to a claim: why, and what would settle it (both Chinese)."""

    def __init__(self, why: str, settle: str) -> None:
        super().__init__(why)
        self.why, self.settle = why, settle


class MissingYears(NoEvidence):
    """The panel does not hold years that a claim speaks of."""


@cache
def paper_codes() -> Mapping[str, frozenset[str]]:
    """Codes of the paper's indicators, by system."""
    system_of = paper_indicators()["system"]
    codes = {name: frozenset(system_of.index[system_of == name]) for name in SYSTEMS}
    return MappingProxyType(codes)


def _all_of(systems: Iterable[str]) -> frozenset[str]:
    return frozenset(code for system in systems for code in paper_codes()[system])


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
    present : frozenset of str
        Codes of the indicators the indices rest on, those that the paper does not use too.
    """

    name: str
    nature: str
    frame: pd.DataFrame
    regional: pd.DataFrame
    present: frozenset[str]

    @property
    def synthetic(self) -> bool:
        """Whether the panel is simulated."""
        return self.nature == "synthetic"

    def held(self, systems: Iterable[str] = SYSTEMS) -> tuple[int, int]:
        """How many of the paper's indicators of some systems are present, and of how many."""
        wanted = _all_of(systems)
        return len(wanted & self.present), len(wanted)

    @property
    def complete(self) -> bool:
        """Whether exactly the paper's indicators are present, so that levels are comparable."""
        return self.present == _all_of(SYSTEMS)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years, ascending."""
        return tuple(sorted({int(y) for y in self.frame.index.get_level_values("year")}))

    @cached_property
    def _means(self) -> dict[str, pd.DataFrame]:
        order, long = [*REGIONS, NATION], self.regional
        names = long.columns.difference(["region", "year"])
        return {n: long.pivot(index="year", columns="region", values=n)[order] for n in names}

    def means(self, column: str) -> pd.DataFrame:
        """Regional means of a column: index year, columns the four regions and 全国."""
        return self._means[column]

    def by_province(self, column: str) -> pd.DataFrame:
        """Values of a column: index province, columns years."""
        return self.frame[column].unstack("year")

    @cached_property
    def region_of(self) -> pd.Series[str]:
        """Region of every province."""
        return self.frame["region"].groupby(level="province").first()


def view_findings(findings: Findings) -> PanelView:
    """View the findings of :mod:`synergy.evidence`."""
    return PanelView(
        findings.name,
        findings.nature,
        findings.frame,
        findings.regional,
        frozenset(findings.weights.index),
    )


def missing_years(view: PanelView, *years: int) -> MissingYears:
    """Name the years among these that the panel does not hold."""
    held = f"{view.years[0]}—{view.years[-1]}"
    absent = "、".join(sorted(str(year) for year in set(years) - set(view.years)))
    return MissingYears(f"本面板覆盖 {held}，缺 {absent} 年", "覆盖这些年份的面板")


def years_looked_up(tree: ast.expr) -> set[int]:
    """Years by which an expression looks something up, as in ``AI.全国[2010]``."""
    keys = (node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    return {
        key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, int)
    }


# ------------------------------------------------------------------ words

#: Column of a panel's frame behind each index.
COLUMNS = {"AI": "U1", "EQ": "U2", "D": "D"}


class Index:
    """One index of a panel: its areas by name, and a few ways to look across areas."""

    def __init__(self, view: PanelView, column: str) -> None:
        self.view, self.column = view, column

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Years by areas: the regions, the nation, every province."""
        return self.view.means(self.column).join(self.view.by_province(self.column).T)

    @property
    def regions(self) -> pd.DataFrame:
        """The four regions by years."""
        return self.areas[list(REGIONS)].T

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """Provinces by years."""
        return self.view.by_province(self.column)

    def of(self, region: str) -> pd.DataFrame:
        """Provinces of a region by years."""
        return self.provinces[self.view.region_of == region]

    def rest(self, region: str) -> pd.Series[float]:
        """Highest of the other regions in every year."""
        return self.areas[list(REGIONS)].drop(columns=region).max(axis=1)

    def place(self, province: str) -> pd.Series[float]:
        """Rank of a province in every year, 1 = highest."""
        ranks: pd.Series[float] = self.provinces.rank(ascending=False).T[province]
        return ranks

    def lowest(self, region: str) -> pd.Series[str]:
        """Last province of a region in every year."""
        names: pd.Series[str] = self.of(region).idxmin().astype(str)
        return names

    def named(self, name: str) -> Any:
        """What ``AI.name`` stands for."""
        if name in ("regions", "provinces", "of", "rest", "place", "lowest"):
            return getattr(self, name)
        if name in self.areas:
            return self.areas[name]
        known = "、".join(("regions、provinces、of、rest、place、lowest", NATION, *REGIONS))
        raise ExpressionError(f"“.{name}”不是地区或省份；可用 {known} 和各省简称")


@lru_cache(maxsize=32)
def _index(view: PanelView, column: str) -> Index:
    return Index(view, column)


class PanelWords(Vocabulary):
    """Words for a test on one panel.

    Parameters
    ----------
    view : PanelView
    claim : Claim, optional
        Its printed number is called `value`.
    more : mapping, optional
        Functions of a panel beside those of this module.
    """

    def __init__(
        self,
        view: PanelView,
        claim: Claim | None = None,
        more: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        self.view = view
        first, last = view.years[0], view.years[-1]
        names: dict[str, Any] = {
            **FUNCTIONS,
            **{name: _index(view, column) for name, column in COLUMNS.items()},
            "first": first,
            "last": last,
            "span": f"{first}—{last}",
            "since": self.since,
            "pace": self.pace,
            "rises": self.rises,
            "grade": partial(_labelled, grade),
            "stage": partial(_labelled, stage),
            **{f.__name__: f for f in _PANEL_FUNCTIONS},
            **{name: partial(function, view) for name, function in more.items()},
        }
        if claim is not None and claim.printed:
            names |= {"value": Printed.of(claim), "printed": claim.printed}
        super().__init__(names)

    def attribute(self, owner: Any, name: str) -> Any:
        """An area of an index."""
        if isinstance(owner, Index):
            return owner.named(name)
        return super().attribute(owner, name)

    def item(self, owner: Any, key: Any) -> Any:
        """A year or a span of years of a series or table; an area of a cross-section.

        Raises
        ------
        NoEvidence
            If the panel does not hold the years.
        """
        if isinstance(owner, pd.DataFrame):
            return owner[self._held(key, owner.columns)]
        if not isinstance(owner, pd.Series):
            return super().item(owner, key)
        if isinstance(key, slice):
            chosen = owner.loc[key.start : key.stop]
            if chosen.empty:
                raise missing_years(self.view, *(int(y) for y in (key.start, key.stop) if y))
            return chosen
        value = owner[self._held(key, owner.index)]
        return value if isinstance(value, str) else float(value)

    def _held(self, key: Any, labels: pd.Index) -> Any:
        if key not in labels:
            if isinstance(key, int):
                raise missing_years(self.view, key)
            raise ExpressionError(f"“[{key!r}]”取不到内容")
        return key

    def since(self, year: int) -> int:
        """First year of the panel not before a year."""
        return min((y for y in self.view.years if y >= year), default=self.view.years[-1])

    def pace(self, path: pd.Series[float], start: int, end: int) -> float:
        """Mean yearly change between two years."""
        if not start < end:
            raise missing_years(self.view, start, end)
        return float(self.item(path, end) - self.item(path, start)) / (end - start)

    def rises(self, path: pd.Series[float]) -> bool:
        """Whether a path rises in every year."""
        if len(path) < 2:
            raise missing_years(self.view, int(path.index[0]) - 1)
        return bool((steps(path) > 0).all())


def steps(path: pd.Series[float]) -> pd.Series[float]:
    """Change on the year before."""
    return path.diff().dropna()


def course(path: pd.Series[float]) -> str:
    """First and last value of a path, and the years in which it fell."""
    years = path.index
    fell = [str(year) for year in years[1:][(steps(path) <= 0).to_numpy()]]
    word = f"{'、'.join(fell)} 年下降" if fell else "逐年上升"
    return f"{years[0]}—{years[-1]} 年由 {path.iloc[0]:.4f} 到 {path.iloc[-1]:.4f}，{word}"


def graded(path: pd.Series[float], labels: pd.Series[str]) -> str:
    """First and last value of a path with their labels."""
    ends = [path.index[0], path.index[-1]]
    parts = [f"{year} 年 {path[year]:.3f}（{labels[year]}）" for year in dict.fromkeys(ends)]
    return "→".join(parts)


def years_of(path: pd.Series[float]) -> str:
    """First and last year of a path."""
    return f"{path.index[0]}—{path.index[-1]}"


def _labelled(function: Callable[[Any], Any], values: Any) -> Any:
    if isinstance(values, pd.Series):
        return function(values)
    return str(function(pd.Series([float(values)])).iloc[0])


def margin(values: pd.Series[float], *names: str) -> float:
    """Lowest of some areas minus the highest of the others."""
    return float(values[list(names)].min() - values.drop(list(names)).max())


def ahead(values: pd.Series[float], *names: str) -> float:
    """Lowest of some areas over the highest of the others."""
    return float(values[list(names)].min() / values.drop(list(names)).max())


def where(holds: pd.Series[bool]) -> list[str]:
    """Where a comparison holds."""
    return [str(name) for name in holds.index[holds]]


def share(holds: pd.Series[bool]) -> float:
    """In which share of years or areas a comparison holds."""
    return float(holds.mean())


def count(holds: pd.Series[bool]) -> int:
    """In how many years or areas a comparison holds."""
    return int(holds.sum())


def among(labels: pd.Series[str], *allowed: str) -> pd.Series[bool]:
    """Where a label is one of some."""
    return labels.isin(allowed)


def excess(one: pd.Series[float], other: pd.Series[float]) -> pd.Series[float]:
    """By which share the larger of two paths exceeds the smaller, year by year."""
    both = pd.concat([one, other], axis=1)
    return both.max(axis=1) / both.min(axis=1) - 1


def correlation(table: pd.DataFrame) -> float:
    """Least correlation over years between any two rows."""
    return float(np.corrcoef(table.to_numpy(float)).min())


def listing(values: pd.Series[float], spec: str, count: int = 99) -> str:
    """Areas with their values; with `count` only so many, the highest first."""
    if count < len(values):
        values = values.sort_values(ascending=False).head(count)
    return "，".join(f"{name} {shown(value, spec)}" for name, value in values.items())


_PANEL_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *(steps, course, graded, years_of, margin, ahead, top, bottom, where, share, count),
    *(among, excess, correlation, listing),
)
