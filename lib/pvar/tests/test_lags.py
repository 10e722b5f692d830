"""Lag sets against hand calculations; the choice of the lag length."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
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
    PanelVARWarning,
    Specification,
    fit,
    granger_tests,
    panel_var,
    select_lags,
)
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
Lagged = Sequence[tuple[int, int]]  # (variable, periods back)


def two_stage(values: np.ndarray, regressors: Lagged, instruments: Lagged, fd: bool) -> np.ndarray:
    """2SLS of all variables on lagged ones, (m, K): every loop and product written out.

    Instruments are levels, zero where the calendar has none; weights are (Z'HZ)^-1, H = DD'
    for differences and the identity for deviations.
    """
    _n, periods, _m = values.shape
    first = max(lag for _, lag in regressors)
    zx, zy, zhz = 0.0, 0.0, 0.0
    for unit in values:
        x = np.array([[unit[t - k, j] for j, k in regressors] for t in range(first, periods)])
        y = unit[first:]
        rows = len(y) - 1
        d = np.zeros((rows, len(y)))
        for r in range(rows):
            later = len(y) - 1 - r
            d[r, r:] = [0.0 if s > r + 1 else (-1.0, 1.0)[s - r] for s in range(r, len(y))]
            if not fd:
                d[r, r] = np.sqrt(later / (later + 1.0))
                d[r, r + 1 :] = -d[r, r] / later
        when = range(first + fd, first + fd + rows)
        z = np.array([[unit[t - k, j] if t >= k else 0.0 for j, k in instruments] for t in when])
        zx, zy = zx + z.T @ d @ x, zy + z.T @ d @ y
        zhz = zhz + z.T @ d @ d.T @ z
    projected = np.linalg.solve(zhz, np.column_stack([zx, zy]))
    normal = zx.T @ projected
    return np.linalg.solve(normal[:, : len(regressors)], normal[:, len(regressors) :]).T


A, B = 0, 1
BY_HAND: dict[str, tuple[Any, Any, str, Lagged, Lagged]] = {
    "one lag more for one": (
        {"y1": 2, "y2": 1},
        "just",
        "fod",
        [(A, 1), (B, 1), (A, 2)],
        [(A, 1), (B, 1), (A, 2)],
    ),
    "a gap, differences": (
        [1, 3],
        "just",
        "fd",
        [(A, 1), (B, 1), (A, 3), (B, 3)],
        [(A, 2), (B, 2), (A, 4), (B, 4)],
    ),
    "no first lag": (
        {"y1": [2], "y2": [1, 3]},
        "just",
        "fod",
        [(B, 1), (A, 2), (B, 3)],
        [(B, 1), (A, 2), (B, 3)],
    ),
    "own lags first, then the nearest": (
        {"y1": [3], "y2": [1, 4]},
        3,
        "fod",
        [(B, 1), (A, 3), (B, 4)],
        [(A, 1), (A, 2), (A, 3), (B, 1), (B, 2), (B, 4)],
    ),
    "over-identified differences": (
        {"y1": 1, "y2": [2]},
        2,
        "fd",
        [(A, 1), (B, 2)],
        [(A, 2), (A, 3), (B, 2), (B, 3)],
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_lag_sets_by_hand(case: str) -> None:
    lags, depth, transform, regressors, instruments = BY_HAND[case]
    rng = np.random.default_rng(8)
    values = np.cumsum(rng.normal(size=(40, 9, 2)), axis=1) * 0.3 + rng.normal(size=(40, 9, 2))
    results = panel_var(
        long_frame(values),
        ["y1", "y2"],
        **LABELS,
        lags=lags,
        depth=depth,
        transform=transform,
        steps="one",
    )
    by_hand = two_stage(values, regressors, instruments, transform == "fd")
    np.testing.assert_allclose(results.coefficients, by_hand, rtol=1e-9, atol=1e-12)
    assert results.regressors == tuple(f"lag{k}_y{j + 1}" for j, k in regressors)
    assert results.n_instruments == len(instruments)
    assert results.hansen.df == 2 * (len(instruments) - len(regressors))


def test_dynamics_hold_zeros_for_the_lags_left_out(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], **KEYS, lags={"y1": [1, 4], "y2": 2}, depth="just")
    assert results.regressors == ("lag1_y1", "lag1_y2", "lag2_y2", "lag4_y1")
    dynamics = results.dynamics.reshape(2, 4, 2)
    places = [(0, 0), (0, 1), (1, 1), (3, 0)]
    for k, place in enumerate(places):
        np.testing.assert_array_equal(dynamics[:, *place], results.coefficients[:, k])
    rest = [p for p in np.ndindex(4, 2) if p not in places]
    assert all((dynamics[:, *place] == 0).all() for place in rest)
    assert len(results.eigenvalue_moduli) == 8
    by_hand = [np.eye(2)]
    for h in range(1, 6):
        by_hand.append(sum(dynamics[:, k] @ by_hand[h - 1 - k] for k in range(min(h, 4))))
    np.testing.assert_allclose(results.responses("simple", horizon=5).values, by_hand, rtol=1e-12)


def test_draws_and_tests_know_the_lag_sets(large: pd.DataFrame) -> None:
    results = panel_var(large, NAMES[:2], **KEYS, lags={"y1": [1, 3], "y2": 1}, depth="just")
    tests = granger_tests(results)
    assert tests.loc[("y2", "y1"), "df"] == 2 and tests.loc[("y1", "y2"), "df"] == 1
    b, v = results.coefficients[1, [0, 2]], results.covariance[np.ix_([3, 5], [3, 5])]
    assert tests.loc[("y2", "y1"), "chi2"] == pytest.approx(b @ np.linalg.solve(v, b))
    draws = results.bootstrap(30, seed=0)
    one = results.specification.dynamics_of(draws.coefficients)[7]
    assert one.shape == (2, 6) and (one[:, [2, 3, 5]] == 0).all()
    companion = np.vstack([one, np.eye(4, 6)])
    assert draws.moduli[7] == pytest.approx(np.abs(np.linalg.eigvals(companion)).max())
    assert draws.bands(horizon=4).point.shape == (5, 2, 2)
    assert "Lags:         1, 3; 1 " in results.summary()


@settings(max_examples=25, deadline=None)
@given(p=st.integers(1, 3), depth=st.sampled_from(["just", "all", None, 3]), data=st.data())
def test_ways_to_write_the_same_lags(p: int, depth: Any, data: st.DataObject) -> None:
    panel = var_panel(np.random.default_rng(p), 60, 9, 0.3 * np.eye(2))
    ways = [p, [*range(1, p + 1)], range(p, 0, -1), {"y1": p, "y2": [*range(1, p + 1)]}]
    way = data.draw(st.sampled_from(ways))
    ours, plain = (Specification(panel.variables, lags, depth=depth) for lags in (way, p))
    assert ours == plain and hash(ours) == hash(plain)
    assert ours.lags == p and ours.lag_sets == (tuple(range(1, p + 1)),) * 2
    np.testing.assert_array_equal(fit(panel, ours).coefficients, fit(panel, plain).coefficients)


def test_lag_sets_recover_a_seasonal_truth() -> None:
    """y depends on its fourth lag only, and lag 1 of x."""
    slopes = np.zeros((2, 8))
    slopes[0, 6], slopes[0, 1], slopes[1, 1] = 0.5, 0.3, 0.4
    data = var_panel(np.random.default_rng(12), 3000, 12, slopes)
    results = fit(data, Specification(data.variables, {"y1": [4], "y2": 1}))
    assert np.abs(results.dynamics - slopes).max() < 0.02
    assert results.hansen.p > 0.01
    wrong = fit(data, Specification(data.variables, 1))
    assert wrong.hansen.p < 1e-6


# --- the lag length -----------------------------------------------------------------------------


def framed(data: PanelData) -> pd.DataFrame:
    """Prepared data back in long form."""
    return long_frame(data.dense(0, data.n_units))


def test_lag_choice_by_hand_and_right() -> None:
    slopes = [[0.3, 0.0, 0.25, 0.0], [0.1, 0.3, 0.0, 0.25]]
    data = var_panel(np.random.default_rng(1), 800, 10, slopes)
    table = select_lags(framed(data), data.variables, **LABELS, depth=4, max_lags=3)
    assert table["mbic"].idxmin() == 2
    assert table["n"].nunique() == 1
    row = table.loc[1]
    assert row["df"] == 2 * (8 - 2)
    assert row["mbic"] == pytest.approx(row["j"] - row["df"] * np.log(row["n"]))
    assert row["maic"] == pytest.approx(row["j"] - 2 * row["df"])
    assert row["mqic"] == pytest.approx(row["j"] - 2 * row["df"] * np.log(np.log(row["n"])))
    alone = fit(data, Specification(data.variables, 3, depth=4), steps="two")
    assert table.loc[3, "j"] == pytest.approx(alone.hansen.statistic)


def test_the_automatic_depth_gives_all_models_their_criteria() -> None:
    """The same instruments for each length, those of the longest."""
    slopes = [[0.3, 0.0, 0.25, 0.0], [0.1, 0.3, 0.0, 0.25]]
    frame = framed(var_panel(np.random.default_rng(1), 300, 10, slopes))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = select_lags(frame, ["y1", "y2"], **LABELS)
    assert table["mbic"].idxmin() == 2
    assert table["moments"].nunique() == 1
    assert np.isfinite(table).all(axis=None)


def test_common_sample_is_the_longest_model_s(uneven: pd.DataFrame) -> None:
    table = select_lags(uneven, NAMES[:2], **KEYS, depth=4, max_lags=3)
    longest = panel_var(uneven, NAMES[:2], **KEYS, lags=3, depth=4, steps="two")
    assert (table["n"] == longest.n_obs).all()


def said(frame: pd.DataFrame, variables: list[str], **options: Any) -> tuple[pd.DataFrame, str]:
    """The table and its warnings."""
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always", PanelVARWarning)
        table = select_lags(frame, variables, **KEYS, **options)
    return table, "\n".join(str(w.message) for w in issued)


def test_missing_criteria_are_explained(small: pd.DataFrame) -> None:
    """At the paper's size J does not exist; the information criteria remain."""
    table, text = said(small, NAMES, max_lags=2, depth="just")
    assert table["j"].isna().all()
    assert np.isfinite(table[["aic", "bic", "hqic", "cd", "modulus"]]).all(axis=None)
    assert "Andrews and Lu for 1, 2 lags" in text
    assert "would make 75 moments of 30 units" in text
    table, text = said(small, NAMES, max_lags=2)
    assert table["j"].isna().all() and "for 1, 2 lags: 100 moments and 30 units" in text
    table, text = said(small, NAMES[:2], depth="just", max_lags=3)
    assert "for 1, 2, 3 lags" in text and "Give depth=4 or more" in text
    cured, text = said(small, NAMES[:2], depth=4, max_lags=3)
    assert np.isfinite(cured["mbic"]).all() and "Andrews" not in text
    table, text = said(small, NAMES, depth=3, max_lags=3)
    assert "for 3 lags: there are as many" in text
    assert "for 1, 2 lags: 75 moments and 30 units" in text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"max_lags": 0}, "max_lags must be a whole number of at least 1; read 0"),
    ({"max_lags": [1, 2]}, "max_lags must be .* read"),
    ({"max_lags": 40}, "Too few periods: 40 lags"),
    ({"lags": 2}, "no option lags; it tries lags 1 to max_lags"),
    ({"deep": 2}, "no option deep"),
    ({"depth": 2}, "at least 3"),
    ({"steps": "two", "depth": 3, "max_lags": 1}, "75.*30"),
]


@pytest.mark.parametrize(("options", "piece"), WRONG)
def test_wrong_options_of_the_choice(
    small: pd.DataFrame, options: dict[str, Any], piece: str
) -> None:
    with pytest.raises(PanelVARError, match=piece):
        select_lags(small, NAMES, **KEYS, **options)


def test_prepared_data_have_their_own_entry(small: pd.DataFrame) -> None:
    data = PanelData.from_frame(small, NAMES, **KEYS)
    with pytest.raises(PanelVARError, match="must be a pandas DataFrame"):
        select_lags(data, NAMES)  # type: ignore[arg-type]
    with pytest.raises(PanelVARError, match="fit takes PanelData and a Specification"):
        fit(small, NAMES)  # type: ignore[arg-type]
