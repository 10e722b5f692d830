"""Difference-in-Hansen: names of instruments, algebra, size and power."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import var_panel
from pvar import (
    PanelData,
    PanelVARError,
    PanelVARResults,
    Specification,
    difference_in_hansen,
    fit,
    instrument_names,
    least_squares,
    panel_var,
)
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

OPTIONS: list[dict[str, object]] = [
    {"depth": 3},
    {"depth": 3, "transform": "fd", "collapse": False},
    {"depth": 2, "lags": 2, "system": True},
    {"depth": 2, "system": True, "collapse": False, "exogenous": ["L1.y4"]},
    {"depth": 2, "predetermined": ["y3"], "exogenous": ["y5"], "time_effects": "dummies"},
]


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Values that an instrument's name promises, by unit and year, before masking."""
    change, lag, variable, year = re.fullmatch(r"(D\.)?L(\d+)\.(\w+?)(?:@(\d+))?", name).groups()  # type: ignore[union-attr]
    series = frame.set_index(["id", "year"])[variable]
    series = series.groupby("id").diff() if change else series
    shifted = series.groupby("id").shift(int(lag))
    if year:
        shifted = shifted.where(shifted.index.get_level_values("year") == int(year), 0.0)
    return shifted


@pytest.mark.parametrize("options", OPTIONS)
def test_names_say_what_the_columns_hold(large: pd.DataFrame, options: dict[str, object]) -> None:
    large = large[large["id"] <= 60]
    results = panel_var(large, NAMES[:2], **KEYS, **options)
    names, (rows,) = instrument_names(results), results.moments.rows()
    assert len(set(names)) == len(names) == results.n_instruments
    first, n_upper = results.moments.sample.design.lags, rows.kept.shape[1]
    for place, name in enumerate(names):
        if not re.match(r"(D\.)?L\d+\.y[12]", name):
            continue
        z = rows.z[:, n_upper:, place] if name[0] == "D" else rows.z[:, :n_upper, place]
        expected = column(large, name).fillna(0.0).to_numpy().reshape(len(z), -1)[:, first:]
        if name[0] != "D":
            expected = expected * rows.kept
        np.testing.assert_allclose(z, expected, err_msg=name)


def test_dropping_all_that_overidentifies_gives_hansen(large: pd.DataFrame) -> None:
    for steps in ("one", "two"):
        results = panel_var(large, NAMES[:2], depth=3, steps=steps, **KEYS)
        row = difference_in_hansen(results).loc["deeper lags"]
        assert row["c"] == pytest.approx(results.hansen.statistic)
        assert (row["df"], row["p"]) == (results.hansen.df, pytest.approx(results.hansen.p))
        assert row["j_without"] == pytest.approx(0.0, abs=1e-9)
        assert np.isnan(row["p_without"])


def two_step_j(results: PanelVARResults, kept: list[int]) -> float:
    """J with some instruments and the block of the full model's covariance, term by term."""
    (rows,) = results.moments.rows()
    m, k = results.coefficients.shape
    first = fit(results.moments.sample.data, results.specification, steps="one").coefficients
    w, z = rows.w, rows.z
    residual = w[:, :, k:] - w[:, :, :k] @ first.T
    g = np.einsum("ntm,ntl->nml", residual, z).reshape(len(z), -1)
    places = [e * z.shape[2] + j for e in range(m) for j in kept]
    weight = np.linalg.inv((g.T @ g)[np.ix_(places, places)])
    slopes = np.kron(np.eye(m), np.einsum("ntl,ntk->lk", z[:, :, kept], w[:, :, :k]))
    target = np.einsum("ntl,ntm->ml", z[:, :, kept], w[:, :, k:]).ravel()
    b = np.linalg.solve(slopes.T @ weight @ slopes, slopes.T @ weight @ target)
    left = target - slopes @ b
    return float(left @ weight @ left)


def test_by_hand_for_groups_of_one_s_own(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], depth=2, system=True, steps="two", **KEYS)
    names = instrument_names(results)
    table = difference_in_hansen(results, {"odd": ["L2.y1", "D.L1.y2"]})
    kept = [j for j, name in enumerate(names) if name not in ("L2.y1", "D.L1.y2")]
    without = two_step_j(results, kept)
    row = table.loc["odd"]
    assert row["j_without"] == pytest.approx(without)
    assert row["c"] == pytest.approx(results.hansen.statistic - without)
    assert (row["instruments"], row["df"], row["df_without"]) == (2, 4, 4)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 40))
