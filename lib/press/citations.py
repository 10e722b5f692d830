"""Citations as Chinese readers write them: no English "and" between authors.

Both styles are entry points named `chinese` (see pyproject.toml).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.template import Node, names, sentence
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

_brackets = partial(BracketStyle, left="（", right="）", sep="；", sep2="；", last_sep="；")
_authors = partial(PersonStyle, sep="、", sep2="、", last_sep="、", other=Text("等"))


class ChineseListStyle(PlainStyle):  # type: ignore[misc]
    """The list of references: authors separated by commas alone."""

    def format_names(self, role: str, as_sentence: bool = True) -> Node:
        """Return the template of a list of names."""
        formatted = names(role, sep=", ", sep2=", ", last_sep=", ")
        return sentence[formatted] if as_sentence else formatted


@dataclass
class ChineseReferenceStyle(AuthorYearReferenceStyle):
    """References in the text: 王永钦、董雯（2020）."""

    bracket_textual: BracketStyle = field(default_factory=_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=_brackets)
    bracket_year: BracketStyle = field(default_factory=_brackets)
    person: PersonStyle = field(default_factory=_authors)
    author_year_sep: str = "，"
    text_reference_sep: str = ""
