"""What chapters share and a printed book holds once: the parameters, and lists of its exhibits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from press.calls import call, head_of, inline, is_chapter, written
from press.tags import walk

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

#: Heading of the first column of a table of parameters.
_SYMBOL = "符号"
PARAMETERS, EXHIBITS = "参数表", "图表目录"


def append(soup: BeautifulSoup, article: Tag, part: str, *, opens: bool = True) -> None:
    """Put the appendices before the first chapter of a part, or at the end of the book.

    Parameters
    ----------
    article : Tag
        The page, its chapters marked.
    part : str
        The part of the book that holds them.
    opens : bool
        Whether the first of them opens a page: nothing else will stand before it in its part.
    """
    mark = soup.new_tag("span")
    place = next(chapters_of(article, part), None)
    if place is None:
        article.append(mark)
    else:
        place.insert_before(mark)
    entries = _gathered(soup, article)
    for title, blocks in ((PARAMETERS, entries), (EXHIBITS, _listings(soup))):
        if blocks:
            head = written(
                "chapter", part=part, opens=opens and title == PARAMETERS, targets=(_anchor(title),)
            )
            mark.insert_before(call(soup, head, title), *blocks)
    mark.decompose()


def _anchor(title: str) -> str:
    return f"document-{title}"


def chapters_of(article: Tag, part: str) -> Iterator[Tag]:
    """Yield the heads of the chapters of a part, in order."""
    named = f'part: "{part}"'
    yield from (tag for tag in walk(article) if is_chapter(tag) and named in head_of(tag))


def _listings(soup: BeautifulSoup) -> list[Tag]:
    return [call(soup, written("listing", kind)) for kind in ("图", "表")]


def _gathered(soup: BeautifulSoup, article: Tag) -> list[Tag]:
    """Take the tables of parameters out of the chapters; return their rows, each once, as entries.

    In its place each leaves a line that says where it went.
    """
    rows: dict[str, tuple[Tag, list[str]]] = {}
    words: dict[str, Tag] = {}
    for fold in article.find_all("details"):
        table = fold.find("table")
        heading = table.find("th") if table else None
        if table is None or heading is None or heading.get_text().strip() != _SYMBOL:
            continue
        number = fold.find(class_="caption-number")
        label = number.get_text().strip() if number else ""
        for row in table.find_all("tr")[1:]:
            rows.setdefault(row.get_text(), (row, []))[1].append(label)
        words |= {p.get_text(): p for p in fold.find_all("p") if not p.find_parent("figure")}
        fold.replace_with(_pointer(soup, fold, label))
    entries = [[_entry(soup, row, labels)] for row, labels in rows.values()]
    return [*words.values(), call(soup, written("parameters"), *entries)] if entries else []


def _pointer(soup: BeautifulSoup, fold: Tag, label: str) -> Tag:
    figure = fold.find("figure", id=True)
    link = inline(soup, written("see", _anchor(PARAMETERS)), [soup.new_string(PARAMETERS)])
    words: list[PageElement] = [soup.new_string(f"{label}　见附录" if label else "见附录"), link]
    return call(soup, written("elsewhere", str(figure["id"]) if figure else None), words)


def _entry(soup: BeautifulSoup, row: Tag, labels: list[str]) -> Tag:
    """A parameter: symbol, what it is, its value, what kind it is and where it is from."""
    cells = [list(cell.contents) for cell in row.find_all(["th", "td"])]
    tables = (label.removeprefix("表").strip() for label in labels if label)
    numbers = "、".join(dict.fromkeys(tables))
    return call(soup, written("parameter", numbers), *cells)
