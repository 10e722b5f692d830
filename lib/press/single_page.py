"""One HTML page that needs nothing else: its look and its pictures are in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from press.figures import script_json, static_svg
from press.stills import dark_values, picture
from synergy import __version__
from synergy.figures.drawn import Drawn
from synergy.figures.theme import Figure
from synergy.words import FILTERS


def single_page(template: str, **facts: object) -> str:
    """Return a page; every label of a reader's file in it is escaped.

    Parameters
    ----------
    template : str
        File of this folder that extends ``page.html``.
    **facts
        What it speaks of.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= FILTERS
    known = {"version": __version__, "dark": Markup(dark_values())}
    return environment.get_template(template).render(**known, **facts)


def drawn(figure: Figure | Drawn, width: int, *, scrolls: bool = False) -> Markup:
    """A figure as SVG in the page, with its text alternative.

    Parameters
    ----------
    width : int
        On a wide screen; on a narrow one it shrinks.
    scrolls : bool
        Whether it keeps a legible size on a phone, and scrolls there.
    """
    spec = figure.to_dict()
    svg = static_svg(script_json(spec), width=width)
    name = f"s{hashlib.sha256(svg.encode()).hexdigest()[:8]}"
    shown = Markup(picture(svg, "wide", name))
    frame = '<div class="picture{}" role="img" aria-label="{}">{}</div>'
    return Markup(frame).format(" broad" if scrolls else "", spec.get("description", ""), shown)
