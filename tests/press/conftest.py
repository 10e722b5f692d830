"""A small book for tests of the bookmaker, and the real one, built once."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from press.build import Book, build
from press.edition import Edition
from press.stage import documents
from small import write_book


@pytest.fixture
def small_book(tmp_path: Path, root: Path) -> Path:
    """A book of a cover and one chapter, with the real look."""
    return write_book(tmp_path / "小书 book", root)


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The default edition."""
    return Edition.load()


@pytest.fixture(scope="session")
def whole_book(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Book:
    """The whole book as `make book` builds it, HTML and PDF."""
    return build(edition, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def soups(whole_book: Book, root: Path) -> dict[str, BeautifulSoup]:
    """Its pages by document name, in reading order."""
    assert whole_book.html is not None
    folder = whole_book.html.parent
    return {
        name: BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in documents(root / "_toc.yml")
    }
