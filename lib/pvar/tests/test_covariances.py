"""Covariances by hand, and the weight apart from them; Stata's pvar among the combinations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from panels import var_panel
from pvar import PanelData, PanelVARError, PanelVARResults, Specification, fit
from pvar.covariances import default_bandwidth
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = [[0.5, 0.1], [0.0, 0.4]]
OVER = Specification(("y1", "y2"), depth=3)
JUST = Specification(("y1", "y2"), depth=1)


def read(frame: pd.DataFrame, groups: int | None = None) -> PanelData:
    """The first two variables, units in clusters by their number."""
    data = PanelData.from_frame(frame, NAMES[:2], **KEYS)
    codes = None if groups is None else np.arange(data.n_units) % groups
    return replace(data, clusters=codes)


def stacked(results: PanelVARResults) -> dict[str, np.ndarray]:
    """Z, X, y of every transformed row, with its unit and period."""
    rows = [(r.z[r.kept], r.w[r.kept], np.argwhere(r.kept)) for r in results.moments.rows()]
    z, w, place = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    k = results.moments.n_regressors
    return {"z": z, "x": w[:, :k], "y": w[:, k:], "unit": place[:, 0], "period": place[:, 1]}


def row_scores(results: PanelVARResults, b: np.ndarray) -> np.ndarray:
    """u kron z of every row, (rows, mL)."""
    rows = stacked(results)
    u = rows["y"] - rows["x"] @ b.T
    return (u[:, :, None] * rows["z"][:, None, :]).reshape(len(u), -1)


def summed(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Sums of the rows of equal label."""
    return np.array([scores[labels == label].sum(axis=0) for label in np.unique(labels)])


