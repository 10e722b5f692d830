"""The PDF as a report: front matter, lists, figures, pages by fill, fonts, no words of screens."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag
from fontTools.ttLib import TTFont
from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject

from press.appendices import EXHIBITS, PARAMETERS
from press.build import Book
from press.fonts import fonts_directory
from press.printable import ABOUT_PAGES, resolve_links
from press.printed_exercises import SOLUTIONS
from press.regions import FOLDER
from test_guard import of_this_machine

pytestmark = pytest.mark.book

#: Points at the head and the foot of a page, for running heads and numbers.
HEAD, FOOT = 68, 64
PARTS = ("数据", "论文", "评论", "笔记", "核对", "附录")
#: Words that only make sense before a screen.
SCREEN = re.compile(r".{6}(?:滑块|拖动|点击|点开|悬停|鼠标|页首|断网|按钮).{6}")
#: A figure or a table of synthetic data.
MADE = re.compile(r"[图表]\d+(?:\.\d+)?合成数据")


@pytest.fixture(scope="module")
def reader(whole_book: Book) -> PdfReader:
    """The whole book's PDF."""
    assert whole_book.pdf is not None
    return PdfReader(whole_book.pdf)


class Page(NamedTuple):
    """Words of a page, and how far down they go."""

    text: str
    head: str
    fill: float


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[Page]:
    """All pages; how far down words go tells how full a page is, since every figure has some."""
    return [read(page) for page in reader.pages]


def read(page: PageObject) -> Page:
    found: list[tuple[float, str]] = []

    def see(words: str, cm: Any, tm: Any, *_: Any) -> None:
        if words.strip():
            found.append((float(tm[5]) * float(cm[3]) + float(cm[5]), words))

    text = page.extract_text(visitor_text=see)
    height = float(page.mediabox.height)
    body = [y for y, _ in found if FOOT < y < height - HEAD]
    head = "".join(words for y, words in found if y >= height - HEAD)
    fill = (height - HEAD - min(body)) / (height - HEAD - FOOT) if body else 0.0
    return Page(plain(text), plain(head), fill)


def plain(text: str) -> str:
    """Text without blanks; hyphen and minus sign may share a glyph, which has but one name."""
    return "".join(text.split()).replace("−", "-")


@pytest.fixture(scope="module")
def text(pages: list[Page]) -> str:
    """All text, without blanks."""
    return "".join(page.text for page in pages)


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


def chapters(soups: dict[str, BeautifulSoup]) -> dict[str, str]:
    """Titles of the chapters that are printed, without their numbers, by document."""
    found = {}
    for name, soup in list(soups.items())[1:]:
        title = copy.copy(soup.select_one("article h1"))  # others read these pages too
        if title and not name.startswith((FOLDER, *ABOUT_PAGES)):
            for part in title.select(".section-number, .headerlink"):
                part.decompose()
            found[name] = plain(title.get_text())
    return found


def test_bookmarks_list_every_chapter(reader: PdfReader, soups: dict[str, BeautifulSoup]) -> None:
    marks = [plain(str(item.title)) for item in reader.outline if not isinstance(item, list)]
    gathered = (SOLUTIONS, PARAMETERS, EXHIBITS)
    assert [mark for mark in marks if mark not in gathered] == [*chapters(soups).values()]
    assert set(gathered) <= set(marks)


def test_what_stands_before_the_chapters(
    reader: PdfReader, pages: list[Page], soups: dict[str, BeautifulSoup]
) -> None:
    cover, imprint, summary, overview, contents = (page.text for page in pages[:5])
    title, author = reader.metadata.title, reader.metadata.author  # type: ignore[union-attr]
    assert title and author and plain(title).split("：")[0] in cover
    assert f"{author}.{title}[R]." in imprint and "MIT" in imprint
    front = next(iter(soups.values()))
    for finding in front.select(".finding .big"):
        number = finding.find(string=True, recursive=False)
        assert plain(str(number)).strip("→") in summary
    titles = chapters(soups).values()
    assert sum(title in overview for title in titles) >= 15
    assert "目录" in contents and all(title in contents for title in titles)
    assert {"论文", "评论", "笔记", "核对", "附录"} <= {part for part in PARTS if part in contents}


