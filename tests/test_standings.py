"""Where a place stands, and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from synergy.dictionary import find_place
from synergy.evidence import Findings, real_findings
from synergy.standings import joint_change, standing
from synergy.words import say


class Toy(SimpleNamespace):
    """As much of Findings as a standing needs; like them the same as itself only."""

    __hash__ = object.__hash__


@pytest.fixture
def toy() -> Toy:
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


# --- two indices together ---------------------------------------------------------------------


def real_with(**columns: pd.Series | float) -> Findings:
    """The real subset with some columns put in place of its own."""
    real = real_findings(0.5)
    return replace(real, frame=real.frame.assign(**columns))


def change(findings: Findings, name: str = "全国") -> str:
    moves = joint_change(find_place(name), findings, "LR")
    return say('{{ change(moves, "劳动报酬") }}', moves=moves)


def test_two_indices_move_together_or_apart() -> None:
    real = real_findings(0.5)
    joined = real_with(LR=real.frame["U1"])
    same = joint_change(find_place("全国"), joined, "LR")
    turned = real_with(LR=1 - real.frame["U1"])
    apart = joint_change(find_place("全国"), turned, "LR")
    assert (same.first, same.last) == real.years and same.units == 30
    assert same.effect > 0 > apart.effect and apart.effect == pytest.approx(-same.effect)
    assert same.rank == pytest.approx(-apart.rank) and same.distinct and apart.distinct
    assert "劳动报酬上升" in change(joined) and "（同向）" in change(joined)
    assert "劳动报酬下降" in change(turned) and "（反向）" in change(turned)
    assert change(real, "东部").startswith("2013 年到 2022 年，东部地区的人工智能指数上升")


def test_a_correlation_that_may_be_chance_is_called_so() -> None:
    real = real_findings(0.5)
    moves = joint_change(find_place("全国"), real, "LR")
    at_bound = 1.96 / (moves.units - 1) ** 0.5
    assert replace(moves, rank=at_bound).distinct and replace(moves, rank=-at_bound).distinct
    near = replace(moves, rank=at_bound - 1e-9)
    assert not near.distinct
    assert "（与零难以区分）" in say('{{ change(moves, "劳动报酬") }}', moves=near)


def test_what_cannot_be_computed_is_said() -> None:
    real = real_findings(0.5)
    assert change(real_with(LR=float("nan"))) == "手头的数据算不出劳动报酬的变化。"
    few = replace(real, frame=real.frame.iloc[: 4 * 10])
    assert joint_change(find_place("全国"), few, "LR").rank is None
    assert change(few).endswith("省份太少或没有变化，不计相关。")
    assert change(real_with(LR=0.5)).endswith("省份太少或没有变化，不计相关。")
