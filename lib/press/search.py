"""The search of the book, as a Sphinx extension: one index that a page from a folder can load.

The index holds the text itself, section by section, and what readers may say instead: synonyms,
abbreviations, English and pinyin of terms, places and indicators. `book/look/search.js` cuts
question and text alike, into pairs of Chinese characters, ranks by where a word stands, and shows
it in its sentence. Sphinx makes no index of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from press.digest import digest
from press.language import SUMMARY_PAGE
from press.places import ENTRANCE
from press.regions import FOLDER, code_of
from press.stage import page_of
from press.terms import GLOSSARY_PAGE
from synergy.glossary import terms

if TYPE_CHECKING:
    from sphinx.application import Sphinx

INDEX = "search-index.js"

#: What is no text of the page: what others see, programs, marks, formulas, the tables of contents.
_SKIPPED = (nodes.comment, nodes.raw, nodes.literal_block, nodes.math, nodes.math_block)
_SIGNS = {"claim-sign", "headerlink", "row-ids"}

#: Pages that hold a little of everything tell less: the summary, those of places, the glossary.
_WEIGHTS = {SUMMARY_PAGE: 0.4, GLOSSARY_PAGE: 0.7, "book/references": 0.5}
_OF_PLACES = 0.3


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the index beside the pages."""
    if exception is None and app.builder.name == "html":
        told = {"pages": [*_pages(app)], "words": _words(app)}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        Path(app.outdir, INDEX).write_text(f"bookSearch.take({text});\n", encoding="utf-8")


def _pages(app: Sphinx) -> Iterator[dict[str, Any]]:
    """Yield the pages in reading order: address, title, weight, sections."""
    told = _told(app)
    for name in _in_order(app):
        weight = _OF_PLACES if code_of(name) else _WEIGHTS.get(name, 1.0)
        yield {
            "at": app.builder.get_target_uri(name),
            "title": app.env.titles[name].astext(),
            "weight": weight,
            "parts": told[name],
        }


def _told(app: Sphinx) -> dict[str, list[list[str]]]:
    """Sections of each page; of those that were not read again as they were noted."""
    note = Path(app.doctreedir, "search.json")
    known = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    told = {}
    for name in app.env.found_docs:
        key = digest([Path(app.doctreedir, f"{name}.doctree").read_bytes()])
        before, parts = known.get(name, ("", []))
        told[name] = key, parts if key == before else [*sections(app.env.get_doctree(name))]
    note.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return {name: parts for name, (_, parts) in told.items()}


def _in_order(app: Sphinx) -> list[str]:
    toc = [app.config.root_doc]
    for name in toc:
        toc += [child for child in app.env.toctree_includes.get(name, ()) if child not in toc]
    return [*toc, *sorted(app.env.found_docs - set(toc))]


def sections(doctree: nodes.document) -> Iterator[list[str]]:
    """Yield heading, anchor and text of each section; that of the page itself has no heading."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        outermost = isinstance(section.parent, nodes.document)
        heading = "" if outermost or title is None else _said(title)
        anchor = "" if outermost else str(section["ids"][0])
        yield [heading, anchor, _text(section)]


def _text(section: nodes.section) -> str:
    """What the section says itself, without those in it."""
    told: list[str] = []
    waiting = [child for child in section.children if not isinstance(child, nodes.title)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (nodes.section, *_SKIPPED)):
            continue
        if isinstance(node, nodes.TextElement):
            told.append(_said(node))
        else:
            waiting = [*node.children, *waiting]
    return re.sub(r"\s+", " ", " ".join(filter(None, told))).strip()


def _said(node: nodes.Element) -> str:
    """Text of a paragraph or a title without signs, formulas and what others see."""
    parts = []
    for child in node.children:
        if isinstance(child, nodes.Text):
            parts.append(child.astext())
        elif isinstance(child, nodes.Element) and not _silent(child):
            parts.append(_said(child))
    return "".join(parts).replace("\n", " ").strip("\n")


def _silent(node: nodes.Element) -> bool:
    return isinstance(node, _SKIPPED) or bool(_SIGNS & set(node.get("classes", ())))


# --- what readers say instead -----------------------------------------------------------------


def _words(app: Sphinx) -> list[dict[str, Any]]:
    """What readers say instead, noted: to read it takes longer than a page."""
    note, pages = Path(app.doctreedir, "search-words.json"), sorted(app.env.found_docs)
    if note.is_file():
        of, said = json.loads(note.read_text(encoding="utf-8"))
        if of == pages:
            return list(said)
    # A name that no page of the book deals with is of another book.
    said = [entry for entry in words(pages) if entry["page"]]
    note.write_text(json.dumps([pages, said], ensure_ascii=False), encoding="utf-8")
    return said


def words(known: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield the names of a thing, the Chinese one first, and the document that deals with it.

    Parameters
    ----------
    known : iterable of str
        Documents of the book; empty for any.
    """
    from synergy.dictionary import all_places, indicators

    pages = set(known)
    for term in terms():
        yield _entry(term.spellings, term.page, pages)
    for place in all_places():
        names = [place.name, place.label, place.name_full, place.name_en, place.slug]
        page = f"{FOLDER}{place.code}" if place.parent else ENTRANCE
        yield _entry([*names, *_heard(place.name)], page, pages)
    for row in indicators().itertuples():
        names = [str(row.name_zh), str(row.name_en), *_heard(str(row.name_zh))]
        yield _entry(names, "chapters/paper/indicators", pages)


def _entry(names: Iterable[str], page: str, pages: set[str]) -> dict[str, Any]:
    said = [*dict.fromkeys(name.casefold() for name in names if name)]
    return {"say": said, "page": page_of(page) if not pages or page in pages else ""}


def _heard(name: str) -> tuple[str, str]:
    """Pinyin of a name, whole and by first letters."""
    from pypinyin import lazy_pinyin

    parts = lazy_pinyin(name)
    return "".join(parts), "".join(part[0] for part in parts)


# --- with Sphinx ------------------------------------------------------------------------------


def leave_out_sphinx(app: Sphinx) -> None:
    """Keep Sphinx from making its own index and page."""
    app.builder.search = False  # type: ignore[attr-defined]


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the book a page to search from."""
    if app.builder.name == "html":
        yield "search", {}, "search.html"


def setup(app: Sphinx) -> None:
    """Take the search over from Sphinx."""
    app.connect("builder-inited", leave_out_sphinx)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write_index)
