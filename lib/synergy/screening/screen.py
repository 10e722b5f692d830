"""Look at a whole panel with every check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from synergy.cells import find_indicator
from synergy.dictionary import indicators
from synergy.dictionary import units as units_of_panel
from synergy.screening import jumps, patterns, shares
from synergy.screening.findings import KINDS, Finding, Series


@dataclass(frozen=True, eq=False)
class Screening:
    """What was found in a panel.

    Attributes
    ----------
    source : str
    series : tuple of Series
    findings : tuple of Finding
        By kind in the order of `KINDS`, the largest first.
    """

    source: str
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
    if not found.series:
        return f"{found.source}：没有一个值。"
    years = found.coverage.columns
    values = sum(int(one.values.notna().to_numpy().sum()) for one in found.series)
    lines = [
        f"{found.source}：{len(found.series)} 个序列，{min(years)}—{max(years)} 年，{values} 个值。"
    ]
    for kind, count in found.counts.items():
        lines.append(f"{KINDS[kind].title}　{count} 处")
        told = [one.sentence for one in found.findings if one.kind == kind]
        lines += [f"  {sentence}" for sentence in told[:most]]
        if most is not None and count > most:
            lines.append(f"  另有 {count - most} 处。")
        lines.append(f"  处理：{KINDS[kind].cure}。")
    if not found.grave:
        lines.append("没有发现可疑之处。")
    return "\n".join(lines)


def screen(
    values: pd.DataFrame,
    units: Mapping[str, str] = MappingProxyType({}),
    labels: Mapping[str, str] = MappingProxyType({}),
    source: str = "",
) -> Screening:
    """Look at a panel with every check; nothing in it is altered.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``); one numeric column per series; NaN = missing.
    units, labels : mapping of str to str
        By column, where known; the dictionary knows those of its indicators.
    source : str
        What to call the panel.

    Examples
    --------
    >>> from synergy.panel import demo_panel
    >>> found = screen(demo_panel().values, source="演示面板")
    >>> "common_jump" in found.counts
    False
    """
    table = tuple(_series(values, str(name), units, labels) for name in values)
    table = tuple(one for one in table if not one.values.empty)
    years = sorted({year for one in table for year in one.years})
    findings = [*_within(table, years), *_across(table)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    findings.sort(key=lambda found: (order[found.kind], -found.size, found.series, found.years))
    return Screening(source, table, tuple(findings))


def _series(
    values: pd.DataFrame, name: str, units: Mapping[str, str], labels: Mapping[str, str]
) -> Series:
    wide = values[name].astype(float).unstack("year").dropna(axis=0, how="all")
    places = [name for name in units_of_panel().index if name in wide.index]
    wide = wide.reindex([*places, *wide.index.difference(places)])
    held = [int(str(year)) for year in wide.columns[wide.notna().any()]]
    wide = wide.reindex(columns=range(min(held, default=0), max(held, default=-1) + 1))
    code = find_indicator(name)
    if code is None:
        return Series(name, f"“{labels.get(name, name)}”", units.get(name, ""), wide)
    label, unit = (str(indicators().at[code, key]) for key in ("name_zh", "unit"))
    return Series(name, f"“{label}”", unit, wide)


def _within(table: tuple[Series, ...], years: list[int]) -> Iterator[Finding]:
    for one in table:
        yield from shares.find_impossible(one)
        yield from jumps.find_common_jumps(one)
        yield from jumps.find_own_jumps(one)
        yield from patterns.find_one_curve(one)
        yield from patterns.find_copied_places(one)
        yield from patterns.find_linear(one)
        yield from patterns.find_carried(one)
        yield from patterns.find_computed(one)
        yield from shares.find_gaps(one, years)


def _across(table: tuple[Series, ...]) -> Iterator[Finding]:
    yield from shares.find_share_sums(table)
    yield from patterns.find_copied_series(table)
