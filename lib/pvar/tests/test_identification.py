"""Strength of instruments, the rank test, and Anderson and Rubin's test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2
from scipy.stats import f as f_distribution

from panels import LABELS, long_frame, var_panel
from pvar import (
    PanelData,
    PanelVARError,
    PanelVARResults,
    Specification,
    anderson_rubin,
    anderson_rubin_set,
    fit,
    least_squares,
    panel_var,
    robust_rank_test,
)
from pvar.identification import UpdatedCriterion, hotelling_p
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = np.array([[0.5, 0.1], [0.2, 0.6]])
PAIR = ("y1", "y2")


def drawn(seed: int, n: int = 30, periods: int = 10, *, effects: float = 1.0) -> PanelData:
    return var_panel(np.random.default_rng(seed), n, periods, SLOPES, effects)


def scores(results: PanelVARResults, equation: int, slopes: np.ndarray) -> np.ndarray:
    """Moments of each unit in one equation."""
    (rows,) = results.moments.rows()
    k = results.moments.n_regressors
    return np.einsum("ntl,nt->nl", rows.z, rows.w[:, :, k + equation] - rows.w[:, :, :k] @ slopes)


def quadratic(g: np.ndarray) -> float:
    total = g.sum(axis=0)
    return float(total @ np.linalg.solve(g.T @ g, total))


# --- strength ---------------------------------------------------------------------------------


def test_one_regressor_by_hand(uneven: pd.DataFrame) -> None:
    """With one regressor: F of the first stage, and the scores Z_i'x_i are tested for zero."""
    results = panel_var(uneven, NAMES[:1], depth=3, **KEYS)
    (rows,) = results.moments.rows()
    z, x = rows.z.reshape(-1, 3), rows.w[:, :, 0].ravel()
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    f = (fitted @ fitted / 3) / (((x - fitted) ** 2).sum() / (results.n_obs - 3))
    weak = results.weak_identification
    assert weak is not None
    assert weak.cragg_donald_f == pytest.approx(f)
    test = robust_rank_test(results)
    value = quadratic(np.einsum("ntl,nt->nl", rows.z, rows.w[:, :, 0]))
    assert test.statistic == pytest.approx(value)
    n = results.n_units
    assert test.p == pytest.approx(
        f_distribution.sf((n - 3) / 3 * value / (n - value), 3, n - 3), rel=1e-9
    )


def test_exogenous_terms_are_partialled_out(large: pd.DataFrame) -> None:
    """The same as after regressing everything on the exogenous terms."""
    results = panel_var(large, NAMES[:2], depth=2, exogenous=["L1.y3", "y4"], **KEYS)
    (rows,) = results.moments.rows()
    x, z = rows.w[:, :, :4].reshape(-1, 4), rows.z.reshape(-1, 6)
    own, inner, outer = x[:, 2:], x[:, :2], z[:, :4]
    inner, outer = (v - own @ np.linalg.lstsq(own, v, rcond=None)[0] for v in (inner, outer))
    orthogonal = [np.linalg.qr(v)[0] for v in (inner, outer)]
    r = np.linalg.svd(orthogonal[0].T @ orthogonal[1], compute_uv=False)[-1]
    weak = results.weak_identification
    assert weak is not None
    assert weak.smallest_correlation == pytest.approx(r)
    assert weak.cragg_donald_f == pytest.approx((results.n_obs - 6) / 4 * r**2 / (1 - r**2))
    assert robust_rank_test(results).df == 3


@pytest.mark.parametrize(("depth", "high"), [(1, 0.14), (8, 0.14)])
def test_rank_test_keeps_its_level_with_few_units(depth: int, high: float) -> None:
    """One random walk is unidentified, however many instruments; the Wald form fails here."""
    rejected = []
    for seed in range(200):
        cube = drawn(seed, periods=12).dense(0, 30).copy()
        rng = np.random.default_rng(seed + 1000)
        cube[:, :, 0] = np.cumsum(rng.normal(size=(30, 12)), axis=1)
        results = fit(PanelData.from_array(cube), Specification(PAIR, depth=depth))
        rejected.append(robust_rank_test(results).identified)
    assert 0.0 < np.mean(rejected) < high


