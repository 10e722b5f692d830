"""A small book for tests of the bookmaker, and the real one, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from press.build import Book, build
from press.edition import Edition
from small import CHAPTER, HEADER, PARAMETERS, TOC, write_chapter


@pytest.fixture
def small_book(tmp_path: Path, root: Path) -> Path:
    """A book of a cover and one chapter, with the real look."""
    top = tmp_path / "小书 book"
    shutil.copytree(root / "book", top / "book")
    (top / "book/index.md").write_text("# 封面\n\n正文。\n", encoding="utf-8")
    (top / "chapters/paper").mkdir(parents=True)
    shutil.copyfile(root / "_config.yml", top / "_config.yml")
    (top / "_toc.yml").write_text(TOC, encoding="utf-8")
    write_chapter(top, HEADER + PARAMETERS + CHAPTER)
    return top


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The default edition."""
    return Edition.load()


@pytest.fixture(scope="session")
def whole_book(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Book:
    """The whole book as `make book` builds it, HTML and PDF."""
    return build(edition, tmp_path_factory.mktemp("whole"))
