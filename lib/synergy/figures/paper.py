"""Figures of the paper's indices, of the coupling of the two systems, and of their robustness.

Arguments that several share: `findings` bring the plan, in whose words a figure speaks; `highlight`
is the place of the edition; `names` are the indicators' Chinese names by code; `system` is the code
of a system.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.coupling import grades
from synergy.dictionary import NATION, units
from synergy.figures import theme
from synergy.figures.drawn import Drawn, once
from synergy.figures.explorers import grade_expression
from synergy.figures.grammar import grid, lines, rows
from synergy.figures.planes import plane
from synergy.figures.theme import FAINT, MUTE, Figure, axis, inline, label
from synergy.panel import of_year
from synergy.words import top

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Findings
    from synergy.plan import Plan
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap


#: Most units that a figure with a line for each has room for.
MOST_UNITS = 60

_PARTS = ("system", "dimension")

#: Characters that a phone has room for in a line.
LONGEST = 26

#: Value of the parameter ``own`` where no province has a line of its own.
_NOBODY: Mapping[str, Any] = {"name": "", "region": "", "values": []}


def regional_lines(findings: Findings, column: str, *, highlight: Place | None = None) -> Drawn:
    """Draw the means of an index by year, of all units and of each group.

    Parameters
    ----------
    findings : Findings
    column : str
        Index to draw.
    highlight : Place, optional
        The other regions fade; a province gets its own dashed line.
    """
    table = findings.regional[["region", "year", column]]
    drawn = once(_regional_lines, table, column, findings.plan)
    own = _NOBODY
    if highlight is not None and highlight.is_unit:
        path = highlight.path(findings.frame, column).reindex(table["year"].unique())
        values = [None if pd.isna(value) else round(value, 4) for value in path]
        own = {"name": highlight.name, "region": highlight.parent, "values": values}
    return drawn.at(focus=theme.focused(highlight), own=own)


def _regional_lines(table: pd.DataFrame, column: str, plan: Plan) -> Figure:
    wide = table.pivot(index="year", columns="region", values=column).dropna(how="all")
    years = [int(year) for year in table["year"].unique()]
    own = alt.Chart(alt.sequence(0, len(years), 1, as_="i")).transform_calculate(
        name="own.name",
        region="own.region",
        year=f"{years}[datum.i]",
        **{column: "own.values[datum.i]"},
    )
    return lines(
        table.assign(name=table["region"]),
        y=column,
        by="region",
        line="name",
        more=[own.transform_filter(f"isValid(datum.{column})")],
        highest="length(own.values) ? extent(own.values)[1] : 0",
        label=label(column, plan),
        focus=True,
        controls=[alt.param(name="own", value=_NOBODY)],
        height=300,
        say="折线图：{{ label }}的{{ whole }}均值由 {{ mean.index[0] }} 年的 "
        "{{ mean.iloc[0]|fmt('.3f') }} 变为 {{ mean.index[-1] }} 年的 "
        "{{ mean.iloc[-1]|fmt('.3f') }}，{{ mean|trend }}"
        "{% if last|length %}；末年由高到低为{{ last|top(4)|listed }}{% endif %}。",
        facts={
            "whole": plan.whole,
            "mean": wide[plan.whole],
            "last": wide.iloc[-1].drop(plan.whole),
        },
    )


def unit_heatmap(findings: Findings, column: str, *, highlight: Place | None = None) -> Drawn:
    """Draw an index as a heatmap of units by years; of many units the ends of the last year.

    D has the colours of its grades; other indices a ramp, by root, so that a single high unit does
    not take all of it.
    """
    drawn = [column, "grade"] if column == "D" else [column]
    frame, plan, groups = findings.frame[drawn], findings.plan, findings.groups
    return once(_unit_heatmap, frame, column, plan, groups).at(focus=theme.focused(highlight))


def _unit_heatmap(frame: pd.DataFrame, column: str, plan: Plan, groups: pd.Series) -> Figure:
    wide = theme.by_year(frame, column)
    years: list[Any] = list(wide.columns)
    wide = wide.loc[_ends(wide[years[-1]])]
    wide = wide.loc[theme.by_region(wide.index, groups)]
    cells = alt.Chart(inline(wide, ["province", *years]))
    folded = cells.transform_fold(years, as_=["year", column])
    fill: dict[str, Any] = {"fill": column, "label": label(column, plan), "scale": {"type": "sqrt"}}
    if column == "D":
        folded = folded.transform_calculate(grade=grade_expression(grades()))
        present = frame["grade"].dropna().unique()
        fill = {"fill": "grade", "look": theme.graded(present), "label": ""}
    return grid(
        folded,
        x="year",
        y="province",
        **fill,
        tips={"province": plan.unit, "year": label("year"), f"{column}:.3f": label(column, plan)},
        focus=True,
        axes=(theme.years(), theme.places(groups)),
        height=17 * len(wide),
        say="热力图：{{ last.count() }} 个{{ unit }}逐年的{{ label }}。"
        "{{ last.name }} 年最高的是{{ last|top|listed }}（最高 {{ last.max()|fmt('.3f') }}），"
        "最低的是{{ last|bottom|listed }}（最低 {{ last.min()|fmt('.3f') }}）。",
        facts={"last": wide[years[-1]], "unit": plan.unit},
    )


def unit_bars(findings: Findings, column: str) -> Figure:
    """Draw an index of the last year as a bar per unit, highest first; of many the ends."""
    plan = findings.plan
    values = findings.at(findings.years[1])[column].dropna().sort_values(ascending=False)
    table = pd.DataFrame({"value": values.loc[_ends(values)]})
    look: dict[str, Any] = {"x": "value", "mark": "bar", "fmt": ".3f", "step": 26}
    return rows(
        table,
        **look,
        tips={"name": plan.unit, "value:.3f": label(column, plan)},
        say="条形图：{{ count }} 个{{ unit }}的{{ what }}，由高到低；最高的是"
        "{{ rows[:1]|each('{name}（{value:.3f}）')|listed }}，"
        "最低的是{{ rows[-1:]|each('{name}（{value:.3f}）')|listed }}。",
        facts={"count": len(values), "unit": plan.unit, "what": label(column, plan)},
    )


def _ends(last: pd.Series) -> list[str]:
    """Names of all units, or of the highest and lowest where they are too many for a figure."""
    if len(last) <= MOST_UNITS:
        return list(last.index)
    ranked = last.sort_values(ascending=False).index
    return [*ranked[: MOST_UNITS // 2], *ranked[-MOST_UNITS // 2 :]]


def dimension_lines(findings: Findings, region: Place) -> Figure:
    """Draw the dimensions of U2 by year for a place; those without an indicator are left out."""
    paths = {label(name): region.path(findings, name) for name in theme.DIMENSIONS}
    drawn = {name: path for name, path in paths.items() if path.notna().any()}
    hues = dict(zip(paths, theme.DIMENSIONS.values(), strict=True))
    return lines(
        pd.concat(drawn, names=["dimension", "year"]).rename("score").reset_index(),
        y="score",
        by="dimension",
        look={name: hues[name] for name in drawn},
        say="折线图：{{ place }}就业质量各维度，{{ rows[0].year }} 年到 {{ rows[-1].year }} 年："
        "{{ ends|each('{}{:.3f} 至 {:.3f}')|listed }}。",
        facts={
            "place": region.label,
            "ends": [(name, path.iloc[0], path.iloc[-1]) for name, path in drawn.items()],
        },
    )


def system_lines(findings: Findings) -> Figure:
    """Draw the mean index of each system over all units by year."""
    means = findings.systems.groupby(level=-1).mean()
    means = means.rename(columns=lambda column: label(column, findings.plan))
    long = means.rename_axis("year").melt(ignore_index=False, var_name="name", value_name="score")
    return lines(
        long.reset_index(),
        y="score",
        by="name",
        look=list(means.columns),
        scale={"zero": False},
        say="折线图：{{ whole }}各系统指数的平均，{{ years[0] }} 年到 {{ years[1] }} 年："
        "{{ ends|each('{}由 {:.3f} 到 {:.3f}')|listed }}。",
        facts={
            "whole": findings.plan.whole,
            "years": findings.years,
            "ends": [(name, means[name].iloc[0], means[name].iloc[-1]) for name in means],
        },
    )


def balance_plane(findings: Findings, year: int) -> Figure:
    """Draw units in the plane of the two indices, with lines of equal C and of equal D.

    A ray from the origin holds every pair with the same C; a hyperbola U1 U2 = D^4 every pair
    with the same D at equal weights. Moving out along a ray raises D and leaves C alone.
    """
    plan = findings.plan
    points = of_year(findings.frame, year).dropna(subset=["U1", "U2"])
    reach = (_end(points["U1"]), _end(points["U2"]))
    low, high = points["D"].min() - 0.1, points["D"].max() + 0.1
    degrees = [step / 10 for step in range(1, 10) if low < step / 10 < high]
    first, second = (label(column, plan) for column in ("U1", "U2"))
    return plane(
        points.reset_index(),
        x="U1",
        y="U2",
        by="region",
        named="province",
        headed=True,
        tips={
            "province": plan.unit,
            "U1:Q": first,
            "U2:Q": second,
            "C:Q": label("C"),
            "D:Q": label("D"),
        },
        labels=(f"{first} U₁", f"{second} U₂"),
        reach=reach,
        under=isolines(equal_coupling(reach), equal_coordination(reach, degrees)),
        height=360,
        say="散点图：{% if year %}{{ year }} 年{% endif %}各{{ unit }}的两个指数，"
        "附等 C 射线与等 D 曲线。"
        "C 最高的是{{ c|listed }}，D 最高的是{{ d|listed }}，"
        "两组共有 {{ c|select('in', d)|list|length }} 个{{ unit }}。",
        facts={"year": year, "unit": plan.unit, "c": top(points["C"]), "d": top(points["D"])},
    )


def _end(values: pd.Series) -> float:
    """Upper end of an axis: the next half tenth, with a little room."""
    return float(np.ceil(20 * float(values.max()) + 0.3) / 20)


def isolines(rays: pd.DataFrame, curves: pd.DataFrame) -> list[alt.Chart]:
    """Rays and curves, each with its name outside the plane; of two rays with one C, the upper's.

    Names of curves that end within a line's height of the one below are left out.
    """
    ray: dict[str, Any] = {"color": FAINT, "strokeWidth": 1.5}
    curve: dict[str, Any] = {"color": MUTE, "strokeWidth": 0.6, "strokeDash": theme.REFERENCE}
    layers = []
    for table, look in ((rays, ray), (curves, curve)):
        path = alt.Chart(inline(table, table.columns, digits=3))
        path = path.mark_line(interpolate="monotone", **look)
        layers.append(path.encode(detail="line:N", order="order:Q"))
    upper = rays[(rays["order"] == 1) & ~rays["line"].str.endswith(" ")]
    top = upper["U2"] >= upper["U2"].max() - 1e-9
    last = curves[curves["order"] == curves["order"].max()].sort_values("U2")
    clear = last["U2"].diff().fillna(np.inf) > 0.05 * upper["U2"].max()
    ends: list[tuple[pd.DataFrame, dict[str, Any]]] = [
        (upper[top], {"dy": -8}),
        (pd.concat([upper[~top], last[clear]]), {"align": "left", "dx": 4}),
    ]
    for table, side in ends:
        mark: Any = alt.Chart(inline(table, ["line", "U1", "U2"], digits=3)).mark_text
        words = mark(**side)
        layers.append(words.encode(text="line:N", color=alt.value(MUTE)))
    return layers


def equal_coupling(
    reach: tuple[float, float], degrees: Sequence[float] = (0.6, 0.8, 1.0)
) -> pd.DataFrame:
    """Rays of equal C inside the box `reach`: U2/U1 = ((1 ± sqrt(1 - C^2)) / C)^2."""
    found = []
    for c in degrees:
        for sign in (1, -1) if c < 1 else (1,):
            ratio = ((1 + sign * np.sqrt(1 - c**2)) / c) ** 2
            end = min(reach[0], reach[1] / ratio)
            name = f"C={c:g}" + ("" if sign > 0 else " ")
            found += [(name, 0, 0.0, 0.0), (name, 1, end, end * ratio)]
    return pd.DataFrame(found, columns=["line", "order", "U1", "U2"])


def equal_coordination(
    reach: tuple[float, float], degrees: Sequence[float], points: int = 13
) -> pd.DataFrame:
    """Hyperbolas of equal D at equal weights, U1 U2 = D^4, inside the box `reach`."""
    found = []
    for d in degrees:
        low = d**4 / reach[1]
        if low < reach[0]:
            u1 = np.geomspace(low, reach[0], points)
            found += [(f"D={d:g}", k, u, d**4 / u) for k, u in enumerate(u1)]
    return pd.DataFrame(found, columns=["line", "order", "U1", "U2"])


def indicator_weights(findings: Findings, system: str = "") -> Figure:
    """Draw the weight of each indicator, heaviest first, of one system or of all in turn."""
    say = (
        "条形图：{{ system }}系统 {{ rows|length }} 个指标的熵权。"
        "最大的是{{ rows[:1]|each('{short}（{weight:.1%}）')|listed }}，"
        "最小的是{{ rows[-1:]|each('{short}（{weight:.1%}）')|listed }}；"
        "前三个合计 {{ rows[:3]|sum(attribute='weight')|fmt('.1%') }}。"
    )
    plan, weights = findings.plan, findings.weights
    table = _of_system(weights, plan, system).sort_values(["order", "weight"], ascending=_DOWN)
    short = plan.indicators["name_zh"].loc[table.index]
    inside = table["dimension"].map(plan.dimensions)
    whole = short + "（" + inside + "）" if inside.nunique() > table["set"].nunique() else short
    table = table.assign(short=short, name=whole.where(whole.str.len() <= LONGEST, short))
    look: dict[str, Any] = {"x": "weight", "mark": "bar", "fmt": ".1%", "digits": 6}
    if system:
        return rows(table, **look, say=say, facts={"system": plan.systems[system]})
    every = (
        "条形图：各系统指标的熵权。{% for part in firsts %}{{ part.set }}最大的是{{ part.short }}"
        "（{{ part.weight|fmt('.1%') }}）{{ '。' if loop.last else '；' }}{% endfor %}"
    )
    firsts = table.drop_duplicates("set").to_dict("records")
    look |= {"by": "set", "look": list(plan.systems.values())}
    return rows(table, **look, say=every, facts={"firsts": firsts})


_DOWN = [True, False]


def _of_system(weights: pd.DataFrame, plan: Plan, system: str) -> pd.DataFrame:
    """Rows of a system, or of all, with its name as ``set`` and its place as ``order``."""
    order = {code: place for place, code in enumerate(plan.systems)}
    table = weights if not system else weights[weights["system"] == system]
    codes = table["system"]
    return table.assign(set=codes.map(plan.systems), order=codes.map(order))


def dimension_weights(findings: Findings) -> Figure:
    """Draw the weight of each dimension within its system."""
    say = (
        "条形图：各维度在本系统内的权重，最重的维度是"
        "{{ heaviest|each('{name}（{dimension_weight:.1%}）')|listed }}。"
    )
    plan = findings.plan
    table = findings.weights.drop_duplicates(["system", "dimension"])
    systems, dimensions = (table[key].map(getattr(plan, f"{key}s")) for key in _PARTS)
    table = table.assign(name=systems + "：" + dimensions)
    heaviest = table.sort_values("dimension_weight", ascending=False).drop_duplicates("system")
    look: dict[str, Any] = {"x": "dimension_weight", "mark": "bar", "fmt": ".1%", "digits": 6}
    return rows(table, **look, say=say, facts={"heaviest": heaviest})


def coverage_matrix(indicators: pd.DataFrame, present: Collection[str]) -> Figure:
    """Draw the indicators as squares, filled where the panel has them.

    Parameters
    ----------
    indicators
        Dictionary in the order of the paper's tables 1 and 2: index ``code``; columns
        ``dimension_zh``, ``name_zh``.
    present
        Codes that the panel has.
    """
    have = indicators.index.isin(list(present))
    groups = indicators.assign(have=have).groupby("dimension_zh", sort=False)["have"]
    places: dict[str, Any] = {"number": range(1, len(have) + 1), "place": groups.cumcount()}
    return grid(
        indicators.assign(state=np.where(have, "有", "缺"), **places),
        x="place",
        y="dimension_zh",
        fill="state",
        look={"有": theme.ACCENT, "缺": "transparent"},
        text="number",
        tips=["name_zh", "state"],
        axes=(None, axis()),
        step=34,
        say="方格图：{{ rows|length }} 个指标中有 {{ have.sum() }} 个可用——"
        "{{ groups|each('{dimension_zh} {sum} / {size}')|listed }}。",
        facts={"have": have, "groups": groups.agg(["sum", "size"])},
    )


def unit_intervals(
    bootstrap: ClusterBootstrap,
    findings: Findings,
    column: str = "D",
    *,
    highlight: Place | None = None,
) -> Drawn:
    """Draw the bootstrap interval of ``D`` or ``rank`` (`column`) of the last year for every unit.

    Of many units the first and the last are drawn.
    """
    year, plan, groups = findings.years[1], findings.plan, findings.groups
    scores = of_year(bootstrap.scores, year).sort_values("rank")
    drawn = once(_unit_intervals, scores, year, column, bootstrap.level, plan.unit, groups)
    return drawn.at(focus=theme.focused(highlight))


def _unit_intervals(
    scores: pd.DataFrame, year: int, column: str, level: float, unit: str, groups: pd.Series
) -> Figure:
    say = (
        "区间图：{% if year %}{{ year }} 年{% endif %}各{{ unit }}{{ what }}的 "
        "{{ level|fmt('.0%') }} 区间。"
        "居首的{{ first.name }}为 {{ first.lower|fmt(digits) }} 至 {{ first.upper|fmt(digits) }}；"
        "区间宽度的中位数为 {{ width.median()|fmt(digits) }}，"
        "最宽的是{{ width.idxmax() }}（{{ width.max()|fmt(digits) }}）。"
    )
    ends = {end: scores[f"{column}_{end}"] for end in ("lower", "upper")}
    table = pd.DataFrame({"estimate": scores[column], **ends})
    facts = {"year": year, "unit": unit, "level": level, "first": table.iloc[0]}
    facts["width"] = table["upper"] - table["lower"]
    table = table.loc[_ends(scores["D"])]
    if column == "rank":
        facts |= {"what": "位次", "digits": ".0f"}
        look: dict[str, Any] = {"label": "位次（1 为最高）", "fmt": "d", "reverse": True}
    else:
        facts |= {"what": "耦合协调度", "digits": ".3f"}
        look = {"label": label(column)}
    return place_intervals(table, **look, groups=groups, focus=True, say=say, facts=facts)


def place_intervals(
    table: pd.DataFrame,
    *,
    reverse: bool = False,
    groups: pd.Series[str] | None = None,
    **shared: Any,
) -> Figure:
    """Draw an estimate with its interval for every unit, in the order of the table.

    Parameters
    ----------
    table : DataFrame
        Index ``province``; columns ``estimate``, ``lower``, ``upper``.
    reverse : bool
        Draw small values to the right, as for ranks.
    groups : Series, optional
        Group of each unit, by default the regions of provinces; empty if there are none.
    **shared
        See `synergy.figures.sheet.Sheet`.
    """
    groups = units()["region"] if groups is None else groups
    look: dict[str, Any] = {}
    if len(groups):
        table = table.assign(region=groups.loc[table.index])
        held = set(table["region"])
        look = {"by": "region", "look": [name for name in groups.unique() if name in held]}
    scale = {"zero": False, "reverse": True} if reverse else {"zero": False}
    look |= {"names": "side", "step": 18, "scale": scale}
    return rows(table, x="estimate", span=("lower", "upper"), **look, **shared)


def weight_intervals(bootstrap: ClusterBootstrap, plan: Plan, system: str = "") -> Figure:
    """Draw the weight of each indicator with its bootstrap interval, of one system or of all."""
    say = (
        "区间图：{{ system }}系统各指标权重的 {{ level|fmt('.0%') }} 区间。最重的{{ rows[:1]|each("
        "'{name}估计为 {weight:.1%}，区间 {weight_lower:.1%} 至 {weight_upper:.1%}')|listed }}。"
    )
    table = _of_system(bootstrap.weights, plan, system)
    table = table.sort_values(["order", "weight"], ascending=_DOWN)
    table = table.rename(index=dict(plan.indicators["name_zh"]))
    named = plan.systems[system] if system else "各"
    look: dict[str, Any] = {"x": "weight", "span": ("weight_lower", "weight_upper")}
    look |= {} if system else {"by": "set", "look": list(plan.systems.values())}
    facts = {"system": named, "level": bootstrap.level}
    return rows(table, **look, label="权重", fmt="%", say=say, facts=facts)


def variant_means(comparison: VariantComparison, whole: str = NATION) -> Figure:
    """Draw the mean of D over all units, first and last year, under each named variant."""
    say = (
        "哑铃图：各种做法下{{ whole }}平均耦合协调度的首年与末年。"
        "末年最低的是{{ last.idxmin() }}（{{ last.min()|fmt('.3f') }}），"
        "最高的是{{ last.idxmax() }}（{{ last.max()|fmt('.3f') }}）。"
    )
    titles = comparison.summary["title_zh"]
    means = comparison.national.dropna(axis=1)
    ends = means.iloc[[0, -1]] if len(means) > 1 else means
    years = [f"{year} 年" if year else label("D") for year in ends.index]
    table = ends.set_axis(years).T.reindex(titles.index).dropna().rename(index=dict(titles))
    facts = {"last": table[years[-1]], "whole": whole}
    if len(years) == 1:
        only = (
            "点图：各种做法下{{ whole }}平均耦合协调度，"
            "由低到高为{{ last.sort_values().index|listed }}。"
        )
        return rows(table, x=years[0], label=label("D"), say=only, facts=facts)
    return rows(table, x=years, span=years, label=label("D"), say=say, facts=facts)


def leave_one_out_bars(shifts: pd.DataFrame, names: pd.Series, count: int = 8) -> Figure:
    """Draw the indicators that, left out, move D (``mean_abs_shift``) most on average."""
    say = (
        "条形图：逐一去掉一项指标后 D 的平均绝对变动，影响最大的是"
        "{{ rows[:3]|each('{name}（{mean_abs_shift:.3f}）')|listed }}。"
    )
    table = shifts.nlargest(count, "mean_abs_shift").rename(index=dict(names))
    return rows(table, x="mean_abs_shift", mark="bar", fmt=".3f", digits=6, say=say)


def weight_change(before: pd.Series, after: pd.Series, names: pd.Series) -> Figure:
    """Draw the weight of each indicator without and with the repairs of the data."""
    say = (
        "哑铃图：数据修补前后各指标的权重。"
        "变动最大的是{{ most|each('{name}，由 {不修补:.1%} 变为 {修补后:.1%}')|listed }}。"
    )
    table = pd.DataFrame({"不修补": before, "修补后": after}).dropna().rename(index=dict(names))
    most = (table["修补后"] - table["不修补"]).abs().nlargest(1).index
    facts = {"most": table.loc[most].rename_axis("name")}
    table, sets = table.sort_values("修补后", ascending=False), ["不修补", "修补后"]
    return rows(table, x=sets, span=sets, label="权重", fmt="%", say=say, facts=facts)


def paired_paths(paths: Mapping[str, pd.Series], column: str) -> Figure:
    """Draw two yearly paths of an index, by the Chinese names of the runs, against each other."""
    say = (
        "折线图：{{ names|join('与') }}的全国{{ label }}。两者相差最大在 {{ year }} 年，"
        "{{ names[1] }}减{{ names[0] }}为 {{ gap[year]|fmt('+.4f') }}。"
    )
    first, second = paths.values()
    gap = second - first
    facts = {"names": list(paths), "year": gap.abs().idxmax(), "gap": gap}
    table = pd.concat(paths, names=["run", "year"]).rename(column).reset_index()
    return lines(
        table,
        y=column,
        by="run",
        look=[*paths][::-1],
        label=label(column),
        scale={"zero": False},
        tips=["run", "year", f"{column}:.4f"],
        say=say,
        facts=facts,
    )
