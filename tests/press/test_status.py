"""The status page tells when chapters ran; nothing else does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from press.build import Book, build
from press.edition import Edition
from press.status import PAGE
from small import write_book


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A small book with the status page."""
    top = write_book(tmp_path_factory.mktemp("status") / "book", root)
    toc = top / "_toc.yml"
    toc.write_text(f"{toc.read_text(encoding='utf-8')}  - file: {PAGE}\n", encoding="utf-8")
    return top


@pytest.fixture(scope="module")
def book(top: Path, edition: Edition) -> Book:
    """That book, built."""
    return build(edition, top / "out", root=top)


def rows(book: Book) -> list[list[str]]:
    """Return the runs that the page tells."""
    assert book.html is not None
    text = (book.html.parent / f"{PAGE}.html").read_text(encoding="utf-8")
    table = BeautifulSoup(text, "html.parser").select("article table")[-1]
    return [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_tells_edition_programs_and_runs(book: Book, edition: Edition) -> None:
    assert book.html is not None and book.warnings == ()
    text = (book.html.parent / f"{PAGE}.html").read_text(encoding="utf-8")
    article = BeautifulSoup(text, "html.parser").select_one("article")
    assert article is not None
    assert edition.imprint in article.get_text() and "papermill 2" in article.get_text()
    [[title, started, took]] = rows(book)
    assert title == "小章" and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", started)
    assert re.fullmatch(r"\d+\.\d 秒", took) and took != "0.0 秒"


def test_a_kept_chapter_keeps_its_run(top: Path, book: Book, edition: Edition) -> None:
    before = rows(book)
    assert rows(build(edition, top / "again", root=top, pdf=False)) == before


def test_another_run_changes_this_page_alone(top: Path, book: Book, edition: Edition) -> None:
    before = contents(top / "out")
    shutil.rmtree(top / "_build/.cache")  # so that the chapter runs again
    build(edition, top / "other", root=top)
    after = contents(top / "other")
    apart = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert apart <= {f"html/{PAGE}.html"}


def test_paper_tells_the_programs_but_no_run(book: Book) -> None:
    assert book.pdf is not None
    text = "".join(page.extract_text() for page in PdfReader(book.pdf).pages)
    assert "papermill" in text and "协调世界时" not in text and "沿用上一次" not in text
