"""An edition in English: words around the text, the card open, contents, scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from press.build import Book, build
from press.edition import Edition
from press.english import declared, in_english, script_in_english
from press.order import Order, edition_of
from small import write_book
from test_language import SUMMARY, soup, write_chapters

ROOT = Path(__file__).parents[2]
#: What keeps the names of chapters, of the author, or facts of the card.
CHINESE = "head, nav, footer, script, #english, #jb-print-docs-body, .prev-next-area"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book with a summary, in English."""
    top = write_book(tmp_path_factory.mktemp("english"), ROOT)
    write_chapters(top, SUMMARY)
    edition = edition_of(Order(root=top, language="en"))
    return build(edition, top / "out", root=top, pdf=False)


def test_what_stands_around_the_text_is_english(book: Book) -> None:
    page = soup(book, "chapters/paper/data")
    (root,) = page.select("html")
    assert root["lang"] == "en" and "reading-english" in root["class"]
    (article,) = page.select("article")
    assert article["lang"] == "zh-CN"
    for part in article.find_all(recursive=False):
        if part.name == "section":
            part.decompose()
    for part in page.select(CHINESE):
        part.decompose()
    assert [text for text in page.find_all(string=HAN) if text.strip() != "封面"] == []
    for name in ("title", "aria-label", "placeholder", "label"):
        found = [str(tag[name]) for tag in page.select(f"[{name}]") if HAN.search(str(tag[name]))]
        assert found == [], name


def test_it_opens_with_the_summary_and_lists_chapters_in_english(book: Book) -> None:
    opening = soup(book, "index")
    assert not HAN.search(str(opening))
    assert "guide/english.html" in str(opening.meta.find_next("meta", {"http-equiv": "refresh"}))  # type: ignore[union-attr]
    links = soup(book, "chapters/paper/data").select("nav a.reference.internal")
    assert "Data" in [link.get_text(strip=True) for link in links]


def test_every_text_of_the_scripts_has_its_english() -> None:
    for script in (ROOT / "book" / "look").glob("*.js"):
        text = script_in_english(script.read_text(encoding="utf-8"))
        texts = re.findall(r'"[^"\n]*"', re.sub(r"(?m)(^|\s)//.*$", "", text))
        left = [words for words in texts if HAN.search(words) and words != '"中文"']
        assert left == [], script.name


def test_every_text_in_english_is_one_of_the_scripts() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "book" / "look").glob("*.js")]
    unused = [text for text in declared()["scripts"] if f'"{text}"' not in "".join(scripts)]
    assert unused == []


def test_only_whole_texts_are_put_into_english() -> None:
    page = '<nav><a>北京</a><a>北京市</a></nav><article class="bd-article"><b>北京</b></article>'
    told = in_english(page)
    assert "<a>Beijing</a>" in told and "<a>北京市</a>" in told and "<b>北京</b>" in told


def test_an_edition_in_english_has_a_folder_of_its_own() -> None:
    edition = Edition.load()
    english = edition_of(Order(asked={"region": "44"}, language="en"))
    assert edition.folder == Path() and english.folder == Path("en/editions/guangdong")
    assert not HAN.search(english.sphinx_config()["press_banner"])


@pytest.mark.browser
def test_the_card_is_open_until_a_reader_takes_it_back(book: Book, browser: Chrome) -> None:
    assert book.html is not None
    browser.get((book.html.parent / "chapters/paper/data.html").as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    shown = "return getComputedStyle(document.getElementById('english')).display"
    assert browser.execute_script(shown) != "none"
    browser.find_element("css selector", ".english-close").click()
    assert browser.execute_script(shown) == "none"
    browser.refresh()
    assert browser.execute_script(shown) == "none"
    browser.execute_script("localStorage.clear()")
