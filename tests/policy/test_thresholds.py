"""Where claims turn: re-derived by other routes, and told so that the words turn with the numbers.

No route here calls what `synergy.policy.thresholds` solves: it uses quadrature, a differential
equation, a finite difference, a closed form, or another model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp
from scipy.optimize import bisect, minimize_scalar
from scipy.special import ndtri

from synergy.claims.ledger import load_ledger
from synergy.evidence import Evidence, Findings
from synergy.figures.thresholds import threshold_rows
from synergy.policy.foundations import foundations
from synergy.policy.growth import investment_jobs
from synergy.policy.insurance import contribution_base, finance_mix, life_course
from synergy.policy.net import certificate_value, earnings_supplement, safety_net
from synergy.policy.official import nation_in_yuan, official_table
from synergy.policy.outlook import simulate
from synergy.policy.parameters import defaults, evaluate, parameter_table
from synergy.policy.places import regional_start
from synergy.policy.scenarios import levelling_indexation, load_scenario
from synergy.policy.thresholds import (
    AGAINST,
    BOTH,
    CHOSEN,
    FOR,
    OPEN,
    Reading,
    Threshold,
    declared_claims,
    margin,
    threshold,
    thresholds,
)
from synergy.policy.work import wage_cap
from synergy.words import say

CHAPTERS = ("decoupling", "foundations", "path", "evidence", "insights", "toolbox", "gaps")
EDITIONS = ("全国", "广东", "青海", "北京", "东北")
D = defaults()
NEVER = float("nan")

claims = pytest.mark.parametrize("key", declared_claims())


# --- other routes -----------------------------------------------------------------------------


def slope_of_the_wage() -> float:
    """Elasticity of demand at which the wage does not answer to the price of AI."""

    def slope(eta: float) -> float:
        wages = [
            evaluate(
                wage_cap,
                ai_hour_cost=0.9 * D["task_value"] * (1 + step),
                product_demand_elasticity=eta,
                reservation_wage=0.01,
            ).wage
            for step in (-1e-4, 1e-4)
        ]
        return float(wages[1] - wages[0])

    return float(bisect(slope, 0.5, 5.0, xtol=1e-10))


def wage_without_the_progressive_sector() -> float:
    """NaN: services paid by owners alone keep the stagnant wage above its start."""
    share, beta, owners = (
        D["progressive_labour_share"],
        D["workers_service_share"],
        D["owners_service_share"],
    )
    jobs = share * (1 - beta) / (share + owners * (1 - share))
    start = (beta * share + owners * (1 - share)) / ((1 - beta) * (1 - jobs))
    end = np.exp(35 * D["progressive_growth"]) * owners / (1 - beta)
    assert (end / start) ** (1 - beta) > 1  # with nobody left there; more jobs pay more
    return NEVER


def equal_jobs() -> float:
    """Labour content at which compute pays for as many jobs as other investment."""
    ordinary = float(evaluate(investment_jobs, compute_share=0.0))
    jobs = lambda x: float(evaluate(investment_jobs, compute_share=1.0, compute_labour_content=x))  # noqa: E731
    return float(bisect(lambda x: jobs(x) - ordinary, 0.01, 0.99, xtol=1e-12))


def stones(symbol: str, low: float, high: float) -> float:
    """Where what the paths of the outlook lose by pay and payment equals what they lose by age."""

    def lead(x: float) -> float:
        path = simulate({symbol: x})
        paid = path["contributions"] / path["labour_share"]
        share, ratio = path["labour_share"], path["dependency_ratio"]
        machines = np.log(paid[-1] / paid[0])
        machines += (1 - D["wage_indexation"]) * np.log(share[-1] / share[0])
        return float(-machines - np.log(ratio[-1] / ratio[0]))

    return float(bisect(lead, low, high, xtol=1e-9))


def fair_interest() -> float:
    """Interest at which the present values of what is paid and drawn are equal, by quadrature."""
    life = evaluate(life_course)
    work, whole = float(life.working_years), float(life.working_years + life.retirement_years)
    share = tasks(35.0, D["reinstatement_ratio"]) / D["labour_share"]
    growth = D["productivity_growth"] + np.log(share) / 35

    def late_over_early(rate: float) -> float:
        parts = [quad(lambda s: np.exp(rate * s), *ends)[0] for ends in ((work, whole), (0, work))]
        return parts[0] / parts[1]

    def worth(r: float) -> float:
        return late_over_early(growth - r) / late_over_early(-D["contributor_growth"]) - 1

    return float(bisect(worth, 0.0, 0.1, xtol=1e-12))


@cache
def tasks(years: float, ratio: float) -> float:
    """Labour's tasks by integrating the two equations of motion."""
    a, tau, before = D["automation_rate"], D["creation_lag"], D["previous_automation_rate"]
    start = [D["labour_share"], ratio * before * D["labour_share"] * tau]

    def motion(_: float, state: Any) -> list[float]:
        gamma, waiting = state
        return [-a * gamma + waiting / tau, ratio * a * gamma - waiting / tau]

    path = solve_ivp(motion, (0, years), start, rtol=1e-10, atol=1e-12)
    return float(path.y[0, -1])


