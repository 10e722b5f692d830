"""Figures on people in transition: retraining, certificates, accounts and the safety net."""

from __future__ import annotations

from synergy.charts.sliders import Bars, Curves, Point, Quantity, model
from synergy.policy import contribution_base, safety_net, skills
from synergy.policy.domain import Values
from synergy.policy.parameters import defaults

STRANDED = Curves(
    quantities=(
        Quantity("没有着落的劳动者", "skills.stranded", model(skills.job_mismatch, "stranded")),
    ),
    along="transferable_share",
    span=(0.1, 0.9),
    sliders=("jobs_created", "jobs_displaced"),
    x="技能可转移的比例",
    y="没有着落的劳动者（百万）",
    x_format=".0%",
    y_format=".0f",
    zero=True,
)

RETRAINING = Curves(
    quantities=(
        Quantity("净现值", "skills.net_value", model(skills.retraining_value, "net_value")),
    ),
    along="skill_half_life",
    span=(1.0, 20.0),
    sliders=("wage_gain", "course_cost", "completion_rate", "placement_rate", "career_years"),
    x="技能半衰期（年）",
    y="每名学员的净现值（万元）",
    y_format=".1f",
)

BACKLOG = Curves(
    quantities=(
        Quantity("待业存量", "skills.backlog", model(skills.displaced_backlog, "waiting")),
    ),
    along="years",
    span=(0.0, 20.0),
    sliders=(
        "retraining_reach",
        "completion_rate",
        "placement_rate",
        "displacement_rate",
        "exit_rate",
    ),
    x="年",
    y="待业存量占劳动力",
    y_format=".0%",
    zero=True,
)

CERTIFICATE = Curves(
    quantities=(
        Quantity(
            "证书带来的增益", "skills.certificate_value", model(skills.certificate_value, "value")
        ),
    ),
    along="certificate_accuracy",
    span=(0.5, 1.0),
    sliders=("fit_share", "match_gain", "mismatch_loss"),
    x="证书准确度",
    y="每名求职者每年的增益（万元）",
    x_format=".0%",
    zero=True,
)

ACCOUNT = Curves(
    quantities=(Quantity("账户余额", "skills.account", model(skills.skill_account)),),
    along="years",
    span=(0.0, 40.0),
    sliders=("account_grant", "own_contribution", "employer_match", "interest_rate"),
    x="年",
    y="账户余额（万元）",
    y_format=".1f",
    zero=True,
)

SUPPLEMENT = Curves(
    quantities=(
        Quantity("收入补充", "safety_net.supplement", model(safety_net.earnings_supplement)),
    ),
    along="earnings",
    span=(0.0, 2.0),
    sliders=("supplement_rate", "supplement_peak", "phase_out_start", "phase_out_rate"),
    x="劳动收入（人均收入为 1）",
    y="收入补充（人均收入为 1）",
    x_format=".1f",
    zero=True,
)


def _layer_cost(layer: str, point: Point) -> Values:
    """Cost per head of a layer when nobody changes behaviour."""
    still = {"participation_elasticity": 0.0, "income_effect": 0.0}
    cost: Values = model(safety_net.safety_net, "cost")({**point, **still})[layer]
    return cost


def _supplement_cost(point: Point) -> Values:
    given = {**defaults(("retraining_reach", "job_loss", "base_employment")), **point}
    eligible = given["retraining_reach"] * (1 - given["job_loss"]) * given["base_employment"]
    cost: Values = eligible * model(safety_net.static_supplement_cost)(point)
    return cost


NET_COST = Bars(
    quantities=(
        Quantity(
            "区域性基本收入",
            "safety_net.basic_income_cost",
            lambda point: _layer_cost("basic_income", point),
        ),
        Quantity(
            "就业收入补充",
            "safety_net.supplement_cost",
            _supplement_cost,
        ),
        Quantity(
            "公共就业",
            "safety_net.public_jobs_cost",
            lambda point: _layer_cost("public_jobs", point),
        ),
    ),
    sliders=(
        "region_share",
        "basic_income",
        "retraining_reach",
        "supplement_rate",
        "job_loss",
        "public_job_places",
        "public_job_wage",
    ),
    fmt=".2%",
)


INFORMAL = Curves(
    quantities=(
        Quantity(
            "劳动收入进入缴费基数的比例",
            "contribution_base.effective_coverage",
            model(contribution_base.contribution_base, "effective_coverage"),
        ),
    ),
    along="gig_coverage",
    span=(0.0, 1.0),
    sliders=("gig_share", "gig_compliance", "formal_coverage", "formal_compliance"),
    x="零工参保覆盖",
    y="劳动收入进入缴费基数的比例",
    x_format=".0%",
    y_format=".0%",
    zero=True,
)
