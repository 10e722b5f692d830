"""A tour of the whole book: on a screen each page is opened once, and all is asked then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome

from press.build import Book
from press.stage import documents
from small import different

HERE = Path(__file__).parent
AUDIT, ASK = ((HERE / name).read_text("utf-8") for name in ("figure_audit.js", "tour.js"))

#: Charts are drawn when asked to, never because a reader is near.
NOTHING_NEAR = "window.IntersectionObserver = class { observe() {} unobserve() {} };"


@dataclass(frozen=True)
class Visit:
    """What one page was found to be on one screen.

    Attributes
    ----------
    page : Path
        Its file.
    shown : dict
        What `tour.js` found, by its names.
    outside : list of str
        Addresses it asked for that are no files.
    told : list of str
        What the console calls severe.
    """

    page: Path
    shown: dict[str, Any]
    outside: list[str]
    told: list[str]


#: A tour by width and mode of its screen.
Tours = Callable[[int, str], list[Visit]]


def pages(book: Book, root: Path) -> list[Path]:
    """Return the pages of the table of contents; of those about places a few."""
    assert book.html is not None
    names = different(documents(root / "_toc.yml"))
    return [book.html.parent / f"{name}.html" for name in names]


def tour(browser: Chrome, some: Iterable[Path], width: int, mode: str) -> list[Visit]:
    """Open pages on a screen, whose sliders are moved where it is wide."""
    size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NOTHING_NEAR})
    browser.set_script_timeout(300)
    return [_visit(browser, page, mode, sliders=width > 600) for page in some]


def _visit(browser: Chrome, page: Path, mode: str, *, sliders: bool) -> Visit:
    open_page(browser, page)
    browser.execute_script("document.documentElement.dataset.theme = arguments[0]", mode)
    shown = browser.execute_async_script(ASK, AUDIT, sliders)
    assert "fault" not in shown, f"{page.name}: {shown['fault']}"
    return Visit(page, shown, outside(browser), complaints(browser))


def open_page(browser: Chrome, path: Path, query: str = "") -> None:
    """Open a file of the book, forgetting what was logged before."""
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(f"{path.as_uri()}{query}")


def open_folds(browser: Chrome) -> None:
    """Show what is folded away."""
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def requests(browser: Chrome) -> list[str]:
    """Return the addresses that the page asked for."""
    messages = [json.loads(row["message"])["message"] for row in browser.get_log("performance")]
    sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [params["request"]["url"] for params in sent]


def outside(browser: Chrome) -> list[str]:
    """Return those that are no files and nothing of the page itself."""
    return [u for u in requests(browser) if not u.startswith(("file:", "data:", "blob:"))]


def complaints(browser: Chrome) -> list[str]:
    """Return what the console calls severe."""
    return [row["message"] for row in browser.get_log("browser") if row["level"] == "SEVERE"]
