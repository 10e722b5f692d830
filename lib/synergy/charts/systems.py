"""Is the system one that may be read? Roots, stability under resampling, coefficients."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pvar.responses import companion_matrix
from synergy.charts import ACCENT, CONTRAST, FAINT, INK, Figure, axis, finish, inline
from synergy.charts.dynamics import HUES, notice
from synergy.narration import listed
from synergy.system import NAMES, System, SystemEstimate

PUBLISHED = "论文表 4"
SHAPES = ("diamond", "circle", "triangle-up")


def square(reach: float, pixels: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Scales of a plane that keeps its proportions on a page of any width; beyond is the edge.

    Parameters
    ----------
    reach : float
        Both axes run from -reach to reach.
    pixels : int
        Side of the square, centred in the figure.
    """
    half = pixels / 2
    ends = [{"expr": f"width / 2 - {half:g}"}, {"expr": f"width / 2 + {half:g}"}]
    domain = [-reach, reach]
    return (
        {"scale": alt.Scale(domain=domain, range=ends, nice=False, clamp=True)},
        {"scale": alt.Scale(domain=domain, nice=False, clamp=True)},
    )


def root_plane(systems: Mapping[str, np.ndarray]) -> Figure:
    """Draw eigenvalues against the unit circle.

    Parameters
    ----------
    systems : mapping of str to array (m, m)
        Coefficients by title, at most three; stable where all points lie inside. Parts beyond
        2 are drawn at the edge.
    """
    roots = pd.concat(
        {title: _roots(matrix) for title, matrix in systems.items()}, names=["system", "order"]
    ).reset_index()
    widest = roots[["re", "im"]].abs().to_numpy().max()
    reach = float(np.clip(np.ceil(11 * widest) / 10, 1.2, 2.0))
    x, y = square(reach, 300)
    across, up = alt.X("re:Q", axis=None, **x), alt.Y("im:Q", axis=None, **y)
    circle = alt.Chart(inline(_circle(), ["order", "re", "im"])).mark_line(
        color=INK, strokeWidth=1.5
    )
    titles = list(systems)
    key = alt.Legend(title=None, columns=2, offset=28, labelLimit=240)
    colour = alt.Scale(domain=titles, range=[INK, ACCENT, CONTRAST][: len(titles)])
    shape = alt.Scale(domain=titles, range=list(SHAPES[: len(titles)]))
    points = (
        alt.Chart(inline(roots, ["system", "re", "im", "modulus"]))
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=across,
            y=up,
            color=alt.Color("system:N", scale=colour, legend=key),
            shape=alt.Shape("system:N", scale=shape, legend=key),
            tooltip=["system:N", alt.Tooltip("modulus:Q", title="模", format=".3f")],
        )
    )
    round_line = circle.encode(x=across, y=up, order="order:Q")
    drawn = alt.layer(*_cross(x, y), round_line, points)
    return finish(drawn, _describe_roots(roots), height=300)


def _cross(x: dict[str, Any], y: dict[str, Any]) -> list[alt.Chart]:
    """Axes through the origin, with the places where they meet the circle."""
    zero = alt.Chart(alt.InlineData(values=[{"at": 0}])).mark_rule(color=FAINT, strokeWidth=1.5)
    ends = [{"re": 1, "im": 0, "text": "1"}, {"re": -1, "im": 0, "text": "−1"}]
    ends += [{"re": 0, "im": 1, "text": "i"}, {"re": 0, "im": -1, "text": "−i"}]
    words = alt.Chart(alt.InlineData(values=ends)).mark_text(dx=9, dy=-8, fontSize=11, color=INK)
    labels = words.encode(
        x=alt.X("re:Q", axis=None, **x), y=alt.Y("im:Q", axis=None, **y), text="text:N"
    )
    # Without an axis in every layer: a mixture cannot be drawn.
    across, up = alt.X("at:Q", axis=None, **x), alt.Y("at:Q", axis=None, **y)
    return [zero.encode(x=across), zero.encode(y=up), labels]


