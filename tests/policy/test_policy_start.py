"""Where an edition's sliders start, and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from synergy.dictionary import find_place
from synergy.evidence import Findings, demo_findings
from synergy.policy.parameters import bounds, defaults
from synergy.policy.places import moved, regional_start
from synergy.words import say


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


def test_a_place_starts_at_the_mean_of_its_units_in_the_panel(panel: Findings) -> None:
    only = replace(panel, frame=panel.frame.drop(index="吉林", level="province"))
    ends = [regional_start(find_place(n), only) for n in ("辽宁", "黑龙江")]
    mean = pd.DataFrame(ends).mean().to_dict()
    assert regional_start(find_place("东北"), only) == pytest.approx(mean)
    assert regional_start(find_place("吉林"), only) == {}


def test_a_missing_sub_index_moves_no_slider(panel: Findings) -> None:
    bare = replace(panel, frame=panel.frame.assign(SS=np.nan))
    start = regional_start(find_place("广东"), bare)
    assert set(start) == {"automation_rate", "retraining_reach"}


def test_sliders_that_moved_are_named_with_their_defaults() -> None:
    start = {"automation_rate": 0.0525, "gig_share": 0.1}
    facts = moved(start, ["gig_share", "wage_gini"])
    assert facts["value"].to_dict() == {"gig_share": 0.1}
    assert facts["default"].to_dict() == defaults(["gig_share"])
    text = start_here("东部", start, ["automation_rate", "gig_share"])
    assert "按东部地区在各省中的位次" in text and text.count("（默认 ") == 2
    assert "取 0.0525（默认" in text and "取 0.1（默认" in text
    assert start_here("东部", start, ["wage_gini"]) == start_here("东部", {}, [])
