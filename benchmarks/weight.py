"""Weigh the pages of a built book on a first visit: `python benchmarks/weight.py [BOOK]`.

`BOOK` is an output folder of `press build` (default: `_build`). Its pages are served compressed on
the loopback address to a Chromium with an empty cache, on a line of 10 Mbit/s with 40 ms delay,
and read to the end. A row per kind of page:

- requests, and how many of them leave the site;
- kilobytes as sent: all of them, with the fallback fonts although this machine may lack no font;
- milliseconds until the first chart is alive, for a reader who goes to it at once.

Milliseconds depend on the machine: compare rows of one run.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

KINDS = {
    "cover": "chapters/guide/front",
    "text": "chapters/paper/introduction",
    "text, formulas": "chapters/paper/data",
    "references": "book/references",
    "one chart, formulas": "chapters/paper/methods",
    "fifteen charts": "chapters/paper/robustness",
    "sliders, formulas": "chapters/essay/foundations",
    "heaviest chapter": "chapters/paper/interaction",
    "ledger": "chapters/audit/scorecard",
    "search": "search",
}
TIMES = 3
LINE = {"offline": False, "latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6}
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}

# A reader in a hurry: straight to the first chart; the page notes when it is drawn.
HURRY = """
addEventListener("DOMContentLoaded", () => {
  const chart = document.querySelector(".vega-figure");
  if (!chart) return;
  for (let fold = chart.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
  chart.scrollIntoView();
  new MutationObserver(() => { window.firstChart ??= performance.now(); })
    .observe(chart, { attributes: true, attributeFilter: ["data-drawn"] });
});
"""


class Compressing(SimpleHTTPRequestHandler):
    """A file server that compresses text, as any site does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send one file."""
        path = Path(self.translate_path(self.path))
        body = path.read_bytes() if path.is_file() else b""
        self.send_response(200 if path.is_file() else 404)
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


@contextmanager
def served(pages: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(pages)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def browser() -> Iterator[Chrome]:
    """Give a fresh headless Chromium on a slow line."""
    options = ChromeOptions()
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    options.binary_location = shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as profile:
        for flag in ("headless=new", "no-sandbox", "disable-gpu", "window-size=1366,900"):
            options.add_argument(f"--{flag}")
        options.add_argument(f"--user-data-dir={profile}")
        driver = shutil.which("chromedriver")
        chrome = Chrome(options=options, service=Service(driver) if driver else None)
        chrome.execute_cdp_cmd("Network.enable", {})
        chrome.execute_cdp_cmd("Network.emulateNetworkConditions", LINE)
        yield chrome
        chrome.quit()


def visit(chrome: Chrome, address: str) -> float | None:
    """Read a page to its end and return when its first chart was drawn."""
    chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HURRY})
    chrome.get(address)
    figures = chrome.find_elements("css selector", ".vega-figure")
    wait = WebDriverWait(chrome, 120, 0.05)
    if figures:  # a still picture until a reader is near
        chrome.execute_script("arguments[0].wake()", figures[0])
        wait.until(lambda page: page.execute_script("return window.firstChart"))
    chrome.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    for figure in figures:
        chrome.execute_script("arguments[0].scrollIntoView(); arguments[0].wake()", figure)
        wait.until(lambda _, f=figure: f.get_attribute("data-drawn"))
    time: float | None = chrome.execute_script("return window.firstChart")
    return time


def traffic(chrome: Chrome) -> dict[str, int]:
    """Return the bytes of each address asked for, as they came over the line."""
    addresses, sizes = {}, {}
    for row in chrome.get_log("performance"):
        message = json.loads(row["message"])["message"]
        params = message["params"]
        if message["method"] == "Network.requestWillBeSent":
            addresses[params["requestId"]] = params["request"]["url"]
        if message["method"] == "Network.loadingFinished":
            sizes[params["requestId"]] = int(params["encodedDataLength"])
    return {url: sizes.get(name, 0) for name, url in addresses.items() if url.startswith("http")}


def measure(pages: Path, home: str, name: str) -> tuple[int, int, float, float | None]:
    """Return requests, requests that leave the site, kilobytes, and the time of the first chart."""
    times = []
    for _ in range(TIMES):
        with browser() as chrome:
            times.append(visit(chrome, f"{home}/{name}.html"))
            sent = traffic(chrome)
    outside = [url for url in sent if not url.startswith(home)]
    fonts = (pages / "_static").glob("book-han*.woff2")
    spared = [p.stat().st_size for p in fonts if not any(p.name in url for url in sent)]
    drawn = [time for time in times if time is not None]
    weight = (sum(sent.values()) + sum(spared)) / 1000
    return len(sent) + len(spared), len(outside), weight, median(drawn) if drawn else None


def main() -> None:
    """Print the table."""
    book = Path(sys.argv[1] if sys.argv[1:] else "_build")
    print(f"{'page':<22}{'requests':>9}{'outside':>9}{'kB sent':>9}{'1st chart':>11}")
    with served(book / "html") as home:
        for kind, name in KINDS.items():
            count, outside, weight, first = measure(book / "html", home, name)
            time = f"{first:,.0f} ms" if first else "-"
            print(f"{kind:<22}{count:>9}{outside:>9}{weight:>9,.0f}{time:>11}", flush=True)


if __name__ == "__main__":
    main()
