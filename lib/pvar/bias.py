"""Corrections of least squares with unit effects for the bias of order 1/T (Nickell 1981).

Both are functions of sums over units, so that resampled sums are corrected the same way: a unit
drawn twice counts twice in the full panel and in both halves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import Estimate, residual_covariance, residual_maker
from pvar.linalg import Array, BoolArray, symmetric_inverse
from pvar.messages import message
from pvar.transforms import within

if TYPE_CHECKING:
    from pvar.moments import Moments
    from pvar.rows import Rows

FEWEST_ROWS = 4


def corrected(moments: Moments, estimate: Estimate) -> Estimate:
    """The estimate less its bias, if the design says how; projection and scores as they are."""
    if moments.sample.design.correction is None:
        return estimate
    sums = half_sums(moments)
    coefficients = corrected_coefficients(
        moments, estimate.coefficients, moments.gram, moments.n_obs, sums
    )
    if not np.isfinite(coefficients).all():
        raise SingularMatrixError(
            message(
                "The regressors are collinear in one half of the panel; use fewer lags or "
                "regressors, or correction='hahn-kuersteiner', which does not split it."
            )
        )
    return replace(estimate, coefficients=coefficients)


def corrected_coefficients(
    moments: Moments,
    coefficients: Array,
    gram: Array,
    n_obs: Array | int,
    halves: list[Array],
    n_units: Array | int | None = None,
) -> Array:
    """Coefficients (..., m, K) less their bias, from sums of one panel or of resampled ones.

    Parameters
    ----------
    moments : Moments
        Of the panel itself, for its design and its number of units.
    gram : array (..., K + m, K + m)
        [X, y]'[X, y] after the within transform.
    halves : list of array
        Sums over units of `half_parts`.
    n_units : array (...,) or int, optional
        Units in the sums, where they are not as many as in the panel.
    """
    correction = moments.sample.design.correction
    if correction == "half-panel-jackknife":
        return jackknifed(moments, coefficients, gram, n_obs, halves)
    if correction == "hahn-kuersteiner":
        units = moments.n_units if n_units is None else n_units
        return analytically_corrected(moments, coefficients, gram, n_obs, units)
    return coefficients


def analytically_corrected(
    moments: Moments,
    coefficients: Array,
    gram: Array,
    n_obs: Array | int,
    n_units: Array | int,
) -> Array:
    """A' + (X'X)^-1 N B, B stacking (I - A_1 - ... - A_p)^-1 Omega for every lag.

    Hahn and Kuersteiner (2002, section 3), written for p lags, further regressors and unbalanced
    panels: within a unit the mean of y_{t-k} and that of e_t share (I - A(1))^-1 Omega / T,
    whatever k. Omega is the residuals' covariance over their degrees of freedom; their own
    estimate of it, the variance of y_{t-1} less that of the fit, is smaller by about 1/T and
    leaves more bias (with T = 12, .02 of .13 against .01).
    """
    k, place = moments.n_regressors, lag_columns(moments)
    freedom = n_obs - moments.fitted - (n_units - moments.n_units)
    omega, _ = residual_covariance(coefficients, gram, freedom)
    multiplier = np.linalg.solve(np.eye(len(place[0])) - coefficients @ place, omega)
    shift: Array = symmetric_inverse(gram[..., :k, :k], k) @ place @ multiplier
    return coefficients + np.asarray(n_units)[..., None, None] * shift.swapaxes(-1, -2)


def jackknifed(
    moments: Moments, coefficients: Array, gram: Array, n_obs: Array | int, halves: list[Array]
) -> Array:
    """2 beta - mean of the halves' beta, weighted by their rows (Dhaene and Jochmans 2015).

    The bias of a half with S of T rows is T/S times that of the whole, so the weights S/T
    make their mean's bias exactly twice it. Where a unit has an odd number of rows the split is
    done both ways, the middle row going with the earlier and then with the later half, and
    the two results are averaged.
    """
    total, first = np.zeros_like(coefficients), len(moments.sample.design.regressors)
    for sums, rows in zip(halves[::2], halves[1::2], strict=True):
        share = rows / np.asarray(n_obs) / (len(halves) // 4)
        total += share[..., None, None] * half_coefficients(sums, first)[0]
    return with_dummies(2.0 * coefficients - total, gram, first)


def half_coefficients(sums: Array, wanted: int) -> tuple[Array, Array]:
    """Least squares (..., m, K) of a half and its (X'X)^-1, the first coefficients being wanted."""
    k = sums.shape[-2]
    inverse = symmetric_inverse(sums[..., :k], wanted)
    return (inverse @ sums[..., k:]).swapaxes(-1, -2), inverse


def with_dummies(coefficients: Array, gram: Array, first: int) -> Array:
    """Coefficients from `first` on, of period dummies, estimated again given the others."""
    k = coefficients.shape[-1]
    if first == k:
        return coefficients
    result = coefficients.copy()
    slopes = result[..., :first].swapaxes(-1, -2)
    rest = gram[..., first:k, k:] - gram[..., first:k, :first] @ slopes
    inverse = symmetric_inverse(gram[..., first:k, first:k], 0)
    result[..., first:] = (inverse @ rest).swapaxes(-1, -2)
    return result


def half_masks(kept: BoolArray, odd: bool) -> list[BoolArray]:
    """Rows (n, rows) of the earlier and later half; twice if some unit has an odd number."""
    order = kept.cumsum(axis=1)
    count = order[:, -1:]
    masks: list[BoolArray] = []
    for extra in (1, 0) if odd else (0,):
        early = kept & (order <= (count + extra) // 2)
        masks += [early, kept & ~early]
    return masks


def half_parts(rows: Rows, moments: Moments) -> list[Array]:
    """For each half, X_i'[X_i, y_i] (n, K, K + m) less its own unit means, and its rows (n,).

    Nothing unless the design asks for the jackknife.
    """
    if moments.sample.design.correction != "half-panel-jackknife":
        return []
    parts: list[Array] = []
    for mask in half_masks(rows.kept, has_odd_units(moments)):
        w, _ = within(np.where(mask[..., None], rows.levels, 0.0), mask)
        parts += [w[..., : moments.n_regressors].transpose(0, 2, 1) @ w, mask.sum(axis=1)]
    return parts


def has_odd_units(moments: Moments) -> bool:
    """Whether some unit has an odd number of rows."""
    return bool((moments.unit_rows % 2).any())


def half_sums(moments: Moments) -> list[Array]:
    """`half_parts` summed over all units."""
    if moments.sample.design.correction != "half-panel-jackknife":
        return []
    if moments.unit_rows.max() < FEWEST_ROWS:
        raise PanelVARError(
            message(
                "The half-panel jackknife needs units with at least {least} rows, so that each "
                "half has two; the longest has {rows}. Choose correction='hahn-kuersteiner'.",
                least=FEWEST_ROWS,
                rows=int(moments.unit_rows.max()),
            )
        )
    chunks = [[part.sum(axis=0) for part in half_parts(rows, moments)] for rows in moments.rows()]
    return [sum(parts[1:], parts[0]) for parts in zip(*chunks, strict=True)]


def corrected_scores(moments: Moments, plain: Array, coefficients: Array) -> Iterator[Array]:
    """What each row adds to the moments behind a correction, (n, rows, mK), chunk by chunk.

    Projected as least squares projects its own moments, their sum is the error of the corrected
    estimate to first order with T fixed. The limits of both papers, N and T to infinity, forget
    the variance that the correction adds: with T = 8 to 13 a fifth of the jackknife's standard
    error and a tenth to a fifth of the other's.

    Parameters
    ----------
    plain, coefficients : array (m, K)
        Of least squares, and corrected.
    """
    if moments.sample.design.correction == "half-panel-jackknife":
        return jackknife_scores(moments, plain)
    return analytic_scores(moments, plain, coefficients)


def jackknife_scores(moments: Moments, plain: Array) -> Iterator[Array]:
    """2 g - Z'Z sum of S/T (Z_h'Z_h)^-1 g_h, g_h the moments of a half at its own coefficients.

    With dummies, whose coefficients follow from the others, only those of the others move.
    """
    first, k = len(moments.sample.design.regressors), moments.n_regressors
    inverse = np.linalg.inv(moments.gram[:k, :k])
    slopes = np.linalg.inv(inverse[:first, :first])
    halves, odd = half_estimates(moments), has_odd_units(moments)
    for rows in moments.rows():
        e, z = rows.w @ residual_maker(plain), rows.z
        moved = outer(e, z @ (slopes @ inverse[:first]).T)
        for mask, (maker, half) in zip(half_masks(rows.kept, odd), halves, strict=True):
            w, _ = within(np.where(mask[..., None], rows.levels, 0.0), mask)
            moved -= outer(w @ maker, w[..., :k] @ (slopes @ half[:first]).T)
        scores = outer(e, z)
        scores[..., :first] += moved
        yield scores.reshape(*rows.kept.shape, -1)


def half_estimates(moments: Moments) -> list[tuple[Array, Array]]:
    """For each half, its residual maker and its (X'X)^-1 (K, K) times its share of the rows."""
    found, halves = [], half_sums(moments)
    for sums, rows in zip(halves[::2], halves[1::2], strict=True):
        beta, inverse = half_coefficients(sums, len(moments.sample.design.regressors))
        share = float(rows) / moments.n_obs / (len(halves) // 4)
        found.append((residual_maker(beta), share * inverse))
    return found


def analytic_scores(moments: Moments, plain: Array, coefficients: Array) -> Iterator[Array]:
    """x (y - A x)' at the corrected coefficients, plus N times what a row adds to B.

    With M = (I - A(1))^-1 Omega and L'x_t what the row adds to A(1)', row (k, .) of B moves by
    that of (I - A(1))^-1 e (e / f + M'L'x_t)', f the degrees of freedom of Omega.
    """
    k, freedom = moments.n_regressors, moments.n_obs - moments.fitted
    place = lag_columns(moments)
    total = np.linalg.inv(np.eye(len(plain)) - plain @ place)
    multiplier = total @ residual_covariance(plain, moments.gram, freedom)[0]
    lagged = np.linalg.inv(moments.gram[:k, :k]) @ place @ multiplier
    for rows in moments.rows():
        e, z = rows.w @ residual_maker(plain), rows.z
        moved = outer(e / freedom + z @ lagged, e @ total.T) @ place.T
        scores = outer(rows.w @ residual_maker(coefficients), z) + moments.n_units * moved
        yield scores.reshape(*rows.kept.shape, -1)


def lag_columns(moments: Moments) -> Array:
    """1 where a regressor (row) is a lag of a dependent variable (column); (K, m)."""
    place = np.zeros((moments.n_regressors, moments.n_equations))
    for row, term in enumerate(moments.sample.design.regressors):
        if term.column < moments.n_equations:
            place[row, term.column] = 1.0
    return place


def outer(left: Array, right: Array) -> Array:
    """Products (n, rows, a, b) of (n, rows, a) and (n, rows, b)."""
    return left[..., :, None] * right[..., None, :]
