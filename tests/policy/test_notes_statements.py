"""What the chapters of the notes say about their models without a number holds for the models."""

from __future__ import annotations

import numpy as np
import pytest
from cases import spread
from numpy.testing import assert_allclose

from synergy.claims.ledger import load_ledger
from synergy.policy import insurance, levers, net, support, work
from synergy.policy.official import official
from synergy.policy.parameters import bounds, defaults, evaluate
from synergy.policy.scenarios import builtin_scenarios


def test_exposure_sets_the_speed_and_two_elasticities_the_direction() -> None:
    exposed = spread("exposed_share")
    for sigma in bounds(["substitution_elasticity"])["substitution_elasticity"]:
        for eta, sign in ((0.8 * sigma, 1), (1.2 * sigma, -1)):
            pay = evaluate(
                work.bundled_wage_elasticity,
                product_demand_elasticity=eta,
                substitution_elasticity=sigma,
                exposed_share=exposed,
            )
            assert (np.sign(pay) == sign).all() and (np.diff(np.abs(pay)) > 0).all()


def test_the_net_number_of_jobs_hides_who_cannot_move() -> None:
    jobs = evaluate(net.job_mismatch, transferable_share=spread("transferable_share"))
    assert np.ptp(jobs.net) == 0 and (np.diff(jobs.stranded) < 0).all()


def test_a_shorter_half_life_makes_the_same_course_worth_less() -> None:
    value = evaluate(net.retraining_value, skill_half_life=spread("skill_half_life"))
    assert (np.diff(value.net_value) > 0).all()


def test_the_rescued_are_three_shares_multiplied() -> None:
    usual = defaults(["retraining_reach", "completion_rate", "placement_rate"])
    found = evaluate(net.displaced_backlog, years=10.0).rescued_share
    assert found == pytest.approx(np.prod(list(usual.values())))


def test_a_lag_costs_once_and_a_shortfall_every_year() -> None:
    later = np.array([35.0, 100.0, 200.0, 400.0])
    losses = evaluate(work.task_losses, years=later)
    assert_allclose(
        losses.speed_up[1:], defaults()["labour_share"] * evaluate(work.lag_gap), rtol=2e-3
    )
    assert (np.diff(losses.shortfall) > 0).all() and losses.shortfall[-1] > losses.speed_up[-1]


def test_barely_cheaper_machines_hurt_most_and_only_for_a_while() -> None:
    pay = evaluate(work.task_wage_effect, cost_saving=spread("cost_saving"), tasks_created=0.0)
    assert (np.diff(pay.short_run) > 0).all() and pay.short_run[0] < 0 < pay.short_run[-1]
    assert (pay.long_run > 0).all(), "within the figure"


def test_the_waiting_stop_growing_after_about_three_mean_waits() -> None:
    leave = defaults()["exit_rate"]
    soon, later = (evaluate(net.displaced_backlog, years=y).waiting for y in (3 / leave, 50.0))
    assert 0.94 * later < soon < later


def test_a_certificate_is_worth_nothing_below_a_threshold() -> None:
    accuracy = np.linspace(0.5, 1, 51)
    found = evaluate(net.certificate_value, certificate_accuracy=accuracy)
    below = accuracy < found.threshold - 1e-9
    assert below.sum() > 5 and (found.value[below] == 0).all()
    assert (found.value[accuracy > found.threshold + 1e-9] > 0).all()


def test_coverage_alone_brings_its_share_of_what_honest_pay_would_bring() -> None:
    covered, honest, none = (
        evaluate(insurance.contribution_base, gig_coverage=v, gig_compliance=c).effective_coverage
        for v, c in ((1.0, defaults()["gig_compliance"]), (1.0, 1.0), (0.0, 1.0))
    )
    assert (covered - none) / (honest - none) == pytest.approx(defaults()["gig_compliance"])


def test_the_lost_investment_is_worth_the_rate_at_most_and_half_of_it_on_average() -> None:
    """What the next yuan driven away was worth to the investor, and what all of it was."""
    low, high = (
        evaluate(levers.levy_on_equipment, base=1.0, levy_rate=rate) for rate in (0.02, 0.02001)
    )
    lost = (high.excess_burden - low.excess_burden) / (high.lost_base - low.lost_base)
    assert lost == pytest.approx(0.02, rel=1e-3)
    assert low.excess_burden / low.lost_base == pytest.approx(0.01, rel=0.05)


def test_only_public_jobs_are_paid_because_a_job_was_lost() -> None:
    usual, no_jobs = (
        evaluate(support.support_by_work, **change) for change in ({}, {"public_job_places": 0.0})
    )
    assert no_jobs.insured < 0 < usual.insured
    for symbol in ("basic_income", "region_share"):
        low, high = bounds([symbol])[symbol]
        one, other = (
            evaluate(support.support_by_work, public_job_places=0.0, **{symbol: value}).insured
            for value in (low, high)
        )
        assert one == pytest.approx(other)


def test_the_levies_in_the_table_are_those_the_notes_ask_for() -> None:
    claims = load_ledger()
    assert claims["N-LEVY-LOW"].value == 1 and claims["N-LEVY-HIGH"].value == 3


def test_the_toolbox_counts_the_scenarios_in_a_heading() -> None:
    assert len(builtin_scenarios()) == 5


def test_those_who_draw_in_a_year_are_more_than_those_at_its_end() -> None:
    drawn, last = official("unemployment_drawn"), official("unemployment_recipients")
    assert drawn.year == last.year and last.value < drawn.value < 12 * last.value


def test_the_injured_are_insured_for_three_platform_workers_in_ten_at_most() -> None:
    """Cumulative numbers count those who left, so the share is an upper bound."""
    insured, workers = official("injury_insured"), official("platform_workers")
    assert insured.year == workers.year and 0.25 < insured.value / workers.value < 0.35