def speed_over_shortfall(years: float, ratio: float) -> float:
    full = tasks(years, 1.0)
    return (D["labour_share"] - full) - (full - tasks(years, ratio))


def tax_on_machine(levy: float = 0.0) -> float:
    """Effective rate, with the allowances discounted by quadrature."""
    years, rate = D["depreciation_years"], D["discount_rate"]
    saved = quad(lambda t: np.exp(-rate * t) / years, 0, years)[0]
    cost = 1 - D["investment_credit"] - D["corporate_tax_rate"] * saved
    return 1 - (1 - D["corporate_tax_rate"]) / (cost * (1 + levy))


def equal_taxes() -> float:
    declared = D["formal_compliance"]
    kept = (1 - declared * D["employee_rate"]) * (1 - D["income_tax_rate"])
    labour = 1 - kept / (1 + declared * D["employer_rate"])
    return float(bisect(lambda levy: labour - tax_on_machine(levy), 0, 1, xtol=1e-12))


def wage_of_the_machine() -> float:
    job = 1 + D["formal_compliance"] * D["employer_rate"]
    return D["machine_cost"] / (1 - tax_on_machine()) / job


def level_mix() -> float:
    """Part of the loss that becomes profit at which the receipts do not move, by differences."""
    paid = evaluate(contribution_base).paid_share

    def change(part: float) -> float:
        totals = [
            evaluate(finance_mix, labour_share_now=s, paid_share=paid, ai_rent_share=part).total
            for s in (0.50, 0.49)
        ]
        return float(totals[1] - totals[0])

    return float(bisect(change, 0, 1, xtol=1e-12))


def paying_fund() -> float:
    def lead(rate: float) -> float:
        grow = lambda _, f: D["annual_injection"] + (rate - D["payout_rate"]) * f  # noqa: E731
        stock = solve_ivp(grow, (0, 35), [0.0], rtol=1e-10, atol=1e-14).y[0, -1]
        return float(D["payout_rate"] * stock - D["annual_injection"])

    return float(bisect(lead, -0.05, 0.1, xtol=1e-9))


def paying_course() -> float:
    ageing = D["interest_rate"] + np.log(2) / D["skill_half_life"]
    lasting = quad(lambda t: np.exp(-ageing * t), 0, D["career_years"])[0]
    return D["course_cost"] / (D["completion_rate"] * D["placement_rate"] * lasting)


def first_useful_accuracy() -> float:
    grid = np.linspace(0.5, 1.0, 500_001)
    value = evaluate(certificate_value, certificate_accuracy=grid).value
    return float(grid[np.argmax(value > 1e-9)])


def insuring_places() -> float:
    sigma = np.sqrt(2) * float(ndtri((1 + D["income_gini"]) / 2))

    def paid(z: float) -> float:
        earned = np.exp(sigma * z - sigma**2 / 2)
        weight = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return float(evaluate(earnings_supplement, earnings=earned)) * weight

    supplement = quad(paid, -8, 8, limit=400, epsabs=1e-10)[0]
    return D["retraining_reach"] * supplement / (D["region_share"] * D["public_job_wage"])


