"""What texts refer to: titles of documents, numbers of figures, tables and formulas, headings.

Numbers are those of the book: in a numbered part a chapter's figures carry its number, all others
are counted through the whole book (Sphinx's `numfig`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from synergy.source import source_folder

#: What a directive of `synergy.page` puts on the page, in the languages of books.
KINDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"chart": "图", "numbered": "表"},
    "en": {"chart": "Figure", "numbered": "Table"},
}

_SHOWN = re.compile(r"^`{3,}\{(chart|numbered)\} (\S+)$", re.M)
# A name that code puts together begins with what is written out, and that ends with a dash.
_CALLED = re.compile(r"""\b(?:figure|numbered)\(\s*f?["']((?:fig|tab)-[\w-]+)""")
_EQUATION = re.compile(r"\$\$[ \t]*\((eq-[\w-]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
_LABEL = re.compile(r"^\(([\w-]+)\)=\n+#+ +(.+?) *$", re.M)


@dataclass
class Contents:
    """A book as its texts see it.

    Attributes
    ----------
    titles : mapping
        Title by document.
    chapters : mapping
        Number by document; empty in a part without numbers.
    exhibits, equations : dict
        What figures and tables (``fig-…``, ``tab-…``) and formulas (``eq-…``) are called.
    labels : mapping
        Document and heading by label.
    homes : mapping
        Document by name of a figure or table that its code shows.
    language : {"zh", "en"}
        Of the words before numbers, and of captions.
    solutions : bool
        Whether solutions of exercises are shown.
    """

    titles: Mapping[str, str]
    chapters: Mapping[str, str]
    exhibits: dict[str, str] = field(default_factory=dict)
    equations: dict[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh"
    solutions: bool = True
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def title(self, target: str) -> str:
        """Title of a document by what a link says of it: a name, or the end of one.

        Examples
        --------
        >>> Contents({"chapters/paper/methods": "方法"}, {}).title("../paper/methods")
        '方法'
        """
        end = f"/{target.strip('./')}"
        return next((title for name, title in self.titles.items() if f"/{name}".endswith(end)), "")

    def seen(self, kind: str, name: str, document: str = "") -> str:
        """What a figure or table is called that is shown now, and from now on.

        Parameters
        ----------
        kind : {"chart", "numbered"}
        name : str
            ``fig-…`` or ``tab-…``.
        document : str
            Where it stands; by default where the code shows it. One that no numbered chapter
            shows is called nothing then: its number depends on the whole book.
        """
        home = document or self.home(name)
        if name not in self.exhibits and (document or self.chapters.get(home)):
            number = self._counted(kind, home)
            self.exhibits[name] = f"{KINDS[self.language][kind]} {number}"
        return self.exhibits.get(name, "")

    def home(self, name: str) -> str:
        """Document whose code shows a figure or a table."""
        begun = (
            at for start, at in self.homes.items() if start[-1] == "-" and name.startswith(start)
        )
        return self.homes.get(name) or next(begun, "")

    def read(self, document: str, text: str) -> None:
        """Count the formulas of a text, in order."""
        for name in _EQUATION.findall(text):
            self.equations[name] = self._counted("equation", document)

    def show(self, document: str, text: str) -> None:
        """Count the figures and tables that a text shows, in order."""
        for kind, name in _SHOWN.findall(text):
            self.seen(kind, name, document)

    def _counted(self, kind: str, document: str) -> str:
        chapter = self.chapters.get(document, "")
        self.counted[kind, chapter] += 1
        number = self.counted[kind, chapter]
        return f"{chapter}.{number}" if chapter else str(number)


def order(toc: Path) -> list[tuple[str, str]]:
    """Documents of a `_toc.yml` in reading order, each with the number of its chapter."""
    told = yaml.safe_load(toc.read_text(encoding="utf-8"))
    parts, found, last = told.get("parts", [told]), [(str(told["root"]), "")], 0
    for part in parts:
        for chapter in part.get("chapters", ()):
            last += bool(part.get("numbered"))
            number = str(last) if part.get("numbered") else ""
            found += [(name, number) for name in _files(chapter)]
    return found


def _files(entry: Mapping[str, Any]) -> Iterator[str]:
    if "file" in entry:
        yield str(entry["file"])
    for inner in entry.get("sections", ()):
        yield from _files(inner)


def contents(
    listed: Iterable[tuple[str, str]],
    texts: Mapping[str, str],
    language: str = "zh",
    *,
    shown: Collection[str] = (),
) -> Contents:
    """Read a book.

    Parameters
    ----------
    listed : iterable
        Documents and their numbers, as from `order`.
    texts : mapping
        Of each, as MyST Markdown: its source, or what it shows.
    language : {"zh", "en"}
    shown : collection of str
        Documents whose text is what they show; no source shows figures and tables yet.
    """
    numbers = dict(listed)
    known = {name: texts[name] for name in numbers if name in texts}
    headings = {name: _HEADING.search(text) for name, text in known.items()}
    titles = {name: found[1] if found else name for name, found in headings.items()}
    labels = {
        label: (name, head) for name, text in known.items() for label, head in _LABEL.findall(text)
    }
    made = Contents(titles, numbers, labels=labels, homes=_homes(known), language=language)
    for name, text in known.items():
        made.read(name, text)
        if name in shown:
            made.show(name, text)
    return made


def _homes(texts: Mapping[str, str]) -> dict[str, str]:
    """Document by name of what its code, or its text, shows."""
    return {
        shown: name
        for name, text in texts.items()
        for shown in (*_CALLED.findall(text), *(found for _, found in _SHOWN.findall(text)))
    }


@cache
def of_source() -> Contents:
    """The book as its source tells it, before anything runs."""
    root = source_folder()
    listed = order(root / "_toc.yml")
    paths = {name: root / f"{name}.md" for name, _ in listed}
    texts = {n: path.read_text(encoding="utf-8") for n, path in paths.items() if path.is_file()}
    return contents(listed, texts)
