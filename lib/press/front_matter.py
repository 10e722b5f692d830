"""What stands before the first chapter: cover, imprint, two pages of summary, contents.

The summary is made of the front page and of the cards that open chapters: what they find in this
edition stands there, nothing else. A book without findings opens with its front page as it is.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from bs4 import Tag

from press.calls import call, inline, is_chapter, written
from press.tags import walk
from synergy import __version__
from synergy.cards import LABELS

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

    from press.edition import Edition

#: Findings that the cover shows.
_ON_COVER = 3
#: Labels of those lines of a card that the summary repeats: evidence and verdict.
_REPEATED = {*LABELS["tested"]["zh"][1:3], LABELS["modelled"]["zh"][2]}


def facts(edition: Edition, settings: Path) -> dict[str, str]:
    """Return what a book says of itself, by name; the report's author is that of `_config.yml`."""
    config = yaml.safe_load(settings.read_text(encoding="utf-8"))
    return {
        "title": edition.book_title,
        "author": "" if edition.planned else str(config["author"]),
        "imprint": "plan" if edition.planned else "report",
        "edition": edition.title,
        "banner": edition.banner,
        "version": __version__,
        "date": f"{edition.date:%Y-%m-%d}",
        "fingerprint": edition.data_fingerprint,
        "measured": edition.measured,
    }


def open_book(soup: BeautifulSoup, article: Tag, told: Mapping[str, str], rows: Path) -> None:
    """Put cover, imprint, summary and contents in the place of the front page.

    Parameters
    ----------
    article : Tag
        The page with its chapters marked; figures and wrappers are still there.
    told : mapping
        As `facts` returns it.
    rows : Path
        The lines of the imprint (``imprint.toml``).
    """
    front = article.find("section")
    if not isinstance(front, Tag):
        return
    cover = soup.new_tag("div")
    for node in list(front.children):
        if not (isinstance(node, Tag) and "toctree-wrapper" in (node.get("class") or ())):
            cover.append(node.extract())
    findings = cover.select(".finding")
    opening = [_cover(soup, cover, told), _imprint(soup, told, rows)]
    if findings:
        opening += [_summary(soup, cover, findings), _overview(soup, article)]
    opening.append(call(soup, written("contents", made_up=told["imprint"] == "report")))
    for block in reversed(opening if findings else [*opening, cover]):
        front.insert(0, block)


def _cover(soup: BeautifulSoup, front: Tag, told: Mapping[str, str]) -> Tag:
    lead, figure = front.select_one(".lead"), front.find("figure", id=True)
    image = figure.find("img") if isinstance(figure, Tag) else None
    head = written(
        "cover",
        title=told["title"],
        lead=lead.get_text().strip() if lead else "",
        foot="{version} 版　{date}　{edition}　数据指纹 {fingerprint}".format(**told),
        file=str(image["src"]) if isinstance(image, Tag) else "",
        alt=str(image.get("alt", "")) if isinstance(image, Tag) else "",
        narrow=isinstance(image, Tag) and image.has_attr("data-half"),
        target=str(figure["id"]) if isinstance(figure, Tag) else None,
        measured=_caption(figure),
    )
    if isinstance(figure, Tag):
        figure.extract()
    on_cover = front.select(".finding")[:_ON_COVER]
    return call(soup, head, *([_finding(soup, finding, short=True)] for finding in on_cover))


def _caption(figure: object) -> str:
    title = figure.select_one(".caption-text > strong") if isinstance(figure, Tag) else None
    return title.get_text().strip() if title else ""


def _imprint(soup: BeautifulSoup, told: Mapping[str, str], rows: Path) -> Tag:
    lines = tomllib.loads(rows.read_text(encoding="utf-8"))[told["imprint"]]
    cells = [cell for label, text in lines for cell in (label, text.format(**told))]
    return call(soup, written("imprint"), *cells)


def _summary(soup: BeautifulSoup, front: Tag, findings: list[Tag]) -> Tag:
    """The first page: statement, what the book is, the findings."""
    lead, about = front.select_one(".lead"), front.find("p", recursive=False)
    limits = front.select("li:not(.doors li)")
    contents: list[list[PageElement]] = [
        list(lead.contents) if lead else [],
        list(about.contents) if isinstance(about, Tag) else [],
        list(limits[-1].contents) if limits else [],
    ]
    boxes = [[_finding(soup, finding)] for finding in findings]
    return call(soup, written("summary"), *contents, *boxes)


def _finding(soup: BeautifulSoup, finding: Tag, *, short: bool = False) -> Tag:
    """Number and unit, what it says, what limits it, where it is from; on the cover the first."""
    kicker, large = finding.select_one(".kicker"), finding.select_one(".big")
    unit = large.find("small") if large else None
    words = large.get_text().strip() if large else ""
    behind = unit.get_text().strip() if isinstance(unit, Tag) else ""
    head = written(
        "finding",
        kicker=kicker.get_text().strip() if kicker else "",
        number=words.removesuffix(behind).replace("→", " → ").strip(),
        unit=behind,
        short=short,
    )
    if short:
        return call(soup, head)
    paragraphs = [p for p in finding.find_all("p") if _speaks(p)]
    caveat, where = finding.select_one(".caveat"), paragraphs[-1:]
    said = [p for p in paragraphs[:-1] if caveat is None or caveat not in p.descendants]
    contents = [
        [node for p in said for node in list(p.contents)],
        list(caveat.contents) if caveat else [],
        [node for p in where for node in list(p.contents)],
    ]
    return call(soup, head, *contents)


def _speaks(paragraph: Tag) -> bool:
    """Whether a paragraph of a finding is neither its heading nor its number."""
    return not paragraph.select_one(".kicker") and "big" not in (paragraph.get("class") or ())


def _overview(soup: BeautifulSoup, article: Tag) -> Tag:
    """The second page: what each chapter finds, from the card that opens it."""
    cells: list[list[PageElement]] = []
    for title, anchor, card in _cards(article):
        link = soup.new_tag("span")
        link.append(inline(soup, written("see", anchor), list(copy.copy(title).contents)))
        lines = [
            node
            for label, line in zip(card.select("dt"), card.select("dd"), strict=False)
            if label.get_text().strip() in _REPEATED
            for node in _words(line)
        ]
        cells += [[link], lines]
    return call(soup, written("overview"), *cells)


def _cards(article: Tag) -> Iterator[tuple[Tag, str, Tag]]:
    """Yield title, anchor and card of each chapter that has a card of its own at its start."""
    chapter: Tag | None = None
    for tag in [tag for tag in walk(article) if is_chapter(tag) or _is_card(tag)]:
        if _is_card(tag):
            title = chapter.find("div") if chapter is not None else None
            if chapter is not None and isinstance(title, Tag) and chapter["data-anchor"]:
                yield title, str(chapter["data-anchor"]), tag
            chapter = None  # of what follows, none opens it
        else:
            chapter = tag


def _is_card(tag: Tag) -> bool:
    return "claim-card" in (tag.get("class") or ())


def _words(line: Tag) -> list[PageElement]:
    """A copy of what a line of a card says, without anchors."""
    twin = copy.copy(line)
    for node in twin.find_all(id=True):
        del node["id"]
    return [node for p in twin.find_all("p") or [twin] for node in list(p.contents)]
