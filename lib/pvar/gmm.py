"""One-step and joint two-step GMM from moments.

Parameters are stacked by equation, then regressor: the rows of the coefficient matrix
(m, K) one after another. Moments are stacked by equation, then instrument. The two-step
weight runs over all equations jointly, so two steps are a system estimator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from pvar.errors import PanelVARError, SingularMatrixError
from pvar.linalg import Array, BoolArray, cross_product, inverse_factor, projection_of
from pvar.messages import message
from pvar.moments import Moments

Steps = Literal["one", "two"]
InitialWeight = Literal["model", "identity"]
Clusters = Literal["unit", "row"]
Covariance = Literal["clustered", "windmeijer", "robust", "unadjusted", "driscoll-kraay"]
COVARIANCES: tuple[Covariance, ...] = get_args(Covariance)

EXACT_FIT = 1e-12


def rank_cure() -> str:
    """What to do about regressors and instruments that do not span the coefficients."""
    return message(
        "See whether variables are collinear or constant within units, or use fewer lags."
    )


def weight_cure() -> str:
    """What to do about more moments than the weight can hold."""
    return message(
        "Use fewer instruments: depth='just' (just-identified), collapse=True, or steps='one'."
    )


@dataclass(frozen=True, eq=False)
class Estimate:
    """A GMM estimate.

    Attributes
    ----------
    projection : array (mK, mL)
        What estimation does to moments: beta_hat - beta = projection @ sum of g_i.
    score_covariance : array (mL, mL)
        Sum of g g' over the units (or their clusters) or the rows that the weight is summed
        over: at these coefficients after one step, at the one-step coefficients after two.
    weighted_score, criterion : array (mL,) and float
        W g and g'Wg, g being the sum of moments and W the weight of the step.
    first : Estimate or None
        The step before, after two.
    """

    coefficients: Array
    projection: Array
    score_covariance: Array
    weighted_score: Array
    criterion: float
    first: Estimate | None = None


def residual_maker(coefficients: Array) -> Array:
    """[X, y] @ this = residuals; shape (..., K + m, m) for coefficients (..., m, K)."""
    m, k = coefficients.shape[-2:]
    maker = np.empty((*coefficients.shape[:-2], k + m, m))
    maker[..., :k, :] = -coefficients.swapaxes(-2, -1)
    maker[..., k:, :] = np.eye(m)
    return maker


def scores_of(cross: Array, coefficients: Array) -> Array:
    """Moments g_i, shape (n, mL), of units with Z_i'[X_i, y_i] (n, L, K + m)."""
    product = cross @ residual_maker(coefficients)
    return product.transpose(0, 2, 1).reshape(len(cross), -1)


def unit_scores(moments: Moments, coefficients: Array) -> Iterator[Array]:
    """Moments g_i of each unit, shape (n, mL), chunk by chunk."""
    return (scores_of(cross, coefficients) for cross in moments.unit_crosses())


def row_scores(moments: Moments, coefficients: Array) -> Iterator[Array]:
    """Moments of each row, shape (n, rows, mL), chunk by chunk; zero where there is no row.

    System GMM has its level rows too; rows that the older program sums into Z'X alone are
    left out.
    """
    maker, system = residual_maker(coefficients), moments.sample.design.system
    for rows in moments.rows():
        w, z = (rows.w, rows.z) if system else (rows.transformed_w, rows.transformed_z)
        scores = (w @ maker)[..., :, None] * z[..., None, :]
        yield scores.reshape(*z.shape[:2], -1)


def cluster_sums(moments: Moments, units: Iterator[Array]) -> Iterator[Array]:
    """Arrays (n, ...) of the units of each chunk; or, if the data name clusters, of these."""
    codes = moments.sample.data.clusters
    if codes is None:
        yield from units
        return
    total: Array | None = None
    for (low, high), part in zip(moments.sample.ranges, units, strict=True):
        if total is None:
            total = np.zeros((int(codes.max()) + 1, *part.shape[1:]))
        np.add.at(total, codes[low:high], part)
    assert total is not None
    yield total


