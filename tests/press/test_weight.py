"""What a reader who has nothing yet must fetch for a page: a budget, not a time."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from press.build import Book

pytestmark = pytest.mark.book

TEXT_KB, CHART_KB = 400, 900
PACKED = {".woff2"}


@cache
def sent(path: Path) -> int:
    """Return the bytes of a file as a site sends it."""
    content = path.read_bytes()
    return len(content if path.suffix in PACKED else gzip.compress(content, 6))


def fetched(page: Path, soup: BeautifulSoup) -> set[Path]:
    """Return the files of a first visit that goes to the end of the page."""
    links = [*soup.select("link[rel=stylesheet]"), *soup.select("link[rel=icon]")]
    names = [str(link["href"]) for link in links]
    names += [str(script["src"]) for script in soup.select("script[src]")]
    files = {page} | {(page.parent / name.partition("?")[0]).resolve() for name in names}
    static = next(path for path in files if path.name == "book.css").parent
    files |= {static / "book-han.woff2", *(static / "vendor").rglob("fa-solid-900.woff2")}
    if soup.select_one("math"):
        files.add(static / "book-math.woff2")
    if soup.select_one(".vega-figure"):
        files.add(static / "vega/bundle.js")
    return files


def test_no_page_is_over_its_budget(whole_book: Book, soups: dict[str, BeautifulSoup]) -> None:
    assert whole_book.html is not None
    over = {}
    for name, soup in soups.items():
        files = fetched(whole_book.html.parent / f"{name}.html", soup)
        weights = {path.name: sent(path) for path in sorted(files)}
        budget = CHART_KB if soup.select_one(".vega-figure") else TEXT_KB
        assert sum(weights.values()) > 100_000, name
        if sum(weights.values()) > 1000 * budget:
            over[name] = weights
    assert over == {}
