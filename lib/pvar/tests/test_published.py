"""What a printed table implies: rounding, sampling error, verdict, the nearest stable matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import chdtrc

from pvar import PanelVARError, implied_system
from pvar.published import leading_enclosure, modulus_gradients, nearest_stable, shrunk
from pvar.responses import eigenvalue_moduli

SEEDS = st.integers(0, 10_000)
#: A coupled system with one explosive root, and t-values for it.
TABLE, T_VALUES = [[1.1, 0.3], [0.2, 0.5]], [[4.0, 2.0], [1.0, 2.5]]


def test_a_stable_and_an_explosive_table() -> None:
    stable = implied_system([[0.5, 0.1], [0.0, 0.4]], decimals=1)
    assert (stable.verdict, stable.responses_exist) == ("stable", True)
    np.testing.assert_allclose(stable.moduli, [0.5, 0.4])
    explosive = implied_system([[1.2, 0.0], [0.3, 0.5]], t_values=[[9.0, 1.0], [2.0, 3.0]])
    assert (explosive.verdict, explosive.rounding_share) == ("explosive", 1.0)
    assert explosive.growth(10) == pytest.approx(1.2**10)


# --- rounding ---------------------------------------------------------------------------------


def test_rounding_alone_can_leave_it_open() -> None:
    system = implied_system([[1.0]], decimals=1, draws=4000)
    assert system.verdict == "undecided"
    assert system.rounding_share == pytest.approx(0.5, abs=0.03)
    assert 0.95 <= system.rounding_low[0] < 1.0 < system.rounding_high[0] <= 1.05
    assert system.rounding_bound == pytest.approx((0.95, 1.05))


def test_verdict_sees_the_corner_that_no_draw_reaches() -> None:
    """Draws of a box with many cells stay away from its corners."""
    below, above = (implied_system(np.full((4, 4), a), decimals=1, draws=50) for a in (0.23, 0.27))
    assert below.rounding_high[0] < 1.0 < below.rounding_bound[1]
    assert above.rounding_low[0] > 1.0 > above.rounding_bound[0]
    assert (below.verdict, above.verdict) == ("undecided", "undecided")


def test_the_box_is_half_a_unit_of_the_last_digit() -> None:
    system = implied_system([[0.5, 0.13], [0.0, 0.4]], decimals=[[1, 2], [1, 1]])
    np.testing.assert_allclose(system.half_width, [[0.05, 0.005], [0.05, 0.05]])


def test_draws_repeat_with_their_seed_and_are_kept() -> None:
    first, again, other = (
        implied_system(TABLE, t_values=T_VALUES, draws=50, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.sampled, again.sampled)
    assert not np.array_equal(first.rounded, other.rounded)
    assert first.rounded.shape == (50, 2)
    np.testing.assert_array_equal(np.abs(first.rounded).max(axis=0), first.rounding_high)


def test_no_rounding_no_range() -> None:
    system = implied_system(np.diag([0.9, 0.5]), decimals=np.inf, draws=10)
    assert (system.rounding_low[0], system.rounding_high[0]) == pytest.approx((0.9, 0.9))
    assert system.enclosure == pytest.approx((0.9, 0.9))
    assert system.rounding_bound == pytest.approx((0.9, 0.9))


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
@given(SEEDS, st.sampled_from([2, 3, 4]))
def test_enclosure_holds_for_every_draw(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.diag([1.5, 0.6, 0.1]) + 0.2 * rng.standard_normal((3, 3))
    system = implied_system(matrix, decimals=decimals, draws=200, seed=seed)
    low, high = system.enclosure
    if high < float("inf"):
        assert min(system.rounding_low[0], system.rounding_bound[0]) >= low - 1e-12
        assert max(system.rounding_high[0], system.rounding_bound[1]) <= high + 1e-12
        assert low <= system.moduli[0] <= high


def test_enclosure_reaches_an_eigenvalue_that_may_overtake() -> None:
    """The second one's disc meets no other and reaches farther than the leading one's."""
    low, high = leading_enclosure(np.diag([1.0, -0.99]), np.diag([0.01, 0.1]))
    assert (low, high) == pytest.approx((0.99, 1.09))


# --- sampling error ---------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([(2, 1), (2, 2), (3, 1)]))
def test_gradients_are_those_of_small_steps(seed: int, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    m, lags = size
    table = 0.6 * rng.standard_normal((m, m * lags))
    moduli, gradients = modulus_gradients(table)
    np.testing.assert_allclose(moduli, eigenvalue_moduli(table))
    if np.ptp(moduli[:2]) < 0.05:  # where ranks may change, or a pair is about to split
        return
    direction = rng.standard_normal(table.shape)
    ahead, behind = (eigenvalue_moduli(table + s * 1e-6 * direction)[0] for s in (1, -1))
    expected = (ahead - behind) / 2e-6
    assert (gradients[0] * direction).sum() == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_gradient_of_a_complex_pair() -> None:
    """The modulus of a pair is the root of the determinant."""
    table = np.array([[0.3, -0.8], [0.7, 0.2]])
    modulus = np.sqrt(np.linalg.det(table))
    by_hand = np.array([[0.2, -0.7], [0.8, 0.3]]) / (2.0 * modulus)
    np.testing.assert_allclose(modulus_gradients(table)[1][0], by_hand)


def test_one_cell_by_hand() -> None:
    """Modulus |a| with the cell's own standard error; the nearest unit root is a = 1."""
    system = implied_system([[1.3]], decimals=9, t_values=[[-5.2]])
    assert system.modulus_standard_error == pytest.approx(0.25)
    assert system.modulus_interval(0.9) == pytest.approx((1.3 - 0.4112, 1.3 + 0.4112), abs=1e-4)
    near = system.nearest_stable
    assert near is not None
    assert (near.statistic, near.df, near.largest_move) == pytest.approx((1.44, 1, 1.2), rel=1e-5)
    assert near.p == pytest.approx(chdtrc(1, 1.44), rel=1e-5)
    assert near.coefficients == pytest.approx(np.ones((1, 1)))