def _roots(matrix: np.ndarray) -> pd.DataFrame:
    values = np.linalg.eigvals(companion_matrix(matrix))
    return pd.DataFrame({"re": values.real, "im": values.imag, "modulus": np.abs(values)})


def _circle() -> pd.DataFrame:
    angle = np.linspace(0, 2 * np.pi, 73)
    return pd.DataFrame({"order": range(73), "re": np.cos(angle), "im": np.sin(angle)})


def _describe_roots(roots: pd.DataFrame) -> str:
    parts = [
        f"{title}有 {(group['modulus'] >= 1).sum()} 个在圆上或圆外，最大模 "
        f"{group['modulus'].max():.3f}"
        for title, group in roots.groupby("system", sort=False)
    ]
    return f"特征值与单位圆：{'；'.join(parts)}。全部在圆内才稳定。"


def modulus_ranges(
    estimates: Mapping[str, SystemEstimate], references: Mapping[str, float]
) -> Figure:
    """Draw the largest modulus of each estimate with its 90 % bootstrap range.

    Parameters
    ----------
    estimates : mapping of str to SystemEstimate
    references : mapping of str to float
        Moduli to mark with a dashed line each, by label.
    """
    if not estimates:
        return notice("手头的面板估计不出这个系统，没有特征值可画。")
    rows = [
        (e.title, e.results.eigenvalue_moduli[0], *e.moduli_quantiles()) for e in estimates.values()
    ]
    table = pd.DataFrame(rows, columns=["name", "modulus", "lower", "upper"])
    scale = alt.Scale(type="log", domain=[0.5, 20], clamp=True)
    ticks = axis("最大特征值模（对数刻度）", values=[0.5, 1, 2, 5, 10, 20])
    base = alt.Chart(inline(table, list(table.columns), digits=3)).encode(
        y=alt.Y("name:N", sort=None, axis=None),
        tooltip=["name:N", *(alt.Tooltip(f"{c}:Q", format=".2f") for c in table.columns[1:])],
    )
    place = alt.X("lower:Q", scale=scale, axis=ticks)
    spans = base.mark_rule(strokeWidth=3, yOffset=8, color=ACCENT, opacity=0.5).encode(
        x=place, x2="upper:Q"
    )
    points = base.mark_point(filled=True, size=70, yOffset=8, color=ACCENT, opacity=1).encode(
        x=alt.X("modulus:Q", scale=scale)
    )
    names = base.mark_text(align="right", dy=-6, fontSize=12).encode(
        x=alt.value("width"), text="name:N"
    )
    chart = alt.layer(*_reference_lines(references, scale), spans, points, names)
    return finish(chart, _describe_moduli(table), height=36 * len(table) + 16)


def _reference_lines(references: Mapping[str, float], scale: alt.Scale) -> list[alt.Chart]:
    ordered = sorted(references.items(), key=itemgetter(1))
    drawn = []
    for place, (label, at) in enumerate(ordered):
        base = alt.Chart(alt.InlineData(values=[{"label": label, "at": round(at, 4)}])).encode(
            x=alt.X("at:Q", scale=scale)
        )
        words = base.mark_text(
            align="left" if place else "right",
            dx=2 if place else -2,
            dy=-6,
            fontSize=11,
            color=INK,
        )
        drawn += [
            base.mark_rule(color=INK, strokeDash=[4, 3]),
            words.encode(y=alt.value(0), text="label:N"),
        ]
    return drawn


def _describe_moduli(table: pd.DataFrame) -> str:
    parts = [
        f"{row['name']} {row['modulus']:.2f}（{row['lower']:.2f} 至 {row['upper']:.2f}）"
        for _, row in table.iterrows()
    ]
    return f"区间图：各种做法的最大特征值模及 90% 自助区间，依次为{listed(parts)}；小于 1 才稳定。"


