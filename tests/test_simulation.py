"""Estimation where the truth is known: the cached study, the demo panel, and their chapter."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from chapter_cells import shown_by
from synergy.claims.ledger import load_ledger
from synergy.demo import true_dynamics
from synergy.evidence import demo_findings, real_findings
from synergy.figures.system import coverage_by_horizon, coverage_by_units, explosive_shares
from synergy.simulation import (
    base_case,
    coefficients_study,
    compared,
    design,
    nearest,
    printed_modulus,
    printed_stars,
    recovery,
    select,
    systems_study,
    true_system,
    truths,
    within_system,
)
from synergy.system import (
    VARIABLES,
    Interaction,
    estimate_interaction,
    published_frame,
    published_system,
)
from vega_replay import assert_suits_a_page

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "pvar_monte_carlo.py"


@pytest.fixture(scope="module")
def systems() -> pd.DataFrame:
    return systems_study()


@pytest.fixture(scope="module")
def benchmark() -> SimpleNamespace:
    spec = importlib.util.spec_from_file_location("pvar_monte_carlo", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def real() -> Interaction:
    return estimate_interaction(real_findings(), draws=5)


@pytest.fixture(scope="module")
def demo() -> Interaction:
    return estimate_interaction(demo_findings(), draws=200)


def chapter(systems: pd.DataFrame, here: Interaction) -> str:
    """What the simulation chapter shows of a study and a panel, without the estimation."""
    return "\n".join(
        shown_by(
            "paper/monte_carlo",
            systems=systems,
            size=design(),
            plain=compared(systems),
            base=select(base_case(systems)).iloc[0],
            cells=select(base_case(coefficients_study())).set_index("link"),
            evidence=SimpleNamespace(lead=None),
            estimate_interaction=lambda _: here,
        )
    )


@pytest.fixture(scope="module")
def said(systems: pd.DataFrame, real: Interaction) -> str:
    return chapter(systems, real)


# --- the study --------------------------------------------------------------------------------


def test_every_truth_and_estimator_of_the_study_is_named(systems: pd.DataFrame) -> None:
    assert set(systems["scenario"]) == set(truths().index)
    for frame in (systems, coefficients_study()):
        assert frame["title"].notna().all() and frame["estimator"].notna().all()
    plain = select(systems)
    assert plain["title"].is_unique and len(plain) >= len(truths())
    # The modulus is in a title only where several are studied.
    assert {"形状同表 4，模 0.8", "彼此无关"} <= set(systems["title"])


def test_settings_are_those_of_the_benchmark(benchmark: SimpleNamespace) -> None:
    """The numbers that readers see are those that were simulated, at the paper's size."""
    size, settings = design(), truths()["setting"]
    assert {s.name for s in benchmark.SCENARIOS} == set(settings.index)
    assert size.periods == benchmark.PERIODS and size.variables == len(benchmark.NAMES)
    assert size.runs == sum(s.replications for s in benchmark.SCENARIOS)
    by_name = {s.name: s for s in benchmark.SCENARIOS if s.radius == 0.8 and s.units == size.units}
    assert f"{by_name['large-unit-effects'].effects:g} 倍" in settings["large-unit-effects"]
    assert f"{by_name['linear-growth'].growth:g} 倍标准差" in settings["linear-growth"]
    assert f"（{by_name['no-cross-effects'].radius:g}）" in settings["no-cross-effects"]
    same = ("linear-growth", "accelerating-growth", "own-growth")
    assert len({by_name[name].growth for name in same}) == 1


def test_the_title_s_size_is_the_paper_s() -> None:
    text = (Path(__file__).parents[1] / "chapters/paper/monte_carlo.md").read_text("utf-8")
    assert f"# {design().units} 个省、{design().periods} 年能估计出什么" in text
    assert load_ledger()["P-S3-YEARS"].value == design().periods


