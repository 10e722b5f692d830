"""Do intervals and bands from draws cover? What the choices in `pvar.bootstrap` rest on.

`python benchmarks/pvar_draws.py` prints three tables in Markdown, each a share of nominal 95 %
intervals or bands that hold the truth, over simulated panels of two variables and 10 periods:

few units
    One step, just-identified: clustered errors with normal and t(N - 1) points, both intervals of
    the pairs bootstrap, and percentile interval and bootstrap-t of the wild one.
two steps
    16 moments and fewer and fewer units, pairs draws: the weight kept as it is; the same with
    moments recentred (Hall and Horowitz 1996); kept and linearised, which `pvar` does;
    estimated again, and the share of draws in which that is impossible.
paths
    Orthogonal responses to horizon 10: pointwise bands, and sup-t bands over the horizons of
    a pair and over all pairs.

Shocks are normal, their size the same for all units or lognormal (.7). Truths and seeds are in
this file; Monte Carlo errors are about .01 at 400 replications of four coefficients.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from pvar import PanelData, PanelVARResults, PanelVARWarning, Specification, fit
from pvar.bands import interval
from pvar.gmm import scores_of
from pvar.linalg import Array
from pvar.reestimation import estimator_of
from pvar.resampling import draw_blocks, group_parts, weights
from pvar.responses import impulse_responses

SLOPES = np.array([[0.3, 0.1], [0.1, 0.2]])
PERIODS, BURN, DRAWS, SEED = 10, 30, 399, 20260220
Z = float(ndtri(0.975))


def panel(units: int, unequal: bool, replication: int) -> PanelData:
    """A stationary VAR(1) with unit effects; units' shocks of one size or of many."""
    rng = np.random.default_rng([SEED, units, unequal, replication])
    y = np.zeros((units, BURN + PERIODS, 2))
    effects = 0.5 * rng.normal(size=(units, 2))
    size = np.exp(0.7 * rng.normal(size=(units, 1))) if unequal else np.ones((units, 1))
    for t in range(1, y.shape[1]):
        y[:, t] = effects + y[:, t - 1] @ SLOPES.T + size * rng.normal(size=(units, 2))
    return PanelData.from_array(y[:, BURN:])


def holds(bounds: tuple[Array, Array]) -> float:
    """Share of the coefficients whose truth lies within bounds."""
    low, high = bounds
    return float(((low <= SLOPES) & (high >= SLOPES)).mean())


def around(results: PanelVARResults, reach: float) -> tuple[Array, Array]:
    """The estimate -+ so many standard errors."""
    half = reach * results.standard_errors
    return results.coefficients - half, results.coefficients + half


def few_units(units: int, unequal: bool, replication: int) -> dict[str, float]:
    """Which intervals of one panel hold."""
    data = panel(units, unequal, replication)
    results = fit(data, Specification(data.variables, depth="just"))
    pairs = results.bootstrap(DRAWS, seed=replication)
    wild = results.bootstrap(DRAWS, seed=replication, kind="wild")
    return {
        "normal": holds(around(results, Z)),
        "t(N - 1)": holds(around(results, float(stdtrit(units - 1, 0.975)))),
        "pairs percentile": holds(pairs.intervals()),
        "pairs bias-corrected": holds(pairs.intervals(method="bias-corrected")),
        "wild percentile": holds(wild.intervals()),
        "wild bootstrap-t": holds(wild.intervals(method="bootstrap-t")),
    }


