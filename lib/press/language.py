"""One switch to English: the card of a page, taken from the English summary to the page's head.

A Sphinx extension. The summary is a chapter like any other; its section labelled
`en-<document>` is a page's card. It lies at the head of the page, folded away until the switch
leads to it (`#english`), so that it works without scripts; `language.js` keeps the choice.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

SUMMARY_PAGE = "chapters/guide/english"


def label_of(docname: str) -> str:
    """The label under which the summary holds a document's card."""
    return f"en-{docname.replace('/', '-')}"


def add_card(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put a page's card at its head, and tell the template where the switch leads."""
    if app.builder.name != "html" or SUMMARY_PAGE not in app.env.found_docs:
        return
    if pagename == SUMMARY_PAGE:
        context["english_back"] = app.builder.get_relative_uri(pagename, app.config.root_doc)
        context["body"] = f'<div lang="en">{context.get("body", "")}</div>'
    elif card := _card(app, pagename):
        context["english_card"] = "#english"
        context["body"] = card + context.get("body", "")
    else:
        context["english_card"] = app.builder.get_relative_uri(pagename, SUMMARY_PAGE)


def _card(app: Sphinx, pagename: str) -> str:
    """The card as HTML, its links resolved for the page; empty where the summary has none."""
    summary = app.env.get_doctree(SUMMARY_PAGE)
    wanted = label_of(pagename)
    found = [s for s in summary.findall(nodes.section) if wanted in s["names"]]
    if not found:
        return ""
    title = found[0].next_node(nodes.title)
    summary.children = []
    summary += [part for part in found[0].children if not isinstance(part, nodes.title)]
    app.env.resolve_references(summary, pagename, app.builder)
    part = nodes.container("", *summary.children)  # a document inside another would come out twice
    text = app.builder.render_partial(part)["fragment"]  # type: ignore[attr-defined]
    heading = html.escape(title.astext() if title is not None else "")
    more = app.builder.get_relative_uri(pagename, SUMMARY_PAGE)
    return (
        '<aside id="english" class="claim-card english-card" lang="en" tabindex="-1"'
        ' aria-label="English">'
        f'<p class="english-title">{heading}</p>{text}'
        f'<p class="english-more"><a href="{more}">All chapters in English</a> · '
        '<a href="#" class="english-close">Close</a></p></aside>'
    )


def note_change(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Write every page anew where the summary has changed, since all carry a part of it."""
    app.press_english_changed = SUMMARY_PAGE in docnames  # type: ignore[attr-defined]


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages whose card may have changed."""
    changed = getattr(app, "press_english_changed", False)
    return sorted(env.found_docs) if changed else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("env-before-read-docs", note_change)
    app.connect("env-updated", pages_to_write)
    app.connect("html-page-context", add_card, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
