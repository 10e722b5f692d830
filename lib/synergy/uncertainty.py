"""How far weights, ranks and grades hang on which provinces are in the sample.

The cluster bootstrap redraws whole provinces, so that the dependence between the years of one
province stays intact. Named variants and single indicators are varied in
:mod:`synergy.robustness`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.coupling import couple, coupling_coordination, grade_number, grades, regional_means
from synergy.dictionary import NATION
from synergy.index import block_entropy, composite_index, xlogx

Floats = NDArray[np.float64]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class ClusterBootstrap:
    """Percentile intervals from redrawing provinces.

    Every interval is a pair of columns ``<name>_lower`` and ``<name>_upper``.

    Attributes
    ----------
    weights : DataFrame
        Index ``code``; ``system``, ``dimension``, ``weight`` with interval, ``bias`` (mean of the
        draws minus estimate).
    dimension_weights : DataFrame
        Index (system, dimension); ``weight`` with interval.
    scores : DataFrame
        Index (province, year); ``U1``, ``U2``, ``D`` and ``rank`` (1 = highest D of the year) with
        intervals, ``grade_probability`` (share of draws that keep the estimated grade).
    grades : DataFrame
        Index (province, year), one column per grade of table 3: share of draws in that grade.
    means : DataFrame
        Columns ``region`` (全国 first), ``year``; ``U1``, ``U2``, ``D`` with intervals, unweighted
        means over the same provinces in every draw.
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
    alpha: float


def cluster_bootstrap(
    values: pd.DataFrame,
    dictionary: pd.DataFrame,
    regions: pd.Series[str],
    *,
    draws: int = 1000,
    seed: int = 2025,
    level: float = 0.95,
    alpha: float = 0.5,
) -> ClusterBootstrap:
    r"""Redraw provinces with replacement and recompute weights, indices, ranks and grades.

    Parameters
    ----------
    values : DataFrame
        Balanced panel: index (province, year) sorted by province then year, columns indicator
        codes of both systems, complete.
    dictionary : DataFrame
        Index ``code``; columns ``system``, ``dimension``, ``direction``.
    regions : Series
        Region of each province.
    draws, seed : int
        Number of draws (at least 2) and seed of :func:`numpy.random.default_rng`.
    level : float
        Coverage of the percentile intervals, strictly between 0 and 1.
    alpha : float
        Weight of AI in T.

    Returns
    -------
    ClusterBootstrap

    Raises
    ------
    ValueError
        If the panel is not balanced, holds one system or one province only, an option is out of
        range, or a draw leaves a system without any varying indicator.

    Notes
    -----
    A draw gives province :math:`i` a multiplicity :math:`n_i` with :math:`\sum n_i = N`. The draw's
    weights come from its :math:`NT` rows; all :math:`N` provinces are then scored with them.

    Minimum and maximum of each indicator stay those of the full sample. The question answered is
    how the *weights* move, every draw is measured on the same scale, and the entropy needs only
    sums that are linear in :math:`n_i` (see :func:`synergy.index.entropy`): all draws cost one
    matrix product. Besides, the bootstrap is inconsistent for extremes of a sample (Bickel and
    Freedman 1981, Annals of Statistics 9, 1196-1217, section 6), so goalposts taken from the
    drawn provinces would have no sampling theory behind them.

    The 30 provinces are nearly the whole population. Read the intervals as sensitivity to the
    composition of the sample, not as the error of a survey.
    """
    _check_options(draws, level)
    index = composite_index(values, dictionary)
    point = index.scores[["U1", "U2"]]
    point = point.assign(D=coupling_coordination(point["U1"], point["U2"], alpha=alpha)["D"])
    replicates = replicate(values, dictionary, draws=draws, seed=seed, alpha=alpha)
    shares = _grade_shares(replicates.d, values.index)
    return ClusterBootstrap(
        weights=_weight_table(index.weights, replicates.weights, level),
        dimension_weights=_dimension_table(index.weights, replicates.weights, level),
        scores=_score_table(replicates, point, shares, level),
        grades=shares,
        means=_mean_table(replicates, point, regions, level),
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
    u1, u2, d : ndarray, shape (draws, rows)
        Indices of all province-years, scored with the weights of the draw.
    """

    weights: Floats
    u1: Floats
    u2: Floats
    d: Floats


class _Sample(NamedTuple):
    """Oriented values (provinces, years, indicators) and system membership (2, indicators)."""

    x: Floats
    member: Floats


def replicate(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, draws: int, seed: int, alpha: float = 0.5
) -> Replicates:
    """Redraw provinces and recompute weights and indices; see :func:`cluster_bootstrap`."""
    sample = _sample(values, dictionary)
    low, high = sample.x.min(axis=(0, 1)), sample.x.max(axis=(0, 1))
    z = (sample.x - low) / (high - low)
    counts = _counts(drawn_provinces(len(z), draws, seed))
    total, total_xlogx = counts @ z.sum(axis=1), counts @ xlogx(z).sum(axis=1)
    weights = _weights(total, total_xlogx, z.shape[0] * z.shape[1], sample.member)
    flat = z.reshape(-1, z.shape[-1]).T
    u1, u2 = ((weights * row) @ flat for row in sample.member)
    d = couple(np.stack([u1, u2], axis=-1), weights=(alpha, 1 - alpha)).D
    return Replicates(weights, u1, u2, d)


def drawn_provinces(provinces: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return positions of the drawn provinces, shape (draws, provinces)."""
    return np.random.default_rng(seed).integers(
        0, provinces, size=(draws, provinces), dtype=np.intp
    )


def _counts(chosen: NDArray[np.intp]) -> Floats:
    """How often each province is in each draw."""
    draws, provinces = chosen.shape
    flat = chosen + provinces * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * provinces).reshape(draws, -1).astype(float)


