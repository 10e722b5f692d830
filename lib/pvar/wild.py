"""The wild bootstrap-t for one coefficient, its null imposed.

With few units this is what keeps a test at its level: the restricted wild cluster bootstrap of
Cameron, Gelbach and Miller (2008), in the form of Kline and Santos (2012), who perturb moments
rather than data, which an estimator with instruments and lags allows without simulating paths.

For the null that coefficient j equals b_j - d, all coefficients move to the nearest ones
that obey it, b - d u with u = V e_j / V_jj and V the clustered covariance. Moments of unit i
become g_i + d h_i. They get random signs w_i, the estimate moves by P sum w_i (g_i + d h_i),
and its t-statistic is taken anew with the moments at the moved estimate. Everything is linear
in d but the squared standard error, which is quadratic: a test of any null, and so an
interval, needs five numbers per draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pvar.bias import corrected_scores
from pvar.gmm import scores_of
from pvar.linalg import Array
from pvar.moments import Moments
from pvar.reestimation import Estimator, estimator_of
from pvar.resampling import draw_blocks, group_sizes, weights

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

TIE = 1e-9
DOUBLINGS = 40
HALVINGS = 50


@dataclass(frozen=True, eq=False)
class RestrictedDraws:
    """Bootstrap t-statistics of every coefficient as functions of its null.

    At distance d of the estimate from the null, |start + d slope| over the root of
    squares[0] + 2 d squares[1] + d^2 squares[2].

    Attributes
    ----------
    start, slope : array (draws, mK)
    squares : array (3, draws, mK)
    errors : array (mK,)
        Clustered standard errors of the estimate.
    """

    start: Array = field(repr=False)
    slope: Array = field(repr=False)
    squares: Array = field(repr=False)
    errors: Array

    def p_values(self, distance: Array) -> Array:
        """Two-sided p-values (mK,) of nulls at these distances (mK,) below the estimates."""
        constant, linear, quadratic = self.squares
        spread = constant + distance * (2.0 * linear + distance * quadratic)
        drawn = np.abs(self.start + distance * self.slope)
        seen = np.abs(distance) / self.errors
        with np.errstate(invalid="ignore"):
            beyond = drawn >= (1.0 - TIE) * seen * np.sqrt(np.maximum(spread, 0.0))
        return np.asarray(beyond.mean(axis=0))

    def reach(self, sign: float, level: float) -> Array:
        """How far (mK,) a null may lie on one side before it is rejected; maybe infinite."""
        alpha = 1.0 - level
        near, far = np.zeros_like(self.errors), self.errors.copy()
        for _ in range(DOUBLINGS):
            kept = self.p_values(sign * far) > alpha
            if not kept.any():
                break
            near, far = np.where(kept, far, near), np.where(kept, 2.0 * far, far)
        endless = self.p_values(sign * far) > alpha
        for _ in range(HALVINGS):
            middle = (near + far) / 2.0
            kept = self.p_values(sign * middle) > alpha
            near, far = np.where(kept, middle, near), np.where(kept, far, middle)
        return np.where(endless, np.inf, far)


def restricted_draws(results: PanelVARResults, draws: int, seed: int) -> RestrictedDraws:
    """Signs of the wild draws of the same seed, put to restricted moments."""
    estimator = estimator_of(results)
    moments = estimator.moments
    sizes, size = group_sizes(moments), results.covariance.shape[0]
    influence, parts = Influence.of(results, estimator), []
    for block in draw_blocks(draws, seed):
        signs = np.concatenate(list(weights("wild", block, sizes)), axis=1)
        columns = [influence.restricted(signs, j) for j in range(size)]
        parts.append(np.stack(columns, axis=2))
    start, slope, *squares = np.concatenate(parts, axis=1)
    return RestrictedDraws(start, slope, np.stack(squares), influence.errors)


@dataclass(frozen=True, eq=False)
class Influence:
    """What units, or clusters of them, do to the estimate, to first order.

    Attributes
    ----------
    slopes : array (G, L, K)
        Z_g'X_g.
    scores : array (G, mL)
        Moments; after two steps at the one-step coefficients.
    effect : array (mK, mL)
        Of moments on the estimate; after two steps with the weight's dependence on the first,
        so that the sum of squares is Windmeijer's (2005) covariance.
    shift : array (mK, mL)
        Of moments on the coefficients that moments are taken at.
    covariance : array (mK, mK)
        Clustered, of the estimate.
    """

    slopes: Array
    scores: Array
    effect: Array
    shift: Array
    covariance: Array

    @classmethod
    def of(cls, results: PanelVARResults, estimator: Estimator) -> Influence:
        """From the moments of units or clusters at the estimate."""
        moments = estimator.moments
        cross = grouped(moments, np.concatenate(list(moments.unit_crosses())))
        effect = shift = results.estimate.projection
        point, first = estimator.point, results.estimate.first
        if estimator.second is not None and first is not None:
            point, shift = first.coefficients, first.projection
            effect = effect + estimator.second.derivative @ shift
        if moments.sample.design.correction is None:
            scores = scores_of(cross, point)
        else:
            scores = corrected_group_scores(estimator)
        moved = scores @ effect.T
        slopes = cross[:, :, : moments.n_regressors]
        return cls(slopes, scores, effect, shift, moved.T @ moved)

    @property
    def errors(self) -> Array:
        """Clustered standard errors (mK,)."""
        return np.asarray(np.sqrt(np.diagonal(self.covariance)))

    def restricted(self, signs: Array, j: int) -> Array:
        """Start, slope and the three squares for coefficient j, shape (5, draws)."""
        groups, n_z, k = self.slopes.shape
        nearest = (self.covariance[j] / self.covariance[j, j]).reshape(-1, k)
        moved = (self.slopes @ nearest.T).transpose(0, 2, 1).reshape(groups, -1)
        effect = self.effect[j].reshape(-1, n_z)
        back = np.einsum("el,glk->gek", effect, self.slopes).reshape(groups, -1)
        start, left = self.perturbed(signs, self.scores, j, back)
        slope, right = self.perturbed(signs, moved, j, back)
        products = [(left**2).sum(axis=1), (left * right).sum(axis=1), (right**2).sum(axis=1)]
        return np.stack([start, slope, *products])

    def perturbed(self, signs: Array, moments: Array, j: int, back: Array) -> tuple[Array, Array]:
        """How far signs move coefficient j (draws,), and each group's part of it (draws, G).

        The parts are taken anew at the moved coefficients, `back` (G, mK) being how those
        change a group's moments as coefficient j sees them.
        """
        own = signs * (moments @ self.effect[j])
        moved = signs @ (moments @ self.shift.T)
        return own.sum(axis=1), own - moved @ back.T


def corrected_group_scores(estimator: Estimator) -> Array:
    """Moments behind corrected least squares, summed over the rows of each group, (G, mK).

    Restricting moves them as it moves those of least squares, which is right to first order.
    """
    moments = estimator.moments
    plain = estimator.one_step(moments.cross[None], None)[0]
    rows = corrected_scores(moments, plain, estimator.point)
    return grouped(moments, np.concatenate([scores.sum(axis=1) for scores in rows]))


def grouped(moments: Moments, units: Array) -> Array:
    """Arrays (units, ...) of the units with rows, or summed over their clusters."""
    used, codes = moments.unit_rows > 0, moments.sample.data.clusters
    if codes is None:
        return np.asarray(units[used])
    _, positions = np.unique(codes[used], return_inverse=True)
    total = np.zeros((positions.max() + 1, *units.shape[1:]))
    np.add.at(total, positions, units[used])
    return total
