"""Intervals and bands: by hand, and what share of whole paths they hold."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from panels import var_panel
from pvar import PanelVARError, PanelVARWarning, Specification, fit, panel_var
from pvar.bands import interval, sup_t
from pvar.responses import impulse_responses
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = np.array([[0.3, 0.1], [0.1, 0.2]])


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


def test_too_few_draws_are_said(small: pd.DataFrame) -> None:
    draws = panel_var(small, NAMES[:2], **KEYS).bootstrap(39)
    with pytest.warns(PanelVARWarning, match="39 draws are too few .* Take 40"):
        draws.bands()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draws.intervals(level=0.9)


def test_sup_t_by_hand(noise: np.random.Generator) -> None:
    draws = noise.normal(size=(999, 4, 3)) * np.array([1.0, 5.0, 0.0])
    point = np.full((4, 3), 0.1)
    z = 1.6448536269514722
    scale = (np.quantile(draws, 0.95, axis=0) - np.quantile(draws, 0.05, axis=0)) / (2 * z)
    for axis in (0, None):
        low, high = sup_t(draws, point, 0.9, axis)
        t = np.abs(draws - point) / np.where(scale > 0, scale, np.inf)
        for column in range(3):
            largest = (t[:, :, column] if axis == 0 else t.reshape(999, -1)).max(axis=1)
            half = np.quantile(largest, 0.9) * scale[:, column]
            np.testing.assert_allclose(high[:, column], point[:, column] + half, rtol=1e-12)
            np.testing.assert_allclose(low[:, column], point[:, column] - half, rtol=1e-12)


def test_sup_t_holds_the_share_of_paths_it_says_whatever_their_scale(
    noise: np.random.Generator,
) -> None:
    """Of draws around the point, level of the whole paths lie inside, and units do not matter."""
    steps = noise.normal(size=(2000, 11, 2, 2)).cumsum(axis=1)
    point = np.zeros((11, 2, 2))
    low, high = sup_t(steps, point, 0.9, 0)
    inside = ((low <= steps) & (steps <= high)).all(axis=1).mean(axis=0)
    np.testing.assert_allclose(inside, 0.9, atol=1e-3)
    low, high = sup_t(steps, point, 0.9, None)
    assert ((low <= steps) & (steps <= high)).all(axis=(1, 2, 3)).mean() == pytest.approx(0.9)
    factor = np.array([1e-3, 1e4])[:, None]
    scaled = sup_t(steps * factor, point, 0.9, None)
    np.testing.assert_allclose(scaled[1], high * factor, rtol=1e-12)


def test_simultaneous_coverage_of_responses() -> None:
    """120 panels: pointwise bands lose paths, sup-t bands hold about the level of them."""
    truth = impulse_responses(SLOPES, np.eye(2), kind="orthogonal", horizon=10)
    held: dict[str, list[np.ndarray]] = {"pointwise": [], "horizons": [], "all": []}
    for r in range(120):
        data = var_panel(np.random.default_rng([2, r]), 100, 10, SLOPES, effects=0.5)
        draws = fit(data, Specification(data.variables, depth="just")).bootstrap(299)
        for name in held:
            sup = name != "pointwise"
            bands = draws.bands(
                method="sup-t" if sup else "percentile", over="all" if name == "all" else "horizons"
            )
            inside = (bands.lower - 1e-12 <= truth) & (truth <= bands.upper + 1e-12)
            held[name].append(inside.all() if name == "all" else inside.all(axis=0))
    share = {name: float(np.mean(hits)) for name, hits in held.items()}
    assert share["pointwise"] < 0.89, share
    assert 0.9 < share["horizons"] < 0.98, share
    assert 0.86 < share["all"] < 0.995, share


def test_wider_claims_give_wider_bands_that_say_so(small: pd.DataFrame) -> None:
    draws = panel_var(small, NAMES[:3], depth="just", **KEYS).bootstrap(300)
    pointwise = draws.bands()
    path, everything = (draws.bands(method="sup-t", over=o) for o in ("horizons", "all"))
    widths = [np.median(b.upper - b.lower) for b in (pointwise, path, everything)]
    assert widths[0] < widths[1] < widths[2]
    assert [b.simultaneous for b in (pointwise, path, everything)] == ["no", "horizons", "all"]
    assert "pointwise" in pointwise.sentence
    assert "over the horizons" in path.sentence
    assert "all pairs" in everything.sentence
    assert all(b.sentence.startswith("95 %") for b in (pointwise, path, everything))
    assert "90 %" in draws.bands(level=0.9).sentence


def test_variance_shares_stay_shares(small: pd.DataFrame) -> None:
    bands = (
        panel_var(small, NAMES[:3], depth="just", **KEYS)
        .bootstrap(300)
        .bands("fevd", method="sup-t")
    )
    assert bands.lower.min() == 0.0
    assert bands.upper.max() <= 1.0
    np.testing.assert_array_equal(bands.upper[0, 0], [1.0, 0.0, 0.0])  # certain at impact


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


def test_unknown_options_are_refused(small: pd.DataFrame) -> None:
    draws = panel_var(small, NAMES[:2], depth="just", **KEYS).bootstrap(10)
    for name, value in {
        "level": 1.5,
        "method": "hall",
        "explosive": "hide",
        "over": "impulses",
        "kind": "ripple",
    }.items():
        with pytest.raises(PanelVARError, match=str(value)):
            draws.bands(**{name: value})
    with pytest.raises(PanelVARError, match="sup-t"):
        draws.intervals(method="sup-t")  # type: ignore[arg-type]
