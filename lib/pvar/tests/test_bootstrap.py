"""Resampled and simulated uncertainty: right, reproducible, and open about failures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from panels import LABELS, long_frame, var_panel
from pvar import (
    PanelVARError,
    PanelVARWarning,
    Specification,
    fit,
    least_squares,
    moments,
    panel_var,
)
from pvar.gmm import two_step
from pvar.reestimation import estimator_of, solve_each
from pvar.resampling import counts, draw_blocks, group_sizes
from reference_cases import KEYS, NAMES

MODELS: list[dict[str, Any]] = [
    {"depth": "just"},
    {"transform": "fd", "depth": 2, "steps": "one"},
    {"depth": 3, "steps": "one", "initial_weight": "identity"},
    {"depth": "just", "steps": "one", "system": True},
    {"depth": "just", "transform": "pvar2"},
    {"depth": "just", "transform": "pvar2-asymmetric"},
    {"depth": "just", "lags": 2, "time_effects": "dummies"},
    {"by": least_squares, "lags": 2},
    {"by": least_squares, "correction": "half-panel-jackknife", "time_effects": "dummies"},
    {"by": least_squares, "correction": "hahn-kuersteiner"},
]
SLOPES = [[0.5, 0.1], [0.1, 0.4]]

ignoring = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


def named(options: dict[str, Any]) -> str:
    """Alike in every process: functions by their names."""
    return str({key: getattr(value, "__name__", value) for key, value in options.items()})


@ignoring
@pytest.mark.parametrize("options", MODELS, ids=named)
def test_a_draw_is_the_estimate_on_the_resampled_panel(
    uneven: pd.DataFrame, options: dict[str, Any]
) -> None:
    options = dict(options)
    estimate = options.pop("by", panel_var)
    results = estimate(uneven, NAMES[:3], **KEYS, **options)
    draws, k = results.bootstrap(20, seed=7), 13
    ((size, sequence),) = draw_blocks(20, 7)
    rng = np.random.default_rng(sequence)
    times = np.concatenate([*counts(rng, size, group_sizes(results.moments))], axis=1)[k]
    units = np.repeat(np.sort(uneven["id"].unique()), times.astype(int))
    copies = [uneven[uneven["id"] == u].assign(id=new) for new, u in enumerate(units)]
    again = estimate(pd.concat(copies), NAMES[:3], **KEYS, **options)
    np.testing.assert_allclose(draws.coefficients[k], again.coefficients, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(draws.sigma[k], again.sigma, rtol=1e-8)


@ignoring
def test_a_two_step_draw_keeps_the_weight_and_follows_its_derivative() -> None:
    data = var_panel(np.random.default_rng(3), 60, 8, SLOPES)
    results = fit(data, Specification(data.variables, depth=4), steps="two")
    estimator, first = estimator_of(results), results.estimate.first
    assert first is not None
    near = first.coefficients + 1e-5 * np.array([[1.0, -2.0], [0.5, 1.0]])
    cross = results.moments.cross[None]
    same = estimator.second.coefficients(cross, first.coefficients[None])[0]
    np.testing.assert_allclose(same, results.coefficients, rtol=1e-9)
    predicted = estimator.second.coefficients(cross, near[None])[0]
    scores = [s.reshape(60, -1) for s in unit_scores_at(results, near)]
    moved = replace(first, score_covariance=scores[0].T @ scores[0])
    exact = two_step(results.moments, moved).coefficients
    np.testing.assert_allclose(predicted - same, exact - same, rtol=1e-3)


def unit_scores_at(results: Any, coefficients: np.ndarray) -> list[np.ndarray]:
    from pvar.gmm import unit_scores

    return list(unit_scores(results.moments, coefficients))


@ignoring
def test_two_step_draws_need_no_more_units_than_the_estimate() -> None:
    """36 moments, 40 units: a resample has some 25 distinct units, yet no draw is lost."""
    data = var_panel(np.random.default_rng(5), 40, 11, SLOPES)
    results = fit(data, Specification(data.variables, depth=9), steps="two")
    assert (results.n_moments, results.n_units) == (36, 40)
    draws = results.bootstrap(400)
    assert draws.n_failed == 0
    ratio = draws.standard_errors / results.standard_errors  # Windmeijer's
    assert ((ratio > 0.7) & (ratio < 1.4)).all()


@ignoring
def test_reproducible_by_seed_and_with_one(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES, depth="just", **KEYS)
    first, again, default, other = (
        results.bootstrap(250, **seed).coefficients
        for seed in ({"seed": 0}, {"seed": 0}, {}, {"seed": 2})
    )
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, default)
    assert not np.isclose(first, other).any()
    assert len(np.unique(first[:, 0, 0])) == 250  # blocks do not repeat each other
    mc = [results.monte_carlo(50, **seed).coefficients for seed in ({"seed": 0}, {})]
    np.testing.assert_array_equal(*mc)


@ignoring
def test_counts_sum_to_the_number_of_units_in_every_draw(
    large: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, "CHUNK_BYTES", 40_000)
    results = panel_var(large, NAMES[:2], depth="just", **KEYS)
    sizes = group_sizes(results.moments)
    assert len(sizes) == 3
    times = np.concatenate([*counts(np.random.default_rng(0), 400, sizes)], axis=1)
    np.testing.assert_array_equal(times.sum(axis=1), 300)
    assert times.mean() == 1.0
    assert times.var() == pytest.approx(1 - 1 / 300, rel=0.02)  # binomial(300, 1/300)
    covariance = np.cov(times[:, 0], times[:, 200])[0, 1]
    assert abs(covariance) < 0.2


@ignoring
@pytest.mark.parametrize("kind", ["pairs", "wild"])
def test_draws_do_not_depend_on_how_many_blocks_share_a_pass(
    large: pd.DataFrame, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = panel_var(large, NAMES[:2], depth="just", **KEYS)
    together = results.bootstrap(250, kind=kind)
    monkeypatch.setattr("pvar.resampling.PASS_BYTES", 1)
    apart = results.bootstrap(250, kind=kind)
    np.testing.assert_array_equal(together.coefficients, apart.coefficients)
    np.testing.assert_array_equal(together.sigma, apart.sigma)


@ignoring
@pytest.mark.parametrize("kind", ["pairs", "wild"])
def test_clusters_are_resampled_whole(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every unit twice, the two in one cluster: the draws of the units once."""
    rng = np.random.default_rng(8)
    once = var_panel(rng, 25, 9, SLOPES)
    cube = once.dense(0, 25)
    twice = replace(
        type(once).from_array(np.concatenate([cube, cube])), clusters=np.tile(np.arange(25), 2)
    )
    single = fit(once, Specification(once.variables, depth="just")).bootstrap(60, kind=kind)
    p_values = single.p_values() if kind == "wild" else None
    monkeypatch.setattr(moments, "CHUNK_BYTES", 5_000)  # several chunks, clusters across them
    results = fit(twice, Specification(twice.variables, depth="just"))
    assert len(results.moments.sample.ranges) > 2
    double = results.bootstrap(60, kind=kind)
    np.testing.assert_allclose(single.coefficients, double.coefficients, rtol=1e-7)
    ratio = double.sigma / single.sigma  # 2 rows each, the same coefficients
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.02)
    if p_values is not None:
        errors = results.standard_errors.ravel()
        np.testing.assert_allclose(double.restricted.errors, errors, rtol=1e-8)
        np.testing.assert_array_equal(double.p_values(), p_values)


