"""Entropy weights and the variants of them that circulate in the literature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scope = Literal["pooled", "yearly"]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class WeightVariant:
    """One named way of turning indicators into weights.

    Attributes
    ----------
    name, title_zh : str
        Key in :data:`WEIGHT_VARIANTS` and Chinese title for readers.
    source, source_zh : str
        Where the variant is found, in English and in Chinese.
    scope : {"pooled", "yearly"}
        Rows over which an indicator's minimum and maximum are taken.
    shift : float
        Constant added to the scaled values before the logarithm (0: use 0 ln 0 = 0 instead).
    terms : {"rows", "years"}
        Number whose logarithm scales the entropy; only "rows" keeps it inside [0, 1].
    equal : bool
        Ignore the entropy and give every indicator of a system the same weight.
    """

    name: str
    title_zh: str
    source: str
    source_zh: str
    scope: Scope = "pooled"
    shift: float = 0.0
    terms: Literal["rows", "years"] = "rows"
    equal: bool = False


def _registry(*variants: WeightVariant) -> Mapping[str, WeightVariant]:
    return MappingProxyType({variant.name: variant for variant in variants})


WEIGHT_VARIANTS = _registry(
    WeightVariant(
        "standard",
        "混合标准化熵权",
        "Shannon's entropy with 0 ln 0 = 0, all province-years scaled together",
        "香农熵，约定 0 ln 0 = 0；全部省—年一起标准化",
    ),
    WeightVariant(
        "shifted",
        "零值平移 0.0001",
        "widespread practice: 0.0001 is added so that every logarithm exists",
        "常见做法：各值加 0.0001，使对数处处有定义",
        shift=1e-4,
    ),
    WeightVariant(
        "spssau",
        "SPSSAU 非负平移 0.01",
        "SPSSAU manual, entropy method: |min| + 0.01 is added to a column with a value <= 0",
        "SPSSAU 帮助手册“熵值法”：某列有非正数时，整列加上最小值的绝对值再加 0.01",
        shift=1e-2,
    ),
    WeightVariant(
        "yearly",
        "逐年标准化",
        "minimum and maximum taken within each year, entropy over all province-years",
        "最小值、最大值只在同一年内取，熵仍按全部省—年计算",
        scope="yearly",
    ),
    WeightVariant(
        "log_years",
        "误用 1/ln T",
        "Stata do-files passed around on Chinese blogs: 1/ln(number of years) applied to all "
        "province-years, so that e > 1 and the weights reverse",
        "网上流传的 Stata 程序：对全部省—年求和，却除以年数的对数，于是 e > 1、权重次序颠倒",
        terms="years",
    ),
    WeightVariant(
        "equal",
        "等权",
        "every indicator of a system counts the same: a yardstick, not an entropy method",
        "同一系统内各指标同权：只作对照，不是熵值法",
        equal=True,
    ),
)


class EntropyRangeError(ValueError):
    """An entropy left [0, 1]: the variant is an error, its weights are reversed."""


@dataclass(frozen=True)
class EntropyWeights:
    """Entropy, divergence and weight of each indicator of one system.

    Attributes
    ----------
    weights, entropy, divergence : Series
        Indexed by indicator code; the weights sum to 1 and ``divergence = 1 - entropy``.
    variant : WeightVariant
        How they were computed.
    """

    weights: pd.Series[float]
    entropy: pd.Series[float]
    divergence: pd.Series[float]
    variant: WeightVariant

    @property
    def out_of_range(self) -> list[str]:
        """Indicators whose entropy leaves [0, 1]: empty unless the variant is an error."""
        outside = (self.entropy < -_ROUNDING) | (self.entropy > 1 + _ROUNDING)
        return [str(code) for code in self.entropy.index[outside]]


def weight_variant(variant: str | WeightVariant) -> WeightVariant:
    """Look a variant up by name; a ready :class:`WeightVariant` passes through.

    Raises
    ------
    ValueError
        If the name is not a key of :data:`WEIGHT_VARIANTS`.
    """
    if isinstance(variant, WeightVariant):
        return variant
    if variant not in WEIGHT_VARIANTS:
        allowed = ", ".join(WEIGHT_VARIANTS)
        raise ValueError(f"unknown weight variant {variant!r}; use one of: {allowed}")
    return WEIGHT_VARIANTS[variant]


def entropy(z: Floats, *, terms: int | None = None) -> Floats:
    r"""Return the scaled Shannon entropy of each column's distribution over the rows.

    Parameters
    ----------
    z : ndarray, shape (..., rows, indicators)
        Non-negative values; every column has a positive sum.
    terms : int, optional
        Number whose logarithm scales the entropy. Default: the number of rows, the only choice
        that guarantees a result in [0, 1].

    Returns
    -------
    ndarray, shape (..., indicators)

    Notes
    -----
    With :math:`S_j = \sum_i z_{ij}` and :math:`p_{ij} = z_{ij} / S_j`,

    .. math:: e_j = -\frac{1}{\ln n}\sum_i p_{ij}\ln p_{ij}
                  = \frac{1}{\ln n}\Bigl(\ln S_j - \frac{1}{S_j}\sum_i z_{ij}\ln z_{ij}\Bigr),

    where :math:`0 \ln 0 = 0`. The second form takes one logarithm per value and adds up over blocks
    of rows, which the bootstrap uses.
    """
    rows = z.shape[-2] if terms is None else terms
    return block_entropy(z.sum(axis=-2), xlogx(z).sum(axis=-2), rows)


def block_entropy(total: Floats, total_xlogx: Floats, terms: int) -> Floats:
    """Entropy from the sums of z and of z ln z; shapes broadcast, see :func:`entropy`."""
    scaled: Floats = (np.log(total) - total_xlogx / total) / np.log(terms)
    return scaled


def xlogx(z: Floats) -> Floats:
    """Return z ln z elementwise, with 0 ln 0 = 0."""
    product: Floats = z * np.log(np.where(z > 0, z, 1.0))
    return product


def entropy_weights(
    z: pd.DataFrame, *, variant: str | WeightVariant = "standard", strict: bool = True
) -> EntropyWeights:
    r"""Weight the indicators of one system by how unevenly they are distributed.

    Parameters
    ----------
    z : DataFrame
        Scaled indicators of one system, rows = province-years, values >= 0. A level ``year`` in
        the index is needed by variant "log_years" alone.
    variant : str or WeightVariant
        See :data:`WEIGHT_VARIANTS`. Scaling is the caller's business, so "yearly" equals
        "standard" here.
    strict : bool
        Refuse a variant whose entropy leaves [0, 1]. With False the weights come back flagged by
        :attr:`EntropyWeights.out_of_range`, to show what the error does.

    Returns
    -------
    EntropyWeights

    Raises
    ------
    ValueError
        If there are fewer than two rows, a value is negative, missing or infinite, a column sums
        to zero, or no column varies.
    EntropyRangeError
        If ``strict`` and an entropy leaves [0, 1].

    Notes
    -----
    .. math:: w_j = \frac{1 - e_j}{\sum_k (1 - e_k)}

    with :math:`e_j` from :func:`entropy`. Dividing by :math:`\ln T` where the sum runs over
    :math:`NT` rows lets :math:`e_j` rise to :math:`\ln NT / \ln T`. Numerator and denominator are
    then negative: the weights still sum to 1, but the least informative indicator gets most.
    """
    chosen = weight_variant(variant)
    _check_scaled(z)
    terms = z.index.get_level_values("year").nunique() if chosen.terms == "years" else None
    e = pd.Series(entropy(z.to_numpy(float) + chosen.shift, terms=terms), index=z.columns)
    result = EntropyWeights(_shares(1 - e, chosen), e, 1 - e, chosen)
    if strict and result.out_of_range:
        raise EntropyRangeError(_range_message(result))
    return result


def check_finite(values: pd.DataFrame) -> None:
    """Raise a ValueError that names the first missing or infinite cell."""
    bad = ~np.isfinite(values.to_numpy(float))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"{int(bad.sum())} values are missing or infinite, the first at "
            f"{values.index[row]}, indicator {values.columns[column]!r}; fill or drop them first"
        )


def _shares(divergence: pd.Series[float], variant: WeightVariant) -> pd.Series[float]:
    if variant.equal:
        return pd.Series(1 / len(divergence), index=divergence.index)
    total = float(divergence.sum())
    if abs(total) <= _ROUNDING:
        raise ValueError(
            f"no indicator varies over the rows (sum of 1 - e is {total:.1e}), so entropy weights "
            "are undefined; use variant='equal'"
        )
    return divergence / total


def _range_message(result: EntropyWeights) -> str:
    codes = result.out_of_range
    return (
        f"entropy leaves [0, 1] for {len(codes)} of {len(result.entropy)} indicators (largest "
        f"{result.entropy.max():.3f}; {', '.join(codes[:3])}): variant {result.variant.name!r} "
        "divides by ln(years) where the sum runs over all province-years; use 'standard', or "
        "strict=False to look at the reversed weights"
    )


def _check_scaled(z: pd.DataFrame) -> None:
    check_finite(z)
    if len(z) < 2:
        raise ValueError(f"entropy weights need at least 2 rows, got {len(z)}")
    numbers = z.to_numpy(float)
    if numbers.min() < 0:
        column = z.columns[numbers.min(axis=0).argmin()]
        raise ValueError(f"negative value {numbers.min():.4g} in {column}; normalise first")
    empty = [str(code) for code in z.columns[numbers.max(axis=0) == 0]]
    if empty:
        raise ValueError(f"every value is zero in {', '.join(empty)}; leave the indicator out")
