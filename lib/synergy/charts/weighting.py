"""Weights of indicators and dimensions, and which indicators a panel has at all."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from synergy.charts import ACCENT, INK, LABELS, Figure, axis, finish, inline
from synergy.charts.ranges import bars
from synergy.narration import listed

SYSTEMS = {"AI": "人工智能", "EQ": "就业质量"}


def indicator_weights(weights: pd.DataFrame, names: pd.Series, system: str) -> Figure:
    """Draw the weight of each indicator of a system, heaviest first.

    Parameters
    ----------
    weights
        Index ``code``; columns ``system``, ``dimension``, ``weight``.
    names
        Chinese indicator names by code.
    system
        ``AI`` or ``EQ``.
    """
    table = weights.loc[weights["system"] == system, ["dimension", "weight"]]
    table = table.sort_values("weight", ascending=False)
    table["short"] = names.loc[table.index]
    table["name"] = table["short"] + "（" + table["dimension"].map(LABELS) + "）"
    shares = [f"{row.short}（{row.weight:.1%}）" for row in table.itertuples()]
    description = (
        f"条形图：{SYSTEMS[system]}系统 {len(table)} 个指标的熵权。最大的是{shares[0]}，"
        f"最小的是{shares[-1]}；前三个合计 {table['weight'].head(3).sum():.1%}。"
    )
    return bars(table, "weight", description)


def dimension_weights(weights: pd.DataFrame) -> Figure:
    """Draw the weight of each dimension within its system.

    Parameters
    ----------
    weights
        Index ``code``; columns ``system``, ``dimension``, ``dimension_weight``.
    """
    table = weights.drop_duplicates(["system", "dimension"]).copy()
    table["name"] = table["system"].map(SYSTEMS) + "：" + table["dimension"].map(LABELS)
    heaviest = table.sort_values("dimension_weight", ascending=False).drop_duplicates("system")
    shares = [
        f"{row.name}（{row.dimension_weight:.1%}）" for row in heaviest.itertuples(index=False)
    ]
    description = f"条形图：各维度在本系统内的权重，最重的维度是{listed(shares)}。"
    return bars(table, "dimension_weight", description)


def coverage_matrix(indicators: pd.DataFrame, present: Collection[str]) -> Figure:
    """Draw the 31 indicators as squares, filled where the panel has them.

    Parameters
    ----------
    indicators
        Dictionary in the order of the paper's tables 1 and 2: index ``code``; columns ``system``,
        ``dimension``, ``dimension_zh``, ``name_zh``.
    present
        Codes that the panel has.
    """
    table = indicators[["dimension_zh", "name_zh"]].copy()
    table["number"] = range(1, len(table) + 1)
    table["place"] = table.groupby("dimension_zh").cumcount()
    table["state"] = ["有" if code in set(present) else "缺" for code in table.index]
    base = alt.Chart(inline(table, ["dimension_zh", "name_zh", "number", "place", "state"])).encode(
        x=alt.X("place:O", axis=None),
        y=alt.Y("dimension_zh:N", sort=None, axis=axis()),
        tooltip=[alt.Tooltip("name_zh:N", title="指标"), alt.Tooltip("state:N", title="数据")],
    )
    scale = alt.Scale(domain=["有", "缺"], range=[ACCENT, "transparent"])
    squares = base.mark_rect(stroke=INK, cornerRadius=3).encode(
        color=alt.Color("state:N", scale=scale, legend=None)
    )
    ink = alt.condition("datum.state === '有'", alt.value("#FFFFFF"), alt.value(INK))
    numbers = base.mark_text(fontSize=12).encode(text="number:Q", color=ink)
    return finish(
        squares + numbers,
        describe_coverage(indicators, present),
        height=34 * indicators["dimension_zh"].nunique(),
    )


def describe_coverage(indicators: pd.DataFrame, present: Collection[str]) -> str:
    """Alt text of the coverage matrix: how many of each dimension are there."""
    have = indicators.index.isin(list(present))
    groups = indicators.assign(have=have).groupby("dimension_zh", sort=False)["have"]
    parts = [f"{name} {got} / {of}" for name, (got, of) in groups.agg(["sum", "size"]).iterrows()]
    return f"方格图：{len(indicators)} 个指标中有 {have.sum()} 个可用——{listed(parts)}。"
