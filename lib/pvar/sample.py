"""The rows of one design on one panel, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pvar.data import PanelData
from pvar.design import Design
from pvar.instruments import InstrumentLayout, instrument_layout
from pvar.linalg import Array, BoolArray
from pvar.rows import Rows, build_rows
from pvar.terms import level_terms
from pvar.transform import first_differences

CHUNK_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class Sample:
    """A panel with a design laid over it.

    Attributes
    ----------
    data : PanelData
    design : Design
    layout : InstrumentLayout
    period_means : array (periods, variables) or None
        Subtracted from the variables before lags and transform.
    """

    data: PanelData
    design: Design
    layout: InstrumentLayout
    period_means: Array | None

    @classmethod
    def of(cls, data: PanelData, design: Design) -> Sample:
        """Lay a design over a panel."""
        layout = instrument_layout(design, data.n_periods)
        means = period_means(data) if design.time_effects == "demean" else None
        return cls(data, design, layout, means)

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of units whose rows take about `CHUNK_BYTES` per array."""
        layout = self.layout
        wide = len(layout.terms) if layout.places is None else len(layout.places)
        width = max(wide, len(self.data.variables), len(self.design.regressors) + 1)
        size = max(1, CHUNK_BYTES // (8 * width * self.data.n_periods))
        for low in range(0, self.data.n_units, size):
            yield low, min(low + size, self.data.n_units)

    def rows(self, low: int, high: int) -> Rows:
        """Rows of units low .. high - 1."""
        cube = self.data.dense(low, high)
        return build_rows(cube, self.centred(cube), self.design, self.layout)

    def centred(self, cube: Array) -> Array:
        """The variables less their period means, if so asked."""
        return cube if self.period_means is None else cube - self.period_means

    def differenced_terms(self, low: int, high: int) -> tuple[Array, BoolArray]:
        """[X, y] of units low .. high - 1 in first differences, whatever the transform.

        Returns
        -------
        terms : array (units, rows, K + m)
            Zero where there is no difference; the constant of system GMM drops out.
        kept : array (units, rows)
        """
        cube = self.centred(self.data.dense(low, high))
        terms, kept = first_differences(*level_terms(cube, self.design))
        if self.design.system:
            terms = np.insert(terms, terms.shape[2] - len(self.design.outcomes), 0.0, axis=2)
        return terms, kept


def period_means(data: PanelData) -> Array:
    """Mean of each variable over the units observed in each period, (periods, variables)."""
    means = np.zeros((data.n_periods, len(data.variables)))
    for j in range(len(data.variables)):
        seen = np.isfinite(data.values[:, j])
        period, value = data.period[seen], data.values[seen, j]
        count = np.bincount(period, minlength=data.n_periods)
        total = np.bincount(period, weights=value, minlength=data.n_periods)
        means[:, j] = total / np.maximum(count, 1)
    return means
