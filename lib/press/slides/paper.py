"""A deck on paper: two slides on a sheet of A4, below each what the speaker is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from press.calls import literal, written
from press.digest import digest
from press.draw import Job, drawer, on_paper
from press.fitted import COLUMN, POINTS
from press.slides.deck import Slide
from press.slides.prose import line_to_html
from press.slides.shown import Shown
from press.typesetting import bring_look, compiled, parts_as_typst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from press.edition import Edition
    from press.slides.page import Look

_WIDTH = re.compile(r'<svg[^>]*\bwidth="([\d.]+)"')

#: Names of what a slide holds, in the order in which `book/slides/sheet.typ` takes it.
_PARTS = ("title", "measured", "shown", "said", "source", "notes")


def paper_jobs(slides: Iterable[Slide]) -> Iterator[Job]:
    """Yield what must be drawn of a deck for paper."""
    return (on_paper(dict(s.figure.spec)) for s in slides if s.figure and s.figure.spec)


def set_on_paper(
    slides: Sequence[Slide], edition: Edition, look: Look, workshop: Path, output: Path
) -> Path:
    """Set a deck as PDF.

    Parameters
    ----------
    slides : sequence of Slide
        In order; the first opens the deck.
    edition : Edition
        What it is set for.
    look : Look
    workshop, output : Path
        An empty folder where Typst works, and the PDF.

    Raises
    ------
    ChartError, PdfError
        With the message of Vega, pandoc or Typst.
    """
    bring_look(look.folder.parent / "print", workshop)
    bring_look(look.folder, workshop)
    place = partial(_drawn, workshop, drawer(look.cache))
    parts = [part for slide in slides for part in _parts(slide, edition.banner)]
    turned = parts_as_typst(parts, look.cache)
    each = len(_PARTS)
    bodies = [turned[at : at + each] for at in range(0, len(turned), each)]
    calls = [
        _call(*told, place) for told in zip(slides, bodies, range(1, len(slides) + 1), strict=True)
    ]
    known = {
        "title": BeautifulSoup(slides[0].title, "html.parser").get_text(),
        "particulars": edition.imprint,
    }
    given = ", ".join(f"{name}: {literal(text)}" for name, text in known.items())
    opened = f'#import "look.typ": *\n#import "sheet.typ": *\n#show: sheets.with({given})\n'
    document = workshop / "deck.typ"
    document.write_text(opened + "\n".join(calls), encoding="utf-8")
    return compiled(document, output, edition.date)


def _parts(slide: Slide, banner: str) -> list[str]:
    """What a slide holds as HTML that pandoc reads, by `_PARTS`."""
    first = slide.shown[0] if slide.shown else None
    held = "".join(shown.body for shown in slide.shown if not shown.spec)
    source = f"{escape(first.nature.partition(' ')[2])}　{first.source}" if first else ""
    source = escape(banner) if slide.opens else source
    measure = line_to_html(slide.figure.measure) if slide.figure else ""
    pieces = (slide.title, measure, held, slide.text, source, slide.notes)
    return [_plain(piece) or "<p>⁠</p>" for piece in pieces]


def _plain(html: str) -> str:
    """HTML without what only a screen can use."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select("kbd, output"):
        tag.decompose()
    for badge in soup.select(".verdict-badge"):
        badge.append(" ")
    for tag in soup.select("button, div, span"):
        tag.unwrap()
    return str(soup).strip()


def _call(slide: Slide, bodies: Sequence[str], number: int, place: Callable[[Shown], str]) -> str:
    texts = {name: body.strip("⁠ \n") for name, body in zip(_PARTS, bodies, strict=True)}
    if slide.figure:
        texts["shown"] = place(slide.figure) + texts["shown"]
    made = any(shown.synthetic for shown in slide.shown)
    head = written(
        "slide", number=str(number), minutes=slide.minutes, step=slide.step, is_made=made
    )
    return f"#{head}{''.join(f'[{texts[name]}]' for name in _PARTS)}"


def _drawn(workshop: Path, draw: Callable[[str, int], str], shown: Shown) -> str:
    """Draw a figure into the workshop and return the call that shows it."""
    spec = dict(shown.spec or {})
    svg = draw(*on_paper(spec))
    name = f"{digest([svg])[:16]}.svg"
    (workshop / name).write_text(svg, encoding="utf-8")
    found = _WIDTH.search(svg)
    wide = float(found[1]) if found else COLUMN
    return f"#{written('chart', name, wide * POINTS, str(spec.get('description', '')))}\n"
