"""MyST Markdown as slides use it, as HTML: a slide has no pages around it that links could lead to.

Roles become the words that a page would show; formulas become MathML (`press.maths`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from press.by_place import OTHERS

#: From the argument and the text of a directive to HTML.
Directive = Callable[[str, str], str]

_ROLE = re.compile(r"(.*?)\s*<([^<>]+)>", re.S)
_DIRECTIVE = re.compile(r"\{([\w-]+)\}\s*(.*)")

# A formula and the mark behind it, which browsers else let begin a line.
_BEFORE_A_STOP = re.compile(
    r'(?<!<span class="held">)(<span class="math inline">(?:(?!</span>).)*</span>)'
    r"([，。；：？！、）])",
    re.DOTALL,
)

# Roles that only point elsewhere.
_SILENT = {"cite:p", "eq", "numref"}


def to_html(text: str, directives: Mapping[str, Directive] | None = None) -> str:
    """Return MyST Markdown as HTML.

    Parameters
    ----------
    text : str
        With the roles and directives of chapters.
    directives : mapping, optional
        What stands for further directives, by name.
    """
    made = str(_reader().render(text, {"directives": directives or {}}))
    return _BEFORE_A_STOP.sub(r'<span class="held">\1\2</span>', made)


def line_to_html(text: str) -> str:
    """Return a title or a sentence as HTML without a paragraph around it."""
    return str(_reader().renderInline(" ".join(text.split())))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark").enable("table")
    dollarmath_plugin(reader, renderer=_formula)
    for plugin in (colon_fence_plugin, deflist_plugin, myst_role_plugin):
        reader.use(plugin)
    reader.use(attrs_plugin, spans=True)
    reader.add_render_rule("myst_role", _role)
    for kind in ("fence", "colon_fence"):
        reader.add_render_rule(kind, _fence)
    return reader


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    from press.maths import mathml

    return mathml(tex.strip(), display=bool(options["display_mode"]))


def _role(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]
) -> str:
    name, content = tokens[at].meta["name"], tokens[at].content
    explicit = _ROLE.fullmatch(content)
    text, target = explicit.groups() if explicit else (content, content)
    if name in _SILENT:
        return ""
    if name == "claim":
        return f'<span class="claim">{escape(text if explicit else _printed(target))}</span>'
    return escape(text)


def _printed(claim: str) -> str:
    """The number that a row of the ledger quotes."""
    from synergy.claims.ledger import load_ledger

    return load_ledger()[claim].text


def _fence(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]
) -> str:
    found = _DIRECTIVE.fullmatch(tokens[at].info.strip())
    name, argument = found.groups() if found else ("", "")
    own: Mapping[str, Directive] = env.get("directives", {})
    known: dict[str, Directive] = {
        "div": partial(_box, own),
        "elsewhere": partial(_here, own),
        **own,
    }
    return known[name](argument, tokens[at].content) if name in known else ""


def _box(own: Mapping[str, Directive], classes: str, text: str) -> str:
    return f'<div class="{escape(classes, quote=True)}">{to_html(text, own)}</div>'


def _here(own: Mapping[str, Directive], argument: str, text: str) -> str:
    """What a text says of the edition's place; those of other places follow it."""
    return to_html(text.partition(f"\n{OTHERS}")[0], own)
