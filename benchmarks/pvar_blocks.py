"""Estimates of many simulated panels at once, as the library gives them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pvar_truths import NAMES, Scenario, innovation_sizes, panels_of, true_slopes

from pvar import Specification
from pvar.bands import interval
from pvar.design import Correction, TimeEffects, Transform
from pvar.linalg import Array
from pvar.moments import unit_products
from pvar.reestimation import solve_each
from pvar.resampling import chunk_counts
from pvar.responses import impulse_responses
from pvar.rows import Rows, build_rows, instrument_layout

Method = Transform | Literal["within-jackknife"]
HORIZONS = (0, 1, 2, 5, 10)


@dataclass(frozen=True)
class Estimates:
    """Estimates of a block of replications; arrays lead with the replication.

    Attributes
    ----------
    slopes : array (r, 5, 5)
    errors : dict of array (r, 5, 5)
        Standard errors "clustered" by unit and robust by "row"; the latter NaN for least squares.
    strength : array (r,)
        Cragg-Donald F; NaN for least squares.
    covered : array (r, 5, 5)
        Whether the bootstrap's 95 % percentile interval holds the true coefficient.
    responses_covered : array (r, horizons, 5, 5)
        The same for orthogonal responses. Both are empty without a bootstrap.
    """

    slopes: Array
    errors: dict[str, Array]
    strength: Array
    covered: Array
    responses_covered: Array


def rows_of(panels: Array, units: int, method: Method, effects: TimeEffects) -> Rows:
    """Rows of all replications; period means are those of each replication."""
    groups = panels.reshape(-1, units, *panels.shape[1:])
    centred = groups - groups.mean(axis=1, keepdims=True) if effects == "demean" else groups
    design = specified(method, "none").design()
    layout = instrument_layout(design, panels.shape[1])
    return build_rows(centred.reshape(panels.shape), design, layout)


def specified(method: Method, effects: TimeEffects) -> Specification:
    """What the library calls the estimator."""
    if method == "within" or method == "within-jackknife":
        correction: Correction | None = None if method == "within" else "half-panel-jackknife"
        return Specification(NAMES, 1, "within", time_effects=effects, correction=correction)
    return Specification(NAMES, transform=method, depth="just", time_effects=effects)


def estimate_block(
    scenario: Scenario,
    method: Method,
    effects: TimeEffects,
    panels: Array,
    rng: np.random.Generator,
) -> Estimates:
    """Estimates of every replication of a block at once."""
    rows = rows_of(panels, scenario.units, method, effects)
    cross = unit_products(rows.z, rows.w).reshape(-1, scenario.units, 5, 10)
    total = cross.sum(axis=1)
    slopes, bread = solved(total)
    maker = residual_makers(slopes)
    by_row = row_scores(rows, maker)
    if method == "within-jackknife":
        slopes, by_row = jackknifed(rows, slopes, by_row, total[:, :, :5])
        by_unit = by_row.reshape(len(slopes), scenario.units, -1, 25).sum(axis=2)
    else:
        by_unit = (cross @ maker[:, None]).transpose(0, 1, 3, 2)
    least_squares = method.startswith("within")
    errors = {"clustered": sandwich_errors(bread, by_unit.reshape(len(slopes), -1, 25))}
    missing = np.full_like(slopes, np.nan)
    errors["row"] = missing if least_squares else sandwich_errors(bread, by_row)
    covered, responses_covered = np.empty((0, 5, 5)), np.empty((0, len(HORIZONS), 5, 5))
    if scenario.draws and not least_squares:
        older = method.startswith("pvar2")
        covered, responses_covered = bootstrap_coverage(scenario, rows, cross, older, rng)
    found = np.full(len(slopes), np.nan) if least_squares else strength(rows, len(slopes))
    return Estimates(slopes, errors, found, covered, responses_covered)


def solved(total: Array) -> tuple[Array, Array]:
    """Slopes (r, 5, 5) and the inverse of Z'X from sums Z'[X, y] (r, 5, 10)."""
    slopes = solve_each(total[:, :, :5], total[:, :, 5:]).transpose(0, 2, 1)
    return slopes, solve_each(total[:, :, :5], np.broadcast_to(np.eye(5), slopes.shape))


def jackknifed(rows: Rows, slopes: Array, scores: Array, square: Array) -> tuple[Array, Array]:
    """Half-panel jackknife and its row scores, for an even number of complete rows."""
    parts, halves = [], []
    for levels in np.split(rows.levels, 2, axis=1):
        w = levels - levels.mean(axis=1, keepdims=True)
        products = unit_products(w[:, :, :5], w).reshape(len(slopes), -1, 5, 10)
        half, bread = solved(products.sum(axis=1))
        residual = w.reshape(len(slopes), -1, 10) @ residual_makers(half)
        regressors = w.reshape(len(slopes), -1, 10)[:, :, :5] @ (square @ bread).transpose(0, 2, 1)
        part = residual[:, :, :, None] * regressors[:, :, None, :]
        parts.append(part.reshape(*w.shape[:2], 25))
        halves.append(half)
    moved = np.concatenate(parts, axis=1).reshape(scores.shape)
    return 2.0 * slopes - (halves[0] + halves[1]) / 2.0, 2.0 * scores - moved / 2.0


def residual_makers(slopes: Array) -> Array:
    """[X, y] @ this = residuals, for each replication; (r, 10, 5)."""
    identity = np.broadcast_to(np.eye(5), slopes.shape)
    return np.concatenate([-slopes, identity], axis=2).transpose(0, 2, 1)


def row_scores(rows: Rows, maker: Array) -> Array:
    """Moments of each transformed row by equation, instrument; (r, rows, 25)."""
    w = rows.transformed_w.reshape(len(maker), -1, 10)
    z = rows.transformed_z.reshape(len(maker), -1, 5)
    residual = w @ maker
    return (residual[:, :, :, None] * z[:, :, None, :]).reshape(*w.shape[:2], 25)


def sandwich_errors(bread: Array, scores: Array) -> Array:
    """Standard errors (r, equation, regressor) from scores (r, clusters, 25)."""
    meat = (scores.transpose(0, 2, 1) @ scores).reshape(-1, 5, 5, 5, 5)
    own = np.einsum("rekel->rekl", meat)
    variance = bread[:, None] @ own @ bread[:, None].transpose(0, 1, 3, 2)
    errors: Array = np.sqrt(np.diagonal(variance, axis1=2, axis2=3))
    return errors


def strength(rows: Rows, replications: int) -> Array:
    """Cragg-Donald F of each replication, (r,)."""
    terms = np.concatenate([rows.transformed_w[:, :, :5], rows.transformed_z], axis=2)
    terms = terms.reshape(replications, -1, 10)
    square = terms.transpose(0, 2, 1) @ terms
    x_root, z_root = np.linalg.cholesky(square[:, :5, :5]), np.linalg.cholesky(square[:, 5:, 5:])
    half = np.linalg.solve(x_root, square[:, :5, 5:]).transpose(0, 2, 1)
    smallest = np.linalg.svd(np.linalg.solve(z_root, half), compute_uv=False)[:, -1]
    n = rows.kept.sum() / replications
    f: Array = (n - 5) / 5 * smallest**2 / (1 - smallest**2)
    return f


def bootstrap_coverage(
    scenario: Scenario, rows: Rows, cross: Array, older: bool, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Whether percentile intervals of coefficients and responses hold the truth."""
    r, n, draws = len(cross), scenario.units, scenario.draws
    inner = rows.transformed_w
    gram = unit_products(inner, inner).reshape(r, n, 100)
    stack = np.concatenate([cross.reshape(r, n, 50), gram], axis=2)
    counts = chunk_counts(rng, np.full(r * draws, n), n).reshape(r, draws, n)
    sums = (counts @ stack).reshape(r * draws, 150)
    moments = sums[:, :50].reshape(-1, 5, 10)
    slopes = solve_each(moments[:, :, :5], moments[:, :, 5:]).transpose(0, 2, 1)
    maker = residual_makers(slopes)
    squares = maker.transpose(0, 2, 1) @ sums[:, 50:].reshape(-1, 10, 10) @ maker
    n_obs = rows.kept.sum() / r
    sigma = (squares + squares.transpose(0, 2, 1)) / (2 * (n_obs - (0 if older else 5)))
    responses = impulse_responses(slopes, sigma, horizon=HORIZONS[-1])[:, HORIZONS]
    truth = true_slopes(scenario)
    true_sigma = np.diag(innovation_sizes() ** 2)
    true_responses = impulse_responses(truth, true_sigma, horizon=HORIZONS[-1])[list(HORIZONS)]
    return (
        inside(slopes.reshape(r, draws, 5, 5), truth),
        inside(responses.reshape(r, draws, len(HORIZONS), 5, 5), true_responses),
    )


def inside(draws: Array, truth: Array) -> Array:
    """1 where the 95 % percentile interval over axis 1 holds the truth, else 0."""
    low, high = interval(draws.swapaxes(0, 1), draws[:, 0], 0.95, "percentile")
    return ((low <= truth) & (truth <= high)).astype(np.float64)


def run(scenario: Scenario, method: Method, effects: TimeEffects, seed: int) -> Estimates:
    """All replications of a scenario, block by block."""
    blocks = [
        estimate_block(scenario, method, effects, panels, rng)
        for panels, rng in panels_of(scenario, scenario.replications, seed)
    ]
    return Estimates(
        np.concatenate([b.slopes for b in blocks]),
        {k: np.concatenate([b.errors[k] for b in blocks]) for k in blocks[0].errors},
        np.concatenate([b.strength for b in blocks]),
        np.concatenate([b.covered for b in blocks]),
        np.concatenate([b.responses_covered for b in blocks]),
    )
