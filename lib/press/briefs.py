"""A page in print for each place: what the page about it shows in cells tagged `brief`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

from press.fonts import fonts_directory
from press.kept import remembered
from press.pdf import PdfError, printable
from press.regions import FOLDER, TAG, code_of, name_of

if TYPE_CHECKING:
    from press.edition import Edition

# Stands between the briefs while pandoc has them all at once.
_EDGE = "⁂"

_LINK = '<p class="brief-link screen-only" hidden>'


def build_briefs(
    edition: Edition, pages: Path, template: Path, paper: Path, cache: Path, key: str
) -> None:
    """Set a brief in print beside each page about one place, and show the page's link to it.

    Parameters
    ----------
    pages : Path
        The book's finished pages.
    template : Path
        Typst's, with ``$variables$`` of the edition; includes the file of the place.
    paper, cache : Path
        Where Typst works, and where drawn charts and set briefs are kept.
    key : str
        Digest of the programs that set them.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst.
    """
    found = {code: path for path in pages.glob(f"{FOLDER}*.html") if (code := code_of(_name(path)))}
    shown = {code: path.read_text(encoding="utf-8") for code, path in found.items()}
    place = edition.code, str(edition.parameters["region"])
    day = int(edition.date.timestamp())
    setting = remembered(set_briefs, cache, ignore=["paper", "cache"])
    briefs = setting(shown, _filled(template, edition), place, day, key, paper, cache)
    for code, path in found.items():
        path.with_suffix(".pdf").write_bytes(briefs[code])
        linked = shown[code].replace(_LINK, _LINK.replace(" hidden", ""))
        path.write_text(linked, encoding="utf-8")


def set_briefs(
    pages: dict[str, str],
    document: str,
    place: tuple[str, str],
    day: int,
    key: str,
    paper: Path,
    cache: Path,
) -> dict[str, bytes]:
    """Set the brief of each page, by code, in one Typst document.

    Parameters
    ----------
    pages : dict of str to str
        Finished pages.
    document : str
        In Typst.
    place : tuple of str
        Code and name of the edition's place.
    day : int
        The edition's, as a time stamp.
    key, paper, cache
        As in :func:`build_briefs`.
    """
    if not pages:
        return {}
    paper.mkdir()
    articles = "".join(map(_brief, pages.values()))
    for code, text in zip(pages, _as_typst(articles, place, paper, cache), strict=True):
        (paper / f"{code}.typ").write_text(text, encoding="utf-8")
    return _typeset(document, paper, list(pages), day)


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


def _as_typst(body: str, place: tuple[str, str], paper: Path, cache: Path) -> list[str]:
    """Turn all briefs at once from HTML into Typst, and part them again."""
    import pypandoc

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


def _typeset(text: str, paper: Path, codes: list[str], day: int) -> dict[str, bytes]:
    """Compile the one document for each place; fonts are read once."""
    import typst

    document = paper / "brief.typ"
    document.write_text(text, encoding="utf-8")
    try:
        compiler = typst.Compiler(
            document, root=paper, font_paths=[fonts_directory()], ignore_system_fonts=True
        )
        briefs = {}
        for code in codes:
            place = {"place": code, "name": name_of(code)}
            briefs[code] = cast("bytes", compiler.compile(sys_inputs=place, timestamp=day))
        return briefs
    except (RuntimeError, OSError) as error:
        raise PdfError(f"简报排版失败：{error}") from error
