"""The PDF: Sphinx's single page, reduced to what goes on paper, set by Typst."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from press.appendices import append
from press.calls import by_chapter, literal, unmarked
from press.front_matter import facts, open_book
from press.heights import measured
from press.placing import Block, placed
from press.printable import printable
from press.printed_exercises import print_exercises
from press.site import build_site
from press.stage import documents, part_names
from press.typesetting import bring_look, compiled, parts_as_typst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from press.desk import Desk
    from press.edition import Edition

SINGLE_PAGE = "page.html"
#: The part of the book that holds what it lists (`_toc.yml`).
APPENDIX = "附录"


def build_pdf(
    edition: Edition, at: Desk, workshop: Path, cache: Path, beside: Executor
) -> tuple[Path, Future[Path]]:
    """Prepare the book on a desk for paper, and let it be typeset meanwhile.

    Returns
    -------
    tuple of Path and Future
        The single page that it is from, and `workshop/book.pdf` when it is there.

    Raises
    ------
    ChartError
        With the message of Vega.
    PdfError
        From the future, with the message of pandoc or Typst.
    """
    single = build_site(at, builder="singlehtml", config=edition.sphinx_config())
    page = single / f"{documents(at.source / '_toc.yml')[0]}.html"
    return page, beside.submit(prepared(page, single, edition, at.source, workshop, cache))


def prepared(
    page: Path, folder: Path, edition: Edition, source: Path, workshop: Path, cache: Path
) -> Callable[[], Path]:
    """Prepare a single page with the texts of the edition's place; return how to typeset it.

    Typesetting leaves Python to others: pandoc is another process, Typst needs no lock.

    Parameters
    ----------
    page, folder : Path
        The page, which may hold the texts of other places, and the folder of its pictures.
    edition : Edition
        What it is set for.
    source : Path
        The book's folder: its `_config.yml`, and `book/print`.
    workshop, cache : Path
        Where to work, for `workshop/book.pdf` too, and where drawn charts are kept.

    Raises
    ------
    ChartError
        With the message of Vega; later PdfError, with that of pandoc or Typst.
    """
    paper, look = workshop / "paper", source / "book" / "print"
    paper.mkdir()
    told = facts(edition, source / "_config.yml")
    html, heads = printable(
        page.read_text(encoding="utf-8"),
        folder,
        paper,
        cache,
        (edition.code, edition.parameters["region"]),
        part_names(source / "_toc.yml"),
        partial(open_book, told=told, rows=look / "imprint.toml"),
        partial(append, part=APPENDIX, opens=edition.student or edition.planned),
        partial(print_exercises, part=APPENDIX),
    )
    bring_look(look, paper)
    output = workshop / "book.pdf"
    return partial(_typeset, html, heads, told, look, paper, output, cache, edition.date)


def _typeset(
    html: str,
    heads: Sequence[str],
    told: Mapping[str, str],
    look: Path,
    paper: Path,
    output: Path,
    cache: Path,
    date: datetime,
) -> Path:
    """Turn the marked page into blocks, put each in its place, and set them as PDF."""
    blocks = [Block(kind, text) for kind, text in _blocks(html, heads, cache)]
    document = paper / "document.typ"
    opened = partial(_opened, told)
    order = placed(measured(blocks, opened, look, paper, cache / "heights.json"))
    document.write_text(opened("\n".join(block.text for block in order)), encoding="utf-8")
    return compiled(document, output, date)


def keep_single(page: Path, folder: Path, kept: Path | None) -> None:
    """Keep a single page with its pictures in a folder, if one is given."""
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        if (folder / "_images").is_dir():
            shutil.copytree(folder / "_images", kept / "_images")
        shutil.copyfile(page, kept / SINGLE_PAGE)


def _blocks(html: str, heads: Sequence[str], cache: Path) -> Iterator[tuple[str, str]]:
    """Kind and Typst of each block of a marked page; chapters that are known cost nothing."""
    parts = list(by_chapter(html, heads))
    turned = parts_as_typst([part for part, _ in parts], cache)
    for text, (_, own) in zip(turned, parts, strict=True):
        yield from unmarked(text, own)


def _opened(told: Mapping[str, str], body: str) -> str:
    """A document of a body: what it imports, and what it says of itself."""
    names = ("title", "author", "edition", "banner")
    given = ", ".join(f"{name}: {literal(told[name])}" for name in names)
    return f'#import "book.typ": *\n#show: book.with({given})\n{body}'
