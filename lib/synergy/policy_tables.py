"""Tables of the policy chapters: assumptions with their sources, scenarios, instruments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from synergy.policy.levers import (
    levy_on_equipment,
    levy_on_profit,
    machine_worth_buying,
    profit_base,
    tax_balance,
    transition_fund,
)
from synergy.policy.official import nation_in_yuan, official
from synergy.policy.parameters import LABELS, defaults, evaluate, parameter_table
from synergy.policy.places import LEVERS, lever_fit, regional_risk
from synergy.tables import Columns, table
from synergy.words import Said, fmt

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings
    from synergy.policy.scenarios import Headline, ScenarioResult


class AssumptionCounts(NamedTuple):
    """How many parameters some models have: sourced, left to the legislator, assumed."""

    known: int
    chosen: int
    assumed: int

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self)


def assumption_counts(*models: str) -> AssumptionCounts:
    """Count the assumptions of some models, named as in :func:`assumption_list`."""
    labels = _assumptions(models)["label"]
    return AssumptionCounts(*(int((labels == label).sum()) for label in LABELS))


def assumption_list(*models: str) -> Said:
    """List the assumptions of some models as a Markdown table, whose cells may hold formulas.

    Parameters
    ----------
    *models : str
        Models as the column ``model`` of the parameter table names them.

    Returns
    -------
    Said
        Symbol, meaning with unit, default with range, label, what the label asks for.
    """
    facts = _assumptions(models)
    lines = ["| 符号 | 含义（单位） | 默认（范围） | 类别 | 出处与说明 |", "|---|---|---|---|---|"]
    for row in facts.itertuples():
        value = f"{row.default:g}（{row.low:g}—{row.high:g}）"
        meaning = f"{row.name_zh}（{row.unit}）"
        lines.append(f"| ${row.tex}$ | {meaning} | {value} | {row.label} | {_origin(row)} |")
    return Said("\n".join(lines))


def _assumptions(models: Iterable[str]) -> pd.DataFrame:
    return pd.concat([parameter_table(name) for name in models])


def _origin(row: Any) -> str:
    named = str(row.source) if pd.isna(row.url) else f"[{row.source}]({row.url})"
    known = [] if pd.isna(row.source) else [f"{named}，{row.year} 年，可信度{row.confidence}"]
    said = [part for part in (row.says, row.statutory, row.note) if pd.notna(part)]
    return "；".join([*known, *said])


# --- scenarios and instruments ----------------------------------------------------------------

# How a headline's value is shown, by its unit; any other unit has two decimals.
_HEADLINES = {
    "份额": ".1%",
    "GDP份额": ".1%",
    "年率": ".2%",
    "占人均收入": ".1%",
    "年份": ".0f",
    "亿元": ".0f",
    "无量纲": ".0f",
}


def headline_text(headline: Headline) -> str:
    """Write a headline's value as its unit asks; a fund without a last year is never empty."""
    if headline.unit == "年份" and pd.isna(headline.value):
        return "不耗尽"
    return fmt(headline.value, _HEADLINES.get(headline.unit, ".2f"))


