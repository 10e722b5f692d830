"""A figure or a table in its place on the page: one block of MyST Markdown with its words.

A figure says what it finds (its title), what is measured in which unit, and where the numbers
come from, in Chinese and in English, both from one call in the chapter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.grid import table_html
from synergy.words import say

_HASHED = re.compile(r"\bdata-[0-9a-f]{32}\b")

#: How a block of the directive begins that is not the caption (`press.captions` reads them).
ENGLISH, NATURE, NOTE = "English: ", "Nature: ", "Note: "


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
    caption, english
        In bold the title, which states the finding; after it what is measured. MyST Markdown.
    note
        How to read it, and where the numbers come from.
    source
        Key of ``data/figure_sources.csv``; empty where nothing is known.
    """

    chart: Any
    name: str
    caption: str
    english: str = ""
    note: str = ""
    source: str = ""

    def words(self, language: str = "zh") -> str:
        """Title and measure in ``zh`` or ``en``; Chinese where there is no English.

        The English edition sets its figures with this, the Chinese one holds both.
        """
        return self.english if language == "en" and self.english else self.caption

    def _repr_markdown_(self) -> str:
        text = json.dumps(self.chart.to_dict(), ensure_ascii=False, separators=(",", ":"))
        # Altair names tables by what they hold: those of another place would differ everywhere.
        for number, name in enumerate(dict.fromkeys(_HASHED.findall(text))):
            text = text.replace(name, f"table-{number}")
        spec = " ".join(text.splitlines())  # a label's rare line separators would end the line
        told = "\n\n".join([self.caption, *self._beside(), spec])
        return f"\n\n```{{chart}} {self.name}\n{told}\n```\n\n"

    def _beside(self) -> list[str]:
        """Blocks beside the caption, those that say something."""
        parts = {ENGLISH: self.english, NATURE: "", NOTE: self.note}
        if self.source:
            known = _sources().loc[self.source]
            parts[NATURE] = f"{self.source} {known['nature']}"
            parts[NOTE] += f"来源：{known['source']}。"
            if self.english:
                parts[ENGLISH] += f" Source ({known['nature_en']}): {known['source_en']}."
        return [f"{opening}{_one_line(text)}" for opening, text in parts.items() if text]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if alt.renderers.active == "press":
            return {"text/markdown": self._repr_markdown_()}
        bundle = self.chart._repr_mimebundle_() or {}
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/markdown": self._repr_markdown_()}


def figure(
    name: str,
    chart: Any,
    caption: str,
    english: str = "",
    *,
    source: Any = "",
    **facts: Any,
) -> Figure:
    """Put a chart on the page.

    Parameters
    ----------
    name : str
        ``fig-...``, unique in the book; ``{numref}`` finds it.
    chart : altair chart
        Its `description` is the text alternative.
    caption : str
        A template as for :func:`synergy.words.say`: the finding in bold, then what is measured;
        after an empty line how to read it, if that needs words.
    english : str
        Finding and measure in English, with the same facts.
    source : str or object with ``nature``
        Key of ``data/figure_sources.csv``, or the findings or panel that is drawn.
    **facts
        What the words use.

    Raises
    ------
    ValueError
        No source has this key.
    """
    said, _, note = say(caption, **facts).partition("\n\n")
    key = _known(str(getattr(source, "nature", source)))
    return Figure(chart, name, said, say(english, **facts), _one_line(note), key)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _known(key: str) -> str:
    keys = list(_sources().index)
    if key and key not in keys:
        near = get_close_matches(key, keys, n=3, cutoff=0.3)
        raise ValueError(f"no source {key!r} in figure_sources.csv; nearest: {', '.join(near)}")
    return key


@cache
def _sources() -> pd.DataFrame:
    return pd.read_csv(DATA_DIR / "figure_sources.csv").set_index("key")


#: Around a table: its cells may hold fences of their own.
BARS = "`" * 10


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

    def _repr_markdown_(self) -> str:
        head = f"{BARS}{{numbered}} {self.name}\n:source: {self.source}"
        return f"\n\n{head}\n\n{self.caption}\n\n{self.body}\n{BARS}\n\n"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if alt.renderers.active == "press" or not isinstance(self.content, pd.DataFrame):
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