@ignoring
@pytest.mark.parametrize("correction", [None, "hahn-kuersteiner"])
def test_clusters_of_several_sizes_change_the_number_of_units(
    uneven: pd.DataFrame, correction: Any
) -> None:
    """Unit means spend degrees of freedom, so a draw must know how many units it has."""
    frame = uneven[uneven["id"] <= 60].assign(region=lambda f: np.sqrt(f["id"]).astype(int))
    options = {"correction": correction, "cluster": "region", **KEYS}
    results = least_squares(frame, NAMES[:2], **options)
    draws = results.bootstrap(20, seed=1)
    ((size, sequence),) = draw_blocks(20, 1)
    rng = np.random.default_rng(sequence)
    (times,) = counts(rng, size, group_sizes(results.moments))
    for k in (0, 7):
        regions = np.repeat(np.arange(1, 8), times[k].astype(int))
        copies = [
            frame[frame["region"] == r].assign(id=lambda f, new=new: f["id"] + 1000 * new)
            for new, r in enumerate(regions)
        ]
        again = least_squares(pd.concat(copies), NAMES[:2], **options)
        np.testing.assert_allclose(draws.coefficients[k], again.coefficients, rtol=1e-8)
        np.testing.assert_allclose(draws.sigma[k], again.sigma, rtol=1e-8)


