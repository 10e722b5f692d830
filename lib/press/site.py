"""The site: Sphinx through Jupyter Book's own configuration, with scripts and fonts at home.

All reliance on Sphinx is here and in `press.pages`, the extension that Sphinx loads.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import shutil
from importlib.metadata import files
from pathlib import Path
from typing import Any

from press import digest
from press.desk import DOCTREES, PAGES, SINGLE, Desk
from press.figures import fonts_directory, javascript_bundle
from press.kept import remembered
from press.stage import documents

FONT_FILE = "book-han.woff2"
_TEXT_SUFFIXES = {".md", ".ipynb", ".yml", ".bib"}
_DIRECTIVE_WARNING = re.compile(r"(?m)^.*\b(?:WARNING|ERROR|CRITICAL): .*$")


class SiteError(RuntimeError):
    """Sphinx could not build the pages."""

    exit_code = 1


def build_site(at: Desk, *, builder: str, config: dict[str, Any], cache: Path) -> Path:
    """Build the book on a desk, with `config` on top of its `_config.yml`; the desk hears warnings.

    Returns the folder of pages.

    Raises
    ------
    SiteError
        With Sphinx's own message.
    OSError
        The disk is full, or what is needed may not be read or written.
    """
    import jieba
    from jupyter_book.sphinx import build_sphinx

    jieba.dt.tmp_dir = str(cache)  # instead of the machine's shared temporary folder
    jieba.setLogLevel(logging.WARNING)
    output = at.folder / (PAGES if builder == "html" else SINGLE)
    # Left from last time, they would change the checksums that a first build writes into pages.
    for path in digest.files(output / "_static"):
        path.unlink()
    messages = io.StringIO()
    with contextlib.redirect_stderr(messages):
        result = build_sphinx(
            str(at.source),
            str(output),
            path_config=str(at.source / "_config.yml"),
            noconfig=True,
            confoverrides={"latex_individualpages": False, **config},
            doctreedir=str(at.folder / DOCTREES),
            builder=builder,
            quiet=True,
        )
    if isinstance(result, OSError):
        raise result
    if result != 0:
        raise SiteError(f"页面生成失败：{result}\n{messages.getvalue()}")
    if builder == "html":
        _redirect_to_root(at.source, output)
    at.warnings += _DIRECTIVE_WARNING.findall(messages.getvalue())
    return output


def publish(pages: Path, target: Path) -> None:
    """Copy finished pages without what only builds need, Sphinx's note and its translations."""
    shutil.copytree(pages, target, ignore=shutil.ignore_patterns(".buildinfo", "locales"))


def write_scripts(static: Path, cache: Path) -> None:
    """Put the drawing bundle and MathJax into a static folder: nothing needs a CDN.

    Not under `_static`: Jupyter Book would load every script there on every page.
    """
    bundle = remembered(javascript_bundle, cache)
    (static / "vega").mkdir(parents=True)
    (static / "vega" / "bundle.js").write_text(bundle(), encoding="utf-8")
    (static / "mathjax").mkdir()
    shutil.copyfile(mathjax_script(), static / "mathjax" / "tex-svg.js")


def mathjax_script() -> Path:
    """Return MathJax's single-file SVG build, which needs no font files."""
    for file in files("sphinx-mathjax-offline") or []:
        if file.name == "tex-svg.js":
            return Path(str(file.locate()))
    raise SiteError("缺少 MathJax：请重新安装 requirements.lock 里的依赖。")


def write_subset(source: Path, target: Path, cache: Path) -> None:
    """Write a fallback Chinese font of the characters below `source` to `target/book-han.woff2`."""
    texts = (p.read_text(encoding="utf-8") for p in source.rglob("*") if p.suffix in _TEXT_SUFFIXES)
    wide = {char for char in set().union(*map(set, texts)) if ord(char) > 0x2000}
    cut = remembered(subset, cache)
    target.mkdir(parents=True, exist_ok=True)
    (target / FONT_FILE).write_bytes(cut("".join(sorted(wide))))


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


def _redirect_to_root(source: Path, output: Path) -> None:
    root = documents(source / "_toc.yml")[0]
    page = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={root}.html">'
    link = f'<a href="{root}.html">打开本书</a>'
    (output / "index.html").write_text(
        f"<!DOCTYPE html><title>打开本书</title>{page}{link}", encoding="utf-8"
    )
