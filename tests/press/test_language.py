"""The switch to English: a card at the head of each page, taken from the one summary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from press.build import Book, build
from press.edition import Edition
from press.language import SUMMARY_PAGE, label_of
from press.stage import documents
from small import CHAPTER, HEADER, PARAMETERS, write_book

ROOT = Path(__file__).parents[2]
SUMMARY = """# English summary

First words, {claim}`rises <P-D-TREND>`.

(en-chapters-paper-data)=
## Data

```{code-cell} python
from synergy.words import say
say("Claim\\n: It {claim}`rises <P-D-TREND>` in {{ where }}, see {doc}`/book/index`.", where=region)
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Book:
    """A chapter with a card, one without, and the summary."""
    top = write_book(tmp_path_factory.mktemp("english"), ROOT)
    write_chapters(top, SUMMARY)
    return build(edition, top / "out", root=top)


def write_chapters(top: Path, summary: str) -> None:
    """Add a chapter without a card, and the summary, to a small book."""
    for name, text in {SUMMARY_PAGE: summary, "chapters/paper/indices": CHAPTER}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / f"{name}.md").write_text(HEADER + PARAMETERS + text, encoding="utf-8")
    names = ["chapters/paper/data", "chapters/paper/indices", SUMMARY_PAGE]
    lines = "".join(f"  - file: {name}\n" for name in names)
    toc = f"format: jb-book\nroot: book/index\nchapters:\n{lines}"
    (top / "_toc.yml").write_text(toc, encoding="utf-8")


def soup(book: Book, name: str) -> BeautifulSoup:
    """Return a page."""
    assert book.html is not None and book.warnings == ()
    return BeautifulSoup((book.html.parent / f"{name}.html").read_text("utf-8"), "html.parser")


def test_a_page_carries_its_card_and_the_switch_leads_to_it(book: Book) -> None:
    page = soup(book, "chapters/paper/data")
    (switch,) = page.select("a.language-switch")
    assert switch["href"] == "#english" and switch["lang"] == "en"
    (card,) = page.select("article aside#english[lang=en]")
    said = [" ".join(line.get_text().split()) for line in card.select("dd")]
    assert len(said) == 1 and said[0].startswith("It rises○ in 全国, see 封面")
    links = [str(link["href"]) for link in card.select("a[href]")]
    assert "../../book/index.html" in links
    assert any(link.endswith("#claim-P-D-TREND") for link in links)
    assert any(link.startswith("../guide/english.html") for link in links)


def test_a_page_without_a_card_leads_to_the_summary(book: Book) -> None:
    page = soup(book, "chapters/paper/indices")
    assert page.select_one("a.language-switch")["href"] == "../guide/english.html"  # type: ignore[index]
    assert not page.select("#english")


def test_the_summary_is_english_and_leads_back(book: Book) -> None:
    page = soup(book, SUMMARY_PAGE)
    assert page.select("article div[lang=en] h1")
    assert page.select_one("a.language-switch")["lang"] == "zh-CN"  # type: ignore[index]


def test_no_identifier_stands_twice_on_a_page(book: Book) -> None:
    for name in ("chapters/paper/data", SUMMARY_PAGE):
        found = [str(node["id"]) for node in soup(book, name).select("article [id]")]
        assert len(found) == len(set(found))


@pytest.mark.browser
def test_the_choice_is_kept_and_taken_back(book: Book, browser: Chrome) -> None:
    assert book.html is not None
    address = (book.html.parent / "chapters/paper/data.html").as_uri()

    def shown() -> bool:
        return browser.find_element(By.ID, "english").is_displayed()

    browser.get(address)
    browser.execute_script("localStorage.clear()")
    browser.get(address)
    assert not shown()
    switch = browser.find_element(By.CSS_SELECTOR, ".language-switch")
    switch.click()
    assert shown() and switch.text == "中文"
    assert browser.switch_to.active_element.get_attribute("id") == "english"
    browser.get(address)
    assert shown()
    browser.find_element(By.CSS_SELECTOR, ".english-close").click()
    browser.get(address)
    assert not shown()
    browser.get(address + "#english")
    assert shown()
    browser.execute_script("localStorage.clear()")


def test_paper_has_the_summary_once(book: Book) -> None:
    assert book.pdf is not None
    text = " ".join(page.extract_text() for page in PdfReader(book.pdf).pages)
    assert text.count("First words") == 1
    assert len(re.findall(r"It\s+rises", text)) == 1


#: Chapters of the guide that are about the book itself.
ABOUT = {f"chapters/guide/{name}" for name in ("front", "versions", "english")}


def test_every_chapter_but_those_about_the_book_has_a_card() -> None:
    text = (ROOT / f"{SUMMARY_PAGE}.md").read_text(encoding="utf-8")
    labels = set(re.findall(r"(?m)^\((en-[\w-]+)\)=$", text))
    chapters = {name for name in documents(ROOT / "_toc.yml") if name.startswith("chapters/")}
    wanted = {label_of(n) for n in chapters - ABOUT if n.split("/")[1] != "regions"}
    assert labels == wanted
