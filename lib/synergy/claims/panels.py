"""A panel of computed indices as the audit sees it, and the words to speak of it.

In the ledger's expressions ``AI``, ``EQ`` (the composite of employment quality) and ``D`` have
areas: ``AI.东部`` is a series over years, ``AI.东部[2022]`` a number, ``AI.东部[2010:2016]`` the
years 2010 to 2016, both ends included, as far as the panel holds them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.claims.ledger import Claim
from synergy.claims.printed import LOOSELY_SIMILAR, SIMILAR, SLIGHT, Printed
from synergy.coupling import grade, stage
from synergy.dictionary import NATION, REGIONS
from synergy.expressions import FUNCTIONS, ExpressionError, Vocabulary, shown
from synergy.words import TOLERANCE, bottom, top

if TYPE_CHECKING:
    from synergy.evidence import Findings


class NoEvidence(Exception):
    """A panel cannot speak to a claim: why, and what would settle it (both Chinese)."""

    def __init__(self, why: str, settle: str) -> None:
        super().__init__(why)
        self.why, self.settle = why, settle


class MissingYears(NoEvidence):
    """The panel does not hold years that a claim speaks of."""


def missing_years(findings: Findings, *years: int) -> MissingYears:
    """Name the years among these that the panel does not hold."""
    held = "—".join(str(year) for year in findings.years)
    absent = "、".join(sorted(str(year) for year in set(years) - set(years_held(findings))))
    return MissingYears(f"本面板覆盖 {held}，缺 {absent} 年", "覆盖这些年份的面板")


def years_held(findings: Findings) -> list[int]:
    """All years of a panel, ascending."""
    return sorted(int(year) for year in findings.frame.index.unique("year"))


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

    def __init__(self, findings: Findings, column: str) -> None:
        self.findings, self.column = findings, column

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Years by areas: the regions, the nation, every province."""
        means = self.findings.regional.pivot(index="year", columns="region", values=self.column)
        return means[[*REGIONS, NATION]].join(self.provinces.T)

    @property
    def regions(self) -> pd.DataFrame:
        """The four regions by years."""
        return self.areas[list(REGIONS)].T

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """Provinces by years."""
        return self.findings.frame[self.column].unstack("year")

    def of(self, region: str) -> pd.DataFrame:
        """Provinces of a region by years."""
        inside = self.findings.frame["region"] == region
        return self.provinces[inside.groupby(level="province").first()]

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
def _index(findings: Findings, column: str) -> Index:
    return Index(findings, column)


class PanelWords(Vocabulary):
    """Words for a test on one panel.

    Parameters
    ----------
    findings : Findings
    claim : Claim, optional
        Its printed number is called `value`.
    more : mapping, optional
        Functions of a panel beside those of this module.
    """

    def __init__(
        self,
        findings: Findings,
        claim: Claim | None = None,
        more: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        self.findings = findings
        first, last = findings.years
        names: dict[str, Any] = {
            **FUNCTIONS,
            **{name: _index(findings, column) for name, column in COLUMNS.items()},
            "first": first,
            "last": last,
            "span": f"{first}—{last}",
            "similar": SIMILAR,
            "loosely_similar": LOOSELY_SIMILAR,
            "slight": SLIGHT,
            "level": TOLERANCE,
            "since": self.since,
            "pace": self.pace,
            "rises": self.rises,
            "grade": partial(_labelled, grade),
            "stage": partial(_labelled, stage),
            **{f.__name__: f for f in _PANEL_FUNCTIONS},
            **{name: partial(function, findings) for name, function in more.items()},
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
                raise missing_years(self.findings, *(int(y) for y in (key.start, key.stop) if y))
            return chosen
        value = owner[self._held(key, owner.index)]
        return value if isinstance(value, str) else float(value)

    def _held(self, key: Any, labels: pd.Index) -> Any:
        if key not in labels:
            if isinstance(key, int):
                raise missing_years(self.findings, key)
            raise ExpressionError(f"“[{key!r}]”取不到内容")
        return key

    def since(self, year: int) -> int:
        """First year of the panel not before a year."""
        held = years_held(self.findings)
        return min((y for y in held if y >= year), default=held[-1])

    def pace(self, path: pd.Series[float], start: int, end: int) -> float:
        """Mean yearly change between two years, of which one alone makes no pace."""
        if not start < end:
            raise missing_years(self.findings, start, end)
        if end - start == 1:
            why = f"{start}—{end} 年只有一次变动，看不出这一段的快慢"
            raise NoEvidence(why, "年份更长的面板")
        return float(self.item(path, end) - self.item(path, start)) / (end - start)

    def rises(self, path: pd.Series[float]) -> bool:
        """Whether a path rises in every year."""
        if len(path) < 2:
            raise missing_years(self.findings, int(path.index[0]) - 1)
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


def readings(*holds: bool) -> bool | None:
    """Whether a claim holds, where it can be read in several ways; None if they disagree."""
    return bool(holds[0]) if len({bool(one) for one in holds}) == 1 else None


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
    *(among, excess, correlation, listing, readings),
)
