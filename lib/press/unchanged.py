"""Whether a build would only repeat the last one: asked before anything heavy is imported.

A note is kept for each request: a digest of all that entered the build, a digest of what came
out, and what the build had to say. Where both digests still hold, the build is the note.
"""

from __future__ import annotations

import json
import os
import re
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from press import digest
from press.output import PARTS, SWAP
from synergy.source import source_folder

PACKAGES = ("press", "synergy", "pvar")
TEXTS = ("_config.yml", "_toc.yml", "_toc_plan.yml", "book", "chapters")
_PIN = re.compile(r"(?m)^([\w.-]+)==")


class DateError(ValueError):
    """The build's date cannot be read."""

    exit_code = 2


def build_date() -> datetime:
    """Return the build's moment: `SOURCE_DATE_EPOCH` where set, else today at midnight UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise DateError(
            f"环境变量 SOURCE_DATE_EPOCH={epoch} 不是时间；应为 1970 年以来的秒数，如 1767225600。"
        ) from None


@dataclass(frozen=True)
class Note:
    """What a build left behind.

    Attributes
    ----------
    entered : str
        Digest of what went in.
    out : str
        The output folder.
    places, warnings : list of str
        Where the parts are, and what there was to say.
    book : str
        Digest of the texts, settings and programs that the book is made of.
    remarks : list of str
        What whoever gave the data should be told.
    left : str
        Digest of what came out.
    """

    entered: str
    out: str
    places: list[str]
    warnings: list[str]
    book: str
    remarks: list[str] = field(default_factory=list)
    left: str = ""


def packages() -> list[Path]:
    """Return the folders of our own packages as they are imported."""
    specs = [spec for name in PACKAGES if (spec := find_spec(name))]
    return [Path(folder) for spec in specs for folder in spec.submodule_search_locations or ()]


def surroundings(lock: Path) -> list[str]:
    """Return what the machine brings in: Python, and the pinned distributions as installed."""
    pinned = {_canonical(name) for name in _PIN.findall(lock.read_text(encoding="utf-8"))}
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return [sys.version, *(name for name in installed if _canonical(name.split("-")[0]) in pinned)]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def entering(root: Path, request: object, own: Iterable[Path]) -> str:
    """Digest all that enters a build: texts, data, programs, surroundings, request and date.

    Parameters
    ----------
    root : Path
        The book's top folder.
    request : object
        What was asked for; its `repr` counts.
    own : iterable of Path
        The reader's own files.
    """
    home = source_folder()
    lock = home / "requirements.lock"
    tops = [*packages(), home / "data", lock, *(root / name for name in TEXTS)]
    return digest.digest(
        [
            *surroundings(lock),
            repr(request),
            build_date().isoformat(),
            digest.tree(*(top for top in tops if top.exists())),
            *digest.contents((str(path), path) for path in own),
        ]
    )


def recall(cache: Path, request: object, entered: str) -> Note | None:
    """Return the note of the last build of this request if it would be the same again."""
    try:
        note = Note(**json.loads(_place(cache, request).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    out = Path(note.out)
    same = note.entered == entered and not (out / SWAP).exists() and note.left == _left(out)
    return note if same else None


def remember(cache: Path, request: object, note: Note) -> Note:
    """Keep a build's note with a digest of what came out, and return it."""
    whole = replace(note, left=_left(Path(note.out)))
    place = _place(cache, request)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(asdict(whole), ensure_ascii=False), encoding="utf-8")
    return whole


def _place(cache: Path, request: object) -> Path:
    return cache / "built" / f"{digest.digest([repr(request)])[:16]}.json"


def _left(out: Path) -> str:
    return digest.tree(*(out / part for part in PARTS if (out / part).exists()))
