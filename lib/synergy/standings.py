"""Where a place stands: its path over the years and its rank among its peers, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from synergy.dictionary import NATION, REGIONS, Place, all_places
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
    every = paths(findings, column)
    path = every[place.name].dropna()
    final = every.loc[path.index[-1]] if len(path) else every.iloc[0] * np.nan
    parent = place.parent if place.is_unit else ""
    peers = final[list(place.peers if place.parent else REGIONS)].dropna()
    return Standing(
        place=place.label,
        level=place.level,
        path=path,
        peers=peers,
        nation=float(final[NATION]),
        around=float(final.get(parent, float("nan"))),
        parent=parent,
        rank=rank_of(peers, place.name) if place.parent and len(path) else None,
    )


@cache
def paths(findings: Findings, column: str) -> pd.DataFrame:
    """Yearly path of every place, a column each; not to be changed."""
    return pd.DataFrame({place.name: place.path(findings, column) for place in all_places()})


@dataclass(frozen=True)
class JointChange:
    """How two indices moved between the first and the last year.

    Attributes
    ----------
    place : str
        Name in running text.
    first, last : int
    cause, effect : float or None
        Change of either index in that place; both None if the panel lacks one of them.
    units : int
        Provinces in which both changes are known.
    rank : float or None
        Spearman's correlation of the changes across them; None for fewer than five, and where
        an index did not move.
    """

    place: str
    first: int
    last: int
    cause: float | None
    effect: float | None
    units: int
    rank: float | None

    @property
    def distinct(self) -> bool:
        """Whether the correlation passes its usual 5 % bound, about 2 over the root of n."""
        return self.rank is not None and abs(self.rank) >= 1.96 / np.sqrt(self.units - 1)


def joint_change(place: Place, findings: Findings, effect: str, cause: str = "U1") -> JointChange:
    """How an index moved together with another, in a place and across provinces.

    Parameters
    ----------
    place : Place
    findings : Findings
    effect, cause : str
        Numeric columns; the cause is the index of artificial intelligence.
    """
    paths = [place.path(findings, column).dropna() for column in (cause, effect)]
    known = all(len(path) >= 2 for path in paths)
    moves = [float(path.iloc[-1] - path.iloc[0]) if known else None for path in paths]
    units, rank = _across(findings.frame[[cause, effect]], *findings.years)
    first, last = findings.years
    return JointChange(place.label, first, last, moves[0], moves[1], units, rank)


def _across(frame: pd.DataFrame, first: int, last: int) -> tuple[int, float | None]:
    """Number of provinces, rank correlation of the changes."""
    moved = (frame.xs(last, level="year") - frame.xs(first, level="year")).dropna().rank()
    ranks = moved.to_numpy().T
    if len(moved) < 5 or (ranks.std(axis=1) == 0).any():
        return len(moved), None
    return len(moved), float(np.asarray(np.corrcoef(ranks))[0, 1])
