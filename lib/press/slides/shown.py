"""What slides show of chapters: their figures, tables and cards, from the same build."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from press.by_place import CHART, TABLE
from press.execute import markdown_of
from press.slides.prose import line_to_html, to_html
from synergy.blocks import parts

_CARD = re.compile(r"^:::\{div\} claim-card .*?^:::$", re.M | re.S)
_HEADING = re.compile(r"^# (.+)$", re.M)
_VERDICT = re.compile(r"^判定\n: (.+)$", re.M)
_TITLE = re.compile(r"\s*\*\*(.+?)\*\*\s*(.*)", re.S)

#: How labels of cards begin; the document's name follows.
CARD = "card-"


class SlideError(ValueError):
    """A deck asks for what the chapters do not show; the message is for its author."""

    exit_code = 2


@dataclass(frozen=True)
class Shown:
    """A figure, a table or a card of a chapter.

    Attributes
    ----------
    label : str
        ``fig-…``, ``tab-…`` or ``card-`` with the name of its chapter.
    chapter : str
        Title of the chapter.
    title, measure, note : str
        The finding (of a card its verdict), what is measured, where it is from; MyST Markdown.
    nature : str
        Key and words of the kind of data (`data/figure_sources.csv`); empty where none is said.
    spec : mapping
        A chart in Vega-Lite; empty for others.
    text : str
        A table or a card, in MyST Markdown.
    """

    label: str
    chapter: str
    title: str = ""
    measure: str = ""
    note: str = ""
    nature: str = ""
    spec: Mapping[str, Any] | None = None
    text: str = ""

    @property
    def body(self) -> str:
        """A table or a card as HTML."""
        return to_html(self.text)

    @property
    def synthetic(self) -> bool:
        """Whether it shows made-up data."""
        return self.nature.startswith("synthetic") or self.title.startswith("合成数据")

    @property
    def source(self) -> str:
        """Where its numbers are from, as HTML."""
        return line_to_html(self.note.rpartition("来源：")[2].removesuffix("。"))


class Exhibits(dict[str, Shown]):
    """What executed chapters show, by label."""

    def __missing__(self, label: str) -> Shown:
        near = "、".join(get_close_matches(label, self, n=3, cutoff=0.4))
        hint = f"相近的有 {near}。" if near else "标签形如 fig-alpha、tab-grades、card-coupling。"
        raise SlideError(f"幻灯片要用 {label}，各章里没有这张图、表或卡片。{hint}")


def exhibits(executed: Mapping[str, str]) -> Exhibits:
    """Find figures, tables and cards in executed notebooks.

    Parameters
    ----------
    executed : mapping of str to str
        Notebooks as JSON text by document.
    """
    return Exhibits(
        (shown.label, shown) for name, text in executed.items() for shown in _in_chapter(name, text)
    )


def told(notebook: str) -> str:
    """Return the Markdown of an executed notebook: its texts, and what its cells gave."""
    return "\n\n".join(markdown_of(json.loads(notebook)))


def _in_chapter(name: str, notebook: str) -> Iterator[Shown]:
    text = told(notebook)
    heading = _HEADING.search(text)
    chapter = heading[1] if heading else name
    for label, words, spec in CHART.findall(text):
        yield _figure(label, chapter, words, spec)
    for label, source, caption, body in TABLE.findall(text):
        note = f"来源：{source}"
        yield Shown(label, chapter, caption, note=note, text=body)
    if card := _CARD.search(text):
        label, verdict = CARD + name.rpartition("/")[2], _VERDICT.search(card[0])
        title = verdict[1].rstrip("。") if verdict else chapter
        yield Shown(label, chapter, title, text=card[0])


def _figure(label: str, chapter: str, words: str, spec: str) -> Shown:
    said = parts(words.splitlines())
    found = _TITLE.fullmatch(said["caption"])
    title, measure = found.groups() if found else (said["caption"], "")
    nature, note = said.get("nature", ""), said.get("note", "")
    return Shown(label, chapter, title, measure, note, nature, json.loads(spec))
