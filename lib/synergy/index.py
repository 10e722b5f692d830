"""From a province-year panel of indicators to the composite indices of the two systems.

Scale (:func:`normalise`), weight (:func:`synergy.entropy.entropy_weights`), add up
(:func:`composite_index`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

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
    oriented = values * _signs(values.columns, direction)
    if scope not in ("pooled", "yearly"):
        raise ValueError(f"scope is {scope!r}; use 'pooled' or 'yearly'")
    if scope == "pooled":
        _check_varies(oriented)
        return (oriented - oriented.min()) / (oriented.max() - oriented.min())
    by_year = oriented.groupby(level="year")
    for year, rows in by_year:
        _check_varies(rows, f" in {year}")
    low, high = by_year.transform("min"), by_year.transform("max")
    return (oriented - low) / (high - low)


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
    scores = z.to_numpy(float) @ _loadings(weights).to_numpy(float)
    frame = pd.DataFrame(scores, index=z.index, columns=list(SCORES))
    return CompositeIndex(weights, frame, z, chosen)


def _weights_table(
    z: pd.DataFrame, described: pd.DataFrame, variant: WeightVariant, *, strict: bool
) -> pd.DataFrame:
    systems = [
        entropy_weights(z[list(rows.index)], variant=variant, strict=strict)
        for _, rows in described.groupby("system", sort=False)
    ]
    table = described[["system", "dimension"]].copy()
    table["entropy"] = pd.concat([system.entropy for system in systems])
    table["weight"] = pd.concat([system.weights for system in systems])
    by_dimension = table.groupby(["system", "dimension"])["weight"]
    table["dimension_weight"] = by_dimension.transform("sum")
    table["weight_in_dimension"] = table["weight"] / table["dimension_weight"]
    return table


def _loadings(weights: pd.DataFrame) -> pd.DataFrame:
    """Indicators x scores: the coefficient of each scaled indicator in each score."""
    loadings = pd.DataFrame(np.nan, index=weights.index, columns=list(SCORES))
    for system, dimensions in _DIMENSIONS.items():
        members = weights["system"] == system
        if members.any():
            for name in _COMPOSITES[system]:
                loadings[name] = weights["weight"].where(members, 0.0)
        for name in dimensions:
            inside = members & (weights["dimension"] == name)
            if inside.any():
                loadings[name] = weights["weight_in_dimension"].where(inside, 0.0)
    return loadings


def _check_varies(oriented: pd.DataFrame, where: str = "") -> None:
    flat = [str(code) for code in oriented.columns[oriented.max() == oriented.min()]]
    if flat:
        raise ValueError(
            f"constant indicator{where}: {', '.join(flat)} (always "
            f"{abs(oriented[flat[0]].iloc[0]):g}); it has no scale and no information, leave it out"
        )


def _signs(codes: pd.Index, direction: pd.Series[int]) -> pd.Series[float]:
    signs = direction.reindex(codes)
    wrong = signs.index[~signs.isin([1, -1])]
    if len(wrong):
        raise ValueError(
            f"direction of {wrong[0]!r} is {signs[wrong[0]]}; use +1 (larger is better) or -1"
        )
    return signs.astype(float)


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
