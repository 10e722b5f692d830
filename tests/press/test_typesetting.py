"""Calls of Typst's functions in a page, and a page turned into Typst part by part."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup

from press.calls import by_chapter, call, inline, marked, unmarked, written
from press.typesetting import as_typst, parts_as_typst


def page(*chapters: str) -> tuple[str, list[str]]:
    """A marked page of chapters, each with a call of words and one of a block."""
    soup = BeautifulSoup("<article></article>", "html.parser")
    article = soup.article
    assert article is not None
    for name in chapters:
        words = inline(soup, written("see", name), [soup.new_string(name)])
        article.append(call(soup, written("chapter", number=name), [words], name))
        article.append(call(soup, written("anchor", name)))
    return marked(soup, article)


def test_a_page_by_chapter_says_what_the_whole_says() -> None:
    html, heads = page("甲", "乙", "丙")
    parts = list(by_chapter(html, heads))
    assert len(parts) == 4 and [head for _, own in parts for head in own] == heads
    pieces = [piece for text, own in parts[1:] for piece in unmarked(as_typst(text), own)]
    whole = unmarked(as_typst(html), heads)
    assert [(k, t.strip()) for k, t in pieces] == [(k, t.strip()) for k, t in whole]


def test_a_part_is_the_same_whatever_stands_before_it() -> None:
    one, other = list(by_chapter(*page("甲", "乙"))), list(by_chapter(*page("甲", "丁", "乙")))
    assert one[1] == other[1] and one[2] == other[3]


def test_a_part_in_typst_is_the_same_alone_and_among_others(tmp_path: Path) -> None:
    parts = [f"<h1>第 {n} 章</h1><p>\\(x_{n}\\)，<em>字</em>。</p>" for n in "123"]
    at_once = parts_as_typst(parts, tmp_path)
    assert parts_as_typst(parts, tmp_path) == at_once
    parts[1] = parts[1].replace("字", "词")
    changed = parts_as_typst(parts, tmp_path)
    assert changed == parts_as_typst(parts, tmp_path / "other")
    assert changed[1].replace("词", "字") == at_once[1] and changed[::2] == at_once[::2]
