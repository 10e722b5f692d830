"""Places: relative risk with weights that a reader moves, its parts, and inequality over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from synergy.figures.sliders import sliders
from synergy.figures.theme import (
    ACCENT,
    CONTRAST,
    INK,
    REGIONS,
    Figure,
    apart,
    axis,
    finish,
    focus,
    inline,
    one_of,
    upright,
    years,
)
from synergy.policy.parameters import quantity
from synergy.policy.places import COMPONENTS, RegionalRisk
from synergy.policy.symbols import Symbol, expression
from synergy.words import direction, listed

if TYPE_CHECKING:
    from synergy.dictionary import Region


def risk_explorer(
    risk: RegionalRisk, regions: pd.Series, *, highlight: Region | None = None
) -> Figure:
    """Rank provinces by relative risk; the ranking is redone in the page as the weights move.

    Parameters
    ----------
    risk
        Scaled components of one year.
    regions
        Region by province.
    highlight
        Region of the edition; other provinces turn paler.
    """
    table = risk_table(risk, regions)
    scaled = [part.scaled for part in COMPONENTS.values()]
    point = {weight: Symbol(weight) for weight in COMPONENTS}
    point |= {name: Symbol(f"datum.{name}") for name in scaled}
    formula = expression(quantity("places.weighted_risk", point))
    chosen = [name for name in focus(highlight) if name in set(table["province"])]
    faded = alt.condition(
        one_of(chosen or table["province"], "province"), alt.value(1), alt.value(0.35)
    )
    base = (
        alt.Chart(inline(table, ["province", "region", *scaled], digits=3))
        .transform_calculate(risk=formula)
        .transform_window(
            place="row_number()",
            sort=[alt.SortField("risk", "descending"), alt.SortField("province")],
            frame=[None, None],
        )
        .encode(y=alt.Y("place:O", axis=axis(labelFontSize=10)), opacity=faded)
    )
    length = alt.X(
        "risk:Q",
        scale=alt.Scale(domain=[0, 1.12], nice=False),
        axis=axis("相对风险（0—1）", values=[0, 0.25, 0.5, 0.75, 1], format=".2f"),
    )
    tooltip = [
        alt.Tooltip("province:N", title="省份"),
        alt.Tooltip("risk:Q", title="相对风险", format=".2f"),
        *(
            alt.Tooltip(f"{part.scaled}:Q", title=part.name, format=".2f")
            for part in COMPONENTS.values()
        ),
    ]
    bars = base.mark_bar(height=9, cornerRadius=2).encode(
        x=length,
        color=apart("region", list(REGIONS)[1:], "color", raised=True)["color"],
        tooltip=tooltip,
    )
    names = base.mark_text(align="left", dx=4, fontSize=11).encode(x=length, text="province:N")
    chart = alt.layer(bars, names).add_params(*sliders(COMPONENTS))
    return finish(
        chart, "{{ text }}", facts={"text": describe_risk(risk)}, height=max(15 * len(table), 60)
    )


def risk_table(risk: RegionalRisk, regions: pd.Series) -> pd.DataFrame:
    """Scaled components of provinces that have all three, with their region."""
    names = {weight: part.scaled for weight, part in COMPONENTS.items()}
    scaled = risk.scaled.dropna().rename(columns=names).rename_axis("province").reset_index()
    return scaled.assign(region=regions.loc[scaled["province"]].to_numpy())


def describe_risk(risk: RegionalRisk) -> str:
    """Alt text: who ranks where with the weights at their start."""
    ranked = risk.risk.dropna()
    if ranked.empty:
        return "条形图：手头的数据缺少计算相对风险所需的分指数，图为空。"
    weights = "、".join(f"{COMPONENTS[str(k)].name} {w:.2f}" for k, w in risk.weights.items())
    highest, lowest = (listed(map(str, part)) for part in (ranked.index[:3], ranked.index[-3:]))
    return (
        f"条形图，可移动三个权重的滑块：{risk.year} 年各省的相对风险。"
        f"权重为{weights}时，最高的是{highest}，最低的是{lowest}。"
    )


def theil_lines(table: pd.DataFrame, label: str) -> Figure:
    """Draw inequality among provinces over time, between and within the four regions.

    Parameters
    ----------
    table
        Index ``year``; columns ``between`` and ``within``, which add up to ``total``.
    label
        Chinese name of the index.
    """
    names = {"between": "四大地区之间", "within": "地区内部"}
    long = table[list(names)].rename(columns=names)
    drawn = long.melt(ignore_index=False, var_name="part", value_name="theil").reset_index()
    parts: list[Any] = list(names.values())
    chart = (
        alt.Chart(inline(drawn, ["year", "part", "theil"], digits=6))
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=years()),
            y=alt.Y("theil:Q", axis=upright("泰尔指数", tickCount=5)),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=parts, range=[ACCENT, CONTRAST]),
                legend=alt.Legend(title=None, offset=26),
            ),
            tooltip=["year:O", "part:N", alt.Tooltip("theil:Q", format=".4f")],
        )
    )
    first, last = table.iloc[0], table.iloc[-1]
    change = direction(last["total"] - first["total"], tolerance=1e-5)
    description = (
        f"堆叠柱图：{label}的省际泰尔指数由 {table.index[0]} 年的 {first['total']:.4f} 变为 "
        f"{table.index[-1]} 年的 {last['total']:.4f}，{change}；"
        f"地区之间所占的比重由 {first['between'] / first['total']:.0%} 变为 "
        f"{last['between'] / last['total']:.0%}。"
    )
    return finish(chart, "{{ text }}", facts={"text": description}, height=240)


def divergence_plane(changes: pd.DataFrame, regions: pd.Series, span: tuple[int, int]) -> Figure:
    """Draw each province's change in the AI index against its change in the quality of employment.

    Parameters
    ----------
    changes
        Index ``province``; columns ``ai_change``, ``quality_change``, ``trap``.
    regions
        Region by province.
    span
        First and last year.
    """
    table = changes.dropna().rename_axis("province").reset_index()
    table["region"] = regions.loc[table["province"]].to_numpy()
    x = alt.X("ai_change:Q", axis=axis("人工智能指数的变化", tickCount=6))
    y = alt.Y("quality_change:Q", axis=upright("就业质量指数的变化", tickCount=6))
    zero = alt.Chart(alt.sequence(0, 1, 1)).mark_rule(color=INK, strokeDash=[3, 3])
    dots = (
        alt.Chart(inline(table, ["province", "region", "ai_change", "quality_change"]))
        .mark_point(filled=True, size=70, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=apart("region", list(REGIONS)[1:], "color", raised=True)["color"],
            tooltip=[
                alt.Tooltip("province:N", title="省份"),
                alt.Tooltip("ai_change:Q", title="人工智能", format="+.3f"),
                alt.Tooltip("quality_change:Q", title="就业质量", format="+.3f"),
            ],
        )
    )
    trapped = [str(name) for name in changes.index[changes["trap"]]]
    description = (
        f"散点图：{span[0]} 年到 {span[1]} 年各省两个指数的变化。人工智能上升而就业质量下降的"
        f"省份有 {len(trapped)} 个" + (f"（{listed(trapped)}）。" if trapped else "。")
    )
    layers = [zero.encode(y=alt.datum(0)), dots]
    return finish(alt.layer(*layers), "{{ text }}", facts={"text": description}, height=300)
