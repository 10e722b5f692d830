"""Resampled and simulated uncertainty: right, reproducible, and open about failures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from panels import LABELS, long_frame
from reference_cases import KEYS, NAMES

from pvar import PanelVARError, moments, panel_var
from pvar.bootstrap import draw_blocks, interval, resampling_weights, used_units

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

MODELS: list[dict[str, Any]] = [
    {"depth": "just"},
    {"transform": "fd", "depth": 2},
    {"depth": 2, "steps": "two"},
    {"depth": "just", "steps": "one", "system": True},
    {"depth": "just", "transform": "pvar2"},
    {"depth": "just", "transform": "pvar2-asymmetric"},
    {"depth": "just", "lags": 2, "time_effects": "dummies"},
]


@pytest.mark.parametrize("options", MODELS, ids=str)
def test_a_draw_is_the_estimate_on_the_resampled_panel(
    uneven: pd.DataFrame, options: dict[str, Any]
) -> None:
    results = panel_var(uneven, NAMES[:3], **KEYS, **options)
    draws, k = results.bootstrap(20, seed=7), 13
    joint = options.get("steps") == "two"
    ((size, sequence),) = draw_blocks(results.moments, 20, 7, joint)
    rng = np.random.default_rng(sequence)
    sizes = used_units(results.moments)
    counts = np.concatenate([*resampling_weights(rng, size, sizes)], axis=1)[k]
    units = np.repeat(np.sort(uneven["id"].unique()), counts.astype(int))
    copies = [uneven[uneven["id"] == u].assign(id=new) for new, u in enumerate(units)]
    again = panel_var(pd.concat(copies), NAMES[:3], **KEYS, **options)
    np.testing.assert_allclose(draws.coefficients[k], again.coefficients, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(draws.sigma[k], again.sigma, rtol=1e-8)


def test_reproducible_by_seed(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES, depth="just", **KEYS)
    first, again, other = (results.bootstrap(50, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.coefficients, again.coefficients)
    assert not np.array_equal(first.coefficients, other.coefficients)
    mc = [results.monte_carlo(50, seed=s).coefficients for s in (1, 1)]
    np.testing.assert_array_equal(*mc)


def test_counts_sum_to_the_number_of_units_in_every_draw(
    large: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, "CHUNK_BYTES", 40_000)
    results = panel_var(large, NAMES[:2], depth="just", **KEYS)
    sizes = used_units(results.moments)
    assert len(sizes) == 3
    rng = np.random.default_rng(0)
    counts = np.concatenate([*resampling_weights(rng, 400, sizes)], axis=1)
    np.testing.assert_array_equal(counts.sum(axis=1), 300)
    assert counts.mean() == 1.0
    assert counts.var() == pytest.approx(1 - 1 / 300, rel=0.02)  # binomial(300, 1/300)
    covariance = np.cov(counts[:, 0], counts[:, 200])[0, 1]
    assert abs(covariance) < 0.2


def test_bootstrap_spread_agrees_with_clustered_errors(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], transform="fd", depth="just", **KEYS)
    draws = results.bootstrap(2000, seed=3)
    np.testing.assert_allclose(draws.standard_errors, results.standard_errors, rtol=0.1)
    low, high = draws.intervals()
    half = 1.96 * results.standard_errors
    np.testing.assert_allclose((high - low) / 2, half, rtol=0.15)


def test_monte_carlo_moments(large: pd.DataFrame) -> None:
    """Coefficients have covariance V; vech Sigma that of normal errors."""
    results = panel_var(large, NAMES[:2], depth="just", **KEYS)
    draws = results.monte_carlo(40_000, seed=5)
    spread = np.cov(draws.coefficients.reshape(len(draws.coefficients), -1).T)
    np.testing.assert_allclose(spread, results.covariance, rtol=0.05, atol=2e-5)
    s, n = results.sigma, results.n_obs
    drawn = np.cov(draws.sigma[:, [0, 0, 1], [0, 1, 1]].T)
    exact = np.array(
        [
            [2 * s[0, 0] ** 2, 2 * s[0, 0] * s[0, 1], 2 * s[0, 1] ** 2],
            [0, s[0, 0] * s[1, 1] + s[0, 1] ** 2, 2 * s[0, 1] * s[1, 1]],
            [0, 0, 2 * s[1, 1] ** 2],
        ]
    )
    exact = (np.triu(exact) + np.triu(exact, 1).T) / n
    np.testing.assert_allclose(drawn, exact, rtol=0.06, atol=3e-6)


def test_intervals_by_hand(noise: np.random.Generator) -> None:
    draws = noise.normal(size=(999, 3))
    low, high = interval(draws, np.zeros(3), 0.9, "percentile")
    np.testing.assert_allclose(low, np.quantile(draws, 0.05, axis=0))
    np.testing.assert_allclose(high, np.quantile(draws, 0.95, axis=0))
    median = np.median(draws, axis=0)
    same = interval(draws, median, 0.9, "bias-corrected")
    np.testing.assert_allclose(same, (low, high), atol=0.02)
    shifted = interval(draws, median + 0.3, 0.9, "bias-corrected")
    assert (shifted[0] > low).all()
    assert (shifted[1] > high).all()


def test_explosive_draws_are_counted_and_can_be_left_out(small: pd.DataFrame) -> None:
    draws = panel_var(small, NAMES, depth="just", **KEYS).bootstrap(400, seed=1)
    assert 0 < draws.n_explosive < 400
    kept, dropped = (draws.bands(explosive=e) for e in ("keep", "drop"))
    assert kept.n_used == 400 - draws.n_failed
    assert dropped.n_used == kept.n_used - draws.n_explosive
    assert kept.n_explosive == dropped.n_explosive == draws.n_explosive
    assert str(draws.n_explosive) in draws.sentence
    width = (kept.upper - kept.lower)[-1], (dropped.upper - dropped.lower)[-1]
    assert np.median(width[0]) > np.median(width[1])


def test_failed_draws_are_counted() -> None:
    """A draw of one unit alone has two rows for two coefficients, so no residual at all."""
    frame = long_frame(np.random.default_rng(0).normal(size=(4, 4, 2)))
    draws = panel_var(frame, NAMES[:2], depth="just", **LABELS).bootstrap(2000, seed=0)
    assert 15 < draws.n_failed < 50  # 4 of 256 draws have one unit only
    assert np.isnan(draws.moduli[draws.failed]).all()
    assert draws.bands("simple").n_used == 2000 - draws.n_failed


def test_bands_enclose_most_points_and_have_a_frame(large: pd.DataFrame) -> None:
    bands = (
        panel_var(large, NAMES[:3], depth="just", **KEYS)
        .bootstrap(300, seed=2)
        .bands("fevd", horizon=4)
    )
    inside = (bands.lower <= bands.point) & (bands.point <= bands.upper)
    assert inside.mean() > 0.9
    frame = bands.to_frame()
    assert list(frame) == ["impulse", "response", "horizon", "value", "lower", "upper"]
    row = frame.set_index(["impulse", "response", "horizon"]).loc[("y2", "y3", 4)]
    assert row["lower"] == bands.lower[4, 2, 1]


def test_requests_that_cannot_be_met(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:2], depth="just", **KEYS)
    with pytest.raises(PanelVARError, match="至少为 2"):
        results.bootstrap(1, seed=0)
    draws = results.bootstrap(10, seed=0)
    for options in ({"level": 1.5}, {"method": "hall"}, {"explosive": "hide"}):
        with pytest.raises(PanelVARError):
            draws.bands(**options)
    rows = panel_var(small, NAMES[:1], depth=2, steps="two", weight="row", **KEYS)
    with pytest.raises(PanelVARError, match="按行加权"):
        rows.bootstrap(10, seed=0)
