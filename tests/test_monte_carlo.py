"""The cached Monte Carlo study is what its program says, and still holds."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from pvar import PanelData, Specification, fit

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


@pytest.fixture(scope="module")
def study() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "pvar_monte_carlo.py"
    spec = importlib.util.spec_from_file_location("pvar_monte_carlo", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_truths_are_stable_and_near_the_table(study: ModuleType) -> None:
    for scenario in study.SCENARIOS:
        slopes = study.true_slopes(scenario)
        assert np.abs(np.linalg.eigvals(slopes)).max() == pytest.approx(scenario.radius)
    ratio = study.true_slopes(study.SCENARIOS[0]) / study.table_4("coefficient")
    np.testing.assert_allclose(ratio, 0.8 / 1.5119148, rtol=1e-6)


def test_simulated_panels_follow_their_process(study: ModuleType) -> None:
    scenario = study.Scenario("near-table-4", 0.8)
    y = study.simulate(scenario, 400, np.random.default_rng(0))
    assert y.shape == (12_000, 13, 5)
    change, lag = np.diff(y, axis=1)[:, 1:], np.diff(y, axis=1)[:, :-1]
    shocks = change - lag @ study.true_slopes(scenario).T  # e_t - e_{t-1}
    variance = np.var(shocks, axis=(0, 1)) / 2
    np.testing.assert_allclose(variance, study.innovation_sizes() ** 2, rtol=0.03)
    np.testing.assert_allclose(y[:, 0].var(axis=0), y[:, -1].var(axis=0), rtol=0.06)


@pytest.mark.parametrize("transform", ["fod", "pvar2", "pvar2-asymmetric"])
@pytest.mark.parametrize("effects", ["none", "demean"])
def test_block_estimates_are_the_library_s(study: ModuleType, transform: str, effects: str) -> None:
    scenario, rng = replace(study.SCENARIOS[0], draws=0), np.random.default_rng(1)
    panels = study.simulate(scenario, 3, rng)
    block = study.estimate_block(scenario, transform, effects, panels, rng)
    data = PanelData.from_array(panels[30:60], study.NAMES)
    specification = Specification(
        study.NAMES, transform=transform, depth="just", time_effects=effects
    )
    for ours, name in (("clustered", "clustered"), ("row", "robust")):
        results = fit(data, specification, covariance=name)
        np.testing.assert_allclose(block.slopes[1], results.coefficients, rtol=1e-8)
        np.testing.assert_allclose(block.errors[ours][1], results.standard_errors, rtol=1e-8)
    if results.weak_identification is not None:
        assert block.strength[1] == pytest.approx(results.weak_identification.cragg_donald_f)


def test_cached_results_hold_for_another_seed(study: ModuleType) -> None:
    cached = pd.read_csv(study.FOLDER / "systems.csv")
    shorter = [replace(s, replications=100, draws=0) for s in study.SCENARIOS[:8] if s.units == 30]
    _, systems = study.study(shorter, study.CHECK_SEED, quiet=True)
    assert study.compare(systems, cached) == []
    wrong = cached.assign(share_explosive=0.5)
    assert len(study.compare(systems, wrong)) > 10


def test_cached_tables_cover_the_whole_study(study: ModuleType) -> None:
    systems = pd.read_csv(study.FOLDER / "systems.csv")
    coefficients = pd.read_csv(study.FOLDER / "coefficients.csv")
    size = len(study.SCENARIOS) * len(study.ESTIMATORS)
    assert (len(systems), len(coefficients)) == (size, 25 * size)
    main = systems.query("units == 30")
    assert (main["replications"] >= 1000).all()
    assert (
        main.query("scenario == 'near-table-4' and radius == 0.8")[
            ["coverage_clustered", "coverage_bootstrap", "coverage_response_10"]
        ]
        .notna()
        .all(axis=None)
    )
