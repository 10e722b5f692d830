"""Stars of table 4 against its t statistics, for any degrees of freedom."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import altair as alt
import pandas as pd

from synergy.charts import ACCENT, INK, LABELS, Figure, axis, finish, inline
from synergy.claims.ledger import Ledger
from synergy.claims.significance import EQUATIONS, REGRESSORS, cell_id, p_interval, stars_of
from synergy.narration import listed

ALARM = "#B3261E"
SHOWN_T = 4.0
LEVELS = {"10%": 0.10, "5%": 0.05, "1%": 0.01}
CELL_HEIGHT = 17


def cell_name(equation: str, regressor: str) -> str:
    """Name a cell of table 4 by cause and effect."""
    return f"{LABELS[regressor].removesuffix('指数')} → {LABELS[equation].removesuffix('指数')}"


def star_cells(ledger: Ledger) -> pd.DataFrame:
    """Cells of table 4 by falling absolute t statistic.

    Returns
    -------
    DataFrame
        Columns `name`, `t` (absolute), `width` (rounding half-width), `stars` and `agrees`
        (stars earned under the normal distribution, rounding allowed for).
    """
    rows = []
    for equation in EQUATIONS:
        for regressor in REGRESSORS:
            t = ledger[cell_id(equation, regressor, "t")]
            stars = int(ledger[cell_id(equation, regressor, "s")].value)
            agrees = stars in {stars_of(p) for p in p_interval(t)}
            rows.append((cell_name(equation, regressor), abs(t.value), t.half_width, stars, agrees))
    table = pd.DataFrame(rows, columns=["name", "t", "width", "stars", "agrees"])
    return table.sort_values("t", ascending=False, kind="stable")


def t_quantile(z: float, degrees: str) -> str:
    """Vega expression for the t quantile that belongs to a normal quantile.

    Fisher and Cornish's expansion to the third order in 1/degrees; from ten degrees of freedom on
    it is right to three decimals.

    Parameters
    ----------
    z
        Normal quantile.
    degrees
        Expression for the degrees of freedom.
    """
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    terms = f"{first:.6f} / v + {second:.6f} / (v * v) + {third:.6f} / (v * v * v)"
    return f"({z:.6f} + {terms.replace('v', degrees)})"


def stars_against_t(ledger: Ledger) -> Figure:
    """Draw each cell's t statistic and stars; the thresholds move with the degrees of freedom."""
    table = star_cells(ledger)
    thresholds = {name: NormalDist().inv_cdf(1 - level / 2) for name, level in LEVELS.items()}
    bars = [t_quantile(z, "df") for z in thresholds.values()]
    counted = " + ".join(f"(datum.T > {bar} ? 1 : 0)" for bar in bars)
    base = (
        alt.Chart(inline(table, ["name", "t", "width", "stars"]))
        .transform_calculate(least=counted.replace("datum.T", "(datum.t - datum.width)"))
        .transform_calculate(most=counted.replace("datum.T", "(datum.t + datum.width)"))
        .transform_calculate(
            verdict="datum.stars >= datum.least && datum.stars <= datum.most ? '相符' : '不符'",
            label="format(datum.t, '.2f') + ' ' + slice('***', 0, datum.stars)",
        )
        .encode(y=alt.Y("name:N", sort=None, axis=axis(labelFontSize=11, labelLimit=150)))
    )
    slider = alt.param(
        name="df", value=500, bind=alt.binding_range(min=10, max=500, step=1, name="自由度：")
    )
    layers = [*_threshold_rules(thresholds), *_star_dots(base)]
    chart = alt.layer(*layers).add_params(slider)
    return finish(chart, _describe_stars(table), height=CELL_HEIGHT * len(table))


def _star_dots(base: alt.Chart) -> list[alt.Chart]:
    scale = alt.Scale(domain=["相符", "不符"], range=[ACCENT, ALARM])
    shapes = alt.Scale(domain=["相符", "不符"], range=["circle", "diamond"])
    key = alt.Legend(title=None, offset=22)
    place = alt.X(
        "t:Q",
        scale=alt.Scale(domain=[0, SHOWN_T + 1.2], clamp=True),
        axis=axis("t 的绝对值", tickCount=6),
    )
    dots = base.transform_calculate(t=f"min(datum.t, {SHOWN_T})").mark_point(
        filled=True, size=70, opacity=1
    )
    return [
        dots.encode(
            x=place,
            color=alt.Color("verdict:N", scale=scale, legend=key),
            shape=alt.Shape("verdict:N", scale=shapes, legend=key),
            tooltip=["name:N", "label:N", "verdict:N"],
        ),
        dots.mark_text(align="left", dx=8, fontSize=11).encode(x="t:Q", text="label:N"),
    ]


def _threshold_rules(thresholds: dict[str, float]) -> list[alt.Chart]:
    """Rules at the critical values, which the slider moves."""
    layers: list[alt.Chart] = []
    for name, z in thresholds.items():
        one = alt.Chart(alt.InlineData(values=[{"level": name}]))
        moved = one.transform_calculate(at=t_quantile(z, "df"))
        layers.append(moved.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="at:Q"))
        side: Literal["left", "right"] = "right" if name == "10%" else "left"
        text = moved.mark_text(dy=-4, fontSize=11, baseline="bottom", align=side)
        layers.append(text.encode(x="at:Q", y=alt.value(0), text="level:N"))
    return layers


def _describe_stars(table: pd.DataFrame) -> str:
    odd = table[~table["agrees"]]
    wrong = [
        f"{name}（{stars} 颗星，t={t:.2f}）"
        for name, stars, t in zip(odd["name"], odd["stars"], odd["t"], strict=True)
    ]
    return (
        f"点图：表 4 的 {len(table)} 格按 t 的绝对值由大到小，竖线是 10%、5%、1% 的临界值。"
        f"按正态分布 {int(table['agrees'].sum())} 格相符，不符的是{listed(wrong)}；"
        "拖动滑块可改用自由度较小的 t 分布。"
    )
