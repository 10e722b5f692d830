"""Figures that recompute in the page: the tile map, and the weight of the two systems.

The page gets what its controls cannot compute; the rest are Vega expressions over it. `frame` is
a province-year frame; `grades` is table 3: columns ``upper`` and ``grade``, ascending.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from synergy.coupling import coupling_coordination
from synergy.dictionary import units
from synergy.figures import theme
from synergy.figures.drawn import Drawn, once
from synergy.figures.grammar import grid, rows
from synergy.figures.theme import Figure, inline
from synergy.panel import of_year

if TYPE_CHECKING:
    from synergy.dictionary import Place

#: C, T and D of two systems in Vega's words; tested there against `synergy.coupling`.
COUPLING = {
    "C": "2 * sqrt(datum.U1 * datum.U2) / (datum.U1 + datum.U2)",
    "T": "alpha * datum.U1 + (1 - alpha) * datum.U2",
    "D": "sqrt(datum.C * datum.T)",
}


def slider(name: str, title: str, low: float, high: float, step: float, at: float) -> alt.Parameter:
    """Slider over a parameter of the page."""
    bind = alt.binding_range(min=low, max=high, step=step, name=title)
    return alt.param(name=name, value=at, bind=bind)


def year_slider(years: Sequence[int]) -> alt.Parameter:
    """Slider over the years, at the last one first."""
    return slider("year", "年份 ", min(years), max(years), 1, max(years))


def menu(
    name: str, title: str, options: Mapping[Any, str] | Sequence[str], start: str | int = 0
) -> alt.Parameter:
    """Drop-down over values with labels, or over places in a list of labels."""
    labels = dict(options) if isinstance(options, Mapping) else dict(enumerate(options))
    values: list[Any] = list(labels)
    bind = alt.binding_select(options=values, labels=list(labels.values()), name=f"{title} ")
    return alt.param(name=name, value=start, bind=bind)


def grade_expression(grades: pd.DataFrame, field: str = "D") -> str:
    """Vega expression that grades a field by the right-closed intervals of table 3."""
    names = [json.dumps(name, ensure_ascii=False) for name in grades["grade"]]
    pairs = zip(grades["upper"], names, strict=True)
    tests = [f"datum.{field} <= {upper:g} ? {name}" for upper, name in pairs]
    return " : ".join([*tests[:-1], names[-1]])


def tile_map(
    frame: pd.DataFrame,
    provinces: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    highlight: Place | None = None,
) -> Drawn:
    """Draw D on a tile grid, one square a province, with a slider over the years.

    Parameters
    ----------
    frame
        With columns ``D`` and ``grade``.
    provinces
        Indexed by province: one-based ``row`` and ``col`` of the grid.
    highlight
        Place of the edition; its tiles get a frame in the region's colour.
    """
    drawn = once(_tile_map, frame[["D", "grade"]], provinces, grades)
    return drawn.at(focus=theme.focused(highlight))


def _tile_map(frame: pd.DataFrame, provinces: pd.DataFrame, grades: pd.DataFrame) -> Figure:
    wide = theme.by_year(frame, "D")
    years: list[Any] = list(wide)
    table = wide.join(provinces[["row", "col"]])
    last = of_year(frame, int(years[-1]))
    colours = theme.graded(frame["grade"].dropna().unique())
    tiles = (
        alt.Chart(inline(table, ["province", "row", "col", *years], digits=6))
        .transform_fold(years, as_=["when", "D"])
        .transform_filter("toNumber(datum.when) === year && isValid(datum.D)")
        .transform_calculate(grade=grade_expression(grades))
    )
    return grid(
        tiles,
        x="col",
        y="row",
        fill="grade",
        look=colours,
        label="",
        axes=(None, None),
        tips=["province", "D:Q", "grade"],
        over=[*tile_words(colours), tile_frames()],
        focus=True,
        controls=[year_slider([int(year) for year in years])],
        height=46 * int(provinces["row"].max()),
        say="方格地图，可用滑块换年份：{{ year }} 年耦合协调度最高的是{{ d|top|listed }}；"
        "各等级的省份数为{{ counts.items()|each('{}{}个')|listed }}。",
        facts={"year": years[-1], "d": last["D"], "counts": last["grade"].value_counts()},
    )


def tile_words(colours: Mapping[str, str]) -> list[alt.Chart]:
    """Names of provinces and their D, upon tiles of these colours."""
    words = alt.Chart().encode(color=theme.text_on(colours, "grade"))
    name = words.mark_text(dy=-7).encode(text="province:N")
    degree = alt.Text("D:Q", format=".2f")
    return [name, words.mark_text(dy=9).encode(text=degree)]


def tile_frames() -> alt.Chart:
    """A frame in the colour of their region around the provinces in focus."""
    framed = alt.Chart().transform_filter("indexof(focus.names, datum.province) >= 0")
    look: dict[str, Any] = {"stroke": alt.ExprRef("focus.colour"), "strokeWidth": 3}
    frame: alt.Chart = framed.mark_rect(fill=None, cornerRadius=3, **look)
    return frame


def alpha_explorer(
    frame: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    alpha: float = 0.5,
    highlight: Place | None = None,
) -> Drawn:
    """Recompute T, D and the grade of every province in the page as the weight moves.

    Parameters
    ----------
    frame
        Only its columns ``U1`` and ``U2`` travel with the page.
    alpha
        Where the slider starts: weight of U1, in [0, 1].
    highlight
        Place of the edition; other provinces turn paler.
    """
    drawn = once(_alpha_explorer, frame[["U1", "U2"]], grades, alpha)
    return drawn.at(focus=theme.focused(highlight))


def _alpha_explorer(frame: pd.DataFrame, grades: pd.DataFrame, alpha: float) -> Figure:
    names = theme.by_region(frame.index.unique("province"))
    years = list(frame.index.unique("year"))
    table = frame[["U1", "U2"]].reindex(names, level="province").dropna(how="all")
    regions = units().loc[names, ["region"]].rename_axis("name")
    points = (
        alt.Chart(inline(table.rename_axis(["name", "year"]), ["name", "year", "U1", "U2"]))
        .transform_filter("datum.year === year && isValid(datum.U1) && isValid(datum.U2)")
        .transform_calculate(**COUPLING)
        .transform_calculate(grade=grade_expression(grades))
        .transform_lookup("name", theme.lookup(regions))
    )
    last = of_year(table, years[-1])
    return rows(
        points,
        x="D",
        by="region",
        look=list(theme.REGIONS)[1:],
        names="side",
        text="grade",
        edge=True,
        tips=["name", "C:.3f", "T:.3f", "D:.3f", "grade"],
        label=theme.label("D"),
        fmt=".1f",
        scale={"domain": _reach(table)},
        focus=True,
        over=[theme.plumb(alt.Chart(), "mean(D):Q")],
        controls=[year_slider(years), slider("alpha", "权重 α ", 0, 1, 0.05, alpha)],
        height=18 * len(names),
        say="点图，可用滑块换年份和权重 α：{{ year }} 年 α 取 {{ alpha|fmt('g') }} 时全国平均 D 为 "
        "{{ mid|fmt('.3f') }}，α 取 0 时为 {{ low|fmt('.3f') }}，取 1 时为 {{ high|fmt('.3f') }}。",
        facts={
            "year": years[-1],
            "alpha": alpha,
            "low": _degree(last, 0).mean(),
            "mid": _degree(last, alpha).mean(),
            "high": _degree(last, 1).mean(),
        },
    )


def _degree(u: pd.DataFrame, alpha: float) -> pd.Series:
    return coupling_coordination(u["U1"], u["U2"], alpha=alpha)["D"]


def _reach(u: pd.DataFrame) -> list[float]:
    """Ends of the axis: tenths around whatever D any weight can give."""
    ends = pd.concat([_degree(u, 0), _degree(u, 1)])
    return [float(np.floor(10 * ends.min()) / 10), float(np.ceil(10 * ends.max()) / 10)]
