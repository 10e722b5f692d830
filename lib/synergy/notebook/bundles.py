"""What a notebook shows of a text: bundles of data by mime type, one for each of its outputs.

A figure is shown by both its specification, which JupyterLab and VS Code draw by themselves, and
a picture, which all others show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from synergy.notebook import WIDTH
from synergy.notebook.contents import Contents
from synergy.notebook.plain import Drawing, plain

#: By this name a viewer knows that it can draw a specification; JupyterLab knows version 5.
VEGA_LITE = "application/vnd.vegalite.v5+json"
PICTURE = "image/svg+xml"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

#: Fonts for readers who lack the first, told once; what only pages need or nobody sees.
_FONTS = "Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
_ATTRIBUTES = re.compile(
    r' (?:(?:aria-[a-z]+|role|class|font-family)="[^"]*"|opacity="1"|pointer-events="none")'
)
_UNSEEN = re.compile(r'<path(?=[^>]* (?:display="none"|d="M0,0h0v0h0Z"))[^>]*/>')
_LONG = re.compile(r"(\d\.\d\d)\d+")

Draw = Callable[[Mapping[str, Any]], str]


class Output(NamedTuple):
    """One output of a cell: data by mime type, and the name of its figure if it is one."""

    data: Mapping[str, Any]
    figure: str = ""

    @property
    def metadata(self) -> dict[str, Any]:
        """What the notebook notes beside it."""
        return {"figure": self.figure} if self.figure else {}


def outputs(text: str, book: Contents, draw: Draw) -> Iterator[Output]:
    """Yield what a notebook shows of a text.

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
        if isinstance(piece, str):
            yield markdown(piece)
            continue
        yield markdown(piece.above)
        yield _chart(piece, draw)
        if piece.below:
            yield markdown(piece.below)


def markdown(text: str) -> Output:
    """A text as an output."""
    return Output({"text/markdown": text})


def _chart(figure: Drawing, draw: Draw) -> Output:
    told = str(figure.spec.get("description", figure.name))
    data = {VEGA_LITE: fixed(figure.spec), PICTURE: slim(draw(figure.spec)), "text/plain": told}
    return Output(data, figure.name)


def fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification for a notebook, whose cells have no width to fill."""
    wide = {"width": WIDTH} if spec.get("width") == "container" else {}
    return {**spec, "$schema": _SCHEMA, **wide}


def slim(svg: str) -> str:
    """A picture for a notebook, less than half as large: its text stands beside it."""
    bare = _LONG.sub(r"\1", _ATTRIBUTES.sub("", _UNSEEN.sub("", svg)))
    return bare.replace("<svg", f'<svg font-family="{_FONTS}"', 1)