def two_steps_by_hand(
    results: PanelVARResults, labels: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Coefficients, the projection of moments and the inverse weight."""
    rows = stacked(results)
    g = summed(row_scores(results, first), labels)
    spread = g.T @ g
    slopes = np.kron(np.eye(2), rows["z"].T @ rows["x"])
    bread = np.linalg.inv(slopes.T @ np.linalg.solve(spread, slopes))
    project = bread @ slopes.T @ np.linalg.inv(spread)
    return (project @ (rows["z"].T @ rows["y"]).T.ravel()).reshape(2, 2), project, spread


@pytest.mark.parametrize("covariance", ["unadjusted", "robust", "clustered"])
def test_the_usual_call_of_stata_s_pvar(uneven: pd.DataFrame, covariance: Any) -> None:
    """winitial(identity) wmatrix(robust) twostep, vce() as named: no output of Stata is at hand."""
    ours = fit(
        read(uneven),
        replace(OVER, missing_instruments="drop"),
        steps="two",
        weight="row",
        initial_weight="identity",
        covariance=covariance,
    )
    rows = stacked(ours)
    zx, zy = rows["z"].T @ rows["x"], rows["z"].T @ rows["y"]
    first = np.linalg.solve(zx.T @ zx, zx.T @ zy).T
    labels = np.arange(len(rows["z"]))
    b, project, spread = two_steps_by_hand(ours, labels, first)
    np.testing.assert_allclose(ours.coefficients, b, rtol=1e-8)
    scores = row_scores(ours, b)
    inner = {
        "unadjusted": spread,
        "robust": scores.T @ scores,
        "clustered": summed(scores, rows["unit"]).T @ summed(scores, rows["unit"]),
    }[covariance]
    np.testing.assert_allclose(ours.covariance, project @ inner @ project.T, rtol=1e-7, atol=1e-16)


def test_dropped_rows_are_those_without_all_instruments(uneven: pd.DataFrame) -> None:
    data = read(uneven)
    zero, drop = (
        fit(data, replace(OVER, missing_instruments=name), steps="one") for name in ("zero", "drop")
    )
    lengths = np.diff(data.start)
    assert data.units_with_gaps() == 0
    assert zero.n_obs == (lengths - 2).sum()
    assert drop.n_obs == (lengths - 4).sum()
    rows = stacked(drop)
    assert (rows["z"] != 0).all()
    np.testing.assert_allclose(drop.moments.zx, rows["z"].T @ rows["x"])
    u = rows["y"] - rows["x"] @ drop.coefficients.T
    np.testing.assert_allclose(drop.sigma, u.T @ u / (len(u) - 2))
    levels = [r.levels for r in drop.moments.rows()]
    kept = [r.kept for r in drop.moments.rows()]
    assert (np.diff(np.concatenate(kept).astype(int), axis=1)[:, :2] >= 0).all()
    assert np.concatenate(levels).any(axis=2).sum() == (lengths - 1).sum()  # they still average


def test_first_step_taken_as_right(large: pd.DataFrame) -> None:
    """Two-stage least squares of deviations and Arellano and Bond's first step, by textbook."""
    data = read(large)
    ours = fit(data, OVER, steps="one", covariance="unadjusted")
    rows = stacked(ours)
    z, x = rows["z"], rows["x"]
    fitted = z @ np.linalg.solve(z.T @ z, z.T @ x)
    textbook = np.kron(ours.sigma, np.linalg.inv(fitted.T @ x))
    np.testing.assert_allclose(ours.covariance, textbook, rtol=1e-9)
    options = {"transform": "fd", "depth": "all", "collapse": False}
    differences = fit(data, replace(OVER, **options), steps="one", covariance="unadjusted")
    deviations = fit(data, replace(OVER, **options | {"transform": "fod"}), steps="one")
    np.testing.assert_allclose(differences.coefficients, deviations.coefficients, rtol=1e-7)
    twice = fit(
        data, replace(OVER, **options | {"transform": "fod"}), steps="one", covariance="unadjusted"
    )
    ratio = np.sqrt(np.diagonal(differences.sigma) / 2.0 / np.diagonal(twice.sigma))
    errors = twice.standard_errors * ratio[:, None]
    np.testing.assert_allclose(differences.standard_errors, errors, rtol=1e-7)


@pytest.mark.parametrize("specification", [JUST, OVER], ids=["just", "over"])
def test_clusters_of_units(uneven: pd.DataFrame, specification: Specification) -> None:
    data = read(uneven, groups=40)
    ours = fit(data, specification)
    rows = stacked(ours)
    labels = rows["unit"] % 40
    if ours.steps == "one":
        b, project = ours.coefficients, np.kron(np.eye(2), np.linalg.inv(rows["z"].T @ rows["x"]))
        g = summed(row_scores(ours, b), labels)
        np.testing.assert_allclose(ours.covariance, project @ g.T @ g @ project.T, rtol=1e-8)
        return
    assert ours.covariance_name == "windmeijer"
    first = fit(data, specification, steps="one").coefficients
    b, project, spread = two_steps_by_hand(ours, labels, first)
    np.testing.assert_allclose(ours.coefficients, b, rtol=1e-7)
    plain = fit(data, specification, covariance="unadjusted")
    np.testing.assert_allclose(plain.covariance, project @ spread @ project.T, rtol=1e-7)


@pytest.mark.parametrize("specification", [JUST, OVER], ids=["just", "over"])
def test_copies_in_one_cluster_add_nothing(specification: Specification) -> None:
    """Every unit three times, its copies one cluster: estimate and J of the original."""
    data = var_panel(np.random.default_rng(4), 90, 7, SLOPES)
    cube = data.values.reshape(90, 7, 2)
    copies = replace(PanelData.from_array(np.tile(cube, (3, 1, 1))), clusters=np.arange(270) % 90)
    for covariance in (None, "clustered"):
        first = fit(data, specification, covariance=covariance)
        other = fit(copies, specification, covariance=covariance)
        np.testing.assert_allclose(other.coefficients, first.coefficients, rtol=1e-9)
        np.testing.assert_allclose(other.standard_errors, first.standard_errors, rtol=1e-8)
        assert other.hansen.statistic == pytest.approx(first.hansen.statistic, rel=1e-8)
    careless = fit(replace(copies, clusters=None), specification, covariance="clustered")
    assert (careless.standard_errors < 0.7 * first.standard_errors).all()


def test_one_unit_a_cluster_is_clustering_by_unit(uneven: pd.DataFrame) -> None:
    by_unit = fit(read(uneven), OVER)
    by_cluster = fit(read(uneven, groups=120), OVER)
    np.testing.assert_allclose(by_cluster.covariance, by_unit.covariance, rtol=1e-10)


@pytest.mark.parametrize("bandwidth", [0, 3, None])
@pytest.mark.parametrize("specification", [JUST, OVER], ids=["just", "over"])
def test_driscoll_and_kraay_by_hand(
    uneven: pd.DataFrame, specification: Specification, bandwidth: int | None
) -> None:
    data = read(uneven)
    ours = fit(data, specification, covariance="driscoll-kraay", bandwidth=bandwidth)
    rows = stacked(ours)
    h = summed(row_scores(ours, ours.coefficients), rows["period"])
    lags = 2 if bandwidth is None else bandwidth
    weights = np.maximum(1.0 - np.abs(np.subtract.outer(*[np.arange(len(h))] * 2)) / (lags + 1), 0)
    project = ours.estimate.projection
    np.testing.assert_allclose(
        ours.covariance, project @ h.T @ weights @ h @ project.T, rtol=1e-8, atol=1e-16
    )
    assert ours.bandwidth == lags


def test_driscoll_and_kraay_with_level_rows(uneven: pd.DataFrame) -> None:
    """System GMM's two rows of a period are one sum; so are they in the sum over rows."""
    data = read(uneven)
    specification = replace(JUST, system=True)
    ours = fit(data, specification, steps="one", covariance="driscoll-kraay", bandwidth=0)
    total = []
    for rows in ours.moments.rows():
        maker = np.vstack([-ours.coefficients.T, np.eye(2)])
        scores = (rows.w @ maker)[..., :, None] * rows.z[..., None, :]
        total.append(scores.reshape(*rows.z.shape[:2], -1))
    scores = np.concatenate(total)
    half = scores.shape[1] // 2
    h = (scores[:, :half] + scores[:, half:]).sum(axis=0)
    project = ours.estimate.projection
    np.testing.assert_allclose(ours.covariance, project @ h.T @ h @ project.T, rtol=1e-8)
    robust = fit(data, specification, steps="one", covariance="robust")
    flat = scores.reshape(-1, scores.shape[2])
    inner = project @ flat.T @ flat @ project.T
    np.testing.assert_allclose(robust.covariance, inner, rtol=1e-8)


def test_default_bandwidth() -> None:
    assert [default_bandwidth(t) for t in (7, 12, 30, 100, 200)] == [2, 2, 3, 4, 4]


REFUSED = [
    ({"steps": "one", "covariance": "windmeijer"}, "two steps"),
    ({"weight": "row", "covariance": "windmeijer"}, "weight='row'"),
    ({"cluster": "region"}, "region"),
    ({"bandwidth": 2}, "bandwidth=2"),
    ({"covariance": "driscoll-kraay", "bandwidth": 9}, "bandwidth must be at most 7; read 9"),
    ({"covariance": "HC1"}, "HC1"),
    ({"weight": "time"}, "time"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_refusals(uneven: pd.DataFrame, options: dict[str, Any], words: str) -> None:
    periods = uneven[uneven["year"] < 2011]
    with pytest.raises(PanelVARError, match=words):
        fit(read(periods), OVER, **options)


def test_too_few_clusters_for_the_weight(uneven: pd.DataFrame) -> None:
    with pytest.raises(PanelVARError, match=r"12 moments .* exceed the 11 units or clusters"):
        fit(read(uneven, groups=11), OVER, steps="two")
    assert fit(read(uneven, groups=11), OVER).steps == "one"
    by_row = fit(read(uneven, groups=11), OVER, weight="row")
    assert by_row.covariance_name == "clustered"


# --- periods, not units -------------------------------------------------------------------------


def test_driscoll_and_kraay_count_periods(large: pd.DataFrame) -> None:
    """Degrees of freedom of t are those of the sums, of which there are as many as periods."""
    options = {"covariance": "driscoll-kraay", "use_t": True}
    ours, clustered = fit(read(large), JUST, **options), fit(read(large), JUST, use_t=True)
    assert (ours.df_t, clustered.df_t) == (10, 299)
    assert ours.wald_test({"y1": "lag1_y2"}).df_residual == 10
    spread = ours.monte_carlo(4000, seed=1).coefficients.std(axis=0) / ours.standard_errors
    np.testing.assert_allclose(spread, np.sqrt(10 / 8), rtol=0.1)
    assert any("Only 11 periods with rows" in text for text in ours.warnings)
    assert not any("periods with rows" in text for text in clustered.warnings)
    short = read(large[large["year"] < 2004])
    with pytest.raises(PanelVARError, match="rows are left in 1"):
        fit(short, JUST, covariance="driscoll-kraay")
    same = fit(read(large), JUST, covariance="driscoll-kraay", bandwidth=np.int64(2))
    np.testing.assert_array_equal(same.covariance, ours.covariance)


def test_driscoll_and_kraay_with_few_periods_cover_too_little() -> None:
    """A regressor and shocks that units share; the warning's figure: less than 93 % below 50."""
    inside = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        y, x = np.zeros((20, 42, 1)), rng.normal(size=(1, 42, 1)) + rng.normal(size=(20, 42, 1))
        for t in range(1, 42):
            y[:, t] = 0.4 * y[:, t - 1] + rng.normal() + rng.normal(size=(20, 1))
        data = PanelData.from_array(np.concatenate([y, x], axis=2)[:, 21:], ["y", "x"])
        specification = Specification(("y",), transform="within", exogenous=("x",))
        ours = fit(data, specification, covariance="driscoll-kraay", use_t=True)
        inside.append(ours.p_values[0, 1] >= 0.05)
    assert np.mean(inside) < 0.93


def test_clusters_of_the_data_are_those_of_the_results(uneven: pd.DataFrame) -> None:
    frame = uneven.assign(region=uneven["id"] % 40)
    data = PanelData.from_frame(frame, NAMES[:2], cluster="region", **KEYS)
    ours, named = fit(data, JUST), fit(data, JUST, cluster="region")
    np.testing.assert_array_equal(ours.covariance, named.covariance)
    assert ours.cluster == "region"
    assert ours.n_clusters == named.n_clusters == 40
