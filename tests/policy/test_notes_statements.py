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


def test_exposure_sets_the_speed_and_demand_the_direction() -> None:
    exposed = spread("exposed_share")
    for eta, sign in {0.5: 1, 2.0: -1}.items():
        pay = evaluate(
            work.bundled_wage_elasticity, product_demand_elasticity=eta, exposed_share=exposed
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
    full = evaluate(work.task_path, years=later, reinstatement_ratio=1.0).labour_tasks
    usual = evaluate(work.task_path, years=later).labour_tasks
    start = defaults()["labour_share"]
    assert_allclose(full, start * (1 - evaluate(work.lag_gap)), rtol=2e-3)
    assert (np.diff(full - usual) > 0).all() and (full - usual)[-1] > start - full[-1]


def test_barely_cheaper_machines_hurt_most() -> None:
    pay = evaluate(work.task_wage_effect, cost_saving=spread("cost_saving"))
    assert (np.diff(pay) > 0).all()


def test_a_certificate_is_worth_nothing_below_a_threshold() -> None:
    value = evaluate(net.certificate_value, certificate_accuracy=np.linspace(0.5, 1, 11)).value
    assert (value[:2] == 0).all() and value[-1] > 0 and (np.diff(value) >= 0).all()


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
