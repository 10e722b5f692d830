"""Residuals, unit and period effects, and forecasts against what a known process does."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame
from pvar import PanelVARError, PanelVARResults, PanelVARWarning, panel_var
from pvar.forecasts import period_effects
from pvar.responses import companion_matrix
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
PAIR, PERIODS = ["y1", "y2"], 9
SLOPES = np.array([[0.5, 0.2], [-0.1, 0.4]])
LOADINGS = np.array([0.7, -0.3])


def quiet_panel(
    rng: np.random.Generator, lags: int, ahead: int, *, common: float = 0.0, x: float = 0.0
) -> dict[str, np.ndarray]:
    """A VAR whose shocks sum to zero in every unit and stop before the future begins.

    So that at the true coefficients the mean residual of a unit is its effect, exactly.
    """
    n, m, total = 8, 2, PERIODS + ahead
    a = np.concatenate([SLOPES / lags] * lags, axis=1)
    mu, delta = rng.standard_normal((n, m)), common * rng.standard_normal((total, m))
    w = x * rng.standard_normal((n, total))
    shocks = np.zeros((n, total, m))
    known = rng.standard_normal((n, PERIODS - lags, m))
    shocks[:, lags:PERIODS] = known - known.mean(axis=1, keepdims=True)
    y = rng.standard_normal((n, total, m))
    for s in range(lags, total):
        past = np.concatenate([y[:, s - k] for k in range(1, lags + 1)], axis=1)
        y[:, s] = past @ a.T + mu + delta[s] + w[:, s, None] * LOADINGS + shocks[:, s]
    return {"y": y, "a": a, "mu": mu, "delta": delta, "x": w}


def at_the_truth(results: PanelVARResults, coefficients: np.ndarray) -> PanelVARResults:
    """The same results with other coefficients."""
    return replace(results, estimate=replace(results.estimate, coefficients=coefficients))


def known(panel: dict[str, np.ndarray], **options: Any) -> PanelVARResults:
    """Estimated on the past, then given the true lag coefficients."""
    lags = panel["a"].shape[1] // 2
    frame = long_frame(panel["y"][:, :PERIODS])
    results = panel_var(frame, PAIR, lags=lags, **LABELS, **options)
    coefficients = results.coefficients.copy()
    coefficients[:, : 2 * lags] = panel["a"]
    return at_the_truth(results, coefficients)


def future(panel: dict[str, np.ndarray]) -> np.ndarray:
    return panel["y"][:, PERIODS:].reshape(-1, 2)


# --- residuals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"transform": "fd"}, {"system": True}, {"transform": "pvar2"}, {"lags": 2}]
)
def test_residuals_are_those_behind_sigma(uneven: pd.DataFrame, options: dict[str, Any]) -> None:
    results = panel_var(uneven, PAIR, **KEYS, **options)
    residual = results.resid
    assert len(residual) == results.n_obs
    freedom = results.n_obs - results.moments.fitted
    np.testing.assert_allclose(residual.T @ residual / freedom, results.sigma)
    counts = residual.groupby(level="unit").size()
    np.testing.assert_array_equal(counts, results.moments.unit_rows[results.moments.unit_rows > 0])
    assert not residual.index.has_duplicates


def test_residuals_of_differences_by_hand(small: pd.DataFrame) -> None:
    results = panel_var(small, PAIR, transform="fd", **KEYS)
    wide = small.set_index(["id", "year"])[PAIR]
    change = wide.groupby(level="id").diff()
    expected = change - change.groupby(level="id").shift().to_numpy() @ results.coefficients.T
    expected = expected.dropna().rename_axis(["unit", "time"])
    pd.testing.assert_frame_equal(results.resid, expected, check_dtype=False)


def test_residuals_of_forward_deviations_by_hand(small: pd.DataFrame) -> None:
    results = panel_var(small, PAIR, **KEYS)
    levels = small[small["id"] == 7].sort_values("year")
    y = levels[PAIR].to_numpy()
    error = y[1:] - y[:-1] @ results.coefficients.T
    later = np.array([error[t + 1 :].mean(axis=0) for t in range(len(error) - 1)])
    n = np.arange(len(error) - 1, 0, -1)[:, None]
    expected = np.sqrt(n / (n + 1)) * (error[:-1] - later)
    found = results.resid.loc[7]
    np.testing.assert_allclose(found, expected)
    assert list(found.index) == levels["year"].tolist()[1:-1]


# --- effects ----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2]), st.sampled_from(["fod", "fd"]))
def test_effects_are_found_at_the_true_coefficients(seed: int, lags: int, transform: str) -> None:
    panel = quiet_panel(np.random.default_rng(seed), lags, 1)
    effects = known(panel, transform=transform).fixed_effects
    np.testing.assert_allclose(effects, panel["mu"], atol=1e-10)
    assert effects.index.name == "unit"


def test_effects_allow_for_dummies() -> None:
    """Whatever the period coefficients are, they are taken out before the mean."""
    panel = quiet_panel(np.random.default_rng(3), 1, 1, common=2.0)
    results = known(panel, time_effects="dummies")
    coefficients = results.coefficients.copy()
    coefficients[:, 2:] = (panel["delta"][2:PERIODS] - panel["delta"][1]).T
    effects = at_the_truth(results, coefficients).fixed_effects
    np.testing.assert_allclose(effects, panel["mu"] + panel["delta"][1], atol=1e-10)


def test_effects_of_demeaned_data_are_relative_to_the_average_unit() -> None:
    panel = quiet_panel(np.random.default_rng(4), 1, 1, common=2.0)
    effects = known(panel, time_effects="demean").fixed_effects
    np.testing.assert_allclose(effects, panel["mu"] - panel["mu"].mean(axis=0), atol=1e-10)
    np.testing.assert_allclose(effects.mean(), 0.0, atol=1e-12)


def test_the_constant_of_system_gmm_stays_in_the_effects() -> None:
    panel = quiet_panel(np.random.default_rng(5), 1, 1)
    results = known(panel, system=True)
    np.testing.assert_allclose(results.fixed_effects, panel["mu"], atol=1e-10)


def test_a_unit_without_rows_has_no_effect(small: pd.DataFrame) -> None:
    frame = small.copy()
    frame.loc[(frame["id"] == 4) & (frame["year"] % 2 == 0), "y1"] = np.nan
    effects = panel_var(frame, PAIR, **KEYS).fixed_effects
    assert effects.loc[4].isna().all()
    assert effects.drop(index=4).notna().all(axis=None)


# --- forecasts --------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2]), st.integers(1, 6))
def test_forecasts_go_on_as_the_process_does(seed: int, lags: int, ahead: int) -> None:
    panel = quiet_panel(np.random.default_rng(seed), lags, ahead)
    found = known(panel).forecast(ahead)
    np.testing.assert_allclose(found, future(panel), atol=1e-9)
    assert list(found.loc[0].index) == list(range(PERIODS, PERIODS + ahead))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2]), st.integers(1, 6))
def test_forecasts_are_powers_of_the_companion_matrix(seed: int, lags: int, ahead: int) -> None:
    panel = quiet_panel(np.random.default_rng(seed), lags, ahead)
    companion = companion_matrix(panel["a"])
    step = np.zeros((8, 2 * lags))
    step[:, :2] = panel["mu"]
    state = np.concatenate([panel["y"][:, PERIODS - k] for k in range(1, lags + 1)], axis=1)
    powers = [np.linalg.matrix_power(companion, k) for k in range(ahead + 1)]
    last = state @ powers[ahead].T + sum(step @ power.T for power in powers[:ahead])
    found = known(panel).forecast(ahead).xs(PERIODS + ahead - 1, level="time")
    np.testing.assert_allclose(found, last[:, :2], atol=1e-9)


@pytest.mark.parametrize("kind", ["dummies", "demean"])
def test_forecasts_with_period_effects(kind: str) -> None:
    """Both ways of allowing for them give the same future, here the true one."""
    ahead = 4
    panel = quiet_panel(np.random.default_rng(6), 1, ahead, common=1.5)
    results = known(panel, time_effects=kind)
    delta, base = panel["delta"], panel["delta"][1]
    if kind == "dummies":
        coefficients = results.coefficients.copy()
        coefficients[:, 2:] = (delta[2:PERIODS] - base).T
        results = at_the_truth(results, coefficients)
    else:
        base = -panel["mu"].mean(axis=0)
    np.testing.assert_allclose(period_effects(results)[1:] + base, delta[2:PERIODS], atol=0.8)
    assumed = delta[PERIODS:] - base
    found = results.forecast(ahead, period_effects=assumed)
    np.testing.assert_allclose(found, future(panel), atol=1e-9)
    last = results.forecast(2, period_effects="last")
    repeated = results.forecast(2, period_effects=np.tile(period_effects(results)[-1], (2, 1)))
    pd.testing.assert_frame_equal(last, repeated)
    mean = np.tile(period_effects(results).mean(axis=0), (2, 1))
    found = results.forecast(2, period_effects="mean")
    pd.testing.assert_frame_equal(found, results.forecast(2, period_effects=mean))


def test_demeaned_effects_are_those_of_the_means() -> None:
    panel = quiet_panel(np.random.default_rng(7), 1, 1, common=1.5)
    found = period_effects(known(panel, time_effects="demean"))
    means = panel["y"][:, :PERIODS].mean(axis=0)
    np.testing.assert_allclose(found, means[1:] - means[:-1] @ panel["a"].T)


def with_x(panel: dict[str, np.ndarray], name: str) -> tuple[PanelVARResults, pd.DataFrame]:
    """Results with an exogenous term, and the future of its variable."""
    n, total = panel["x"].shape
    frame = long_frame(panel["y"][:, :PERIODS]).assign(x=panel["x"][:, :PERIODS].ravel())
    results = panel_var(frame, PAIR, exogenous=[name], **LABELS)
    truth = np.column_stack([panel["a"], LOADINGS])
    index = pd.MultiIndex.from_product([range(n), range(PERIODS, total)])
    return at_the_truth(results, truth), pd.DataFrame({"x": panel["x"][:, PERIODS:].ravel()}, index)


def test_forecasts_with_exogenous_terms() -> None:
    panel = quiet_panel(np.random.default_rng(8), 1, 3, x=1.0)
    results, values = with_x(panel, "x")
    found = results.forecast(3, exogenous=values.sample(frac=1.0, random_state=1))
    np.testing.assert_allclose(found, future(panel), atol=1e-9)
    with pytest.raises(PanelVARError, match=re.escape("9 to 11 need future values of x; give")):
        results.forecast(3)
    with pytest.raises(PanelVARError, match="2 levels and 24 repeated rows"):
        results.forecast(3, exogenous=pd.concat([values, values]))
    with pytest.raises(PanelVARError, match="1 levels and 0 repeated rows"):
        results.forecast(3, exogenous=values.reset_index(drop=True))


def test_a_lagged_term_is_needed_only_where_the_data_end() -> None:
    panel = quiet_panel(np.random.default_rng(9), 1, 2, x=1.0)
    panel["x"] = np.roll(panel["x"], -1, axis=1)  # so that y depends on x one period back
    results, values = with_x(panel, "L1.x")
    np.testing.assert_allclose(results.forecast(1), future(panel)[::2], atol=1e-9)
    np.testing.assert_allclose(results.forecast(2, exogenous=values), future(panel), atol=1e-9)
    with pytest.raises(PanelVARError, match="future values of x"):
        results.forecast(2)


def test_units_that_end_early_have_no_forecast(uneven: pd.DataFrame) -> None:
    results = panel_var(uneven, PAIR, **KEYS)
    last = uneven["year"].max()
    ending = uneven.groupby("id")["year"].max()
    short = ending.index[ending < last]
    assert 0 < len(short) < len(ending)
    with pytest.warns(PanelVARWarning, match=f"{len(short)} of {len(ending)} units") as caught:
        found = results.forecast(2)
    assert caught[0].filename == __file__
    empty = found.isna().all(axis=1).groupby(level="unit").all()
    np.testing.assert_array_equal(empty, ending < last)
    complete = panel_var(uneven[~uneven["id"].isin(short)], PAIR, **KEYS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        complete.forecast(2)


def test_years_keep_their_distance(small: pd.DataFrame) -> None:
    frame = small.assign(year=small["year"] * 2)
    index = panel_var(frame, PAIR, **KEYS).forecast(2).loc[1].index
    assert list(index) == [2 * small["year"].max() + 2, 2 * small["year"].max() + 4]


def test_quarters_go_on_as_quarters(small: pd.DataFrame) -> None:
    quarter = pd.PeriodIndex.from_ordinals(small["year"] - 1900, freq="Q")
    results = panel_var(small.assign(year=quarter), PAIR, **KEYS)
    plain = panel_var(small, PAIR, **KEYS)
    found = results.forecast(2)
    np.testing.assert_array_equal(found, plain.forecast(2))
    assert [str(time) for time in found.loc[1].index] == ["1998Q3", "1998Q4"]
    assert str(results.resid.loc[1].index[0]) == "1995Q3"


def test_forecasts_with_lag_sets(small: pd.DataFrame) -> None:
    """The same as with all lags, those left out being zero."""
    results = panel_var(small, PAIR, lags={"y1": [1, 3], "y2": [2]}, depth="just", **KEYS)
    whole = panel_var(small, PAIR, lags=3, depth="just", **KEYS)
    whole = at_the_truth(whole, results.dynamics)
    pd.testing.assert_frame_equal(whole.fixed_effects, results.fixed_effects)
    pd.testing.assert_frame_equal(whole.forecast(4), results.forecast(4))


def test_forecasts_do_not_depend_on_chunks(
    uneven: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = panel_var(uneven, PAIR, **KEYS)
    whole = results.resid, results.fixed_effects, results.forecast(3)
    monkeypatch.setattr("pvar.moments.CHUNK_BYTES", 2_000)
    for one, other in zip(
        whole, (results.resid, results.fixed_effects, results.forecast(3)), strict=True
    ):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("effects", "options", "text"),
    [
        ("none", {"steps": 0}, "steps must be a whole number of at least 1; read 0"),
        ("none", {"steps": 1.5}, "at least 1; read 1.5"),
        ("none", {"period_effects": "last"}, "time_effects is 'none'"),
        ("dummies", {}, "need period_effects for the 1 periods ahead"),
        ("demean", {"period_effects": "trend"}, "one of last, mean; read 'trend'"),
        ("demean", {"period_effects": ["none"]}, "hold numbers only; read ['none']"),
        ("demean", {"period_effects": [1.0, 2.0]}, "array (1, 2); its shape is (2,)"),
    ],
)
def test_refusals(small: pd.DataFrame, effects: str, options: dict[str, Any], text: str) -> None:
    results = panel_var(small, PAIR, time_effects=effects, **KEYS)
    with pytest.raises(PanelVARError, match=re.escape(text)):
        results.forecast(**options)


def test_forecasts_of_a_real_estimate_are_unbiased(noise: np.random.Generator) -> None:
    """With estimated coefficients and many units the mean error is small beside its spread."""
    n, total = 400, 20
    y, mu = np.zeros((n, total + 20, 2)), noise.standard_normal((n, 1, 2))
    for s in range(1, total + 20):
        y[:, s] = y[:, s - 1] @ SLOPES.T + mu[:, 0] + noise.standard_normal((n, 2))
    y = y[:, 20:]
    results = panel_var(long_frame(y[:, :-2]), NAMES[:2], **LABELS)
    error = results.forecast(2).to_numpy().reshape(n, 2, 2) - y[:, -2:]
    assert (np.abs(error.mean(axis=0)) < 4.0 * error.std(axis=0) / np.sqrt(n)).all()
    assert error.std(axis=0)[0] == pytest.approx([1.03, 1.03], abs=0.1)
