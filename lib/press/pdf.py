"""The PDF: Sphinx's single page, through pandoc to Typst, with bundled fonts. No LaTeX, no browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.figures import FONT_FAMILY, fonts_directory, static_svg
from press.site import build_site

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from press.edition import Edition

# Interface and hidden code: what a page on paper cannot use.
_SCREEN_ONLY = (
    ".headerlink, .data-banner, .code-link, .cell_input, .cell.tag_remove-cell, script, style,"
    " .toctree-wrapper, .vega-bind, .screen-only"
)


class PdfError(RuntimeError):
    """pandoc or Typst refused the document."""


def build_pdf(
    source: Path, workshop: Path, *, config: dict[str, Any], edition: Edition, root: Path
) -> Path:
    """Typeset the staged book and return `workshop/book.pdf`.

    Parameters
    ----------
    source : Path
        Staged folder with executed notebooks.
    workshop : Path
        Working folder.
    config : dict
        Sphinx settings of the edition.
    edition : Edition
        For title page and running head.
    root : Path
        The book's top folder, which holds the template `book/print/book.typ`.

    Raises
    ------
    PdfError
        With the tool's own message.
    """
    build_site(source, workshop / "single", config=config, builder="singlehtml")
    paper = workshop / "paper"
    paper.mkdir()
    page = next((workshop / "single").rglob("index.html"))
    body = printable(page.read_text(encoding="utf-8"), page.parent, paper)
    metadata = {
        "title": "人工智能与就业质量：一份活的报告",
        "edition": f"{edition.region}版",
        "banner": edition.banner,
        "imprint": config["press_imprint"],
        "mainfont": FONT_FAMILY,
    }
    return typeset(body, metadata, root / "book" / "print" / "book.typ", workshop / "book.pdf", paper)


def printable(page: str, folder: Path, paper: Path) -> str:
    """Reduce a single-page book to what goes on paper, charts drawn as SVG files in `paper`."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    article = soup.select_one("article.bd-article") or soup.select_one("[itemprop=articleBody]") or soup
    _draw_figures(soup, article, paper)
    _unfold(soup, article)
    for node in article.select(_SCREEN_ONLY):
        node.decompose()
    _copy_images(article, folder, paper)
    return str(article)


def typeset(body: str, metadata: dict[str, str], template: Path, output: Path, paper: Path) -> Path:
    """Turn HTML into Typst by pandoc and into PDF by Typst.

    Raises
    ------
    PdfError
        With the tool's own message.
    """
    import pypandoc
    import typst

    from press.build import build_date

    variables = [f"--variable={name}={value}" for name, value in metadata.items()]
    try:
        text = pypandoc.convert_text(
            body,
            "typst",
            format="html+tex_math_single_backslash-native_divs",
            extra_args=["--standalone", f"--template={template}", "--wrap=none", *variables],
        )
        document = paper / "book.typ"
        document.write_text(text, encoding="utf-8")
        typst.compile(
            document,
            output=output,
            root=paper,
            font_paths=[fonts_directory()],
            ignore_system_fonts=True,
            timestamp=int(build_date().timestamp()),
        )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"PDF 排版失败：{error}") from error
    return output


def _draw_figures(soup: BeautifulSoup, article: Tag, paper: Path) -> None:
    for number, figure in enumerate(article.select(".vega-figure"), start=1):
        spec = json.loads(figure.select_one("script").string or "{}")  # type: ignore[union-attr]
        name = f"figure-{number:03d}.svg"
        (paper / name).write_text(static_svg(spec), encoding="utf-8")
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