def _weights(total: Floats, total_xlogx: Floats, terms: int, member: Floats) -> Floats:
    """Entropy weights of each draw; an indicator that is 0 throughout a draw weighs nothing."""
    present = total > 0
    e = block_entropy(np.where(present, total, 1.0), total_xlogx, terms)
    divergence = np.where(present, (1 - e).clip(min=0.0), 0.0)
    by_system = divergence @ member.T
    flat = int((by_system <= _ROUNDING).any(axis=1).sum())
    if flat:
        raise ValueError(
            f"{flat} draws hold no varying indicator in one system; the panel has too few "
            "provinces for a bootstrap over provinces"
        )
    shares: Floats = divergence / (by_system @ member)
    return shares


def _sample(values: pd.DataFrame, dictionary: pd.DataFrame) -> _Sample:
    provinces, years = (values.index.unique(level) for level in ("province", "year"))
    complete = values.index.equals(pd.MultiIndex.from_product([provinces, years]))
    if not (complete and years.is_monotonic_increasing):
        raise ValueError(
            f"panel is not balanced and sorted: {len(values)} rows for {len(provinces)} provinces "
            f"x {len(years)} years; give every province every year, sorted by province then year"
        )
    if len(provinces) < 2:
        raise ValueError("one province alone cannot be resampled; give at least two")
    described = dictionary.loc[values.columns]
    member = np.stack([described["system"] == "AI", described["system"] == "EQ"]).astype(float)
    if not member.any(axis=1).all():
        raise ValueError("the panel holds indicators of one system only; D needs both AI and EQ")
    oriented = values.to_numpy(float) * described["direction"].to_numpy(float)
    return _Sample(oriented.reshape(len(provinces), len(years), -1), member)


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


def _intervals(draws: Mapping[str, Floats], point: pd.DataFrame, level: float) -> dict[str, Floats]:
    """Estimates and intervals of several columns, one after the other."""
    columns: dict[str, Floats] = {}
    for name, values in draws.items():
        columns |= _interval(values, level, name, point[name].to_numpy(float))
    return columns


def _score_table(
    replicates: Replicates, point: pd.DataFrame, shares: pd.DataFrame, level: float
) -> pd.DataFrame:
    provinces = point.index.get_level_values("province").nunique()
    d = point["D"].to_numpy(float)
    ranks = _ranks(replicates.d, provinces)
    lower, upper = np.quantile(ranks, _tails(level), axis=0, method="inverted_cdf")
    kept = shares.to_numpy()[np.arange(len(d)), grade_number(d)]
    return pd.DataFrame(_intervals(_named(replicates), point, level), index=point.index).assign(
        rank=_ranks(d, provinces), rank_lower=lower, rank_upper=upper, grade_probability=kept
    )


def _ranks(d: Floats, provinces: int) -> NDArray[np.int64]:
    """Rank of each province within its year, 1 = highest; d has shape (..., rows)."""
    by_province = d.reshape(*d.shape[:-1], provinces, -1)
    ranks = (-by_province).argsort(axis=-2, kind="stable").argsort(axis=-2) + 1
    return ranks.reshape(d.shape)


def _grade_shares(d: Floats, index: pd.Index) -> pd.DataFrame:
    numbers = grade_number(d)
    shares = {name: (numbers == row).mean(axis=0) for row, name in enumerate(grades()["grade"])}
    return pd.DataFrame(shares, index=index)


def _mean_table(
    replicates: Replicates, point: pd.DataFrame, regions: pd.Series[str], level: float
) -> pd.DataFrame:
    provinces, years = (point.index.unique(name) for name in ("province", "year"))
    means = regional_means(point, regions)
    region, names = regions.loc[provinces].to_numpy(), means["region"].unique()
    member = np.stack([(region == name) | (name == NATION) for name in names])
    share = member / member.sum(axis=1, keepdims=True)
    averaging = np.kron(share, np.eye(len(years))).T
    draws = {name: values @ averaging for name, values in _named(replicates).items()}
    return means[["region", "year"]].assign(**_intervals(draws, means, level))


def _named(replicates: Replicates) -> dict[str, Floats]:
    return {"U1": replicates.u1, "U2": replicates.u2, "D": replicates.d}
