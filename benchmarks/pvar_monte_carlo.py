"""How far can a 30 x 13 x 5 panel VAR be trusted? A Monte Carlo study with cached results.

`python benchmarks/pvar_monte_carlo.py` writes data/monte_carlo/*.csv; with `--check` it
repeats part of the study with another seed and compares within simulation error.

Truths, all stable and synthetic:

near-table-4
    The paper's table 4 times a factor that brings its largest eigenvalue modulus from 1.51
    to .8 (also .5 and .95): the printed pattern of effects, shrunk to stability.
no-cross-effects
    Each variable depends on its own past only (.8): every off-diagonal star is chance.
large-unit-effects
    near-table-4 at .8 with unit means that vary four times as much as the process around
    them, as provinces do; lagged levels are then weak instruments.
printed-precision
    near-table-4 at .8 with unit means so far apart that standard errors are those that the
    table prints; `calibrated_spread` searches for how far.
linear-growth, accelerating-growth, own-growth
    near-table-4 at .8 plus a deterministic trend of three stationary standard deviations
    over the 13 periods: the same line for all units; the same parabola; a line for each
    unit that is steeper where the unit's mean is higher.
unequal-growth, unequal-growth-alone, trends-alone
    Means far apart and lines that differ by unit, correlated .5 with the means; sizes as in the
    report's real panel. With the effects of near-table-4 at .8; with own pasts alone
    (.8); with nothing that lasts.

Innovations are normal and uncorrelated. Their relative sizes come from the table itself: a
standard error is about (innovation of the equation) / (spread of the regressor), so the row
means of log |coefficient / t| give the innovations' sizes. Unit means vary as much as the
stationary process unless said otherwise; series start in the stationary distribution.
GMM estimates are just-identified with one lag; "within" is least squares, with and without
the half-panel jackknife; "demean" subtracts period means first.

`--calibrate` prints the spread of printed-precision. `--workers` is the number of processes, by
default one for each core; results do not depend on it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from scipy.linalg import solve_discrete_lyapunov
from scipy.optimize import brentq
from scipy.special import ndtri

from pvar import PanelData, Specification, anderson_rubin, fit
from pvar.bands import interval
from pvar.design import Correction, TimeEffects, Transform
from pvar.linalg import Array
from pvar.moments import unit_products
from pvar.reestimation import solve_each
from pvar.resampling import chunk_counts
from pvar.responses import eigenvalue_moduli, impulse_responses
from pvar.rows import Rows, build_rows, instrument_layout
from synergy.dictionary import DATA_DIR, published_table
from synergy.simulation import UNRELATED, panel_shape

Method = Transform | Literal["within-jackknife"]
NAMES = ("LR", "EQ", "SS", "LQ", "AI")
FOLDER = DATA_DIR / "monte_carlo"
SEED, CHECK_SEED = 20250815, 20250816
PERIODS, BLOCK = 13, 100
HORIZONS = (0, 1, 2, 5, 10)
Z95, Z90 = float(ndtri(0.975)), float(ndtri(0.95))
#: Spread of unit means by which simulated standard errors are the printed ones.
PRINTED_SPREAD = 2.8


@dataclass(frozen=True)
class Scenario:
    """One truth at one size.

    Attributes
    ----------
    name : str
    radius : float
        Largest eigenvalue modulus.
    units : int
    effects : float
        Spread of the unit means, in stationary standard deviations.
    growth : float
        Trend over all periods, in stationary standard deviations.
    curve : int
        Power of time in the trend.
    own_growth : float
        How much trends differ by unit, over their mean.
    related : float
        Correlation of a unit's trend with its mean.
    replications, draws : int
        Bootstrap draws of 0 leave the bootstrap out.
    tested : int
        Replications with Anderson and Rubin's tests of GMM and the wild bootstrap of least
        squares.
    """

    name: str
    radius: float
    units: int = 30
    effects: float = 1.0
    growth: float = 0.0
    curve: int = 1
    own_growth: float = 0.0
    related: float = 1.0
    replications: int = 2000
    draws: int = 0
    tested: int = 400


UNEQUAL = {"unequal-growth": 0.8, "unequal-growth-alone": 0.8, "trends-alone": 0.0}
SCENARIOS: tuple[Scenario, ...] = (
    Scenario("near-table-4", 0.8, draws=399),
    Scenario("near-table-4", 0.5),
    Scenario("near-table-4", 0.95),
    Scenario("no-cross-effects", 0.8, draws=399),
    Scenario("large-unit-effects", 0.8, effects=4.0),
    Scenario("linear-growth", 0.8, growth=3.0),
    Scenario("accelerating-growth", 0.8, growth=3.0, curve=2),
    Scenario("own-growth", 0.8, growth=3.0, own_growth=0.5),
    Scenario("printed-precision", 0.8, effects=PRINTED_SPREAD),
    *(
        Scenario(name, radius, effects=4.0, growth=7.0, own_growth=0.4, related=0.5)
        for name, radius in UNEQUAL.items()
    ),
    Scenario("near-table-4", 0.8, units=300, replications=1000, tested=0),
    Scenario("near-table-4", 0.8, units=3000, replications=1000, tested=0),
)
CALIBRATED = next(s for s in SCENARIOS if s.name == "printed-precision")
#: Replications by which the shape of panels is measured; draws of the wild bootstrap.
SHAPED, WILD_DRAWS = 200, 399
ESTIMATORS: tuple[tuple[Method, TimeEffects], ...] = (
    ("fod", "none"),
    ("fod", "demean"),
    ("pvar2", "none"),
    ("pvar2-asymmetric", "none"),
    ("within", "none"),
    ("within", "demean"),
    ("within-jackknife", "none"),
    ("within-jackknife", "demean"),
)


def table_4(column: str) -> Array:
    """A column of the paper's table 4 as a matrix, rows = equations."""
    wide = published_table(4).pivot(index="equation", columns="regressor", values=column)
    return np.asarray(wide.loc[list(NAMES), list(NAMES)], dtype=np.float64)


