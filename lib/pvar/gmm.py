"""One-step and joint two-step GMM from moments, and the covariance of its coefficients.

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
from pvar.linalg import Array, BoolArray, inverse_factor, projection_of
from pvar.moments import Moments
from pvar.options import check_choice

Steps = Literal["one", "two"]
InitialWeight = Literal["model", "identity"]
Clusters = Literal["unit", "row"]
Covariance = Literal["clustered", "windmeijer", "robust"]
COVARIANCES: tuple[Covariance, ...] = get_args(Covariance)

EXACT_FIT = 1e-12
RANK_CURE = "请检查变量是否共线或在单位内不变，或减少滞后阶数。"
WEIGHT_CURE = "请减少工具变量：深度取滞后阶数（恰好识别）、折叠工具，或改用一步估计。"


@dataclass(frozen=True, eq=False)
class Estimate:
    """A GMM estimate.

    Attributes
    ----------
    projection : array (mK, mL)
        What estimation does to moments: beta_hat - beta = projection @ sum of g_i.
    score_covariance : array (mL, mL)
        Sum of g g' behind the standard errors: at these coefficients after one step, at
        the one-step coefficients after two.
    weighted_score, criterion : array (mL,) and float
        W g and g'Wg, g being the sum of moments and W the weight of the step.
    """

    coefficients: Array
    projection: Array
    score_covariance: Array
    weighted_score: Array
    criterion: float


def residual_maker(coefficients: Array) -> Array:
    """[X, y] @ this = residuals; shape (..., K + m, m) for coefficients (..., m, K)."""
    m = coefficients.shape[-2]
    identity = np.broadcast_to(np.eye(m), (*coefficients.shape[:-2], m, m))
    return np.concatenate([-coefficients.swapaxes(-2, -1), identity], axis=-2)


def scores_of(cross: Array, coefficients: Array) -> Array:
    """Moments g_i, shape (n, mL), of units with Z_i'[X_i, y_i] (n, L, K + m)."""
    product = cross @ residual_maker(coefficients)
    return product.transpose(0, 2, 1).reshape(len(cross), -1)


def unit_scores(moments: Moments, coefficients: Array) -> Iterator[Array]:
    """Moments g_i of each unit, shape (n, mL), chunk by chunk."""
    return (scores_of(cross, coefficients) for cross in moments.unit_crosses())


def row_scores(moments: Moments, coefficients: Array) -> Iterator[Array]:
    """Moments of each transformed row, shape (rows, mL), chunk by chunk."""
    maker = residual_maker(coefficients)
    for rows in moments.rows():
        residual = (rows.transformed_w @ maker).reshape(-1, moments.n_equations)
        z = rows.transformed_z.reshape(-1, moments.n_instruments)
        yield (residual[:, :, None] * z[:, None, :]).reshape(len(z), -1)


def score_covariance(moments: Moments, coefficients: Array, clusters: Clusters) -> Array:
    """Sum of g g' over units or over rows, neither centred nor divided; (mL, mL)."""
    scores = unit_scores if clusters == "unit" else row_scores
    total = np.zeros((moments.n_moments, moments.n_moments))
    for g in scores(moments, coefficients):
        total += g.T @ g
    return total


def one_step(
    moments: Moments, *, initial: InitialWeight = "model", clusters: Clusters = "unit"
) -> Estimate:
    """One-step GMM, equation by equation: all share the weight (Z'HZ)^-1."""
    m = moments.n_equations
    root = first_weight_root(moments, initial)
    project = projection_of(root @ moments.zx, "工具变量与回归元的乘积矩阵 Z'X ", RANK_CURE) @ root
    coefficients = (project @ moments.zy).T
    score = scores_of(moments.cross[None], coefficients).reshape(m, -1)
    half = score @ root.T
    return Estimate(
        coefficients,
        np.asarray(np.kron(np.eye(m), project), dtype=np.float64),
        score_covariance(moments, coefficients, clusters),
        (half @ root).ravel(),
        0.0 if moments.just_identified else float((half**2).sum()),
    )


