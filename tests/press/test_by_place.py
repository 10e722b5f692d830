"""One text for all places, and what turns one chart into another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from press.by_place import PlaceError, changed, difference, joined

CHART = '```{{chart}} fig-a\n{caption}\n\n{{"x":{x},"y":[1,2]}}\n```'


def test_only_blocks_that_differ_are_doubled() -> None:
    text = joined(
        "甲一。\n\n乙。\n\n丙。", {"44": "甲二。\n\n乙。\n\n丙。", "63": "甲一。\n\n乙。\n\n丙。"}
    )
    head, rest = text.split("\n\n乙。")
    assert head.strip() == "`````````{elsewhere}\n甲一。\n%% 44\n甲二。\n`````````"
    assert rest == "\n\n丙。"


def test_texts_of_different_length_are_doubled_as_a_whole() -> None:
    text = joined("甲。", {"44": "甲。\n\n乙。", "63": ""})
    assert "{elsewhere}\n甲。\n%% 44\n甲。\n\n乙。\n%% 63\n\n`````````" in text


def test_folds_stand_and_their_paragraphs_differ() -> None:
    fold = ":::{{dropdown}} 题\n{0}\n:::"
    text = joined(fold.format("一"), {"44": fold.format("二")})
    assert text.startswith(":::{dropdown} 题\n") and text.endswith(":::")
    assert "%% 44\n二\n" in text


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (":::{dropdown} 甲\n一\n:::", ":::{dropdown} 乙\n一\n:::"),
        (":::{dropdown} 甲\n一\n:::", "一"),
        (CHART.format(caption="甲", x=1), ""),
        (
            CHART.format(caption="甲", x=1),
            CHART.format(caption="甲", x=1).replace("fig-a", "fig-b"),
        ),
    ],
)
def test_what_cannot_come_and_go_is_refused(here: str, there: str) -> None:
    with pytest.raises(PlaceError):
        joined(here, {"44": there})


def test_a_chart_keeps_its_block_and_is_followed_by_what_changes_it() -> None:
    home = CHART.format(caption="甲", x=1)
    text = joined(
        home, {"44": CHART.format(caption="乙", x=2), "63": CHART.format(caption="甲", x=2)}
    )
    assert text.startswith(home)
    assert "`````````{elsewhere} fig-a\n\n%% 44\n乙\n`````````" in text
    _, _, change = text.partition("```{chart-elsewhere} fig-a\n")
    assert json.loads(change.split("\n")[0]) == {"44 63": {"x": [2]}}


VALUES: list[tuple[Any, Any]] = [
    ({"a": 1, "b": {"c": [1, 2]}}, {"a": 1, "b": {"c": [1, 3]}}),
    ({"a": 1}, {"b": None}),
    ({"a": [1, 2]}, {"a": [1, 2, 3]}),
    ({"a": {"b": 1}}, {"a": {}}),
    ({"a": None}, {"a": []}),
    ([{"x": 1}, {"x": 2}], [{"x": 1}, {"y": 2}]),
    ({"a": 1}, {"a": 1}),
    ("a", {"b": 1}),
]


@pytest.mark.parametrize(("here", "there"), VALUES)
def test_a_difference_leads_from_one_value_to_the_other(here: Any, there: Any) -> None:
    before = json.dumps(here)
    change = json.loads(json.dumps(difference(here, there)))
    assert changed(here, change) == there
    assert json.dumps(here) == before


def test_a_difference_says_only_what_differs() -> None:
    long = {"same": list(range(99)), "params": [{"value": 1}, {"value": 2}]}
    other = {**long, "params": [{"value": 1}, {"value": 3}]}
    assert difference(long, other) == {"params": {1: {"value": [3]}}}