def innovation_sizes() -> Array:
    """Relative standard deviations of the innovations, geometric mean 1; shape (5,)."""
    size = np.log(np.abs(table_4("coefficient") / table_4("t_statistic"))).mean(axis=1)
    sizes: Array = np.exp(size - size.mean())
    return sizes


def true_slopes(scenario: Scenario) -> Array:
    """Coefficients of the process, (5, 5)."""
    if scenario.name in UNRELATED:
        return scenario.radius * np.eye(5)
    printed = table_4("coefficient")
    return printed * (scenario.radius / float(eigenvalue_moduli(printed)[0]))


def simulate(scenario: Scenario, replications: int, rng: np.random.Generator) -> Array:
    """Panels (replications * units, periods, 5)."""
    slopes, sizes = true_slopes(scenario), innovation_sizes()
    stationary = solve_discrete_lyapunov(slopes, np.diag(sizes**2))
    spread = np.sqrt(np.diagonal(stationary))
    n = replications * scenario.units
    position = rng.standard_normal((n, 5))
    pace = scenario.related * position
    if scenario.related < 1.0:
        pace += np.sqrt(1.0 - scenario.related**2) * rng.standard_normal((n, 5))
    slope = scenario.growth * spread * (1.0 + scenario.own_growth * pace)
    deviation = rng.standard_normal((n, 5)) @ np.linalg.cholesky(stationary).T
    panels = np.empty((n, PERIODS, 5))
    for t in range(PERIODS):
        trend = slope * (t / (PERIODS - 1)) ** scenario.curve
        panels[:, t] = scenario.effects * spread * position + deviation + trend
        deviation = deviation @ slopes.T + sizes * rng.standard_normal((n, 5))
    return panels


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