def two_steps(units: int, unequal: bool, replication: int) -> dict[str, float]:
    """Which intervals of one over-identified panel hold, by what happens to the weight."""
    data = panel(units, unequal, replication)
    results = fit(data, Specification(data.variables, depth=4), steps="two")
    estimator, point = estimator_of(results), results.coefficients
    assert estimator.second is not None
    (parts,) = group_parts(estimator)
    blocks = draw_blocks(DRAWS, replication)
    times = np.concatenate([next(weights("pairs", block, [units])) for block in blocks])
    sums = [np.tensordot(times, part, 1) for part in parts]
    recentred = sums[0].copy()
    recentred[:, :, 2:] -= scores_of(results.moments.cross[None], point).reshape(2, -1).T
    again = estimated_again(results, times, sums[0], estimator.one_step(sums[0], sums[4]))
    kept = ~np.isnan(again).any(axis=(1, 2))
    enough = kept.sum() > DRAWS // 10
    return {
        "Windmeijer, normal": holds(around(results, Z)),
        "weight kept": percentile(estimator.second.with_kept_weight(sums[0]), point),
        "kept, recentred": percentile(estimator.second.with_kept_weight(recentred), point),
        "kept, linearised": percentile(estimator.coefficients(*sums), point),
        "estimated again": percentile(again[kept], point) if enough else np.nan,
        "impossible": 1.0 - kept.mean(),
    }


def percentile(draws: Array, point: Array) -> float:
    """`holds` of the percentile interval."""
    return holds(interval(draws, point, 0.95, "percentile"))


def estimated_again(results: PanelVARResults, times: Array, cross: Array, first: Array) -> Array:
    """Two steps in every draw with its own weight; NaN with fewer distinct units than moments."""
    unit, found = results.moments.unit_cross, np.full_like(first, np.nan)
    assert unit is not None
    for d, count in enumerate(times):
        if (count > 0).sum() < results.n_moments:
            continue
        scores = scores_of(unit, first[d])
        slopes = np.kron(np.eye(2), cross[d][:, :2])
        weighted = np.linalg.solve((scores * count[:, None]).T @ scores, slopes)
        target = weighted.T @ cross[d][:, 2:].T.ravel()
        found[d] = np.linalg.solve(weighted.T @ slopes, target).reshape(2, 2)
    return found


def paths(units: int, unequal: bool, replication: int) -> dict[str, float]:
    """Which bands of one panel hold whole paths."""
    data = panel(units, unequal, replication)
    draws = fit(data, Specification(data.variables, depth="just")).bootstrap(DRAWS)
    size = np.exp(2 * 0.7**2) if unequal else 1.0
    truth = impulse_responses(SLOPES, size * np.eye(2), horizon=10)
    pointwise, path, everything = (
        (bands.lower - 1e-12 <= truth) & (truth <= bands.upper + 1e-12)
        for bands in (
            draws.bands(),
            draws.bands(method="sup-t"),
            draws.bands(method="sup-t", over="all"),
        )
    )
    return {
        "pointwise, at a horizon": float(pointwise.mean()),
        "pointwise, path": float(pointwise.all(axis=0).mean()),
        "sup-t, path": float(path.all(axis=0).mean()),
        "sup-t over all, all paths": float(everything.all()),
    }


Study = Callable[[int, bool, int], dict[str, float]]
STUDIES: dict[str, tuple[Study, tuple[int, ...]]] = {
    "few units": (few_units, (10, 12, 20, 30)),
    "two steps": (two_steps, (100, 54, 30, 20, 17)),
    "paths": (paths, (30, 100, 300)),
}


def rows(study: Study, sizes: tuple[int, ...], replications: int) -> Iterator[dict[str, object]]:
    """Shares by kind of shocks and number of units."""
    for unequal in (False, True):
        for units in sizes:
            found = pd.DataFrame([study(units, unequal, r) for r in range(replications)])
            shares = {str(name): round(float(found[name].mean()), 3) for name in found}
            yield {"shocks": "unequal" if unequal else "equal", "units": units, **shares}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replications", type=int, default=400)
    options = parser.parse_args()
    warnings.simplefilter("ignore", PanelVARWarning)
    for name, (study, sizes) in STUDIES.items():
        table = pd.DataFrame(list(rows(study, sizes, options.replications)))
        columns = [str(name) for name in table]
        print(f"\n{name}, {options.replications} replications, {DRAWS} draws\n")
        print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
        for row in table.itertuples(index=False):
            print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


if __name__ == "__main__":
    main()
