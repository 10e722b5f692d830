"""The tools below a figure, and what a reader moved: it outlives theme and visit."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.support.ui import WebDriverWait

from press.build import Book, build
from press.edition import Edition
from small import HEADER, PARAMETERS, write_book
from tour import complaints, open_page, outside

pytestmark = [pytest.mark.browser, pytest.mark.book]

NAME = "fig-ladder"
CHAPTER = """# 图

```{code-cell} python
from synergy import *
soon = evaluate(learning_ladder, years=5.0, hiring_subsidy=0.0)
```

```{code-cell} python
figure("fig-ladder", slider_figure("fig-ladder"), cut=1 - soon.hires, years=(5, 5),
       soon=soon, later=soon)
```

$$ a $$ (eq-ladder)
"""
FIGURE = f"document.querySelector('#{NAME} .vega-figure')"
MOVE = """
const input = document.querySelector(".figure-control input");
input.value = input.max;
input.dispatchEvent(new Event("input", {bubbles: true}));
return Number(input.value);
"""
# Take what a tool would save: name and content.
SAVE = """
const done = arguments[1], kept = {};
const made = URL.createObjectURL;
URL.createObjectURL = blob => { kept.blob = blob; return made.call(URL, blob); };
HTMLAnchorElement.prototype.click = async function () {
  const data = kept.blob ? await kept.blob.text() : this.href;
  done([this.download, data]);
};
const tools = Array.from(document.querySelectorAll(".figure-tools button"));
tools.find(button => button.textContent === arguments[0]).click();
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Path:
    """A small book of one figure with sliders."""
    top = write_book(tmp_path_factory.mktemp("tools") / "书", root, HEADER + PARAMETERS + CHAPTER)
    book: Book = build(edition, top / "out", root=top, pdf=False)
    assert book.html is not None
    return book.html.parent / "chapters/paper/data.html"


@pytest.fixture
def opened(browser: Chrome, page: Path) -> Any:
    open_page(browser, page.with_name("nowhere.html"))
    open_page(browser, page)
    yield browser
    assert complaints(browser) == []
    assert outside(browser) == []


def value(browser: Chrome) -> Any:
    return browser.execute_script(f"return Object.values({FIGURE}.state.now)[0]")


def drawn(browser: Chrome) -> Any:
    """Value that the drawn chart has."""
    symbol = f"Object.keys({FIGURE}.state.now)[0]"
    ask = f"return {FIGURE}.dataset.drawn && {FIGURE}.view.signal({symbol})"
    return WebDriverWait(browser, 30, 0.05).until(lambda b: b.execute_script(ask))


def test_a_still_picture_stands_until_the_figure_is_touched(far: Chrome, opened: Chrome) -> None:
    assert opened.find_elements("css selector", ".vega-still svg.wide")
    assert not opened.find_elements("css selector", ".vega-target")
    around = opened.find_element("id", NAME)
    ActionChains(opened).move_to_element(around).perform()
    drawn(opened)
    still = opened.find_element("css selector", ".vega-still")
    assert not still.is_displayed()


def test_a_moved_slider_outlives_a_change_of_theme_and_a_new_visit(
    opened: Chrome, page: Path
) -> None:
    moved = opened.execute_script(MOVE)
    assert drawn(opened) == moved
    opened.execute_script("document.documentElement.dataset.theme = 'dark'")
    opened.execute_async_script(f"{FIGURE}.drawing.then(arguments[0])")
    assert value(opened) == drawn(opened) == moved
    address = opened.current_url.partition("#")[2]
    assert address.startswith(f"{NAME}?")
    open_page(opened, page.with_name("nowhere.html"))
    open_page(opened, page, f"#{address}")
    assert drawn(opened) == moved


def test_steps_beside_a_slider_move_it_by_one(opened: Chrome) -> None:
    before = value(opened)
    opened.execute_script("document.querySelector('.figure-more').click()")
    step = float(opened.find_element("css selector", ".figure-control input").get_attribute("step"))
    assert value(opened) == pytest.approx(before + step)
    opened.execute_script("document.querySelector('.figure-less').click()")
    assert value(opened) == pytest.approx(before)


def test_data_and_pictures_are_saved_as_the_figure_stands(opened: Chrome, page: Path) -> None:
    opened.execute_script(MOVE)
    name, table = opened.execute_async_script(SAVE, "数据")
    assert name == f"{NAME}.csv" and "初级人员" in table and table.count("\r\n") > 60
    open_page(opened, page.with_name("nowhere.html"))
    open_page(opened, page)
    name, picture = opened.execute_async_script(SAVE, "SVG")
    assert name == f"{NAME}.svg" and picture.startswith("<svg") and "入门招聘减少" in picture
    assert "来源" in picture and "数据指纹" in picture
    open_page(opened, page.with_name("nowhere.html"))
    open_page(opened, page)
    name, picture = opened.execute_async_script(SAVE, "PNG")
    assert name == f"{NAME}.png"
    assert base64.b64decode(picture.partition(",")[2])[:8] == b"\x89PNG\r\n\x1a\n"


def test_one_stop_of_the_tab_key_leads_to_all_tools(opened: Chrome) -> None:
    first, *others = opened.find_elements("css selector", ".figure-tools button")
    assert [b.get_attribute("tabindex") for b in (first, *others)] == ["0"] + ["-1"] * len(others)
    first.send_keys(Keys.ARROW_RIGHT)
    assert opened.switch_to.active_element == others[0]


def test_citation_and_address_are_offered_as_text(opened: Chrome) -> None:
    by_name = {b.text: b for b in opened.find_elements("css selector", ".figure-tools button")}
    by_name["引用"].click()
    line = opened.find_element("css selector", ".figure-offer span")
    assert "[DB]//" in line.text and "file:" not in line.text
    by_name["链接"].click()
    assert line.text.endswith(f"data.html#{NAME}")
    by_name["链接"].click()
    assert not line.is_displayed()


def test_without_script_the_picture_stays_and_nothing_asks_for_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count('class="wide"') == text.count('class="narrow"') == 1
    assert "figure-controls" not in text and "figure-tools" not in text