def test_never_negative_and_monotone(data: st.DataObject, seed: int) -> None:
    panel = var_panel(np.random.default_rng(seed), 60, 8, [[0.5, 0.1], [0.2, 0.6]])
    results = fit(panel, Specification(panel.variables, depth=3, system=True))
    names = instrument_names(results)[:-1]
    larger = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=5, unique=True))
    table = difference_in_hansen(results, {"part": larger[:1], "whole": larger})
    c = table["c"].dropna()
    assert (c >= -1e-9).all()
    if len(c) == 2:
        assert c["whole"] >= c["part"] - 1e-9


def test_groups_follow_the_model(large: pd.DataFrame) -> None:
    options = {"depth": 3, "predetermined": ["y3"], "exogenous": ["y4"], "system": True}
    table = difference_in_hansen(panel_var(large, NAMES[:2], **KEYS, **options))
    assert table["instruments"].to_dict() == {
        "deeper lags": 4,
        "predetermined": 3,
        "exogenous": 1,
        "level equation": 3,
    }
    for transform, nearest in (("fod", 1), ("fd", 2)):
        results = panel_var(large, NAMES[:2], lags=2, depth=4, transform=transform, **KEYS)
        names = [f"L{lag}.y{j}" for lag in (nearest + 2, nearest + 3) for j in (1, 2)]
        tables = [difference_in_hansen(results), difference_in_hansen(results, {"by name": names})]
        np.testing.assert_allclose(*tables)
    just = {"depth": 1, "exogenous": ["y4"], "predetermined": ["y3"], "system": True}
    results = panel_var(large, NAMES[:1], **KEYS, **just)
    some = difference_in_hansen(results, {"most": instrument_names(results)[:4]})
    assert some[["j_without", "c", "p"]].isna().all(axis=None)
    assert list(difference_in_hansen(results, "level equation").index) == ["level equation"]


def test_size_and_power_against_changing_starts() -> None:
    """Level instruments need a stationary start; rising from zero to unit means breaks them."""
    sizes, powers = [], []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        panel = var_panel(rng, 150, 6, [[0.5]])
        results = fit(panel, Specification(panel.variables, depth=2, system=True), steps="two")
        sizes.append(difference_in_hansen(results)["p"].to_numpy() < 0.05)
        y = np.zeros((150, 6, 1))
        effect = 2.0 * rng.normal(size=(150, 1))
        for t in range(1, 6):
            y[:, t] = effect + 0.5 * y[:, t - 1] + rng.normal(size=(150, 1))
        broken = PanelData.from_array(y)
        results = fit(broken, Specification(broken.variables, depth=2, system=True), steps="two")
        powers.append(difference_in_hansen(results, "level equation")["p"].iloc[0] < 0.05)
    assert (np.abs(np.mean(sizes, axis=0) - 0.05) < 0.05).all()
    assert np.mean(powers) > 0.7


def test_faults_are_named(large: pd.DataFrame, small: pd.DataFrame) -> None:
    with pytest.raises(PanelVARError, match="Just-identified: 2 instruments for 2"):
        difference_in_hansen(panel_var(large, NAMES[:2], depth="just", **KEYS))
    results = panel_var(large, NAMES[:2], depth=2, **KEYS)
    with pytest.raises(PanelVARError, match="'level equation'; this model has deeper lags"):
        difference_in_hansen(results, ["level equation"])
    with pytest.raises(PanelVARError, match=r"L9[.]y1 is none"):
        difference_in_hansen(results, {"far": ["L9.y1"]})
    with pytest.raises(PanelVARError, match="Covariance of the moments"):
        difference_in_hansen(panel_var(small, NAMES, depth=2, **KEYS))


def test_least_squares_has_its_regressors_as_instruments(small: pd.DataFrame) -> None:
    results = least_squares(small, NAMES[:2], exogenous=["y3"], **KEYS)
    assert instrument_names(results) == results.regressors


def test_one_instrument_may_be_named_alone(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], depth=3, **KEYS)
    one, listed = (difference_in_hansen(results, {"a": a}) for a in ("L2.y1", ["L2.y1"]))
    pd.testing.assert_frame_equal(one, listed)