def first_weight_root(moments: Moments, initial: InitialWeight) -> Array:
    """R with R'R the one-step weight; just-identified, any R does and this one scales."""
    if moments.just_identified:
        return np.diag(1.0 / np.sqrt(np.diagonal(moments.weight)))
    if initial == "identity":
        return np.eye(moments.n_instruments)
    return inverse_factor(moments.weight, "一步权重矩阵 Z'HZ ", WEIGHT_CURE)


def two_step(moments: Moments, first: Estimate) -> Estimate:
    """Joint two-step GMM with the weight (sum of g g')^-1 at the first step's residuals."""
    if moments.just_identified:
        return first
    root = inverse_factor(first.score_covariance, "两步权重矩阵 ", WEIGHT_CURE)
    slopes = np.kron(np.eye(moments.n_equations), moments.zx)
    project = projection_of(root @ slopes, "加权后的 Z'X ", RANK_CURE) @ root
    coefficients = (project @ moments.zy.T.ravel()).reshape(moments.n_equations, -1)
    half = root @ scores_of(moments.cross[None], coefficients)[0]
    return Estimate(
        coefficients, project, first.score_covariance, root.T @ half, float(half @ half)
    )


def check_weight_rank(moments: Moments) -> None:
    """Refuse a clustered two-step weight with more moments than units."""
    q, n = moments.n_moments, moments.n_units
    if not moments.just_identified and q > n:
        raise PanelVARError(
            f"矩条件 {q} 个（{moments.n_equations} 个方程 × {moments.n_instruments} 个工具）"
            f"多于单位 {n} 个：按单位聚类的两步权重矩阵秩至多为 {n}，不可逆，"
            f"Hansen J 的 p 值会趋于 1。{WEIGHT_CURE}"
        )


def innovation_covariance(moments: Moments, coefficients: Array) -> Array:
    """Sigma = E'E / (n - K) from transformed residuals; shape (m, m).

    The older pvar2 divides by n. Level rows of system GMM are left out, because their
    residuals hold the unit effects. An exact fit is a SingularMatrixError.
    """
    freedom = moments.n_obs - moments.fitted
    sigma, exact = residual_covariance(coefficients, moments.gram, freedom)
    if exact.any():
        raise SingularMatrixError(
            f"有方程的残差为零（{moments.n_obs} 行，每方程 {moments.n_regressors} 个系数）；"
            "请检查单位是否重复、变量之间是否有恒等式。"
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


def sandwich(estimate: Estimate) -> Array:
    """P S P' (mK, mK), P the projection and S the score covariance.

    After two steps it equals (G'WG)^-1, uncorrected, because W is the inverse of S.
    """
    root = estimate.projection
    covariance = root @ estimate.score_covariance @ root.T
    return (covariance + covariance.T) / 2.0


def windmeijer(moments: Moments, first: Estimate, second: Estimate) -> Array:
    """Two-step covariance corrected for the estimated weight (Windmeijer 2005, eq. 3.3).

    For the whole system, clustered by unit, without a small-sample factor. Shape (mK, mK).
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
    for cross in moments.unit_crosses():
        regressors = cross[:, :, :k].reshape(len(cross), -1)
        total += regressors.T @ scores_of(cross, first.coefficients)
    products, weighted = total.reshape(n_z, k, -1), second.weighted_score
    left = np.einsum("lkq,q->lk", products, weighted)
    right = np.einsum("lkq,el->ekq", products, weighted.reshape(m, n_z))
    blocks = second.projection.reshape(m * k, m, n_z)
    shift: Array = np.einsum("pel,lk->pek", blocks, left)
    shift += np.einsum("pq,ekq->pek", second.projection, right)
    return shift.reshape(m * k, m * k)


def check_covariance(name: str, steps: str) -> None:
    """Refuse unknown names and a correction that one step does not need."""
    check_choice("covariance", name, COVARIANCES)
    if name == "windmeijer" and steps == "one":
        raise PanelVARError("windmeijer 修正只用于两步估计；一步估计请用 clustered 或 robust。")
