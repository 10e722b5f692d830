"""Can the data tell the coefficients apart? Collinearity, constant variables, weak instruments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvar.errors import PanelVARError, SingularMatrixError
from pvar.linalg import Array, singular_value_floor, unit_diagonal
from pvar.moments import Moments
from pvar.rows import own_columns

CONSTANT = 1e-10
NEARLY_COLLINEAR = 1e-8
WEAK_F = 10.0


@dataclass(frozen=True)
class WeakIdentification:
    """Strength of the instruments, from canonical correlations with the regressors.

    Attributes
    ----------
    smallest_correlation : float
        Smallest canonical correlation between regressors and instruments, exogenous
        terms partialled out; 0 means some combination of coefficients is not identified.
    cragg_donald_f : float
        Cragg and Donald's (1993) statistic as an F, for spherical errors; `robust_rank_test`
        gives the clustered version.
    """

    smallest_correlation: float
    cragg_donald_f: float


def check_identified(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse samples from which the coefficients cannot be told.

    Parameters
    ----------
    moments : Moments
    names : tuple of str
        Regressors, then regressands, in the order of `moments.gram`.

    Raises
    ------
    PanelVARError
        No rows, fewer instruments than regressors, fewer rows than regressors.
    SingularMatrixError
        A variable constant within every unit, or variables that are collinear.
    """
    k, n_z = moments.n_regressors, moments.n_instruments
    if moments.n_obs <= k:
        raise PanelVARError(
            f"变换后只有 {moments.n_obs} 行可用，每个方程却有 {k} 个系数；"
            "请减少滞后阶数或变量，或补充更长、缺失更少的面板。"
        )
    check_constant(moments, names)
    check_collinear(moments, names)
    if n_z < k:
        raise PanelVARError(
            f"每个方程只有 {n_z} 个工具变量，少于 {k} 个回归元，无法识别；请加大深度或延长时期。"
        )


def check_constant(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse a variable that the transform removes."""
    scale = np.diagonal(moments.gram)
    gone = scale <= CONSTANT**2 * moments.level_squares
    gone[[j for j, name in enumerate(names) if name == "const"]] = False
    if gone.any():
        listed = "、".join(dict.fromkeys(np.array(names)[gone]))
        raise SingularMatrixError(
            f"{listed} 在每个单位内不随时间变化，变换后全为零；请去掉该变量。"
        )


def check_collinear(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse regressors of which some combination is zero."""
    smallest, combination = weakest_combination(moments)
    if smallest <= singular_value_floor(len(combination)):
        listed = [n for n, v in zip(names, combination, strict=False) if abs(v) > 0.1]
        raise SingularMatrixError(
            f"回归元 {'、'.join(listed)} 共线：变换后相关矩阵的最小特征值为 {smallest:.1e}；"
            "请去掉其中一个变量。"
        )


def weakest_combination(moments: Moments) -> tuple[float, Array]:
    """Smallest eigenvalue of the regressors' correlation matrix and its eigenvector."""
    k = moments.n_regressors - moments.sample.design.system
    values, vectors = np.linalg.eigh(unit_diagonal(moments.gram[:k, :k])[0])
    return float(values[0]), vectors[:, 0]


def weak_identification(moments: Moments) -> WeakIdentification | None:
    """Cragg-Donald from sums; None for stacked equations, where it is not defined."""
    design = moments.sample.design
    if design.system or design.transform == "pvar2-asymmetric":
        return None
    k, n_z = moments.n_regressors, moments.n_instruments
    own = own_columns(design, moments.sample.data.n_periods)
    n_own = int(own.stop - own.start)
    square = np.block(
        [
            [moments.gram[:k, :k], moments.zx.T],
            [moments.zx, moments.instruments],
        ]
    )
    kept = [*range(k - n_own), *range(k, k + n_z - n_own)]
    partial = partialled(square, kept, list(range(k + n_z - n_own, k + n_z)))
    smallest = smallest_canonical_correlation(partial, k - n_own)
    f = (moments.n_obs - n_z) / (n_z - n_own) * smallest**2 / max(1.0 - smallest**2, 1e-300)
    return WeakIdentification(smallest, f)


def partialled(square: Array, kept: list[int], removed: list[int]) -> Array:
    """Cross products of the kept columns after regression on the removed ones."""
    inside = square[np.ix_(kept, kept)]
    if not removed:
        return inside
    across = square[np.ix_(kept, removed)]
    fitted: Array = across @ np.linalg.solve(square[np.ix_(removed, removed)], across.T)
    return inside - fitted


def smallest_canonical_correlation(square: Array, k: int) -> float:
    """Between the first k columns and the rest of a cross-product matrix."""
    scaled, _ = unit_diagonal(square)
    x_root = np.linalg.cholesky(scaled[:k, :k])
    z_values, z_vectors = np.linalg.eigh(scaled[k:, k:])
    kept = z_values > singular_value_floor(len(z_values)) * z_values[-1]
    z_root = z_vectors[:, kept] / np.sqrt(z_values[kept])
    between = np.linalg.solve(x_root, scaled[:k, k:] @ z_root)
    return float(min(np.linalg.svd(between, compute_uv=False)[-1], 1.0))
