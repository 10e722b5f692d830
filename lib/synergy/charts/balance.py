"""What the coupling degree measures: balance between the systems, not their level."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from synergy.charts import (
    FAINT,
    INK,
    Figure,
    axis,
    finish,
    inline,
    region_colour,
    region_shape,
    upright,
)
from synergy.narration import listed, top

RAYS = (0.6, 0.8, 1.0)
CURVES = tuple(step / 10 for step in range(1, 10))


def balance_plane(frame: pd.DataFrame, year: int) -> Figure:
    """Draw provinces in the plane of the two indices, with lines of equal C and of equal D.

    A ray from the origin holds every pair with the same C; a hyperbola U1 U2 = D^4 every pair
    with the same D at equal weights. Moving out along a ray raises D and leaves C alone.

    Parameters
    ----------
    frame
        Province-year frame with columns ``region``, ``U1``, ``U2``, ``C``.
    year
        Year to draw.
    """
    current = frame[frame.index.get_level_values("year") == year]
    points = current.dropna(subset=["U1", "U2"]).reset_index()
    reach = (_end(points["U1"]), _end(points["U2"]))
    shown = [d for d in CURVES if points["D"].min() - 0.1 < d < points["D"].max() + 0.1]
    lines = pd.concat([equal_coupling(reach), equal_coordination(reach, shown)], ignore_index=True)
    x = alt.X("U1:Q", scale=_scale(reach[0]), axis=axis("人工智能指数 U₁", grid=False, tickCount=6))
    y = alt.Y(
        "U2:Q", scale=_scale(reach[1]), axis=upright("就业质量指数 U₂", grid=False, tickCount=6)
    )
    grid = alt.Chart(inline(lines, ["line", "kind", "order", "U1", "U2"], digits=3)).encode(
        x=x, y=y, detail="line:N", order="order:Q"
    )
    rays = grid.transform_filter("datum.kind === 'C'").mark_line(color=FAINT, strokeWidth=1.5)
    curves = grid.transform_filter("datum.kind === 'D'").mark_line(
        interpolate="monotone", color=INK, strokeWidth=1, strokeDash=[3, 3], opacity=0.6
    )
    ends = lines.sort_values("order").groupby("line", as_index=False).last()
    tags = alt.Chart(inline(ends, ["line", "kind", "U1", "U2"], digits=3))
    named = [
        tags.transform_filter(f"datum.kind === '{kind}'")
        .mark_text(align="right", dx=-2, dy=dy, fontSize=10)
        .encode(x="U1:Q", y="U2:Q", text="line:N")
        for kind, dy in (("C", -7), ("D", 9))
    ]
    spots = alt.Chart(inline(points, ["province", "region", "U1", "U2", "C", "D"]))
    dots = spots.mark_point(filled=True, size=70, opacity=0.9).encode(
        x=x, y=y, color=region_colour(), shape=region_shape(), tooltip=_tooltip()
    )
    return finish(alt.layer(rays, curves, *named, dots), describe_balance(points, year), height=360)


def _tooltip() -> list[alt.Tooltip]:
    numbers = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("U1", "U2", "C", "D")]
    return [alt.Tooltip("province:N", title="省份"), *numbers]


def _end(values: pd.Series) -> float:
    """Upper end of an axis: the next half tenth, with a little room."""
    return float(np.ceil(20 * float(values.max()) + 0.3) / 20)


def _scale(reach: float) -> alt.Scale:
    return alt.Scale(domain=[0, reach], nice=False)


def equal_coupling(reach: tuple[float, float]) -> pd.DataFrame:
    """Rays of equal C inside the box `reach`: U2/U1 = ((1 ± sqrt(1 - C^2)) / C)^2."""
    rows = []
    for c in RAYS:
        for sign in (1, -1) if c < 1 else (1,):
            ratio = ((1 + sign * np.sqrt(1 - c**2)) / c) ** 2
            end = min(reach[0], reach[1] / ratio)
            name = f"C={c:g}" + ("" if sign > 0 else " ")
            rows += [(name, "C", 0, 0.0, 0.0), (name, "C", 1, end, end * ratio)]
    return pd.DataFrame(rows, columns=["line", "kind", "order", "U1", "U2"])


def equal_coordination(
    reach: tuple[float, float], degrees: Sequence[float] = CURVES, points: int = 13
) -> pd.DataFrame:
    """Hyperbolas of equal D at equal weights, U1 U2 = D^4, inside the box `reach`."""
    rows = []
    for d in degrees:
        low = d**4 / reach[1]
        if low < reach[0]:
            u1 = np.geomspace(low, reach[0], points)
            rows += [(f"D={d:g}", "D", k, u, d**4 / u) for k, u in enumerate(u1)]
    return pd.DataFrame(rows, columns=["line", "kind", "order", "U1", "U2"])


def describe_balance(points: pd.DataFrame, year: int) -> str:
    """Alt text of the plane: the best balanced and the most coordinated are not the same."""
    table = points.set_index("province")
    balanced, coordinated = top(table["C"]), top(table["D"])
    shared = [name for name in balanced if name in coordinated]
    return (
        f"散点图：{year} 年各省的两个指数，附等 C 射线与等 D 曲线。C 最高的是{listed(balanced)}，"
        f"D 最高的是{listed(coordinated)}，两组共有 {len(shared)} 个省份。"
    )
