"""Responses and variance decomposition."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvar import PanelVARError, panel_var
from pvar.responses import (
    eigenvalue_moduli,
    impulse_responses,
    moving_average,
    positive_definite,
)
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
SLOPES = np.array([[0.5, 0.1, 0.1, 0.0], [0.2, 0.3, 0.0, -0.1]])  # two lags of two variables
SIGMA = np.array([[1.0, 0.3], [0.3, 2.0]])
SEEDS, SIZES = st.integers(0, 10_000), st.sampled_from([(1, 1), (2, 1), (2, 3), (4, 2)])


def random_system(seed: int, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (m, mp) and a positive definite innovation covariance."""
    rng, (m, lags) = np.random.default_rng(seed), size
    root = rng.standard_normal((m, m + 2))
    return 0.4 * rng.standard_normal((m, m * lags)), root @ root.T


def simulated_path(impact: np.ndarray, horizon: int) -> np.ndarray:
    """The system run forward from a shock at time 0."""
    y = np.zeros((horizon + 3, 2))
    y[2] = impact
    for t in range(3, horizon + 3):
        y[t] = SLOPES[:, :2] @ y[t - 1] + SLOPES[:, 2:] @ y[t - 2]
    return y[2:]


def test_responses_are_what_the_system_does() -> None:
    impacts = {
        "simple": np.eye(2),
        "orthogonal": np.linalg.cholesky(SIGMA),
        "generalised": SIGMA / np.sqrt(np.diagonal(SIGMA)),
    }
    for kind, impact in impacts.items():
        values = impulse_responses(SLOPES, SIGMA, kind=kind, horizon=8)
        for shock in range(2):
            path = simulated_path(impact[:, shock], 8)
            np.testing.assert_allclose(values[:, :, shock], path, atol=1e-14)
        total = impulse_responses(SLOPES, SIGMA, kind=kind, horizon=8, cumulative=True)
        np.testing.assert_allclose(total, np.cumsum(values, axis=0), atol=1e-14)


def test_variance_shares_sum_to_one_and_match_the_forecast_error() -> None:
    shares = impulse_responses(SLOPES, SIGMA, kind="fevd", horizon=6)
    np.testing.assert_allclose(shares.sum(axis=2), 1.0)
    phi = moving_average(SLOPES, 6)
    variance = np.cumsum(phi @ SIGMA @ phi.transpose(0, 2, 1), axis=0)
    theta = impulse_responses(SLOPES, SIGMA, horizon=6)
    own = np.cumsum(theta[:, 0, 0] ** 2) / variance[:, 0, 0]
    np.testing.assert_allclose(shares[:, 0, 0], own)


def test_ordering_by_hand() -> None:
    """With the second variable first, the first shock no longer moves it at impact."""
    values = impulse_responses(SLOPES, SIGMA, order=[1, 0])
    assert values[0, 1, 0] == 0.0
    assert values[0, 1, 1] == pytest.approx(np.sqrt(2.0))
    assert values[0, 0, 1] == pytest.approx(0.3 / np.sqrt(2.0))


def test_many_systems_at_once() -> None:
    draws = SLOPES + 0.05 * np.random.default_rng(0).normal(size=(7, 2, 4))
    together = impulse_responses(draws, np.broadcast_to(SIGMA, (7, 2, 2)), kind="fevd")
    for one, values in zip(draws, together, strict=True):
        np.testing.assert_allclose(values, impulse_responses(one, SIGMA, kind="fevd"))


def test_moduli_of_a_known_system() -> None:
    """(1 - .9 L)(1 + .5 L) y = e has roots .9 and -.5."""
    np.testing.assert_allclose(eigenvalue_moduli(np.array([[0.4, 0.45]])), [0.9, 0.5])


def test_positive_definite_does_not_depend_on_units() -> None:
    scale = np.diag([1e-8, 1e8])
    singular = np.array([[1.0, 1.0], [1.0, 1.0]])
    both = np.stack([scale @ SIGMA @ scale, scale @ singular @ scale])
    np.testing.assert_array_equal(positive_definite(both), [True, False])