def sparing_demand() -> float:
    gain = -D["tasks_automated"] * np.log(1 - D["cost_saving"])
    gain += D["tasks_created"] * np.log(1 + D["new_task_gain"])
    left = D["labour_share"] - D["tasks_automated"] + D["tasks_created"]
    return 1 - np.log(left / D["labour_share"]) / gain


def levy_that_pays() -> float:
    """NaN: no rate brings in as much as the net costs."""
    rates = np.linspace(0, 1, 10_001)
    most = np.max(rates * D["equipment_investment"] * (1 + rates) ** -D["base_elasticity"])
    assert most < nation_in_yuan(float(evaluate(safety_net).total_cost))
    return NEVER


def paying_account() -> float:
    rate = D["interest_rate"]
    yearly = (1 + D["employer_match"]) * quad(lambda s: np.exp(rate * (10 - s)), 0, 10)[0]
    return (D["course_cost"] - D["account_grant"] * np.exp(10 * rate)) / yearly


def worth_levying() -> float:
    """Damage at which welfare is highest exactly at today's rate, by maximising it."""
    eta = D["base_elasticity"]

    def best(damage: float) -> float:
        def loss(rate: float) -> float:
            surplus = quad(lambda s: (1 + s) ** -eta, 0, rate)[0]
            left = (1 + rate) ** -eta
            return surplus - rate * left + damage * left

        return float(minimize_scalar(loss, bounds=(0, 0.5), method="bounded").x)

    return float(bisect(lambda damage: best(damage) - D["levy_rate"], 1e-4, 0.2, xtol=1e-7))


def gigs_worth_the_subsidy() -> float:
    """Share of gig income at which full contributions bring as much as the subsidy."""
    missing = 1 - D["gig_coverage"] * D["gig_compliance"]
    return D["fiscal_subsidy"] / (D["labour_share"] * D["gig_contribution_rate"] * missing)


def outpaced() -> float:
    inside = D["coordination_cost"] * np.exp(-35 * D["coordination_cost_decline"])
    gap = D["transaction_cost"] - D["coordination_cost"]
    return float(np.log(D["transaction_cost"] / (gap + inside)) / 35)


def level_scenarios() -> float:
    return levelling_indexation(load_scenario("fast_ai"), load_scenario("baseline"), "balance")


ROUTES: dict[str, Callable[[], float]] = {
    "cap": slope_of_the_wage,
    "pay": lambda: -(D["price_wedge_growth"] + D["median_to_mean_growth"]),
    "channel": wage_without_the_progressive_sector,
    "investment": equal_jobs,
    "stones": lambda: stones("automation_rate", 0.01, 0.4),
    "stones_gig": lambda: stones("gig_share_2060", 0.1, 0.95),
    "payg": fair_interest,
    "share": lambda: bisect(lambda r: tasks(35.0, r) - D["labour_share"], 0.9, 1.4, xtol=1e-9),
    "indexation": level_scenarios,
    "tasks": outpaced,
    "machine": wage_of_the_machine,
    "tax": equal_taxes,
    "mix": level_mix,
    "sovereign": paying_fund,
    "exposed": slope_of_the_wage,
    "course": paying_course,
    "mismatch": lambda: 2 - D["jobs_created"] / D["jobs_displaced"],
    "speed": lambda: bisect(lambda r: speed_over_shortfall(35.0, r), 0.5, 0.99, xtol=1e-9),
    "crossing": lambda: bisect(
        lambda t: speed_over_shortfall(t, D["reinstatement_ratio"]), 1.0, 200.0, xtol=1e-7
    ),
    "so_so": lambda: (
        1 - (1 - D["tasks_automated"] / D["labour_share"]) ** (1 / D["tasks_automated"])
    ),
    "fog": first_useful_accuracy,
    "net": insuring_places,
    "assessment": sparing_demand,
    "levy": levy_that_pays,
    "account": paying_account,
    "levy_worth": worth_levying,
    "informal": gigs_worth_the_subsidy,
}

