"""Draw the figures declared in ``data/figures.toml``: curves, bars and a plane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import altair as alt
import numpy as np

from synergy.figures.drawn import Drawn, once
from synergy.figures.sliders import (
    BEFORE,
    NOW,
    Quantity,
    Side,
    SliderFigure,
    declared,
    finished,
    places,
    started,
)
from synergy.figures.theme import (
    ACCENT,
    DIVERGING,
    INK,
    ON_DARK,
    ON_LIGHT,
    Figure,
    apart,
    axis,
    finer,
    upright,
)
from synergy.policy.symbols import steps

CURVE_STEPS = 60

#: Least distance between the numbers at the ends of curves, as a part of the height drawn.
_APART = 0.05


def slider_figure(name: str, start: Mapping[str, float] | None = None) -> Drawn:
    """Draw a declared figure; the setting that the reader holds, first the start, stays marked.

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
    if spec.kind not in _KINDS:
        raise ValueError(f"{name} is a figure of the kind {spec.kind!r}, drawn elsewhere")
    return started(spec, once(_drawn, name), start, _KINDS[spec.kind][1])


def _drawn(name: str) -> Figure:
    spec = declared(name)
    return _KINDS[spec.kind][0](spec)


def folded(base: alt.Chart, quantities: Iterable[Quantity], point: Mapping[str, Any]) -> alt.Chart:
    """Compute quantities in the page, one row each: `name` and `value`."""
    values = {of.name: of.at(point) for of in quantities}
    for name, text in steps(values).items():
        base = base.transform_calculate(as_=name, calculate=text)
    names: list[Any] = list(values)
    return base.transform_fold(names, as_=["name", "value"])


def on(rows: alt.Chart, *layers: alt.Chart) -> alt.LayerChart:
    """Layers without data of their own, over rows that the page computes once for all of them."""
    group: Any = alt.layer(*layers, data=rows.data)
    group.transform = rows.transform
    joined: alt.LayerChart = group
    return joined


def read_out(name: str, end: str = "") -> alt.Chart:
    """A layer that no one sees, of the rows that the page's script reads out: those at `end`."""
    points: alt.Chart = alt.Chart().mark_point(size=1, opacity=0).properties(name=name)
    return points.transform_filter(end) if end else points


def followed(
    curves: alt.Chart,
    before: alt.Chart,
    quantities: Iterable[Quantity],
    end: str,
    *over: alt.Chart,
    size: float,
    tooltip: list[alt.Tooltip],
    **channels: Any,
) -> list[alt.LayerChart]:
    """Curves over thin pale ones as held, with points that answer the pointer.

    Parameters
    ----------
    end
        Vega expression: the rows that are read out, the last ones.
    over
        Further layers of the curves.
    size
        Of the points, in square pixels.
    channels
        Encodings of both.
    """
    plain = alt.Chart()
    look = apart("name", [of.name for of in quantities], "color", "strokeDash", raised=True)
    pale = plain.mark_line(strokeWidth=1.2, opacity=0.7).encode(color=look["color"])
    line = plain.mark_line(strokeWidth=2.5).encode(**look)
    points = plain.mark_point(size=size, opacity=0).encode(tooltip=tooltip)
    held = on(before, pale, read_out(BEFORE, end))
    live = on(curves, line, read_out(NOW, end), points, *over)
    return [group.encode(**channels) for group in (held, live)]


