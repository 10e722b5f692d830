"""Names that figures with sliders still import from here; they stand in `synergy.figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from synergy.figures.theme import (
    ACCENT,
    CONTRAST,
    INK,
    REGIONS,
    Figure,
    apart,
    axis,
    finish,
    focus,
    inline,
    one_of,
    upright,
    years,
)

if TYPE_CHECKING:
    from synergy.dictionary import Region

__all__ = [
    "ACCENT",
    "CONTRAST",
    "INK",
    "Figure",
    "axis",
    "chosen_provinces",
    "finish",
    "inline",
    "one_of",
    "region_colour",
    "upright",
    "year_axis",
]


def region_colour() -> alt.Color:
    """Colour by region."""
    colour: alt.Color = apart("region", list(REGIONS)[1:], "color", raised=True)["color"]
    return colour


def year_axis() -> alt.X:
    """Years as categories."""
    return alt.X("year:O", axis=years())


def chosen_provinces(provinces: pd.Series, highlight: Region | None) -> list[str]:
    """Provinces in focus; none for the nation."""
    return [name for name in focus(highlight) if name in provinces.index]
