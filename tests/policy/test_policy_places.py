"""Exposure of provinces: weights a reader can move, parts that add up, words from numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from synergy.policy import places
from synergy.policy.parameters import bounds

PROVINCES = {"甲": "东部", "乙": "东部", "丙": "中部", "丁": "西部"}


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
    assert list(found.risk.index) == ["甲", "乙", "丙", "丁"]
    assert found.risk["甲"] == pytest.approx(1) and found.risk["丁"] == pytest.approx(0)


def test_ranks_are_not_distorted_by_one_province_far_ahead(frame: pd.DataFrame) -> None:
    by_rank = places.regional_risk(frame, scaling="rank")
    frame.loc[("甲", 2022), "AI"] = 50.0
    assert_allclose(places.regional_risk(frame, scaling="rank").risk, by_rank.risk)
    assert places.regional_risk(frame).scaled.loc["乙", "exposure_weight"] < 0.01


weight = st.floats(0.01, 5)

quick = settings(deadline=None, max_examples=20, derandomize=True)


@quick
@given(weight, weight, weight)
def test_parts_add_up_and_scale_of_weights_is_free(a: float, b: float, c: float) -> None:
    index = pd.MultiIndex.from_product([["甲", "乙", "丙"], [2022]], names=["province", "year"])
    data = pd.DataFrame(
        {"AI": [0.2, 0.5, 0.9], "LQ": [0.3, 0.8, 0.4], "SS": [0.6, 0.1, 0.2]}, index=index
    )
    weights = {"exposure_weight": a, "skill_weight": b, "security_weight": c}
    found = places.regional_risk(data, weights)
    assert_allclose(found.parts.sum(axis=1)[found.risk.index], found.risk)
    assert found.risk.between(-1e-12, 1 + 1e-12).all()
    again = places.regional_risk(data, {name: 3 * value for name, value in weights.items()})
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


def test_unknown_year_province_or_column_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="2020 to 2022"):
        places.regional_risk(frame, year=2021)
    with pytest.raises(ValueError, match="甲 occurs twice in 2022"):
        places.regional_risk(pd.concat([frame, frame]))
    with pytest.raises(ValueError, match="known: 甲"):
        places.describe_profile(frame, "戊")
    with pytest.raises(ValueError, match="SS"):
        places.regional_risk(frame.drop(columns="SS"))


def test_words_follow_the_numbers(frame: pd.DataFrame) -> None:
    first = places.describe_profile(frame, "甲")
    assert "居第 1 位" in first and "1.00" in first and "人工智能渗透" in first
    assert (
        "技能账户与再培训（匹配度 1.00：劳动力素质由低到高第 1，人工智能指数由高到低第 1）" in first
    )
    last = places.describe_profile(frame, "丁")
    assert "居第 4 位" in last
    turned = frame.assign(AI=1 - frame["AI"], LQ=1 - frame["LQ"], SS=1 - frame["SS"])
    assert "居第 1 位" in places.describe_profile(turned, "丁")


def test_missing_sub_indices_are_said_not_hidden(frame: pd.DataFrame) -> None:
    frame.loc[("乙", 2022), "SS"] = np.nan
    assert "无法" in places.describe_profile(frame, "乙")
    assert "3 个省份" in places.describe_profile(frame, "甲")


def test_levers_answer_gaps(frame: pd.DataFrame) -> None:
    fit = places.lever_fit(frame)
    assert set(fit.columns) == set(places.LEVERS)
    assert fit.to_numpy().min() >= 0 and fit.to_numpy().max() <= 1
    assert fit["skill_account"].idxmax() == "甲" and fit["skill_account"]["甲"] == pytest.approx(1)


def test_regional_defaults_stay_in_range_and_in_order(frame: pd.DataFrame) -> None:
    placed = {p: places.regional_defaults(frame, p) for p in PROVINCES}
    for symbol, (low, high) in bounds(placed["甲"]).items():
        values = [placed[p][symbol] for p in PROVINCES]
        assert min(values) == pytest.approx(low) and max(values) == pytest.approx(high)
    assert placed["甲"]["automation_rate"] > placed["丁"]["automation_rate"]


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
    frame.loc[("丙", 2020), ["U1", "U2"]] = [0.2, 0.6]
    frame.loc[("丙", 2022), ["U1", "U2"]] = [0.4, 0.5]
    found = places.divergence(frame)
    assert found.loc["丙", "trap"]
    assert found.loc["丙", "ai_change"] == pytest.approx(0.2)
    mirrored = places.divergence(frame, first=2022, last=2020)
    assert not mirrored.loc["丙", "trap"]
