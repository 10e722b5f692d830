"""Linear programmes: small systems with known answers, then the paper's aggregates."""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import and_

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.claims.bounds import (
    degree_of_means,
    east_degree_bound,
    national_quality_bound,
    northeast_shortfall,
)
from synergy.claims.feasibility import (
    Constraints,
    Linear,
    StatementSet,
    best_readings,
    national_growth_range,
    statement_sets,
    weighted_mean,
)
from synergy.claims.ledger import Ledger


def unknown(name: str) -> Linear:
    return Linear({name: 1.0})


def between(name: str, low: float, high: float) -> Constraints:
    return (unknown(name) >= low) & (unknown(name) <= high)


SMALL = StatementSet(
    ("x", "y"),
    between("x", 0.2, 0.4),
    {
        "y over x": unknown("y") >= unknown("x"),
        "y small": unknown("y") <= 0.1,
        "y positive": unknown("y") >= 0.01,
    },
)


def test_linear_forms_make_inequalities() -> None:
    x, y = unknown("x"), unknown("y")
    (one,) = ((2 * x - y / 4 + 1) <= 3).all
    assert (one.coefficients, one.constant) == ({"x": 2.0, "y": -0.25}, -2.0)
    (other,) = (-x >= y).all
    assert (other.coefficients, other.constant) == ({"y": 1.0, "x": 1.0}, 0.0)
    both = Constraints((one,)) & Constraints((other,))
    assert both.all == (one, other)


def test_conflict_is_found_and_least() -> None:
    assert not SMALL.feasible()
    assert SMALL.smallest_conflict == ("y over x", "y small")
    assert SMALL.culprits == ("y over x", "y small")
    assert SMALL.corrections == 1


def test_consistent_statements_have_a_witness() -> None:
    keys = {"y over x", "y positive"}
    witness = SMALL.witness(keys)
    assert witness is not None
    assert 0.2 <= witness["x"] <= 0.4
    assert witness["y"] >= witness["x"] - 1e-9


def test_bounds_of_a_target() -> None:
    keys = {"y over x"}
    assert SMALL.minimum({"y": 1.0}, keys) == pytest.approx(0.2)
    assert SMALL.maximum({"x": 1.0, "y": -1.0}, keys) == pytest.approx(0.0)
    assert np.isnan(SMALL.maximum({"x": 1.0}))


def test_two_separate_conflicts_need_two_corrections() -> None:
    high = {f"{name} high": unknown(name) >= 0.9 for name in "ab"}
    low = {f"{name} low": unknown(name) <= 0.1 for name in "ab"}
    both = StatementSet(("a", "b"), Constraints(), high | low)
    assert both.corrections == 2
    assert both.culprits == ()
    assert len(both.smallest_conflict) == 2


def test_weighted_mean_is_exact() -> None:
    base = weighted_mean("n", {"a": 1, "b": 3}) & between("a", 0.4, 0.4)
    known = StatementSet(("n", "a", "b"), base & between("b", 0.8, 0.8), {})
    assert known.maximum({"n": 1.0}) == pytest.approx(0.7)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3),
    st.lists(st.floats(1.0, 9.0), min_size=3, max_size=3),
)
def test_a_mean_cannot_grow_less_than_all_its_parts(
    starts: list[float], weights: list[float]
) -> None:
    names = ("a", "b", "c")
    base = reduce(and_, (between(n, s, s) for n, s in zip(names, starts, strict=True)))
    for year in ("", "2"):
        parts = {n + year: w for n, w in zip(names, weights, strict=True)}
        base &= weighted_mean(f"n{year}", parts)
    grow = reduce(and_, (unknown(f"{n}2") >= 1.05 * unknown(n) for n in names))
    variables = (*names, "n", *(f"{n}2" for n in names), "n2")
    slow = unknown("n2") <= 1.04 * unknown("n")
    stated = StatementSet(variables, base, {"all grow": grow, "slow mean": slow})
    assert not stated.feasible()
    assert stated.smallest_conflict in {("all grow", "slow mean"), ("all grow",)}


