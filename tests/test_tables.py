"""Declared columns become readers' text."""

from __future__ import annotations

import pandas as pd

from synergy.tables import table, table_html

FACTS = pd.DataFrame(
    {"share": [0.25, None], "sign": [1, -1], "name": ["甲", None]}, index=["LR", "EQ"]
)


def test_columns_are_chosen_named_and_formatted() -> None:
    columns = {
        "name": "名称",
        "share": ("份额", ".0%"),
        "sign": ("方向", {1: "＋", -1: "－"}),
    }
    shown = table(FACTS, columns, index=("维度", {"LR": "劳动报酬"}))
    assert shown.to_dict("list") == {
        "名称": ["甲", "—"],
        "份额": ["25%", "—"],
        "方向": ["＋", "－"],
    }
    assert shown.index.tolist() == ["劳动报酬", "EQ"] and shown.index.name == "维度"


def test_one_column_can_be_shown_by_a_function() -> None:
    shown = table(FACTS, {"sign": ("绝对值", lambda sign: str(abs(sign)))})
    assert shown["绝对值"].tolist() == ["1", "1"] and isinstance(shown.index, pd.RangeIndex)


def test_a_pattern_joins_values_of_a_row() -> None:
    spans = pd.DataFrame(
        {"low": [1.0, None], "high": [2.5, 3.0], "digits": [1, 2], "point": [2j, 3 + 0j]}
    )
    columns = {
        "span": ("范围", "{low:.{digits}f}—{high:.{digits}f}"),
        "point": ("虚部", "{0.imag:g}"),
    }
    assert table(spans, columns).to_dict("list") == {"范围": ["1.0—2.5", "—"], "虚部": ["2", "0"]}


def test_missing_values_are_dashes_whatever_the_form() -> None:
    frame = pd.DataFrame({"sign": [1.0, None]})
    assert table(frame, {"sign": ("方向", {1.0: "＋"})})["方向"].tolist() == ["＋", "—"]


def test_html_escapes_cells_and_shows_a_named_index_as_a_column() -> None:
    html = table_html(pd.DataFrame({"a": ["<i>"]}, index=pd.Index(["x"], name="键")))
    assert "&lt;i&gt;" in html and "<th>键</th>" in html
