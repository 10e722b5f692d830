"""What this book adds to Sphinx's pages, as a Sphinx extension.

The banner that states the data's nature, links to a page's source and from a figure to the code
that drew it, the `chart` and `audited` directives, the `{claim}` role, and citations as Chinese
readers write them: no English "and" between authors.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.statemachine import StringList
from pybtex.plugin import register_plugin as register_list_style
from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.template import Node, names, sentence
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinxcontrib.bibtex.plugin import register_plugin as register_reference_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from press import maths, search, status
from press.figures import figure_html
from press.site import policy_tag
from press.stage import source_copy

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LEDGER_PAGE = "chapters/audit/scorecard"


def guard(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the browser what the page may do, and take out the script that the theme writes in it.

    That one states the page's name for a switch between versions, which this book has not.
    """
    context["metatags"] = policy_tag() + context.get("metatags", "")
    scripts = context["script_files"]
    scripts[:] = [script for script in scripts if not _states_name(script, pagename)]


def _states_name(script: Any, pagename: str) -> bool:
    body = getattr(script, "attributes", {}).get("body", "")
    return bool(body == f"DOCUMENTATION_OPTIONS.pagename = '{pagename}';")


def add_banner(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """State the nature of the data at the head of the page, with a link to the data page."""
    data_page = app.config.press_data_page
    link = (
        ""
        if pagename == data_page
        else (f' <a href="{context["pathto"](data_page)}">数据与来源</a>')
    )
    banner = html.escape(app.config.press_banner)
    kind = html.escape(app.config.press_nature, quote=True)
    note = f'<aside class="data-banner data-{kind}" role="note">{banner}{link}</aside>'
    context["body"] = note + context.get("body", "")


def add_source_link(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """End the page with a link to the file that it was written in, copied beside the pages."""
    if pagename in app.env.found_docs:
        place = context["pathto"](source_copy(pagename), 1)
        link = f'<p class="page-source screen-only"><a href="{place}">本页源文件</a></p>'
        context["body"] = context.get("body", "") + link


def link_figures_to_code(app: Sphinx, doctree: nodes.document) -> None:
    """Give a figure's caption a link to the cell that drew it where the page shows its code."""
    cells = {}
    for cell in doctree.findall(nodes.container):
        code = "".join(part.astext() for part in cell if _is_part(part, "cell_code_source"))
        if _is_part(cell, "cell_code") and code:
            names = [name for figure in cell.findall(nodes.figure) for name in figure["names"]]
            cells.update(dict.fromkeys(names, cell))
    for figure in doctree.findall(nodes.figure):
        captions = list(figure.findall(nodes.caption))
        for name in cells.keys() & set(figure["names"]) if captions else ():
            cells[name]["ids"].append(f"code-{name}")
            link = nodes.reference("", "代码", internal=True, refid=f"code-{name}")
            link["classes"].append("code-link")
            captions[0] += [nodes.Text(" "), link]


def _is_part(node: nodes.Node, kind: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == kind


class Chart(SphinxDirective):
    """A figure as `synergy.page.figure` writes it: caption, empty line, specification on a line."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure like any other: named, numbered, with a caption."""
        drawing = figure_html(json.loads(self.content[-1]))["text/html"]
        figure = nodes.figure("", nodes.raw("", drawing, format="html"), align="default")
        self.set_source_info(figure)
        self.options["name"] = self.arguments[0]
        self.add_name(figure)
        caption = nodes.Element()
        self.state.nested_parse(StringList(self.content[:-1]), self.content_offset, caption)
        if len(caption) != 1:
            raise self.error(f"the caption of {self.arguments[0]} must be one paragraph")
        figure += nodes.caption("", "", *caption[0].children)
        return [figure]


class Audited(SphinxDirective):
    """A template as for `synergy.words.say` on a page without cells: what the audit found.

    It sees `issues`, the distinct inconsistencies with the heaviest first, `price`, what the price
    base of one series does, and `own`, whether the reader's own panel leads.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the sentences; a claim in them is marked as anywhere else."""
        from synergy.claims.auditing import audit
        from synergy.claims.ledger import load_ledger
        from synergy.price_base import price_base_story
        from synergy.words import say

        template, issues = "\n".join(self.content), audit(load_ledger()).inconsistencies()
        own = self.config.press_nature == "own"
        text = say(template, issues=issues, price=price_base_story(), own=own)
        return self.parse_text_to_nodes(text)


class ClaimRole(ReferenceRole):
    """Print a ledger row's number, or a text of its own: `{claim}`0.4367 <P-D-2022>``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text and the mark; an unknown id is an error at its place."""
        from synergy.claims.ledger import load_ledger

        ledger = load_ledger()
        if self.target not in ledger:
            message = self.inliner.reporter.error(
                f"unknown claim {self.target!r}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        claim = ledger[self.target]
        text = self.title if self.has_explicit_title else claim.text
        mark = nodes.reference("", claim.sign(claim.expected), internal=True, claim=claim.id)
        mark["classes"] += ["claim-mark", f"claim-{claim.expected.value}"]
        mark["reftitle"] = f"{claim.id}：{claim.expected.zh}。点击看核对。"
        return [nodes.inline("", text), nodes.superscript("", "", mark)], []


def link_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Point each mark at its row in the scorecard; without that page the mark is only a mark."""
    known = LEDGER_PAGE in app.env.found_docs
    for mark in doctree.findall(nodes.reference):
        if "claim" in mark:
            page = app.builder.get_relative_uri(docname, LEDGER_PAGE) if known else ""
            mark["refuri"] = f"{page.partition('#')[0]}#claim-{mark['claim']}"


_brackets = partial(BracketStyle, left="（", right="）", sep="；", sep2="；", last_sep="；")
_authors = partial(PersonStyle, sep="、", sep2="、", last_sep="、", other=Text("等"))


class ChineseListStyle(PlainStyle):  # type: ignore[misc]
    """The list of references: authors separated by commas alone."""

    def format_names(self, role: str, as_sentence: bool = True) -> Node:
        """Return the template of a list of names."""
        formatted = names(role, sep=", ", sep2=", ", last_sep=", ")
        return sentence[formatted] if as_sentence else formatted


@dataclass
class ChineseReferenceStyle(AuthorYearReferenceStyle):
    """References in the text: 王永钦、董雯（2020）."""

    bracket_textual: BracketStyle = field(default_factory=_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=_brackets)
    bracket_year: BracketStyle = field(default_factory=_brackets)
    person: PersonStyle = field(default_factory=_authors)
    author_year_sep: str = "，"
    text_reference_sep: str = ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("press_banner", "", "html")
    app.add_config_value("press_nature", "", "env")
    app.add_config_value("press_data_page", "chapters/paper/data", "html")
    maths.setup(app)
    search.setup(app)
    status.setup(app)
    app.connect("html-page-context", guard, priority=900)  # after the theme
    app.connect("html-page-context", add_banner)
    app.connect("html-page-context", add_source_link)
    app.connect("doctree-read", link_figures_to_code)
    app.add_directive("chart", Chart)
    app.add_directive("audited", Audited)
    app.add_role("claim", ClaimRole())
    app.connect("doctree-resolved", link_marks)
    register_list_style("pybtex.style.formatting", "chinese", ChineseListStyle, force=True)
    register_reference_style(
        "sphinxcontrib.bibtex.style.referencing", "chinese", ChineseReferenceStyle, force=True
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