def plain(ledger: Ledger, nation: str, gap: str) -> StatementSet:
    """The reading with one meaning of growth and one of gap."""
    wanted = (("全国增幅", nation), ("东部增幅", nation), ("差距", gap))
    return next(read for read in statement_sets(ledger, "AI") if read.words == wanted)


def test_no_reading_lets_all_ai_statements_hold(ledger: Ledger) -> None:
    assert len(statement_sets(ledger, "AI")) == 8
    assert [r.reading for r in statement_sets(ledger, "AI") if r.feasible()] == []


def test_read_as_increase_only_the_narrowing_gap_conflicts(ledger: Ledger) -> None:
    for gap in ("relative", "absolute"):
        read = plain(ledger, "increase", gap)
        assert read.culprits == ("P-AI-GAP",)
    relative = plain(ledger, "increase", "relative")
    assert relative.smallest_conflict == ("P-AI-GROWTH", "P-AI-GAP")


def test_read_as_ratio_the_growth_figures_conflict(ledger: Ledger) -> None:
    read = plain(ledger, "ratio", "relative")
    conflict = ("P-AI-GROWTH", "P-AI-E-GROWTH", "P-AI-C-FAST")
    assert read.smallest_conflict == conflict
    assert not read.feasible(conflict)
    assert all(read.feasible(pair) for pair in combinations(conflict, 2))


def test_witness_without_the_gap_meets_every_other_statement(ledger: Ledger) -> None:
    read = plain(ledger, "increase", "relative")
    x = read.witness(set(read.keys) - {"P-AI-GAP"})
    assert x is not None
    nation = (10 * x["E22"] + 6 * x["C22"] + 11 * x["W22"] + 3 * x["NE22"]) / 30
    assert nation == pytest.approx(x["N22"])
    assert x["N22"] / x["N10"] == pytest.approx(4.5, abs=0.0501)
    assert x["E22"] / x["E10"] >= 4.6 - 1e-6
    assert x["C10"] <= min(x["E10"], x["W10"], x["NE10"]) + 1e-9


def test_growth_that_the_rest_allows(ledger: Ledger) -> None:
    read = plain(ledger, "increase", "relative")
    low, high = national_growth_range(read, {"P-AI-GROWTH", "P-AI-GAP"})
    assert low == pytest.approx(4.384, abs=0.002)
    assert high > 4.5
    ratio = plain(ledger, "ratio", "relative")
    assert national_growth_range(ratio, {"P-AI-GROWTH", "P-AI-GAP"})[0] > 3.8
    assert np.isnan(national_growth_range(read, {"P-AI-GROWTH"})[0])


def test_best_readings_give_up_one_statement(ledger: Ledger) -> None:
    best = best_readings(statement_sets(ledger, "AI"))
    assert {read.corrections for read in best} == {1}
    assert {key for read in best for key in read.culprits} == {"P-AI-GAP", "P-AI-E-GROWTH"}


def test_quality_statements_hold_under_both_readings(ledger: Ledger) -> None:
    assert [read.corrections for read in statement_sets(ledger, "EQ")] == [0, 0]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), min_size=2, max_size=30))
def test_mean_degree_stays_below_degree_of_means(pairs: list[tuple[float, float]]) -> None:
    u = np.array(pairs)
    mean_degree = np.mean((u[:, 0] * u[:, 1]) ** 0.25)
    assert mean_degree <= degree_of_means(*u.mean(axis=0)) + 1e-12


def test_bounds_from_printed_means(ledger: Ledger) -> None:
    assert national_quality_bound(ledger) == pytest.approx(0.4367**4 / 0.1633, abs=0.002)
    assert 0.55 < east_degree_bound(ledger, 0.2) < 0.575
    assert east_degree_bound(ledger, 0.0) < east_degree_bound(ledger, 0.5)
    assert northeast_shortfall(ledger) == pytest.approx(0.0186, abs=0.001)
