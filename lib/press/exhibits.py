"""Figures, tables, cards and what pages fold away, as calls of the functions that set them.

A figure or a table is one block: number, what is found, what is measured, the thing itself, note
and source. What shows synthetic data is told apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from press.calls import Value, call, head_of, written
from press.columns import share_out_columns
from press.tags import walk

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

    from press.tags import Index

#: How words begin that speak of synthetic data, and the classes that say so.
SYNTHETIC = "合成数据"
_MADE = {"synthetic", "nature-synthetic"}

#: Lines up to which a table is not broken, and may stand beside another.
_WHOLE = 22

_HEADINGS = ("h2", "h3", "h4")


def mark_figures(soup: BeautifulSoup, tags: Index) -> None:
    """Turn charts and numbered tables into blocks between their words."""
    for figure in tags.named("figure"):
        number, title, measured = _caption(figure)
        made = _is_made(figure, title)
        known: dict[str, Value] = {"number": number, "target": _target(figure), "is_made": made}
        image, table = figure.find("img"), figure.find("table")
        if isinstance(image, Tag):
            file, alt, width = (str(image.get(key, "")) for key in ("src", "alt", "data-width"))
            half = image.has_attr("data-half")
            wide = float(width or 0)
            head = written("exhibit", **known, file=file, alt=alt, wide=wide, half=half)
            block = call(soup, head, title, measured, _note(figure))
        elif isinstance(table, Tag):
            source = _inside(figure, "table-source")
            words = source.contents if source else []
            head = written("datatable", **known, **_sizes(soup, table))
            block = call(soup, head, title, [table.extract()], words)
        else:
            continue
        figure.replace_with(block)


def mark_tables(soup: BeautifulSoup, tags: Index) -> None:
    """Set tables without a number like the others."""
    for table in tags.named("table"):
        if not any(head_of(around).startswith("datatable(") for around in table.parents):
            made, sizes = _is_made(table, []), _sizes(soup, table)
            mark = soup.new_tag("span")
            table.replace_with(mark)
            head = written("datatable", is_made=made, **sizes)
            mark.replace_with(call(soup, head, [], [table], []))


def mark_cards(soup: BeautifulSoup, tags: Index) -> None:
    """Turn the card that opens a chapter into labels and texts in turn; notes into boxes."""
    for card in tags.classed("claim-card"):
        looks = (str(name) for name in card.get("class") or () if str(name).startswith("is-"))
        cells = [list(cell.contents) for cell in card.select("dt, dd")]
        card.replace_with(call(soup, written("card", next(looks, "is-open")), *cells))
    for note in tags.classed("admonition"):
        title = note.select_one(".admonition-title")
        words = list(title.extract().contents) if title else []
        note.replace_with(call(soup, written("callout"), words, list(note.contents)))


def mark_folds(soup: BeautifulSoup, tags: Index) -> None:
    """Print what is folded on screen: its label as a heading, its texts smaller than others.

    One figure or table with a caption needs no other heading.
    """
    for fold in reversed([*tags.named("details")]):
        label = fold.find("summary")
        words = label.get_text(" ", strip=True) if isinstance(label, Tag) else ""
        if isinstance(label, Tag):
            label.extract()
        made = words.startswith(SYNTHETIC) or bool(_MADE & set(fold.get("class") or ()))
        held = fold.select_one(".sd-summary-content") or fold
        pieces: list[Tag] = []
        for node in list(held.contents):
            _sort(soup, pieces, node, made)
        if len(pieces) > 1 or not pieces or not pieces[0].select_one("figcaption"):
            head = written("fold", is_made=made)
            fold.insert_before(call(soup, head, re.sub(r"\s+", " ", words)))
        fold.insert_before(*pieces)
        fold.decompose()


def _sort(soup: BeautifulSoup, pieces: list[Tag], node: PageElement, made: bool) -> None:
    """Put a node of a fold behind the others: texts together, what is set by itself alone."""
    if isinstance(node, Tag) and (_alone(node) or node.select_one("figure, table")):
        if made:
            for shown in [node, *node.select("figure, table")]:
                shown["data-made"] = "1"
        pieces.append(node.extract())
    elif str(node).strip():
        if not pieces or not head_of(pieces[-1]).startswith("aside("):
            pieces.append(call(soup, written("aside", is_made=made), []))
        inner = pieces[-1].find("div")
        assert isinstance(inner, Tag)
        inner.append(node.extract())


def _alone(node: Tag) -> bool:
    return node.name in {"figure", "table", *_HEADINGS} or bool(head_of(node))


def _caption(figure: Tag) -> tuple[str, list[PageElement], list[PageElement]]:
    """Number with the kind of data, title, and what is measured."""
    named = ("caption-number", "caption-text", "figure-nature")
    number, text, nature = (_inside(figure, name) for name in named)
    parts = [part.get_text().strip() for part in (number, nature) if part]
    title, measured = split_caption(list(text.contents) if text else [])
    return "　".join(parts), title, measured


def split_caption(nodes: list[PageElement]) -> tuple[list[PageElement], list[PageElement]]:
    """Part a caption into title and measure: what is bold at its start, else its first sentence."""
    nodes = [node for node in nodes if str(node).strip()]
    if nodes and isinstance(nodes[0], Tag) and nodes[0].name == "strong":
        return list(nodes[0].contents), nodes[1:]
    for place, node in enumerate(nodes):
        if isinstance(node, NavigableString) and "。" in node:
            head, _, rest = str(node).partition("。")
            after: list[PageElement] = [NavigableString(rest)] if rest.strip() else []
            return [*nodes[:place], NavigableString(head)], [*after, *nodes[place + 1 :]]
    return nodes, []


def _note(figure: Tag) -> list[PageElement]:
    note = _inside(figure, "figure-note")
    if note is None:
        return []
    nature = _inside(note, "figure-nature")
    return [node for p in note.find_all("p") if p is not nature for node in list(p.contents)]


def _inside(tag: Tag, name: str) -> Tag | None:
    """The first below a tag that has a class; found sooner than by a selector."""
    return next((t for t in walk(tag) if name in (t.get("class") or ())), None)


def _is_made(tag: Tag, title: list[PageElement]) -> bool:
    """Whether a figure or table shows synthetic data."""
    words = "".join(node.get_text() for node in title)
    if words.startswith(SYNTHETIC) or _inside(tag, "nature-synthetic"):
        return True
    around = [tag, *tag.parents]
    return any(t.has_attr("data-made") or _MADE & set(t.get("class") or ()) for t in around)


def _sizes(soup: BeautifulSoup, table: Tag) -> dict[str, Value]:
    lines, half = share_out_columns(soup, table)
    long = round(lines) > _WHOLE
    return {"long": long, "half": half and not long}


def _target(tag: Tag) -> str | None:
    return str(tag["id"]) if tag.get("id") else None
