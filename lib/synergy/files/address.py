"""Where a table is: a file, and the sheet of it that may follow its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def split_sheet(text: str) -> tuple[str, str]:
    """File and sheet of ``book.xlsx|Sheet2``; a file's own name may hold the bar."""
    file, bar, sheet = text.rpartition("|")
    return (file, sheet) if bar and not Path(text).exists() else (text, "")


def own_files(asked: Mapping[str, Any]) -> dict[str, Path]:
    """A reader's own files among what was asked for, by their role."""
    given = {role: asked.get(role) for role in ("data", "recipe", "plan")}
    return {role: Path(split_sheet(text)[0]) for role, text in given.items() if text}
