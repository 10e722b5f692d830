"""Texts of the book in a notebook of their own: plain Markdown, tables and charts, nothing raw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from synergy.cards import card
from synergy.claims.ledger import FAILED, load_ledger
from synergy.notebook.bundles import PICTURE, VEGA_LITE, fixed, outputs, slim
from synergy.notebook.contents import Contents, contents, of_source, order
from synergy.notebook.display import follow
from synergy.notebook.plain import Drawing, alone, plain, plain_text
from synergy.page import figure, numbered
from synergy.words import say
from synergy.works import cited, works

SPEC = {"width": "container", "mark": "bar", "description": "一根柱"}


class Chart:
    """What a figure needs of a chart."""

    def to_dict(self) -> dict[str, Any]:
        return dict(SPEC)


@pytest.fixture
def book() -> Contents:
    """A book of two chapters, of which only the first has a number."""
    texts = {
        "chapters/a/methods": "# 方法\n\n(here)=\n## 等级\n\n$$\nx\n$$ (eq-x)\n",
        "chapters/a/data": '# 数据\n\nfigure("fig-far", chart)',
    }
    return contents([("chapters/a/methods", "3"), ("chapters/a/data", "")], texts)


def text(source: str, book: Contents) -> str:
    return plain_text(source, book)


# --- roles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("见{doc}`方法 <methods>`。", "见《方法》。"),
        ("见{doc}`../a/methods`。", "见《方法》。"),
        ("见{doc}`上一章 </chapters/a/methods>`。", "见上一章（《方法》）。"),
        ("见{ref}`这一节 <here>`。", "见这一节（《方法》“等级”）。"),
        ("式 {eq}`eq-x`", "式 (3.1)"),
        ("{gloss}`权重 <熵权>`", "权重"),
        ("[只在网页]{.screen-only}，[小字]{.caveat}", "，小字"),
        ("[内页](../audit/paper.md)与[外页](https://a.cn/b)", "内页与[外页](https://a.cn/b)"),
        ('<a href="#x">行</a> <a href="https://a.cn">外</a>', '行 <a href="https://a.cn">外</a>'),
        ("{numref}`fig-far`", "《数据》里的图"),
        (r"$\sqrt[3]{x}$", r"$\sqrt[3]{x}$"),
    ],
)
def test_a_role_becomes_its_words(source: str, wanted: str, book: Contents) -> None:
    assert text(source, book) == wanted


def test_works_are_named_by_author_and_year(book: Contents) -> None:
    said = text("前人{cite:p}`dagum1997decomposition`与{cite:t}`dagum1997decomposition`", book)
    assert said == "前人（Dagum，1997）与Dagum（1997）"
    assert cited(["gan2025synergy", "dagum1997decomposition"]).count("；") == 1
    years = {(cited([key]), work.fields["title"]) for key, work in works().items()}
    assert len({name for name, _ in years}) == len(works()), "two works are named alike"


def test_a_number_bears_the_sign_of_one_that_fails(book: Contents) -> None:
    ledger = load_ledger()
    failed = next(claim for claim in ledger if claim.expected in FAILED and claim.printed)
    held = ledger["P-D-2022"]
    assert text(f"{{claim}}`{failed.id}`", book) == f"{failed.text}{failed.sign(failed.expected)}"
    assert text(f"{{claim}}`{held.id}`{{claim}}`甲 <{held.id}>`", book) == f"{held.text}甲"


def test_a_formula_bears_its_number(book: Contents) -> None:
    assert text("$$\nx\n$$ (eq-x)", book) == "$$\nx \\tag{3.1}$$"


# --- blocks -----------------------------------------------------------------------------------


def test_folds_stay_folds_and_boxes_open(book: Contents) -> None:
    fold = text(":::{dropdown} 题 $x$\n:class-container: synthetic\n\n甲\n\n乙\n:::", book)
    assert fold == "<details><summary>题 $x$</summary>\n\n甲\n\n乙\n\n</details>"
    assert text("::::{div} lead\n:::{div} inner\n甲\n:::\n::::", book) == "甲"
    assert text(":::{admonition} 题\n:class: tip\n\n- 甲\n:::", book) == "**题**\n\n- 甲"
    assert text("甲\n\n:::{div} screen-only\n点这里\n:::\n\n乙", book) == "甲\n\n乙"
    assert text("```{edition}\n```", book) == ""


def test_solutions_are_folded_and_absent_for_students(book: Contents) -> None:
    bars = "`" * 10
    asked = f"{bars}{{exercise}} 算一算\n:label: e1\n:code: E1\n:nonumber:\n\n几？\n\n{bars}\n\n"
    told = f"{bars}{{solution}} e1\n:label: s1\n\n:::{{dropdown}} 解答\n四。\n:::\n\n{bars}"
    shown = text(asked + told, book)
    assert shown == (
        "**习题 E1　算一算**\n\n几？\n\n<details><summary>解答</summary>\n\n四。\n\n</details>"
    )
    book.solutions = False
    assert text(asked + told, book) == "**习题 E1　算一算**\n\n几？"


def test_html_of_a_page_leads_nowhere() -> None:
    form = '<form class="a" hidden><button>清除</button></form>'
    page = f'{form}<a href="#x">行</a><a href="b.html">页</a>'
    assert alone(page) == "行页"


def test_code_stays_as_it_is(book: Contents) -> None:
    code = "```sh\npress build  # {doc}`x`\n```"
    assert text(code, book) == code


def test_a_card_is_four_lines(book: Contents) -> None:
    lines = text(card("methods", weights=6, formulas=7), book).split("\n\n")
    assert [line.split("**")[1] for line in lines] == ["说法", "证据", "判定", "怎样定论"]


def test_a_table_has_number_caption_and_source(book: Contents) -> None:
    frame = pd.DataFrame({"省": ["甲<b>"], "值": ["1.5"]})
    shown = numbered("tab-x", frame, "题 {doc}`methods`", source="本书。")
    book.seen("numbered", "tab-x", "chapters/a/methods")
    first, table, last = text(shown._repr_markdown_(), book).split("\n\n")
    assert (first, last) == ("**表 3.1**　题 《方法》", "来源：本书。")
    assert table.startswith("<table") and "甲&lt;b&gt;" in table


def test_a_figure_is_words_chart_words(book: Contents) -> None:
    book.seen("chart", "fig-x", "chapters/a/methods")
    shown = figure("fig-x", Chart(), "**题** 量")
    told = say("前 {{ x }} 后", x=shown)
    before, drawing, after = plain(told, book)
    assert (before, after) == ("前", "后")
    assert isinstance(drawing, Drawing) and drawing.spec == SPEC
    assert drawing.above == "**图 3.1**　**题** 量"


def test_a_fold_with_a_figure_is_open(book: Contents) -> None:
    shown = say("::::{dropdown} 题\n{{ x }}\n::::", x=figure("fig-x", Chart(), "题"))
    title, drawing = plain(shown, book)
    assert title == "**题**" and isinstance(drawing, Drawing)


def test_a_figure_is_both_specification_and_picture(book: Contents) -> None:
    shown = figure("fig-x", Chart(), "题")._repr_markdown_()
    svg = '<svg><g aria-label="甲: 1" role="graphics-symbol"><path d="M1.23456,2"/></g></svg>'
    _, chart = outputs(shown, book, lambda _: svg)
    assert chart.metadata == {"figure": "fig-x"}
    assert chart.data[VEGA_LITE]["mark"] == "bar" and chart.data[VEGA_LITE]["width"] > 0
    assert chart.data[PICTURE].endswith('><g><path d="M1.23,2"/></g></svg>')
    assert chart.data["text/plain"] == "一根柱"
    assert fixed({"width": 80})["width"] == 80


def test_a_slim_picture_has_one_font_and_nothing_unseen() -> None:
    text = '<text font-family="A" fill-opacity="1" opacity="1">甲</text>'
    unseen = '<path d="" display="none"/><path d="M0,0h0v0h0Z" fill="red"/>'
    svg = slim(f'<svg class="marks">{text}{unseen}<path d="M0,0h1"/></svg>')
    assert svg.count("font-family") == 1 and svg.startswith("<svg font-family=")
    assert svg.endswith('><text fill-opacity="1">甲</text><path d="M0,0h1"/></svg>')


def test_an_english_notebook_has_english_captions() -> None:
    book = Contents({}, {}, language="en")
    block = "```{chart} fig-x\n题\n\nEnglish: **Title**\n\nNature: real 统计\n\nNote: 注\n\n{}\n```"
    (drawing,) = plain(block, book)
    assert isinstance(drawing, Drawing) and (drawing.above, drawing.below) == ("**Title**", "")


# --- the book ---------------------------------------------------------------------------------


def test_chapters_are_numbered_through_numbered_parts(tmp_path: Path) -> None:
    toc = tmp_path / "_toc.yml"
    toc.write_text(
        "format: jb-book\nroot: a\nparts:\n"
        "- {caption: 甲, chapters: [{file: b}]}\n"
        "- {caption: 乙, numbered: true, chapters: [{file: c, sections: [{file: d}]}]}\n"
        "- {caption: 丙, numbered: true, chapters: [{file: e}]}\n",
        encoding="utf-8",
    )
    assert order(toc) == [("a", ""), ("b", ""), ("c", "1"), ("d", "1"), ("e", "2")]


def test_what_no_numbered_chapter_shows_has_no_number_of_its_own(book: Contents) -> None:
    assert book.seen("chart", "fig-far") == ""
    assert book.seen("chart", "fig-far", "chapters/a/data") == "图 1"


def test_a_name_that_code_puts_together_has_its_chapter() -> None:
    book = contents(
        [("c", "1")], {"c": 'numbered(f"tab-weights-{system}", x)\n\nfigure("fig-a", y)'}
    )
    assert (book.home("tab-weights-ai"), book.home("fig-a"), book.home("fig-ab")) == ("c", "c", "")


def test_the_source_knows_every_chapter_formula_and_heading() -> None:
    source = of_source()
    assert source.title("methods") == "方法"
    assert source.equations["eq-coupling"].startswith(
        f"{source.chapters['chapters/paper/methods']}."
    )
    assert source.labels["price-base"][0] == "chapters/paper/indices"
    assert source.exhibits == {}


# --- IPython ----------------------------------------------------------------------------------


def test_a_shell_shows_the_book_s_values(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = InteractiveShell()
    monkeypatch.setattr(InteractiveShell, "_instance", shell)
    follow(shell)
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, **_: shown.append(data))
    table = numbered("tab-q", "| a |", "题", source="书。")
    for value in (say("甲{doc}`methods`"), say(""), table):
        shell.display_formatter.format(value)
    texts = [data["text/markdown"] for data in shown]
    assert texts == ["甲《方法》", "题\n\n| a |\n\n来源：书。"], "what says nothing shows nothing"
