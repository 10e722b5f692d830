"""Rows of the estimating equations for a chunk of units: terms, instruments, level rows.

A row holds W = [X, y] (K + m columns) and Z (L columns); rows that do not exist are zero,
so sums over rows need no masks. System GMM stacks level rows under the transformed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pvar.design import Design, LagInstruments, Term
from pvar.linalg import Array, BoolArray, IntArray
from pvar.transforms import (
    first_differences,
    forward_orthogonal_deviations,
    helmert_matrix,
    own_helmert,
    within,
)


def shifted(cube: Array, lag: int, first: int) -> Array:
    """cube at t - lag for t = first .. n_periods - 1; NaN before the start of the calendar."""
    start = first - lag
    if start >= 0:
        return cube[:, start : cube.shape[1] - lag]
    missing = min(-start, cube.shape[1] - first)
    pad = np.full((cube.shape[0], missing, *cube.shape[2:]), np.nan)
    return np.concatenate([pad, cube[:, : cube.shape[1] - first - missing]], axis=1)


@lru_cache(maxsize=256)
def runs(terms: tuple[Term, ...]) -> tuple[tuple[int, int, int, int], ...]:
    """Consecutive columns at one lag, (place, first column, length, lag), to copy together."""
    found, place = [], 0
    while place < len(terms):
        head, length = terms[place], 1
        while terms[place : place + length + 1][-1] == Term(head.column + length, head.lag):
            length += 1
        found.append((place, head.column, length, head.lag))
        place += length
    return tuple(found)


def gather(cube: Array, terms: tuple[Term, ...], first: int, out: Array) -> None:
    """Write the terms into the last axis of `out` for periods `first` on."""
    for place, column, length, lag in runs(terms):
        block = cube[:, :, column : column + length]
        out[:, :, place : place + length] = shifted(block, lag, first)


def dummy_periods(design: Design, n_periods: int) -> Sequence[int]:
    """Periods that get a dummy: all with rows, less one for the constant."""
    if design.time_effects != "dummies":
        return ()
    return (design.periods or range(design.lags, n_periods))[1:]


def gathered_terms(cube: Array, design: Design) -> Array:
    """[X, dummies, y] from period `design.lags` on, NaN where missing."""
    n_periods, first = cube.shape[1], design.lags
    dummies = dummy_periods(design, n_periods)
    n_terms, m = len(design.regressors), len(design.outcomes)
    values = np.empty((cube.shape[0], n_periods - first, n_terms + len(dummies) + m))
    gather(cube, design.regressors, first, values[:, :, :n_terms])
    if dummies:
        values[:, :, n_terms:-m] = np.arange(first, n_periods)[:, None] == np.array(dummies)
    gather(cube, design.outcome_terms, first, values[:, :, -m:])
    return values


def complete(values: Array) -> BoolArray:
    """Rows without a missing value; a product is the fastest way to spread NaN over an axis."""
    return np.isfinite(values @ np.ones(values.shape[-1]))


def level_terms(cube: Array, design: Design) -> tuple[Array, BoolArray]:
    """`gathered_terms`, zero where a row lacks a term or a lag of the common sample, and mask."""
    values = gathered_terms(cube, design)
    usable = complete(values)
    for lag in range(1, design.sample_lags + 1):
        usable &= complete(shifted(cube[:, :, list(design.outcomes)], lag, design.lags))
    if not usable.all():
        values[~usable] = 0.0
    return values, usable


def transformed_terms(
    cube: Array, design: Design, levels: Array, usable: BoolArray
) -> tuple[Array, BoolArray]:
    """The same columns after the transform, and which rows exist."""
    if design.transform.startswith("pvar2"):
        return level_terms(own_helmert(cube), design)
    if design.transform == "fd":
        return first_differences(levels, usable)
    if design.transform == "within":
        return within(levels, usable)
    return forward_orthogonal_deviations(levels, usable)


def differenced_terms(cube: Array, design: Design) -> tuple[Array, BoolArray]:
    """[X, y] in first differences, whatever the transform; the level constant drops out."""
    terms, kept = first_differences(*level_terms(cube, design))
    if design.system:
        terms = np.insert(terms, terms.shape[2] - len(design.outcomes), 0.0, axis=2)
    return terms, kept


@dataclass(frozen=True)
class InstrumentBlock:
    """Instrument columns of one kind, the same for every chunk: terms by distance.

    When every period has its own column, `places` (columns, 2) pairs row and term. None means
    collapsed: a distance is summed over periods (Roodman 2009).
    """

    terms: tuple[Term, ...]
    places: IntArray | None

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.terms) if self.places is None else len(self.places)

    def gathered(self, cube: Array, first: int) -> Array:
        """Every term in every row from period `first` on, NaN where missing."""
        values = np.empty((cube.shape[0], cube.shape[1] - first, len(self.terms)))
        gather(cube, self.terms, first, values)
        return values

    def columns(self, cube: Array, first: int, kept: BoolArray) -> Array:
        """The columns (n, rows, width) for rows from period `first` on, zero where missing."""
        values = self.gathered(cube, first)
        if not complete(values).all():
            np.copyto(values, 0.0, where=np.isnan(values))
        values[~kept] = 0.0
        if self.places is None:
            return values
        row, term = self.places.T
        spread = np.zeros((*kept.shape, self.width))
        spread[:, row, np.arange(self.width)] = values[:, row, term]
        return spread


@dataclass(frozen=True)
class InstrumentLayout:
    """Columns of Z: lagged levels of the transformed rows, lagged differences of level rows."""

    levels: InstrumentBlock
    differences: InstrumentBlock


@lru_cache(maxsize=64)
def instrument_layout(design: Design, n_periods: int) -> InstrumentLayout:
    """Every column that some row could use, given the length of the calendar."""
    first = design.lags + (design.transform == "fd")
    rows = range(first, n_periods - (design.transform in ("fod", "pvar2")))
    blocks = design.lag_instruments
    terms = [Term(b.column, k) for b in blocks for k in distances(b, design, rows)]
    terms.sort(key=lambda term: (term.lag, term.column))
    level = [Term(b.column, b.first - 1) for b in blocks if design.system]
    return InstrumentLayout(
        instrument_block(terms, rows, design, 0),
        instrument_block(level, range(design.lags, n_periods), design, 1),
    )


def distances(block: LagInstruments, design: Design, rows: range) -> list[int]:
    """Lag distances of one block: from the nearest valid one, as deep as asked."""
    return block.distances(block.first - (design.transform != "fd"), rows.stop)


def instrument_block(
    terms: Sequence[Term], rows: range, design: Design, need: int
) -> InstrumentBlock:
    """A block with, if not collapsed, the pairs (row, term) for which a lagged value exists."""
    if design.collapse:
        return InstrumentBlock(tuple(terms), None)
    pairs = [
        (period - design.lags, j)
        for period in rows
        for j, term in enumerate(terms)
        if period - term.lag >= need
    ]
    return InstrumentBlock(tuple(terms), np.array(pairs, dtype=np.int64).reshape(-1, 2))


@dataclass(frozen=True)
class Rows:
    """Stacked rows of a chunk of n units.

    Attributes
    ----------
    w, z : array (n, rows, K + m) and (n, rows, L)
        Regressors, then regressands; instruments. Transformed rows come first.
    kept, levels : array (n, transformed rows) and (n, transformed rows, K + m)
        Which transformed rows exist; the terms before the transform.
    """

    w: Array
    z: Array
    kept: BoolArray
    levels: Array

    @property
    def transformed_w(self) -> Array:
        """The transformed rows of w, shape (n, transformed rows, K + m)."""
        return self.w[:, : self.kept.shape[1]]

    @property
    def transformed_z(self) -> Array:
        """The transformed rows of z."""
        return self.z[:, : self.kept.shape[1]]

    def weight_root(self, design: Design) -> Array:
        """R with Z'HZ = R'R summed over units and rows, the one-step weight's inverse.

        H is DD' for differences, the identity for forward deviations, and VV' with V = [M; I]
        for system GMM, M being the transform of a complete unit (exact on balanced panels).
        """
        z = self.transformed_z
        if design.transform == "fd":  # D'z for the difference operator D
            root = z.copy()
            root[:, :-1] -= z[:, 1:]
        elif design.system:
            root = helmert_matrix(z.shape[1]).T @ z
        else:
            return z
        return root + self.z[:, z.shape[1] :] if design.system else root


def build_rows(cube: Array, design: Design, layout: InstrumentLayout) -> Rows:
    """Rows of a chunk (n, periods, variables), NaN where missing.

    Where period means are to be taken out, they must be out of `cube`, which gives the
    instruments too: a moment Z_i'(e_i - e_bar) is that of Z_i less its mean over units, and
    only with the mean taken out is it the unit's own part of the estimate's error.
    """
    levels, usable = level_terms(cube, design)
    w, kept = transformed_terms(cube, design, levels, usable)
    if design.missing_instruments == "drop":
        kept &= complete(layout.levels.gathered(cube, design.lags))
        w[~kept] = 0.0
    rows = Rows(w, instruments(cube, w, kept, design, layout), kept, levels)
    if design.transform == "pvar2-asymmetric":
        return with_unmatched_rows(rows, cube, design, layout)
    if not design.system:
        return rows
    changes = np.full_like(cube, np.nan)
    np.subtract(cube[:, 1:], cube[:, :-1], out=changes[:, 1:])
    differences = layout.differences.columns(changes, design.lags, usable)
    return with_level_rows(rows, differences, usable, design)


def own_columns(design: Design, n_periods: int) -> slice:
    """Columns of W that are their own instruments: exogenous terms and period dummies."""
    stop = len(design.regressors) + len(dummy_periods(design, n_periods))
    return slice(len(design.regressors) - len(design.own_instruments), stop)


def instruments(
    cube: Array, w: Array, kept: BoolArray, design: Design, layout: InstrumentLayout
) -> Array:
    """Instruments of rows of W: lagged levels, then the columns that are their own."""
    z = layout.levels.columns(cube, design.lags, kept)
    own = own_columns(design, cube.shape[1])
    return np.concatenate([z, w[:, :, own]], axis=2) if own.stop > own.start else z


def with_level_rows(rows: Rows, differences: Array, usable: BoolArray, design: Design) -> Rows:
    """System GMM: the equation in levels, with a constant, under the transformed one.

    Period dummies are instruments of the level rows only, as in Blundell and Bond (1998).
    """
    m, n_z = len(design.outcomes), rows.z.shape[2]
    own = own_columns(design, usable.shape[1] + design.lags)
    n_own = int(own.stop - own.start)
    rows.z[:, :, n_z - (n_own - len(design.own_instruments)) :] = 0.0
    one = usable[..., None].astype(np.float64)
    zero = np.zeros_like(one)
    upper = np.concatenate([rows.w[..., :-m], zero, rows.w[..., -m:]], axis=2)
    levels = np.concatenate([rows.levels[..., :-m], one, rows.levels[..., -m:]], axis=2)
    blank = np.zeros((*usable.shape, n_z - n_own))
    upper_z = np.concatenate([rows.z, np.zeros_like(differences), zero], axis=2)
    lower_z = np.concatenate([blank, rows.levels[..., own], differences, one], axis=2)
    w = np.concatenate([upper, levels], axis=1)
    return Rows(w, np.concatenate([upper_z, lower_z], axis=1), rows.kept, levels)


def with_unmatched_rows(rows: Rows, cube: Array, design: Design, layout: InstrumentLayout) -> Rows:
    """Rows that the older program sums into Z'X but not into Z'y.

    Their regressors exist and their Helmert y does not, as in each unit's last period. They
    carry y = 0 and count neither as observations nor as residuals.
    """
    terms = gathered_terms(own_helmert(cube), design)
    terms[:, :, -len(design.outcomes) :] = 0.0
    unmatched = complete(terms) & ~rows.kept
    terms[~unmatched] = 0.0
    z = np.concatenate([rows.z, instruments(cube, terms, unmatched, design, layout)], axis=1)
    return Rows(np.concatenate([rows.w, terms], axis=1), z, rows.kept, rows.levels)