def score_covariance(moments: Moments, coefficients: Array, over: Clusters) -> Array:
    """Sum of g g' over units (or clusters) or rows, neither centred nor divided; (mL, mL)."""
    if over == "row":
        return spread_of_rows(moments, row_scores(moments, coefficients), over)
    total = np.zeros((moments.n_moments, moments.n_moments))
    for cross in cluster_sums(moments, moments.unit_crosses()):
        flat = scores_of(cross, coefficients)
        total += cross_product(flat, flat)
    return total


def spread_of_rows(moments: Moments, rows: Iterator[Array], over: Clusters) -> Array:
    """The same from moments of each row, shape (n, rows, mL), chunk by chunk."""
    total = np.zeros((moments.n_moments, moments.n_moments))
    parts: Iterator[Array] = (scores.reshape(-1, moments.n_moments) for scores in rows)
    if over == "unit":
        parts = cluster_sums(moments, (scores.sum(axis=1) for scores in rows))
    for part in parts:
        total += cross_product(part, part)
    return total


def one_step(
    moments: Moments, *, initial: InitialWeight = "model", clusters: Clusters = "unit"
) -> Estimate:
    """One-step GMM, equation by equation: all share the weight (Z'HZ)^-1.

    `clusters` is what the next step's weight will be summed over.
    """
    m = moments.n_equations
    root = first_weight_root(moments, initial)
    project = projection_of(root @ moments.zx, message("Z'X"), rank_cure()) @ root
    coefficients = (project @ moments.zy).T
    score = (moments.cross @ residual_maker(coefficients)).T
    half = score @ root.T
    return Estimate(
        coefficients,
        for_each_equation(project, m),
        score_covariance(moments, coefficients, clusters),
        (half @ root).ravel(),
        0.0 if moments.just_identified else float((half**2).sum()),
    )


def for_each_equation(matrix: Array, m: int) -> Array:
    """The same matrix (a, b) for m equations on the diagonal of one, (ma, mb)."""
    blocks = np.zeros((m, matrix.shape[0], m, matrix.shape[1]))
    blocks[range(m), :, range(m)] = matrix
    return blocks.reshape(m * matrix.shape[0], -1)


def first_weight_root(moments: Moments, initial: InitialWeight) -> Array:
    """R with R'R the one-step weight; just-identified, any R does and this one scales."""
    if moments.just_identified:
        return np.diag(1.0 / np.sqrt(np.diagonal(moments.weight)))
    if initial == "identity":
        return np.eye(moments.n_instruments)
    return inverse_factor(moments.weight, message("The one-step weight Z'HZ"), weight_cure())


def two_step(moments: Moments, first: Estimate) -> Estimate:
    """Joint two-step GMM with the weight (sum of g g')^-1 at the first step's residuals."""
    if moments.just_identified:
        return first
    root = inverse_factor(first.score_covariance, message("The two-step weight"), weight_cure())
    slopes = for_each_equation(moments.zx, moments.n_equations)
    project = projection_of(root @ slopes, message("Weighted Z'X"), rank_cure()) @ root
    coefficients = (project @ moments.zy.T.ravel()).reshape(moments.n_equations, -1)
    half = root @ scores_of(moments.cross[None], coefficients)[0]
    return Estimate(
        coefficients, project, first.score_covariance, root.T @ half, float(half @ half), first
    )


def n_clusters(moments: Moments) -> int:
    """Units with rows; or, if the data name clusters of units, clusters with rows."""
    codes = moments.sample.data.clusters
    if codes is None:
        return moments.n_units
    return len(np.unique(codes[moments.unit_rows > 0]))


def check_weight_rank(moments: Moments) -> None:
    """Refuse a clustered two-step weight with more moments than units, or clusters of them."""
    q, n = moments.n_moments, n_clusters(moments)
    if not moments.just_identified and q > n:
        raise PanelVARError(
            message(
                "{moments} moments ({equations} equations of {instruments} instruments) exceed "
                "the {n} units or clusters that the two-step weight is summed over: its rank is "
                "at most {n}, it cannot be inverted, and the p-value of Hansen's J tends to 1. "
                "{cure}",
                moments=q,
                equations=moments.n_equations,
                instruments=moments.n_instruments,
                n=n,
                cure=weight_cure(),
            )
        )


