"""The study of coverage and size measures what it says."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def study() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        spec = importlib.util.spec_from_file_location(
            "pvar_inference", FOLDER / "pvar_inference.py"
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("place", range(5))
def test_panels_follow_their_process(study: ModuleType, place: int) -> None:
    truth = replace(study.truths()[place], units=6000)
    cube = truth.panel(np.random.default_rng(0)).dense(0, 6000)
    change, lag = np.diff(cube, axis=1)[:, 1:], np.diff(cube, axis=1)[:, :-1]
    shocks = change - lag @ truth.slopes.T  # e_t - e_{t-1}: no unit effects left
    mean_square = np.exp(2 * 0.7**2) if truth.unequal else 1.0
    tolerance = 0.2 if truth.unequal else 0.06
    variance = shocks.var(axis=(0, 1)) / 2
    np.testing.assert_allclose(variance, mean_square * truth.sizes**2, rtol=tolerance)
    np.testing.assert_allclose(cube[:, 0].var(axis=0), cube[:, -1].var(axis=0), rtol=0.1)


def test_rows_by_hand(study: ModuleType) -> None:
    truth = replace(study.truths()[0], replications=4)
    errors = [np.full((2, 2), size) for size in (1.0, 1.0, 1.0, 0.1)]
    slopes = [truth.slopes + shift for shift in (0.5, -0.5, 1.99, 0.3)]
    found = study.Found(slopes, {"clustered": errors}, {}, {"test": [0.01, 0.2, 0.04, 0.9]})
    normal, student = study.interval_rows(truth, "any", found)
    assert normal["coverage"] == pytest.approx(0.5)  # 1.99 and .3 are too far
    assert student["coverage"] == pytest.approx(0.75)  # t(29) reaches 2.05
    assert normal["mc_error"] == pytest.approx(np.std([1, 1, 0, 0], ddof=1) / 2)
    assert normal["rmse"] == pytest.approx(np.sqrt((0.25 + 0.25 + 1.99**2 + 0.09) / 4))
    (row,) = study.test_rows(truth, "any", found)
    assert row["rejected"] == 0.5


def test_study_runs_every_estimator_that_exists(study: ModuleType) -> None:
    few = [replace(t, replications=2) for t in study.truths() if t.units == 30][1:3]
    parts = [study.run_block((truth, 1, 0, 2)) for truth in few]
    labels = [set(part) for part in parts]
    every = {estimator.label for estimator in study.ESTIMATORS}
    assert every - labels[0] == {"FOD all, two steps"}
    assert every - labels[1] == {"FOD all, two steps", "FOD 3, two steps", "system, two steps"}
    found = parts[0]["FOD just"]
    assert set(found.covered) == {"pairs, percentile", "wild, bootstrap-t"}
    assert {"Anderson-Rubin, concentrated", "warns: rank test"} <= set(found.p)
    assert all(0.0 <= p <= 1.0 for values in found.p.values() for p in values)
    again = study.run_block((few[0], 1, 0, 2))["FOD just"]
    np.testing.assert_array_equal(again.slopes, found.slopes)