def coefficient_ranges(
    estimates: Sequence[SystemEstimate],
    points: Sequence[System] = (),
    *,
    reach: float = 3.0,
) -> Figure:
    """Draw every coefficient with its 95 % bootstrap interval under each estimate.

    Parameters
    ----------
    estimates : sequence of SystemEstimate
        At most two.
    points : sequence of System
        Drawn as points without interval: the truth, another estimator.
    reach : float
        Half the width of the axis; intervals that go further are cut at its edge.
    """
    if not estimates:
        return notice("手头的面板估计不出这个系统，没有系数可画。")
    table = _coefficients(estimates, points)
    titles = [e.title for e in estimates] + [p.title for p in points]
    bands = alt.YOffset("set:N", scale=alt.Scale(domain=["", *titles]))
    place = alt.Scale(domain=[-reach, reach], clamp=True, nice=False)
    ticks = axis("系数", tickCount=7, format=".2~f")
    base = alt.Chart(inline(table, list(table.columns), digits=3)).encode(
        y=alt.Y("name:N", sort=None, axis=None), yOffset=bands
    )
    words = ["name:N", "set:N", *(alt.Tooltip(f"{c}:Q", format=".3f") for c in table.columns[2:])]
    spans = base.transform_filter("isValid(datum.lower)").mark_rule(strokeWidth=2, opacity=0.55)
    spots = base.mark_point(filled=True, size=38, opacity=1).encode(
        x=alt.X("estimate:Q", scale=place),
        color=_by_title(titles),
        shape=_shape_by_title(titles),
        tooltip=words,
    )
    names = base.transform_filter(f"datum.set === {json.dumps(titles[0], ensure_ascii=False)}")
    layers = [
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=FAINT, strokeWidth=2)
        .encode(x=alt.X("zero:Q", scale=place)),
        spans.encode(
            x=alt.X("lower:Q", scale=place, axis=ticks), x2="upper:Q", color=_by_title(titles)
        ),
        spots,
        names.transform_calculate(set="''")
        .mark_text(align="left", fontSize=11)
        .encode(x=alt.value(0), text="name:N"),
    ]
    height = 10 * (len(titles) + 1) * table["name"].nunique()
    return finish(alt.layer(*layers), _describe_coefficients(estimates), height=height)


def _coefficients(estimates: Sequence[SystemEstimate], points: Sequence[System]) -> pd.DataFrame:
    rows = []
    names = estimates[0].results.variables
    bounds = [(e.title, e.results.dynamics, *e.intervals()) for e in estimates]
    missing = np.full((len(names), len(names)), np.nan)
    bounds += [(p.title, p.dynamics, missing, missing) for p in points]
    for i, effect in enumerate(names):
        for j, cause in enumerate(names):
            name = f"{NAMES[cause]}→{NAMES[effect]}"
            rows += [(name, t, a[i, j], low[i, j], high[i, j]) for t, a, low, high in bounds]
    return pd.DataFrame(rows, columns=["name", "set", "estimate", "lower", "upper"])


def _key() -> alt.Legend:
    return alt.Legend(title=None, columns=1, labelLimit=240)


def _by_title(titles: Sequence[str]) -> alt.Color:
    hues = [*HUES, "#3A7D7C"][: len(titles)]
    return alt.Color("set:N", scale=alt.Scale(domain=list(titles), range=hues), legend=_key())


def _shape_by_title(titles: Sequence[str]) -> alt.Shape:
    shapes = ["circle", "diamond", "cross", "triangle-up"][: len(titles)]
    return alt.Shape("set:N", scale=alt.Scale(domain=list(titles), range=shapes), legend=_key())


def _describe_coefficients(estimates: Sequence[SystemEstimate]) -> str:
    parts = []
    for found in estimates:
        low, high = found.intervals()
        away = int(((low > 0) | (high < 0)).sum())
        parts.append(
            f"{found.title}有 {away} 个的区间不含 0，区间宽度中位数 {np.median(high - low):.2f}"
        )
    return f"区间图：{low.size} 个系数的 95% 自助区间。{'；'.join(parts)}。"