#: What some routes are worth: a finite difference, a grid, an interpolation, a search.
ROUGH = {"cap": 1e-6, "exposed": 1e-6, "indexation": 1e-4, "fog": 1e-5, "levy_worth": 1e-3}


@claims
def test_another_route_leads_to_the_same_threshold(key: str) -> None:
    assert_allclose(threshold(key).at, ROUTES[key](), rtol=ROUGH.get(key, 1e-6))


def test_every_claim_has_another_route() -> None:
    assert list(ROUTES) == declared_claims()
    assert [key for chapter in CHAPTERS for key in declared_claims(chapter)] == declared_claims()


# --- on which side ----------------------------------------------------------------------------


@claims
def test_the_claim_holds_on_the_side_that_is_said(key: str) -> None:
    it, apart = threshold(key), margin(key)
    if it.turns:
        step = 1e-4 * abs(it.at)
        for value in (it.at - step, it.at + step):
            assert (float(apart(value)) > 0) == it.holds(value)
    else:
        assert (float(apart(it.low)) > 0) == (float(apart(it.high)) > 0) == it.above


def told(it: Threshold) -> str:
    return str(say("{{ claim_card(t) }}", t=it))


def at(it: Threshold, *values: float) -> Threshold:
    found = tuple(Reading(value, f"来源{n}", "") for n, value in enumerate(values))
    return it._replace(readings=found, low=min(values), high=max(values))


@claims
def test_the_card_turns_with_what_is_found(key: str) -> None:
    it = threshold(key)._replace(at=2.0)
    for below, above in ((FOR, AGAINST), (AGAINST, FOR)):
        it = it._replace(above=above == FOR)
        assert at(it, 1.0, 1.5).side == below and at(it, 3.0).side == above
        assert at(it, 1.0, 3.0).side == BOTH and at(it, 3.0, 2.5, 1.0).side == BOTH
        assert f"在{below}：来源0（" in told(at(it, 1.0)), told(at(it, 1.0))
        assert f"在{above}：来源0（" in told(at(it, 3.0))
        both = told(at(it, 1.0, 3.0))
        assert re.search(rf"两边都有。来源{0 if below == FOR else 1}（[^）]*）在原文一边", both)
        assert "高于" in both if above == FOR else "低于" in both
    bare = it._replace(readings=())
    assert bare.side == (CHOSEN if bare.chosen else OPEN)
    assert ("由政策选择" if bare.chosen else "没有可用的数据") in told(bare)
    never, always = (it._replace(at=NEVER, above=held) for held in (False, True))
    assert "取到头也做不到" in told(never) and "总是成立" in told(always)
    assert at(never, 1.0).side == AGAINST and at(always, 1.0).side == FOR


@pytest.mark.parametrize(
    ("key", "change", "side"),
    [
        ("cap", {"substitution_elasticity": 8.0}, FOR),
        ("cap", {"substitution_elasticity": 0.015}, AGAINST),
        ("pay", {"median_to_mean_growth": -0.03}, FOR),
        ("channel", {"owners_service_share": 0.0}, AGAINST),
        ("stones", {"gig_share_2060": 0.8}, BOTH),
        ("payg", {"productivity_growth": 0.06}, FOR),
        ("payg", {"productivity_growth": 0.02}, AGAINST),
        ("share", {"previous_automation_rate": 0.0, "automation_rate": 0.0}, AGAINST),
        ("machine", {"machine_cost": 20.0}, FOR),
        ("machine", {"machine_cost": 2.0}, AGAINST),
        ("tax", {"formal_compliance": 0.0, "income_tax_rate": 0.0}, AGAINST),
        ("course", {"course_cost": 1.0}, AGAINST),
        ("speed", {"creation_lag": 15.0, "previous_automation_rate": 0.0}, FOR),
        ("share", {"creation_lag": 15.0, "automation_rate": 0.04}, FOR),
        ("so_so", {"labour_share": 0.95, "tasks_automated": 0.01}, FOR),
        ("levy_worth", {"levy_rate": 0.05}, AGAINST),
        ("informal", {"fiscal_subsidy": 0.03}, AGAINST),
    ],
)
def test_verdicts_turn_with_the_assumptions(key: str, change: dict[str, float], side: str) -> None:
    assert threshold(key, change).side == side, threshold(key, change)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_edition_has_its_own_cards(evidence: Evidence, lead: Findings, name: str) -> None:
    from synergy.dictionary import find_place

    start = regional_start(find_place(name), lead)
    for chapter in CHAPTERS:
        found = thresholds(chapter, start)
        for it in found:
            text = told(it)
            assert not re.search(r"\bnan\b|None|\{\{", text), text
            assert text.count("\n: ") == 4
        assert "条主张里" in say("{{ sides(lines) }}", lines=found)
    keys = declared_claims()
    moved = [key for key in keys if repr(threshold(key, start)) != repr(threshold(key))]
    assert bool(moved) == bool(start)