@ignoring
@pytest.mark.parametrize("kind", ["pairs", "wild"])
def test_bootstrap_spread_agrees_with_clustered_errors(large: pd.DataFrame, kind: Any) -> None:
    results = panel_var(large, NAMES[:2], transform="fd", depth="just", **KEYS)
    draws = results.bootstrap(2000, seed=3, kind=kind)
    np.testing.assert_allclose(draws.standard_errors, results.standard_errors, rtol=0.1)
    low, high = draws.intervals()
    half = 1.96 * results.standard_errors
    np.testing.assert_allclose((high - low) / 2, half, rtol=0.15)


@ignoring
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


@ignoring
def test_monte_carlo_follows_use_t() -> None:
    """With 5 units t of 4 degrees: its 97.5 % point is 2.776 standard errors, not 1.96."""
    data = var_panel(np.random.default_rng(4), 5, 20, SLOPES)
    specification = Specification(data.variables, depth="just")
    for use_t, point in ((False, 1.96), (True, 2.776)):
        results = fit(data, specification, use_t=use_t)
        _, high = results.monte_carlo(20_000).intervals()
        reach = (high - results.coefficients) / results.standard_errors
        np.testing.assert_allclose(reach, point, rtol=0.05)


@ignoring
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


def test_failed_draws_are_counted_and_told() -> None:
    """A draw of one unit alone has two rows for two coefficients, so no residual at all."""
    frame = long_frame(np.random.default_rng(0).normal(size=(4, 4, 2)))
    with pytest.warns(PanelVARWarning):
        results = panel_var(frame, NAMES[:2], depth="just", **LABELS)
    with pytest.warns(PanelVARWarning, match=r"of 2000 draws have no estimate.*`monte_carlo`"):
        draws = results.bootstrap(2000, seed=0)
    assert 15 < draws.n_failed < 50  # 4 of 256 draws have one unit only
    assert np.isnan(draws.moduli[draws.failed]).all()
    assert draws.bands("simple").n_used == 2000 - draws.n_failed


@ignoring
def test_survivors_of_many_failures_are_no_sample() -> None:
    """One of two units twice in half of the draws, which then have no residual."""
    frame = long_frame(np.random.default_rng(0).normal(size=(2, 4, 2)))
    draws = panel_var(frame, NAMES[:2], depth="just", **LABELS).bootstrap(200)
    assert 70 < draws.n_failed < 130
    for use in (draws.intervals, draws.bands, lambda: draws.standard_errors):
        with pytest.raises(PanelVARError, match=rf"^{draws.n_failed} of 200 draws"):
            use()


@ignoring
def test_innovation_covariances_that_are_none_are_failures() -> None:
    data = var_panel(np.random.default_rng(2), 4, 4, SLOPES)
    draws = fit(data, Specification(data.variables, depth="just")).monte_carlo(500)
    smallest = np.linalg.eigvalsh(draws.sigma)[:, 0]
    np.testing.assert_array_equal(draws.failed, smallest <= 0)
    assert 0 < draws.n_failed < 100


@ignoring
def test_requests_that_cannot_be_met(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:2], depth="just", **KEYS)
    with pytest.raises(PanelVARError, match="at least 2; read 1"):
        results.bootstrap(1)
    with pytest.raises(PanelVARError, match=r"draws must be a whole number .* read '99'"):
        results.monte_carlo("99")
    with pytest.raises(PanelVARError, match="'residual'"):
        results.bootstrap(10, kind="residual")
    rows = panel_var(small, NAMES[:1], depth=2, steps="two", weight="row", **KEYS)
    with pytest.raises(PanelVARError, match="summed over rows"):
        rows.bootstrap(10)


@ignoring
def test_solve_each_marks_singular_systems_only(noise: np.random.Generator) -> None:
    matrices = noise.normal(size=(6, 4, 4)) * np.array([1.0, 1e-8, 1e8, 1.0])
    matrices[1, :, 2] = matrices[1, :, 0] * 3.0
    matrices[3] = 0.0
    matrices[4, 0, 0] = np.nan
    targets = noise.normal(size=(6, 4, 2))
    found = solve_each(matrices, targets)
    np.testing.assert_array_equal(np.isnan(found).all(axis=(1, 2)), [0, 1, 0, 1, 1, 0])
    for k in (0, 2, 5):
        np.testing.assert_allclose(matrices[k] @ found[k], targets[k], rtol=1e-6, atol=1e-9)
