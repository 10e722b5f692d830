"""Figures of the paper's indices, of the coupling of the two systems, and of their robustness.

Arguments that several share: `frame` is a province-year frame with a column ``region``;
`highlight` is the place of the edition; `weights` is indexed by indicator, with columns
``system``, ``dimension``, ``weight`` and ``dimension_weight``; `names` are the indicators' Chinese
names by code; `system` is ``AI`` or ``EQ``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.coupling import grades
from synergy.dictionary import SYSTEMS, units
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
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap


def regional_lines(
    regional: pd.DataFrame,
    column: str,
    *,
    highlight: Place | None = None,
    frame: pd.DataFrame | None = None,
) -> Drawn:
    """Draw the regional means of an index by year (figures 1, 3 and 5 of the paper).

    Parameters
    ----------
    regional
        Long frame with columns ``region`` (四大地区 and 全国), ``year`` and `column`.
    column
        Index to draw.
    highlight
        The other regions fade; a province gets its own dashed line, for which `frame` is needed.
    """
    table = regional[["region", "year", column]]
    drawn = once(_regional_lines, table, column)
    own = _NOBODY
    if frame is not None and highlight is not None and highlight.is_unit:
        path = highlight.path(frame, column).reindex(table["year"].unique())
        values = [None if pd.isna(value) else round(value, 4) for value in path]
        own = {"name": highlight.name, "region": highlight.parent, "values": values}
    return drawn.at(focus=theme.focused(highlight), own=own)


#: Characters that a phone has room for in a line.
LONGEST = 26

#: Value of the parameter ``own`` where no province has a line of its own.
_NOBODY: Mapping[str, Any] = {"name": "", "region": "", "values": []}


def _regional_lines(table: pd.DataFrame, column: str) -> Figure:
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
        label=label(column),
        focus=True,
        controls=[alt.param(name="own", value=_NOBODY)],
        height=300,
        say="折线图：{{ label }}的全国均值由 {{ nation.index[0] }} 年的 "
        "{{ nation.iloc[0]|fmt('.3f') }} 变为 {{ nation.index[-1] }} 年的 "
        "{{ nation.iloc[-1]|fmt('.3f') }}，{{ nation|trend }}；"
        "末年由高到低为{{ last|top(4)|listed }}。",
        facts={"nation": wide["全国"], "last": wide.iloc[-1].drop("全国")},
    )


def province_heatmap(frame: pd.DataFrame, column: str, *, highlight: Place | None = None) -> Drawn:
    """Draw an index as a province by year heatmap (figures 2, 4 and 6 of the paper).

    D has the colours of its grades; other indices a ramp, by root, so that a single high province
    does not take all of it.
    """
    drawn = [column, "grade"] if column == "D" else [column]
    return once(_province_heatmap, frame[drawn], column).at(focus=theme.focused(highlight))


def _province_heatmap(frame: pd.DataFrame, column: str) -> Figure:
    wide = theme.by_year(frame, column)
    wide = wide.loc[theme.by_region(wide.index)]
    years: list[Any] = list(wide.columns)
    cells = alt.Chart(inline(wide, ["province", *years]))
    folded = cells.transform_fold(years, as_=["year", column])
    fill: dict[str, Any] = {"fill": column, "label": label(column), "scale": {"type": "sqrt"}}
    if column == "D":
        folded = folded.transform_calculate(grade=grade_expression(grades()))
        present = frame["grade"].dropna().unique()
        fill = {"fill": "grade", "look": theme.graded(present), "label": ""}
    return grid(
        folded,
        x="year",
        y="province",
        **fill,
        tips={"province": "省份", "year": "年份", f"{column}:.3f": label(column)},
        focus=True,
        axes=(theme.years(), theme.places()),
        height=17 * len(wide),
        say="热力图：{{ last.count() }} 个省份逐年的{{ label }}。"
        "{{ last.name }} 年最高的是{{ last|top|listed }}（最高 {{ last.max()|fmt('.3f') }}），"
        "最低的是{{ last|bottom|listed }}（最低 {{ last.min()|fmt('.3f') }}）。",
        facts={"last": wide[years[-1]]},
    )


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


def balance_plane(frame: pd.DataFrame, year: int) -> Figure:
    """Draw provinces in the plane of the two indices, with lines of equal C and of equal D.

    A ray from the origin holds every pair with the same C; a hyperbola U1 U2 = D^4 every pair
    with the same D at equal weights. Moving out along a ray raises D and leaves C alone.
    """
    points = of_year(frame, year).dropna(subset=["U1", "U2"])
    reach = (_end(points["U1"]), _end(points["U2"]))
    low, high = points["D"].min() - 0.1, points["D"].max() + 0.1
    degrees = [step / 10 for step in range(1, 10) if low < step / 10 < high]
    return plane(
        points.reset_index(),
        x="U1",
        y="U2",
        by="region",
        named="province",
        headed=True,
        tips=["province", "U1:Q", "U2:Q", "C:Q", "D:Q"],
        labels=("人工智能指数 U₁", "就业质量指数 U₂"),
        reach=reach,
        under=isolines(equal_coupling(reach), equal_coordination(reach, degrees)),
        height=360,
        say="散点图：{{ year }} 年各省的两个指数，附等 C 射线与等 D 曲线。"
        "C 最高的是{{ c|listed }}，D 最高的是{{ d|listed }}，"
        "两组共有 {{ c|select('in', d)|list|length }} 个省份。",
        facts={"year": year, "c": top(points["C"]), "d": top(points["D"])},
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


def indicator_weights(weights: pd.DataFrame, names: pd.Series, system: str) -> Figure:
    """Draw the weight of each indicator of a system, heaviest first."""
    say = (
        "条形图：{{ system }}系统 {{ rows|length }} 个指标的熵权。"
        "最大的是{{ rows[:1]|each('{short}（{weight:.1%}）')|listed }}，"
        "最小的是{{ rows[-1:]|each('{short}（{weight:.1%}）')|listed }}；"
        "前三个合计 {{ rows[:3]|sum(attribute='weight')|fmt('.1%') }}。"
    )
    table = weights[weights["system"] == system].sort_values("weight", ascending=False)
    short = names.loc[table.index]
    whole = short + "（" + table["dimension"].map(label) + "）"
    table = table.assign(short=short, name=whole.where(whole.str.len() <= LONGEST, short))
    facts = {"system": SYSTEMS[system]}
    return rows(table, x="weight", mark="bar", fmt=".1%", digits=6, say=say, facts=facts)


def dimension_weights(weights: pd.DataFrame) -> Figure:
    """Draw the weight of each dimension within its system."""
    say = (
        "条形图：各维度在本系统内的权重，最重的维度是"
        "{{ heaviest|each('{name}（{dimension_weight:.1%}）')|listed }}。"
    )
    table = weights.drop_duplicates(["system", "dimension"])
    names = table["system"].map(SYSTEMS) + "：" + table["dimension"].map(label)
    table = table.assign(name=names)
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


def province_intervals(
    bootstrap: ClusterBootstrap, year: int, column: str = "D", *, highlight: Place | None = None
) -> Drawn:
    """Draw the bootstrap interval of ``D`` or ``rank`` (`column`) for every province."""
    scores = of_year(bootstrap.scores, year).sort_values("rank")
    drawn = once(_province_intervals, scores, year, column, bootstrap.level)
    return drawn.at(focus=theme.focused(highlight))


def _province_intervals(scores: pd.DataFrame, year: int, column: str, level: float) -> Figure:
    say = (
        "区间图：{{ year }} 年各省{{ what }}的 {{ level|fmt('.0%') }} 区间。"
        "居首的{{ first.name }}为 {{ first.lower|fmt(digits) }} 至 {{ first.upper|fmt(digits) }}；"
        "区间宽度的中位数为 {{ width.median()|fmt(digits) }}，"
        "最宽的是{{ width.idxmax() }}（{{ width.max()|fmt(digits) }}）。"
    )
    ends = {end: scores[f"{column}_{end}"] for end in ("lower", "upper")}
    table = pd.DataFrame({"estimate": scores[column], **ends})
    facts = {"year": year, "level": level, "first": table.iloc[0]}
    facts["width"] = table["upper"] - table["lower"]
    if column == "rank":
        facts |= {"what": "位次", "digits": ".0f"}
        look: dict[str, Any] = {"label": "位次（1 为最高）", "fmt": "d", "reverse": True}
    else:
        facts |= {"what": "耦合协调度", "digits": ".3f"}
        look = {"label": label(column)}
    return place_intervals(table, **look, focus=True, say=say, facts=facts)


def place_intervals(table: pd.DataFrame, *, reverse: bool = False, **shared: Any) -> Figure:
    """Draw an estimate with its interval for every province, in the order of the table.

    Parameters
    ----------
    table : DataFrame
        Index ``province``; columns ``estimate``, ``lower``, ``upper``.
    reverse : bool
        Draw small values to the right, as for ranks.
    **shared
        See `synergy.figures.sheet.Sheet`.
    """
    table = table.assign(region=units()["region"].loc[table.index])
    scale = {"zero": False, "reverse": True} if reverse else {"zero": False}
    look: dict[str, Any] = {"by": "region", "names": "side", "step": 18, "scale": scale}
    return rows(table, x="estimate", span=("lower", "upper"), **look, **shared)


def weight_intervals(bootstrap: ClusterBootstrap, names: pd.Series, system: str) -> Figure:
    """Draw the weight of each indicator of a system with its bootstrap interval."""
    say = (
        "区间图：{{ system }}系统各指标权重的 {{ level|fmt('.0%') }} 区间。最重的{{ rows[:1]|each("
        "'{name}估计为 {weight:.1%}，区间 {weight_lower:.1%} 至 {weight_upper:.1%}')|listed }}。"
    )
    table = bootstrap.weights[bootstrap.weights["system"] == system]
    table = table.sort_values("weight", ascending=False).rename(index=dict(names))
    return rows(
        table,
        x="weight",
        span=("weight_lower", "weight_upper"),
        label="权重",
        fmt="%",
        say=say,
        facts={"system": SYSTEMS[system], "level": bootstrap.level},
    )


def variant_means(comparison: VariantComparison) -> Figure:
    """Draw the national mean of D, first and last year, under each named variant."""
    say = (
        "哑铃图：各种做法下全国平均耦合协调度的首年与末年。"
        "末年最低的是{{ last.idxmin() }}（{{ last.min()|fmt('.3f') }}），"
        "最高的是{{ last.idxmax() }}（{{ last.max()|fmt('.3f') }}）。"
    )
    titles = comparison.summary["title_zh"]
    ends = comparison.national.dropna(axis=1).iloc[[0, -1]]
    years = [f"{year} 年" for year in ends.index]
    table = ends.set_axis(years).T.reindex(titles.index).dropna().rename(index=dict(titles))
    facts = {"last": table[years[-1]]}
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