def innovation_covariance(moments: Moments, coefficients: Array) -> Array:
    """Sigma = E'E / (n - K) from transformed residuals; shape (m, m).

    `Moments.fitted` is what stands for K. Level rows of system GMM are left out, because their
    residuals hold the unit effects.

    Raises
    ------
    PanelVARError
        If no degree of freedom is left, or (SingularMatrixError) an equation fits exactly.
    """
    freedom = moments.n_obs - moments.fitted
    if freedom < 1:
        raise PanelVARError(
            message(
                "{rows} rows are not enough for {fitted} coefficients and means of units and "
                "periods in each equation; use fewer lags or variables, or a longer panel.",
                rows=moments.n_obs,
                fitted=moments.fitted,
            )
        )
    sigma, exact = residual_covariance(coefficients, moments.gram, freedom)
    if exact.any():
        raise SingularMatrixError(
            message(
                "An equation has no residuals ({rows} rows, {coefficients} coefficients in each "
                "equation); see whether units are repeated or variables add up to one another.",
                rows=moments.n_obs,
                coefficients=moments.n_regressors,
            )
        )
    return sigma


def residual_covariance(
    coefficients: Array, gram: Array, freedom: Array | int
) -> tuple[Array, BoolArray]:
    """E'E / freedom (..., m, m) from [X, y]'[X, y], and which equations (..., m) fit exactly."""
    maker, k = residual_maker(coefficients), coefficients.shape[-1]
    squares = maker.swapaxes(-2, -1) @ gram @ maker
    total = np.diagonal(gram[..., k:, k:], axis1=-2, axis2=-1)
    exact = np.diagonal(squares, axis1=-2, axis2=-1) <= EXACT_FIT * total
    doubled = 2.0 * np.asarray(freedom)[..., None, None]
    return (squares + squares.swapaxes(-2, -1)) / doubled, exact


def sandwich(estimate: Estimate, scores: Array | None = None) -> Array:
    """P S P' (mK, mK), P the projection and S by default the estimate's own score covariance.

    After two steps that is (G'WG)^-1, uncorrected, because W is the inverse of S.
    """
    root = estimate.projection
    inner = estimate.score_covariance if scores is None else scores
    covariance = root @ inner @ root.T
    return (covariance + covariance.T) / 2.0


def windmeijer(moments: Moments, first: Estimate, second: Estimate) -> Array:
    """Two-step covariance corrected for the estimated weight (Windmeijer 2005, eq. 3.3).

    For the whole system, clustered as the weight is, without a small-sample factor. (mK, mK).
    """
    plain, robust = sandwich(second), sandwich(first)
    if moments.just_identified:
        return robust
    shift = weight_derivative(moments, first, second)
    cross = shift @ plain
    corrected = plain + cross + cross.T + shift @ robust @ shift.T
    return (corrected + corrected.T) / 2.0


def weight_derivative(moments: Moments, first: Estimate, second: Estimate) -> Array:
    """D of Windmeijer's expansion: how beta_2 moves with the beta_1 inside the weight.

    Column (e, k) is P dS/dbeta_(e,k) W g, where dS = -sum_i (x_i g_i' + g_i x_i') and x_i
    holds Z_i'x_k in the block of equation e. Shape (mK, mK).
    """
    m, k, n_z = moments.n_equations, moments.n_regressors, moments.n_instruments
    total = np.zeros((n_z * k, m * n_z))
    for cross in cluster_sums(moments, moments.unit_crosses()):
        regressors = cross[:, :, :k].reshape(len(cross), -1)
        total += cross_product(regressors, scores_of(cross, first.coefficients))
    products, weighted = total.reshape(n_z, k, -1), second.weighted_score
    left = np.einsum("lkq,q->lk", products, weighted)
    right = np.einsum("lkq,el->ekq", products, weighted.reshape(m, n_z))
    blocks = second.projection.reshape(m * k, m, n_z)
    shift: Array = np.einsum("pel,lk->pek", blocks, left)
    shift += np.einsum("pq,ekq->pek", second.projection, right)
    return shift.reshape(m * k, m * k)
