"""Removing the unit effect: first differences, forward orthogonal deviations, older Helmert.

Every function takes rows in calendar order, shape (units, periods, columns), and a mask of
usable rows, shape (units, periods), and returns transformed rows of the same shape (zero
where there are none) with their mask. Regressand and lags go through **together**: the same
later rows enter the mean of each, else the transformed equation is not the model's equation.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from pvar.linalg import Array, BoolArray

Transform = Literal["fod", "fd", "pvar2", "pvar2-asymmetric"]
TRANSFORMS: tuple[Transform, ...] = ("fod", "fd", "pvar2", "pvar2-asymmetric")


def forward_orthogonal_deviations(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """c_t (x_t - mean of later usable x), c = sqrt(n / (n + 1)), n later rows.

    Arellano and Bover (1995, equation 14), with gaps: only usable rows count. `rows` must
    be zero where not usable. The running sum goes backwards over periods, all units at once.
    """
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


def first_differences(rows: Array, usable: BoolArray) -> tuple[Array, BoolArray]:
    """x_t - x_{t-1}, where both calendar neighbours are usable."""
    kept = usable.copy()
    kept[:, 0] = False
    kept[:, 1:] &= usable[:, :-1]
    difference = np.zeros_like(rows)
    np.subtract(rows[:, 1:], rows[:, :-1], out=difference[:, 1:])
    difference[~kept] = 0.0
    return difference, kept


def first_differences_adjoint(rows: Array) -> Array:
    """D'z for the difference operator D, so that Z'DD'Z = (D'Z)'(D'Z).

    `rows` must be zero where there is no difference.
    """
    spread = rows.copy()
    spread[:, :-1] -= rows[:, 1:]
    return spread


def helmert_matrix(n_periods: int) -> Array:
    """Forward orthogonal deviations of a complete unit as a matrix (n_periods, n_periods).

    The last row is zero, because the last period has no later ones.
    """
    later = np.arange(n_periods - 1, -1, -1, dtype=np.float64)
    weight = np.sqrt(later / (later + 1.0))
    spread = np.triu(np.ones((n_periods, n_periods)), 1) / np.maximum(later, 1.0)[:, None]
    matrix: Array = weight[:, None] * (np.eye(n_periods) - spread)
    return matrix
