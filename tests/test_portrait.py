"""A place on one page: orders, neighbours, strong and weak, what lifted D."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from synergy.coupling import coupling_coordination, grades
from synergy.dictionary import all_places, find_place, indicators
from synergy.evidence import Evidence, Findings, demo_findings, load_evidence, real_findings
from synergy.figures.portrait import compare_places, lift_bars, place_tiles, trajectory_plane
from synergy.policy.parameters import bounds
from synergy.policy.places import levers, regional_start
from synergy.portrait import (
    indicator_ranks,
    lifted,
    measures,
    neighbours,
    place_lift,
    position_table,
    positions,
    strengths,
)
from synergy.words import say
from vega_replay import assert_suits_a_page, replay


@pytest.fixture(scope="module")
def lead() -> Findings:
    return real_findings()


@pytest.fixture(scope="module")
def demo() -> Findings:
    return demo_findings()


# --- orders -----------------------------------------------------------------------------------


def test_an_order_needs_half_of_the_indicators_it_speaks_of(lead: Findings, demo: Findings) -> None:
    known = {column: lead.coverage.orders(column) for column in [*measures(lead), "AI"]}
    assert [column for column, carried in known.items() if not carried] == ["SS"]  # 3 of 7
    assert all(demo.coverage.orders(column) for column in known)
    thin = demo.weights.drop(demo.weights.index[demo.weights["system"] == "AI"][:5])
    few = replace(demo, weights=thin).coverage
    assert not few.orders("U1") and not few.orders("D") and few.orders("U2")


def test_positions_are_those_of_the_findings(lead: Findings) -> None:
    found = positions(find_place("青海"), lead)
    final = lead.at(2022)
    assert found.loc["D", "last"] == final.loc["青海", "D"]
    assert found.loc["D", "nation"] == pytest.approx(final["D"].mean())
    assert found.loc["D", "rank"] == 1 + (final["D"] > final.loc["青海", "D"]).sum()
    assert np.isnan(found.loc["SS", "rank"]) and found.loc["LR", "peers"] == 30
    shown = position_table(found, lead)
    assert shown.loc["社会保障", "名次"] == "—" and shown.loc["耦合协调度 D", "名次"] == "第 6 / 30"


@pytest.mark.parametrize("name", ["广东", "云南", "青海", "东部"])
def test_neighbours_stand_right_before_and_right_behind(lead: Findings, name: str) -> None:
    place, order = find_place(name), lead.at(2022)["D"].sort_values(ascending=False)
    near = neighbours(place, lead)
    if place.is_unit:
        at = list(order.index).index(name)
        assert [n for n, _ in near.before] == list(order.index[max(at - 2, 0) : at])
        assert [n for n, _ in near.behind] == list(order.index[at + 1 : at + 3])
    else:
        assert near.before == [] and len(near.behind) == 2


# --- strong and weak --------------------------------------------------------------------------


def test_ranks_of_indicators_follow_their_direction(demo: Findings) -> None:
    ranks = indicator_ranks(demo)
    last = demo.panel.values.xs(2022, level="year")
    for code, sign in indicators()["direction"].items():
        best = last[code].idxmax() if sign > 0 else last[code].idxmin()
        assert ranks.loc[best, code] == 1


def test_committed_ranks_are_those_of_the_last_year_only(lead: Findings) -> None:
    ranks = indicator_ranks(lead)
    assert ranks.shape == (30, 18) and set(ranks.columns) == set(lead.weights.index)
    assert (ranks.min() == 1).all() and (ranks.max() <= 30).all()
    cut = load_evidence().lead
    earlier = replace(cut, frame=cut.frame[cut.frame.index.get_level_values("year") < 2022])
    assert indicator_ranks(earlier).empty and strengths(find_place("广东"), earlier).empty


def test_strengths_run_from_best_to_worst(lead: Findings) -> None:
    found = strengths(find_place("广东"), lead)["rank"]
    assert found.is_monotonic_increasing and found.iloc[0] == 1
    region = strengths(find_place("东北"), lead)["rank"]
    wanted = indicator_ranks(lead).loc[["辽宁", "吉林", "黑龙江"], "ai_cable"].mean()
    assert region["ai_cable"] == pytest.approx(wanted)


def test_indicators_of_a_system_run_from_the_heaviest(lead: Findings) -> None:
    place = find_place("青海")
    own = strengths(place, lead).query("system == 'AI'")
    text = say("{{ weighed(own, place, '人工智能') }}", own=own, place=place)
    heaviest = lead.weights.query("system == 'AI'")["weight"].nlargest(len(own))
    assert own["weight"].sum() == pytest.approx(heaviest.sum())
    places = [text.index(own["name"][code]) for code in heaviest.index]
    assert places == sorted(places) and f"第 {own['rank']['ai_cable']:.0f}）" in text
    assert say("{{ weighed(own, place, '') }}", own=own.iloc[:0], place=place).strip() == ""


@pytest.mark.parametrize(("count", "told"), [(18, 6), (5, 4), (2, 2), (0, 0)])
def test_no_indicator_is_both_strong_and_weak(lead: Findings, count: int, told: int) -> None:
    place = find_place("广东")
    found = strengths(place, lead).iloc[:count]
    text = say("{{ extremes(found, place, 2022) }}", found=found, place=place)
    assert text.count("（第") == told == len({name for name in found["name"] if name in text})


# --- what lifted D ----------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.5, 0.3, 0.9])
def test_shares_add_up_to_the_change_of_d(demo: Findings, alpha: float) -> None:
    first, last = (demo.at(year) for year in demo.years)
    d = [coupling_coordination(t["U1"], t["U2"], alpha=alpha)["D"] for t in (first, last)]
    assert_allclose(lifted(demo, alpha).sum(axis=1), d[1] - d[0], atol=1e-14)


def test_shares_of_the_committed_results_add_up_to_their_digits(lead: Findings) -> None:
    first, last = (lead.at(year)["D"] for year in lead.years)
    assert_allclose(lifted(lead, 0.5).sum(axis=1), last - first, atol=1e-9)
    for place in all_places():
        path = place.path(lead, "D")
        assert place_lift(place, lead, 0.5).sum() == pytest.approx(path.iloc[-1] - path.iloc[0])


@pytest.mark.parametrize("alpha", [0.5, 0.7])
@pytest.mark.parametrize("province", ["广东", "青海"])
def test_shares_are_means_over_all_orders(demo: Findings, province: str, alpha: float) -> None:
    """The same by another route: parts move one by one, in every order, by the plain formula."""
    first, last = (demo.at(year).loc[province] for year in demo.years)
    weights = demo.weights.groupby("dimension")["dimension_weight"].first()
    parts = ["AI", "LR", "EQ", "SS", "LQ"]

    def degree(values: dict[str, float]) -> float:
        u1, u2 = values["AI"], sum(weights[d] * values[d] for d in parts[1:])
        t = alpha * u1 + (1 - alpha) * u2
        return float(np.sqrt(2 * np.sqrt(u1 * u2) / (u1 + u2) * t))

    shares = dict.fromkeys(parts, 0.0)
    for order in permutations(parts):
        at = {part: float(first[part]) for part in parts}
        for part in order:
            before = degree(at)
            at[part] = float(last[part])
            shares[part] += (degree(at) - before) / 120
    assert_allclose(lifted(demo, alpha).loc[province], pd.Series(shares), atol=1e-12)


def test_a_part_that_does_not_move_has_no_share(demo: Findings) -> None:
    first = demo.frame["LQ"].groupby("province").transform("first")
    u2 = demo.frame["U2"] + demo.weights["dimension_weight"][["lq_schooling"]].item() * (
        first - demo.frame["LQ"]
    )
    still = replace(demo, frame=demo.frame.assign(LQ=first, U2=u2))
    assert_allclose(lifted(still, 0.5)["LQ"], 0, atol=1e-15)


# --- what the profile points to ---------------------------------------------------------------


def test_levers_start_where_the_place_does_and_end_at_the_range(lead: Findings) -> None:
    place = find_place("青海")
    found = levers(place, lead)
    assert [lever.component for lever in found] == ["劳动力素质短板"] * 2 + ["社会保障短板"] * 3
    assert [lever.standing for lever in found] == sorted(lever.standing for lever in found)
    reach = next(lever for lever in found if lever.name == "再培训可及率")
    start, end = regional_start(place, lead)["retraining_reach"], bounds(["retraining_reach"])
    assert reach.moved == (f"{start:.0%}", f"{end['retraining_reach'][1]:.0%}")
    assert reach.after / reach.before == pytest.approx(end["retraining_reach"][1] / start)


def test_levers_need_evidence(evidence: Evidence) -> None:
    place = find_place("广东")
    assert not [x for x in levers(place, evidence.lead) if x.component == "人工智能渗透"]
    assert [x for x in levers(place, evidence.demo) if x.component == "人工智能渗透"]


def test_sentences_turn_with_the_place(lead: Findings) -> None:
    def told(name: str) -> str:
        found = levers(find_place(name), lead)
        return say("{{ pointed_to(f, p, 30) }}", f=found, p=find_place(name))

    assert "先看的是社会保障短板、劳动力素质短板" in told("云南")
    assert "都不在前三分之一" in told("广东")
    assert "指不出" in say("{{ pointed_to([], p, 30) }}", p=find_place("广东"))


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["青海", "东北"])
def test_figures_suit_a_page(lead: Findings, name: str) -> None:
    place, nation = find_place(name), find_place("全国")
    lift = [place_lift(p, lead, 0.5) for p in (place, nation)]
    for figure in (
        trajectory_plane(lead, place),
        compare_places(lead, place, find_place(place.parent)),
        lift_bars(*lift, place),
    ):
        assert_suits_a_page(name, figure.to_dict(), 9_000)


def test_the_reader_compares_with_any_place(lead: Findings) -> None:
    spec = compare_places(lead, find_place("青海"), find_place("西部")).to_dict()
    (picked,) = (param for param in spec["params"] if param["name"] == "other")
    labels = picked["bind"]["labels"]
    assert len(labels) == 34 and labels[picked["value"]] == "西部地区"
    spec["layer"][0]["transform"] = [
        {"calculate": "datum['青海']", "as": "i"},
        {"calculate": "datum['对照的地区']", "as": "j"},
    ]
    rows = replay(spec, ["i", "j"], {"other": labels.index("广东")})
    final = lead.at(2022).loc[["青海", "广东"], measures(lead)].round(3)
    shown = [[float(value) for value in row] for row in rows.to_numpy()]
    assert_allclose(shown, final.T.to_numpy(), atol=1e-9)


def test_tiles_lead_to_every_place_but_the_nation(lead: Findings) -> None:
    text = place_tiles(lead, grades())
    for place in all_places():
        assert (f'href="{place.code}.html"' in text) == bool(place.parent), place.name
    assert "grid-area: 2 / 5" in text  # 北京
