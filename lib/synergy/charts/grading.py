"""Figures that grade the coupling coordination degree D: tile map and weight slider."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from synergy.charts import (
    INK,
    REGION_COLOURS,
    Figure,
    axis,
    by_region,
    by_year,
    chosen_provinces,
    finish,
    inline,
    one_of,
    region_colour,
    region_shape,
)
from synergy.narration import listed, top

if TYPE_CHECKING:
    from synergy.dictionary import Region

#: Cividis at ten steps, one per grade of table 3, so that a grade looks the same everywhere.
GRADE_COLOURS = (
    "#002051",
    "#0D346B",
    "#33486E",
    "#575C6E",
    "#737172",
    "#8B8677",
    "#A49D78",
    "#C3B56D",
    "#E6CF59",
    "#FDEA45",
)


def grade_expression(grades: pd.DataFrame, field: str = "D") -> str:
    """Vega expression that grades a field by right-closed intervals.

    Parameters
    ----------
    grades
        Table 3: columns ``upper`` and ``grade``, ascending.
    field
        Field of the data that holds the degree.
    """
    *rest, last = zip(grades["upper"], grades["grade"], strict=True)
    tests = [f"datum.{field} <= {upper:g} ? {_quoted(name)}" for upper, name in rest]
    return " : ".join([*tests, _quoted(last[1])])


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _grade_colour(grades: pd.DataFrame, used: Iterable[str]) -> alt.Color:
    names = list(grades["grade"])
    present = [name for name in names if name in set(used)]
    scale = alt.Scale(domain=present, range=[GRADE_COLOURS[names.index(n)] for n in present])
    return alt.Color("grade:N", scale=scale, legend=alt.Legend(title=None, columns=3))


def year_slider(years: list[int]) -> alt.Parameter:
    """Slider over the years, at the last one first."""
    bind = alt.binding_range(min=min(years), max=max(years), step=1, name="年份 ")
    return alt.param(name="year", value=max(years), bind=bind)


def alpha_slider(alpha: float) -> alt.Parameter:
    """Slider over the weight of the AI index in T, at the edition's value first."""
    bind = alt.binding_range(min=0, max=1, step=0.05, name="权重 α ")
    return alt.param(name="alpha", value=alpha, bind=bind)


def tile_map(
    frame: pd.DataFrame,
    provinces: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    highlight: Region | None = None,
) -> Figure:
    """Draw D on a tile grid, one square a province, with a slider over the years.

    Parameters
    ----------
    frame
        Province-year frame with columns ``D`` and ``grade``.
    provinces
        Indexed by province: ``region``, one-based ``row`` and ``col`` of the grid.
    grades
        Table 3: columns ``upper`` and ``grade``, ascending.
    highlight
        Region of the edition; its tiles get a frame in the region's colour.
    """
    wide = by_year(frame, "D").join(provinces[["row", "col"]], on="province")
    years = [name for name in wide.columns if name.isdigit()]
    slider = year_slider([int(name) for name in years])
    base = (
        alt.Chart(inline(wide, ["province", "row", "col", *years], digits=3))
        .transform_fold([*years], as_=["when", "D"])
        .transform_filter("toNumber(datum.when) === year && isValid(datum.D)")
        .transform_calculate(grade=grade_expression(grades))
        .encode(x=alt.X("col:O", axis=None), y=alt.Y("row:O", axis=None))
    )
    tiles = base.mark_rect(cornerRadius=4).encode(
        color=_grade_colour(grades, frame["grade"].dropna().unique()),
        tooltip=[
            alt.Tooltip("province:N", title="省份"),
            alt.Tooltip("D:Q", title="耦合协调度 D", format=".3f"),
            alt.Tooltip("grade:N", title="等级"),
        ],
    )
    layers = [tiles, *_tile_text(base), *_tile_frame(base, provinces, highlight)]
    chart = alt.layer(*layers).add_params(slider)
    return finish(chart, describe_tiles(frame), height=46 * int(provinces["row"].max()))


def _tile_text(base: alt.Chart) -> list[alt.Chart]:
    colour = alt.condition("datum.D > 0.55", alt.value("#111111"), alt.value("#FFFFFF"))
    name = base.mark_text(dy=-7, fontSize=12).encode(text="province:N", color=colour)
    value = base.mark_text(dy=9, fontSize=11).encode(
        text=alt.Text("D:Q", format=".2f"), color=colour
    )
    return [name, value]


def _tile_frame(
    base: alt.Chart, provinces: pd.DataFrame, highlight: Region | None
) -> list[alt.Chart]:
    chosen = chosen_provinces(provinces["region"], highlight)
    if not chosen:
        return []
    colour = REGION_COLOURS[str(provinces.loc[chosen[0], "region"])]
    frame = base.transform_filter(one_of(chosen, "province"))
    return [frame.mark_rect(fill=None, stroke=colour, strokeWidth=3, cornerRadius=4)]


def describe_tiles(frame: pd.DataFrame) -> str:
    """Alt text of the tile map: who leads, and how the grades are spread in the last year."""
    year = frame.index.unique("year").max()
    final = frame.xs(year, level="year")
    counts = final["grade"].value_counts()
    spread = listed(f"{name}{count}个" for name, count in counts[counts > 0].items())
    return (
        f"方格地图，可用滑块换年份：{year} 年耦合协调度最高的是{listed(top(final['D']))}；"
        f"各等级的省份数为{spread}。"
    )


