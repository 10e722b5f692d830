"""Draw the figures declared with `synergy.charts.sliders`: curves, bars and a plane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import numpy as np

from synergy.charts import ACCENT, CONTRAST, INK, Figure, axis, finish, upright
from synergy.charts.sliders import (
    Bars,
    Curves,
    Movable,
    Place,
    Plane,
    Quantity,
    places,
    sliders,
    starting_values,
    written,
)
from synergy.policy.parameters import parameter_table

#: Hues that no region uses, and a dash for each.
COLOURS = (ACCENT, CONTRAST, "#A14D6B", "#5F7D8C", "#777777")
DASHES = ([1, 0], [7, 3], [2, 2], [8, 3, 2, 3], [4, 4])

#: Negative, zero, positive.
_DIVERGING = ("#C9691C", "#F4F1EE", "#5E4A8A")

CURVE_STEPS = 60


def _computed(base: alt.Chart, quantities: Iterable[Quantity], place: Place) -> alt.Chart:
    for quantity in quantities:
        base = base.transform_calculate(as_=quantity.label, calculate=written(quantity, place))
    return base


def _folded(base: alt.Chart, quantities: Iterable[Quantity], place: Place) -> alt.Chart:
    labels: list[Any] = [quantity.label for quantity in quantities]
    return _computed(base, quantities, place).transform_fold(labels, as_=["name", "value"])


def slider_curves(spec: Curves, start: Mapping[str, float] | None = None) -> Figure:
    """Draw curves that move with the sliders; thin grey lines mark where they started.

    Parameters
    ----------
    spec
        What to draw.
    start
        Where sliders stand at first, if not at their defaults.
    """
    live, resting = places(spec, {spec.along: "datum.x"}, start)
    first, last = spec.span
    rows = alt.Chart(alt.sequence(0, CURVE_STEPS + 1, 1, as_="i")).transform_calculate(
        x=f"{first!r} + {(last - first) / CURVE_STEPS!r}*datum.i"
    )
    moving = _folded(rows, spec.quantities, live)
    x = alt.X(
        "x:Q",
        axis=axis(spec.x, format=spec.x_format, tickCount=6, grid=False),
        scale=alt.Scale(domain=[first, last], nice=False, zero=False),
    )
    y = alt.Y(
        "value:Q",
        axis=upright(spec.y, format=spec.y_format, tickCount=6),
        scale=alt.Scale(zero=spec.zero),
    )
    before = _folded(rows, spec.quantities, resting).mark_line(
        color=INK, strokeWidth=1, opacity=0.55
    )
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("x:Q", title=spec.x, format=spec.x_format),
        alt.Tooltip("value:Q", title=spec.y, format=_finer(spec.y_format)),
    ]
    layers = [
        before.encode(x=x, y=y, detail="name:N"),
        moving.mark_line(strokeWidth=2.5).encode(x=x, y=y, **look(spec.quantities)),
        moving.mark_point(size=80, opacity=0).encode(x=x, y=y, tooltip=tooltip),
        moving.transform_filter(f"datum.i === {CURVE_STEPS}")
        .mark_text(align="left", dx=4, fontSize=11)
        .encode(x=x, y=y, text=alt.Text("value:Q", format=_finer(spec.y_format))),
    ]
    if spec.diagonal:
        layers.insert(0, rows.mark_line(color=INK, strokeDash=[3, 3]).encode(x=x, y="x:Q"))
    chart = alt.layer(*layers).add_params(*sliders(spec, start))
    return finish(chart, describe_curves(spec, start), height=270)


def look(quantities: Iterable[Quantity]) -> dict[str, Any]:
    """Colour and dash by name; no key for a single curve."""
    names = [quantity.label for quantity in quantities]
    key = alt.Legend(title=None, columns=2, offset=26) if len(names) > 1 else None
    colours, dashes = (
        alt.Scale(domain=names, range=list(looks[: len(names)])) for looks in (COLOURS, DASHES)
    )
    return {
        "color": alt.Color("name:N", scale=colours, legend=key),
        "strokeDash": alt.StrokeDash("name:N", scale=dashes, legend=key),
    }


def slider_bars(spec: Bars, start: Mapping[str, float] | None = None) -> Figure:
    """Draw bars that move with the sliders; a tick marks where each started."""
    live, resting = places(spec, {}, start)
    row = alt.Chart(alt.sequence(0, 1, 1, as_="i"))
    names = [quantity.label for quantity in spec.quantities]
    rows = alt.Y("name:N", sort=names, axis=None, scale=alt.Scale(paddingInner=0.2))
    length = alt.X("value:Q", axis=axis(format=spec.fmt, tickCount=5))
    moving = _folded(row, spec.quantities, live).encode(y=rows)
    ticks = _folded(row, spec.quantities, resting).mark_tick(
        color=INK, thickness=2, size=16, yOffset=9
    )
    layers = [
        moving.mark_bar(height=10, yOffset=9, color=ACCENT, cornerRadius=2).encode(x=length),
        ticks.encode(x=length, y=rows),
        moving.transform_calculate(text=f"datum.name + '　' + format(datum.value, '{spec.fmt}')")
        .mark_text(align="left", dy=-6, fontSize=12)
        .encode(x=alt.value(0), text="text:N"),
    ]
    chart = alt.layer(*layers).add_params(*sliders(spec, start))
    return finish(chart, describe_bars(spec, start), height=40 * len(names))


def slider_plane(spec: Plane, start: Mapping[str, float] | None = None) -> Figure:
    """Draw a grid coloured by sign and size of a quantity, with + where it is positive."""
    across, up = spec.sides
    columns = across[3] + 1
    fields = {across[0]: "datum.x", up[0]: "datum.y"}
    live, _ = places(spec, fields, start)
    cells = alt.Chart(alt.sequence(0, columns * (up[3] + 1), 1, as_="i")).transform_calculate(
        x=f"{across[1]!r} + {(across[2] - across[1]) / across[3]!r}*(datum.i % {columns})",
        y=f"{up[1]!r} + {(up[2] - up[1]) / up[3]!r}*floor(datum.i / {columns})",
    )
    base = cells.transform_calculate(value=written(spec.quantity, live)).encode(
        x=alt.X("x:O", axis=_grid_axis(across[4], spec.fmt)),
        y=alt.Y("y:O", sort="descending", axis=_grid_axis(up[4], spec.fmt, upright=True)),
        tooltip=[
            alt.Tooltip("x:Q", title=across[4], format=spec.fmt),
            alt.Tooltip("y:Q", title=up[4], format=spec.fmt),
            alt.Tooltip("value:Q", title=spec.quantity.label, format=_finer(spec.fmt)),
        ],
    )
    scale = alt.Scale(domain=[-spec.reach, 0, spec.reach], range=list(_DIVERGING), clamp=True)
    key = alt.Legend(title=spec.quantity.label, format=spec.fmt, gradientLength=180, offset=26)
    layers = [
        base.mark_rect().encode(color=alt.Color("value:Q", scale=scale, legend=key)),
        base.mark_text(fontSize=11).encode(
            text=alt.condition("datum.value > 1e-9", alt.value("＋"), alt.value("")),
            color=alt.value("#222222"),
        ),
    ]
    chart = alt.layer(*layers).add_params(*sliders(spec, start))
    return finish(chart, describe_plane(spec, start), height=24 * (up[3] + 1))


def _grid_axis(title: str, fmt: str, *, upright: bool = False) -> alt.Axis:
    label = f"format(datum.value, '{fmt}')"
    stands = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end"} if upright else {}
    moved = {"titleX": -34, "titleY": -12} if upright else {}
    return axis(title, labelExpr=label, labelAngle=0, labelOverlap="greedy", **stands, **moved)


def _finer(fmt: str) -> str:
    """The same format with one digit more."""
    head, dot, tail = fmt.partition(".")
    return f"{head}.{int(tail[0]) + 1}{tail[1:]}" if dot else fmt


def _shown(value: float, fmt: str) -> str:
    return format(float(value), fmt.replace("d", ".0f"))


def slider_names(spec: Movable) -> str:
    """Chinese names of a figure's sliders."""
    names = parameter_table()["name_zh"]
    return "、".join(str(names[symbol]) for symbol in spec.sliders)


