"""What a printed table implies: rounding box, sampling error, verdict, enclosure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvar import PanelVARError, implied_system
from pvar.published import leading_enclosure


def test_a_stable_and_an_explosive_table() -> None:
    stable = implied_system([[0.5, 0.1], [0.0, 0.4]], decimals=1)
    assert (stable.verdict, stable.responses_exist) == ("stable", True)
    np.testing.assert_allclose(stable.moduli, [0.5, 0.4])
    explosive = implied_system([[1.2, 0.0], [0.3, 0.5]], t_values=[[9.0, 1.0], [2.0, 3.0]])
    assert (explosive.verdict, explosive.rounding_share) == ("explosive", 1.0)
    assert explosive.growth(10) == pytest.approx(1.2**10)
    assert 0.9 < explosive.sampling_share <= 1.0
    assert explosive.sampling_low < explosive.sampling_median < explosive.sampling_high
    assert explosive.sampling_low < 1.2 < explosive.sampling_high


def test_standard_errors_are_coefficients_over_t() -> None:
    system = implied_system([[0.8]], decimals=9, t_values=[[-16.0]])
    assert system.sampling_median == pytest.approx(0.8, abs=2e-3)
    half = (system.sampling_high - system.sampling_low) / 2
    assert half == pytest.approx(1.96 * 0.8 / 16, rel=0.03)


def test_without_t_values_nothing_is_said_about_sampling() -> None:
    system = implied_system([[0.5]], draws=10)
    assert system.sampled is None
    assert np.isnan([system.sampling_share, system.sampling_low, system.sampling_high]).all()


def test_rounding_alone_can_leave_it_open() -> None:
    system = implied_system([[1.0]], decimals=1, draws=4000)
    assert system.verdict == "undecided"
    assert system.rounding_share == pytest.approx(0.5, abs=0.03)
    assert 0.95 <= system.rounding_low[0] < 1.0 < system.rounding_high[0] <= 1.05


def test_the_box_is_half_a_unit_of_the_last_digit() -> None:
    system = implied_system([[0.5, 0.13], [0.0, 0.4]], decimals=[[1, 2], [1, 1]])
    np.testing.assert_allclose(system.half_width, [[0.05, 0.005], [0.05, 0.05]])


def test_draws_repeat_with_their_seed_and_are_kept() -> None:
    table, t = [[0.9, 0.1], [0.2, 0.5]], [[2.0, 2.0], [2.0, 2.0]]
    first, again, other = (
        implied_system(table, t_values=t, draws=50, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.sampled, again.sampled)
    assert not np.array_equal(first.rounded, other.rounded)
    assert first.rounded.shape == (50, 2)
    np.testing.assert_array_equal(np.abs(first.rounded).max(axis=0), first.rounding_high)


@pytest.mark.parametrize("t", [[[1.0, 0.0], [1.0, 1.0]], [[1.0]]])
def test_unusable_t_values(t: list[list[float]]) -> None:
    with pytest.raises(PanelVARError, match="t 值"):
        implied_system([[0.5, 0.1], [0.0, 0.4]], t_values=t)


def test_no_rounding_no_range() -> None:
    system = implied_system(np.diag([0.9, 0.5]), decimals=np.inf, draws=10)
    assert (system.rounding_low[0], system.rounding_high[0]) == pytest.approx((0.9, 0.9))
    assert system.enclosure == pytest.approx((0.9, 0.9))


def test_touching_discs_give_no_enclosure() -> None:
    assert leading_enclosure(np.diag([0.5, 0.49]), np.full((2, 2), 0.1)) == (0.0, float("inf"))


def test_lags_widen_only_the_first_rows() -> None:
    """Of two lags the companion's identity is exact, so the enclosure shrinks with the box."""
    widths = [
        np.ptp(implied_system([[0.9, -0.1]], decimals=places, draws=10).enclosure)
        for places in (3, 4)
    ]
    assert widths[0] == pytest.approx(10 * widths[1])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2, 3, 4]))
def test_enclosure_holds_for_every_draw(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.diag([1.5, 0.6, 0.1]) + 0.2 * rng.standard_normal((3, 3))
    system = implied_system(matrix, decimals=decimals, draws=200, seed=seed)
    low, high = system.enclosure
    if high < float("inf"):
        assert system.rounding_low[0] >= low - 1e-12
        assert system.rounding_high[0] <= high + 1e-12
        assert low <= system.moduli[0] <= high


def test_enclosure_reaches_an_eigenvalue_that_may_overtake() -> None:
    """The second one's disc meets no other and reaches farther than the leading one's."""
    low, high = leading_enclosure(np.diag([1.0, -0.99]), np.diag([0.01, 0.1]))
    assert (low, high) == pytest.approx((0.99, 1.09))


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0.5, np.nan], [0.0, 0.4]], [[np.inf]]])
def test_unusable_coefficients(matrix: list[list[float]]) -> None:
    with pytest.raises(PanelVARError, match="系数须为"):
        implied_system(matrix, draws=10)


@pytest.mark.parametrize("draws", [-1, 0, 1])
def test_too_few_draws(draws: int) -> None:
    with pytest.raises(PanelVARError, match="at least 2"):
        implied_system([[0.5]], draws=draws)
