"""How far weights, ranks and grades hang on which units are in the sample.

The cluster bootstrap redraws whole units, so that the dependence between the years of one unit
stays intact. Named variants and single indicators are varied in :mod:`synergy.robustness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.coupling import (
    COUPLING_VARIANTS,
    Alpha,
    CouplingVariant,
    couple,
    couple_systems,
    grade_number,
    grades,
    regional_means,
    system_shares,
)
from synergy.dictionary import NATION
from synergy.index import (
    CompositeIndex,
    WeightVariant,
    block_entropy,
    composite_index,
    xlogx,
)
from synergy.variants import chosen

Floats = NDArray[np.float64]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class ClusterBootstrap:
    """Percentile intervals from redrawing units.

    Every interval is a pair of columns ``<name>_lower`` and ``<name>_upper``.

    Attributes
    ----------
    weights : DataFrame
        Index ``code``; ``system``, ``dimension``, ``weight`` with interval, ``bias`` (mean of the
        draws minus estimate).
    dimension_weights : DataFrame
        Index (system, dimension); ``weight`` with interval.
    scores : DataFrame
        Index (unit, year); ``U1``, ``U2`` ..., ``D`` and ``rank`` (1 = highest D of the year) with
        intervals, ``grade_probability`` (share of draws that keep the estimated grade).
    grades : DataFrame
        Index (unit, year), one column per grade of table 3: share of draws in that grade.
    means : DataFrame
        Columns ``region`` (all units first), ``year``; ``U1``, ``U2`` ..., ``D`` with intervals,
        unweighted means over the same units in every draw.
    draws, seed, level, alpha
        As asked for.
    """

    weights: pd.DataFrame
    dimension_weights: pd.DataFrame
    scores: pd.DataFrame
    grades: pd.DataFrame
    means: pd.DataFrame
    draws: int
    seed: int
    level: float
    alpha: Alpha


def cluster_bootstrap(
    values: pd.DataFrame,
    dictionary: pd.DataFrame,
    regions: pd.Series[str],
    *,
    draws: int = 1000,
    seed: int = 2025,
    level: float = 0.95,
    alpha: Alpha = 0.5,
    whole: str = NATION,
    weighting: str | WeightVariant = "standard",
    coupling: str | CouplingVariant = "standard",
) -> ClusterBootstrap:
    r"""Redraw units with replacement and recompute weights, indices, ranks and grades.

    Parameters
    ----------
    values : DataFrame
        Index (unit, year), columns indicator codes of every system, complete. Units need not have
        the same years.
    dictionary : DataFrame
        Index ``code``; columns ``system``, ``dimension``, ``direction``.
    regions : Series
        Region of each unit; empty if there are none.
    draws, seed : int
        Number of draws (at least 2) and seed of :func:`numpy.random.default_rng`.
    level : float
        Coverage of the percentile intervals, strictly between 0 and 1.
    alpha : float or sequence of float, optional
        Shares of the systems in T, see :func:`synergy.coupling.system_shares`.
    whole : str
        What all units together are called.
    weighting, coupling : str or variant
        Of :mod:`synergy.index` and :mod:`synergy.coupling`; none that is an error, and no coupling
        that stretches the indices over the sample.

    Returns
    -------
    ClusterBootstrap

    Raises
    ------
    ValueError
        If the panel holds one system or one unit only, an option is out of range, or a draw leaves
        a system without any varying indicator.
    EntropyRangeError
        See :func:`synergy.index.entropy_weights`.

    Notes
    -----
    A draw gives unit :math:`i` a multiplicity :math:`n_i` with :math:`\sum n_i = N`. The draw's
    weights come from the rows of its units; all :math:`N` units are then scored with them.

    Minimum and maximum of each indicator stay those of the full sample. The question answered is
    how the *weights* move, every draw is measured on the same scale, and the entropy needs only
    sums that are linear in :math:`n_i` (see :func:`synergy.index.entropy`): all draws cost one
    matrix product. Besides, the bootstrap is inconsistent for extremes of a sample (Bickel and
    Freedman 1981, Annals of Statistics 9, 1196-1217, section 6), so goalposts taken from the
    drawn units would have no sampling theory behind them.

    Where the units are nearly the whole population, as 30 provinces are, read the intervals as
    sensitivity to the composition of the sample, not as the error of a survey.
    """
    _check_options(draws, level)
    method = chosen(coupling, COUPLING_VARIANTS, "coupling")
    if method.rescaled:
        raise ValueError(f"coupling {method.name!r} stretches over the sample; no bootstrap of it")
    index = composite_index(values, dictionary, variant=weighting)
    coupled = couple_systems(index.systems, alpha=alpha, variant=method)
    point = index.systems.join(coupled["D"])
    weights = _drawn_weights(index, draws, seed)
    tables = [
        _year_tables(
            point.iloc[rows], _scored(index, weights, rows, alpha, method), regions, level, whole
        )
        for rows in _by_year(values.index)
    ]
    scores, shares, means = (pd.concat(parts) for parts in zip(*tables, strict=True))
    order = regional_means(point, regions, whole).set_index(["region", "year"]).index
    return ClusterBootstrap(
        weights=_weight_table(index.weights, weights, level),
        dimension_weights=_dimension_table(index.weights, weights, level),
        scores=scores.loc[values.index],
        grades=shares.loc[values.index],
        means=means.loc[order].reset_index(),
        draws=draws,
        seed=seed,
        level=level,
        alpha=alpha,
    )


def _check_options(draws: int, level: float) -> None:
    if draws < 2:
        raise ValueError(f"draws is {draws}; use at least 2")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; use a number between 0 and 1, such as 0.95")


# ------------------------------------------------------------------ draws


class Replicates(NamedTuple):
    """Raw draws.

    Attributes
    ----------
    weights : ndarray, shape (draws, indicators)
        Entropy weights, summing to 1 within each system.
    systems : ndarray, shape (systems, draws, rows)
        Indices, scored with the weights of the draw.
    d : ndarray, shape (draws, rows)
    """

    weights: Floats
    systems: Floats
    d: Floats


def replicate(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, draws: int, seed: int, alpha: Alpha = 0.5
) -> Replicates:
    """Redraw units and recompute weights and indices; see :func:`cluster_bootstrap`."""
    index = composite_index(values, dictionary)
    weights = _drawn_weights(index, draws, seed)
    return _scored(index, weights, np.arange(len(values)), alpha)


def drawn_units(units: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return positions of the drawn units, shape (draws, units)."""
    return np.random.default_rng(seed).integers(0, units, size=(draws, units), dtype=np.intp)


