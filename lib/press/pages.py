"""What this book adds to Sphinx's pages, as a Sphinx extension.

The banner that states the data's nature, links to a page's source and from a figure to the code
that drew it, and the `chart` directive.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from press import maths, search, status
from press.captions import legend as beside
from press.captions import reader
from press.figures import figure_html
from press.site import policy_tag
from press.stage import notebook_of, source_copy
from synergy.blocks import parts

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Each layer of the theme states the screen once more.
_VIEWPORT = re.compile(r'<meta [^>]*name="viewport"[^>]*>\s*')


def guard(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the browser what the page may do, and take out the script that the theme writes in it.

    That one states the page's name for a switch between versions, which this book has not.
    """
    context["metatags"] = policy_tag() + _VIEWPORT.sub("", context.get("metatags", ""))
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


def name_book(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the scripts of a page what a reader cites: they write the line below each figure."""
    config = app.config
    told = {
        "title": html.unescape(config.html_title),
        "author": config.author,
        "version": config.press_version,
        "date": config.press_date,
    }
    tags = (
        f'<meta name="book-{name}" content="{html.escape(text)}">' for name, text in told.items()
    )
    context["metatags"] = context.get("metatags", "") + "".join(tags)


def add_source_link(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """End the page with links to its source and its notebook, which lie beside the pages."""
    if pagename in app.env.found_docs:
        place = context["pathto"](source_copy(pagename), 1)
        links = f'<a href="{place}">本页源文件</a>'
        if pagename.startswith("chapters/"):
            links += _notebook_link(context["pathto"](notebook_of(pagename), 1))
        link = f'<p class="page-source screen-only">{links}</p>'
        context["body"] = context.get("body", "") + link


def _notebook_link(place: str) -> str:
    return f'<span> · </span><a href="{place}" download>下载本页笔记本（.ipynb）</a>'


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
    """A figure as `synergy.page.figure` writes it: its words, and the specification on a line."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure like any other: named, numbered, with a caption and a legend."""
        drawing = figure_html(json.loads(self.content[-1]))["text/html"]
        figure = nodes.figure("", nodes.raw("", drawing, format="html"), align="default")
        self.set_source_info(figure)
        self.options["name"] = self.arguments[0]
        self.add_name(figure)
        told, parse = parts(self.content[:-1]), reader(self.state, self.content_offset)
        caption = parse(told["caption"])
        if len(caption) != 1:
            raise self.error(f"the caption of {self.arguments[0]} must be one paragraph")
        figure += nodes.caption("", "", *caption[0].children)
        legend = beside(told, parse)
        figure += [] if legend is None else [legend]
        return [figure]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("press_banner", "", "html")
    app.add_config_value("press_nature", "", "env")
    app.add_config_value("press_version", "", "html")
    app.add_config_value("press_date", "", "html")
    app.add_config_value("press_data_page", "chapters/paper/data", "html")
    maths.setup(app)
    search.setup(app)
    status.setup(app)
    app.connect("html-page-context", guard, priority=900)  # after the theme
    app.connect("html-page-context", add_banner)
    app.connect("html-page-context", add_source_link)
    app.connect("html-page-context", name_book)
    app.connect("doctree-read", link_figures_to_code)
    app.add_directive("chart", Chart)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