def test_delta_interval_covers_what_it_should() -> None:
    """Tables drawn around one truth: 95 of 100 intervals hold its modulus."""
    rng, errors = np.random.default_rng(5), np.array([[0.05, 0.1], [0.04, 0.08]])
    truth = np.array([[1.1, 0.3], [0.2, 0.5]])
    modulus, hits = eigenvalue_moduli(truth)[0], 0
    for _ in range(400):
        table = truth + errors * rng.standard_normal((2, 2))
        low, high = implied_system(table, t_values=table / errors, draws=2).modulus_interval()
        hits += low <= modulus <= high
    assert 0.92 < hits / 400 < 0.98


def test_most_draws_explode_although_the_process_is_stable() -> None:
    """Why there is no share of draws to read: it says little where the test says nothing."""
    stable = 0.95 * np.eye(3)
    system = implied_system(stable + 0.06 * np.ones((3, 3)), t_values=np.full((3, 3), 1.0))
    assert system.moduli[0] > 1.0
    assert (np.abs(system.sampled[:, 0]) > 1.0).mean() > 0.75
    assert system.nearest_stable.p > 0.5


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([(2, 1), (2, 2), (3, 1)]))
@example(125, (2, 2))  # from most starts another matrix, three times as far, is found
@example(374, (2, 2))  # a double eigenvalue on the border
def test_nearest_is_stable_and_nearer_than_any_that_is_found(
    seed: int, size: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    m, lags = size
    table = rng.standard_normal((m, m * lags)) / np.sqrt(m)
    errors = rng.uniform(0.1, 0.5, table.shape)
    near = nearest_stable(table, errors)
    assert eigenvalue_moduli(near.coefficients)[0] <= 1.0 + 1e-5
    moves = (near.coefficients - table) / errors
    assert near.statistic == pytest.approx((moves**2).sum(), abs=1e-12)
    assert near.largest_move == pytest.approx(np.abs(moves).max(), abs=1e-12)
    modulus = eigenvalue_moduli(table)[0]
    if modulus > 1.0:
        away = (shrunk(table, 1.0 / modulus) - table) / errors
        assert 0.0 < near.statistic <= (away**2).sum() * (1 + 1e-6)
    others = table + errors * rng.standard_normal((3000, *table.shape))
    inside = others[eigenvalue_moduli(others)[:, 0] <= 1.0]
    distances = (((inside - table) / errors) ** 2).sum(axis=(1, 2))
    assert (distances >= near.statistic * 0.98).all()


def test_a_stable_table_is_its_own_nearest() -> None:
    system = implied_system([[0.5]], t_values=[[1.0]])
    near = system.nearest_stable
    assert (near.statistic, near.p, near.largest_move) == (0.0, 1.0, 0.0)


def test_cells_printed_as_zero_stay() -> None:
    table, t = [[1.2, 0.0], [0.3, 0.5]], [[9.0, 1.0], [2.0, 3.0]]
    near = implied_system(table, t_values=t).nearest_stable
    assert near.coefficients[0, 1] == 0.0
    assert near.statistic == pytest.approx((0.2 / (1.2 / 9)) ** 2, rel=1e-4)


def test_without_t_values_nothing_is_said_about_sampling() -> None:
    system = implied_system([[1.5]], draws=10)
    assert (system.sampled, system.standard_errors, system.nearest_stable) == (None, None, None)
    assert np.isnan([system.modulus_standard_error, *system.modulus_interval()]).all()


def test_a_defective_matrix_has_no_gradient() -> None:
    system = implied_system([[1.0, 1.0], [0.0, 1.0]], t_values=np.ones((2, 2)), draws=10)
    assert np.isnan(system.gradient).all()
    assert np.isnan([system.modulus_standard_error, *system.rounding_bound]).all()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_units_of_the_variables_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.uniform(-2, 2, 2)
    moved = np.array(TABLE) * scale[:, None] / scale
    one, two = (implied_system(a, t_values=T_VALUES, draws=2) for a in (TABLE, moved))
    assert one.modulus_standard_error == pytest.approx(two.modulus_standard_error)
    assert one.nearest_stable.statistic == pytest.approx(two.nearest_stable.statistic, rel=1e-3)


# --- what cannot be judged --------------------------------------------------------------------


@pytest.mark.parametrize("t", [[[1.0, 0.0], [1.0, 1.0]], [[1.0]]])
def test_unusable_t_values(t: list[list[float]]) -> None:
    with pytest.raises(PanelVARError, match=r"t-values must have the shape \(2, 2\)"):
        implied_system([[0.5, 0.1], [0.0, 0.4]], t_values=t)


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0.5, np.nan], [0.0, 0.4]], [[np.inf]]])
def test_unusable_coefficients(matrix: list[list[float]]) -> None:
    with pytest.raises(PanelVARError, match=r"(?i)coefficients must "):
        implied_system(matrix, draws=10)


def test_text_is_no_table() -> None:
    with pytest.raises(PanelVARError, match="coefficients must hold numbers only"):
        implied_system([["0.5*"]])
    with pytest.raises(PanelVARError, match="t_values must hold numbers only"):
        implied_system([[0.5]], t_values=[["(2.1)"]])


@pytest.mark.parametrize("draws", [-1, 0, 1])
def test_too_few_draws(draws: int) -> None:
    with pytest.raises(PanelVARError):
        implied_system([[0.5]], draws=draws)
