"""The whole book in a real browser with the network cut: every page, chart, slider and search."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from press.build import Book, build
from press.edition import Edition
from small import HEADER, PARAMETERS, write_chapter
from tour import Tours, complaints, open_folds, open_page, requests

pytestmark = [pytest.mark.browser, pytest.mark.book]


def draw_all(browser: Chrome) -> int:
    """Open every fold, touch every chart, wait until all are drawn and return how many."""
    open_folds(browser)
    figures = browser.find_elements("css selector", ".vega-figure")
    for figure in figures:
        assert figure.find_elements("css selector", ".vega-still svg"), "nothing before scripts"
        browser.execute_script("arguments[0].wake()", figure)
        WebDriverWait(browser, 30, 0.02).until(lambda _, f=figure: f.get_attribute("data-drawn"))
        assert figure.find_elements("css selector", "svg"), "a chart without a picture"
        assert figure.get_attribute("aria-label"), "a chart without a text alternative"
    return len(figures)


def test_every_page_draws_without_the_network_and_every_slider_moves(tours: Tours) -> None:
    visits = tours(1366, "light")
    for visit in visits:
        assert visit.shown["bare"] == [], f"{visit.page.name}: no picture or no text alternative"
        assert visit.shown["dead"] == [] and visit.outside == [], visit.page.name
        assert visit.told == [], visit.page.name
        assert "5/9" in visit.shown["banner"] and "13/22" in visit.shown["banner"]
    assert sum(len(visit.shown["still"]) for visit in visits) > 100
    assert sum(visit.shown["moved"] for visit in visits) > 100


ASK = """
const field = document.querySelector(".bd-search-container input[name=q]");
field.value = arguments[0];
field.form.dispatchEvent(new Event("submit", {cancelable: true}));
return Array.from(document.querySelectorAll(".search-found h2 a"), (link) => link.href);
"""


def search(browser: Chrome, whole_book: Book, term: str) -> None:
    """Open the page that searches with a question in its address."""
    assert whole_book.html is not None
    open_page(browser, whole_book.html.parent / "search.html", f"?q={quote(term)}")
    told = lambda b: "搜索" in b.find_element("css selector", ".search-told").text  # noqa: E731
    WebDriverWait(browser, 20, 0.05).until(told)
    assert complaints(browser) == []


#: What readers ask for, and the page that they should see first: Chinese, English, pinyin.
QUERIES = {
    "耦合协调度": "paper/coupling",
    "就业质量": "paper/indicators",
    "广东": "regions/44",
    "青海": "regions/63",
    "养老金": "essay/foundations",
    "稳健性": "paper/robustness",
    "熵权法": "paper/methods",
    "熵": "paper/methods",
    "面板向量自回归": "paper/interaction",
    "综合指数": "paper/indices",
    "劳动力素质": "paper/conclusions",
    "格兰杰": "paper/interaction",
    "泰尔指数": "notes/insights",
    "机器人税": "essay/path",
    "人工智能 就业质量": "guide/front",
    "entropy weight": "paper/methods",
    "bootstrap": "paper/robustness",
    "coupling coordination": "paper/coupling",
    "Granger causality": "paper/interaction",
    "Guangdong": "regions/44",
    "sichuan": "regions/51",
    "shangquan": "paper/methods",
    "东北地区": "regions/NE",
    "零工": "essay/foundations",
    "再培训": "notes/evidence",
    "失业保险": "notes/toolbox",
    "基本收入": "notes/toolbox",
    "劳动份额": "essay/decoupling",
    "鲍莫尔": "essay/decoupling",
    "记分牌": "audit/scorecard",
    "蒙特卡罗": "paper/monte_carlo",
    "蒙特卡洛模拟": "paper/monte_carlo",
    "单位根": "paper/interaction",
    "PVAR": "paper/interaction",
    "GMM": "paper/interaction",
    "robot tax": "essay/path",
    "pension": "essay/foundations",
    "邮电业务量": "paper/indices",
    "结论与建议": "paper/conclusions",
    "怎样引用": "guide/versions",
    "用自己的数据": "guide/own_data",
    "SPSSAU": "guide/why_different",
    "障碍度": "paper/coupling",
    "Gini": "paper/coupling",
}


def test_questions_show_the_right_page_first(browser: Chrome, whole_book: Book) -> None:
    assert len(QUERIES) == 44
    search(browser, whole_book, "entropy weight")
    first = {term: browser.execute_script(ASK, term)[:1] for term in QUERIES}
    wrong = {
        term: found for term, found in first.items() if f"/{QUERIES[term]}.html" not in str(found)
    }
    assert wrong == {} and complaints(browser) == []


def test_results_show_the_word_in_its_sentence(browser: Chrome, whole_book: Book) -> None:
    search(browser, whole_book, "泰尔指数")
    rows = browser.find_elements("css selector", ".search-found li:first-child p")
    assert rows and any("泰尔指数" in row.text and len(row.text) > 30 for row in rows)
    assert browser.find_elements("css selector", ".search-found mark")


def test_search_finds_no_page_for_a_word_that_is_on_none(browser: Chrome, whole_book: Book) -> None:
    search(browser, whole_book, "榫卯")
    assert browser.find_elements("css selector", ".search-found h2") == []


def test_a_page_that_was_found_marks_the_word_until_told_not_to(
    browser: Chrome, whole_book: Book
) -> None:
    search(browser, whole_book, "面板向量自回归")
    browser.find_element("css selector", ".search-found h2 a").click()
    marks = lambda b: b.find_elements("css selector", ".highlighted")  # noqa: E731
    WebDriverWait(browser, 20, 0.05).until(marks)
    marked = {mark.get_attribute("textContent") for mark in marks(browser)}  # some are folded away
    assert marked == {"面板向量自回归"}
    browser.find_element("css selector", "#searchbox a").click()
    assert marks(browser) == [] and complaints(browser) == []


def test_what_a_reader_asked_for_is_drawn_before_a_page_is_printed(
    browser: Chrome, whole_book: Book
) -> None:
    """Still pictures print as they are; one that shows something else by now gives way."""
    assert whole_book.html is not None
    page = whole_book.html.parent / "chapters/paper/coupling.html"
    open_page(browser, page, "?region=63")
    late = "return document.querySelectorAll('[data-stale]:not([data-drawn])').length"
    WebDriverWait(browser, 20, 0.05).until(lambda b: b.execute_script(late) > 2)
    browser.execute_script(
        "const drawn = () => document.querySelectorAll('[data-drawn]').length;"
        "window.print = () => { window.printed = drawn(); };"
        "dispatchEvent(new KeyboardEvent('keydown', {key: 'p', ctrlKey: true}));"
    )
    printed = WebDriverWait(browser, 60, 0.05).until(
        lambda b: b.execute_script("return window.printed")
    )
    assert printed > 2 and browser.execute_script(late) == 0


def test_a_chart_comes_with_the_program_when_a_reader_is_near(
    browser: Chrome, whole_book: Book
) -> None:
    assert whole_book.html is not None
    page = whole_book.html.parent / "chapters/paper/methods.html"
    open_page(browser, page)
    assert not [url for url in requests(browser) if url.endswith("bundle.js")]
    browser.execute_script("document.querySelector('.vega-figure').scrollIntoView()")
    alive = "return document.querySelector('.vega-figure').dataset.drawn"
    assert WebDriverWait(browser, 30, 0.05).until(lambda b: b.execute_script(alive))
    assert [url for url in requests(browser) if url.endswith("bundle.js")]


LABELS = """# 小章

```{code-cell} python
import altair as alt
import pandas as pd
from synergy.figures.theme import inline
from synergy.page import figure

rows = pd.DataFrame({"name": ['甲,"乙"', "<b>丙</b>", "", "丁"], "x": [1.5, 2.5, 3.5, 4.5]})
base = alt.Chart(inline(rows, ["name", "x"])).encode(y="name:N", x="x:Q")
marks = base.mark_point() + base.mark_text().encode(text="x:Q")
figure("fig-labels", marks.properties(description="四个点，最大 4.5。"), "四个点。")
```
"""


def test_labels_with_signs_of_the_stored_form_are_drawn_as_they_are(
    browser: Chrome, small_book: Path, edition: Edition, tmp_path: Path
) -> None:
    write_chapter(small_book, HEADER + PARAMETERS + LABELS)
    book = build(edition, tmp_path / "out", root=small_book, pdf=False)
    assert book.html is not None
    open_page(browser, book.html.parent / "chapters/paper/data.html")
    assert draw_all(browser) == 1 and complaints(browser) == []
    texts = {text.text for text in browser.find_elements("css selector", ".vega-figure svg text")}
    assert {'甲,"乙"', "<b>丙</b>", "丁", "1.5", "4.5"} <= texts
