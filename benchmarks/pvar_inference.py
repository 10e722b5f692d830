"""Do the intervals cover and the tests keep their size? A simulation study of the panel VAR.

`python benchmarks/pvar_inference.py --folder DIR` estimates simulated panels of 13 periods with
every estimator and every standard error, prints two tables in Markdown and saves them as CSV:

intervals
    By truth, estimator and kind of interval: share of nominal 95 % intervals that hold the true
    lag coefficient (mean over coefficients) and its Monte Carlo error; the standard error over
    the true spread; and, by estimator, root mean squared and median absolute error, median bias
    and share of systems that are not stable.
tests
    Share of p-values below .05 of tests whose null is true, and of the two rules that warn of
    weak instruments.

Truths are stationary. Five variables: the paper's table 4 scaled to a largest eigenvalue of .8,
with the innovations that its standard errors suggest, as in `pvar_truths`; two variables:
eigenvalues .4 and .7. Unit means vary as much as the process (instruments are strong) or four
times as much (weak). Errors are normal, their size the same for all units or lognormal.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from pvar_truths import Scenario, innovation_sizes, true_slopes
from scipy.linalg import solve_discrete_lyapunov
from scipy.special import chdtrc, fdtrc, ndtri, stdtrit

from pvar import (
    PanelData,
    PanelVARError,
    PanelVARResults,
    Specification,
    anderson_rubin,
    difference_in_hansen,
    fit,
    serial_correlation_tests,
)
from pvar.linalg import Array

PERIODS, BLOCK = 13, 25
SEED = 20260115
DRAWS = 199
PAIR = np.array([[0.5, 0.1], [0.2, 0.6]])


@dataclass(frozen=True)
class Truth:
    """A process at one size.

    Attributes
    ----------
    variables, units : int
    effects : float
        Spread of the unit means, in stationary standard deviations.
    unequal : bool
        Whether units differ in size: standard deviations are lognormal (.7).
    replications : int
    """

    variables: int
    units: int
    effects: float
    unequal: bool
    replications: int

    @property
    def slopes(self) -> Array:
        """Lag coefficients, rows = equations."""
        return PAIR if self.variables == 2 else true_slopes(Scenario("near-table-4", 0.8))

    @property
    def sizes(self) -> Array:
        """Standard deviations of the innovations."""
        return np.ones(2) if self.variables == 2 else innovation_sizes()

    @property
    def identity(self) -> dict[str, object]:
        """Columns that name the truth."""
        instruments = "strong" if self.effects == 1.0 else "weak"
        kind = {"instruments": instruments, "sizes": "unequal" if self.unequal else "alike"}
        return {"variables": self.variables, "units": self.units} | kind

    def panel(self, rng: np.random.Generator) -> PanelData:
        """One sample."""
        slopes, shape = self.slopes, (self.units, self.variables)
        scale = np.exp(0.7 * rng.standard_normal((self.units, 1))) if self.unequal else 1.0
        stationary = solve_discrete_lyapunov(slopes, np.diag(self.sizes**2))
        spread = scale * np.sqrt(np.diagonal(stationary))
        mean = self.effects * spread * rng.standard_normal(shape)
        deviation = scale * (rng.standard_normal(shape) @ np.linalg.cholesky(stationary).T)
        cube = np.empty((self.units, PERIODS, self.variables))
        for t in range(PERIODS):
            cube[:, t] = mean + deviation
            shock = scale * self.sizes * rng.standard_normal(shape)
            deviation = deviation @ slopes.T + shock
        return PanelData.from_array(cube)


def truths(share: float = 1.0) -> tuple[Truth, ...]:
    """Every process at every size; `share` of the replications."""
    kinds = [(2, 1.0, False), (2, 4.0, False), (5, 1.0, False), (5, 4.0, False), (2, 1.0, True)]
    return tuple(
        Truth(*kind[:1], units, *kind[1:], max(BLOCK, int(share * replications)))
        for units, replications in ((30, 800), (300, 200))
        for kind in kinds
    )


# --- estimators -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimator:
    """A way to estimate, and the standard errors and bootstraps to judge.

    `depth` is a number of lag distances, "all", or None for the automatic one.
    """

    label: str
    options: Mapping[str, object]
    steps: str
    covariances: tuple[str, ...]
    bootstraps: tuple[tuple[str, str], ...] = ()

    def results(self, data: PanelData, covariance: str) -> PanelVARResults:
        """The estimate."""
        specification = Specification(data.variables, **self.options)  # type: ignore[arg-type]
        return fit(data, specification, steps=self.steps, covariance=covariance)  # type: ignore[arg-type]


DRAWN = (("pairs", "percentile"), ("wild", "bootstrap-t"))
ONE = ("clustered", "robust", "driscoll-kraay")
TWO = ("windmeijer", "clustered", "unadjusted")
LEAST = {"transform": "within", "depth": "just"}
ESTIMATORS: tuple[Estimator, ...] = (
    Estimator("FOD just", {"depth": "just"}, "one", ONE, DRAWN),
    Estimator("FD just", {"depth": "just", "transform": "fd"}, "one", ("clustered",)),
    Estimator("FOD 3, one step", {}, "one", ("clustered",), DRAWN),  # 3 is the automatic depth
    Estimator("FOD 3, two steps", {}, "two", TWO, DRAWN),
    Estimator("FOD all, one step", {"depth": "all"}, "one", ("clustered",)),
    Estimator("FOD all, two steps", {"depth": "all"}, "two", TWO),
    Estimator("system, one step", {"system": True, "depth": "just"}, "one", ("clustered",)),
    Estimator("system, two steps", {"system": True, "depth": "just"}, "two", TWO),
    Estimator("least squares", LEAST, "one", ONE),
    Estimator("half-panel jackknife", LEAST | {"correction": "half-panel-jackknife"}, "one", ONE),
    Estimator("Hahn-Kuersteiner", LEAST | {"correction": "hahn-kuersteiner"}, "one", ONE),
)


@dataclass
class Found:
    """What one estimator gave over replications.

    Attributes
    ----------
    slopes : list of array (m, m)
    errors : dict of list of array (m, m)
        Standard errors by kind.
    covered : dict of list of array (m, m)
        Whether an interval that is no multiple of a standard error holds the truth.
    p : dict of list of float
        By test.
    """

    slopes: list[Array] = field(default_factory=list)
    errors: dict[str, list[Array]] = field(default_factory=dict)
    covered: dict[str, list[Array]] = field(default_factory=dict)
    p: dict[str, list[float]] = field(default_factory=dict)

    def extend(self, other: Found) -> None:
        """Add the replications of another block."""
        self.slopes += other.slopes
        for name in ("errors", "covered", "p"):
            ours, theirs = getattr(self, name), getattr(other, name)
            for key, values in theirs.items():
                ours.setdefault(key, []).extend(values)


def replicate(truth: Truth, estimator: Estimator, data: PanelData, found: Found, seed: int) -> None:
    """One sample: estimates, standard errors, intervals and p-values."""
    m, fitted = truth.variables, [estimator.results(data, c) for c in estimator.covariances]
    found.slopes.append(fitted[0].coefficients[:, :m])
    for name, results in zip(estimator.covariances, fitted, strict=True):
        found.errors.setdefault(name, []).append(results.standard_errors[:, :m])
    for test, p in p_values(truth, fitted[0]):
        found.p.setdefault(test, []).append(p)
    for kind, method in estimator.bootstraps:
        draws = fitted[0].bootstrap(DRAWS, seed=seed, kind=kind)  # type: ignore[arg-type]
        low, high = draws.intervals(method=method)  # type: ignore[arg-type]
        inside = (low[:, :m] <= truth.slopes) & (truth.slopes <= high[:, :m])
        found.covered.setdefault(f"{kind}, {method}", []).append(inside.astype(np.float64))


def p_values(truth: Truth, results: PanelVARResults) -> Iterator[tuple[str, float]]:
    """Tests whose null is true, in the first equation, and the two rules on instruments.

    A rule counts as 0 where it warns. Tests of moments alone are those of the one-step estimate.
    """
    statistic, df = wald(results, truth.slopes)
    yield "Wald, cross effects", float(chdtrc(df, statistic))
    yield "Wald, cross effects, F(df, N - 1)", float(fdtrc(df, truth.units - 1, statistic / df))
    serial = serial_correlation_tests(results)["p"]
    yield "serial correlation, order 2", float(serial[results.variables[0], 2])
    if results.steps == "one":
        yield from moment_p_values(truth, results)


def wald(results: PanelVARResults, truth: Array) -> tuple[float, int]:
    """Statistic and df of "the cross effects on the first variable are the true ones"."""
    others = list(range(1, len(truth)))
    gap = results.coefficients[0, others] - truth[0, others]
    variance = results.covariance[np.ix_(others, others)]
    return float(gap @ np.linalg.solve(variance, gap)), len(others)


def moment_p_values(truth: Truth, results: PanelVARResults) -> Iterator[tuple[str, float]]:
    """Tests that depend on the moments, not on how they are weighted."""
    if results.n_instruments < results.n_units and results.specification.transform != "within":
        test = anderson_rubin(results, "y1", value=truth.slopes[0, 1:])
        yield "Anderson-Rubin, concentrated", test.p
        yield "Anderson-Rubin, projection", test.projection_p
        limits = chdtrc([test.df, test.projection_df], test.statistic)
        yield "Anderson-Rubin, concentrated, chi-squared", float(limits[0])
        yield "Anderson-Rubin, projection, chi-squared", float(limits[1])
    weak = results.weak_identification
    if weak is not None and weak.rank is not None:
        yield "warns: rank test", float(weak.rank.identified)
        yield "warns: F < 10", float(weak.cragg_donald_f >= 10.0)
    if np.isfinite(results.hansen.p):
        yield "Hansen J", results.hansen.p
        for group, p in difference_in_hansen(results)["p"].items():
            yield f"difference in Hansen, {group}", p


def run_block(task: tuple[Truth, int, int, int]) -> dict[str, Found]:
    """Replications `start` .. `start + count - 1` of a truth with every estimator that exists."""
    truth, seed, start, count = task
    found: dict[str, Found] = {estimator.label: Found() for estimator in ESTIMATORS}
    kind = int(truth.effects), int(truth.unequal)
    key = [seed, truth.variables, truth.units, *kind, start]
    rng = np.random.default_rng(key)
    missing = set()
    with warnings.catch_warnings(action="ignore"):
        for replication in range(count):
            data = truth.panel(rng)
            for estimator in ESTIMATORS:
                if estimator.label in missing:
                    continue
                try:
                    replicate(truth, estimator, data, found[estimator.label], replication)
                except PanelVARError:  # more moments than units: for no sample
                    missing.add(estimator.label)
    return {label: part for label, part in found.items() if label not in missing}


# --- tables -----------------------------------------------------------------------------------


def mean_and_error(values: Array) -> tuple[float, float]:
    """Mean over replications (first axis) and cells, with its Monte Carlo standard error."""
    flat = values.reshape(len(values), -1).mean(axis=1)
    return float(flat.mean()), float(flat.std(ddof=1) / np.sqrt(len(flat)))


def interval_rows(truth: Truth, label: str, found: Found) -> Iterator[dict[str, object]]:
    """Rows of the table of intervals."""
    slopes = np.array(found.slopes)
    gap, spread = slopes - truth.slopes, slopes.std(axis=0, ddof=1)
    moduli = np.abs(np.linalg.eigvals(slopes)).max(axis=1)
    accuracy = {
        "rmse": np.sqrt((gap**2).mean()),
        "median_error": np.median(np.abs(gap), axis=0).mean(),
        "median_bias": np.abs(np.median(gap, axis=0)).mean(),
        "unstable": (moduli >= 1.0).mean(),
    }
    head = truth.identity | {"estimator": label, "replications": len(slopes)}
    for kind, values in found.errors.items():
        errors = np.array(values)
        t = stdtrit(truth.units - 1, 0.975)
        for name, critical in ((kind, ndtri(0.975)), (f"{kind}, t(N - 1)", t)):
            cover, error = mean_and_error((np.abs(gap) <= critical * errors).astype(np.float64))
            ratio = float((np.median(errors, axis=0) / spread).mean())
            judged = {"interval": name, "coverage": cover, "mc_error": error, "se_ratio": ratio}
            yield head | judged | accuracy
    for kind, inside in found.covered.items():
        cover, error = mean_and_error(np.array(inside))
        yield head | {"interval": kind, "coverage": cover, "mc_error": error} | accuracy


def test_rows(truth: Truth, label: str, found: Found) -> Iterator[dict[str, object]]:
    """Rows of the table of tests."""
    head = truth.identity | {"estimator": label, "replications": len(found.slopes)}
    for test, values in found.p.items():
        share, error = mean_and_error((np.array(values) < 0.05).astype(np.float64))
        yield head | {"test": test, "rejected": share, "mc_error": error}


def study(
    chosen: Sequence[Truth], seed: int, *, workers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables."""
    tasks = [
        (truth, seed, start, min(BLOCK, truth.replications - start))
        for truth in chosen
        for start in range(0, truth.replications, BLOCK)
    ]
    merged: dict[tuple[Truth, str], Found] = {}
    with ProcessPoolExecutor(max_workers=workers or os.cpu_count()) as pool:
        for task, parts in zip(tasks, pool.map(run_block, tasks), strict=True):
            for label, part in parts.items():
                merged.setdefault((task[0], label), Found()).extend(part)
    keyed = merged.items()
    intervals = [
        row for (truth, label), found in keyed for row in interval_rows(truth, label, found)
    ]
    tests = [row for (truth, label), found in keyed for row in test_rows(truth, label, found)]
    return pd.DataFrame(intervals), pd.DataFrame(tests)


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown, three digits."""
    cells = frame.map(lambda v: f"{v:.3f}" if isinstance(v, float) else str(v))
    lines = ["| " + " | ".join(row) + " |" for row in [list(cells), *cells.to_numpy().tolist()]]
    return "\n".join([lines[0], "|" + "---|" * len(cells.columns), *lines[1:]])


def main() -> int:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the tables are saved")
    parser.add_argument("--share", type=float, default=1.0, help="of the replications")
    parser.add_argument("--workers", type=int)
    options = parser.parse_args()
    start = time.perf_counter()
    tables = study(truths(options.share), SEED, workers=options.workers)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(("intervals", "tests"), tables, strict=True):
        frame.to_csv(options.folder / f"{name}.csv", index=False, float_format="%.5g")
        (options.folder / f"{name}.md").write_text(markdown(frame) + "\n", encoding="utf-8")
        print(markdown(frame), end="\n\n")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