def test_rank_test_sees_identification_where_f_is_below_ten() -> None:
    """Five regressors: half of the samples fall below ten, nearly all are identified."""
    truth = 0.6 * np.eye(5)
    panels = [var_panel(np.random.default_rng(s), 30, 13, truth, 0.6) for s in range(60)]
    found = [fit(panel, Specification(panel.variables, depth="just")) for panel in panels]
    weak = [results.weak_identification for results in found]
    assert np.median([w.cragg_donald_f for w in weak if w]) < 10
    assert np.mean([robust_rank_test(results).identified for results in found]) > 0.8


def test_caution_is_the_rank_test_s() -> None:
    strong = fit(drawn(1, 100), Specification(PAIR, depth="just"))
    walk = PanelData.from_array(
        np.cumsum(np.random.default_rng(0).normal(size=(100, 8, 2)), axis=1)
    )
    doubtful = fit(walk, Specification(PAIR, depth="just"))
    said = [any("Identification is in doubt" in w for w in r.warnings) for r in (strong, doubtful)]
    assert said == [False, True]
    p = robust_rank_test(doubtful).p
    assert any(f"p = {p:.2f}" in text for text in doubtful.warnings)


def test_rank_test_is_refused_where_there_is_none(uneven: pd.DataFrame) -> None:
    with pytest.raises(PanelVARError, match="rank test is for one transformed equation"):
        robust_rank_test(panel_var(uneven, NAMES[:2], system=True, **KEYS))
    few = panel_var(uneven[uneven["id"] <= 6], NAMES[:2], depth=4, **KEYS)
    with pytest.raises(PanelVARError, match=r"7 degrees of freedom.*there are 6"):
        robust_rank_test(few)


def test_clusters_of_copies_are_units(uneven: pd.DataFrame) -> None:
    """Every unit three times, clustered by original: the tests are those of the originals."""
    uneven = uneven[uneven["id"] <= 40]
    copies = pd.concat([uneven.assign(copy=k) for k in range(3)])
    copies["whole"] = copies["id"].astype(str) + "-" + copies["copy"].astype(str)
    once = panel_var(uneven, NAMES[:2], depth=3, **KEYS)
    options = {"unit": "whole", "time": "year", "cluster": "id"}
    thrice = panel_var(copies, NAMES[:2], depth=3, **options)
    one, three = robust_rank_test(once), robust_rank_test(thrice)
    assert (three.statistic, three.p) == pytest.approx((one.statistic, one.p))
    ar, ar_three = anderson_rubin(once, "y1"), anderson_rubin(thrice, "y1")
    assert (ar_three.statistic, ar_three.p) == pytest.approx((ar.statistic, ar.p), rel=1e-5)


def test_hotelling_is_exact_for_normal_scores() -> None:
    rng = np.random.default_rng(0)
    p = [hotelling_p(quadratic(rng.normal(size=(12, 6))), 6, 12) for _ in range(2000)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.015)
    assert np.mean(p) == pytest.approx(0.5, abs=0.02)
    assert hotelling_p(5.0, 3, 10**7) == pytest.approx(chi2.sf(5.0, 3), rel=1e-5)


# --- Anderson and Rubin -----------------------------------------------------------------------


def test_all_coefficients_by_hand() -> None:
    results = fit(drawn(3), Specification(PAIR, depth=2))
    test = anderson_rubin(results, "y2", ["lag1_y1", "lag1_y2"], SLOPES[1], reference="chi2")
    assert test.statistic == pytest.approx(quadratic(scores(results, 1, SLOPES[1])))
    assert (test.df, test.projection_df, test.free) == (4, 4, {})
    assert test.p == test.projection_p == pytest.approx(chi2.sf(test.statistic, 4))


def test_estimates_of_a_just_identified_equation_are_never_rejected(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:3], depth="just", **KEYS)
    test = anderson_rubin(results, "y1", value=results.coefficients[0, 1:])
    assert test.statistic == pytest.approx(0.0, abs=1e-8)
    assert test.free["lag1_y1"] == pytest.approx(results.coefficients[0, 0], rel=1e-4)


@pytest.mark.parametrize("effects", [1.0, 8.0])
def test_one_free_coefficient_is_the_smallest_on_a_grid(effects: float) -> None:
    results = fit(drawn(5, effects=effects), Specification(PAIR, depth=3))
    test = anderson_rubin(results, "y1")
    grid = [*np.linspace(-3, 3, 1501), *np.tan(np.linspace(-1.57, 1.57, 1501))]
    values = [quadratic(scores(results, 0, np.array([b, 0.0]))) for b in grid]
    assert test.statistic <= min(values) + 1e-9
    assert test.statistic == pytest.approx(min(values), abs=0.02)
    at = np.array([test.free["lag1_y1"], 0.0])
    assert test.statistic == pytest.approx(quadratic(scores(results, 0, at)))


