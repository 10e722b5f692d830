"""What a slider figure computes in the page equals the Python function it stands for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from vega_text import evaluate_vega

from synergy.charts.policy_fund import FUND_FLOWS, FUND_STOCK, FundPath, fund_path
from synergy.charts.slider_figures import slider_bars, slider_curves, slider_plane
from synergy.charts.sliders import (
    Bars,
    Curves,
    Plane,
    SliderSpec,
    slider_step,
    starting_values,
)
from synergy.policy.parameters import bounds, defaults, parameter_table

MODULES = ("policy_work", "policy_levers", "policy_net", "policy_insurance")
POINTS = 128
TOLERANCE = 1e-9
BOUND = 20_000  # bytes of JSON in the page


def declared() -> dict[str, SliderSpec]:
    """Every figure declared in the subject modules."""
    found = {}
    for name in MODULES:
        module = import_module(f"synergy.charts.{name}")
        found |= {k: v for k, v in vars(module).items() if isinstance(v, Curves | Bars | Plane)}
    return found


SPECS = declared()
figures = pytest.mark.parametrize("name", sorted(SPECS))


def drawn(spec: SliderSpec, start: dict[str, float] | None = None) -> dict[str, Any]:
    draw = {Curves: slider_curves, Bars: slider_bars, Plane: slider_plane}[type(spec)]
    chart: dict[str, Any] = draw(spec, start).to_dict()  # type: ignore[operator]
    return chart


def calculations(spec: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field, expression and mark of every calculation in a figure's layers."""
    for layer in spec["layer"]:
        mark = layer["mark"]["type"] if isinstance(layer["mark"], dict) else layer["mark"]
        for step in layer.get("transform", []):
            if "calculate" in step:
                yield str(step["as"]), step["calculate"], mark


def moving_marks(spec: dict[str, Any]) -> dict[str, str]:
    """Expression of each label in the layers that follow the sliders."""
    names = {p["name"] for p in spec["params"] if "bind" in p}
    found: dict[str, str] = {}
    for label, text, _ in calculations(spec):
        uses = names & set(re.findall(r"(?<![.\w])[a-z_0-9]+", text))
        if uses and label not in {"x", "y", "text"}:
            assert found.setdefault(label, text) == text, "two layers compute differently"
    return found


def points(spec: SliderSpec) -> dict[str, Any]:
    """Random slider positions, each on the slider's own grid, and places on the axes."""
    rng = np.random.default_rng(5)
    point: dict[str, Any] = {}
    for symbol in spec.sliders:
        low, high = bounds([symbol])[symbol]
        steps = round((high - low) / slider_step(symbol))
        point[symbol] = low + slider_step(symbol) * rng.integers(0, steps, POINTS, endpoint=True)
    if isinstance(spec, Curves):
        point[spec.along] = rng.uniform(*spec.span, POINTS)
    if isinstance(spec, Plane):
        for symbol, low, high, _, _ in spec.sides:
            point[symbol] = rng.uniform(low, high, POINTS)
    return point


def axes_of(spec: SliderSpec, point: dict[str, Any]) -> dict[str, Any]:
    if isinstance(spec, Curves):
        return {"datum_x": point[spec.along]}
    if isinstance(spec, Plane):
        return {"datum_x": point[spec.sides[0][0]], "datum_y": point[spec.sides[1][0]]}
    return {}


def in_page(text: str, spec: SliderSpec, point: dict[str, Any]) -> np.ndarray:
    """What the page computes at the points."""
    names = {s: point[s] for s in spec.sliders} | axes_of(spec, point)
    value = evaluate_vega(text.replace("datum.", "datum_"), names)
    return np.broadcast_to(np.asarray(value, dtype=float), POINTS)


def quantities(spec: SliderSpec) -> dict[str, Any]:
    if isinstance(spec, Plane):
        return {"value": spec.quantity}
    return {quantity.label: quantity for quantity in spec.quantities}


def worst_difference(spec: SliderSpec) -> float:
    point, texts = points(spec), moving_marks(drawn(spec))
    wanted = quantities(spec)
    assert set(texts) <= set(wanted)
    worst = 0.0
    for label, quantity in wanted.items():
        text = texts.get(label) or next(t for k, t, _ in calculations(drawn(spec)) if k == label)
        found = in_page(text, spec, point)
        truth = np.broadcast_to(np.asarray(quantity.of(point | dict(spec.fixed))), POINTS)
        scale = np.maximum(np.abs(truth), 1e-3)
        worst = max(worst, float(np.max(np.abs(found - truth) / scale)))
    return worst


