"""Sphinx's single page reduced to what goes on paper, as HTML that pandoc turns into Typst.

What a reader of paper cannot use leaves; what is set by a function of `book/print` is marked for
it (`press.calls`); chapters rise to the first level; links that lead nowhere are words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from press.calls import Value, call, head_of, inline, is_call, marked, written
from press.digest import digest
from press.draw import drawer, on_paper
from press.exhibits import mark_cards, mark_figures, mark_folds, mark_tables
from press.fitted import COLUMN, HALF, POINTS
from press.paper import of_place, settle
from press.tags import Index, walk
from press.terms import GLOSSARY_PAGE

# Interface and folded code: what a page on paper cannot use. Code that is open on screen stays.
_SCREEN_NAMES = ("script", "style")
_SCREEN_CLASSES = (
    *("screen-only", "headerlink", "data-banner", "code-link", "tag_remove-cell", "copybtn"),
    *("claim-sign", "figure-english", "vega-still"),
)

# Names of places among what a call is given.
_TARGET = re.compile(r'"((?:d\d+-|document-)[^"]+)"')

#: Documents about what only the pages can do.
ABOUT_PAGES = ("book/guide",)

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def printable(
    page: str,
    folder: Path,
    paper: Path,
    cache: Path,
    place: tuple[str, str],
    parts: Sequence[str] = (),
    *changed: Callable[[BeautifulSoup, Tag], None],
) -> tuple[str, list[str]]:
    """Reduce a single-page book to what goes on paper; return it with the heads of its calls.

    Parameters
    ----------
    page : str
        The page as HTML.
    folder, paper, cache : Path
        Of its pictures; where those and its charts go; where drawn charts are kept.
    place : (str, str)
        Code and name of the place whose texts it shows.
    parts : sequence of str
        What the parts of the book are called.
    *changed
        What a book changes further, once its chapters are marked.
    """
    soup = BeautifulSoup(of_place(page, place[0]), "html.parser")
    settle(soup, *place)
    article = soup.select_one("article.bd-article") or soup
    _draw_figures(soup, article, paper, cache)
    _leave_screens(article)
    tags = Index(article)
    _raise_chapters(tags)
    _number_equations(soup, tags)
    _anchor_terms(soup, tags)
    resolve_links(article)
    _part_numbers(tags)
    _copy_images(tags, folder, paper)
    _mark_chapters(soup, tags, parts)
    for change in changed:
        change(soup, article)
    tags = Index(article)
    mark_folds(soup, tags)
    mark_figures(soup, tags)
    mark_tables(soup, tags)
    mark_cards(soup, tags)
    _hang_references(soup, tags)
    _set_glossary(soup, tags)
    tags = Index(article)
    _unlink(tags)
    _flatten(tags)
    _name_places(soup, tags)
    _point_to_pages(soup, tags)
    return marked(soup, article)


def _is(tag: Tag, kind: str) -> bool:
    return kind in (tag.get("class") or ())


def _draw_figures(soup: BeautifulSoup, article: Tag, paper: Path, cache: Path) -> None:
    figures = article.find_all("div", class_="vega-figure")
    draw = drawer(cache)
    for figure in figures:
        spec, width = on_paper(json.loads((figure.script and figure.script.string) or "{}"))
        svg = draw(spec, width)
        name = f"{digest([svg])[:16]}.svg"  # the height of what shows it is kept by its text
        (paper / name).write_text(svg, encoding="utf-8")
        image = soup.new_tag("img", attrs={"src": name, "alt": str(figure.get("aria-label", ""))})
        image["data-width"] = f"{_pixels(svg) * POINTS:.1f}"
        if width == HALF:
            image["data-half"] = "1"
        figure.replace_with(image)


def _pixels(svg: str) -> float:
    """Width of a drawing, at most that of the column."""
    wide = re.search(r'<svg[^>]*\bwidth="([\d.]+)"', svg)
    return min(float(wide[1]) if wide else COLUMN, COLUMN)


def _copy_images(tags: Index, folder: Path, paper: Path) -> None:
    for image in tags.named("img"):
        source = folder / str(image["src"])
        if source.is_file():
            (paper / source.name).write_bytes(source.read_bytes())
            image["src"] = source.name


def _leave_screens(article: Tag) -> None:
    """Take out what only a screen can use, and the documents that speak of the pages alone."""
    tags = Index(article)
    folded = (tag for tag in tags.named("details") if _is(tag, "hide"))
    for tag in [*tags.named(*_SCREEN_NAMES), *tags.classed(*_SCREEN_CLASSES), *folded]:
        if not tag.decomposed:
            tag.decompose()
    for name in ABOUT_PAGES:
        anchor = article.find("span", id=f"document-{name}")
        chapter = anchor.find_next_sibling("section") if anchor else None
        for part in (anchor, chapter):
            if part is not None:
                part.decompose()


def _raise_chapters(tags: Index) -> None:
    """Make each chapter a first-level heading: on the single page all hang below the cover."""
    below = [tag for tag in tags.named("div") if _is(tag, "toctree-wrapper")]
    for heading in [node for part in below for node in part.find_all(_HEADINGS[1:])]:
        heading.name = f"h{int(heading.name[1]) - 1}"


def _mark_chapters(soup: BeautifulSoup, tags: Index, parts: Sequence[str]) -> None:
    """Make each chapter's title a call that knows number, part, and what leads to it."""
    names = chain(parts, repeat(""))
    for part, wrapper in zip(names, tags.classed("toctree-wrapper"), strict=False):
        opens = True
        for chapter in wrapper.find_all("section", recursive=False):
            title = chapter.find("h1")
            if isinstance(title, Tag):
                _mark_chapter(soup, chapter, title, part, opens)
                opens = False


