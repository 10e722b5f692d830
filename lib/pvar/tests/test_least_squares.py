"""Least squares with unit effects: the regression with dummies, and what its corrections mend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import LABELS, long_frame, var_panel
from pvar import PanelData, PanelVARError, Specification, bias, fit, least_squares
from pvar.gmm import residual_covariance
from reference_cases import KEYS, NAMES
from validation import linearmodels, recorded

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = np.array([[0.5, 0.1], [0.0, 0.4]])
CORRECTIONS = ["half-panel-jackknife", "hahn-kuersteiner"]


def regression_rows(
    frame: pd.DataFrame, names: list[str], lags: int
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Lags by distance and variable, y, and unit and period of every row that has all."""
    keys, both = ["u", "t"], frame
    for k in range(1, lags + 1):
        past = frame[keys + names].assign(t=frame["t"] + k)
        both = both.merge(past.rename(columns={n: f"L{k}_{n}" for n in names}), on=keys)
    both = both.dropna()
    lagged = [f"L{k}_{n}" for k in range(1, lags + 1) for n in names]
    return both[lagged].to_numpy(), both[names].to_numpy(), both[keys]


def dummies_of(labels: pd.Series) -> np.ndarray:
    return (labels.to_numpy()[:, None] == np.unique(labels)).astype(float)


