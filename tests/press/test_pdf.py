"""The PDF: contents, embedded fonts, every figure, no box glyphs."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from press.build import Book
from press.figures import fonts_directory
from press.pdf import resolve_links

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def reader(whole_book: Book) -> PdfReader:
    """The whole book's PDF."""
    assert whole_book.pdf is not None
    return PdfReader(whole_book.pdf)


def fonts(reader: PdfReader) -> dict[str, DictionaryObject]:
    """Return the fonts of all pages by name, descendants of composite fonts included."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            font = font.get("/DescendantFonts", [font])[0].get_object()
            found[font["/BaseFont"]] = font
    return found


def test_contents_list_every_chapter(reader: PdfReader, whole_book: Book) -> None:
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert len(titles) >= 8
    assert any("耦合协调" in title for title in titles)
    assert len(reader.pages) >= 20


def test_every_font_is_embedded(reader: PdfReader) -> None:
    used = fonts(reader)
    assert any("NotoSerifSC" in name for name in used)
    for name, font in used.items():
        descriptor = font["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name


def test_no_character_lacks_a_glyph(reader: PdfReader) -> None:
    text = "".join(page.extract_text() for page in reader.pages)
    wide = {char for char in text if "\u2e80" <= char <= "\uffef"}
    assert len(wide) > 500
    covered = TTFont(fonts_directory() / "NotoSansSC-Regular.otf").getBestCmap()
    assert {char for char in wide if ord(char) not in covered} == set()


def test_every_figure_is_on_paper(reader: PdfReader, whole_book: Book) -> None:
    assert whole_book.html is not None
    pages = sorted((whole_book.html.parent / "chapters").rglob("*.html"))
    soups = [BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser") for page in pages]
    captions = [
        node.get_text().strip()
        for soup in soups
        for node in soup.select("figcaption .caption-number")
    ]
    text = "".join(page.extract_text() for page in reader.pages).replace(" ", "")
    assert len(captions) >= 10
    assert [caption for caption in captions if caption.replace(" ", "") not in text] == []


def test_repeated_anchors_are_told_apart() -> None:
    page = """<article><p id="id1">cover <a href="#id1">self</a></p>
    <span id="document-a"></span>
    <p id="id1">a <a href="#id1">own</a><a href="b.html#fig">other</a></p>
    <span id="document-b"></span><p id="fig">b <a href="#nowhere">lost</a></p></article>"""
    article = BeautifulSoup(page, "html.parser")
    resolve_links(article)
    links = {link.get_text(): link["href"] for link in article.select("a")}
    assert links == {"self": "#d0-id1", "own": "#d1-id1", "other": "#d2-fig"}
