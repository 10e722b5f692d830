"""Where a table is: a file, and the sheet of it that may follow its name."""

from __future__ import annotations

from pathlib import Path


def split_sheet(text: str) -> tuple[str, str]:
    """File and sheet of ``book.xlsx|Sheet2``; a file's own name may hold the bar."""
    file, bar, sheet = text.rpartition("|")
    return (file, sheet) if bar and not Path(text).exists() else (text, "")
