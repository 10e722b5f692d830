"""Numbers that documents print: the number is the target, its card goes along with the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from press.build import Book, build
from press.edition import Edition
from press.marks import look_of
from small import HEADER, PARAMETERS, write_book
from synergy.claims.ledger import Verdict

CHAPTER = """# 小章

一致的{claim}`梯度 <P-51-GRAD-AI>`，不合的{claim}`一句 <P-51-CHAIN>`，
核不了的{claim}`走势 <P-D-TREND>`。

先说耦合协调度。
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Book:
    """A chapter with three numbers and a term, and a scorecard."""
    top = write_book(tmp_path_factory.mktemp("marks"), root, HEADER + PARAMETERS + CHAPTER)
    (top / "chapters/audit").mkdir()
    scorecard = f"{HEADER}{PARAMETERS}# 记分牌\n"
    (top / "chapters/audit/scorecard.md").write_text(scorecard, encoding="utf-8")
    with (top / "_toc.yml").open("a", encoding="utf-8") as toc:
        toc.write("  - file: chapters/audit/scorecard\n  - file: book/glossary\n")
    return build(edition, top / "out", root=top, pdf=False)


@pytest.fixture(scope="module")
def page(book: Book) -> Path:
    assert book.html is not None
    return book.html.parent / "chapters/paper/data.html"


@pytest.fixture
def opened(browser: Chrome, page: Path) -> Chrome:
    browser.get(page.as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    return browser


def card(browser: Chrome) -> str:
    """Text of the card, empty while it is shut."""
    return str(browser.find_element("id", "word-card").text)


def test_the_number_itself_is_the_link(page: Path) -> None:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    links = soup.select("article a.claim")
    assert [link.contents[0] for link in links] == ["梯度", "一句", "走势"]
    assert [link.select_one(".claim-sign").get_text() for link in links] == ["✓", "✗", "○"]  # type: ignore[union-attr]
    assert [link["class"][1] for link in links] == ["is-yes", "is-no", "is-open"]
    assert [str(link["href"]).partition("#")[2] for link in links] == [
        *("claim-P-51-GRAD-AI", "claim-P-51-CHAIN", "claim-P-D-TREND")
    ]


def test_cards_tell_words_verdict_reason_and_what_would_settle_it(page: Path) -> None:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    cards = json.loads(soup.select_one("#claim-cards").string)  # type: ignore[union-attr]
    assert set(cards) == {"P-51-GRAD-AI", "P-51-CHAIN", "P-D-TREND"}
    told = cards["P-51-CHAIN"]
    assert told["quote"] == "反哺劳动力素质再投资" and told["verdict"] == "✗ 不一致"
    assert told["why"] and "论文" in told["place"] and told["look"] == "is-no"
    assert cards["P-D-TREND"]["settle"], "what cannot be checked says what would settle it"


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_colour(verdict: Verdict) -> None:
    assert look_of(verdict) in {"is-yes", "is-no", "is-weak", "is-open"}


@pytest.mark.browser
def test_marks_of_what_fails_are_seen_and_the_others_on_demand(opened: Chrome) -> None:
    signs = opened.find_elements("css selector", ".claim-sign")
    assert [sign.is_displayed() for sign in signs] == [False, True, False]
    button = opened.find_element("css selector", "button.all-marks")
    button.click()
    assert all(sign.is_displayed() for sign in signs)
    assert button.get_attribute("aria-pressed") == "true"
    opened.refresh()
    assert opened.find_element("css selector", ".claim-sign").is_displayed(), "not remembered"


@pytest.mark.browser
def test_a_target_is_24_pixels(opened: Chrome) -> None:
    for link in opened.find_elements("css selector", "a.claim"):
        assert min(link.size.values()) >= 24


@pytest.mark.browser
def test_keys_open_the_card_and_escape_leads_back(opened: Chrome) -> None:
    link = opened.find_element("css selector", "a.claim.is-no")
    link.send_keys(Keys.ENTER)
    assert "反哺劳动力素质再投资" in card(opened) and "不一致" in card(opened)
    assert opened.switch_to.active_element.get_attribute("id") == "word-card"
    ActionChains(opened).send_keys(Keys.ESCAPE).perform()
    assert card(opened) == "" and opened.switch_to.active_element == link
    assert opened.current_url.endswith("data.html"), "the page was left"


@pytest.mark.browser
def test_a_click_elsewhere_shuts_the_card(opened: Chrome) -> None:
    opened.find_element("css selector", "a.claim").click()
    assert "✓ 一致" in card(opened)
    opened.find_element("css selector", "article h1").click()
    assert card(opened) == ""


@pytest.mark.browser
def test_pointing_at_a_term_opens_its_card(opened: Chrome) -> None:
    term = opened.find_element("css selector", "a.term")
    ActionChains(opened).move_to_element(term).pause(0.5).perform()
    assert "coupling coordination degree" in card(opened)
    title = opened.find_element("css selector", "article h1")
    ActionChains(opened).move_to_element(title).pause(0.6).perform()
    assert card(opened) == ""


@pytest.mark.browser
def test_on_a_phone_the_card_is_a_sheet_at_the_foot(opened: Chrome) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened.find_element("css selector", "a.claim.is-no").click()
        box = opened.find_element("id", "word-card").rect
        assert box["x"] == 0 and box["width"] == 390
        shut = opened.find_element("css selector", ".card-close")
        assert min(shut.size.values()) >= 44
        shut.click()
        assert card(opened) == ""
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
