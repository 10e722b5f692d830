"""The estimator of a result, applied to many weighted samples at once.

A unit drawn twice counts twice, so a resample is a set of weights on units and its moments are
weighted sums of theirs: nothing is transformed again and no draw is looped over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pvar.bias import corrected_coefficients, half_sums
from pvar.gmm import InitialWeight, residual_covariance, weight_derivative
from pvar.linalg import Array, inverse_factor, singular_value_floor
from pvar.moments import Moments
from pvar.rows import complete

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

SLICE_BYTES = 64_000_000


@dataclass(frozen=True, eq=False)
class SecondStep:
    """The second step with the full sample's weight, its dependence on the first linearised.

    Re-estimating the weight in a draw needs as many distinct units as there are moments, and a
    resample of N has some .63 N. Keeping the weight alone leaves out what Windmeijer (2005)
    found to matter: its dependence on the first step. So coefficients are those of the kept
    weight plus D (first step of the draw - first step of the sample), D the derivative that
    Windmeijer's covariance uses. Moments are not recentred as Hall and Horowitz (1996) do:
    the criterion of a draw is not used, and with the linearised weight recentring covered less.

    Attributes
    ----------
    weight : array (m, m, L, L)
        Blocks of W by equation.
    derivative : array (mK, mK)
    first : array (m, K)
        One-step coefficients.
    """

    weight: Array
    derivative: Array
    first: Array

    def coefficients(self, cross: Array, first: Array) -> Array:
        """Two-step coefficients (draws, m, K) from Z'[X, y] and one-step ones of each draw."""
        size = max(1, SLICE_BYTES // (8 * self.weight.shape[0] ** 2 * cross[0].size))
        parts = [cross[low : low + size] for low in range(0, len(cross), size)]
        kept = np.concatenate([self.with_kept_weight(part) for part in parts])
        moved = (first - self.first).reshape(len(first), -1) @ self.derivative.T
        return kept + moved.reshape(first.shape)

    def with_kept_weight(self, cross: Array) -> Array:
        """Coefficients that minimise g'Wg, W that of the full sample."""
        m, k = self.first.shape
        slopes = cross[:, :, :k].transpose(0, 2, 1)[:, None, None]
        outcomes = cross[:, :, k:].transpose(0, 2, 1)[:, None, :, :, None]
        normal = (slopes @ self.weight @ cross[:, None, None, :, :k]).transpose(0, 1, 3, 2, 4)
        target = (slopes @ (self.weight @ outcomes)).sum(axis=2)
        return solve_each(normal.reshape(-1, m * k, m * k), target.reshape(-1, m * k, 1)).reshape(
            -1, m, k
        )


@dataclass(frozen=True, eq=False)
class Estimator:
    """How coefficients follow from sums of moments; `point` (m, K) are those of the sample."""

    moments: Moments
    point: Array
    initial_weight: InitialWeight
    second: SecondStep | None

    @property
    def reweighs(self) -> bool:
        """Whether the first step's weight is that of the draw, so that Z'HZ is needed."""
        return self.initial_weight == "model" and not self.moments.just_identified

    def coefficients(
        self, cross: Array, gram: Array, n_obs: Array, n_units: Array, *rest: Array
    ) -> Array:
        """Coefficients (draws, m, K); NaN where a matrix is singular.

        Parameters
        ----------
        cross, gram : array (draws, L, K + m) and (draws, K + m, K + m)
            Z'[X, y] and [X, y]'[X, y].
        n_obs, n_units : array (draws,)
        rest : array
            Z'HZ if `reweighs`; what the correction of least squares asks for, if there is one.
        """
        weight, halves = (rest[0], rest[1:]) if self.reweighs else (None, rest)
        first = self.one_step(cross, weight)
        if self.second is not None:
            return self.second.coefficients(cross, first)
        return corrected_coefficients(self.moments, first, gram, n_obs, list(halves), n_units)

    def totals(self) -> list[Array]:
        """What `coefficients` takes, of the sample itself."""
        moments = self.moments
        counts = [np.asarray(moments.n_obs), np.asarray(moments.n_units)]
        weight = [moments.weight] if self.reweighs else []
        return [moments.cross, moments.gram, *counts, *weight, *half_sums(moments)]

    def freedom(self, n_obs: Array, n_units: Array) -> Array:
        """Degrees of freedom of residual variances, which spend one on each unit's mean."""
        moments = self.moments
        means = n_units - moments.n_units if moments.sample.design.transform == "within" else 0
        return np.asarray(n_obs - moments.fitted - means)

    def one_step(self, cross: Array, weight: Array | None) -> Array:
        """One-step coefficients (draws, m, K); just-identified, no weight matters."""
        k = self.moments.n_regressors
        slopes = cross[:, :, :k]
        if self.moments.just_identified:
            return solve_each(slopes, cross[:, :, k:]).transpose(0, 2, 1)
        weighted = cross if weight is None else solve_each(weight, cross)
        normal = slopes.transpose(0, 2, 1) @ weighted
        return solve_each(normal[:, :, :k], normal[:, :, k:]).transpose(0, 2, 1)


def estimator_of(results: PanelVARResults) -> Estimator:
    """The estimator that gave the results."""
    moments, estimate = results.moments, results.estimate
    second = None
    if estimate.first is not None:
        m, n_z = moments.n_equations, moments.n_instruments
        root = inverse_factor(estimate.score_covariance, "", "")
        weight = (root.T @ root).reshape(m, n_z, m, n_z).transpose(0, 2, 1, 3)
        derivative = weight_derivative(moments, estimate.first, estimate)
        second = SecondStep(weight, derivative, estimate.first.coefficients)
    return Estimator(moments, estimate.coefficients, results.initial_weight, second)


def innovations(coefficients: Array, gram: Array, freedom: Array) -> Array:
    """Innovation covariances (draws, m, m); NaN without freedom or where an equation fits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma, exact = residual_covariance(coefficients, gram, freedom)
    sigma[exact.any(axis=1) | ~(freedom > 0.5)] = np.nan
    return sigma


def solve_each(matrices: Array, targets: Array) -> Array:
    """Solve systems (draws, n, n) for (draws, n, r); NaN where one is numerically singular."""
    n = matrices.shape[-1]
    rows = scale_of(matrices, -1)
    columns = scale_of(matrices / rows[:, :, None], -2)
    scaled = matrices / rows[:, :, None] / columns[:, None, :]
    singular = ~complete(scaled).all(axis=1)
    scaled[singular] = np.eye(n)
    identity = np.broadcast_to(np.eye(n), scaled.shape)
    both = solved(scaled, np.concatenate([targets / rows[:, :, None], identity], axis=2))
    growth = np.linalg.norm(scaled, 1, axis=(1, 2))
    growth *= np.linalg.norm(both[:, :, -n:], 1, axis=(1, 2))
    singular |= ~(growth * singular_value_floor(n) < 1.0)
    solution: Array = both[:, :, :-n] / columns[:, :, None]
    solution[singular] = np.nan
    return solution


def solved(matrices: Array, targets: Array) -> Array:
    """Solutions, NaN where elimination meets a zero pivot (numpy gives up all if one does)."""
    try:
        return np.asarray(np.linalg.solve(matrices, targets))
    except np.linalg.LinAlgError:
        sign, _ = np.linalg.slogdet(matrices)
        fine = sign != 0
        solution = np.full(targets.shape, np.nan)
        solution[fine] = np.linalg.solve(matrices[fine], targets[fine])
        return solution


def scale_of(matrices: Array, axis: int) -> Array:
    """Largest absolute entry along an axis, 1 where all are zero."""
    largest = np.abs(matrices).max(axis=axis)
    return np.where(largest > 0, largest, 1.0)
