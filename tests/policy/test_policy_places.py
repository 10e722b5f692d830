"""Exposure of provinces: weights a reader can move, parts that add up, words from numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cases import Point, drawn, profile
from numpy.testing import assert_allclose

from synergy.dictionary import find_place
from synergy.evidence import Findings
from synergy.policy import places
from synergy.policy.parameters import bounds
from synergy.policy_tables import lever_table
from synergy.words import say

PROVINCES = {"北京": "东部", "广东": "东部", "山西": "中部", "四川": "西部"}


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two years of invented findings for four invented provinces."""
    rng = np.random.default_rng(7)
    index = pd.MultiIndex.from_product([PROVINCES, [2020, 2022]], names=["province", "year"])
    columns = ["AI", "LR", "EQ", "SS", "LQ", "U1", "U2", "D"]
    data = pd.DataFrame(rng.uniform(0.1, 0.9, (8, 8)), index=index, columns=columns)
    now = pd.IndexSlice[:, 2022]
    data.loc[now, "AI"] = [0.9, 0.5, 0.4, 0.1]
    data.loc[now, "LQ"] = [0.1, 0.5, 0.6, 0.9]
    data.loc[now, "SS"] = [0.2, 0.6, 0.7, 0.8]
    data["region"] = [PROVINCES[p] for p in index.get_level_values("province")]
    return data


def test_most_exposed_and_least_covered_ranks_first(frame: pd.DataFrame) -> None:
    found = places.regional_risk(frame)
    assert found.year == 2022
    assert list(found.risk.index) == ["北京", "广东", "山西", "四川"]
    assert found.risk["北京"] == pytest.approx(1) and found.risk["四川"] == pytest.approx(0)


WEIGHT = (0.01, 5)


@drawn(exposure_weight=WEIGHT, skill_weight=WEIGHT, security_weight=WEIGHT)
def test_parts_add_up_and_scale_of_weights_is_free(point: Point) -> None:
    index = pd.MultiIndex.from_product([["甲", "乙", "丙"], [2022]], names=["province", "year"])
    data = pd.DataFrame(
        {"AI": [0.2, 0.5, 0.9], "LQ": [0.3, 0.8, 0.4], "SS": [0.6, 0.1, 0.2]}, index=index
    )
    found = places.regional_risk(data, point)
    assert_allclose(found.parts.sum(axis=1)[found.risk.index], found.risk)
    assert found.risk.between(-1e-12, 1 + 1e-12).all()
    again = places.regional_risk(data, {name: 3 * value for name, value in point.items()})
    assert_allclose(again.risk, found.risk)


def test_one_weight_alone_is_that_component(frame: pd.DataFrame) -> None:
    found = places.regional_risk(frame, {"exposure_weight": 1.0})
    assert_allclose(found.risk.sort_index(), found.scaled["exposure_weight"].sort_index())


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"speed_weight": 1.0}, "exposure_weight, skill_weight, security_weight"),
        ({"skill_weight": -1.0}, "must not be negative"),
        ({"skill_weight": 0.0}, "nor all zero"),
    ],
)
def test_bad_weights_are_refused(
    frame: pd.DataFrame, weights: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        places.regional_risk(frame, weights)


def test_doubled_rows_and_a_missing_column_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="北京 occurs twice in 2022"):
        places.regional_risk(pd.concat([frame, frame]))
    with pytest.raises(ValueError, match="SS"):
        places.regional_risk(frame.drop(columns="SS"))


def test_a_province_s_profile_follows_the_numbers(frame: pd.DataFrame) -> None:
    first = places.place_profile(find_place("北京"), frame)
    assert (first.rank, first.peers, first.driver) == (1, 4, "人工智能渗透")
    assert first.risk.tolist() == pytest.approx([1.0])
    assert [answer.fit for answer in first.answers] == pytest.approx([1, 1])
    (best,) = [answer for answer in first.answers if answer.name == "技能账户与再培训"]
    assert best.ranks == [("劳动力素质", -1, 1), ("人工智能指数", 1, 1)]
    assert places.place_profile(find_place("四川"), frame).rank == 4
    turned = frame.assign(AI=1 - frame["AI"], LQ=1 - frame["LQ"], SS=1 - frame["SS"])
    assert places.place_profile(find_place("四川"), turned).rank == 1


def test_the_sentence_about_a_province_says_its_profile(frame: pd.DataFrame) -> None:
    text = profile("北京", frame)
    assert text.startswith("2022 年北京的相对风险为 1.00，在 4 个省份中居第 1 位，")
    assert "居第 1 位，最大的一项是人工智能渗透；与其画像最相配的工具是区域性基本收入（" in text
    assert text.endswith(
        "；技能账户与再培训（匹配度 1.00：劳动力素质由低到高第 1，人工智能指数由高到低第 1）。"
    )


