"""Wald and serial correlation tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f as f_distribution

from panels import var_panel
from pvar import (
    PanelData,
    PanelVARWarning,
    Specification,
    fit,
    granger_tests,
    panel_var,
    serial_correlation_tests,
)
from pvar.diagnostics import effective_units
from reference_cases import KEYS, NAMES

CAUTIONS = {
    "few": "Only {n} units",
    "unequal": "{n} units of unequal size",
    "deep": "instruments per equation, more than {n} units",
    "heavy": "moment conditions for {n} units",
    "wide": "coefficients, more than {n} units",
}

PAIR = [[0.5, 0.1], [0.2, 0.6]]

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


def test_granger_with_t_is_an_f_test(small: pd.DataFrame) -> None:
    plain, student = (
        granger_tests(panel_var(small, NAMES[:3], use_t=use_t, **KEYS)) for use_t in (False, True)
    )
    row = student.loc[("y1", "ALL")]
    assert row["chi2"] == pytest.approx(plain.loc[("y1", "ALL"), "chi2"])
    assert row["p"] == pytest.approx(f_distribution.sf(row["chi2"] / 2, 2, 29))
    assert (student["p"] > plain["p"]).all()


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


# --- cautions ---------------------------------------------------------------------------------


def cautioned(data: PanelData, **options: Any) -> set[str]:
    """Which of the cautions on the number of units are given."""
    steps, use_t = options.pop("steps", "one"), options.pop("use_t", False)
    specification = Specification(data.variables, **{"depth": "just"} | options)
    results = fit(data, specification, steps=steps, use_t=use_t)
    heads = {name: text.format(n=results.n_units) for name, text in CAUTIONS.items()}
    return {name for name, head in heads.items() if any(head in w for w in results.warnings)}


def unequal(seed: int, n: int) -> PanelData:
    """Units whose sizes are lognormal."""
    rng = np.random.default_rng(seed)
    cube = var_panel(rng, n, 10, PAIR).dense(0, n)
    return PanelData.from_array(cube * np.exp(rng.normal(size=(n, 1, 1))))


def test_units_that_are_few_or_unequal_are_told() -> None:
    alike = [var_panel(np.random.default_rng(seed), 30, 10, PAIR) for seed in range(40)]
    assert sum(bool(cautioned(data)) for data in alike) <= 2
    assert cautioned(var_panel(np.random.default_rng(0), 20, 10, PAIR)) == {"few"}
    assert cautioned(var_panel(np.random.default_rng(0), 20, 10, PAIR), use_t=True) == set()
    assert sum("unequal" in cautioned(unequal(seed, 60)) for seed in range(20)) >= 18
    assert cautioned(unequal(0, 20), use_t=True) == {"unequal"}


def test_effective_units_by_hand() -> None:
    """Whole copies of two panels, one of them ten times as large."""
    small = var_panel(np.random.default_rng(1), 2, 9, PAIR).dense(0, 1)
    cube = np.concatenate([np.repeat(small, 30, 0), np.repeat(10.0 * small, 2, 0)])
    cube += 1e-3 * np.random.default_rng(2).normal(size=cube.shape)
    results = fit(PanelData.from_array(cube), Specification(("y1", "y2"), depth="just"))
    sizes = np.repeat([1.0, 100.0], [30, 2])
    kish = sizes.sum() ** 2 / (sizes @ sizes)
    assert effective_units(results.moments) == pytest.approx(kish, rel=1e-2)


def test_many_moments_are_told_where_they_matter() -> None:
    data = var_panel(np.random.default_rng(0), 40, 13, PAIR)
    assert cautioned(data, depth=6) == set()
    assert cautioned(data, depth="all", collapse=False) == {"deep"}
    assert cautioned(data, depth=5, steps="two") == set()
    assert cautioned(data, depth=7, steps="two") == {"heavy"}
    wide = var_panel(np.random.default_rng(0), 34, 13, 0.5 * np.eye(6))
    assert cautioned(wide) == {"wide"}


def test_granger_tests_of_more_coefficients_than_units_are_missing(small: pd.DataFrame) -> None:
    """The others stand."""
    tests = granger_tests(panel_var(small[small["id"] <= 3], NAMES, depth="just", **KEYS))
    together = tests.index.get_level_values("excluded") == "ALL"
    assert tests["p"][together].isna().all() and tests["p"][~together].notna().all()
    assert (tests["df"][together] == 4).all()


def test_clusters_are_called_clusters(large: pd.DataFrame) -> None:
    some = large.assign(region=large["id"] % 7)
    with pytest.warns(PanelVARWarning) as issued:
        panel_var(some, NAMES[:3], cluster="region", depth="just", **KEYS)
    said = " ".join(str(warning.message) for warning in issued)
    assert "9 coefficients, more than 7 clusters" in said and "Only 7 clusters" in said
    assert "units" not in said
