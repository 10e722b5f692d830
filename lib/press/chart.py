"""The `chart` directive: a figure whose body is a Vega-Lite specification below its caption."""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from press.figures import figure_html


class Chart(SphinxDirective):
    """``synergy.page.figure`` writes it: caption, an empty line, the specification on one line."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure like any other: named, numbered, with a caption."""
        caption, spec = self.content[:-1], json.loads(self.content[-1])
        figure = nodes.figure("", nodes.raw("", figure_html(spec)["text/html"], format="html"))
        figure["align"] = "default"
        self.set_source_info(figure)
        self.options["name"] = self.arguments[0]
        self.add_name(figure)
        figure += self._caption(StringList(caption))
        return [figure]

    def _caption(self, lines: StringList) -> nodes.caption:
        parsed = nodes.Element()
        self.state.nested_parse(lines, self.content_offset, parsed)
        children = parsed.children[0].children if parsed.children else []
        return nodes.caption("", "", *children)


def setup(app: Any) -> dict[str, Any]:
    """Register the directive with Sphinx."""
    app.add_directive("chart", Chart)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
