"""Moments of a panel: one pass over chunks of units, memory bounded whatever N is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count

import numpy as np

from pvar.linalg import Array, IntArray
from pvar.rows import Rows, weight_root
from pvar.sample import Sample

CACHE_BYTES = 512_000_000


@dataclass(frozen=True)
class Sums:
    """Sums over the rows of some units; `cross` and `rows` are still unit by unit."""

    cross: Array
    rows: IntArray
    weight: Array
    instruments: Array
    gram: Array
    level_squares: Array


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over rows and units.

    Attributes
    ----------
    sample : Sample
        What was summed.
    used : array (L,)
        Positions of the instrument columns that are not zero throughout.
    cross : array (L, K + m)
        Z'[X, y].
    weight, instruments : array (L, L)
        Z'HZ and Z'Z of the transformed rows.
    gram : array (K + m, K + m)
        [X, y]'[X, y] of the transformed rows.
    level_squares : array (K + m,)
        Sums of squares of the terms before the transform.
    unit_rows : array (units,)
        Transformed rows of each unit.
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
    unit_cross: Array | None = field(repr=False)

    @property
    def n_equations(self) -> int:
        """Number m of equations."""
        return len(self.sample.design.outcomes)

    @property
    def n_regressors(self) -> int:
        """Number K of regressors per equation, dummies and constant included."""
        return int(self.cross.shape[1]) - self.n_equations

    @property
    def fitted(self) -> int:
        """Coefficients per equation that residual variances allow for; the older pvar2: 0.

        The constant of system GMM does not enter the transformed rows and does not count.
        """
        design = self.sample.design
        older = design.transform.startswith("pvar2")
        return 0 if older else self.n_regressors - design.system

    @property
    def n_instruments(self) -> int:
        """Number L of instruments per equation."""
        return len(self.used)

    @property
    def n_moments(self) -> int:
        """Number q = mL of moment conditions."""
        return self.n_equations * self.n_instruments

    @property
    def n_obs(self) -> int:
        """Transformed rows."""
        return int(self.unit_rows.sum())

    @property
    def n_units(self) -> int:
        """Units with at least one transformed row."""
        return int((self.unit_rows > 0).sum())

    @property
    def just_identified(self) -> bool:
        """Whether there are as many instruments as regressors."""
        return bool(self.n_instruments == self.n_regressors)

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
        for low, high in self.sample.ranges():
            rows = self.sample.rows(low, high)
            yield Rows(rows.w, rows.z[:, :, self.used], rows.kept, rows.levels)

    def unit_crosses(self) -> Iterator[Array]:
        """Z_i'[X_i, y_i] chunk by chunk, shape (n, L, K + m)."""
        if self.unit_cross is None:
            return (unit_products(rows.z, rows.w) for rows in self.rows())
        cached = self.unit_cross
        return (cached[low:high] for low, high in self.sample.ranges())


def unit_products(left: Array, right: Array) -> Array:
    """left_i' right_i for each unit: (n, rows, a) and (n, rows, b) to (n, a, b)."""
    product: Array = np.matmul(left.transpose(0, 2, 1), right)
    return product


def total_products(left: Array, right: Array) -> Array:
    """The sum over units of left_i' right_i, shape (a, b)."""
    product: Array = left.reshape(-1, left.shape[2]).T @ right.reshape(-1, right.shape[2])
    return product


def chunk_sums(sample: Sample, low: int, high: int) -> Sums:
    """Sums of units low .. high - 1."""
    rows = sample.rows(low, high)
    w, z = rows.transformed_w, rows.transformed_z
    root = weight_root(rows, sample.design)
    instruments = total_products(z, z)
    return Sums(
        unit_products(rows.z, rows.w),
        rows.kept.sum(axis=1),
        instruments if root is z else total_products(root, root),
        instruments,
        total_products(w, w),
        np.einsum("ntk,ntk->k", rows.levels, rows.levels),
    )


def summed_chunks(sample: Sample) -> Iterator[tuple[slice, Sums]]:
    """Sums of every chunk in order; as many at a time as there are processors."""
    ranges = list(sample.ranges())
    workers = min(4, cpu_count() or 1)
    if len(ranges) == 1:
        yield slice(*ranges[0]), chunk_sums(sample, *ranges[0])
        return
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for start in range(0, len(ranges), workers):
            batch = ranges[start : start + workers]
            for bounds, sums in zip(
                batch, pool.map(lambda r: chunk_sums(sample, *r), batch), strict=True
            ):
                yield slice(*bounds), sums


def accumulate(sample: Sample) -> Moments:
    """One pass over the panel, at most `CACHE_BYTES` of it kept."""
    n_units = sample.data.n_units
    unit_rows = np.empty(n_units, dtype=np.int64)
    unit_cross: Array | None = None
    totals: list[Array] | None = None
    for units, sums in summed_chunks(sample):
        piece = sums.cross
        if totals is None and piece[0].nbytes * n_units <= CACHE_BYTES:
            unit_cross = np.empty((n_units, *piece.shape[1:]))
        if unit_cross is not None:
            unit_cross[units] = piece
        unit_rows[units] = sums.rows
        parts = [piece.sum(axis=0), sums.weight, sums.instruments, sums.gram, sums.level_squares]
        totals = parts if totals is None else [a + b for a, b in zip(totals, parts, strict=True)]
    assert totals is not None
    return without_empty_columns(sample, totals, unit_rows, unit_cross)


def without_empty_columns(
    sample: Sample, totals: list[Array], unit_rows: IntArray, unit_cross: Array | None
) -> Moments:
    """Drop instrument columns that are zero in every row."""
    cross, weight, instruments, gram, squares = totals
    used = np.flatnonzero(np.diagonal(weight) > 0)
    if len(used) < len(cross):
        cross = cross[used]
        weight, instruments = weight[np.ix_(used, used)], instruments[np.ix_(used, used)]
        unit_cross = None if unit_cross is None else unit_cross[:, used]
    return Moments(sample, used, cross, weight, instruments, gram, squares, unit_rows, unit_cross)
