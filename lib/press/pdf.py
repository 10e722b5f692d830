"""The PDF: Sphinx's single page through pandoc to Typst. No LaTeX, no browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from press.draw import drawer
from press.fonts import FONT_FAMILY, fonts_directory
from press.kept import remembered
from press.paper import settle
from press.site import build_site
from press.stage import documents

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from press.desk import Desk
    from press.edition import Edition

# Interface and folded code: what a page on paper cannot use. Code that is open on screen stays.
_SCREEN_ONLY = (
    ".headerlink, .data-banner, .code-link, details.hide, .tag_remove-cell, script, style,"
    " .screen-only, .copybtn, sup:has(> .claim-mark)"
)

SINGLE_PAGE = "page.html"

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]

# Stands between chapters that pandoc has at once, and for all of them in the frame around them.
_EDGE = "⁂章与章之间⁂"

# Characters of table text that fit on one line of the page.
_LINE = 55


class PdfError(RuntimeError):
    """pandoc or Typst refused the document."""

    exit_code = 1


def build_pdf(
    edition: Edition, at: Desk, workshop: Path, cache: Path, beside: Executor
) -> tuple[Path, Future[Path]]:
    """Prepare the book on a desk for paper, and let it be typeset meanwhile.

    Returns
    -------
    tuple of Path and Future
        The single page that it is from, and `workshop/book.pdf` when it is there.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst; from the future too.
    """
    single = build_site(at, builder="singlehtml", config=edition.sphinx_config())
    page = single / f"{documents(at.source / '_toc.yml')[0]}.html"
    template = at.source / "book" / "print" / "book.typ"
    return page, beside.submit(prepared(page, single, edition, template, workshop, cache))


def prepared(
    page: Path, folder: Path, edition: Edition, template: Path, workshop: Path, cache: Path
) -> Callable[[], Path]:
    """Prepare a single page with the texts of the edition's place; return how to typeset it.

    Typesetting leaves Python to others: pandoc is another process, Typst needs no lock.

    Parameters
    ----------
    page, folder : Path
        The page, which may hold the texts of other places, and the folder of its pictures.
    edition : Edition
        What it is set for.
    template : Path
        For Typst.
    workshop, cache : Path
        Where to work, for `workshop/book.pdf` too, and where drawn charts are kept.

    Raises
    ------
    PdfError
        A chart cannot be drawn; later with the message of pandoc or Typst.
    """
    paper = workshop / "paper"
    paper.mkdir()
    place = edition.code, edition.parameters["region"]
    body = printable(page.read_text(encoding="utf-8"), folder, paper, cache, place)
    metadata = {
        "title": edition.book_title,
        "edition": edition.title,
        "banner": edition.banner,
        "imprint": edition.imprint,
        "mainfont": FONT_FAMILY,
    }
    output = workshop / "book.pdf"
    return partial(typeset, body, metadata, template, output, paper, cache, edition.date)


def keep_single(page: Path, folder: Path, kept: Path | None) -> None:
    """Keep a single page with its pictures in a folder, if one is given."""
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        if (folder / "_images").is_dir():
            shutil.copytree(folder / "_images", kept / "_images")
        shutil.copyfile(page, kept / SINGLE_PAGE)


def printable(page: str, folder: Path, paper: Path, cache: Path, place: tuple[str, str]) -> str:
    """Reduce a single-page book, at a place by code and name, to what goes on paper.

    Charts go to files in `paper`.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    settle(soup, *place)
    article = soup.select_one("article.bd-article") or soup
    _draw_figures(soup, article, paper, cache)
    for node in article.select(_SCREEN_ONLY):
        node.decompose()
    tags = Index(article)
    _unfold(soup, tags)
    _raise_chapters(tags)
    _join_references(tags)
    _number_equations(tags)
    _anchor_terms(soup, tags)
    resolve_links(article)
    _flatten(tags)
    _share_out_columns(soup, tags)
    _copy_images(tags, folder, paper)
    return str(article)