def by_hand(
    frame: pd.DataFrame, names: list[str], lags: int = 1, years: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes, E'E / degrees of freedom and (X'X)^-1 of the slopes, by explicit dummies."""
    x, y, places = regression_rows(frame, names, lags)
    effects = [dummies_of(places["u"])]
    if years:
        effects.append(dummies_of(places["t"])[:, 1:])
    x_all = np.hstack([x, *effects])
    slopes = np.linalg.lstsq(x_all, y, rcond=None)[0]
    e = y - x_all @ slopes
    inverse = np.linalg.pinv(x_all.T @ x_all)[: x.shape[1], : x.shape[1]]
    return slopes[: x.shape[1]].T, e.T @ e / (len(y) - x_all.shape[1]), inverse


def as_labels(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"id": "u", "year": "t"})


@pytest.mark.parametrize("lags", [1, 2])
@pytest.mark.parametrize("years", [False, True])
def test_is_the_regression_with_dummies(uneven: pd.DataFrame, lags: int, years: bool) -> None:
    ours = least_squares(
        uneven,
        NAMES[:2],
        lags=lags,
        time_effects="dummies" if years else "none",
        covariance="unadjusted",
        **KEYS,
    )
    slopes, sigma, inverse = by_hand(as_labels(uneven), NAMES[:2], lags, years)
    k = slopes.shape[1]
    np.testing.assert_allclose(ours.coefficients[:, :k], slopes, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(ours.sigma, sigma, rtol=1e-9)
    errors = np.sqrt(np.outer(np.diagonal(sigma), np.diagonal(inverse)))
    np.testing.assert_allclose(ours.standard_errors[:, :k], errors, rtol=1e-8)
    assert ours.steps == "one"
    assert ours.hansen.df == 0
    assert ours.weak_identification is None


@pytest.mark.parametrize("case", recorded("linearmodels_within")["answers"])
def test_answers_of_linearmodels(case: str) -> None:
    """With a factor on clusters: linearmodels counts years there."""
    differences = dict(linearmodels(case))
    assert len(differences) == 3
    assert max(differences.values()) < 1e-10, differences


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    correction=st.sampled_from([None, *CORRECTIONS]),
    years=st.booleans(),
    powers=st.tuples(st.integers(-4, 4), st.integers(-4, 4)),
)
def test_effects_and_units_of_measurement_do_not_matter(
    seed: int, correction: Any, years: bool, powers: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    cube = var_panel(rng, 25, 9, SLOPES).values.reshape(25, 9, 2)
    moved = cube + 50.0 * rng.normal(size=(25, 1, 2))
    moved += 50.0 * rng.normal(size=(1, 9, 2)) if years else 0.0
    scale = 10.0 ** np.array(powers)
    specification = Specification(
        ("y1", "y2"),
        transform="within",
        time_effects="demean" if years else "none",
        correction=correction,
    )
    first, other = (fit(PanelData.from_array(c), specification) for c in (cube, moved * scale))
    ratio = scale[:, None] / scale
    np.testing.assert_allclose(other.coefficients, first.coefficients * ratio, rtol=1e-6)
    np.testing.assert_allclose(other.z_values, first.z_values, rtol=1e-5)
    np.testing.assert_allclose(other.sigma, first.sigma * np.outer(scale, scale), rtol=1e-6)


def half(frame: pd.DataFrame, lags: int, first: bool, extra: int) -> pd.DataFrame:
    """The rows of the equations in the earlier or later half of each unit, with their lags."""
    parts = []
    for _, unit in frame.groupby("u"):
        times = unit["t"].to_numpy()[lags:]
        cut = (len(times) + extra) // 2
        chosen = times[:cut] if first else times[cut:]
        parts.append(unit[unit["t"].between(chosen[0] - lags, chosen[-1])])
    return pd.concat(parts)


def jackknife_by_hand(frame: pd.DataFrame, lags: int, years: bool) -> np.ndarray:
    names = NAMES[:2]
    n = len(regression_rows(frame, names, lags)[0])
    means = []
    for extra in (1, 0):
        total: Any = 0.0
        for first in (True, False):
            part = half(frame, lags, first, extra)
            share = len(regression_rows(part, names, lags)[0]) / n
            total = total + share * by_hand(part, names, lags, years)[0]
        means.append(total)
    return 2.0 * by_hand(frame, names, lags, years)[0] - (means[0] + means[1]) / 2.0


@pytest.mark.parametrize("lags", [1, 2])  # 13 years: 12 rows a unit and 11
@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("years", [False, True])
def test_half_panel_jackknife_by_hand(
    small: pd.DataFrame, uneven: pd.DataFrame, lags: int, balanced: bool, years: bool
) -> None:
    frame = small if balanced else uneven
    ours = least_squares(
        frame,
        NAMES[:2],
        lags=lags,
        time_effects="dummies" if years else "none",
        correction="half-panel-jackknife",
        **KEYS,
    )
    slopes = jackknife_by_hand(as_labels(frame), lags, years)
    np.testing.assert_allclose(ours.dynamics, slopes, rtol=1e-7, atol=1e-10)
    assert ours.specification.correction == "half-panel-jackknife"


def test_dummies_follow_the_corrected_coefficients(small: pd.DataFrame) -> None:
    """Balanced: with dummies the other coefficients and sigma are those with means subtracted."""
    for correction in CORRECTIONS:
        demean, dummies = (
            least_squares(small, NAMES[:2], time_effects=name, correction=correction, **KEYS)
            for name in ("demean", "dummies")
        )
        np.testing.assert_allclose(dummies.dynamics, demean.dynamics, rtol=1e-8)
        np.testing.assert_allclose(dummies.sigma, demean.sigma, rtol=1e-8)
        errors = dummies.standard_errors[:, :2]
        np.testing.assert_allclose(errors, demean.standard_errors, rtol=1e-7)


def test_analytic_correction_by_hand(small: pd.DataFrame) -> None:
    """A + Omega (I - A')^-1 Y^-1 / T, Y the variance of y_{t-1} around the unit's mean."""
    plain, ours = (
        least_squares(small, NAMES[:2], correction=c, **KEYS) for c in (None, "hahn-kuersteiner")
    )
    frame = as_labels(small)
    x, _, places = regression_rows(frame, NAMES[:2], 1)
    x = x - pd.DataFrame(x).groupby(places["u"].to_numpy()).transform("mean").to_numpy()
    spread, a = x.T @ x / len(x), plain.coefficients
    shift = plain.sigma @ np.linalg.inv(np.eye(2) - a.T) @ np.linalg.inv(spread) / 12
    np.testing.assert_allclose(ours.coefficients, a + shift, rtol=1e-9)


def test_analytic_correction_of_one_variable(large: pd.DataFrame) -> None:
    """Hahn and Kuersteiner's ((T + 1) a + 1) / T, up to their estimate of the shock's variance."""
    plain, ours = (
        least_squares(large, ["y1"], correction=c, **KEYS) for c in (None, "hahn-kuersteiner")
    )
    a = plain.coefficients[0, 0]
    theirs = (13 * a + 1) / 12 - a
    assert ours.coefficients[0, 0] - a == pytest.approx(theirs, rel=0.15)


TRUTHS = {
    "one lag": SLOPES,
    "two lags": np.array([[0.4, 0.1, 0.2, 0.0], [0.0, 0.3, 0.1, 0.2]]),
}


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("unbalanced", [False, True])
def test_corrections_mend_the_bias(truth: str, unbalanced: bool) -> None:
    """With 1500 units noise is small beside the bias; unbalanced units have 10 to 14 periods."""
    slopes = TRUTHS[truth]
    cube = var_panel(np.random.default_rng(5), 1500, 14, slopes).values.reshape(1500, 14, 2)
    if unbalanced:
        late = np.arange(14)[None, :] < np.arange(1500)[:, None] % 5
        cube = np.where(late[..., None], np.nan, cube)
    data = PanelData.from_array(cube)
    gaps = {
        correction: np.abs(
            fit(
                data,
                Specification(("y1", "y2"), slopes.shape[1] // 2, "within", correction=correction),
            ).dynamics
            - slopes
        ).max()
        for correction in (None, *CORRECTIONS)
    }
    assert gaps[None] > 0.1
    assert max(gaps[name] for name in CORRECTIONS) < 0.3 * gaps[None]


@pytest.mark.parametrize("correction", [None, *CORRECTIONS])
@pytest.mark.parametrize("effects", ["none", "dummies"])
def test_errors_are_those_of_leaving_units_out(
    uneven: pd.DataFrame, correction: Any, effects: Any
) -> None:
    """The clustered covariance counts what the correction adds: Tukey's, from 120 estimates."""
    options = {"correction": correction, "time_effects": effects, **KEYS}
    ours = least_squares(uneven, NAMES[:2], **options)
    without = np.array(
        [
            least_squares(uneven[uneven["id"] != unit], NAMES[:2], **options).dynamics
            for unit in uneven["id"].unique()
        ]
    )
    tukey = np.sqrt(119 / 120 * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(ours.standard_errors[:, :2], tukey, rtol=0.05)
    if correction:
        plain = least_squares(uneven, NAMES[:2], **options | {"correction": None})
        own = np.eye(2, dtype=bool)
        assert (ours.standard_errors[:, :2][own] > 1.1 * plain.standard_errors[:, :2][own]).all()


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("effects", ["none", "dummies"])
def test_resampled_units_count_twice_in_the_halves_too(
    uneven: pd.DataFrame, correction: Any, effects: Any
) -> None:
    """From weighted sums, the estimate on a panel in which units appear again under new names."""
    options = {"correction": correction, "time_effects": effects, **KEYS}
    moments = least_squares(uneven, NAMES[:2], **options).moments
    counts = np.random.default_rng(3).multinomial(120, np.ones(120) / 120)
    rows = list(moments.rows())
    w, parts = np.concatenate([r.w for r in rows]), [bias.half_parts(r, moments) for r in rows]
    halves = [np.tensordot(counts, np.concatenate(p), 1) for p in zip(*parts, strict=True)]
    gram = np.tensordot(counts, w.transpose(0, 2, 1) @ w, 1)
    k, n_obs = moments.n_regressors, int(counts @ moments.unit_rows)
    plain = np.linalg.solve(gram[:k, :k], gram[:k, k:]).T
    ours = bias.corrected_coefficients(moments, plain, gram, n_obs, halves)
    again = [
        uneven[uneven["id"] == unit].assign(id=1000 * copy + unit)
        for unit, count in zip(sorted(uneven["id"].unique()), counts, strict=True)
        for copy in range(count)
    ]
    theirs = least_squares(pd.concat(again), NAMES[:2], **options)
    np.testing.assert_allclose(ours, theirs.coefficients, rtol=1e-8, atol=1e-10)
    sigma, _ = residual_covariance(ours, gram, n_obs - moments.fitted)
    np.testing.assert_allclose(sigma, theirs.sigma, rtol=1e-8)
    draws = least_squares(uneven, NAMES[:2], **options).bootstrap(30, seed=1)
    assert draws.n_failed == 0


def test_bootstrap_and_covariance_agree(large: pd.DataFrame) -> None:
    for correction in CORRECTIONS:
        ours = least_squares(large, NAMES[:2], correction=correction, **KEYS)
        drawn = ours.bootstrap(500, seed=2).standard_errors
        np.testing.assert_allclose(drawn, ours.standard_errors, rtol=0.12)


def test_exogenous_terms(large: pd.DataFrame) -> None:
    """A term that adds twice itself: found exactly, and the rest as without it."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=len(large))
    plain = least_squares(large, NAMES[:1], **KEYS)
    with_term = large.assign(x=x, y1=large["y1"])
    ours = least_squares(with_term, NAMES[:1], exogenous=["x", "L1.x"], **KEYS)
    assert ours.regressors == ("lag1_y1", "x", "L1.x")
    assert abs(ours.coefficients[0, 0] - plain.coefficients[0, 0]) < 0.01
    assert np.abs(ours.z_values[0, 1:]).max() < 4
    for correction in CORRECTIONS:
        mended = least_squares(
            with_term, NAMES[:1], exogenous=["x", "L1.x"], correction=correction, **KEYS
        )
        assert mended.coefficients[0, 0] > ours.coefficients[0, 0] + 0.05


def test_units_with_one_row_do_not_count(small: pd.DataFrame) -> None:
    extra = small[(small["id"] == 1) & (small["year"] < 2003)].assign(id=99)
    first, other = (least_squares(f, NAMES[:2], **KEYS) for f in (small, pd.concat([small, extra])))
    assert other.n_units == first.n_units == 30
    np.testing.assert_allclose(other.coefficients, first.coefficients, rtol=1e-12)
    np.testing.assert_allclose(other.sigma, first.sigma, rtol=1e-12)


def test_intervals_cover_after_correction() -> None:
    """N = 50, T = 12, nominal 95 %; least squares itself covers own lags in 1 of 20 samples."""
    inside: dict[str | None, list[np.ndarray]] = {c: [] for c in (None, *CORRECTIONS)}
    for seed in range(150):
        data = var_panel(np.random.default_rng(seed), 50, 12, SLOPES)
        for correction, found in inside.items():
            ours = fit(data, Specification(("y1", "y2"), 1, "within", correction=correction))
            covers = np.abs(ours.coefficients - SLOPES) < 1.96 * ours.standard_errors
            found.append(np.diagonal(covers))
    share = {c: float(np.mean(found)) for c, found in inside.items()}
    assert share[None] < 0.2
    assert 0.90 < share["half-panel-jackknife"] < 0.98
    assert 0.87 < share["hahn-kuersteiner"] < 0.98


def test_refusals(small: pd.DataFrame) -> None:
    short = small[small["year"] < 2005]
    with pytest.raises(PanelVARError, match=r"at least 4 rows.*the longest has 3"):
        least_squares(short, NAMES[:1], correction="half-panel-jackknife", **KEYS)
    with pytest.raises(PanelVARError, match="3 in a row, the data have 2"):
        least_squares(small[small["year"] < 2003], NAMES[:2], **KEYS)
    with pytest.raises(PanelVARError, match="adds to the variance"):
        least_squares(small, NAMES[:2], covariance="unadjusted", correction=CORRECTIONS[0], **KEYS)
    few = small[(small["id"] < 6) & (small["year"] < 2004)]
    with pytest.raises(PanelVARError, match="10 rows are not enough for 10 coefficients"):
        least_squares(few, NAMES, **KEYS)


def test_long_frame_with_an_index(small: pd.DataFrame) -> None:
    ours = least_squares(small.set_index(["id", "year"]), NAMES[:2])
    named = least_squares(
        long_frame(small[NAMES[:2]].to_numpy().reshape(30, 13, 2)), ["y1", "y2"], **LABELS
    )
    np.testing.assert_array_equal(ours.coefficients, named.coefficients)


def test_no_analytic_correction_at_a_unit_root(noise: np.random.Generator) -> None:
    """It divides by the distance from 1: on series that grow it is far off, and says so."""
    growth = 1.0 + 0.5 * noise.random((40, 1, 1))
    paths = np.cumsum(growth + 0.3 * noise.normal(size=(40, 12, 1)), axis=1)
    frame = long_frame(np.concatenate([paths, noise.normal(size=(40, 12, 1))], axis=2))
    plain, jackknife, analytic = (
        least_squares(frame, ["y1", "y2"], correction=c, **LABELS) for c in (None, *CORRECTIONS)
    )
    assert plain.eigenvalue_moduli[0] > 0.95
    assert any("near 1" in text for text in analytic.warnings)
    assert not any("near 1" in text for text in (*plain.warnings, *jackknife.warnings))
    steady = var_panel(noise, 40, 12, SLOPES)
    ours = fit(steady, Specification(("y1", "y2"), transform="within", correction=CORRECTIONS[1]))
    assert not any("near 1" in text for text in ours.warnings)
