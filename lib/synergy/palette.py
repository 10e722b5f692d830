"""The report's colours, from ``data/palette.csv``: one table for charts, pages and print.

A colour is known by what it shows on the light page. Its counterpart on the dark page is found by
that value, in the page as well: `counterparts` is written into the style sheet as variables.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from synergy.source import source_folder


class Colour(NamedTuple):
    """A colour as ``#rrggbb``, on the light page and on the dark one."""

    light: str
    dark: str


@cache
def palette() -> Mapping[str, Colour]:
    """Every colour by its code; read without pandas, whose import takes longer than all else."""
    with (source_folder() / "data" / "palette.csv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table)
        return {row["code"]: Colour(row["light"], row["dark"]) for row in rows}


def colour(code: str) -> str:
    """Colour of a code on the light page."""
    return palette()[code].light


@cache
def counterparts() -> Mapping[str, str]:
    """Colour on the dark page by that on the light one, where they differ."""
    return {light: dark for light, dark in palette().values() if light != dark}


def is_dark(colour: str) -> bool:
    """Whether white text contrasts more with a colour than black (WCAG relative luminance)."""
    if not colour.startswith("#"):
        return False
    return luminance(colour) < 0.179


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, from 0 to 1 (WCAG 2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