def _mark_chapter(soup: BeautifulSoup, chapter: Tag, title: Tag, part: str, opens: bool) -> None:
    anchor = chapter.find_previous_sibling("span")
    targets = tuple(str(tag["id"]) for tag in (anchor, chapter) if tag and tag.get("id"))
    del chapter["id"]
    if anchor:
        anchor.decompose()
    number = title.select_one(".section-number")
    label = number.extract().get_text().strip().rstrip("　") if number else ""
    sections = tuple(
        (heading.get_text().strip(), str(heading.parent["id"]))
        for heading in chapter.find_all("h2")
        if heading.parent is not None and heading.parent.get("id")
    )
    known: dict[str, Value] = {"number": label, "part": part, "opens": opens}
    head = written("chapter", **known, targets=targets, sections=sections)
    block = call(soup, head, list(title.contents))
    block["data-anchor"] = targets[0] if targets else ""
    title.replace_with(block)


def _part_numbers(tags: Index) -> None:
    """Part the number of a heading from its words by a blank as wide as a letter."""
    for number in tags.named("span"):
        if _is(number, "section-number"):
            number.string = f"{number.get_text().strip().rstrip('.')}　"


def _flatten(tags: Index) -> None:
    """Take away wrappers: Typst breaks pages outside of containers only.

    A section's anchor goes to its heading; a block stays when a link leads to it.
    """
    targets = {str(link.get("href", ""))[1:] for link in tags.named("a")}
    targets.update(_named(tags))
    for section in tags.named("section"):
        heading = section.find(_HEADINGS)
        if heading is not None and section.get("id"):
            heading["id"] = section["id"]
            del section["id"]
    for node in tags.all():
        if node.get("id") not in targets:
            del node["id"]
    for wrapper in tags.named("section", "details", "div"):
        if wrapper.name == "section" or not (wrapper.get("id") or is_call(wrapper)):
            wrapper.unwrap()


def _number_equations(soup: BeautifulSoup, tags: Index) -> None:
    """Set a formula's number at the margin."""
    for number in [tag for tag in tags.named("span") if _is(tag, "eqno")]:
        formula = number.parent
        label = number.get_text().strip()
        number.decompose()
        if formula is not None:
            inner = soup.new_tag("div")
            inner.extend(list(formula.contents))
            formula.append(call(soup, written("numbered", f"（{label.strip('()')}）"), [inner]))


