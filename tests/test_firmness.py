"""What of the standard method's findings other provinces and other methods leave standing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synergy.dictionary import find_place, units
from synergy.evidence import Findings
from synergy.firmness import SETTLED, key_repair, rank_intervals, rank_spread, standard_results
from synergy.real import real_bootstrap, real_provenance, real_repairs, real_results, real_series
from synergy.robustness import VariantComparison, compare_couplings
from synergy.uncertainty import ClusterBootstrap

YEAR = 2022


@pytest.fixture(scope="module")
def bootstrap() -> ClusterBootstrap:
    return real_bootstrap()


@pytest.fixture(scope="module")
def couplings(lead: Findings) -> VariantComparison:
    return compare_couplings(lead.systems)


def test_settled_grades_and_rank_widths_are_counted(bootstrap: ClusterBootstrap) -> None:
    scores = bootstrap.scores.xs(YEAR, level="year")
    spread = rank_spread(bootstrap, YEAR)
    assert spread.settled == (scores["grade_probability"] >= SETTLED).sum()
    assert spread.settled + spread.moving == len(scores)
    widths = scores["rank_upper"] - scores["rank_lower"]
    assert (spread.median, spread.widest) == (widths.median(), widths.max())


def test_certain_grades_are_all_settled(bootstrap: ClusterBootstrap) -> None:
    certain = replace(bootstrap, scores=bootstrap.scores.assign(grade_probability=1.0))
    assert rank_spread(certain, YEAR).moving == 0


def test_who_speaks_for_a_place(bootstrap: ClusterBootstrap) -> None:
    ranks = bootstrap.scores["rank"].xs(YEAR, level="year")
    west = ranks[units()["region"].loc[ranks.index] == "西部"]
    wanted = {"广东": ["广东"], "全国": [ranks.idxmin()], "西部": [west.idxmin(), west.idxmax()]}
    for name, speakers in wanted.items():
        rows = rank_intervals(find_place(name), bootstrap, YEAR)
        assert rows.index.tolist() == speakers
        assert rows["rank_lower"].le(rows["rank"]).all()


def test_results_are_those_of_the_last_year(
    lead: Findings, bootstrap: ClusterBootstrap, couplings: VariantComparison
) -> None:
    results = standard_results(lead, bootstrap, couplings, couplings).set_index("kind")
    d = lead.frame["D"].xs(YEAR, level="year")
    assert results.at["leader", "name"] == d.idxmax()
    means = bootstrap.means.query("year == @YEAR").set_index("region")
    region = results.loc["region"]
    assert region["name"] == means["D"].drop("全国").idxmax()
    assert region["others"] == means["D_upper"].drop(["全国", region["name"]]).max()
    nation = results.loc["grade"]
    assert (nation["lower"], nation["upper"]) == tuple(means.loc["全国", ["D_lower", "D_upper"]])
    assert nation["name"] in nation["grades"] and (results["year"] == YEAR).all()


def test_a_year_without_variants_and_a_panel_without_versions_say_nothing(
    lead: Findings, bootstrap: ClusterBootstrap, couplings: VariantComparison
) -> None:
    late = replace(couplings, d=couplings.d.query("year > @YEAR"))
    results = standard_results(replace(lead, published=None), bootstrap, couplings, late)
    assert list(results["weights"]) == list(results["published"]) == [None] * 3
    assert None not in list(results["couplings"])


def test_results_are_set_against_published_prices(
    bootstrap: ClusterBootstrap, couplings: VariantComparison, lead: Findings
) -> None:
    turned = replace(lead, frame=lead.frame.assign(D=1 - lead.frame["D"]), published=None)
    same = replace(lead, published=replace(lead, published=None))
    other = replace(lead, published=turned)
    assert standard_results(same, bootstrap, couplings, couplings)["published"].all()
    against = standard_results(other, bootstrap, couplings, couplings).set_index("kind")
    assert not against.loc[["region", "leader"], "published"].any()


def test_variants_that_disagree_are_named(
    lead: Findings, bootstrap: ClusterBootstrap, couplings: VariantComparison
) -> None:
    results = standard_results(lead, bootstrap, couplings, couplings).set_index("kind")
    kept = results.at["grade", "couplings"]
    assert "漏写系数" in kept.against and kept.holds == kept.usable - len(kept.against)


def test_erroneous_and_incomputable_variants_are_not_counted(
    lead: Findings, bootstrap: ClusterBootstrap, couplings: VariantComparison
) -> None:
    fewer = replace(couplings, erroneous=("lost_coefficient",))
    holes = replace(couplings, d=couplings.d.assign(fan=float("nan")))
    results = standard_results(lead, bootstrap, fewer, holes).set_index("kind")
    kept = results.loc["grade", ["couplings", "weights"]]
    assert [of.usable for of in kept] == [6, 6]
    assert "漏写系数" not in kept["couplings"].against


def test_a_leader_that_others_overtake_is_counted_against(
    lead: Findings, bootstrap: ClusterBootstrap, couplings: VariantComparison
) -> None:
    leader = lead.frame["D"].xs(YEAR, level="year").idxmax()
    turned = couplings.d["standard"].copy()
    turned[(leader, YEAR)] = 0.0
    other = replace(couplings, d=couplings.d.assign(standard=turned))
    results = standard_results(lead, bootstrap, couplings, other).set_index("kind")
    assert "标准式" in results.at["leader", "weights"].against
    assert "标准式" not in results.at["leader", "couplings"].against


def test_the_key_repair_is_the_one_that_moves_d_most() -> None:
    repairs, weights = real_repairs(), real_results().weights
    rules = real_provenance()["indicators"]
    key = key_repair(repairs, real_series(), rules, weights)
    assert abs(key.shift) == repairs["shift_last"].abs().max()
    assert (key.code, key.rank) == ("eq_post_telecom", 1)
    assert key.weight == weights.at["eq_post_telecom", "weight"]
    bases = repairs.query("series == 'telecom_volume' and kind == 'rebase'")
    assert key.links == len(bases) == 3


def test_another_repair_becomes_key_when_it_moves_d_more() -> None:
    repairs = real_repairs().copy()
    repairs.loc[1, "shift_last"] = -0.5
    rules, weights = real_provenance()["indicators"], real_results().weights
    key = key_repair(repairs, real_series(), rules, weights)
    assert (key.code, key.links, key.shift) == ("ai_cable", 0, -0.5)
    assert key.years == "2018"
