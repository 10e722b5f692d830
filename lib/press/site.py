"""The site: Sphinx through Jupyter Book's own configuration.

All reliance on Sphinx is here and in `press.pages`, the extension that Sphinx loads.
"""

from __future__ import annotations

import contextlib
import gc
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from press import digest
from press.desk import DOCTREES, PAGES, SINGLE, Desk
from press.english import ENGLISH, in_english, opens_at
from press.stage import documents, page_of

# What pages may do: run scripts and load files that lie beside them, nothing else. Styles may
# stand in a page, since Vega, tables and formulas write them there; scripts may not.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self'; form-action 'self'; base-uri 'none'"
)

# What the theme copies beside the pages and none of them loads.
_UNREAD = (
    "**/*.map",
    "*webpack-macros.html",
    "scripts/fontawesome.js",
    "exercise.css",
    "vendor/fontawesome/webfonts/*.ttf",
    "vendor/fontawesome/webfonts/fa-[!s]*",
)
_DIRECTIVE_WARNING = re.compile(r"(?m)^.*\b(?:WARNING|ERROR|CRITICAL): .*$")


class SiteError(RuntimeError):
    """Sphinx could not build the pages."""

    exit_code = 1


def build_site(at: Desk, *, builder: str, config: dict[str, Any]) -> Path:
    """Build the book on a desk, with `config` on top of its `_config.yml`.

    Returns the folder of pages; the desk takes down what Sphinx warned of. Where that is not what
    it warned of last time, another page may be concerned, and the whole book is read again.

    Raises
    ------
    SiteError
        With Sphinx's own message.
    OSError, KeyboardInterrupt
        The disk is full, or what is needed may not be read or written; an interruption.
    """
    output = at.folder / (PAGES if builder == "html" else SINGLE)
    at.said[builder] = _run_sphinx(at, output, builder, config)
    if not at.as_usual(builder):
        at.clear()
        at.said[builder] = _run_sphinx(at, output, builder, config)
    if builder == "html":
        _redirect(output, documents(at.source / "_toc.yml"), config)
        _drop_unread(output / "_static")
    return output


def _run_sphinx(at: Desk, output: Path, builder: str, config: dict[str, Any]) -> list[str]:
    """Let Sphinx write pages into `output`, and return what it warned of."""
    from jupyter_book.sphinx import build_sphinx
    from sphinx.locale import translators

    translators.clear()  # of a book in another language, made in this process
    # Left from last time, they would change the checksums that a first build writes into pages.
    for path in digest.files(output / "_static"):
        path.unlink()
    messages = io.StringIO()
    with _older_objects_aside(), contextlib.redirect_stderr(messages):
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
    if isinstance(result, OSError | KeyboardInterrupt):
        raise result
    if result != 0:
        raise SiteError(f"页面生成失败：{result}\n{messages.getvalue()}")
    return _DIRECTIVE_WARNING.findall(messages.getvalue())


@contextlib.contextmanager
def _older_objects_aside() -> Iterator[None]:
    """Hide from gc what the process holds already: an extension looks at all that gc knows."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def publish(pages: Path, target: Path) -> None:
    """Copy finished pages without what only builds need, Sphinx's note and its translations."""
    shutil.copytree(pages, target, ignore=shutil.ignore_patterns(".buildinfo", "locales"))


def policy_tag() -> str:
    """Return the tag that tells a browser what the page may do; it stands before all else."""
    return f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'


def _redirect(output: Path, names: list[str], config: dict[str, Any]) -> None:
    page = page_of(opens_at(config, names))
    head = f'<meta charset="utf-8">{policy_tag()}<title>打开本书</title>'
    there = f'<meta http-equiv="refresh" content="0; url={page}"><a href="{page}">打开本书</a>'
    door = f"<!DOCTYPE html>{head}{there}"
    spoken = in_english(door) if config.get("language") == ENGLISH else door
    (output / "index.html").write_text(spoken, encoding="utf-8")


def _drop_unread(static: Path) -> None:
    for pattern in _UNREAD:
        for path in static.glob(pattern):
            path.unlink()
