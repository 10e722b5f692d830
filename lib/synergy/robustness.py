"""How far D, ranks and grades hang on the choice of formula and on single indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.coupling import (
    COUPLING_VARIANTS,
    Alpha,
    couple,
    couple_systems,
    grade_number,
    system_shares,
)
from synergy.index import WEIGHT_VARIANTS, CompositeIndex, composite_index, out_of_range
from synergy.variants import variant_settings

Floats = NDArray[np.float64]

BASELINE = "standard"

_ROUNDING = 1e-12


@dataclass(frozen=True)
class VariantComparison:
    """D under several named variants, set against the standard.

    Attributes
    ----------
    d : DataFrame
        Index (unit, year), one column per variant; NaN where a variant leaves [0, 1].
    summary : DataFrame
        Index ``variant``; ``title_zh`` and the columns of :func:`shifts`.
    erroneous : tuple of str
        Weight variants whose entropy leaves [0, 1]: shown for warning, not for use.
    refused : mapping of str to str
        Variants that these data do not allow, all NaN in ``d``, with the reason; for instance
        year-wise scaling where an indicator is the same everywhere in one year.
    means : DataFrame, optional
        National means of all years where ``d`` holds fewer years than were compared.
    """

    d: pd.DataFrame
    summary: pd.DataFrame
    erroneous: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    means: pd.DataFrame | None = None

    @property
    def national(self) -> pd.DataFrame:
        """Unweighted mean of D over units: index ``year``, one column per variant."""
        return self.d.groupby(level=-1).mean() if self.means is None else self.means


def compare_weights(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, alpha: Alpha = 0.5
) -> VariantComparison:
    """Compute D with each way of weighting the indicators; coupling stays standard.

    Parameters
    ----------
    values, dictionary
        As in :func:`synergy.index.composite_index`, with indicators of every system.
    alpha : float or sequence of float, optional
        Shares of the systems in T, see :func:`synergy.coupling.system_shares`.

    Raises
    ------
    ValueError
        If the standard cannot be computed (see :func:`synergy.index.composite_index`). Another
        variant that fails goes into ``refused``, one whose entropy leaves [0, 1] into
        ``erroneous``.
    """
    indices: dict[str, CompositeIndex] = {}
    refused: dict[str, str] = {}
    for name in WEIGHT_VARIANTS:
        try:
            indices[name] = composite_index(values, dictionary, variant=name, strict=False)
        except ValueError as fault:
            if name == BASELINE:
                raise
            refused[name] = str(fault)
    d = pd.DataFrame({name: _d(index, alpha) for name, index in indices.items()})
    d = d.reindex(columns=list(WEIGHT_VARIANTS))
    erroneous = tuple(n for n, index in indices.items() if out_of_range(index.weights["entropy"]))
    summary = _about(WEIGHT_VARIANTS).join(shifts(d, d[BASELINE]))
    return VariantComparison(d, summary, erroneous, refused)


def compare_couplings(systems: pd.DataFrame, *, alpha: Alpha = 0.5) -> VariantComparison:
    """Compute D with each coupling degree; the indices of the systems stay as they are.

    Parameters
    ----------
    systems : DataFrame
        Index (unit, year), one column per system, values in [0, 1].
    alpha : float or sequence of float, optional
        Shares of the systems in T.
    """
    d: dict[str, pd.Series[float]] = {}
    refused: dict[str, str] = {}
    for name in COUPLING_VARIANTS:
        try:
            d[name] = couple_systems(systems, alpha=alpha, variant=name)["D"]
        except ValueError as fault:
            if name == BASELINE:
                raise
            refused[name] = str(fault)
    frame = pd.DataFrame(d).reindex(columns=list(COUPLING_VARIANTS))
    summary = _about(COUPLING_VARIANTS).join(shifts(frame, frame[BASELINE]))
    return VariantComparison(frame, summary, refused=refused)


def compare_software(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, alpha: Alpha = 0.5
) -> VariantComparison:
    """Compute D as common programs do it: a way of weighting together with a coupling degree.

    Parameters
    ----------
    values, dictionary, alpha
        As in :func:`compare_weights`.

    Returns
    -------
    VariantComparison
        Its summary also has ``why``, and, against our own weights, ``weight_shift`` (the largest
        difference, with its sign) of ``indicator``.
    """
    declared = pd.DataFrame(variant_settings()["software"]).T.rename_axis("variant")
    d: dict[str, pd.Series[float]] = {}
    weights: dict[str, pd.Series[float]] = {}
    refused: dict[str, str] = {}
    erroneous: list[str] = []
    found = cache(partial(composite_index, values, dictionary, strict=False))
    for name, way in declared.iterrows():
        try:
            index = found(variant=way["weights"])
            d[str(name)] = _d(index, alpha, way["coupling"])
        except ValueError as fault:
            refused[str(name)] = str(fault)
            continue
        weights[str(name)] = index.weights["weight"]
        erroneous += [str(name)] if out_of_range(index.weights["entropy"]) else []
    frame = pd.DataFrame(d).reindex(columns=declared.index)
    first = declared.index[0]
    moved = {
        name: _most_moved(own - weights[first]) for name, own in weights.items() if name != first
    }
    most = pd.DataFrame.from_dict(moved, orient="index", columns=["indicator", "weight_shift"])
    about = declared[["title_zh", "why"]].join(most).assign(mean=frame.mean())
    summary = about.join(shifts(frame, frame[first]))
    return VariantComparison(frame, summary, tuple(erroneous), refused)


def _most_moved(shift: pd.Series[float]) -> tuple[str | None, float]:
    """The indicator whose weight moves most, and by how much; none if all stay."""
    code = str(shift.abs().idxmax())
    return (code, float(shift[code])) if abs(shift[code]) > _ROUNDING else (None, 0.0)


def leave_one_out(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, alpha: Alpha = 0.5
) -> pd.DataFrame:
    r"""Drop each indicator in turn and see how D moves: which indicator drives it most?

    Parameters
    ----------
    values, dictionary, alpha
        As in :func:`compare_weights`.

    Returns
    -------
    DataFrame
        Index ``code``, most influential first by ``mean_abs_shift``; ``system``, ``dimension``,
        ``weight`` and the columns of :func:`shifts`, where a shift is D without the indicator minus
        D with it. NaN for the only indicator of a system.

    Notes
    -----
    Entropies do not depend on each other, so the other weights of the system only rescale:
    :math:`U^{(-j)} = (U - w_j z_j) / (1 - w_j)`. No refit is needed.
    """
    index = composite_index(values, dictionary)
    baseline = _d(index, alpha)
    d = _d_without_each(index, alpha)
    about = index.weights[["system", "dimension", "weight"]]
    table = about.join(shifts(d, baseline))
    return table.sort_values("mean_abs_shift", ascending=False, kind="stable")


def shifts(d: pd.DataFrame, baseline: pd.Series[float]) -> pd.DataFrame:
    """Summarise how columns of D differ from a baseline.

    Parameters
    ----------
    d : DataFrame
        Index (unit, year), one column per alternative.
    baseline : Series
        Same index.

    Returns
    -------
    DataFrame
        One row per column of ``d``:

        - ``mean_shift``, ``mean_abs_shift``, ``largest_shift``: of D minus baseline, over all
          rows; the largest in absolute value, with its sign
        - ``grade_up``, ``grade_down``: share of rows that change grade of table 3
        - ``rank_correlation``: Spearman across units, mean over years
        - ``largest_rank_move``: most places a unit moves within a year
    """
    shift = d.sub(baseline, axis=0)
    moved = (d.apply(grade_number) - grade_number(baseline)[:, None]).where(d.notna())
    ranks, own = _ranks(d), _ranks(baseline.to_frame())[baseline.name]
    largest = shift.abs().max()
    return pd.DataFrame(
        {
            "mean_shift": shift.mean(),
            "mean_abs_shift": shift.abs().mean(),
            "largest_shift": largest.where(shift.max() >= largest, -largest),
            "grade_up": (moved > 0).mean().where(d.notna().any()),
            "grade_down": (moved < 0).mean().where(d.notna().any()),
            "rank_correlation": _rank_correlation(ranks, own),
            "largest_rank_move": ranks.sub(own, axis=0).abs().max(),
        }
    )


def _d(index: CompositeIndex, alpha: Alpha, coupling: str = BASELINE) -> pd.Series[float]:
    """D of an index; NaN where reversed weights push a system out of [0, 1]."""
    u = index.systems.where((index.systems > -1e-9) & (index.systems < 1 + 1e-9))
    return couple_systems(u, alpha=alpha, variant=coupling)["D"]


def _d_without_each(index: CompositeIndex, alpha: Alpha) -> pd.DataFrame:
    """D by row and left-out indicator; NaN if the indicator is its system's only one."""
    u, shares = index.systems.to_numpy(float), system_shares(alpha, index.systems.shape[1])
    systems = dict.fromkeys(index.weights["system"])
    place = index.weights["system"].map({name: k for k, name in enumerate(systems)}).to_numpy()
    found = {}
    for j, weight in enumerate(index.weights["weight"].to_numpy(float)):
        left = 1 - weight if 1 - weight > 1e-12 else np.nan
        rest = u.copy()
        z = index.normalised.iloc[:, j].to_numpy(float)
        rest[:, place[j]] = (u[:, place[j]] - weight * z) / left
        found[index.weights.index[j]] = couple(rest, weights=shares).D
    return pd.DataFrame(found, index=index.scores.index)


