"""Figures on social insurance: pay-as-you-go, the edge of the firm, the contribution base."""

from __future__ import annotations

from synergy.charts.sliders import Curves, Plane, Quantity, model
from synergy.policy import contribution_base, firm_boundary, pay_as_you_go

PAYG_PLANE = Plane(
    quantity=Quantity(
        "现收现付减储蓄的年回报",
        "pay_as_you_go.advantage",
        model(pay_as_you_go.pay_as_you_go, "advantage"),
    ),
    sides=(
        ("contributor_growth", -0.02, 0.02, 8, "缴费人数增长率 n"),
        ("wage_growth", 0.0, 0.06, 12, "实际工资增长率 g"),
    ),
    sliders=("interest_rate",),
    reach=0.06,
)

MONEY_WORTH = Curves(
    quantities=(
        Quantity(
            "领取与缴费的现值之比",
            "pay_as_you_go.money_worth",
            model(pay_as_you_go.pay_as_you_go, "money_worth"),
        ),
    ),
    along="wage_growth",
    span=(0.0, 0.06),
    sliders=("contributor_growth", "interest_rate", "working_years", "retirement_years"),
    x="实际工资增长率 g",
    y="领取与缴费的现值之比（1：与储蓄相当）",
    x_format=".0%",
)

FIRM_BOUNDARY = Curves(
    quantities=(
        Quantity(
            "按任务外购的份额",
            "firm_boundary.outsourced_share",
            model(firm_boundary.outsourced_share),
        ),
    ),
    along="years",
    span=(0.0, 35.0),
    sliders=(
        "transaction_cost",
        "coordination_cost",
        "transaction_cost_decline",
        "coordination_cost_decline",
        "cost_dispersion",
    ),
    x="年",
    y="按任务外购的份额",
    y_format=".0%",
    zero=True,
)

CONTRIBUTION_BASE = Curves(
    quantities=(
        Quantity(
            "缴费基数",
            "contribution_base.base",
            model(contribution_base.contribution_base, "base"),
        ),
    ),
    along="gig_share",
    span=(0.0, 0.6),
    sliders=(
        "formal_coverage",
        "formal_compliance",
        "gig_coverage",
        "gig_compliance",
        "base_ceiling",
        "labour_share",
    ),
    x="零工收入占劳动收入之比",
    y="缴费基数占 GDP",
    x_format=".0%",
    y_format=".0%",
    zero=True,
)
