"""Where an edition's sliders start, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from editions import CHAPTERS, EDITIONS, drawn_small

from chapter_cells import shown_by
from synergy.dictionary import find_place, units
from synergy.evidence import Evidence, Findings, demo_findings
from synergy.figures.sliders import declared, declared_figures, starting_values
from synergy.policy.parameters import (
    bounds,
    defaults,
    evaluate,
    input_table,
    on_grid,
    slider_step,
    symbols_in,
)
from synergy.policy.places import moved, regional_start, snapshot, standing
from synergy.words import say

#: Assumptions placed by a province's standing, and by which column.
PLACED = {"formal_coverage": "SS", "retraining_reach": "LQ", "automation_rate": "AI"}


@pytest.fixture(scope="module")
def panel() -> Findings:
    return demo_findings()


def start_here(name: str, start: dict[str, float], symbols: list[str]) -> str:
    facts = moved(start, symbols)
    return say("{{ start_here(place, moved) }}", place=find_place(name), moved=facts)


def test_the_nation_starts_at_the_defaults(panel: Findings) -> None:
    assert regional_start(find_place("全国"), panel) == {}
    assert start_here("全国", {}, ["gig_share"]) == "滑块从参数表的默认值出发。"


def test_a_strong_province_starts_higher_than_a_weak_one(panel: Findings) -> None:
    final = panel.frame["AI"].xs(panel.years[1], level="year")
    strong, weak = (
        regional_start(find_place(name), panel)["automation_rate"]
        for name in (str(final.idxmax()), str(final.idxmin()))
    )
    assert (weak, strong) == bounds(["automation_rate"])["automation_rate"]
    middle = regional_start(find_place("东部"), panel)["automation_rate"]
    assert weak < middle < strong


def test_the_province_in_the_middle_starts_at_the_default(panel: Findings) -> None:
    """With an odd number of provinces one stands in the middle: it starts as the nation does."""
    odd = replace(panel, frame=panel.frame.drop(index="北京", level="province"))
    for symbol, column in PLACED.items():
        ranks = snapshot(odd.frame)[column].rank()
        (middle,) = ranks.index[ranks == 15]
        assert regional_start(find_place(middle), odd)[symbol] == defaults()[symbol]


@pytest.mark.parametrize("source", ["demo", "lead"])
def test_nation_and_province_never_contradict(evidence: Evidence, source: str) -> None:
    """Below the middle of the ranks a start is not above the nation's, and the reverse."""
    findings = getattr(evidence, source)
    now = snapshot(findings.frame)
    names = [*units().index, "东部", "中部", "西部", "东北"]
    for place in map(find_place, names):
        start = regional_start(place, findings)
        for symbol, value in start.items():
            rank = now[PLACED[symbol]].rank()[list(place.members)].mean()
            assert (value - defaults()[symbol]) * (rank - 15.5) >= 0, (place.name, symbol)
    assert standing(find_place("全国"), findings, "SS") == 0.5


def test_starts_lie_on_straight_lines_and_on_the_slider_s_grid(panel: Findings) -> None:
    for symbol, column in PLACED.items():
        (low, high), middle = bounds([symbol])[symbol], defaults()[symbol]
        ranks = snapshot(panel.frame)[column].rank()
        for name, rank in ranks.items():
            share = (rank - 1) / 29
            line = low + 2 * share * (middle - low)
            line = line if share <= 0.5 else middle + (2 * share - 1) * (high - middle)
            start = regional_start(find_place(name), panel)[symbol]
            assert abs(start - line) <= slider_step(symbol) / 2 + 1e-12
            assert start == on_grid(symbol, start)


def test_a_place_stands_at_the_mean_of_its_units_in_the_panel(panel: Findings) -> None:
    only = replace(panel, frame=panel.frame.drop(index="吉林", level="province"))
    two = [standing(find_place(n), only, "SS") for n in ("辽宁", "黑龙江")]
    assert standing(find_place("东北"), only, "SS") == pytest.approx(np.mean(two))
    assert regional_start(find_place("吉林"), only) == {}


def test_what_the_panel_is_no_evidence_for_moves_no_slider(panel: Findings) -> None:
    bare = replace(panel, frame=panel.frame.assign(SS=np.nan))
    start = regional_start(find_place("广东"), bare)
    assert set(start) == {"automation_rate", "retraining_reach"}
    unseen = panel.weights.drop(index=["ai_patents", "ai_firms", "ai_robots"])
    start = regional_start(find_place("广东"), replace(panel, weights=unseen))
    assert set(start) == {"formal_coverage", "retraining_reach"}


def test_sliders_that_moved_are_named_with_their_defaults() -> None:
    start = {"automation_rate": 0.0525, "gig_share": 0.1}
    facts = moved(start, ["gig_share", "wage_gini"])
    assert facts["value"].to_dict() == {"gig_share": 0.1}
    assert facts["default"].to_dict() == defaults(["gig_share"])
    text = start_here("东部", start, ["automation_rate", "gig_share"])
    assert "按东部地区在各省中的位次" in text and text.count("（默认") == 2
    assert "取每年 5.25%（默认每年 2%）" in text and "取 10%（默认 20%）" in text
    assert start_here("东部", start, ["wage_gini"]) == start_here("东部", {}, [])


@pytest.mark.parametrize("name", declared_figures())
def test_a_figure_starts_where_sentences_are_evaluated(evidence: Evidence, name: str) -> None:
    """With a slider or without: what a sentence evaluates at the start is what is drawn first."""
    spec = declared(name)
    inputs = {str(s): (r["low"] + r["high"]) / 2 for s, r in input_table().iterrows()}
    inputs |= {spec.along: float(np.mean(spec.span))} if spec.along else {}
    for region in EDITIONS:
        for findings in (evidence.lead, evidence.demo):
            start = regional_start(find_place(region), findings)
            said = {**inputs, **start} | {s: defaults()[s] for s in spec.sliders if s not in start}
            drawn = inputs | starting_values(spec.sliders, start)
            for of in spec.quantities:
                assert of.at(drawn) == of.at(said), (region, of.name)


class Recorder:
    """What a chapter evaluates that depends on a placed symbol, what it draws, and where."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Mapping[str, Any]]] = []

    def evaluate(
        self,
        function: Callable[..., Any],
        values: Mapping[str, Any] | None = None,
        /,
        **given: Any,
    ) -> Any:
        if {*symbols_in(function)} & PLACED.keys() - given.keys():
            self.seen.append((function.__name__, values or {}))
        return evaluate(function, values, **given)

    def draw(self, name: str, start: Mapping[str, float] | None = None) -> None:
        self.seen.append((name, start or {}))

    def not_at(self, start: Mapping[str, float]) -> set[str]:
        """What was evaluated or drawn elsewhere."""
        return {name for name, values in self.seen if not start.items() <= values.items()}


@pytest.mark.parametrize("region", EDITIONS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_sentences_and_figures_of_a_chapter_start_together(
    evidence: Evidence, chapter: str, region: str
) -> None:
    """What depends on a placed symbol is evaluated at the edition's start, in text and figure."""
    place = find_place(region)
    for findings in (evidence.lead, evidence.demo):
        start, recorder = regional_start(place, findings), Recorder()
        shown_by(
            chapter,
            evidence=evidence,
            place=place,
            lead=findings,
            region=region,
            start=start,
            evaluate=recorder.evaluate,
            slider_figure=recorder.draw,
            fund_figure=recorder.draw,
            **drawn_small(),
        )
        assert recorder.seen and not recorder.not_at(start)
