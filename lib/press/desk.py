"""Where Sphinx works between builds: sources, doctrees and pages of one edition, kept.

Only a changed text is worked on alone. Whatever else changes (a setting, a style, a program, the
list of documents, the date) clears the desk, and so does a failure, a kill or damage: what an
incremental build leaves is byte for byte the work of a first one. Texts that Sphinx warned of are
read again, so that it warns again; if it then says anything else than last time, all is read.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from filelock import FileLock, Timeout

from press import digest

SOURCE, DOCTREES, PAGES, SINGLE = "source", ".doctrees", "html", "single"
# What may change and leaves other pages as they are: texts, and the font of their letters.
_FREE = {".md", ".ipynb", ".woff2"}
_NOTE = "note"


class Desk:
    """A folder with the staged book and Sphinx's work.

    Attributes
    ----------
    folder, source : Path
        The desk and the staged book on it.
    usual : dict
        What Sphinx warned of last time, by builder; empty where it starts anew.
    said : dict
        What it warned of this time.
    """

    def __init__(self, folder: Path, usual: dict[str, list[str]]) -> None:
        self.folder, self.source, self.usual = folder, folder / SOURCE, usual
        self.said: dict[str, list[str]] = {}

    @property
    def warnings(self) -> list[str]:
        """All that was said, each once."""
        return list(dict.fromkeys(chain.from_iterable(self.said.values())))

    def as_usual(self, builder: str) -> bool:
        """Whether a run said what the last one did, so that a first one would have said it too."""
        now, before = self.said[builder], self.usual.get(builder, [])
        return not self.usual or set(now) == set(before)

    def clear(self) -> None:
        """Let Sphinx start anew."""
        self.usual = {}
        for name in (DOCTREES, PAGES, SINGLE):
            shutil.rmtree(self.folder / name, ignore_errors=True)


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
        usual = _usual(folder, key)
        if not usual:
            shutil.rmtree(folder, ignore_errors=True)
        _mirror(staged, folder)
        _forget_warned(folder, usual)
        at = Desk(folder, usual)
        yield at
        note = {"of": key + digest.tree(folder), "said": {**at.usual, **at.said}}
        (folder / _NOTE).write_text(json.dumps(note), encoding="utf-8")


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


def _usual(folder: Path, key: str) -> dict[str, list[str]]:
    """What Sphinx said last time, if that build stood on the same and nothing changed since."""
    with suppress(OSError, ValueError):
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        (folder / _NOTE).unlink()
        if note["of"] == key + digest.tree(folder):
            said: dict[str, list[str]] = note["said"]
            return said
    return {}


def _mirror(staged: Path, folder: Path) -> None:
    """Copy what differs; what became of an earlier version goes, whatever the clock says."""
    for path in digest.files(staged):
        name = path.relative_to(staged)
        kept = folder / SOURCE / name
        if not (kept.is_file() and filecmp.cmp(path, kept, shallow=False)):
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept)
            _forget(folder, name)


def _forget_warned(folder: Path, usual: dict[str, list[str]]) -> None:
    """Let Sphinx read again what it warned of, on either side of a clash."""
    path = re.compile(rf"{re.escape(str(folder / SOURCE))}/([^:,\s]+)")
    for warning in chain.from_iterable(usual.values()):
        for name in path.findall(warning):
            _forget(folder, Path(name))


def _forget(folder: Path, name: Path) -> None:
    (folder / DOCTREES / name).with_suffix(".doctree").unlink(missing_ok=True)
    (folder / PAGES / name).with_suffix(".html").unlink(missing_ok=True)
