"""The cached Monte Carlo study is what its program says, and still holds."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from pvar import PanelData, fit

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def benchmark(name: str) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def study() -> ModuleType:
    return benchmark("pvar_monte_carlo")


@pytest.fixture(scope="module")
def truths() -> ModuleType:
    return benchmark("pvar_truths")


@pytest.fixture(scope="module")
def blocks() -> ModuleType:
    return benchmark("pvar_blocks")


def test_truths_are_stable_and_near_the_table(truths: ModuleType) -> None:
    for scenario in truths.SCENARIOS:
        slopes = truths.true_slopes(scenario)
        assert np.abs(np.linalg.eigvals(slopes)).max() == pytest.approx(scenario.radius)
    ratio = truths.true_slopes(truths.SCENARIOS[0]) / truths.table_4("coefficient")
    np.testing.assert_allclose(ratio, 0.8 / 1.5119148, rtol=1e-6)


def test_simulated_panels_follow_their_process(truths: ModuleType) -> None:
    scenario = truths.Scenario("near-table-4", 0.8)
    y = truths.simulate(scenario, 400, np.random.default_rng(0))
    assert y.shape == (12_000, 13, 5)
    change, lag = np.diff(y, axis=1)[:, 1:], np.diff(y, axis=1)[:, :-1]
    shocks = change - lag @ truths.true_slopes(scenario).T  # e_t - e_{t-1}
    variance = np.var(shocks, axis=(0, 1)) / 2
    np.testing.assert_allclose(variance, truths.innovation_sizes() ** 2, rtol=0.03)
    np.testing.assert_allclose(y[:, 0].var(axis=0), y[:, -1].var(axis=0), rtol=0.06)


METHODS = ["fod", "pvar2", "pvar2-asymmetric", "within", "within-jackknife"]


@pytest.mark.parametrize("transform", METHODS)
@pytest.mark.parametrize("effects", ["none", "demean"])
def test_block_estimates_are_the_library_s(
    truths: ModuleType, blocks: ModuleType, transform: str, effects: str
) -> None:
    scenario, rng = replace(truths.SCENARIOS[0], draws=0), np.random.default_rng(1)
    panels = truths.simulate(scenario, 3, rng)
    block = blocks.estimate_block(scenario, transform, effects, panels, rng)
    data = PanelData.from_array(panels[30:60], truths.NAMES)
    least_squares = transform.startswith("within")
    kinds = [("clustered", "clustered"), ("row", "robust")]
    for ours, name in kinds[:1] if least_squares else kinds:
        results = fit(data, blocks.specified(transform, effects), covariance=name)
        np.testing.assert_allclose(block.slopes[1], results.coefficients, rtol=1e-8)
        np.testing.assert_allclose(block.errors[ours][1], results.standard_errors, rtol=1e-8)
    if results.weak_identification is not None:
        assert block.strength[1] == pytest.approx(results.weak_identification.cragg_donald_f)


def test_cached_results_hold_for_another_seed(study: ModuleType) -> None:
    cached = pd.read_csv(study.FOLDER / "systems.csv")
    shorter = [
        replace(s, replications=100, draws=0, tested=0) for s in study.SCENARIOS if s.units == 30
    ]
    _, systems = study.study(shorter, study.CHECK_SEED)
    assert study.compare(systems, cached) == []
    wrong = cached.assign(share_explosive=0.5)
    assert len(study.compare(systems, wrong)) > 10


def test_printed_precision_is_found_by_search(study: ModuleType) -> None:
    """The spread of unit means in the table is where simulated errors are the printed ones."""
    spread = study.CALIBRATED.effects
    assert study.calibrated_spread(300, 7) == pytest.approx(spread, abs=0.15)
    cached = pd.read_csv(study.FOLDER / "systems.csv").query("transform == 'fod'")
    ratio = cached.set_index(["scenario", "time_effects"])["printed_error_ratio"]
    assert ratio["printed-precision", "none"] == pytest.approx(1.0, abs=0.05)
    assert (ratio["near-table-4", "none"] > 1.5).all()


def test_error_ratios_are_of_printed_errors(study: ModuleType, blocks: ModuleType) -> None:
    printed = np.abs(study.table_4("coefficient") / study.table_4("t_statistic"))
    errors = {"row": np.stack([printed, 2.0 * printed, 4.0 * printed])}
    nothing = np.empty(0)
    found = blocks.Estimates(nothing, errors, nothing, nothing, nothing)
    assert np.allclose(study.error_ratios(found), 0.5)


def test_trends_of_units_go_with_their_means_as_asked(truths: ModuleType) -> None:
    base = truths.Scenario("no-cross-effects", 0.0, effects=50.0, growth=100.0, own_growth=0.5)
    for related in (0.0, 0.5, 1.0):
        scenario = replace(base, related=related)
        y = truths.simulate(scenario, 200, np.random.default_rng(2))
        change, mean = y[:, -1] - y[:, 0], y[:, 0]
        correlation = [np.corrcoef(change[:, k], mean[:, k])[0, 1] for k in range(5)]
        assert np.allclose(correlation, related, atol=0.05)


def test_workers_and_one_process_give_the_same_study(study: ModuleType) -> None:
    few = [replace(s, replications=3, draws=0, tested=0) for s in study.SCENARIOS[:2]]
    for one, two in zip(study.study(few, 1), study.study(few, 1, workers=2), strict=True):
        pd.testing.assert_frame_equal(one, two)


def test_false_arrows_are_counted_by_the_wild_bootstrap(study: ModuleType) -> None:
    trends = next(s for s in study.SCENARIOS if s.name == "trends-alone")
    facts = study.bootstrap_stars(replace(trends, tested=3), "within", "none", 1)
    assert 4.0 <= facts["own_stars_wild"] <= facts["own_stars_wild_p95"] <= 5.0
    assert facts["off_diagonal_stars_wild"] > 5.0
    gmm = study.bootstrap_stars(trends, "fod", "none", 1)
    assert all(np.isnan(value) for value in gmm.values())


def test_joint_tests_find_effects_and_keep_still_without(study: ModuleType) -> None:
    real, none = (replace(study.SCENARIOS[k], tested=10) for k in (0, 3))
    assert study.rejections(real, "fod", "none", 1) > 0.5
    assert study.rejections(none, "fod", "none", 1) < 0.2
    assert np.isnan(study.rejections(real, "within", "none", 1))


def test_cached_tables_cover_the_whole_study(study: ModuleType) -> None:
    systems = pd.read_csv(study.FOLDER / "systems.csv")
    coefficients = pd.read_csv(study.FOLDER / "coefficients.csv")
    size = len(study.SCENARIOS) * len(study.ESTIMATORS)
    assert (len(systems), len(coefficients)) == (size, 25 * size)
    main = systems.query("units == 30")
    assert (systems["replications"] >= 2000).all()
    rows = main.groupby("transform")[["coverage_row", "median_cragg_donald_f"]].count()
    assert ((rows == 0).all(axis=1) == rows.index.str.startswith("within")).all()
    assert (
        main.query("scenario == 'near-table-4' and radius == 0.8 and anderson_rubin_rejected > 0")[
            ["coverage_clustered", "coverage_bootstrap", "coverage_response_10"]
        ]
        .notna()
        .all(axis=None)
    )
