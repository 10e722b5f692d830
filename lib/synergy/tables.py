"""Tables as a reader sees them: declared columns with Chinese headings, numbers already rounded.

Plain frames of text rather than pandas' Styler, whose random ids would make two builds of the
same book differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.claims.auditing import check_panel, panel_versions
from synergy.claims.feasibility import READINGS
from synergy.claims.ledger import load_ledger
from synergy.dictionary import indicators, sub_indices
from synergy.words import fmt, listed, phrase

if TYPE_CHECKING:
    from pvar import ImpliedSystem
    from synergy.claims.feasibility import StatementSet
    from synergy.claims.ledger import Claim
    from synergy.evidence import Evidence, Findings
    from synergy.robustness import VariantComparison

#: What the statements on the AI index are called in a table.
STATEMENTS = {
    "P-AI-GROWTH": "全国增幅",
    "P-AI-GAP": "差距缩小",
    "P-AI-E-GROWTH": "东部增幅",
    "P-AI-E-LEAD": "东部领先",
    "P-AI-C-FAST": "中部最快",
    "P-AI-C-LOW": "中部起点最低",
    "P-51-E15": "东部与全国之比",
}

#: What kinds of repair are called.
REPAIRS = {
    "drop": "剔除后插补",
    "replace": "改算",
    "link": "按增速衔接",
    "rebase": "换算价格",
    "follow": "随别省增长",
}

#: Heading of what comes out with the volume of post and telecom in published prices.
PUBLISHED = "邮电照公布价"

#: Weights between which a statement holds, and those at which that hangs on how it is read.
_HELD = """
{% if always %}都成立{% else %}
{{ low|fmt("g") }}{% if high > low %}—{{ high|fmt("g") }}{% endif %}{% endif %}
{% if doubtful_low == doubtful_low %}
；{{ doubtful_low|fmt("g") }}—{{ doubtful_high|fmt("g") }} 看怎样读{% endif %}
"""

#: How a column is shown: a format specification, a template over the columns of its row, a
#: dictionary of words, or a function of a cell.
Shown = str | Mapping[Any, str] | Callable[[Any], str] | None

#: Column of a frame -> heading, or heading and how to show a cell.
Columns = Mapping[Any, str | tuple[str, Shown]]
#: The same while it grows.
Declared = dict[Any, str | tuple[str, Shown]]


def table(
    frame: pd.DataFrame,
    columns: Columns,
    *,
    index: str | tuple[str, Mapping[Any, str]] | None = None,
) -> pd.DataFrame:
    """Choose, name and format the columns of a frame for readers.

    Parameters
    ----------
    frame : DataFrame
        Any frame of facts.
    columns : mapping
        Column of the frame -> heading, or heading and how to show a cell: a Python format
        specification (``".1%"``), a template of :func:`synergy.words.phrase` that sees the cell
        as ``it`` and the columns of its row by name (``"{{ it|d2 }} 至 {{ high|d2 }}"``), a mapping
        of values to words, or a function of one cell. Missing values are shown as a dash.
    index : str or (str, mapping), optional
        Heading of the index, and names for its entries; without it the index is left out.

    Returns
    -------
    DataFrame
        Text, in the order of `columns`.

    Examples
    --------
    >>> facts = pd.DataFrame({"share": [0.25, None]}, index=["LR", "EQ"])
    >>> names = {"LR": "劳动报酬", "EQ": "就业环境"}
    >>> table(facts, {"share": ("份额", ".0%")}, index=("维度", names))
           份额
    维度
    劳动报酬  25%
    就业环境    —
    """
    shown, rows = {}, frame.to_dict("records")
    for name, declared in columns.items():
        heading, form = (declared, None) if isinstance(declared, str) else declared
        shown[heading] = [_cell(row, name, form) for row in rows]
    if index is None:
        return pd.DataFrame(shown)
    heading, names = (index, {}) if isinstance(index, str) else index
    entries = [names.get(entry, entry) for entry in frame.index]
    return pd.DataFrame(shown, index=pd.Index(entries, name=heading))


def _times(ratio: float) -> str:
    return "—" if pd.isna(ratio) else f"{ratio:.2f} 倍"


def _cell(row: Mapping[Any, Any], name: Any, form: Shown) -> str:
    value = row[name]
    if callable(form):
        return form(value)
    if pd.isna(value):
        return "—"
    if isinstance(form, Mapping):
        return form[value]
    if form and "{{" in form:
        return phrase(form, it=value, **row)
    return fmt(value, form) if form else str(value)


def regional_table(findings: Findings, column: str) -> pd.DataFrame:
    """First and last value of an index for all units and each group.

    With the last value in published prices, where that makes a difference.
    """
    wide = findings.regional.pivot(index="year", columns="region", values=column)
    facts = wide.T.loc[findings.regional["region"].unique()]
    first, last = wide.index[0], wide.index[-1]
    columns: Declared = {year: (_dated(year), ".4f") for year in (first, last)}
    if first < last:
        facts["ratio"] = (facts[last] / facts[first]).where(facts[first] > 0)
        columns["ratio"] = ("末年比首年", _times)
    if (other := _published(findings, column)) is not None:
        means = other.regional.pivot(index="region", columns="year", values=column)
        facts["published"] = means[last]
        columns["published"] = (f"{last} 年，{PUBLISHED}", ".4f")
    return table(facts, columns, index=findings.plan.group)


def ranking_table(findings: Findings, column: str, count: int = 5) -> pd.DataFrame:
    """Highest and lowest `count` units of the last year.

    With value and rank in published prices, where that makes a difference.
    """
    year = findings.years[1]
    final = findings.at(year)[column].dropna().sort_values(ascending=False)
    facts = pd.DataFrame({"name": final.index, "value": final.to_numpy()})
    facts.index = pd.Index(final.rank(ascending=False, method="min").astype(int))
    columns: Declared = {"name": findings.plan.unit, "value": (_dated(year), ".4f")}
    if (other := _published(findings, column)) is not None:
        values = other.at(year)[column]
        facts["published"] = values[facts["name"]].to_numpy()
        ranks = values.rank(ascending=False, method="min").astype(int)
        facts["place"] = ranks[facts["name"]].to_numpy()
        columns["published"] = (PUBLISHED, "{{ it|fmt('.4f') }}（第 {{ place }}）")
    count = min(count, len(facts) // 2)
    ends = pd.concat([facts.head(count), facts.tail(count)]) if count else facts
    return table(ends, columns, index="位次")


def _dated(year: int, otherwise: str = "数值") -> str:
    """Heading of a year; a cross-section has none."""
    return f"{year} 年" if year else otherwise


def _published(findings: Findings, column: str) -> Findings | None:
    """The panel in published prices, if an index differs there."""
    other = findings.published
    same = other is None or np.allclose(other.frame[column], findings.frame[column], equal_nan=True)
    return None if same else other


def stage_counts(findings: Findings) -> pd.DataFrame:
    """Number of units in each grade that occurs, first and last year, lowest grade first."""
    counts = findings.frame.groupby(["year", "grade"]).size().unstack("year", fill_value=0)
    order = findings.frame.groupby("grade")["D"].min().sort_values().index
    ends = list(dict.fromkeys(findings.years))
    facts = counts.loc[order, ends]
    facts = facts[facts.sum(axis=1) > 0]
    return table(facts, {year: _dated(year, "个数") for year in ends}, index="等级")


def panel_table(panels: Iterable[Findings]) -> pd.DataFrame:
    """Set panels side by side: years, provinces, indicators of the paper's that each holds."""
    facts = pd.DataFrame(
        {
            "name": panel.name,
            "years": "{}—{}".format(*panel.years),
            "provinces": panel.frame.index.unique("province").size,
            "ai": "{} / {}".format(*panel.coverage.held("AI")),
            "eq": "{} / {}".format(*panel.coverage.held("EQ")),
        }
        for panel in panels
    )
    columns: Columns = {
        "years": "年份",
        "provinces": "省份",
        "ai": "人工智能指标",
        "eq": "就业质量指标",
    }
    return table(facts.set_index("name"), columns, index="面板")


