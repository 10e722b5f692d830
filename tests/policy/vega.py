"""Vega itself as the reference: what expressions and charts compute, through vl-convert."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import vl_convert

#: Between the numbers that a mark is described with, its ``aria-label``; no text is measured.
SEPARATOR = "|"


def evaluate_in_vega(texts: Mapping[str, str], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Value of each expression at each row; it calls columns and what precedes ``datum.name``."""
    table = {
        name: np.atleast_1d(np.asarray(values, dtype=float)) for name, values in columns.items()
    }
    lengths = {len(values) for values in table.values()}
    size = max(lengths)
    assert lengths <= {1, size}
    rows = [
        {name: float(values[i % len(values)]) for name, values in table.items()}
        for i in range(size)
    ]
    made = {name: f"made{i}" for i, name in enumerate(texts)}
    steps = [
        {
            "type": "formula",
            "as": made[name],
            "expr": re.sub(r"\bdatum\.(\w+)", lambda m: f"datum.{made.get(m[1], m[1])}", text),
        }
        for name, text in texts.items()
    ]
    spec = {
        "width": 9,
        "height": 9,
        "data": [{"name": "rows", "values": rows, "transform": steps}],
        "marks": [_printed("rows", [f"datum.{field}" for field in made.values()])],
    }
    found = np.array(_read(vl_convert.vega_to_svg(spec)), dtype=float)
    assert found.shape == (size, len(texts))
    return dict(zip(texts, found.T, strict=True))


def layer_values(
    chart: Mapping[str, Any], layer: Mapping[str, Any], fields: list[str], **signals: float
) -> np.ndarray:
    """Fields of the rows that a layer of a Vega-Lite chart draws, parameters set as given."""
    printed = _joined([f"datum[{field!r}]" for field in fields])
    spec = {key: chart[key] for key in ("$schema", "datasets", "data") if key in chart}
    spec |= {key: layer[key] for key in ("data",) if key in layer}
    spec["params"] = [
        {"name": param["name"], "value": signals.get(param["name"], param["value"])}
        for param in chart["params"]
    ]
    spec["transform"] = [*layer["transform"], {"calculate": printed, "as": "printed"}]
    spec |= {"mark": "point", "encoding": {"description": {"field": "printed", "type": "nominal"}}}
    return np.array(_read(vl_convert.vegalite_to_svg(spec)), dtype=float)


def _printed(data: str, fields: list[str]) -> dict[str, Any]:
    told = {"description": {"signal": _joined(fields)}}
    return {"type": "symbol", "from": {"data": data}, "encode": {"enter": told}}


def _joined(fields: list[str]) -> str:
    return f" + '{SEPARATOR}' + ".join(f"format({field}, '.17g')" for field in fields)


def _read(svg: str) -> list[list[str]]:
    found = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', svg)
    return [text.replace("−", "-").split(SEPARATOR) for text in found]
