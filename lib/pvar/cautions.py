"""What a reader of an estimate must be told, each with its numbers and a cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pvar.gmm import WEIGHT_CURE
from pvar.identification import NEARLY_COLLINEAR, WEAK_F, weakest_combination
from pvar.terms import complete

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

FEW_UNITS = 30


def cautions(results: PanelVARResults) -> tuple[str, ...]:
    """All warnings that apply, in Chinese."""
    checks = (moment_count, few_units, instability, identification, sample)
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
            f"最大 {moduli[0]:.3f}；"
            "脉冲响应不收敛，方差分解没有极限，不宜解读。"
        )


def identification(results: PanelVARResults) -> Iterator[str]:
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


def sample(results: PanelVARResults) -> Iterator[str]:
    """What of the data was not used, or used in an unusual way."""
    data = results.moments.sample.data
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
    if results.specification.time_effects == "demean" and unbalanced(results):
        yield "面板不平衡：减去各期均值不能完全消除时间效应；可改用 time_effects='dummies'。"


def unbalanced(results: PanelVARResults) -> bool:
    """Whether units differ in the number of usable rows."""
    rows = results.moments.unit_rows
    return bool(np.any(rows != rows[0]))
