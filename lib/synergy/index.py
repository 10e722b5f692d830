"""From a panel of indicators to the composite indices of the systems.

Rows are units in years: provinces, cities, firms; as many systems as the dictionary names.

Scale (:func:`normalise`), weight (:func:`entropy_weights`, or one of the variants that circulate
in the literature), add up (:func:`composite_index`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.variants import chosen, variant_settings

Floats = NDArray[np.float64]
Scope = Literal["pooled", "yearly"]

_ROUNDING = 1e-12

#: An indicator varies if its range exceeds this share of its mean: less is rounding, which
#: scaling would blow up to a full column of information.
VARIES = 1e-9


# ------------------------------------------------------------------ weights


@dataclass(frozen=True)
class WeightVariant:
    """One named way of turning indicators into weights.

    Attributes
    ----------
    name, title_zh : str
        Key in :data:`WEIGHT_VARIANTS` and Chinese title for readers.
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
    scope: Scope = "pooled"
    shift: float = 0.0
    terms: Literal["rows", "years"] = "rows"
    equal: bool = False


WEIGHT_VARIANTS: Mapping[str, WeightVariant] = MappingProxyType(
    {name: WeightVariant(name, **row) for name, row in variant_settings()["weights"].items()}
)


class EntropyRangeError(ValueError):
    """An entropy left [0, 1]: the variant is an error, its weights are reversed."""


def out_of_range(entropies: pd.Series[float]) -> list[str]:
    """Indicators whose entropy leaves [0, 1]: empty unless the variant is an error."""
    outside = (entropies < -_ROUNDING) | (entropies > 1 + _ROUNDING)
    return [str(code) for code in entropies.index[outside]]


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


def block_entropy(total: Floats, total_xlogx: Floats, terms: int | Floats) -> Floats:
    """Entropy from the sums of z and of z ln z; shapes broadcast, see :func:`entropy`."""
    scaled: Floats = (np.log(total) - total_xlogx / total) / np.log(terms)
    return scaled


def xlogx(z: Floats) -> Floats:
    """Return z ln z elementwise, with 0 ln 0 = 0."""
    product: Floats = z * np.log(np.where(z > 0, z, 1.0))
    return product