# --- what was found ---------------------------------------------------------------------------


@claims
def test_readings_stand_in_the_words_of_their_source(key: str) -> None:
    it = threshold(key)
    figures = set(official_table()["value"])
    table = parameter_table()
    for reading in it.readings:
        if reading.cited:
            assert reading.value in figures
            continue
        if "倒推" in reading.who:  # tested below
            continue
        row = table.loc[it.over]
        text = "；".join(str(row[name]) for name in ("says", "statutory", "note"))
        number = it.unit.number(reading.value)
        if reading.value == 0:
            assert "现行：无" in text
        else:
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d)", text), (number, text)
        assert row["label"] != "设定" and it.cited


def test_reinstatement_is_what_the_printed_shares_imply() -> None:
    says = parameter_table().at["reinstatement_ratio", "says"]
    readings = {reading.who: reading.value for reading in threshold("share").readings}
    for who, value in readings.items():
        country, first, last = re.fullmatch(r"由(..) (\d+)—(\d+) 年的劳动份额倒推", who).groups()
        told = dict(
            re.findall(r"(\d{4}) 年 ([\d.]+)%", says.partition(country)[2].partition("，中国")[0])
        )
        path = [float(told[year]) / 100 for year in (first, last)]
        year, share, ratio = int(first), path[0], value
        for _ in range(1000 * (int(last) - year)):  # Euler's steps without a lag
            share -= (1 - ratio) * D["automation_rate"] * share / 1000
        assert share == pytest.approx(path[1], rel=1e-4)


def test_claims_are_rows_of_the_ledger_about_the_right_document() -> None:
    ledger = load_ledger()
    for chapter in CHAPTERS:
        for it in thresholds(chapter):
            if it.claim:
                assert ledger[it.claim].id == it.claim
                essay = chapter in ("decoupling", "foundations", "path")
                assert it.claim.startswith("E-") if essay else it.claim[0] in "EN"


# --- the figure -------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_dots_lie_on_the_shaded_side_where_the_claim_holds(chapter: str) -> None:
    lines = thresholds(chapter)
    chart = threshold_rows(lines).to_dict()
    dots, rows = tables_of(chart)
    for it in lines:
        row = rows.loc[it.title]
        inside = dots[dots["title"] == it.title]["at"].between(row["first"], row["last"])
        assert list(inside) == [it.holds(reading.value) for reading in it.readings]
        assert 0 <= row["low"] <= row["high"] <= 1
        assert it.title in chart["description"] and it.verdict in chart["description"]


def tables_of(chart: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dots, and rows by title."""
    tables = [pd.read_csv(StringIO(text)) for text in chart["datasets"].values()]
    dots, rows = sorted(tables, key=lambda table: "low" in table)
    return dots, rows.set_index("title")


def test_a_second_crossing_is_refused() -> None:
    from synergy.policy.thresholds import _turn

    with pytest.raises(ValueError, match="2 times"):
        _turn(lambda x: (x - 1) * (x - 2), 0.0, 3.0)
    with pytest.raises(ValueError, match="no claim"):
        thresholds("nowhere")


def test_the_split_of_the_foundations_is_the_one_that_pages_show() -> None:
    parts = foundations(D)
    assert margin("stones")(D["automation_rate"]) == pytest.approx(
        float(parts.population[-1] - parts.employment[-1] - parts.wages[-1])
    )
