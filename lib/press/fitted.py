"""A chart's size on paper: the column's width or half of it, lower than on screen, letters 8 pt.

A screen is scrolled, a sheet is not: what a chart says in 300 pixels of height it says in 200, and
a few lines over an axis of numbers need half of the column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Pixels of the column, 150 mm, and of half of it, 72 mm; a pixel is three quarters of a point.
COLUMN, HALF = 567, 272
POINTS = 0.75

#: Height of a chart in half of the column, and the most it has on screen.
_HALF_HIGH, _HALF_MOST = 165, 310
#: Share of its height on screen that a chart keeps, and pixels below which it keeps all.
_KEEPS, _LOW = 0.68, 130
#: The same where rows carry labels between them, which take room of their own.
_ROWS_KEEP = 0.82
#: Share of the size of its letters, and the least, 8 pt.
_LETTERS, _LEAST = 0.9, 8 / POINTS

_VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")
_FACETS = ("facet", "row", "column")
_HIGH = {"y", "y2", "yOffset"}
_SIZES = {"fontSize", "labelFontSize", "titleFontSize", "subtitleFontSize"}
_LINES = {"line", "area", "bar"}


def fitted(spec: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a chart's specification as it is drawn for paper, and its width in pixels.

    What stands in pixels shrinks with the height: an inner view's, and the span of a scale of y.
    The table of data is left as it is.
    """
    made = _smaller({key: spec[key] for key in spec if key != "datasets"})
    if is_half(spec):
        made, width = {**made, "height": _HALF_HIGH}, HALF
    else:
        made, width = _lower(made, _share(spec)), COLUMN
    return {**made, **({"datasets": spec["datasets"]} if "datasets" in spec else {})}, width


def is_half(spec: dict[str, Any]) -> bool:
    """Whether half of the column is enough: lines or columns over an axis, no names as rows."""
    views = [*_all_views(spec)]
    drawn = {_kind(view) for view in views}
    return (
        spec.get("height", _HALF_MOST + 1) <= _HALF_MOST
        and bool(drawn & _LINES)
        and not any(_discrete(view, "y") or _named(view) for view in views)
        and not any(facet in view for view in views for facet in _FACETS)
        and not any(name in spec for name in ("hconcat", "vconcat", "concat"))
    )


def _all_views(view: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield view
    for name in _VIEWS:
        inner = view.get(name, [])
        for each in inner if isinstance(inner, list) else [inner]:
            yield from _all_views(each)


def _kind(view: dict[str, Any]) -> str:
    mark = view.get("mark", "")
    return str(mark.get("type", "")) if isinstance(mark, dict) else str(mark)


def _discrete(view: dict[str, Any], channel: str) -> bool:
    encoded = view.get("encoding", {}).get(channel)
    return isinstance(encoded, dict) and encoded.get("type") in {"nominal", "ordinal"}


def _named(view: dict[str, Any]) -> bool:
    """Whether a view sets its scale by the shape of the chart, as a plane of equal units does."""
    return "width / height" in repr(view.get("encoding", {}).get("x", ""))


def _share(spec: dict[str, Any]) -> float:
    height = spec.get("height")
    if not isinstance(height, int | float) or height <= _LOW:
        return 1
    between = any(_offset(view) for view in _all_views(spec))
    return max(_ROWS_KEEP if between else _KEEPS, _LOW / height)


def _offset(view: dict[str, Any]) -> bool:
    """Whether marks stand off their row, to leave room for a label above."""
    mark = view.get("mark")
    return isinstance(mark, dict) and bool(mark.get("yOffset"))


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
