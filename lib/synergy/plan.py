"""What an index measures: indicators, their systems, dimensions and directions, and the words.

The report's dictionary is one plan (:func:`synergy.dictionary.report_plan`), what a reader declares
about the columns of a file is another (:mod:`synergy.planning`). Whatever computes, draws or
tells takes its indicators, names and units from the plan at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

#: How the name of all units together begins in a reader's plan.
ALL = "全部"


@dataclass(frozen=True, eq=False)
class Plan:
    """An indicator system for units of any kind.

    Attributes
    ----------
    title : str
        What it is about.
    indicators : DataFrame
        Index ``code``, in order; columns ``system``, ``dimension``, ``direction`` (+1 or -1),
        ``unit``, ``name_zh``, ``name_en``, and the bounds ``lower`` and ``upper`` (NaN = none).
        A dimension belongs to one system.
    systems, dimensions : mapping of str to str
        Chinese names by code; the first system's index is ``U1``.
    variables : tuple of str
        Scores that the panel VAR is about.
    unit, whole, group : str
        What a unit, all units together and a group of units are called.
    roster : tuple of str
        Units that a panel must hold, each in every year; empty if any will do.
    note : str
        What every page made from this plan has to say, for instance that the data are synthetic.
    called : mapping of str to str
        Names of columns of scores that are not those of their systems.
    """

    title: str
    indicators: pd.DataFrame
    systems: Mapping[str, str]
    dimensions: Mapping[str, str]
    variables: tuple[str, ...]
    unit: str
    whole: str
    group: str
    roster: tuple[str, ...] = ()
    note: str = ""
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, str]:
        """Names of the systems' indices and of the dimensions' by column of scores."""
        named = {name: f"{zh}指数" for name, zh in self.systems.items()}
        numbered = {f"U{place}": name for place, name in enumerate(named.values(), 1)}
        return {**named, **self.dimensions, **numbered, **self.called}

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the systems' indices: ``U1``, ``U2`` and so on."""
        return tuple(f"U{place}" for place in range(1, len(self.systems) + 1))

    def in_english(self, name: str) -> str:
        """English of an indicator by its Chinese name, where the plan gives it."""
        named = self.indicators.set_index("name_zh")["name_en"].get(name)
        return named or name

    def members(self, system: str) -> pd.DataFrame:
        """Indicators of a system."""
        return self.indicators[self.indicators["system"] == system]

    def dimensions_of(self, system: str) -> tuple[str, ...]:
        """Codes of the dimensions of a system."""
        return tuple(self.members(system)["dimension"].unique())
