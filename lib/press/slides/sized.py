"""A chart laid out for a slide: in the room that it has there, with letters for the last row.

A chart counts in units, in which its letters are 12 high; a slide gives each unit `UNIT` of its own
pixels and the chart as many units as its room holds, so that all of it grows by the same measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from press.fitted import lowered, parted
from press.fonts import FONT_FAMILY

#: Pixels of a slide, 1280 by 720, that are a unit of a chart: letters of 12 are 21 high.
UNIT = 1.75

#: Units of height that axes and a legend take.
_AROUND = 45

#: Units between the middle of a line of letters and what it must not touch.
_LETTER = 6.2


class Room(NamedTuple):
    """Pixels that a chart has on a slide."""

    width: int
    height: int


#: A chart alone on its slide, and one with text, controls or a poll at its side.
WHOLE, BESIDE = Room(1184, 480), Room(800, 480)

#: Controls for which there is room at a chart's side.
CONTROLS = 5


def sized(spec: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """Return a chart's specification as it is drawn on a slide.

    Its axes and legend count too: it fills the room. Offsets in pixels shrink with its height.
    """
    high = room.height / UNIT
    share = min(1.0, (high - _AROUND) / float(spec.get("height") or high))
    data = {"datasets": spec["datasets"]} if "datasets" in spec else {}
    rest = {key: value for key, value in spec.items() if key not in data}
    made = _clear(parted(lowered(rest, share), 1 / share), rest)
    size = {"width": round(room.width / UNIT), "height": round(high)}
    fit = {"autosize": {"type": "fit", "contains": "padding"}}
    return {
        **made,
        **data,
        **size,
        **fit,
        "config": {**spec.get("config", {}), "font": FONT_FAMILY},
    }


def _clear(made: Any, before: Any) -> Any:
    """Put words above and below a point no nearer to it than their letters are high."""
    if isinstance(made, list):
        return [_clear(*pair) for pair in zip(made, before, strict=True)]
    if not isinstance(made, dict):
        return made
    return {
        key: _off(value, before[key]) if key == "dy" else _clear(value, before[key])
        for key, value in made.items()
    }


def _off(now: Any, before: Any) -> Any:
    if not isinstance(before, int | float) or isinstance(before, bool):
        return now
    return max(abs(now), min(abs(before), _LETTER)) * (1 if before > 0 else -1)


def moved_by(spec: Mapping[str, Any]) -> int:
    """How many controls a chart has."""
    return sum("bind" in param for param in spec.get("params", ()))
