"""The whole book in a real browser with the network cut: every page, chart, slider and search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from press.build import Book
from press.stage import documents

pytestmark = [pytest.mark.browser, pytest.mark.book]

# Move a slider of a figure as a reader does and return the picture once Vega has drawn it.
MOVE = """
const [figure, slider, value, done] = arguments;
slider.value = value;
slider.dispatchEvent(new Event("input", {bubbles: true}));
figure.view.runAsync().then(() => done(figure.querySelector("svg").outerHTML));
"""


def open_page(browser: Chrome, path: Path, query: str = "") -> None:
    """Open a file of the book, forgetting what was logged before."""
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(f"{path.as_uri()}{query}")


def draw_all(browser: Chrome) -> int:
    """Open every fold, scroll to every chart, wait until all are drawn and return how many."""
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    figures = browser.find_elements("css selector", ".vega-figure")
    for figure in figures:
        browser.execute_script("arguments[0].scrollIntoView()", figure)
        WebDriverWait(browser, 30, 0.02).until(lambda _, f=figure: f.get_attribute("data-drawn"))
        assert figure.find_elements("css selector", "svg"), "a chart without a picture"
        assert figure.get_attribute("aria-label"), "a chart without a text alternative"
    return len(figures)


def requests(browser: Chrome) -> list[str]:
    """Return the addresses that the page asked for."""
    messages = [json.loads(row["message"])["message"] for row in browser.get_log("performance")]
    sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [params["request"]["url"] for params in sent]


def complaints(browser: Chrome) -> list[str]:
    """Return what the console calls severe."""
    return [row["message"] for row in browser.get_log("browser") if row["level"] == "SEVERE"]


def pages(book: Book, root: Path) -> list[Path]:
    """Return the pages of the table of contents."""
    assert book.html is not None
    return [book.html.parent / f"{name}.html" for name in documents(root / "_toc.yml")]


def test_every_page_draws_without_the_network_and_every_slider_moves(
    browser: Chrome, whole_book: Book, root: Path
) -> None:
    drawn = moved = 0
    for page in pages(whole_book, root):
        open_page(browser, page)
        drawn += draw_all(browser)
        for figure in browser.find_elements("css selector", ".vega-figure"):
            for slider in figure.find_elements("xpath", "./..//input[@type='range']"):
                name = slider.find_element("xpath", "./ancestor::label").text
                assert moves(browser, figure, slider), f"{page.name}: {name!r} is dead"
                moved += 1
        outside = [url for url in requests(browser) if not url.startswith(("file:", "data:"))]
        assert outside == [], page.name
        assert complaints(browser) == [], page.name
        banner = browser.find_element("css selector", ".data-banner").text
        assert "5/9" in banner and "13/22" in banner, page.name
    assert drawn >= 10 and moved >= 2


def moves(browser: Chrome, figure: Any, slider: Any) -> bool:
    """Whether the picture at one end of a slider gives way to another at the other end.

    The slider goes back to its place: at the end of one, another may have nothing to say.
    """
    initial, low, high = (slider.get_property(name) for name in ("value", "min", "max"))
    before, after, _ = (
        browser.execute_async_script(MOVE, figure, slider, value) for value in (low, high, initial)
    )
    return bool(before != after)


@pytest.mark.parametrize("term", ["就业", "entropy"])
def test_search_finds_pages(browser: Chrome, whole_book: Book, term: str) -> None:
    assert whole_book.html is not None
    open_page(browser, whole_book.html.parent / "search.html", f"?q={quote(term)}")
    results = "#search-results ul.search > li"
    WebDriverWait(browser, 20, 0.05).until(lambda b: b.find_elements("css selector", results))
    assert complaints(browser) == []


def test_pages_fit_a_phone(browser: Chrome, whole_book: Book, root: Path) -> None:
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        for page in pages(whole_book, root):
            open_page(browser, page)
            draw_all(browser)
            width = browser.execute_script("return document.documentElement.scrollWidth")
            assert width <= 390, f"{page.name} is {width} px wide on a phone"
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
