"""What a slider figure computes in the page equals the Python function it stands for."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from vega import evaluate_in_vega, layer_values

from synergy.figures.fund import fund_figure, fund_paths
from synergy.figures.slider_figures import slider_figure
from synergy.figures.sliders import (
    BEFORE,
    HELD,
    NOW,
    SliderFigure,
    declared,
    declared_figures,
    slider_step,
    starting_values,
)
from synergy.policy.parameters import bounds, defaults, parameter_table

POINTS = 128
TOLERANCE = 1e-9
BOUND = 20_000  # bytes of JSON in the page

FUNDS = [name for name in declared_figures() if declared(name).kind == "fund"]
PLAIN = [name for name in declared_figures() if name not in FUNDS]

figures = pytest.mark.parametrize("name", declared_figures())
plain = pytest.mark.parametrize("name", PLAIN)
funds = pytest.mark.parametrize("name", FUNDS)


def drawn(name: str, start: dict[str, float] | None = None) -> dict[str, Any]:
    chart: dict[str, Any] = (fund_figure if name in FUNDS else slider_figure)(name, start).to_dict()
    return chart


@cache
def at_start(name: str) -> dict[str, Any]:
    """The figure with the sliders at their defaults; not to be changed."""
    return drawn(name)


def groups(chart: dict[str, Any], held: bool = False) -> list[dict[str, Any]]:
    """Groups of layers that stand where the reader holds them, or the others."""

    def stays(group: dict[str, Any]) -> bool:
        steps = [step for step in group.get("transform", []) if step.get("as") != "before"]
        return any(HELD in step.get("calculate", "") for step in steps)

    return [group for group in chart["layer"] if stays(group) == held]


def calculations(chart: dict[str, Any], held: bool = False) -> list[tuple[str, str]]:
    """Field and expression of every calculation in a figure's groups, moved or held."""
    return [
        (str(step["as"]), step["calculate"])
        for group in groups(chart, held)
        for step in group.get("transform", [])
        if "calculate" in step
    ]


def moving_marks(chart: dict[str, Any]) -> dict[str, str]:
    """Expression of each label in the layers that follow the sliders."""
    names = {p["name"] for p in chart["params"] if "bind" in p}
    found: dict[str, str] = {}
    for label, text in calculations(chart):
        uses = names & set(re.findall(r"(?<![.\w])[a-z_0-9]+", text))
        if uses and label not in {"x", "y", "text"} and not label.startswith("step"):
            assert found.setdefault(label, text) == text, "two layers compute differently"
    return found


def axes(spec: SliderFigure) -> dict[str, tuple[float, float]]:
    """Symbols on the axes, and from where to where they go."""
    if spec.sides:
        return {side.along: tuple(side.span) for side in spec.sides}
    return {spec.along: tuple(spec.span)} if spec.along else {}


def still(spec: SliderFigure) -> list[str]:
    """Parameters without a slider, which a place may set."""
    params = at_start(spec.id)["params"]
    return [p["name"] for p in params if "bind" not in p and not p["name"].endswith(HELD)]


def points(spec: SliderFigure) -> dict[str, Any]:
    """Random slider positions, each on the slider's own grid, and places on the axes."""
    rng = np.random.default_rng(5)
    point: dict[str, Any] = {}
    for symbol in (*spec.sliders, *still(spec)):
        low, high = bounds([symbol])[symbol]
        steps = round((high - low) / slider_step(symbol))
        point[symbol] = low + slider_step(symbol) * rng.integers(0, steps, POINTS, endpoint=True)
    return point | {s: rng.uniform(low, high, POINTS) for s, (low, high) in axes(spec).items()}


def quantities(spec: SliderFigure) -> dict[str, Any]:
    if spec.kind == "plane":
        return {"value": spec.quantities[0]}
    return {quantity.name: quantity for quantity in spec.quantities}


