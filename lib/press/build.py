"""Make one edition of the book: stage, execute, lay out, and swap in only when all went well."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from press import digest, english, stills
from press.desk import PAGES, SINGLE, desk, untold
from press.draw import Job, drawing, for_print
from press.execute import execute_chapters
from press.kept import cache_folder, keep_to_versions, remembered
from press.language import SUMMARY_PAGE
from press.notebooks import Shelf, drawn_as
from press.output import MARKER, book_in, require_ours, swap_in, workshop
from press.progress import BAR
from press.regions import FOLDER, of_brief
from press.site import build_site, publish
from press.slides.making import PLACE, decks, read_decks, slide_jobs, write_decks, written_in
from press.slides.page import Look
from press.stage import (
    StagedChapter,
    contents_of,
    copy_sources,
    documents,
    extensions,
    read_chapter,
    require_known,
    stage_chapter,
)
from press.unchanged import surroundings
from press.uses import Library, library, stands_on
from press.vendor import write_vendor
from synergy.source import source_folder

if TYPE_CHECKING:
    from press.edition import Edition

ROOT = source_folder()

# What pages stand on besides Sphinx's extensions: what runs it, and their pictures.
STANDS_ON = ("press.site", "press.stills")


@dataclass(frozen=True)
class Book:
    """What a build left behind.

    Attributes
    ----------
    html : Path or None
        The page to open.
    pdf : Path or None
        The PDF.
    warnings : tuple of str
        What Sphinx warned of.
    gone : tuple of str
        Parts of another book that were in the way.
    made_of : str
        Digest of its texts, settings and programs.
    """

    html: Path | None
    pdf: Path | None
    warnings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    made_of: str = ""


def build(
    edition: Edition,
    out: Path,
    *,
    root: Path = ROOT,
    html: bool = True,
    pdf: bool = True,
    silent: bool = True,
    single: Path | None = None,
    cache: Path | None = None,
) -> Book:
    """Build an edition into `out`, leaving the last good book untouched on any failure.

    Pages and PDF in a folder are always of one book: where only one of them is made, and the
    other is not of the same texts, data and programs, the other leaves.

    Parameters
    ----------
    edition : Edition
        Region, data, years, weight and further parameters; already validated.
    out : Path
        Folder that receives `html/` and `book.pdf`.
    root : Path
        The book's top folder (`_config.yml`, `_toc.yml`, `book/`, `chapters/`).
    html, pdf : bool
        Which of the two to make.
    silent : bool
        Whether to leave out the bars on standard error, one per step.
    single : Path, optional
        Folder that also receives the page from which the PDF is set, for any place.
    cache : Path, optional
        Where results are kept; as :func:`press.kept.cache_folder` says if not given.

    Raises
    ------
    StageError, OutputError
        Before anything is executed.
    ChapterError, SiteError, ChartError, PdfError
        Nothing was swapped in.
    """
    toc = root / edition.contents
    names = [name for name in documents(toc) if edition.keeps(name)]
    require_ours(out)
    cache = cache or cache_folder(root, out)
    versions = surroundings(ROOT / "requirements.lock")
    if cache.exists():
        keep_to_versions(cache, versions)
    read = remembered(read_chapter, cache) if cache.exists() else read_chapter
    stage = partial(stage_chapter, root, own_data=edition.own_data, read=read)
    chapters = [stage(name) for name in names if name.startswith("chapters/")]
    lessons = [stage(name) for name in decks(root)] if html and edition.has_slides else []
    require_known(edition.further, chapters)
    bar = partial(tqdm, bar_format=BAR, disable=silent)
    with workshop(out) as made:
        keep_to_versions(cache, versions)
        ours = library(cache)
        outside = stands_on(ROOT / "data", ROOT / "requirements.lock", edition.inputs)
        source = _copy_fixed(root, made / "source", toc, edition.keeps)
        running = [*chapters, *lessons]
        keys = chapter_keys(ours, outside, running)
        if edition.language == english.ENGLISH:
            english.turn(source, root / f"{SUMMARY_PAGE}.md")
        writing = [*STANDS_ON, *extensions(source / "_config.yml")]
        pages = digest.digest([ours.key(writing), outside, repr(edition.sphinx_config())])
        told = chain.from_iterable((c.name, c.source, keys[c.name]) for c in chapters)
        values = repr(sorted(edition.parameters.items()))
        book = digest.digest([pages, digest.tree(source), values, written_in(root), *told])
        done = execute_chapters(running, edition.parameters, keys, cache, made)
        executed = dict(bar(done, desc="执行章节", total=len(running)))
        taught = {lesson.name: executed.pop(lesson.name) for lesson in lessons}
        for name, notebook in executed.items():
            path = source / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook, encoding="utf-8")
        write_vendor(source, source / "vendor", cache, ours.reached(writing))
        place = cache / "desks" / ("-".join(edition.folder.parts) or "nation")
        shown = untold(place, executed, PAGES) if html else {}
        printed = untold(place, executed, SINGLE) if pdf else {}
        slides = read_decks(taught, executed)
        ahead = drawing(chain(_charts(shown, printed), slide_jobs(slides)), cache)
        with (
            desk(place, made / "desk", source, pages) as at,
            ahead as drawn,
            ThreadPoolExecutor(1) as beside,
        ):
            typeset: Future[Path] | None = None
            if pdf:
                from press.briefs import build_briefs
                from press.pdf import build_pdf, keep_single

                with bar(desc="排版 PDF", total=1) as step:
                    page, typeset = build_pdf(edition, at, made, cache, beside)
                    keep_single(page, at.folder / SINGLE, single)
                    step.update()
            if html:
                with bar(desc="生成网页", total=1) as step:
                    config = edition.sphinx_config()
                    site = build_site(at, builder="html", config=config)
                    drawn()
                    stills.stand(site, cache)
                    publish(site, made / "html")
                    looks = Look(root / "book" / "slides", source / "look", cache)
                    write_decks(slides, edition, looks, made / "html" / PLACE)
                    (made / "html" / MARKER).write_text(book, encoding="utf-8")
                    copy_sources(root, names, made / "html")
                    by = digest.digest([ours.key(["press.notebooks"]), outside])
                    shelf = Shelf(edition, chapters, executed, source / "_toc.yml", drawn_as(cache))
                    shelf.write(made / "html", cache, by)
                    step.update()
            if typeset:
                typeset.result()
                if html:
                    template = at.source / "book" / "print" / "brief.typ"
                    how = digest.digest([ours.key(["press.briefs"]), outside])
                    build_briefs(edition, made / "html", template, made / "briefs", cache, how)
        gone = swap_in(made, out, alone=book_in(out) != book)
    index, paper = out / "html" / "index.html", out / "book.pdf"
    return Book(
        index if html else None,
        paper if pdf else None,
        tuple(at.warnings),
        tuple(gone),
        book,
    )


def chapter_keys(ours: Library, beside: str, chapters: Iterable[StagedChapter]) -> dict[str, str]:
    """Digest what each chapter's code stands on: its modules, and all that is beside."""
    return {c.name: digest.digest([ours.chapter_key(c.cells), beside]) for c in chapters}


