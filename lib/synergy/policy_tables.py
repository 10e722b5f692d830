"""Tables of the policy chapters: assumptions with their sources, scenarios, instruments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
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
from synergy.policy.parameters import (
    LABELS,
    by_ratio,
    defaults,
    evaluate,
    parameter_table,
    settled,
)
from synergy.policy.units import unit, written
from synergy.tables import Columns, table
from synergy.words import Said

if TYPE_CHECKING:
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


# How to read the ranges of a list.
_RANGES = (
    "范围是滑块的两端，敏感度分析也在其中抽取。政策选择的两端是读者可以移动的幅度；"
    "有出处的参数，来源给了高低值就取来源的，没有给的一端由本书设定，见说明；设定的参数，两端也是设定。"
    "标“按比例”的是倍数、弹性或价格，在两端之间按比例抽取（取对数后均匀），其余均匀抽取。"
)


@cache
def assumption_list(*models: str) -> Said:
    """List the assumptions of some models as a Markdown table, whose cells may hold formulas.

    Parameters
    ----------
    *models : str
        Models as the column ``model`` of the parameter table names them.

    Returns
    -------
    Said
        Symbol, meaning, default with range in the reader's units, label, what the label asks for.
    """
    facts = _assumptions(models)
    lines = ["| 符号 | 含义 | 默认（范围） | 类别 | 出处与说明 |", "|---|---|---|---|---|"]
    row: Any
    for row in facts.itertuples():
        used, symbol = unit(row.unit), str(row.Index)
        ends = used.ends(row.low, row.high) + ("，按比例" if by_ratio(symbol) else "")
        value = f"{used.write(row.default)}（{ends}）"
        lines.append(f"| ${row.tex}$ | {row.name_zh} | {value} | {row.label} | {_origin(row)} |")
    return Said("\n".join([*lines, "", _RANGES]))


def _assumptions(models: Iterable[str]) -> pd.DataFrame:
    return pd.concat([parameter_table(name) for name in models])


def _origin(row: Any) -> str:
    named = str(row.source) if pd.isna(row.url) else f"[{row.source}]({row.url})"
    known = [] if pd.isna(row.source) else [f"{named}，{row.year} 年，可信度{row.confidence}"]
    said = [part for part in (row.says, row.statutory, row.note) if pd.notna(part)]
    return "；".join([*known, *said])


def settled_table(rankings: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Show what statistics published today settle, among the assumptions of some outcomes.

    Parameters
    ----------
    rankings : mapping
        Name of the outcome to its ranking; the largest total Sobol index comes first, and what
        would be printed as zero throughout is left out.
    """
    totals = pd.DataFrame({name: found["total"] for name, found in rankings.items()})
    facts = settled().query("settled_by == '统计'").join(totals, how="inner")
    facts = facts.join(parameter_table()["name_zh"])
    largest = facts[list(rankings)].max(axis=1).sort_values(ascending=False)
    facts = facts.loc[largest.index[largest >= 0.005]]
    now = defaults(facts.index)
    facts["default"] = [written(symbol, value) for symbol, value in now.items()]
    columns: Columns = {
        "default": "取值",
        "statistic": "公布的统计",
        **{name: (name, ".2f") for name in rankings},
    }
    return table(facts.set_index("name_zh"), columns, index="参数")


# --- scenarios and instruments ----------------------------------------------------------------


def headline_text(headline: Headline) -> str:
    """Write a headline's value as its unit asks; a fund without a last year is never empty."""
    if headline.unit == "年份" and pd.isna(headline.value):
        return "不耗尽"
    return "—" if pd.isna(headline.value) else unit(headline.unit).short(headline.value)


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
            "changes": {
                names[key]: written(key, value) for key, value in result.scenario.changes.items()
            },
        }
        for result in results
    )
    changed = (
        "{% for name, value in it.items() %}{{ name }} {{ value }}"
        "{{ '' if loop.last else '；' }}{% else %}无{% endfor %}"
    )
    columns: Columns = {"changes": ("与默认值不同的参数", changed)}
    return table(facts.set_index("title"), columns, index="情景")


def finance_table(account: pd.DataFrame) -> pd.DataFrame:
    """Show what pensions cost in 2060 and who pays, as `finance_account` has it."""
    columns: Columns = {
        "finance_gap": ("缺口", ".1%"),
        "kept_finance_gap": ("待遇不变时", ".1%"),
        "kept": ("要付", ".1%"),
        "forgone": ("少领", ".1%"),
        "contributions": ("缴费", ".1%"),
        "other": ("其他来源", ".1%"),
    }
    return table(account, columns, index="情景")


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
