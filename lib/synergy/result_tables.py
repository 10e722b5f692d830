"""Results of a plan as tables to hand on: Chinese headings, numbers as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from synergy.coupling import COUPLING_VARIANTS
from synergy.index import WEIGHT_VARIANTS
from synergy.inequality import PARTS
from synergy.obstacles import main_obstacles
from synergy.panel import of_year
from synergy.plan import Plan
from synergy.results import IndexResults
from synergy.robustness import VariantComparison

#: Decimal places of what is written.
DIGITS = 6
OBSTACLES = 3

SHIFTS = {
    "mean_shift": "D 平均变动",
    "mean_abs_shift": "D 平均绝对变动",
    "largest_shift": "D 最大变动",
    "grade_up": "升级的比例",
    "grade_down": "降级的比例",
    "rank_correlation": "位次相关",
    "largest_rank_move": "位次最多移动",
}


@dataclass(frozen=True, eq=False)
class ResultTable:
    """One table to hand on.

    Attributes
    ----------
    name, title : str
        Of its file, and what it holds.
    frame : DataFrame
    by_row : bool
        Whether it is as long as the panel.
    """

    name: str
    title: str
    frame: pd.DataFrame
    by_row: bool = False


def result_tables(results: IndexResults) -> list[ResultTable]:
    """All tables of the results; without what the data do not allow."""
    found = [
        ResultTable("weights", "权重", _weights(results)),
        ResultTable("scores", "得分", _scores(results), by_row=True),
    ]
    if results.bootstrap is not None:
        found.append(ResultTable("intervals", "区间", _intervals(results), by_row=True))
    found += [
        ResultTable("means", "平均", _means(results)),
        ResultTable("variants", "换做法", _variants(results)),
        ResultTable("software", "与别的软件", _software(results)),
        ResultTable("obstacles", "障碍度", _obstacles(results), by_row=True),
        ResultTable("gini", "基尼系数", _gini(results)),
        ResultTable("faults", "问题", _faults(results)),
    ]
    return [ResultTable(t.name, t.title, t.frame.round(DIGITS), t.by_row) for t in found]


# ------------------------------------------------------------------ rows of the panel


def _keyed(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Unit and year as columns in the plan's words; a cross-section has no year."""
    years = frame.index.get_level_values("year")
    keys: dict[str, pd.Index] = {plan.unit: frame.index.get_level_values("province")}
    keys |= {"年份": years} if years.any() else {}
    shown = frame.reset_index(drop=True)
    for place, (heading, values) in enumerate(keys.items()):
        shown.insert(place, heading, values, allow_duplicates=True)
    return shown


def _scores(results: IndexResults) -> pd.DataFrame:
    """Indices of systems and dimensions, C, T, D, grade and rank of every row."""
    plan, frame = results.plan, results.findings.frame
    named = {column: plan.scores[column] for column in plan.columns}
    parts = [
        code
        for system in plan.systems
        for code in plan.dimensions_of(system)
        if len(plan.dimensions_of(system)) > 1
    ]
    shown = frame[[*plan.columns]].rename(columns=named)
    shown = shown.assign(C=frame["C"], T=frame["T"], D=frame["D"])
    shown = shown.assign(等级=frame["grade"], 阶段=frame["stage"])
    shown["当年位次"] = frame["D"].groupby(level=-1).rank(ascending=False, method="min").astype(int)
    inside = frame[parts].rename(columns=lambda code: f"维度：{plan.dimensions[code]}")
    shown = pd.concat([shown, inside], axis=1)
    if len(results.findings.groups):
        shown.insert(0, plan.group, frame["region"], allow_duplicates=True)
    return _keyed(shown, plan)


def _intervals(results: IndexResults) -> pd.DataFrame:
    plan, boot = results.plan, results.bootstrap
    assert boot is not None
    names = {column: plan.scores[column] for column in plan.columns} | {"D": "D", "rank": "位次"}
    shown = pd.DataFrame(index=boot.scores.index)
    for column, name in names.items():
        for end, word in (("lower", "下限"), ("upper", "上限")):
            shown[f"{name}{word}"] = boot.scores[f"{column}_{end}"]
    shown["等级不变的抽样"] = boot.scores["grade_probability"]
    return _keyed(shown, plan)


def _obstacles(results: IndexResults) -> pd.DataFrame:
    """The heaviest obstacles of every row, side by side."""
    plan, count = results.plan, min(OBSTACLES, len(results.plan.indicators))
    long = main_obstacles(results.obstacles, count)
    names = plan.indicators["name_zh"]
    long["indicator"] = long["indicator"].map(names)
    wide = long.set_index(["province", "year", "place"]).unstack("place")
    wide = wide.reindex(results.obstacles.index)
    shown = pd.DataFrame(index=wide.index)
    for place in range(1, count + 1):
        shown[f"第 {place} 障碍"] = wide["indicator", place]
        shown[f"障碍度 {place}"] = wide["degree", place]
    return _keyed(shown, plan)


# ------------------------------------------------------------------ summaries


