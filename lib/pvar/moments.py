"""Moments of a panel: one pass over chunks of units, memory bounded whatever N is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import cpu_count
from typing import TypeVar

import numpy as np
import pandas as pd

from pvar.data import PanelData
from pvar.design import Design
from pvar.linalg import Array, BoolArray, IntArray, cross_product, spectrum
from pvar.rows import (
    InstrumentLayout,
    Rows,
    build_rows,
    differenced_terms,
    gathered_terms,
    instrument_layout,
    level_terms,
)

CHUNK_BYTES = 1_000_000
CACHE_BYTES = 256_000_000

Result = TypeVar("Result")
ChunkSums = tuple[Array, BoolArray, list[Array]]


@dataclass(frozen=True, eq=False)
class Sample:
    """A panel with a design laid over it.

    `period_means` (periods, variables), if any, are subtracted from the levels, so before lags
    and transform and from the instruments too.
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
        sample = cls(data, design, layout, means)
        whole = data.balanced and not data.incomplete_rows
        if design.time_effects != "dummies" or whole:
            return sample
        return replace(sample, design=replace(design, periods=sample.periods_with_rows()))

    def periods_with_rows(self) -> tuple[int, ...]:
        """Periods in which some unit has a row, counting units that have more than one."""
        bare = replace(self.design, time_effects="none")
        seen = np.zeros(self.data.n_periods - bare.lags, dtype=np.bool_)
        for bounds in self.ranges:
            _, usable = level_terms(self.levels(*bounds), bare)
            seen |= usable[usable.sum(axis=1) > 1].any(axis=0)
        return tuple((bare.lags + np.flatnonzero(seen)).tolist())

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """Ranges of units whose rows take about `CHUNK_BYTES` per array."""
        columns = len(self.data.variables), len(self.design.regressors) + 1
        width = max(self.layout.levels.width, *columns)
        size = max(1, CHUNK_BYTES // (8 * width * self.data.n_periods))
        n_units = self.data.n_units
        return [(low, min(low + size, n_units)) for low in range(0, n_units, size)]

    def rows(self, low: int, high: int) -> Rows:
        """Rows of units low .. high - 1."""
        return build_rows(self.levels(low, high), self.design, self.layout)

    def levels(self, low: int, high: int) -> Array:
        """The variables (units, periods, variables), less their period means if so asked."""
        cube = self.data.dense(low, high)
        return cube if self.period_means is None else cube - self.period_means

    def differenced_terms(self, low: int, high: int) -> tuple[Array, BoolArray]:
        """`rows.differenced_terms` of units low .. high - 1."""
        return differenced_terms(self.levels(low, high), self.design)


def period_means(data: PanelData) -> Array:
    """Mean of each variable over the units observed in each period, (periods, variables)."""
    means = pd.DataFrame(data.values).groupby(data.period).mean()
    return means.reindex(range(data.n_periods)).to_numpy()


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over the rows of a sample, without the instruments that are zero throughout.

    Attributes
    ----------
    used : array (L,)
        Positions of the instrument columns that are kept.
    cross : array (L, K + m)
        Z'[X, y].
    weight, instruments : array (L, L)
        Z'HZ and Z'Z of the transformed rows.
    gram, level_squares : array (K + m, K + m) and (K + m,)
        [X, y]'[X, y] of the transformed rows; sums of squares before the transform, period
        means included.
    unit_rows, period_rows : array (units,) and (periods,)
        Transformed rows of each unit, and in each period from the first with lags on.
    unit_cross : array (units, L, K + m) or None
        Z_i'[X_i, y_i], kept when it fits the cache.
    """

    sample: Sample
    used: IntArray
    cross: Array
    weight: Array
    instruments: Array
    gram: Array
    level_squares: Array
    unit_rows: IntArray
    period_rows: IntArray
    unit_cross: Array | None = field(repr=False)

    @property
    def n_equations(self) -> int:
        """Number m of equations."""
        return len(self.sample.design.outcomes)

    @cached_property
    def n_regressors(self) -> int:
        """Number K of regressors per equation, dummies and constant included."""
        return int(self.cross.shape[1]) - self.n_equations

    @property
    def fitted(self) -> int:
        """Coefficients that residual variances allow for.

        The K of each equation without a level constant; the period means that were taken out;
        and the unit means, unless the transform has spent a row of each unit on them. The older
        pvar2 allows for none.
        """
        design = self.sample.design
        if design.transform.startswith("pvar2"):
            return 0
        units = self.n_units if design.transform == "within" else 0
        periods = 0 if self.sample.period_means is None else self.n_row_periods
        return self.n_regressors - design.system + units + max(periods - (units > 0), 0)

    @property
    def n_row_periods(self) -> int:
        """Periods with at least one transformed row."""
        return int(np.count_nonzero(self.period_rows))

    @property
    def n_instruments(self) -> int:
        """Number L of instruments per equation."""
        return len(self.used)

    @property
    def n_moments(self) -> int:
        """Number q = mL of moment conditions."""
        return self.n_equations * self.n_instruments

    @cached_property
    def n_obs(self) -> int:
        """Transformed rows."""
        return int(self.unit_rows.sum())

    @cached_property
    def n_units(self) -> int:
        """Units with at least one transformed row."""
        return int((self.unit_rows > 0).sum())

    @property
    def just_identified(self) -> bool:
        """Whether there are as many instruments as regressors."""
        return bool(self.n_instruments == self.n_regressors)

    @cached_property
    def regressor_spectrum(self) -> tuple[Array, Array, Array]:
        """`linalg.spectrum` of the regressors, the level constant left out."""
        k = self.n_regressors - self.sample.design.system
        return spectrum(self.gram[:k, :k])

    @property
    def zx(self) -> Array:
        """Z'X, shape (L, K)."""
        return self.cross[:, : self.n_regressors]

    @property
    def zy(self) -> Array:
        """Z'y, shape (L, m)."""
        return self.cross[:, self.n_regressors :]

    def rows(self) -> Iterator[Rows]:
        """Rows chunk by chunk, without the unused instrument columns."""
        return (self._rows(low, high) for low, high in self.sample.ranges)

    def _rows(self, low: int, high: int) -> Rows:
        rows = self.sample.rows(low, high)
        if len(self.used) == rows.z.shape[2]:
            return rows
        return Rows(rows.w, rows.z[:, :, self.used], rows.kept, rows.levels)

    def unit_crosses(self) -> Iterator[Array]:
        """Z_i'[X_i, y_i] chunk by chunk, shape (n, L, K + m)."""
        cached = self.unit_cross
        if cached is not None:
            return (cached[low:high] for low, high in self.sample.ranges)

        def crosses(low: int, high: int) -> Array:
            rows = self._rows(low, high)
            return unit_products(rows.z, rows.w)

        return side_by_side(crosses, self.sample)


def unit_products(left: Array, right: Array) -> Array:
    """left_i' right_i for each unit: (n, rows, a) and (n, rows, b) to (n, a, b)."""
    return np.asarray(left.transpose(0, 2, 1) @ right)


def total_products(left: Array, right: Array) -> Array:
    """The sum over units of left_i' right_i, shape (a, b)."""
    return cross_product(left.reshape(-1, left.shape[2]), right.reshape(-1, right.shape[2]))


def chunk_sums(sample: Sample, low: int, high: int) -> ChunkSums:
    """Cross moments of each unit, its mask, and the sums Z'HZ, Z'Z, gram, level squares."""
    rows = sample.rows(low, high)
    w, z = rows.transformed_w, rows.transformed_z
    root = rows.weight_root(sample.design)
    instruments = total_products(z, z)
    weight = instruments if root is z else total_products(root, root)
    squares = np.einsum("ntk,ntk->k", rows.levels, rows.levels)
    sums = [weight, instruments, total_products(w, w), squares]
    return unit_products(rows.z, rows.w), rows.kept, sums


def side_by_side(task: Callable[[int, int], Result], sample: Sample) -> Iterator[Result]:
    """What a task makes of every chunk, in order; as many at a time as there are processors."""
    ranges = sample.ranges
    if len(ranges) == 1:
        yield task(*ranges[0])
        return
    workers = min(4, cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for start in range(0, len(ranges), workers):
            yield from pool.map(lambda r: task(*r), ranges[start : start + workers])


def accumulate(sample: Sample) -> Moments:
    """One pass over the panel, at most `CACHE_BYTES` of it kept."""
    n_units = sample.data.n_units
    unit_rows = np.empty(n_units, dtype=np.int64)
    unit_cross: Array | None = None
    totals: list[Array] = []
    chunks = side_by_side(lambda low, high: chunk_sums(sample, low, high), sample)
    for (low, high), (cross, kept, sums) in zip(sample.ranges, chunks, strict=True):
        if not totals and cross[0].nbytes * n_units <= CACHE_BYTES:
            unit_cross = cross if high == n_units else np.empty((n_units, *cross.shape[1:]))
        if unit_cross is not None:
            unit_cross[low:high] = cross
        unit_rows[low:high] = kept.sum(axis=1)
        parts = [cross.sum(axis=0), kept.sum(axis=0), *sums]
        totals = [a + b for a, b in zip(totals, parts, strict=True)] if totals else parts
    if sample.period_means is not None:
        totals[-1] = totals[-1] + squares_of_means(sample, totals[1])
    return without_empty_columns(sample, totals, unit_rows, unit_cross)


def squares_of_means(sample: Sample, counts: Array) -> Array:
    """Sums of squares (K + m,) of the period means of the terms, given rows by period.

    Added to those of what is left they tell a variable that all units share, of which
    subtraction leaves rounding errors, from one that is small.
    """
    assert sample.period_means is not None
    design = sample.design
    means = np.nan_to_num(gathered_terms(sample.period_means[None], design)[0])
    if design.system:
        means = np.insert(means, -len(design.outcomes), 0.0, axis=1)
    return np.asarray(counts @ means**2)


def without_empty_columns(
    sample: Sample, totals: list[Array], unit_rows: IntArray, unit_cross: Array | None
) -> Moments:
    """Drop instrument columns that are zero in every row."""
    cross, kept, weight, instruments, gram, squares = totals
    used = np.flatnonzero(np.diagonal(weight) > 0)
    if len(used) < len(cross):
        cross = cross[used]
        weight, instruments = weight[np.ix_(used, used)], instruments[np.ix_(used, used)]
        unit_cross = None if unit_cross is None else unit_cross[:, used]
    rows = unit_rows, kept.astype(np.int64)
    return Moments(sample, used, cross, weight, instruments, gram, squares, *rows, unit_cross)
