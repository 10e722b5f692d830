"""What a reader without a mouse or without eyes needs of every page; axe-core asks for more."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from press.build import Book
from press.chrome import in_chinese
from tour import Tours

Soups = dict[str, BeautifulSoup]

ENGLISH = re.compile(r"^[A-Z][a-z]+( [a-z]+)*$")


def test_only_whole_labels_are_translated() -> None:
    page = '<a title="Main">Main</a><p aria-label="Mainly" title="Page">'
    assert (
        in_chinese(page) == '<a title="全书目录">Main</a><p aria-label="Mainly" title="本页目录">'
    )


@pytest.mark.book
def test_labels_are_chinese(soups: Soups) -> None:
    for name, page in soups.items():
        for attribute in ("title", "aria-label", "data-bs-title", "placeholder"):
            for tag in page.select(f"body [{attribute}]"):
                said, abroad = str(tag[attribute]), tag.find_parent(lang="en") or tag.get("lang")
                assert abroad or not ENGLISH.match(said), f"{name}: {said!r}"


@pytest.mark.book
def test_every_control_has_a_name_and_no_picture_holds_one(soups: Soups) -> None:
    for name, page in soups.items():
        assert not page.select("[role=img] :is(input, select, button)"), name
        for control in page.select("article :is(input, select, button)"):
            named = control.get_text(strip=True) or control.get("aria-label")
            assert named or control.find_parent("label"), f"{name}: {control}"
        for picture in page.select("[role=img], img"):
            assert picture.get("aria-label") or picture.get("alt") or picture.get("aria-labelledby")


@pytest.mark.book
def test_headings_follow_each_other(soups: Soups) -> None:
    for name, page in soups.items():
        levels = [int(h.name[1]) for h in page.select("article :is(h1, h2, h3, h4)")]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(b <= a + 1 for a, b in pairwise(levels)), name


@pytest.mark.book
def test_tables_tell_rows_and_columns(soups: Soups) -> None:
    for name, page in soups.items():
        for table in page.select("article table"):
            if table.find_parent(class_="english-card") is None:
                assert table.select("thead th"), name
        bare = [
            t
            for t in page.select("article table:not(.ledger)")
            if t.find_parent("figure", class_="numbered-table") is None
        ]
        assert bare == [], f"{name}: a table without number, caption and source"


@pytest.mark.book
@pytest.mark.browser
def test_the_first_key_leads_past_the_contents_and_focus_is_seen(
    browser: Chrome, whole_book: Book
) -> None:
    assert whole_book.html is not None
    browser.get((whole_book.html.parent / "chapters/paper/coupling.html").as_uri())
    ActionChains(browser).send_keys(Keys.TAB).perform()
    skip = browser.switch_to.active_element
    assert str(skip.get_attribute("href")).endswith("#main-content")
    skip.send_keys(Keys.ENTER)
    seen = set()
    for _ in range(12):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        here = browser.switch_to.active_element
        style = "const s = getComputedStyle(arguments[0]); return s.outlineStyle + s.boxShadow"
        look = str(browser.execute_script(style, here))
        assert look != "nonenone", f"no focus is seen on {here.get_attribute('outerHTML')[:120]}"
        seen.add(here.get_attribute("outerHTML"))
    assert len(seen) > 8, "the keys are caught somewhere"


@pytest.mark.book
@pytest.mark.browser
def test_nothing_scrolls_sideways_on_a_phone(tours: Tours) -> None:
    visits = tours(390, "dark")
    assert [visit.page.name for visit in visits if visit.shown["width"] > 390] == []
    assert [table for visit in visits for table in visit.shown["wide"]] == []
    [scorecard] = [visit for visit in visits if visit.page.stem == "scorecard"]
    assert scorecard.shown["height"] <= 6000, "with its folds closed"
