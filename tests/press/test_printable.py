"""What a single page becomes on paper: what leaves, what stands before and behind the chapters."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from press.appendices import EXHIBITS, PARAMETERS, append
from press.calls import unmarked
from press.front_matter import open_book
from press.printable import printable
from press.typesetting import as_typst

ROOT = Path(__file__).parents[2]
TOLD = {name: name for name in ("title", "version", "date", "edition", "fingerprint", "author")}
TOLD |= {"banner": "横幅", "measured": "α = 0.5", "imprint": "report"}
CARD = "<div class='claim-card is-no'><dl><dt>证据</dt><dd><p>{}</p></dd></dl></div>"
FOLD = """<details><summary>参数表</summary><p>一样的话。</p><figure id="tab-{0}"><figcaption>
<span class="caption-number">表 {0} </span><span class="caption-text">参数</span></figcaption>
<table><tr><th>符号</th><th>取值</th></tr><tr><td>a</td><td>1</td></tr></table></figure></details>"""
FRONT = """<article class="bd-article"><span id="document-front"></span><section id="front">
<h1>封面</h1><p class="lead">都上升。</p><p>这本书。</p>
<div class="finding"><p><span class="kicker">协调</span></p>
<p class="big">0.3→0.5 <small>倍</small></p>
<p>上升了。</p><p class="caveat">指标不全。</p><p><a href="a.html">看哪里</a></p></div>
<div class="toctree-wrapper">{}</div></section></article>"""
CHAPTER = """<span id="document-{0}"></span><section id="{0}"><h2>第{0}章</h2>{1}
<p class="screen-only">滑块</p><details class="hide"><p>x = 17</p></details>
<p><a class="reference internal" href="#nowhere">无处</a>
<a href="#document-a">一章</a></p></section>"""


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Typst of a page of two chapters, a glossary without terms and a list of works."""
    works = (
        '<ul class="works"><li id="x1"><p>甲, 2020.</p></li><li id="x2"><p>乙, 2021.</p></li></ul>'
    )
    words = {
        "a": CARD.format("甲章的证据") + FOLD.format("1.1"),
        "b": FOLD.format("2.1") + works,
        "book/glossary": "",
    }
    chapters = "".join(CHAPTER.format(name, inner) for name, inner in words.items())
    paper = tmp_path_factory.mktemp("paper")
    html, heads = printable(
        FRONT.format(chapters),
        paper,
        paper,
        ROOT / "_build" / ".cache",
        ("00", "全国"),
        ["附录"],
        partial(open_book, told=TOLD, rows=ROOT / "book" / "print" / "imprint.toml"),
        partial(append, part="附录"),
    )
    return "\n".join(block for _, block in unmarked(as_typst(html), heads))


def test_what_only_a_screen_can_use_leaves(text: str) -> None:
    assert "滑块" not in text and "17" not in text


def test_links_that_lead_nowhere_are_words(text: str) -> None:
    assert "无处" in text and "nowhere" not in text


def test_the_front_page_becomes_cover_imprint_summary_and_contents(text: str) -> None:
    order = [f"#{name}(" for name in ("cover", "imprint", "summary", "overview", "contents")]
    places = [text.find(head) for head in order]
    assert -1 not in places and places == sorted(places)
    assert 'number: "0.3 → 0.5"' in text and 'unit: "倍"' in text
    assert "封面" not in text and "甲章的证据" in text.split("#overview(")[1].split("#contents")[0]


def test_parameters_that_chapters_share_stand_once_behind_them(text: str) -> None:
    assert text.count("#parameter(") == 1 and '#parameter("1.1、2.1")' in text
    assert text.count("见附录") == 2 and text.count("一样的话。") == 1
    assert text.index(PARAMETERS) < text.index("#parameter(") < text.index(EXHIBITS)


def test_each_work_stands_by_itself(text: str) -> None:
    assert text.count("#work(") == 2


def test_chapters_know_their_part_and_what_leads_to_them(text: str) -> None:
    head = next(line for line in text.splitlines() if line.startswith("#chapter(") and "-a" in line)
    assert 'part: "附录"' in head and '"document-a"' in head


def test_a_page_without_findings_opens_as_it_is() -> None:
    soup = BeautifulSoup("<article><section><p>正文。</p></section></article>", "html.parser")
    assert soup.article
    open_book(soup, soup.article, TOLD, ROOT / "book" / "print" / "imprint.toml")
    assert "正文。" in soup.article.get_text() and "summary(" not in str(soup)
    assert "引用格式" in str(soup) and "三十个省份" in str(soup)


def test_the_imprint_of_a_plans_book_speaks_of_nothing_else() -> None:
    soup = BeautifulSoup("<article><section><p>正文。</p></section></article>", "html.parser")
    assert soup.article
    told = TOLD | {"imprint": "plan", "author": ""}
    open_book(soup, soup.article, told, ROOT / "book" / "print" / "imprint.toml")
    assert "α = 0.5" in str(soup) and not re.search(r"省|人工智能|引用格式|编写", str(soup))
