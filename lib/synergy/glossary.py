"""The book's terms: one table for the glossary, its English, what readers may say instead.

``data/glossary.csv`` holds a term a row. Whoever explains a term to a reader (the glossary, a card,
the search) reads it here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import groupby

from synergy.faults import DataError, suggestion
from synergy.source import source_folder

GLOSSARY = source_folder() / "data" / "glossary.csv"


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes
    ----------
    name, pinyin, english : str
        In Chinese, its sounds with tones as digits, in English.
    short : str
        Abbreviation or symbol; empty where there is none.
    synonyms : tuple of str
        Other words for it, or for what a reader who looks for it may have in mind.
    page : str
        Document of the book that deals with it.
    definition : str
        One to three sentences of plain Chinese.
    """

    name: str
    pinyin: str
    english: str
    short: str
    synonyms: tuple[str, ...]
    page: str
    definition: str

    @property
    def syllables(self) -> tuple[str, ...]:
        """Its pinyin without tones."""
        return tuple(part.rstrip("1234") for part in self.pinyin.split())

    @property
    def letter(self) -> str:
        """The letter under which an index lists it."""
        return self.syllables[0][0].upper()

    @property
    def slug(self) -> str:
        """Its anchor in the glossary: pinyin joined by hyphens."""
        return f"term-{'-'.join(self.syllables)}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything by which a search should find it, each once."""
        heard = ("".join(self.syllables), "".join(part[0] for part in self.syllables))
        found = (self.name, self.english, self.short, *self.synonyms, *heard)
        return tuple(dict.fromkeys(word for word in found if word))


@cache
def terms() -> tuple[Term, ...]:
    """All terms in the order of their pinyin."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        found = [_term(row) for row in csv.DictReader(file)]
    return tuple(sorted(found, key=lambda term: term.pinyin.split()))


def find_term(name: str) -> Term:
    """Return a term by its name, abbreviation or one of its synonyms.

    Raises
    ------
    DataError
        There is none; the message proposes one.
    """
    known = {word: term for term in reversed(terms()) for word in (term.short, *term.synonyms)}
    known |= {term.name: term for term in terms()}
    if name and name in known:
        return known[name]
    near = suggestion(get_close_matches(name, known, n=2, cutoff=0.5))
    raise DataError(f"术语表（data/glossary.csv）里没有“{name}”。{near}")


def by_letter() -> dict[str, list[Term]]:
    """Terms under the first letter of their pinyin."""
    return {letter: list(group) for letter, group in groupby(terms(), lambda term: term.letter)}


def by_english() -> list[Term]:
    """Terms in the order of their English."""
    return sorted(terms(), key=lambda term: term.english.casefold())


def _term(row: dict[str, str]) -> Term:
    synonyms = tuple(word for word in row["synonyms"].split("|") if word)
    names = row["term"], row["pinyin"], row["english"], row["short"]
    return Term(*names, synonyms, row["page"], row["definition"])
