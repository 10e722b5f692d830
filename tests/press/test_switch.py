"""Every page for every place: what a reader switches to equals an edition of that place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import Select, WebDriverWait

from press.build import Book, build
from press.edition import Edition
from press.stage import documents
from synergy.dictionary import find_place
from synergy.evidence import Request

pytestmark = [pytest.mark.browser, pytest.mark.book]

PLACES = ("广东", "青海", "西部")
CODES = [find_place(name).code for name in PLACES]

# What a reader gets to see: words, and charts as they are handed to Vega.
SEEN = """
const article = document.querySelector("article.bd-article").cloneNode(true);
const apart = ".place-switch, .vega-figure, .figure-controls, script, style";
article.querySelectorAll(apart).forEach(node => node.remove());
const sorted = value => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object"
  ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])])) : value;
return JSON.stringify({
  text: article.textContent.replace(/\\s+/g, " "),
  footer: document.querySelector(".imprint").textContent,
  figures: Array.from(document.querySelectorAll(".vega-figure")).map(figure => ({
    id: (figure.closest("figure[id]") || {}).id,
    label: figure.getAttribute("aria-label"), spec: sorted(figure.spec),
    start: figure.state.start, now: figure.state.now })),
});
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    """An edition's pages by code of its place."""
    folder = tmp_path_factory.mktemp("editions")
    return {
        code: build(Edition.load(Request(region=code)), folder / code, pdf=False) for code in CODES
    }


def pages(book: Book) -> Path:
    """The folder of a book's pages."""
    assert book.html is not None
    return book.html.parent


def address(book: Book, name: str, query: str = "") -> str:
    return f"{(pages(book) / name).as_uri()}.html{query}"


def forget(browser: Chrome, book: Book) -> None:
    """Empty what the browser keeps of the book."""
    browser.get(address(book, "book/references"))
    browser.execute_script("localStorage.clear()")


def seen(browser: Chrome, url: str, code: str) -> dict[str, Any]:
    """What a page shows once it stands at a place."""
    browser.get(url)
    wait = WebDriverWait(browser, 30, 0.02)
    chosen = "return document.querySelector('.place-switch select').value"
    differs = "return document.querySelector('.place-switch').dataset.source !== ''"
    wait.until(lambda b: b.execute_script(chosen) == code)
    if "?" in url and browser.execute_script(differs):
        wait.until(lambda b: b.execute_script("return document.documentElement.dataset.region"))
    found: dict[str, Any] = json.loads(browser.execute_script(SEEN))
    return found


@pytest.mark.parametrize("code", CODES, ids=PLACES)
def test_a_switched_page_equals_the_edition_of_the_place(
    browser: Chrome, whole_book: Book, editions: dict[str, Book], root: Path, code: str
) -> None:
    forget(browser, whole_book)
    differing = charts = 0
    for name in documents(root / "_toc.yml"):
        at_home = seen(browser, address(whole_book, name, "?region=00"), "00")
        switched = seen(browser, address(whole_book, name, f"?region={code}"), code)
        own = seen(browser, address(editions[code], name, f"?region={code}"), code)
        assert switched["text"] == own["text"], name
        assert switched["footer"] == own["footer"]
        for here, there in zip(switched["figures"], own["figures"], strict=True):
            assert here == there, (name, here["id"])
        differing += switched["text"] != at_home["text"]
        charts += sum(a != b for a, b in zip(switched["figures"], at_home["figures"], strict=True))
    assert differing >= 11 and charts >= 28


def test_the_choice_lives_in_the_address_and_the_browser_and_links_carry_it(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    browser.get(address(whole_book, "chapters/paper/coupling"))
    assert "广东的耦合协调度" not in browser.page_source
    switch = browser.find_element("css selector", ".place-switch select")
    Select(switch).select_by_visible_text("广东")
    article = browser.find_element("css selector", "article.bd-article")
    WebDriverWait(browser, 10, 0.02).until(lambda _: "广东的耦合协调度由" in article.text)
    assert browser.current_url.endswith("coupling.html?region=44")
    link = article.find_element("css selector", "a[href*='robustness.html']")
    browser.execute_script("arguments[0].click()", link)
    WebDriverWait(browser, 10, 0.02).until(lambda b: "robustness" in b.current_url)
    assert "region=44" in browser.current_url
    browser.get(address(whole_book, "chapters/paper/introduction"))  # no word of it in the address
    shown = WebDriverWait(browser, 10, 0.02)
    shown.until(lambda b: "广东的耦合协调度由" in b.find_element("css selector", "article").text)
    forget(browser, whole_book)


@pytest.mark.parametrize("asked", ["?region=guangdong", "?region=广东", "?region=44"])
def test_a_place_goes_by_code_slug_and_name(browser: Chrome, whole_book: Book, asked: str) -> None:
    forget(browser, whole_book)
    page = seen(browser, address(whole_book, "chapters/paper/introduction", asked), "44")
    assert "广东的耦合协调度由" in page["text"] and page["footer"].startswith("广东版")


def test_nonsense_in_the_address_leaves_the_page_as_it_is(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    page = seen(browser, address(whole_book, "chapters/paper/introduction", "?region=火星"), "00")
    assert "全国的耦合协调度由" in page["text"]


def test_what_the_reader_moved_stays_when_the_place_changes(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    browser.get(address(whole_book, "chapters/paper/coupling", "#fig-tiles?year=2015"))
    switch = browser.find_element("css selector", ".place-switch select")
    Select(switch).select_by_visible_text("青海")
    of = "return document.querySelector('#fig-tiles .vega-figure')"
    wait = WebDriverWait(browser, 20, 0.05)
    wait.until(lambda b: b.execute_script(f"{of}.spec.params.some(p => p.value.names?.length)"))
    assert browser.execute_script(f"{of}.state.now.year") == 2015
    wait.until(lambda b: b.execute_script(f"{of}.view && {of[7:]}.view.signal('year') === 2015"))
    assert len(browser.find_elements("css selector", "#fig-tiles .figure-controls")) == 1


def test_without_script_a_page_shows_the_edition_and_no_switch(whole_book: Book) -> None:
    text = (pages(whole_book) / "chapters/paper/coupling.html").read_text(encoding="utf-8")
    form = text[text.index('<form class="place-switch') :].partition(">")[0]
    assert " hidden" in form and "全国的耦合协调度由" in text and "广东的耦合协调度由" not in text


def of_all_places(book: Book) -> dict[str, Path]:
    """The files beside pages, by document."""
    folder = pages(book) / "_places"
    return {p.relative_to(folder).with_suffix("").as_posix(): p for p in folder.rglob("*.js")}


def test_sentences_of_all_places_weigh_little(whole_book: Book) -> None:
    weights = {
        name: len(gzip.compress(p.read_bytes())) for name, p in of_all_places(whole_book).items()
    }
    assert len(weights) >= 11 and max(weights.values()) <= 60_000, weights


def test_search_knows_only_what_the_page_shows(whole_book: Book) -> None:
    index = (pages(whole_book) / "searchindex.js").read_text(encoding="utf-8")
    assert "宁夏的耦合协调度" not in index
