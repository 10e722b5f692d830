"""A fallback Chinese web font cut down to the characters that the book uses."""

from __future__ import annotations

import io
from pathlib import Path

from press.cache import remembered
from press.figures import fonts_directory

FILE_NAME = "book-han.woff2"
_TEXT_SUFFIXES = {".md", ".ipynb", ".yml", ".bib"}


def write_subset(source: Path, target: Path, cache: Path) -> None:
    """Write the subset for all text below `source` to `target/book-han.woff2`."""
    texts = (p.read_text(encoding="utf-8") for p in source.rglob("*") if p.suffix in _TEXT_SUFFIXES)
    wide = {char for text in texts for char in text if ord(char) > 0x2000}
    cut = remembered(subset, cache)
    target.mkdir(parents=True, exist_ok=True)
    (target / FILE_NAME).write_bytes(cut("".join(sorted(wide))))


def subset(characters: str) -> bytes:
    """Return a WOFF2 font with the given characters of Noto Sans SC."""
    from fontTools import subset as cutter
    from fontTools.ttLib import TTFont

    options = cutter.Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=True)
    font = TTFont(fonts_directory() / "NotoSansSC-Regular.otf", recalcTimestamp=False)
    tool = cutter.Subsetter(options)
    tool.populate(text=characters)
    tool.subset(font)
    stream = io.BytesIO()
    cutter.save_font(font, stream, options)
    return stream.getvalue()
