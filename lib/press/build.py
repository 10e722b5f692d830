"""Make one edition of the book: stage, execute, lay out, and swap in only when all went well."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from press.execute import execute_chapters
from press.output import MARKER, require_ours, swap_in, workshop
from press.site import build_site, write_scripts, write_subset
from press.stage import copy_sources, documents, require_known, stage_chapter
from synergy.source import is_checkout, source_folder

if TYPE_CHECKING:
    from press.edition import Edition

ROOT = source_folder()
PACKAGES = ("press", "synergy", "pvar")


@dataclass(frozen=True)
class Book:
    """What a build left behind.

    Attributes
    ----------
    html : Path or None
        The page to open.
    pdf : Path or None
        The PDF.
    warnings : tuple of str
        What Sphinx warned of.
    """

    html: Path | None
    pdf: Path | None
    warnings: tuple[str, ...] = field(default=())


def build(
    edition: Edition,
    out: Path,
    *,
    root: Path = ROOT,
    html: bool = True,
    pdf: bool = True,
    silent: bool = True,
) -> Book:
    """Build an edition into `out`, leaving the last good book untouched on any failure.

    What is kept between builds lies in `_build/.cache` of the root; an installed copy stays as
    it is, and `out` holds the cache.

    Parameters
    ----------
    edition : Edition
        Region, data, years, weight and further parameters; already validated.
    out : Path
        Folder that receives `html/` and `book.pdf`.
    root : Path
        The book's top folder (`_config.yml`, `_toc.yml`, `book/`, `chapters/`).
    html, pdf : bool
        Which of the two to make.
    silent : bool
        Whether to leave out the bars on standard error, one per step.

    Raises
    ------
    StageError, OutputError
        Before anything is executed.
    ChapterError, SiteError, PdfError
        Nothing was swapped in.
    """
    toc = root / edition.contents
    names = [name for name in documents(toc) if name not in edition.left_out]
    chapters = [
        stage_chapter(root, name, own_data=edition.own_data)
        for name in names
        if name.startswith("chapters/")
    ]
    require_known(edition.further, chapters)
    require_ours(out)
    cache = (root / "_build" if is_checkout(root) else out) / ".cache"
    warnings: list[str] = []
    bar = partial(tqdm, bar_format="{desc} {bar:24} {n}/{total} {elapsed}", disable=silent)
    with workshop(out) as made:
        source = _copy_fixed(root, made / "source", toc, edition.left_out)
        done = execute_chapters(chapters, edition.parameters, fingerprint(edition), cache)
        for name, notebook in bar(done, desc="执行章节", total=len(chapters)):
            path = source / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook, encoding="utf-8")
        if html:
            with bar(desc="生成网页", total=1) as step:
                warnings = _build_pages(edition, source, made / "html", cache)
                copy_sources(root, names, made / "html")
                step.update()
        if pdf:
            from press.pdf import build_pdf

            with bar(desc="排版 PDF", total=1) as step:
                build_pdf(edition, source, made, cache)
                step.update()
        swap_in(made, out)
    pages, paper = out / "html" / "index.html", out / "book.pdf"
    return Book(pages if html else None, paper if pdf else None, tuple(warnings))


def fingerprint(edition: Edition, root: Path = ROOT, packages: Iterable[Path] | None = None) -> str:
    """Hash everything that a chapter's result depends on besides its text and parameters.

    A file counts with its place below its root and its content, the reader's own with its role
    and its content. Every piece is preceded by its length, so that none can pass for another.

    Parameters
    ----------
    edition : Edition
        For the reader's own files.
    root : Path
        Holds `data` and `requirements.lock`.
    packages : iterable of Path, optional
        The library's packages; those in use by default.
    """
    parts = [("python", sys.version.encode())]
    for folder in (*(packages or _packages()), root / "data"):
        parts += [
            (path.relative_to(folder.parent).as_posix(), _content(path)) for path in _files(folder)
        ]
    parts.append(("requirements.lock", _content(root / "requirements.lock")))
    parts += [(f"input {role}", _content(path)) for role, path in edition.inputs.items()]
    digest = hashlib.sha256()
    for piece in chain.from_iterable((name.encode(), content) for name, content in parts):
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()


def _packages() -> list[Path]:
    specs = [spec for name in PACKAGES if (spec := find_spec(name))]
    return [Path(folder) for spec in specs for folder in spec.submodule_search_locations or ()]


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _copy_fixed(root: Path, source: Path, toc: Path, left_out: Collection[str]) -> Path:
    shutil.copytree(root / "book", source / "book")
    shutil.move(source / "book" / "look", source / "look")
    shutil.copyfile(root / "_config.yml", source / "_config.yml")
    order = toc.read_text(encoding="utf-8")
    for name in left_out:
        order = re.sub(rf"(?m)^ *- file: {re.escape(name)}\n", "", order)
    (source / "_toc.yml").write_text(order, encoding="utf-8")
    return source


def _build_pages(edition: Edition, source: Path, pages: Path, cache: Path) -> list[str]:
    write_scripts(source / "vendor", cache)
    write_subset(source, source / "vendor", cache)
    warnings = build_site(
        source, pages, config=edition.sphinx_config(), builder="html", cache=cache
    )
    (pages / MARKER).touch()
    return warnings
