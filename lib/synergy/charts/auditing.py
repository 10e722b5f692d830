"""The paper's numbers against each other: growth figures, labels, eigenvalues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.charts import ACCENT, CONTRAST, FAINT, INK, Figure, axis, finish, inline

ALARM = "#B3261E"


def growth_spans(ranges: pd.DataFrame) -> Figure:
    """Draw the range of the national growth ratio that each statement asks for or leaves open.

    Parameters
    ----------
    ranges
        Columns ``name``, ``low``, ``high``, ``printed``: see
        :func:`synergy.claims.bounds.growth_ranges`.
    """
    sets = ["印出的增幅（含舍入）", "其他陈述留出的范围"]
    table = ranges.assign(
        set=[sets[0] if own else sets[1] for own in ranges["printed"]], low=ranges["low"].clip(3.0)
    )
    rows = alt.Y("name:N", sort=None, axis=None)
    base = alt.Chart(inline(table, ["name", "low", "high", "set"], digits=3)).encode(y=rows)
    length = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[3, 7], clamp=True),
        axis=axis("全国人工智能指数，2022 年为 2010 年的倍数", tickCount=5),
    )
    spans = base.mark_bar(height=10, yOffset=8).encode(
        x=length,
        x2="high:Q",
        color=alt.Color(
            "set:N",
            scale=alt.Scale(domain=sets, range=[ACCENT, CONTRAST]),
            legend=alt.Legend(title=None),
        ),
        tooltip=["name:N", *(alt.Tooltip(f"{end}:Q", format=".2f") for end in ("low", "high"))],
    )
    names = base.mark_text(align="left", dy=-7, fontSize=12).encode(x=alt.value(0), text="name:N")
    return finish(spans + names, _describe_growth(ranges), height=36 * len(table))


def _describe_growth(ranges: pd.DataFrame) -> str:
    ends = zip(ranges["name"], ranges["low"], ranges["high"], strict=True)
    parts = [
        f"{name}为 {low:.2f} 至 {high:.2f}" if low > 1 else f"{name}要求至多 {high:.2f}"
        for name, low, high in ends
    ]
    return f"区间图：全国人工智能指数 2022 年为 2010 年的倍数。{'；'.join(parts)}。"


def degree_spans(labels: pd.DataFrame, bounds: pd.DataFrame) -> Figure:
    """Draw what labels of the prose require of D beside what other figures allow.

    Parameters
    ----------
    labels
        Columns ``name`` (unique), ``id``, ``low``, ``high`` and ``value`` (NaN where not printed).
    bounds
        Columns ``id``, ``closeness``, ``bound``: see
        :func:`synergy.claims.bounds.degree_ranges`.
    """
    steps = sorted(bounds["closeness"].unique())
    slider = alt.param(
        name="close",
        value=0.2,
        bind=alt.binding_range(
            min=steps[0], max=steps[-1], step=steps[1] - steps[0], name="西部至多高出："
        ),
    )
    rows = alt.Y("name:N", sort=None, axis=None)
    base = alt.Chart(inline(labels, ["name", "low", "high", "value"])).encode(y=rows)
    length = alt.X(
        "low:Q", scale=alt.Scale(domain=[0, 0.8]), axis=axis("耦合协调度 D", tickCount=8)
    )
    asked = base.mark_bar(height=12, yOffset=8, color=FAINT, stroke=INK).encode(
        x=length, x2="high:Q"
    )
    printed = base.mark_point(filled=True, size=80, opacity=1, yOffset=8, color=ACCENT).encode(
        x="value:Q", tooltip=["name:N", alt.Tooltip("value:Q", title="印出", format=".4f")]
    )
    names = base.mark_text(align="left", dy=-9, fontSize=12).encode(x=alt.value(0), text="name:N")
    chart = alt.layer(asked, *_bound_marks(labels, bounds, rows), printed, names)
    return finish(
        chart.add_params(slider), _describe_degrees(labels, bounds), height=42 * len(labels)
    )


def _bound_marks(labels: pd.DataFrame, bounds: pd.DataFrame, rows: alt.Y) -> list[alt.Chart]:
    table = bounds.merge(labels[["id", "name"]], on="id")
    base = (
        alt.Chart(inline(table, ["name", "closeness", "bound"]))
        .transform_filter("abs(datum.closeness - close) < 0.001")
        .transform_calculate(zero="0")
        .encode(y=rows)
    )
    bar = base.mark_bar(height=4, yOffset=8, color=CONTRAST).encode(x="zero:Q", x2="bound:Q")
    end = base.mark_tick(thickness=3, height=16, yOffset=8, color=CONTRAST).encode(x="bound:Q")
    text = base.mark_text(dy=20, fontSize=11).encode(
        x="bound:Q", text=alt.Text("bound:Q", format=".3f")
    )
    return [bar, end, text]


def _describe_degrees(labels: pd.DataFrame, bounds: pd.DataFrame) -> str:
    fixed = bounds[np.isclose(bounds["closeness"], 0.2)].merge(labels, on="id")
    inside = labels.dropna(subset="value")
    fits = (inside["value"] > inside["low"]) & (inside["value"] <= inside["high"])
    parts = [
        f"{name}要求高于 {low:g}，由其他数字推得至多 {bound:.3f}"
        for name, low, bound in zip(fixed["name"], fixed["low"], fixed["bound"], strict=True)
    ]
    return (
        f"区间图：印出数值的 {len(inside)} 个标签中 {int(fits.sum())} 个落在表 3 的区间里；"
        f"西部至多高出中部两成时，{'；'.join(parts)}。"
    )


def eigenvalue_plane(
    printed: NDArray[np.complex128],
    rounded: NDArray[np.complex128],
    sampled: NDArray[np.complex128],
    names: Sequence[str] = ("印出的系数", "舍入范围内", "按 t 值估计的抽样误差"),
) -> Figure:
    """Draw eigenvalues in the complex plane with the unit circle, without distorting it.

    Parameters
    ----------
    printed, rounded, sampled
        Eigenvalues as printed, under rounding and under sampling error.
    names
        What the key calls the three.
    """
    table = pd.concat(
        [
            pd.DataFrame({"re": v.real, "im": v.imag, "k": k})
            for k, v in enumerate((printed, rounded, sampled))
        ]
    )
    table = table[table["im"] >= 0].round(3).drop_duplicates()
    named = f"{json.dumps(list(names), ensure_ascii=False)}[datum.k]"
    above = alt.Chart(inline(table, ["re", "im", "k"], digits=3)).transform_calculate(set=named)
    below = above.transform_calculate(im="-datum.im")
    look = _plane_look(names)
    marks = [
        part.transform_filter(f"datum.k === {k}").mark_point(clip=True, **mark).encode(**look)
        for k, mark in reversed(list(enumerate(_POINTS)))
        for part in (below, above)
    ]
    return finish(alt.layer(_unit_circle(), *marks), _describe_plane(printed, rounded), height=300)


_POINTS: tuple[dict[str, Any], ...] = (
    {"filled": False, "size": 160, "opacity": 1, "strokeWidth": 1.5},
    {"filled": True, "size": 10, "opacity": 0.6},
    {"filled": True, "size": 14, "opacity": 0.6},
)


def _plane_look(names: Sequence[str]) -> dict[str, Any]:
    key = alt.Legend(title=None, columns=1)
    scale = alt.Scale(domain=list(names), range=[ALARM, ACCENT, CONTRAST])
    shapes = alt.Scale(domain=list(names), range=["diamond", "circle", "circle"])
    upright = axis("虚部", tickCount=5, titleAngle=0)
    return {
        "x": alt.X("re:Q", scale=_square_scale(), axis=axis("实部", tickCount=6)),
        "y": alt.Y("im:Q", scale=alt.Scale(domain=[-1.15, 1.15]), axis=upright),
        "color": alt.Color("set:N", scale=scale, legend=key),
        "shape": alt.Shape("set:N", scale=shapes, legend=key),
        "tooltip": ["set:N", alt.Tooltip("re:Q", format=".2f"), alt.Tooltip("im:Q", format=".2f")],
    }


def _square_scale() -> alt.Scale:
    """Horizontal scale with the unit length of the vertical one, whatever the page's width."""
    half = "1.15 * width / height"
    return alt.Scale(
        domainMin=alt.ExprRef(f"0.6 - {half}"),
        domainMax=alt.ExprRef(f"0.6 + {half}"),
        nice=False,
        zero=False,
    )


def _unit_circle() -> alt.Chart:
    angles = alt.sequence(0, 6.3, 0.05, as_="angle")
    base = alt.Chart(angles).transform_calculate(re="cos(datum.angle)", im="sin(datum.angle)")
    line: alt.Chart = base.mark_line(color=INK, strokeDash=[4, 3], clip=True)
    return line.encode(x="re:Q", y="im:Q", order="angle:Q")


def _describe_plane(printed: NDArray[np.complex128], rounded: NDArray[np.complex128]) -> str:
    moduli = np.sort(np.abs(printed))[::-1]
    radii = np.abs(rounded).reshape(-1, len(printed)).max(axis=1)
    outside = int((moduli >= 1).sum())
    return (
        f"复平面上表 4 系数矩阵的 {len(moduli)} 个特征值与单位圆：{outside} 个在圆外，"
        f"最大模 {moduli[0]:.3f}，舍入范围内的抽样为 {radii.min():.3f} 至 {radii.max():.3f}。"
    )
