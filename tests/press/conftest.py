"""A small book for tests of the bookmaker, the real one, built once, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from press import vendor
from press.build import Book
from press.edition import Edition
from press.fonts import fonts_directory
from press.order import Order, carry_out
from press.stage import documents
from small import different, write_book
from synergy.glossary import GLOSSARY
from tour import NOTHING_NEAR, Tours, Visit, pages, tour

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1600",
)


@pytest.fixture(scope="session", autouse=True)
def one_font() -> Iterator[None]:
    """Let small books of a process load one font, of what tests and program write."""
    wide_letters, once = vendor.wide_letters, cache(vendor.subset)
    paths = [
        *Path(__file__).parent.glob("*.py"),
        *Path(vendor.__file__).parent.glob("*.py"),
        GLOSSARY,
    ]
    letters = {char for path in paths for char in path.read_text("utf-8") if ord(char) > 0x2000}

    def letters_of(source: Path, modules: Iterable[str]) -> str:
        mine = wide_letters(source, modules)
        return "".join(sorted(letters)) if letters.issuperset(mine) else mine

    def cut(font: Path, chosen: str) -> bytes:  # with code that joblib can read, as `once` is not
        return once(font, chosen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vendor, "wide_letters", letters_of)
        patch.setattr(vendor, "subset", cut)
        yield


@pytest.fixture
def small_book(tmp_path: Path, root: Path) -> Path:
    """A book of a cover and one chapter, with the real look."""
    return write_book(tmp_path / "小书 book", root)


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The default edition."""
    return Edition.load()


@pytest.fixture(scope="session")
def whole_book() -> Book:
    """The whole book that `make book` builds, HTML and PDF; made where it does not stand yet."""
    note, _ = carry_out(Order())
    html, pdf = map(Path, note.places)
    return Book(html, pdf, tuple(note.warnings), made_of=note.book)


@pytest.fixture(scope="session")
def soups(whole_book: Book, root: Path) -> dict[str, BeautifulSoup]:
    """Its pages by document name, in reading order; of those about places a few."""
    assert whole_book.html is not None
    folder = whole_book.html.parent
    return {
        name: BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in different(documents(root / "_toc.yml"))
    }


#: What Chromium finds on a machine: the font that charts are laid out in, whatever else is there.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@pytest.fixture(scope="session")
def fonts_at_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of fontconfig with which what fits does not depend on a machine's fonts."""
    cache = tmp_path_factory.mktemp("fonts")
    settings = cache / "fonts.conf"
    settings.write_text(FONTS.format(folder=fonts_directory(), cache=cache), encoding="utf-8")
    return settings


@pytest.fixture(scope="module")
def browser(fonts_at_hand: Path) -> Iterator[Chrome]:
    """A browser."""
    with chrome(fonts_at_hand) as opened:
        yield opened


@pytest.fixture(scope="session")
def tours(fonts_at_hand: Path, whole_book: Book, root: Path) -> Tours:
    """What a tour of the whole book finds on a screen of some width, light or dark."""

    @cache
    def found(width: int, mode: str) -> list[Visit]:
        with chrome(fonts_at_hand) as opened:
            return tour(opened, pages(whole_book, root), width, mode)

    return found


@contextmanager
def chrome(fonts_at_hand: Path) -> Iterator[Chrome]:
    """A headless Chrome or Chromium that resolves no host name but this machine's own."""
    options = ChromeOptions()
    for flag in [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if chromium:
        options.binary_location = chromium
    try:
        at_hand = {**os.environ, "FONTCONFIG_FILE": str(fonts_at_hand)}
        opened = Chrome(options=options, service=Service(driver, env=at_hand))
    except (WebDriverException, OSError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NO BROWSER: install Chrome or Chromium with its driver. {error}")
    try:
        yield opened
    finally:
        opened.quit()


@pytest.fixture
def far(browser: Chrome) -> Iterator[Chrome]:
    """The browser of a reader who is never near a figure, so that its still picture stands."""
    source = {"source": NOTHING_NEAR}
    kept = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", kept)
