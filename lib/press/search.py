"""Search by pairs of characters: pages and queries are cut alike, so what is on a page is found.

A run of Chinese characters gives each character and each pair of neighbours; a query gives its
pairs, and a page holds a word when it holds all of them. No dictionary decides what a word is.

The two halves of the cut stand side by side here: `split` for the index, `js_splitter_code` for
the query. What comes on top has its own places: other words for the same thing belong into the
query's half, the order of results into a script named by Sphinx's `html_search_scorer`, excerpts
into `book/templates/search.html`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx.search import SearchLanguage

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_RUN = re.compile(rf"{_HAN}+|[a-z0-9]+", re.IGNORECASE)


class HanPairs(SearchLanguage):
    """Chinese characters, each alone and with its neighbour; other words as they are."""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = rf"""
function splitQuery(query) {{
  const runs = query.match(/{_HAN}+|[a-z0-9]+/gi) || [];
  return runs.flatMap((run) => run < "\u3400" || run.length < 3
    ? [run] : [...run].slice(1).map((sign, i) => run[i] + sign));
}}
"""

    def split(self, input: str) -> list[str]:
        """Return the terms of a text."""
        terms: list[str] = []
        for run in _RUN.findall(input):
            if run < "\u3400":
                terms.append(run)
            else:
                terms += run
                terms += map("".join, pairwise(run))
        return terms

    def word_filter(self, word: str) -> bool:
        """Leave out single Latin letters and digits."""
        return len(word) > 1 or word >= "\u3400"


def setup(app: Sphinx) -> None:
    """Make this the way Chinese text is indexed."""
    app.add_search_language(HanPairs)
