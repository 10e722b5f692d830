"""Formulas: MathML on the pages, set by the browser without a script; TeX on the page for print."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.ext import mathjax
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

RENDERER = "mathml"
_PRINTED = "singlehtml"

_log = logging.getLogger(__name__)

# Chromium does not stretch a bracket that carries an exponent, unless it stands in a row.
_BRACKET = re.compile(r"(<m(?:sub|sup|subsup)>)(<mo minsize[^>]*>[^<]*</mo>)")


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(allow_unreliable_rendering=True, fancy_error=False)


def mathml(tex: str, *, display: bool) -> str:
    """Return a formula as MathML.

    Raises
    ------
    LatexError
        The formula is not TeX, or uses a command that MathML has nothing for.
    """
    text: str = _converter().convert_with_local_state(tex, displaystyle=display)
    return _BRACKET.sub(r"\1<mrow>\2</mrow>", text)


def write_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a sentence."""
    if writer.builder.name == _PRINTED:
        mathjax.html_visit_math(writer, node)
    writer.body.append(writer.starttag(node, "span", "", CLASS="math"))
    writer.body.append(f"{_formula(node, display=False)}</span>")
    raise nodes.SkipNode


def write_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on its own line, with its number where it has one."""
    if writer.builder.name == _PRINTED:
        mathjax.html_visit_displaymath(writer, node)
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "这个公式的链接")
        writer.body.append("</span>")
    writer.body.append(f"{_formula(node, display=True)}</div>\n")
    raise nodes.SkipNode


def _formula(node: nodes.math | nodes.math_block, *, display: bool) -> str:
    """A formula, or its TeX with a warning where it cannot be set."""
    tex = node.astext().strip()
    try:
        return mathml(tex, display=display)
    except LatexError as error:
        _log.warning("公式 %s 排不出来（%s），页面上照原样印出。", tex, error, location=node)
        return f"<code>{html.escape(tex)}</code>"


def setup(app: Sphinx) -> None:
    """Make this the way formulas are written."""
    app.add_html_math_renderer(RENDERER, (write_inline, None), (write_block, None))
