"""Coupling degree C, coordination index T and coupling coordination degree D.

C says how balanced the systems are, not how far they have come: it is 1 at (.1, .1) and at
(.8, .8) alike. T says how far, and D = sqrt(C T) joins the two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from synergy.coupling.grading import check_unit, grade, grade_number, grades, stage
from synergy.coupling.variants import (
    COUPLING_VARIANTS,
    CouplingVariant,
    Floats,
    coupling_variant,
    rescale,
)
from synergy.dictionary import NATION

__all__ = [
    "COUPLING_VARIANTS",
    "Coupling",
    "CouplingVariant",
    "coordination_index",
    "couple",
    "coupling_coordination",
    "coupling_degree",
    "grade",
    "grade_number",
    "grades",
    "regional_means",
    "rescale",
    "stage",
]

_ROUNDING = 1e-9


class Coupling(NamedTuple):
    """C, T and D as arrays of the same shape."""

    C: Floats
    T: Floats
    D: Floats


def coupling_degree(u: ArrayLike, *, variant: str | CouplingVariant = "standard") -> Floats:
    r"""How evenly n systems are developed.

    Parameters
    ----------
    u : array_like, shape (..., n)
        Indices of the n >= 2 systems, in [0, 1]; NaN gives NaN.
    variant : str or CouplingVariant
        See :data:`COUPLING_VARIANTS`.

    Returns
    -------
    ndarray, shape (...)
        In [0, 1] ([0, 1/n] with the lost coefficient). Where every U is 0 the ratio is 0/0; C is
        set to 0, and D is 0 under any convention.

    Raises
    ------
    ValueError
        If there are fewer than two systems, a value lies outside [0, 1], or the variant is unknown.

    Notes
    -----
    For n systems with mean :math:`\bar U`, products over systems and sums over the
    :math:`n(n-1)/2` pairs:

    - standard: :math:`C = (\prod U_i)^{1/n} / \bar U`
    - lost_coefficient: :math:`C = (\prod U_i)^{1/n} / (n \bar U)`
    - no_root: :math:`C = \prod U_i / \bar U^n`
    - liao: :math:`C = (\prod U_i / \bar U^n)^k`, published for two systems; here k = 2
    - wang: :math:`C^2 = \bigl(1 - \tfrac{2}{n(n-1)} \sum |U_i - U_j|\bigr)
      \bigl(\prod U_i / \max U\bigr)^{1/(n-1)}`, each factor of the product over the maximum
    - fan: :math:`C = 1 - 2 \sqrt{\sum (U_i - \bar U)^2 / n}`
    - spssau: standard, after :func:`rescale` over the whole sample

    At U = (.2, .6): .866, .433, .750, .563, .447, .600. The general forms of Wang and Fan are
    quoted after the documentation of the R package ``coupling``; for n = 2 both agree with these.
    """
    chosen = coupling_variant(variant)
    checked = _check_indices(u)
    return _degree(rescale(checked) if chosen.rescaled else checked, chosen)


def coordination_index(u: ArrayLike, weights: ArrayLike) -> Floats:
    r"""Return T, the weighted mean of the systems, :math:`T = \sum_i a_i U_i`.

    Parameters
    ----------
    u : array_like, shape (..., n)
    weights : array_like, shape (n,)
        Non-negative, summing to 1.

    Raises
    ------
    ValueError
        If the weights are negative, do not sum to 1, or are not one per system.
    """
    values, shares = np.asarray(u, dtype=float), np.asarray(weights, dtype=float)
    if shares.shape != values.shape[-1:]:
        raise ValueError(f"{values.shape[-1]} systems need as many weights, got {shares.size}")
    if (shares < 0).any() or abs(shares.sum() - 1) > _ROUNDING:
        raise ValueError(f"weights are {shares.tolist()}; use numbers >= 0 that sum to 1")
    weighted: Floats = values @ shares
    return weighted


def couple(
    u: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    variant: str | CouplingVariant = "standard",
) -> Coupling:
    r"""Return C, T and :math:`D = \sqrt{C T}` for n systems.

    Parameters
    ----------
    u : array_like, shape (..., n)
        Indices of the systems, in [0, 1].
    weights : array_like, shape (n,), optional
        Weights of the systems in T; equal by default.
    variant : str or CouplingVariant
        See :func:`coupling_degree`. "spssau" rescales U for T as well.

    Returns
    -------
    Coupling
        Arrays of shape (...).

    Notes
    -----
    For two systems, equal weights and the standard form, :math:`D = (U_1 U_2)^{1/4}`: T cancels
    the denominator of C. For n systems it is :math:`(\prod U_i)^{1/(2n)}`.
    """
    chosen = coupling_variant(variant)
    checked = _check_indices(u)
    indices = rescale(checked) if chosen.rescaled else checked
    n = indices.shape[-1]
    t = coordination_index(indices, np.full(n, 1 / n) if weights is None else weights)
    c = _degree(indices, chosen)
    return Coupling(c, t, np.sqrt(c * t))


def coupling_coordination(
    u1: pd.Series[float] | ArrayLike,
    u2: pd.Series[float] | ArrayLike,
    *,
    alpha: float = 0.5,
    variant: str | CouplingVariant = "standard",
) -> pd.DataFrame:
    """Return C, T and D of two systems as a frame.

    Parameters
    ----------
    u1, u2 : Series or array_like
        Indices of the two systems in [0, 1]; two series must share their index.
    alpha : float
        Weight of the first system in T, in [0, 1]; the paper takes .5.
    variant : str or CouplingVariant
        See :func:`coupling_degree`.

    Returns
    -------
    DataFrame
        Columns ``C``, ``T``, ``D``; index of ``u1`` where it is a series.

    Raises
    ------
    ValueError
        If alpha lies outside [0, 1], the indexes differ, or U is not usable.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha is {alpha}; use a number from 0 to 1")
    index = u1.index if isinstance(u1, pd.Series) else None
    if index is not None and isinstance(u2, pd.Series) and not index.equals(u2.index):
        raise ValueError("u1 and u2 have different indexes; align them first")
    u = np.stack([np.asarray(u1, dtype=float), np.asarray(u2, dtype=float)], axis=-1)
    coupled = couple(u, weights=(alpha, 1 - alpha), variant=variant)
    return pd.DataFrame(coupled._asdict(), index=index)


