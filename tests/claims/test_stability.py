"""Eigenvalues of the printed system and their range under rounding."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.claims import Ledger, Verdict
from synergy.claims.auditing import check_document
from synergy.claims.significance import cell_id
from synergy.claims.stability import (
    ORDER,
    eigenvalue_moduli,
    leading_enclosure,
    printed_system,
    rounded_stability,
    rounding_box_radii,
)


def test_printed_system_explodes(ledger: Ledger) -> None:
    result = rounded_stability(*printed_system(ledger))
    assert result.moduli[0] == pytest.approx(1.512, abs=5e-4)
    low, high = result.simulated
    assert 1.0 < result.enclosure[0] < low < result.moduli[0] < high < result.enclosure[1]


def test_rows_are_equations(ledger: Ledger) -> None:
    matrix, widths = printed_system(ledger)
    assert matrix[1, 3] == 13.685  # employment environment on lagged labour quality
    assert widths[2, 1] == pytest.approx(0.005)  # the one cell with two decimals


def test_draws_repeat_with_their_seed(ledger: Ledger) -> None:
    system = printed_system(ledger)
    first = rounding_box_radii(*system, draws=50, seed=1)
    assert np.array_equal(first, rounding_box_radii(*system, draws=50, seed=1))
    assert not np.array_equal(first, rounding_box_radii(*system, draws=50, seed=2))


def test_no_rounding_no_range() -> None:
    matrix = np.diag([0.9, 0.5])
    result = rounded_stability(matrix, np.zeros((2, 2)), draws=10)
    assert result.simulated == pytest.approx((0.9, 0.9))
    assert result.enclosure == pytest.approx((0.9, 0.9))


def test_touching_discs_give_no_enclosure() -> None:
    assert leading_enclosure(np.diag([0.5, 0.49]), np.full((2, 2), 0.1)) == (0.0, float("inf"))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-6, 2e-2))
def test_enclosure_holds_for_every_draw(seed: int, width: float) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.diag([1.5, 0.6, 0.1]) + 0.2 * rng.standard_normal((3, 3))
    widths = np.full((3, 3), width)
    low, high = leading_enclosure(matrix, widths)
    radii = rounding_box_radii(matrix, widths, draws=200, seed=seed)
    if high < float("inf"):
        assert radii.min() >= low - 1e-12
        # Another eigenvalue may overtake the leading one, so only the lower end binds the radius.
        moduli = eigenvalue_moduli(matrix)
        assert low <= moduli[0] <= high


def test_verdict_follows_the_system(ledger: Ledger) -> None:
    assert check_document(ledger["P-51-STABLE"], ledger).verdict is Verdict.INCONSISTENT
    damped = ledger
    for equation, regressor in permutations(ORDER, 2):
        damped = damped.with_value(cell_id(equation, regressor), "0.000")
    damped = damped.with_value("P-T4-LQ-LQ", "0.103")
    assert check_document(damped["P-51-STABLE"], damped).verdict is Verdict.CONSISTENT
