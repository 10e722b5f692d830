"""Places: relative risk with weights that a reader moves, its parts, and inequality over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.dictionary import units
from synergy.figures.drawn import Drawn, once
from synergy.figures.explorers import tile_frames
from synergy.figures.grammar import grid
from synergy.figures.planes import plane
from synergy.figures.sliders import page_units, sliders
from synergy.figures.theme import (
    DIVERGING,
    MIDDLE,
    MUTE,
    PALE_NAME,
    REGIONS,
    Figure,
    apart,
    axis,
    faded,
    finish,
    focused,
    inline,
    label,
    text_on,
    upright,
    years,
)
from synergy.policy.parameters import quantity
from synergy.policy.places import COMPONENTS, RegionalRisk
from synergy.policy.symbols import Symbol, expression

if TYPE_CHECKING:
    from synergy.dictionary import Place


#: Where a province's rank stays whatever the weights: most at risk first; or with no third.
THIRDS = {
    "稳在前三分之一": DIVERGING[0],
    "稳在中间": MIDDLE,
    "稳在后三分之一": DIVERGING[2],
    "看权重": DIVERGING[1],
}


def risk_explorer(risk: RegionalRisk, *, highlight: Place | None = None) -> Drawn:
    """Rank provinces by relative risk; the ranking is redone in the page as the weights move.

    Parameters
    ----------
    risk
        Scaled components of one year; provinces that have all of them are drawn, and a slider
        stands for the weight of each.
    highlight
        Place of the edition; other provinces turn paler.
    """
    return once(_risk_explorer, risk).at(focus=focused(highlight))


def _risk_explorer(risk: RegionalRisk) -> Figure:
    shown = {key: part for key, part in COMPONENTS.items() if key in risk.weights.index}
    scaled = {weight: part.scaled for weight, part in shown.items()}
    table = _with_region(risk.scaled.rename(columns=scaled).loc[risk.risk.dropna().index])
    ranked: list[Any] = [alt.SortField("risk", "descending"), alt.SortField("province")]
    title = "相对风险" if risk.exposed else "相对短板"
    base = (
        alt.Chart(inline(table, ["province", "region", *scaled.values()], digits=3))
        .transform_calculate(risk=_risk_formula(scaled))
        .transform_window(place="row_number()", sort=ranked, frame=[None, None])
        .encode(
            x=alt.X(
                "risk:Q",
                scale=alt.Scale(domain=[0, 1.12], nice=False),
                axis=axis(f"{title}（0—1）", values=[0, 0.25, 0.5, 0.75, 1], format=".2f"),
            ),
            y=alt.Y("place:O", axis=axis()),
            **faded("province"),
        )
    )
    tips = {"risk": title} | {part.scaled: part.name for part in shown.values()}
    bars = base.mark_bar(height=9, cornerRadius=2).encode(
        tooltip=[
            alt.Tooltip("province:N", title="省份"),
            *(alt.Tooltip(f"{key}:Q", title=name, format=".2f") for key, name in tips.items()),
        ],
        **apart("region", list(REGIONS)[1:], "color", raised=True),
    )
    names = base.mark_text(align="left", dx=4).encode(
        text="province:N", **faded("province", PALE_NAME)
    )
    say = (
        "{% if risk.risk.dropna().empty %}条形图：手头的数据不足以给各省排次序，图为空。"
        "{% else %}条形图，可移动{{ weights|length|numeral }}个权重的滑块："
        "{{ risk.year }} 年各省的{{ title }}。"
        "权重为{{ weights|each('{} {:.2f}')|listed }}时，最高的是{{ risk.risk|top|listed }}，"
        "最低的是{{ risk.risk.dropna().index[-3:]|listed }}。{% endif %}"
    )
    weights = [(COMPONENTS[str(key)].name, value) for key, value in risk.weights.items()]
    params = [*sliders(shown), alt.param(name="focus", value=focused())]
    figure = finish(
        alt.layer(bars, names).add_params(*params),
        say,
        facts={"risk": risk, "weights": weights, "title": title},
        height=max(15 * len(table), 60),
    )
    figure.usermeta = {"units": page_units(shown)}
    return figure


def _risk_formula(scaled: Mapping[str, str]) -> str:
    """What the page computes: `weighted_risk` of what is drawn, the rest without weight."""
    point: dict[str, Any] = {}
    for weight, part in COMPONENTS.items():
        here = weight in scaled
        point |= {weight: Symbol(weight) if here else 0.0}
        point |= {part.scaled: Symbol(f"datum.{part.scaled}") if here else 0.0}
    return expression(quantity("places.weighted_risk", point))


def _with_region(table: pd.DataFrame) -> pd.DataFrame:
    """Complete rows of a table by province, each with its region."""
    complete = table.dropna().rename_axis("province")
    return complete.assign(region=units()["region"].loc[complete.index]).reset_index()


def risk_map(ranges: pd.DataFrame, *, highlight: Place | None = None) -> Drawn:
    """Draw on a tile grid in which third of the ranking each province stays as weights move.

    Parameters
    ----------
    ranges
        From `synergy.policy.places.rank_ranges`.
    highlight
        Place of the edition; its tiles get a frame in the region's colour.
    """
    return once(_risk_map, ranges).at(focus=focused(highlight))


def _risk_map(ranges: pd.DataFrame) -> Figure:
    names, third = list(THIRDS), max(len(ranges), 1) / 3
    low, high = (np.ceil(ranges[end] / third).astype(int) for end in ("lower", "upper"))
    held = [names[at - 1] if at == to else names[3] for at, to in zip(low, high, strict=True)]
    ends = zip(ranges["lower"], ranges["upper"], strict=True)
    span = [f"{first:.0f}–{last:.0f}" for first, last in ends]
    placed = units()[["row", "col"]].join(ranges.assign(third=held, span=span), how="inner")
    table = placed.rename_axis("province").reset_index()
    words = alt.Chart().encode(color=text_on(THIRDS, "third"))
    return grid(
        table,
        x="col",
        y="row",
        fill="third",
        look=THIRDS,
        label="",
        axes=(None, None),
        tips={"province": "省份", "estimate:d": "默认权重下的名次", "span": "名次的 90% 区间"},
        also=["province", "estimate", "span"],
        over=[
            words.mark_text(dy=-7).encode(text="province:N"),
            words.mark_text(dy=9).encode(text="span:N"),
            tile_frames(),
        ],
        focus=True,
        height=46 * 8,
        say="{% if counts.sum() %}方格地图：权重怎样移动，各省名次的去处。"
        "{{ counts.items()|each('{}的 {} 个')|join('，') }}。"
        "{% else %}方格地图：手头的数据不足以给各省排次序，图为空。{% endif %}",
        facts={"counts": table["third"].value_counts().reindex(names, fill_value=0)},
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
    chart = (
        alt.Chart(inline(drawn, ["year", "part", "theil"], digits=6))
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=years()),
            y=alt.Y("theil:Q", axis=upright("泰尔指数", tickCount=5)),
            tooltip=["year:O", "part:N", alt.Tooltip("theil:Q", format=".4f")],
            **apart("part", list(names.values()), "color", raised=True),
        )
    )
    say = (
        "堆叠柱图：{{ label }}的省际泰尔指数由 {{ rows.index[0] }} 年的 "
        "{{ first.total|fmt('.4f') }} 变为 {{ rows.index[-1] }} 年的 {{ last.total|fmt('.4f') }}，"
        "{{ (last.total - first.total)|direction(1e-5) }}；"
        "地区之间所占的比重由 {{ (first['between'] / first.total)|pct }} 变为 "
        "{{ (last['between'] / last.total)|pct }}。"
    )
    facts = {"label": label, "rows": table, "first": table.iloc[0], "last": table.iloc[-1]}
    return finish(chart, say, facts=facts, height=240)


def divergence_plane(changes: pd.DataFrame, span: tuple[int, int]) -> Figure:
    """Draw each province's change in the AI index against its change in the quality of employment.

    Parameters
    ----------
    changes
        Index ``province``; columns ``ai_change``, ``quality_change``, ``trap``.
    span
        First and last year.
    """
    names = {"ai_change": "人工智能", "quality_change": "就业质量"}
    x, y = names.values()
    level = alt.Chart(alt.InlineData(values=[{y: 0}])).mark_rule(color=MUTE, strokeDash=[3, 3])
    return plane(
        _with_region(changes).rename(columns=names),
        x=x,
        y=y,
        labels=(f"{label('U1')}的变化", f"{label('U2')}的变化"),
        by="region",
        look=list(REGIONS)[1:],
        named="province",
        tips=["province", f"{x}:+.3f", f"{y}:+.3f"],
        under=[level.encode(x=alt.value(0), x2=alt.value("width"))],
        say="散点图：{{ span[0] }} 年到 {{ span[1] }} 年各省两个指数的变化。"
        "人工智能上升而就业质量下降的省份有 {{ trapped|length }} 个"
        "{% if trapped|length %}（{{ trapped|listed }}）{% endif %}。",
        facts={"span": span, "trapped": changes.index[changes["trap"]]},
    )