def _about(registry: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({"title_zh": {name: v.title_zh for name, v in registry.items()}})


def _ranks(d: pd.DataFrame) -> pd.DataFrame:
    """Rank within the year, 1 = highest; ties share the mean."""
    return d.groupby(level=-1).rank(ascending=False)


def _rank_correlation(ranks: pd.DataFrame, own: pd.Series[float]) -> pd.Series[float]:
    """Spearman correlation with the baseline across units, mean over years."""
    x, y = ranks.to_numpy(float), own.to_numpy(float)[:, None]
    known = ~np.isnan(x + y)
    x, y = np.where(known, x, 0.0), np.where(known, y, 0.0)
    year = pd.factorize(ranks.index.get_level_values(-1))[0]

    def total(numbers: NDArray[np.floating]) -> Floats:
        return pd.DataFrame(numbers).groupby(year).sum().to_numpy(float)

    count = total(np.where(known, 1.0, 0.0))
    n = np.where(count > 0, count, np.nan)
    mean_x, mean_y = total(x) / n, total(y) / n
    covariance = total(x * y) - n * mean_x * mean_y
    spread = (total(x * x) - n * mean_x**2) * (total(y * y) - n * mean_y**2)
    by_year = covariance / np.sqrt(np.where(spread > _ROUNDING, spread, np.nan))
    return pd.DataFrame(by_year, columns=ranks.columns).mean()
