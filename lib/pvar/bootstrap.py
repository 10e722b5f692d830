"""Uncertainty of responses: resampled units or normal draws, bands, and what went wrong.

A unit drawn twice counts twice, so a bootstrap sample's moments are the unit moments
weighted by multinomial counts; nothing is re-transformed and no draw is looped over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvar.bias import corrected_coefficients, half_parts
from pvar.errors import PanelVARError
from pvar.gmm import residual_covariance, residual_maker
from pvar.linalg import Array, BoolArray, IntArray, singular_value_floor
from pvar.moments import Moments, unit_products
from pvar.options import check_choice
from pvar.responses import (
    ResponseKind,
    eigenvalue_moduli,
    impulse_responses,
    long_responses,
    positive_definite,
)
from pvar.rows import Rows, complete

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

BLOCK_BYTES = 64_000_000
BandMethod = Literal["percentile", "bias-corrected"]
Explosive = Literal["keep", "drop"]


@dataclass(frozen=True)
class ResponseBands:
    """Point responses with a band.

    Attributes
    ----------
    point, lower, upper : array (horizon + 1, response, impulse)
    level : float
        Nominal coverage at each horizon separately.
    n_used, n_failed, n_explosive : int
        Draws behind the band; without an estimate; explosive, whether kept or not.
    """

    point: Array
    lower: Array
    upper: Array
    kind: str
    method: str
    level: float
    variables: tuple[str, ...]
    n_used: int
    n_failed: int
    n_explosive: int

    def to_frame(self) -> pd.DataFrame:
        """Long form: impulse, response, horizon, value, lower, upper."""
        bounds = {"lower": self.lower, "upper": self.upper}
        return long_responses(self.variables, value=self.point, **bounds)


@dataclass(frozen=True, eq=False)
class Draws:
    """Estimates from resampled or simulated samples.

    Attributes
    ----------
    results : PanelVARResults
        The estimate itself.
    coefficients, sigma : array (draws, m, K) and (draws, m, m)
        NaN where a draw failed.
    failed : array (draws,)
        Singular moments, or an innovation covariance that is not positive definite.
    moduli : array (draws,)
        Largest companion modulus; NaN where failed.
    """

    results: PanelVARResults
    coefficients: Array = field(repr=False)
    sigma: Array = field(repr=False)
    failed: BoolArray = field(repr=False)
    moduli: Array = field(repr=False)
    source: str
    seed: int

    @property
    def n_draws(self) -> int:
        """Draws asked for."""
        return len(self.failed)

    @property
    def n_failed(self) -> int:
        """Draws without an estimate."""
        return int(self.failed.sum())

    @property
    def n_explosive(self) -> int:
        """Draws whose system is not stable."""
        return int((self.moduli >= 1.0).sum())

    @property
    def sentence(self) -> str:
        """One Chinese sentence on failed and explosive draws."""
        return (
            f"{self.n_draws} 次抽取中，{self.n_failed} 次无法估计，"
            f"{self.n_explosive} 次得到不稳定的系统（最大特征值的模不小于 1）。"
        )

    @property
    def standard_errors(self) -> Array:
        """Standard deviation of the coefficients over draws, (m, K)."""
        return np.asarray(self.coefficients[~self.failed].std(axis=0, ddof=1))

    def intervals(
        self, *, level: float = 0.95, method: BandMethod = "percentile"
    ) -> tuple[Array, Array]:
        """Lower and upper bounds of the coefficients, each (m, K)."""
        return interval(self.coefficients[~self.failed], self.results.coefficients, level, method)

    def bands(
        self,
        kind: ResponseKind = "orthogonal",
        *,
        horizon: int = 10,
        level: float = 0.95,
        method: BandMethod = "percentile",
        order: Sequence[str] | None = None,
        cumulative: bool = False,
        explosive: Explosive = "keep",
    ) -> ResponseBands:
        """Pointwise bands of responses or variance shares.

        Parameters
        ----------
        kind, horizon, order, cumulative
            As in `PanelVARResults.responses`.
        level : float
            Between 0 and 1.
        method : {"percentile", "bias-corrected"}
            Efron's percentile interval, or corrected for median bias.
        explosive : {"keep", "drop"}
            Dropping conditions on stability; the counts tell how many went.
        """
        check_choice("explosive", explosive, ("keep", "drop"))
        kept = ~self.failed & ((self.moduli < 1.0) | (explosive == "keep"))
        if kept.sum() < 2:
            raise PanelVARError(
                f"{self.n_draws} 次抽取中只有 {int(kept.sum())} 次可用，画不出区间。"
            )
        point = self.results.responses(kind, horizon=horizon, order=order, cumulative=cumulative)
        values = impulse_responses(
            self.results.specification.dynamics_of(self.coefficients[kept]),
            self.sigma[kept],
            kind=kind,
            horizon=horizon,
            order=self.results.positions(order),
            cumulative=cumulative,
        )
        lower, upper = interval(values, point.values, level, method)
        counts = (int(kept.sum()), self.n_failed, self.n_explosive)
        names = self.results.variables
        return ResponseBands(point.values, lower, upper, kind, method, level, names, *counts)


def interval(draws: Array, point: Array, level: float, method: BandMethod) -> tuple[Array, Array]:
    """Bounds at a nominal level from draws along the first axis.

    The bias-corrected levels are ndtr(2 z0 -+ z), z0 the normal quantile of the share of
    draws below the point (Efron 1981).
    """
    check_choice("method", method, ("percentile", "bias-corrected"))
    if not 0.0 < level < 1.0:
        raise PanelVARError(f"置信水平须在 0 与 1 之间；读到 {level}。")
    ordered = np.sort(draws, axis=0)
    z = float(ndtri(0.5 + level / 2.0))
    shift: Array = np.zeros_like(point)
    if method == "bias-corrected":
        below = (draws < point).mean(axis=0) + 0.5 * (draws == point).mean(axis=0)
        shift = 2.0 * ndtri(np.clip(below, 0.5 / len(draws), 1.0 - 0.5 / len(draws)))
    return quantile(ordered, ndtr(shift - z)), quantile(ordered, ndtr(shift + z))


def quantile(ordered: Array, probability: Array) -> Array:
    """Linear interpolation between order statistics, a probability for each cell."""
    place = probability * (len(ordered) - 1)
    low = np.clip(np.floor(place).astype(np.int64), 0, len(ordered) - 2)
    first = np.take_along_axis(ordered, low[None], axis=0)[0]
    second = np.take_along_axis(ordered, low[None] + 1, axis=0)[0]
    return np.asarray(first + (place - low) * (second - first))


def unit_bootstrap(results: PanelVARResults, draws: int = 1000, *, seed: int) -> Draws:
    """Resample units with replacement and estimate again, two steps included.

    The same seed gives the same draws on any machine.

    Raises
    ------
    PanelVARError
        For fewer than two draws, or for a two-step weight that is summed over rows.
    """
    check_draws(draws)
    moments = results.moments
    joint = results.steps == "two" and not moments.just_identified
    if joint and results.weight == "row":
        raise PanelVARError("按行加权的两步估计没有单位自助法；请改用 clustered 或 windmeijer。")
    blocks = draw_blocks(moments, draws, seed, joint)
    parts = [resampled(moments, size, sequence, joint) for size, sequence in blocks]
    coefficients, sigma = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return collected(results, coefficients, sigma, "unit bootstrap", seed)


def draw_blocks(
    moments: Moments, draws: int, seed: int, joint: bool
) -> Iterator[tuple[int, np.random.SeedSequence]]:
    """Blocks of draws small enough for memory, each with its own seed."""
    width = moments.cross.size + moments.gram.size + moments.weight.size
    if joint:
        scores = moments.n_moments * max(used_units(moments))
        width = max(width, scores, moments.n_moments**2)
    size = max(1, BLOCK_BYTES // (8 * width))
    count = -(-draws // size)
    sizes = [min(size, draws - i * size) for i in range(count)]
    return zip(sizes, np.random.SeedSequence(seed).spawn(count), strict=True)


def resampled(
    moments: Moments, draws: int, sequence: np.random.SeedSequence, joint: bool
) -> tuple[Array, Array]:
    """Coefficients and innovation covariances of one block of draws."""

    def weights() -> Iterator[Array]:
        rng = np.random.default_rng(sequence)
        return resampling_weights(rng, draws, used_units(moments))

    cross, gram, n_obs, *rest = weighted_sums(moments, weights())
    weight, halves = ([], rest) if moments.just_identified else (rest, [])
    coefficients = one_step_draws(moments, cross, *weight)
    coefficients = corrected_coefficients(moments, coefficients, gram, n_obs, halves)
    if joint:
        coefficients = two_step_draws(moments, cross, coefficients, weights())
    sigma, exact = residual_covariance(coefficients, gram, n_obs - moments.fitted)
    sigma[exact.any(axis=1)] = np.nan
    return coefficients, sigma


def monte_carlo(results: PanelVARResults, draws: int = 1000, *, seed: int) -> Draws:
    """Draw coefficients and innovation covariance from their normal approximations.

    b ~ N(b_hat, V) and, independently, vech Sigma ~ N(vech Sigma_hat, (2/n) D+ (Sigma kron
    Sigma) D+'), n rows (Lütkepohl 2005, proposition 3.4; the habit of Stata's pvar).
    """
    check_draws(draws)
    rng = np.random.default_rng(seed)
    m, k = results.coefficients.shape
    values, vectors = np.linalg.eigh(results.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = rng.standard_normal((draws, m * k)) @ root.T
    coefficients = results.coefficients + noise.reshape(draws, m, k)
    normal = rng.standard_normal((draws, m, m))
    symmetric = (normal + normal.transpose(0, 2, 1)) / np.sqrt(2.0 * results.n_obs)
    lower = np.linalg.cholesky(results.sigma)
    sigma = results.sigma + lower @ symmetric @ lower.T
    return collected(results, coefficients, sigma, "monte carlo", seed)


def collected(
    results: PanelVARResults, coefficients: Array, sigma: Array, source: str, seed: int
) -> Draws:
    """Draws with failed and explosive ones marked."""
    failed = ~np.asarray((complete(coefficients) & complete(sigma)).all(axis=1))
    failed[~failed] = ~positive_definite(sigma[~failed])
    moduli = np.full(len(failed), np.nan)
    dynamics = results.specification.dynamics_of(coefficients[~failed])
    moduli[~failed] = eigenvalue_moduli(dynamics)[:, 0]
    return Draws(results, coefficients, sigma, failed, moduli, source, seed)


def check_draws(draws: int) -> None:
    """A band needs at least two draws."""
    if draws < 2:
        raise PanelVARError(f"抽取次数至少为 2；读到 {draws}。")


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


def unit_parts(rows: Rows, moments: Moments) -> list[Array]:
    """Z'[X, y], [X, y]'[X, y], rows and, if needed, Z'HZ of each used unit of a chunk."""
    kept = rows.kept.any(axis=1)
    w, z = rows.w[kept], rows.z[kept]
    inner = rows.transformed_w[kept]
    parts = [unit_products(z, w), unit_products(inner, inner), rows.kept[kept].sum(axis=1)]
    if not moments.just_identified:
        root = Rows(w, z, rows.kept[kept], rows.levels).weight_root(moments.sample.design)
        parts.append(unit_products(root, root))
    own = Rows(w, z, rows.kept[kept], rows.levels[kept])
    return parts + half_parts(own, moments)


