"""Terms on the pages, as a Sphinx extension: the glossary, and the way to it.

The directive `terms` writes the glossary from its one table, the role `{gloss}` leads to a term,
and so does the first mention of each on a page. What a card of a term would show goes along with
the page as JSON (`#term-cards`), so that a script can open it without a network.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from press.figures import data_element
from press.places import elsewhere, here
from synergy.faults import DataError
from synergy.glossary import Term, by_english, by_letter, find_term, terms

if TYPE_CHECKING:
    from sphinx.application import Sphinx

GLOSSARY_PAGE = "book/glossary"

#: Where a mention is not a word of the running text.
_NOT_PROSE = (
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.title,
    nodes.caption,
    nodes.legend,
    nodes.term,
)

#: Classes of what carries no links to terms: references, the answer on the front page.
_PLAIN = {"works", "lead"}


class Terms(SphinxDirective):
    """A template as for `synergy.words.say`; it sees `letters` and `english`, both of terms."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return what the template makes of the terms."""
        from synergy.words import say

        template = "\n".join(self.content)
        text = say(template, letters=by_letter(), english=by_english())
        return self.parse_text_to_nodes(text)


class GlossRole(ReferenceRole):
    """Lead to a term by its name or a synonym: `{gloss}`权重 <熵权>``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link; an unknown term is an error at its place."""
        try:
            return [_link(self.title, find_term(self.target))], []
        except DataError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def _link(text: str, term: Term) -> nodes.reference:
    link = nodes.reference("", text, internal=True, gloss=term.slug)
    link["classes"].append("term")
    link["reftitle"] = f"{term.name}（{term.english}）：{term.definition}"
    return link


def link_first_mentions(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make the first mention of each term on a page a link; not on paper, nor in the glossary."""
    if app.builder.name != "html" or docname == GLOSSARY_PAGE or not _has_glossary(app):
        return
    waiting = {term.name: term for term in terms()}
    longest_first = sorted(waiting, key=len, reverse=True)
    names = re.compile("|".join(map(re.escape, longest_first)))
    _link_below(doctree, names, waiting, {})


def _link_below(
    node: nodes.Element,
    names: re.Pattern[str],
    waiting: dict[str, Term],
    before: dict[str, dict[str, Term]],
) -> None:
    """Link below a node; texts of other places wait for what the text that they replace did."""
    if isinstance(node, here):
        before[node["slot"]] = dict(waiting)
    for child in [*node.children]:
        if isinstance(node, elsewhere):  # words of a figure have no `here`, and no links
            waiting = dict(before.get(node["slot"], {}))
        if isinstance(child, nodes.Element):
            _link_below(child, names, waiting, before)
        elif isinstance(child, nodes.Text) and _is_prose(child):
            parts = _with_links(child.astext(), names, waiting)
            if len(parts) > 1:
                node.replace(child, parts)


def _is_prose(text: nodes.Text) -> bool:
    inside, paragraph = text.parent, False
    while inside is not None:
        if isinstance(inside, _NOT_PROSE) or _PLAIN & set(inside.get("classes", ())):
            return False
        paragraph = paragraph or isinstance(inside, nodes.paragraph)
        inside = inside.parent
    return paragraph


def _with_links(text: str, names: re.Pattern[str], waiting: dict[str, Term]) -> list[nodes.Node]:
    """Cut a text at the terms that wait for their first mention, which end their wait."""
    parts: list[nodes.Node] = []
    done = 0
    for match in names.finditer(text):
        if term := waiting.pop(match[0], None):
            parts += [nodes.Text(text[done : match.start()]), _link(match[0], term)]
            done = match.end()
    return [*parts, nodes.Text(text[done:])]


def point_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each link its address; in a book without a glossary it is only a word."""
    page = app.builder.get_relative_uri(docname, GLOSSARY_PAGE) if _has_glossary(app) else ""
    for link in doctree.findall(nodes.reference):
        if "gloss" in link:
            link["refuri"] = f"{page.partition('#')[0]}#{link['gloss']}"


def _has_glossary(app: Sphinx) -> bool:
    return GLOSSARY_PAGE in app.env.found_docs


def add_cards(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Send the definitions of the terms that a page links along with it."""
    links = doctree.findall(nodes.reference) if doctree is not None else ()
    slugs = {link["gloss"] for link in links if "gloss" in link}
    if slugs and pagename != GLOSSARY_PAGE:
        cards = {term.slug: _card(app, pagename, term) for term in terms() if term.slug in slugs}
        context["body"] = context.get("body", "") + data_element("term-cards", cards)


def _card(app: Sphinx, pagename: str, term: Term) -> dict[str, str]:
    card = {"name": term.name, "english": term.english, "text": term.definition}
    if term.page in app.env.found_docs and term.page != pagename:
        title = app.env.titles[term.page].astext()
        card |= {"page": app.builder.get_relative_uri(pagename, term.page), "title": title}
    return card


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("terms", Terms)
    app.add_role("gloss", GlossRole())
    app.connect("doctree-resolved", link_first_mentions)
    app.connect("doctree-resolved", point_links)
    app.connect("html-page-context", add_cards)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
