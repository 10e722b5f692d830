"""Exposure of provinces: weights a reader can move, parts that add up, words from numbers."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from cases import Point, drawn, profile
from numpy.testing import assert_allclose

from synergy.dictionary import find_place, indicators, paper_indicators, units
from synergy.evidence import Findings
from synergy.figures.places import THIRDS, risk_map
from synergy.policy import places
from synergy.words import say

PROVINCES = {"北京": "东部", "广东": "东部", "山西": "中部", "四川": "西部"}


def findings(frame: pd.DataFrame, without: tuple[str, ...] = ()) -> Findings:
    """A panel of all the paper's indicators but some, with these scores."""
    held = paper_indicators().drop(index=list(without))
    return Findings("试", "own", held[["system"]], frame, None)


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


@pytest.fixture
def panel(frame: pd.DataFrame) -> Findings:
    """The same as a panel with every indicator."""
    return findings(frame)


#: What speaks of exposure: AI patents, firms and robots.
SEEN = ("ai_patents", "ai_firms", "ai_robots")


def test_most_exposed_and_least_covered_ranks_first(panel: Findings) -> None:
    found = places.regional_risk(panel)
    assert found.year == 2022 and found.exposed
    assert list(found.risk.index) == ["北京", "广东", "山西", "四川"]
    assert found.risk["北京"] == pytest.approx(1) and found.risk["四川"] == pytest.approx(0)


WEIGHT = (0.01, 5)


@drawn(exposure_weight=WEIGHT, skill_weight=WEIGHT, security_weight=WEIGHT)
def test_parts_add_up_and_scale_of_weights_is_free(point: Point) -> None:
    index = pd.MultiIndex.from_product([["甲", "乙", "丙"], [2022]], names=["province", "year"])
    data = pd.DataFrame(
        {"AI": [0.2, 0.5, 0.9], "LQ": [0.3, 0.8, 0.4], "SS": [0.6, 0.1, 0.2]}, index=index
    )
    full = findings(data)
    found = places.regional_risk(full, point)
    assert_allclose(found.parts.sum(axis=1)[found.risk.index], found.risk)
    assert found.risk.between(-1e-12, 1 + 1e-12).all()
    again = places.regional_risk(full, {name: 3 * value for name, value in point.items()})
    assert_allclose(again.risk, found.risk)


def test_one_weight_alone_is_that_component(panel: Findings) -> None:
    found = places.regional_risk(panel, {"exposure_weight": 1.0})
    assert_allclose(found.risk.sort_index(), found.scaled["exposure_weight"].sort_index())


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"speed_weight": 1.0}, "exposure_weight, skill_weight, security_weight"),
        ({"skill_weight": -1.0}, "must not be negative"),
        ({"skill_weight": 0.0}, "nor all zero"),
    ],
)
def test_bad_weights_are_refused(panel: Findings, weights: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        places.regional_risk(panel, weights)


def test_doubled_rows_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="北京 occurs twice in 2022"):
        places.regional_risk(findings(pd.concat([frame, frame])))


@pytest.mark.parametrize("held", [0, 1, 2, 3])
def test_exposure_needs_half_of_what_speaks_of_it(frame: pd.DataFrame, held: int) -> None:
    """Cable, ports and profits say nothing of where AI is used, however many there are."""
    thin = findings(frame, without=SEEN[held:])
    found = places.regional_risk(thin)
    assert found.exposed == (held >= 2)
    start = places.regional_start(find_place("北京"), thin)
    assert ("automation_rate" in start) == found.exposed
    others = {"formal_coverage", "retraining_reach"}
    assert others <= set(start)
    (out,) = places.left_out(thin.coverage) or [None]
    assert (out is None) == found.exposed
    if out:
        names = indicators().loc[list(SEEN[held:]), "name_zh"]
        assert out == ("人工智能渗透", held, list(names))
        text = say("{{ unseen(parts) }}", parts=[out]).replace("\\", "")  # R&D is escaped
        assert "“人工智能渗透”没有列入" in text and all(name in text for name in names)
        assert ("一项也没有" if held == 0 else "只有一项") in text


def test_without_exposure_only_the_shortfalls_are_weighed(frame: pd.DataFrame) -> None:
    thin = findings(frame, without=SEEN)
    found = places.regional_risk(thin)
    by_hand = (found.scaled["skill_weight"] + found.scaled["security_weight"]) / 2
    assert set(found.scaled) == {"skill_weight", "security_weight"}
    assert_allclose(found.risk, by_hand[found.risk.index])
    moved = frame.assign(AI=1 - frame["AI"])
    assert_allclose(places.regional_risk(findings(moved, without=SEEN)).risk, found.risk)
    assert profile("北京", thin).startswith("2022 年北京的相对短板在 4 个省份中居第 1 位")
    with pytest.raises(ValueError, match="nor all zero"):
        places.regional_risk(thin, {"exposure_weight": 1.0})


