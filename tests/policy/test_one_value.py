"""One quantity, one value: what several chapters print under one name is the same number."""

from __future__ import annotations

import re

import pytest
from editions import text_of

#: Where each chapter prints a quantity of the baseline: a pattern with the number as its group.
#: Tables of frames are read cell after cell.
PRINTED = {
    "2060 年缴费与支付之比": {
        "essay/foundations": (r"到 2060 年只有 ([\d.]+) 元", r"\| 默认 \| [-\d.]+% \| ([\d.]+) \|"),
        "essay/path": (r"\| 4 岁 \| [-\d.]+% \| ([\d.]+) \|",),
        "notes/toolbox": (r"缴费与支付之比\W+([\d.]+)",),
    },
    "2060 年当年收支差额": {
        "essay/foundations": (r"\| 默认 \| ([-\d.]+%) \|", r"按默认的调整，账面上是 ([-\d.]+%)"),
        "essay/path": (r"\| 4 岁 \| ([-\d.]+%) \|",),
        "notes/toolbox": (r"当年收支差额 +([-\d.]+%)",),
    },
    "2060 年当年收支差额，待遇不变时": {
        "essay/foundations": (
            r"\| 随人均产出 \| ([-\d.]+%) \|",
            r"差额是同一个数，([-\d.]+%)",
        ),
        "notes/toolbox": (r"待遇不变时 +(-[\d.]+%)",),
    },
    "2060 年养老金相对人均产出": {
        "essay/foundations": (r"\| 默认 \| [-\d.]+% \| [\d.]+ \| ([\d.]+) \|",),
        "notes/toolbox": (r"（2025 年为 1） +([\d.]+)", r"2025 年的 [\d.]+ 倍（基准 ([\d.]+)）"),
    },
    "结存耗尽的年份": {
        "essay/foundations": (
            r"\| 默认 \|(?: [-\d.%]+ \|){3} (\d{4}) \|",
            r"结存到 (\d{4}) 年耗尽",
        ),
        "notes/toolbox": (r"耗尽年份 +(\d{4})",),
    },
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_chapters_print_under_one_name_is_one_number(name: str) -> None:
    found = {
        (chapter, pattern): re.findall(pattern, text_of(chapter))
        for chapter, patterns in PRINTED[name].items()
        for pattern in patterns
    }
    assert all(found.values()), [where for where, values in found.items() if not values]
    values = {value for several in found.values() for value in several}
    assert len(values) == 1, found
    assert len(PRINTED[name]) > 1
