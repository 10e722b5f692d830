"""The session plans in print: what their pages show, set as one document for the teacher."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

from press.calls import literal, unmarked
from press.printable import printable
from press.typesetting import as_typst, bring_look, compiled

if TYPE_CHECKING:
    from press.edition import Edition

# What only a page has.
_ON_SCREEN = ".headerlink, .screen-only, .data-banner, .english-card"


def set_plans(
    pages: Mapping[str, Path], edition: Edition, look: Path, workshop: Path, cache: Path
) -> Path:
    """Set finished pages of plans, one after another.

    Parameters
    ----------
    pages : mapping of str to Path
        HTML by what the session is called, in order.
    edition : Edition
        What the pages are of.
    look : Path
        Folder ``book/print``.
    workshop, cache : Path
        An empty folder where Typst works, and where drawn charts are kept.

    Returns
    -------
    Path
        The PDF, in the workshop.

    Raises
    ------
    ChartError, PdfError
        With the message of Vega, pandoc or Typst.
    """
    bring_look(look, workshop)
    every = pages.values()
    articles = "".join(_article(page.read_text(encoding="utf-8")) for page in every)
    whole = f'<article class="bd-article">{articles}</article>'
    place = edition.code, str(edition.parameters["region"])
    html, heads = printable(whole, workshop, workshop, cache, place)
    body = "".join(text for _, text in unmarked(as_typst(html), heads))
    document = workshop / "plans.typ"
    title = f"{'、'.join(pages)}的教案"
    document.write_text(f"{_opened(edition, title)}\n{body}", encoding="utf-8")
    return compiled(document, workshop / "plans.pdf", edition.date)


def _article(page: str) -> str:
    """What a page says, without what only pages have."""
    soup = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("article"))
    for tag in soup.select(_ON_SCREEN):
        tag.decompose()
    return "".join(article.decode_contents() for article in soup.select("article"))


def _opened(edition: Edition, title: str) -> str:
    told = {"title": title, "banner": edition.banner, "particulars": edition.particulars}
    given = ", ".join(f"{name}: {literal(text)}" for name, text in told.items())
    return f'#import "plan-look.typ": *\n#show: plans.with({given})'
