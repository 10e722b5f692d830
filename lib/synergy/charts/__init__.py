"""Altair figures of the report: theme, shared encodings, one module per subject.

Every figure is fluid in width, transparent, free of titles (captions carry them) and
carries a computed Chinese sentence as its ``description``, which the page uses as alt text.
Data are inlined as CSV rather than as records: about half the page weight.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

if TYPE_CHECKING:
    from synergy.dictionary import Region

Figure = alt.Chart | alt.LayerChart

FONT = '"Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'

#: Mid-grey that keeps a contrast above 4:1 on both the light and the dark page.
INK = "#777777"
FAINT = "rgba(128,128,128,0.22)"

#: Okabe-Ito hues, one per region and for nothing else; the nation is neutral.
REGION_COLOURS: dict[str, str] = {
    "全国": "#777777",
    "东部": "#0072B2",
    "中部": "#D55E00",
    "西部": "#009E73",
    "东北": "#CC79A7",
}
#: Second channel beside colour, so that the lines also part in print and without colour vision.
REGION_SHAPES: dict[str, str] = {
    "全国": "circle",
    "东部": "square",
    "中部": "triangle-up",
    "西部": "diamond",
    "东北": "cross",
}
#: Anything that is not a region: bars, reference marks.
ACCENT = "#7B68A6"
CONTRAST = "#B8862F"

LABELS: dict[str, str] = {
    "AI": "人工智能指数",
    "U1": "人工智能指数",
    "U2": "就业质量指数",
    "C": "耦合度 C",
    "T": "协调度 T",
    "D": "耦合协调度 D",
    "BS": "基础支撑",
    "TI": "技术创新",
    "AD": "应用与扩散",
    "LR": "劳动报酬",
    "EQ": "就业环境",
    "SS": "社会保障",
    "LQ": "劳动力素质",
}


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by all figures: readable on light and dark pages."""
    axis = {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": INK,
        "tickColor": INK,
        "gridColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    legend = {"labelColor": INK, "titleColor": INK, "orient": "top", "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        "font": FONT,
        "axis": axis,
        "legend": {**legend, "labelFontSize": 12, "titleFontSize": 12},
        "view": {"stroke": None},
        "text": {"color": INK},
    }


def inline(frame: pd.DataFrame, columns: Sequence[str], *, digits: int = 4) -> alt.InlineData:
    """Inline the named columns as CSV, rounded.

    Parameters
    ----------
    frame
        Any frame; index levels named in `columns` are moved to columns first.
    columns
        What the figure uses, and nothing more.
    digits
        Decimal places kept.
    """
    named = [name for name in frame.index.names if name in columns]
    table = (frame.reset_index(level=named) if named else frame)[list(columns)]
    text = table.round(digits).to_csv(index=False, lineterminator="\n")
    numbers = dict.fromkeys(table.select_dtypes("number").columns, "number")
    return alt.InlineData(values=text, format=alt.CsvDataFormat(type="csv", parse=numbers))


def region_colour(*, nation: bool = False) -> alt.Color:
    """Colour by region, the same everywhere; the key lists the nation where it is drawn."""
    scale = alt.Scale(domain=list(REGION_COLOURS), range=list(REGION_COLOURS.values()))
    return alt.Color("region:N", scale=scale, legend=_region_key(nation))


def region_shape(*, nation: bool = False) -> alt.Shape:
    """Shape by region; shares the key of :func:`region_colour`."""
    scale = alt.Scale(domain=list(REGION_SHAPES), range=list(REGION_SHAPES.values()))
    return alt.Shape("region:N", scale=scale, legend=_region_key(nation))


def _region_key(nation: bool) -> alt.Legend:
    names = [name for name in REGION_COLOURS if nation or name != "全国"]
    return alt.Legend(title=None, columns=5, columnPadding=7, values=names, offset=28)


def by_region(provinces: pd.Series) -> list[str]:
    """Province names sorted by region (the order of the colours), then as given.

    Parameters
    ----------
    provinces
        Region by province.
    """
    rank = provinces.map({name: i for i, name in enumerate(REGION_COLOURS)})
    return [str(name) for name in rank.sort_values(kind="stable").index]


def chosen_provinces(provinces: pd.Series, highlight: Region | None) -> list[str]:
    """Provinces that the edition is about: one, those of a region, or none for the nation."""
    if highlight is None:
        return []
    named = (provinces == highlight.name) | (provinces.index == highlight.name)
    return [str(name) for name in provinces.index[named]]


def one_of(names: Iterable[str], field: str = "value") -> str:
    """Vega expression that tests membership; names are JSON-escaped."""
    return f"indexof({json.dumps(list(names), ensure_ascii=False)}, datum.{field}) >= 0"


def finish(chart: Any, description: str, *, height: float) -> Figure:
    """Give a figure its fluid width, its height, its alt text and the shared configuration."""
    sized = chart.properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        description=description,
    )
    figure: Figure = sized.configure(**config())
    return figure


def axis(title: str | None = None, **options: Any) -> alt.Axis:
    """Axis without superfluous lines."""
    return alt.Axis(title=title, domain=False, ticks=False, **options)


def upright(title: str, **options: Any) -> alt.Axis:
    """Vertical axis whose Chinese title stands upright above it."""
    return axis(
        title, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-34, titleY=-12, **options
    )


def year_axis() -> alt.X:
    """Years as categories: upright labels, thinned out where the page is narrow."""
    return alt.X("year:O", axis=axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8))


def by_year(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Spread a province-year column over one column a year (a third of the page weight)."""
    wide = frame[column].unstack("year")
    return wide.rename(columns=str).reindex(frame.index.unique("province")).reset_index()
