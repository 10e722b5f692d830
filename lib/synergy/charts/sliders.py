"""Figures whose sliders recompute closed forms of `synergy.policy` in the page, offline.

A figure is declared once, as data: which quantities, along what, with which sliders. Each
quantity pairs the expression that the page evaluates with the Python function it stands for, so
that a test can walk through every figure and compare the two. Ranges and defaults come from the
parameter table alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import altair as alt
import numpy as np

from synergy.policy.expressions import catalogue, symbols_of, vega_expression
from synergy.policy.parameters import bounds, defaults, evaluate, parameter_table

Point: TypeAlias = Mapping[str, Any]
Place: TypeAlias = Callable[[str], str | float]

_STEPS = tuple(n * 10.0**k for k in range(3, -5, -1) for n in (5, 2, 1))


@dataclass(frozen=True)
class Quantity:
    """One thing computed in the page, and the function it must equal.

    Attributes
    ----------
    label : str
        Chinese name in key and tooltip.
    expression : str
        Name in the catalogue of `synergy.policy.expressions`.
    of : callable
        The same from a point (symbol to numbers); see `model`.
    bind : mapping
        What stands for a symbol: another expression's name, another symbol, or a number.
    """

    label: str
    expression: str
    of: Callable[[Point], Any]
    bind: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Curves:
    """Quantities along one symbol.

    Attributes
    ----------
    quantities : tuple of Quantity
    along : str
        Symbol on the horizontal axis.
    span : (float, float)
        Its first and last value.
    sliders : tuple of str
        Symbols that the reader moves; the rest stay at `fixed` or at their defaults.
    x, y : str
        Titles of the axes.
    x_format, y_format : str
        d3 formats.
    fixed : mapping
        Values of symbols without a slider that differ from, or are not in, the table.
    zero : bool
        Whether the vertical axis starts at zero.
    diagonal : bool
        Whether to mark where a quantity equals the symbol itself.
    """

    quantities: tuple[Quantity, ...]
    along: str
    span: tuple[float, float]
    sliders: tuple[str, ...]
    x: str
    y: str
    x_format: str = "d"
    y_format: str = ".2f"
    fixed: Mapping[str, float] = field(default_factory=dict)
    zero: bool = False
    diagonal: bool = False


@dataclass(frozen=True)
class Bars:
    """Quantities side by side, one bar each; attributes as in `Curves`."""

    quantities: tuple[Quantity, ...]
    sliders: tuple[str, ...]
    fmt: str = ".1%"
    fixed: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plane:
    """One quantity over a grid of two symbols; `sides` holds symbol, first, last, steps, title."""

    quantity: Quantity
    sides: tuple[tuple[str, float, float, int, str], tuple[str, float, float, int, str]]
    sliders: tuple[str, ...]
    reach: float
    fmt: str = ".1%"
    fixed: Mapping[str, float] = field(default_factory=dict)


SliderSpec: TypeAlias = Curves | Bars | Plane


class Movable(Protocol):
    """Whatever has sliders and fixed values."""

    @property
    def sliders(self) -> tuple[str, ...]: ...

    @property
    def fixed(self) -> Mapping[str, float]: ...


def model(
    function: Callable[..., Any], attribute: str = "", **names: str
) -> Callable[[Point], Any]:
    """Let a model function read its arguments from a point, and the rest from the table.

    Parameters
    ----------
    function : callable
        Any function of `synergy.policy`.
    attribute : str
        Field of its result; left out if the result is the array itself.
    **names
        Argument to symbol, where they differ.
    """

    def at(point: Point) -> Any:
        wanted = {name: names.get(name, name) for name in inspect.signature(function).parameters}
        given = {name: point[symbol] for name, symbol in wanted.items() if symbol in point}
        result = evaluate(function, **given)
        return getattr(result, attribute) if attribute else result

    return at


def written(quantity: Quantity, place: Place) -> str:
    """Vega expression of a quantity; `place` says what stands for each symbol."""
    return _write(quantity.expression, quantity.bind, place)


def _write(name: str, bind: Mapping[str, str | float], place: Place) -> str:
    filled: dict[str, str | float] = {}
    for symbol in symbols_of(name):
        target = bind.get(symbol, symbol)
        if isinstance(target, str):
            nested = target in catalogue()
            rest = {key: value for key, value in bind.items() if key != symbol}
            filled[symbol] = _write(target, rest, place) if nested else place(target)
        else:
            filled[symbol] = target
    return vega_expression(name, **filled)


def starting_values(spec: Movable, start: Mapping[str, float] | None = None) -> dict[str, float]:
    """Where each slider stands at first: the edition's value on the slider's grid, or default."""
    given = dict(start or {})
    return {
        name: _on_grid(name, given[name]) if name in given else default
        for name, default in defaults(spec.sliders).items()
    }


def _on_grid(symbol: str, value: float) -> float:
    low, high = bounds([symbol])[symbol]
    step = slider_step(symbol)
    return float(round(min(max(low + step * round((value - low) / step), low), high), 10))


def slider_step(symbol: str) -> float:
    """Largest round step that meets both ends and the default, at least 16 steps wide.

    A browser moves a slider's value to the nearest step from its lower end, so a default off
    the grid would show one number and compute with another.
    """
    low, high = bounds([symbol])[symbol]
    spans = np.array([high - low, defaults([symbol])[symbol] - low])
    for step in _STEPS:
        steps = spans / step
        if steps[0] >= 15.5 and np.allclose(steps, np.round(steps), atol=1e-6):
            return step
    raise ValueError(f"no round step fits the range of {symbol}: {low:g} to {high:g}")


def sliders(spec: Movable, start: Mapping[str, float] | None = None) -> list[alt.Parameter]:
    """One range input per symbol, bounded by the parameter table."""
    first = starting_values(spec, start)
    return [alt.param(name=name, value=value, bind=_range(name)) for name, value in first.items()]


def _range(symbol: str) -> alt.BindRange:
    low, high = bounds([symbol])[symbol]
    name, unit = parameter_table().loc[symbol, ["name_zh", "unit"]]
    return alt.binding_range(
        min=low, max=high, step=slider_step(symbol), name=f"{name!s}（{unit!s}） "
    )


def places(
    spec: Movable, fields: Mapping[str, str], start: Mapping[str, float] | None = None
) -> tuple[Place, Place]:
    """Say what stands for a symbol: as the sliders move, and as they stood at first."""
    first = starting_values(spec, start)

    def resting(symbol: str) -> str | float:
        if symbol in fields:
            return fields[symbol]
        known = {**first, **spec.fixed}
        return known[symbol] if symbol in known else defaults([symbol])[symbol]

    def live(symbol: str) -> str | float:
        return symbol if symbol in first and symbol not in fields else resting(symbol)

    return live, resting
