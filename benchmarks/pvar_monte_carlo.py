"""How far can a 30 x 13 x 5 panel VAR be trusted? A Monte Carlo study with cached results.

`python benchmarks/pvar_monte_carlo.py` writes data/monte_carlo/*.csv; with `--check` it
repeats part of the study with another seed and compares within simulation error.

Truths are in `pvar_truths`.

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
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from pvar_blocks import HORIZONS, Estimates, Method, run, specified
from pvar_truths import NAMES, SCENARIOS, Scenario, single_panels, table_4, true_slopes
from scipy.optimize import brentq
from scipy.special import ndtri

from pvar import PanelData, anderson_rubin, fit
from pvar.design import TimeEffects
from pvar.linalg import Array
from pvar.responses import eigenvalue_moduli
from synergy.dictionary import DATA_DIR
from synergy.simulation import UNRELATED, panel_shape

FOLDER = DATA_DIR / "monte_carlo"
SEED, CHECK_SEED = 20250815, 20250816
Z95, Z90 = float(ndtri(0.975)), float(ndtri(0.95))
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


@cache
def shape_of(scenario: Scenario, seed: int) -> dict[str, float]:
    """How far apart units are and how they trend: medians over replications and variables."""
    panels = single_panels(scenario, min(SHAPED, scenario.replications), seed)
    found = [panel_shape(panel) for panel in panels]
    return {name: float(np.median([shape[name] for shape in found])) for name in found[0]}


def rejections(scenario: Scenario, method: Method, effects: TimeEffects, seed: int) -> float:
    """Share of equations in which Anderson and Rubin's test at 10 % finds cross effects."""
    if not scenario.tested or method != "fod":
        return float("nan")
    values = []
    for panel in single_panels(scenario, scenario.tested, seed):
        with warnings.catch_warnings(action="ignore"):
            results = fit(PanelData.from_array(panel, NAMES), specified(method, effects))
        values += [anderson_rubin(results, name).p for name in NAMES]
    return float((np.array(values) < 0.1).mean())


def bootstrap_stars(
    scenario: Scenario, method: Method, effects: TimeEffects, seed: int
) -> dict[str, float]:
    """Stars of least squares at 10 % by the wild bootstrap-t, where every one is chance."""
    wanted = scenario.name in UNRELATED and method.startswith("within")
    panels = single_panels(scenario, scenario.tested if wanted else 0, seed)
    stars = [bootstrap_p_values(panel, method, effects) < 0.1 for panel in panels]
    own = np.eye(5, dtype=bool)
    return {
        f"{name}_stars_wild{end}": float(fact([star[kind].sum() for star in stars]))
        if stars
        else float("nan")
        for name, kind in (("own", own), ("off_diagonal", ~own))
        for end, fact in (("", np.mean), ("_p95", largest_but_rare))
    }


def bootstrap_p_values(panel: Array, method: Method, effects: TimeEffects) -> Array:
    """P-values (5, 5) of one panel's coefficients, rows = equations."""
    with warnings.catch_warnings(action="ignore"):
        results = fit(PanelData.from_array(panel, NAMES), specified(method, effects))
        return results.bootstrap(WILD_DRAWS, kind="wild").p_values().to_numpy().T


def largest_but_rare(counts: Sequence[int]) -> float:
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
