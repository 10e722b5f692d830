"""Draw the figures declared in ``data/figures.toml``: curves, bars and a plane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import numpy as np

from synergy.figures.sliders import (
    Quantity,
    Side,
    SliderFigure,
    declared,
    finished,
    places,
    starting_values,
)
from synergy.figures.theme import (
    ACCENT,
    DIVERGING,
    INK,
    ON_LIGHT,
    Figure,
    apart,
    axis,
    finer,
    upright,
)
from synergy.policy.symbols import steps

CURVE_STEPS = 60


def slider_figure(name: str, start: Mapping[str, float] | None = None) -> Figure:
    """Draw a declared figure; what the sliders move is marked where it started.

    Parameters
    ----------
    name
        Of a figure in ``data/figures.toml``, also its id in the book.
    start
        Where sliders stand at first, if not at their defaults.

    Raises
    ------
    ValueError
        If no figure of this kind has this name.
    """
    spec = declared(name)
    draw = {"curves": _curves, "bars": _bars, "plane": _plane}.get(spec.kind)
    if draw is None:
        raise ValueError(f"{name} is a figure of the kind {spec.kind!r}, drawn elsewhere")
    return draw(spec, start)


def folded(base: alt.Chart, quantities: Iterable[Quantity], point: Mapping[str, Any]) -> alt.Chart:
    """Compute quantities in the page, one row each: `name` and `value`."""
    values = {of.name: of.at(point) for of in quantities}
    for name, text in steps(values).items():
        base = base.transform_calculate(as_=name, calculate=text)
    names: list[Any] = list(values)
    return base.transform_fold(names, as_=["name", "value"])


def followed(
    curves: alt.Chart, before: alt.Chart, quantities: Iterable[Quantity], **channels: Any
) -> list[alt.Chart]:
    """Curves over a thin grey mark of where they started, with points that answer the pointer."""
    tooltip, size = channels.pop("tooltip"), channels.pop("size")
    look = apart("name", [of.name for of in quantities], "color", "strokeDash", raised=True)
    grey = before.mark_line(color=INK, strokeWidth=1, opacity=0.55)
    return [
        grey.encode(detail="name:N", **channels),
        curves.mark_line(strokeWidth=2.5).encode(**channels, **look),
        curves.mark_point(size=size, opacity=0).encode(tooltip=tooltip, **channels),
    ]


def _curves(spec: SliderFigure, start: Mapping[str, float] | None) -> Figure:
    """Curves that move with the sliders; thin grey lines mark where they started."""
    (first, last), (live, rest) = spec.span, places(spec, {spec.along: "x"}, start)
    rows = alt.Chart(alt.sequence(0, CURVE_STEPS + 1, 1, as_="i")).transform_calculate(
        x=f"{first!r} + {(last - first) / CURVE_STEPS!r}*datum.i"
    )
    curves, before = (folded(rows, spec.quantities, point) for point in (live, rest))
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
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("x:Q", title=spec.x, format=spec.x_format),
        alt.Tooltip("value:Q", title=spec.y, format=finer(spec.y_format)),
    ]
    layers = followed(curves, before, spec.quantities, x=x, y=y, tooltip=tooltip, size=80)
    layers.append(
        curves.transform_filter(f"datum.i === {CURVE_STEPS}")
        .mark_text(align="left", dx=4, fontSize=11)
        .encode(x=x, y=y, text=alt.Text("value:Q", format=finer(spec.y_format)))
    )
    if spec.diagonal:
        layers.insert(0, rows.mark_line(color=INK, strokeDash=[3, 3]).encode(x=x, y="x:Q"))
    point = starting_values(spec.sliders, start) | {spec.along: np.array(spec.span, dtype=float)}
    drawn = {of.name: np.broadcast_to(of.at(point), 2) for of in spec.quantities}
    low, high = (shown(value, spec.x_format) for value in spec.span)
    ends = changes(drawn, finer(spec.y_format))
    return finished(spec, layers, start, height=270, x=spec.x, low=low, high=high, ends=ends)


def _bars(spec: SliderFigure, start: Mapping[str, float] | None) -> Figure:
    """Bars that move with the sliders; a tick marks where each started."""
    row = alt.Chart(alt.sequence(0, 1, 1, as_="i"))
    names = [of.name for of in spec.quantities]
    rows = alt.Y("name:N", sort=names, axis=None, scale=alt.Scale(paddingInner=0.2))
    length = alt.X("value:Q", axis=axis(format=spec.y_format, tickCount=5))
    live, rest = places(spec, {}, start)
    bars = folded(row, spec.quantities, live).encode(y=rows)
    ticks = folded(row, spec.quantities, rest).mark_tick(color=INK, thickness=2, size=16, yOffset=9)
    label = f"datum.name + '　' + format(datum.value, '{spec.y_format}')"
    layers = [
        bars.mark_bar(height=10, yOffset=9, color=ACCENT, cornerRadius=2).encode(x=length),
        ticks.encode(x=length, y=rows),
        bars.transform_calculate(text=label)
        .mark_text(align="left", dy=-6, fontSize=12)
        .encode(x=alt.value(0), text="text:N"),
    ]
    told = [(of.name, shown(of.at(rest), spec.y_format)) for of in spec.quantities]
    return finished(spec, layers, start, height=40 * len(names), values=told)


def _plane(spec: SliderFigure, start: Mapping[str, float] | None) -> Figure:
    """A grid coloured by sign and size of a quantity, with + where it is positive."""
    (of,), (across, up) = spec.quantities, spec.sides
    columns = across.steps + 1
    cells = alt.Chart(alt.sequence(0, columns * (up.steps + 1), 1, as_="i")).transform_calculate(
        x=f"{_place(across)}*(datum.i % {columns})",
        y=f"{_place(up)}*floor(datum.i / {columns})",
    )
    live, _ = places(spec, {across.along: "x", up.along: "y"}, start)
    base = cells.transform_calculate(value=of.written(live)).encode(
        x=alt.X("x:O", axis=_grid_axis(across.title, spec.y_format)),
        y=alt.Y("y:O", sort="descending", axis=_grid_axis(up.title, spec.y_format, stands=True)),
        tooltip=[
            alt.Tooltip("x:Q", title=across.title, format=spec.y_format),
            alt.Tooltip("y:Q", title=up.title, format=spec.y_format),
            alt.Tooltip("value:Q", title=of.name, format=finer(spec.y_format)),
        ],
    )
    scale = alt.Scale(domain=[-spec.reach, 0, spec.reach], range=list(DIVERGING), clamp=True)
    key = alt.Legend(title=of.name, format=spec.y_format, gradientLength=180, offset=26)
    layers = [
        base.mark_rect().encode(color=alt.Color("value:Q", scale=scale, legend=key)),
        base.mark_text(fontSize=11).encode(
            text=alt.condition("datum.value > 1e-9", alt.value("＋"), alt.value("")),
            color=alt.value(ON_LIGHT),
        ),
    ]
    at_x, at_y = (np.linspace(*side.span, side.steps + 1) for side in spec.sides)
    grid = {across.along: at_x[None, :], up.along: at_y[:, None]}
    positive = np.mean(of.at(starting_values(spec.sliders, start) | grid) > 1e-9)
    facts = {"x": across.title, "y": up.title, "name": of.name, "share": f"{positive:.0%}"}
    return finished(spec, layers, start, height=24 * (up.steps + 1), **facts)


def _place(side: Side) -> str:
    """Where the first cell stands and how far apart the cells are."""
    low, high = side.span
    return f"{low!r} + {(high - low) / side.steps!r}"


def _grid_axis(title: str, fmt: str, *, stands: bool = False) -> alt.Axis:
    label = f"format(datum.value, '{fmt}')"
    draw = upright if stands else axis
    return draw(title, labelExpr=label, labelAngle=0, labelOverlap="greedy")


def changes(paths: Mapping[str, Any], fmt: str) -> list[tuple[str, str, str]]:
    """From what to what each path goes."""
    return [(name, shown(path[0], fmt), shown(path[-1], fmt)) for name, path in paths.items()]


def shown(value: float, fmt: str) -> str:
    """A number in a d3 format, as Python writes it."""
    return format(float(value), fmt.replace("d", ".0f"))
