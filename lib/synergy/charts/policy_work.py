"""Figures on work and pay: investment, wages, the ladder of learning, tasks and the wage cap."""

from __future__ import annotations

from synergy.charts.sliders import Curves, Quantity, model
from synergy.policy import baumol, growth, skills, tasks, wage_cap, youth

INVESTMENT_JOBS = Curves(
    quantities=(Quantity("就业", "growth.investment_jobs", model(growth.investment_jobs)),),
    along="compute_share",
    span=(0.0, 1.0),
    sliders=("construction_labour_content", "compute_labour_content", "annual_labour_cost"),
    x="算力投资占比",
    y="每千亿元投资支付的就业（千人年）",
    x_format=".0%",
    y_format=".0f",
    zero=True,
)

SKILL_RACE = Curves(
    quantities=(Quantity("能力与要求之比", "skills.skill_race", model(skills.skill_race)),),
    along="years",
    span=(0.0, 30.0),
    sliders=("technology_growth", "learning_growth"),
    x="年",
    y="人的能力与技术要求之比（期初为 1）",
    zero=True,
)

LADDER = Curves(
    quantities=(
        Quantity("初级人员", "youth.juniors", model(youth.learning_ladder, "juniors")),
        Quantity("高级人员", "youth.seniors", model(youth.learning_ladder, "seniors")),
    ),
    along="years",
    span=(0.0, 40.0),
    sliders=("entry_automation", "promotion_rate", "junior_exit_rate", "senior_exit_rate"),
    x="冲击后的年数",
    y="存量（冲击前为 1）",
    fixed={"hiring_subsidy": 0.0},
    zero=True,
)

SUBSIDISED_LADDER = Curves(
    quantities=LADDER.quantities,
    along="years",
    span=(0.0, 40.0),
    sliders=("entry_automation", "hiring_subsidy", "hiring_elasticity"),
    x="冲击后的年数",
    y="存量（冲击前为 1）",
    zero=True,
)


PAY_GAP = Curves(
    quantities=(
        Quantity(
            "每小时产出",
            "growth.index_path",
            model(growth.index_path, growth="productivity_growth"),
            {"growth": "productivity_growth"},
        ),
        Quantity(
            "中位劳动者的实际工资",
            "growth.index_path",
            lambda p: growth.index_path(p["years"], model(growth.wage_decoupling, "median_pay")(p)),
            {"growth": "growth.median_pay_growth"},
        ),
    ),
    along="years",
    span=(0.0, 35.0),
    sliders=(
        "productivity_growth",
        "labour_share_growth",
        "price_wedge_growth",
        "median_to_mean_growth",
    ),
    x="年",
    y="指数（期初为 100）",
    y_format=".0f",
)

TRANSMISSION = Curves(
    quantities=(
        Quantity(
            "进步部门工资",
            "baumol.progressive_wage",
            model(baumol.transmission_path, "progressive_wage"),
        ),
        Quantity(
            "停滞部门工资",
            "baumol.stagnant_wage",
            model(baumol.transmission_path, "stagnant_wage"),
        ),
    ),
    along="years",
    span=(0.0, 35.0),
    sliders=(
        "mobility",
        "displacement_rate",
        "labour_share_decline",
        "progressive_growth",
        "owners_service_share",
    ),
    x="年",
    y="工资（以进步部门的产品计）",
    zero=True,
)

WAGE_CAP = Curves(
    quantities=(
        Quantity("给定替代弹性下的工资", "wage_cap.wage", model(wage_cap.wage_cap, "wage")),
        Quantity("完全替代时的上限", "wage_cap.cap", model(wage_cap.wage_cap, "cap")),
    ),
    along="substitution_elasticity",
    span=(2.0, 40.0),
    sliders=("ai_hour_cost", "human_task_share", "human_output", "ai_output", "task_value"),
    x="人机替代弹性",
    y="工资（元/小时）",
    y_format=".0f",
    zero=True,
)

CHEAPER_AI = Curves(
    quantities=(
        Quantity(
            "单一任务的工资",
            "wage_cap.wage",
            lambda p: model(wage_cap.wage_cap, "wage")(
                dict(p) | {"ai_hour_cost": model(wage_cap.ai_cost_path)(p)}
            ),
            {"ai_hour_cost": "wage_cap.ai_cost"},
        ),
        Quantity("AI 每小时成本", "wage_cap.ai_cost", model(wage_cap.ai_cost_path)),
    ),
    along="years",
    span=(0.0, 20.0),
    sliders=("ai_hour_cost", "ai_cost_decline", "energy_use", "power_price", "human_output"),
    x="年",
    y="元/小时",
    y_format=".0f",
    zero=True,
)

BUNDLED_JOB = Curves(
    quantities=(
        Quantity(
            "工资对 AI 成本的弹性",
            "wage_cap.bundled_wage_elasticity",
            model(wage_cap.bundled_wage_elasticity),
        ),
    ),
    along="product_demand_elasticity",
    span=(0.2, 3.0),
    sliders=("exposed_share",),
    x="岗位产出的需求弹性",
    y="工资对 AI 成本的弹性（负值：AI 变便宜，工资上升）",
    x_format=".1f",
)

TASKS = Curves(
    quantities=(
        Quantity("人承担的任务份额", "tasks.labour_tasks", model(tasks.task_path, "labour_tasks")),
    ),
    along="years",
    span=(0.0, 35.0),
    sliders=(
        "automation_rate",
        "previous_automation_rate",
        "reinstatement_ratio",
        "creation_lag",
    ),
    x="自动化提速后的年数",
    y="人承担的任务份额",
    y_format=".0%",
)

SO_SO_TECHNOLOGY = Curves(
    quantities=(
        Quantity("工资的变化（对数）", "tasks.wage_effect", model(tasks.task_wage_effect, "total")),
    ),
    along="cost_saving",
    span=(0.05, 2.0),
    sliders=("tasks_automated", "tasks_created", "new_task_gain"),
    x="机器相对人的成本优势（对数）",
    y="工资的变化（对数）",
    x_format=".1f",
)