def _drawn_weights(index: CompositeIndex, draws: int, seed: int) -> Floats:
    """Entropy weights of each draw, shape (draws, indicators)."""
    z, member = index.normalised.to_numpy(float) + index.variant.shift, _member(index)
    unit, units = pd.factorize(index.normalised.index.get_level_values(0))
    if len(units) < 2:
        raise ValueError("one unit alone cannot be resampled; give at least two")
    if index.variant.equal:
        return np.tile(index.weights["weight"].to_numpy(float), (draws, 1))
    counts = _counts(drawn_units(len(units), draws, seed))
    sums = pd.DataFrame(np.hstack([z, xlogx(z)])).groupby(unit).sum().to_numpy()
    total, total_xlogx = np.hsplit(counts @ sums, 2)
    rows = counts @ np.bincount(unit)
    return _weights(total, total_xlogx, rows[:, None], member)


def _counts(chosen: NDArray[np.intp]) -> Floats:
    """How often each unit is in each draw."""
    draws, units = chosen.shape
    flat = chosen + units * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * units).reshape(draws, -1).astype(float)


def _weights(total: Floats, total_xlogx: Floats, terms: Floats, member: Floats) -> Floats:
    """Entropy weights of each draw; an indicator that is 0 throughout a draw weighs nothing."""
    present = total > 0
    e = block_entropy(np.where(present, total, 1.0), total_xlogx, terms)
    divergence = np.where(present, (1 - e).clip(min=0.0), 0.0)
    by_system = divergence @ member.T
    flat = int((by_system <= _ROUNDING).any(axis=1).sum())
    if flat:
        raise ValueError(
            f"{flat} draws hold no varying indicator in one system; the panel has too few "
            "units for a bootstrap over units"
        )
    shares: Floats = divergence / (by_system @ member)
    return shares


def _member(index: CompositeIndex) -> Floats:
    """Which indicators are a system's, shape (systems, indicators)."""
    system = index.weights["system"]
    names = system.unique()
    if len(names) < max(2, index.systems.shape[1]):
        held = ", ".join(map(str, names))
        raise ValueError(f"the panel holds indicators of {held} only; D needs every system")
    return np.stack([np.asarray(system == name, dtype=float) for name in names])


def _scored(
    index: CompositeIndex,
    weights: Floats,
    rows: NDArray[np.intp],
    alpha: Alpha,
    coupling: str | CouplingVariant = "standard",
) -> Replicates:
    """Indices and D of some rows by the weights of every draw."""
    flat, member = index.normalised.to_numpy(float)[rows].T, _member(index)
    own = [np.flatnonzero(of_system) for of_system in member]
    systems = np.stack([weights[:, codes] @ flat[codes] for codes in own])
    shares = system_shares(alpha, len(member))
    coupled = couple(np.moveaxis(systems, 0, -1), weights=shares, variant=coupling)
    return Replicates(weights, systems, coupled.D)


