"""The status page: what this edition is made of, when each chapter ran and for how long.

The times are facts of one run, kept with its results (`press.execute`). They go into this page
after all else, so that neither the search index nor the PDF holds them: two builds of one book
differ here and nowhere else.
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from press.stage import documents

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PAGE = "book/status"

# What computes, draws and sets.
PROGRAMS = {
    "计算": ("numpy", "scipy", "pandas", "statsmodels"),
    "运行章节": ("papermill", "ipykernel", "jupytext"),
    "画图": ("altair", "vl-convert-python"),
    "网页": ("jupyter-book", "sphinx", "myst-nb", "math-core"),
    "纸版": ("pypandoc-binary", "typst"),
}

_MADE = """
[{{ place }}]{.place-name}版 · {{ particulars }}。

{% if own %}
数据是您的文件：{{ own|join("、") }}。
{% else %}
数据随书发布，各项的来源见{doc}`数据与来源 <../chapters/paper/data>`。
{% endif %}

{{ programs }}
"""

_RUNS = '<div id="runs"></div>'


class Made(SphinxDirective):
    """The edition, its data and the programs that made it."""

    def run(self) -> list[nodes.Node]:
        """Return two sentences and a table."""
        from pandas import DataFrame

        from synergy.words import say

        used = {"Python": sys.version.split()[0]}
        used |= {what: "，".join(map(_with_version, names)) for what, names in PROGRAMS.items()}
        text = say(
            _MADE,
            place=self.config.press_place,
            particulars=self.config.press_particulars,
            own=self.config.press_inputs,
            programs=DataFrame({"用来": used.keys(), "程序和版本": used.values()}),
        )
        return self.parse_text_to_nodes(text)


def _with_version(name: str) -> str:
    return f"{name} {version(name)}"


class Runs(SphinxDirective):
    """The place of the chapters' runs, filled when the page is written."""

    def run(self) -> list[nodes.Node]:
        """Return an empty block."""
        return [nodes.raw("", _RUNS, format="html")]


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Ask for this page in every build: chapters may have run since."""
    return [PAGE] if PAGE in env.found_docs else []


def fill(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Write the runs into their place."""
    if pagename == PAGE:
        runs = _RUNS.replace("><", f">{_table(app, context['pathto'])}<")
        context["body"] = context["body"].replace(_RUNS, runs)


def _table(app: Sphinx, pathto: Callable[[str], str]) -> str:
    """A row for each chapter, in reading order."""
    rows = []
    for name in documents(Path(app.srcdir) / "_toc.yml"):
        if "ran" in app.env.metadata[name]:
            ran = json.loads(app.env.metadata[name]["ran"])
            title = html.escape(app.env.titles[name].astext())
            started = ran["started"].replace("T", " ")[:16]
            rows.append(
                f'<tr><td><a href="{pathto(name)}">{title}</a></td>'
                f"<td>{started}</td><td>{ran['seconds']:.1f} 秒</td></tr>"
            )
    head = "<tr><th>章</th><th>开始运行（协调世界时）</th><th>用时</th></tr>"
    return f'<table class="dataframe"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'


def setup(app: Sphinx) -> None:
    """Register the directives and what fills the page."""
    app.add_config_value("press_particulars", "", "env")
    app.add_config_value("press_inputs", [], "env")
    app.add_directive("made", Made)
    app.add_directive("runs", Runs)
    app.connect("env-updated", rewrite)
    app.connect("html-page-context", fill)