def panels_of(
    scenario: Scenario, replications: int, seed: int
) -> Iterator[tuple[Array, np.random.Generator]]:
    """Simulated panels block by block, with the generator of what follows."""
    key = zlib.crc32(f"{scenario.name} {scenario.radius} {scenario.units}".encode())
    size = max(1, BLOCK * 30 // scenario.units)
    for start in range(0, replications, size):
        rng = np.random.default_rng([seed, key, start])
        yield simulate(scenario, min(size, replications - start), rng), rng


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


@cache
def shape_of(scenario: Scenario, seed: int) -> dict[str, float]:
    """How far apart units are and how they trend: medians over replications and variables."""
    found = [
        panel_shape(panel)
        for panels, _ in panels_of(scenario, min(SHAPED, scenario.replications), seed)
        for panel in panels.reshape(-1, scenario.units, *panels.shape[1:])
    ]
    return {name: float(np.median([shape[name] for shape in found])) for name in found[0]}


def rejections(scenario: Scenario, method: Method, effects: TimeEffects, seed: int) -> float:
    """Share of equations in which Anderson and Rubin's test at 10 % finds cross effects."""
    if not scenario.tested or method != "fod":
        return float("nan")
    values = []
    for panels, _ in panels_of(scenario, scenario.tested, seed):
        for panel in panels.reshape(-1, scenario.units, *panels.shape[1:]):
            with warnings.catch_warnings(action="ignore"):
                results = fit(PanelData.from_array(panel, NAMES), specified(method, effects))
            values += [anderson_rubin(results, name).p for name in NAMES]
    return float((np.array(values) < 0.1).mean())


def bootstrap_stars(
    scenario: Scenario, method: Method, effects: TimeEffects, seed: int
) -> dict[str, float]:
    """Stars of least squares at 10 % by the wild bootstrap-t, where every one is chance."""
    stars = np.empty((0, 5, 5), dtype=bool)
    if scenario.name in UNRELATED and method.startswith("within"):
        chunks = panels_of(scenario, scenario.tested, seed)
        panels = np.concatenate([panels for panels, _ in chunks])
        stars = np.array(
            [
                bootstrap_p_values(panel, method, effects) < 0.1
                for panel in panels.reshape(-1, scenario.units, *panels.shape[1:])
            ]
        )
    own = np.eye(5, dtype=bool)
    counts = {"own": stars[:, own].sum(axis=1), "off_diagonal": stars[:, ~own].sum(axis=1)}
    return {
        f"{name}_stars_wild{end}": float(fact(count)) if len(stars) else float("nan")
        for name, count in counts.items()
        for end, fact in (("", np.mean), ("_p95", largest_but_rare))
    }


def bootstrap_p_values(panel: Array, method: Method, effects: TimeEffects) -> Array:
    """P-values (5, 5) of one panel's coefficients, rows = equations."""
    with warnings.catch_warnings(action="ignore"):
        results = fit(PanelData.from_array(panel, NAMES), specified(method, effects))
        return results.bootstrap(WILD_DRAWS, kind="wild").p_values().to_numpy().T


def largest_but_rare(counts: Array) -> float:
    """What 95 % of the counts do not exceed."""
    return float(np.quantile(counts, 0.95, method="higher"))


def error_ratios(found: Estimates) -> Array:
    """Printed standard errors over the median of the estimated ones, by row; (5, 5)."""
    printed = np.abs(table_4("coefficient") / table_4("t_statistic"))
    return np.asarray(printed / np.median(found.errors["row"], axis=0))


def calibrated_spread(replications: int = 1000, seed: int = SEED) -> float:
    """Spread of unit means at which the median of `error_ratios` is one.

    The same random numbers at every spread, so that the ratio is smooth in it.
    """
    scenario = replace(CALIBRATED, replications=replications, draws=0)

    def excess(spread: float) -> float:
        found = run(replace(scenario, effects=spread), "fod", "none", seed)
        return float(np.log(np.median(error_ratios(found))))

    return float(brentq(excess, 1.0, 5.0, xtol=0.01))


def identity_of(scenario: Scenario, method: str, effects: str) -> dict[str, object]:
    """Columns that name a row of the tables."""
    return {
        "scenario": scenario.name,
        "radius": scenario.radius,
        "units": scenario.units,
        "transform": method,
        "time_effects": effects,
        "replications": scenario.replications,
    }


def coefficient_rows(
    scenario: Scenario, method: str, effects: str, found: Estimates
) -> Iterator[dict[str, object]]:
    """One row per coefficient: bias, spread, coverage, share starred."""
    truth = true_slopes(scenario)
    error = found.slopes - truth
    low, middle, high = np.quantile(found.slopes, [0.25, 0.5, 0.75], axis=0)
    covers = {k: np.abs(error) <= Z95 * e for k, e in found.errors.items()}
    starred = {k: np.abs(found.slopes) > Z90 * e for k, e in found.errors.items()}
    for i, equation in enumerate(NAMES):
        for j, regressor in enumerate(NAMES):
            yield identity_of(scenario, method, effects) | {
                "equation": equation,
                "regressor": regressor,
                "truth": truth[i, j],
                "mean_bias": error[:, i, j].mean(),
                "median_bias": middle[i, j] - truth[i, j],
                "interquartile_range": high[i, j] - low[i, j],
                "coverage_clustered": covers["clustered"][:, i, j].mean(),
                "coverage_row": covers["row"][:, i, j].mean(),
                "coverage_bootstrap": mean_or_nan(found.covered[:, i, j]),
                "starred_clustered": starred["clustered"][:, i, j].mean(),
                "starred_row": starred["row"][:, i, j].mean(),
                "wrong_sign": (np.sign(found.slopes[:, i, j]) * np.sign(truth[i, j]) < 0).mean(),
            }


def system_row(
    scenario: Scenario, method: str, effects: str, found: Estimates
) -> dict[str, object]:
    """What the estimated systems look like as a whole."""
    truth, off = true_slopes(scenario), ~np.eye(5, dtype=bool)
    moduli = eigenvalue_moduli(found.slopes)[:, 0]
    low, middle, high = np.quantile(moduli, [0.05, 0.5, 0.95])
    stars = {k: np.abs(found.slopes) > Z90 * e for k, e in found.errors.items()}
    off_stars = {k: v[:, off].sum(axis=1) for k, v in stars.items()}
    own_stars = stars["clustered"][:, ~off].sum(axis=1)
    printed = (np.abs(table_4("stars")) > 0)[off].sum()
    covers = {k: np.abs(found.slopes - truth) <= Z95 * e for k, e in found.errors.items()}
    alike = {k: (v >= printed) & (moduli >= 1.5) for k, v in off_stars.items()}
    by_replication = covers["clustered"].mean(axis=(1, 2))
    ratios = error_ratios(found)
    responses = {
        f"coverage_response_{h}": mean_or_nan(found.responses_covered[:, place])
        for place, h in enumerate(HORIZONS)
    }
    return identity_of(scenario, method, effects) | {
        "true_modulus": eigenvalue_moduli(truth)[0],
        "modulus_p05": low,
        "modulus_median": middle,
        "modulus_p95": high,
        "share_explosive": (moduli >= 1.0).mean(),
        "share_modulus_above_1.5": (moduli >= 1.5).mean(),
        "median_cragg_donald_f": np.median(found.strength),
        "printed_error_ratio": np.median(ratios),
        "printed_error_ratio_low": ratios.min(),
        "printed_error_ratio_high": ratios.max(),
        "own_stars_clustered": own_stars.mean(),
        "off_diagonal_stars_clustered": off_stars["clustered"].mean(),
        "off_diagonal_stars_row": off_stars["row"].mean(),
        "share_with_as_many_stars_clustered": (off_stars["clustered"] >= printed).mean(),
        "share_with_as_many_stars_row": (off_stars["row"] >= printed).mean(),
        "share_like_table_4_clustered": alike["clustered"].mean(),
        "share_like_table_4_row": alike["row"].mean(),
        "coverage_clustered": by_replication.mean(),
        "simulation_error": by_replication.std() / np.sqrt(len(by_replication)),
        "coverage_row": covers["row"].mean(),
        "coverage_bootstrap": mean_or_nan(found.covered),
        **responses,
    }


def mean_or_nan(values: Array) -> float:
    """Mean, or NaN where nothing was computed."""
    return float(values.mean()) if values.size else float("nan")


Task = tuple[Scenario, Method, TimeEffects, int]
Rowed = tuple[list[dict[str, object]], dict[str, object]]
KEYS = ["scenario", "radius", "units", "transform", "time_effects"]


def rows_of_study(task: Task) -> Rowed:
    """Rows of both tables for one truth and estimator."""
    scenario, method, effects, seed = task
    found = run(*task)
    row = system_row(scenario, method, effects, found) | {
        "anderson_rubin_rejected": rejections(*task),
        **bootstrap_stars(*task),
        **shape_of(scenario, seed),
    }
    rows = coefficient_rows(scenario, method, effects, found)
    return [told(r) for r in rows], told(row)


def told(row: dict[str, object]) -> dict[str, object]:
    """The row without what least squares does not have: standard errors by row."""
    least_squares = str(row["transform"]).startswith("within")
    return {k: np.nan if least_squares and k.endswith("_row") else v for k, v in row.items()}


def study(
    scenarios: Sequence[Scenario], seed: int, *, workers: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables by coefficient and by system; more than one worker report what they have done."""
    tasks = [(s, *estimator, seed) for s in scenarios for estimator in ESTIMATORS]
    if workers == 1:
        done = [rows_of_study(task) for task in tasks]
    else:
        with ProcessPoolExecutor(workers) as pool:
            done = list(reported(pool.map(rows_of_study, tasks), len(tasks)))
    return (
        pd.DataFrame([row for rows, _ in done for row in rows]),
        pd.DataFrame([row for _, row in done]),
    )


def reported(found: Iterator[Rowed], total: int) -> Iterator[Rowed]:
    """The same, with a line on each."""
    start = time.perf_counter()
    for count, (rows, row) in enumerate(found, start=1):
        label = " ".join(str(row[key]) for key in KEYS)
        print(f"{count}/{total} {label}: {time.perf_counter() - start:.0f} s", flush=True)
        yield rows, row


def compare(systems: pd.DataFrame, cached: pd.DataFrame) -> list[str]:
    """Shares that differ from the cached ones by more than four standard errors."""
    both = systems.merge(cached, on=KEYS, suffixes=("", "_cached"), validate="one_to_one")
    shares = [str(c) for c in systems if str(c).startswith(("share_", "coverage_"))]
    faults = []
    for row in both.to_dict(orient="records"):
        for column in shares:
            ours, theirs = row[column], row[f"{column}_cached"]
            # Shares over cells of one replication are correlated: count replications only.
            size = 1 / row["replications"] + 1 / row["replications_cached"]
            error = np.sqrt(max(theirs * (1 - theirs), 0.01) * size)
            if abs(ours - theirs) > 4 * error:
                faults.append(f"{[row[k] for k in KEYS]} {column}: {ours:.3f} against {theirs:.3f}")
    return faults


def check(replications: int) -> list[str]:
    """Repeat the 30-unit scenarios with fewer replications and another seed."""
    shorter = [
        replace(s, replications=replications, draws=min(s.draws, 199), tested=0)
        for s in SCENARIOS
        if s.units == 30
    ]
    _, systems = study(shorter, CHECK_SEED)
    return compare(systems, pd.read_csv(FOLDER / "systems.csv"))


def main() -> int:
    """Run and cache the study, or check the cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the cached results")
    parser.add_argument("--replications", type=int, default=200, help="with --check")
    parser.add_argument("--calibrate", action="store_true", help="search for PRINTED_SPREAD")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.calibrate:
        print(f"{calibrated_spread():.2f}")
        return 0
    if options.check:
        faults = check(options.replications)
        print("\n".join(faults) or "cached results confirmed")
        return int(bool(faults))
    coefficients, systems = study(SCENARIOS, SEED, workers=options.workers)
    FOLDER.mkdir(exist_ok=True)
    for name, frame in (("coefficients", coefficients), ("systems", systems)):
        frame.to_csv(FOLDER / f"{name}.csv", index=False, float_format="%.5g", lineterminator="\n")
    print(systems.T.to_string())
    return 0


if __name__ == "__main__":
    sys.exit(main())
