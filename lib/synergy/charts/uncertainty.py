"""How far results move: redrawn provinces, variants, left-out indicators, repaired data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from synergy.charts import (
    ACCENT,
    CONTRAST,
    LABELS,
    Figure,
    axis,
    finish,
    inline,
    upright,
    year_axis,
)
from synergy.charts.ranges import bars, dumbbells, intervals
from synergy.charts.weighting import SYSTEMS
from synergy.narration import listed

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.robustness import VariantComparison
    from synergy.uncertainty import ClusterBootstrap


def province_intervals(
    bootstrap: ClusterBootstrap,
    regions: pd.Series,
    year: int,
    column: str = "D",
    *,
    highlight: Region | None = None,
) -> Figure:
    """Draw the bootstrap interval of D or of the rank for every province in one year.

    Parameters
    ----------
    bootstrap
        Result of the cluster bootstrap over provinces.
    regions
        Region by province.
    year
        Year to draw.
    column
        ``D`` or ``rank``.
    highlight
        Region of the edition; other provinces turn paler.
    """
    of_year = bootstrap.scores.index.get_level_values("year") == year
    scores = bootstrap.scores[of_year].droplevel("year").sort_values("rank")
    table = pd.DataFrame(
        {
            "region": regions.loc[scores.index],
            "estimate": scores[column],
            "lower": scores[f"{column}_lower"],
            "upper": scores[f"{column}_upper"],
        }
    )
    ranks = column == "rank"
    return intervals(
        table,
        label="位次（1 为最高）" if ranks else LABELS.get(column, column),
        description=_describe_intervals(table, year, bootstrap.level, ranks=ranks),
        highlight=highlight,
        reverse=ranks,
        fmt="d" if ranks else ".2f",
    )


def _describe_intervals(table: pd.DataFrame, year: int, level: float, *, ranks: bool) -> str:
    width = table["upper"] - table["lower"]
    what, digits = ("位次", ".0f") if ranks else ("耦合协调度", ".3f")
    best = table.index[0]
    low, high = (f"{table.loc[best, name]:{digits}}" for name in ("lower", "upper"))
    return (
        f"区间图：{year} 年各省{what}的 {level:.0%} 区间。居首的{best}为 {low} 至 {high}；"
        f"区间宽度的中位数为 {width.median():{digits}}，最宽的是{width.idxmax()}"
        f"（{width.max():{digits}}）。"
    )


def weight_intervals(bootstrap: ClusterBootstrap, names: pd.Series, system: str) -> Figure:
    """Draw the weight of each indicator of a system with its bootstrap interval.

    Parameters
    ----------
    bootstrap
        Result of the cluster bootstrap over provinces.
    names
        Chinese indicator names by code.
    system
        ``AI`` or ``EQ``.
    """
    table = bootstrap.weights[bootstrap.weights["system"] == system]
    table = table.sort_values("weight", ascending=False)
    table = table.assign(name=names.loc[table.index])
    columns = ["name", "weight", "weight_lower", "weight_upper"]
    rows = alt.Y("name:N", sort=None, axis=None)
    base = alt.Chart(inline(table, columns)).encode(
        y=rows,
        tooltip=["name:N", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in columns[1:])],
    )
    length = alt.X("weight_lower:Q", axis=axis("权重", format="%", tickCount=6))
    bands = base.mark_rule(strokeWidth=3, yOffset=8, color=ACCENT, opacity=0.5).encode(
        x=length, x2="weight_upper:Q"
    )
    points = base.mark_point(filled=True, size=60, yOffset=8, color=ACCENT, opacity=1).encode(
        x="weight:Q"
    )
    labels = base.mark_text(align="left", dy=-6, fontSize=12).encode(x=alt.value(0), text="name:N")
    top = table.iloc[0]
    description = (
        f"区间图：{SYSTEMS[system]}系统各指标权重的 {bootstrap.level:.0%} 区间。最重的{top['name']}"
        f"估计为 {top['weight']:.1%}，区间 {top['weight_lower']:.1%} 至 {top['weight_upper']:.1%}。"
    )
    return finish(bands + points + labels, description, height=32 * len(table))


def variant_means(comparison: VariantComparison) -> Figure:
    """Draw the national mean of D, first and last year, under each named variant."""
    national = comparison.national
    first, last = (f"{year} 年" for year in (national.index[0], national.index[-1]))
    usable = [name for name in comparison.summary.index if national[name].notna().all()]
    table = pd.DataFrame(
        {
            "name": comparison.summary.loc[usable, "title_zh"].to_numpy(),
            first: national[usable].iloc[0].to_numpy(),
            last: national[usable].iloc[-1].to_numpy(),
        }
    )
    ordered = table.sort_values(last)
    low, high = ordered.iloc[0], ordered.iloc[-1]
    description = (
        f"哑铃图：各种做法下全国平均耦合协调度的首年与末年。末年最低的是{low['name']}"
        f"（{low[last]:.3f}），最高的是{high['name']}（{high[last]:.3f}）。"
    )
    return dumbbells(table, first, last, label="耦合协调度 D", description=description)


def leave_one_out_bars(shifts: pd.DataFrame, names: pd.Series, count: int = 8) -> Figure:
    """Draw how far D moves on average when one indicator is left out, largest first.

    Parameters
    ----------
    shifts
        Index ``code``; column ``mean_abs_shift``.
    names
        Chinese indicator names by code.
    count
        Indicators drawn.
    """
    table = shifts.dropna(subset=["mean_abs_shift"]).nlargest(count, "mean_abs_shift")
    table = table.assign(name=names.loc[table.index])
    largest = [
        f"{row.name}（{row.mean_abs_shift:.3f}）" for row in table.head(3).itertuples(index=False)
    ]
    description = f"条形图：逐一去掉一项指标后 D 的平均绝对变动，影响最大的是{listed(largest)}。"
    return bars(table, "mean_abs_shift", description, fmt=".3f")


def weight_change(before: pd.Series, after: pd.Series, names: pd.Series) -> Figure:
    """Draw the weight of each indicator without and with the repairs of the data.

    Parameters
    ----------
    before, after
        Weights by code, without and with repairs.
    names
        Chinese indicator names by code.
    """
    both = pd.DataFrame({"不修补": before, "修补后": after}).dropna()
    both = both.loc[after[both.index].sort_values(ascending=False).index]
    change = (both["修补后"] - both["不修补"]).abs()
    most = str(change.idxmax())
    description = (
        f"哑铃图：数据修补前后各指标的权重。变动最大的是{names[most]}，"
        f"由 {before[most]:.1%} 变为 {after[most]:.1%}。"
    )
    table = both.assign(name=names.loc[both.index])
    return dumbbells(table, "不修补", "修补后", label="权重", description=description, fmt="%")


def paired_paths(paths: Mapping[str, pd.Series], column: str) -> Figure:
    """Draw two yearly paths of an index against each other.

    Parameters
    ----------
    paths
        Chinese name of each of two runs and its values by year.
    column
        Index that is drawn.
    """
    names, label = list(paths), LABELS.get(column, column)
    long = pd.concat(paths, names=["run", "year"]).rename(column).reset_index()
    colour = alt.Scale(domain=names, range=[CONTRAST, ACCENT])
    key = alt.Legend(title=None, offset=28)
    dashes = alt.Scale(domain=names, range=[[5, 3], [1, 0]])
    lines = (
        alt.Chart(inline(long, ["run", "year", column]))
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=40), strokeWidth=2.5)
        .encode(
            x=year_axis(),
            y=alt.Y(f"{column}:Q", axis=upright(label), scale=alt.Scale(zero=False)),
            color=alt.Color("run:N", scale=colour, legend=key),
            strokeDash=alt.StrokeDash("run:N", scale=dashes, legend=key),
            tooltip=["run:N", "year:O", alt.Tooltip(f"{column}:Q", format=".4f")],
        )
    )
    first, second = paths.values()
    gap = (second - first).dropna()
    widest = int(gap.abs().to_numpy().argmax())
    description = (
        f"折线图：{names[0]}与{names[1]}的全国{label}。两者相差最大在 {gap.index[widest]} 年，"
        f"{names[1]}减{names[0]}为 {gap.iloc[widest]:+.4f}。"
    )
    return finish(lines, description, height=260)
