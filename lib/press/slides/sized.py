"""A chart laid out for a slide: in the room that it has there, with letters for the last row.

A chart counts in units, in which its letters are 12 high; a slide gives each unit `UNIT` of its own
pixels and the chart as many units as its room holds, so that all of it grows by the same measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from press.fitted import lowered, parted

#: Pixels of a slide, 1280 by 720, that are a unit of a chart: letters of 12 are 21 high.
UNIT = 1.75

#: Units of height that axes and a legend take, and the least share of its height that a chart of
#: panels, or of rows with names above them, keeps its letters apart with.
_AROUND = 45


class Room(NamedTuple):
    """Pixels that a chart has on a slide."""

    width: int
    height: int


#: A chart alone on its slide, and one with text, controls or a poll at its side.
WHOLE, BESIDE = Room(1184, 468), Room(800, 468)


def sized(spec: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """Return a chart's specification as it is drawn on a slide.

    Its axes and legend count too: it fills the room. Offsets in pixels shrink with its height.
    """
    high = room.height / UNIT
    share = min(1.0, (high - _AROUND) / float(spec.get("height") or high))
    data = {"datasets": spec["datasets"]} if "datasets" in spec else {}
    made = parted(lowered({k: v for k, v in spec.items() if k not in data}, share), 1 / share)
    size = {"width": round(room.width / UNIT), "height": round(high)}
    return {**made, **data, **size, "autosize": {"type": "fit", "contains": "padding"}}


def moved_by(spec: Mapping[str, Any]) -> int:
    """How many controls a chart has."""
    return sum("bind" in param for param in spec.get("params", ()))
