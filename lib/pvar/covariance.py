"""Covariance of the coefficients: clustered by unit, Windmeijer-corrected, row-robust."""

from __future__ import annotations

from typing import Literal

import numpy as np

from pvar.errors import PanelVARError
from pvar.gmm import Estimate, residual_maker
from pvar.linalg import Array
from pvar.moments import Moments

Covariance = Literal["clustered", "windmeijer", "robust"]
COVARIANCES: tuple[Covariance, ...] = ("clustered", "windmeijer", "robust")


def sandwich(estimate: Estimate) -> Array:
    """P S P' with P the projection and S the score covariance; shape (mK, mK).

    After one step it is the sandwich; after two it equals (G'WG)^-1, the uncorrected
    two-step covariance, because W is the inverse of S.
    """
    root = estimate.projection
    covariance: Array = root @ estimate.score_covariance @ root.T
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
    corrected: Array = plain + cross + cross.T + shift @ robust @ shift.T
    return (corrected + corrected.T) / 2.0


def weight_derivative(moments: Moments, first: Estimate, second: Estimate) -> Array:
    """D of Windmeijer's expansion: how beta_2 moves with the beta_1 inside the weight.

    Column (e, k) is P dS/dbeta_(e,k) W g, where dS = -sum_i (x_i g_i' + g_i x_i') and x_i
    holds Z_i'x_k in the block of equation e. Shape (mK, mK).
    """
    m, k, n_z = moments.n_equations, moments.n_regressors, moments.n_instruments
    products = regressor_score_products(moments, first.coefficients)
    weighted = second.weighted_score
    left = np.einsum("lkq,q->lk", products, weighted)
    right = np.einsum("lkq,el->ekq", products, weighted.reshape(m, n_z))
    blocks = second.projection.reshape(m * k, m, n_z)
    shift: Array = np.einsum("pel,lk->pek", blocks, left)
    shift += np.einsum("pq,ekq->pek", second.projection, right)
    return shift.reshape(m * k, m * k)


def regressor_score_products(moments: Moments, coefficients: Array) -> Array:
    """Sum over units of (Z_i'X_i) outer g_i, shape (L, K, mL)."""
    n_z, k = moments.n_instruments, moments.n_regressors
    maker = residual_maker(coefficients)
    total = np.zeros((n_z * k, moments.n_moments))
    for cross in moments.unit_crosses():
        scores = (cross @ maker).transpose(0, 2, 1).reshape(len(cross), -1)
        total += cross[:, :, :k].reshape(len(cross), -1).T @ scores
    return total.reshape(n_z, k, -1)


def check_covariance(name: str, steps: str) -> None:
    """Refuse unknown names and a correction that one step does not need."""
    if name not in COVARIANCES:
        raise PanelVARError(f"协方差须为 {'、'.join(COVARIANCES)} 之一；读到 {name!r}。")
    if name == "windmeijer" and steps == "one":
        raise PanelVARError("windmeijer 修正只用于两步估计；一步估计请用 clustered 或 robust。")