@pytest.mark.parametrize("seed", [2, 17, 24])
def test_the_lowest_of_several_minima_is_found(seed: int) -> None:
    """Downhill from the estimate ends in another one (each by more than two)."""
    results = fit(drawn(seed, effects=8.0), Specification(PAIR, depth=3))
    test = anderson_rubin(results, "y1", value=3.0)
    grid = np.tan(np.linspace(-1.57, 1.57, 3001))
    values = [quadratic(scores(results, 0, np.array([b, 3.0]))) for b in grid]
    assert test.statistic == pytest.approx(min(values), abs=0.05)


def test_two_free_coefficients_are_the_smallest_on_a_grid(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:2], lags=2, depth=3, **KEYS)
    test = anderson_rubin(results, "y1")
    grid = np.linspace(-2, 2, 61)
    values = [
        quadratic(scores(results, 0, np.array([first, 0.0, second, 0.0])))
        for first in grid
        for second in grid
    ]
    assert list(test.free) == ["lag1_y1", "lag2_y1"]
    assert test.df == 6 - 2
    assert test.statistic <= min(values) + 1e-9


def test_slope_of_the_criterion(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:3], depth=2, **KEYS)
    criterion = UpdatedCriterion.of(results, 0, [1], np.zeros(1))
    point, step = np.array([0.3, -0.2]), 1e-6
    value, slope = criterion.with_slope(point)
    moved = [criterion.at(point + step * e) - criterion.at(point - step * e) for e in np.eye(2)]
    np.testing.assert_allclose(slope, np.array(moved) / (2 * step), rtol=1e-5)
    assert value == pytest.approx(float(criterion.at(point)))


@settings(max_examples=15, deadline=None)
@given(scale=st.lists(st.floats(1e-4, 1e4), min_size=2, max_size=2), seed=st.integers(0, 30))
def test_units_of_measurement_do_not_matter(scale: list[float], seed: int) -> None:
    frame = long_frame(drawn(seed).dense(0, 30))
    scaled = frame.assign(y1=frame["y1"] * scale[0], y2=frame["y2"] * scale[1])
    one, two = (
        anderson_rubin(panel_var(f, PAIR, **LABELS, depth=2), "y1") for f in (frame, scaled)
    )
    assert one.statistic == pytest.approx(two.statistic, rel=1e-5, abs=1e-7)
    assert one.statistic <= 30
    assert one.projection_p >= one.p


@pytest.mark.parametrize("system", [False, True])
def test_further_regressors_and_constants_are_free(large: pd.DataFrame, system: bool) -> None:
    options = {"exogenous": ["y3"], "depth": 2, "system": system}
    results = panel_var(large, NAMES[:2], **KEYS, **options)
    test = anderson_rubin(results, "y1")
    assert list(test.free) == [n for n in results.regressors if n != "lag1_y2"]
    slopes = np.array([test.free.get(name, 0.0) for name in results.regressors])
    assert test.statistic == pytest.approx(quadratic(scores(results, 0, slopes)), rel=1e-6)
    assert test.statistic < quadratic(scores(results, 0, np.where(slopes, slopes * 1.01, 0.0)))


@pytest.mark.parametrize(("effects", "depth"), [(1.0, 3), (8.0, 1)])
def test_size_with_strong_and_weak_instruments(effects: float, depth: int) -> None:
    p = []
    for seed in range(150):
        results = fit(drawn(seed, effects=effects), Specification(PAIR, depth=depth))
        test = anderson_rubin(results, "y1", value=SLOPES[0, 1])
        p.append((test.p, test.projection_p))
    rejected = (np.array(p) < 0.05).mean(axis=0)
    assert (rejected <= [0.1, 0.08]).all()


def test_power_with_strong_instruments() -> None:
    data = var_panel(np.random.default_rng(0), 200, 10, [[0.4, 0.3], [0.0, 0.4]])
    results = fit(data, Specification(PAIR, depth=2))
    assert anderson_rubin(results, "y1").p < 1e-4
    assert anderson_rubin(results, "y2").p > 0.01


