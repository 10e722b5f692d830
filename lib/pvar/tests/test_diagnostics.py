"""Wald and serial correlation tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from panels import var_panel
from reference_cases import KEYS, NAMES

from pvar import (
    PanelData,
    PanelVARError,
    Specification,
    fit,
    granger_tests,
    panel_var,
    serial_correlation_tests,
)

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


def test_granger_with_one_lag_is_the_squared_z(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:3], **KEYS)
    tests = granger_tests(results)
    assert tests.loc[("y1", "y3"), "chi2"] == pytest.approx(results.z_values[0, 2] ** 2)
    assert tests.loc[("y1", "y3"), "p"] == pytest.approx(results.p_values[0, 2])
    assert tests.loc[("y2", "ALL"), "df"] == 2
    assert len(tests) == 3 * 3


def test_granger_joint_by_hand(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], lags=2, **KEYS)
    b = results.coefficients[0, [1, 3]]
    v = results.covariance[np.ix_([1, 3], [1, 3])]
    tests = granger_tests(results)
    assert tests.loc[("y1", "y2"), "chi2"] == pytest.approx(b @ np.linalg.solve(v, b))
    assert tests.loc[("y1", "y2"), "df"] == 2
    assert tests.loc[("y1", "ALL"), "chi2"] == pytest.approx(tests.loc[("y1", "y2"), "chi2"])


def test_granger_finds_the_true_direction() -> None:
    data = var_panel(np.random.default_rng(3), 1500, 8, [[0.4, 0.3], [0.0, 0.4]])
    tests = granger_tests(fit(data, Specification(data.variables)))
    assert tests.loc[("y1", "y2"), "p"] < 1e-6
    assert tests.loc[("y2", "y1"), "p"] > 0.01


def test_serial_correlation_has_its_size_and_power() -> None:
    """White-noise errors: m1 rejects by construction, m2 keeps its level; MA(1): m2 rejects."""
    p_values = []
    for seed in range(80):
        data = var_panel(np.random.default_rng(seed), 100, 8, [[0.4]])
        tests = serial_correlation_tests(fit(data, Specification(data.variables)))
        p_values.append(tests["p"].to_numpy())
    rejected = (np.array(p_values) < 0.1).mean(axis=0)
    assert rejected[0] > 0.95
    assert 0.03 < rejected[1] < 0.2
    rng = np.random.default_rng(0)
    shocks = rng.normal(size=(800, 31, 1))
    y = np.zeros((800, 30, 1))
    for t in range(1, 30):
        y[:, t] = 0.4 * y[:, t - 1] + shocks[:, t] + 0.8 * shocks[:, t - 1]
    data = PanelData.from_array(y[:, 20:])
    tests = serial_correlation_tests(fit(data, Specification(data.variables)))
    assert tests.loc[("y1", 2), "p"] < 1e-4


def test_serial_correlation_without_enough_periods(small: pd.DataFrame) -> None:
    tests = serial_correlation_tests(panel_var(small[small["year"] < 2005], NAMES[:1], **KEYS))
    assert np.isfinite(tests.loc[("y1", 1), "z"])
    assert np.isnan(tests.loc[("y1", 2), "z"])
    assert tests.loc[("y1", 2), "n"] == 0
