"""Bars, dumbbells and intervals: one row per name, legible on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from synergy.charts import (
    ACCENT,
    CONTRAST,
    FAINT,
    Figure,
    axis,
    chosen_provinces,
    finish,
    inline,
    one_of,
    region_colour,
    region_shape,
)

if TYPE_CHECKING:
    from synergy.dictionary import Region


def bars(table: pd.DataFrame, column: str, description: str, *, fmt: str = ".1%") -> Figure:
    """Draw horizontal bars with the name above each bar, which stays legible on a phone.

    Parameters
    ----------
    table
        Columns ``name`` (unique) and `column`, in the order of drawing.
    column
        Length of the bars.
    description
        Alt text.
    fmt
        d3 format of the printed value.
    """
    base = alt.Chart(inline(table, ["name", column], digits=6)).encode(
        y=alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.2)),
        tooltip=[alt.Tooltip("name:N", title="名称"), alt.Tooltip(f"{column}:Q", format=fmt)],
    )
    ceiling = float(table[column].max()) * 1.18
    length = alt.X(f"{column}:Q", axis=None, scale=alt.Scale(domain=[0, ceiling]))
    drawn = base.mark_bar(height=9, yOffset=8, color=ACCENT, cornerRadius=2).encode(x=length)
    names = base.mark_text(align="left", dy=-6, fontSize=12).encode(x=alt.value(0), text="name:N")
    values = base.mark_text(align="left", dx=5, dy=8, fontSize=11).encode(
        x=length, text=alt.Text(f"{column}:Q", format=fmt)
    )
    return finish(drawn + names + values, description, height=34 * len(table))


def dumbbells(
    table: pd.DataFrame,
    first: str,
    second: str,
    *,
    label: str,
    description: str,
    fmt: str = ".2f",
) -> Figure:
    """Draw two values a row, joined by a line, the row's name above them.

    Parameters
    ----------
    table
        Columns ``name`` (unique), `first` and `second`, in the order of drawing.
    first, second
        Column names that the key shows.
    label
        Title of the axis.
    description
        Alt text.
    fmt
        d3 format of the axis.
    """
    rows = alt.Y("name:N", sort=None, axis=None)
    base = alt.Chart(inline(table, ["name", first, second]))
    span = base.mark_rule(color=FAINT, strokeWidth=3, yOffset=8).encode(
        y=rows, x=alt.X(f"{first}:Q", axis=axis(label, format=fmt, tickCount=6)), x2=f"{second}:Q"
    )
    dots = (
        base.transform_fold([first, second], as_=["set", "value"])
        .mark_point(filled=True, size=60, opacity=1, yOffset=8)
        .encode(
            y=rows,
            x="value:Q",
            color=alt.Color("set:N", **_pair(first, second, [ACCENT, CONTRAST])),
            shape=alt.Shape("set:N", **_pair(first, second, ["circle", "diamond"])),
            tooltip=["name:N", "set:N", alt.Tooltip("value:Q", format=".3f")],
        )
    )
    names = base.mark_text(align="left", dy=-6, fontSize=12).encode(
        y=rows, x=alt.value(0), text="name:N"
    )
    return finish(span + dots + names, description, height=32 * len(table))


def _pair(first: str, second: str, looks: list[str]) -> dict[str, Any]:
    scale = alt.Scale(domain=[first, second], range=looks)
    return {"scale": scale, "legend": alt.Legend(title=None)}


def intervals(
    table: pd.DataFrame,
    *,
    label: str,
    description: str,
    highlight: Region | None = None,
    reverse: bool = False,
    fmt: str = ".2f",
) -> Figure:
    """Draw an estimate with its interval for every province.

    Parameters
    ----------
    table
        Index ``province``; columns ``region``, ``estimate``, ``lower``, ``upper``, in the order of
        drawing.
    label
        Title of the axis.
    description
        Alt text.
    highlight
        Region of the edition; other provinces turn paler.
    reverse
        Draw small values to the right, as for ranks.
    fmt
        d3 format of the axis.
    """
    chosen = chosen_provinces(table["region"], highlight) or list(table.index)
    faded = alt.condition(one_of(chosen, "province"), alt.value(1), alt.value(0.4))
    scale = alt.Scale(zero=False, reverse=reverse)
    columns = ["province", "region", "estimate", "lower", "upper"]
    base = alt.Chart(inline(table.rename_axis("province").reset_index(), columns)).encode(
        y=alt.Y("province:N", sort=None, axis=axis(labelFontSize=11)),
        color=region_colour(),
        opacity=faded,
        tooltip=[
            alt.Tooltip("province:N", title="省份"),
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in columns[2:]),
        ],
    )
    bands = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("lower:Q", scale=scale, axis=axis(label, format=fmt, tickCount=6)), x2="upper:Q"
    )
    points = base.mark_point(filled=True, size=60).encode(x="estimate:Q", shape=region_shape())
    return finish(bands + points, description, height=16 * len(table))
