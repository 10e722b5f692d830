"""The shapes of the report's figures: rows, lines and grids; planes are in `planes`.

Every shape takes a table, the names of the columns it draws, and what all shapes share, see
`Sheet`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, Literal

import altair as alt
import pandas as pd

from synergy.figures import ends, theme
from synergy.figures.sheet import Sheet
from synergy.figures.theme import ACCENT, MUTE, PAGE, REFERENCE, Figure, axis, upright


def rows(
    data: pd.DataFrame | alt.Chart,
    *,
    x: str | Sequence[str] = (),
    span: Sequence[str] = (),
    mark: Literal["point", "bar"] = "point",
    text: str = "",
    edge: bool = False,
    names: Literal["above", "right", "side"] = "above",
    dodge: bool = False,
    step: int = 34,
    **shared: Any,
) -> Figure:
    """Draw a line per ``name``: bars, points, spans, or points on spans.

    Parameters
    ----------
    data : DataFrame or Chart
        Column (or index) ``name`` and those named below.
    x : str or sequence of str
        Value of a line; several columns are drawn as points of different look.
    span : pair of str
        Columns between which a line has a rule, or a bar if that is the `mark`.
    mark : {"point", "bar"}
        How `x` is drawn. Bars carry their numbers where the axis has no `label`.
    text : str
        Column to print at the value.
    edge : bool
        Print it at the right edge, where nothing crosses it.
    names : {"above", "right", "side"}
        Above each line (or there flush right), which stays legible on a phone; or at the side.
    dodge : bool
        Draw the sets of `by` one below the other.
    step : int
        Pixels of a line, or of a set.
    **shared
        See `Sheet`.
    """
    if isinstance(data, pd.DataFrame) and "name" not in data:
        data = data.rename_axis("name").reset_index()
    sheet, points = Sheet(data=data, **shared), [x] if isinstance(x, str) else list(x)
    columns = ["name", sheet.by, *points, *span]
    if len(points) > 1:
        sheet = replace(sheet, by="set", look=points)
    row = _Row(sheet, points, span, mark == "bar", names, dodge, step)
    layers = [*row.references(), *row.spans(), *row.values(), *row.printed(text, edge)]
    height = step * (len(sheet.sets) + 1 if dodge else 1) * sheet.count("name")
    return sheet.finished(columns, layers, row.titles(), height=height, **row.line())


@dataclass(frozen=True)
class _Row:
    """Layers of `rows`."""

    sheet: Sheet
    points: Sequence[str]
    span: Sequence[str]
    bars: bool
    names: str
    dodge: bool
    step: int

    @property
    def drop(self) -> int:
        """How far marks stand below the middle of their line."""
        return 0 if self.dodge or self.names == "side" else 8

    @property
    def bar(self) -> dict[str, Any]:
        """Look of a bar."""
        thick = max(10, self.step // 2 - 6)
        edge = {} if self.span else {"cornerRadius": 2}
        return {"height": thick, "yOffset": self.drop, "color": ACCENT, **edge}

    def line(self) -> dict[str, Any]:
        """Vertical place of all layers."""
        side = axis() if self.names == "side" else None
        named = {"y": alt.Y("name:N", sort=None, axis=side)}
        if not self.dodge:
            return named
        bands = alt.Scale(domain=["", *self.sheet.sets])
        return {**named, "yOffset": alt.YOffset(f"{self.sheet.by}:N", scale=bands)}

    def place(self, column: str) -> alt.X:
        """Horizontal place; with room for numbers beside the bars where there is no axis."""
        sheet = self.sheet
        if sheet.label is None:
            room = alt.Scale(domain=[0, 1.18 * float(sheet.table[column].max())])
            return alt.X(f"{column}:Q", axis=None, scale=room)
        return self.again(column, axis=axis(sheet.label or None, **sheet.ruled()))

    def again(self, column: str, **ruled: Any) -> alt.X:
        """The same place in a further layer."""
        if self.sheet.scale:
            ruled["scale"] = alt.Scale(**self.sheet.scale)
        return alt.X(f"{column}:Q", **ruled)

    def told(self) -> dict[str, Any]:
        """Tooltip and highlight of a line."""
        numbers = ["value"] if len(self.points) > 1 else [*self.points, *self.span]
        words = ["name", self.sheet.by.replace("region", "")]
        tooltip = self.sheet.told(*words, *(f"{number}:Q" for number in numbers))
        return {"tooltip": tooltip, **self.sheet.faded()}

    def references(self) -> list[alt.Chart]:
        """Upright lines to compare with; the label of the least stands on its left."""
        layers = []
        for place, (label, value) in enumerate(sorted(self.sheet.at.items(), key=itemgetter(1))):
            row, at = theme.one_row(at=round(value, 4)), self.again("at")
            if self.dodge:
                row = row.encode(yOffset=alt.value(0))
            layers.append(theme.plumb(row, at))
            if label:
                side: dict[str, Any] = {"align": "left", "dx": 2} if place else {"align": "right"}
                words = row.mark_text(dy=-6, text=label, **side)
                layers.append(words.encode(x=at, y=alt.value(0)))
        return layers

    def spans(self) -> list[alt.Chart]:
        """Rules or bars between two columns; grey below several points."""
        if not self.span:
            return []
        ends = alt.Chart().encode(x=self.place(self.span[0]), x2=f"{self.span[1]}:Q")
        if len(self.points) > 1:
            return [ends.mark_rule(strokeWidth=3, yOffset=self.drop, color=theme.FAINT)]
        ends = ends.encode(**self.sheet.apart("color"))
        if not self.bars:
            strength = 1 if self.names == "side" else 0.5
            rules = ends.mark_rule(strokeWidth=3, yOffset=self.drop, color=ACCENT, opacity=strength)
            return [rules.encode(**self.sheet.faded())]
        if self.points:
            return [ends.mark_bar(**self.bar, opacity=0.45).encode(**self.told())]
        return [ends.mark_bar(**self.bar).encode(**self.told())]

    def values(self) -> list[alt.Chart]:
        """Points, or bars from zero."""
        if not self.points:
            return []
        layer, column = alt.Chart(), self.points[0]
        if len(self.points) > 1:
            folded: list[Any] = list(self.points)
            layer, column = layer.transform_fold(folded, as_=["set", "value"]), "value"
        place = self.again(column) if self.span else self.place(column)
        layer = layer.encode(x=place, **self.told())
        if self.bars and not self.span:
            return [layer.mark_bar(**self.bar).encode(**self.sheet.apart("color"))]
        dots = layer.mark_point(filled=True, size=60, opacity=1, yOffset=self.drop, color=ACCENT)
        return [dots.encode(**self.sheet.apart("color", "shape"))]

    def printed(self, text: str, edge: bool) -> list[alt.Chart]:
        """A column, or the number itself, beside the value or at the edge."""
        if not text and not (self.bars and self.sheet.label is None):
            return []
        number = alt.Text(f"{self.points[0]}:Q", format=self.sheet.fmt)
        words = alt.Chart().mark_text(align="left", dx=8 if text else 5, dy=self.drop)
        place = alt.value("width") if edge else self.again(self.points[0])
        words = words.encode(x=place, text=f"{text}:N" if text else number)
        return [words.encode(**self.sheet.faded(pale=theme.PALE_NAME))]

    def titles(self) -> list[alt.Chart]:
        """The name of each line, once."""
        look: dict[str, Any] = {"dy": 11 - self.step / 2}
        layer = alt.Chart()
        if self.names == "side":
            return []
        if self.dodge:
            first = theme.one_of([*self.sheet.sets][:1], self.sheet.by)
            layer = layer.transform_filter(first)
            layer = layer.transform_calculate(as_=self.sheet.by, calculate="''")
            look = {}
        elif not self.sheet.table.get("name", pd.Series()).is_unique:
            layer = layer.transform_aggregate(groupby=["name"])
        left = self.names == "above"
        words = layer.mark_text(align="left" if left else "right", **look)
        return [words.encode(x=alt.value(0 if left else "width"), text="name:N")]


def lines(
    data: pd.DataFrame | alt.Chart,
    *,
    y: str,
    x: str = "year",
    x_label: str = "",
    line: str = "",
    more: Sequence[alt.Chart] = (),
    highest: str = "0",
    side: alt.Axis | None = None,
    **shared: Any,
) -> Figure:
    """Draw a line with points per value of `by`.

    Parameters
    ----------
    data : DataFrame or Chart
        Long: a row per line and place.
    y, x : str
        Columns; `x` are years, or categories in the order of the table with title `x_label`.
    line : str
        Column that names the lines, where `by` does not: a line whose name is not the value of
        `by` is dashed.
    more : sequence of Chart
        Rows that the page computes, drawn like the others.
    highest : str
        Vega expression of how high these rows reach.
    side : Axis, optional
        Vertical axis, where it is not that of one quantity.
    **shared
        See `Sheet`; `at` are level lines.
    """
    sheet = Sheet(data=data, **shared)
    across = alt.X(f"{x}:O", sort=None, axis=axis(x_label, labelAngle=0))
    side = side or (upright(sheet.label, **sheet.ruled()) if sheet.label else axis())
    channels = ("color", "shape") if sheet.by == "region" else ("color", "strokeDash")
    numbered = x == "year"
    direct = numbered and ends.fit(sheet.sets)
    look = sheet.apart(*channels, raised=bool(sheet.label), key=not direct)
    if line:
        solid, dashed = (alt.value(list(dash)) for dash in theme.DASHES[:2])
        own = alt.condition(f"datum.{line} === datum.{sheet.by}", solid, dashed)
        look |= {"detail": f"{line}:N", "strokeDash": own}
    clip: dict[str, Any] = {"clip": True} if "domain" in sheet.scale else {}
    paths = (
        alt.Chart()
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=45), **clip)
        .encode(
            y=alt.Y(f"{y}:Q", scale=alt.Scale(**sheet.scale), axis=side),
            tooltip=sheet.told(line or sheet.by, x, f"{y}:Q", **{x: x_label}),
            **look,
            **sheet.faded(line or sheet.by),
        )
    )
    height = alt.Y("at:Q", scale=alt.Scale(**sheet.scale))
    level = [theme.one_row(at=value).encode(y=height) for value in sheet.at.values()]
    whole = {"x": alt.value(0), "x2": alt.value("width")}
    rules = [one.mark_rule(color=MUTE, strokeDash=REFERENCE).encode(**whole) for one in level]
    years = alt.X("year:O", axis=theme.years())
    columns = [line, sheet.by, x, y]
    drawn = [paths, *(_upon(rows, paths) for rows in more)]
    if direct:
        drawn.append(_named(sheet, y, line or sheet.by, highest))
        drawn += [_own_name(rows, sheet, y, line) for rows in more]
    return sheet.finished(columns, rules, drawn, height=_HIGH, x=years if numbered else across)


#: Height of a chart of lines that says no other.
_HIGH = 260


def _named(sheet: Sheet, y: str, name: str, highest: str) -> alt.Chart:
    """Name of each line at its end, in its colour."""
    base = "0" if sheet.scale.get("zero", True) else "datum.foot"
    whole = f"1.1 * (max(datum.top, {highest}) - min(datum.foot, {base}))"
    if "domain" in sheet.scale:
        low, high = sheet.scale["domain"]
        whole = f"{high - low:g}"
    valid = alt.Chart().transform_filter(f"isValid(datum.{y})")
    known = valid.transform_joinaggregate(top=f"max({y})", foot=f"min({y})")
    order: list[Any] = [alt.SortField("year", "descending")]
    last = known.transform_window(back="row_number()", sort=order, groupby=[name])
    high = sheet.height or _HIGH
    put = ends.pushed(last.transform_filter("datum.back === 1"), y, ends.gap(high, whole))
    words = put.mark_text(align="left", dx=9)
    return _in_colour(words, sheet, "put", name)


def _own_name(rows: alt.Chart, sheet: Sheet, y: str, name: str) -> alt.Chart:
    """Name of a line that the page computes, above its last point."""
    order: list[Any] = [alt.SortField("year", "descending")]
    last = alt.Chart().transform_window(back="row_number()", sort=order)
    words = last.transform_filter("datum.back === 1").mark_text(align="right", dx=2, dy=-12)
    named = _in_colour(words, sheet, y, name)
    named.data, named.transform = rows.data, [*rows.transform, *named.transform]
    return named


def _in_colour(words: alt.Chart, sheet: Sheet, y: str, name: str) -> alt.Chart:
    named: alt.Chart = words.encode(
        y=alt.Y(f"{y}:Q", scale=alt.Scale(**sheet.scale)),
        text=f"{name}:N",
        **sheet.apart("color", key=False),
    )
    return named


def _upon(rows: alt.Chart, layer: alt.Chart) -> alt.Chart:
    """A layer once more, over other rows."""
    again: alt.Chart = layer.copy(deep=False)
    again.data, again.transform = rows.data, rows.transform
    return again


def grid(
    data: pd.DataFrame | alt.Chart,
    *,
    x: str,
    y: str = "name",
    fill: str,
    text: str = "",
    dark: str = "",
    axes: tuple[alt.Axis | None, alt.Axis | None] | None = None,
    across: Sequence[str] | None = None,
    step: float = 26,
    size: int = 12,
    **shared: Any,
) -> Figure:
    """Draw cells filled by class, if `look` gives colours, or by level.

    Parameters
    ----------
    data : DataFrame or Chart
        A row per cell.
    x, y, fill : str
        Columns.
    text : str
        Column printed in the cells.
    dark : str
        Vega expression of the levels that need white text; classes know by their colour.
    axes : pair of Axis or None, optional
        Horizontal and vertical; places without an axis are sorted, others stand as given.
    across : sequence of str, optional
        Order of `x`, where gaps in the first lines of cells would change it.
    step, size : float
        Pixels of a line of cells and of its text.
    **shared
        See `Sheet`; without a `label` there is no key.
    """
    sheet = Sheet(data=data, **shared)
    classes = dict(sheet.look) if isinstance(sheet.look, Mapping) else {}
    outlined = "transparent" in classes.values()
    edge: dict[str, Any] = {"stroke": MUTE if outlined else PAGE, "strokeWidth": 1}
    cells = (
        alt.Chart()
        .mark_rect(cornerRadius=3 if classes or text else 0, **edge)
        .encode(
            color=_filling(sheet, fill, classes),
            tooltip=sheet.told(x, y, fill if classes else f"{fill}:Q"),
        )
    )
    words = []
    if text:
        number = alt.Text(f"{text}:Q", format=sheet.fmt)
        white, black = alt.value(theme.ON_DARK), alt.value(theme.ON_LIGHT)
        ink = theme.text_on(classes, fill) if classes else alt.condition(dark, white, black)
        look = {"text": number if text == fill else f"{text}:N", "color": ink}
        words = [alt.Chart().mark_text(fontSize=size).encode(**look)]
    flat, up = axes or (axis(labelAngle=0), axis())
    places = {"x": _place(alt.X, x, flat, across), "y": _place(alt.Y, y, up)}
    height = step * sheet.count(y)
    return sheet.finished([x, y, fill, text], [cells, *words], height=height, **places)


def _place(
    channel: Any, column: str, ruled: alt.Axis | None, order: Sequence[str] | None = None
) -> Any:
    return channel(f"{column}:O", axis=ruled, **({"sort": order} if ruled else {}))


def _filling(sheet: Sheet, fill: str, classes: Mapping[str, str]) -> alt.Color:
    if classes:
        scale = alt.Scale(domain=list(classes), range=list(classes.values()))
        legend = None if sheet.label is None else theme.keyed(list(classes))
        return alt.Color(f"{fill}:N", scale=scale, legend=legend)
    key = alt.Legend(title=sheet.label, gradientLength=180, format=sheet.fmt)
    legend = None if sheet.label is None else key
    scale = alt.Scale(range=list(theme.RAMP), interpolate="lab", **sheet.scale)
    return alt.Color(f"{fill}:Q", scale=scale, legend=legend)
