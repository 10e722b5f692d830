"""A figure or a table in its place on the page: one block of MyST Markdown with its words.

A figure says what it finds (its title), what is measured in which unit, and where the numbers
come from, in Chinese and in English, both from one call in the chapter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from synergy.blocks import BARS, ENGLISH, NATURE, NOTE
from synergy.captions import words_of
from synergy.grid import table_html
from synergy.words import say

_HASHED = re.compile(r"\bdata-[0-9a-f]{32}\b")


def in_book() -> bool:
    """Whether the press runs the chapter, rather than a notebook on its own."""
    return bool(alt.renderers.active == "press")


@dataclass(frozen=True)
class Figure:
    """A chart with the name that references use and its words.

    The book reads the Markdown (directive ``chart``, see `press.pages`) and nothing else; a
    notebook on its own shows the chart with whatever renderer Altair has there.

    Attributes
    ----------
    chart
        Any Altair chart; its `description` is the text alternative.
    name
        ``fig-...``, unique in the book.
    caption
        In bold the finding, after it what is measured. MyST Markdown.
    beside
        Further blocks: the same in English, the kind of data, the note.
    """

    chart: Any
    name: str
    caption: str
    beside: tuple[str, ...] = ()

    def _repr_markdown_(self) -> str:
        text = json.dumps(self.chart.to_dict(), ensure_ascii=False, separators=(",", ":"))
        # Altair names tables by what they hold: those of another place would differ everywhere.
        for number, name in enumerate(dict.fromkeys(_HASHED.findall(text))):
            text = text.replace(name, f"table-{number}")
        spec = " ".join(text.splitlines())  # a label's rare line separators would end the line
        told = "\n\n".join([self.caption, *self.beside, spec])
        return f"\n\n```{{chart}} {self.name}\n{told}\n```\n\n"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if in_book():
            return {"text/markdown": self._repr_markdown_()}
        bundle = self.chart._repr_mimebundle_() or {}
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/markdown": self._repr_markdown_()}


def figure(name: str, chart: Any, caption: str = "", *, words: str = "", **facts: Any) -> Figure:
    """Put a chart on the page.

    Parameters
    ----------
    name : str
        ``fig-...``, unique in the book; ``{numref}`` finds it.
    chart : altair chart
        Its `description` is the text alternative.
    caption : str
        A template as for :func:`synergy.words.say`, for a figure whose words are not declared.
    words : str
        Name of its words in ``data/captions.toml``, where that is not its own.
    **facts
        What the words use, besides what the chart knows (its attribute `told`).
    """
    if caption:
        return Figure(chart, name, say(caption, **facts))
    own, known = words or name, getattr(chart, "told", {})
    chinese = words_of(own, facts, beside=known)
    english = words_of(own, facts, "en", beside=known)
    beside = (
        f"{ENGLISH}{english.caption} Data: {english.nature}. {english.note}",
        f"{NATURE}{chinese.key} {chinese.nature}",
        f"{NOTE}{chinese.note}",
    )
    return Figure(chart, name, chinese.caption, beside)


class NumberedTable:
    """A table with the name that references use, a caption, and where its numbers are from.

    The book reads the Markdown (directive ``numbered``, see `press.numbered`); a notebook on its
    own shows the table.
    """

    def __init__(self, content: pd.DataFrame | str, name: str, caption: str, source: str) -> None:
        self.content, self.name, self.caption, self.source = content, name, caption, source

    @property
    def body(self) -> str:
        """The table itself: HTML of a frame, or Markdown as given."""
        frame = isinstance(self.content, pd.DataFrame)
        return table_html(self.content) if frame else str(self.content).strip()  # type: ignore[arg-type]

    def __str__(self) -> str:
        """The caption and the table as text."""
        frame = isinstance(self.content, pd.DataFrame)
        return f"{self.caption}\n{self.content.to_string() if frame else self.content}"  # type: ignore[union-attr]

    def _repr_markdown_(self) -> str:
        head = f"{BARS}{{numbered}} {self.name}\n:source: {self.source}"
        return f"\n\n{head}\n\n{self.caption}\n\n{self.body}\n{BARS}\n\n"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if in_book() or not isinstance(self.content, pd.DataFrame):
            return {"text/markdown": self._repr_markdown_()}
        return {"text/html": self.body, "text/plain": self.content.to_string()}


def numbered(
    name: str, content: pd.DataFrame | str, caption: str, *, source: str, **facts: Any
) -> NumberedTable:
    """Put a table on the page.

    Parameters
    ----------
    name : str
        ``tab-...``, unique in the book; ``{numref}`` finds it.
    content : DataFrame or str
        What :func:`synergy.tables.table` returns; or Markdown, where cells hold links.
    caption, source : str
        Templates as for :func:`synergy.words.say`: what is shown, and where the numbers are from.
    **facts
        What they use.
    """
    told = (" ".join(say(text, **facts).split("\n")) for text in (caption, source))
    return NumberedTable(content, name, *told)