@pytest.fixture(scope="module")
def in_pages() -> dict[str, np.ndarray]:
    """What every figure's own expressions give in Vega at its points, by ``figure label``.

    What is computed at the setting that the reader holds has the ending of its parameters.
    """
    texts: dict[str, str] = {}
    columns: dict[str, Any] = {}
    for number, name in enumerate(PLAIN):
        spec, chart = declared(name), at_start(name)
        point = points(spec)
        fields = dict(zip(("x", "y"), axes(spec), strict=False))
        columns |= {f"f{number}_{symbol}": values for symbol, values in point.items()}

        def column(found: re.Match[str], number: int = number, fields: Any = fields) -> str:
            return f"datum.f{number}_{fields.get(found[2], found[2]) if found[1] else found[2]}"

        known = "|".join([*spec.sliders, *still(spec), "x", "y"])
        for end in ("", HELD):
            last = dict(calculations(chart, held=bool(end)) or calculations(chart))
            if spec.kind == "plane":
                last["value"] = last["before"] if end else last["value"]
            steps = {label: text for label, text in last.items() if label.startswith("step")}
            for label, text in {**steps, **{q: last[q] for q in quantities(spec)}}.items():
                own = re.sub(r"datum\.step", f"datum.f{number}{end}_step", text)
                key = f"f{number}{end}_{label}" if label in steps else f"{name} {label}{end}"
                texts[key] = re.sub(rf"(?<![.\w])(datum\.)?({known})(?:{HELD})?\b", column, own)
    return evaluate_in_vega(texts, columns)


@plain
def test_the_page_computes_what_the_function_computes(
    name: str, in_pages: dict[str, np.ndarray]
) -> None:
    spec = declared(name)
    assert set(moving_marks(at_start(name))) <= set(quantities(spec))
    for label, quantity in quantities(spec).items():
        wanted = np.broadcast_to(quantity.at(points(spec)), POINTS)
        assert np.all(np.isfinite(wanted))
        for end in ("", HELD):
            found = in_pages[f"{name} {label}{end}"]
            gap = np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-3)
            assert np.max(gap) < TOLERANCE, label


@figures
def test_every_slider_matters_and_moves_inside_the_table(name: str) -> None:
    chart = at_start(name)
    bound = {p["name"]: p for p in chart["params"] if p.get("bind", {}).get("input") == "range"}
    assert set(bound) == set(declared(name).sliders)
    used = " ".join(text for _, text in calculations(chart))
    for symbol, param in bound.items():
        low, high = bounds([symbol])[symbol]
        assert (param["bind"]["min"], param["bind"]["max"]) == (low, high)
        assert param["value"] == defaults([symbol])[symbol]
        assert re.search(rf"(?<![.\w]){symbol}\b", used), symbol
        steps = (param["value"] - low) / param["bind"]["step"]
        assert abs(steps - round(steps)) < 1e-6, symbol


@plain
def test_a_slider_named_in_the_curve_moves_its_result(name: str) -> None:
    """At some place of the grid, either end of each slider gives another result."""
    spec = declared(name)
    for symbol in spec.sliders:
        ends = [
            np.concatenate(
                [
                    np.broadcast_to(q.at(points(spec) | {symbol: end}), POINTS)
                    for q in spec.quantities
                ]
            )
            for end in bounds([symbol])[symbol]
        ]
        assert np.max(np.abs(ends[1] - ends[0])) > 0, symbol


@plain
def test_no_corner_of_the_sliders_breaks_a_constraint(name: str) -> None:
    """A page cannot refuse: wherever all sliders and axes may stand, the model has an answer."""
    spec = declared(name)
    ranges = bounds(spec.sliders) | axes(spec)
    corners = np.array(list(product(*ranges.values())), dtype=float).T
    point = dict(zip(ranges, corners, strict=True))
    assert all(np.all(np.isfinite(q.at(point))) for q in spec.quantities)


@figures
def test_figures_are_fluid_described_small_offline(name: str) -> None:
    chart = at_start(name)
    assert chart["width"] == "container" and "title" not in chart
    assert chart["description"].endswith("。") and "nan" not in chart["description"]
    assert not re.search(r"[{}]", chart["description"])
    text = json.dumps({k: v for k, v in chart.items() if k != "$schema"}, ensure_ascii=False)
    assert "://" not in text and '"url"' not in text
    assert len(text.encode()) < BOUND, len(text.encode())


@pytest.mark.parametrize("kind", ["curves", "bars", "plane", "fund"])
def test_an_edition_moves_where_the_sliders_start(kind: str) -> None:
    name = next(n for n in declared_figures() if declared(n).kind == kind)
    spec, usual = declared(name), at_start(name)
    symbol = spec.sliders[0]
    low, high = bounds([symbol])[symbol]
    chart = drawn(name, {symbol: (3 * low + high) / 4})
    (param,) = [p for p in chart["params"] if p["name"] == symbol]
    assert abs(param["value"] - (3 * low + high) / 4) <= slider_step(symbol) / 2 + 1e-12
    assert chart["description"] != usual["description"]
    if kind != "plane":
        assert dict(calculations(chart)) != dict(calculations(usual)) or chart != usual


