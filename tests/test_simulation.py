"""Estimation where the truth is known: the cached study, the demo panel, and their chapter."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from chapter_cells import shown_by
from synergy.claims.ledger import load_ledger
from synergy.demo import true_dynamics
from synergy.dictionary import report_plan
from synergy.evidence import demo_findings, real_findings
from synergy.figures.system import coverage_by_horizon, coverage_by_units, explosive_shares
from synergy.simulation import (
    LINEAR,
    MATCHED,
    UNRELATED,
    base_case,
    by_chance,
    coefficients_study,
    compared,
    design,
    false_rejections,
    linear_study,
    most_by_chance,
    nearest,
    panel_shape,
    printed_modulus,
    printed_precision,
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

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def systems() -> pd.DataFrame:
    return systems_study()


@pytest.fixture(scope="module")
def benchmark() -> SimpleNamespace:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        return importlib.import_module("pvar_truths")


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
            alike=printed_precision(systems),
            trending=compared(systems).set_index("scenario").loc["unequal-growth"],
            base=select(base_case(systems)).iloc[0],
            cells=select(base_case(coefficients_study())).set_index("link"),
            evidence=SimpleNamespace(lead=real_findings()),
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
    assert f"{by_name['printed-precision'].effects:g} 倍" in settings["printed-precision"]
    trends = by_name["unequal-growth"]
    parts = (f"{trends.effects:g} 倍；", f"{trends.growth:g} 倍标准差", f"{trends.own_growth:g} 倍")
    for part in (*parts, f"相关 {trends.related:g}"):
        assert part in settings["unequal-growth"]
    alone = [s for s in benchmark.SCENARIOS if s.name in ("unequal-growth-alone", "trends-alone")]
    assert [s.radius for s in alone] == [0.8, 0.0]
    assert {replace(s, name="", radius=0.8) for s in alone} == {replace(trends, name="")}


def test_replications_are_disclosed(said: str) -> None:
    parts = [
        f"{units:,} 个单位时 {'、'.join(f'{count:,}' for count in counts)} 次"
        for units, counts in design().replications.items()
    ]
    assert "，".join(parts) + "。" in said
    assert min(min(counts) for counts in design().replications.values()) >= 2000


def test_the_title_s_size_is_the_paper_s() -> None:
    text = (Path(__file__).parents[1] / "chapters/paper/monte_carlo.md").read_text("utf-8")
    assert f"：{design().units} 个省、{design().periods} 年能估计出什么\n" in text
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
    assert "区间可信，偏差很小。" in said
    assert f"表 4 印出的标准误是这里的 {case['printed_error_ratio']:.1f} 倍" in said
    assert case["printed_error_ratio"] > 2


def test_at_printed_precision_explosive_estimates_are_not_rare(
    systems: pd.DataFrame, said: str
) -> None:
    """The referee: 37 % unstable and 14 % beyond 1.5 with unit means three times as far apart."""
    row = printed_precision(systems)
    assert row["printed_error_ratio"] == pytest.approx(1.0, abs=0.05)
    assert 0.3 < row["share_explosive"] < 0.4 and 0.08 < row["share_modulus_above_1.5"] < 0.16
    assert row["true_modulus"] == 0.8 and row["off_diagonal_stars_row"] < printed_stars() / 2
    assert f"{row['share_explosive']:.0%} 的估计不稳定" in said
    assert "发散的估计并不少见" in said and "少得多" in said


def test_words_turn_with_a_worse_study(systems: pd.DataFrame, real: Interaction) -> None:
    base = systems.index.isin(base_case(systems).index)
    worse = systems.copy()
    worse.loc[base, "coverage_clustered"] = 0.5
    worse.loc[worse["scenario"] == "printed-precision", "share_modulus_above_1.5"] = 0.002
    worse.loc[base, "printed_error_ratio"] = 0.9
    worse["share_like_table_4_row"] = np.where(worse["scenario"] == "own-growth", 0.4, 0.0)
    said = chapter(worse, real)
    assert "区间不可信" in said and "发散的估计极少出现" in said
    assert "这样的样本比论文的好" not in said
    assert "去年份均值也没有用" in said
    assert "最常出现在“各省快慢不同”，占 40.0%" in said and "有一种读法" not in said


def test_year_means_are_praised_where_they_help(
    systems: pd.DataFrame, real: Interaction, said: str
) -> None:
    better, trends = systems.copy(), systems["scenario"] == "unequal-growth"
    better.loc[trends & (systems["time_effects"] == "demean"), "share_explosive"] = 0.0
    assert "去年份均值就好了。" in chapter(better, real) and "去年份均值就好了。" not in said


def test_year_means_cure_common_trends_alone(systems: pd.DataFrame, said: str) -> None:
    facts = compared(systems).set_index("scenario")
    assert set(facts.index[facts["cured"]]) == {"linear-growth", "accelerating-growth"}
    stuck = facts[facts["hurt"] & ~facts["cured"]]
    trends = {"own-growth", "unequal-growth", "unequal-growth-alone", "trends-alone"}
    assert set(stuck.index) == {"large-unit-effects", *trends}
    assert stuck["demeaned"].min() > 0.5 and stuck["median_cragg_donald_f"].max() < 1
    assert "另外 5 种（“省间差异大”、“各省快慢不同”、" in said
    assert "多半次估计不稳定的情形有 7 种" in said


def test_tables_like_table_4_come_from_accelerating_growth(
    systems: pd.DataFrame, said: str
) -> None:
    plain = select(systems).set_index("scenario")["share_like_table_4_row"]
    assert plain.idxmax() == "accelerating-growth" and plain.max() > 0.1
    assert f"占 {plain.max():.1%}" in said and f"有 {(plain == 0).sum()} 种一次也没有" in said
    assert "20 个变量间系数平均得到" in said and "10% 的检验至多应有 2 颗" in said
    assert "Stata" not in said and "标准误怎么算，论文没有说" in said
    unrelated = select(systems).set_index("scenario").loc["no-cross-effects"]
    assert unrelated["off_diagonal_stars_row"] < 2


def test_the_older_transform_fails_as_units_grow(systems: pd.DataFrame) -> None:
    rows = base_case(systems)
    cover = rows.pivot(index="units", columns=["transform", "time_effects"])["coverage_clustered"]
    assert (cover["pvar2", "none"].diff().dropna() < 0).all()
    far = select(rows, "pvar2").filter(like="coverage_response_").iloc[0]
    assert far.is_monotonic_decreasing
    assert (abs(cover["fod", "none"] - 0.95) < 0.01).all()


def test_coverage_is_said_with_its_simulation_error(
    systems: pd.DataFrame, real: Interaction, said: str
) -> None:
    many = select(base_case(systems), units=3000).iloc[0]
    assert many["simulation_error"] < 0.0012 and abs(many["coverage_clustered"] - 0.95) < 0.004
    assert f"变为 {many['coverage_clustered']:.1%}" in said and "只是模拟的误差" in said
    worse = systems.copy()
    for coverage, gap in ((0.9, "5.0"), (0.943, "0.7")):
        worse.loc[many.name, "coverage_clustered"] = coverage
        assert f"最多相差 {gap} 个百分点：离开了名义水平" in chapter(worse, real)


def test_nearest_truth_is_nearest_in_strength_spread_and_trends(
    systems: pd.DataFrame, real: Interaction, said: str
) -> None:
    match = nearest(systems, real)
    panel = match.facts["panel"]
    assert panel["median_cragg_donald_f"] == real.estimates["fod"].strength
    plain = select(systems)
    gaps = np.log(plain[list(MATCHED)] / panel).pow(2).sum(axis=1)
    assert match.row["title"] == plain.loc[gaps.idxmin(), "title"]
    assert match.row["scenario"] == "unequal-growth-alone"
    assert f"最接近的模拟情形是“{match.row['title']}”" in said
    assert f"{real.name}有 10 年" in said and "模拟有 13 年" in said
    nothing = Interaction("面板", pd.DataFrame(), ("LR", "AI"), ("EQ", "SS", "LQ"), {}, {})
    assert nearest(systems, nothing) is None and "无从与模拟比较" in chapter(systems, nothing)


def test_nearest_truth_turns_with_the_panel(
    systems: pd.DataFrame, real: Interaction, benchmark: SimpleNamespace
) -> None:
    """A panel drawn from a truth is found to be like it."""
    for name in ("near-table-4", "accelerating-growth", "large-unit-effects"):
        (scenario,) = [
            s for s in benchmark.SCENARIOS if (s.name, s.radius, s.units) == (name, 0.8, 30)
        ]
        cube = benchmark.simulate(scenario, 1, np.random.default_rng(4))
        index = real.frame.index.unique("province")[:30]
        places = pd.MultiIndex.from_product([index, range(13)], names=["province", "year"])
        frame = pd.DataFrame(cube.reshape(-1, 5), places, list(benchmark.NAMES))
        here = estimate_interaction(
            SimpleNamespace(name="面板", frame=frame, plan=report_plan()), draws=5
        )
        assert nearest(systems, here).row["scenario"] == name


def test_shape_of_a_panel_is_measured_around_lines() -> None:
    rng = np.random.default_rng(0)
    years, units = np.arange(11), 4000
    level, slope = (
        3.0 * rng.standard_normal((units, 1)),
        0.2 + 0.1 * rng.standard_normal((units, 1)),
    )
    noise = 0.5 * rng.standard_normal((units, 11))
    values = (level + slope * (years - 5) + noise)[..., None] * [1.0, 7.0, 1e-3]
    shape = panel_shape(values)
    wanted = {"spread": 6.0, "common_trend": 4.0, "own_trend": np.hypot(2.0, 10 / 110**0.5)}
    assert shape == pytest.approx(wanted, rel=0.05)
    holes = values.copy()
    holes[:, 4] = np.nan
    holes[0, 2:] = np.nan
    assert panel_shape(holes) == pytest.approx(shape, rel=0.05)


# --- least squares and tests where the truth is known -------------------------------------------


def test_what_is_found_by_chance_is_that_of_trending_panels(systems: pd.DataFrame) -> None:
    facts = by_chance(systems)
    assert list(facts.index) == list(LINEAR)
    rows = select(systems, "within-jackknife", "demean").set_index("scenario")
    last = facts.loc["jackknife-year"]
    assert last["unrelated"] == rows.loc["unequal-growth-alone", "off_diagonal_stars_wild"]
    assert last["fleeting_most"] == rows.loc["trends-alone", "own_stars_wild_p95"]
    assert (facts["unrelated"] <= facts["unrelated_most"]).all() and facts["unrelated"][
        "within"
    ] > 4


def test_trends_alone_look_like_lasting_effects(systems: pd.DataFrame, said: str) -> None:
    facts = by_chance(systems)
    assert (facts["fleeting"] > 4.5).all()
    assert f"去掉以后 {facts['unrelated'].iloc[1]:.1f} 条" in said


def test_corrected_least_squares_covers_unless_units_trend(
    systems: pd.DataFrame, said: str, benchmark: SimpleNamespace
) -> None:
    facts = linear_study(systems)
    titles = truths()["title"]
    trending = {titles[s.name] for s in benchmark.SCENARIOS if s.own_growth}
    assert set(facts.index[facts["jackknife"] < 0.9]) == trending
    level = ~facts.index.isin(trending)
    assert (facts["jackknife"] > facts["within"])[level].all()
    assert f"另外 {len(trending)} 种" in said and "被当成了惯性" in said


def test_by_chance_of_gmm_is_at_most_what_the_level_says(systems: pd.DataFrame) -> None:
    assert 1.0 < most_by_chance(systems) < 2.0


def test_false_rejections_are_the_worst_without_effects(systems: pd.DataFrame) -> None:
    found = false_rejections(systems)
    rows = select(systems)
    rows = rows[rows["scenario"].isin(UNRELATED)]
    assert found.plain == rows["anderson_rubin_rejected"].max()
    assert found.title == rows.loc[rows["anderson_rubin_rejected"].idxmax(), "title"]
    assert found.demeaned < 0.1 < found.plain


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