def test_printed_stars_are_those_the_study_compares_with(benchmark: SimpleNamespace) -> None:
    off = ~np.eye(5, dtype=bool)
    assert printed_stars() == (np.abs(benchmark.table_4("stars")) > 0)[off].sum()
    assert np.array_equal(benchmark.table_4("stars"), published_frame("stars"))
    assert printed_modulus() == published_system().moduli[0] >= 1.5


def test_all_truths_are_stable_and_every_effect_of_the_base_case_real(
    systems: pd.DataFrame,
) -> None:
    assert (systems["true_modulus"] < 1).all()
    rows = select(base_case(coefficients_study()))
    assert len(rows) == 25 and (rows["truth"] != 0).all()


def test_the_good_case_is_good(systems: pd.DataFrame, said: str) -> None:
    case, rows = select(base_case(systems)).iloc[0], select(base_case(coefficients_study()))
    assert abs(case["coverage_clustered"] - 0.95) < 0.01
    assert case["share_explosive"] < 0.05 and case["share_modulus_above_1.5"] < 0.001
    assert (rows["median_bias"].abs() < 0.1 * rows["interquartile_range"]).all()
    assert f"平均盖住真值 {case['coverage_clustered']:.1%}" in said
    assert "区间可信，偏差很小，像表 4 那样发散的系统极少出现" in said


def test_words_turn_with_a_worse_study(systems: pd.DataFrame, real: Interaction) -> None:
    base = systems.index.isin(base_case(systems).index)
    worse = systems.copy()
    worse.loc[base, "coverage_clustered"] = 0.5
    worse.loc[base, "share_modulus_above_1.5"] = 0.3
    worse["share_like_table_4_row"] = np.where(worse["scenario"] == "own-growth", 0.4, 0.0)
    said = chapter(worse, real)
    assert "区间不可信" in said and "发散的系统并不少见" in said
    assert "最常出现在“各省快慢不同”，占 40.0%" in said and "有一种读法" not in said


def test_year_means_cure_common_trends_alone(systems: pd.DataFrame, said: str) -> None:
    facts = compared(systems).set_index("scenario")
    assert set(facts.index[facts["cured"]]) == {"linear-growth", "accelerating-growth"}
    stuck = facts[facts["hurt"] & ~facts["cured"]]
    assert set(stuck.index) == {"large-unit-effects", "own-growth"}
    assert stuck["demeaned"].min() > 0.5 and stuck["median_cragg_donald_f"].max() < 1
    assert all(f"“{row.title}”{row.share_explosive:.0%}" in said for row in stuck.itertuples())
    assert "“省间差异大”、“各省快慢不同”则不能" in said


def test_tables_like_table_4_come_from_accelerating_growth(
    systems: pd.DataFrame, said: str
) -> None:
    plain = select(systems).set_index("scenario")["share_like_table_4_row"]
    assert plain.idxmax() == "accelerating-growth" and plain.max() > 0.1
    assert f"占 {plain.max():.1%}" in said and f"有 {(plain == 0).sum()} 种一次也没有" in said
    assert "20 个变量间系数平均得到" in said and "10% 的检验按理应有 2 颗" in said


def test_the_older_transform_fails_as_units_grow(systems: pd.DataFrame) -> None:
    rows = base_case(systems)
    cover = rows.pivot(index="units", columns=["transform", "time_effects"])["coverage_clustered"]
    assert (cover["pvar2", "none"].diff().dropna() < 0).all()
    assert (abs(cover["fod", "none"] - 0.95) < 0.02).all()


def test_nearest_truth_is_nearest_by_instrument_strength(
    systems: pd.DataFrame, real: Interaction, said: str
) -> None:
    f = real.estimates["fod"].strength
    plain = select(systems)
    gap = np.abs(np.log(plain["median_cragg_donald_f"] / f))
    row = nearest(systems, real)
    assert row["title"] == plain["title"].iloc[int(gap.to_numpy().argmin())]
    assert row["strength"] == f and row["spread"] > 2
    assert f"“{row['title']}”（F 的中位数" in said and f"工具强度 F 为 {f:.2f}" in said
    nothing = Interaction("面板", pd.DataFrame(), ("LR", "AI"), ("EQ", "SS", "LQ"), {}, {})
    assert nearest(systems, nothing) is None and "无从与模拟比较" in chapter(systems, nothing)