def indicator_table(present: Collection[str], system: str) -> pd.DataFrame:
    """List the indicators of a system as the paper's table 1 or 2, with coverage.

    Parameters
    ----------
    present : collection of str
        Codes that the panel has.
    system : {"AI", "EQ"}

    Returns
    -------
    DataFrame
        Indexed by the indicator's number, as in the coverage figure.
    """
    facts = indicators().assign(number=range(1, len(indicators()) + 1))
    facts["held"] = facts.index.isin(list(present))
    columns: Columns = {
        "dimension_zh": "一级指标",
        "name_zh": "二级指标",
        "direction": ("方向", {1: "＋", -1: "－"}),
        "unit": "单位",
        "held": ("数据", {True: "有", False: "缺"}),
    }
    return table(facts[facts["system"] == system].set_index("number"), columns, index="编号")


def weight_table(findings: Findings, system: str) -> pd.DataFrame:
    """Entropy and weight of each indicator of a system, heaviest first."""
    weights, plan = findings.weights, findings.plan
    facts = weights[weights["system"] == system].sort_values("weight", ascending=False)
    columns: Declared = {
        "entropy": ("熵值", ".4f"),
        "weight": ("系统内权重", ".1%"),
        "weight_in_dimension": ("维度内权重", ".1%"),
    }
    if len(plan.dimensions_of(system)) == 1:
        del columns["weight_in_dimension"]
    return table(facts, columns, index=("指标", plan.indicators["name_zh"].to_dict()))


