"""From marked HTML to Typst by pandoc, and from Typst to PDF. No LaTeX, no browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from press.fonts import fonts_directory
from press.kept import remembered
from synergy.palette import palette

# How pandoc is asked.
_FORMAT, _ARGUMENTS = "html+tex_math_single_backslash", ("--wrap=none",)

# Stands between parts while pandoc has them at once.
_EDGE = "⁂"


class PdfError(RuntimeError):
    """pandoc or Typst refused the document."""

    exit_code = 1


def as_typst(html: str) -> str:
    """Turn HTML into Typst.

    Raises
    ------
    PdfError
        With pandoc's message.
    """
    import pypandoc

    try:
        text: str = pypandoc.convert_text(
            html,
            "typst",
            format=_FORMAT,
            extra_args=[*_ARGUMENTS],
        )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"PDF 排版失败：{error}") from error
    return text


def parts_as_typst(parts: Sequence[str], cache: Path) -> list[str]:
    """Turn parts of a page into Typst: those not kept all at once, each kept by itself.

    Raises
    ------
    PdfError
        With pandoc's message.
    """
    kept, asked = remembered(_part, cache, ignore=["ready"]), (_FORMAT, *_ARGUMENTS)
    new = [part for part in dict.fromkeys(parts) if not kept.has(part, {}, asked)]
    turned = as_typst(f"\n<p>{_EDGE}</p>\n".join(new)).split(_EDGE) if new else []
    ready = {html: text.strip() for html, text in zip(new, turned, strict=True)}
    return [kept(part, ready, asked) for part in parts]


def _part(html: str, ready: dict[str, str], asked: tuple[str, ...]) -> str:
    """Return a part in Typst from those that were turned at once; kept by how pandoc was asked."""
    return ready[html] if html in ready else as_typst(html).strip()


def bring_look(look: Path, paper: Path) -> None:
    """Put what a document imports beside it: the functions, and the colours of the light page."""
    for path in look.glob("*.typ"):
        shutil.copyfile(path, paper / path.name)
    (paper / "palette.json").write_text(colours_of_paper(), encoding="utf-8")


def colours_of_paper() -> str:
    """Colours of the light page by their codes, as JSON."""
    return json.dumps({code: colour.light for code, colour in palette().items()})


def spots(document: Path) -> list[float]:
    """Lay a document out on one endless page and return where its marks are, in points.

    Raises
    ------
    PdfError
        With Typst's message.
    """
    import typst

    try:
        told = typst.query(
            document,
            "<spots>",
            field="value",
            one=True,
            root=document.parent,
            font_paths=[fonts_directory()],
            ignore_system_fonts=True,
            sys_inputs={"measure": "1"},
        )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"PDF 排版失败：{error}") from error
    return [float(spot) for spot in json.loads(told)]


def compiled(document: Path, output: Path, date: datetime) -> Path:
    """Typeset a document as PDF.

    Raises
    ------
    PdfError
        With Typst's message.
    """
    import typst

    try:
        typst.compile(
            document,
            output=output,
            root=document.parent,
            font_paths=[fonts_directory()],
            ignore_system_fonts=True,
            timestamp=int(date.timestamp()),
        )
    except (RuntimeError, OSError) as error:
        raise PdfError(f"PDF 排版失败：{error}") from error
    return output
