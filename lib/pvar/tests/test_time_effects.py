"""Shocks common to all units: taken out by subtracting means or by dummies, they leave no trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame, var_panel
from pvar import PanelData, PanelVARError, PanelVARResults, Specification, fit, panel_var
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = np.array([[0.5, 0.1], [0.0, 0.4]])
MODELS: dict[str, dict[str, Any]] = {
    "just-identified": {"depth": 1, "steps": "one"},
    "one step": {"depth": 3, "steps": "one"},
    "two steps": {"depth": 3, "steps": "two"},
    "by period": {"depth": 2, "collapse": False, "steps": "two"},
    "differences": {"transform": "fd", "depth": 3, "steps": "two"},
    "differences by period": {"transform": "fd", "depth": 2, "collapse": False, "steps": "one"},
    "system": {"depth": 1, "system": True, "steps": "two"},
}


def with_gaps(cube: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The panel with a tenth of its cells missing."""
    return np.where(rng.random(cube.shape) < 0.1, np.nan, cube)


def assert_same_estimate(ours: PanelVARResults, theirs: PanelVARResults, rtol: float) -> None:
    for name in ("coefficients", "standard_errors", "sigma"):
        values = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(*values, rtol=rtol, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(ours.hansen.statistic, theirs.hansen.statistic, rtol=10 * rtol)
    if theirs.weak_identification is not None and ours.weak_identification is not None:
        f = ours.weak_identification.cragg_donald_f, theirs.weak_identification.cragg_donald_f
        np.testing.assert_allclose(*f, rtol=10 * rtol)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    transform=st.sampled_from(["fod", "fd", "within", "pvar2", "pvar2-asymmetric"]),
    depth=st.sampled_from([1, 3]),
    system=st.booleans(),
    gaps=st.booleans(),
    level=st.sampled_from([1.0, 100.0]),
)
def test_common_paths_do_not_matter_once_means_are_out(
    seed: int, transform: Any, depth: int, system: bool, gaps: bool, level: float
) -> None:
    """Another zero, or any path that all units share: estimate, tests and draws stay."""
    rng = np.random.default_rng(seed)
    cube = var_panel(rng, 60, 7, SLOPES).values.reshape(60, 7, 2)
    cube = with_gaps(cube, rng) if gaps else cube
    moved = cube + level * (1.0 + rng.normal(size=(7, 2)))
    own = transform == "within" or transform.startswith("pvar2")
    specification = Specification(
        ("y1", "y2"),
        transform=transform,
        depth=1 if own else depth,
        system=system and not own,
        time_effects="demean",
    )
    first, other = (fit(PanelData.from_array(c), specification) for c in (cube, moved))
    assert_same_estimate(other, first, rtol=1e-7)
    draws = [results.bootstrap(20, seed=1).coefficients for results in (first, other)]
    np.testing.assert_allclose(draws[1], draws[0], rtol=1e-4, atol=1e-7)


