"""Every closed form a page can recompute equals the Python function, on at least 100 points.

Once with an evaluator of our own, once in Vega itself (through vl-convert, no browser).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from vega_text import evaluate_vega

from synergy.policy import (
    baumol,
    contribution_base,
    direction,
    finance_mix,
    firm_boundary,
    fund,
    growth,
    levers,
    pay_as_you_go,
    safety_net,
    skills,
    tasks,
    transition_fund,
    wage_cap,
    youth,
)
from synergy.policy.demography import dependency_path
from synergy.policy.expressions import catalogue, symbols_of, vega_expression
from synergy.policy.parameters import bounds, evaluate, parameter_table, symbols_in
from synergy.policy.sensitivity import latin_hypercube

POINTS = 128

YEAR_0 = {"years": 0.0}

#: Ranges of what is no assumption but an input of the figure.
FREE = {
    "years": (0.0, 35.0),
    "growth": (-0.05, 0.08),
    "labour_share_now": (0.25, 0.6),
    "base": (100.0, 5e4),
    "earnings": (0.01, 3.0),
    "scaled_exposure": (0.0, 1.0),
    "scaled_skill_gap": (0.0, 1.0),
    "scaled_security_gap": (0.0, 1.0),
}

#: Corners where a closed form has a removable singularity or a kink.
EDGES: dict[str, list[float]] = {
    "interest_rate": [0.0],
    "contributor_growth": [0.0],
    "depreciation_years": [0.0],
    "wage_growth": [0.0],
    "years": [0.0],
}

Point = dict[str, Any]


def call(function: Callable[..., Any], point: Point) -> Any:
    """Call a model with the point's values and defaults for what the expression leaves out."""
    names = inspect.signature(function).parameters
    return evaluate(function, **{name: point[name] for name in names if name in point})


def mix_of(point: Point) -> Any:
    coverage = call(contribution_base.contribution_base, point).effective_coverage
    now = point.get("labour_share_now", 0.4)
    return call(finance_mix.finance_mix, point | _named(now, coverage))


def _named(now: Any, coverage: Any) -> Point:
    return {"labour_share_now": now, "effective_coverage": coverage}


@cache
def fund_run() -> tuple[fund.FundBalance, Point]:
    """The fund over 36 years for four draws, and the same as flat points."""
    people = evaluate(dependency_path)
    elapsed = people.years - people.years[0]
    names = {s for key in catalogue() if key.startswith("fund.") for s in symbols_of(key)}
    draws = {
        name: column.to_numpy()
        for name, column in latin_hypercube(sorted(names & set(parameter_table().index)), 4).items()
    }
    share = draws["labour_share"][:, None] * np.exp(draws["labour_share_growth"][:, None] * elapsed)
    coverage = np.linspace(0.25, 0.4, 4)[:, None]
    given = {name: draws[name] for name in symbols_in(fund.fund_balance)}
    run = fund.fund_balance(people, share, coverage, **given)
    rate = draws["interest_rate"][:, None]
    point = {name: values[:, None] for name, values in draws.items()} | {
        "years": elapsed,
        "effective_coverage": coverage,
        "dependency_ratio": people.ratio,
        "employment_index": people.employment_index,
        "present_value": run.balance * run.gdp_index * np.exp(-rate * elapsed),
    }
    point["cumulative"] = np.cumsum(point["present_value"], axis=1)
    return run, {k: np.broadcast_to(v, run.fund.shape).ravel() for k, v in point.items()}


def static_net(point: Point) -> Any:
    """Cost of public jobs per draw when nobody changes behaviour."""
    still = {"participation_elasticity": 0.0, "income_effect": 0.0}
    return call(safety_net.safety_net, point | still).cost["public_jobs"]


