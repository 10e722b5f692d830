"""The words around a chart, read from the blocks of its directive.

A figure has a caption: title and measure; a hidden one in English, which the switch of languages
shows; and a legend: what kind of data, how to read it, where the numbers come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList

#: Classes of the boxes of a legend.
ENGLISH_BOX, NOTE_BOX = "figure-english", "figure-note"
#: Where the words of a figure stand that may differ by place; `places.js` knows the same.
WORDS: Mapping[str, str] = {
    "caption": ".caption-text",
    "english": f".{ENGLISH_BOX} > p",
    "note": f".{NOTE_BOX} > p:last-child",
}

Parse = Callable[[str], Sequence[nodes.Node]]


def reader(state: Any, offset: int) -> Parse:
    """Return what reads MyST Markdown within a directive, whose state and place are given."""

    def parse(text: str) -> list[nodes.Node]:
        box = nodes.Element()
        state.nested_parse(StringList(text.splitlines()), offset, box)
        return list(box.children)

    return parse


def legend(told: Mapping[str, str], parse: Parse) -> nodes.legend | None:
    """Return what stands beside the caption, or nothing; `parse` reads MyST Markdown."""
    made = []
    if "english" in told:
        box = nodes.container("", *parse(told["english"]))
        box["classes"] += [ENGLISH_BOX, "language-en"]
        made.append(box)
    if "note" in told or "nature" in told:
        box = nodes.container("", *parse(told.get("note", "")))
        box["classes"].append(NOTE_BOX)
        if "nature" in told:
            box.insert(0, _nature(told["nature"]))
        made.append(box)
    return nodes.legend("", *made) if made else None


def _nature(told: str) -> nodes.paragraph:
    """The kind of data, as a label; its key is a class."""
    key, _, words = told.partition(" ")
    label = nodes.paragraph("", words)
    label["classes"] += ["figure-nature", f"nature-{key}"]
    return label
