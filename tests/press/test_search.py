"""The search: what the index holds, and how questions and texts are cut and ranked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from press.build import Book, build
from press.edition import Edition
from press.search import INDEX, words
from small import HEADER, PARAMETERS, write_book
from synergy.dictionary import all_places
from synergy.glossary import terms

CHAPTER = """# 熵权与指标

先说{claim}`梯度 <P-51-GRAD-AI>`。

## 赛跑的模型

机器人装机的税，公式 $x^2$。

### 里面一层

```{code-cell} python
from synergy import *
say("{{ n }} 只白鹭在里面一层。", n=7)
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Book:
    top = write_book(tmp_path_factory.mktemp("search"), root, HEADER + PARAMETERS + CHAPTER)
    return build(edition, top / "out", root=top, pdf=False)


@pytest.fixture(scope="module")
def index(book: Book) -> dict[str, Any]:
    assert book.html is not None
    text = (book.html.parent / INDEX).read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text.removeprefix("bookSearch.take(").removesuffix(");\n"))
    return held


def asked(browser: Chrome, book: Book, question: str, pages: list[dict[str, Any]]) -> list[str]:
    """Titles of the pages found in an index, in order; the words are the book's."""
    assert book.html is not None
    browser.get((book.html.parent / "search.html").as_uri())
    told = {"pages": pages, "words": list(words())}
    find = (
        "bookSearch.take(arguments[0]); return bookSearch.find(arguments[1]).map(p => p.page.title)"
    )
    found: list[str] = browser.execute_script(find, told, question)
    return found


def page(
    title: str, *parts: tuple[str, str], at: str = "a.html", weight: float = 1.0
) -> dict[str, Any]:
    return {"at": at, "title": title, "weight": weight, "parts": [[h, "x", t] for h, t in parts]}


def test_the_index_holds_each_section_s_own_words(index: dict[str, Any]) -> None:
    (chapter,) = [p for p in index["pages"] if p["at"] == "chapters/paper/data.html"]
    assert chapter["title"] == "熵权与指标"
    assert [part[0] for part in chapter["parts"]] == ["", "赛跑的模型", "里面一层"]
    texts = [part[2] for part in chapter["parts"]]
    assert texts[0] == "先说梯度。" and texts[2] == "7 只白鹭在里面一层。"
    assert "白鹭" not in texts[1] and "x^2" not in texts[1]


def test_boilerplate_and_sphinx_s_own_index_are_out(book: Book, index: dict[str, Any]) -> None:
    assert book.html is not None
    text = json.dumps(index["pages"], ensure_ascii=False)
    assert not [word for word in ("本页源文件", "专页", "分钟", "✓", "标出全部") if word in text]
    assert not (book.html.parent / "searchindex.js").exists()


def test_every_term_and_place_is_found_by_each_of_its_names() -> None:
    said = {name for entry in words() for name in entry["say"]}
    for term in terms():
        assert {spelling.casefold() for spelling in term.spellings} <= said
    for place in all_places():
        assert {place.name, place.name_en.casefold()} <= said
    assert {"sichuan", "sc", "qinghai", "shangquan"} <= said


@pytest.mark.browser
def test_title_comes_before_heading_before_text(browser: Chrome, book: Book) -> None:
    pages = [
        page("丙", ("", "白鹭白鹭白鹭白鹭白鹭白鹭")),
        page("乙", ("白鹭的样子", "正文")),
        page("白鹭", ("", "正文")),
        page("丁", ("", "没有")),
    ]
    assert asked(browser, book, "白鹭", pages) == ["白鹭", "乙", "丙"]


@pytest.mark.browser
def test_all_words_must_be_there_and_best_in_one_section(browser: Chrome, book: Book) -> None:
    pages = [
        page("甲", ("一", "白鹭"), ("二", "苍鹰")),
        page("乙", ("一", "白鹭和苍鹰")),
        page("丙", ("一", "白鹭")),
    ]
    assert asked(browser, book, "白鹭 苍鹰", pages) == ["乙", "甲"]


@pytest.mark.browser
def test_long_words_are_found_in_pieces_but_whole_ones_come_first(
    browser: Chrome, book: Book
) -> None:
    pages = [
        page("甲", ("一", "白鹭飞过，鹭飞，飞过江面")),
        page("乙", ("一", "白鹭飞过江面")),
        page("丙", ("一", "白鹭")),
    ]
    assert asked(browser, book, "白鹭飞过江面", pages) == ["乙", "甲"]


@pytest.mark.browser
@pytest.mark.parametrize("question", ["四川", "Sichuan", "SICHUAN", "sc", "四川省"])
def test_names_of_a_place_mean_the_same(browser: Chrome, book: Book, question: str) -> None:
    pages = [page("甲", ("", "四川")), page("乙", ("", "广东"))]
    assert asked(browser, book, question, pages) == ["甲"]


@pytest.mark.browser
def test_the_page_that_deals_with_a_term_comes_first(browser: Chrome, book: Book) -> None:
    pages = [
        page("甲", ("", "泰尔指数" * 9)),
        page("乙", ("", "泰尔指数"), at="chapters/notes/insights.html"),
    ]
    for question in ("泰尔指数", "泰尔", "Theil index", "theil"):
        assert asked(browser, book, question, pages)[0] == "乙", question


@pytest.mark.browser
def test_a_page_that_deals_with_a_term_need_not_say_it(browser: Chrome, book: Book) -> None:
    pages = [
        page("甲", ("", "Granger"), at="chapters/paper/interaction.html"),
        page("乙", ("", "无")),
    ]
    assert asked(browser, book, "格兰杰检验", pages) == ["甲"]


@pytest.mark.browser
def test_names_of_things_are_found_inside_a_longer_word(browser: Chrome, book: Book) -> None:
    pages = [
        page("甲", ("", "蒙特卡罗和模型")),
        page("乙", ("", "模拟研究的模型"), at="chapters/paper/monte_carlo.html"),
        page("丙", ("", "白鹭")),
    ]
    assert asked(browser, book, "蒙特卡罗模型", pages)[0] == "乙"


@pytest.mark.browser
def test_latin_words_are_not_found_inside_others(browser: Chrome, book: Book) -> None:
    pages = [page("甲", ("", "programme")), page("乙", ("", "a gram of salt"))]
    assert asked(browser, book, "gram", pages) == ["乙"]


@pytest.mark.browser
def test_signs_of_patterns_are_plain_signs(browser: Chrome, book: Book) -> None:
    assert asked(browser, book, "a.* (", [page("甲", ("", "白鹭"))]) == []
