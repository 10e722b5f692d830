"""Figures of the simulation study: how far an estimate from 30 x 13 can be trusted."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from synergy.charts import ACCENT, CONTRAST, INK, Figure, axis, finish, inline, upright
from synergy.charts.ranges import dumbbells
from synergy.simulation import base_case, select

PLAIN, DEMEANED = "不去年份均值", "去年份均值"
LINES = ("前向正交离差", "pvar2 的 Helmert", "pvar2 的 Helmert，两边样本不一")


def explosive_shares(systems: pd.DataFrame, column: str = "share_explosive") -> Figure:
    """Draw the share of unstable estimates under each truth, with and without year means.

    Parameters
    ----------
    systems
        The study's systems.
    column
        `share_explosive` or `share_modulus_above_1.5`.
    """
    plain, demeaned = select(systems), select(systems, effects="demean")
    table = pd.DataFrame(
        {
            "name": plain["title"].to_numpy(),
            PLAIN: plain[column].to_numpy(),
            DEMEANED: demeaned[column].to_numpy(),
        }
    )
    worst = table.iloc[int(table[PLAIN].to_numpy().argmax())]
    what = "不稳定的估计" if column == "share_explosive" else "最大模不小于 1.5 的估计"
    text = (
        f"哑铃图：真实过程稳定时{what}所占的份额，{len(table)} 种情形；最高的是"
        f"“{worst['name']}”，{PLAIN} {worst[PLAIN]:.0%}，{DEMEANED} {worst[DEMEANED]:.0%}。"
    )
    return dumbbells(table, PLAIN, DEMEANED, label="份额", description=text, fmt=".0%")


def coverage_by_units(systems: pd.DataFrame) -> Figure:
    """Draw the coverage of 95 % intervals of coefficients as the number of units grows."""
    rows = base_case(systems)
    rows = rows[rows["time_effects"] == "none"]
    table = pd.DataFrame(
        {
            "line": rows["estimator"],
            "x": rows["units"].map("{:,}".format),
            "coverage": rows["coverage_clustered"],
        }
    )
    order = [f"{units:,}" for units in sorted(rows["units"].unique())]
    return _coverage(table, "单位数", order, "系数的 95% 区间盖住真值的比例")


def coverage_by_horizon(systems: pd.DataFrame) -> Figure:
    """Draw the coverage of 95 % bootstrap bands of responses by horizon, 30 units."""
    rows = base_case(systems)
    rows = rows[(rows["time_effects"] == "none") & rows["coverage_response_0"].notna()]
    columns = [c for c in rows.columns if c.startswith("coverage_response_")]
    long = rows.melt("estimator", columns, "horizon", "coverage")
    order = [c.rsplit("_", 1)[1] for c in columns]
    table = long.assign(line=long["estimator"], x=long["horizon"].str.rsplit("_", n=1).str[1])
    return _coverage(table, "冲击后的年数", order, "响应的 95% 自助区间盖住真值的比例")


def _coverage(table: pd.DataFrame, label: str, order: list[str], what: str) -> Figure:
    table = table[["line", "x", "coverage"]]
    key = alt.Legend(title=None, columns=1, offset=28, labelLimit=260)
    colour = alt.Scale(domain=list(LINES), range=[ACCENT, CONTRAST, INK])
    dashes = alt.Scale(domain=list(LINES), range=[[1, 0], [6, 3], [2, 2]])
    floor = np.floor(10 * table["coverage"].min()) / 10
    scale = alt.Scale(domain=[float(floor), 1])
    lines = (
        alt.Chart(inline(table, ["line", "x", "coverage"]))
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=45), strokeWidth=2.5)
        .encode(
            x=alt.X("x:O", sort=order, axis=axis(label, labelAngle=0)),
            y=alt.Y(
                "coverage:Q",
                scale=scale,
                axis=upright("覆盖率", format="%", tickCount=6),
            ),
            color=alt.Color("line:N", scale=colour, legend=key),
            strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=key),
            tooltip=["line:N", "x:O", alt.Tooltip("coverage:Q", format=".1%")],
        )
    )
    nominal = alt.Chart(alt.InlineData(values=[{"level": 0.95}])).mark_rule(
        color=INK, strokeDash=[4, 3]
    )
    ends = _ends(table, order)
    parts = [f"{line} {first:.0%} → {last:.0%}" for line, (first, last) in ends.items()]
    text = f"折线图：{what}，由 {label} {order[0]} 到 {order[-1]}：{'；'.join(parts)}。"
    return finish(nominal.encode(y=alt.Y("level:Q", scale=scale)) + lines, text, height=260)


def _ends(table: pd.DataFrame, order: list[str]) -> Mapping[str, tuple[float, float]]:
    wide = table.pivot(index="line", columns="x", values="coverage")
    firsts, lasts = wide[order[0]], wide[order[-1]]
    return {line: (firsts[line], lasts[line]) for line in LINES if line in wide.index}
