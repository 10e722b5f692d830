"""The wild bootstrap: what it draws, and that its tests keep their level with few units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame, var_panel
from pvar import (
    PanelData,
    PanelVARError,
    PanelVARResults,
    Specification,
    fit,
    least_squares,
    panel_var,
)
from pvar.gmm import scores_of
from pvar.resampling import draw_blocks, signs, weights
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = [[0.3, 0.1], [0.1, 0.2]]


def few_units(rng: np.random.Generator, n: int) -> PanelData:
    """Units whose shocks differ in size, as provinces' do."""
    y = np.zeros((n, 30, 2))
    size, effect = np.exp(0.7 * rng.normal(size=(n, 1))), 0.5 * rng.normal(size=(n, 2))
    for t in range(1, 30):
        y[:, t] = effect + y[:, t - 1] @ np.array(SLOPES).T + size * rng.normal(size=(n, 2))
    return PanelData.from_array(y[:, 20:])


def signs_of(draws: int, seed: int, n: int) -> np.ndarray:
    (block,) = draw_blocks(draws, seed)
    return np.concatenate([*weights("wild", block, [n])], axis=1)


@pytest.mark.parametrize(
    "estimate",
    [
        partial(panel_var, depth="just"),
        partial(panel_var, depth=3, steps="one"),
        partial(panel_var, depth="just", transform="fd"),
        least_squares,
        partial(least_squares, correction="half-panel-jackknife"),
        partial(least_squares, correction="hahn-kuersteiner", time_effects="dummies"),
    ],
)
def test_draws_are_leave_one_out_estimates_times_signs(
    uneven: pd.DataFrame, estimate: Callable[..., PanelVARResults]
) -> None:
    frame = uneven[uneven["id"] <= 15]
    results = estimate(frame, NAMES[:2], **KEYS)
    n = results.n_units
    draws = results.bootstrap(20, seed=4, kind="wild")
    without = np.array(
        [
            estimate(frame[frame["id"] != unit], NAMES[:2], **KEYS).coefficients
            for unit in frame["id"].unique()
        ]
    )
    moves = np.sqrt((n - 1) / n) * (results.coefficients - without)
    expected = results.coefficients + np.tensordot(signs_of(20, 4, n), moves, 1)
    np.testing.assert_allclose(draws.coefficients, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("n", [10, 30])
def test_innovation_covariances_are_those_of_weighted_residuals(
    small: pd.DataFrame, n: int
) -> None:
    results = panel_var(small[small["id"] <= n], NAMES[:2], depth="just", **KEYS)
    draws = results.bootstrap(20, seed=4, kind="wild")
    (rows,) = results.moments.rows()
    w = 1.0 + np.sign(signs_of(20, 4, n))
    for k in (0, 11):
        a = draws.coefficients[k]
        residual = rows.w[:, :, 2:] - rows.w[:, :, :2] @ a.T
        total = np.einsum("n,nti,ntj->ij", w[k], residual, residual) / (w[k].sum() * 11)
        np.testing.assert_allclose(draws.sigma[k], total * n * 11 / (n * 11 - 2), rtol=1e-10)


def test_signs_have_mean_zero_and_variance_one() -> None:
    for n, points in ((11, 6), (12, 2)):
        drawn = np.concatenate([*signs(np.random.default_rng(1), 4000, [4, n - 4])], axis=1)
        assert drawn.shape == (4000, n)
        assert len(np.unique(drawn)) == points
        assert abs(drawn.mean()) < 0.02
        assert drawn.var() == pytest.approx(1.0, abs=0.02)


def by_hand(results: PanelVARResults, w: np.ndarray, j: int, null: float) -> float:
    """The p-value written out: restricted estimate, signs, new t-statistics; one step."""
    cross = results.moments.unit_cross
    assert cross is not None
    m, k = results.coefficients.shape
    project = results.estimate.projection
    influence = scores_of(cross, results.coefficients) @ project.T
    covariance = influence.T @ influence
    b, se = results.coefficients.ravel(), np.sqrt(covariance[j, j])
    restricted = b - covariance[:, j] / covariance[j, j] * (b[j] - null)
    scores = scores_of(cross, restricted.reshape(m, k))
    statistics = []
    for row in w:
        moved = restricted + project @ (row @ scores)
        inner = row[:, None] * scores
        inner += scores_of(cross, moved.reshape(m, k)) - scores
        statistics.append((moved[j] - null) / np.sqrt((inner @ project[j]) @ (inner @ project[j])))
    return float((np.abs(statistics) >= abs(b[j] - null) / se * (1 - 1e-9)).mean())


@pytest.mark.parametrize("depth", ["just", 3])
def test_p_values_by_hand(depth: Any) -> None:
    data = few_units(np.random.default_rng(2), 14)
    results = fit(data, Specification(data.variables, depth=depth), steps="one")
    draws = results.bootstrap(99, seed=5, kind="wild")
    w = signs_of(99, 5, 14)
    for null in (0.0, 0.3, -1.0):
        found = draws.p_values(null)
        assert list(found.index) == list(results.regressors)
        for e, equation in enumerate(results.variables):
            for r, regressor in enumerate(results.regressors):
                expected = by_hand(results, w, 2 * e + r, null)
                assert found.loc[regressor, equation] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), level=st.sampled_from([0.8, 0.9, 0.95]))
