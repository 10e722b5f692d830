"""A chart's size on paper: the column's width or half of it, lower than on screen, letters 8 pt.

A screen is scrolled, a sheet is not: what a chart says in 300 pixels of height it says in 200, and
a few lines over an axis of numbers need half of the column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

#: Pixels of the column, 150 mm, and of half of it, 72 mm; a pixel is three quarters of a point.
COLUMN, HALF = 567, 272
POINTS = 0.75

#: Height of a chart in half of the column, and the most it has on screen.
_HALF_HIGH, _PLANE_HIGH, _HALF_MOST = 165, 205, 310
#: Height on paper up to which rows stand in half of the column.
_ROWS_MOST = 215
#: Share of its height on screen that a chart keeps, and pixels below which it keeps all.
_KEEPS, _LOW = 0.6, 130
#: What fits on a page with its words, in pixels.
_HIGHEST = 480
#: The same of rows with their names above them.
_NAMED_KEEP = 0.7
#: The same of one in panels, whose headings stand between them.
_PANELS_KEEP = 0.85
#: Share of the size of its letters, and the least, 8 pt.
_LETTERS, _LEAST = 0.9, 8 / POINTS

#: How far names at the ends of lines are apart, as a share of the axis (`synergy.figures.ends`).
_GAP = re.compile(r"(?<=datum\.rank \* \()\d+\.\d+(?= \*)")

_VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")
_SIDE_BY_SIDE = ("hconcat", "vconcat", "concat")
_FACETS = ("facet", "row", "column")
_HIGH = {"y", "y2", "yOffset"}
_OFFSETS = {"dy", "yOffset", "height"}
_SIZES = {"fontSize", "labelFontSize", "titleFontSize", "subtitleFontSize"}
_LINES = {"line", "area", "bar"}


def fitted(spec: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a chart's specification as it is drawn for paper, and its width in pixels.

    What stands in pixels shrinks with the height: an inner view's, and the span of a scale of y.
    The table of data is left as it is.
    """
    made = _smaller({key: spec[key] for key in spec if key != "datasets"})
    half, share = is_half(spec), _share(spec)
    views = [*_all_views(spec)]
    if half and not any(_discrete(view, "y") for view in views):
        made["height"] = _PLANE_HIGH if any(map(_planar, views)) else _HALF_HIGH
        share = made["height"] / spec["height"] if spec.get("height") else 1
    else:
        made = lowered(made, share)
    made = parted(made, _LETTERS / share)
    data = {"datasets": spec["datasets"]} if "datasets" in spec else {}
    return {**made, **data}, HALF if half else COLUMN


def is_half(spec: dict[str, Any]) -> bool:
    """Whether half of the column is enough.

    It is for lines or columns over an axis, and for a few rows whose names stand above them.
    """
    views = [*_all_views(spec)]
    if spec.get("width") != "container" or any(name in spec for name in _SIDE_BY_SIDE):
        return False
    if any(facet in view for view in views for facet in _FACETS):
        return False
    rows = [view for view in views if _discrete(view, "y")]
    if rows:
        return all(map(_named_inside, rows)) and _few(spec, views)
    most = spec.get("height", _HALF_MOST + 1) <= _HALF_MOST
    return most and bool({_kind(view) for view in views} & _LINES or any(map(_planar, views)))


def _few(spec: dict[str, Any], views: list[dict[str, Any]]) -> bool:
    """Whether rows are few, and each a name and what is drawn below it."""
    dys = [_mark(view).get("dy") for view in views if _kind(view) == "text"]
    above = [dy for dy in dys if isinstance(dy, int | float) and dy < 0]
    banded = any("yOffset" in view.get("encoding", {}) for view in views)
    return len(above) == 1 and not banded and spec["height"] * _share(spec) <= _ROWS_MOST


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


def _named_inside(view: dict[str, Any]) -> bool:
    """Whether names of rows are no labels of an axis."""
    return view["encoding"]["y"].get("axis", "") is None


def _planar(view: dict[str, Any]) -> bool:
    """Whether a view sets its scale by the shape of the chart, as a plane of equal units does."""
    return "width / height" in repr(view.get("encoding", {}).get("x", ""))


