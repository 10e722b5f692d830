"""The price base of post and telecom: committed runs give U2 at every weight of that series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from samples import RAW, needs_raw
from synergy.claims.auditing import audit_evidence, check_panel, panel_versions
from synergy.claims.ledger import Verdict, load_ledger
from synergy.dictionary import indicators, units
from synergy.evidence import Findings, load_evidence, real_findings
from synergy.index import normalise
from synergy.price_base import (
    BESIDE,
    STATEMENTS,
    VERSIONS,
    WEIGHTS,
    price_base_facts,
    price_base_holding,
    price_base_interval,
    price_base_parts,
    price_base_scores,
    price_base_story,
    price_base_thresholds,
    price_base_verdicts,
    price_base_weights,
)
from synergy.real import RECIPE, SPANS, real_results, real_volumes
from synergy.recipe import apply_recipe, read_recipe, read_series
from synergy.tables import version_table
from synergy.words import phrase

SIX = {"贵州", "云南", "陕西", "青海", "宁夏", "新疆"}


def findings_at(weight: float, version: str = "published") -> Findings:
    """The book's findings with U2 at one weight."""
    book = real_findings()
    frame = book.frame.assign(U2=price_base_scores(weight, version))
    return replace(book, frame=frame, published=None)


def facts_at(weight: float, version: str = "published", *, repaired: bool = True) -> pd.Series:
    facts = price_base_facts([weight], repaired=repaired)
    return facts.set_index("version").loc[version]


# ------------------------------------------------------------------ what the runs give


@pytest.mark.parametrize("version", VERSIONS)
def test_at_its_entropy_weight_a_version_is_its_run(version: str) -> None:
    scores = price_base_scores(price_base_weights()[version], version)
    np.testing.assert_allclose(scores, real_results(VERSIONS[version]).scores["U2"], atol=1e-9)


def test_scaled_scores_run_from_0_to_1() -> None:
    parts = price_base_parts()[["published", "linked"]]
    np.testing.assert_allclose(parts.min(), 0, atol=1e-8)
    np.testing.assert_allclose(parts.max(), 1, atol=1e-8)


@needs_raw
@pytest.mark.parametrize("repaired", [True, False])
def test_parts_are_those_that_the_series_give(repaired: bool) -> None:
    raw, recipe = read_series(RAW), read_recipe(RECIPE)
    parts = price_base_parts(repaired=repaired)
    for version, variant in (("published", "published_prices"), ("linked", None)):
        panel = apply_recipe(raw, recipe, variant=variant)
        scaled = normalise(panel.values[["eq_post_telecom"]], indicators()["direction"])
        np.testing.assert_allclose(parts[version], scaled["eq_post_telecom"], atol=1e-8)
    rest = apply_recipe(raw, recipe, repairs=repaired, variant="without_post_telecom")
    codes = [code for code in rest.indicators if indicators()["system"][code] == "EQ"]
    assert len(codes) == 12
    scaled = normalise(rest.values[codes], indicators()["direction"])
    weights = real_results("unrepaired" if not repaired else "repaired").weights["weight"][codes]
    np.testing.assert_allclose(parts["others"], scaled @ (weights / weights.sum()), atol=1e-8)


def test_without_the_series_both_versions_are_one() -> None:
    none = price_base_scores(0, "published")
    pd.testing.assert_series_equal(none, price_base_scores(0, "linked"))
    pd.testing.assert_series_equal(none, price_base_parts()["others"], check_names=False)


