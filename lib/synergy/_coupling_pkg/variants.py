"""The coupling degrees that circulate in the literature, by name and with their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIAO_K = 2
_SPSSAU_RANGE = (0.01, 0.99)


@dataclass(frozen=True)
class CouplingVariant:
    """One named coupling degree.

    Attributes
    ----------
    name, title_zh, formula : str
        Key in :data:`COUPLING_VARIANTS`, Chinese title, LaTeX for two systems.
    source, source_zh : str
        Where the variant is found, in English and in Chinese.
    degree : callable
        Maps U of shape (n, ...), non-negative and nowhere all zero, to C of shape (...). Systems
        come first so that numpy sums whole arrays instead of many short rows.
    rescaled : bool
        Whether every U is first stretched over [.01, .99] of its own sample.
    """

    name: str
    title_zh: str
    formula: str
    source: str
    source_zh: str
    degree: Callable[[Floats], Floats]
    rescaled: bool = False


def _balance(u: Floats) -> Floats:
    """Geometric over arithmetic mean; dividing by the largest first avoids underflow."""
    ratio: Floats = u / u.max(axis=0)
    degree: Floats = ratio.prod(axis=0) ** (1 / len(u)) / ratio.mean(axis=0)
    return degree


def _lost_coefficient(u: Floats) -> Floats:
    degree: Floats = _balance(u) / len(u)
    return degree


def _no_root(u: Floats) -> Floats:
    degree: Floats = _balance(u) ** len(u)
    return degree


def _liao(u: Floats) -> Floats:
    degree: Floats = _no_root(u) ** LIAO_K
    return degree


def _wang(u: Floats) -> Floats:
    first, second = np.triu_indices(len(u), 1)
    gap = np.abs(u[first] - u[second]).mean(axis=0)
    ratio = u / u.max(axis=0)
    degree: Floats = np.sqrt((1 - gap) * ratio.prod(axis=0) ** (1 / (len(u) - 1)))
    return degree


def _fan(u: Floats) -> Floats:
    degree: Floats = 1 - 2 * u.std(axis=0)
    return degree


def _registry(*variants: CouplingVariant) -> Mapping[str, CouplingVariant]:
    return MappingProxyType({variant.name: variant for variant in variants})


COUPLING_VARIANTS = _registry(
    CouplingVariant(
        "standard",
        "标准式",
        r"C=\frac{2\sqrt{U_1U_2}}{U_1+U_2}",
        "the normative form in Wang et al. (2021): nth root of the product over the mean",
        "王淑佳等（2021）所述的规范式：各指数乘积的 n 次方根除以其均值",
        _balance,
    ),
    CouplingVariant(
        "lost_coefficient",
        "漏写系数 2",
        r"C=\frac{\sqrt{U_1U_2}}{U_1+U_2}",
        "an error described by Wang et al. (2021): the factor n is lost, so that C <= 1/n",
        "王淑佳等（2021）指出的误区之一：漏掉系数 n，C 不会超过 1/n",
        _lost_coefficient,
    ),
    CouplingVariant(
        "no_root",
        "漏开方",
        r"C=\frac{4U_1U_2}{(U_1+U_2)^2}",
        "widespread: the nth root is left out, equal to Liao's form with k = 1",
        "常见写法：漏开 n 次方，相当于廖重斌式取 k = 1",
        _no_root,
    ),
    CouplingVariant(
        "liao",
        "廖重斌 k=2",
        r"C=\left[\frac{4U_1U_2}{(U_1+U_2)^2}\right]^{k}",
        "Liao Chongbin (1999), Tropical Geography 19(2): two systems, adjustment k >= 2",
        "廖重斌（1999），《热带地理》19(2)：两个系统，调节系数 k ≥ 2，此处取 2",
        _liao,
    ),
    CouplingVariant(
        "wang",
        "王淑佳等 2021",
        r"C=\sqrt{\left(1-|U_1-U_2|\right)\frac{\min(U_1,U_2)}{\max(U_1,U_2)}}",
        "Wang et al. (2021), Journal of Natural Resources 36(3), 793-810, "
        "doi:10.31497/zrzyxb.20210319",
        "王淑佳等（2021），《自然资源学报》36(3): 793-810",
        _wang,
    ),
    CouplingVariant(
        "fan",
        "Fan 等 2024",
        r"C=1-|U_1-U_2|",
        "Fan, Ke and Cao (2024), Statistics & Decision 40(22), 41-46, "
        "doi:10.13546/j.cnki.tjyjc.2024.22.007",
        "Fan, Ke, Cao（2024），《统计与决策》40(22): 41-46",
        _fan,
    ),
    CouplingVariant(
        "spssau",
        "SPSSAU 区间化",
        r"U_i\leftarrow .01+.98\,\frac{U_i-\min U_i}{\max U_i-\min U_i},\quad"
        r" C=\frac{2\sqrt{U_1U_2}}{U_1+U_2}",
        "SPSSAU manual, coupling coordination degree: on by default, T and D use it as well",
        "SPSSAU 帮助手册“耦合协调度”：默认先把各指数压到 [0.01, 0.99]，T 与 D 也用压后的值",
        _balance,
        rescaled=True,
    ),
)


def coupling_variant(variant: str | CouplingVariant) -> CouplingVariant:
    """Look a variant up by name; a ready :class:`CouplingVariant` passes through.

    Raises
    ------
    ValueError
        If the name is not a key of :data:`COUPLING_VARIANTS`.
    """
    if isinstance(variant, CouplingVariant):
        return variant
    if variant not in COUPLING_VARIANTS:
        allowed = ", ".join(COUPLING_VARIANTS)
        raise ValueError(f"unknown coupling variant {variant!r}; use one of: {allowed}")
    return COUPLING_VARIANTS[variant]


def rescale(u: Floats) -> Floats:
    """Stretch each system over [.01, .99] of its own sample, as SPSSAU does by default.

    Parameters
    ----------
    u : ndarray, shape (..., n)
        At least two observations over the leading axes.

    Raises
    ------
    ValueError
        If a system is constant over the sample.
    """
    leading = tuple(range(u.ndim - 1))
    low, high = u.min(axis=leading), u.max(axis=leading)
    if np.any(high == low):
        raise ValueError("a system is constant over the sample, so it cannot be rescaled")
    bottom, top = _SPSSAU_RANGE
    stretched: Floats = bottom + (top - bottom) * (u - low) / (high - low)
    return stretched
