"""A page in print for each place: what the page about it shows in cells tagged `brief`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from press.figures import fonts_directory
from press.pdf import PdfError, printable
from press.regions import FOLDER, TAG, code_of, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from press.edition import Edition

# Stands between the briefs while pandoc has them all at once.
_EDGE = "⁂"

_LINK = '<p class="brief-link screen-only" hidden>'


def build_briefs(edition: Edition, pages: Path, template: Path, paper: Path, cache: Path) -> None:
    """Set a brief in print beside each page about one place, and show the page's link to it.

    Parameters
    ----------
    pages : Path
        The book's finished pages.
    template : Path
        Typst's, with ``$variables$`` of the edition; includes the file of the place.
    paper, cache : Path
        Where Typst works, and where drawn charts are kept.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst.
    """
    found = {code: path for path in pages.glob(f"{FOLDER}*.html") if (code := code_of(_name(path)))}
    if not found:
        return
    paper.mkdir()
    articles = {code: _brief(path.read_text(encoding="utf-8")) for code, path in found.items()}
    for code, text in zip(
        found, _as_typst("".join(articles.values()), edition, paper, cache), strict=True
    ):
        (paper / f"{code}.typ").write_text(text, encoding="utf-8")
    targets = {code: path.with_suffix(".pdf") for code, path in found.items()}
    _typeset(_filled(template, edition), paper, targets, edition)
    for path in found.values():
        shown = path.read_text(encoding="utf-8").replace(_LINK, _LINK.replace(" hidden", ""))
        path.write_text(shown, encoding="utf-8")


def _name(path: Path) -> str:
    return f"{FOLDER}{path.stem}"


def _brief(page: str) -> str:
    """Title and tagged cells of a page, as HTML, behind an edge."""
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    soup = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("article"))
    title = soup.select_one("h1")
    cells = soup.select(f".tag_{TAG} > .cell_output")
    for number in soup.select(".caption-number, .headerlink"):
        number.decompose()
    shown = [f"<h2>{title.get_text()}</h2>" if title else "", *map(str, cells)]
    return f"<p>{_EDGE}</p>{''.join(shown)}"


def _as_typst(body: str, edition: Edition, paper: Path, cache: Path) -> list[str]:
    """Turn all briefs at once from HTML into Typst, and part them again."""
    import pypandoc

    place = edition.code, str(edition.parameters["region"])
    html = printable(f'<article class="bd-article">{body}</article>', paper, paper, cache, place)
    try:
        text = pypandoc.convert_text(html, "typst", format="html", extra_args=["--wrap=none"])
    except (RuntimeError, OSError) as error:
        raise PdfError(f"简报排版失败：{error}") from error
    return re.split(rf"(?m)^{_EDGE}$", text)[1:]


def _filled(template: Path, edition: Edition) -> str:
    """The one document, with what the edition says of itself as Typst's strings."""
    text = template.read_text(encoding="utf-8")
    for name in ("banner", "particulars"):
        text = text.replace(f"${name}$", json.dumps(getattr(edition, name), ensure_ascii=False))
    return text


def _typeset(text: str, paper: Path, targets: Mapping[str, Path], edition: Edition) -> None:
    """Compile the one document for each place; fonts are read once."""
    import typst

    document = paper / "brief.typ"
    document.write_text(text, encoding="utf-8")
    try:
        compiler = typst.Compiler(
            document, root=paper, font_paths=[fonts_directory()], ignore_system_fonts=True
        )
        for code, target in targets.items():
            compiler.compile(
                output=target,
                sys_inputs={"place": code, "name": name_of(code)},
                timestamp=int(edition.date.timestamp()),
            )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"简报排版失败：{error}") from error