def headline_table(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """Headlines of scenarios side by side."""
    facts = pd.DataFrame(
        {
            result.scenario.title: {h.label: h for h in result.headlines.values()}
            for result in results
        }
    )
    columns: Columns = {title: (str(title), headline_text) for title in facts}
    return table(facts, columns, index="结果")


def scenario_table(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """List scenarios with what they assume."""
    names = parameter_table()["name_zh"]
    facts = pd.DataFrame(
        {
            "title": result.scenario.title,
            "summary": result.scenario.summary,
            "changes": {names[key]: value for key, value in result.scenario.changes.items()},
        }
        for result in results
    )
    changed = (
        "{% for name, value in it.items() %}{{ name }} {{ value|fmt('g') }}"
        "{{ '' if loop.last else '；' }}{% else %}无{% endfor %}"
    )
    columns: Columns = {"summary": "说明", "changes": ("与默认值不同的参数", changed)}
    return table(facts.set_index("title"), columns, index="情景")


#: Bases that the notes' "or" covers: name, and how the levy bites.
_BASES = {
    "equipment": ("智能制造装备", levy_on_equipment),
    "robots": ("机器人", levy_on_equipment),
    "profit": ("人工智能企业利润", levy_on_profit),
}


def levy_bases() -> dict[str, float]:
    """Bases that the notes name, 亿元 at the defaults: ``equipment``, ``robots``, ``profit``."""
    return {
        "equipment": defaults()["equipment_investment"],
        "robots": defaults()["robot_industry"],
        "profit": float(evaluate(profit_base)),
    }


def levy_receipts(rates: Iterable[float], net_cost: float) -> pd.DataFrame:
    """What a levy brings in, whom that reaches, and what part of the safety net it would pay.

    Parameters
    ----------
    rates : iterable of float
        Rates of the levy.
    net_cost : float
        Cost of the net per head, over mean income.

    Returns
    -------
    DataFrame
        Columns ``base, name, rate, revenue`` (亿元), ``of_net`` and those of
        `synergy.policy.levers.transition_fund`.
    """
    rows = []
    for name, base in levy_bases().items():
        title, levy = _BASES[name]
        for rate in rates:
            revenue = float(evaluate(levy, base=base, levy_rate=rate).revenue)
            paid = {"revenue": revenue, "of_net": revenue / nation_in_yuan(net_cost)}
            reached = evaluate(transition_fund, levy_revenue=revenue)._asdict()
            rows.append({"base": name, "name": title, "rate": rate} | paid | reached)
    return pd.DataFrame(rows)


def levy_table(receipts: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Show `levy_receipts` to readers: a line per base, and what one rate pays of the net."""
    wide = receipts.pivot(index="name", columns="rate", values="revenue")
    paid = receipts[receipts["rate"] == rate].set_index("name")["of_net"]
    columns: Columns = {one: (f"征 {one:.0%}（亿元）", ",.0f") for one in wide}
    facts = wide.assign(of_net=paid).loc[paid.index]
    return table(facts, {**columns, "of_net": (f"{rate:.0%} 够付安全网的", ".2%")}, index="税基")


#: Official wages against which a machine is weighed, from the lowest.
_WAGES = ("wage_private", "wage_sizeable", "wage_non_private")


def wage_test() -> pd.DataFrame:
    """Which wages a machine of the default cost beats, at the defaults.

    Returns
    -------
    DataFrame
        Index ``figure``; columns ``name, wage`` and ``worth``, the yearly cost below which a
        machine is cheaper than the job (万元), ``replaced``, whether the default machine is.
    """
    automation = evaluate(tax_balance).automation
    cost = defaults()["machine_cost"]
    rows = {}
    for figure in _WAGES:
        found = official(figure)
        worth = evaluate(machine_worth_buying, wage=found.value, automation_tax=automation)
        rows[figure] = {
            "name": found.name_zh,
            "wage": found.value,
            "worth": float(worth),
            "replaced": cost < worth,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("figure")


def wage_table(facts: pd.DataFrame) -> pd.DataFrame:
    """Show `wage_test` to readers."""
    columns: Columns = {
        "name": "2024 年（万元）",
        "wage": ("年工资", ".1f"),
        "worth": ("合算的机器年成本上限", ".1f"),
        "replaced": ("默认的机器", {True: "合算", False: "不合算"}),
    }
    return table(facts, columns)


def lever_table(place: Place, findings: Findings, ends: int = 3) -> pd.DataFrame:
    """Fit of every instrument for the provinces of a place, most at risk first.

    Parameters
    ----------
    ends : int
        Of the nation, only so many provinces at either end of the ranking are shown.
    """
    ranked = regional_risk(findings.frame).risk.dropna().index
    names = [str(name) for name in ranked if name in place.members]
    if not place.above and len(names) > 2 * ends:
        names = [*names[:ends], *names[-ends:]]
    titles = {key: lever.name for key, lever in LEVERS.items()}
    facts = lever_fit(findings.frame).loc[names].T
    return table(facts, {name: (name, ".2f") for name in names}, index=("工具", titles))