def test_figures_are_described_and_cover_the_study(systems: pd.DataFrame) -> None:
    charts = {
        "explosive": explosive_shares(systems),
        "far": explosive_shares(systems, "share_modulus_above_1.5"),
        "units": coverage_by_units(systems),
        "horizon": coverage_by_horizon(systems),
    }
    for name, chart in charts.items():
        assert_suits_a_page(name, chart.to_dict(), 10_000)
    worst = select(systems)["share_explosive"].max()
    assert f"{worst:.0%}" in explosive_shares(systems).to_dict()["description"]


# --- the demo panel ---------------------------------------------------------------------------


def test_true_system_is_the_committed_dynamic_in_the_paper_s_order() -> None:
    truth = true_system()
    place = {name: k for k, name in enumerate(VARIABLES)}
    assert truth.dynamics[place["LR"], place["LQ"]] == 0.08
    assert truth.dynamics[place["AI"], place["AI"]] == 0.93
    variance = truth.sigma[place["EQ"], place["EQ"]]
    assert variance == pytest.approx(1.5 * 0.007**2)
    assert np.count_nonzero(truth.dynamics) == np.count_nonzero(true_dynamics().matrix)
    assert truth.modulus == pytest.approx(max(abs(np.linalg.eigvals(true_dynamics().matrix))))


def test_within_system_is_the_two_way_regression() -> None:
    frame = demo_findings().frame[list(VARIABLES)]
    system = within_system(frame)
    lagged = frame.groupby(level="province").shift().add_prefix("lag_")
    both = frame.join(lagged).dropna()
    for level in ("province", "year"):
        both = both - both.groupby(level=level).transform("mean")
    y, x = both[list(VARIABLES)].to_numpy(), both[list(lagged)].to_numpy()
    slopes = np.linalg.solve(x.T @ x, x.T @ y)
    np.testing.assert_allclose(system.dynamics, slopes.T, rtol=1e-8)
    residual = y - x @ slopes
    freedom = 30 * 12 - 30 - 12 + 1 - 5
    assert np.allclose(system.sigma, residual.T @ residual / freedom)


def test_recovery_measures_against_the_truth(demo: Interaction) -> None:
    truth, plain = true_system(), within_system(demo.frame)
    facts = recovery(truth, demo, [plain])
    gap = np.abs(plain.dynamics - truth.dynamics)
    assert len(facts) == 5 and facts["mean"][plain.title] == gap.mean()
    assert np.isnan(facts["covers"][plain.title])
    found = demo.estimates["fod"]
    low, high = found.intervals()
    row = facts.loc[found.title]
    assert row["covers"] == ((low <= truth.dynamics) & (truth.dynamics <= high)).sum()
    assert row["flipped"] <= row["real"] == np.count_nonzero(truth.dynamics)
    assert row["modulus"] == found.modulus and row["size"] == 25


def test_the_demo_panel_has_the_paper_s_size_and_weak_instruments(demo: Interaction) -> None:
    """The chapter's prose: exactly as large, weak without year means, least squares errs less."""
    years = demo.frame.index.unique("year")
    assert (demo.n_units, len(years)) == (design().units, design().periods)
    truth, plain = true_system(), within_system(demo.frame)
    assert truth.modulus < 1
    gaps = recovery(truth, demo, [plain])["mean"]
    for key in ("fod-year", "pvar2-year"):
        found = demo.estimates[key]
        assert found.strength < 1 and gaps[found.title] > 3 * gaps[plain.title]
