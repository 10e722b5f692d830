"""The map on the front page: every province by year and by the weight of the two systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from synergy.coupling import coupling_coordination
from synergy.dictionary import units
from synergy.figures import theme
from synergy.figures.drawn import Drawn, once
from synergy.figures.explorers import (
    COUPLING,
    grade_expression,
    slider,
    tile_frames,
    tile_words,
    year_slider,
)
from synergy.figures.grammar import grid
from synergy.figures.theme import Figure, inline

if TYPE_CHECKING:
    from synergy.dictionary import Place


def weighted_map(
    frame: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    alpha: float = 0.5,
    highlight: Place | None = None,
) -> Drawn:
    """Draw D on a tile grid, recomputed in the page as year and weight move.

    Parameters
    ----------
    frame
        A province-year frame; its columns ``U1`` and ``U2`` travel with the page.
    grades
        Table 3: columns ``upper`` and ``grade``, ascending.
    alpha
        Where the slider starts: weight of U1, in [0, 1].
    highlight
        Place of the edition; its tiles get a frame in the region's colour.
    """
    drawn = once(_weighted_map, frame[["U1", "U2"]], grades, alpha)
    return drawn.at(focus=theme.focused(highlight))


def _weighted_map(frame: pd.DataFrame, grades: pd.DataFrame, alpha: float) -> Figure:
    table = frame.dropna().join(units()[["row", "col"]], on="province")
    years = list(table.index.unique("year"))
    colours = _reached(table, grades)
    tiles = (
        alt.Chart(inline(table, ["province", "year", "row", "col", "U1", "U2"]))
        .transform_filter("datum.year === year")
        .transform_calculate(**COUPLING)
        .transform_calculate(grade=grade_expression(grades))
    )
    last = table.xs(years[-1], level="year")
    degree = coupling_coordination(last["U1"], last["U2"], alpha=alpha)["D"]
    return grid(
        tiles,
        x="col",
        y="row",
        fill="grade",
        look=colours,
        label="",
        axes=(None, None),
        tips=["province", "U1:Q", "U2:Q", "D:Q", "grade"],
        over=[*tile_words(colours), tile_frames()],
        focus=True,
        controls=[year_slider(years), slider("alpha", "权重 α ", 0, 1, 0.05, alpha)],
        height=46 * int(table["row"].max()),
        say="方格地图，每省一格，可用滑块换年份和权重 α：{{ year }} 年"
        " α 取 {{ alpha|fmt('g') }} 时，"
        "{{ d|length }} 个省份的耦合协调度在 {{ d.min()|d2 }} 与 {{ d.max()|d2 }} 之间，"
        "平均 {{ d.mean()|d2 }}。",
        facts={"year": years[-1], "alpha": alpha, "d": degree},
    )


def _reached(table: pd.DataFrame, grades: pd.DataFrame) -> dict[str, str]:
    """Colours of the grades that some province has at some weight."""
    ends = [coupling_coordination(table["U1"], table["U2"], alpha=a)["D"] for a in (0.0, 0.5, 1.0)]
    low, high = min(d.min() for d in ends), max(d.max() for d in ends)
    lower = grades["upper"].shift(fill_value=0.0)
    shown = (grades["upper"] >= low) & (lower < high)
    hues = zip(grades["grade"], theme.GRADES, shown, strict=True)
    return {name: hue for name, hue, reached in hues if reached}
