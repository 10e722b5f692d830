"""From a province-year panel of indicators to the composite indices of the two systems.

Scale (:func:`normalise`), weight (:func:`synergy.entropy.entropy_weights`), add up
(:func:`composite_index`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.entropy import (
    WEIGHT_VARIANTS,
    EntropyRangeError,
    EntropyWeights,
    Scope,
    WeightVariant,
    check_finite,
    entropy_weights,
    weight_variant,
)

__all__ = [
    "SCORES",
    "WEIGHT_VARIANTS",
    "CompositeIndex",
    "EntropyRangeError",
    "EntropyWeights",
    "WeightVariant",
    "composite_index",
    "entropy_weights",
    "normalise",
]

SCORES = ("AI", "LR", "EQ", "SS", "LQ", "U1", "U2", "BS", "TI", "AD")
_DIMENSIONS = {"AI": ("BS", "TI", "AD"), "EQ": ("LR", "EQ", "SS", "LQ")}
_COMPOSITES = {"AI": ("AI", "U1"), "EQ": ("U2",)}


@dataclass(frozen=True)
class CompositeIndex:
    """Weights and scores of the two systems.

    Attributes
    ----------
    weights : DataFrame
        Index ``code``; columns ``system``, ``dimension``, ``entropy``, ``weight`` (sums to 1 within
        a system), ``dimension_weight`` (sum of ``weight`` over the dimension) and
        ``weight_in_dimension`` (sums to 1 within a dimension).
    scores : DataFrame
        Index (province, year); columns :data:`SCORES`, each in [0, 1]; NaN where the dimension or
        system has no indicator. ``EQ`` is the dimension employment environment, ``U2`` the system
        employment quality; ``U1`` equals ``AI``.
    normalised : DataFrame
        Scaled indicators, same shape as the input.
    variant : WeightVariant
        How the weights were computed.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame
    normalised: pd.DataFrame
    variant: WeightVariant


