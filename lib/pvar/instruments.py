"""Instruments: untransformed lagged levels, collapsed or one column per period.

Collapsing sums a distance over periods (Roodman 2009): L columns instead of about L T / 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvar.design import Design, LagInstruments, Term
from pvar.linalg import Array, BoolArray
from pvar.terms import gather


@dataclass(frozen=True)
class InstrumentLayout:
    """Columns of Z, the same for every chunk.

    Attributes
    ----------
    terms : tuple of Term
        Lagged levels for the transformed rows, by distance then variable.
    places : array (columns, 2) or None
        Pairs (row, term) when every period has its own column; None when collapsed.
    level_terms : tuple of Term
        Terms whose first difference instruments the level rows of system GMM.
    level_places : array or None
    """

    terms: tuple[Term, ...]
    places: np.ndarray | None
    level_terms: tuple[Term, ...]
    level_places: np.ndarray | None


def instrument_layout(design: Design, n_periods: int) -> InstrumentLayout:
    """Every column that some row could use, given the length of the calendar."""
    rows = instrumented_rows(design, n_periods)
    terms = sorted(
        (Term(b.column, k) for b in design.lag_instruments for k in distances(b, design, rows)),
        key=lambda t: (t.lag, t.column),
    )
    level = tuple(Term(b.column, b.first - 1) for b in design.lag_instruments if design.system)
    level_rows = range(design.lags, n_periods)
    per_period = not design.collapse
    return InstrumentLayout(
        tuple(terms),
        period_places(terms, rows, design.lags, 0) if per_period else None,
        level,
        period_places(level, level_rows, design.lags, 1) if per_period else None,
    )


def instrumented_rows(design: Design, n_periods: int) -> range:
    """Calendar positions of the transformed rows."""
    first = design.lags + (design.transform == "fd")
    return range(first, n_periods - (design.transform in ("fod", "pvar2")))


def distances(block: LagInstruments, design: Design, rows: range) -> range:
    """Lag distances of one block: from the nearest valid one, as deep as asked."""
    nearest = block.first - (design.transform != "fd")
    longest = rows.stop - 1
    stop = longest + 1 if block.depth is None else min(nearest + block.depth, longest + 1)
    return range(nearest, stop)


def period_places(
    terms: list[Term] | tuple[Term, ...], rows: range, first: int, need: int
) -> np.ndarray:
    """Pairs (row, term) such that the lagged level lies inside the calendar."""
    pairs = [
        (period - first, j)
        for period in rows
        for j, term in enumerate(terms)
        if period - term.lag >= need
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def spread_over_periods(values: Array, places: np.ndarray | None) -> Array:
    """One column per (row, term) pair, or the values as they are when collapsed."""
    if places is None:
        return values
    row, term = places.T
    spread = np.zeros((values.shape[0], values.shape[1], len(places)))
    spread[:, row, np.arange(len(places))] = values[:, row, term]
    return spread


def lagged_levels(cube: Array, design: Design, layout: InstrumentLayout, kept: BoolArray) -> Array:
    """Instruments of the transformed rows, shape (n, rows, columns); zero where missing."""
    values = np.empty((*kept.shape, len(layout.terms)))
    gather(cube, layout.terms, design.lags, values)
    return spread_over_periods(zero_unless(values, kept), layout.places)


def lagged_differences(
    cube: Array, design: Design, layout: InstrumentLayout, usable: BoolArray
) -> Array:
    """Instruments of the level rows: lagged first differences (Blundell and Bond 1998)."""
    change = np.full_like(cube, np.nan)
    np.subtract(cube[:, 1:], cube[:, :-1], out=change[:, 1:])
    values = np.empty((*usable.shape, len(layout.level_terms)))
    gather(change, layout.level_terms, design.lags, values)
    return spread_over_periods(zero_unless(values, usable), layout.level_places)


def zero_unless(values: Array, kept: BoolArray) -> Array:
    """Zero rows that do not exist and cells that are missing, in place."""
    if not kept.all():
        values[~kept] = 0.0
    np.copyto(values, 0.0, where=np.isnan(values))
    return values