def test_interval_holds_the_nulls_that_are_not_rejected(seed: int, level: float) -> None:
    data = few_units(np.random.default_rng(seed), 12)
    draws = fit(data, Specification(data.variables, depth="just")).bootstrap(
        199, seed=seed, kind="wild"
    )
    low, high = draws.intervals(level=level, method="bootstrap-t")
    point = draws.results.coefficients
    assert ((low < point) & (point < high)).all()
    for bound, out in ((low, -1.0), (high, 1.0)):
        for e in range(2):
            for r in range(2):
                step = out * 1e-6 * abs(bound[e, r] - point[e, r])
                inside, outside = (
                    draws.p_values(bound[e, r] + s).iloc[r, e] for s in (-step, step)
                )
                assert outside <= 1 - level < inside + 1e-12


def test_bootstrap_t_covers_where_clustered_errors_and_pairs_do_not() -> None:
    covered: dict[str, list[np.ndarray]] = {"normal": [], "pairs": [], "t": []}
    truth = np.array(SLOPES)
    for r in range(120):
        data = few_units(np.random.default_rng([1, r]), 12)
        results = fit(data, Specification(data.variables, depth="just"))
        off = np.abs(results.coefficients - truth)
        covered["normal"].append(off <= 1.96 * results.standard_errors)
        low, high = results.bootstrap(199).intervals(method="bias-corrected")
        covered["pairs"].append((low <= truth) & (truth <= high))
        p = results.bootstrap(199, kind="wild").restricted.p_values(
            (results.coefficients - truth).ravel()
        )
        covered["t"].append(p.reshape(2, 2) > 0.05)
    share = {name: float(np.mean(hits)) for name, hits in covered.items()}
    assert 0.92 < share["t"] < 0.985, share
    assert share["normal"] < 0.89, share
    assert share["pairs"] < 0.92, share


def test_two_step_tests_use_the_corrected_covariance() -> None:
    data = var_panel(np.random.default_rng(7), 200, 9, SLOPES)
    results = fit(data, Specification(data.variables, depth=4), steps="two")
    draws = results.bootstrap(500, kind="wild")
    np.testing.assert_allclose(draws.restricted.errors, results.standard_errors.ravel(), rtol=1e-8)
    z = np.abs(results.z_values.T)
    p = draws.p_values().to_numpy()
    assert (p[z > 4] < 0.02).all()
    low, high = draws.intervals(method="bootstrap-t")
    ratio = (high - low) / (2 * 1.96 * results.standard_errors)
    np.testing.assert_allclose(ratio, 1.0, atol=0.2)


@pytest.mark.parametrize("correction", [None, "half-panel-jackknife", "hahn-kuersteiner"])
def test_least_squares_tests_use_its_covariance(uneven: pd.DataFrame, correction: Any) -> None:
    results = least_squares(uneven, NAMES[:2], correction=correction, **KEYS)
    draws = results.bootstrap(500, kind="wild")
    errors = results.standard_errors
    np.testing.assert_allclose(draws.restricted.errors, errors.ravel(), rtol=1e-8)
    np.testing.assert_allclose(draws.standard_errors, errors, rtol=0.15)
    low, high = draws.intervals(method="bootstrap-t")
    np.testing.assert_allclose((high - low) / (2 * 1.96 * errors), 1.0, atol=0.15)


def test_what_wild_draws_refuse() -> None:
    rng = np.random.default_rng(0)
    results = panel_var(long_frame(rng.normal(size=(20, 6, 2))), NAMES[:2], **LABELS)
    with pytest.raises(PanelVARError, match=r"kind='wild'.*pairs"):
        results.bootstrap(50).p_values()
    frame = long_frame(rng.normal(size=(20, 6, 2)))
    frame["x"] = np.where(frame["u"] == 3, frame["t"] ** 2.0, 1.0)
    one = panel_var(frame, NAMES[:2], exogenous=["x"], depth="just", **LABELS)
    with pytest.raises(PanelVARError, match=r"each of 20 units out.*without one of 1 of them"):
        one.bootstrap(50, kind="wild")
