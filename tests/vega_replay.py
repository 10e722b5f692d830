"""Let Vega itself run a figure's expressions and print what it finds."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import vl_convert

WORDS = frozenset({"i", "j", "grade", "name"})


def replay(
    spec: dict[str, Any], fields: list[str], settings: dict[str, Any] | None = None, layer: int = 0
) -> pd.DataFrame:
    """Rows of one layer's data after its transforms, with the controls set.

    Parameters
    ----------
    spec : dict
        A layered figure.
    fields : list of str
        Fields to print; those in `WORDS` as text, the others as numbers.
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
