"""A chart's size on paper: as wide as the column, lower than on screen, its letters 8 pt.

A screen is scrolled, a sheet is not: what a chart says in 300 pixels of height it says in 200.
"""

from __future__ import annotations

from typing import Any

#: Pixels of the column, 150 mm; a pixel is three quarters of a point.
COLUMN = 567
POINTS = 0.75

#: Share of its height on screen that a chart keeps, and pixels below which it keeps all.
_KEEPS, _LOW = 0.68, 130
#: Share of the size of its letters, and the least, 8 pt.
_LETTERS, _LEAST = 0.9, 8 / POINTS

_VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")
_HIGH = {"y", "y2", "yOffset"}
_SIZES = {"fontSize", "labelFontSize", "titleFontSize", "subtitleFontSize"}


def fitted(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a chart's specification as it is drawn for paper.

    What stands in pixels shrinks with the height: an inner view's, and the span of a scale of y.
    The table of data is left as it is.
    """
    return {
        **_lower(_smaller({key: spec[key] for key in spec if key != "datasets"}), _share(spec)),
        **({"datasets": spec["datasets"]} if "datasets" in spec else {}),
    }


def _share(spec: dict[str, Any]) -> float:
    height = spec.get("height")
    if not isinstance(height, int | float) or height <= _LOW:
        return 1
    return max(_KEEPS, _LOW / height)


def _lower(view: dict[str, Any], share: float) -> dict[str, Any]:
    made = dict(view)
    if isinstance(view.get("height"), int | float):
        made["height"] = round(view["height"] * share)
    if isinstance(view.get("encoding"), dict):
        channels = view["encoding"].items()
        made["encoding"] = {k: _spanned(v, share) if k in _HIGH else v for k, v in channels}
    for name in _VIEWS:
        inner = view.get(name)
        if isinstance(inner, list):
            made[name] = [_lower(each, share) for each in inner]
        elif isinstance(inner, dict):
            made[name] = _lower(inner, share)
    return made


def _spanned(channel: Any, share: float) -> Any:
    """A channel of y whose scale spans pixels."""
    scale = channel.get("scale") if isinstance(channel, dict) else None
    span = scale.get("range") if isinstance(scale, dict) else None
    if not isinstance(span, list) or not all(isinstance(end, int | float) for end in span):
        return channel
    return {**channel, "scale": {**scale, "range": [end * share for end in span]}}


def _smaller(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _letters(v) if k in _SIZES else _smaller(v) for k, v in part.items()}
    return [_smaller(each) for each in part] if isinstance(part, list) else part


def _letters(size: Any) -> Any:
    if not isinstance(size, int | float):
        return size
    return min(size, max(_LEAST, size * _LETTERS))