def test_a_panel_that_orders_nothing_says_so(frame: pd.DataFrame) -> None:
    other = tuple(code for code in paper_indicators().index if code not in ("ai_cable", "lr_wage"))
    bare = findings(frame, without=other)
    assert places.regional_risk(bare).risk.isna().all()
    assert places.regional_start(find_place("北京"), bare) == {}
    assert places.rank_ranges(bare).empty
    assert "无法给出画像" in profile("北京", bare) and "无法给出画像" in profile("全国", bare)


def test_the_real_subset_is_no_evidence_for_exposure(lead: Findings) -> None:
    """Five of nine indicators of AI are there, none of the three that speak of its use."""
    assert lead.coverage.held("AI") == (5, 9)
    assert lead.coverage.of(SEEN) == (0, 3)
    found = places.regional_risk(lead)
    assert set(found.weights.index) == {"skill_weight", "security_weight"}
    for name in ("全国", "青海", "广东", "北京", "东北"):
        assert "automation_rate" not in places.regional_start(find_place(name), lead)
        assert "渗透" not in profile(name, lead) and "风险" not in profile(name, lead)


def test_a_province_s_profile_follows_the_numbers(panel: Findings) -> None:
    first = places.place_profile(find_place("北京"), panel)
    assert (first.rank, first.peers, first.exposed) == (1, 4, True)
    assert first.ranks == {"人工智能渗透": 1, "劳动力素质短板": 1, "社会保障短板": 1}
    assert first.risk.tolist() == pytest.approx([1.0])
    assert places.place_profile(find_place("四川"), panel).rank == 4
    turned = {name: 1 - panel.frame[name] for name in ("AI", "LQ", "SS")}
    back = replace(panel, frame=panel.frame.assign(**turned))
    assert places.place_profile(find_place("四川"), back).rank == 1


def test_the_sentence_about_a_province_says_its_profile(panel: Findings) -> None:
    assert profile("广东", panel) == (
        "2022 年广东的相对风险在 4 个省份中居第 2 位（1 为最大）；分开看，"
        "人工智能渗透居第 2，劳动力素质短板居第 2，社会保障短板居第 2。"
    )


def test_a_place_of_many_provinces_counts_each_once(panel: Findings) -> None:
    nation, east = (places.place_profile(find_place(n), panel) for n in ("全国", "东部"))
    assert list(nation.risk.index) == ["北京", "广东", "山西", "四川"]
    assert list(east.risk.index) == ["北京", "广东"] and east.peers == 4
    assert profile("东部", panel) == "2022 年东部地区相对风险最大的是北京、广东。"
    assert profile("全国", panel) == "2022 年全国相对风险最大的是北京、广东、山西。"


def test_missing_values_are_said_not_hidden(frame: pd.DataFrame) -> None:
    frame.loc[("广东", 2022), "SS"] = np.nan
    gap = findings(frame)
    assert profile("广东", gap) == "广东（2022 年）缺少排次序所需的分指数，无法给出画像。"
    assert "3 个省份" in profile("北京", gap)
    assert "无法给出画像" in profile("全国", findings(frame.assign(LQ=np.nan)))
    assert "无法给出画像" in profile("东北", gap), "no province of it in the panel"


def test_rank_ranges_hold_the_estimate_and_shrink_to_it(lead: Findings) -> None:
    ranges = places.rank_ranges(lead)
    assert len(ranges) == 30 and list(ranges["estimate"]) == sorted(ranges["estimate"])
    assert (ranges["lower"] <= ranges["upper"]).all()
    near = ranges["estimate"].between(ranges["lower"] - 1, ranges["upper"] + 1)
    assert near.mean() > 0.9
    fixed = places.rank_freedom(ranges.assign(lower=1.0, upper=1.0))
    assert fixed == (30, 0, 0, 30)
    assert places.rank_freedom(ranges.assign(lower=1.0, upper=30.0)).firm == 0


def test_the_map_puts_each_province_where_its_ranks_stay() -> None:
    ends = {"北京": (1, 10), "上海": (11, 20), "广东": (21, 30), "青海": (10, 11), "云南": (5, 25)}
    names = [*ends, *(n for n in units().index if n not in ends)]
    spans = [ends.get(name, (1, 3)) for name in names]
    table = pd.DataFrame(spans, index=names, columns=["lower", "upper"]).assign(estimate=1)
    chart = risk_map(table.astype(float)).to_dict()
    (text,) = (rows for rows in chart["datasets"].values() if "third" in rows)
    drawn = pd.read_csv(StringIO(text)).set_index("province")
    where = dict(zip(ends, [*list(THIRDS)[:3], "看权重", "看权重"], strict=True))
    assert drawn["third"][list(ends)].to_dict() == where
    assert drawn.at["青海", "span"] == "10–11" and len(drawn) == 30
    assert "稳在前三分之一的 26 个，稳在中间的 1 个" in chart["description"]


def test_one_component_alone_leaves_the_weights_nothing_to_move(frame: pd.DataFrame) -> None:
    alone = findings(frame, without=(*SEEN, "lq_schooling", "lq_skilled", "lq_certificates"))
    assert set(places.regional_risk(alone).weights.index) == {"security_weight"}
    ranges = places.rank_ranges(alone)
    assert ranges.empty and places.rank_freedom(ranges).provinces == 0


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
