"""What a page says of itself to search engines and to those who share its link.

A Sphinx extension: the first paragraph that a reader meets, cut at the end of a sentence, becomes
the page's `description`. It is a computed sentence wherever the page's first one is.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

from press.places import elsewhere, is_elsewhere

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What search engines and chat programs show at most, in Chinese characters.
LONGEST = 120
SHORTEST = 24

_STOPS = "。；！？"
_ASIDES = {"bibtex-citation", "claim-sign"}
_ASIDE = (nodes.superscript, nodes.math, nodes.raw, nodes.label, elsewhere)


def add_description(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page its `description`."""
    text = describe(doctree) if doctree is not None else ""
    if text:
        tag = f'<meta name="description" content="{html.escape(text, quote=True)}" />\n'
        context["metatags"] = context.get("metatags", "") + tag


def describe(doctree: nodes.Element) -> str:
    """The first paragraph that is long enough and needs no formula, cut at a stop.

    A definition is told with its term, and with those that follow; an item of a list is none, nor
    is what others see. Of a card that opens a chapter what is found is told: what others claim
    would seem the page's own.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        if is_elsewhere(paragraph):
            continue
        text = _told(paragraph)
        formula, item = any(paragraph.findall(nodes.math)), _around(paragraph, nodes.list_item)
        if len(text) >= SHORTEST and not formula and item is None:
            return _cut(text)
    return ""


def _told(paragraph: nodes.paragraph) -> str:
    """A paragraph with what it belongs to: a card, or a list of definitions."""
    box = _around(paragraph, nodes.container)
    if box is not None and "claim-card" in box["classes"]:
        return _defined(box, first=1)
    listed = _around(paragraph, nodes.definition_list)
    return _plain(paragraph) if listed is None else _defined(listed)


def _around(node: Any, kind: type[nodes.Element]) -> Any:
    """The nearest element of a kind that a node lies in, if any."""
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


def _plain(node: Any) -> str:
    return re.sub(r"\s+", " ", _spoken(node)).strip()


def _defined(holder: nodes.Element, first: int = 0) -> str:
    """Terms with what they mean, one after the other, but for those that need a formula."""
    items = [i for i in holder.findall(nodes.definition_list_item) if not is_elsewhere(i)]
    plain = (item for item in items[first:] if not any(item.findall(nodes.math)))
    return "".join("：".join(_plain(part) for part in item.children) for item in plain)


def _spoken(paragraph: nodes.Element) -> str:
    """Text without marks, formulas, citations and what is not words."""
    return "".join(
        text.astext() for text in paragraph.findall(nodes.Text) if not _aside(text, paragraph)
    )


def _aside(text: nodes.Text, paragraph: nodes.Element) -> bool:
    inside = text.parent
    while inside is not paragraph:
        if isinstance(inside, _ASIDE) or _ASIDES & set(inside["classes"]):
            return True
        inside = inside.parent
    return False


def _cut(text: str) -> str:
    """As many whole sentences as fit; a longer one ends in an ellipsis."""
    if len(text) <= LONGEST and not text.endswith("："):
        return text
    stop = max(text.rfind(mark, 0, LONGEST) for mark in _STOPS)
    return text[: stop + 1] if stop >= SHORTEST else text[: LONGEST - 1].rstrip("：") + "…"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", add_description)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
