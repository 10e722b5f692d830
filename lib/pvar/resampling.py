"""Re-estimation on resampled units: weights times unit moments, then batched solves.

A unit drawn twice counts twice, so a bootstrap sample's moments are the unit moments
weighted by multinomial counts; nothing is re-transformed and no draw is looped over.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pvar.linalg import Array, BoolArray, IntArray, singular_value_floor
from pvar.moments import Moments, unit_products
from pvar.rows import Rows, weight_root
from pvar.terms import complete

BLOCK_BYTES = 64_000_000


def used_units(moments: Moments) -> list[int]:
    """Units with rows in each chunk."""
    rows = moments.unit_rows
    return [int((rows[low:high] > 0).sum()) for low, high in moments.sample.ranges()]


def resampling_weights(rng: np.random.Generator, draws: int, sizes: list[int]) -> Iterator[Array]:
    """How often each unit of each chunk is drawn, shape (draws, units of the chunk).

    First how many of the N picks fall into each chunk, then which units inside it, so
    that only one chunk's counts are in memory.
    """
    total = sum(sizes)
    picks = rng.multinomial(total, np.array(sizes) / total, size=draws)
    for chunk, size in enumerate(sizes):
        yield chunk_counts(rng, picks[:, chunk], size)


def chunk_counts(rng: np.random.Generator, picks: IntArray, size: int) -> Array:
    """Counts (draws, size) of `picks[d]` uniform choices among `size` units."""
    owner = np.repeat(np.arange(len(picks)) * size, picks)
    chosen = owner + rng.integers(0, size, size=len(owner))
    counts = np.bincount(chosen, minlength=len(picks) * size)
    return counts.reshape(len(picks), size).astype(np.float64)


def unit_stack(rows: Rows, moments: Moments) -> Array:
    """Moments of each unit side by side: Z'[X,y], [X,y]'[X,y], rows and, if needed, Z'HZ.

    Shape (used units, columns); `unstack` takes the weighted sums apart.
    """
    kept = rows.kept.any(axis=1)
    w, z = rows.w[kept], rows.z[kept]
    inner = rows.transformed_w[kept]
    parts = [unit_products(z, w), unit_products(inner, inner), rows.kept[kept].sum(axis=1)]
    if not moments.just_identified:
        root = weight_root(Rows(w, z, rows.kept[kept], rows.levels), moments.sample.design)
        parts.append(unit_products(root, root))
    return np.concatenate([part.reshape(len(w), -1) for part in parts], axis=1)


def weighted_sums(moments: Moments, weights: Iterator[Array], draws: int) -> Array:
    """Weighted sums of the unit stacks, shape (draws, columns)."""
    total: Array | None = None
    for rows, weight in zip(moments.rows(), weights, strict=True):
        part = weight @ unit_stack(rows, moments)
        total = part if total is None else total + part
    assert total is not None and len(total) == draws
    return total


def unstack(sums: Array, moments: Moments) -> tuple[Array, Array, Array, Array]:
    """Cross moments, Gram matrices, rows and weights of each draw."""
    n_z, width = moments.cross.shape
    a, b = n_z * width, n_z * width + width**2
    cross = sums[:, :a].reshape(-1, n_z, width)
    gram = sums[:, a:b].reshape(-1, width, width)
    weight = sums[:, b + 1 :].reshape(len(sums), -1, n_z)
    return cross, gram, sums[:, b], weight


def solve_each(matrices: Array, targets: Array) -> Array:
    """Solve every system of a stack; NaN where a matrix is numerically singular.

    Parameters
    ----------
    matrices : array (draws, n, n)
    targets : array (draws, n, r)
    """
    n = matrices.shape[-1]
    rows = scale_of(matrices, -1)
    columns = scale_of(matrices / rows[:, :, None], -2)
    scaled = matrices / rows[:, :, None] / columns[:, None, :]
    singular = exactly_singular(scaled)
    scaled[singular] = np.eye(n)
    identity = np.broadcast_to(np.eye(n), scaled.shape)
    both = np.linalg.solve(scaled, np.concatenate([targets / rows[:, :, None], identity], axis=2))
    growth = np.abs(scaled).sum(axis=1).max(axis=1) * np.abs(both[:, :, -n:]).sum(axis=1).max(
        axis=1
    )
    singular |= ~(growth * singular_value_floor(n) < 1.0)
    solution: Array = both[:, :, :-n] / columns[:, :, None]
    solution[singular] = np.nan
    return solution


def scale_of(matrices: Array, axis: int) -> Array:
    """Largest absolute entry along an axis, 1 where all are zero."""
    largest = np.abs(matrices).max(axis=axis)
    return np.where(largest > 0, largest, 1.0)


def exactly_singular(matrices: Array) -> BoolArray:
    """Matrices on which elimination meets a zero pivot, or that are not finite."""
    with np.errstate(invalid="ignore"):
        sign, _ = np.linalg.slogdet(np.nan_to_num(matrices))
    singular: BoolArray = np.asarray(sign == 0)
    return singular | ~complete(matrices.reshape(len(matrices), -1))


def one_step_draws(moments: Moments, cross: Array, weight: Array) -> Array:
    """One-step coefficients (draws, m, K) of each draw."""
    k = moments.n_regressors
    if moments.just_identified:
        return solve_each(cross[:, :, :k], cross[:, :, k:]).transpose(0, 2, 1)
    weighted = solve_each(weight, cross)
    normal = cross[:, :, :k].transpose(0, 2, 1) @ weighted
    return solve_each(normal[:, :, :k], normal[:, :, k:]).transpose(0, 2, 1)


def two_step_draws(moments: Moments, cross: Array, first: Array, weights: Iterator[Array]) -> Array:
    """Joint two-step coefficients (draws, m, K), the weight re-estimated in every draw."""
    draws, m, k = first.shape
    q = moments.n_moments
    spread = np.zeros((draws, q, q))
    maker = np.concatenate([-first, np.broadcast_to(np.eye(m), (draws, m, m))], axis=2)
    for rows, weight in zip(moments.rows(), weights, strict=True):
        kept = rows.kept.any(axis=1)
        unit = unit_products(rows.z[kept], rows.w[kept])
        scores = np.einsum("nlk,dmk->dnml", unit, maker, optimize=True).reshape(draws, -1, q)
        spread += (scores * weight[:, :, None]).transpose(0, 2, 1) @ scores
    return joint_solution(spread, cross, m, k)


def joint_solution(spread: Array, cross: Array, m: int, k: int) -> Array:
    """Coefficients that minimise g' spread^-1 g in each draw."""
    draws, n_z, _ = cross.shape
    blocks = np.zeros((draws, m, n_z, m, k))
    for equation in range(m):
        blocks[:, equation, :, equation] = cross[:, :, :k]
    slopes = blocks.reshape(draws, m * n_z, m * k)
    target = cross[:, :, k:].transpose(0, 2, 1).reshape(draws, -1, 1)
    weighted = solve_each(spread, np.concatenate([slopes, target], axis=2))
    normal = slopes.transpose(0, 2, 1) @ weighted
    return solve_each(normal[:, :, :-1], normal[:, :, -1:]).reshape(draws, m, k)