def _curves(spec: SliderFigure) -> Figure:
    """Curves that move with the sliders; thin pale ones stay where the reader holds them."""
    (first, last), (live, held) = spec.span, places(spec, {spec.along: "x"})
    rows = alt.Chart(alt.sequence(0, CURVE_STEPS + 1, 1, as_="i")).transform_calculate(
        x=f"{first!r} + {(last - first) / CURVE_STEPS!r}*datum.i"
    )
    curves, before = (folded(rows, spec.quantities, point) for point in (live, held))
    end = f"datum.i === {CURVE_STEPS}"
    x = alt.X(
        "x:Q",
        axis=axis(spec.x, format=spec.x_format, tickCount=6, grid=False),
        scale=alt.Scale(domain=[first, last], nice=False, zero=False),
    )
    side = upright(spec.y, format=spec.y_format, tickCount=6)
    y, put = (alt.Y(f, axis=side, scale=alt.Scale(zero=spec.zero)) for f in ("value:Q", "put:Q"))
    tooltip = [
        alt.Tooltip("name:N", title="量"),
        alt.Tooltip("x:Q", title=spec.x, format=spec.x_format),
        alt.Tooltip("value:Q", title=spec.y, format=finer(spec.y_format)),
    ]
    label = _at_the_ends(end).mark_text(align="left", dx=4, fontSize=11)
    number = label.encode(y=put, text=alt.Text("value:Q", format=finer(spec.y_format)))
    shared: dict[str, Any] = {"x": x, "y": y, "tooltip": tooltip, "size": 80.0}
    layers = followed(curves, before, spec.quantities, end, number, **shared)
    if spec.diagonal:
        same = alt.Chart().mark_line(color=INK, strokeDash=[3, 3]).encode(x=x, y="x:Q")
        layers.insert(0, on(rows, same))
    at = f"{spec.y}，{spec.x}：{shown(last, spec.x_format)}"
    return finished(spec, layers, height=270, at=at, fmt=finer(spec.y_format))


def _curves_told(spec: SliderFigure, first: Mapping[str, Any]) -> dict[str, Any]:
    """From where to where curves go."""
    point = {**first, spec.along: np.array(spec.span, dtype=float)}
    drawn = {of.name: np.broadcast_to(of.at(point), 2) for of in spec.quantities}
    low, high = (shown(value, spec.x_format) for value in spec.span)
    ends = changes(drawn, finer(spec.y_format))
    return {"x": spec.x, "low": low, "high": high, "ends": ends}


def _at_the_ends(end: str) -> alt.Chart:
    """The last row of each curve, lifted to `put` where its number would touch the one below."""
    whole = alt.Chart().transform_joinaggregate(top="max(value)", foot="min(value)")
    last = whole.transform_filter(end).transform_window(
        below="lag(value)", sort=[alt.SortField("value")]
    )
    clear = f"datum.below + {_APART} * (datum.top - min(datum.foot, 0))"
    return last.transform_calculate(
        put=f"isValid(datum.below) ? max(datum.value, {clear}) : datum.value"
    )


def _unseen(name: str) -> alt.Chart:
    return read_out(name).encode(x=alt.value(0), y=alt.value(0), detail=["value:Q", "name:N"])


def _bars(spec: SliderFigure) -> Figure:
    """Bars that move with the sliders; a tick stays where the reader holds each."""
    row = alt.Chart(alt.sequence(0, 1, 1, as_="i"))
    names = [of.name for of in spec.quantities]
    rows = alt.Y("name:N", sort=names, axis=None, scale=alt.Scale(paddingInner=0.2))
    length = alt.X("value:Q", axis=axis(format=spec.y_format, tickCount=5))
    label = f"datum.name + '　' + format(datum.value, '{spec.y_format}')"
    plain = alt.Chart().encode(y=rows)
    bar = plain.mark_bar(height=10, yOffset=9, color=ACCENT, cornerRadius=2)
    tick = plain.mark_tick(color=INK, thickness=2, size=16, yOffset=9)
    words = plain.transform_calculate(text=label).mark_text(align="left", dy=-6, fontSize=12)
    now, before = (folded(row, spec.quantities, point) for point in places(spec, {}))
    layers = [
        on(now, bar.encode(x=length), words.encode(x=alt.value(0), text="text:N"), _unseen(NOW)),
        on(before, tick.encode(x=length), _unseen(BEFORE)),
    ]
    return finished(spec, layers, height=40 * len(names), at="", fmt=finer(spec.y_format))