def normalise(
    values: pd.DataFrame, direction: pd.Series[int], *, scope: Scope = "pooled"
) -> pd.DataFrame:
    r"""Scale each indicator to [0, 1] so that larger is always better.

    Parameters
    ----------
    values : DataFrame
        Index (province, year), one column per indicator, finite numbers in any unit.
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
    check_finite(values)
    if scope not in ("pooled", "yearly"):
        raise ValueError(f"scope is {scope!r}; use 'pooled' or 'yearly'")
    oriented = values.to_numpy(float) * _signs(values.columns, direction)
    scaled = np.empty_like(oriented)
    for where, rows in _blocks(values.index, scope):
        block = oriented[rows]
        low, span = block.min(axis=0), np.ptp(block, axis=0)
        _check_varies(values, span, where)
        scaled[rows] = (block - low) / span
    return pd.DataFrame(scaled, index=values.index, columns=values.columns)


def composite_index(
    values: pd.DataFrame,
    dictionary: pd.DataFrame,
    *,
    variant: str | WeightVariant = "standard",
    strict: bool = True,
) -> CompositeIndex:
    r"""Build the indices of the two systems and of their dimensions.

    Parameters
    ----------
    values : DataFrame
        Index (province, year), columns indicator codes, complete and finite; any subset of the
        dictionary's indicators.
    dictionary : DataFrame
        Index ``code``; columns ``system`` ("AI" or "EQ"), ``dimension`` and ``direction``.
    variant, strict
        As in :func:`synergy.entropy.entropy_weights`.

    Returns
    -------
    CompositeIndex

    Raises
    ------
    ValueError
        If an indicator is not in the dictionary, or for the reasons given in :func:`normalise` and
        :func:`synergy.entropy.entropy_weights`.

    Notes
    -----
    A system's index is :math:`U = \sum_j w_j z_j` over its indicators. A dimension's is
    :math:`S_d = \sum_{j \in d} (w_j / W_d) z_j` with :math:`W_d = \sum_{j \in d} w_j`, so that
    :math:`U = \sum_d W_d S_d`. The steps are those of section 3.3.1 of Gan and Zhang (2025,
    doi:10.12677/sd.2025.158217), which prints no formulas. SPSSAU adds its shift to the scores
    too; that constant is left out here so that scores stay in [0, 1].
    """
    chosen = weight_variant(variant)
    described = _describe(values.columns, dictionary)
    z = normalise(values, described["direction"], scope=chosen.scope)
    weights = _weights_table(z, described, chosen, strict=strict)
    scores = z.to_numpy(float) @ _loadings(weights)
    frame = pd.DataFrame(scores, index=z.index, columns=list(SCORES))
    return CompositeIndex(weights, frame, z, chosen)


def _weights_table(
    z: pd.DataFrame, described: pd.DataFrame, variant: WeightVariant, *, strict: bool
) -> pd.DataFrame:
    entropies, shares = np.empty(len(described)), np.empty(len(described))
    system = described["system"].to_numpy(object)
    for name in dict.fromkeys(system):
        members = system == name
        found = entropy_weights(z.loc[:, members], variant=variant, strict=strict)
        entropies[members], shares[members] = found.entropy, found.weights
    group, _ = pd.factorize(system + described["dimension"].to_numpy(object))
    totals = np.bincount(group, weights=shares)[group]
    return described[["system", "dimension"]].assign(
        entropy=entropies,
        weight=shares,
        dimension_weight=totals,
        weight_in_dimension=shares / totals,
    )


def _loadings(weights: pd.DataFrame) -> NDArray[np.float64]:
    """Coefficients, shape (indicators, scores), of the scaled indicators in each score."""
    of_system, of_dimension = (weights[name].to_numpy(object) for name in ("system", "dimension"))
    in_system = weights["weight"].to_numpy(float)
    in_dimension = weights["weight_in_dimension"].to_numpy(float)
    columns = dict.fromkeys(SCORES, np.full(len(weights), np.nan))
    for system, dimensions in _DIMENSIONS.items():
        members = of_system == system
        if members.any():
            columns |= dict.fromkeys(_COMPOSITES[system], np.where(members, in_system, 0.0))
        for name in dimensions:
            inside = members & (of_dimension == name)
            if inside.any():
                columns[name] = np.where(inside, in_dimension, 0.0)
    return np.stack(list(columns.values()), axis=1)


def _blocks(index: pd.Index, scope: Scope) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Rows that share a minimum and maximum, with words for an error message."""
    if scope == "pooled":
        yield "", np.ones(len(index), dtype=bool)
        return
    years = index.get_level_values("year")
    for year in years.unique():
        yield f" in {year}", np.asarray(years == year)


def _check_varies(values: pd.DataFrame, span: NDArray[np.float64], where: str) -> None:
    flat = [str(code) for code in values.columns[span == 0]]
    if flat:
        raise ValueError(
            f"constant indicator{where}: {', '.join(flat)}; it has no scale and no information, "
            "leave it out"
        )


def _signs(codes: pd.Index, direction: pd.Series[int]) -> NDArray[np.float64]:
    signs = direction.reindex(codes)
    wrong = signs.index[~signs.isin([1, -1])]
    if len(wrong):
        raise ValueError(
            f"direction of {wrong[0]!r} is {signs[wrong[0]]}; use +1 (larger is better) or -1"
        )
    return np.asarray(signs, dtype=float)


def _describe(codes: pd.Index, dictionary: pd.DataFrame) -> pd.DataFrame:
    unknown = codes.difference(dictionary.index)
    if len(unknown):
        allowed = ", ".join(map(str, dictionary.index))
        raise ValueError(f"indicator {unknown[0]!r} is not in the dictionary; allowed: {allowed}")
    described = dictionary.loc[codes]
    strange = [name for name in described["system"].unique() if name not in _DIMENSIONS]
    if strange:
        raise ValueError(f"system is {strange[0]!r}; use 'AI' or 'EQ'")
    return described
