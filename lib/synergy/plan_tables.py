"""Tables of a book of a reader's plan: what is measured, what holds back, why programs differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from pvar.linalg import Array
from synergy.arrows import LinearSystem
from synergy.dictionary import indicators
from synergy.evidence import Findings
from synergy.inequality import PARTS
from synergy.obstacles import main_obstacles
from synergy.panel import of_year
from synergy.plan import Plan
from synergy.result_tables import remarks
from synergy.robustness import VariantComparison
from synergy.system import Interaction, System
from synergy.tables import Columns, Declared, ranking_table, regional_table, table
from synergy.variants import variant_settings

#: Most units that a table lists; of more it shows the ends.
LISTED = 30


def measure_table(findings: Findings) -> pd.DataFrame:
    """The indicators of a plan: system, dimension, direction, unit."""
    plan = findings.plan
    facts = plan.indicators.assign(
        set=plan.indicators["system"].map(plan.systems),
        inside=plan.indicators["dimension"].map(plan.dimensions),
    )
    columns: Declared = {"set": "系统"}
    columns |= {"inside": "维度"} if len(plan.dimensions) > len(plan.systems) else {}
    columns |= {"name_zh": "指标", "direction": ("方向", {1: "正", -1: "负"}), "unit": "单位"}
    return table(facts, columns)


def range_table(findings: Findings) -> pd.DataFrame:
    """Least, middle and greatest value of each indicator, and cells that were filled."""
    panel, plan = findings.panel, findings.plan
    assert panel is not None
    values = panel.values
    facts = pd.DataFrame(
        {
            "low": values.min(),
            "median": values.median(),
            "high": values.max(),
            "filled": panel.filled.sum(),
        }
    )
    columns: Columns = {
        "low": ("最小", ".6g"),
        "median": ("中位数", ".6g"),
        "high": ("最大", ".6g"),
        "filled": "推得的格",
    }
    return table(facts, columns, index=("指标", plan.indicators["name_zh"].to_dict()))


def system_tables(findings: Findings) -> list[tuple[str, pd.DataFrame]]:
    """For each system the means of the groups, where years pass, and the ends of its ranking."""
    plan, tables = findings.plan, []
    for column in plan.columns:
        name = plan.scores[column]
        if findings.years[0] < findings.years[1]:
            tables.append((f"{name}，首年、末年与增幅", regional_table(findings, column)))
        tables.append((f"{name}，最高与最低", ranking_table(findings, column)))
    return tables


def main_names(degrees: pd.DataFrame, findings: Findings, count: int = 3) -> list[str]:
    """Names of the indicators with the highest mean obstacle degree in the last year."""
    mean = of_year(degrees, findings.years[1]).mean().nlargest(count)
    return [str(name) for name in findings.plan.indicators["name_zh"][list(mean.index)]]


def obstacle_table(degrees: pd.DataFrame, findings: Findings, count: int = 3) -> pd.DataFrame:
    """The heaviest obstacles of each unit in the last year, highest D first."""
    plan, last = findings.plan, findings.years[1]
    long = main_obstacles(of_year(degrees, last), count)
    names = plan.indicators["name_zh"]
    told = names[long["indicator"]].to_numpy() + long["degree"].map("（{:.1%}）".format)
    wide = long.assign(told=told).pivot(index="province", columns="place", values="told")
    order = of_year(findings.frame, last)["D"].sort_values(ascending=False).index
    wide = wide.reindex(order)
    if len(wide) > LISTED:
        wide = pd.concat([wide.head(LISTED // 2), wide.tail(LISTED // 2)])
    return table(wide, {place: f"第 {place} 障碍" for place in wide.columns}, index=plan.unit)


def regional_obstacle_table(degrees: pd.DataFrame, count: int = 5) -> pd.DataFrame:
    """The heaviest obstacles of each region of the report's own panels, one column a region.

    Parameters
    ----------
    degrees : DataFrame
        As :func:`synergy.obstacles.regional_obstacles` returns it.
    """
    names = indicators()["name_zh"]
    columns = {}
    for region in degrees.columns:
        heaviest = degrees[region].nlargest(count)
        shares = heaviest.map("（{:.1%}）".format)
        columns[str(region)] = (names[list(heaviest.index)] + shares).to_list()
    return pd.DataFrame(columns, index=pd.Index(range(1, count + 1), name="位次"))


def gini_table(gini: Mapping[str, pd.DataFrame], plan: Plan) -> pd.DataFrame:
    """Gini ratio of each index, first and last year, with the parts of the last."""
    rows = {}
    for column, found in gini.items():
        last = found.iloc[-1]
        rows[plan.scores.get(column, column)] = {"first": found["total"].iloc[0], **last}
    facts = pd.DataFrame(rows).T
    years = next(iter(gini.values())).index
    columns: Declared = {}
    if len(years) > 1:
        columns["first"] = (f"{years[0]} 年", ".4f")
    columns["total"] = (f"{years[-1]} 年" if years[-1] else "总体", ".4f")
    columns |= {part: (PARTS[part], ".4f") for part in [*PARTS][1:] if facts[part].notna().any()}
    return table(facts, columns, index="指数")


def software_table(compared: VariantComparison, plan: Plan) -> pd.DataFrame:
    """What other programs give on the data at hand; :func:`software_reasons` say why."""
    facts = compared.summary.copy()
    names = plan.indicators["name_zh"]
    facts["most"] = facts["indicator"].map(names).fillna("不变")
    facts["moved"] = facts["grade_up"] + facts["grade_down"]
    columns: Columns = {
        "title_zh": "做法",
        "mean": ("D 平均", ".3f"),
        "largest_shift": ("D 最多差", "+.4f"),
        "moved": ("换等级", ".0%"),
        "most": (
            "权重变得最多的",
            "{{ it }}{% if it != '不变' %} {{ weight_shift|fmt('+.2%') }}{% endif %}",
        ),
    }
    return table(facts, columns)


def software_reasons(compared: VariantComparison) -> list[str]:
    """Where each program departs, and what to say of it on the data at hand."""
    told = zip(
        compared.summary["title_zh"], compared.summary["why"], remarks(compared), strict=True
    )
    return [f"{title}：{why}" + (f"{remark}。" if remark else "") for title, why, remark in told]


def software_ways() -> pd.DataFrame:
    """How each program's numbers are had here: ``title_zh``, ``weights`` and ``coupling``."""
    return pd.DataFrame(variant_settings()["software"]).T[["title_zh", "weights", "coupling"]]


def coefficient_table(here: Interaction) -> pd.DataFrame:
    """Lag coefficients with z-values under every estimate; rows are links from cause to effect."""
    return _by_link({found: found.results.z_values for found in here.estimates.values()})


def tested_table(systems: Iterable[LinearSystem]) -> pd.DataFrame:
    """Lag coefficients with p-values under estimates by least squares."""
    return _by_link({found: found.p_values for found in systems})


def _by_link(systems: Mapping[System, Array]) -> pd.DataFrame:
    """Coefficients of each system, and what stands beside each in brackets."""
    names = next((list(system.variables) for system in systems), [])
    links = [f"{cause} → {effect}" for effect in names for cause in names]
    facts = {
        system.title: [
            f"{value:.3f}（{other:.2f}）"
            for value, other in zip(system.dynamics.flat, beside.flat, strict=True)
        ]
        for system, beside in systems.items()
    }
    return pd.DataFrame(facts, index=pd.Index(links, name="滞后一期 → 本期"))
