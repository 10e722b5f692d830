"""Regressors and regressands of a chunk of units, in levels and transformed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pvar.design import Design, Term
from pvar.linalg import Array, BoolArray
from pvar.transform import first_differences, forward_orthogonal_deviations


def shifted(cube: Array, lag: int, first: int) -> Array:
    """cube at t - lag for t = first .. n_periods - 1, shape (n, n_periods - first, ...).

    Positions before the start of the calendar are NaN.
    """
    start = first - lag
    if start >= 0:
        return cube[:, start : cube.shape[1] - lag]
    missing = min(-start, cube.shape[1] - first)
    pad = np.full((cube.shape[0], missing, *cube.shape[2:]), np.nan)
    return np.concatenate([pad, cube[:, : cube.shape[1] - first - missing]], axis=1)


def runs(terms: Sequence[Term]) -> Iterator[tuple[int, int, int, int]]:
    """Consecutive columns at one lag as (place, first column, length, lag).

    Copying runs instead of single columns keeps memory access contiguous.
    """
    place = 0
    while place < len(terms):
        head, length = terms[place], 1
        while terms[place : place + length + 1][-1] == Term(head.column + length, head.lag):
            length += 1
        yield place, head.column, length, head.lag
        place += length


def gather(cube: Array, terms: Sequence[Term], first: int, out: Array) -> None:
    """Write the terms into the last axis of `out` for periods `first` on."""
    for place, column, length, lag in runs(terms):
        block = cube[:, :, column : column + length]
        out[:, :, place : place + length] = shifted(block, lag, first)


def dummy_periods(design: Design, n_periods: int) -> range:
    """Periods that get a dummy: all with rows, less one for the constant."""
    return range(design.lags + 1, n_periods) if design.time_effects == "dummies" else range(0)


def regressor_count(design: Design, n_periods: int) -> int:
    """K, with period dummies and the constant of system GMM."""
    return len(design.regressors) + len(dummy_periods(design, n_periods)) + design.system


def gathered_terms(cube: Array, design: Design) -> Array:
    """[X, dummies, y] from period `design.lags` on, NaN where missing."""
    n_periods, first = cube.shape[1], design.lags
    dummies = dummy_periods(design, n_periods)
    n_terms, m = len(design.regressors), len(design.outcomes)
    values = np.empty((cube.shape[0], n_periods - first, n_terms + len(dummies) + m))
    gather(cube, design.regressors, first, values[:, :, :n_terms])
    values[:, :, n_terms:-m] = np.arange(first, n_periods)[:, None] == np.array(dummies)
    gather(cube, [Term(c, 0) for c in design.outcomes], first, values[:, :, -m:])
    return values


def level_terms(cube: Array, design: Design) -> tuple[Array, BoolArray]:
    """`gathered_terms` with rows zeroed that are not usable, and the mask of usable rows.

    A row is usable when y, every lag and every other regressor are present.
    """
    values = gathered_terms(cube, design)
    usable = complete(values) & in_common_sample(cube, design)
    if not usable.all():
        values[~usable] = 0.0
    return values, usable


def complete(values: Array) -> BoolArray:
    """Rows without a missing value; a product is the fastest way to spread NaN over an axis."""
    present: BoolArray = np.isfinite(values @ np.ones(values.shape[-1]))
    return present


def in_common_sample(cube: Array, design: Design) -> BoolArray:
    """Rows that a model with `design.sample_lags` lags could also use."""
    first = design.lags
    kept = np.ones((cube.shape[0], cube.shape[1] - first), dtype=bool)
    outcomes = cube[:, :, list(design.outcomes)] if design.sample_lags else cube[:, :, :0]
    for lag in range(1, design.sample_lags + 1):
        kept &= complete(shifted(outcomes, lag, first))
    return kept


def transformed_terms(
    cube: Array, design: Design, levels: Array, usable: BoolArray
) -> tuple[Array, BoolArray]:
    """The same columns after the transform, and which rows exist."""
    if design.transform == "fd":
        return first_differences(levels, usable)
    if design.transform == "fod":
        return forward_orthogonal_deviations(levels, usable)
    values, present = level_terms(own_helmert(cube), design)
    return values, present


def own_helmert(cube: Array) -> Array:
    """Each variable less the mean of its own later values, NaN where there are none.

    The older pvar programs lag *this* variable, so their regressor averages periods
    t .. T although y_{t-1} should average t-1's successors within the rows of y.
    """
    result = np.empty_like(cube)
    for j in range(cube.shape[2]):
        seen = np.isfinite(cube[:, :, j])
        filled = np.where(seen, cube[:, :, j], 0.0)[..., None]
        deviation, kept = forward_orthogonal_deviations(filled, seen)
        result[:, :, j] = np.where(kept, deviation[..., 0], np.nan)
    return result