def executing(
    chapters: Sequence[StagedChapter], edition: Edition, cache: Path, folder: Path
) -> Iterator[tuple[str, str]]:
    """Yield what some chapters give, without a book; results of books serve."""
    home = source_folder()
    keep_to_versions(cache, surroundings(home / "requirements.lock"))
    outside = stands_on(home / "data", home / "requirements.lock", edition.inputs)
    keys = chapter_keys(library(cache), outside, chapters)
    yield from execute_chapters(chapters, edition.parameters, keys, cache, folder)


def _charts(shown: Mapping[str, str], printed: Mapping[str, str]) -> Iterator[Job]:
    """Yield what notebooks have to draw: for print first, which is ready first."""
    told = printed.items()
    yield from for_print(of_brief(text) if n.startswith(FOLDER) else text for n, text in told)
    yield from stills.jobs(shown.values())


def _copy_fixed(root: Path, source: Path, toc: Path, keeps: Callable[[str], bool]) -> Path:
    shutil.copytree(root / "book", source / "book")
    shutil.move(source / "book" / "look", source / "look")
    for other in ("slides", "check"):  # no page of the book stands on them
        shutil.rmtree(source / "book" / other, ignore_errors=True)
    shutil.copyfile(root / "_config.yml", source / "_config.yml")
    (source / "_toc.yml").write_text(contents_of(toc, keeps), encoding="utf-8")
    return source