def describe_curves(spec: Curves, start: Mapping[str, float] | None = None) -> str:
    """Alt text: each curve's ends with the sliders at their start."""
    point = starting_values(spec, start) | dict(spec.fixed)
    ends = np.array(spec.span, dtype=float)
    fmt = _finer(spec.y_format)
    parts = []
    for quantity in spec.quantities:
        values = np.broadcast_to(quantity.of(point | {spec.along: ends}), ends.shape)
        first, last = (_shown(value, fmt) for value in values)
        parts.append(f"{quantity.label}由 {first} 变为 {last}")
    low, high = (_shown(value, spec.x_format) for value in spec.span)
    return (
        f"曲线图，可移动滑块（{slider_names(spec)}）。滑块在起点时，"
        f"{spec.x}由 {low} 到 {high}，{'；'.join(parts)}。"
    )


def describe_bars(spec: Bars, start: Mapping[str, float] | None = None) -> str:
    """Alt text: each bar with the sliders at their start."""
    point = starting_values(spec, start) | dict(spec.fixed)
    parts = [f"{q.label} {_shown(q.of(point), spec.fmt)}" for q in spec.quantities]
    return f"条形图，可移动滑块（{slider_names(spec)}）。滑块在起点时：{'，'.join(parts)}。"


def describe_plane(spec: Plane, start: Mapping[str, float] | None = None) -> str:
    """Alt text: how much of the grid is positive with the sliders at their start."""
    point = starting_values(spec, start) | dict(spec.fixed)
    across, up = (np.linspace(low, high, n + 1) for _, low, high, n, _ in spec.sides)
    grid = {spec.sides[0][0]: across[None, :], spec.sides[1][0]: up[:, None]}
    share = float((np.asarray(spec.quantity.of(point | grid)) > 1e-9).mean())
    return (
        f"方格图，可移动滑块（{slider_names(spec)}）。横轴{spec.sides[0][4]}，"
        f"纵轴{spec.sides[1][4]}；滑块在起点时，{spec.quantity.label}为正的格子占 {share:.0%}。"
    )
