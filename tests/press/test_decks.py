"""The decks of the book without a network: all drawn and legible, nothing cut, keys work."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from press.build import Book
from press.slides.making import decks, number_of

AUDIT = (Path(__file__).parent / "deck_audit.js").read_text(encoding="utf-8")
SIZES = ((1280, 720), (1920, 1080))

pytestmark = pytest.mark.book


@pytest.fixture
def folder(whole_book: Book) -> Path:
    """Where the decks of the book are."""
    assert whole_book.html is not None
    return whole_book.html.parent / "slides"


@pytest.fixture
def projector(browser: Chrome) -> Iterator[Chrome]:
    """The browser at the size of a projector."""
    _resize(browser, *SIZES[0])
    yield browser
    for extra in [h for h in browser.window_handles if h != browser.window_handles[0]]:
        browser.switch_to.window(extra)
        browser.close()
    browser.switch_to.window(browser.window_handles[0])
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _resize(browser: Chrome, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def _press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def test_every_session_has_its_deck(folder: Path, root: Path) -> None:
    names = [number_of(name) for name in decks(root)]
    assert names == ["1", "2", "3"]
    assert [path.stem for path in sorted(folder.glob("*.html"))] == names


@pytest.mark.parametrize("name", ["1", "2", "3"])
def test_a_deck_holds_all_it_needs_and_runs_nothing_else(folder: Path, name: str) -> None:
    page = BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    policy = str(page.select_one("meta[http-equiv=Content-Security-Policy]")["content"])  # type: ignore[index]
    programs = [s for s in page.select("script") if s.get("type") != "application/json"]
    for script in programs:
        assert not script.get("src")
        digest = hashlib.sha256((script.string or "").encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.count("sha256-") == len(programs) > 3
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    assert not page.select("link, img[src^=http], [onclick], iframe")


@pytest.mark.parametrize("name", ["1", "2", "3"])
def test_a_deck_is_a_lesson(folder: Path, name: str) -> None:
    page = BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    slides = page.select(".slides > section")
    assert "数据指纹" in slides[0].footer.get_text()  # type: ignore[union-attr]
    assert 15 <= len(slides) <= 22
    minutes = [re.split("[–-]", str(s.get("data-minutes", "0"))) for s in slides]
    times = [int(time) for span in minutes for time in span]
    assert times == sorted(times) and times[-1] == 90
    for slide in slides:
        assert slide.select_one("aside.notes").get_text(strip=True), slide.h2  # type: ignore[union-attr]
        said = slide.select_one(".said")
        if said and not said.select("table, .exercise, .poll"):
            assert len(re.findall(r"[\u4e00-\u9fff]|[\w.]+", said.get_text())) <= 50, said
        for figure in slide.select("figure"):
            assert figure.select_one(".vega-still svg") and slide.select_one("footer .nature")


@pytest.mark.parametrize("name", ["1", "2", "3"])
def test_the_speaker_is_told_of_controls_that_are_there(folder: Path, name: str) -> None:
    page = BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    told = 0
    for slide in page.select(".slides > section:has(figure)"):
        spec = json.loads(slide.select_one("figure script").string or "")  # type: ignore[union-attr]
        binds = [param["bind"] for param in spec.get("params", ()) if "bind" in param]
        names = {bind["name"].strip() for bind in binds} | {"复位"}
        for term in slide.select(".notes dt"):
            if term.get_text() == "点":
                said = re.findall("“(.+?)”", term.find_next("dd").get_text())  # type: ignore[union-attr]
                assert set(said) <= names, slide.h2
                told += len(said)
    assert told


@pytest.mark.browser
@pytest.mark.parametrize("name", ["1", "2", "3"])
def test_the_last_row_reads_every_slide(projector: Chrome, folder: Path, name: str) -> None:
    projector.set_script_timeout(90)
    projector.get((folder / f"{name}.html").as_uri())
    for width, height in SIZES:
        _resize(projector, width, height)
        slides, drawn, faults = projector.execute_async_script(AUDIT)
        assert faults == []
        assert slides >= 15 and drawn == len(projector.find_elements("css selector", "figure[id]"))
    severe = [e["message"] for e in projector.get_log("browser") if e["level"] == "SEVERE"]
    assert severe == []


@pytest.mark.browser
def test_keys_of_the_speaker_and_of_a_slider(projector: Chrome, folder: Path) -> None:
    projector.get((folder / "1.html").as_uri())
    _press(projector, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "3", "3", "1")  # choices come after words
    assert _texts(projector, ".present .poll output")[:3] == ["1", "0", "2"]
    _press(projector, "d", "t", "b")
    assert projector.execute_script(
        "return [Reveal.isPaused(), document.documentElement.dataset.theme]"
    ) == [True, "dark"]
    _press(projector, "b", "o")
    overview = projector.find_element("css selector", ".overview")
    small = projector.find_elements("css selector", ".overview > button")
    assert overview.is_displayed() and not projector.execute_script("return Reveal.isPaused()")
    assert len(small) == projector.execute_script("return Reveal.getTotalSlides()")
    assert max(each.rect["y"] + each.rect["height"] for each in small) <= SIZES[0][1]
    _press(projector, Keys.ARROW_RIGHT, Keys.ENTER)
    assert projector.execute_script("return Reveal.getIndices().h") == 2
    assert not overview.is_displayed()
    assert "计划第" in projector.find_element("css selector", ".clock").text
    at = projector.execute_script(
        "const s = document.querySelector('input[type=range]').closest('section');"
        "const i = Reveal.getSlides().indexOf(s); Reveal.slide(i); return i;"
    )
    slider = projector.find_element("css selector", ".present input[type=range]")
    before = slider.get_attribute("value")
    ActionChains(projector).move_to_element(slider).click().perform()
    moved = slider.get_attribute("value")
    assert moved != before
    projector.execute_script("arguments[0].focus({focusVisible: true})", slider)
    _press(projector, Keys.ARROW_LEFT)
    assert slider.get_attribute("value") != moved
    assert projector.execute_script("return Reveal.getIndices().h") == at
    _press(projector, Keys.PAGE_DOWN)
    assert projector.execute_script("return Reveal.getIndices().h") == at + 1


@pytest.mark.browser
def test_the_speaker_sees_notes_and_turns_the_slides(projector: Chrome, folder: Path) -> None:
    projector.get((folder / "2.html").as_uri())
    deck = projector.current_window_handle
    _press(projector, "s")
    (window,) = [handle for handle in projector.window_handles if handle != deck]
    projector.switch_to.window(window)
    first = projector.find_element("css selector", ".hints").text
    assert first and projector.find_element("css selector", ".next h2").text
    _press(projector, Keys.ARROW_RIGHT)
    assert projector.find_element("css selector", ".hints").text != first
    projector.switch_to.window(deck)
    assert projector.execute_script("return Reveal.getIndices().h") == 1


@pytest.mark.browser
def test_without_scripts_the_slides_stand_below_each_other(projector: Chrome, folder: Path) -> None:
    projector.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        projector.get((folder / "1.html").as_uri())
        tops = [s.rect["y"] for s in projector.find_elements("css selector", ".slides > section")]
        stills = projector.find_elements("css selector", ".vega-still svg")
        assert tops == sorted(set(tops)) and all(still.is_displayed() for still in stills)
    finally:
        projector.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def _texts(browser: Chrome, selector: str) -> list[str]:
    return [each.text for each in browser.find_elements("css selector", selector)]
