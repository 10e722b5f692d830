"""References as GB/T 7714-2015 asks of the author-date system, for sphinxcontrib-bibtex.

The list: Chinese works first in the order of their pinyin, then Western ones by alphabet; author
and year in front, a mark of the kind of document behind the title (``[J]``, ``[R/OL]``), at most
three authors. In the text: the first author alone where there are more, and a letter behind the
year where that leaves two works alike. A title keeps its capitals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import Node
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.plugin import register_plugin as register_reference_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import node

from synergy.works import (
    LISTED_AUTHORS,
    authors,
    cited_author,
    letters,
    listed_name,
    order_key,
    tell_apart,
)

#: The standard's marks by the kind of entry; what is only on the web is marked so as well.
MARKS = {
    "article": "J",
    "book": "M",
    "dataset": "DS",
    "mastersthesis": "D",
    "online": "EB",
    "phdthesis": "D",
    "software": "CP",
    "techreport": "R",
    "unpublished": "Z",
}


# --- the list ---------------------------------------------------------------------------------


class Order(BaseSortingStyle):  # type: ignore[misc]
    """The order of the list."""

    def sorting_key(self, entry: Entry) -> Any:
        """Return what an entry is sorted by."""
        return order_key(entry)


class ListStyle(BaseStyle):  # type: ignore[misc]
    """The list of references."""

    default_sorting_style = "gbt7714"

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        """Format an entry; its label is not shown."""
        return FormattedEntry(entry.key, reference(entry), label)


def reference(entry: Entry) -> Text:
    """One reference: author, year, title with its mark, where it came out, where it is."""
    head = Text(f"{authors(entry, LISTED_AUTHORS, listed_name)}, {entry.fields['year']}")
    number = _numbered(entry)
    title = Text(
        letters(entry.fields["title"]), f": {number}" if number else "", f"[{mark(entry)}]"
    )
    parts = [head, title, *_source(entry), *_address(entry)]
    shown = Text(". ").join(part for part in parts if part)
    return shown if str(shown).endswith((".", "。")) else Text(shown, ".")


def mark(entry: Entry) -> str:
    """The kind of document, and whether it was read on the web (``R/OL``).

    Raises
    ------
    KeyError
        A kind of entry that the table of marks does not have.
    """
    online = entry.type in {"online", "software", "dataset"} or "url" in entry.fields
    return MARKS[entry.type] + ("/OL" if online else "")


def _numbered(entry: Entry) -> str:
    """Series and number of a report, or of a preprint, which belong to the title."""
    if entry.type == "techreport":
        return " ".join(entry.fields[key] for key in ("type", "number") if key in entry.fields)
    if "eprint" in entry.fields:
        return f"arXiv:{entry.fields['eprint']}"
    return ""


def _source(entry: Entry) -> list[Text]:
    known = {key: letters(value) for key, value in entry.fields.items()}
    looked = f"[{known['urldate']}]" if "urldate" in known else ""
    if entry.type == "article":
        return [Text(known["journal"] + _issue(entry) + looked)]
    place = [
        known[key] for key in ("address", "institution", "school", "publisher") if key in known
    ]
    return [Text(text) for text in (known.get("note", ""), ": ".join(place) + looked) if text]


def _issue(entry: Entry) -> str:
    """Volume, issue and pages of a periodical: ``, 15(8): 19-29``."""
    known = entry.fields
    volume = f", {known['volume']}" if "volume" in known else ""
    issue = f"({known['number']})" if "number" in known else ""
    pages = f": {known['pages'].replace('--', '-')}" if "pages" in known else ""
    return volume + issue + pages


def _address(entry: Entry) -> list[Text]:
    """Where the work is to be had, as a link: its address, else its identifier."""
    if "url" in entry.fields:
        return [Text(HRef(entry.fields["url"], entry.fields["url"]))]
    if "doi" in entry.fields:
        doi = entry.fields["doi"]
        return [Text("DOI:", HRef(f"https://doi.org/{doi}", doi))]
    return []


# --- in the text ------------------------------------------------------------------------------


@node  # type: ignore[untyped-decorator]
def first_author(children: Any, data: dict[str, Any]) -> Text:
    """Print the author of the entry at hand."""
    return Text(cited_author(data["entry"]))


class FirstAuthor(PersonStyle):
    """Persons in the text: the first alone, in whatever role asks."""

    def names(self, role: str, full: bool) -> Node:
        """Return the template of the first author."""
        return first_author

    def author_or_editor_or_title(self, full: bool) -> Node:
        """Return the template of the first author."""
        return first_author


def _brackets() -> BracketStyle:
    return BracketStyle(left="（", right="）", sep="；", sep2="；", last_sep="；")


@dataclass
class ReferenceStyle(AuthorYearReferenceStyle):
    """References in the text: 王永钦 等（2020）, （王永钦 等，2020）."""

    bracket_textual: BracketStyle = field(default_factory=_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=_brackets)
    bracket_year: BracketStyle = field(default_factory=_brackets)
    person: PersonStyle = field(default_factory=FirstAuthor)
    author_year_sep: str = "，"
    text_reference_sep: str = ""


def _name_works(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    tell_apart(env.get_domain("cite").bibdata.data.entries.values())  # type: ignore[attr-defined]


def _list_works(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make the list a list: it is named by author and year, so that its labels say nothing."""
    for holder in {work.parent for work in doctree.findall(nodes.citation)}:
        items = [_item(work) for work in holder.children]
        holder.replace_self(nodes.bullet_list("", *items, classes=["works"], bullet="-"))


def _item(work: Any) -> nodes.list_item:
    text = [part for part in work.children if not isinstance(part, nodes.label)]
    return nodes.list_item("", *text, ids=work["ids"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the styles under the name `gbt7714` and name the works before pages are read."""
    register_plugin("pybtex.style.formatting", "gbt7714", ListStyle, force=True)
    register_plugin("pybtex.style.sorting", "gbt7714", Order, force=True)
    register_reference_style(
        "sphinxcontrib.bibtex.style.referencing", "gbt7714", ReferenceStyle, force=True
    )
    app.connect("env-before-read-docs", _name_works)
    app.connect("doctree-resolved", _list_works)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
