"""Granger graph: who helps to predict whom, arrows weighted by the p-value."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from synergy.charts import ACCENT, INK, Figure, finish, inline
from synergy.charts.dynamics import choice, notice
from synergy.charts.systems import square
from synergy.narration import listed
from synergy.system import NAMES, OPTIONS

#: Classes of p, from firm to none.
LEVELS = ("p < 0.01", "p < 0.05", "p < 0.1", "p ≥ 0.1")
BREAKS = (0.01, 0.05, 0.1)
WIDTHS = (4.5, 3.0, 1.8, 0.7)
SHADES = (1.0, 0.9, 0.75, 0.25)
HEADS = (150, 120, 90, 35)
NODE, APART = 0.25, 0.055


def granger_graph(links: pd.DataFrame, *, fault: str = "") -> Figure:
    """Draw variables on a circle and every link as an arrow; a control changes the estimate.

    Parameters
    ----------
    links : DataFrame
        Columns option (key of `OPTIONS`), cause, effect, p, coefficient.
    fault : str
        What to say where there is no estimate.
    """
    if links.empty:
        return notice(fault or "手头的面板估计不出这个系统，没有箭头可画。")
    nodes = node_places(list(dict.fromkeys([*links["effect"], *links["cause"]])))
    arrows = arrow_places(links, nodes)
    x, y = square(1.35, 300)
    base = (
        alt.Chart(inline(arrows, list(arrows.columns), digits=3))
        .transform_filter("datum.option === which")
        .encode(
            opacity=alt.Opacity("shade:Q", scale=None),
            tooltip=[
                alt.Tooltip("link:N", title="箭头"),
                alt.Tooltip("p:Q", format=".3f"),
                alt.Tooltip("coefficient:Q", title="系数", format=".3f"),
            ],
        )
    )
    key = alt.Legend(title=None, columns=4, symbolType="stroke", symbolStrokeColor=ACCENT)
    widths = alt.Scale(type="ordinal", domain=list(LEVELS), range=list(WIDTHS))
    shafts = base.mark_rule(color=ACCENT).encode(
        x=alt.X("x:Q", axis=None, **x),
        y=alt.Y("y:Q", axis=None, **y),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=alt.StrokeWidth("level:O", scale=widths, legend=key),
    )
    heads = base.mark_point(shape="triangle-right", filled=True, color=ACCENT).encode(
        x=alt.X("x2:Q", **x),
        y=alt.Y("y2:Q", **y),
        angle=alt.Angle("angle:Q", scale=None),
        size=alt.Size("head:Q", scale=None),
    )
    titles = {key: OPTIONS[key].title for key in dict.fromkeys(links["option"])}
    chart = alt.layer(shafts, heads, *_nodes(nodes)).add_params(
        choice("which", "估计", titles, next(iter(titles)))
    )
    return finish(chart, describe_graph(links), height=300)


def _nodes(nodes: pd.DataFrame) -> list[alt.Chart]:
    x, y = square(1.35, 300)
    base = alt.Chart(inline(nodes, ["name", "x", "y"])).encode(
        x=alt.X("x:Q", **x), y=alt.Y("y:Q", **y)
    )
    discs = base.mark_point(filled=False, size=3000, stroke=INK, strokeWidth=1.5)
    lines = (
        "length(datum.name) > 3 ? [slice(datum.name, 0, -2), slice(datum.name, -2)] : datum.name"
    )
    words = base.transform_calculate(label=lines).mark_text(fontSize=12, dy=-7, lineHeight=14)
    return [discs, words.encode(text="label:N")]


def node_places(codes: list[str]) -> pd.DataFrame:
    """Places on the unit circle, the first at the top; index code, columns name, x, y."""
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(codes)) / len(codes)
    return pd.DataFrame(
        {"name": [NAMES[code] for code in codes], "x": np.cos(angle), "y": np.sin(angle)},
        index=codes,
    )


def arrow_places(links: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Ends of the arrows: short of the nodes, the two directions of a pair side by side."""
    start = nodes.loc[links["cause"], ["x", "y"]].to_numpy()
    end = nodes.loc[links["effect"], ["x", "y"]].to_numpy()
    along = (end - start) / np.linalg.norm(end - start, axis=1, keepdims=True)
    aside = np.stack([along[:, 1], -along[:, 0]], axis=1) * APART
    classes = np.searchsorted(BREAKS, links["p"].to_numpy(), side="right")
    first, last = start + NODE * along + aside, end - NODE * along + aside
    return pd.DataFrame(
        {
            "option": links["option"].to_numpy(),
            "link": [
                f"{NAMES[c]} → {NAMES[e]}"
                for c, e in zip(links["cause"], links["effect"], strict=True)
            ],
            "x": first[:, 0],
            "y": first[:, 1],
            "x2": last[:, 0],
            "y2": last[:, 1],
            "angle": -np.degrees(np.arctan2(along[:, 1], along[:, 0])),
            "p": links["p"].to_numpy(),
            "coefficient": links["coefficient"].to_numpy(),
            "level": [LEVELS[place] for place in classes],
            "shade": np.array(SHADES)[classes],
            "head": np.array(HEADS)[classes],
        }
    )


def describe_graph(links: pd.DataFrame) -> str:
    """Alt text: the links below .1 under each estimate."""
    parts = [
        f"{OPTIONS[str(key)].title}：{listed(_named(group[group['p'] < 0.1]))}"
        for key, group in links.groupby("option", sort=False)
    ]
    return f"箭头图：滞后一期有助于预测（p 小于 0.1）的，{'；'.join(parts)}。"


def _named(links: pd.DataFrame) -> Mapping[str, None]:
    pairs = zip(links["cause"], links["effect"], strict=True)
    return dict.fromkeys(f"{NAMES[cause]} → {NAMES[effect]}" for cause, effect in pairs)
