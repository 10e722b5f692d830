"""Decks of a build: staged and executed with its chapters, written beside its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from press import digest
from press.draw import Job
from press.edition import TEACHING
from press.slides.deck import Slide, slides
from press.slides.page import Look, jobs, page
from press.slides.shown import exhibits

if TYPE_CHECKING:
    from press.edition import Edition
    from synergy.sessions import Session

#: Where decks are written, below the book's top folder, and where they go below the pages.
FOLDER, PLACE = f"{TEACHING}slides", "slides"


def decks(root: Path) -> list[str]:
    """Return the documents of a book that are decks."""
    return [f"{FOLDER}/{path.stem}" for path in sorted((root / FOLDER).glob("*.md"))]


def written_in(root: Path) -> str:
    """Digest what the decks of a book are written in, whether or not they are made."""
    return digest.tree(*(top for top in (root / FOLDER, root / "book" / "slides") if top.exists()))


def number_of(deck: str) -> str:
    """Return what a deck is called: the session that it is for."""
    return deck.rpartition("/")[2]


def read_decks(told: Mapping[str, str], chapters: Mapping[str, str]) -> dict[str, list[Slide]]:
    """Read executed decks, by what they are called.

    Parameters
    ----------
    told, chapters : mapping of str to str
        Executed notebooks, as JSON text by document: the decks, and what they take figures from.

    Raises
    ------
    SlideError
        A deck asks for what no chapter shows.
    """
    if not told:
        return {}
    from synergy.sessions import sessions

    known, lessons = exhibits(chapters), {str(lesson.number): lesson for lesson in sessions()}
    read = {number_of(name): slides(told[name], known) for name in sorted(told)}
    return {name: _in_steps(deck, lessons.get(name)) for name, deck in read.items()}


def _in_steps(deck: list[Slide], lesson: Session | None) -> list[Slide]:
    """Name the step of its session on every slide that says when it is shown."""
    return [replace(slide, step=_step(slide, lesson)) for slide in deck] if lesson else deck


def _step(slide: Slide, lesson: Session) -> str:
    begin = slide.minutes.partition("–")[0]
    return lesson.step_at(int(begin)).name if begin.isdigit() and not slide.opens else ""


def slide_jobs(read: Mapping[str, list[Slide]]) -> Iterator[Job]:
    """Yield what must be drawn for decks."""
    return chain.from_iterable(jobs(deck) for deck in read.values())


def write_decks(
    read: Mapping[str, list[Slide]], edition: Edition, look: Look, folder: Path
) -> Iterable[Path]:
    """Write each deck as a page into a folder, and return the pages.

    Raises
    ------
    ChartError, SlideError
        As :func:`press.slides.page.page`.
    """
    told = edition.banner, edition.imprint
    made = {folder / f"{name}.html": page(deck, look, *told) for name, deck in read.items()}
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(made)