def entropy_weights(
    z: pd.DataFrame, *, variant: str | WeightVariant = "standard", strict: bool = True
) -> pd.DataFrame:
    r"""Weight the indicators of one system by how unevenly they are distributed.

    Parameters
    ----------
    z : DataFrame
        Scaled indicators of one system, rows = units in years, values >= 0. Years, the last level
        of the index, are needed by variant "log_years" alone.
    variant : str or WeightVariant
        See :data:`WEIGHT_VARIANTS`. Scaling is the caller's business, so "yearly" equals
        "standard" here.
    strict : bool
        Refuse a variant whose entropy leaves [0, 1]. With False the weights come back, to show
        what the error does; :func:`out_of_range` names the indicators.

    Returns
    -------
    DataFrame
        Indexed by indicator code; ``entropy``, and ``weights`` that sum to 1.

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
    method = chosen(variant, WEIGHT_VARIANTS, "weight")
    _check_scaled(z)
    terms = z.index.get_level_values(-1).nunique() if method.terms == "years" else None
    if terms == 1:
        raise ValueError(f"variant {method.name!r} divides by ln(years), which is 0 for one year")
    e = pd.Series(entropy(z.to_numpy(float) + method.shift, terms=terms), index=z.columns)
    weights = _shares(1 - e, method)
    if strict and out_of_range(e):
        raise EntropyRangeError(_range_message(e, method))
    return pd.DataFrame({"entropy": e, "weights": weights})


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


def _range_message(e: pd.Series[float], variant: WeightVariant) -> str:
    codes = out_of_range(e)
    return (
        f"entropy leaves [0, 1] for {len(codes)} of {len(e)} indicators (largest "
        f"{e.max():.3f}; {', '.join(codes[:3])}): variant {variant.name!r} "
        "divides by ln(years) where the sum runs over all rows; use 'standard', or "
        "strict=False to look at the reversed weights"
    )


def _check_scaled(z: pd.DataFrame) -> None:
    _check_finite(z)
    if len(z) < 2:
        raise ValueError(f"entropy weights need at least 2 rows, got {len(z)}")
    numbers = z.to_numpy(float)
    if numbers.min() < 0:
        column = z.columns[numbers.min(axis=0).argmin()]
        raise ValueError(f"negative value {numbers.min():.4g} in {column}; normalise first")
    empty = [str(code) for code in z.columns[numbers.max(axis=0) == 0]]
    if empty:
        raise ValueError(f"every value is zero in {', '.join(empty)}; leave the indicator out")


def _check_finite(values: pd.DataFrame) -> None:
    bad = ~np.isfinite(values.to_numpy(float))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"{int(bad.sum())} values are missing or infinite, the first at "
            f"{values.index[row]}, indicator {values.columns[column]!r}; fill or drop them first"
        )


# ------------------------------------------------------------------ scaling


def normalise(
    values: pd.DataFrame, direction: pd.Series[int], *, scope: Scope = "pooled"
) -> pd.DataFrame:
    r"""Scale each indicator to [0, 1] so that larger is always better.

    Parameters
    ----------
    values : DataFrame
        Index (unit, year), one column per indicator, finite numbers in any unit.
    direction : Series
        +1 or -1 per indicator code; may hold more codes than ``values`` has columns.
    scope : {"pooled", "yearly"}
        Take minimum and maximum over all rows, or within each year.

    Returns
    -------
    DataFrame
        Same index and columns; minimum 0 and maximum 1 over the scope.

    Raises
    ------
    ValueError
        If a value is missing or infinite, a direction is not +1 or -1, the scope is unknown, or an
        indicator is constant over the scope: it has no information and no scale.

    Notes
    -----
    With :math:`s_j = \pm 1` the direction of indicator :math:`j`,

    .. math:: z_{ij} = \frac{s_j x_{ij} - \min_i s_j x_{ij}}
                            {\max_i s_j x_{ij} - \min_i s_j x_{ij}}.

    Year-wise scaling erases the common trend, which is what a panel model of growth feeds on.
    """
    _check_finite(values)
    if scope not in ("pooled", "yearly"):
        raise ValueError(f"scope is {scope!r}; use 'pooled' or 'yearly'")
    oriented = values.to_numpy(float) * _signs(values.columns, direction)
    scaled = np.empty_like(oriented)
    for where, rows in _blocks(values.index, scope):
        block = oriented[rows]
        low, span = block.min(axis=0), np.ptp(block, axis=0)
        _check_varies(values.columns[is_constant(block)], where)
        scaled[rows] = (block - low) / span
    return pd.DataFrame(scaled, index=values.index, columns=values.columns)


def _blocks(index: pd.Index, scope: Scope) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Rows that share a minimum and maximum, with words for an error message."""
    if scope == "pooled":
        yield "", np.ones(len(index), dtype=bool)
        return
    years = index.get_level_values(-1)
    for year in years.unique():
        yield f" in {year}", np.asarray(years == year)


def is_constant(values: Floats) -> NDArray[np.bool_]:
    """Whether a column of an array (rows, columns) varies by no more than rounding."""
    flat: NDArray[np.bool_] = np.ptp(values, axis=0) <= VARIES * np.abs(values.mean(axis=0))
    return flat


def _check_varies(flat: pd.Index, where: str) -> None:
    if len(flat):
        raise ValueError(
            f"constant indicator{where}: {', '.join(map(str, flat))}; it has no scale and no "
            "information, leave it out"
        )


def _signs(codes: pd.Index, direction: pd.Series[int]) -> Floats:
    signs = direction.reindex(codes)
    wrong = signs.index[~signs.isin([1, -1])]
    if len(wrong):
        raise ValueError(
            f"direction of {wrong[0]!r} is {signs[wrong[0]]}; use +1 (larger is better) or -1"
        )
    return np.asarray(signs, dtype=float)


# ------------------------------------------------------------------ composite indices