CASES: dict[str, Callable[[Point], Any]] = {
    "growth.median_pay_growth": lambda p: call(growth.wage_decoupling, p).median_pay,
    "growth.tfp": lambda p: call(growth.growth_accounting, p).tfp,
    "growth.index_path": lambda p: growth.index_path(p["years"], p["growth"]),
    "growth.investment_jobs": lambda p: call(growth.investment_jobs, p),
    "baumol.employment": lambda p: call(baumol.transmission_path, p).employment,
    "baumol.progressive_wage": lambda p: call(baumol.transmission_path, p).progressive_wage,
    "baumol.stagnant_wage": lambda p: call(baumol.transmission_path, p).stagnant_wage,
    "baumol.real_stagnant_wage": lambda p: call(baumol.transmission_path, p).real_stagnant_wage,
    "tasks.labour_tasks": lambda p: call(tasks.task_path, p).labour_tasks,
    "tasks.lag_gap": lambda p: call(tasks.lag_gap, p),
    "tasks.wage_effect": lambda p: call(tasks.task_wage_effect, p).total,
    "wage_cap.cap": lambda p: call(wage_cap.wage_cap, p).cap,
    "wage_cap.wage": lambda p: call(wage_cap.wage_cap, p).wage,
    "wage_cap.ai_cost": lambda p: call(wage_cap.ai_cost_path, p),
    "wage_cap.bundled_wage_elasticity": lambda p: call(wage_cap.bundled_wage_elasticity, p),
    "firm_boundary.outsourced_share": lambda p: call(firm_boundary.outsourced_share, p),
    "firm_boundary.span_after_cut": lambda p: call(firm_boundary.span_after_cut, p),
    "pay_as_you_go.implicit_return": lambda p: call(pay_as_you_go.pay_as_you_go, p).implicit_return,
    "pay_as_you_go.advantage": lambda p: call(pay_as_you_go.pay_as_you_go, p).advantage,
    "pay_as_you_go.generation_gain": lambda p: call(pay_as_you_go.pay_as_you_go, p).generation_gain,
    "pay_as_you_go.money_worth": lambda p: call(pay_as_you_go.pay_as_you_go, p).money_worth,
    "contribution_base.capped_share": lambda p: (
        call(contribution_base.contribution_base, p).capped_share
    ),
    "contribution_base.effective_coverage": lambda p: (
        call(contribution_base.contribution_base, p).effective_coverage
    ),
    "contribution_base.base": lambda p: call(contribution_base.contribution_base, p).base,
    "contribution_base.revenue": lambda p: call(contribution_base.contribution_base, p).revenue,
    "fund.contributions": lambda _: fund_run()[0].contributions.ravel(),
    "fund.benefits": lambda _: fund_run()[0].benefits.ravel(),
    "fund.balance": lambda _: fund_run()[0].balance.ravel(),
    "fund.present_value": lambda p: p["present_value"],
    "fund.fund": lambda _: fund_run()[0].fund.ravel(),
    "levers.labour_wedge": lambda p: call(levers.labour_wedge, p),
    "levers.automation_wedge": lambda p: call(levers.automation_wedge, p),
    "levers.break_even_levy": lambda p: call(levers.tax_balance, p).break_even_levy,
    "levers.differentiated_wedge": lambda p: call(levers.differentiated_tax, p).wedge,
    "direction.next_share": lambda p: call(direction.next_share, p),
    "direction.escape_wedge": lambda p: call(direction.escape_wedge, p),
    "finance_mix.contributions": lambda p: mix_of(p).contributions,
    "finance_mix.value_added_tax": lambda p: mix_of(p).value_added_tax,
    "finance_mix.excess_profit_tax": lambda p: mix_of(p).excess_profit_tax,
    "finance_mix.compute_dividend": lambda p: mix_of(p).compute_dividend,
    "finance_mix.total": lambda p: mix_of(p).total,
    "finance_mix.sovereign_fund": lambda p: call(finance_mix.sovereign_fund_path, p),
    "transition_fund.profit_base": lambda p: call(
        transition_fund.levy_base, p | {"kind": "profit"}
    ),
    "transition_fund.revenue": lambda p: call(transition_fund.transition_fund, p).revenue,
    "transition_fund.lost_base": lambda p: call(transition_fund.transition_fund, p).lost_base,
    "safety_net.supplement": lambda p: call(safety_net.earnings_supplement, p),
    "safety_net.basic_income_cost": lambda p: call(safety_net.safety_net, p).cost["basic_income"],
    "safety_net.supplement_per_worker": lambda p: call(safety_net.static_supplement_cost, p),
    "safety_net.supplement_cost": lambda p: (
        p["retraining_reach"]
        * (1 - p["job_loss"])
        * p["base_employment"]
        * call(safety_net.static_supplement_cost, p)
    ),
    "safety_net.public_jobs_cost": static_net,
    "skills.net_value": lambda p: call(skills.retraining_value, p).net_value,
    "skills.stranded": lambda p: call(skills.job_mismatch, p).stranded,
    "skills.backlog": lambda p: call(skills.displaced_backlog, p).waiting,
    "skills.account": lambda p: call(skills.skill_account, p),
    "skills.certificate_value": lambda p: call(skills.certificate_value, p).value,
    "skills.skill_race": lambda p: call(skills.skill_race, p),
    "youth.hires": lambda p: call(youth.learning_ladder, p | YEAR_0).hires,
    "youth.juniors": lambda p: call(youth.learning_ladder, p).juniors,
    "youth.seniors": lambda p: call(youth.learning_ladder, p).seniors,
    "youth.subsidy_cost": lambda p: call(youth.learning_ladder, p | YEAR_0).subsidy_cost,
    "youth.restoring_subsidy": lambda p: call(youth.restoring_subsidy, p),
    "exposure.risk": lambda p: (
        sum(
            p[w] * p[x]
            for w, x in (
                ("exposure_weight", "scaled_exposure"),
                ("skill_weight", "scaled_skill_gap"),
                ("security_weight", "scaled_security_gap"),
            )
        )
        / (p["exposure_weight"] + p["skill_weight"] + p["security_weight"])
    ),
}


