"""The safety net: the budget closes, and each layer does what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import UNIT, Point, drawn
from numpy.testing import assert_allclose
from scipy.stats import lognorm

from synergy.policy import evaluate, insurance, net

STILL = {"participation_elasticity": 0.0, "income_effect": 0.0}
NONE = {"basic_income": 0.0, "supplement_rate": 0.0, "public_job_places": 0.0}


def applied(**changes: Any) -> net.SafetyNet:
    return evaluate(net.safety_net, **changes)


@drawn(
    region_share=UNIT,
    job_loss=(0, 0.95),
    retraining_reach=UNIT,
    public_job_places=UNIT,
    basic_income=(0, 0.6),
    participation_elasticity=(0, 0.5),
    levy_per_head=(0, 0.02),
)
def test_every_yuan_is_accounted_for(point: Point) -> None:
    found = applied(**point)
    assert_allclose(sum(found.cost), found.total_cost, rtol=1e-12, atol=1e-15)
    assert_allclose(found.levy + found.tax, found.total_cost, rtol=1e-12, atol=1e-15)
    assert found.levy <= min(point["levy_per_head"], found.total_cost) + 1e-15
    assert_allclose(
        found.disposable_income,
        found.market_income - found.tax + found.total_cost,
        rtol=1e-12,
    )
    assert_allclose(found.tax_rate * found.market_income, found.tax, rtol=1e-12, atol=1e-15)


def test_no_net_changes_nothing() -> None:
    found = applied(**NONE)
    assert found.total_cost == found.tax_rate == 0
    assert_allclose(found.poverty, found.poverty_before, rtol=1e-12)
    assert_allclose(found.poverty_gap, found.poverty_gap_before, rtol=1e-12)
    assert_allclose(found.employment, found.employment_before, rtol=1e-12)


def test_costs_equal_their_closed_forms_when_nobody_reacts() -> None:
    """What a slider recomputes against everyone counted group by group."""
    found = applied(**STILL, bins=20000)
    stated = evaluate(net.static_costs)
    assert_allclose(found.cost.basic_income, stated.basic_income)
    assert_allclose(found.cost.public_jobs, stated.public_jobs)
    assert_allclose(found.cost.earnings_supplement, stated.earnings_supplement, rtol=1e-4)


def test_bins_are_those_of_the_distribution() -> None:
    y = net.income_bins(0.465, 1000)
    assert_allclose(y.mean(), 1, rtol=1e-12)
    sigma = float(insurance.lognormal_sigma(0.465))
    median = lognorm(s=sigma, scale=np.exp(-(sigma**2) / 2)).median()
    assert_allclose((y[499] + y[500]) / 2, median, rtol=1e-4)
    assert np.all(np.diff(y) > 0)


def test_supplement_rises_rests_and_falls() -> None:
    found = evaluate(net.earnings_supplement, earnings=np.array([0, 0.2, 0.45, 0.7, 3.0]))
    assert_allclose(found, [0, 0.05, 0.075, 0.06, 0.0])


def test_supplement_draws_people_in_and_basic_income_does_not() -> None:
    bonus = applied(**NONE | {"supplement_rate": 0.25})
    assert bonus.employment > bonus.employment_before + 1e-4
    grant = NONE | {"basic_income": 0.2}
    damped, neutral = (applied(**grant, income_effect=effect) for effect in (0.1, 0.0))
    assert damped.employment < damped.employment_before - 1e-4
    assert_allclose(neutral.employment, neutral.employment_before, rtol=1e-12)


@pytest.mark.parametrize(
    ("symbol", "low", "high"),
    [("basic_income", 0.05, 0.3), ("public_job_places", 0.0, 1.0), ("supplement_rate", 0.0, 0.4)],
)
def test_more_of_a_layer_costs_more_and_leaves_a_smaller_gap(
    symbol: str, low: float, high: float
) -> None:
    little, much = applied(**{symbol: low}), applied(**{symbol: high})
    assert much.total_cost > little.total_cost
    assert much.poverty_gap < little.poverty_gap


def test_reach_scales_the_supplement() -> None:
    """With 34 % reached the layer costs 34 % of what full reach costs, if nobody reacts."""
    some, all_ = (
        applied(**STILL, retraining_reach=r).cost.earnings_supplement for r in (0.34, 1.0)
    )
    assert_allclose(some, 0.34 * all_)
