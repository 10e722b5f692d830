"""Sentences turn with the numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from synergy.dictionary import resolve_region
from synergy.narration import (
    bullets,
    compare,
    direction,
    increase,
    listed,
    path_of,
    spotlight,
    top,
    trend,
)


@dataclass(frozen=True)
class Toy:
    """As much of Findings as a sentence needs."""

    frame: pd.DataFrame
    regional: pd.DataFrame


@pytest.fixture
def toy() -> Toy:
    provinces = {"广东": ("东部", 0.3, 0.6), "北京": ("东部", 0.4, 0.5), "四川": ("西部", 0.2, 0.1)}
    rows = [
        (name, year, region, value)
        for name, (region, *values) in provinces.items()
        for year, value in zip((2020, 2021), values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["province", "year", "region", "D"])
    regional = frame.groupby(["region", "year"], as_index=False)["D"].mean()
    nation = frame.groupby("year", as_index=False)["D"].mean().assign(region="全国")
    return Toy(frame.set_index(["province", "year"]), pd.concat([nation, regional]))


@pytest.mark.parametrize(
    ("a", "b", "word"), [(0.5, 0.4, "高于"), (0.4, 0.5, "低于"), (0.5, 0.5002, "持平于")]
)
def test_compare(a: float, b: float, word: str) -> None:
    assert compare(a, b) == word


def test_compare_and_direction_admit_missing_numbers() -> None:
    assert compare(float("nan"), 1.0) == "无法比较于"
    assert direction(float("nan")) == "无从判断"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1, 2, 3], "逐年上升"),
        ([3, 2, 1], "逐年下降"),
        ([1, 2, 1.5, 3], "总体上升、其间有 1 年例外"),
        ([3, 4, 2, 1], "总体下降、其间有 1 年例外"),
        ([1, 2, 1], "首尾持平"),
        ([1], "期数不足，无从判断"),
    ],
)
def test_trend(values: list[float], text: str) -> None:
    assert trend(pd.Series(values, dtype=float)) == text


def test_increase_gives_ratio_and_percentage() -> None:
    assert increase(0.2, 0.9) == "为期初的 4.50 倍，增幅 350%"
    assert increase(0.4, 0.3) == "为期初的 0.75 倍，降幅 25%"
    assert increase(0.0, 0.3) == "期初值不为正，不计增幅"


def test_lists() -> None:
    assert listed(["甲", "乙"]) == "甲、乙" and listed([]) == "无"
    assert top(pd.Series({"甲": 1.0, "乙": 3.0, "丙": None, "丁": 2.0}), 2) == ["乙", "丁"]
    assert bullets(["甲"]) == "- 甲" and bullets([], none="没有") == "- 没有"


def test_path_of_each_kind_of_region(toy: Toy) -> None:
    assert path_of(resolve_region("广东"), toy, "D").tolist() == [0.3, 0.6]
    assert path_of(resolve_region("东部"), toy, "D").tolist() == pytest.approx([0.35, 0.55])
    assert path_of(resolve_region("全国"), toy, "D").tolist() == pytest.approx([0.3, 0.4])


def test_spotlight_of_a_province_compares_it_with_nation_and_region(toy: Toy) -> None:
    text = spotlight(resolve_region("广东"), toy, "D", "耦合协调度")
    assert "0.300 变为 2021 年的 0.600" in text and "增幅 100%" in text
    assert "高于全国均值 0.400" in text and "高于东部地区均值 0.550" in text
    assert text.endswith("居第 1。")


def test_spotlight_turns_with_the_region(toy: Toy) -> None:
    west = spotlight(resolve_region("西部"), toy, "D", "耦合协调度")
    assert "低于全国均值" in west and "降幅 50%" in west and "逐年下降" in west
    assert "由高到低为东部、西部" in spotlight(resolve_region("全国"), toy, "D", "耦合协调度")
