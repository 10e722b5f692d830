"""Transforms that remove unit effects: rows (units, periods, columns) and a mask in, the same out.

Regressand and lags go through **together**: the same rows enter the mean of each, else the
transformed equation is not the model's equation. Rows must be zero where the mask is not set.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from pvar.linalg import Array, BoolArray


def forward_orthogonal_deviations(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """c_t (x_t - mean of later usable x), c = sqrt(n / (n + 1)), n later rows.

    Arellano and Bover (1995, equation 14), with gaps: only usable rows count. Units without
    gaps share one matrix.
    """
    if usable.all():
        kept = usable.copy()
        kept[:, -1:] = False
        return helmert_matrix(rows.shape[1]) @ rows, kept
    return deviations_with_gaps(rows, usable)


def deviations_with_gaps(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """The same, the running sum going backwards over periods, all units at once."""
    deviation = np.zeros_like(rows)
    kept = np.zeros_like(usable)
    total = np.zeros((rows.shape[0], rows.shape[2]))
    later = np.zeros(len(rows))
    for t in range(rows.shape[1] - 1, -1, -1):
        kept[:, t] = usable[:, t] & (later > 0)
        count = np.maximum(later, 1.0)
        weight = np.where(kept[:, t], np.sqrt(count / (count + 1.0)), 0.0)
        deviation[:, t] = weight[:, None] * (rows[:, t] - total / count[:, None])
        total += rows[:, t]
        later += usable[:, t]
    return deviation, kept


@cache
def helmert_matrix(n_periods: int) -> Array:
    """Forward orthogonal deviations of a complete unit as a square matrix; its last row is 0."""
    whole = np.ones((1, n_periods), dtype=np.bool_)
    deviation, _ = deviations_with_gaps(np.eye(n_periods)[None], whole)
    matrix = np.asarray(deviation[0])
    matrix.flags.writeable = False  # shared by all who ask
    return matrix


def first_differences(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """x_t - x_{t-1}, where both calendar neighbours are usable."""
    kept = usable.copy()
    kept[:, 0] = False
    kept[:, 1:] &= usable[:, :-1]
    difference = np.zeros_like(rows)
    np.subtract(rows[:, 1:], rows[:, :-1], out=difference[:, 1:])
    difference[~kept] = 0.0
    return difference, kept


def within(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """x_t less the unit's mean over its usable rows; a unit with one row has none to offer."""
    count = usable.sum(axis=1)
    kept = usable & (count > 1)[:, None]
    mean = rows.sum(axis=1) / np.maximum(count, 1)[:, None]
    deviation = rows - mean[:, None]
    deviation[~kept] = 0.0
    return deviation, kept


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
