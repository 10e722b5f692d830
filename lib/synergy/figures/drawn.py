"""A figure is drawn once; what a place changes of it are values of its parameters and its words.

A chapter is rendered for every place, and drawing costs more than all else that this takes.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import altair as alt

from synergy.figures.theme import Figure

_KEPT: dict[bytes, Drawing] = {}


@dataclass(frozen=True)
class Drawing:
    """A chart as it stands at first; its parameters may take other values, see `at`."""

    chart: Figure

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The specification; not to be changed."""
        spec: dict[str, Any] = self.chart.to_dict()
        return spec

    def at(self, description: str = "", **values: Any) -> Drawn:
        """The chart with other values of its parameters, and another text alternative if given.

        Raises
        ------
        ValueError
            The chart has no parameter of that name.
        """
        known = [param["name"] for param in self.spec.get("params", [])]
        if unknown := sorted(values.keys() - known):
            raise ValueError(f"no parameter {unknown[0]!r}; there are: {', '.join(known)}")
        return Drawn(self, description, values)


@dataclass(frozen=True)
class Drawn:
    """A drawing at some values of its parameters; pages take it like any chart."""

    drawing: Drawing
    description: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the specification."""
        spec = dict(self.drawing.spec)
        if "params" in spec:
            spec["params"] = [self._at(param) for param in spec["params"]]
        return spec | ({"description": self.description} if self.description else {})

    def _at(self, param: dict[str, Any]) -> dict[str, Any]:
        name = param["name"]
        return param | ({"value": self.values[name]} if name in self.values else {})

    def _repr_mimebundle_(self, **_: Any) -> Any:
        chart = alt.Chart.from_dict(self.to_dict())
        return chart._repr_mimebundle_()


def once(draw: Callable[..., Figure], *data: Any, **options: Any) -> Drawing:
    """Draw a figure, or take what was drawn of the same data before in this process."""
    told = pickle.dumps((draw.__module__, draw.__qualname__, data, options))
    key = sha256(told).digest()
    if key not in _KEPT:
        _KEPT[key] = Drawing(draw(*data, **options))
    return _KEPT[key]
