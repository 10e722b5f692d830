"""Estimates as frames, with t instead of normal, and tests of restrictions."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, f, norm, t

from pvar import (
    PanelVARError,
    PanelVARResults,
    SingularMatrixError,
    anderson_rubin,
    difference_in_hansen,
    granger_tests,
    panel_var,
    robust_rank_test,
    serial_correlation_tests,
)
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
PAIR = NAMES[:2]


@pytest.fixture(scope="module")
def results(large: pd.DataFrame) -> PanelVARResults:
    return panel_var(large, PAIR, lags=2, time_effects="dummies", depth=3, **KEYS)


def test_frames_are_laid_out_as_in_statsmodels(results: PanelVARResults) -> None:
    frames = {
        "params": results.coefficients,
        "bse": results.standard_errors,
        "tvalues": results.z_values,
        "pvalues": results.p_values,
    }
    for name, values in frames.items():
        frame = getattr(results, name)
        assert tuple(frame.index) == results.regressors
        assert tuple(frame.columns) == results.variables
        np.testing.assert_array_equal(frame.to_numpy(), values.T)
    assert results.params.loc["lag2_y1", "y2"] == results.coefficients[1, 2]
    assert results.regressors[-1].startswith("period_")
    assert not results.to_frame().index.get_level_values(1).str.startswith("period_").any()


def test_p_values_and_intervals_are_normal(results: PanelVARResults) -> None:
    np.testing.assert_allclose(results.p_values, 2 * norm.sf(np.abs(results.z_values)), atol=1e-14)
    row = results.to_frame(level=0.9).loc[("y2", "lag1_y1")]
    half = norm.ppf(0.95) * row["std_error"]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        (row["coefficient"] - half, row["coefficient"] + half)
    )


def test_t_has_one_degree_less_than_clusters(small: pd.DataFrame) -> None:
    plain = panel_var(small, PAIR, **KEYS)
    with_t = replace(plain, use_t=True)
    assert with_t.df_t == 29
    np.testing.assert_allclose(with_t.p_values, 2 * t.sf(np.abs(plain.z_values), 29))
    row = with_t.to_frame(level=0.95).loc[("y1", "lag1_y2")]
    assert row["ci_high"] - row["coefficient"] == pytest.approx(t.ppf(0.975, 29) * row["std_error"])
    assert (with_t.p_values > plain.p_values).all()


def test_absent_lags_are_zero_in_the_dynamics(large: pd.DataFrame) -> None:
    results = panel_var(large, PAIR, lags={"y1": [1, 3], "y2": 2}, depth="just", **KEYS)
    places = {"lag1_y1": 0, "lag1_y2": 1, "lag2_y2": 3, "lag3_y1": 4}
    expected = np.zeros((2, 6))
    for name, place in places.items():
        expected[:, place] = results.params.loc[name]
    np.testing.assert_array_equal(results.dynamics, expected)


# --- Wald tests -------------------------------------------------------------------------------


def by_hand(results: PanelVARResults, places: list[int], value: float = 0.0) -> float:
    gap = results.coefficients.ravel()[places] - value
    return float(gap @ np.linalg.inv(results.covariance[np.ix_(places, places)]) @ gap)


def test_wald_by_names_by_matrix_and_by_hand(results: PanelVARResults) -> None:
    width = results.coefficients.shape[1]
    places = [1, 3, width]
    named = results.wald_test({"y1": ["lag1_y2", "lag2_y2"], "y2": "lag1_y1"})
    matrix = np.zeros((3, results.coefficients.size))
    matrix[range(3), places] = 1.0
    assert results.wald_test(matrix) == named
    assert named.chi2 == pytest.approx(by_hand(results, places))
    assert (named.df, named.p) == (3, pytest.approx(chi2.sf(named.chi2, 3)))
    assert (named.f, named.df_residual) == (None, None)


def test_wald_of_values(results: PanelVARResults) -> None:
    one = results.wald_test({"y1": "lag1_y1"}, 0.4)
    assert one.chi2 == pytest.approx(by_hand(results, [0], 0.4))
    estimates = results.coefficients[0, :2]
    assert results.wald_test({"y1": ["lag1_y1", "lag1_y2"]}, estimates).chi2 == 0.0


def test_wald_with_t_is_f(small: pd.DataFrame) -> None:
    plain = panel_var(small, PAIR, **KEYS)
    names = {"y1": ["lag1_y1", "lag1_y2"]}
    test, asymptotic = replace(plain, use_t=True).wald_test(names), plain.wald_test(names)
    assert test.chi2 == asymptotic.chi2
    assert (test.f, test.df_residual) == (pytest.approx(test.chi2 / 2), 29)
    assert test.p == pytest.approx(f.sf(test.chi2 / 2, 2, 29))


def test_one_restriction_is_the_squared_t_and_has_its_p(small: pd.DataFrame) -> None:
    for use_t in (False, True):
        results = replace(panel_var(small, PAIR, **KEYS), use_t=use_t)
        test = results.wald_test({"y2": "lag1_y1"})
        assert test.chi2 == pytest.approx(results.tvalues.loc["lag1_y1", "y2"] ** 2)
        assert test.p == pytest.approx(results.pvalues.loc["lag1_y1", "y2"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_wald_does_not_depend_on_how_restrictions_are_written(seed: int) -> None:
    results = reference_pair()
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((2, results.coefficients.size))
    value, mixing = rng.standard_normal(2), rng.standard_normal((2, 2))
    one = results.wald_test(matrix, value)
    other = results.wald_test(mixing @ matrix, mixing @ value)
    assert other.chi2 == pytest.approx(one.chi2, rel=1e-6)


PAIRS: list[PanelVARResults] = []


def reference_pair() -> PanelVARResults:
    """One estimate for all examples."""
    if not PAIRS:
        rng = np.random.default_rng(1)
        frame = pd.DataFrame(rng.standard_normal((600, 2)), columns=["a", "b"])
        frame["u"], frame["t"] = np.repeat(range(60), 10), np.tile(range(10), 60)
        PAIRS.append(panel_var(frame, ["a", "b"], unit="u", time="t"))
    return PAIRS[0]


@pytest.mark.parametrize(
    ("restrictions", "value", "text"),
    [
        ({"y9": "lag1_y1"}, 0.0, "'y9' is none of y1, y2"),
        ({"y1": "lag1_y9"}, 0.0, "'lag1_y9' is none of lag1_y1, lag1_y2"),
        ({}, 0.0, "the shape is (0, 4)"),
        ("lag1_y1 = 0", 0.0, "such as {'y1': ['lag1_y1']}, or be a matrix; read 'lag1_y1 = 0'"),
        ([["y1"]], 0.0, "restrictions must hold numbers only; read [['y1']]"),
        ({"y1": "lag1_y1"}, "zero", "value must hold numbers only; read 'zero'"),
        (np.ones((1, 3)), 0.0, "4 columns, a column for each coefficient of the 2 equations"),
        ({"y1": "lag1_y1"}, [1.0, 2.0], "one for each of the 1; the shape is (2,)"),
    ],
)
def test_restrictions_that_are_none(
    small: pd.DataFrame, restrictions: object, value: object, text: str
) -> None:
    with pytest.raises(PanelVARError, match=re.escape(text)):
        panel_var(small, PAIR, **KEYS).wald_test(restrictions, value)


def test_restrictions_that_repeat(small: pd.DataFrame) -> None:
    with pytest.raises(SingularMatrixError):
        panel_var(small, PAIR, **KEYS).wald_test({"y1": ["lag1_y1", "lag1_y1"]})


def test_wald_has_its_size(noise: np.random.Generator) -> None:
    """A true hypothesis is rejected about one time in twenty."""
    rejected = 0
    for _ in range(300):
        y = noise.standard_normal((80, 8, 2)) + noise.standard_normal((80, 1, 2))
        frame = pd.DataFrame(y.reshape(-1, 2), columns=["a", "b"])
        frame["u"], frame["t"] = np.repeat(range(80), 8), np.tile(range(8), 80)
        test = panel_var(frame, ["a", "b"], unit="u", time="t").wald_test({"a": "lag1_b"})
        rejected += test.p < 0.05
    assert 0.02 < rejected / 300 < 0.09


# --- methods that hand on ---------------------------------------------------------------------


def test_tests_are_methods_too(results: PanelVARResults) -> None:
    pd.testing.assert_frame_equal(results.granger_tests(), granger_tests(results))
    serial = serial_correlation_tests(results, order=1)
    pd.testing.assert_frame_equal(results.serial_correlation_tests(order=1), serial)
    assert results.rank_test() == robust_rank_test(results)
    both = anderson_rubin(results, "y2", ["lag1_y1"], 0.1, reference="chi2")
    assert results.anderson_rubin("y2", ["lag1_y1"], 0.1, reference="chi2") == both
    group = "deeper lags"
    expected = difference_in_hansen(results, group)
    pd.testing.assert_frame_equal(results.difference_in_hansen(group), expected)


def test_draws_have_a_seed_by_default(small: pd.DataFrame) -> None:
    results = panel_var(small, PAIR, **KEYS)
    for draw in (results.bootstrap, results.monte_carlo):
        np.testing.assert_array_equal(draw(20).coefficients, draw(20, seed=0).coefficients)
        assert draw().n_draws == 1000


def test_only_dummies_are_left_out_of_the_frame(large: pd.DataFrame) -> None:
    """Not every regressor whose name begins as theirs do."""
    frame = large.assign(period_length=large["y5"])
    ours = panel_var(frame, PAIR, exogenous=["period_length"], time_effects="dummies", **KEYS)
    shown = ours.to_frame().index.get_level_values("regressor").unique()
    assert list(shown) == ["lag1_y1", "lag1_y2", "period_length"]
    assert "period_length" in ours.summary() and "period\\_length" in ours.to_latex()
    assert ours.is_dummy.sum() == len(ours.to_frame(dummies=True)) / 2 - 3
