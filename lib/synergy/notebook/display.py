"""How a notebook that no press runs shows what chapters give: IPython's formatters for our values.

A figure is shown by both its specification, which JupyterLab and VS Code draw by themselves, and
a picture, which all others show. The face calls `follow` when it is imported in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import altair as alt

from synergy.notebook.contents import Contents, of_source
from synergy.notebook.plain import Drawing, Piece, plain
from synergy.page import Figure, NumberedTable
from synergy.words import Said

#: By this name a viewer knows that it can draw a specification; JupyterLab knows version 5.
VEGA_LITE = "application/vnd.vegalite.v5+json"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

#: Pixels of a chart that fills its page, in a notebook.
WIDTH = 757

Bundle = Mapping[str, Any]


def bundles(
    text: str, book: Contents, draw: Callable[[Mapping[str, Any]], str]
) -> Iterator[tuple[Bundle, str]]:
    """Yield what a notebook shows of a text, by mime type, each with the name of its figure.

    Parameters
    ----------
    text : str
        MyST Markdown of a chapter.
    book : Contents
        What it refers to.
    draw : callable
        From a specification to a picture, as SVG.
    """
    for piece in plain(text, book):
        yield from _drawn(piece, draw) if isinstance(piece, Drawing) else [(_text(piece), "")]


def _drawn(
    figure: Drawing, draw: Callable[[Mapping[str, Any]], str]
) -> Iterator[tuple[Bundle, str]]:
    yield _text(figure.above), ""
    told = str(figure.spec.get("description", figure.name))
    picture = draw(figure.spec)
    spec = fixed(figure.spec)
    yield {VEGA_LITE: spec, "image/svg+xml": picture, "text/plain": told}, figure.name
    if figure.below:
        yield _text(figure.below), ""


def _text(markdown: str) -> Bundle:
    return {"text/markdown": markdown, "text/plain": markdown}


def fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification for a notebook, whose cells have no width to fill."""
    wide = {"width": WIDTH} if spec.get("width") == "container" else {}
    return {**spec, "$schema": _SCHEMA, **wide}


def picture(spec: Mapping[str, Any]) -> str:
    """Draw a specification as SVG, in the fonts of this machine."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg({**spec, "width": fixed(spec).get("width")}))


# --- IPython ----------------------------------------------------------------------------------


def follow(shell: Any) -> None:
    """Let an IPython shell show sentences, figures and tables as readers see them."""
    from pandas import DataFrame

    from synergy.grid import table_html

    formatters = shell.display_formatter
    for shown in (Said, Figure, NumberedTable):
        formatters.ipython_display_formatter.for_type(shown, show)
    formatters.formatters["text/html"].for_type(DataFrame, table_html)
    alt.data_transformers.disable_max_rows()


def show(value: Piece | Figure | NumberedTable) -> None:
    """Display a value of the book, in as many outputs as it has texts and figures."""
    from IPython.display import display

    text = value._repr_markdown_() if hasattr(value, "_repr_markdown_") else str(value)
    for bundle, name in bundles(text, of_source(), picture):
        display(bundle, raw=True, metadata={"synergy": {"figure": name}} if name else {})
