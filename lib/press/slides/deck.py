"""A deck: slides as an executed notebook tells them.

`# ` opens the deck, each `## ` a slide: its heading is what the slide finds. Directives of a deck::

    {finding}`fig-alpha`   in a heading: the title that the figure has in the book
    :::{exhibit} fig-alpha the figure, table or card of that label (`press.slides.shown`)
    :::{poll}              a list; a key for each entry counts hands
    :::{later}             comes at the next press of a key
    :::{notes} 10–30       for the speaker: minutes, and below what to do and to expect
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape

from press.slides.prose import Directive, line_to_html, to_html
from press.slides.shown import Exhibits, Shown, told

_SLIDES = re.compile(r"^(?=##? )", re.M)
_COMMENTS = re.compile(r"<!--.*?-->|^\+\+\+.*$", re.M | re.S)
_FINDING = re.compile(r"\{finding\}`([^`]+)`")
_OPTION = re.compile(r"^[-*] +(.+)$", re.M)

#: Stands in the text of a slide for what it shows.
_PLACE = "<!--exhibit-->"


@dataclass
class Slide:
    """A slide.

    Attributes
    ----------
    title : str
        HTML.
    opens : bool
        Whether it is the deck's title.
    body : str
        HTML of its text without what it shows.
    shown : list of Shown
        What it shows of chapters.
    notes, minutes : str
        For the speaker, as HTML; minutes of the session, like ``10–30``.
    step : str
        Name of the session's step in which it is shown.
    """

    title: str
    opens: bool = False
    body: str = ""
    shown: list[Shown] = field(default_factory=list)
    notes: str = ""
    minutes: str = ""
    step: str = ""

    @cached_property
    def figure(self) -> Shown | None:
        """The figure that it shows."""
        return next((shown for shown in self.shown if shown.spec), None)

    @property
    def text(self) -> str:
        """Its HTML without the place of what it shows."""
        return self.body.replace(_PLACE, "").strip()


def slides(notebook: str, known: Exhibits) -> list[Slide]:
    """Read the slides of an executed deck.

    Raises
    ------
    SlideError
        It asks for a figure, a table or a card that no chapter shows.
    """
    text = _COMMENTS.sub("", told(notebook)).strip()
    return [_slide(part, known) for part in _SLIDES.split(text) if part.strip()]


def _slide(text: str, known: Exhibits) -> Slide:
    heading, _, rest = text.partition("\n")
    title = _FINDING.sub(lambda found: known[found[1]].title, heading.lstrip("# "))
    slide = Slide(line_to_html(title), opens=heading.startswith("# "))
    directives: dict[str, Directive] = {
        "exhibit": partial(_exhibit, slide, known),
        "notes": partial(_notes, slide),
        "poll": _poll,
        "later": lambda _, text: f'<div class="fragment">{to_html(text, directives)}</div>',
    }
    slide.body = to_html(rest, directives)
    return slide


def _exhibit(slide: Slide, known: Exhibits, label: str, _: str) -> str:
    slide.shown.append(known[label])
    return _PLACE


def _notes(slide: Slide, minutes: str, text: str) -> str:
    slide.minutes, slide.notes = minutes, to_html(text)
    return ""


def _poll(_: str, text: str) -> str:
    return f'<ol class="poll">{"".join(_choices(text))}</ol>'


def _choices(text: str) -> Iterator[str]:
    for number, option in enumerate(_OPTION.findall(text), 1):
        name = line_to_html(option)
        key = f"<kbd>{number}</kbd>"
        yield (
            f'<li data-key="{number}"><button type="button" aria-label="{escape(option)}">{key}'
            f'<span class="choice">{name}</span><output>0</output></button></li>'
        )
