"""Rows of the estimating equations for a chunk of units.

A row holds W = [X, y] (K + m columns) and Z (L columns); rows that do not exist are zero,
so sums over rows need no masks. System GMM stacks level rows under the transformed ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvar.design import Design
from pvar.instruments import InstrumentLayout, lagged_differences, lagged_levels
from pvar.linalg import Array, BoolArray
from pvar.terms import (
    complete,
    dummy_periods,
    gathered_terms,
    level_terms,
    own_helmert,
    transformed_terms,
)
from pvar.transform import first_differences_adjoint, helmert_matrix


@dataclass(frozen=True)
class Rows:
    """Stacked rows of a chunk of n units.

    Attributes
    ----------
    w : array (n, rows, K + m)
        Regressors, then regressands.
    z : array (n, rows, L)
    kept : array (n, transformed rows)
        Which transformed rows exist; these come first in `w` and `z`.
    levels : array (n, transformed rows, K + m)
        The terms before the transform.
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


def build_rows(cube: Array, centred: Array, design: Design, layout: InstrumentLayout) -> Rows:
    """Rows of a chunk.

    Parameters
    ----------
    cube : array (n, periods, variables)
        Levels, NaN where missing; these are the instruments.
    centred : array (n, periods, variables)
        Levels that enter the equations: `cube`, less period means if so asked.
    design : Design
    layout : InstrumentLayout
    """
    levels, usable = level_terms(centred, design)
    w, kept = transformed_terms(centred, design, levels, usable)
    z = lagged_levels(cube, design, layout, kept)
    own = own_columns(design, cube.shape[1])
    z = np.concatenate([z, w[:, :, own]], axis=2) if own.stop > own.start else z
    if design.transform == "pvar2-asymmetric":
        return with_unmatched_rows(Rows(w, z, kept, levels), cube, centred, design, layout)
    if not design.system:
        return Rows(w, z, kept, levels)
    changes = lagged_differences(cube, design, layout, usable)
    return with_level_rows(Rows(w, z, kept, levels), changes, usable, own, design)


def own_columns(design: Design, n_periods: int) -> slice:
    """Columns of W that are their own instruments: exogenous terms and period dummies."""
    stop = len(design.regressors) + len(dummy_periods(design, n_periods))
    return slice(len(design.regressors) - len(design.own_instruments), stop)


def count_dummies(own: slice, design: Design) -> int:
    """Period dummies among the columns that are their own instruments."""
    return int(own.stop - own.start) - len(design.own_instruments)


def with_level_rows(
    rows: Rows, changes: Array, usable: BoolArray, own: slice, design: Design
) -> Rows:
    """System GMM: the equation in levels, with a constant, under the transformed one.

    Period dummies are instruments of the level rows only, as in Blundell and Bond (1998).
    """
    m = len(design.outcomes)
    rows.z[:, :, rows.z.shape[2] - count_dummies(own, design) :] = 0.0
    one = usable[..., None].astype(np.float64)
    zero = np.zeros_like(one)
    upper = np.concatenate([rows.w[..., :-m], zero, rows.w[..., -m:]], axis=2)
    levels = np.concatenate([rows.levels[..., :-m], one, rows.levels[..., -m:]], axis=2)
    n_own = int(own.stop - own.start)
    blank = np.zeros((*usable.shape, rows.z.shape[2] - n_own))
    upper_z = np.concatenate([rows.z, np.zeros_like(changes), zero], axis=2)
    lower_z = np.concatenate([blank, rows.levels[..., own], changes, one], axis=2)
    w = np.concatenate([upper, levels], axis=1)
    return Rows(w, np.concatenate([upper_z, lower_z], axis=1), rows.kept, levels)


def with_unmatched_rows(
    rows: Rows, cube: Array, centred: Array, design: Design, layout: InstrumentLayout
) -> Rows:
    """Rows that the older program sums into Z'X but not into Z'y.

    Their regressors exist and their Helmert y does not, as in each unit's last period. They
    carry y = 0 and count neither as observations nor as residuals.
    """
    terms = gathered_terms(own_helmert(centred), design)
    terms[:, :, -len(design.outcomes) :] = 0.0
    unmatched = complete(terms) & ~rows.kept
    terms[~unmatched] = 0.0
    z = lagged_levels(cube, design, layout, unmatched)
    own = own_columns(design, cube.shape[1])
    z = np.concatenate([z, terms[:, :, own]], axis=2)
    w = np.concatenate([rows.w, terms], axis=1)
    return Rows(w, np.concatenate([rows.z, z], axis=1), rows.kept, rows.levels)


def weight_root(rows: Rows, design: Design) -> Array:
    """R with Z'HZ = R'R summed over units and rows, the one-step weight's inverse.

    H is DD' for differences, the identity for forward deviations, and VV' with V = [M; I]
    for system GMM, M being the transform of a complete unit (exact on balanced panels).
    """
    z = rows.transformed_z
    if design.transform == "fd":
        root = first_differences_adjoint(z)
    elif design.system:
        root = helmert_matrix(z.shape[1]).T @ z
    else:
        return z
    return root + rows.z[:, z.shape[1] :] if design.system else root
