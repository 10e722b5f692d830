"""The HTML site: Sphinx through Jupyter Book's own configuration, plus what this book adds.

All reliance on Sphinx is in this module. As a Sphinx extension it puts the banner that states
the data's nature on every page, the edition into the footer, and a link from each figure to
the code that drew it.
"""

from __future__ import annotations

import contextlib
import html
import io
import logging
import re
import shutil
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.cache import remembered
from press.figures import javascript_bundle

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

DATA_PAGE = "chapters/paper/data"
_GLUED_FIGURE = re.compile(r"""glue\(\s*["'](fig-[\w-]+)["']""")
_DIRECTIVE_WARNING = re.compile(r"(?m)^.*\b(?:WARNING|ERROR|CRITICAL): .*$")


class SiteError(RuntimeError):
    """Sphinx could not build the pages."""


def build_site(
    source: Path, output: Path, *, config: dict[str, Any], builder: str, cache: Path
) -> list[str]:
    """Build the staged book with one Sphinx builder and return the warnings.

    Parameters
    ----------
    source : Path
        Staged folder with `_config.yml`, `_toc.yml`, executed notebooks and `_static`.
    output : Path
        Folder that the pages go to.
    config : dict
        Sphinx settings on top of `_config.yml`, for instance `press_banner`.
    builder : {"html", "singlehtml"}
        Sphinx builder.
    cache : Path
        Folder for the dictionary of the Chinese word splitter.

    Raises
    ------
    SiteError
        With Sphinx's own message.
    """
    import jieba
    from jupyter_book.sphinx import build_sphinx

    jieba.dt.tmp_dir = str(cache)  # instead of the machine's shared temporary folder
    jieba.setLogLevel(logging.WARNING)
    messages = io.StringIO()
    with contextlib.redirect_stderr(messages):
        result = build_sphinx(
            str(source),
            str(output),
            path_config=str(source / "_config.yml"),
            noconfig=True,
            confoverrides={"latex_individualpages": False, **config},
            doctreedir=str(output.parent / ".doctrees"),
            builder=builder,
            quiet=True,
        )
    if result != 0:
        raise SiteError(f"页面生成失败：{result}\n{messages.getvalue()}")
    (output / ".buildinfo").unlink()  # hashes the working folder; of use to partial builds only
    if builder == "html":
        _redirect_to_root(source, output)
    return _DIRECTIVE_WARNING.findall(messages.getvalue())


def write_scripts(static: Path, cache: Path) -> None:
    """Put the drawing bundle and MathJax into a static folder: nothing needs a CDN.

    Not under `_static`: Jupyter Book would load every script there on every page.
    """
    bundle = remembered(javascript_bundle, cache)
    (static / "vega").mkdir(parents=True)
    (static / "vega" / "bundle.js").write_text(bundle(), encoding="utf-8")
    (static / "mathjax").mkdir()
    shutil.copyfile(mathjax_script(), static / "mathjax" / "tex-svg.js")


def mathjax_script() -> Path:
    """Return MathJax's single-file SVG build, which needs no font files."""
    for file in files("sphinx-mathjax-offline") or []:
        if file.name == "tex-svg.js":
            return Path(str(file.locate()))
    raise SiteError("缺少 MathJax：请重新安装 requirements.lock 里的依赖。")


def _redirect_to_root(source: Path, output: Path) -> None:
    import yaml

    root = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))["root"]
    page = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={root}.html">'
    link = f'<a href="{root}.html">打开本书</a>'
    (output / "index.html").write_text(
        f"<!DOCTYPE html><title>打开本书</title>{page}{link}", encoding="utf-8"
    )


# --- the Sphinx extension ---------------------------------------------------------------------


def add_banner(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """State the nature of the data at the head of the page, with a link to the data page."""
    link = (
        ""
        if pagename == DATA_PAGE
        else (f' <a href="{context["pathto"](DATA_PAGE)}">数据与来源</a>')
    )
    banner = html.escape(app.config.press_banner)
    kind = html.escape(app.config.press_nature, quote=True)
    note = f'<aside class="data-banner data-{kind}" role="note">{banner}{link}</aside>'
    context["body"] = note + context.get("body", "")


def link_figures_to_code(app: Sphinx, doctree: nodes.document) -> None:
    """Give every glued figure's caption a link to the cell that made it."""
    from docutils import nodes

    anchors: dict[str, str] = {}
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        for key in _GLUED_FIGURE.findall(cell.astext()):
            anchors[key] = f"code-{key}"
            cell["ids"].append(anchors[key])
    for figure in doctree.findall(nodes.figure):
        captions = list(figure.findall(nodes.caption))
        for key in anchors.keys() & set(figure["names"]) if captions else ():
            link = nodes.reference("", "代码", internal=True, refid=anchors[key])
            link["classes"].append("code-link")
            captions[0] += [nodes.Text(" "), link]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("press_banner", "", "html")
    app.add_config_value("press_nature", "", "html")
    app.add_config_value("press_imprint", "", "html")
    app.connect("html-page-context", add_banner)
    app.connect("doctree-read", link_figures_to_code)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
