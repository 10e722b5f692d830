"""Marks of blocks of MyST Markdown, for who writes them and for who reads them.

`synergy.page` writes a figure or a table as one block; notebooks (`synergy.notebook`) and the press
(`press.captions`, `press.by_place`) read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: How those words of a figure begin that are not its caption.
ENGLISH, NATURE, NOTE = "English: ", "Nature: ", "Note: "

#: What an exercise is called before its code, in two languages.
EXERCISE, EXERCISE_EN = "习题", "Exercise"

#: Around a table: its cells may hold fences of their own.
BARS = "`" * 10

#: Parts of a figure's words that may differ by place, with their block's opening.
OPENINGS: Mapping[str, str] = {"english": ENGLISH, "nature": NATURE, "note": NOTE}


def parts(lines: Iterable[str]) -> dict[str, str]:
    """Return the text of each part: ``caption``, and those of `OPENINGS` that are there."""
    found: dict[str, str] = {}
    for block in "\n".join(lines).strip().split("\n\n"):
        kind = next((kind for kind, o in OPENINGS.items() if block.startswith(o)), "caption")
        text = block.removeprefix(OPENINGS.get(kind, "")).strip()
        found[kind] = f"{found[kind]}\n\n{text}" if kind in found else text
    return found