@pytest.mark.parametrize(
    "symbol", sorted({s for n in declared_figures() for s in declared(n).sliders})
)
def test_a_start_is_a_place_of_the_slider(symbol: str) -> None:
    low, high = bounds([symbol])[symbol]
    for wanted in (low, (3 * low + high) / 4, high):
        value = starting_values([symbol], {symbol: wanted})[symbol]
        steps = (value - low) / slider_step(symbol)
        assert low <= value <= high and abs(steps - round(steps)) < 1e-6
        assert abs(value - wanted) <= slider_step(symbol) / 2 + 1e-12


def test_every_symbol_of_the_table_has_a_slider_step() -> None:
    for symbol in parameter_table().index:
        low, high = bounds([symbol])[symbol]
        assert 15 <= (high - low) / slider_step(symbol) <= 400, symbol


@funds
def test_the_fund_in_the_page_is_the_fund_of_the_model(name: str) -> None:
    """Vega runs the transforms of the moving layer, the running sum among them."""
    rng, spec, chart = np.random.default_rng(11), declared(name), at_start(name)
    labels = [quantity.name for quantity in spec.quantities]
    for rise, end in product((0, 4, 8), ("", HELD)):
        (layer,) = [group for group in groups(chart, bool(end)) if group.get("transform")]
        assert layer["transform"][0]["filter"] == f"datum.rise === rise{end}"
        unfolded = {**layer, "transform": [s for s in layer["transform"] if "fold" not in s]}
        point = {s: float(rng.uniform(*bounds([s])[s])) for s in spec.sliders}
        signals = {f"{symbol}{end}": value for symbol, value in {**point, "rise": rise}.items()}
        found = layer_values(chart, unfolded, ["years", *labels], **signals)
        paths = fund_paths(spec, point | {"retirement_age_rise": rise})
        assert list(found[:, 0]) == list(range(36))
        for column, label in enumerate(labels, start=1):
            assert_allclose(found[:, column], paths[label], rtol=1e-6, atol=1e-7)


@figures
def test_what_the_reader_holds_starts_where_the_sliders_do(name: str) -> None:
    chart = at_start(name)
    values = {param["name"]: param["value"] for param in chart["params"]}
    moved = [param["name"] for param in chart["params"] if "bind" in param]
    assert {*moved, *still(declared(name))} == {name for name in values if not name.endswith(HELD)}
    assert all(values[name + HELD] == values[name] for name in moved)


@figures
def test_both_settings_are_read_out(name: str) -> None:
    def names(part: dict[str, Any]) -> list[str]:
        own = [part["name"].split("_")[0]] if "name" in part else []
        return own + [found for inner in part.get("layer", []) for found in names(inner)]

    chart = at_start(name)
    assert sorted(names(chart)) == sorted([NOW, BEFORE])
    assert set(chart["usermeta"]["units"]) == set(declared(name).sliders)


def test_an_unlisted_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "synergy.policy.parameters.bounds", lambda symbols: dict.fromkeys(symbols, (0.0, 1 / 3))
    )
    with pytest.raises(ValueError, match="no round step"):
        slider_step("gig_share")


def test_unknown_figures_are_refused_with_what_is_near() -> None:
    with pytest.raises(ValueError, match=r"nearest:.*fig-tax"):
        slider_figure("fig-taxes")
    with pytest.raises(ValueError, match="drawn elsewhere"):
        slider_figure("fig-fund-flows")


@pytest.mark.parametrize("name", [n for n in declared_figures() if declared(n).kind == "curves"])
def test_no_figure_draws_a_straight_line_of_its_inputs(name: str) -> None:
    """A lone curve bends; what goes in proportion needs a sentence and no figure."""
    spec = declared(name)
    along = np.linspace(*spec.span, 41)
    point = starting_values(spec.sliders) | {spec.along: along}
    drawn = [np.broadcast_to(of.at(point), along.shape) for of in spec.quantities]
    bends = [np.abs(y - np.linspace(y[0], y[-1], 41)).max() / np.ptp(y) for y in drawn if np.ptp(y)]
    assert max(bends) > 0.05 or len(drawn) > 1