def _share(spec: dict[str, Any]) -> float:
    """How much of its height a chart keeps: enough for labels above each other."""
    height = spec.get("height")
    if not isinstance(height, int | float) or height <= _LOW:
        return 1
    views = [*_all_views(spec)]
    if any(_pixels(view) for view in views):
        return _PANELS_KEEP
    told = (_mark(view).get("dy", 0) for view in views if _kind(view) == "text")
    offsets = sorted({dy for dy in told if isinstance(dy, int | float)})
    apart = [after - before for before, after in pairwise(offsets)]
    labels = max((_LEAST * 1.1 / gap for gap in apart if gap >= _LEAST), default=0)
    rows = any(_discrete(view, "y") for view in views)
    named = _NAMED_KEEP if rows and any(dy < 0 for dy in offsets) else 0
    listed = _LEAST * 1.1 * _rows(spec) / height if rows and not named else 0
    bands = _LEAST * 1.1 / min((_band(spec, view) for view in views), default=height)
    return min(1, _HIGHEST / height, max(_KEEPS, _LOW / height, labels, bands, named, listed))


def _mark(view: dict[str, Any]) -> dict[str, Any]:
    mark = view.get("mark")
    return mark if isinstance(mark, dict) else {}


def _pixels(view: dict[str, Any]) -> bool:
    """Whether a view stands at a height in pixels, as one of several panels does."""
    y = view.get("encoding", {}).get("y")
    return isinstance(y, dict) and isinstance(y.get("value"), int | float) and y["value"] > 0


def _band(spec: dict[str, Any], view: dict[str, Any]) -> float:
    """Pixels of a band where rows are parted in bands, one of which holds their name."""
    parted = view.get("encoding", {}).get("yOffset")
    domain = parted.get("scale", {}).get("domain") if isinstance(parted, dict) else None
    if not domain or not (rows := _rows(spec)):
        return float(spec["height"])
    return float(spec["height"] / rows / len(domain))


def _rows(spec: dict[str, Any]) -> int:
    """How many rows the names of a chart make."""
    fields = {
        view["encoding"]["y"].get("field") for view in _all_views(spec) if _discrete(view, "y")
    }
    rows = [row for table in spec.get("datasets", {}).values() for row in _table(table)]
    return len({row[field] for row in rows for field in fields if field in row})


def _table(told: Any) -> Iterable[Mapping[str, Any]]:
    """Rows of a table, which stands in a chart as a list or as text."""
    return csv.DictReader(told.splitlines()) if isinstance(told, str) else told


def lowered(view: dict[str, Any], share: float) -> dict[str, Any]:
    """Return a view in which all that stands in pixels of height has a share of it."""
    made = dict(view)
    if isinstance(view.get("height"), int | float):
        made["height"] = round(view["height"] * share)
    if _mark(view):
        made["mark"] = {k: _times(v, share, k in _OFFSETS) for k, v in view["mark"].items()}
    if isinstance(view.get("encoding"), dict):
        channels = view["encoding"].items()
        made["encoding"] = {k: _spanned(v, share) if k in _HIGH else v for k, v in channels}
    for name in _VIEWS:
        inner = view.get(name)
        if isinstance(inner, list):
            made[name] = [lowered(each, share) for each in inner]
        elif isinstance(inner, dict):
            made[name] = lowered(inner, share)
    return made


def parted(part: Any, times: float) -> Any:
    """Put names at the ends of lines as far apart as their letters are high on a lower chart."""
    if isinstance(part, dict):
        return {key: parted(value, times) for key, value in part.items()}
    if isinstance(part, list):
        return [parted(each, times) for each in part]
    wider = partial(re.sub, _GAP, lambda found: f"{float(found[0]) * times:.4f}")
    return wider(part) if isinstance(part, str) else part


def _spanned(channel: Any, share: float) -> Any:
    """A channel of y: a height in pixels, and a scale that spans pixels."""
    if not isinstance(channel, dict):
        return channel
    made = {k: _times(v, share, k == "value") for k, v in channel.items()}
    scale = channel.get("scale")
    if isinstance(scale, dict) and isinstance(scale.get("range"), list):
        made["scale"] = {**scale, "range": [_times(end, share) for end in scale["range"]]}
    return made


def _times(value: Any, share: float, due: bool = True) -> Any:
    number = due and isinstance(value, int | float) and not isinstance(value, bool)
    return value * share if number else value


def _smaller(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _letters(v) if k in _SIZES else _smaller(v) for k, v in part.items()}
    return [_smaller(each) for each in part] if isinstance(part, list) else part


def _letters(size: Any) -> Any:
    if not isinstance(size, int | float):
        return size
    return min(size, max(_LEAST, size * _LETTERS))
