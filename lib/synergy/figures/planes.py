"""The plane: points by two numbers, with the lines they are read against.

There is one way to keep a square: the horizontal domain follows the figure's width, so that a
unit has the same length both ways on a page of any width. There is one unit circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.figures import theme
from synergy.figures.sheet import Sheet
from synergy.figures.theme import FAINT, MUTE, Figure, axis, upright

_DOT: Mapping[str, Any] = MappingProxyType({"filled": True, "size": 70, "opacity": 0.9})


def plane(
    data: pd.DataFrame | alt.Chart,
    *,
    x: str,
    y: str,
    labels: tuple[str, str] | None = None,
    reach: tuple[float, float] | None = None,
    square: float | None = None,
    centre: float = 0,
    cut: bool = False,
    circle: bool = False,
    size: str = "",
    mark: Mapping[str, Any] = _DOT,
    under: Sequence[alt.Chart] = (),
    named: str = "",
    headed: bool = False,
    **shared: Any,
) -> Figure:
    """Draw a point per row.

    Parameters
    ----------
    data : DataFrame or Chart
        Columns `x`, `y` and those named below.
    labels : pair of str, optional
        Titles of the axes; without them there are no axes.
    reach : pair of float, optional
        Ends of axes that start at 0.
    square : float, optional
        Half the height in units that are the same both ways, around `centre` on the horizontal
        axis. Points beyond stand at the edge, unless they are `cut`.
    circle : bool
        Draw the unit circle, and the axes through the origin.
    size : str
        Column with the area of a point, in square pixels.
    mark : mapping
        Look of the points.
    under : sequence of Chart
        Layers below the points; they are placed by their fields `x` and `y`.
    named : str
        Column with names; those of points that stand apart are printed beside them.
    headed : bool
        Whether something stands directly above the plane: the title of the axis rises.
    **shared
        See `Sheet`.
    """
    sheet = Sheet(data=data, **shared)
    across, up = _scales(reach, square, centre, cut)
    sides: dict[str, Any] = {
        "x": alt.X(f"{x}:Q", scale=across, axis=labels and _ruled(axis, labels[0])),
        "y": alt.Y(f"{y}:Q", scale=up, axis=labels and _ruled(upright, labels[1], headed)),
    }
    sized = {"size": alt.Size(f"{size}:Q", scale=None)} if size else {}
    look = {**mark, "clip": True} if cut else mark
    room = 0.0 if labels is None else 1.5 if headed else 1.0
    points = (
        alt.Chart()
        .mark_point(**look)
        .encode(
            tooltip=sheet.told(sheet.by, f"{x}:Q", f"{y}:Q"),
            **sheet.apart(
                "color",
                "" if size else "shape",
                raised=room,
            ),
            **sized,
        )
    )
    layers = [*(_circle(x, y) if circle else []), *under, points]
    if named:
        layers += _names(sheet.table.set_index(named)[[x, y]], named, sheet)
    return sheet.finished([sheet.by, x, y, size], layers, height=300, **sides)


#: Least width and height of a plane in pixels: on a phone; and of a name, its distance included.
_PLANE, _NAME = np.array([270, 300]), np.array([44, 14])


def apart(places: pd.DataFrame, most: int = 8) -> dict[str, str]:
    """Side of the names of points that have room for one, the most remote first.

    Parameters
    ----------
    places : DataFrame
        Index the names; two columns of numbers.
    most : int
        Names at most.

    Returns
    -------
    dict of str to str
        ``left`` for a name right of its point, where the text starts; ``right`` near the edge.
    """
    at = (places - places.min()) / (places.max() - places.min()) * _PLANE
    taken, chosen = at.to_numpy(), dict[str, str]()
    remote = np.linalg.norm(at - at.median(), axis=1)
    for name in at.index[np.argsort(-remote)][: 2 * most]:
        point = at.loc[name].to_numpy()
        side = "right" if point[0] > _PLANE[0] - _NAME[0] else "left"
        aside = np.array([_NAME[0] / 2 + 4, 0])
        middle = point + aside if side == "left" else point - aside
        near = np.abs(taken - middle) < _NAME * np.array([0.5, 1.0]) + 1
        if not near.all(axis=1).any() and len(chosen) < most:
            chosen[str(name)] = side
            taken = np.vstack([taken, middle + np.array([[-14, 0], [0, 0], [14, 0]])])
    return chosen


def _names(places: pd.DataFrame, named: str, sheet: Sheet) -> list[alt.Chart]:
    sides, layers = apart(places), []
    for side in dict.fromkeys(sides.values()):
        own = [name for name, other in sides.items() if other == side]
        words: Any = alt.Chart().transform_filter(theme.one_of(own, named)).mark_text
        drawn = words(align=side, dx=8 if side == "left" else -8)
        layers.append(drawn.encode(text=f"{named}:N", **sheet.apart("color")))
    return layers


def _ruled(kind: Any, title: str, headed: bool = False) -> alt.Axis:
    ruled: alt.Axis = kind(title, grid=False, tickCount=6)
    if headed:
        ruled.titleY = -28
    return ruled


def _scales(
    reach: tuple[float, float] | None, square: float | None, centre: float, cut: bool
) -> tuple[alt.Scale, alt.Scale]:
    if reach:
        across, up = (alt.Scale(domain=[0, end], nice=False) for end in reach)
        return across, up
    if square is None:
        return alt.Scale(), alt.Scale()
    ends = [alt.ExprRef(f"{centre:g} {sign} {square:g} * width / height") for sign in "-+"]
    flat: dict[str, Any] = {"nice": False, "clamp": not cut}
    return (
        alt.Scale(domainMin=ends[0], domainMax=ends[1], zero=False, **flat),
        alt.Scale(domain=[-square, square], **flat),
    )


def _circle(x: str, y: str) -> list[alt.Chart]:
    """The axes through the origin, the unit circle, and where they meet."""
    far = 99
    level = theme.one_row(**{x: -far, y: 0}, far=far).encode(x2="far:Q")
    plumb = theme.one_row(**{x: 0, y: -far}, far=far).encode(y2="far:Q")
    cross = [rule.mark_rule(color=FAINT, strokeWidth=1.5, clip=True) for rule in (level, plumb)]
    turn = alt.Chart(alt.sequence(0, 6.3, 0.05, as_="angle")).encode(order="angle:Q")
    ring = turn.transform_calculate(**{x: "cos(datum.angle)", y: "sin(datum.angle)"})
    ends = [("1", 1, 0), ("−1", -1, 0), ("i", 0, 1), ("−i", 0, -1)]
    meet = alt.Chart(alt.InlineData(values=[{"text": t, x: a, y: b} for t, a, b in ends]))
    words = meet.mark_text(dx=9, dy=-8, clip=True).encode(text="text:N")
    return [*cross, ring.mark_line(color=MUTE, strokeWidth=1.5, clip=True), words]
