"""Every figure of the book on every screen: words that can be read, tools that give something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from selenium.webdriver import Chrome

from press.build import Book
from test_browser import complaints, open_page, pages

pytestmark = [pytest.mark.browser, pytest.mark.book]

AUDIT = Path(__file__).with_name("figure_audit.js").read_text(encoding="utf-8")
WAKE = """
const done = arguments[0], figures = Array.from(document.querySelectorAll(".vega-figure"));
Promise.all(figures.map(figure => figure.wake())).then(() => done(figures.length));
"""
#: Words are laid out by width and coloured by mode: two screens show both, the others on demand.
SCREENS = [
    (1366, "light"),
    (390, "dark"),
    pytest.param(1366, "dark", marks=pytest.mark.long),
    pytest.param(390, "light", marks=pytest.mark.long),
]
TABLES = """
return Array.from(document.querySelectorAll(".vega-figure"), figure => {
  const rows = window.bookTools.table(figure), around = figure.closest("figure");
  return [around.id, rows.length, window.bookTools.csv(rows), window.bookTools.citation(around)];
});
"""
SPOKEN = """
const inputs = Array.from(document.querySelectorAll(".figure-control input[type=range]"));
return inputs.map(i => [!!i.closest("[role=img]"), i.getAttribute("aria-valuetext") || ""]);
"""


def with_figures(book: Book, root: Path) -> list[Path]:
    return [p for p in pages(book, root) if "vega-figure" in p.read_text(encoding="utf-8")]


def show(browser: Chrome, page: Path, width: int, mode: str) -> None:
    screen = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    open_page(browser, page)
    browser.execute_script(
        "document.documentElement.dataset.theme = arguments[0];"
        "document.querySelectorAll('details').forEach(fold => { fold.open = true; });",
        mode,
    )


@pytest.fixture(autouse=True)
def own_screen(browser: Chrome) -> Any:
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("alive", [False, True], ids=["still", "alive"])
@pytest.mark.parametrize(("width", "mode"), SCREENS)
def test_no_word_overlaps_is_cut_or_pale(
    far: Chrome, whole_book: Book, root: Path, width: int, mode: str, alive: bool
) -> None:
    faults, seen = {}, 0
    for page in with_figures(whole_book, root):
        show(far, page, width, mode)
        if alive:
            far.execute_async_script(WAKE)
        where = ".vega-target" if alive else ".vega-still"
        found = far.execute_script(AUDIT, where)
        seen += len(found)
        wide = far.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, f"{page.name} is {wide} px wide"
        faults |= {f"{page.stem}#{name}": told for name, told in found if told}
        assert complaints(far) == [], page.name
    assert seen > 100 and faults == {}


def test_every_figure_says_what_it_finds_measures_and_rests_on(
    whole_book: Book, root: Path
) -> None:
    missing = []
    for page in with_figures(whole_book, root):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for figure in soup.select("figure:has(.vega-figure)"):
            words = [
                figure.select_one(part)
                for part in (
                    ".caption-text > strong",
                    ".figure-english[lang=en] strong",
                    ".figure-nature",
                    ".figure-note > p:last-child",
                )
            ]
            caption = figure.select_one(".caption-text")
            measured = caption is not None and len(caption.text) > len(words[0].text) + 5
            sourced = words[3] is not None and "来源：" in words[3].get_text()
            if not all(words) or not measured or not sourced:
                missing.append((page.stem, figure["id"]))
            assert bool(figure.select(".nature-synthetic")) == ("合成数据" in words[0].get_text())
    assert missing == []


def test_every_figure_gives_its_data_and_how_to_cite_it(
    browser: Chrome, whole_book: Book, root: Path
) -> None:
    empty = []
    for page in with_figures(whole_book, root):
        show(browser, page, 1366, "light")
        browser.execute_async_script(WAKE)
        for name, count, text, cited in browser.execute_script(TABLES):
            lines = text.strip().split("\r\n")
            if not count or len(lines) != count + 1 or "undefined" in text:
                empty.append((page.stem, name))
            assert "人工智能与就业质量：一份活的报告" in cited and "数据指纹" in cited
            assert "file:" not in cited and str(root) not in cited
    assert empty == []


def test_sliders_stand_outside_of_pictures_and_say_their_value(
    browser: Chrome, whole_book: Book, root: Path
) -> None:
    heard = 0
    for page in with_figures(whole_book, root):
        show(browser, page, 1366, "light")
        for inside, spoken in browser.execute_script(SPOKEN):
            assert not inside and spoken, page.name
            heard += 1
    assert heard > 100