def weighted_sums(moments: Moments, weights: Iterator[Array]) -> list[Array]:
    """The sums of `unit_parts` in every draw, each (draws, ...)."""
    totals: list[Array] = []
    for rows, weight in zip(moments.rows(), weights, strict=True):
        parts = unit_parts(rows, moments)
        sums = [np.tensordot(weight, part, 1) for part in parts]
        totals = [a + b for a, b in zip(totals, sums, strict=True)] if totals else sums
    return totals


def solve_each(matrices: Array, targets: Array) -> Array:
    """Solve systems (draws, n, n) for (draws, n, r); NaN where one is numerically singular."""
    n = matrices.shape[-1]
    rows = scale_of(matrices, -1)
    columns = scale_of(matrices / rows[:, :, None], -2)
    scaled = matrices / rows[:, :, None] / columns[:, None, :]
    with np.errstate(invalid="ignore"):  # elimination that meets a zero pivot, or no number
        sign, _ = np.linalg.slogdet(np.nan_to_num(scaled))
    singular = np.asarray(sign == 0) | ~complete(scaled).all(axis=1)
    scaled[singular] = np.eye(n)
    identity = np.broadcast_to(np.eye(n), scaled.shape)
    both = np.linalg.solve(scaled, np.concatenate([targets / rows[:, :, None], identity], axis=2))
    growth = np.linalg.norm(scaled, 1, axis=(1, 2))
    growth *= np.linalg.norm(both[:, :, -n:], 1, axis=(1, 2))
    singular |= ~(growth * singular_value_floor(n) < 1.0)
    solution: Array = both[:, :, :-n] / columns[:, :, None]
    solution[singular] = np.nan
    return solution


