"""Where Sphinx works between builds: sources, doctrees and pages of one edition, kept.

Only a changed text is worked on alone. Whatever else changes (a setting, a style, a program, the
list of documents, the date) clears the desk, and so does a failure, a warning (it would not be
given again), a kill or damage: what an incremental build leaves is byte for byte the work of a
first one.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from press import digest

SOURCE, DOCTREES, PAGES, SINGLE = "source", ".doctrees", "html", "single"
# What may change and leaves other pages as they are: texts, and the font of their letters.
_FREE = {".md", ".ipynb", ".woff2"}
_NOTE = "note"


class Desk:
    """A folder with the staged book and Sphinx's work, and whether that is worth keeping."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder, folder / SOURCE
        self.warnings: list[str] = []


@contextmanager
def desk(place: Path, spare: Path, staged: Path, stands_on: str) -> Iterator[Desk]:
    """Give a desk whose `source` equals `staged`, with what Sphinx left there last time.

    Parameters
    ----------
    place, spare : Path
        The edition's desk, and one for this build alone while another build is at the first.
    staged : Path
        The book as Sphinx shall see it.
    stands_on : str
        Digest of what its pages stand on besides these files.
    """
    with _locked(place, spare) as folder:
        key = digest.digest([stands_on, *_fixed(staged)])
        if not _holds(folder, key):
            shutil.rmtree(folder, ignore_errors=True)
        _mirror(staged, folder)
        at = Desk(folder)
        yield at
        if not at.warnings:
            (folder / _NOTE).write_text(key + digest.tree(folder), encoding="utf-8")


@contextmanager
def _locked(place: Path, spare: Path) -> Iterator[Path]:
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place.with_name(f"{place.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        place = spare
    try:
        yield place
    finally:
        lock.release()


def _fixed(staged: Path) -> Iterator[str | bytes]:
    """Yield pieces of a digest: names of all files, contents of those that are not free."""
    for path in digest.files(staged):
        yield from (
            path.relative_to(staged).as_posix(),
            b"" if path.suffix in _FREE else path.read_bytes(),
        )


def _holds(folder: Path, key: str) -> bool:
    """Whether the desk was left in order by a build that stood on the same, and nothing changed."""
    with suppress(OSError, UnicodeDecodeError):
        note = (folder / _NOTE).read_text(encoding="utf-8")
        (folder / _NOTE).unlink()
        return note == key + digest.tree(folder)
    return False


def _mirror(staged: Path, folder: Path) -> None:
    """Copy what differs; what became of an earlier version goes, whatever the clock says."""
    for path in digest.files(staged):
        name = path.relative_to(staged)
        kept = folder / SOURCE / name
        if not (kept.is_file() and filecmp.cmp(path, kept, shallow=False)):
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept)
            (folder / DOCTREES / name).with_suffix(".doctree").unlink(missing_ok=True)
            (folder / PAGES / name).with_suffix(".html").unlink(missing_ok=True)
