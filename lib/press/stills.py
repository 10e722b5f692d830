"""A picture of each chart in its page from the start, before and without scripts.

Two widths stand in the page, for a desk and for a phone; the style sheet shows one. Their colours
are variables, so that both serve the light page and the dark one (`colours`). A script puts the
living chart in their place when a reader is near (`book/look/figures.js`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, count
from pathlib import Path

from press.draw import Job, drawer, specifications
from press.figures import script_json
from press.fonts import FONT_FAMILY
from synergy.notebook import WIDTH
from synergy.palette import counterparts

#: Pixels that a chart has on a desk, and on a phone of 390 pixels.
WIDTHS = {"wide": WIDTH, "narrow": 358}

#: A chart without a picture in a page, as `press.figures.figure_html` writes it.
_CHART = re.compile(
    r'<div class="vega-figure"[^>]*><script type="application/json">([^<]*)</script>(?=</div>)'
)
_COLOUR = re.compile(r'"(#[0-9a-f]{6})"')
_NAME = re.compile(r'(?<=\bid=")[^"]+|(?<=url\(#)[^)]+')


def jobs(notebooks: Iterable[str]) -> Iterator[Job]:
    """Yield what must be drawn for the pages of executed notebooks."""
    for spec in map(script_json, chain.from_iterable(map(specifications, notebooks))):
        yield from ((spec, width) for width in WIDTHS.values())


def stand(pages: Path, cache: Path) -> None:
    """Put the pictures of all charts into those pages of a folder that have none yet.

    Raises
    ------
    ChartError
        With the message of Vega.
    """
    drawn = drawer(cache)
    for page in pages.rglob("*.html"):
        text, number = page.read_text(encoding="utf-8"), count(1)

        def with_pictures(chart: re.Match[str], number: Iterator[int] = number) -> str:
            name = f"still{next(number)}"
            made = (picture(drawn(chart[1], w), size, name) for size, w in WIDTHS.items())
            return f'{chart[0]}<div class="vega-still">{"".join(made)}</div>'

        if _CHART.search(text):
            page.write_text(_CHART.sub(with_pictures, text), encoding="utf-8")


def colours() -> str:
    """Return the style sheet that turns colours on the dark page; paper is light."""
    return f'@media screen {{ html[data-theme="dark"] {{ {dark_values()} }} }}\n'


def dark_values() -> str:
    """Return what the colours of pictures are on a dark page, as declarations of variables."""
    return "".join(f"--c-{light[1:]}:{dark};" for light, dark in counterparts().items())


def picture(svg: str, size: str, name: str) -> str:
    """Turn a drawing into one for a page: its class, its colours, and names of its own."""
    svg = svg.replace(f' font-family="{FONT_FAMILY}"', "").replace('"marks"', f'"{size}"', 1)
    svg = _NAME.sub(lambda found: f"{name}-{size}-{found[0]}", svg)
    return _COLOUR.sub(lambda found: f'"{_variable(found[1])}"', svg)


def _variable(colour: str) -> str:
    return f"var(--c-{colour[1:]},{colour})" if colour in counterparts() else colour
