"""Figures whose sliders recompute the models of `synergy.policy` in the page, offline.

A figure is declared once, in ``data/figures.toml``: which quantities, along what, with which
sliders. What the page computes is traced from the Python function that the declaration names,
so the two cannot differ. Ranges and defaults come from the parameter table alone, units from the
table of units.

What else may differ by place is a parameter without a slider, so that a figure is drawn once and
stands at any start.

Everything that moves is computed twice: at the sliders, and at a setting that the reader holds to
compare with, whose parameters end in `HELD`. The page's script (``controls.js``) finds both by
name: layers called `NOW` and `BEFORE` carry the rows that are read out beside each other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

import altair as alt

from synergy.dictionary import DATA_DIR
from synergy.figures.drawn import Drawing, Drawn
from synergy.figures.theme import Figure, finish
from synergy.policy.parameters import (
    bounds,
    defaults,
    on_grid,
    parameter_table,
    quantity,
    slider_step,
)
from synergy.policy.places import PLACED
from synergy.policy.symbols import Symbol, expression
from synergy.policy.units import page_unit
from synergy.words import phrase

#: Ending of a parameter that holds the value of another to compare with.
HELD = "_held"

#: Names of the layers whose rows are read out: where sliders stand, and as held.
NOW, BEFORE = "now", "held"


@dataclass(frozen=True)
class Quantity:
    """One thing computed in the page: Chinese name, function and field, what its arguments are."""

    name: str
    of: str
    bind: Mapping[str, str | float]

    def at(self, point: Mapping[str, Any]) -> Any:
        """Its value where sliders and axes stand; the rest as bound, or at its default."""
        return quantity(self.of, point, self.bind)

    def written(self, point: Mapping[str, Any]) -> str:
        """Vega expression of its value at a point of symbols and numbers."""
        return expression(self.at(point))


@dataclass(frozen=True)
class Side:
    """Axis of a plane: symbol, first and last value, steps, title."""

    along: str
    span: tuple[float, float]
    steps: int
    title: str


@dataclass(frozen=True)
class SliderFigure:
    """A declaration of ``data/figures.toml``, whose head explains the attributes."""

    id: str
    quantities: tuple[Quantity, ...]
    sliders: tuple[str, ...]
    kind: str = "curves"
    along: str = ""
    span: tuple[float, float] = (0.0, 1.0)
    x: str = ""
    y: str = ""
    x_format: str = "d"
    y_format: str = ".2f"
    zero: bool = False
    diagonal: bool = False
    sides: tuple[Side, ...] = ()
    reach: float = 0.0
    sum: str = ""
    bind: Mapping[str, str | float] = field(default_factory=dict)


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((DATA_DIR / "figures.toml").read_text(encoding="utf-8"))


def declared_figures() -> list[str]:
    """Names of all figures with sliders."""
    return [name for name in _content() if name != "alt"]


@cache
def declared(name: str) -> SliderFigure:
    """Declaration of a figure.

    Raises
    ------
    ValueError
        If no figure has this name.
    """
    if name not in declared_figures():
        close = get_close_matches(name, declared_figures(), n=5, cutoff=0.3)
        raise ValueError(f"no figure named {name!r} in figures.toml; nearest: {', '.join(close)}")
    entry = dict(_content()[name])
    bind = entry.get("bind", {})
    quantities = [dict(found) for found in entry.pop("quantities")]
    return SliderFigure(
        id=name,
        quantities=tuple(
            Quantity(found.pop("name"), found.pop("of"), bind | found) for found in quantities
        ),
        sliders=tuple(entry.pop("sliders")),
        sides=tuple(Side(**side) for side in entry.pop("sides", ())),
        **entry,
    )


def finished(
    spec: SliderFigure,
    layers: Iterable[Figure],
    *controls: alt.Parameter,
    height: float,
    at: str,
    fmt: str,
) -> Figure:
    """Layers with their sliders, at the defaults; `started` says where they stand.

    Parameters
    ----------
    controls
        Further parameters that the reader moves.
    at, fmt
        Where the rows stand that are read out, and the d3 format of their values.
    """
    moving = [*sliders(spec.sliders), *controls]
    first: list[Any] = [(each.name, each.param) for each in moving]
    held = [alt.param(name=f"{name}{HELD}", value=known.value) for name, known in first]
    chart: Any = alt.layer(*layers)
    still = [alt.param(name=name, value=defaults()[name]) for name in _still(spec, chart)]
    figure = finish(chart.add_params(*moving, *held, *still), "", height=height)
    figure.usermeta = {"units": page_units(spec.sliders), "readout": {"at": at, **_readout(fmt)}}
    return figure


def _still(spec: SliderFigure, chart: Figure) -> list[str]:
    """Symbols that the figure computes with and that have no slider."""
    text = str(chart.to_dict())
    return [
        name for name in sorted(PLACED.keys() - spec.sliders) if re.search(rf"\b{name}\b", text)
    ]


def started(
    spec: SliderFigure,
    drawn: Drawing,
    start: Mapping[str, float] | None,
    tell: Callable[[SliderFigure, Mapping[str, Any]], Mapping[str, Any]],
) -> Drawn:
    """A figure with its sliders where an edition starts, and the text alternative of that start.

    Parameters
    ----------
    drawn
        From `finished`.
    tell
        From declaration and start to what the kind's text alternative is filled with.
    """
    first = starting_values(spec.sliders, start)
    params = [param["name"] for param in drawn.spec["params"]]
    usual = {name: name.removesuffix(HELD) for name in params}
    names = parameter_table()["name_zh"]
    moved = "、".join(str(names[symbol]) for symbol in spec.sliders)
    template = _content()["alt"][spec.kind]
    said = phrase(template, sliders=moved, **tell(spec, first))
    return drawn.at(said, **{name: first[of] for name, of in usual.items() if of in first})


def _readout(fmt: str) -> dict[str, Any]:
    """How the page writes values of a d3 format, and differences between them."""
    digits = int(fmt.partition(".")[2][:1] or 0)
    if fmt.endswith("%"):
        share = {"scale": 100, "digits": digits}
        return {"unit": share | {"after": "%"}, "gap": share | {"after": " 个百分点"}}
    return {"unit": {"digits": digits}, "gap": {"digits": digits}}


def places(spec: SliderFigure, fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Points at which the page computes: as the sliders move, and as the reader holds them.

    Parameters
    ----------
    fields : mapping
        Symbol to field of the drawn rows.
    """
    still = {symbol: Symbol(symbol) for symbol in PLACED}
    drawn = {symbol: Symbol(f"datum.{name}") for symbol, name in fields.items()}
    live, held = ({name: Symbol(name + end) for name in spec.sliders} for end in ("", HELD))
    return still | live | drawn, still | held | drawn


def starting_values(
    symbols: Iterable[str], start: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Where an edition stands at first: its own values, and each slider's on the slider's grid.

    What has no slider starts at the edition's value too, so that a figure and a sentence beside
    it, which is evaluated at `start`, say the same.
    """
    given = dict(start or {})
    return given | {
        name: on_grid(name, given[name]) if name in given else default
        for name, default in defaults(symbols).items()
    }


def sliders(symbols: Iterable[str]) -> list[alt.Parameter]:
    """One range input per symbol, at its default and bounded by the parameter table."""
    return [
        alt.param(name=name, value=first, bind=_range(name))
        for name, first in defaults(symbols).items()
    ]


def page_units(symbols: Iterable[str]) -> dict[str, Any]:
    """What a page's script needs to write the values of sliders."""
    return {symbol: page_unit(symbol) for symbol in symbols}


def _range(symbol: str) -> alt.BindRange:
    low, high = bounds([symbol])[symbol]
    name = str(parameter_table().at[symbol, "name_zh"])
    return alt.binding_range(min=low, max=high, step=slider_step(symbol), name=f"{name} ")
