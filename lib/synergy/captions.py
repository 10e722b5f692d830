"""Words of figures: title, measure, how to read it and source, in two languages.

``data/captions.toml`` declares them; a chapter hands over facts, and a figure knows those of its
text alternative (`synergy.figures.theme.finish`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.words import say

Language = Literal["zh", "en"]

#: What a declaration must say; `note` may be missing.
PARTS = ("title", "title_en", "measure", "measure_en", "source")


@dataclass(frozen=True)
class Words:
    """What a figure says in one language; all of it MyST Markdown on a line.

    Attributes
    ----------
    title
        The finding.
    measure
        What is measured, in which unit.
    nature, note
        The kind of data; how to read the figure, in Chinese only, and where its numbers are from.
    key
        Of its source in ``data/figure_sources.csv``.
    """

    title: str
    measure: str
    nature: str
    note: str
    key: str

    @property
    def caption(self) -> str:
        """Title, in bold, and measure."""
        stop = "" if self.measure.endswith(("。", ".")) else "。" if self._chinese else "."
        return f"**{self.title}** {self.measure}{stop}"

    @property
    def _chinese(self) -> bool:
        return any(char > "\u2e80" for char in self.measure)


@cache
def declared_captions() -> Mapping[str, Mapping[str, str]]:
    """Declarations by name: of a figure, or of words that several figures use."""
    return tomllib.loads((DATA_DIR / "captions.toml").read_text(encoding="utf-8"))


@cache
def figure_sources() -> pd.DataFrame:
    """Kinds of data and sources, in both languages, by key."""
    return pd.read_csv(DATA_DIR / "figure_sources.csv").set_index("key")


def words_of(
    name: str,
    facts: Mapping[str, Any],
    language: Language = "zh",
    *,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> Words:
    """Fill a declaration.

    Parameters
    ----------
    name : str
        In ``data/captions.toml``.
    facts : mapping
        What its templates use; the same for both languages. What else a declaration says is one.
    language : {"zh", "en"}
    beside : mapping
        Further facts, unless the declaration or `facts` say otherwise.

    Raises
    ------
    ValueError
        No such declaration, or no such source.
    jinja2.UndefinedError
        A template uses a fact that was not given.
    """
    entry, end = _entry(name), "" if language == "zh" else "_en"
    said = {key: text for key, text in entry.items() if key not in (*PARTS, "note", "like")}
    facts = {**beside, **said, **facts}
    title, measure = (_filled(entry[f"{part}{end}"], facts) for part in ("title", "measure"))
    title, measure = (f"{text[:1].upper()}{text[1:]}" for text in (title, measure))
    key = _source(entry["source"], facts)
    nature, source = (
        str(figure_sources().at[key, f"{part}{end}"]) for part in ("nature", "source")
    )
    note = _filled(entry.get("note", ""), facts) if language == "zh" else ""
    stated = f"来源：{source}。" if language == "zh" else f"Source: {source}."
    return Words(title, measure, nature, f"{note}{stated}", key)


def _entry(name: str) -> Mapping[str, str]:
    """A declaration, over the one that it is like."""
    known = declared_captions()
    if name not in known:
        near = "、".join(get_close_matches(name, known, n=3, cutoff=0.3))
        raise ValueError(f"captions.toml 里没有 [{name}]；相近的有 {near}。")
    own = known[name]
    return {**_entry(own["like"]), **own} if "like" in own else own


def _filled(template: str, facts: Mapping[str, Any]) -> str:
    return " ".join(say(template, **facts).split())


def _source(declared: str, facts: Mapping[str, Any]) -> str:
    """Key of a source: as declared, or the nature of the findings of that name."""
    key = str(facts[declared].nature) if declared in facts else declared
    if key not in figure_sources().index:
        known = "、".join(figure_sources().index)
        raise ValueError(f"figure_sources.csv 里没有 {key}；可用 {known}。")
    return key
