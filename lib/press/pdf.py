"""The PDF: Sphinx's single page through pandoc to Typst. No LaTeX, no browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from press.execute import remembered
from press.figures import FONT_FAMILY, fonts_directory, static_svg
from press.site import build_site
from press.stage import documents

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from press.edition import Edition

# Interface and folded code: what a page on paper cannot use. Code that is open on screen stays.
_SCREEN_ONLY = (
    ".headerlink, .data-banner, .code-link, details.hide, .tag_remove-cell, script, style,"
    " .screen-only, .copybtn, sup:has(> .claim-mark)"
)

# Characters of table text that fit on one line of the page.
_LINE = 55


class PdfError(RuntimeError):
    """pandoc or Typst refused the document."""

    exit_code = 1


def build_pdf(edition: Edition, source: Path, workshop: Path, cache: Path) -> Path:
    """Typeset the staged book by its template `book/print/book.typ` as `workshop/book.pdf`.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst.
    """
    config = edition.sphinx_config()
    build_site(source, workshop / "single", config=config, builder="singlehtml", cache=cache)
    paper = workshop / "paper"
    paper.mkdir()
    page = workshop / "single" / f"{documents(source / '_toc.yml')[0]}.html"
    body = printable(page.read_text(encoding="utf-8"), page.parent, paper, cache)
    metadata = {
        "title": edition.book_title,
        "edition": edition.title,
        "banner": edition.banner,
        "imprint": edition.imprint,
        "mainfont": FONT_FAMILY,
    }
    template = source / "book" / "print" / "book.typ"
    return typeset(body, metadata, template, workshop / "book.pdf", paper, edition.date)


def printable(page: str, folder: Path, paper: Path, cache: Path) -> str:
    """Reduce a single-page book to what goes on paper, charts drawn as SVG files in `paper`."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    article = soup.select_one("article.bd-article") or soup
    _draw_figures(soup, article, paper, cache)
    for node in article.select(_SCREEN_ONLY):
        node.decompose()
    _unfold(soup, article)
    _raise_chapters(article)
    _join_references(article)
    _number_equations(article)
    resolve_links(article)
    _flatten(article)
    _share_out_columns(soup, article)
    _copy_images(article, folder, paper)
    return str(article)


def typeset(
    body: str,
    metadata: dict[str, str],
    template: Path,
    output: Path,
    paper: Path,
    date: datetime,
) -> Path:
    """Turn HTML into Typst by pandoc and into PDF by Typst."""
    import pypandoc
    import typst

    variables = [f"--variable={name}={_quoted(value)}" for name, value in metadata.items()]
    try:
        text = pypandoc.convert_text(
            body,
            "typst",
            format="html+tex_math_single_backslash",
            extra_args=["--standalone", f"--template={template}", "--wrap=none", *variables],
        )
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


def _draw_figures(soup: BeautifulSoup, article: Tag, paper: Path, cache: Path) -> None:
    figures = article.select(".vega-figure")
    specs = [json.loads(figure.script.string or "{}") for figure in figures if figure.script]
    draw = remembered(static_svg, cache)
    try:
        with ThreadPoolExecutor() as pool:
            drawn = list(pool.map(draw, specs))
    except ValueError as error:
        raise PdfError(f"有一张图画不成静态图：{error}") from error
    for number, (figure, svg) in enumerate(zip(figures, drawn, strict=True), start=1):
        name = f"figure-{number:03d}.svg"
        (paper / name).write_text(svg, encoding="utf-8")
        figure.replace_with(soup.new_tag("img", src=name, alt=str(figure.get("aria-label", ""))))


def _unfold(soup: BeautifulSoup, article: Tag) -> None:
    """Show what is folded on screen, under its label."""
    for fold in article.select("details"):
        fold.name = "div"
        summary = fold.select_one("summary")
        if summary is not None:
            label = soup.new_tag("p")
            strong = soup.new_tag("strong")
            strong.string = re.sub(r"\s+", " ", summary.get_text()).strip()
            label.append(strong)
            summary.replace_with(label)


def _copy_images(article: Tag, folder: Path, paper: Path) -> None:
    for image in article.select("img"):
        source = folder / str(image["src"])
        if source.is_file():
            (paper / source.name).write_bytes(source.read_bytes())
            image["src"] = source.name


def _raise_chapters(article: Tag) -> None:
    """Make each chapter a first-level heading: on the single page all hang below the cover."""
    for heading in article.select(".toctree-wrapper :is(h2, h3, h4, h5, h6)"):
        heading.name = f"h{int(heading.name[1]) - 1}"


def _flatten(article: Tag) -> None:
    """Take away wrappers: Typst breaks pages outside of containers only.

    A section's anchor goes to its heading; a block stays when a link leads to it.
    """
    targets = {str(link["href"])[1:] for link in article.select("a[href^='#']")}
    for section in article.select("section[id]"):
        heading = section.select_one("h1, h2, h3, h4, h5, h6")
        if heading is not None:
            heading["id"] = section["id"]
            del section["id"]
    for node in article.select("[id]"):
        if node["id"] not in targets:
            del node["id"]
    for wrapper in article.select("section, div:not([id])"):
        wrapper.unwrap()


def _share_out_columns(soup: BeautifulSoup, article: Tag) -> None:
    """Give wide tables column widths by the length of their text; narrow ones stay automatic."""
    for table in article.select("table"):
        rows = [row.select("th, td") for row in table.select("tr")]
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


def _number_equations(article: Tag) -> None:
    """Move an equation's number into the formula, where pandoc keeps it on the line."""
    for number in article.select("div.math > .eqno"):
        formula = number.parent
        label = number.get_text().strip()
        number.decompose()
        if formula is not None:
            text = formula.get_text().strip()
            formula.string = re.sub(r"\\\]$", rf"\\qquad {label}\\]", text)


def _with_alternatives(text: str, body: str) -> str:
    """Give each image its text alternative, which pandoc leaves out."""
    from bs4 import BeautifulSoup

    for image in BeautifulSoup(body, "html.parser").select("img[alt]"):
        plain = f'image("{image["src"]}"'
        text = text.replace(plain, f"{plain}, alt: {json.dumps(image['alt'], ensure_ascii=False)}")
    return text


def _join_references(article: Tag) -> None:
    """Put a reference's number on the line of its text."""
    for entry in article.select(".citation"):
        label, text = entry.select_one(".label"), entry.select_one("p")
        if label is not None and text is not None:
            text.insert(0, f"{label.get_text().strip()} ")
            label.decompose()


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
    starts = article.select("span[id^='document-']")

    def owner(node: Tag) -> str:
        marker = node.find_previous(lambda tag: any(tag is start for start in starts))
        return f"d{1 + next(i for i, s in enumerate(starts) if s is marker) if marker else 0}"

    for node in article.select("[id]"):
        if not any(node is start for start in starts):
            node["id"] = f"{owner(node)}-{node['id']}"
    return owner
