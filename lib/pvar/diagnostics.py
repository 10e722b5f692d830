"""Is the estimate one that may be read? Identification, cautions, Wald and serial tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import WEIGHT_CURE, residual_maker, unit_scores
from pvar.linalg import Array, BoolArray, inverse_factor, singular_value_floor, unit_diagonal
from pvar.moments import Moments
from pvar.results import PanelVARResults, WeakIdentification
from pvar.rows import complete, own_columns

CONSTANT = 1e-10
NEARLY_COLLINEAR = 1e-8
WEAK_F = 10.0
FEW_UNITS = 30
JOINT_CURE = "参与检验的系数太多而单位太少；请减少变量或滞后阶数。"
RANK_CURE = "请减少工具变量。"


def check_identified(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse samples from which the coefficients cannot be told; names as in `moments.gram`."""
    k, n_z = moments.n_regressors, moments.n_instruments
    if moments.n_obs <= k:
        raise PanelVARError(
            f"变换后只有 {moments.n_obs} 行可用，每个方程却有 {k} 个系数；"
            "请减少滞后阶数或变量，或补充更长、缺失更少的面板。"
        )
    check_variation(moments, names)
    if n_z < k:
        raise PanelVARError(
            f"每个方程只有 {n_z} 个工具变量，少于 {k} 个回归元，无法识别；请加大深度或延长时期。"
        )