def test_a_place_of_many_provinces_counts_each_once(frame: pd.DataFrame) -> None:
    nation, east = (places.place_profile(find_place(n), frame) for n in ("全国", "东部"))
    assert list(nation.risk.index) == ["北京", "广东", "山西", "四川"]
    assert list(east.risk.index) == ["北京", "广东"] and east.peers == 4
    assert (nation.levers.sum(), east.levers.sum()) == (4, 2)
    assert profile("东部", frame).startswith("2022 年东部地区相对风险最高的是北京、广东；2 个省份")
    assert profile("全国", frame).startswith(
        "2022 年全国相对风险最高的是北京、广东、山西；4 个省份"
    )
    for name, count in nation.levers.items():
        assert f"{name} {count} 个" in profile("全国", frame)


def test_missing_sub_indices_are_said_not_hidden(frame: pd.DataFrame) -> None:
    frame.loc[("广东", 2022), "SS"] = np.nan
    assert profile("广东", frame) == ("广东（2022 年）缺少计算风险所需的分指数，无法给出画像。")
    assert "3 个省份" in profile("北京", frame)
    assert "1 个省份" in profile("东部", frame)
    assert "无法给出画像" in profile("全国", frame.assign(LQ=np.nan))
    assert "无法给出画像" in profile("东北", frame), "no province of it in the panel"


def test_rank_ranges_hold_the_estimate_and_shrink_to_it(lead: Findings) -> None:
    ranges = places.rank_ranges(lead.frame)
    assert len(ranges) == 30 and list(ranges["estimate"]) == sorted(ranges["estimate"])
    assert (ranges["lower"] <= ranges["upper"]).all()
    near = ranges["estimate"].between(ranges["lower"] - 1, ranges["upper"] + 1)
    assert near.mean() > 0.9
    fixed = places.rank_freedom(ranges.assign(lower=1.0, upper=1.0))
    assert fixed == (30, 0, 0, 30)
    assert places.rank_freedom(ranges.assign(lower=1.0, upper=30.0)).firm == 0


def test_ranks_without_sub_indices_are_none(frame: pd.DataFrame) -> None:
    ranges = places.rank_ranges(frame.assign(SS=np.nan))
    assert ranges.empty and places.rank_freedom(ranges).provinces == 0


def test_lever_table_shows_the_edition(lead: Findings) -> None:
    one, east, all_ = (lever_table(find_place(n), lead) for n in ("广东", "东部", "全国"))
    assert list(one.columns) == ["广东"] and len(one) == len(places.LEVERS)
    assert set(east.columns) == set(find_place("东部").members)
    ranked = places.regional_risk(lead.frame).risk.index
    assert list(all_.columns) == [*ranked[:3], *ranked[-3:]]
    fit = places.lever_fit(lead.frame).at["广东", "basic_income"]
    assert one.at[places.LEVERS["basic_income"].name, "广东"] == f"{fit:.2f}"


def test_levers_answer_gaps(frame: pd.DataFrame) -> None:
    fit = places.lever_fit(frame)
    assert set(fit.columns) == set(places.LEVERS)
    assert fit.to_numpy().min() >= 0 and fit.to_numpy().max() <= 1
    assert fit["skill_account"].idxmax() == "北京" and fit["skill_account"][
        "北京"
    ] == pytest.approx(1)


def test_regional_defaults_stay_in_range_and_in_order(frame: pd.DataFrame) -> None:
    placed = places.regional_defaults(frame)
    assert set(placed.index) == set(PROVINCES)
    for symbol, ends in bounds(placed).items():
        assert (placed[symbol].min(), placed[symbol].max()) == pytest.approx(ends)
    assert placed.at["北京", "automation_rate"] > placed.at["四川", "automation_rate"]


def test_theil_adds_up_and_vanishes_with_equality(frame: pd.DataFrame) -> None:
    found = places.theil_decomposition(frame, "U2")
    for year, total in found["total"].items():
        x = frame.xs(year, level="year")["U2"]
        share = x / x.mean()
        assert total == pytest.approx((share * np.log(share)).mean())
    equal = places.theil_decomposition(frame.assign(U2=0.4), "U2")
    assert_allclose(equal, 0, atol=1e-15)
    lone = frame.assign(region=frame.index.get_level_values("province"))
    assert_allclose(places.theil_decomposition(lone, "U2")["within"], 0, atol=1e-15)


def test_trap_is_technology_up_and_quality_down(frame: pd.DataFrame) -> None:
    frame.loc[("山西", 2020), ["U1", "U2"]] = [0.2, 0.6]
    frame.loc[("山西", 2022), ["U1", "U2"]] = [0.4, 0.5]
    found = places.divergence(frame)
    assert found.loc["山西", "trap"]
    assert found.loc["山西", "ai_change"] == pytest.approx(0.2)
    mirrored = places.divergence(frame.rename({2020: 2022, 2022: 2020}, level="year"))
    assert not mirrored.loc["山西", "trap"]


def test_what_a_panel_can_see_of_generative_ai_depends_on_its_end() -> None:
    early, late = (say("{{ panel_ends(year) }}。", year=year) for year in (2022, 2024))
    assert early == "面板止于 2022 年，而生成式 AI 的普及多在 2023 年以后。"
    assert late == "面板止于 2024 年，其中生成式 AI 普及以后的年份还少。"