def test_confidence_set_holds_the_estimate_and_widens_when_weak() -> None:
    strong = fit(drawn(2, 100), Specification(PAIR, depth="just"))
    found = anderson_rubin_set(strong, "y1", "lag1_y2")
    inside = found.index[found["inside"]]
    assert inside.min() < strong.coefficients[0, 1] < inside.max()
    assert not found["inside"].iloc[[0, -1]].any()
    one = anderson_rubin(strong, "y1", ["lag1_y2"], found.index[7])
    assert found["p"].iloc[7] == pytest.approx(one.p)
    walk = np.cumsum(np.random.default_rng(1).normal(size=(60, 8, 2)), axis=1)
    weak = fit(PanelData.from_array(walk), Specification(PAIR, depth="just"))
    assert anderson_rubin_set(weak, "y1", "lag1_y2", values=[-50.0, 50.0])["inside"].all()


def test_faults_are_named(small: pd.DataFrame) -> None:
    results = panel_var(small, NAMES[:2], **KEYS)
    for arguments, piece in (
        (("y9",), "'y9'.*y1, y2"),
        (("y1", ["lag2_y1"]), "'lag2_y1'.*lag1_y1"),
        (("y1", []), "read 0"),
        (("y1", ["lag1_y2"], "zero"), "value must hold numbers only; read 'zero'"),
        (("y1", ["lag1_y2", "lag1_y2"]), "read 2 of which 1"),
    ):
        with pytest.raises(PanelVARError, match=piece):
            anderson_rubin(results, *arguments)
    with pytest.raises(PanelVARError, match="exact"):
        anderson_rubin(results, "y1", reference="exact")  # type: ignore[arg-type]
    with pytest.raises(PanelVARError, match="Least squares has no instruments"):
        anderson_rubin(least_squares(small, NAMES[:2], **KEYS), "y1")
    many = panel_var(small[small["id"] <= 8], NAMES[:2], depth=4, **KEYS)
    with pytest.raises(PanelVARError, match=r"8 degrees of freedom.*there are 8"):
        anderson_rubin(many, "y1")


@pytest.mark.parametrize(("seed", "transform", "equation"), [(1, "fod", 0), (2, "fd", 1)])
def test_the_smallest_of_several_minima(seed: int, transform: Any, equation: int) -> None:
    """Several weakly identified free coefficients: as low as from a hundred random starts."""
    rng, slopes = np.random.default_rng(seed), np.array([[0.35, 0.07], [0.0, 0.28]])
    cube = var_panel(rng, 50, 8, np.hstack([slopes, 0.15 * np.eye(2)])).values.reshape(50, 8, 2)
    cube = cube + 0.5 * rng.normal(size=(1, 8, 2))
    cube[rng.random(cube.shape) < 0.05] = np.nan
    for unit in cube:
        unit[: rng.integers(0, 3)], unit[8 - rng.integers(0, 3) :] = np.nan, np.nan
    frame = long_frame(cube + 2.0).assign(x=rng.normal(size=400)).dropna(how="all", subset=PAIR)
    options = {"lags": 2, "predetermined": ["x"], "depth": 3, "steps": "one", **LABELS}
    results = panel_var(frame, PAIR, transform=transform, **options)
    test = anderson_rubin(results, PAIR[equation])
    tested = [1 - equation, 3 - equation]
    criterion = UpdatedCriterion.of(results, equation, tested, np.zeros(2))
    starts = 3.0 * rng.standard_t(2, size=(100, len(criterion.free)))
    others = [minimize(criterion.with_slope, s, jac=True, method="BFGS").fun for s in starts]
    assert test.statistic < min(others) + 1e-3


def test_moments_that_are_the_same_for_all_units_are_no_end_of_the_search() -> None:
    """So are those of a dummy alone: their covariance has rank one, which is no small value."""
    rng = np.random.default_rng(3)
    same, own = np.ones((40, 2, 1)), rng.normal(size=(40, 2, 1)) + 0.2
    parts = np.concatenate([same, own], axis=2)
    products = np.einsum("nlk,njh->lkjh", parts, parts)
    start = np.zeros(1)
    criterion = UpdatedCriterion(parts.sum(axis=0), products, start, np.ones(1), [0], 40)
    far = np.array([[1e20]])
    assert criterion.at(far)[0] == np.inf
    value, slope = criterion.with_slope(far[0])
    assert value == np.inf and (slope == 0.0).all()
    assert 0.0 < criterion.minimum()[0] <= criterion.at(start[None])[0]
