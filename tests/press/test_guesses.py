"""Guess first, then see: what is asked, where the true line comes from, and the pad itself."""

from __future__ import annotations

import numpy as np
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from press.build import Book
from press.guesses import FEWEST, declared_guesses, pad, points_of, question, worth_guessing
from synergy.evidence import Evidence
from synergy.figures.history import growth_lines, share_lines
from synergy.figures.places import theil_lines
from synergy.policy.history import labour_history
from synergy.policy.places import theil_decomposition

STATE = "return document.querySelector('.guess').dataset.state"
POINTS = "return JSON.parse(document.querySelector('.guess script').textContent).points"
SEEN = "return getComputedStyle(document.getElementById('fig-growth-jobs')).visibility"


def test_the_true_lines_are_those_of_the_figures(evidence: Evidence) -> None:
    known = declared_guesses()
    gaps = theil_decomposition(evidence.lead.frame, "U2")
    jobs = labour_history("中国")["employment"].dropna()
    share = labour_history("中国")["labour_share"].dropna()
    charts = {
        "fig-growth-jobs": (growth_lines("中国"), 100 * jobs / jobs.iloc[0]),
        "fig-labour-share": (share_lines(), share),
        "fig-theil": (theil_lines(gaps, "就业质量指数"), gaps["total"]),
    }
    assert charts.keys() == known.keys()
    for name, (chart, truth) in charts.items():
        points = dict(points_of(chart.to_dict(), known[name]))
        both = truth.loc[[year for year in truth.index if year in points]]
        assert len(points) > FEWEST and len(both) == len(points)
        assert np.allclose(both, [points[year] for year in both.index], rtol=2e-3), name


def test_the_question_gives_the_start_and_not_the_end() -> None:
    points = [(2013, 0.25), (2014, 0.31), (2015, 0.2), (2016, 0.4)]
    entry = {
        "form": ".1%",
        "question": "{{ first }}、{{ start }}、{{ last }}",
        "question_en": "<b>",
    }
    assert question(entry, points) == "2013、25.0%、2016"
    told = pad("fig-a", entry, points)
    assert "&lt;b&gt;" in told and '"percent":true' in told and '"digits":1' in told
    assert '"range":[0.025,0.475]' in told  # as far up as down


def test_a_line_that_is_short_or_flat_is_not_guessed() -> None:
    assert worth_guessing([(year, 0.1 * (year % 2)) for year in range(FEWEST)])
    assert not worth_guessing([(year, 0.1 * (year % 2)) for year in range(FEWEST - 1)])
    assert not worth_guessing([(year, 0.1) for year in range(2 * FEWEST)])


@pytest.mark.book
def test_only_a_page_with_a_pad_loads_the_script(whole_book: Book) -> None:
    assert whole_book.html is not None
    pages = [page.read_text(encoding="utf-8") for page in whole_book.html.parent.rglob("*.html")]
    padded = ['class="guess ' in page for page in pages]
    assert any(padded) and padded == ["guess.js" in page for page in pages]


@pytest.fixture
def page(whole_book: Book) -> str:
    assert whole_book.html is not None
    return (whole_book.html.parent / "chapters/essay/decoupling.html").as_uri()


@pytest.fixture
def opened(browser: Chrome, page: str) -> Chrome:
    browser.get(page)
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    return browser


@pytest.mark.browser
def test_a_guess_by_keys_opens_the_figure_and_is_kept(opened: Chrome) -> None:
    assert opened.execute_script(STATE) == "asked" and opened.execute_script(SEEN) == "hidden"
    reveal = opened.find_element("css selector", ".guess-reveal")
    assert not reveal.is_enabled()
    handle = opened.find_element("css selector", ".guess-handle")
    before = float(str(handle.get_attribute("aria-valuenow")))
    handle.send_keys(Keys.ARROW_UP)
    moved = opened.switch_to.active_element
    assert float(str(moved.get_attribute("aria-valuenow"))) > before
    points = opened.execute_script(POINTS)
    years = [str(year) for year, _ in points]
    assert moved.get_attribute("role") == "slider" and moved.get_attribute("aria-label") in years
    moved.send_keys(Keys.ARROW_RIGHT)
    assert opened.switch_to.active_element.get_attribute("data-handle") == "1"
    assert reveal.is_enabled()
    reveal.click()
    told = opened.find_element("css selector", ".guess-result").text
    (_, start), (last, end) = points[0], points[-1]
    assert told.startswith("平均相差")
    assert f"{last}：您猜 {start:.0f}，实际 {end:.0f}；您猜首尾不变。" in told
    assert opened.execute_script(SEEN) == "visible"
    opened.refresh()
    assert opened.execute_script(STATE) == "told"
    assert opened.find_elements("css selector", ".guess-truth")
    opened.find_element("css selector", ".guess-again").click()
    assert opened.execute_script(STATE) == "asked"


@pytest.mark.browser
def test_who_does_not_guess_or_comes_for_the_figure_sees_it(opened: Chrome, page: str) -> None:
    skip = opened.find_element("css selector", ".guess-skip")
    opened.execute_script(
        "arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", skip
    )
    assert opened.execute_script(STATE) == "declined" and opened.execute_script(SEEN) == "visible"
    opened.execute_script("localStorage.clear()")
    opened.get("about:blank")
    opened.get(f"{page}#fig-growth-jobs")
    assert opened.execute_script(SEEN) == "visible"


@pytest.mark.browser
def test_print_shows_the_figure_and_no_pad(opened: Chrome) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert opened.execute_script(SEEN) == "visible"
    shown = "return getComputedStyle(document.querySelector('.guess')).display"
    assert opened.execute_script(shown) == "none"
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
