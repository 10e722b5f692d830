"""Stars, prose against table 4, labels against table 3, arithmetic: each check can fail."""

from __future__ import annotations

import pytest
from claims_samples import verdict, with_facts, with_row
from scipy.stats import norm

from synergy.claims.bounds import label_bounds
from synergy.claims.ledger import Ledger, Verdict
from synergy.claims.printed import Printed
from synergy.claims.significance import p_interval, p_value, stars_of

YES, NO = Verdict.CONSISTENT, Verdict.INCONSISTENT
OK, WRONG = Verdict.CONFIRMED, Verdict.CONTRADICTED


@pytest.mark.parametrize("t", [0.0, 0.58, 1.65, 1.75, -2.3, 7.02])
def test_p_value_is_two_sided_normal(t: float) -> None:
    assert p_value(t) == pytest.approx(2 * norm.sf(abs(t)), rel=1e-12)


@pytest.mark.parametrize(
    ("p", "stars"), [(0.0, 3), (0.0099, 3), (0.01, 2), (0.049, 2), (0.05, 1), (0.099, 1), (0.1, 0)]
)
def test_stars_follow_the_levels(p: float, stars: int) -> None:
    assert stars_of(p) == stars


def test_rounding_of_t_is_kept(ledger: Ledger) -> None:
    low, high = p_interval(ledger["P-T4-EQ-LR-t"])
    assert low < p_value(1.65) < high < 0.1
    assert p_interval(with_row(ledger, "P-T4-EQ-LR-t", printed="0.00")["P-T4-EQ-LR-t"])[1] == 1


# row to change, new value, row to look at, verdict as printed, verdict after the change
FLIPS = [
    ("P-T4-SS-EQ", "0.31", "P-T4-SS-EQ", YES, NO),
    ("P-T4-LR-LR-t", "-0.58", "P-T4-LR-LR", YES, NO),
    ("P-T4-LR-AI-t", "1.97", "P-T4-LR-AI-s", NO, YES),
    ("P-T4-AI-AI-s", "2", "P-T4-AI-AI-s", YES, NO),
    ("P-T4-AI-LQ", "10.944", "P-43-LQ-AI1", NO, YES),
    ("P-43-EQ-AI", "0.287", "P-43-EQ-AI", YES, NO),
    ("P-43-EQ-AI-P", "0.05", "P-43-EQ-AI-P", YES, NO),
    ("P-T4-AI-SS-s", "1", "P-43-SET-AI", YES, NO),
    ("P-T4-LR-LR-t", "2.01", "P-43-LR-OWN", YES, NO),
    ("P-T4-EQ-LQ", "2.1", "P-43-LQ-ALL", YES, NO),
    ("P-T4-EQ-LQ", "9.1", "P-43-ORDER", YES, NO),
    ("P-T4-LQ-EQ-s", "0", "P-43-MUTUAL", YES, NO),
    ("P-T3-05", "0.55", "P-T3-05", YES, NO),
    ("P-T3-05", "0.55", "P-T3-TILE", YES, NO),
    ("P-T3-S2", "0.7", "P-T3-S2", YES, NO),
    ("P-D-2022", "0.5002", "P-D-LATE", YES, NO),
    ("P-51-GD", "0.7041", "P-51-GD", YES, NO),
    ("P-51-BJSH", "0.61", "P-D-BJSH", YES, NO),
    ("P-D-2010", "0.1500", "P-D-GROWTH", NO, YES),
    ("P-51-C22", "0.1205", "P-51-C22", YES, NO),
    ("P-AI-C22", "0.1100", "P-AI-C-OVER", YES, NO),
    ("P-AI-NE22", "0.0688", "P-AI-SIMILAR", YES, NO),
    ("P-S3-N", "26", "P-S3-N", NO, YES),
    ("P-ABS-N", "31", "P-ABS-N", YES, NO),
    ("P-T2-SS", "6", "P-T2-SS", YES, NO),
    ("P-S3-LAST", "2021", "P-S3-YEARS", YES, NO),
    ("P-S3-ALPHA", "0.6", "P-S3-ALPHA", YES, NO),
    ("E-THREE", "4", "E-THREE", YES, NO),
    ("N-LEVY-LOW", "3.5", "N-LEVY-LOW", YES, NO),
    ("E-WEF-GAP", "7800", "E-WEF-GAP", OK, WRONG),
    ("E-WEF-FLIPS", "2", "E-WEF-FLIPS", OK, WRONG),
    ("N-WEF-1200", "-1400", "N-WEF-1200", WRONG, OK),
    ("N-WEF-SIGN", "-1200", "N-WEF-SIGN", NO, YES),
    ("E-CAPEX", "3400", "E-CAPEX", OK, WRONG),
    ("P-INT-LABOUR", "8.6", "P-INT-LABOUR", OK, WRONG),
    ("E-MED-HIGH", "1900", "E-MED-HIGH", OK, WRONG),
    ("E-PAPERS", "6800", "E-PAPERS", WRONG, OK),
    ("N-REF-5", "2016", "N-REF-5", WRONG, OK),
    ("N-REF-7", "2021", "N-REF-7", OK, WRONG),
    ("P-REF-ALL", "22", "P-REF-ALL", YES, NO),
    ("N-REF-TWICE", "6", "N-REF-TWICE", YES, NO),
    ("P-AI-GROWTH", "2.4", "P-AI-GAP", NO, YES),
    ("P-AI-E-GROWTH", "2.9", "P-AI-E-GROWTH", NO, YES),
    ("P-51-E365", "-5", "P-51-E365", YES, NO),
    ("P-51-E365", "90.5", "P-D-E-NEAR", NO, YES),
    ("P-AI-NE10", "0.0446", "P-D-NE-START", NO, YES),
    ("P-EQ-NE-NEAR", "0.02", "P-51-GRAD-EQ", NO, YES),
]


