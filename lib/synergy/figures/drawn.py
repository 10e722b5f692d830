"""A figure is drawn once; what a place changes are values of its parameters, tables, and words.

A chapter is rendered for every place, and drawing costs more than all else that this takes.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import altair as alt

from synergy.figures.theme import Figure, csv_format

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

    def at(
        self, description: str = "", tables: Mapping[str, str] | None = None, **values: Any
    ) -> Drawn:
        """The chart with other content.

        Parameters
        ----------
        description
            Text alternative, if another one.
        tables
            CSV by name of the data, see `held`.
        **values
            Of its parameters.

        Raises
        ------
        ValueError
            The chart has no parameter of that name.
        """
        known = [param["name"] for param in self.spec.get("params", [])]
        if unknown := sorted(values.keys() - known):
            raise ValueError(f"no parameter {unknown[0]!r}; there are: {', '.join(known)}")
        return Drawn(self, description, tables or {}, values)


@dataclass(frozen=True)
class Drawn:
    """A drawing with its content; pages take it like any chart."""

    drawing: Drawing
    description: str
    tables: Mapping[str, str]
    values: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the specification."""
        spec = dict(self.drawing.spec)
        if self.values:
            spec["params"] = [self._at(param) for param in spec["params"]]
        if self.tables:
            spec["datasets"] = {**spec.get("datasets", {}), **self.tables}
        return spec | ({"description": self.description} if self.description else {})

    def _at(self, param: dict[str, Any]) -> dict[str, Any]:
        name = param["name"]
        return param | ({"value": self.values[name]} if name in self.values else {})

    def _repr_mimebundle_(self, **_: Any) -> Any:
        chart = alt.Chart.from_dict(self.to_dict())
        return chart._repr_mimebundle_()


def held(name: str, numbers: Iterable[str]) -> alt.Chart:
    """Layer over a table that `Drawing.at` gives by its name; `numbers` are columns of numbers."""
    return alt.Chart(alt.NamedData(name=name, format=csv_format(numbers)))


def once(draw: Callable[..., Figure], *data: Any, **options: Any) -> Drawing:
    """Draw a figure, or take what was drawn of the same data before in this process."""
    told = pickle.dumps((draw.__module__, draw.__qualname__, data, options))
    key = sha256(told).digest()
    if key not in _KEPT:
        _KEPT[key] = Drawing(draw(*data, **options))
    return _KEPT[key]
