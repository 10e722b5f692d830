"""The table of terms: whole, in pinyin, findable, and each explained by a page of the book."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypinyin import Style, pinyin

from synergy.faults import DataError
from synergy.glossary import by_english, by_letter, find_term, terms

ROOT = Path(__file__).parents[1]


def test_every_term_is_whole_and_said_once() -> None:
    assert len(terms()) >= 45
    for field in ("name", "english", "slug"):
        values = [getattr(term, field) for term in terms()]
        assert len(set(values)) == len(values), field
    for term in terms():
        assert term.definition.endswith("。") and 15 <= len(term.definition) <= 90, term.name
        assert (ROOT / f"{term.page}.md").is_file(), term.name
        assert term.name not in term.synonyms


def test_terms_stand_in_the_order_of_their_pinyin() -> None:
    heard = ["".join(term.syllables) for term in terms()]
    letters = [term.letter for term in terms()]
    assert letters == sorted(letters) and all("A" <= letter <= "Z" for letter in letters)
    assert heard[0].startswith("angou") and heard[-1].startswith("zonghe")
    assert list(by_letter()) == sorted(set(letters))
    assert sum(map(len, by_letter().values())) == len(by_english()) == len(terms())


def test_each_letter_sounds_as_one_of_its_readings() -> None:
    for term in terms():
        for letter, said in zip(term.name, term.pinyin.split(), strict=True):
            (known,) = pinyin(letter, style=Style.TONE3, heteronym=True)
            assert said in known, f"{term.name}: {said} is none of {known}"


def test_pinyin_of_characters_with_two_readings() -> None:
    assert find_term("校准").slug == "term-jiao-zhun"
    assert find_term("方差分解").pinyin == "fang1 cha1 fen1 jie3"
    assert find_term("替代弹性").syllables == ("ti", "dai", "tan", "xing")
    assert find_term("耦合度").slug == "term-ou-he-du"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("熵权法", "熵权"),
        ("熵", "信息熵"),
        ("格兰杰", "格兰杰因果"),
        ("PVAR", "面板向量自回归"),
        ("GMM", "广义矩估计"),
        ("泰尔", "泰尔指数"),
        ("pension", "现收现付制"),
        ("自回归", "面板向量自回归"),
    ],
)
def test_a_synonym_finds_its_term(word: str, name: str) -> None:
    assert find_term(word).name == name
    assert word in find_term(word).spellings


def test_spellings_hold_pinyin_whole_and_by_initials() -> None:
    spellings = find_term("熵权").spellings
    assert {"shangquan", "sq", "entropy weight", "熵权"} <= set(spellings)


@pytest.mark.parametrize("word", ["", "没有这个词"])
def test_an_unknown_word_is_refused(word: str) -> None:
    with pytest.raises(DataError, match="术语表"):
        find_term(word)


def test_a_near_word_is_proposed() -> None:
    with pytest.raises(DataError, match=r"是否想写“.*格兰杰"):
        find_term("格兰杰因")
