"""Table 4 as a system: one answer for every page, read from the ledger's cells."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from synergy.claims.auditing import check_document
from synergy.claims.ledger import Ledger, Verdict
from synergy.claims.significance import EQUATIONS, cell_id
from synergy.claims.table4 import eigenvalue_clouds, printed_cells, printed_system
from synergy.system import published_frame, published_system


def test_printed_system_explodes(ledger: Ledger) -> None:
    system = printed_system(ledger)
    assert system.moduli[0] == pytest.approx(1.512, abs=5e-4)
    least, most = system.enclosure
    low, high = system.rounding_low[0], system.rounding_high[0]
    assert 1.0 < least < low < system.moduli[0] < high < most


def test_rows_are_equations(ledger: Ledger) -> None:
    system = printed_system(ledger)
    assert system.coefficients[1, 3] == 13.685  # employment environment on lagged labour quality
    assert system.half_width[2, 1] == pytest.approx(0.005)  # the one cell with two decimals
    widths = [[ledger[cell_id(e, r)].half_width for r in EQUATIONS] for e in EQUATIONS]
    np.testing.assert_allclose(system.half_width, widths)
    t = np.array(printed_cells(ledger, "t"), dtype=float)
    assert (t[0, 4], abs(t[4, 4])) == (1.75, 7.02)


def test_every_page_reads_the_same_draws(ledger: Ledger) -> None:
    """One seed, one number of draws, computed once; the separately typed table agrees."""
    system = printed_system(ledger)
    assert published_system() is system
    np.testing.assert_array_equal(system.coefficients, published_frame("coefficient"))
    low, high = system.rounding_low[0], system.rounding_high[0]
    text = check_document(ledger["P-51-STABLE"], ledger).detail
    assert f"抽 {system.draws} 次" in text
    assert f"{low:.3f} 至 {high:.3f}" in text


def test_sampling_is_wider_than_rounding(ledger: Ledger) -> None:
    system = printed_system(ledger)
    low, high = system.modulus_interval()
    assert low < 1.0 < system.rounding_low[0] < system.rounding_high[0] < high
    printed, rounded, sampled = eigenvalue_clouds(ledger, draws=10)
    assert (len(printed), len(rounded), len(sampled)) == (5, 50, 50)
    assert np.abs(rounded).max() <= system.rounding_high[0]
    assert np.abs(sampled).max() > system.rounding_high[0]


def test_sampling_error_comes_from_the_t_statistics(ledger: Ledger) -> None:
    """With t values far from zero hardly anything is left to vary but the rounding."""
    sure = ledger
    for equation in EQUATIONS:
        for regressor in EQUATIONS:
            sure = sure.with_value(cell_id(equation, regressor, "t"), "1e6")
    system = printed_system(sure)
    np.testing.assert_array_equal(system.rounded, printed_system(ledger).rounded)
    low, high = system.modulus_interval()
    assert high < system.rounding_high[0] + 1e-3
    assert low > system.rounding_low[0] - 1e-3
    assert system.nearest_stable is not None and system.nearest_stable.p < 1e-6


def test_sampling_error_can_hide_a_stable_process(ledger: Ledger) -> None:
    """Rounding cannot save the printed system, sampling error can."""
    system = printed_system(ledger)
    assert system.modulus_standard_error == pytest.approx(0.488, abs=5e-4)
    assert system.modulus_interval() == pytest.approx((0.56, 2.47), abs=6e-3)
    assert system.rounding_bound == pytest.approx((1.488, 1.535), abs=5e-4)
    near = system.nearest_stable
    assert near is not None
    assert (near.statistic, near.largest_move) == pytest.approx((0.54, 0.34), abs=5e-3)
    assert near.p == pytest.approx(0.46, abs=5e-3)


def test_verdict_follows_the_system(ledger: Ledger) -> None:
    assert check_document(ledger["P-51-STABLE"], ledger).verdict is Verdict.INCONSISTENT
    damped = ledger
    for equation, regressor in permutations(EQUATIONS, 2):
        damped = damped.with_value(cell_id(equation, regressor), "0.000")
    damped = damped.with_value("P-T4-LQ-LQ", "0.103")
    assert check_document(damped["P-51-STABLE"], damped).verdict is Verdict.CONSISTENT
