"""The simulation chapter: its sentences follow the cached study, and its prose still holds."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from synergy import monte_carlo as study
from synergy.evidence import real_findings
from synergy.figures.system import coverage_by_horizon, coverage_by_units, explosive_shares
from synergy.interaction.estimates import estimate_interaction

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "pvar_monte_carlo.py"


@pytest.fixture(scope="module")
def systems():
    return study.systems_study()


@pytest.fixture(scope="module")
def coefficients():
    return study.coefficients_study()


def test_every_truth_and_estimator_of_the_study_is_named(systems, coefficients) -> None:
    assert set(systems["scenario"]) == set(study.TRUTHS)
    for frame in (systems, coefficients):
        assert frame["title"].notna().all() and frame["estimator"].notna().all()
    plain = study.select(systems)
    assert plain["title"].is_unique and len(plain) >= len(study.TRUTHS)


def test_titles_carry_the_modulus_only_where_several_are_studied(systems) -> None:
    titles = set(systems["title"])
    assert "形状同表 4，模 0.8" in titles and "彼此无关" in titles


def test_printed_stars_are_those_the_study_compares_with() -> None:
    spec = importlib.util.spec_from_file_location("pvar_monte_carlo", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    off = ~np.eye(5, dtype=bool)
    assert study.printed_stars() == (np.abs(module.table_4("stars")) > 0)[off].sum()
    assert {s.name for s in module.SCENARIOS} == set(study.TRUTHS)


def test_all_truths_are_stable(systems) -> None:
    assert (systems["true_modulus"] < 1).all()


def test_prose_on_the_good_case_holds(systems, coefficients) -> None:
    """ "The interval can be trusted, bias is small, explosive systems are rare"."""
    case = study.select(study.base_case(systems)).iloc[0]
    assert abs(case["coverage_clustered"] - 0.95) < 0.01
    assert case["share_explosive"] < 0.05 and case["share_modulus_above_1.5"] < 0.001
    rows = study.select(study.base_case(coefficients))
    assert (rows["median_bias"].abs() < 0.1 * rows["interquartile_range"]).all()


def test_prose_on_the_bad_cases_holds(systems) -> None:
    """Year means cure common trends; they do not cure level differences or own trends."""
    plain = study.select(systems).set_index("scenario")["share_explosive"]
    cured = study.select(systems, effects="demean").set_index("scenario")["share_explosive"]
    for name in ("linear-growth", "accelerating-growth"):
        assert plain[name].max() > 0.5 and cured[name].max() < 0.05
    for name in ("large-unit-effects", "own-growth"):
        assert plain[name] > 0.5 and cured[name] > 0.5
    strength = study.select(systems).set_index("scenario")["median_cragg_donald_f"]
    assert strength[["large-unit-effects", "own-growth"]].max() < 1


def test_prose_on_the_table_like_table_4_holds(systems) -> None:
    plain = study.select(systems).set_index("scenario")["share_like_table_4_row"]
    assert plain.idxmax() == "accelerating-growth" and plain.max() > 0.1


def test_prose_on_the_older_transform_holds(systems) -> None:
    rows = study.base_case(systems)
    cover = rows.pivot(index="units", columns=["transform", "time_effects"])["coverage_clustered"]
    assert (cover["pvar2", "none"].diff().dropna() < 0).all()
    assert (abs(cover["fod", "none"] - 0.95) < 0.02).all()


def test_sentences_quote_the_study(systems, coefficients) -> None:
    case = study.select(study.base_case(systems)).iloc[0]
    assert f"{case['coverage_clustered']:.1%}" in study.base_words(systems, coefficients)
    plain = study.select(systems)
    assert f"占 {plain['share_like_table_4_row'].max():.1%}" in study.alike_words(systems)
    hurt = plain.loc[plain["share_explosive"] > 0.5, "title"]
    text = study.harm_words(systems)
    assert all(f"“{title}”" in text for title in hurt)
    assert f"{systems['scenario'].nunique()} 种真实过程" in study.design_words(systems)


def test_tables_have_a_row_for_each_truth_and_coefficient(systems, coefficients) -> None:
    rows = len(study.select(systems))
    assert len(study.system_table(systems)) == len(study.alike_table(systems)) == rows
    assert len(study.coefficient_table(coefficients)) == 25
    assert study.coverage_table(systems).shape == (4, 3)
    assert len(study.truth_table()) == len(study.TRUTHS)


def test_nearest_truth_is_nearest_by_instrument_strength(systems) -> None:
    here = estimate_interaction(real_findings(), draws=20)
    f = here.estimates["fod"].results.weak_identification.cragg_donald_f
    plain = study.select(systems)
    gap = np.abs(np.log(plain["median_cragg_donald_f"] / f))
    wanted = plain["title"].iloc[int(gap.to_numpy().argmin())]
    text = study.nearest_words(systems, here)
    assert f"“{wanted}”" in text and f"{f:.2f}" in text
    nothing = SimpleNamespace(estimates={}, variables=("LR", "AI"), name="面板")
    assert "无从" in study.nearest_words(systems, nothing)


def test_figures_are_described_and_cover_the_study(systems) -> None:
    for chart in (
        explosive_shares(systems),
        explosive_shares(systems, "share_modulus_above_1.5"),
        coverage_by_units(systems),
        coverage_by_horizon(systems),
    ):
        spec = chart.to_dict()
        assert spec["width"] == "container" and spec["description"].endswith("。")
    worst = study.select(systems)["share_explosive"].max()
    assert f"{worst:.0%}" in explosive_shares(systems).to_dict()["description"]
