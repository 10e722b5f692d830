"""What a piece of code stands on: which of our modules it reaches, by reading their imports.

A chapter is executed again only when one of these modules changed. The fork server has loaded
all of them, so what a kernel has imported tells nothing; the sources do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

import synergy
from press import digest
from press.kept import remembered
from press.unchanged import packages, surroundings

# What the kernel itself brings, whatever a chapter says. `preload` only imports ahead of time.
KERNEL = ("press.execute", "press.kernel", "press.elsewhere", "press.figures", "press.preload")
_AHEAD = "press.preload"

# Folders beside a package's modules that nothing imports.
_BESIDE = {"tests", "docs", "examples", "paper"}


@dataclass(frozen=True)
class Library:
    """Our modules: their texts, whom each imports, and the other files of their packages.

    Attributes
    ----------
    digests : mapping of str to str
        Digest of the text by full name.
    imports : mapping of str to frozenset of str
        Modules of ours that each one imports, in functions too.
    others : str
        Digest of the files that are no modules (sentences, translations).
    """

    digests: Mapping[str, str]
    imports: Mapping[str, frozenset[str]]
    others: str

    def reached(self, starts: Iterable[str]) -> list[str]:
        """Return all modules that some lead to, sorted."""
        seen: set[str] = set()
        ahead = [name for name in starts if name in self.digests]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += self.imports[name] if name != _AHEAD else ()
        return sorted(seen)

    def key(self, starts: Iterable[str]) -> str:
        """Digest the modules that some lead to, and what they may read beside them."""
        names = self.reached(starts)
        pieces = chain.from_iterable((name, self.digests[name]) for name in names)
        return digest.digest([*pieces, self.others])

    def chapter_key(self, cells: Iterable[str]) -> str:
        """Digest what a chapter's code stands on."""
        return self.key(self.starts(cells))

    def starts(self, cells: Iterable[str]) -> set[str]:
        """Return the modules that a chapter's code names; code that cannot be read names all."""
        try:
            used = set().union(*(_names(cell, face=True) for cell in cells))
        except SyntaxError:
            used = set(self.digests)
        return {*KERNEL, *_homes(used, self.digests)}


@lru_cache
def library(cache: Path, *folders: Path) -> Library:
    """Read the packages in some folders, by default our own as they are imported.

    Parameters
    ----------
    cache : Path
        Where what was read is kept.
    *folders : Path
        The packages.
    """
    texts: dict[str, str] = {}
    others: list[str | bytes] = []
    for folder in folders or packages():
        found = [p for p in digest.files(folder) if not _BESIDE & set(p.relative_to(folder).parts)]
        code = [path for path in found if path.suffix == ".py"]
        texts |= {_module(path, folder): path.read_text(encoding="utf-8") for path in code}
        others += digest.named((path for path in found if path not in code), folder.parent)
    digests = {name: digest.digest([text]) for name, text in texts.items()}
    return Library(digests, remembered(imports_of, cache)(texts), digest.digest(others))


def imports_of(texts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return which modules of ours each of them imports, from their texts by full name."""
    return {name: _homes(_names(text), texts) - {name} for name, text in texts.items()}


def stands_on(data: Path, lock: Path, own: Mapping[str, Path]) -> str:
    """Digest what every chapter stands on besides its code: data, packages, the reader's files.

    Parameters
    ----------
    data, lock : Path
        The data package and the list of pinned packages.
    own : mapping of str to Path
        The reader's files by role.
    """
    given = digest.contents(sorted(own.items()))
    return digest.digest([*surroundings(lock), digest.tree(data, lock), *given])


def _module(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@cache
def _names(code: str, *, face: bool = False) -> set[str]:
    """Return full names that code imports; with the `face`, the rooms of the bare names too.

    A module found by a computed name, ``import_module(f"synergy.policy.{name}")``, counts as all
    of that package.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}".removesuffix(".*") for alias in node.names}
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            computed = re.fullmatch(r"((?:\w+\.)+)", str(node.values[0].value))
            names |= {computed[1]} if computed else set()
        elif isinstance(node, ast.Name) and face and node.id in synergy.HOME:
            names.add(f"synergy.{synergy.HOME[node.id]}")
    return names


def _homes(names: Iterable[str], ours: Collection[str]) -> frozenset[str]:
    """Turn imported names into modules of ours, with the packages around them."""
    found: set[str] = set()
    for name in names:
        if name.endswith("."):
            found |= {module for module in ours if module.startswith(name)}
        parts = name.split(".")
        found |= {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)} & set(ours)
        if len(parts) == 2 and parts[0] == "synergy" and parts[1] in synergy.HOME:
            found |= {f"synergy.{synergy.HOME[parts[1]]}"} & set(ours)
    return frozenset(found)
