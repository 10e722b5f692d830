"""Coupling degree C, coordination index T, coupling coordination degree D, and the grades of D.

C says how balanced the systems are, not how far they have come: it is 1 at (.1, .1) and at
(.8, .8) alike. T says how far, and D = sqrt(C T) joins the two. The coupling degrees that
circulate in the literature are variants by name, with their sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from synergy.dictionary import NATION, published_table
from synergy.variants import chosen, variant_settings

Floats = NDArray[np.float64]

#: Shares of the systems in T: that of the first of two, one for each, or None for equal ones.
Alpha = float | Sequence[float] | None

_ROUNDING = 1e-9


# ------------------------------------------------------------------ variants


@dataclass(frozen=True)
class CouplingVariant:
    """One named coupling degree.

    Attributes
    ----------
    name, title_zh, formula, general : str
        Key in :data:`COUPLING_VARIANTS`, Chinese title, LaTeX for two systems and for n.
    degree : callable
        Maps U of shape (n, ...), non-negative and nowhere all zero, to C of shape (...). Systems
        come first so that numpy sums whole arrays instead of many short rows.
    rescaled : bool
        Whether every U is first stretched over [.01, .99] of its own sample.
    """

    name: str
    title_zh: str
    formula: str
    general: str
    degree: Callable[[Floats], Floats]
    rescaled: bool = False


def _balance(u: Floats) -> Floats:
    """Geometric over arithmetic mean; dividing by the largest first avoids underflow."""
    ratio: Floats = u / u.max(axis=0)
    degree: Floats = ratio.prod(axis=0) ** (1 / len(u)) / ratio.mean(axis=0)
    return degree


def _wang(u: Floats) -> Floats:
    first, second = np.triu_indices(len(u), 1)
    gap = np.abs(u[first] - u[second]).mean(axis=0)
    ratio = u / u.max(axis=0)
    degree: Floats = np.sqrt((1 - gap) * ratio.prod(axis=0) ** (1 / (len(u) - 1)))
    return degree


_DEGREES: dict[str, Callable[[Floats], Floats]] = {
    "standard": _balance,
    "lost_coefficient": lambda u: _balance(u) / len(u),
    "no_root": lambda u: _balance(u) ** len(u),
    "liao": lambda u: (_balance(u) ** len(u)) ** 2,
    "wang": _wang,
    "fan": lambda u: np.asarray(1 - 2 * u.std(axis=0)),
    "spssau": _balance,
}

COUPLING_VARIANTS: Mapping[str, CouplingVariant] = MappingProxyType(
    {
        name: CouplingVariant(name, degree=_DEGREES[name], **row)
        for name, row in variant_settings()["couplings"].items()
    }
)


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
    bottom, top = 0.01, 0.99
    stretched: Floats = bottom + (top - bottom) * (u - low) / (high - low)
    return stretched


# ------------------------------------------------------------------ C, T and D


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
    return couple(u, variant=variant).C


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
    method = chosen(variant, COUPLING_VARIANTS, "coupling")
    checked = _check_indices(u)
    indices = rescale(checked) if method.rescaled else checked
    n = indices.shape[-1]
    t = coordination_index(indices, np.full(n, 1 / n) if weights is None else weights)
    c = _degree(indices, method)
    return Coupling(c, t, np.sqrt(c * t))


def system_shares(alpha: Alpha, systems: int) -> Floats:
    """Shares of the systems in T.

    Raises
    ------
    ValueError
        If they are negative, do not sum to 1, or are not as many as the systems.

    Examples
    --------
    >>> system_shares(0.4, 2), system_shares(None, 4)
    (array([0.4, 0.6]), array([0.25, 0.25, 0.25, 0.25]))
    """
    if alpha is None:
        return np.full(systems, 1 / systems)
    shares = np.atleast_1d(np.asarray(alpha, dtype=float))
    if shares.size == 1 and systems == 2:
        shares = np.array([shares[0], 1 - shares[0]])
    if shares.shape != (systems,):
        raise ValueError(f"{systems} systems need as many shares in T, got {shares.tolist()}")
    if not ((shares >= 0).all() and abs(shares.sum() - 1) <= _ROUNDING):
        raise ValueError(f"shares are {shares.tolist()}; use numbers from 0 to 1 that sum to 1")
    return shares


def couple_systems(
    systems: pd.DataFrame, *, alpha: Alpha = None, variant: str | CouplingVariant = "standard"
) -> pd.DataFrame:
    """Return C, T and D of two or more systems.

    Parameters
    ----------
    systems : DataFrame
        One column per system, in [0, 1].
    alpha : float or sequence of float, optional
        See :func:`system_shares`.
    variant : str or CouplingVariant
        See :func:`coupling_degree`.

    Returns
    -------
    DataFrame
        Columns ``C``, ``T``, ``D``; index of `systems`.
    """
    shares = system_shares(alpha, systems.shape[1])
    coupled = couple(systems.to_numpy(float), weights=shares, variant=variant)
    return pd.DataFrame(coupled._asdict(), index=systems.index)


def coupling_coordination(
    u1: pd.Series[float] | ArrayLike,
    u2: pd.Series[float] | ArrayLike,
    *,
    alpha: float = 0.5,
    variant: str | CouplingVariant = "standard",
) -> pd.DataFrame:
    """Return C, T and D of two systems, see :func:`couple_systems`.

    Parameters
    ----------
    u1, u2 : Series or array_like
        Indices of the two systems in [0, 1]; two series must share their index.
    alpha : float
        Weight of the first system in T, in [0, 1]; the paper takes .5.
    variant : str or CouplingVariant
        See :func:`coupling_degree`.

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
    return couple_systems(pd.DataFrame(u, index=index), alpha=alpha, variant=variant)