def test_running_heads_say_where_one_is(pages: list[Page], soups: dict[str, BeautifulSoup]) -> None:
    titles = [*chapters(soups).values(), SOLUTIONS, PARAMETERS, EXHIBITS]
    told = [any(title in page.head for title in titles) for page in pages[5:]]
    opening = sum(not page.head for page in pages[5:])
    assert sum(told) + opening == len(told) and opening <= len(titles)


def test_few_pages_are_less_than_half_full(pages: list[Page]) -> None:
    low = [number for number, page in enumerate(pages, start=1) if page.fill < 0.5]
    ends = [number for number, page in enumerate(pages[1:], start=1) if not page.head]
    assert len([number for number in low if number > 5 and number not in ends]) < 3, low


def test_figures_and_tables_are_listed_with_their_numbers(
    pages: list[Page], printed: list[BeautifulSoup]
) -> None:
    start = next(n for n, page in enumerate(pages) if n > 5 and f"{EXHIBITS}图" in page.text)
    listed = "".join(page.text for page in pages[start : start + 6])
    shown = [s for soup in printed[1:] for s in soup.select("figure .caption-number")]
    numbers = {plain(s.get_text()) for s in shown if not s.find_parent(class_="screen-only")}
    gone = {n for s in printed[1:] for n in merged(s)}  # their rows stand in an appendix
    assert {number for number in numbers - gone if number not in listed} == set()
    assert len(numbers) > 150


def merged(soup: BeautifulSoup) -> set[str]:
    """Numbers of the tables of parameters."""
    tables = [t for t in soup.select("figure table") if t.th and t.th.get_text().strip() == "符号"]
    found = (table.find_parent("figure") for table in tables)
    numbers = (figure.select_one(".caption-number") for figure in found if figure)
    return {plain(number.get_text()) for number in numbers if number}


def test_paper_does_not_speak_of_the_screen(text: str) -> None:
    assert SCREEN.findall(text) == []


def test_synthetic_data_are_tinted(reader: PdfReader, pages: list[Page]) -> None:
    tint = b"0.9647059 0.95686275 0.9843137 "
    listed = [f"{EXHIBITS}图" in page.text or EXHIBITS in page.head for page in pages]
    speaks = [n for n, page in enumerate(pages) if MADE.search(page.text) and not listed[n]]
    assert len(speaks) > 5
    bare = [n + 1 for n in speaks if tint not in reader.pages[n].get_contents().get_data()]  # type: ignore[union-attr]
    assert bare == []


def test_pages_about_places_and_paths_of_the_machine_are_not_on_paper(
    reader: PdfReader, text: str, root: Path
) -> None:
    assert "是什么抬高了" not in text and "画像指向的政策工具" not in text
    said = text + str(reader.metadata)
    assert not [place for place in of_this_machine(root) if place in said]


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


def captions_of(page: BeautifulSoup) -> Iterator[Tag]:
    """Captions of figures and tables but for the tables of parameters and those for screens."""
    gone = merged(page)
    for words in page.select("figcaption .caption-text"):
        number = words.find_previous_sibling(class_="caption-number")
        kept = number is None or plain(number.get_text()) not in gone
        if kept and not words.find_parent(class_="screen-only"):
            yield words


def test_every_figure_is_on_paper(
    reader: PdfReader, text: str, printed: list[BeautifulSoup]
) -> None:
    pages = copy.deepcopy(printed)
    labels = [str(node["aria-label"]) for page in pages for node in page.select(".vega-figure")]
    drawn = list(alternatives(reader.root_object["/StructTreeRoot"]))
    assert sorted(drawn) == sorted(labels) and len(labels) > 50
    (title,) = pages[0].select("figcaption .caption-text > strong")  # all that the cover says
    assert plain(title.get_text()) in text
    captions = [words for page in pages[1:] for words in captions_of(page)]
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
