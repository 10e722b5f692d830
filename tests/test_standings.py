"""Where a place stands, and the sentence that says so."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from synergy.dictionary import find_place
from synergy.standings import standing
from synergy.words import say

Toy = SimpleNamespace


@pytest.fixture
def toy() -> Toy:
    """As much of Findings as a standing needs."""
    provinces = {
        "广东": (0.3, 0.6),
        "北京": (0.4, 0.5),
        "山西": (0.2, 0.1),
        "四川": (0.2, 0.1),
        "辽宁": (0.5, 0.5),
    }
    wide = pd.DataFrame(provinces, index=[2020, 2021]).rename_axis("year")
    return Toy(frame=wide.unstack().rename_axis(["province", "year"]).to_frame("D"))


def spotlight(name: str, toy: Toy) -> str:
    here = standing(find_place(name), toy, "D")
    return say('{{ spotlight(here, "耦合协调度") }}', here=here)


def test_path_of_each_kind_of_place(toy: Toy) -> None:
    paths = {"广东": [0.3, 0.6], "东部": [0.35, 0.55], "全国": [0.32, 0.36]}
    for name, path in paths.items():
        assert find_place(name).path(toy, "D").tolist() == pytest.approx(path)


def test_standing_counts_peers_and_ranks_among_them(toy: Toy) -> None:
    here = standing(find_place("广东"), toy, "D")
    assert (here.first, here.last, here.start, here.value) == (2020, 2021, 0.3, 0.6)
    assert (here.rank, len(here.peers), here.parent) == (1, 5, "东部")
    assert standing(find_place("东北"), toy, "D").rank == 2
    assert standing(find_place("全国"), toy, "D").rank is None


def test_a_province_is_compared_with_nation_and_region(toy: Toy) -> None:
    text = spotlight("广东", toy)
    assert "0.300 变为 2021 年的 0.600" in text and "增幅 100%" in text
    assert "高于全国均值 0.360" in text and "高于东部地区均值 0.550" in text
    assert text.endswith("在 5 个省份中居第 1。")


def test_the_sentence_turns_with_the_place(toy: Toy) -> None:
    west = spotlight("西部", toy)
    assert "低于全国均值" in west and "降幅 50%" in west and "逐年下降" in west
    assert "西部地区的" in west and "四大地区中居第 3" in west
    assert "由高到低为东部、东北、" in spotlight("全国", toy)


def test_a_place_without_values_says_so(toy: Toy) -> None:
    empty = Toy(frame=toy.frame.assign(D=float("nan")))
    assert spotlight("广东", empty) == "广东的耦合协调度在手头的数据里无法计算。"