def grid(name: str) -> Point:
    """At least 100 points inside the ranges, with the awkward corners among them."""
    if name.startswith("fund."):
        return fund_run()[1]
    rng = np.random.default_rng(sum(map(ord, name)))
    point: Point = {}
    table = parameter_table()
    for symbol in symbols_of(name):
        low, high = bounds([symbol])[symbol] if symbol in table.index else FREE[symbol]
        values = rng.uniform(low, high, POINTS)
        values[: len(EDGES.get(symbol, []))] = EDGES.get(symbol, [])
        point[symbol] = values
    return point


def wanted(name: str) -> Any:
    """What the Python function says on the grid."""
    size = len(next(iter(grid(name).values())))
    return np.broadcast_to(np.asarray(CASES[name](grid(name)), dtype=float), size)


@pytest.mark.parametrize("name", sorted(CASES))
def test_expression_equals_function(name: str) -> None:
    point = grid(name)
    expected = wanted(name)
    assert len(expected) >= 100 and np.all(np.isfinite(expected))
    found = np.broadcast_to(evaluate_vega(vega_expression(name), point), expected.shape)
    scale = np.maximum(np.abs(expected), 1e-3)
    assert np.max(np.abs(found - expected) / scale) < 1e-9


def test_every_expression_is_compared() -> None:
    assert set(CASES) == set(catalogue())


def test_vega_itself_computes_the_same() -> None:
    """Vega compares its values with ours and prints the worst difference of each expression."""
    convert = pytest.importorskip("vl_convert")
    names, data, marks = sorted(CASES), [], []
    for name in names:
        symbols, point, truth = symbols_of(name), grid(name), wanted(name)
        rows = [
            {"truth": float(truth[i])} | {s: float(point[s][i]) for s in symbols}
            for i in range(100)
        ]
        text = vega_expression(name, **{s: f"datum.{s}" for s in symbols})
        gap = f"abs({text} - datum.truth)/max(abs(datum.truth), 0.001)"
        steps = [
            {"type": "formula", "as": "gap", "expr": gap},
            {
                "type": "aggregate",
                "ops": ["max", "valid"],
                "fields": ["gap", "gap"],
                "as": ["g", "n"],
            },
        ]
        data.append({"name": name, "values": rows, "transform": steps})
        printed = {"signal": "datum.n + ' ' + format(datum.g, '.1e')"}
        marks.append(
            {"type": "text", "from": {"data": name}, "encode": {"enter": {"text": printed}}}
        )
    svg = convert.vega_to_svg({"width": 9, "height": 9, "data": data, "marks": marks})
    found = [text.split() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    assert [points for points, _ in found] == ["100"] * len(names)
    worst = {
        name: float(gap.replace("−", "-")) for name, (_, gap) in zip(names, found, strict=True)
    }
    assert max(worst.values()) < 1e-9, {k: v for k, v in worst.items() if v >= 1e-9}


def test_binding_puts_fields_signals_and_numbers_in_place() -> None:
    text = vega_expression("growth.index_path", growth=-0.02, years="datum.t")
    assert text == "(100*exp((-0.02)*datum.t))"
    assert vega_expression("growth.index_path", years="year - 2025").count("(year - 2025)") == 1


def test_unknown_names_are_refused_with_what_exists() -> None:
    with pytest.raises(ValueError, match=r"wage_cap\.wage"):
        vega_expression("wage_cap.wages")
    with pytest.raises(ValueError, match="it has growth, years"):
        vega_expression("growth.index_path", rate=1)


def test_the_evaluator_refuses_what_is_not_arithmetic() -> None:
    with pytest.raises(ValueError, match="outside the subset"):
        evaluate_vega("datum.x", {})
    with pytest.raises(KeyError):
        evaluate_vega("random()", {})
