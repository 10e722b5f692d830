"""The card that opens a chapter: four lines, declared once, in two languages.

``data/cards.toml`` holds the lines as templates over the facts that the chapter hands over; the
English line stands beside the Chinese one. A line on what is checked ends in verdicts, a line on
what is modelled in what nobody has measured.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from synergy.dictionary import DATA_DIR
from synergy.faults import DataError
from synergy.words import Said, phrase, say

#: What the four lines are called, by kind of card and language.
LABELS = {
    "tested": {
        "zh": ("说法", "证据", "判定", "怎样定论"),
        "en": ("Claim", "Evidence", "Verdict", "What would settle it"),
    },
    "modelled": {
        "zh": ("原文主张", "成立条件", "现有数据站在哪边", "还不知道什么"),
        "en": ("Claim", "Condition", "Measured", "Not known"),
    },
}


@cache
def declared_cards() -> dict[str, dict[str, Any]]:
    """Cards by the name of their chapter: ``kind``, colour ``look``, lines ``zh`` and ``en``.

    Raises
    ------
    DataError
        A card without its kind or with other than four lines in a language.
    """
    text = (DATA_DIR / "cards.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)
    shared = found.pop("modelled")
    for name, each in found.items():
        if each.get("kind") == "modelled":
            found[name] = each = {**shared, **each}
        counts = {language: len(each.get(language, ())) for language in ("zh", "en")}
        if each.get("kind") not in LABELS or set(counts.values()) != {4}:
            raise DataError(
                f"cards.toml 的 [{name}]：kind 可用 {'、'.join(LABELS)}，"
                f"zh 与 en 各四行，实为 {counts}。"
            )
    return found


def card(name: str, language: str = "zh", **facts: Any) -> Said:
    """The card of a chapter.

    Parameters
    ----------
    name : str
        Of the chapter, without its folder.
    language : {"zh", "en"}
    **facts
        What its lines use; both languages use the same.

    Raises
    ------
    DataError
        No such card.
    jinja2.UndefinedError
        A line uses a fact that was not given.
    """
    known = declared_cards()
    if name not in known:
        raise DataError(f"cards.toml 里没有 [{name}]；有 {'、'.join(known)}。")
    entry = known[name]
    lines = [say(line, **facts) for line in entry[language]]
    items = zip(LABELS[entry["kind"]][language], lines, strict=True)
    listed = "\n\n".join(f"{label}\n: {' '.join(line.split())}" for label, line in items)
    if language == "en":
        return Said(listed)
    look = entry["look"]
    return Said(f":::{{div}} claim-card {entry['kind']} {phrase(look, **facts)}\n{listed}\n:::")
