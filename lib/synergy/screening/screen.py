"""Look at a whole panel with every check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from synergy.plan import Plan
from synergy.reading.cells import NO_YEAR
from synergy.screening import jumps, patterns, shares
from synergy.screening.doubts import EXAMPLES, Doubt, find_doubts
from synergy.screening.findings import KINDS, Bounds, Finding, Series

#: Values of one finding that are listed with their neighbours.
FEW = 30


@dataclass(frozen=True, eq=False)
class Screening:
    """What was found in a panel.

    Attributes
    ----------
    source, unit : str
        What the panel and a unit of it are called.
    series : tuple of Series
    findings : tuple of Finding
        By kind in the order of `KINDS`, the largest first.
    """

    source: str
    unit: str
    series: tuple[Series, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def grave(self) -> tuple[Finding, ...]:
        """Findings that are more than a gap."""
        return tuple(found for found in self.findings if KINDS[found.kind].grave)

    @property
    def counts(self) -> dict[str, int]:
        """Findings of each kind that occurs."""
        counted = Counter(found.kind for found in self.findings)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}

    @property
    def extent(self) -> str:
        """How many series and values, and in which years, in Chinese."""
        if not self.series:
            return "没有一个值"
        years = {year for one in self.series for year in one.years} - {NO_YEAR}
        span = f"{min(years)}—{max(years)} 年，" if years else ""
        values = sum(int(one.values.notna().to_numpy().sum()) for one in self.series)
        return f"{len(self.series)} 个序列，{span}{values} 个值"

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Places with a value, by series (label) and year."""
        counts = {one.label: one.values.notna().sum() for one in self.series}
        table = pd.DataFrame(counts).T.sort_index(axis=1).fillna(0).astype(int)
        return table.rename_axis(index="series", columns="year")

    def to_json(self) -> dict[str, Any]:
        """Plain values: kinds, counts, coverage and findings."""
        return {
            "source": self.source,
            "kinds": {kind: KINDS[kind].title for kind in self.counts},
            "counts": self.counts,
            "coverage": [
                {"series": one.name, "label": one.label, "unit": one.unit, **_extent(one)}
                for one in self.series
            ],
            "findings": [found.to_json() for found in self.findings],
        }


def _extent(series: Series) -> dict[str, Any]:
    held = series.values.notna()
    years = {str(year): int(count) for year, count in held.sum().items()}
    return {"places": len(held), "values": int(held.to_numpy().sum()), "by_year": years}


def summary(found: Screening, most: int | None = None) -> str:
    """The findings as text: how many of each kind, then the first of each.

    Parameters
    ----------
    most : int, optional
        Findings of a kind to tell; all if not given.
    """
    lines = [f"{found.source}：{found.extent}。"]
    for kind, count in found.counts.items():
        lines.append(f"{KINDS[kind].title}　{count} 处")
        told = [one.sentence for one in found.findings if one.kind == kind]
        lines += [f"  {sentence}" for sentence in told[:most]]
        if most is not None and count > most:
            lines.append(f"  另有 {count - most} 处。")
        lines.append(f"  处理：{KINDS[kind].cure}。")
    if found.series and not found.grave:
        lines.append("没有发现可疑之处。")
    return "\n".join(lines)


def screen(values: pd.DataFrame, plan: Plan, source: str = "") -> Screening:
    """Look at a panel with every check; nothing in it is altered.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``); one numeric column per indicator of the plan; NaN = missing.
    plan : Plan
        Names, units and bounds of the columns, and what a unit of the panel is called.
    source : str
        What to call the panel.

    Examples
    --------
    >>> from synergy.panel import demo_panel
    >>> demo = demo_panel()
    >>> "common_jump" in screen(demo.values, demo.plan, "演示面板").counts
    False
    """
    whole = _table(values, plan)
    doubts = find_doubts(values, None, plan)
    # A slip is told once: the checks along the years look at the rest.
    rest = _table(_without_slips(values, doubts), plan)
    years = sorted({year for one in whole for year in one.years})
    findings = [*_of_doubts(doubts, whole), *_within(whole, rest, years), *_across(rest)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    findings.sort(key=lambda found: (order[found.kind], -found.size, found.series, found.years))
    return Screening(source, plan.unit, whole, tuple(findings))


def _table(values: pd.DataFrame, plan: Plan) -> tuple[Series, ...]:
    """The columns that hold a value."""
    made = (_series(values[name], plan) for name in values)
    return tuple(one for one in made if not one.values.empty)


def _series(column: pd.Series, plan: Plan) -> Series:
    about = plan.indicators.loc[str(column.name)].to_dict()
    order = column.index.unique(0)
    wide = column.astype(float).unstack("year").reindex(order).dropna(axis=0, how="all")
    held = [int(str(year)) for year in wide.columns[wide.notna().any()]]
    wide = wide.reindex(columns=range(min(held, default=0), max(held, default=-1) + 1))
    bounds = Bounds(*(float(about.get(key, np.nan)) for key in Bounds._fields))
    return Series(str(column.name), f"“{about['name_zh']}”", about["unit"], wide, bounds)


def _without_slips(values: pd.DataFrame, doubts: Iterable[Doubt]) -> pd.DataFrame:
    slips: dict[str, list[tuple[str, int]]] = {}
    for doubt in doubts:
        if doubt.kind == "slip":
            slips.setdefault(doubt.name, []).append((doubt.province, doubt.year))
    rest = values.astype(float)
    for name, cells in slips.items():
        rest.loc[cells, name] = np.nan
    return rest


def _of_doubts(doubts: Iterable[Doubt], table: Iterable[Series]) -> Iterator[Finding]:
    """One finding for each problem of a column."""
    by_name = {one.name: one for one in table}
    groups: dict[tuple[str, str, str], list[Doubt]] = {}
    for doubt in doubts:
        groups.setdefault((doubt.kind, doubt.name, doubt.problem), []).append(doubt)
    for (kind, name, problem), same in groups.items():
        places = tuple(dict.fromkeys(doubt.province for doubt in same))
        years = tuple(sorted({doubt.year for doubt in same}))
        shown = "；".join(map(str, same[:EXAMPLES]))
        more = f" 等 {len(same)} 个值" if len(same) > EXAMPLES else ""
        series, size = by_name[name], float(len(same))
        sentence = f"{series.label}{problem}：{shown}{more}。"
        values = series.around(places, years) if len(same) <= FEW else ()
        yield Finding(kind, (name,), places, years, size, sentence, values)


def _within(
    whole: tuple[Series, ...], rest: tuple[Series, ...], years: list[int]
) -> Iterator[Finding]:
    for one in whole:
        yield from shares.find_impossible(one)
        yield from shares.find_gaps(one, years)
    for one in rest:
        yield from jumps.find_common_jumps(one)
        yield from jumps.find_own_jumps(one)
        yield from patterns.find_one_curve(one)
        yield from patterns.find_copied_places(one)
        yield from patterns.find_linear(one)
        yield from patterns.find_carried(one)
        yield from patterns.find_computed(one)


def _across(table: tuple[Series, ...]) -> Iterator[Finding]:
    yield from shares.find_share_sums(table)
    yield from patterns.find_copied_series(table)