def test_without_means_out_the_zero_matters(small: pd.DataFrame) -> None:
    """Levels are instruments: their mean is one more condition, on the mean of the residuals."""
    higher = small.assign(**{name: small[name] + 5.0 for name in NAMES[:2]})
    first, other = (panel_var(frame, NAMES[:2], depth=1, **KEYS) for frame in (small, higher))
    assert np.abs(first.coefficients - other.coefficients).max() > 0.01
    ours, same = (
        panel_var(frame, NAMES[:2], depth=1, time_effects="demean", **KEYS)
        for frame in (small, higher)
    )
    np.testing.assert_allclose(ours.coefficients, same.coefficients, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_subtracting_means_by_hand(large: pd.DataFrame, model: str) -> None:
    """Everything but sigma, which allows for the means that were subtracted."""
    names = NAMES[:2]
    centred = large.assign(
        **{name: large[name] - large.groupby("year")[name].transform("mean") for name in names}
    )
    ours = panel_var(large, names, time_effects="demean", **MODELS[model], **KEYS)
    by_hand = panel_var(centred, names, **MODELS[model], **KEYS)
    for name in ("coefficients", "standard_errors"):
        both = getattr(ours, name), getattr(by_hand, name)
        np.testing.assert_allclose(*both, rtol=1e-9, err_msg=name)
    assert ours.hansen.statistic == pytest.approx(by_hand.hansen.statistic)
    n, k, means = ours.n_obs, len(names), 11
    ratio = (n - k) / (n - k - means)
    np.testing.assert_allclose(ours.sigma, by_hand.sigma * ratio, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_dummies_are_the_same_on_a_balanced_panel(large: pd.DataFrame, model: str) -> None:
    """Partialling dummies out subtracts period means, from instruments too.

    So coefficients, uncorrected standard errors and J are the same with any number of
    instruments and steps. Two things are only so after one step: sigma, because dummies with
    more moments than coefficients leave residuals with a mean; and Windmeijer's correction,
    which with dummies counts their error in the weight.
    """
    options = MODELS[model] | KEYS
    plain = "unadjusted" if options["steps"] == "two" else "clustered"
    demean, dummies = (
        panel_var(large, NAMES[:2], time_effects=name, covariance=plain, **options)
        for name in ("demean", "dummies")
    )
    for name in ("coefficients", "standard_errors"):
        values = getattr(demean, name)[:, :2], getattr(dummies, name)[:, :2]
        np.testing.assert_allclose(*values, rtol=1e-8, err_msg=name)
    assert demean.hansen.df == dummies.hansen.df
    assert demean.hansen.statistic == pytest.approx(dummies.hansen.statistic, rel=1e-8)
    exact = options["steps"] == "one" or demean.moments.just_identified
    np.testing.assert_allclose(demean.sigma, dummies.sigma, rtol=1e-9 if exact else 2e-3)
    if not exact:
        corrected = [
            panel_var(large, NAMES[:2], time_effects=name, covariance="windmeijer", **options)
            for name in ("demean", "dummies")
        ]
        errors = [results.standard_errors[:, :2] for results in corrected]
        np.testing.assert_allclose(*errors, rtol=0.01)
    assert "period_2004" in dummies.regressors
    assert not any("period" in name for _, name in dummies.to_frame().index)


@pytest.mark.parametrize("transform", ["fod", "fd", "within"])
def test_dummies_are_columns_that_one_could_write(uneven: pd.DataFrame, transform: str) -> None:
    """Period dummies are exogenous terms like any other, on unbalanced panels too."""
    years = sorted(uneven["year"].unique())[2:]
    written = uneven.assign(**{f"d{year}": (uneven["year"] == year) * 1.0 for year in years})
    options: dict[str, Any] = {"transform": transform, "depth": 1, "steps": "one", **KEYS}
    ours = panel_var(uneven, NAMES[:2], time_effects="dummies", **options)
    theirs = panel_var(written, NAMES[:2], exogenous=[f"d{year}" for year in years], **options)
    np.testing.assert_allclose(ours.coefficients, theirs.coefficients, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(ours.standard_errors, theirs.standard_errors, rtol=1e-8)


def test_dummies_absorb_common_shocks(large: pd.DataFrame, uneven: pd.DataFrame) -> None:
    """By period, the instruments' shocks lie in the span of the dummies too: exact."""
    shocks = np.random.default_rng(1).normal(size=(2, 13)) * 5
    shocked = large.copy()
    shocked[NAMES[:2]] += shocks[:, large["year"] - 2001].T
    options: dict[str, Any] = {"transform": "fd", "depth": 2, "collapse": False, **KEYS}
    exact, again = (
        panel_var(f, NAMES[:2], time_effects="dummies", **options) for f in (large, shocked)
    )
    np.testing.assert_allclose(exact.dynamics, again.dynamics, rtol=1e-7, atol=1e-9)
    without = panel_var(shocked, NAMES[:2], **options)
    assert np.abs(without.dynamics - exact.dynamics).max() > 0.1


def test_intervals_cover_with_common_shocks_at_any_level() -> None:
    """With levels as instruments standard errors were 13 times too large at level 20."""
    inside = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        cube = var_panel(rng, 100, 8, SLOPES).values.reshape(100, 8, 2)
        frame = long_frame(cube + 20.0 + 3.0 * rng.normal(size=(8, 2)))
        ours = panel_var(frame, ["y1", "y2"], **LABELS, time_effects="demean", depth=1)
        inside.append(np.abs(ours.coefficients - SLOPES) < 1.96 * ours.standard_errors)
    assert 0.92 < np.mean(inside) < 0.97


# --- periods without rows -----------------------------------------------------------------------


@pytest.mark.parametrize("year", [2001, 2005, 2013])
@pytest.mark.parametrize("transform", ["fod", "within"])
def test_a_year_that_nobody_has_gets_no_dummy(
    large: pd.DataFrame, year: int, transform: Any
) -> None:
    """Empty or left out, it is all one; and all units have the same rows, so means are exact."""
    empty, absent = large.copy(), large[large["year"] != year]
    empty.loc[empty["year"] == year, NAMES[:2]] = np.nan
    options: dict[str, Any] = {"transform": transform, "depth": "just", **KEYS}
    demean = panel_var(absent, NAMES[:2], time_effects="demean", **options)
    for frame in (empty, absent):
        ours = panel_var(frame, NAMES[:2], time_effects="dummies", **options)
        np.testing.assert_allclose(ours.dynamics, demean.dynamics, rtol=1e-8)
        errors = ours.standard_errors[:, :2], demean.standard_errors
        np.testing.assert_allclose(*errors, rtol=1e-8)
        np.testing.assert_allclose(ours.sigma, demean.sigma, rtol=1e-8)
        assert ours.regressors[2:] == tuple(
            f"period_{t}" for t in range(2003 + (year == 2001), 2014) if t not in (year, year + 1)
        )
    for how in ("last", "mean"):
        ahead = [results.forecast(period_effects=how) for results in (ours, demean)]
        np.testing.assert_allclose(*ahead, rtol=1e-7)


def test_dummies_that_cannot_be_told_apart(large: pd.DataFrame) -> None:
    """No difference crosses the gap, so years after it need a first year of their own."""
    absent = large[large["year"] != 2005]
    calls = ({"transform": "fd"}, {"missing_instruments": "drop", "depth": 3})
    for options, frame in zip(calls, (absent, large), strict=True):
        with pytest.raises(PanelVARError, match=r"dummies period_.* told apart.*'demean'"):
            panel_var(frame, NAMES[:2], time_effects="dummies", **options, **KEYS)  # type: ignore[arg-type]


# --- the origin in unbalanced panels ------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"transform": "fd"}, {"depth": "just"}])
def test_dummies_alone_leave_the_origin_in_an_unbalanced_panel(
    uneven: pd.DataFrame, options: dict[str, Any]
) -> None:
    """The summary says so, and what to do; with period means out first nothing moves."""
    names = NAMES[:2]
    higher = uneven.assign(**{name: uneven[name] + 50.0 for name in names})
    centred = uneven.assign(
        **{name: uneven[name] - uneven.groupby("year")[name].transform("mean") for name in names}
    )

    def fitted(frame: pd.DataFrame, effects: Any) -> PanelVARResults:
        return panel_var(frame, names, time_effects=effects, **options, **KEYS)

    first, other = fitted(uneven, "dummies"), fitted(higher, "dummies")
    assert np.abs(first.dynamics - other.dynamics).max() > 0.01
    text = " ".join(first.summary().split())
    assert "depend on the origin" in text and "subtract period means first" in text
    path = 50.0 + 5.0 * np.random.default_rng(1).normal(size=(2, 13))
    moved = uneven.copy()
    moved[names] += path[:, uneven["year"] - 2001].T
    again = moved.assign(
        **{name: moved[name] - moved.groupby("year")[name].transform("mean") for name in names}
    )
    ours, same = fitted(centred, "dummies"), fitted(again, "dummies")
    np.testing.assert_allclose(ours.dynamics, same.dynamics, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(ours.standard_errors[:, :2], same.standard_errors[:, :2], rtol=1e-7)
    demean = [fitted(frame, "demean") for frame in (uneven, moved)]
    assert_same_estimate(*demean, rtol=1e-7)
    assert "origin" not in demean[0].summary()


def test_the_origin_costs_precision_in_an_unbalanced_panel() -> None:
    """Root mean squared errors at level 20: dummies alone more than twice as large."""
    gaps: dict[str, list[np.ndarray]] = {"dummies": [], "both": []}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        cube = var_panel(rng, 200, 9, SLOPES).values.reshape(200, 9, 2)
        cube = cube + 20.0 + rng.normal(size=(9, 2))
        late, early = rng.integers(0, 4, size=(200, 1)), 9 - rng.integers(0, 3, size=(200, 1))
        out = (np.arange(9) < late) | (np.arange(9) >= early)
        frame = long_frame(np.where(out[..., None], np.nan, cube)).dropna()
        names = ["y1", "y2"]
        means = frame.groupby("t")[names].transform("mean")
        centred = frame.assign(**{name: frame[name] - means[name] for name in names})
        for key, panel in (("dummies", frame), ("both", centred)):
            ours = panel_var(panel, names, time_effects="dummies", **LABELS)
            gaps[key].append(ours.dynamics - SLOPES)
    alone, both = (np.sqrt(np.square(gaps[key]).mean()) for key in ("dummies", "both"))
    assert alone > 2.0 * both