def regional_means(
    frame: pd.DataFrame, regions: pd.Series[str], whole: str = NATION
) -> pd.DataFrame:
    """Return unweighted means over units, of all and of each region.

    Parameters
    ----------
    frame : DataFrame
        Index (unit, year); columns that are not numbers are dropped.
    regions : Series
        Region, or any group, of each unit; its order of first appearance orders the result. None
        but the means of all if it is empty.
    whole : str
        What all units together are called.

    Returns
    -------
    DataFrame
        Columns ``region`` (`whole` first), ``year`` and the numeric columns of ``frame``.

    Raises
    ------
    ValueError
        If a unit has no region.
    """
    numbers = frame.select_dtypes("number")
    unit, year = (numbers.index.get_level_values(level) for level in (0, -1))
    means = [pd.concat({whole: numbers.groupby(year).mean()})]
    if len(regions):
        unknown = unit.difference(regions.index)
        if len(unknown):
            raise ValueError(f"{unknown[0]!r} has no region; give one for every unit")
        region = pd.Categorical(regions.loc[unit], categories=regions.unique())
        means.append(numbers.groupby([region, year], observed=True).mean())
    return pd.concat(means).rename_axis(["region", "year"]).reset_index()


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


# ------------------------------------------------------------------ grades


@cache
def grades() -> pd.DataFrame:
    """Table 3 of the paper: ten grades in four stages, right-closed intervals of D.

    Returns
    -------
    DataFrame
        Columns ``lower``, ``upper``, ``grade``, ``grade_en``, ``stage``, ``stage_en``, lowest grade
        first. Do not modify: the frame is cached.
    """
    return published_table(3)


def grade_number(d: ArrayLike) -> NDArray[np.intp]:
    """Return the row of :func:`grades` for each D: 0 the lowest, 9 the highest; -1 for NaN.

    The printed intervals start above 0; D = 0 is put into the lowest grade.

    Raises
    ------
    ValueError
        If a D lies outside [0, 1].
    """
    values = check_unit(d, "D")
    upper = grades()["upper"].to_numpy(float)
    row = np.searchsorted(upper, np.minimum(values, upper[-1]), side="left")
    return np.where(np.isnan(values), -1, row)


def grade(d: pd.Series[float] | ArrayLike) -> Any:
    """Name the grade of table 3, for instance 濒临失调 for D in (.4, .5].

    Returns
    -------
    Series or ndarray of str
        A series for a series, with its index; None where D is NaN.
    """
    return _label(d, "grade")


def stage(d: pd.Series[float] | ArrayLike) -> Any:
    """Name the stage of table 3, for instance 拮抗磨合阶段 for D in (.4, .6]; see :func:`grade`."""
    return _label(d, "stage")


def check_unit(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return values as floats in [0, 1], rounding errors clipped; NaN passes.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1].
    """
    array: NDArray[np.float64] = np.asarray(values, dtype=float)
    outside = (array < -_ROUNDING) | (array > 1 + _ROUNDING)
    if outside.any():
        raise ValueError(f"{name} is {array[outside].flat[0]:.6g}; it must lie in [0, 1]")
    return array.clip(0.0, 1.0)


def _label(d: pd.Series[float] | ArrayLike, column: str) -> Any:
    names = np.array([*grades()[column], None], dtype=object)
    labels = names[grade_number(d)]
    return pd.Series(labels, index=d.index, name=column) if isinstance(d, pd.Series) else labels