def _bars_told(spec: SliderFigure, first: Mapping[str, Any]) -> dict[str, Any]:
    """The length of each bar."""
    values = [(of.name, shown(of.at(first), spec.y_format)) for of in spec.quantities]
    return {"values": values}


def _plane(spec: SliderFigure) -> Figure:
    """A grid coloured by sign and size of a quantity, with + where it is positive.

    Frames stand where the sign is another one than the reader holds.
    """
    (of,), (across, up) = spec.quantities, spec.sides
    columns = across.steps + 1
    cells = alt.Chart(alt.sequence(0, columns * (up.steps + 1), 1, as_="i")).transform_calculate(
        x=f"{_place(across)}*(datum.i % {columns})",
        y=f"{_place(up)}*floor(datum.i / {columns})",
    )
    live, held = places(spec, {across.along: "x", up.along: "y"})
    cells = cells.transform_calculate(value=of.written(live), before=of.written(held))
    base = alt.Chart().encode(
        x=alt.X("x:O", axis=_grid_axis(across.title, spec.y_format)),
        y=alt.Y("y:O", sort="descending", axis=_grid_axis(up.title, spec.y_format, stands=True)),
        tooltip=[
            alt.Tooltip("x:Q", title=across.title, format=spec.y_format),
            alt.Tooltip("y:Q", title=up.title, format=spec.y_format),
            alt.Tooltip("value:Q", title=of.name, format=finer(spec.y_format)),
        ],
    )
    scale = alt.Scale(domain=[-spec.reach, 0, spec.reach], range=list(DIVERGING), clamp=True)
    key = alt.Legend(title=of.name, format=spec.y_format, gradientLength=180, offset=34)
    turned = base.transform_filter(f"({_UP.format('value')}) !== ({_UP.format('before')})")
    plus = alt.condition(_UP.format("value"), alt.value("＋"), alt.value(""))
    dark = f"datum.value > {0.6 * spec.reach}"
    ink = alt.condition(dark, alt.value(ON_DARK), alt.value(ON_LIGHT))
    layers = [
        on(
            cells,
            base.mark_rect().encode(color=alt.Color("value:Q", scale=scale, legend=key)),
            base.mark_text(fontSize=11).encode(text=plus, color=ink),
            turned.mark_rect(fillOpacity=0, stroke=ON_LIGHT, strokeWidth=1),
            _positive("value", of.name, NOW),
            _positive("before", of.name, BEFORE),
        )
    ]
    height = 24 * (up.steps + 1)
    return finished(spec, layers, height=height, at="为正的格子所占的比例", fmt=".1%")


def _plane_told(spec: SliderFigure, first: Mapping[str, Any]) -> dict[str, Any]:
    """How much of the plane is positive."""
    (of,), (across, up) = spec.quantities, spec.sides
    at_x, at_y = (np.linspace(*side.span, side.steps + 1) for side in spec.sides)
    grid = {across.along: at_x[None, :], up.along: at_y[:, None]}
    positive = np.mean(of.at({**first, **grid}) > 1e-9)
    return {"x": across.title, "y": up.title, "name": of.name, "share": f"{positive:.0%}"}


#: By kind: what draws a figure, and what its text alternative tells of a start.
_KINDS: Mapping[str, tuple[Callable[..., Figure], Callable[..., dict[str, Any]]]] = {
    "curves": (_curves, _curves_told),
    "bars": (_bars, _bars_told),
    "plane": (_plane, _plane_told),
}

#: When a field of a plane's cells is positive.
_UP = "datum.{} > 1e-9"


def _positive(field: str, quantity: str, name: str) -> alt.Chart:
    """Share of a plane's cells where a field is positive, as a row to be read out."""
    counted = _unseen(name).transform_calculate(up=f"{_UP.format(field)} ? 1 : 0")
    return counted.transform_aggregate(value="mean(up)").transform_calculate(name=f"'{quantity}'")


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