class Index:
    """All tags of a page by name, in order, found once: a search of the page takes 0.1 s."""

    def __init__(self, article: Tag) -> None:
        self._tags: dict[str, list[Tag]] = {}
        for tag in _below(article):
            self._tags.setdefault(tag.name, []).append(tag)

    def named(self, *names: str) -> Iterator[Tag]:
        """Yield those of some names that are still on the page."""
        found = (tag for name in names for tag in self._tags.get(name, []))
        return (tag for tag in found if tag.parent is not None)

    def all(self) -> Iterator[Tag]:
        """Yield all that are still on the page."""
        return self.named(*self._tags)


def _below(article: Tag) -> Iterator[Tag]:
    """Yield all tags of a page in order; faster than asking for every tag."""
    from bs4 import Tag

    return (node for node in article.descendants if isinstance(node, Tag))


def _is(tag: Tag, kind: str) -> bool:
    return kind in (tag.get("class") or ())


def typeset(
    body: str,
    metadata: dict[str, str],
    template: Path,
    output: Path,
    paper: Path,
    cache: Path,
    date: datetime,
) -> Path:
    """Turn HTML into Typst by pandoc and into PDF by Typst."""
    import typst

    variables = [f"--variable={name}={_quoted(value)}" for name, value in metadata.items()]
    frame = ("--standalone", f"--template={template}", *variables)
    try:
        text = as_typst(f"<p>{_EDGE}</p>", *frame).replace(_EDGE, chapters_as_typst(body, cache))
        document = paper / "book.typ"
        document.write_text(_with_alternatives(text, body), encoding="utf-8")
        typst.compile(
            document,
            output=output,
            root=paper,
            font_paths=[fonts_directory()],
            ignore_system_fonts=True,
            timestamp=int(date.timestamp()),
        )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"PDF 排版失败：{error}") from error
    return output


def _quoted(text: str) -> str:
    """Escape what would end a Typst string: a reader's own title stands in it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def chapters_as_typst(body: str, cache: Path) -> str:
    """Turn all chapters into Typst; one that is new costs its own time alone."""
    kept = remembered(_chapter, cache, ignore=["ready"])
    parts = re.split("(?=<h1[ >])", body)
    new = [part for part in dict.fromkeys(parts) if not kept.has(part, {})]
    between = f"\n<p>{_EDGE}</p>\n"
    turned = as_typst(between.join(new)).split(_EDGE) if new else []
    ready = {html: text.strip() for html, text in zip(new, turned, strict=True)}
    return "\n\n".join(kept(part, ready) for part in parts)


def _chapter(html: str, ready: dict[str, str]) -> str:
    """Return a chapter in Typst from those that were turned at once."""
    return ready[html] if html in ready else as_typst(html).strip()


def as_typst(html: str, *options: str) -> str:
    """Turn HTML into Typst."""
    import pypandoc

    words = ["--wrap=none", *options]
    text: str = pypandoc.convert_text(
        html, "typst", format="html+tex_math_single_backslash", extra_args=words
    )
    return text


def _draw_figures(soup: BeautifulSoup, article: Tag, paper: Path, cache: Path) -> None:
    figures = article.select(".vega-figure")
    specs = [json.loads(figure.script.string or "{}") for figure in figures if figure.script]
    try:
        drawn = list(map(drawer(cache), specs))
    except ValueError as error:
        raise PdfError(f"有一张图画不成静态图：{error}") from error
    for number, (figure, svg) in enumerate(zip(figures, drawn, strict=True), start=1):
        name = f"figure-{number:03d}.svg"
        (paper / name).write_text(svg, encoding="utf-8")
        figure.replace_with(soup.new_tag("img", src=name, alt=str(figure.get("aria-label", ""))))


def _unfold(soup: BeautifulSoup, tags: Index) -> None:
    """Show what is folded on screen, under its label."""
    for fold in tags.named("details"):
        fold.name = "div"
        summary = fold.select_one("summary")
        if summary is not None:
            label = soup.new_tag("p")
            strong = soup.new_tag("strong")
            strong.string = re.sub(r"\s+", " ", summary.get_text()).strip()
            label.append(strong)
            summary.replace_with(label)


def _copy_images(tags: Index, folder: Path, paper: Path) -> None:
    for image in tags.named("img"):
        source = folder / str(image["src"])
        if source.is_file():
            (paper / source.name).write_bytes(source.read_bytes())
            image["src"] = source.name


def _raise_chapters(tags: Index) -> None:
    """Make each chapter a first-level heading: on the single page all hang below the cover."""
    below = [tag for tag in tags.named("div") if _is(tag, "toctree-wrapper")]
    for heading in [node for part in below for node in part.find_all(_HEADINGS[1:])]:
        heading.name = f"h{int(heading.name[1]) - 1}"


def _flatten(tags: Index) -> None:
    """Take away wrappers: Typst breaks pages outside of containers only.

    A section's anchor goes to its heading; a block stays when a link leads to it.
    """
    targets = {str(link.get("href", ""))[1:] for link in tags.named("a")}
    for section in tags.named("section"):
        heading = section.find(_HEADINGS)
        if heading is not None and section.get("id"):
            heading["id"] = section["id"]
            del section["id"]
    for node in tags.all():
        if node.get("id") not in targets:
            del node["id"]
    for wrapper in tags.named("section", "details", "div"):
        if wrapper.name == "section" or not wrapper.get("id"):
            wrapper.unwrap()


def _share_out_columns(soup: BeautifulSoup, tags: Index) -> None:
    """Give wide tables column widths by the length of their text; narrow ones stay automatic."""
    for table in tags.named("table"):
        rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
        lengths = [[len(cell.get_text().strip()) for cell in row] for row in rows]
        longest = [max(column) for column in zip(*lengths, strict=False)]
        if sum(longest) <= _LINE or len({len(row) for row in rows}) > 1:
            continue
        # Square roots: a text ten times as long gets three times the width and wraps.
        shares = [max(length, 2) ** 0.5 for length in longest]
        group = soup.new_tag("colgroup")
        for share in shares:
            group.append(soup.new_tag("col", style=f"width: {100 * share / sum(shares):.1f}%"))
        table.insert(0, group)


def _number_equations(tags: Index) -> None:
    """Move an equation's number into the formula, where pandoc keeps it on the line."""
    for number in [tag for tag in tags.named("span") if _is(tag, "eqno")]:
        formula = number.parent
        label = number.get_text().strip()
        number.decompose()
        if formula is not None:
            text = formula.get_text().strip()
            formula.string = re.sub(r"\\\]$", rf"\\qquad {label}\\]", text)


