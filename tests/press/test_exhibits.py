"""Figures, tables and cards as calls of the functions that set them, and their columns."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from press import calls
from press.calls import call, literal, unmarked, written
from press.columns import share_out_columns, widths
from press.exhibits import mark_cards, mark_figures, mark_folds, mark_tables
from press.tags import Index
from press.typesetting import as_typst

FIGURE = """<article><figure id="d1-fig-a"><img src="a.svg" alt="线" data-width="425.2"/>
<figcaption><p><span class="caption-number">图 1.1 </span>
<span class="caption-text">{caption}</span></p></figcaption>{legend}</figure></article>"""
TABLE = """<article><figure class="numbered-table" id="d1-tab-a"><figcaption>
<p><span class="caption-number">表 1.1 </span>
<span class="caption-text">两个地区</span></p></figcaption>
<div class="table-body"><table><thead><tr><th>地区</th><th class="n">数</th></tr></thead>
<tbody><tr><th>东部</th><td class="n">0.3\u2007</td></tr>
<tr><th>西部</th><td class="n">0.25</td></tr>
</tbody></table></div><p class="table-source">来源：年鉴。</p></figure></article>"""


def marked(html: str) -> str:
    """The Typst of a page after all marks."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.article
    assert isinstance(article, Tag)
    tags = Index(article)
    for mark in (mark_folds, mark_figures, mark_tables, mark_cards):
        mark(soup, tags)
    return typst(soup, article)


def typst(soup: BeautifulSoup, article: Tag) -> str:
    html, heads = calls.marked(soup, article)
    return "".join(text for _, text in unmarked(as_typst(html), heads))


def test_a_finding_in_bold_is_the_title_and_the_rest_what_is_measured() -> None:
    caption = "<strong>东部领先。</strong>耦合协调度，2013—2022 年"
    legend = (
        '<div class="figure-note"><p class="figure-nature nature-real">真实统计</p>'
        "<p>来源：年鉴。</p></div>"
    )
    text = marked(FIGURE.format(caption=caption, legend=legend))
    assert 'number: "图 1.1　真实统计", target: "d1-fig-a", is-made: false' in text
    assert "[东部领先。][耦合协调度，2013---2022 年][来源：年鉴。]" in text


def test_without_bold_the_first_sentence_is_the_title() -> None:
    text = marked(FIGURE.format(caption="地区平均。虚线是全国。", legend=""))
    assert "[地区平均][虚线是全国。][]" in text


@pytest.mark.parametrize(
    ("caption", "legend"),
    [
        ("合成数据：地区平均。", ""),
        (
            "<strong>地区平均</strong>",
            '<div class="figure-note"><p class="figure-nature nature-synthetic">合成</p></div>',
        ),
    ],
)
def test_what_shows_synthetic_data_is_told_apart(caption: str, legend: str) -> None:
    assert "is-made: true" in marked(FIGURE.format(caption=caption, legend=legend))


def test_a_table_has_number_caption_and_source_and_its_decimals_are_aligned() -> None:
    text = marked(TABLE)
    assert '#datatable(number: "表 1.1", target: "d1-tab-a"' in text and "half: true" in text
    assert "[两个地区][" in text and "来源：年鉴。" in text
    assert "align: (auto,right,)" in text and "0.3#hide[0];" in text


def test_what_is_folded_away_is_printed_smaller_under_its_label() -> None:
    text = marked(
        "<article><details><summary>依据</summary><div class='sd-summary-content'><p>甲</p>"
        "<p>乙</p></div></details></article>"
    )
    assert "#fold(is-made: false)[依据]" in text and text.count("#aside(") == 1


def test_a_fold_of_one_captioned_table_needs_no_label() -> None:
    folded = TABLE.replace("<figure", "<details><summary>全部</summary><figure")
    text = marked(folded.replace("</figure>", "</figure></details>"))
    assert "#fold(" not in text and "#datatable(" in text


def test_synthetic_folds_tint_all_that_they_hold() -> None:
    folded = TABLE.replace("<figure", "<details><summary>合成数据：表</summary><p>说明</p><figure")
    text = marked(folded.replace("</figure>", "</figure></details>"))
    assert text.count("is-made: true") == 3


def test_a_card_is_labels_and_texts_in_turn() -> None:
    text = marked(
        '<article><div class="claim-card is-no"><dl><dt>说法</dt><dd><p>甲</p></dd>'
        "<dt>判定</dt><dd><p>乙</p></dd></dl></div></article>"
    )
    assert '#card("is-no")[说法][甲][判定][乙]' in text


def test_no_word_of_a_wide_table_is_broken_and_the_line_is_used() -> None:
    rows = [
        ["编号", "说法", "理由"],
        ["P-EQ-W-OVER", "短", "很长的理由" * 30],
        ["B", "说" * 20, "—"],
    ]
    wide = widths(rows)
    assert wide.sum() == pytest.approx(52, abs=0.6)
    assert wide[0] >= 11 * 0.56 + 1 and wide[2] > wide[1]


def test_a_narrow_table_needs_half_of_the_measure() -> None:
    soup = BeautifulSoup(TABLE, "html.parser")
    table = soup.table
    assert isinstance(table, Tag)
    lines, half = share_out_columns(soup, table)
    assert half and lines == pytest.approx(3, abs=0.5)


def test_values_are_written_as_typst_reads_them() -> None:
    assert literal(None) == "none" and literal(True) == "true" and literal(2.5) == "2.5"
    assert literal('他说"好"') == '"他说\\"好\\""'
    assert literal(("a",)) == '("a", )' and literal(()) == "()"
    assert written("f", 1, is_made=False) == "f(1, is-made: false)"


def test_contents_are_handed_over_one_by_one() -> None:
    soup = BeautifulSoup("<article><p>字</p></article>", "html.parser")
    article = soup.article
    assert isinstance(article, Tag)
    article.append(call(soup, written("f"), "甲", [soup.new_string("乙")], []))
    article.append(call(soup, written("g")))
    article.append(call(soup, written("h"), [call(soup, written("k"), "丙")]))
    html, heads = calls.marked(soup, article)
    assert [(kind, text.strip()) for kind, text in unmarked(as_typst(html), heads)] == [
        ("p", "字"),
        ("f", "#f()[甲][乙][]"),
        ("g", "#g()"),
        ("h", "#h()[#k()[丙]]"),
    ]
