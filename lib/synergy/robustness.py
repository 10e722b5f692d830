"""How far D, ranks and grades hang on the choice of formula and on single indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from synergy.coupling import COUPLING_VARIANTS, couple, coupling_coordination, grade_number
from synergy.index import WEIGHT_VARIANTS, CompositeIndex, composite_index, out_of_range

BASELINE = "standard"


@dataclass(frozen=True)
class VariantComparison:
    """D under several named variants, set against the standard.

    Attributes
    ----------
    d : DataFrame
        Index (province, year), one column per variant; NaN where a variant leaves [0, 1].
    summary : DataFrame
        Index ``variant``; ``title_zh`` and the columns of :func:`shifts`.
    erroneous : tuple of str
        Weight variants whose entropy leaves [0, 1]: shown for warning, not for use.
    refused : mapping of str to str
        Variants that these data do not allow, all NaN in ``d``, with the reason; for instance
        year-wise scaling where an indicator is the same everywhere in one year.
    """

    d: pd.DataFrame
    summary: pd.DataFrame
    erroneous: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def national(self) -> pd.DataFrame:
        """Unweighted mean of D over provinces: index ``year``, one column per variant."""
        return self.d.groupby(level="year").mean()


def compare_weights(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, alpha: float = 0.5
) -> VariantComparison:
    """Compute D with each way of weighting the indicators; coupling stays standard.

    Parameters
    ----------
    values, dictionary
        As in :func:`synergy.index.composite_index`, with indicators of both systems.
    alpha : float
        Weight of AI in T.

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
    d = pd.DataFrame({name: _d(index.scores, alpha) for name, index in indices.items()})
    d = d.reindex(columns=list(WEIGHT_VARIANTS))
    erroneous = tuple(n for n, index in indices.items() if out_of_range(index.weights["entropy"]))
    summary = _about(WEIGHT_VARIANTS).join(shifts(d, d[BASELINE]))
    return VariantComparison(d, summary, erroneous, refused)


def compare_couplings(
    u1: pd.Series[float], u2: pd.Series[float], *, alpha: float = 0.5
) -> VariantComparison:
    """Compute D with each coupling degree; the indices U1 and U2 stay as they are.

    Parameters
    ----------
    u1, u2 : Series
        Index (province, year), values in [0, 1].
    alpha : float
        Weight of the first system in T.
    """
    coupled = {
        name: coupling_coordination(u1, u2, alpha=alpha, variant=name) for name in COUPLING_VARIANTS
    }
    d = pd.DataFrame({name: frame["D"] for name, frame in coupled.items()})
    return VariantComparison(d, _about(COUPLING_VARIANTS).join(shifts(d, d[BASELINE])))


def leave_one_out(
    values: pd.DataFrame, dictionary: pd.DataFrame, *, alpha: float = 0.5
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
    baseline = _d(index.scores, alpha)
    d = _d_without_each(index, alpha)
    about = index.weights[["system", "dimension", "weight"]]
    table = about.join(shifts(d, baseline))
    return table.sort_values("mean_abs_shift", ascending=False, kind="stable")


def shifts(d: pd.DataFrame, baseline: pd.Series[float]) -> pd.DataFrame:
    """Summarise how columns of D differ from a baseline.

    Parameters
    ----------
    d : DataFrame
        Index (province, year), one column per alternative.
    baseline : Series
        Same index.

    Returns
    -------
    DataFrame
        One row per column of ``d``:

        - ``mean_shift``, ``mean_abs_shift``, ``largest_shift``: of D minus baseline, over all
          province-years; the largest in absolute value, with its sign
        - ``grade_up``, ``grade_down``: share of province-years that change grade of table 3
        - ``rank_correlation``: Spearman across provinces, mean over years
        - ``largest_rank_move``: most places a province moves within a year
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


def _d(scores: pd.DataFrame, alpha: float) -> pd.Series[float]:
    """D of a scores frame; NaN where reversed weights push an index out of [0, 1]."""
    u = scores[["U1", "U2"]]
    usable = u.where((u > -1e-9) & (u < 1 + 1e-9))
    return coupling_coordination(usable["U1"], usable["U2"], alpha=alpha)["D"]


def _d_without_each(index: CompositeIndex, alpha: float) -> pd.DataFrame:
    """D by row and left-out indicator; NaN if the indicator is its system's only one."""
    weight = index.weights["weight"].to_numpy(float)
    is_ai = (index.weights["system"] == "AI").to_numpy()
    u1, u2 = (index.scores[[name]].to_numpy(float) for name in ("U1", "U2"))
    left = np.where(1 - weight > 1e-12, 1 - weight, np.nan)
    rest = (np.where(is_ai, u1, u2) - weight * index.normalised.to_numpy(float)) / left
    u = np.stack([np.where(is_ai, rest, u1), np.where(is_ai, u2, rest)], axis=-1)
    d = couple(u, weights=(alpha, 1 - alpha)).D
    return pd.DataFrame(d, index=index.scores.index, columns=index.weights.index)


def _about(registry: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({"title_zh": {name: v.title_zh for name, v in registry.items()}})


def _ranks(d: pd.DataFrame) -> pd.DataFrame:
    """Rank within the year, 1 = highest; ties share the mean."""
    return d.groupby(level="year").rank(ascending=False)


def _rank_correlation(ranks: pd.DataFrame, own: pd.Series[float]) -> pd.Series[float]:
    """Spearman correlation with the baseline across provinces, mean over years."""
    years = ranks.groupby(level="year")
    return pd.DataFrame({y: rows.corrwith(own.loc[rows.index]) for y, rows in years}).mean(axis=1)