def regional_means(frame: pd.DataFrame, regions: pd.Series[str]) -> pd.DataFrame:
    """Return unweighted means over provinces, for the nation and for each region.

    Parameters
    ----------
    frame : DataFrame
        Index (province, year); columns that are not numbers are dropped.
    regions : Series
        Region of each province; its order of first appearance orders the result.

    Returns
    -------
    DataFrame
        Columns ``region`` (全国 first), ``year`` and the numeric columns of ``frame``.

    Raises
    ------
    ValueError
        If a province has no region.
    """
    numbers = frame.select_dtypes("number")
    province = numbers.index.get_level_values("province")
    unknown = province.difference(regions.index)
    if len(unknown):
        raise ValueError(f"province {unknown[0]!r} has no region; give one for every province")
    year = numbers.index.get_level_values("year")
    region = pd.Categorical(regions.loc[province], categories=regions.unique())
    by_region = numbers.groupby([region, year], observed=True).mean()
    nation = pd.concat({NATION: numbers.groupby(year).mean()})
    return pd.concat([nation, by_region]).rename_axis(["region", "year"]).reset_index()


def _degree(u: Floats, variant: CouplingVariant) -> Floats:
    systems = np.ascontiguousarray(np.moveaxis(u, -1, 0))
    nothing = systems.max(axis=0) == 0
    degree = variant.degree(np.where(nothing, 1.0, systems))
    return np.where(nothing, 0.0, degree.clip(0.0, 1.0))


def _check_indices(u: ArrayLike) -> Floats:
    values = check_unit(u, "U")
    if values.ndim == 0 or values.shape[-1] < 2:
        raise ValueError(
            f"coupling needs at least two systems on the last axis, got {values.shape}"
        )
    return values
