"""The variance decomposition as a matrix that recomputes as ordering and horizon change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from pvar.responses import moving_average
from synergy.charts import Figure, axis, finish, inline
from synergy.charts.dynamics import (
    HORIZON,
    choice,
    impact_matrices,
    impact_table,
    lookup,
    notice,
    phi_table,
    product_expression,
    weights_of,
)
from synergy.system import NAMES, System, orderings


def share_explorer(systems: Sequence[System], *, fault: str = "") -> Figure:
    """Draw the variance decomposition as a matrix; ordering and horizon recompute in the page.

    Parameters
    ----------
    systems : sequence of System
        With the same variables.
    fault : str
        What to say where there is no system.
    """
    if not systems:
        return notice(fault or "手头的面板估计不出这个系统，没有方差分解可画。")
    names = [NAMES[code] for code in systems[0].variables]
    column = alt.X("cause:N", sort=names, axis=axis("冲击来自", **two_lines()))
    row = alt.Y("effect:N", sort=names, axis=axis(None, **two_lines()))
    base = _shares(systems).encode(x=column, y=row)
    fill = alt.Color("share:Q", legend=None, scale=alt.Scale(scheme="purples", domain=[0, 1]))
    cells = base.mark_rect(cornerRadius=3).encode(
        color=fill,
        tooltip=["cause:N", "effect:N", alt.Tooltip("share:Q", title="份额", format=".1%")],
    )
    ink = alt.condition("datum.share > 0.55", alt.value("#FFFFFF"), alt.value("#222222"))
    text = base.mark_text(fontSize=12).encode(text=alt.Text("share:Q", format=".0%"), color=ink)
    controls = [
        choice("which", "估计", [system.title for system in systems]),
        choice("ordering", "排序", list(orderings(systems[0].variables))),
        alt.param(
            name="horizon",
            value=HORIZON,
            bind=alt.binding_range(min=0, max=HORIZON, step=1, name="冲击后的年数 "),
        ),
    ]
    chart = alt.layer(cells, text).add_params(*controls)
    return finish(chart, describe_shares(systems[0]), height=52 * len(names))


def two_lines() -> dict[str, Any]:
    """Axis labels of four or five characters on two lines, which a phone has room for."""
    split = "length(datum.label) > 3 ? [slice(datum.label, 0, -2), slice(datum.label, -2)]"
    return {"labelAngle": 0, "labelOverlap": False, "labelExpr": f"{split} : datum.label"}


def _shares(systems: Sequence[System]) -> alt.Chart:
    """Data and expressions of the variance decomposition."""
    phi, c = phi_table(systems), weights_of("c", systems)
    codes = list(systems[0].variables)
    names = json.dumps({code: NAMES[code] for code in codes}, ensure_ascii=False)
    return (
        alt.Chart(inline(phi, list(phi.columns), digits=12))
        .transform_filter("datum.s === which && datum.h <= horizon")
        .transform_calculate(j=json.dumps(codes))
        .transform_flatten(["j"])
        .transform_calculate(key="datum.s + '|' + ordering + '|' + datum.j")
        .transform_lookup("key", lookup(impact_table(systems), "key", c))
        .transform_calculate(square=f"pow({product_expression(systems)}, 2)")
        .transform_aggregate(part="sum(square)", groupby=["i", "j"])
        .transform_joinaggregate(whole="sum(part)", groupby=["i"])
        .transform_calculate(
            share="datum.part / datum.whole", cause=f"{names}[datum.j]", effect=f"{names}[datum.i]"
        )
    )


def describe_shares(system: System) -> str:
    """Alt text: the largest foreign share at the full horizon under the first ordering."""
    impact = next(iter(impact_matrices(system).values()))
    squares = ((moving_average(system.dynamics, HORIZON) @ impact) ** 2).sum(axis=0)
    shares = squares / squares.sum(axis=1, keepdims=True)
    foreign = shares - np.diag(np.diagonal(shares))
    i, j = np.unravel_index(int(foreign.argmax()), foreign.shape)
    own = float(np.diagonal(shares).mean())
    return (
        f"方差分解的矩阵，可换估计、排序和年数：{system.title}在 {HORIZON} 年后，"
        f"自身冲击的份额平均为 {own:.0%}；来自别的变量的份额以{NAMES[system.variables[j]]}对"
        f"{NAMES[system.variables[i]]}最大，为 {foreign[i, j]:.0%}。"
    )
