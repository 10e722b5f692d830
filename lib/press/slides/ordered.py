"""Decks without a book: `press slides` runs the chapters that they show figures of, no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from press.build import executing
from press.draw import drawing
from press.order import edition_of
from press.output import require_ours, workshop
from press.regions import FOLDER as REGIONS
from press.slides.deck import Slide
from press.slides.making import decks, number_of, read_decks, slide_jobs, write_decks
from press.slides.page import Look
from press.slides.paper import paper_jobs, set_on_paper
from press.slides.shown import CARD, SlideError
from press.stage import documents, stage_chapter

if TYPE_CHECKING:
    from press.edition import Edition
    from press.order import Order

#: Says that a folder's decks are ours.
MARKER = ".press-slides"

_LABEL = re.compile(rf"\b(?:fig|tab|{CARD[:-1]})-[\w-]+")


def make_slides(order: Order, sessions: Sequence[str], *, paper: bool) -> list[Path]:
    """Make decks, each a page and, if wanted, a PDF with two slides on a sheet.

    Parameters
    ----------
    order : Order
        Of which edition; its `out` receives the files.
    sessions : sequence of str
        What the decks are called; none for all.
    paper : bool
        Whether to make the PDFs.

    Raises
    ------
    DataError, StageError, OutputError, ChapterError, SlideError, ChartError, PdfError
        Nothing was written.
    """
    names = _wanted(order.top, sessions)
    edition = edition_of(order)
    out = order.out or order.base / edition.folder / "slides"
    require_ours(out, "", MARKER)
    cache = order.cache
    with workshop(out) as made:
        executed = _executed(order.top, names, edition, cache, made)
        taught = {name: executed.pop(name) for name in names}
        read = read_decks(taught, executed)
        look = Look(order.top / "book" / "slides", order.top / "book" / "look", cache)
        _draw(read, cache, paper)
        pages = write_decks(read, edition, look, made / "ready")
        sheets = [_sheet(deck, name, edition, look, made) for name, deck in read.items() if paper]
        (out / MARKER).write_text("", encoding="utf-8")
        return [path.replace(out / path.name) for path in (*pages, *sheets)]


def _wanted(root: Path, sessions: Sequence[str]) -> list[str]:
    known = {number_of(name): name for name in decks(root)}
    if missing := [name for name in sessions if name not in known]:
        have = f"现有 {'、'.join(known)}，或写 all。" if known else "这本书还没有幻灯片。"
        raise SlideError(f"没有第 {'、'.join(missing)} 次课的幻灯片；{have}")
    return [known[name] for name in sessions or known]


def _executed(
    root: Path, names: Sequence[str], edition: Edition, cache: Path, folder: Path
) -> dict[str, str]:
    """Execute decks and the chapters that they need; what was executed before is kept."""
    own = edition.own_data
    texts = "\n".join((root / f"{name}.md").read_text(encoding="utf-8") for name in names)
    chapters = _needed(root, edition.contents, set(_LABEL.findall(texts)))
    staged = [stage_chapter(root, name, own_data=own) for name in (*chapters, *names)]
    return dict(executing(staged, edition, cache, folder))


def _needed(root: Path, contents: str, labels: set[str]) -> list[str]:
    """Return the chapters that show some labels; all, where a label is put together by code."""
    found = [n for n in documents(root / contents) if n.startswith("chapters/")]
    told = {n: _showing(root, n) for n in found if not n.startswith(REGIONS)}
    if labels - set().union(*told.values()):
        return found
    return [name for name, shown in told.items() if shown & labels]


def _showing(root: Path, name: str) -> set[str]:
    """Labels that a chapter's text names as what it shows, and that of its card."""
    text = (root / f"{name}.md").read_text(encoding="utf-8")
    quoted = {label for label in re.findall(r'"([\w-]+)"', text) if _LABEL.fullmatch(label)}
    return quoted | {CARD + name.rpartition("/")[2]}


def _draw(read: Mapping[str, list[Slide]], cache: Path, paper: bool) -> None:
    on_sheets = chain.from_iterable(paper_jobs(deck) for deck in read.values()) if paper else ()
    with drawing(chain(slide_jobs(read), on_sheets), cache) as drawn:
        drawn()


def _sheet(deck: list[Slide], name: str, edition: Edition, look: Look, made: Path) -> Path:
    folder = made / f"paper-{name}"
    folder.mkdir()
    return set_on_paper(deck, edition, look, folder, made / "ready" / f"{name}.pdf")
