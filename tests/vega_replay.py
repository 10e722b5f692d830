"""What every figure must be; and Vega itself runs its expressions and prints what it finds."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import vl_convert

from synergy.figures.theme import MUTE

#: Fields that are printed as text.
WORDS = frozenset({"i", "j", "grade", "id", "name", "series"})


def text_of(spec: Any) -> str:
    """A specification, or part of one, as it stands in the page."""
    return json.dumps(spec, ensure_ascii=False)


def assert_suits_a_page(name: str, spec: dict[str, Any], bound: int) -> None:
    """Fluid, described, without title, for light and dark pages, offline, below `bound` bytes."""
    assert spec["width"] == "container" and "title" not in spec, name
    assert spec["description"].endswith("。"), name
    assert spec["config"]["background"] == "transparent", name
    assert spec["config"]["axis"]["labelColor"] == MUTE, name
    text = text_of({key: value for key, value in spec.items() if key != "$schema"})
    assert "://" not in text and '"url"' not in text, name
    assert len(text.encode()) < bound, (name, len(text.encode()))


def replay(
    spec: dict[str, Any], fields: list[str], settings: dict[str, Any] | None = None, layer: int = 0
) -> pd.DataFrame:
    """Rows of one layer's data after its transforms, with the controls set.

    Parameters
    ----------
    spec : dict
        A layered figure.
    fields : list of str
        Fields to print; those not in `WORDS` as numbers.
    settings : dict, optional
        Value by name of a control; the others stand as they start.
    layer : int
        Whose own transforms follow those of the figure.
    """
    texts = [f"(isNumber(datum.{f}) ? format(datum.{f}, '.10f') : datum.{f})" for f in fields]
    part, chosen = spec["layer"][layer], settings or {}
    bare = {
        "$schema": spec["$schema"],
        "datasets": spec["datasets"],
        "data": spec["data"],
        "params": [
            {"name": p["name"], "value": chosen.get(p["name"], p["value"])}
            for p in spec.get("params", [])
        ],
        "transform": [
            *spec.get("transform", []),
            *part.get("transform", []),
            {"calculate": " + ' ' + ".join(texts), "as": "out"},
        ],
        "mark": "text",
        "encoding": {"text": {"field": "out", "type": "nominal"}},
    }
    svg = vl_convert.vegalite_to_svg(bare)
    rows = [text.split() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    table = pd.DataFrame([row for row in rows if len(row) == len(fields)], columns=fields)
    return table.apply(lambda c: c if c.name in WORDS else c.str.replace("−", "-").astype(float))
