"""A figure in its place on the page: chart, name and caption as one block of MyST Markdown."""

from __future__ import annotations

import json
import re
from typing import Any

import altair as alt

from synergy.words import say

_HASHED = re.compile(r"\bdata-[0-9a-f]{32}\b")


class Figure:
    """A chart with the name that references use and a caption.

    The book reads the Markdown (directive ``chart``, see `press.pages`) and nothing else; a
    notebook on its own shows the chart with whatever renderer Altair has there.
    """

    def __init__(self, chart: Any, name: str, caption: str) -> None:
        self.chart, self.name, self.caption = chart, name, caption

    def _repr_markdown_(self) -> str:
        text = json.dumps(self.chart.to_dict(), ensure_ascii=False, separators=(",", ":"))
        # Altair names tables by what they hold: those of another place would differ everywhere.
        for number, name in enumerate(dict.fromkeys(_HASHED.findall(text))):
            text = text.replace(name, f"table-{number}")
        spec = " ".join(text.splitlines())  # a label's rare line separators would end the line
        return f"\n\n```{{chart}} {self.name}\n{self.caption}\n\n{spec}\n```\n\n"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if alt.renderers.active == "press":
            return {"text/markdown": self._repr_markdown_()}
        bundle = self.chart._repr_mimebundle_() or {}
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/markdown": self._repr_markdown_()}


def figure(name: str, chart: Any, caption: str, **facts: Any) -> Figure:
    """Put a chart on the page.

    Parameters
    ----------
    name : str
        ``fig-...``, unique in the book; ``{numref}`` finds it.
    chart : altair chart
        Its `description` is the text alternative.
    caption : str
        A template as for :func:`synergy.words.say`.
    **facts
        What the caption uses.
    """
    return Figure(chart, name, say(caption, **facts))
