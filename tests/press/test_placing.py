"""Where figures and tables go on paper."""

from __future__ import annotations

import re
from pathlib import Path

from press.fitted import COLUMN, HALF, POINTS
from press.placing import LINE, MM, PAGE, Block, placed


def text(height: float, words: str = "正文") -> Block:
    return Block("p", words, height)


def figure(name: str, height: float, *, half: bool = False, narrow: float = 0) -> Block:
    given = ", half: true" if half else ", half: false"
    return Block("exhibit", f'#exhibit(number: "{name}"{given})[]', height, narrow)


def table(name: str, height: float, *, long: bool = False) -> Block:
    given = "true" if long else "false"
    return Block("datatable", f'#datatable(number: "{name}", long: {given})[]', height)


def chapter(opens: bool = False) -> Block:
    return Block("chapter", f"#chapter(opens: {'true' if opens else 'false'})[题]", 100)


def order(*blocks: Block) -> list[str]:
    return [block.text for block in placed(blocks)]


def test_measures_are_those_of_the_document(root: Path) -> None:
    look, book = (
        (root / "book/print" / name).read_text("utf-8") for name in ("look.typ", "book.typ")
    )
    (margins,) = re.findall(r"height: .*297mm.*\n.* top: (\d+)mm, bottom: (\d+)mm", book)
    assert (297 - sum(map(int, margins))) * MM == PAGE
    for pixels, name in ((COLUMN, "measure-of-page"), (HALF, "half-of-page")):
        (width,) = re.findall(rf"#let {name} = (\d+)mm", look)
        assert pixels == round(int(width) * MM / POINTS)


def test_a_figure_that_does_not_fit_waits_for_the_head_of_the_next_page() -> None:
    words = [text(PAGE / 3, str(n)) for n in range(4)]
    drawn = figure("图 1", PAGE / 2)
    assert order(*words[:2], drawn, *words[2:]) == ["0", "1", "2", drawn.text, "3"]


def test_a_figure_that_fits_stays() -> None:
    drawn = figure("图 1", PAGE / 4)
    assert order(text(LINE, "a"), drawn, text(LINE, "b")) == ["a", drawn.text, "b"]


def test_a_figure_never_leaves_its_chapter() -> None:
    drawn = figure("图 1", PAGE / 2)
    printed = placed([chapter(), text(PAGE * 0.6), drawn, chapter(), text(LINE)])
    assert [block.kind for block in printed] == ["chapter", "p", "exhibit", "chapter", "p"]


def test_each_kind_keeps_its_order_and_a_table_may_pass_a_figure() -> None:
    high, low = figure("图 1", PAGE / 2), figure("图 2", PAGE / 10)
    small = table("表 1", PAGE / 10)
    printed = order(text(PAGE * 0.6, "a"), high, low, small, text(LINE, "b"))
    assert printed.index(high.text) < printed.index(low.text)
    assert printed.index(small.text) < printed.index(high.text)


def test_a_long_table_is_broken_in_its_place() -> None:
    long = table("表 1", PAGE * 0.8, long=True)
    assert order(text(PAGE / 2, "a"), long, text(LINE, "b")) == ["a", long.text, "b"]


def test_two_of_half_the_measure_stand_beside_each_other() -> None:
    left = figure("图 1", 150, half=True, narrow=120)
    right = figure("图 2", 150, half=True, narrow=140)
    printed = placed([left, text(LINE * 3), right])
    assert [block.kind for block in printed] == ["p", "pair"]
    assert printed[1].height == 140
    assert printed[1].text.count("narrow: true") == 2


def test_two_that_are_far_apart_do_not() -> None:
    left = figure("图 1", 150, half=True, narrow=120)
    right = figure("图 2", 150, half=True, narrow=140)
    printed = placed([left, text(PAGE * 0.9), right])
    assert [block.kind for block in printed] == ["exhibit", "p", "exhibit"]


def test_what_is_made_up_does_not_stand_beside_what_is_not() -> None:
    made = Block("exhibit", "#exhibit(is-made: true, half: true)[]", 150, 120)
    real = figure("图 2", 150, half=True, narrow=120)
    assert [block.kind for block in placed([made, real])] == ["exhibit", "exhibit"]


def test_a_chapter_begins_on_a_page_begun_only_with_room() -> None:
    room = placed([chapter(), text(PAGE / 3), chapter()])[-1]
    none = placed([chapter(), text(PAGE * 0.7), chapter()])[-1]
    assert "opens: false" in room.text and "opens: true" in none.text


def test_words_that_end_in_a_colon_stay_with_their_table() -> None:
    small = table("表 1", PAGE / 3)
    printed = placed([text(PAGE * 0.8), text(LINE, "如下："), small, text(PAGE / 2)])
    joined = next(block for block in printed if block.kind == "datatable")
    assert joined.text == f"如下：\n{small.text}" and joined.height == LINE + PAGE / 3