@pytest.mark.parametrize(
    ("weight", "version", "told"),
    [(1.5, "published", "weight is 1.5"), (0.1, "chained", "use one of published, linked")],
)
def test_unusable_questions_are_refused(weight: float, version: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        price_base_scores(weight, version)


# ------------------------------------------------------------------ what a weight brings out


def test_facts_are_those_of_the_scores() -> None:
    facts = price_base_facts().set_index(["version", "weight"])
    assert list(facts.index) == [(version, weight) for version in VERSIONS for weight in WEIGHTS]
    for version, weight in list(facts.index)[::7]:
        national = price_base_scores(weight, version).groupby("year").mean()
        told, spans = facts.loc[(version, weight)], [(2013, 2016), (2016, 2019), (2019, 2022)]
        paces = [(national[end] - national[start]) / 3 for start, end in spans]
        assert list(told[["early", "middle", "late"]]) == pytest.approx(paces)


def test_linked_or_dropped_no_western_province_falls_at_any_weight() -> None:
    for repaired in (True, False):
        facts = price_base_facts(repaired=repaired).set_index("version")
        assert (facts.loc["linked", "falling"] == 0).all()
        assert price_base_thresholds("linked", repaired=repaired).isna().all()
        assert facts_at(0.0, repaired=repaired)["falling"] == 0


def test_exactly_the_six_fall_near_one_weight_only() -> None:
    for repaired in (True, False):
        limits = price_base_thresholds(repaired=repaired)
        assert set(limits.index[:6]) == SIX
        assert 0.1 < limits.iloc[5] < 0.105 < limits.iloc[6] < 0.107
        assert set(facts_at(0.105, repaired=repaired)["provinces"]) == SIX


def test_a_province_falls_from_its_threshold_on() -> None:
    for province, limit in price_base_thresholds().items():
        assert province not in facts_at(limit - 1e-6)["provinces"]
        assert province in facts_at(limit + 1e-6)["provinces"]


def test_the_numbers_of_the_series_notes() -> None:
    """Everything as published, at .105: 2.6 times as fast, .24 times, West -.003, Central +.020."""
    facts = facts_at(0.105, repaired=False)
    assert facts["middle"] / facts["early"] == pytest.approx(2.6, abs=0.05)
    assert facts["late"] / facts["early"] == pytest.approx(0.24, abs=0.005)
    assert facts["west"] == pytest.approx(-0.003, abs=5e-4)
    assert facts["central"] == pytest.approx(0.020, abs=1e-3)
    assert facts_at(0.22, repaired=False)["falling"] == 11
    assert facts_at(0.08, repaired=False)["falling"] == 3
    assert facts_at(0.13)["falling"] == 10


def test_the_published_volume_rises_sixfold_and_falls_in_every_province() -> None:
    """Series notes: median province +529 % in 2016-19, -78 % in 2019-22; linked, all rise."""
    volumes = real_volumes().set_index(["version", "start"])
    assert [(start, end) for start, end in volumes.loc["linked", "end"].items()] == list(SPANS)
    assert volumes.at[("published", 2016), "growth"] == pytest.approx(5.29, abs=0.005)
    assert volumes.at[("published", 2019), "growth"] == pytest.approx(-0.78, abs=0.005)
    assert volumes.at[("published", 2019), "falling"] == 30
    assert (volumes.loc["linked", "rising"] == 30).all()


def test_the_ledger_judges_at_a_weight() -> None:
    claim = load_ledger()["P-EQ-W-SIX"]
    west = units().index[units()["region"] == "西部"]
    judged = {
        weight: check_panel(claim, findings_at(weight)).verdict for weight in (0, 0.105, 0.22)
    }
    assert judged[0.105] is Verdict.REPRODUCED
    assert judged[0] is judged[0.22] is Verdict.NOT_REPRODUCED
    linked = check_panel(claim, findings_at(0.105, "linked"))
    assert linked.verdict is Verdict.NOT_REPRODUCED and len(west) == 11


# ------------------------------------------------------------------ the paper's account


def test_verdicts_are_the_ledger_s_at_every_weight() -> None:
    ledger, verdicts = load_ledger(), price_base_verdicts()
    assert list(verdicts) == [*STATEMENTS, *BESIDE] and len(verdicts) == 2 * len(WEIGHTS)
    for version, weight in (("published", 0.105), ("published", 0.22), ("linked", 0.195)):
        findings = findings_at(weight, version)
        for key in verdicts:
            judged = check_panel(ledger[key], findings).verdict
            assert verdicts.T[version][weight][key] == judged


def test_the_interval_of_six_with_and_without_repairs() -> None:
    assert price_base_interval(6) == pytest.approx((0.1016, 0.1052), abs=5e-5)
    assert price_base_interval(6, repaired=False) == pytest.approx((0.1040, 0.1066), abs=5e-5)


def test_holding_says_where_verdicts_hold() -> None:
    holding, verdicts = price_base_holding(), price_base_verdicts()
    for key in holding.index:
        for version in VERSIONS:
            found = verdicts[key].unstack("version")[version]
            held = found.index[found == Verdict.REPRODUCED]
            low, high = (holding.at[key, f"{version}_{end}"] for end in ("low", "high"))
            assert holding.at[key, f"{version}_always"] == (len(held) == len(found))
            assert len(held) == (0 if np.isnan(low) else round((high - low) / 0.005) + 1), key


def test_the_paragraph_says_sufficient_and_not_proof() -> None:
    story = price_base_story()
    text = phrase("{{ price_finding(p) }}", p=story)
    assert f"取按熵值算出的权重 {story.weights['published']:.3f}，就是 11 省" in text
    assert "充分，不是证明" in text and "缺 9 项" in text and "13 项" in text
    assert (
        f"{story.low:.3f} 到 {story.high:.3f}" in text and "、".join(story.at["provinces"]) in text
    )
    assert story.never == 0 and "一省也不下降" in text
    assert (story.few["falling"], story.many["falling"]) == (2, 10)
    assert len(story.held) == 4 and story.doubtful == ["中部持续增长"] and len(story.missed) == 2


def test_changed_verdicts_are_the_doubtful_ones() -> None:
    evidence = load_evidence()
    result = audit_evidence(load_ledger(), evidence)
    doubtful = [
        key
        for key, outcome in result.outcomes.items()
        if outcome.panels and outcome.panels["real-subset"].verdict is Verdict.DOUBTFUL
    ]
    told = list(version_table(evidence)["台账行"])
    assert set(version_table(evidence)["照公布的数"]) <= {"重现", "未重现", "存疑"}
    assert told == [key for key in doubtful if key in told]
    for key in set(doubtful) - set(told):
        versions = panel_versions(load_ledger()[key], evidence.lead)
        assert {found.verdict for found in versions} == {Verdict.DOUBTFUL}, "a doubt of its own"
    assert {"P-EQ-W-DIP", "P-EQ-W-OVER-C19", "P-51-W-DIP", "P-D-TREND"} <= set(doubtful)


def test_a_dip_by_a_fifth_is_not_plainly_a_small_one() -> None:
    """At the entropy weight of the published volume the West falls by 18 %."""
    verdicts = price_base_verdicts()["P-EQ-W-DIP"]["published"]
    assert verdicts[0.105] == Verdict.REPRODUCED and verdicts[0.22] == Verdict.DOUBTFUL
    assert verdicts[0.08] == Verdict.NOT_REPRODUCED
