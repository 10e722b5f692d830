"""Exercises on the small models of the essay and the notes, at the values of the table."""

from __future__ import annotations

from scipy.optimize import brentq

from synergy.exercises.worked import Given, Worked
from synergy.policy import defaults, evaluate
from synergy.policy.direction import escape_wedge
from synergy.policy.net import job_mismatch, retraining_value
from synergy.policy.parameters import bounds
from synergy.policy.work import bundled_wage_elasticity

#: Millions of jobs to the ten thousands in which Chinese readers count.
_TEN_THOUSANDS = 100


def mismatch(given: Given) -> Worked:
    """How many find no job behind a net gain, and how long a skill must last for a course to pay.

    Jobs in ten thousands.
    """
    value = defaults(["jobs_created", "jobs_displaced", "skill_half_life"])
    new, lost = (_TEN_THOUSANDS * value[name] for name in ("jobs_created", "jobs_displaced"))
    few, many = (evaluate(job_mismatch, transferable_share=share) for share in given["shares"])
    low, high = bounds(["skill_half_life"])["skill_half_life"]
    half_life = brentq(_net_value, low, high, xtol=1e-10)
    answers = {
        "net": _TEN_THOUSANDS * float(few.net),
        "few": _TEN_THOUSANDS * float(few.stranded),
        "many": _TEN_THOUSANDS * float(many.stranded),
        "half_life": float(half_life),
    }
    mistakes = {
        "of_new": {
            key: lost - share * new
            for key, share in zip(("few", "many"), given["shares"], strict=True)
        },
        "moved": {"few": lost - answers["few"], "many": lost - answers["many"]},
    }
    values = {years: _net_value(years) for years in given["half_lives"]}
    facts = {"new": new, "lost": lost, "values": values, "usual": value["skill_half_life"]}
    return Worked(answers, mistakes, facts)


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
    return Worked(answers, mistakes, {"sigma": sigma, "x": x, "etas": etas, "shares": shares})
