"""Clustered rank test: are the coefficients identified at all?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from pvar.errors import PanelVARError
from pvar.linalg import Array, inverse_factor
from pvar.moments import Moments
from pvar.results import PanelVARResults

CURE = "请减少工具变量。"


@dataclass(frozen=True)
class RankTest:
    """Kleibergen and Paap's (2006) rk Wald test.

    The null is that some combination of regressors is uncorrelated with every instrument,
    so that its coefficient is not identified.

    Attributes
    ----------
    statistic : float
        Chi-squared under the null, robust to correlation within units.
    df : int
        L - K + 1.
    p : float
    smallest_correlation : float
        The canonical correlation that is tested.
    """

    statistic: float
    df: int
    p: float
    smallest_correlation: float


def robust_rank_test(results: PanelVARResults) -> RankTest:
    """Rank test of the first stage, clustered by unit.

    Raises
    ------
    PanelVARError
        For stacked equations (system GMM), where there is no single first stage.
    """
    moments = results.moments
    design = moments.sample.design
    if design.system or design.transform == "pvar2-asymmetric":
        raise PanelVARError("秩检验只适用于单一变换方程；系统 GMM 与 pvar2-asymmetric 不适用。")
    k = moments.n_regressors
    z_root = inverse_factor(moments.instruments, "工具变量的乘积矩阵 ", CURE)
    x_root = inverse_factor(moments.gram[:k, :k], "回归元的乘积矩阵 ", CURE)
    u, values, vt = np.linalg.svd(z_root @ moments.zx @ x_root.T)
    left, right = u[:, k - 1 :], x_root.T @ vt[-1]
    return from_null_space(moments, left.T @ z_root, right, float(values[-1]))


def from_null_space(moments: Moments, left: Array, right: Array, smallest: float) -> RankTest:
    """The test from the directions in which the first stage is weakest.

    Parameters
    ----------
    left : array (L - K + 1, L)
        Takes Z'v to the weakest instruments' combinations.
    right : array (K,)
        Weakest combination of regressors.
    """
    k, df = moments.n_regressors, len(left)
    first_stage = np.linalg.solve(moments.instruments, moments.zx @ right)
    spread = np.zeros((df, df))
    for rows in moments.rows():
        z = rows.transformed_z
        residual = rows.transformed_w[:, :, :k] @ right - z @ first_stage
        score = np.einsum("ntl,nt->nl", z, residual) @ left.T
        spread += score.T @ score
    root = inverse_factor(spread, "秩检验的协方差矩阵", CURE)
    value = float(((root @ (left @ moments.zx @ right)) ** 2).sum())
    return RankTest(value, df, float(chdtrc(df, value)), smallest)
