"""Where a place stands: its path over the years and its rank among its peers, as facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from synergy.dictionary import NATION, REGIONS, Place, find_place
from synergy.words import rank_of

if TYPE_CHECKING:
    from synergy.evidence import Findings


@dataclass(frozen=True)
class Standing:
    """One index of one place.

    Attributes
    ----------
    place : str
        Name in running text, for instance 东部地区.
    level : {"nation", "region", "province"}
    path : Series
        Index by year, missing years left out; everything below is of its last year.
    peers : Series
        The same index of the places it is compared with: regions for the nation and a region,
        provinces for a province.
    nation, around : float
        Mean of the nation, and of the region that the place lies in (NaN for nation and region).
    parent : str
        Name of that region.
    rank : int or None
        Among the peers, 1 = highest; None for the nation.
    """

    place: str
    level: str
    path: pd.Series
    peers: pd.Series
    nation: float
    around: float
    parent: str
    rank: int | None

    @property
    def first(self) -> int:
        """First year of the path."""
        return int(self.path.index[0])

    @property
    def last(self) -> int:
        """Last year of the path."""
        return int(self.path.index[-1])

    @property
    def start(self) -> float:
        """Value of the first year."""
        return float(self.path.iloc[0])

    @property
    def value(self) -> float:
        """Value of the last year."""
        return float(self.path.iloc[-1])


def standing(place: Place, findings: Findings, column: str) -> Standing:
    """Where a place stands on one column of the findings.

    Parameters
    ----------
    place : Place
        The nation, a region or a province.
    findings : Findings
        One panel taken through index and coupling.
    column : str
        Numeric column, for instance ``U1`` or ``D``.
    """
    path = place.path(findings, column).dropna()
    last = path.index[-1] if len(path) else None

    def final(names: Iterable[str]) -> pd.Series:
        paths = {name: find_place(name).path(findings, column) for name in names}
        return pd.Series({name: values.get(last) for name, values in paths.items()}, dtype=float)

    parent = place.parent if place.is_unit else ""
    around = final([NATION, parent] if parent else [NATION])
    peers = final(place.peers if place.parent else REGIONS).dropna()
    return Standing(
        place=place.label,
        level=place.level,
        path=path,
        peers=peers,
        nation=float(around[NATION]),
        around=float(around.get(parent, float("nan"))),
        parent=parent,
        rank=rank_of(peers, place.name) if place.parent and len(path) else None,
    )


# Former names, until narration and charts ask the place itself.
path_of = Place.path


def full_name(place: Place) -> str:
    """Name of a place in running text."""
    return place.label
