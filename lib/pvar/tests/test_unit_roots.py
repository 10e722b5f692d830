"""The panel unit-root test: its regressions, its moments, its size and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvar import PanelVARError, im_pesaran_shin, screen_unit_roots
from pvar.unit_roots import FREEDOM, dickey_fuller, null_moments
from reference_cases import KEYS, NAMES

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
    adfuller = pytest.importorskip("statsmodels.tsa.stattools").adfuller
    y = np.cumsum(np.random.default_rng(0).normal(size=(4, 18)), axis=1)
    options = {"maxlag": lags, "autolag": None, "regression": "ct" if trend else "c"}
    theirs = [adfuller(series, **options)[0] for series in y]
    np.testing.assert_allclose(dickey_fuller(y, lags, trend), theirs, rtol=1e-8)


def test_screening_reads_a_frame(small: pd.DataFrame) -> None:
    table = screen_unit_roots(small, NAMES, **KEYS)
    assert list(table.index) == NAMES
    assert (table["n_units"] == 30).all()
    values = small.pivot(index="id", columns="year", values="y2").to_numpy()
    alone = im_pesaran_shin(values)
    assert table.loc["y2", "statistic"] == pytest.approx(alone.statistic)
    indexed = screen_unit_roots(small.set_index([*KEYS.values()]), NAMES)
    pd.testing.assert_frame_equal(indexed, table)
    trended = screen_unit_roots(small, ["y2"], **KEYS, lags=1, trend=True)
    theirs = im_pesaran_shin(values, lags=1, trend=True)
    assert trended.loc["y2", "p"] == pytest.approx(theirs.p)


def test_size_and_power() -> None:
    rng = np.random.default_rng(4)
    walks = np.cumsum(rng.normal(size=(300, 30, 13)), axis=2)
    p = np.array([im_pesaran_shin(walk).p for walk in walks])
    assert 0.02 < (p < 0.05).mean() < 0.09
    noise = [im_pesaran_shin(rng.normal(size=(30, 13))).p for _ in range(20)]
    assert max(noise) < 0.01


def test_a_trend_needs_the_trend() -> None:
    """Stationary around a trend: without it the statistic lies in the right tail."""
    rng = np.random.default_rng(5)
    slopes = rng.uniform(0.5, 1.5, size=(40, 1))
    values = slopes * np.arange(15) + rng.normal(size=(40, 15))
    assert im_pesaran_shin(values, demean=False).statistic > 2
    assert im_pesaran_shin(values, trend=True).p < 0.001


def test_unit_roots_skip_what_cannot_be_tested() -> None:
    values = np.cumsum(np.random.default_rng(0).normal(size=(10, 12)), axis=1)
    values[0, 5], values[1, 3:] = np.nan, np.nan
    test = im_pesaran_shin(values, demean=False)
    assert (test.n_units, test.n_skipped) == (8, 2)


@pytest.mark.parametrize(("lags", "trend"), [(0, False), (0, True), (1, False), (2, True)])
def test_the_shortest_panel_leaves_the_statistic_a_variance(lags: int, trend: bool) -> None:
    """With two degrees of freedom fewer, the t of a regression has no variance to divide by."""
    needed = 3 + 2 * lags + trend + FREEDOM
    values = np.cumsum(np.random.default_rng(1).normal(size=(12, needed)), axis=1)
    assert np.isfinite(im_pesaran_shin(values, lags=lags, trend=trend).statistic)
    with pytest.raises(PanelVARError, match=f"{lags} lags need {needed} .* has {needed - 1}"):
        im_pesaran_shin(values[:, 1:], lags=lags, trend=trend)
    spread = []
    for periods in (needed, needed - 2):
        rng = np.random.default_rng(3)
        walks = np.cumsum(rng.normal(size=(40_000, periods)), axis=1)
        halves = dickey_fuller(walks, lags, trend).reshape(8, -1).var(axis=1)
        spread.append(halves.max() / halves.min())
    assert spread[0] < 1.5 < 2 < spread[1]


def test_a_year_that_nobody_has_is_no_warning(small: pd.DataFrame) -> None:
    table = screen_unit_roots(small[small["year"] != 2013], NAMES[:1], **KEYS)
    with pytest.raises(PanelVARError, match="No unit is long enough"):
        screen_unit_roots(small[small["year"] != 2007], NAMES[:1], **KEYS)
    assert table.loc["y1", "n_units"] == 30


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"lags": -1}, "lags must be a whole number of at least 0; read -1"),
    ({"lags": "1"}, "lags must be .* read '1'"),
    ({"trend": "yes"}, "trend must be True or False; read 'yes'"),
    ({"lags": 9}, "9 lags need 25 periods in a row, the panel has 13"),
]


@pytest.mark.parametrize(("options", "piece"), WRONG)
def test_options_are_checked(small: pd.DataFrame, options: dict[str, Any], piece: str) -> None:
    with pytest.raises(PanelVARError, match=piece):
        screen_unit_roots(small, NAMES[:1], **KEYS, **options)


@settings(max_examples=60, deadline=None)
@given(
    lags=st.one_of(st.integers(-2, 4), st.floats(), st.text(max_size=3), st.none()),
    trend=st.one_of(st.booleans(), st.none(), st.integers(0, 1)),
    values=st.sampled_from(
        [np.ones((3, 9)), np.ones(4), np.full((2, 8), np.nan), [["a"]], None, 1]
    ),
)
def test_any_input_gives_a_test_or_an_error_of_ours(lags: Any, trend: Any, values: Any) -> None:
    try:
        test = im_pesaran_shin(values, lags=lags, trend=trend)
    except PanelVARError as fault:
        assert str(fault)
    else:
        assert np.isfinite(test.p)
