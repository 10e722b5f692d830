"""Figures on levers: taxes on people and machines, the direction of research, sources of money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synergy.charts.sliders import Bars, Curves, Point, Quantity, model
from synergy.policy import contribution_base, direction, finance_mix, levers, transition_fund

TAX_BALANCE = Bars(
    quantities=(
        Quantity("劳动的有效边际税率", "levers.labour_wedge", model(levers.labour_wedge)),
        Quantity("自动化的有效边际税率", "levers.automation_wedge", model(levers.automation_wedge)),
        Quantity(
            "使两者相等的自动化附加税",
            "levers.break_even_levy",
            model(levers.tax_balance, "break_even_levy"),
        ),
    ),
    sliders=(
        "employer_rate",
        "employee_rate",
        "income_tax_rate",
        "corporate_tax_rate",
        "depreciation_years",
        "investment_credit",
        "automation_levy",
    ),
)

STEERING = Curves(
    quantities=(
        Quantity(
            "留下来的引导力度",
            "levers.differentiated_wedge",
            model(levers.differentiated_tax, "wedge"),
        ),
    ),
    along="misclassification",
    span=(0.0, 1.0),
    sliders=("replacing_levy", "augmenting_credit"),
    x="分类错误的概率",
    y="两类技术的税负差",
    x_format=".0%",
    y_format=".0%",
)

DIRECTION = Curves(
    quantities=(Quantity("下一轮", "direction.next_share", model(direction.next_share)),),
    along="replacing_share",
    span=(0.0, 1.0),
    sliders=("replacement_pull", "policy_wedge", "path_dependence", "choice_sensitivity"),
    x="这一轮替代型研发的占比",
    y="下一轮的占比（虚线：不变）",
    x_format=".0%",
    y_format=".0%",
    zero=True,
    diagonal=True,
)


def _coverage(point: Point) -> Any:
    return model(contribution_base.contribution_base, "effective_coverage")(point)


def _source(label: str, name: str) -> Quantity:
    run = model(finance_mix.finance_mix, name)
    return Quantity(
        label,
        f"finance_mix.{name}",
        lambda point: run({**point, "effective_coverage": _coverage(point)}),
    )


FINANCE_MIX = Curves(
    quantities=(
        _source("合计", "total"),
        _source("缴费", "contributions"),
        _source("增值税", "value_added_tax"),
        _source("超额利润税", "excess_profit_tax"),
        _source("算力分红", "compute_dividend"),
    ),
    along="labour_share_now",
    span=(0.35, 0.53),
    sliders=(
        "contribution_rate",
        "vat_points",
        "excess_profit_rate",
        "ai_rent_share",
        "compute_capital",
        "state_stake",
    ),
    x="劳动份额",
    y="收入占 GDP",
    x_format=".0%",
    y_format=".1%",
    zero=True,
)

SOVEREIGN_FUND = Curves(
    quantities=(
        Quantity("算力基金", "finance_mix.sovereign_fund", model(finance_mix.sovereign_fund_path)),
    ),
    along="years",
    span=(0.0, 35.0),
    sliders=("annual_injection", "compute_return", "payout_rate"),
    x="年",
    y="基金占 GDP",
    y_format=".0%",
    zero=True,
)


def _levied(base: transition_fund.BaseKind) -> Callable[[Point], Any]:
    """Receipts from a base in its first year, as a function of a point."""
    size = model(transition_fund.levy_base)
    run = model(transition_fund.transition_fund, "revenue")
    return lambda point: run({**point, "base": size({**point, "kind": base})})


LEVY = Curves(
    quantities=(
        Quantity(
            "按自动化设备投资征",
            "transition_fund.revenue",
            _levied("equipment"),
            {"base": "equipment_investment"},
        ),
        Quantity(
            "按人工智能企业利润征",
            "transition_fund.revenue",
            _levied("profit"),
            {"base": "transition_fund.profit_base"},
        ),
    ),
    along="levy_rate",
    span=(0.0, 0.1),
    sliders=("base_elasticity", "equipment_investment", "ai_revenue", "profit_margin"),
    x="征收率",
    y="首年收入（亿元）",
    x_format=".0%",
    y_format=".0f",
    fixed={"years": 0.0},
    zero=True,
)

LOST_BASE = Curves(
    quantities=(
        Quantity(
            "被挤走的设备投资",
            "transition_fund.lost_base",
            model(transition_fund.transition_fund, "lost_base", base="equipment_investment"),
            {"base": "equipment_investment"},
        ),
        Quantity(
            "征到的钱",
            "transition_fund.revenue",
            model(transition_fund.transition_fund, "revenue", base="equipment_investment"),
            {"base": "equipment_investment"},
        ),
    ),
    along="base_elasticity",
    span=(0.0, 8.0),
    sliders=("levy_rate", "equipment_investment"),
    x="税基弹性",
    y="首年（亿元）",
    x_format=".0f",
    y_format=".0f",
    fixed={"years": 0.0},
    zero=True,
)