def scale_of(matrices: Array, axis: int) -> Array:
    """Largest absolute entry along an axis, 1 where all are zero."""
    largest = np.abs(matrices).max(axis=axis)
    return np.where(largest > 0, largest, 1.0)


def one_step_draws(moments: Moments, cross: Array, weight: Array | None = None) -> Array:
    """One-step coefficients (draws, m, K); just-identified, without a weight."""
    k = moments.n_regressors
    if weight is None:
        return solve_each(cross[:, :, :k], cross[:, :, k:]).transpose(0, 2, 1)
    weighted = solve_each(weight, cross)
    normal = cross[:, :, :k].transpose(0, 2, 1) @ weighted
    return solve_each(normal[:, :, :k], normal[:, :, k:]).transpose(0, 2, 1)


def two_step_draws(moments: Moments, cross: Array, first: Array, weights: Iterator[Array]) -> Array:
    """Joint two-step coefficients (draws, m, K), the weight re-estimated in every draw."""
    (draws, m, k), q = first.shape, moments.n_moments
    spread, maker = np.zeros((draws, q, q)), residual_maker(first)
    for rows, weight in zip(moments.rows(), weights, strict=True):
        kept = rows.kept.any(axis=1)
        unit = unit_products(rows.z[kept], rows.w[kept])
        scores = np.einsum("nlk,dkm->dnml", unit, maker, optimize=True).reshape(draws, -1, q)
        spread += (scores * weight[:, :, None]).transpose(0, 2, 1) @ scores
    return joint_solution(spread, cross, m, k)


def joint_solution(spread: Array, cross: Array, m: int, k: int) -> Array:
    """Coefficients that minimise g' spread^-1 g in each draw."""
    draws, n_z, _ = cross.shape
    blocks = np.einsum("ij,dlk->diljk", np.eye(m), cross[:, :, :k])
    slopes = blocks.reshape(draws, m * n_z, m * k)
    target = cross[:, :, k:].transpose(0, 2, 1).reshape(draws, -1, 1)
    weighted = solve_each(spread, np.concatenate([slopes, target], axis=2))
    normal = slopes.transpose(0, 2, 1) @ weighted
    return solve_each(normal[:, :, :-1], normal[:, :, -1:]).reshape(draws, m, k)
