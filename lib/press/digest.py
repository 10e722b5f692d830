"""Digests of what a build stands on. Only the standard library, so that they cost no start-up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path


def digest(pieces: Iterable[str | bytes]) -> str:
    """Hash pieces, each preceded by its length, so that none can pass for another."""
    total = hashlib.sha256()
    for piece in pieces:
        content = piece.encode() if isinstance(piece, str) else piece
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def files(folder: Path) -> list[Path]:
    """Return all files below a folder, or the file itself, without byte code."""
    found = folder.rglob("*") if folder.is_dir() else [folder]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def contents(given: Iterable[tuple[str, Path]]) -> Iterator[str | bytes]:
    """Yield each file's name, as it is given, and its content, as pieces of a digest."""
    for name, path in given:
        yield from (name, path.read_bytes() if path.is_file() else b"")


def named(paths: Iterable[Path], top: Path) -> Iterator[str | bytes]:
    """Yield each file's place below `top` and its content, as pieces of a digest."""
    for path in paths:
        yield from (path.relative_to(top).as_posix(), path.read_bytes())


def tree(*folders: Path) -> str:
    """Hash what lies below folders (or is such a file): places, names and contents."""
    return digest(chain.from_iterable(named(files(top), top.parent) for top in folders))
