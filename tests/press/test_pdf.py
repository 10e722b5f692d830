"""The PDF: contents, embedded fonts, every figure, no box glyphs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from press.build import Book
from press.fonts import fonts_directory
from press.pdf import chapters_as_typst, resolve_links
from press.regions import FOLDER

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def reader(whole_book: Book) -> PdfReader:
    """The whole book's PDF."""
    assert whole_book.pdf is not None
    return PdfReader(whole_book.pdf)


@pytest.fixture(scope="module")
def text(reader: PdfReader) -> str:
    """All its text, without blanks.

    A hyphen and a minus sign may share a glyph, of which a PDF can tell only one name.
    """
    return "".join("".join(page.extract_text() for page in reader.pages).split()).replace("−", "-")


@pytest.fixture(scope="module")
def printed(soups: dict[str, BeautifulSoup]) -> list[BeautifulSoup]:
    """The pages of the book on paper: those about one place have briefs of their own."""
    return [page for name, page in soups.items() if not name.startswith(FOLDER)]


def fonts(reader: PdfReader) -> dict[str, DictionaryObject]:
    """Return the fonts of all pages by name, descendants of composite fonts included."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            font = font.get("/DescendantFonts", [font])[0].get_object()
            found[font["/BaseFont"]] = font
    return found


def test_contents_list_every_chapter(reader: PdfReader, printed: list[BeautifulSoup]) -> None:
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    headings = [soup.select_one("article h1") for soup in printed]
    wanted = [heading.get_text().removesuffix("#") for heading in headings if heading]
    assert [" ".join(title.split()) for title in wanted] == titles
    assert len(titles) > 20 and len(reader.pages) >= 20


def test_every_font_is_embedded(reader: PdfReader) -> None:
    used = fonts(reader)
    assert any("NotoSerifSC" in name for name in used)
    for name, font in used.items():
        descriptor = font["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name


def test_no_character_lacks_a_glyph(text: str) -> None:
    wide = {char for char in text if "\u2e80" <= char <= "\uffef"}
    assert len(wide) > 500
    covered = TTFont(fonts_directory() / "NotoSansSC-Regular.otf").getBestCmap()
    assert {char for char in wide if ord(char) not in covered} == set()


def alternatives(node: Any) -> Iterator[str]:
    """Yield the text alternatives of the figures below a node of the structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from alternatives(child)
    elif isinstance(node, DictionaryObject):
        if node.get("/S") == "/Figure":
            yield str(node.get("/Alt"))
        if "/K" in node:
            yield from alternatives(node["/K"])


def test_every_figure_is_on_paper(
    reader: PdfReader, text: str, printed: list[BeautifulSoup]
) -> None:
    pages = copy.deepcopy(printed)
    labels = [str(node["aria-label"]) for page in pages for node in page.select(".vega-figure")]
    drawn = list(alternatives(reader.root_object["/StructTreeRoot"]))
    assert drawn == labels and len(labels) > 50
    captions = [node for page in pages for node in page.select("figcaption .caption-text")]
    for caption in captions:
        for mark in caption.select(".code-link, sup, .math, .headerlink"):
            mark.replace_with("|")  # a formula's letters are set differently
        pieces = "".join(caption.get_text().split()).replace("−", "-").split("|")
        assert [piece for piece in pieces if piece not in text] == []
    assert len(captions) > 50


def test_repeated_anchors_are_told_apart() -> None:
    page = """<article><p id="id1">cover <a href="#id1">self</a></p>
    <span id="document-a"></span>
    <p id="id1">a <a href="#id1">own</a><a href="b.html#fig">other</a></p>
    <span id="document-b"></span><p id="fig">b <a href="#nowhere">lost</a></p></article>"""
    article = BeautifulSoup(page, "html.parser")
    resolve_links(article)
    links = {link.get_text(): link["href"] for link in article.select("a")}
    assert links == {"self": "#d0-id1", "own": "#d1-id1", "other": "#d2-fig"}


def test_a_chapter_in_typst_is_the_same_alone_and_among_others(tmp_path: Path) -> None:
    parts = [f"<h1>第 {n} 章</h1><p>\\(x_{n}\\)，<em>字</em>。</p>" for n in "123"]
    at_once = chapters_as_typst("".join(parts), tmp_path)
    assert chapters_as_typst("".join(parts), tmp_path) == at_once
    parts[1] = parts[1].replace("字", "词")
    changed = chapters_as_typst("".join(parts), tmp_path)
    assert changed == chapters_as_typst("".join(parts), tmp_path / "other")
    assert changed.count("词") == 1 and changed.replace("词", "字") == at_once