def grade_table(grades: pd.DataFrame) -> pd.DataFrame:
    """Table 3 of the paper: right-closed intervals of D, grades and stages."""
    columns: Columns = {
        "lower": ("D 的区间", "({{ lower|fmt('g') }}, {{ upper|fmt('g') }}]"),
        "grade": "等级",
        "stage": "阶段",
    }
    return table(grades, columns)


def variant_table(comparison: VariantComparison) -> pd.DataFrame:
    """How D, grades and ranks move under each named variant."""
    columns: Columns = {
        "mean_shift": ("D 的平均变动", "+.3f"),
        "largest_shift": ("最大变动", "+.3f"),
        "grade_up": ("升级", ".0%"),
        "grade_down": ("降级", ".0%"),
        "rank_correlation": ("位次相关", ".3f"),
    }
    return table(comparison.summary.set_index("title_zh"), columns, index="做法")


def repair_table(repairs: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """List the repairs of a recipe with their reasons and their effect on the national D.

    Parameters
    ----------
    repairs : DataFrame
        Columns ``kind``, ``series``, ``provinces``, ``years``, ``reason``, ``shift_first``,
        ``shift_last``; shifts are of the national mean of D when the repair is left out.
    series : DataFrame
        Index ``series``; ``name_zh`` is shown.
    """
    names = series["name_zh"].to_dict()
    columns: Columns = {
        "series": ("序列", lambda cell: "、".join(names[name] for name in cell.split())),
        "provinces": ("省份", _enumerated),
        "years": ("年份", _enumerated),
        "kind": ("做法", REPAIRS),
        "reason": "理由",
        "shift_first": ("不修时首年 D", "+.4f"),
        "shift_last": ("不修时末年 D", "+.4f"),
    }
    return table(repairs, columns, index="编号")


def run_table(runs: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """List runs of the real subset of some kinds: what they use, what comes out in the last year.

    Parameters
    ----------
    runs : DataFrame
        As :func:`synergy.real.real_runs` returns it.
    kinds : str
        Kinds of run, see there.
    """
    columns: Columns = {
        "n_ai": ("指标", "{{ n_ai }} + {{ n_eq }}"),
        "d_first": ("D 首年", ".3f"),
        "d_last": ("D 末年", ".3f"),
        "order_u1": ("人工智能", _short),
        "order_u2": ("就业质量", _short),
        "order_d": ("D", _short),
        "rank_correlation": ("位次相关", ".2f"),
    }
    chosen = runs[runs["kind"].isin(kinds)]
    return table(chosen.set_index("title"), columns, index="做法")


def _short(regions: str) -> str:
    return "、".join(name.removesuffix("部") for name in regions.split())


def _enumerated(cell: Any) -> str:
    return str(cell).replace(" ", "、")


def contrast(evidence: Evidence, topic: str) -> pd.DataFrame:
    """Lay the paper's statements beside the panels of an edition, with the ledger's verdicts.

    Parameters
    ----------
    evidence : Evidence
        The column of the demo panel is left out where there is none, and so is that of published
        prices where the panel has one version only or `topic` does not depend on it.
    topic : {"AI", "EQ", "D"}
        The ledger's column `contrast` says which claims the table of a topic lists.
    """
    claims = [claim for claim in load_ledger() if claim.contrast == topic]
    facts = pd.DataFrame(
        {"id": [claim.id for claim in claims]}, index=[_statement(claim) for claim in claims]
    )
    lead, demo = evidence.lead, evidence.demo
    shown = [[found.detail for found in panel_versions(claim, lead)] for claim in claims]
    facts["shown"] = [details[0] for details in shown]
    facts["verdict"] = [check_panel(claim, lead).verdict.zh for claim in claims]
    columns: Declared = {"shown": "{}（{}—{}）".format(lead.name, *lead.years)}
    if any(len(set(details)) > 1 for details in shown):
        facts["published"] = [_beyond(*details) for details in shown]
        columns["published"] = PUBLISHED
    columns["verdict"] = "判断"
    if demo is not None:
        made = [check_panel(claim, demo) for claim in claims]
        facts["made"] = [f"{found.detail}（{found.verdict.zh}）" for found in made]
        columns["made"] = "演示面板（合成）"
    return table(facts, {**columns, "id": "台账行"}, index="论文的说法")


def version_table(evidence: Evidence) -> pd.DataFrame:
    """List the claims on which the two versions of the leading panel disagree, and how."""
    rows = {}
    for claim in (claim for claim in load_ledger() if claim.panel):
        found = panel_versions(claim, evidence.lead)
        if len({finding.verdict for finding in found}) > 1:
            verdicts = [finding.verdict.zh.removeprefix("本面板") for finding in found]
            rows[claim.id] = (claim.place, claim.claim, *verdicts)
    facts = pd.DataFrame.from_dict(
        rows, orient="index", columns=["place", "claim", "linked", "published"]
    )
    columns: Columns = {
        "claim": ("论文的说法", "{{ place }}：{{ it }}"),
        "linked": "换算价格之后",
        "published": "照公布的数",
        "id": "台账行",
    }
    return table(facts.rename_axis("id").reset_index(), columns)


def volume_table(volumes: pd.DataFrame) -> pd.DataFrame:
    """Growth of post and telecom per head by span, as published and linked.

    Parameters
    ----------
    volumes : DataFrame
        As :func:`synergy.real.real_volumes` returns it.
    """
    told = "{{ it|fmt('+.0%') }}（{{ rising }} 省升，{{ falling }} 省降）"
    cells = table(volumes, {"growth": ("told", told)})["told"]
    wide = volumes.assign(told=cells).pivot(
        index=["start", "end"], columns="version", values="told"
    )
    columns: Columns = {
        "start": ("年份", "{{ it }}—{{ end }}"),
        "published": "照公布的数",
        "linked": "换算价格之后",
    }
    return table(wide.reset_index(), columns)


def holding_table(holding: pd.DataFrame) -> pd.DataFrame:
    """At which weights of post and telecom the paper's statements hold.

    Parameters
    ----------
    holding : DataFrame
        As :func:`synergy.price_base.price_base_holding` returns it.
    """
    facts = holding[["title"]].copy()
    for version in ("published", "linked"):
        ends = holding.filter(regex=f"^{version}_").rename(columns=lambda c: c.partition("_")[2])
        held = table(ends, {"low": ("held", _HELD)})["held"].replace("—", "都不成立")
        facts[version] = held.to_numpy()
    columns: Columns = {
        "published": "照公布的数",
        "linked": "换算价格之后",
        "claim": "台账行",
    }
    return table(facts.reset_index().set_index("title"), columns, index="论文的说法")


def _beyond(first: str, second: str) -> str:
    """Clauses of a second detail that the first does not have."""
    more = [clause for clause in second.split("；") if clause not in first.split("；")]
    return "；".join(more) or "相同"


def _statement(claim: Claim) -> str:
    said = not claim.printed or claim.printed in claim.claim
    return claim.claim if said else f"{claim.claim}（{claim.text}）"


def calibration_table(report: pd.DataFrame) -> pd.DataFrame:
    """List calibration targets of the demo panel, what is reached, and whether within tolerance."""
    columns: Columns = {
        "value": (
            "应为",
            "{% if kind in ('above', 'below') %}{{ '>' if kind == 'above' else '<' }} "
            "{{ value|fmt('g') }}{% else %}"
            "{{ value|fmt('g') }} ± {{ tolerance|fmt('g') }}{% endif %}",
        ),
        "reached": ("达到", ".4f"),
        "met": ("结果", {True: "按构造一致", False: "未达到"}),
    }
    return table(report.set_index("statement"), columns, index="目标")


def reading_table(sets: Iterable[StatementSet]) -> pd.DataFrame:
    """How many statements each reading gives up, which one is enough, its smallest conflict."""
    facts = pd.DataFrame(
        {
            **dict(r.words),
            "least": r.corrections,
            "enough": r.culprits,
            "clash": r.smallest_conflict,
        }
        for r in sets
    )
    words = {
        what: (what, {how: word.removesuffix("差距") for how, word in READINGS.items()})
        for what in facts.columns[:-3]
    }
    columns: Columns = {
        **words,
        "least": ("至少放弃", {0: "无", 1: "1 条", 2: "2 条以上"}),
        "enough": ("放弃哪一条即可", _stated),
        "clash": ("最小的冲突", _stated),
    }
    return table(facts, columns)


def _stated(keys: Iterable[str]) -> str:
    return listed((STATEMENTS.get(key, key) for key in keys), none="—")


def root_table(system: ImpliedSystem) -> pd.DataFrame:
    """Eigenvalues of a printed system with the range of draws within rounding."""
    low, high = system.rounding_low, system.rounding_high
    facts = pd.DataFrame(
        {
            "value": [_complex(value) for value in system.eigenvalues],
            "modulus": system.moduli,
            "low": low,
            "high": high,
            "side": np.select([low >= 1, high < 1], ["above", "below"], "both"),
        },
        index=range(1, len(system.moduli) + 1),
    )
    columns: Columns = {
        "value": "特征值",
        "modulus": ("模", ".3f"),
        "low": ("舍入抽样的范围", "{{ it|d3 }}—{{ high|d3 }}"),
        "side": ("与 1 相比", {"above": "大于 1", "below": "小于 1", "both": "跨过 1"}),
    }
    return table(facts, columns, index="序")


def _complex(value: complex) -> str:
    if abs(value.imag) < 5e-4:
        return f"{value.real:.3f}"
    return f"{value.real:.3f} {'＋' if value.imag > 0 else '－'} {abs(value.imag):.3f}i"


def granger_table(links: pd.DataFrame) -> pd.DataFrame:
    """p-values of `links.granger_frame`: causes down, effects across, options in a cell."""
    names = list(links["effect"].unique())
    shown = pd.DataFrame("·", index=names, columns=names)
    for (cause, effect), group in links.groupby(["cause", "effect"]):
        shown.loc[cause, effect] = " / ".join(f"{p:.2f}" for p in group["p"])
    chinese = sub_indices()["name_zh"].to_dict()
    return shown.rename(index=chinese, columns=chinese).rename_axis("由 ＼ 到")