@dataclass(frozen=True)
class CompositeIndex:
    """Weights and scores of the systems.

    Attributes
    ----------
    weights : DataFrame
        Index ``code``; columns ``system``, ``dimension``, ``entropy``, ``weight`` (sums to 1 within
        a system), ``dimension_weight`` (sum of ``weight`` over the dimension) and
        ``weight_in_dimension`` (sums to 1 within a dimension).
    scores : DataFrame
        Index (unit, year); columns as :func:`score_names` lists them, each in [0, 1]; NaN where the
        dimension or system has no indicator.
    normalised : DataFrame
        Scaled indicators, same shape as the input.
    variant : WeightVariant
        How the weights were computed.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame
    normalised: pd.DataFrame
    variant: WeightVariant

    @property
    def systems(self) -> pd.DataFrame:
        """Indices of the systems alone: ``U1``, ``U2`` and so on."""
        return self.scores.filter(regex=r"^U\d+$")


def composite_index(
    values: pd.DataFrame,
    dictionary: pd.DataFrame,
    *,
    variant: str | WeightVariant = "standard",
    strict: bool = True,
) -> CompositeIndex:
    r"""Build the indices of the systems and of their dimensions.

    Parameters
    ----------
    values : DataFrame
        Index (unit, year), columns indicator codes, complete and finite; any subset of the
        dictionary's indicators. Units need not have the same years.
    dictionary : DataFrame
        Index ``code``; columns ``system``, ``dimension`` and ``direction``. The first system that
        occurs is ``U1``.
    variant, strict
        As in :func:`entropy_weights`.

    Raises
    ------
    ValueError
        If an indicator is not in the dictionary, a dimension lies in two systems, or for the
        reasons given in :func:`normalise` and :func:`entropy_weights`.

    Notes
    -----
    A system's index is :math:`U = \sum_j w_j z_j` over its indicators. A dimension's is
    :math:`S_d = \sum_{j \in d} (w_j / W_d) z_j` with :math:`W_d = \sum_{j \in d} w_j`, so that
    :math:`U = \sum_d W_d S_d`. The steps are those of section 3.3.1 of Gan and Zhang (2025,
    doi:10.12677/sd.2025.158217), which prints no formulas. SPSSAU adds its shift to the scores
    too; that constant is left out here so that scores stay in [0, 1].
    """
    method = chosen(variant, WEIGHT_VARIANTS, "weight")
    described = _describe(values.columns, dictionary)
    z = normalise(values, described["direction"], scope=method.scope)
    weights = _weights_table(z, described, method, strict=strict)
    loadings = _loadings(weights, dictionary)
    frame = pd.DataFrame(
        z.to_numpy(float) @ np.stack(list(loadings.values()), axis=1), z.index, list(loadings)
    )
    return CompositeIndex(weights, frame, z, method)


def score_names(dictionary: pd.DataFrame) -> tuple[str, ...]:
    """Columns of scores: systems by code, dimensions by code, then ``U1``, ``U2`` and so on.

    Where a dimension is called as a system is, the column is the dimension's.
    """
    systems = list(dict.fromkeys(dictionary["system"]))
    numbered = (f"U{place}" for place in range(1, len(systems) + 1))
    return tuple(dict.fromkeys([*systems, *dictionary["dimension"], *numbered]))


def _describe(codes: pd.Index, dictionary: pd.DataFrame) -> pd.DataFrame:
    unknown = codes.difference(dictionary.index)
    if len(unknown):
        allowed = ", ".join(map(str, dictionary.index))
        raise ValueError(f"indicator {unknown[0]!r} is not in the dictionary; allowed: {allowed}")
    pairs = dictionary[["system", "dimension"]].drop_duplicates()
    twice = pairs["dimension"][pairs["dimension"].duplicated()]
    if len(twice):
        raise ValueError(f"dimension {twice.iloc[0]!r} lies in two systems; give it two names")
    return dictionary.loc[codes]


def _weights_table(
    z: pd.DataFrame, described: pd.DataFrame, variant: WeightVariant, *, strict: bool
) -> pd.DataFrame:
    entropies, shares = np.empty(len(described)), np.empty(len(described))
    system = described["system"].to_numpy(object)
    for name in dict.fromkeys(system):
        members = system == name
        found = entropy_weights(z.loc[:, members], variant=variant, strict=strict)
        entropies[members], shares[members] = found["entropy"], found["weights"]
    group, _ = pd.factorize(system + described["dimension"].to_numpy(object))
    totals = np.bincount(group, weights=shares)[group]
    return described[["system", "dimension"]].assign(
        entropy=entropies,
        weight=shares,
        dimension_weight=totals,
        weight_in_dimension=shares / totals,
    )


def _loadings(weights: pd.DataFrame, dictionary: pd.DataFrame) -> dict[str, Floats]:
    """Coefficients (indicators,) of the scaled indicators in each score; NaN if it has none."""
    columns = dict.fromkeys(score_names(dictionary), np.full(len(weights), np.nan))

    def load(name: str, of: str, code: str, share: str) -> None:
        members = (weights[of] == code).to_numpy()
        if members.any():
            columns[name] = np.where(members, weights[share].to_numpy(float), 0.0)

    for place, system in enumerate(dict.fromkeys(dictionary["system"]), 1):
        load(system, "system", system, "weight")
        load(f"U{place}", "system", system, "weight")
    for dimension in dict.fromkeys(dictionary["dimension"]):
        load(dimension, "dimension", dimension, "weight_in_dimension")
    return columns
