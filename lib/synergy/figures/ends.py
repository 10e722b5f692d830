"""Names at the ends of lines, pushed apart so that none touches the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt

from synergy.figures.theme import SMALL

#: Longest name, and most lines, for which the end of a line has room on a phone.
LONGEST, MOST = 6, 6


def fit(names: Iterable[str]) -> bool:
    """Whether names can stand at the ends of lines; else they need a key."""
    named = list(names)
    return 1 < len(named) <= MOST and max(map(len, named)) <= LONGEST


def gap(height: float, span: str) -> str:
    """Vega expression: how far names must be apart, in units of the axis.

    Parameters
    ----------
    height
        Of the chart, in pixels.
    span
        Vega expression for the length of the axis, the space at its ends included or not.
    """
    return f"({1.2 * SMALL / height:.4f} * ({span}))"


def pushed(last: alt.Chart, value: str, distance: str) -> alt.Chart:
    """Rows in the order of a field, with `put`: where their names stand.

    As few move as must, half up and half down. With ranks i, both ``max over j <= i`` and ``min
    over j >= i`` of ``value_j - j distance`` never fall, so that their mean, ``i distance`` added
    back, has the distance between any two.

    Parameters
    ----------
    last
        One row a line.
    value
        Field that the line ends at.
    distance
        Vega expression.
    """
    order: list[Any] = [alt.SortField("rank")]
    ranked = last.transform_window(rank="row_number()", sort=[alt.SortField(value)])
    levelled = ranked.transform_calculate(level=f"datum.{value} - datum.rank * {distance}")
    ends = levelled.transform_window(up="max(level)", sort=order, frame=[None, 0])
    both = ends.transform_window(down="min(level)", sort=order, frame=[0, None])
    return both.transform_calculate(put=f"(datum.up + datum.down) / 2 + datum.rank * {distance}")
