r"""A place on one page: where it stands, what is strong and weak in it, and what lifted D.

An order is given only where the panel is evidence for it, see `synergy.panel.Coverage.orders`.

What lifted D is split among the sub-indices exactly. D is a function of U1 and of
:math:`U_2=\sum_d W_d S_d`; each part's share is its average contribution to the change of D over
all orders in which the parts could have moved from their first to their last values (Shapley
1953), so the shares add up to the change whatever its size and whatever alpha is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from synergy.coupling import Floats, coupling_coordination
from synergy.dictionary import indicators, sub_indices
from synergy.panel import SYSTEMS_OF, of_year
from synergy.real import ranked, real_ranks
from synergy.standings import standing
from synergy.tables import table

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings


def measures(findings: Findings) -> list[str]:
    """Indices, then the dimensions of the quality of employment that the panel has."""
    dimensions = [code for code in sub_indices().index if code != "AI"]
    return [*SYSTEMS_OF, *(d for d in dimensions if findings.frame[d].notna().any())]


def positions(place: Place, findings: Findings) -> pd.DataFrame:
    """Where a place stands on each of its measures.

    Returns
    -------
    DataFrame
        Index `measures`; ``first`` and ``last`` value, ``change``, ``nation`` (last year's mean),
        ``rank`` among ``peers`` others of its level, itself included, missing without evidence.
    """
    rows = {}
    for column in measures(findings):
        here = standing(place, findings, column)
        told = here.rank if here.rank and findings.coverage.orders(column) else np.nan
        rows[column] = {
            "first": here.start,
            "last": here.value,
            "change": here.value - here.start,
            "nation": here.nation,
            "rank": told,
            "peers": len(here.peers),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


class Neighbours(NamedTuple):
    """Who stands right before and right behind a place, with their values; none at the ends."""

    before: list[tuple[str, float]]
    behind: list[tuple[str, float]]


def neighbours(place: Place, findings: Findings, column: str = "D", count: int = 2) -> Neighbours:
    """Peers next to a place in the order by a column, in the last year."""
    order = standing(place, findings, column).peers.sort_values(ascending=False, kind="stable")
    at = order.index.get_loc(place.name) if place.name in order.index else None
    if not isinstance(at, int):
        return Neighbours([], [])
    pairs = [(str(name), float(value)) for name, value in order.items()]
    return Neighbours(pairs[max(at - count, 0) : at], pairs[at + 1 : at + 1 + count])


# --- what is strong and weak ------------------------------------------------------------------


def indicator_ranks(findings: Findings) -> pd.DataFrame:
    """Place of every province by each indicator in the last year, 1 = best.

    Returns
    -------
    DataFrame
        Index ``province``, columns codes; without columns where the indicators are not at hand:
        the series behind the real subset stay outside, and only its last year is ranked.
    """
    if findings.panel is not None:
        return ranked(findings.panel.values)
    final = findings.nature == "real-subset" and findings.years[1] == 2022
    return real_ranks() if final else pd.DataFrame(index=findings.frame.index.unique("province"))


def strengths(place: Place, findings: Findings) -> pd.DataFrame:
    """Indicators of a place from its best rank to its worst; over provinces the mean rank.

    Returns
    -------
    DataFrame
        Index ``code``; ``name``, ``rank``, ``system``, ``weight`` (in the system).
    """
    ranks = indicator_ranks(findings)
    mean = ranks.loc[ranks.index.isin(place.members)].mean().rename("rank")
    names = indicators()["name_zh"].loc[mean.index]
    table = pd.DataFrame({"name": names, "rank": mean}).rename_axis("code")
    return table.join(findings.weights[["system", "weight"]]).sort_values("rank", kind="stable")


def leaders(findings: Findings, count: int = 5) -> pd.DataFrame:
    """Ranks of those that lead by the AI index in the last year, the first at the top.

    Returns
    -------
    DataFrame
        Index ``province``; ranks ``U1``, ``U2`` and ``D`` among all units, 1 for the highest.
    """
    scores = findings.at(findings.years[1])[["U1", "U2", "D"]].dropna()
    ranks = scores.rank(ascending=False, method="min").astype(int)
    return ranks.nsmallest(count, "U1")


# --- what lifted D ----------------------------------------------------------------------------


@cache
def lifted(findings: Findings, alpha: float) -> pd.DataFrame:
    """Split the change of each province's D from the first year to the last, see above.

    Returns
    -------
    DataFrame
        Index ``province``; columns sub-indices, ``AI`` first, that add up to the change of D.
    """
    first, last = (of_year(findings.frame, year) for year in findings.years)
    weights = findings.weights.groupby("dimension")["dimension_weight"].first()
    parts = ["AI", *(d for d in measures(findings) if d not in SYSTEMS_OF)]
    provinces = first.dropna(subset=["D"]).index.intersection(last.dropna(subset=["D"]).index)
    ends = [table.loc[provinces, parts].to_numpy(float) for table in (first, last)]
    loads = weights[parts[1:]].to_numpy(float)

    def degree(moved: frozenset[int]) -> Floats:
        values = np.where([part in moved for part in range(len(parts))], *ends[::-1])
        u2 = values[:, 1:] @ loads
        return coupling_coordination(values[:, 0], u2, alpha=alpha)["D"].to_numpy(float)

    shares = shapley(len(parts), cache(degree))
    return pd.DataFrame(shares, index=provinces, columns=parts)


def shapley(count: int, value: Callable[[frozenset[int]], Floats]) -> Floats:
    """Share of each of `count` parts in what all of them together change.

    Parameters
    ----------
    value : callable
        From the parts that have moved to values, shape (n,).

    Returns
    -------
    ndarray, shape (n, count)
        Rows add up to the value of all parts minus that of none.
    """
    shares = []
    for part in range(count):
        others = [other for other in range(count) if other != part]
        steps = [
            (value(frozenset({*moved, part})) - value(frozenset(moved))) / comb(count - 1, size)
            for size in range(count)
            for moved in combinations(others, size)
        ]
        shares.append(np.sum(steps, axis=0) / count)
    return np.stack(shares, axis=-1)


def place_lift(place: Place, findings: Findings, alpha: float) -> pd.Series:
    """The same for a place: its own, or the mean over its provinces, which adds up as well."""
    table = lifted(findings, alpha)
    share: pd.Series = table.loc[table.index.isin(place.members)].mean()
    return share


# --- tables -----------------------------------------------------------------------------------

#: Signs that stand behind the names of the indices.
SIGNS = {"U1": "U₁", "U2": "U₂", "C": "C", "T": "T", "D": "D"}

_RANK = "{% if rank == rank %}第 {{ rank|d0 }} / {{ peers }}{% else %}—{% endif %}"


def position_table(found: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """`positions` as a reader sees them; a dash where the indicators do not carry an order."""
    first, last = findings.years
    columns = {
        "first": (f"{first} 年", ".3f"),
        "last": (f"{last} 年", ".3f"),
        "change": ("变化", "+.3f"),
        "nation": (f"全国，{last} 年", ".3f"),
        "rank": ("名次", _RANK),
    }
    indices = {
        column: f"{findings.coverage.named(column)} {sign}" for column, sign in SIGNS.items()
    }
    names = indices | dict(sub_indices()["name_zh"])
    shown = {name: told for name, told in columns.items() if name in found}
    return table(found, shown, index=("指数", names))
