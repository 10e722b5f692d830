"""Figures of what holds units back, and of how unequal they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from synergy.figures.grammar import lines, rows
from synergy.figures.theme import Figure, label
from synergy.inequality import PARTS
from synergy.panel import of_year

if TYPE_CHECKING:
    from synergy.evidence import Findings
    from synergy.plan import Plan


def obstacle_bars(obstacles: pd.DataFrame, findings: Findings, count: int = 12) -> Figure:
    """Draw the mean obstacle degree of the heaviest indicators over all units of the last year."""
    plan, last = findings.plan, findings.years[1]
    mean = of_year(obstacles, last).mean().nlargest(count)
    about = plan.indicators.loc[mean.index]
    names = about["name_zh"] + "（" + about["system"].map(plan.systems) + "）"
    table = pd.DataFrame({"name": names, "degree": mean})
    return rows(
        table,
        x="degree",
        mark="bar",
        fmt=".1%",
        digits=6,
        tips={"name": "指标", "degree:.2%": "平均障碍度"},
        say="条形图：{{ those }}的平均障碍度，最大的是"
        "{{ rows[:3]|each('{name}{degree:.1%}')|listed }}。",
        facts={"those": findings.those_of(last), "first": about["name_zh"].iloc[0]},
    )


def gini_lines(gini: pd.DataFrame, column: str, plan: Plan) -> Figure:
    """Draw the Gini ratio of an index by year, and its parts where there are groups."""
    parts = [part for part in PARTS if gini[part].notna().any()]
    named = gini[parts].rename(columns=PARTS)
    long = named.melt(ignore_index=False, var_name="part", value_name="value").reset_index()
    return lines(
        long,
        y="value",
        by="part",
        look=list(named.columns),
        label="基尼系数",
        fmt=".3f",
        tips={"part": "部分", "year": "年份", "value:.4f": "基尼系数"},
        say="折线图：{{ what }}的基尼系数由 {{ total.index[0] }} 年的 "
        "{{ total.iloc[0]|fmt('.3f') }} 变为 {{ total.index[-1] }} 年的 "
        "{{ total.iloc[-1]|fmt('.3f') }}"
        "{% if ends|length %}；末年{{ ends|each('{}占 {:.0%}')|listed }}{% endif %}。",
        facts={
            "what": label(column, plan),
            "total": gini["total"],
            "ends": [
                (PARTS[part], gini[part].iloc[-1] / gini["total"].iloc[-1])
                for part in parts[1:]
                if gini["total"].iloc[-1]
            ],
        },
    )
