"""Terms on the pages: the glossary, its English index, links, and the data of the cards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from press.build import Book, build
from press.edition import Edition
from small import HEADER, PARAMETERS, write_book
from synergy.glossary import terms

ROOT = Path(__file__).parents[2]

CHAPTER = """# 熵权与指标

先说耦合协调度，再说熵权；熵权又一次，`熵权`不算。{gloss}`权数 <熵权>`另算。
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Book:
    """A chapter that mentions terms, and the glossary."""
    top = write_book(tmp_path_factory.mktemp("terms"), ROOT, HEADER + PARAMETERS + CHAPTER)
    homes = sorted({term.page for term in terms()} - {"chapters/paper/data"})
    for home in homes:
        (top / home).parent.mkdir(parents=True, exist_ok=True)
        (top / f"{home}.md").write_text(f"{HEADER}{PARAMETERS}# {home[-5:]}\n", encoding="utf-8")
    lines = "".join(f"  - file: {name}\n" for name in [*homes, "book/glossary"])
    toc = f"format: jb-book\nroot: book/index\nchapters:\n  - file: chapters/paper/data\n{lines}"
    (top / "_toc.yml").write_text(toc, encoding="utf-8")
    made = build(edition, top / "out", root=top)
    assert made.warnings == ()
    return made


def soup(book: Book, name: str) -> BeautifulSoup:
    """Return one of its pages."""
    assert book.html is not None
    return BeautifulSoup((book.html.parent / f"{name}.html").read_text("utf-8"), "html.parser")


def test_the_glossary_lists_every_term_under_its_letter_and_in_english(book: Book) -> None:
    page = soup(book, "book/glossary")
    for term in terms():
        (anchor,) = page.select(f"dt #{term.slug}")
        assert anchor.get_text() == term.name
        assert page.select(f".english-index a.term[href='#{term.slug}']"), term.name
    letters = [node.get_text() for node in page.select("p.rubric")]
    assert letters == [*sorted({term.letter for term in terms()}), "English"]


def test_the_first_mention_in_the_text_is_a_link_with_the_definition(book: Book) -> None:
    page = soup(book, "chapters/paper/data")
    links = page.select("article a.term")
    assert [link.get_text() for link in links] == ["耦合协调度", "熵权", "权数"]
    assert not page.select("h1 a.term, code a.term")
    glossary = soup(book, "book/glossary")
    for link in links:
        home, _, anchor = str(link["href"]).partition("#")
        assert home == "../../book/glossary.html" and glossary.find(id=anchor)
        assert "：" in str(link["title"])


def test_the_page_carries_the_cards_of_its_terms_and_no_others(book: Book) -> None:
    page = soup(book, "chapters/paper/data")
    cards = json.loads(page.select_one("script#term-cards").string)  # type: ignore[union-attr]
    assert {card["name"] for card in cards.values()} == {"耦合协调度", "熵权"}
    for card in cards.values():
        assert card["text"].endswith("。") and card["page"].endswith(".html") and card["title"]


def test_an_unknown_term_is_told(tmp_path: Path, edition: Edition) -> None:
    top = write_book(tmp_path / "book", ROOT, f"{HEADER}{PARAMETERS}# 章\n\n{{gloss}}`无此词`。\n")
    book = build(edition, top / "out", root=top, pdf=False)
    assert any("无此词" in warning for warning in book.warnings)
    shutil.rmtree(top)


def test_paper_has_the_terms_and_no_links_of_mentions(book: Book) -> None:
    assert book.pdf is not None
    text = "".join("".join(page.extract_text() for page in PdfReader(book.pdf).pages).split())
    assert "entropyweight" in text and all(term.name in text for term in terms())
