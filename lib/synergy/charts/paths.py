"""Indices over time: regional lines and the province heatmap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from synergy.charts import (
    INK,
    LABELS,
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
    upright,
    year_axis,
)
from synergy.narration import bottom, listed, path_of, place, top, trend

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings


def regional_lines(
    regional: pd.DataFrame,
    column: str,
    *,
    highlight: Region | None = None,
    frame: pd.DataFrame | None = None,
) -> Figure:
    """Draw the regional means of an index by year (figures 1, 3 and 5 of the paper).

    Parameters
    ----------
    regional
        Long frame with columns ``region`` (四大地区 and 全国), ``year`` and `column`.
    column
        Index to draw.
    highlight
        Region of the edition. The other regions fade; a province gets its own dashed line.
    frame
        Province-year frame with a ``region`` column; needed for the line of a province.
    """
    lines = _lines(regional, column, highlight, frame)
    base = alt.Chart(inline(lines, ["name", "region", "year", column, "weight"])).encode(
        x=year_axis(),
        y=alt.Y(f"{column}:Q", axis=upright(LABELS.get(column, column))),
        detail="name:N",
        opacity=alt.Opacity("weight:Q", scale=None),
        tooltip=[
            alt.Tooltip("name:N", title="地区"),
            alt.Tooltip("year:O", title="年份"),
            _value(column),
        ],
    )
    dash = alt.condition("datum.name === datum.region", alt.value([1, 0]), alt.value([5, 3]))
    stroke = base.mark_line(strokeWidth=2.5).encode(
        color=region_colour(nation=True), strokeDash=dash
    )
    marks = base.mark_point(filled=True, size=46, opacity=1).encode(
        color=region_colour(nation=True), shape=region_shape(nation=True)
    )
    return finish(stroke + marks, describe_regions(regional, column), height=300)


def _lines(
    regional: pd.DataFrame, column: str, highlight: Region | None, frame: pd.DataFrame | None
) -> pd.DataFrame:
    lines = regional[["region", "year", column]].assign(name=regional["region"])
    if highlight is not None and highlight.kind == "province" and frame is not None:
        own = frame.loc[highlight.name, ["region", column]].reset_index()
        lines = pd.concat([lines, own.assign(name=highlight.name)], ignore_index=True)
    bright = in_focus(highlight, lines)
    return lines.assign(weight=lines["name"].isin(bright).map({True: 1.0, False: 0.35}))


def in_focus(highlight: Region | None, lines: pd.DataFrame) -> set[str]:
    """Names of the lines that keep their full strength."""
    if highlight is None or highlight.kind == "nation":
        return set(lines["name"])
    own = set(lines.loc[lines["name"] == highlight.name, "region"])
    return {"全国", highlight.name} | own


def describe_regions(regional: pd.DataFrame, column: str) -> str:
    """Alt text of the regional lines: the nation's path and the order at the end."""
    wide = regional.pivot(index="year", columns="region", values=column).dropna(how="all")
    nation, last = wide["全国"], wide.iloc[-1].drop("全国")
    return (
        f"折线图：{LABELS.get(column, column)}的全国均值由 {wide.index[0]} 年的"
        f" {nation.iloc[0]:.3f} 变为 {wide.index[-1]} 年的 {nation.iloc[-1]:.3f}，{trend(nation)}；"
        f"末年由高到低为{listed(top(last, len(last)))}。"
    )


def _value(column: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:Q", title=LABELS.get(column, column), format=".3f")


def province_heatmap(
    frame: pd.DataFrame, column: str, *, highlight: Region | None = None
) -> Figure:
    """Draw an index as a province by year heatmap (figures 2, 4 and 6 of the paper).

    Parameters
    ----------
    frame
        Province-year frame with a ``region`` column.
    column
        Index to draw.
    highlight
        Region of the edition; the names of other provinces turn paler.
    """
    provinces = frame.groupby("province", sort=False)["region"].first()
    wide = by_year(frame, column)
    years = [name for name in wide.columns if name != "province"]
    rows = alt.Y("province:N", sort=by_region(provinces), axis=_province_axis(provinces, highlight))
    label = LABELS.get(column, column)
    chart = (
        alt.Chart(inline(wide, ["province", *years]))
        .transform_fold([*years], as_=["year", column])
        .mark_rect()
        .encode(
            x=year_axis(),
            y=rows,
            color=alt.Color(
                f"{column}:Q",
                scale=alt.Scale(scheme="cividis"),
                legend=alt.Legend(title=label, gradientLength=180, format=".2f"),
            ),
            tooltip=[
                alt.Tooltip("province:N", title="省份"),
                alt.Tooltip("year:O", title="年份"),
                _value(column),
            ],
        )
    )
    return finish(chart, describe_provinces(frame, column), height=15 * len(wide))


def _province_axis(provinces: pd.Series, highlight: Region | None) -> alt.Axis:
    """Name each province in the colour of its region, the others than the edition's paler."""
    colours = [
        {"test": one_of(provinces.index[provinces == region]), "value": REGION_COLOURS[region]}
        for region in provinces.unique()
    ]
    chosen = one_of(chosen_provinces(provinces, highlight) or provinces.index)
    return axis(
        labelColor={"condition": colours, "value": INK},
        labelOpacity={"condition": {"test": chosen, "value": 1}, "value": 0.55},
        labelFontSize=11,
    )


def describe_provinces(frame: pd.DataFrame, column: str) -> str:
    """Alt text of a province heatmap: who stands where in the last year."""
    year = frame.index.unique("year").max()
    final = frame.xs(year, level="year")[column]
    return (
        f"热力图：{final.notna().sum()} 个省份逐年的{LABELS.get(column, column)}。"
        f"{year} 年最高的是{listed(top(final))}（最高 {final.max():.3f}），"
        f"最低的是{listed(bottom(final))}（最低 {final.min():.3f}）。"
    )


def dimension_lines(findings: Findings, region: Region) -> Figure:
    """Draw the four dimensions of U2 by year for the edition's region.

    Parameters
    ----------
    findings
        Findings of one panel; dimensions without an indicator are left out.
    region
        Nation, region or province whose paths are drawn.
    """
    paths = {LABELS[name]: path_of(region, findings, name) for name in ("LR", "EQ", "SS", "LQ")}
    drawn = {name: path for name, path in paths.items() if path.notna().any()}
    long = pd.concat(drawn, names=["dimension", "year"]).rename("score").reset_index()
    key = alt.Legend(title=None, columns=2)
    names = list(drawn)
    chart = (
        alt.Chart(inline(long, ["dimension", "year", "score"]))
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=40), strokeWidth=2.5)
        .encode(
            x=year_axis(),
            y=alt.Y("score:Q", axis=axis(), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("dimension:N", legend=key, scale=_dimension_scale(names)),
            strokeDash=alt.StrokeDash("dimension:N", legend=key, sort=names),
            tooltip=["dimension:N", "year:O", alt.Tooltip("score:Q", format=".3f")],
        )
    )
    parts = [f"{name}{path.iloc[0]:.3f} 至 {path.iloc[-1]:.3f}" for name, path in drawn.items()]
    years = f"{long['year'].min()} 年到 {long['year'].max()} 年"
    return finish(
        chart, f"折线图：{place(region)}就业质量各维度，{years}：{listed(parts)}。", height=260
    )


def _dimension_scale(names: list[str]) -> alt.Scale:
    """Hues that no region uses."""
    return alt.Scale(domain=names, range=["#7B68A6", "#B8862F", "#777777", "#A14D6B"][: len(names)])
