"""Works as the text names them: by GB/T 7714-2015, first author and year, a letter where alike.

The list of ``book/references.bib`` in its order; `press.references` sets it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from pybtex.database import Entry, Person, parse_string
from pybtex.richtext import Text

from synergy.source import source_folder

LISTED_AUTHORS = 3
_HAN = re.compile(r"[\u4e00-\u9fff]")


# --- names and years --------------------------------------------------------------------------


def is_chinese(entry: Entry) -> bool:
    """Whether a work is Chinese, by its authors and its title."""
    names = " ".join(str(person) for person in entry.persons.get("author", []))
    return bool(_HAN.search(names + entry.fields.get("title", "")))


def surname(person: Person) -> str:
    """A person's family name with what belongs before it; a Chinese or corporate name whole."""
    return letters(" ".join([*person.prelast_names, *person.last_names]))


def listed_name(person: Person) -> str:
    """A name in the list: family name in capitals, initials without stops (``BROWN J K``)."""
    given = [*person.first_names, *person.middle_names]
    if not given:
        return surname(person)
    parts = re.split(r"[\s-]+", letters(" ".join(given)))
    initials = " ".join(part[0].upper() for part in parts if part)
    return f"{surname(person).upper()} {initials}"


def authors(entry: Entry, count: int, name: Callable[[Person], str], comma: str = ", ") -> str:
    """The first `count` authors, and that there are others, in the work's own language."""
    people = entry.persons.get("author", [])
    known = [person for person in people if str(person) != "others"]
    text = comma.join(name(person) for person in known[:count])
    if len(people) == len(known) <= count:
        return text
    return text + (f"{comma if count > 1 else ' '}" + ("等" if is_chinese(entry) else "et al."))


def cited_author(entry: Entry) -> str:
    """The author as the text names a work."""
    return authors(entry, 1, surname)


def order_key(entry: Entry) -> tuple[bool, list[str], str, str]:
    """Chinese works first, then by pinyin or letters, year and title."""
    names = authors(entry, LISTED_AUTHORS, listed_name)
    if is_chinese(entry):
        from pypinyin import (
            Style,
            lazy_pinyin,
        )  # long to load, and seldom needed

        heard: list[str] = lazy_pinyin(names.casefold(), style=Style.TONE3)
    else:
        heard = [letters(names).casefold()]
    fields = entry.fields
    return not is_chinese(entry), heard, fields.get("year", ""), fields.get("title", "")


def tell_apart(entries: Iterable[Entry]) -> None:
    """Put a letter behind the year of works that the text would name alike, in list order."""
    alike: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        year = entry.fields.get("year", "")[:4]
        alike[cited_author(entry), year].append(entry)
    for (_, year), group in alike.items():
        order = sorted(group, key=order_key) if len(group) > 1 else group
        for letter, entry in zip("abcdefghij", order, strict=False):
            entry.fields["year"] = f"{year}{letter if len(group) > 1 else ''}"


def letters(latex: str) -> str:
    """Text of LaTeX: accents become letters, braces go."""
    return str(Text.from_latex(latex))


# --- in the text ------------------------------------------------------------------------------


@cache
def works() -> Mapping[str, Entry]:
    """The book's list of works by key, told apart."""
    path = source_folder() / "book" / "references.bib"
    entries: Mapping[str, Entry] = parse_string(path.read_text(encoding="utf-8"), "bibtex").entries
    tell_apart(entries.values())
    return entries


def cited(keys: Iterable[str], *, textual: bool = False) -> str:
    """Name works as a text without links does.

    Parameters
    ----------
    keys : iterable of str
        Of the list.
    textual : bool
        Whether the author is a part of the sentence: ``王永钦 等（2020）``.

    Raises
    ------
    KeyError
        No such work.
    """
    named = [(cited_author(works()[key]), works()[key].fields["year"]) for key in keys]
    if textual:
        return "；".join(f"{author}（{year}）" for author, year in named)
    return f"（{'；'.join(f'{author}，{year}' for author, year in named)}）"
