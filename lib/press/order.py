"""An order for a book, and how it is carried out: by the last build's note, or by a build."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.digest import digest
from press.kept import cache_folder, remembered
from press.output import work_folder
from press.unchanged import Note, build_date, entering, recall, remember
from synergy.files.address import own_files
from synergy.source import source_folder

if TYPE_CHECKING:
    from press.edition import Edition


@dataclass(frozen=True)
class Order:
    """What a reader asks the press for; unchecked, and light enough to send to another process.

    Attributes
    ----------
    asked : mapping
        Fields of `synergy.evidence.Request`; what is not asked keeps its default.
    further : mapping
        Further chapter parameters by name.
    root, out : Path or None
        The book's top folder and the output folder; None for the usual ones.
    html, pdf : bool
        Which parts to make.
    single : bool
        Whether the page from which the PDF is set is kept too, for other places.
    language : {"zh", "en"}
        Of what stands around the text.
    student : bool
        Whether solutions of exercises and plans of sessions stay out.
    kept : Path or None
        Where results are kept; None for the usual place.
    """

    asked: Mapping[str, Any] = field(default_factory=dict)
    further: Mapping[str, Any] = field(default_factory=dict)
    root: Path | None = None
    out: Path | None = None
    html: bool = True
    pdf: bool = True
    single: bool = False
    language: str = "zh"
    student: bool = False
    kept: Path | None = None

    @property
    def top(self) -> Path:
        """The book's top folder."""
        return (self.root or source_folder()).resolve()

    @property
    def base(self) -> Path:
        """Where books go: the nation's here, a region's in its own folder below."""
        return (self.out or (self.root / "_build" if self.root else work_folder())).resolve()

    @property
    def cache(self) -> Path:
        """Where results are kept."""
        return self.kept or cache_folder(self.top, self.base)

    @property
    def kept_single(self) -> Path | None:
        """Where the single page is kept, if it is wanted."""
        return self.cache / "single" / digest([repr(self)])[:16] if self.single else None

    @property
    def manner(self) -> dict[str, Any]:
        """Fields of an edition that its data have no part in."""
        return {"language": self.language, "student": self.student}

    @property
    def own(self) -> dict[str, Path]:
        """The reader's own files by their role."""
        return own_files(self.asked)


def carry_out(order: Order, *, silent: bool = True) -> tuple[Note, bool]:
    """Return the note of the ordered book and whether it had to be built.

    Raises
    ------
    DataError, StageError, OutputError, ChapterError, SiteError, PdfError
        As `press.build.build`; the last book is as it was.
    """
    # A book is trees of nodes that stay: looking for garbage among them takes a sixth of the time.
    gc.set_threshold(100_000, 50, 100)
    entered = entering(order.top, order, order.own.values())
    there = order.kept_single is None or order.kept_single.is_dir()
    if there and (note := recall(order.cache, order, entered)):
        return note, False
    if not order.cache.exists():  # all will be executed, so the fork server may import meanwhile
        from press.kernel import warm_up

        warm_up()
    from press.build import build

    edition = edition_of(order)
    out = order.base if order.out else order.base / edition.folder
    book = build(
        edition,
        out,
        root=order.top,
        html=order.html,
        pdf=order.pdf,
        silent=silent,
        single=order.kept_single,
        cache=order.cache,
    )
    places = [str(path) for path in (book.html, book.pdf) if path]
    note = Note(entered, str(out), places, list(book.warnings), book.made_of, list(edition.remarks))
    remember(order.cache, order, note)
    left = [f"{out / part} 是另一次生成的，与这次的不成一本，已移走。" for part in book.gone]
    return replace(note, warnings=[*left, *note.warnings]), True


def edition_of(order: Order) -> Edition:
    """Check the order, or remember that it was checked on the same data by the same modules.

    Where nothing was kept yet, nothing is: a wrong order leaves no trace.
    """
    from press.edition import load_edition
    from press.uses import library, stands_on

    if not order.cache.exists():
        return replace(load_edition(order.asked, order.further, ""), **order.manner)
    own = {role: path for role, path in order.own.items() if path.is_file()}
    beside = stands_on(source_folder() / "data", source_folder() / "requirements.lock", own)
    code = library(order.cache).key(["press.edition"])
    load = remembered(load_edition, order.cache)
    kept = load(order.asked, order.further, digest([beside, code, str(Path.cwd())]))
    return replace(kept, date=build_date(), **order.manner)
