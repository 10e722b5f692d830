"""Random weights on units, and the draws they give: block by block, here or on other machines.

Every block of draws has a seed of its own, spawned from the one given, so that draws depend
neither on who makes a block nor on how many do. What is weighed is a unit, or, where the data
name clusters of units, a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pvar.bias import half_parts
from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import n_clusters
from pvar.linalg import Array, IntArray
from pvar.messages import message
from pvar.moments import Moments, unit_products
from pvar.reestimation import Estimator, innovations
from pvar.rows import Rows

Kind = Literal["pairs", "wild"]
BLOCK = 100
PASS_BYTES = 64_000_000
FEW_GROUPS = 12
WEBB = np.sqrt([0.5, 1.0, 1.5])

Block = tuple[int, np.random.SeedSequence]


@dataclass(frozen=True, eq=False)
class Task:
    """Blocks of draws, (size, seed) each, to make in one pass over the panel."""

    estimator: Estimator
    kind: Kind
    blocks: tuple[Block, ...]


def draw_blocks(draws: int, seed: int) -> list[Block]:
    """Blocks of at most `BLOCK` draws, the same whatever the panel."""
    sizes = [min(BLOCK, draws - low) for low in range(0, draws, BLOCK)]
    return list(zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes)), strict=True))


def resampled(
    estimator: Estimator, kind: Kind, draws: int, seed: int, executor: Executor | None
) -> tuple[Array, Array]:
    """Coefficients (draws, m, K) and innovation covariances (draws, m, m)."""
    blocks = draw_blocks(draws, seed)
    if executor is None:
        size = blocks_in_memory(estimator.moments)
        groups = [blocks[low : low + size] for low in range(0, len(blocks), size)]
        parts = [drawn(Task(estimator, kind, tuple(group))) for group in groups]
    else:
        bare = replace(estimator, moments=replace(estimator.moments, unit_cross=None))
        parts = elsewhere(executor, [Task(bare, kind, (block,)) for block in blocks])
    coefficients, sigma = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return coefficients, sigma


def blocks_in_memory(moments: Moments) -> int:
    """How many blocks' sums fit beside one another."""
    width = moments.cross.size + moments.gram.size + moments.weight.size
    return max(1, PASS_BYTES // (8 * width * BLOCK))


def elsewhere(executor: Executor, tasks: Sequence[Task]) -> list[tuple[Array, Array]]:
    """Results of the tasks in their order, whoever made them."""
    futures = [executor.submit(drawn, task) for task in tasks]
    try:
        return [future.result() for future in futures]
    except BrokenExecutor as fault:
        done = sum(future.done() and future.exception() is None for future in futures)
        raise PanelVARError(
            message(
                "The executor broke down after {done} of {n} blocks of draws: a worker died, "
                "often for want of memory. Use fewer workers or executor=None; the same seed "
                "gives the same draws.",
                done=done,
                n=len(tasks),
            )
        ) from fault
    finally:
        for future in futures:
            future.cancel()


def drawn(task: Task) -> tuple[Array, Array]:
    """Coefficients and innovation covariances of a task's draws."""
    return pairs(task) if task.kind == "pairs" else wild(task)


def pairs(task: Task) -> tuple[Array, Array]:
    """The estimate on units drawn with replacement."""
    estimator = task.estimator
    sums = weighted_sums(task, group_parts(estimator))
    coefficients = estimator.coefficients(*sums)
    _, gram, n_obs, n_units = sums[:4]
    return coefficients, innovations(coefficients, gram, estimator.freedom(n_obs, n_units))


def wild(task: Task) -> tuple[Array, Array]:
    """The estimate moved by what each unit does to it, times a random sign.

    The sum of squares of what units do is the jackknife's covariance. Sigma is that of the
    residuals at the moved coefficients, units weighted by one plus their sign.
    """
    estimator, moments = task.estimator, task.estimator.moments
    moves, gram, n_obs = weighted_sums(task, moving_parts(estimator))
    coefficients = estimator.point + moves
    freedom = (moments.n_obs + n_obs) * (1.0 - moments.fitted / moments.n_obs)
    return coefficients, innovations(coefficients, moments.gram + gram, freedom)


def weighted_sums(task: Task, groups: Iterator[list[Array]]) -> list[Array]:
    """Sums of the parts of all groups in every draw, each (draws, ...).

    Of the wild weights only what moves the estimate takes the size; the parts of Sigma take the
    sign, so that one plus it is never negative.
    """
    sizes = group_sizes(task.estimator.moments)
    streams = [weights(task.kind, block, sizes) for block in task.blocks]
    totals: list[Array] = []
    for parts in groups:
        first = [next(stream) for stream in streams]
        other = first if task.kind == "pairs" else [np.sign(w) for w in first]
        sums = [weighted(first, parts[0]), *(weighted(other, part) for part in parts[1:])]
        totals = [a + b for a, b in zip(totals, sums, strict=True)] if totals else sums
    return totals


def weighted(block_weights: Sequence[Array], part: Array) -> Array:
    """Weighted sums over groups, block by block (draws, ...)."""
    return np.concatenate([np.tensordot(w, part, 1) for w in block_weights])


def group_parts(estimator: Estimator) -> Iterator[list[Array]]:
    """What `Estimator.coefficients` takes, of each used group, chunk by chunk."""
    moments = estimator.moments
    chunks = (unit_parts(rows, estimator) for rows in moments.rows())
    codes = moments.sample.data.clusters
    if codes is None:
        yield from chunks
        return
    _, positions = np.unique(codes[moments.unit_rows > 0], return_inverse=True)
    yield clustered(chunks, positions)


def unit_parts(rows: Rows, estimator: Estimator) -> list[Array]:
    """The parts of the used units of a chunk."""
    used = rows.kept.any(axis=1)
    own = Rows(rows.w[used], rows.z[used], rows.kept[used], rows.levels[used])
    inner, n_obs = own.transformed_w, own.kept.sum(axis=1)
    parts = [unit_products(own.z, own.w), unit_products(inner, inner), n_obs, n_obs > 0]
    if estimator.reweighs:
        root = own.weight_root(estimator.moments.sample.design)
        parts.append(unit_products(root, root))
    return parts + half_parts(own, estimator.moments)


def clustered(chunks: Iterator[list[Array]], positions: IntArray) -> list[Array]:
    """Parts of units summed over the units of each cluster."""
    totals: list[Array] = []
    low = 0
    for parts in chunks:
        here = positions[low : low + len(parts[0])]
        low += len(here)
        if not totals:
            totals = [np.zeros((positions.max() + 1, *part.shape[1:])) for part in parts]
        for total, part in zip(totals, parts, strict=True):
            np.add.at(total, here, part)
    return totals


def moving_parts(estimator: Estimator) -> Iterator[list[Array]]:
    """What each group does to the coefficients, (n, m, K); its gram matrix; its rows."""
    n, totals = n_clusters(estimator.moments), estimator.totals()
    for parts in group_parts(estimator):
        left = [total - own for total, own in zip(totals, parts, strict=True)]
        without = estimator.coefficients(*left)
        check_dispensable(without, n)
        yield [np.sqrt((n - 1) / n) * (estimator.point - without), parts[1], parts[2]]


def check_dispensable(without: Array, n: int) -> None:
    """Refuse a sample in which one unit alone identifies a coefficient."""
    lost = int((~np.isfinite(without).all(axis=(1, 2))).sum())
    if lost:
        raise SingularMatrixError(
            message(
                "The wild bootstrap leaves each of {n} units out in turn, and without one of "
                "{lost} of them there is no estimate. Use fewer regressors, or `monte_carlo`.",
                n=n,
                lost=lost,
            )
        )


def group_sizes(moments: Moments) -> list[int]:
    """Units with rows in each chunk; or, all at once, clusters with rows."""
    used, codes = moments.unit_rows > 0, moments.sample.data.clusters
    if codes is not None:
        return [len(np.unique(codes[used]))]
    return [int(used[low:high].sum()) for low, high in moments.sample.ranges]


def weights(kind: Kind, block: Block, sizes: list[int]) -> Iterator[Array]:
    """Weights of each chunk's groups in every draw of a block, shape (draws, groups)."""
    draws, sequence = block
    rng = np.random.default_rng(sequence)
    return counts(rng, draws, sizes) if kind == "pairs" else signs(rng, draws, sizes)


def counts(rng: np.random.Generator, draws: int, sizes: list[int]) -> Iterator[Array]:
    """How often each group is drawn.

    First how many of the N picks fall into each chunk, then which groups inside it, so
    that only one chunk's counts are in memory.
    """
    total = sum(sizes)
    picks = rng.multinomial(total, np.array(sizes) / total, size=draws)
    for chunk, size in enumerate(sizes):
        yield chunk_counts(rng, picks[:, chunk], size)


def chunk_counts(rng: np.random.Generator, picks: IntArray, size: int) -> Array:
    """Counts (draws, size) of `picks[d]` uniform choices among `size` groups."""
    owner = np.repeat(np.arange(len(picks)) * size, picks)
    chosen = owner + rng.integers(0, size, size=len(owner))
    times = np.bincount(chosen, minlength=len(picks) * size)
    return times.reshape(len(picks), size).astype(np.float64)


def signs(rng: np.random.Generator, draws: int, sizes: list[int]) -> Iterator[Array]:
    """Rademacher's two points; Webb's six where two leave too few different draws.

    Mean 0 and variance 1. With G groups there are 2^G draws of signs (Webb 2014).
    """
    few = sum(sizes) < FEW_GROUPS
    points = np.concatenate([-WEBB, WEBB]) if few else np.array([-1.0, 1.0])
    for size in sizes:
        yield points[rng.integers(0, len(points), size=(draws, size))]
