"""Assumptions and scenarios as a reader sees them: tables, and where an edition's sliders start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from synergy.policy.levers import profit_base, transition_fund
from synergy.policy.net import safety_net
from synergy.policy.parameters import defaults, evaluate, parameter_table
from synergy.policy.places import moved, regional_start
from synergy.policy.scenarios import Headline, ScenarioResult
from synergy.policy.sensitivity import drivers
from synergy.tables import assumption_counts, assumption_list
from synergy.words import say

__all__ = ["drivers", "regional_start"]

if TYPE_CHECKING:
    from synergy.dictionary import Region

assumption_table = assumption_list


def sourced_sentence(*models: str) -> str:
    """Say how many assumptions of some models have a source."""
    return say("{{ sourced(counts) }}", counts=assumption_counts(*models))


def start_sentence(region: Region, start: Mapping[str, float], symbols: Iterable[str]) -> str:
    """Say where the sliders of this edition start, and that the mapping is assumed."""
    return say("{{ start_here(place, moved) }}", place=region, moved=moved(start, symbols))


def headline_table(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """Headlines of scenarios side by side, formatted by unit."""
    return pd.DataFrame(
        {
            result.scenario.title: {h.label: shown(h) for h in result.headlines.values()}
            for result in results
        }
    ).rename_axis("结果")


def shown(headline: Headline) -> str:
    """A headline's value as a reader sees it."""
    if not np.isfinite(headline.value):
        return "不耗尽" if headline.unit == "年份" else "—"
    formats = {
        "份额": ".1%",
        "GDP份额": ".1%",
        "年率": ".2%",
        "占人均收入": ".1%",
        "年份": ".0f",
        "亿元": ".0f",
        "无量纲": ".0f",
    }
    return format(headline.value, formats.get(headline.unit, ".2f"))


def scenario_table(results: Iterable[ScenarioResult]) -> str:
    """List scenarios with what they assume, as markdown."""
    names = parameter_table()["name_zh"]
    lines = ["| 情景 | 说明 | 与默认值不同的参数 |", "|---|---|---|"]
    for result in results:
        scenario = result.scenario
        changes = [f"{names[key]} {value:g}" for key, value in scenario.changes.items()]
        lines.append(f"| {scenario.title} | {scenario.summary} | {'；'.join(changes) or '无'} |")
    return "\n".join(lines)


def safety_net_table(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """What the three layers cost and change under each scenario, formatted.

    Returns
    -------
    DataFrame
        Indexed by scenario; shares of people or of mean earnings.
    """
    rows = {}
    for result in results:
        net = evaluate(safety_net, result.scenario.values)
        rows[result.scenario.title] = {
            "被替代者": f"{result.scenario.values['job_loss']:.0%}",
            "人均成本": f"{net.total_cost:.1%}",
            "税率": f"{net.tax_rate:.1%}",
            "贫困率：无": f"{net.poverty_before:.1%}",
            "贫困率：有": f"{net.poverty:.1%}",
            "就业率：无": f"{net.employment_before:.1%}",
            "就业率：有": f"{net.employment:.1%}",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("情景")


def levy_table(rates: Iterable[float]) -> pd.DataFrame:
    """Receipts of the transition fund and whom they reach, by levy and base, formatted."""
    bases = {
        "人工智能企业利润": evaluate(profit_base),
        "自动化设备投资": defaults()["equipment_investment"],
    }
    rows = {}
    for rate in rates:
        for name, base in bases.items():
            fund = evaluate(transition_fund, base=base, levy_rate=rate)
            rows[f"{rate:.0%}，{name}"] = {
                "首年收入（亿元）": f"{fund.revenue:.1f}",
                "补贴企业（千家）": f"{fund.firms:.1f}",
                "奖学金（千人）": f"{fund.students:.0f}",
                "非正规就业者（千人）": f"{fund.informal_workers:.0f}",
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("征收率与税基")
