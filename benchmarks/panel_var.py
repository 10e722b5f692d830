"""How long a panel VAR takes, and how that grows: `python benchmarks/panel_var.py`.

T = 13 periods, K = 5 variables, one lag, forward orthogonal deviations, just-identified,
standard errors clustered by unit; then a bootstrap of units with bands for the orthogonal
responses. The clock starts with a long data frame and stops with results. Each N runs in a
process of its own, whose peak memory includes Python, pandas and the data.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pvar import PanelVARResults, PanelVARWarning, panel_var
from pvar.linalg import Array

PERIODS, VARIABLES = 13, ["y1", "y2", "y3", "y4", "y5"]
UNITS = (30, 300, 10_000, 1_000_000)
REPEATS = {30: 200, 300: 50, 10_000: 9, 1_000_000: 3}
REFERENCE = (
    "R's panelvar 0.5.6 on such a panel of 30 units, as measured for this project's "
    "reference answers: 1.7 s for one fit, 14 minutes for 500 bootstrap draws."
)


def simulated(n_units: int) -> pd.DataFrame:
    """A stable VAR(1) with unit effects, in long form; synthetic."""
    rng = np.random.default_rng(13)
    slopes = 0.4 * np.eye(5) + 0.05 * rng.uniform(-1, 1, size=(5, 5))
    cube = np.empty((n_units, PERIODS, 5))
    effects = rng.normal(size=(n_units, 5))
    y = effects / 0.6
    for t in range(-10, PERIODS):
        y = effects + y @ slopes.T + rng.normal(size=(n_units, 5))
        if t >= 0:
            cube[:, t] = y
    frame = pd.DataFrame(cube.reshape(-1, 5), columns=VARIABLES)
    frame["id"] = np.repeat(np.arange(n_units, dtype=np.int32), PERIODS)
    frame["year"] = np.tile(np.arange(2010, 2010 + PERIODS, dtype=np.int16), n_units)
    return frame


def seconds(task: Callable[[], object], repeats: int) -> float:
    """Shortest of several runs, which is what other work on the machine disturbs least."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def by_loop(cube: Array) -> Array:
    """The same coefficients as one would write them with a loop over units."""
    zx, zy = np.zeros((5, 5)), np.zeros((5, 5))
    for unit in cube:
        y, x = unit[1:], unit[:-1]
        for t in range(len(y) - 1):
            later = len(y) - 1 - t
            c = np.sqrt(later / (later + 1.0))
            zx += np.outer(x[t], c * (x[t] - x[t + 1 :].mean(axis=0)))
            zy += np.outer(x[t], c * (y[t] - y[t + 1 :].mean(axis=0)))
    return np.asarray(np.linalg.solve(zx, zy).T, dtype=np.float64)


def estimated(frame: pd.DataFrame) -> PanelVARResults:
    """Coefficients, clustered errors, tests and warnings from the long frame."""
    return panel_var(frame, VARIABLES, unit="id", time="year", depth="just", steps="one")


def measure(n_units: int, draws: int, loop: bool) -> dict[str, float]:
    """Seconds and peak memory at one N."""
    warnings.simplefilter("ignore", PanelVARWarning)
    frame, repeats = simulated(n_units), REPEATS.get(n_units, 1)
    fit = seconds(lambda: estimated(frame), repeats)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    results = estimated(frame)
    row = {"units": n_units, "fit": fit, "memory": memory}
    row["bootstrap"] = seconds(lambda: results.bootstrap(draws, seed=1).bands(), repeats)
    row["memory_bootstrap"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if loop and n_units <= 10_000:
        cube = frame[VARIABLES].to_numpy().reshape(n_units, PERIODS, 5)
        np.testing.assert_allclose(by_loop(cube), results.coefficients, rtol=1e-8)
        row["loop"] = seconds(lambda: by_loop(cube), 3 if n_units < 1000 else 1)
    return row


def in_child(n_units: int, draws: int) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, str(Path(__file__)), "--one", str(n_units), "--draws", str(draws)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(finished.stdout))


def exponent(rows: list[dict[str, float]], key: str) -> float:
    """Slope of log seconds on log units between the two largest N."""
    a, b = rows[-2], rows[-1]
    return float(np.log(b[key] / a[key]) / np.log(b["units"] / a["units"]))


def report(rows: list[dict[str, float]], draws: int) -> None:
    """Print the table."""
    load, processors = os.getloadavg()[0], os.cpu_count()
    print(f"{processors} processors, load {load:.1f}; shortest of several runs, wall clock")
    head = f"{'units':>9} {'fit, s':>9} {f'{draws} draws, s':>14} {'fit GB':>7} {'all GB':>7}"
    print(f"{head} {'loop fit, s':>12} {'times':>7}")
    for row in rows:
        loop = row.get("loop")
        faster = f"{loop:>12.4f} {loop / row['fit']:>7.0f}" if loop else f"{'-':>12} {'-':>7}"
        print(
            f"{row['units']:>9,.0f} {row['fit']:>9.4f} {row['bootstrap']:>14.4f}"
            f" {row['memory']:>7.2f} {row['memory_bootstrap']:>7.2f} {faster}"
        )
    if len(rows) > 1:
        print(
            f"growth exponent between the two largest: fit {exponent(rows, 'fit'):.2f},"
            f" bootstrap {exponent(rows, 'bootstrap'):.2f}"
        )
    print("loop: the same coefficients, without standard errors, by a loop over units in numpy.")
    print(REFERENCE)


def main() -> None:
    """Run all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=list(UNITS))
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.draws, loop=True)))
    else:
        report([in_child(n, options.draws) for n in sorted(options.units)], options.draws)


if __name__ == "__main__":
    main()
