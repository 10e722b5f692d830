"""What a reader takes along: archives that are the same, byte for byte, for the same files."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

#: The earliest day that the format knows: an archive says nothing of when it was made.
_DAY = (1980, 1, 1, 0, 0, 0)

SUMS = "SHA256SUMS.txt"


def pack(target: Path, files: Iterable[tuple[str, Path]]) -> Path:
    """Write a zip of files under their names in it, in the order of those."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return target


def tree(folder: Path, top: str) -> list[tuple[str, Path]]:
    """Files below a folder with their names below `top`, hidden ones left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [
        (f"{top}/{path.relative_to(folder).as_posix()}", path)
        for path in files
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def write_sums(folder: Path) -> None:
    """List the sha256 of every file of a folder, so that a copy can be checked."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
