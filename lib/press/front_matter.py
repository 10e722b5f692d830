"""What stands before the first chapter: cover, imprint, two pages of summary, contents.

The summary is made of the front page and of the cards that open chapters: whatever they find in this
edition stands there, nothing else. A book without findings opens with its front page as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from bs4 import Tag

from press.calls import call, written
from synergy import __version__

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

    from press.edition import Edition

#: Findings that the cover shows.
_ON_COVER = 3
#: Labels of a card's lines that the summary repeats, by how much they say.
_REPEATED = ("证据", "现有数据站在哪边")


def facts(edition: Edition, settings: Path) -> dict[str, str]:
    """What a book says of itself, by name; title and author are those of `_config.yml`."""
    config = yaml.safe_load(settings.read_text(encoding="utf-8"))
    return {
        "title": str(config["title"]),
        "author": str(config["author"]),
        "edition": edition.title,
        "banner": edition.banner,
        "version": __version__,
        "date": f"{edition.date:%Y-%m-%d}",
        "fingerprint": edition.data_fingerprint,
        "years": str(edition.parameters["years"] or "全部"),
        "alpha": f"{edition.parameters['alpha']:g}",
    }


def open_book(soup: BeautifulSoup, article: Tag, told: Mapping[str, str], rows: Path) -> None:
    """Put cover, imprint, summary and contents in the place of the front page.

    Parameters
    ----------
    article : Tag
        The page, chapters and exhibits marked, its wrappers still there.
    told : mapping
        As `facts` returns it.
    rows : Path
        The lines of the imprint (`book/print/imprint.toml`).
    """
    front = article.find("section")
    if not isinstance(front, Tag):
        return
    held = [node for node in front.children if not (isinstance(node, Tag) and _is_chapters(node))]
    findings = front.select(".finding")
    opening = [_cover(soup, front, findings, told), _imprint(soup, told, rows)]
    if findings:
        opening.append(_summary(soup, front, findings))
        opening.append(_chapters(soup, article))
        for node in held:
            node.extract()
    front.insert(0, call(soup, written("contents")))
    for block in reversed(opening):
        front.insert(0, block)


def _is_chapters(node: Tag) -> bool:
    return node.name == "div" and "toctree-wrapper" in (node.get("class") or ())


def _cover(
    soup: BeautifulSoup, front: Tag, findings: list[Tag], told: Mapping[str, str]
) -> Tag:
    picture = front.find(attrs={"data-typst": lambda text: bool(text) and text.startswith("exhibit(")})
    lead = front.select_one(".lead")
    head = written(
        "cover",
        title=told["title"],
        subtitle=lead.get_text().strip() if lead else "",
        line_below="{version} 版　{date}　{edition}　数据指纹 {fingerprint}".format(**told),
    )
    numbers = [_number_and_words(soup, finding) for finding in findings[:_ON_COVER]]
    contents: list[list[PageElement]] = [[picture.extract()] if isinstance(picture, Tag) and findings else []]
    return call(soup, head, *contents, *numbers)
