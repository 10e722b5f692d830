"""Wald tests, lag choice, serial correlation and unit-root tests."""

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
    select_lags,
    serial_correlation_tests,
)
from pvar.unit_roots import (
    dickey_fuller,
    im_pesaran_shin,
    null_moments,
    screen_unit_roots,
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


def test_lag_choice_by_hand_and_right(large: pd.DataFrame) -> None:
    slopes = [[0.3, 0.0, 0.25, 0.0], [0.1, 0.3, 0.0, 0.25]]
    data = var_panel(np.random.default_rng(1), 800, 10, slopes)
    table = select_lags(data, Specification(data.variables, depth=4), max_lags=3)
    assert table["mbic"].idxmin() == 2
    assert table["n"].nunique() == 1
    row = table.loc[1]
    assert row["df"] == 2 * (8 - 2)
    assert row["mbic"] == pytest.approx(row["j"] - row["df"] * np.log(row["n"]))
    assert row["maic"] == pytest.approx(row["j"] - 2 * row["df"])
    assert row["mqic"] == pytest.approx(row["j"] - 2 * row["df"] * np.log(np.log(row["n"])))
    alone = fit(data, Specification(data.variables, 3, depth=4), steps="two")
    assert table.loc[3, "j"] == pytest.approx(alone.hansen.statistic)


def test_common_sample_is_the_longest_model_s(uneven: pd.DataFrame) -> None:
    data = PanelData.from_frame(uneven, NAMES[:2], **KEYS)
    specification = Specification(data.variables, depth=4)
    table = select_lags(data, specification, max_lags=3)
    longest = Specification(data.variables, 3, depth=4)
    assert (table["n"] == fit(data, longest, steps="two").n_obs).all()


def test_lag_choice_without_hansen(small: pd.DataFrame) -> None:
    """At the paper's size J does not exist; the information criteria remain."""
    data = PanelData.from_frame(small, NAMES, **KEYS)
    table = select_lags(data, Specification(data.variables), max_lags=2)
    assert table["j"].isna().all()
    assert np.isfinite(table[["aic", "bic", "hqic", "cd", "modulus"]]).all(axis=None)


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


# Im, Pesaran and Shin (2003), table 3, p = 0, constant: rows of the regression, E, Var.
PUBLISHED = [(10, -1.504, 1.069), (15, -1.514, 0.923), (20, -1.522, 0.851)]


@pytest.mark.parametrize(("rows", "mean", "variance"), PUBLISHED)
def test_simulated_moments_agree_with_the_published_table(
    rows: int, mean: float, variance: float
) -> None:
    ours = null_moments(rows + 1, 0, False)
    assert ours[0] == pytest.approx(mean, abs=0.025)
    assert ours[1] == pytest.approx(variance, rel=0.04)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("lags", "trend"), [(0, False), (1, False), (2, True)])
def test_unit_regressions_are_those_of_statsmodels(lags: int, trend: bool) -> None:
    from statsmodels.tsa.stattools import adfuller

    y = np.cumsum(np.random.default_rng(0).normal(size=(4, 18)), axis=1)
    options = {"maxlag": lags, "autolag": None, "regression": "ct" if trend else "c"}
    theirs = [adfuller(series, **options)[0] for series in y]
    np.testing.assert_allclose(dickey_fuller(y, lags, trend), theirs, rtol=1e-8)


def test_unit_root_screening(small: pd.DataFrame) -> None:
    data = PanelData.from_frame(small, NAMES, **KEYS)
    table = screen_unit_roots(data)
    assert (table["n_units"] == 30).all()
    rng = np.random.default_rng(4)
    walks = np.cumsum(rng.normal(size=(300, 30, 13)), axis=2)
    p = np.array([im_pesaran_shin(walk).p for walk in walks])
    assert 0.02 < (p < 0.05).mean() < 0.09
    noise = [im_pesaran_shin(rng.normal(size=(30, 13))).p for _ in range(20)]
    assert max(noise) < 0.01


def test_unit_roots_skip_what_cannot_be_tested() -> None:
    values = np.cumsum(np.random.default_rng(0).normal(size=(10, 12)), axis=1)
    values[0, 5], values[1, 3:] = np.nan, np.nan
    test = im_pesaran_shin(values, demean=False)
    assert (test.n_units, test.n_skipped) == (8, 2)
    with pytest.raises(PanelVARError, match="至少要连续 5 期"):
        im_pesaran_shin(values[:, :4])