@settings(max_examples=40, deadline=None)
@given(SEEDS, SIZES, st.sampled_from(["simple", "orthogonal", "generalised"]), st.integers(0, 7))
def test_responses_cumulate(seed: int, size: tuple[int, int], kind: str, horizon: int) -> None:
    system = random_system(seed, size)
    each = impulse_responses(*system, kind=kind, horizon=horizon)
    total = impulse_responses(*system, kind=kind, horizon=horizon, cumulative=True)
    np.testing.assert_array_equal(total[0], each[0])
    np.testing.assert_allclose(np.diff(total, axis=0), each[1:], atol=1e-9 * np.abs(total).max())


@settings(max_examples=40, deadline=None)
@given(SEEDS, SIZES, st.randoms())
def test_variance_shares_are_shares(seed: int, size: tuple[int, int], random: object) -> None:
    order = list(range(size[0]))
    random.shuffle(order)
    shares = impulse_responses(*random_system(seed, size), kind="fevd", order=order)
    np.testing.assert_allclose(shares.sum(axis=2), 1.0)
    assert (shares >= 0.0).all()
    assert shares[0, order[0], order[0]] == pytest.approx(1.0)  # nobody moves it at impact


@settings(max_examples=40, deadline=None)
@given(SEEDS, SIZES, st.sampled_from(["orthogonal", "generalised", "fevd"]), st.randoms())
def test_an_order_is_what_reordered_data_give(
    seed: int, size: tuple[int, int], kind: str, random: object
) -> None:
    slopes, sigma = random_system(seed, size)
    m, lags = size
    order = list(range(m))
    random.shuffle(order)
    columns = [k * m + j for k in range(lags) for j in order]
    moved = slopes[order][:, columns], sigma[np.ix_(order, order)]
    direct = impulse_responses(slopes, sigma, kind=kind, order=order)
    by_data = impulse_responses(*moved, kind=kind)
    np.testing.assert_allclose(direct[:, order][:, :, order], by_data, atol=1e-10)
    if kind == "orthogonal":
        np.testing.assert_allclose(direct[0] @ direct[0].T, sigma, atol=1e-10)
    if kind == "generalised":
        np.testing.assert_array_equal(direct, impulse_responses(slopes, sigma, kind=kind))


def test_a_shock_is_one_standard_deviation() -> None:
    own = np.sqrt(np.diagonal(SIGMA))
    first = impulse_responses(SLOPES, SIGMA, horizon=0)[0]
    assert first[0, 0] == pytest.approx(own[0])
    generalised = impulse_responses(SLOPES, SIGMA, kind="generalised", horizon=0)[0]
    np.testing.assert_allclose(np.diagonal(generalised), own)
    simple = impulse_responses(SLOPES, SIGMA, kind="simple", horizon=0)[0]
    np.testing.assert_array_equal(simple, np.eye(2))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"kind": "structural"},
            "kind must be one of simple, orthogonal, generalised, fevd; read 'structural'",
        ),
        ({"horizon": -1}, "horizon must be a whole number of at least 0; read -1"),
        ({"horizon": 2.5}, "at least 0; read 2.5"),
        ({"kind": "fevd", "cumulative": True}, "not summed over horizons"),
        ({"order": ["y1", "y1"]}, "each of y1, y2 once; it is y1, y1"),
        ({"order": ["y1"]}, "each of y1, y2 once; it is y1"),
    ],
)
def test_bad_requests(small: pd.DataFrame, options: dict[str, object], text: str) -> None:
    with pytest.raises(PanelVARError, match=re.escape(text)):
        panel_var(small, NAMES[:2], **KEYS).responses(**options)


def test_positions_that_are_no_order() -> None:
    with pytest.raises(PanelVARError, match=re.escape("each of 0 .. 1 once; it is [0, 2]")):
        impulse_responses(SLOPES, SIGMA, order=[0, 2])


def test_table_of_responses(small: pd.DataFrame) -> None:
    table = panel_var(small, NAMES[:2], **KEYS).responses(horizon=3)
    frame = table.to_frame().set_index(["impulse", "response", "horizon"])["value"]
    assert frame["y1", "y2", 2] == table.values[2, 1, 0]
    assert len(frame) == 2 * 2 * 4