def _with_alternatives(text: str, body: str) -> str:
    """Give each image its text alternative, which pandoc leaves out."""
    images = re.findall(r"<img [^>]*>", body)
    told = [dict(re.findall(r'(\w+)="([^"]*)"', image)) for image in images]
    for name, words in {image["src"]: image.get("alt", "") for image in told}.items():
        plain, alternative = f'image("{name}"', json.dumps(unescape(words), ensure_ascii=False)
        text = text.replace(plain, f"{plain}, alt: {alternative}")
    return text


def _join_references(tags: Index) -> None:
    """Put a reference's number on the line of its text."""
    for entry in [tag for tag in tags.named("div") if _is(tag, "citation")]:
        label, text = entry.select_one(".label"), entry.select_one("p")
        if label is not None and text is not None:
            text.insert(0, f"{label.get_text().strip()} ")
            label.decompose()


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
    A link is looked up in its own document first, then in the one that it names, then anywhere.
    """
    owner = _number_anchors(article)
    anchors = {str(node["id"]) for node in article.select("[id]")}
    for link in article.select("a[href]"):
        page, _, anchor = str(link["href"]).partition("#")
        if re.match(r"[a-z]+:", page):
            continue
        candidates = [
            f"{owner(link)}-{anchor}",
            *sorted(a for a in anchors if a.endswith(f"-{anchor}")),
        ]
        target = next((name for name in candidates if anchor and name in anchors), None)
        if target:
            link["href"] = f"#{target}"
        else:
            link.unwrap()


def _number_anchors(article: Tag) -> Callable[[Tag], str]:
    """Prefix every anchor with its document's number and return how to find that number."""
    owners: dict[int, str] = {}
    number = 0
    for node in _below(article):
        starts = node.name == "span" and str(node.get("id", "")).startswith("document-")
        number += starts
        owners[id(node)] = f"d{number}"
        if node.get("id") and not starts:
            node["id"] = f"d{number}-{node['id']}"
    return lambda node: owners[id(node)]