def alpha_explorer(
    frame: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    alpha: float = 0.5,
    highlight: Region | None = None,
) -> Figure:
    """Recompute T, D and the grade of every province in the page as the weight moves.

    Only U1 and U2 travel with the page: C = 2 sqrt(U1 U2)/(U1+U2) does not depend on the
    weight, T = alpha U1 + (1 - alpha) U2 and D = sqrt(C T) do.

    Parameters
    ----------
    frame
        Province-year frame with columns ``region``, ``U1`` and ``U2``.
    grades
        Table 3: columns ``upper`` and ``grade``, ascending.
    alpha
        Where the slider starts, in [0, 1].
    highlight
        Region of the edition; other provinces turn paler.
    """
    provinces = frame.groupby("province", sort=False)["region"].first()
    years = [int(year) for year in frame.index.unique("year")]
    chosen = chosen_provinces(provinces, highlight) or list(provinces.index)
    ordered = frame.reindex(by_region(provinces), level="province")
    base = (
        alt.Chart(inline(ordered, ["province", "year", "U1", "U2"]))
        .transform_filter("datum.year === year && isValid(datum.U1) && isValid(datum.U2)")
        .transform_calculate(C="2 * sqrt(datum.U1 * datum.U2) / (datum.U1 + datum.U2)")
        .transform_calculate(T="alpha * datum.U1 + (1 - alpha) * datum.U2")
        .transform_calculate(D="sqrt(datum.C * datum.T)")
        .transform_calculate(grade=grade_expression(grades))
        .transform_lookup("province", _membership(provinces))
    )
    rows = alt.Y("province:N", sort=None, axis=axis(labelFontSize=11))
    column = alt.X(
        "D:Q", scale=alt.Scale(domain=[0, _reach(frame)]), axis=axis("耦合协调度 D", tickCount=6)
    )
    faded = alt.condition(one_of(chosen, "province"), alt.value(1), alt.value(0.4))
    spots = base.mark_point(filled=True, size=70).encode(
        x=column,
        y=rows,
        color=region_colour(),
        shape=region_shape(),
        opacity=faded,
        tooltip=_alpha_tooltip(),
    )
    labels = base.mark_text(align="left", dx=8, fontSize=10).encode(
        x=column, y=rows, text="grade:N", opacity=faded
    )
    mean = base.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="mean(D):Q")
    chart = alt.layer(mean, spots, labels).add_params(year_slider(years), alpha_slider(alpha))
    return finish(chart, describe_alpha(frame, alpha), height=16 * len(provinces))


def _membership(provinces: pd.Series) -> alt.LookupData:
    """Region of each province, sent once instead of once a year."""
    data = inline(provinces.to_frame("region").reset_index(), ["province", "region"])
    return alt.LookupData(data=data, key="province", fields=["region"])


def _reach(frame: pd.DataFrame) -> float:
    """Upper end of the axis: the largest D any weight can give, plus room for the grade."""
    u = frame[["U1", "U2"]].dropna()
    c = 2 * np.sqrt(u["U1"] * u["U2"]) / (u["U1"] + u["U2"])
    return float(min(1.0, np.ceil(10 * np.sqrt(c * u.max(axis=1)).max()) / 10) + 0.1)


def _alpha_tooltip() -> list[alt.Tooltip]:
    digits = [alt.Tooltip(f"{name}:Q", title=name, format=".3f") for name in ("C", "T", "D")]
    return [alt.Tooltip("province:N", title="省份"), *digits, alt.Tooltip("grade:N", title="等级")]


def describe_alpha(frame: pd.DataFrame, alpha: float) -> str:
    """Alt text of the weight explorer: how far the national mean of D can move."""
    year = frame.index.unique("year").max()
    u = frame.xs(year, level="year")[["U1", "U2"]].dropna()
    c = 2 * np.sqrt(u["U1"] * u["U2"]) / (u["U1"] + u["U2"])
    low, mid, high = (
        float(np.sqrt(c * (a * u["U1"] + (1 - a) * u["U2"])).mean()) for a in (0.0, alpha, 1.0)
    )
    return (
        f"点图，可用滑块换年份和权重 α：{year} 年 α 取 {alpha:g} 时全国平均 D 为 {mid:.3f}，"
        f"α 取 0 时为 {low:.3f}，取 1 时为 {high:.3f}。"
    )


def grade_range(final: pd.DataFrame, grades: pd.DataFrame) -> str:
    """Say how many provinces change grade somewhere between weight 0.3 and weight 0.7.

    Parameters
    ----------
    final
        One year, index ``province``; columns ``U1`` and ``U2``.
    grades
        Table 3: column ``upper``, ascending.
    """
    u = final[["U1", "U2"]].dropna()
    c = 2 * np.sqrt(u["U1"] * u["U2"]) / (u["U1"] + u["U2"])
    ends = [np.sqrt(c * (a * u["U1"] + (1 - a) * u["U2"])) for a in (0.3, 0.7)]
    low, high = (np.searchsorted(grades["upper"], d) for d in ends)
    moved = list(u.index[low != high])
    names = f"（{listed(moved)}）" if 0 < len(moved) <= 12 else ""
    return f"权重由 0.3 移到 0.7，{len(u)} 个省份中有 {len(moved)} 个等级随之改变{names}。"