def _by_year(index: pd.Index) -> Iterator[NDArray[np.intp]]:
    """Positions of the rows of each year: ranks are within a year, and memory stays small."""
    year = index.get_level_values(-1)
    for one in sorted(year.unique()):
        yield np.flatnonzero(year == one)


# ------------------------------------------------------------------ tables


def _tails(level: float) -> tuple[float, float]:
    """Lower and upper probability; rounded, because ranks jump at .025 but not at .025 + 2e-17."""
    tail = round((1 - level) / 2, 12)
    return tail, 1 - tail


def _interval(draws: Floats, level: float, name: str, point: Floats) -> dict[str, Floats]:
    """Estimate and percentile interval over the first axis."""
    lower, upper = np.quantile(draws, _tails(level), axis=0)
    return {name: point, f"{name}_lower": lower, f"{name}_upper": upper}


def _weight_table(weights: pd.DataFrame, draws: Floats, level: float) -> pd.DataFrame:
    point = weights["weight"].to_numpy(float)
    columns = _interval(draws, level, "weight", point) | {"bias": draws.mean(axis=0) - point}
    return weights[["system", "dimension"]].assign(**columns)


def _dimension_table(weights: pd.DataFrame, draws: Floats, level: float) -> pd.DataFrame:
    keys = weights.groupby(["system", "dimension"], sort=False).ngroup().to_numpy()
    inside = (keys[:, None] == np.unique(keys)).astype(float)
    point = weights["weight"].to_numpy(float) @ inside
    index = pd.MultiIndex.from_frame(weights[["system", "dimension"]].drop_duplicates())
    return pd.DataFrame(_interval(draws @ inside, level, "weight", point), index=index)


def _intervals(draws: Replicates, point: pd.DataFrame, level: float) -> dict[str, Floats]:
    """Estimates and intervals of the systems and of D, one after the other."""
    columns: dict[str, Floats] = {}
    for name, values in zip(point.columns, [*draws.systems, draws.d], strict=True):
        columns |= _interval(values, level, name, point[name].to_numpy(float))
    return columns


def _year_tables(
    point: pd.DataFrame, draws: Replicates, regions: pd.Series[str], level: float, whole: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Scores, shares of grades and means of one year."""
    shares = _grade_shares(draws.d, point.index)
    scores = _score_table(draws, point, shares, level)
    return scores, shares, _mean_table(draws, point, regions, level, whole)


def _score_table(
    draws: Replicates, point: pd.DataFrame, shares: pd.DataFrame, level: float
) -> pd.DataFrame:
    d = point["D"].to_numpy(float)
    lower, upper = np.quantile(_ranks(draws.d), _tails(level), axis=0, method="inverted_cdf")
    kept = shares.to_numpy()[np.arange(len(d)), grade_number(d)]
    return pd.DataFrame(_intervals(draws, point, level), index=point.index).assign(
        rank=_ranks(d), rank_lower=lower, rank_upper=upper, grade_probability=kept
    )


def _ranks(d: Floats) -> NDArray[np.int64]:
    """Rank along the last axis, 1 = highest."""
    order, ranks = (-d).argsort(axis=-1, kind="stable"), np.empty(d.shape, dtype=np.int64)
    places = np.broadcast_to(np.arange(1, d.shape[-1] + 1), d.shape)
    np.put_along_axis(ranks, order, places, axis=-1)
    return ranks


def _grade_shares(d: Floats, index: pd.Index) -> pd.DataFrame:
    numbers = grade_number(d)
    shares = {name: (numbers == row).mean(axis=0) for row, name in enumerate(grades()["grade"])}
    return pd.DataFrame(shares, index=index)


def _mean_table(
    draws: Replicates, point: pd.DataFrame, regions: pd.Series[str], level: float, whole: str
) -> pd.DataFrame:
    """Means of one year, indexed by (``region``, ``year``)."""
    region = regions.reindex(point.index.get_level_values(0)).to_numpy()
    members = {whole: np.ones(len(point), dtype=bool)}
    members |= {name: region == name for name in regions.unique() if (region == name).any()}
    inside = np.stack(list(members.values()))
    averaging = (inside / inside.sum(axis=1, keepdims=True)).T
    means = Replicates(draws.weights, draws.systems @ averaging, draws.d @ averaging)
    at = pd.DataFrame(averaging.T @ point.to_numpy(float), columns=point.columns)
    year = point.index.get_level_values(-1)[0]
    names = pd.MultiIndex.from_product([members, [year]], names=["region", "year"])
    return pd.DataFrame(_intervals(means, at, level), index=names)
