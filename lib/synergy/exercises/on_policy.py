"""Exercises on the small models of the essay and the notes, at the values of the table."""

from __future__ import annotations

from scipy.optimize import brentq

from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked
from synergy.policy import defaults, evaluate
from synergy.policy.assessment import job_effect, sparing_elasticity
from synergy.policy.direction import escape_wedge
from synergy.policy.growth import investment_jobs
from synergy.policy.insurance import pay_as_you_go
from synergy.policy.levers import levy_on_equipment, tax_balance
from synergy.policy.net import certificate_value, job_mismatch, retraining_value
from synergy.policy.parameters import bounds
from synergy.policy.work import break_even_saving, bundled_wage_elasticity, lag_gap

#: Millions of jobs to the ten thousands in which Chinese readers count.
_TEN_THOUSANDS = 100


def mismatch(given: Given) -> Worked:
    """How many find no job behind a net gain, and how long a skill must last for a course to pay.

    Jobs in ten thousands.
    """
    value = defaults(["jobs_created", "jobs_displaced", "skill_half_life"])
    new, lost = (_TEN_THOUSANDS * value[name] for name in ("jobs_created", "jobs_displaced"))
    few, many = (evaluate(job_mismatch, transferable_share=share) for share in given["shares"])
    stranded = {"few": float(few.stranded), "many": float(many.stranded)}
    stranded = {key: _TEN_THOUSANDS * count for key, count in stranded.items()}
    shares = zip(stranded, given["shares"], strict=True)
    mistakes: dict[str, Answers] = {
        "of_new": {key: lost - share * new for key, share in shares},
        "moved": {key: lost - count for key, count in stranded.items()},
    }
    half_life = brentq(_net_value, *bounds(["skill_half_life"])["skill_half_life"], xtol=1e-10)
    worth = {key: _net_value(years) for key, years in zip(_TRIED, given["half_lives"], strict=True)}
    answers = {"net": _TEN_THOUSANDS * float(few.net), **stranded, **worth}
    answers |= {"half_life": float(half_life)}
    course = defaults(_COURSE)
    mistakes["gross"] = {key: net + course["course_cost"] for key, net in worth.items()}
    facts = {"new": new, "lost": lost, "usual": value["skill_half_life"], "v": course}
    return Worked(answers, mistakes, facts)


#: Keys of the parts on half-lives that are tried, and what a course is worth besides.
_TRIED = ("short", "long")
_COURSE = (
    "course_cost",
    "wage_gain",
    "completion_rate",
    "placement_rate",
    "career_years",
    "interest_rate",
)


def _net_value(half_life: float) -> float:
    return float(evaluate(retraining_value, skill_half_life=half_life).net_value)


def exposure(given: Given) -> Worked:
    """Pay as AI grows cheaper under three demands; what a turn of direction costs."""
    sigma = defaults()["substitution_elasticity"]
    x = defaults()["exposed_share"]
    etas, shares = given["demands"], given["replacing"]
    pay = [float(evaluate(bundled_wage_elasticity, product_demand_elasticity=e)) for e in etas]
    wedges = [100 * float(evaluate(escape_wedge, replacing_share=share)) for share in shares]
    keys, ends = ("inelastic", "middle", "elastic"), ("half", "more", "most")
    answers = {**dict(zip(keys, pay, strict=True)), "turn": sigma}
    answers |= dict(zip(ends, wedges, strict=True))
    mistakes = {
        "sign": {key: -value for key, value in zip(keys, pay, strict=True)},
        "exposure_alone": dict.fromkeys(keys, x),
        "one": {"turn": 1.0},
        "flat": dict.fromkeys(ends[1:], wedges[0]),
    }
    facts = {"sigma": sigma, "x": x, "etas": etas, "shares": shares, "v": defaults(_TURN)}
    return Worked(answers, mistakes, facts)


_TURN = ("replacement_pull", "path_dependence")


def paid_jobs(given: Given) -> Worked:
    """Jobs that an investment pays for a year, by how much of it buys computers; ten thousands."""
    share = float(given["compute_share"])

    def jobs(part: float) -> float:
        return float(evaluate(investment_jobs, compute_share=part)) / 10

    half = brentq(lambda part: jobs(part) - given["fraction"] * jobs(0), 0, 1, xtol=1e-12)
    answers: dict[str, Value] = {"ordinary": jobs(0), "mixed": jobs(share), "at": 100 * half}
    mistakes: dict[str, Answers] = {
        "none": {"mixed": (1 - share) * jobs(0), "at": 100 * (1 - given["fraction"])},
        "only_compute": {"ordinary": jobs(1)},
    }
    names = ("investment", "annual_labour_cost", *_CONTENTS)
    return Worked(answers, mistakes, {"v": defaults(names), "compute": jobs(1)})


_CONTENTS = ("construction_labour_content", "compute_labour_content")


