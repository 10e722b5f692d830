"""Templates: words turn with the numbers, labels stay labels, missing names are errors."""

from __future__ import annotations

import json

import altair as alt
import jinja2
import pandas as pd
import pytest

from synergy.page import figure
from synergy.words import (
    FILTERS,
    Said,
    bullets,
    compare,
    direction,
    led_to,
    listed,
    numeral,
    phrase,
    say,
    top,
    trend,
)


def test_say_is_markdown_and_plain_text_at_once() -> None:
    said = say("{{ year }} 年{{ a|compare(b) }}均值。", year=2022, a=0.6, b=0.5)
    assert isinstance(said, Said) and said == said._repr_markdown_() == "2022 年高于均值。"


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        say("{{ missing }}")
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        phrase("{{ missing|d2 }}")


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("<script>", r"\<script\>"),
        ("{raw}`x`", r"\{raw\}\`x\`"),
        ("$1$", r"\$1\$"),
    ],
)
def test_labels_are_never_markup(label: str, written: str) -> None:
    assert say("{{ x }}", x=label) == written
    assert say("{{ x|listed }}", x=[label, label]) == f"{written}、{written}"
    assert phrase("{{ x }}", x=label) == label


def test_what_was_said_can_be_said_again() -> None:
    inner = say("{cite:p}`gan2025synergy`")
    assert say("见{{ inner }}", inner=inner) == "见{cite:p}`gan2025synergy`"


def test_a_frame_becomes_a_table_with_escaped_cells() -> None:
    frame = pd.DataFrame({"名称": ["<b>"]})
    assert "&lt;b&gt;" in say("{{ t }}", t=frame)


def test_line_breaks_in_a_chinese_paragraph_leave_no_blank() -> None:
    assert say("一句，\n接着写。\n\n另一段。") == "一句，接着写。\n\n另一段。"
    assert say("- 一\n- 二") == "- 一\n- 二"
    assert say("见\n{doc}`方法 <methods>`。") == "见{doc}`方法 <methods>`。"
    assert say("到\n这里，\n2019 年，\n$D$ 升。") == "到这里，2019 年，$D$ 升。"
    assert phrase("一句，\n接着写。") == "一句，接着写。"


@pytest.mark.parametrize(
    "text",
    [
        ":::{dropdown} 标题\n正文。\n:::",
        "```{chart} 图\n说明。\n```",
        "## 标题\n正文。",
        "| 表头 |\n|---|",
        "几项：\n1. 一\n2. 二",
        "几项：\n- 一",
    ],
)
def test_a_line_that_opens_a_block_stays_alone(text: str) -> None:
    assert say(text) == text


def test_compare_and_direction_admit_ties_and_missing_numbers() -> None:
    pairs = [(0.5, 0.4), (0.4, 0.5), (0.5, 0.5002), (float("nan"), 1.0)]
    assert [compare(*pair) for pair in pairs] == ["高于", "低于", "持平于", "无法比较于"]
    changes = [0.1, -0.1, 0.0, float("nan")]
    assert [direction(change) for change in changes] == ["上升", "下降", "持平", "无从判断"]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1.0, 2.0, 3.0], "逐年上升"),
        ([3.0, 2.0, 1.0], "逐年下降"),
        ([1.0, 3.0, 2.0], "只有一年没有上升"),
        ([3.0, 4.0, 2.0, 3.0, 1.0], "其中有两年没有下降"),
        ([1.0, 2.0, 1.0], "首尾持平"),
        ([1.0], "期数不足，无从判断"),
    ],
)
def test_trend(values: list[float], text: str) -> None:
    assert trend(pd.Series(values)) == text


def test_a_path_is_told_from_end_to_end() -> None:
    assert led_to(0.1, 0.15) == "从 0.100 升至 0.150，增长 50%"
    assert led_to(0.2, 0.1) == "从 0.200 降至 0.100，下降 50%"
    assert led_to(0.0, 1.0) == "从 0.000 升至 1.000"
    assert led_to(0.3, 0.3) == "从 0.300 变为 0.300"


def test_lists() -> None:
    assert listed(["甲", "乙"]) == "甲、乙" and listed([]) == "无"
    assert top(pd.Series({"甲": 1.0, "乙": 3.0, "丙": None, "丁": 2.0}), 2) == ["乙", "丁"]
    assert bullets(["甲"]) == "- 甲" and bullets([], none="没有") == "- 没有"


def test_small_counts_in_characters() -> None:
    counts = {0: "零", 2: "两", 9: "九", 10: "十", 12: "十二", 20: "二十", 22: "二十二"}
    assert {count: numeral(count) for count in counts} == counts
    with pytest.raises(ValueError, match="100"):
        numeral(100)


def test_missing_numbers_are_dashes() -> None:
    for name in ("d0", "d1", "d2", "d3", "d4", "pct", "pct1"):
        assert FILTERS[name](float("nan")) == "—"


def test_codes_are_named_and_strangers_stay() -> None:
    assert say('{{ ["AI", "LQ", "甲"]|map("named")|listed }}') == "人工智能、劳动力素质、甲"


def test_a_figure_s_specification_stays_on_one_line() -> None:
    chart = alt.Chart(pd.DataFrame({"a": ["甲\u2028乙\x85\x1c丙"]})).mark_bar()
    shown = figure("fig-x", chart, "题")._repr_markdown_().strip().splitlines()
    assert shown[:3] == ["```{chart} fig-x", "题", ""] and shown[-1] == "```"
    assert len(shown) == 5 and "甲 乙" in shown[3] and json.loads(shown[3])


def test_rank_tests_are_ranged_and_counted() -> None:
    said = say("{{ rank_range(p, 0.05) }}", p=[0.01, 0.42])
    assert said == (
        "2 个估计的秩检验 p 值在 0.01 与 0.42 之间，其中 1 个在 5% 水平上不能拒绝“识别不足”。"
    )
    assert say("{{ rank_range(p, 0.05) }}", p=[]) == "秩检验无从计算。"
