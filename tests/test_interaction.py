"""The interaction chapter's estimates, tables and sentences, on panels of every shape."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pvar import implied_system
from synergy.demo.dynamics import true_dynamics
from synergy.evidence import demo_findings, real_findings
from synergy.interaction import limits, tables, words
from synergy.interaction.estimates import (
    NAMES,
    OPTIONS,
    PAIRS,
    VARIABLES,
    Interaction,
    estimate_interaction,
    orderings,
    published_frame,
    published_system,
    small_systems,
    systems_of,
    true_system,
    within_system,
)


@pytest.fixture(scope="module")
def real() -> Interaction:
    return estimate_interaction(real_findings(), draws=200)


@pytest.fixture(scope="module")
def demo() -> Interaction:
    return estimate_interaction(demo_findings(), draws=200)


def cut(findings: object, years: tuple[int, int], *, without: tuple[str, ...] = ()) -> object:
    """Findings of fewer years, with some dimensions absent."""
    year = findings.frame.index.get_level_values("year")
    frame = findings.frame[(year >= years[0]) & (year <= years[1])].copy()
    frame.loc[:, list(without)] = np.nan
    return replace(findings, frame=frame)


def test_all_options_are_estimated_on_the_built_in_panels(
    real: Interaction, demo: Interaction
) -> None:
    for here in (real, demo):
        assert list(here.estimates) == list(OPTIONS) and not here.faults
        assert here.variables == VARIABLES and not here.absent
        assert list(here.main) == ["fod", "pvar2"]


def test_year_effects_change_the_estimate(real: Interaction) -> None:
    plain, demeaned = (real.estimates[key].results.dynamics for key in ("fod", "fod-year"))
    assert np.abs(plain - demeaned).max() > 0.1


def test_published_frame_is_the_printed_matrix_by_equation() -> None:
    printed = published_frame("coefficient")
    assert list(printed.index) == list(printed.columns) == list(VARIABLES)
    assert printed.loc["EQ", "LQ"] == 13.685 and printed.loc["LQ", "EQ"] == 0.017


def test_published_system_explodes_within_rounding() -> None:
    system = published_system()
    assert system.verdict == "explosive" and not system.responses_exist
    table = tables.implied_table(system)
    assert table["与 1 相比"].tolist() == ["大于 1", *["小于 1"] * 4]
    assert "发散" in limits.implied_words(system)
    assert f"{system.moduli[0] ** 10:.3g} 倍" in limits.growth_words(system, 10)


def test_words_turn_with_a_stable_table() -> None:
    stable = implied_system(0.5 * np.eye(2), t_values=np.full((2, 2), 2.0) + np.eye(2), draws=50)
    assert "稳定" in limits.implied_words(stable) and "缩小到" in limits.growth_words(stable, 10)
    here = Interaction("面板", pd.DataFrame(), (), (), {}, {})
    assert not any("表 4 画出" in text for text in limits.may_not_conclude(stable, here))
    assert "不稳定" not in limits.may_conclude(stable, here)[0]


def test_eigenvalues_do_not_depend_on_units() -> None:
    printed = published_frame("coefficient").to_numpy()
    scale = np.diag([1.0, 10.0, 0.1, 1000.0, 3.0])
    moved = scale @ printed @ np.linalg.inv(scale)
    moduli = np.sort(np.abs(np.linalg.eigvals(moved)))
    assert np.allclose(moduli, np.sort(published_system().moduli))


def test_true_system_is_the_committed_dynamic_in_the_paper_s_order() -> None:
    truth = true_system()
    place = {name: k for k, name in enumerate(VARIABLES)}
    assert truth.dynamics[place["LR"], place["LQ"]] == 0.08
    assert truth.dynamics[place["AI"], place["AI"]] == 0.93
    variance = truth.sigma[place["EQ"], place["EQ"]]
    assert variance == pytest.approx(1.5 * 0.007**2)
    assert np.count_nonzero(truth.dynamics) == np.count_nonzero(true_dynamics().matrix)


def test_within_system_is_the_two_way_regression() -> None:
    frame = demo_findings().frame
    system = within_system(frame)
    lagged = frame.groupby(level="province")[list(VARIABLES)].shift().add_prefix("lag_")
    both = frame[list(VARIABLES)].join(lagged).dropna()
    for level in ("province", "year"):
        both = both - both.groupby(level=level).transform("mean")
    x = both[[f"lag_{name}" for name in VARIABLES]].to_numpy()
    slopes = np.linalg.lstsq(x, both[list(VARIABLES)].to_numpy(), rcond=None)[0]
    assert np.allclose(system.dynamics, slopes.T)
    residual = both[list(VARIABLES)].to_numpy() - x @ slopes
    freedom = 30 * 12 - 30 - 12 + 1 - 5
    assert np.allclose(system.sigma, residual.T @ residual / freedom)


def test_orderings_are_distinct_permutations_and_start_with_the_table() -> None:
    found = orderings(VARIABLES)
    assert next(iter(found.values())) == VARIABLES
    assert all(sorted(order) == sorted(VARIABLES) for order in found.values())
    assert len(set(found.values())) == len(found) == 3
    assert len(orderings(("LR", "AI"))) == 2


def test_coefficient_table_carries_both_sources_and_judges_signs(real: Interaction) -> None:
    table = tables.coefficient_table(real)
    assert len(table) == 25
    row = table.loc["劳动力素质 → 就业环境"]
    assert row["论文表 4"] == "13.685**（2.37）"
    fod = real.main["fod"].results
    i, j = VARIABLES.index("EQ"), VARIABLES.index("LQ")
    assert row["前向正交离差"].startswith(f"{fod.dynamics[i, j]:.3f}（")
    signs = {1.0} | {np.sign(e.results.dynamics[i, j]) for e in real.main.values()}
    assert row["符号"] == ("一致" if len(signs) == 1 else "不一")


def test_specification_table_reports_strength_and_unstable_draws(real: Interaction) -> None:
    table = tables.specification_table(real.estimates)
    for found in real.estimates.values():
        row = table.loc[found.title]
        assert row["不稳定"] == f"{(found.draws.moduli >= 1).mean():.0%}"
        weak = found.results.weak_identification
        assert row["工具强度 F"] == f"{weak.cragg_donald_f:.2f}"


def test_weak_instruments_are_said(real: Interaction) -> None:
    assert limits.weakly_identified(real)
    assert "4 个低于经验界 10" in words.strength_words(real.estimates)
    assert any("弱识别" in text for text in words.warnings_of(real))
    assert any("工具变量都弱" in text for text in limits.may_conclude(published_system(), real))


def test_agreement_counts_the_starred_cross_effects(real: Interaction) -> None:
    links = words.starred_links(VARIABLES)
    stars = published_frame("stars").to_numpy() > 0
    np.fill_diagonal(stars, False)
    assert len(links) == stars.sum()
    same = sum(
        all(
            np.sign(e.results.dynamics[VARIABLES.index(effect), VARIABLES.index(cause)]) == sign
            for e in real.main.values()
        )
        for cause, effect, sign in links
    )
    text = words.agreement_words(real)
    assert f"可对照的有 {len(links)} 格" in text and f"都与论文相同的 {same} 格" in text


def test_granger_p_is_that_of_the_coefficient(real: Interaction) -> None:
    links = tables.granger_frame(real)
    assert len(links) == 2 * 20
    for key, found in real.main.items():
        of_one = links[links["option"] == key]
        row = of_one.query("cause == 'LQ' and effect == 'AI'").iloc[0]
        place = VARIABLES.index("AI"), VARIABLES.index("LQ")
        assert row["p"] == pytest.approx(found.results.p_values[place], rel=1e-9)


def test_granger_words_count(real: Interaction) -> None:
    links = tables.granger_frame(real)
    counts = links[links["p"] < 0.1].groupby("option").size()
    assert f"{counts.get('pvar2', 0)} 条（pvar2 的 Helmert）" in words.granger_words(links)
    assert "约 2 条" in words.granger_words(links)


def test_lag_and_unit_root_words_follow_the_frames() -> None:
    frame = pd.DataFrame({"aic": [3.0, 1.0], "bic": [1.0, 2.0], "hqic": [2.0, 1.0]}, index=[1, 2])
    assert words.lag_words(frame) == "AIC 选 2 阶、BIC 选 1 阶、HQIC 选 2 阶，与论文的 1 阶不同。"
    roots = pd.DataFrame({"p": [0.5, 0.01]}, index=["LR", "AI"])
    assert "2 个分指数中有 1 个" in words.unit_root_words(roots)
    assert "劳动报酬" in words.unit_root_words(roots)


def test_recovery_table_measures_against_the_truth(demo: Interaction) -> None:
    truth, plain = true_system(), within_system(demo.frame)
    table = tables.recovery_table(truth, demo, [plain])
    gap = np.abs(plain.dynamics - truth.dynamics)
    assert table.loc[plain.title, "平均绝对误差"] == f"{gap.mean():.3f}"
    assert len(table) == 5
    assert f"为 {gap.mean():.2f}" in words.recovery_words(truth, demo, plain)


def test_prose_on_the_demo_panel_holds(demo: Interaction) -> None:
    """Instruments stay weak without year means, and least squares errs far less."""
    truth, plain = true_system(), within_system(demo.frame)
    gap = np.abs(plain.dynamics - truth.dynamics).mean()
    for key in ("fod-year", "pvar2-year"):
        results = demo.estimates[key].results
        assert results.weak_identification.cragg_donald_f < 1
        assert np.abs(results.dynamics - truth.dynamics).mean() > 3 * gap


def test_response_words_count_bands_without_zero(real: Interaction) -> None:
    (system, *_) = systems_of(real)
    bands = system.draws.bands(horizon=words.HORIZON)
    off = ~np.eye(5, dtype=bool)
    clear = ((bands.lower > 0) | (bands.upper < 0))[1:, off].sum()
    assert f"120 个响应值，95% 区间不含 0 的有 {clear} 个" in words.response_words(system)


def test_variance_share_range_is_over_the_offered_orderings(real: Interaction) -> None:
    (system, *_) = systems_of(real)
    found = real.main["fod"].results
    shares = [
        found.responses("fevd", horizon=6, order=order).values[6, 4, 3]
        for order in orderings(VARIABLES).values()
    ]
    assert f"{min(shares):.0%} 与 {max(shares):.0%}" in words.order_words(system)


def test_pairs_are_estimated_where_present() -> None:
    pairs = small_systems(real_findings())
    assert list(pairs) == list(PAIRS)
    assert len(tables.pair_table(pairs)) == len(PAIRS)
    fewer = small_systems(cut(real_findings(), (2013, 2022), without=("LQ",)))
    assert ("AI", "LQ") not in fewer and ("AI", "LR") in fewer


@pytest.mark.parametrize("without", [("LQ",), ("SS", "AI"), ("LR", "EQ", "SS")])
def test_panel_without_a_dimension_uses_the_rest(without: tuple[str, ...]) -> None:
    findings = cut(real_findings(), (2013, 2022), without=without)
    here = estimate_interaction(findings, draws=60)
    assert here.absent == tuple(name for name in VARIABLES if name in without)
    text = words.variables_at_hand(here)
    assert all(NAMES[name] in text for name in without) and "不能逐格相比" in text
    size = 5 - len(without)
    assert len(tables.coefficient_table(here)) == size**2
    everything_speaks(here)


@pytest.mark.parametrize("years", [(2020, 2022), (2019, 2022), (2021, 2022)])
def test_short_panels_speak_plainly(years: tuple[int, int]) -> None:
    here = estimate_interaction(cut(real_findings(), years), draws=60)
    everything_speaks(here)
    if years == (2021, 2022):
        assert not here.estimates and "时期太短" in words.faults(here)
        assert "估计不出" in words.stability_words(here)
        assert limits.weakly_identified(here)


def test_one_variable_is_no_system() -> None:
    findings = cut(real_findings(), (2013, 2022), without=("LR", "EQ", "SS", "LQ"))
    here = estimate_interaction(findings)
    assert "至少要两个" in words.faults(here)
    everything_speaks(here)


def everything_speaks(here: Interaction) -> None:
    """Every table and sentence of the chapter exists, whatever could be estimated."""
    lags, roots = tables.lag_frame(here), tables.unit_root_frame(here)
    links = tables.granger_frame(here)
    frames = [
        tables.lag_table(lags),
        tables.unit_root_table(roots),
        tables.serial_table(here),
        tables.specification_table(here.estimates),
        tables.coefficient_table(here),
        tables.granger_table(links),
    ]
    assert all(isinstance(frame, pd.DataFrame) for frame in frames)
    said = [
        words.variables_at_hand(here),
        words.lag_words(lags),
        words.moment_words(here),
        words.unit_root_words(roots),
        words.stability_words(here),
        words.strength_words(here.estimates),
        words.agreement_words(here),
        words.interval_words(here),
        words.hub_words(here),
        words.granger_words(links),
        *limits.may_conclude(published_system(), here),
        *limits.may_not_conclude(published_system(), here),
        *(words.response_words(system) for system in systems_of(here)),
    ]
    assert all(text and "nan" not in text for text in said)


def test_estimates_do_not_depend_on_the_order_of_rows() -> None:
    findings = real_findings()
    shuffled = SimpleNamespace(
        name=findings.name, frame=findings.frame.sample(frac=1.0, random_state=1)
    )
    one = estimate_interaction(findings, draws=20)
    two = estimate_interaction(shuffled, draws=20)
    assert np.array_equal(
        one.estimates["fod"].results.dynamics, two.estimates["fod"].results.dynamics
    )