@figures
def test_the_page_computes_what_the_function_computes(name: str) -> None:
    assert worst_difference(SPECS[name]) < TOLERANCE


@figures
def test_every_slider_matters_and_moves_inside_the_table(name: str) -> None:
    spec = drawn(SPECS[name])
    bound = {p["name"]: p for p in spec["params"] if "bind" in p}
    assert set(bound) == set(SPECS[name].sliders)
    used = " ".join(moving_marks(spec).values())
    for symbol, param in bound.items():
        low, high = bounds([symbol])[symbol]
        assert (param["bind"]["min"], param["bind"]["max"]) == (low, high)
        assert param["value"] == defaults([symbol])[symbol]
        assert re.search(rf"(?<![.\w]){symbol}\b", used), symbol
        steps = (param["value"] - low) / param["bind"]["step"]
        assert abs(steps - round(steps)) < 1e-6, symbol


@figures
def test_a_slider_named_in_the_curve_moves_its_result(name: str) -> None:
    """At some place of the grid, either end of each slider gives another result."""
    spec = SPECS[name]
    texts = moving_marks(drawn(spec))
    for symbol in spec.sliders:
        point = points(spec)
        ends = []
        for value in bounds([symbol])[symbol]:
            point[symbol] = np.full(POINTS, value)
            ends.append(np.concatenate([in_page(text, spec, point) for text in texts.values()]))
        assert np.max(np.abs(ends[1] - ends[0])) > 0, symbol


@figures
def test_figures_are_fluid_described_small_offline(name: str) -> None:
    spec = drawn(SPECS[name])
    assert spec["width"] == "container" and "title" not in spec
    assert spec["description"].endswith("。") and "nan" not in spec["description"]
    text = json.dumps({k: v for k, v in spec.items() if k != "$schema"}, ensure_ascii=False)
    assert "://" not in text and '"url"' not in text
    assert len(text.encode()) < BOUND, len(text.encode())


@figures
def test_an_edition_moves_where_the_sliders_start(name: str) -> None:
    spec = SPECS[name]
    symbol = spec.sliders[0]
    low, high = bounds([symbol])[symbol]
    start = {symbol: (3 * low + high) / 4}
    (param,) = [p for p in drawn(spec, start)["params"] if p["name"] == symbol]
    assert param["value"] == starting_values(spec, start)[symbol]
    assert abs(param["value"] - start[symbol]) <= slider_step(symbol) / 2 + 1e-12


def test_every_symbol_of_the_table_has_a_slider_step() -> None:
    for symbol in parameter_table().index:
        low, high = bounds([symbol])[symbol]
        assert 15 <= (high - low) / slider_step(symbol) <= 400, symbol


@pytest.mark.parametrize("spec", [FUND_FLOWS, FUND_STOCK], ids=["flows", "stock"])
def test_the_fund_in_the_page_is_the_fund_of_the_model(spec: FundPath) -> None:
    rng = np.random.default_rng(11)
    for rise in (0, 4, 8):
        start = {s: rng.uniform(*bounds([s])[s]) for s in spec.sliders}
        chart = fund_path(spec, start).to_dict()
        point = starting_values(spec, start) | {"retirement_age_rise": rise}
        for quantity in spec.quantities:
            found = run_fund(chart, quantity.label, point, rise)
            assert len(found) == 36
            assert_allclose(found, quantity.of(point), rtol=1e-6, atol=1e-7)


def run_fund(chart: dict[str, Any], label: str, point: dict[str, float], rise: int) -> np.ndarray:
    """Follow the transforms of the moving layer by hand."""
    (text,) = chart["datasets"].values()
    table = pd.read_csv(StringIO(text))
    (layer,) = [
        part
        for part in chart["layer"]
        if part["mark"].get("type") == "line" and part["mark"].get("strokeWidth") == 2.5
    ]
    names: dict[str, Any] = dict(point)
    for step in layer["transform"]:
        if "filter" in step:
            assert step["filter"] == "datum.rise === rise"
            rows = table[table["rise"] == rise]
            names |= {f"datum_{column}": rows[column].to_numpy() for column in rows}
        elif "calculate" in step:
            value = evaluate_vega(step["calculate"].replace("datum.", "datum_"), names)
            names[f"datum_{step['as']}"] = value
        elif "window" in step:
            names["datum_cumulative"] = np.cumsum(names["datum_present"])
    return np.asarray(names[f"datum_{label}"], dtype=float)


def test_an_unlisted_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "synergy.charts.sliders.bounds", lambda symbols: dict.fromkeys(symbols, (0.0, 1 / 3))
    )
    with pytest.raises(ValueError, match="no round step"):
        slider_step("gig_share")