def _unlink(tags: Index) -> None:
    """Make words of links to what left with the front page."""
    known = {str(tag["id"]) for tag in tags.all() if tag.get("id")} | _named(tags)
    for link in tags.named("a"):
        target = str(link.get("href", ""))
        if target.startswith("#") and target[1:] not in known:
            link.unwrap()


def _named(tags: Index) -> set[str]:
    """Names of places that calls are given."""
    return {name for tag in tags.named("div") for name in _TARGET.findall(head_of(tag))}


def _name_places(soup: BeautifulSoup, tags: Index) -> None:
    """Give an anchor without words a place of its own: its name would go to what stands before."""
    for anchor in [tag for tag in tags.named("span", "div") if tag.get("id")]:
        if not anchor.contents:
            anchor.replace_with(call(soup, written("anchor", str(anchor["id"]))))


def _point_to_pages(soup: BeautifulSoup, tags: Index) -> None:
    """Let a reference to a chapter, section, figure or table say its page."""
    for link in tags.named("a"):
        target = str(link.get("href", ""))
        if target.startswith("#") and link.select_one(".doc, .std-ref, .std-numref"):
            link.replace_with(inline(soup, written("see", target[1:]), list(link.contents)))


def _hang_references(soup: BeautifulSoup, tags: Index) -> None:
    """Set each work of the list of references by itself, without a bullet."""
    for works in tags.classed("works"):
        for item in works.find_all("li", recursive=False):
            listed = soup.new_tag("ul")
            works.insert_before(call(soup, written("work"), [listed]))
            listed.append(item.extract())
        works.decompose()


def _set_glossary(soup: BeautifulSoup, tags: Index) -> None:
    """Set the terms in two columns, below what the page says first."""
    name = f"document-{GLOSSARY_PAGE}"
    title = next((tag for tag in tags.named("div") if tag.get("data-anchor") == name), None)
    if title is not None and title.parent is not None:
        for entry in list(title.parent.find_all(True, recursive=False))[2:3]:
            following = entry.find_next_siblings(True)
            mark = soup.new_tag("span")
            entry.insert_before(mark)
            entries = [each.extract() for each in (entry, *following)]
            mark.replace_with(call(soup, written("register"), entries))


def _anchor_terms(soup: BeautifulSoup, tags: Index) -> None:
    """Give a term's anchor to a span inside it: pandoc drops those of definition lists."""
    for term in [tag for tag in tags.named("dt") if tag.get("id")]:
        anchor = soup.new_tag("span", id=str(term["id"]))
        anchor.extend(list(term.contents))
        term.append(anchor)
        del term["id"]


def resolve_links(article: Tag) -> None:
    """Make anchors unique across chapters and drop links that lead nowhere on paper.

    Sphinx numbers anchors (`id1`) in each document afresh, so the single page repeats them.
    A link is looked up in its own document first, then in the one that it names, then anywhere;
    a citation among the works alone.
    """
    owner, tags = _number_anchors(article), Index(article)
    anchors = {str(tag["id"]) for tag in tags.all() if tag.get("id")}
    lists = tags.classed("works")
    works = {str(tag["id"]) for listed in lists for tag in walk(listed) if tag.get("id")}
    for link in [tag for tag in tags.named("a") if tag.get("href")]:
        page, _, anchor = str(link["href"]).partition("#")
        if re.match(r"[a-z]+:", page):
            continue
        known = works if works and link.find_parent(class_="bibtex-citation") else anchors
        candidates = [
            anchor,
            f"{owner(link)}-{anchor}",
            *sorted(a for a in known if a.endswith(f"-{anchor}")),
        ]
        target = next((name for name in candidates if anchor and name in known), None)
        if target:
            link["href"] = f"#{target}"
        else:
            link.unwrap()


def _number_anchors(article: Tag) -> Callable[[Tag], str]:
    """Prefix every anchor with its document's number and return how to find that number."""
    owners: dict[int, str] = {}
    number = 0
    for node in walk(article):
        starts = node.name == "span" and str(node.get("id", "")).startswith("document-")
        number += starts
        owners[id(node)] = f"d{number}"
        if node.get("id") and not starts:
            node["id"] = f"d{number}-{node['id']}"
    return lambda node: owners[id(node)]