def check_variation(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse a variable that the transform removes, and regressors that are collinear."""
    gone = np.diagonal(moments.gram) <= CONSTANT**2 * moments.level_squares
    gone[[j for j, name in enumerate(names) if name == "const"]] = False
    if gone.any():
        listed = "、".join(dict.fromkeys(np.array(names)[gone]))
        raise SingularMatrixError(
            f"{listed} 在每个单位内不随时间变化，变换后全为零；请去掉该变量。"
        )
    smallest, combination = weakest_combination(moments)
    if smallest <= singular_value_floor(len(combination)):
        involved = [n for n, v in zip(names, combination, strict=False) if abs(v) > 0.1]
        raise SingularMatrixError(
            f"回归元 {'、'.join(involved)} 共线：变换后相关矩阵的最小特征值为 {smallest:.1e}；"
            "请去掉其中一个变量。"
        )


def weakest_combination(moments: Moments) -> tuple[float, Array]:
    """Smallest eigenvalue of the regressors' correlation matrix and its eigenvector."""
    k = moments.n_regressors - moments.sample.design.system
    values, vectors = np.linalg.eigh(unit_diagonal(moments.gram[:k, :k])[0])
    return float(values[0]), vectors[:, 0]


def weak_identification(moments: Moments) -> WeakIdentification | None:
    """Cragg-Donald from sums; None for stacked equations, where it is not defined."""
    if stacked(moments):
        return None
    k, n_z = moments.n_regressors, moments.n_instruments
    own = own_columns(moments.sample.design, moments.sample.data.n_periods)
    n_own = int(own.stop - own.start)
    square = np.block([[moments.gram[:k, :k], moments.zx.T], [moments.zx, moments.instruments]])
    kept = [*range(k - n_own), *range(k, k + n_z - n_own)]
    partial = square[np.ix_(kept, kept)]
    if n_own:  # cross products after regression on the exogenous terms
        across = square[kept, -n_own:]
        partial = partial - across @ np.linalg.solve(square[-n_own:, -n_own:], across.T)
    smallest = smallest_canonical_correlation(partial, k - n_own)
    f = (moments.n_obs - n_z) / (n_z - n_own) * smallest**2 / max(1.0 - smallest**2, 1e-300)
    return WeakIdentification(smallest, f)


def stacked(moments: Moments) -> bool:
    """Whether rows of several kinds are stacked, so that there is no single first stage."""
    design = moments.sample.design
    return design.system or design.transform == "pvar2-asymmetric"


def smallest_canonical_correlation(square: Array, k: int) -> float:
    """Between the first k columns and the rest of a cross-product matrix."""
    scaled, _ = unit_diagonal(square)
    x_root = np.linalg.cholesky(scaled[:k, :k])
    z_values, z_vectors = np.linalg.eigh(scaled[k:, k:])
    kept = z_values > singular_value_floor(len(z_values)) * z_values[-1]
    z_root = z_vectors[:, kept] / np.sqrt(z_values[kept])
    between = np.linalg.solve(x_root, scaled[:k, k:] @ z_root)
    return float(min(np.linalg.svd(between, compute_uv=False)[-1], 1.0))


@dataclass(frozen=True)
class RankTest:
    """Kleibergen and Paap's (2006) rk Wald test, robust to correlation within units.

    The null is that some combination of regressors is uncorrelated with every instrument,
    so that its coefficient is not identified; `smallest_correlation` is the canonical
    correlation that is tested, with df = L - K + 1.
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
    moments, k = results.moments, results.moments.n_regressors
    if stacked(moments):
        raise PanelVARError("秩检验只适用于单一变换方程；系统 GMM 与 pvar2-asymmetric 不适用。")
    z_root = inverse_factor(moments.instruments, "工具变量的乘积矩阵 ", RANK_CURE)
    x_root = inverse_factor(moments.gram[:k, :k], "回归元的乘积矩阵 ", RANK_CURE)
    u, values, vt = np.linalg.svd(z_root @ moments.zx @ x_root.T)
    left, right = u[:, k - 1 :].T @ z_root, x_root.T @ vt[-1]
    root = inverse_factor(first_stage_spread(moments, left, right), "秩检验的协方差矩阵", RANK_CURE)
    value, df = float(((root @ (left @ moments.zx @ right)) ** 2).sum()), len(left)
    return RankTest(value, df, float(chdtrc(df, value)), float(values[-1]))


def first_stage_spread(moments: Moments, left: Array, right: Array) -> Array:
    """Sum of (left Z_i'v_i) outer itself, v the first-stage residual of the regressors @ right.

    `left` (L - K + 1, L) and `right` (K,) are the weakest combinations.
    """
    first_stage = np.linalg.solve(moments.instruments, moments.zx @ right)
    spread = np.zeros((len(left), len(left)))
    for rows in moments.rows():
        z = rows.transformed_z
        residual = rows.transformed_w[:, :, : len(right)] @ right - z @ first_stage
        score = np.einsum("ntl,nt->nl", z, residual) @ left.T
        spread += score.T @ score
    return spread


def cautions(results: PanelVARResults) -> tuple[str, ...]:
    """What a reader of an estimate must be told, in Chinese, with its numbers and a cure."""
    checks = (moment_count, few_units, instability, weakness, use_of_data)
    return tuple(text for check in checks for text in check(results))


def moment_count(results: PanelVARResults) -> Iterator[str]:
    """More moments than units."""
    q, n = results.n_moments, results.n_units
    if q <= n:
        return
    head = f"矩条件 {q} 个，多于单位 {n} 个：按单位聚类的矩协方差矩阵秩至多为 {n}"
    if results.moments.just_identified:
        yield f"{head}；单个标准误仍可用，涉及多个系数的联合检验不可靠。请减少变量或滞后阶数。"
    elif results.covariance_name == "robust":
        yield f"{head}；按行计算的权重掩盖了这一点，J 检验不可靠。{WEIGHT_CURE}"
    else:
        yield f"{head}；两步估计与 Hansen J 无法计算，这里只给一步估计。{WEIGHT_CURE}"


def few_units(results: PanelVARResults) -> Iterator[str]:
    """Cluster-robust covariance rests on many clusters."""
    if results.n_units < FEW_UNITS:
        yield (
            f"只有 {results.n_units} 个单位，聚类标准误通常偏小；"
            f"少于 {FEW_UNITS} 个时请以自助法区间为准。"
        )


def instability(results: PanelVARResults) -> Iterator[str]:
    """Companion eigenvalues outside the unit circle."""
    moduli = results.eigenvalue_moduli
    outside = int((moduli >= 1.0).sum())
    if outside:
        yield (
            f"估计的系统不稳定：{len(moduli)} 个特征值中 {outside} 个的模不小于 1，"
            f"最大 {moduli[0]:.3f}；脉冲响应不收敛，方差分解没有极限，不宜解读。"
        )


def weakness(results: PanelVARResults) -> Iterator[str]:
    """Weak instruments and nearly collinear regressors."""
    weak = results.weak_identification
    if weak is not None and weak.cragg_donald_f < WEAK_F:
        yield (
            f"弱识别：Cragg–Donald F = {weak.cragg_donald_f:.2f}，低于经验界 {WEAK_F:.0f}"
            f"（最小典型相关 {weak.smallest_correlation:.3f}）；点估计可能有偏，"
            "t 检验可能失真。请缩减系统，或比较系统 GMM 与其他变换。"
        )
    smallest, _ = weakest_combination(results.moments)
    if smallest < NEARLY_COLLINEAR:
        yield f"回归元近乎共线：变换后相关矩阵的最小特征值为 {smallest:.1e}；系数之间难以区分。"


def use_of_data(results: PanelVARResults) -> Iterator[str]:
    """What of the data was not used, or used in an unusual way."""
    data, rows = results.moments.sample.data, results.moments.unit_rows
    gaps = data.units_with_gaps()
    if gaps:
        yield f"{gaps} 个单位的年份有间断；滞后与差分按日历时间取，不跨越缺口。"
    missing = int((~complete(data.values)).sum())
    if missing:
        yield f"{missing} 行含缺失值（共 {len(data.values)} 行），涉及这些行的方程未使用。"
    idle = data.n_units - results.n_units
    if idle:
        yield f"{idle} 个单位（共 {data.n_units} 个）没有可用的变换行，未参与估计。"
    if data.period_step > 1:
        yield f"时间间隔为 {data.period_step}；一期滞后即 {data.period_step} 个时间单位。"
    if results.specification.time_effects == "demean" and (rows != rows[0]).any():
        yield "面板不平衡：减去各期均值不能完全消除时间效应；可改用 time_effects='dummies'。"


def granger_tests(results: PanelVARResults) -> pd.DataFrame:
    """Wald tests that all lags of a variable can be left out of an equation.

    Returns
    -------
    DataFrame
        Index equation, excluded (each other variable, then "ALL"); columns chi2, df, p.
        With the covariance of the results.
    """
    m, places_of = len(results.variables), results.specification.lag_places
    rows = {}
    for equation, name in enumerate(results.variables):
        others = [j for j in range(m) if j != equation]
        groups = [(results.variables[j], [j]) for j in others]
        for excluded, columns in groups + ([("ALL", others)] if m > 1 else []):
            places = sorted(place for j in columns for place in places_of(j))
            rows[name, excluded] = wald_test(results, equation, places)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["chi2", "df", "p"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "excluded"])
    return frame.astype({"df": int})


def wald_test(
    results: PanelVARResults, equation: int, regressors: Sequence[int]
) -> tuple[float, int, float]:
    """Chi-squared, degrees of freedom and p of "these coefficients are zero"."""
    places = equation * results.coefficients.shape[1] + np.array(regressors)
    variance = results.covariance[np.ix_(places, places)]
    root = inverse_factor(variance, "待检系数的协方差矩阵", JOINT_CURE)
    value = float(((root @ results.coefficients[equation, regressors]) ** 2).sum())
    return value, len(places), float(chdtrc(len(places), value))


def serial_correlation_tests(results: PanelVARResults, *, order: int = 2) -> pd.DataFrame:
    """Arellano and Bond's m_1 .. m_order on differenced residuals, equation by equation.

    First-order correlation is built in by differencing; second-order correlation means
    that y_{t-2} is no valid instrument (Arellano and Bond 1991, section 3; Roodman 2009).

    Results of any transform; their coefficients and covariance are used.

    Returns
    -------
    DataFrame
        Index equation, order; columns z, p (two-sided), n (products). z is NaN where no
        unit has rows that far apart.
    """
    rows = {}
    for lag in range(1, order + 1):
        z, count = serial_correlation(results, lag)
        for name, value in zip(results.variables, z, strict=True):
            rows[name, lag] = (value, 2.0 * float(ndtr(-abs(value))), count)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["z", "p", "n"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "order"])
    return frame.sort_index(level=1, sort_remaining=False)


def serial_correlation(results: PanelVARResults, lag: int) -> tuple[Array, int]:
    """z of every equation at one lag, and the number of products of residuals behind it."""
    sample, (m, k) = results.moments.sample, results.coefficients.shape
    chunks = zip(sample.ranges(), unit_scores(results.moments, results.coefficients), strict=True)
    parts = [
        serial_sums(*sample.differenced_terms(*bounds), scores, results.coefficients, lag)
        for bounds, scores in chunks
    ]
    product, square, slope, covariance, count = (sum(part) for part in zip(*parts, strict=True))
    if count == 0:
        return np.full(m, np.nan), 0
    influence = np.einsum("jkq,jq->jk", results.estimate.projection.reshape(m, k, -1), covariance)
    own = results.covariance.reshape(m, k, m, k)[range(m), :, range(m), :]
    variance = square - 2.0 * (slope * influence).sum(axis=1)
    variance += np.einsum("jk,jkl,jl->j", slope, own, slope)
    return product / np.sqrt(np.where(variance > 0, variance, np.nan)), count


def serial_sums(
    terms: Array, kept: BoolArray, scores: Array, coefficients: Array, lag: int
) -> tuple[Array, Array, Array, Array, int]:
    """Sums over units for Arellano and Bond's statistic, given differenced [X, y] and moments.

    For each equation: e_i'e_{i,-lag} and its square (m,), e_{i,-lag}'X_i (m, K), e_i'e_{i,-lag}
    times the unit's moments (m, mL); and the number of products.
    """
    residual = terms @ residual_maker(coefficients)
    lagged = np.zeros_like(residual)
    both = np.zeros_like(kept)
    if lag < kept.shape[1]:
        both[:, lag:] = kept[:, lag:] & kept[:, :-lag]
        lagged[:, lag:] = residual[:, :-lag] * both[:, lag:, None]
    product = (residual * lagged).sum(axis=1)
    slope = np.einsum("ntj,ntk->jk", lagged, terms[:, :, : coefficients.shape[1]])
    squares = (product**2).sum(axis=0)
    return product.sum(axis=0), squares, slope, product.T @ scores, int(both.sum())
