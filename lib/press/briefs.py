"""A page in print for each place: what the page about it shows in cells tagged `brief`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from press.figures import FONT_FAMILY, fonts_directory
from press.pdf import PdfError, printable
from press.regions import FOLDER, code_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from press.edition import Edition

TAG = "brief"

# Stands between the briefs while pandoc has them all at once.
_EDGE = "⁂"

_LINK = '<p class="brief-link screen-only" hidden>'


def of_brief(notebook: str) -> str:
    """Reduce an executed page about one place to the cells of its brief, both as JSON text."""
    whole = json.loads(notebook)
    cells = [c for c in whole["cells"] if TAG in c["metadata"].get("tags", ())]
    return json.dumps({**whole, "cells": cells})


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
    for code, text in zip(found, _as_typst("".join(articles.values()), paper, cache), strict=True):
        (paper / f"{code}.typ").write_text(text, encoding="utf-8")
    told = {"banner": edition.banner, "imprint": edition.imprint, "font": FONT_FAMILY}
    _typeset(_filled(template, told), paper, {code: path.with_suffix(".pdf") for code, path in found.items()}, edition)
    for path in found.values():
        shown = path.read_text(encoding="utf-8").replace(_LINK, _LINK.replace(" hidden", ""))
        path.write_text(shown, encoding="utf-8")


def _name(path: Path) -> str:
    return f"{FOLDER}{path.stem}"


def _brief(page: str) -> str:
    """Title and tagged cells of a page, as HTML, behind an edge."""
    from bs4 import BeautifulSoup, SoupStrainer

    soup = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("article"))
    title = soup.select_one("h1")
    cells = soup.select(f".tag_{TAG} > .cell_output")
    for number in soup.select(".caption-number, .headerlink"):
        number.decompose()
    shown = [f"<h2>{title.get_text()}</h2>" if title else "", *map(str, cells)]
    return f"<p>{_EDGE}</p>{''.join(shown)}"


def _as_typst(body: str, paper: Path, cache: Path) -> list[str]:
    import pypandoc

    html = printable(f'<article class="bd-article">{body}</article>', paper, paper, cache)
    options = {"format": "html+tex_math_single_backslash", "extra_args": ["--wrap=none"]}
    try:
        text = pypandoc.convert_text(html, "typst", **options)
    except (RuntimeError, OSError) as error:
        raise PdfError(f"简报排版失败：{error}") from error
    return re.split(rf"(?m)^{_EDGE}$", text)[1:]


def _filled(template: Path, values: Mapping[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"${name}$", json.dumps(value, ensure_ascii=False))
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
                sys_inputs={"place": code},
                timestamp=int(edition.date.timestamp()),
            )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"简报排版失败：{error}") from error