def _weights(results: IndexResults) -> pd.DataFrame:
    plan, weights = results.plan, results.findings.weights
    about = plan.indicators.loc[weights.index]
    columns = {
        "系统": weights["system"].map(plan.systems),
        "维度": weights["dimension"].map(plan.dimensions),
        "列名": weights.index.to_series(),
        "指标": about["name_zh"],
        "英文名": about["name_en"],
        "单位": about["unit"],
        "方向": about["direction"].map({1: "正", -1: "负"}),
        "熵值": weights["entropy"],
        "系统内权重": weights["weight"],
        "维度内权重": weights["weight_in_dimension"],
    }
    if results.bootstrap is not None:
        boot = results.bootstrap.weights
        columns |= {"权重下限": boot["weight_lower"], "权重上限": boot["weight_upper"]}
    columns["去掉它 D 的平均绝对变动"] = results.left_out["mean_abs_shift"]
    last = results.findings.years[1]
    columns["末年平均障碍度" if last else "平均障碍度"] = of_year(results.obstacles, last).mean()
    return pd.DataFrame(columns, index=weights.index).reset_index(drop=True)


def _means(results: IndexResults) -> pd.DataFrame:
    """Means of all units and of each group, with intervals where there are some."""
    plan, findings = results.plan, results.findings
    named = {column: plan.scores[column] for column in plan.columns} | {"D": "D"}
    regional = findings.regional.set_index(["region", "year"])
    shown = regional[[*named]].rename(columns=named)
    if results.bootstrap is not None:
        ends = results.bootstrap.means.set_index(["region", "year"]).loc[regional.index]
        shown["D 下限"], shown["D 上限"] = ends["D_lower"], ends["D_upper"]
    group = plan.group if len(findings.groups) else "范围"
    shown = shown.rename_axis([group, "年份"]).reset_index()
    return shown if shown["年份"].any() else shown.drop(columns="年份")


def _variants(results: IndexResults) -> pd.DataFrame:
    """Other ways of weighting and of coupling against the standard of each."""
    parts = (("赋权", results.weightings), ("耦合度", results.couplings))
    tables = [
        comparison.summary.rename_axis("代号").reset_index().assign(换什么=what)
        for what, comparison in parts
    ]
    shown = pd.concat(tables, ignore_index=True)
    told = [remarks(comparison) for _, comparison in parts]
    shown["说明"] = pd.concat(told, ignore_index=True)
    order = ["换什么", "title_zh", "代号", *SHIFTS, "说明"]
    return shown[order].rename(columns={"title_zh": "做法", **SHIFTS})


def _software(results: IndexResults) -> pd.DataFrame:
    """Why other programs give other numbers for these data."""
    compared, plan = results.software, results.plan
    summary = compared.summary
    shown = summary[["title_zh", "why", "indicator", "weight_shift", "mean", *SHIFTS]].copy()
    shown["indicator"] = shown["indicator"].map(plan.indicators["name_zh"]).fillna("")
    shown["说明"] = remarks(compared).to_numpy()
    names = {
        "title_zh": "做法",
        "why": "差在哪里",
        "indicator": "权重变得最多的指标",
        "weight_shift": "它的权重变了",
        "mean": "D 平均",
    }
    return shown.rename(columns=names | SHIFTS).reset_index(drop=True)


def remarks(comparison: VariantComparison) -> pd.Series[str]:
    """What to say of a variant that is an error, or that these data do not allow."""
    told = dict.fromkeys(comparison.refused, "这份数据算不出（例如某一年里某项指标处处相同）")
    told |= dict.fromkeys(comparison.erroneous, "熵越出 0 与 1：是错误，只供对照")
    return pd.Series([told.get(str(name), "") for name in comparison.summary.index])


def _gini(results: IndexResults) -> pd.DataFrame:
    plan = results.plan
    named = {plan.scores.get(column, column): gini for column, gini in results.gini.items()}
    shown = pd.concat(named, names=["指数", "年份"]).rename(columns=PARTS).reset_index()
    shown = shown.dropna(axis=1, how="all")
    return shown if shown["年份"].any() else shown.drop(columns="年份")


# ------------------------------------------------------------------ what to look at


def _faults(results: IndexResults) -> pd.DataFrame:
    """Cautions, notes, doubtful values and every cell that was filled."""
    rows = list(_told(results))
    columns = ["种类", "行", results.plan.unit, "年份", "指标", "值", "说明"]
    return pd.DataFrame(rows, columns=columns)


def _told(results: IndexResults) -> Iterator[tuple[object, ...]]:
    panel, names = results.panel, results.plan.indicators["name_zh"]
    for text in results.cautions:
        yield "注意", None, None, None, None, None, text
    for text in panel.notes:
        yield "读入", None, None, None, None, None, text
    for doubt in panel.doubts:
        name = names[doubt.name]
        yield "可疑", doubt.row, doubt.province, doubt.year, name, doubt.value, doubt.problem
    filled = panel.filled.stack()
    for unit, year, code in filled.index[filled.to_numpy()]:
        value = panel.values.at[(unit, year), code]
        yield "插补", None, unit, year, names[code], value, "文件里缺，由同一个体的其他年份推得"


def method_line(results: IndexResults) -> str:
    """One sentence: which weights, which coupling degree, which shares."""
    plan = results.plan
    shares = "、".join(
        f"{name} {share:g}"
        for name, share in zip(
            plan.systems.values(), (round(s, 4) for s in results.shares), strict=True
        )
    )
    return (
        f"赋权：{WEIGHT_VARIANTS[results.weights].title_zh}（{results.weights}）；"
        f"耦合度：{COUPLING_VARIANTS[results.coupling].title_zh}（{results.coupling}）；"
        f"协调度里各系统的份额：{shares}。"
    )
