"""Text is cut into pairs of characters."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.search import HanPairs


@pytest.fixture
def language() -> HanPairs:
    """The language without options."""
    return HanPairs({})


def test_chinese_gives_characters_and_pairs_other_words_themselves(language: HanPairs) -> None:
    assert language.split("熵权法，PVAR 2022年") == [
        *("熵", "权", "法", "熵权", "权法"),
        *("PVAR", "2022", "年"),
    ]


def test_single_latin_letters_are_left_out(language: HanPairs) -> None:
    kept = [word for word in language.split("税 a AI U1") if language.word_filter(word)]
    assert kept == ["税", "AI", "U1"]


@given(st.text("熵权法就业质量"), st.text("熵权法就业质量", min_size=2), st.text("熵权法就业质量"))
def test_a_page_holds_every_pair_of_what_stands_on_it(before: str, word: str, after: str) -> None:
    page = HanPairs({}).split(before + word + after)
    assert {a + b for a, b in pairwise(word)} <= set(page)
