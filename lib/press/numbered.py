"""Tables with a number, a caption and a source, as a Sphinx extension.

The directive `numbered` is written by `synergy.page.numbered`. Each table is one block: number and
caption above, the table, below it where the numbers are from; `book/look/tables.js` adds the way
to its data. On a phone the cells stand below each other, each with its heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from synergy.grid import extent

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

#: Tables that Markdown gave; those of frames are finished (`synergy.grid`), as is the ledger.
_WRITTEN = re.compile(r'<table class="(?!dataframe|ledger).*?</table>', re.S)


class numbered_table(nodes.figure):
    """A table with caption and source; a figure in all but its number."""


class Numbered(SphinxDirective):
    """Caption, empty line, table; the source as an option."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"source": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the table: named, numbered, with caption and source."""
        lines = list(self.content)
        split = lines.index("") if "" in lines else len(lines)
        block = numbered_table("", align="default")
        self.set_source_info(block)
        self.options["name"] = self.arguments[0]
        self.add_name(block)
        block += nodes.caption("", "", *self._line(self.content[:split]))
        block += nodes.raw("", "</figcaption>", format="html")  # the writer leaves it open
        body = nodes.container("", classes=["table-body"])
        self.state.nested_parse(self.content[split:], self.content_offset + split, body)
        block += body
        source = StringList([f"来源：{self.options['source']}"], self.arguments[0])
        block += nodes.paragraph("", "", *self._line(source), classes=["table-source"])
        return [block]

    def _line(self, text: StringList) -> list[nodes.Node]:
        """What one paragraph holds."""
        held = nodes.Element()
        self.state.nested_parse(text, self.content_offset, held)
        if len(held) != 1:
            raise self.error(f"caption and source of {self.arguments[0]} are a paragraph each")
        return list(held[0].children)


def visit_table(self: HTML5Translator, node: numbered_table) -> None:
    """Open the block."""
    self.body.append(self.starttag(node, "figure", CLASS="numbered-table"))


def depart_table(self: HTML5Translator, node: numbered_table) -> None:
    """Close it."""
    self.body.append("</figure>\n")


def label_cells(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the cells of tables written in Markdown their headings, as others know them."""
    if app.builder.name == "html":  # paper has no form for phones
        context["body"] = _WRITTEN.sub(lambda found: labelled(found[0]), context.get("body", ""))


def labelled(table: str) -> str:
    """A table whose cells carry their headings."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(table, "html.parser")
    heads = [head.get_text().strip() for head in soup.select("thead th")]
    columns = zip(*(row.find_all("td") for row in soup.select("tbody tr")), strict=False)
    for head, cells in zip(heads, columns, strict=False):
        kind = extent(cell.get_text() for cell in cells)
        for cell in cells:
            cell["data-label"] = head
            cell["class"] = [*cell.get("class", []), *kind.split()]
    return str(soup)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_enumerable_node(numbered_table, "table", html=(visit_table, depart_table))
    app.add_directive("numbered", Numbered)
    app.connect("html-page-context", label_cells)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
