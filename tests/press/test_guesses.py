"""Guess first, then see: what is asked, where the true line comes from, and the pad itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from press.build import Book, build
from press.edition import Edition
from press.guesses import FEWEST, declared_guesses, pad, points_of, question
from small import HEADER, PARAMETERS, write_book
from synergy.evidence import Evidence
from synergy.figures.history import growth_lines, share_lines
from synergy.figures.places import theil_lines
from synergy.policy.history import labour_history
from synergy.policy.places import theil_decomposition

CHAPTER = """# 小章

```{code-cell} python
from synergy import *
past = labour_history("中国")
figure("fig-growth-jobs", growth_lines("中国"), past=past, grown=past.iloc[-1] / past.iloc[0])
```
"""
STATE = "return document.querySelector('.guess').dataset.state"
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


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Book:
    top = write_book(tmp_path_factory.mktemp("guesses"), root, HEADER + PARAMETERS + CHAPTER)
    return build(edition, top / "out", root=top, pdf=False)


def test_only_a_page_with_a_pad_loads_the_script(book: Book) -> None:
    assert book.html is not None
    pages = book.html.parent.rglob("*.html")
    loading = [page.stem for page in pages if "guess.js" in page.read_text(encoding="utf-8")]
    assert loading == ["data"]


@pytest.fixture
def opened(browser: Chrome, book: Book) -> Chrome:
    assert book.html is not None
    browser.get((book.html.parent / "chapters/paper/data.html").as_uri())
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
    assert moved.get_attribute("role") == "slider" and moved.get_attribute("aria-label") == "1994"
    moved.send_keys(Keys.ARROW_RIGHT)
    assert opened.switch_to.active_element.get_attribute("data-handle") == "1"
    assert reveal.is_enabled()
    reveal.click()
    told = opened.find_element("css selector", ".guess-result").text
    assert told.startswith("平均相差") and "2023：您猜 100，实际 116；您猜首尾不变。" in told
    assert opened.execute_script(SEEN) == "visible"
    opened.refresh()
    assert opened.execute_script(STATE) == "told"
    assert opened.find_elements("css selector", ".guess-truth")
    opened.find_element("css selector", ".guess-again").click()
    assert opened.execute_script(STATE) == "asked"


@pytest.mark.browser
def test_who_does_not_guess_or_comes_for_the_figure_sees_it(opened: Chrome, book: Book) -> None:
    opened.find_element("css selector", ".guess-skip").click()
    assert opened.execute_script(STATE) == "declined" and opened.execute_script(SEEN) == "visible"
    opened.execute_script("localStorage.clear()")
    assert book.html is not None
    opened.get("about:blank")
    opened.get((book.html.parent / "chapters/paper/data.html").as_uri() + "#fig-growth-jobs")
    assert opened.execute_script(SEEN) == "visible"


@pytest.mark.browser
def test_print_shows_the_figure_and_no_pad(opened: Chrome) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert opened.execute_script(SEEN) == "visible"
    shown = "return getComputedStyle(document.querySelector('.guess')).display"
    assert opened.execute_script(shown) == "none"
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