def scheme_or_saving(given: Given) -> Worked:
    """What a yuan paid in gains over a generation, against saving it."""
    n, g, r = (float(given[name]) for name in ("n", "g", "r"))
    years = defaults()["generation_years"]
    life = {"working_years": given["work"], "retirement_years": given["rest"]}
    found = evaluate(pay_as_you_go, contributor_growth=n, wage_growth=g, interest_rate=r, **life)
    alone = evaluate(pay_as_you_go, contributor_growth=0.0, wage_growth=g, interest_rate=r, **life)
    answers: dict[str, Value] = {
        "gain": 100 * float(found.generation_gain),
        "rate": 100 * (r + float(found.advantage)),
    }
    mistakes: dict[str, Answers] = {
        "wages_alone": {"gain": 100 * float(alone.generation_gain), "rate": 100 * g},
        "straight": {"gain": 100 * float(found.advantage) * years},
    }
    return Worked(answers, mistakes, {"years": years, "worth": float(found.money_worth)})


def taxed_work(given: Given) -> Worked:
    """Tax on a yuan paid for labour, against one for machines."""
    own = {name: float(given[name]) for name in _RATES}
    found = evaluate(tax_balance, **own)
    full = evaluate(tax_balance, **{**own, "formal_compliance": 1.0})
    added = sum(own[name] for name in _RATES if name != "formal_compliance")
    answers: dict[str, Value] = {
        "labour": 100 * float(found.labour),
        "bias": 100 * float(found.bias),
        "levy": 100 * float(found.break_even_levy),
    }
    mistakes: dict[str, Answers] = {
        "added": {"labour": 100 * added},
        "in_full": {"labour": 100 * float(full.labour), "bias": 100 * float(full.bias)},
        "difference": {"levy": 100 * float(found.bias)},
    }
    return Worked(answers, mistakes, {"machine": 100 * float(found.automation)})


_RATES = ("employer_rate", "employee_rate", "income_tax_rate", "formal_compliance")


def certificate(given: Given) -> Worked:
    """What a certificate says of its holder, and what that is worth to who hires."""
    share, accuracy = float(given["fit_share"]), float(given["certificate_accuracy"])
    found = evaluate(certificate_value, fit_share=share, certificate_accuracy=accuracy)
    perfect = evaluate(certificate_value, fit_share=share, certificate_accuracy=1.0)
    money = defaults(["match_gain", "mismatch_loss"])
    answers: dict[str, Value] = {
        "posterior": 100 * float(found.posterior),
        "value": float(found.value),
        "threshold": 100 * float(found.threshold),
    }
    mistakes: dict[str, Answers] = {
        "accuracy": {"posterior": 100 * accuracy},
        "prior": {"posterior": 100 * share},
        "perfect": {"value": float(perfect.value)},
    }
    return Worked(answers, mistakes, {"v": money})


def lagging_tasks(given: Given) -> Worked:
    """The gap that a lag leaves for good, and how much a machine must save not to lower pay."""
    pace, before, lag = (float(given[name]) for name in ("pace", "before", "lag"))
    own = {"automation_rate": pace, "creation_lag": lag}
    gap, alone = (
        100 * float(evaluate(lag_gap, **own, previous_automation_rate=rate))
        for rate in (before, 0.0)
    )
    tasks, share = defaults()["labour_share"], float(given["taken"])
    saving = float(evaluate(break_even_saving, tasks_automated=share))
    answers: dict[str, Value] = {"gap": gap, "saving": 100 * saving}
    mistakes: dict[str, Answers] = {
        "no_before": {"gap": alone},
        "straight": {"gap": 100 * (pace - before) * lag},
        "share": {"saving": 100 * share / tasks},
    }
    return Worked(answers, mistakes, {"tasks": tasks})


def assessed(given: Given) -> Worked:
    """Jobs after a system is put to use, in four numbers."""
    eta = float(given["eta"])
    own = {name: float(given[name]) for name in ("tasks_automated", "tasks_created", "cost_saving")}
    found = evaluate(job_effect, **own, product_demand_elasticity=eta)
    cheaper = evaluate(job_effect, **own, product_demand_elasticity=eta + 1)
    needed = float(evaluate(sparing_elasticity, **own))
    answers: dict[str, Value] = {"total": 100 * float(found.total), "needed": needed}
    mistakes: dict[str, Answers] = {
        "taken": {"total": 100 * float(found.taken)},
        "no_demand": {"total": 100 * float(found.taken + found.added)},
        "whole_demand": {"total": 100 * float(cheaper.total), "needed": needed - 1},
    }
    v = defaults(["labour_share", "new_task_gain"])
    return Worked(answers, mistakes, {"v": v, "found": found})


def triangle(given: Given) -> Worked:
    """Receipts and burden of a levy on equipment; base 100."""
    base, rate, eta = (float(given[name]) for name in ("base", "rate", "eta"))
    own = {"levy_rate": rate, "base_elasticity": eta}
    found = evaluate(levy_on_equipment, base=base, **own)
    burden = float(found.excess_burden)
    answers: dict[str, Value] = {
        "revenue": float(found.revenue),
        "burden": burden,
        "marginal": 100 * float(found.marginal_burden),
    }
    mistakes: dict[str, Answers] = {
        "no_response": {"revenue": rate * base},
        "lost_base": {"burden": float(found.lost_base)},
        "average": {"marginal": 100 * float(found.burden_per_yuan)},
    }
    twice = evaluate(levy_on_equipment, base=base, levy_rate=2 * rate, base_elasticity=eta)
    facts = {"lost": float(found.lost_base), "times": float(twice.excess_burden / burden)}
    return Worked(answers, mistakes, facts | {"part": burden / float(found.lost_base)})
