"""What all shapes of figures share: data, axis of values, sets, highlight, text alternative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from synergy.figures import theme


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a figure says and shows, whatever its shape.

    Attributes
    ----------
    data : DataFrame or Chart
        The table, in the order of drawing; or a chart that carries data and expressions, which
        is how figures recompute in the page.
    say : str
        Template of the text alternative (`synergy.words.phrase`), filled from the table
        as ``rows``, `label` and from `facts`.
    facts : mapping
        What else `say` may name.
    label : str, optional
        Title of the axis of values; empty for an axis without title.
    fmt : str
        d3 format of that axis; tooltips show one digit more.
    ticks : int or sequence of float
        How many, or which.
    scale : mapping
        Further properties of its scale, e.g. ``domain``.
    by : str
        Column whose values part in look; ``region`` has its own.
    look : mapping or sequence
        Colour by value of `by`, or its values in the order of the key.
    at : mapping of str to float
        Dashed lines to compare with, by label; an empty label is not printed.
    focus : bool
        Whether names turn paler that are not in the parameter ``focus``; see `drawn`.
    tips : sequence of str, or mapping of str to str
        Columns of the tooltip, if not what is drawn; after those of numbers ``:Q`` or a format,
        as in ``D:.3f``. A mapping says their names too, where `theme.label` has others.
    over : sequence of Chart
        Further layers over the same data (made from an empty ``alt.Chart()``); `also` are columns
        that only they need.
    controls : sequence of Parameter
        Sliders and menus.
    height : float, optional
        In pixels, where the shape's own does not fit.
    digits : int
        Decimal places of the data.
    """

    data: pd.DataFrame | alt.Chart
    say: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    label: str | None = None
    fmt: str = ".2f"
    ticks: int | Sequence[float] = 6
    scale: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    look: Mapping[str, str] | Sequence[str] = ()
    at: Mapping[str, float] = field(default_factory=dict)
    focus: bool = False
    tips: Sequence[str] | Mapping[str, str] = ()
    over: Sequence[alt.Chart] = ()
    also: Sequence[str] = ()
    controls: Sequence[alt.Parameter] = ()
    height: float | None = None
    digits: int = 4

    def __post_init__(self) -> None:
        if self.by and not self.look and isinstance(self.data, alt.Chart):
            raise ValueError(f"give the look of {self.by!r}: a chart's data are not at hand")

    @property
    def table(self) -> pd.DataFrame:
        """The table; empty where a chart carries the data."""
        return self.data if isinstance(self.data, pd.DataFrame) else pd.DataFrame()

    @property
    def sets(self) -> Mapping[str, str] | Sequence[str]:
        """Colours or names of the sets."""
        return self.look or [str(name) for name in self.table.get(self.by, pd.Series()).unique()]

    def count(self, column: str) -> int:
        """How many different values a column of the table has."""
        return int(self.table.get(column, pd.Series()).nunique())

    def ruled(self) -> dict[str, Any]:
        """Format and ticks of the axis of values."""
        number = isinstance(self.ticks, int)
        return {"format": self.fmt, "tickCount" if number else "values": self.ticks}

    def apart(self, *channels: str, raised: bool = False) -> dict[str, Any]:
        """Encodings that tell the sets apart, if there are sets."""
        return theme.apart(self.by, self.sets, *channels, raised=raised) if self.by else {}

    def faded(self, field: str = "name") -> dict[str, Any]:
        """Encoding that pales what is not in focus, if there is a focus."""
        return theme.faded(field) if self.focus else {}

    def told(self, *columns: str, **titles: str) -> list[alt.Tooltip]:
        """Tooltip with Chinese names, of the given columns unless `tips` says otherwise."""
        lines, named = [], dict(self.tips) if isinstance(self.tips, Mapping) else {}
        for column in dict.fromkeys(filter(None, self.tips or columns)):
            name, _, fmt = column.partition(":")
            number: dict[str, Any] = {}
            if fmt:
                number["format"] = theme.finer(self.fmt) if fmt == "Q" else fmt
            known = titles.get(name) or named.get(column) or theme.label(name)
            title = (self.label or name) if fmt and known == name else known
            lines.append(alt.Tooltip(f"{name}:{'Q' if fmt else 'N'}", title=title, **number))
        return lines

    def finished(
        self,
        columns: Iterable[str],
        below: Sequence[alt.Chart],
        above: Sequence[alt.Chart] = (),
        *,
        height: float,
        **shared: Any,
    ) -> theme.Figure:
        """Put layers together on the data, those of `over` between.

        Parameters
        ----------
        columns
            What the layers draw; empty names are skipped.
        below, above
            Layers without data of their own; `over` goes between.
        height
            In pixels.
        **shared
            Encodings that all layers share.
        """
        base = self._base(columns)
        layered = alt.layer(*below, *self.over, *above, data=base.data).encode(**shared)
        layered.transform = base.transform
        return theme.finish(
            layered.add_params(*self.controls, *self._focus()),
            self.say,
            height=self.height or height,
            facts={"rows": self.table.to_dict("records"), "label": self.label, **self.facts},
        )

    def _focus(self) -> list[alt.Parameter]:
        return [alt.param(name="focus", value=theme.focused())] if self.focus else []

    def _base(self, columns: Iterable[str]) -> alt.Chart:
        if isinstance(self.data, alt.Chart):
            return self.data
        used = [*columns, *(tip.partition(":")[0] for tip in self.tips), *self.also]
        named = dict.fromkeys(filter(None, used))
        return alt.Chart(theme.inline(self.data, named, digits=self.digits))