@pytest.mark.parametrize(("row", "value", "looked_at", "before", "after"), FLIPS)
def test_verdict_follows_the_number(
    ledger: Ledger, row: str, value: str, looked_at: str, before: Verdict, after: Verdict
) -> None:
    assert verdict(ledger, looked_at) is before
    assert verdict(ledger.with_value(row, value), looked_at) is after


def test_grade_names_are_not_stage_names(ledger: Ledger) -> None:
    assert verdict(ledger, "P-D-TERM") is NO
    proper = with_facts(ledger, "P-D-TERM", called=["拮抗磨合", "良性协调"])
    assert verdict(proper, "P-D-TERM") is YES


def test_label_bounds_know_grades_and_stages(ledger: Ledger) -> None:
    assert label_bounds("濒临失调", ledger) == (0.4, 0.5)
    assert label_bounds("拮抗磨合阶段", ledger) == (0.4, 0.6)
    with pytest.raises(ValueError, match="no label '优秀'"):
        label_bounds("优秀", ledger)


def printed(value: float, width: float = 0.0) -> Printed:
    return Printed(value, value - width, value + width)


def test_printed_numbers_compare_as_far_as_rounding_allows() -> None:
    one, close, far = printed(0.125, 5e-4), printed(0.1254, 5e-5), printed(0.1256, 5e-5)
    assert one == close and one != far and far != one  # the wider half-width, not their sum
    assert far > one and not close > one and close >= one and one <= far and not far <= one
    assert one == 0.1255 and one < 0.126 and one > 0.124 and not one < 0.1255


def test_arithmetic_carries_the_rounding_along() -> None:
    ratio = printed(0.4367, 5e-5) / printed(0.2404, 5e-5)
    assert (ratio - 1).low == pytest.approx(0.43665 / 0.24045 - 1)
    assert (1 - printed(0.2, 0.1)).high == pytest.approx(0.9)
    product = 2 * printed(-0.5, 0.1)
    assert (product.low, product.value, product.high) == pytest.approx((-1.2, -1.0, -0.8))
    assert f"{ratio:.2f}" == "1.82" and str(format(printed(2.0), "")) == "2.0"


def test_shape_is_compared_phase_by_phase(ledger: Ledger) -> None:
    assert verdict(ledger, "P-EQ-SHAPE") is NO
    assert verdict(with_facts(ledger, "P-EQ-SHAPE", slopes=[-1, -1, 0]), "P-EQ-SHAPE") is YES


def test_aaron_condition_can_fail(ledger: Ledger) -> None:
    # n + g is just below r, and the exact return just above it.
    assert verdict(with_facts(ledger, "E-PAYG", n=0.05, g=0.05, r=0.101), "E-PAYG") is NO
