"""The five-variable system: estimates and facts on panels of every shape, and its chapter."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from chapter_cells import shown_by
from pvar import anderson_rubin, least_squares, robust_rank_test
from pvar.linalg import Array
from pvar.published import ImpliedSystem, implied_system
from synergy.arrows import (
    DRAWN,
    LINEAR,
    LinearSystem,
    counted,
    joint_tests,
    least_squares_of,
    links_tested,
    origins,
)
from synergy.claims.auditing import audit_evidence
from synergy.claims.ledger import load_ledger
from synergy.conclusions import parts_judged
from synergy.dictionary import sub_indices
from synergy.evidence import Findings, demo_findings, load_evidence, real_findings
from synergy.links import HORIZON, coefficients, granger_frame, response_clarity, share_spans
from synergy.panel import within
from synergy.simulation import by_chance, false_rejections, most_by_chance, systems_study
from synergy.system import (
    NAMES,
    OPTIONS,
    PAIRS,
    VARIABLES,
    Interaction,
    estimate_interaction,
    orderings,
    published_frame,
    published_system,
    rank_p_values,
    small_systems,
    specifications,
    systems_of,
    unit_roots,
)
from synergy.tables import granger_table, root_table


@pytest.fixture(scope="module")
def real() -> Interaction:
    return estimate_interaction(real_findings(), draws=200)


def cut(*without: str, years: tuple[int, int] = (2013, 2022)) -> Findings:
    """The real subset without some dimensions, or of fewer years."""
    findings = real_findings()
    frame = within(findings.frame, years).copy()
    frame.loc[:, list(without)] = np.nan
    return replace(findings, frame=frame)


@cache
def judged() -> pd.DataFrame:
    """The parts of the paper's conclusions, judged on the built-in panel."""
    evidence = load_evidence()
    return parts_judged(audit_evidence(load_ledger(), evidence), evidence.lead.nature)


def chapter(
    here: Interaction,
    lead: Findings | None = None,
    published: ImpliedSystem | None = None,
    linear: dict[str, LinearSystem] | None = None,
    tests: pd.DataFrame | None = None,
) -> list[str]:
    """What the interaction chapter shows."""
    linear = least_squares_of(here) if linear is None else linear
    return shown_by(
        "paper/interaction",
        here=here,
        systems=systems_of(here),
        linear=linear,
        links=links_tested(here, linear),
        tests=joint_tests(here) if tests is None else tests,
        chance=by_chance(systems_study()),
        parts=judged(),
        lead=lead or real_findings(),
        published=published or published_system(),
    )


@pytest.fixture(scope="module")
def texts(real: Interaction) -> list[str]:
    return chapter(real)


@pytest.fixture(scope="module")
def linear(real: Interaction) -> dict[str, LinearSystem]:
    return least_squares_of(real)


def sentence(texts: list[str], part: str) -> str:
    """The one paragraph that has the part."""
    (found,) = [text for text in texts if part in text]
    return found


# --- estimates --------------------------------------------------------------------------------


def test_sub_indices_are_named_once_and_ordered_as_the_paper_orders_them() -> None:
    assert tuple(sub_indices().index) == ("AI", "LR", "EQ", "SS", "LQ")
    assert VARIABLES == ("LR", "EQ", "SS", "LQ", "AI")
    assert sub_indices()["short_zh"].is_unique and NAMES["LQ"] == "劳动力素质"


def test_all_options_are_estimated_on_the_built_in_panels(real: Interaction) -> None:
    for here in (real, estimate_interaction(demo_findings(), draws=20)):
        assert list(here.estimates) == list(OPTIONS) and not here.faults
        assert here.variables == VARIABLES and not here.absent
        assert list(here.main) == ["fod", "pvar2"]


def test_year_effects_change_the_estimate(real: Interaction) -> None:
    plain, demeaned = (real.estimates[key].dynamics for key in ("fod", "fod-year"))
    assert np.abs(plain - demeaned).max() > 0.1


def test_estimates_do_not_depend_on_the_order_of_rows() -> None:
    findings = real_findings()
    shuffled = replace(findings, frame=findings.frame.sample(frac=1.0, random_state=1))
    one, two = (estimate_interaction(found, draws=5) for found in (findings, shuffled))
    assert np.array_equal(one.estimates["fod"].dynamics, two.estimates["fod"].dynamics)


def test_orderings_are_distinct_permutations_and_start_with_the_table() -> None:
    found = orderings(VARIABLES)
    assert next(iter(found.values())) == VARIABLES
    assert all(sorted(order) == sorted(VARIABLES) for order in found.values())
    assert len(set(found.values())) == len(found) == 3
    assert len(orderings(("LR", "AI"))) == 2


def test_pairs_are_estimated_where_present() -> None:
    pairs = small_systems(real_findings())
    names = ["、".join(NAMES[name] for name in pair) for pair in PAIRS]
    assert list(pairs.index) == names
    assert len(rank_p_values(pairs.to_numpy().flat)) == 2 * len(PAIRS)
    fewer = small_systems(cut("LQ"))
    assert set(names) - set(fewer.index) == {"人工智能、劳动力素质"}


# --- the printed table ------------------------------------------------------------------------


def test_published_frame_is_the_printed_matrix_by_equation() -> None:
    printed = published_frame("coefficient")
    assert list(printed.index) == list(printed.columns) == list(VARIABLES)
    assert printed.loc["EQ", "LQ"] == 13.685 and printed.loc["LQ", "EQ"] == 0.017


def test_published_system_explodes_within_rounding() -> None:
    """The chapter's prose on cumulation, and on decimals that would not help, stands on this."""
    system = published_system()
    assert system.verdict == "explosive" and not system.responses_exist
    assert root_table(system)["与 1 相比"].tolist() == ["大于 1", *["小于 1"] * 4]


def test_words_turn_with_the_printed_table(real: Interaction, texts: list[str]) -> None:
    explosive, growth = sentence(texts, "把每格的舍入误差"), published_system().growth(10)
    assert "系统是发散的" in explosive and f"放大到原来的 {growth:.3g} 倍" in explosive
    assert "系数矩阵不稳定" in sentence(texts, "不能说的")
    assert "没有依据" in sentence(texts, "稳定性检验")
    t_values = np.full((2, 2), 2.0) + np.eye(2)
    stable = chapter(real, published=implied_system(0.5 * np.eye(2), t_values=t_values, draws=50))
    calm, limits = sentence(stable, "把每格的舍入误差"), sentence(stable, "不能说的")
    assert "系统是稳定的" in calm and "缩小到" in calm and "不可能长期" not in calm
    assert "系数矩阵稳定" in limits and "由表 4 画出" not in limits
    assert "没有依据" not in sentence(stable, "稳定性检验")
    either = implied_system(np.diag([1.0, 0.5]), decimals=1, t_values=t_values, draws=50)
    assert "落在 1 的两边" in sentence(chapter(real, published=either), "把每格的舍入误差")


def test_rounding_cannot_save_the_printed_system_and_sampling_error_can(
    real: Interaction, texts: list[str]
) -> None:
    """The referee's figures, and what follows from them in words."""
    text = sentence(texts, "估计误差是另一回事")
    assert "0.56 至 2.47（标准误 0.49）" in text and "χ² = 0.54" in text
    assert "移动 0.34 个标准误" in text and "这张表不能判断" in text
    assert "1.488 至 1.535" in sentence(texts, "把每格的舍入误差")
    assert "只有估计误差，而估计误差够大" in sentence(texts, "稳定性检验")
    assert "不能说背后的过程发散" in sentence(texts, "不能说的")
    exact = np.full((2, 2), 1e4)
    sure = chapter(real, published=implied_system(np.diag([1.5, 0.5]), t_values=exact, draws=50))
    assert "背后的过程也发散" in sentence(sure, "估计误差是另一回事")
    assert "而估计误差不够大" in sentence(sure, "稳定性检验")
    assert "不能说背后的过程" not in sentence(sure, "不能说的")
    assert "估计误差的 95% 区间是 1.50 至 1.50" in sentence(sure, "claim-card")


def test_eigenvalues_do_not_depend_on_units() -> None:
    printed = published_frame("coefficient").to_numpy()
    scale = np.diag([1.0, 10.0, 0.1, 1000.0, 3.0])
    moved = scale @ printed @ np.linalg.inv(scale)
    moduli = np.sort(np.abs(np.linalg.eigvals(moved)))
    assert np.allclose(moduli, np.sort(published_system().moduli))


# --- facts of an estimate ---------------------------------------------------------------------


def test_specifications_report_the_rank_test_and_unstable_draws(real: Interaction) -> None:
    facts = specifications(real.estimates)
    for found in real.estimates.values():
        row = facts.loc[found.title]
        assert row["unstable"] == (found.draws.moduli >= 1).mean()
        assert row["rank_p"] == robust_rank_test(found.results).p
        assert row["low"] < row["high"]


def test_weak_instruments_are_said(real: Interaction, texts: list[str]) -> None:
    assert all(found.weak for found in real.main.values())
    text = sentence(texts, "按省聚类的检验")
    values = rank_p_values(real.estimates.values())
    low, high = min(values), max(values)
    assert f"在 {low:.2f} 与 {high:.2f} 之间，其中 4 个在 5% 水平上不能拒绝" in text
    assert "没有保证" in text and "识别存疑" in sentence(texts, "原样列出")
    assert "2 种变换的工具变量都弱" in sentence(texts, "不能说的")


def test_coefficients_carry_both_sources_and_judge_signs(real: Interaction) -> None:
    facts = coefficients(real)
    assert len(facts) == 25 and facts["cross"].sum() == 20
    row = facts.loc["劳动力素质 → 就业环境"]
    assert row["printed"] == "13.685**" and row["t_statistic"] == 2.37
    i, j = VARIABLES.index("EQ"), VARIABLES.index("LQ")
    cells = [e.dynamics[i, j] for e in real.main.values()]
    assert [row[key].value for key in real.main] == cells
    assert row["same"] == (min(cells) > 0)


def test_agreement_counts_the_starred_cross_effects(real: Interaction, texts: list[str]) -> None:
    facts = coefficients(real)
    starred = facts[facts["cross"] & (facts["stars"] > 0)]
    stars = published_frame("stars").to_numpy() > 0
    np.fill_diagonal(stars, False)
    assert len(starred) == stars.sum()
    signs = np.sign(published_frame("coefficient").to_numpy())
    agree = np.logical_and.reduce([np.sign(e.dynamics) == signs for e in real.main.values()])
    assert starred["same"].sum() == (agree & stars).sum()
    sure = np.logical_and.reduce([e.results.p_values < 0.1 for e in real.main.values()])
    assert starred["firm"].sum() == (sure & stars).sum()
    text = sentence(texts, "可对照的有")
    assert f"{len(starred)} 格" in text and f"都与论文相同的 {starred['same'].sum()} 格" in text


def test_granger_p_is_that_of_the_coefficient(real: Interaction) -> None:
    links = granger_frame(real)
    assert len(links) == 2 * 20
    for key, found in real.main.items():
        of_one = links[links["option"] == key]
        row = of_one.query("cause == 'LQ' and effect == 'AI'").iloc[0]
        place = VARIABLES.index("AI"), VARIABLES.index("LQ")
        assert row["p"] == pytest.approx(found.results.p_values[place], rel=1e-9)
        assert row["coefficient"] == found.dynamics[place]
        assert row["link"] == "劳动力素质 → 人工智能"


def test_granger_sentence_and_table_follow_the_links(real: Interaction, texts: list[str]) -> None:
    links = granger_frame(real)
    counts = (links["p"] < 0.1).groupby(links["title"]).sum()
    text = sentence(texts, "可能的箭头")
    assert all(f"{count} 条（{title}）" in text for title, count in counts.items())
    assert f"单凭机会每种变换至多平均有 {most_by_chance(systems_study()):.1f} 条" in text
    shown = granger_table(links)
    ps = links.query("cause == 'LQ' and effect == 'AI'")["p"]
    assert shown.loc["劳动力素质", "人工智能"] == " / ".join(f"{p:.2f}" for p in ps)
    assert (np.diagonal(shown) == "·").all()


def test_lag_sentence_follows_the_criteria(
    real: Interaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ["n", "moments", "aic", "bic", "hqic", "modulus"]
    frame = pd.DataFrame([[9, 9, 3, 1, 2, 1], [9, 9, 1, 2, 1, 1]], index=[1, 2], columns=columns)
    monkeypatch.setattr("synergy.system.lag_lengths", lambda _: frame)
    text = sentence(chapter(real), "不是似然")
    assert text.startswith("AIC 选 2 阶、BIC 选 1 阶、HQIC 选 2 阶，与论文的 1 阶不同。")
    monkeypatch.setattr("synergy.system.lag_lengths", lambda _: frame.loc[[1]])
    assert sentence(chapter(real), "不是似然").startswith("面板太短，只能估计 1 阶")


def test_moment_conditions_are_weighed_against_provinces(
    real: Interaction, texts: list[str]
) -> None:
    assert real.next_moments == 50 and real.n_units == 30
    assert "有 50 个矩条件，多于 30 个省份" in sentence(texts, "不是似然")
    small = estimate_interaction(cut("SS", "AI", "EQ"), draws=5)
    assert "有 8 个矩条件，不超过 30 个省份" in sentence(chapter(small), "不是似然")


def test_unit_roots_are_judged_with_and_without_a_trend(
    real: Interaction, texts: list[str]
) -> None:
    facts = unit_roots(real)
    for start in ("", "trend_"):
        p, verdict = facts[f"{start}p"], facts[f"{start}verdict"]
        assert ((p < 0.05) == (verdict == "rejected")).all()
        assert ((p > 0.95) == (verdict == "misfit")).all()
    text = sentence(texts, "容许趋势以后")
    assert "劳动报酬、就业环境、社会保障落在右尾" in text
    assert (facts["trend_verdict"] == "kept").all()
    assert "有 5 个在 5% 水平上不能拒绝单位根。" in text


def test_serial_correlation_is_said_with_its_count(
    real: Interaction, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sentence(texts, "二阶序列相关的检验")
    assert "有 1 个 $p$ 小于 5%：劳动力素质（前向正交离差，0.05）" in text
    assert "至多约 0.5 个" in text
    quiet = pd.DataFrame({"前向正交离差": [0.5, 0.6]}, index=["LR", "EQ"])
    monkeypatch.setattr("synergy.system.serial_correlation", lambda _: quiet)
    assert "没有一个 $p$ 小于 5%" in sentence(chapter(real), "二阶序列相关的检验")


def test_response_clarity_counts_bands_without_zero(real: Interaction, texts: list[str]) -> None:
    title, found = "前向正交离差", real.main["fod"]
    bands = found.draws.bands(horizon=HORIZON)
    clear = ((bands.lower > 0) | (bands.upper < 0))[1:, ~np.eye(5, dtype=bool)]
    facts = response_clarity(real).loc[title]
    assert (facts["total"], facts["clear"]) == (clear.size, clear.sum()) == (120, clear.sum())
    text = sentence(texts, "年后变量之间的")
    assert f"120 个响应值，逐点区间不含 0 的有 {clear.sum()} 个" in text
    share = real.main["fod"].share_explosive
    assert facts["unstable"] == share and f"{share:.0%} 的自助抽样发散" in text


def test_variance_share_range_is_over_the_offered_orderings(
    real: Interaction, texts: list[str]
) -> None:
    found = real.main["fod"].results
    shares = [
        found.responses("fevd", horizon=6, order=order).values[6, 4, 3]
        for order in orderings(VARIABLES).values()
    ]
    row = share_spans(real, "LQ", "AI").loc["前向正交离差"]
    assert (row["low"], row["high"]) == (min(shares), max(shares))
    assert f"{min(shares):.0%} 与 {max(shares):.0%}" in sentence(texts, "随排序在")


# --- what does not hang on weak instruments ----------------------------------------------------


def steady(values: np.ndarray, p: np.ndarray, real: Interaction) -> LinearSystem:
    """A system with given coefficients and p-values."""
    system = least_squares_of(real)["within"]
    return replace(system, dynamics=values, p_values=p)


def test_least_squares_is_the_library_s(real: Interaction, linear: dict[str, LinearSystem]) -> None:
    assert list(linear) == list(LINEAR) and set(DRAWN) < set(LINEAR)
    for key, option in LINEAR.items():
        with warnings.catch_warnings(action="ignore"):
            wanted = least_squares(
                real.frame,
                VARIABLES,
                time_effects=option.time_effects,
                correction=option.correction,
            )
        np.testing.assert_allclose(linear[key].dynamics, wanted.dynamics)
        low, high = linear[key].intervals()
        assert (low < wanted.dynamics).all() and (wanted.dynamics < high).all()
    moduli = [system.modulus for system in linear.values()]
    y = real.frame[list(VARIABLES)].to_numpy().reshape(30, -1, 5)
    common = y - y.mean(axis=0)
    assert moduli[:2] == pytest.approx([largest_root(y), largest_root(common)])


def largest_root(y: Array) -> float:
    """Of the regression of deviations from the unit's mean on their lag; y (units, years, m)."""
    x, ahead = (part - part.mean(axis=1, keepdims=True) for part in (y[:, :-1], y[:, 1:]))
    slopes = np.linalg.lstsq(x.reshape(-1, 5), ahead.reshape(-1, 5), rcond=None)[0]
    return float(np.abs(np.linalg.eigvals(slopes)).max())


def test_intervals_and_p_values_of_least_squares_agree(linear: dict[str, LinearSystem]) -> None:
    for system in linear.values():
        away = np.abs(system.p_values - 0.05) > 0.01
        assert (system.clear == (system.p_values < 0.05))[away].all()


def test_arrows_count_what_each_estimate_finds(
    real: Interaction, linear: dict[str, LinearSystem]
) -> None:
    facts = links_tested(real, linear)
    firm = np.stack([system.p_values < 0.1 for system in linear.values()])
    signs = np.stack([np.sign(system.dynamics) for system in linear.values()])
    printed = np.sign(published_frame("coefficient").to_numpy())
    assert (facts["found"].to_numpy() == firm.sum(axis=0).ravel()).all()
    assert (facts["rising"].to_numpy() == (firm & (signs > 0)).sum(axis=0).ravel()).all()
    assert (facts["as_printed"].to_numpy() == (firm & (signs == printed)).sum(axis=0).ravel()).all()
    by_key = counted(facts, linear)
    off = ~np.eye(5, dtype=bool)
    assert by_key["cross"].tolist() == [part[off].sum() for part in firm]
    assert by_key["own"].tolist() == [part[~off].sum() for part in firm]
    assert set(by_key["starred"]) == {10} and set(by_key["pairs"]) == {20}
    cell = facts.loc["劳动报酬 → 就业环境", "within"]
    assert cell == (linear["within"].dynamics[1, 0], linear["within"].p_values[1, 0])


def test_no_printed_arrow_survives_and_persistence_does(
    real: Interaction, linear: dict[str, LinearSystem], texts: list[str]
) -> None:
    facts = links_tested(real, linear)
    starred = facts.query("cross and stars > 0")
    assert (starred["as_printed"] < 4).all()
    nearest = starred.index[starred["as_printed"] == starred["as_printed"].max()]
    told = f"一条也没有，最接近的是{'、'.join(nearest)}（{starred['as_printed'].max()} 种）"
    said = [text for text in texts if told in text]
    assert len(said) == 2
    own = facts.query("not cross")
    assert (own["rising"] == 4).all()
    assert "都显著为正的有 5 个（劳动报酬、就业环境、社会保障、劳动力素质、人工智能）" in said[0]
    assert "10 条带星的箭头，各种最小二乘都证实的一条也没有" in sentence(texts, "claim-card")


def test_words_on_arrows_turn_with_the_panel(real: Interaction) -> None:
    """Where everything is as printed and significant, all arrows stand and the hub is one."""
    printed = published_frame("coefficient").to_numpy()
    everything = dict.fromkeys(LINEAR, steady(printed, np.zeros((5, 5)), real))
    said = chapter(real, linear=everything)
    assert "10 条带星的箭头，各种最小二乘都证实的有 10 条" in sentence(said, "claim-card")
    text = sentence(said, "“枢纽”之说")
    assert "“枢纽”之说得到证实" in text and "都多过变量彼此无关的模拟" in text
    nothing = dict.fromkeys(LINEAR, steady(printed, np.ones((5, 5)), real))
    quiet = chapter(real, linear=nothing)
    assert "10 条带星的箭头，各种最小二乘都证实的一条也没有" in sentence(quiet, "claim-card")
    assert "都没有多过" in sentence(quiet, "“枢纽”之说")
    assert "没有得到证实" in sentence(quiet, "“枢纽”之说")


def test_persistence_is_not_told_from_trends(
    real: Interaction, linear: dict[str, LinearSystem], texts: list[str]
) -> None:
    facts = counted(links_tested(real, linear), linear).join(by_chance(systems_study()))
    assert (facts["own"] <= facts["fleeting_most"]).all()
    assert "两者在这样的数据里分不开" in sentence(texts, "显著的箭头")
    assert "不能把显著的自身滞后都读作惯性" in sentence(texts, "不能说的")
    assert (facts["cross"] <= facts["unrelated_most"]).all()
    assert "都没有多过变量彼此无关的模拟" in sentence(texts, "显著的箭头")


def test_joint_tests_are_the_library_s(real: Interaction, texts: list[str]) -> None:
    facts = joint_tests(real)
    test = anderson_rubin(real.estimates["fod"].results, "LR")
    assert tuple(facts.loc["LR", ["statistic", "p", "projection"]]) == (
        test.statistic,
        test.p,
        test.projection_p,
    )
    assert (facts["year_p"] > 0.1).all()
    text = sentence(texts, "都说得通")
    assert "5 个方程中有 3 个拒绝“别的变量都不起作用”（劳动报酬、就业环境、劳动力素质" in text
    assert "去年份均值时，5 个方程中没有一个拒绝" in text
    assert "Anderson–Rubin 检验：不去年份均值时，5 个方程中有 3 个拒绝" in sentence(
        texts, "不能说的"
    )
    worst = false_rejections(systems_study())
    assert f"最高 {worst.plain:.0%}（“{worst.title}”）" in sentence(texts, "拒绝率")


def test_words_on_joint_tests_turn_with_the_tests(real: Interaction) -> None:
    facts = joint_tests(real)
    none = sentence(chapter(real, tests=facts.assign(p=0.5)), "看不出任何作用。")
    assert "都说得通" not in none
    both = chapter(real, tests=facts.assign(p=0.01, year_p=0.01))
    assert "以后仍有拒绝" in sentence(both, "除非矩条件另有毛病")


def test_another_origin_changes_the_estimate_and_another_unit_does_not(
    real: Interaction, texts: list[str]
) -> None:
    facts = origins(real)
    base = real.estimates["fod"]
    assert facts["modulus"].iloc[0] == pytest.approx(base.modulus)
    assert facts["flipped"].tolist()[0] == 0 and (facts["flipped"].iloc[1:] > 0).all()
    assert (facts["moved"].iloc[1:] > 1).all()
    doubled = estimate_interaction(scaled(2.0, 0.0), draws=5)
    assert doubled.estimates["fod"].modulus == pytest.approx(base.modulus)
    moved = estimate_interaction(scaled(1.0, 1.0), draws=5)
    for key in ("fod-year", "pvar2-year"):
        assert moved.estimates[key].modulus == pytest.approx(real.estimates[key].modulus)
    for key, system in least_squares_of(moved).items():
        assert system.modulus == pytest.approx(least_squares_of(real)[key].modulus)
    assert any("各加 1" in text for text in texts)
    assert "随零点变" in sentence(texts, "不能说的")


def scaled(factor: float, shift: float) -> Findings:
    """The real subset with every sub-index multiplied and moved."""
    findings = real_findings()
    frame = findings.frame.copy()
    frame[list(VARIABLES)] = factor * frame[list(VARIABLES)] + shift
    return replace(findings, frame=frame)


# --- panels of every shape --------------------------------------------------------------------


def everything_speaks(here: Interaction, lead: Findings) -> str:
    """The whole chapter speaks, whatever could be estimated; returns what it shows."""
    texts = chapter(here, lead)
    assert len(texts) >= 24
    assert all(text and "nan" not in text and "None" not in text for text in texts)
    return "\n".join(texts)


@pytest.mark.parametrize("without", [("LQ",), ("SS", "AI"), ("LR", "EQ", "SS")])
def test_panel_without_a_dimension_uses_the_rest(without: tuple[str, ...]) -> None:
    lead = cut(*without)
    here = estimate_interaction(lead, draws=20)
    assert here.absent == tuple(name for name in VARIABLES if name in without)
    assert len(coefficients(here)) == (5 - len(without)) ** 2
    said = everything_speaks(here, lead)
    absent = "、".join(NAMES[name] for name in here.absent)
    assert f"没有{absent}的指标" in said and "不能逐格相比" in said
    assert ("“枢纽”之说在这里无从检验" in said) == ("LQ" in without)
    assert "个数不能与这里的相比" in said and "都读作惯性" not in said


@pytest.mark.parametrize("years", [(2020, 2022), (2019, 2022), (2021, 2022)])
def test_short_panels_speak_plainly(years: tuple[int, int]) -> None:
    lead = cut(years=years)
    here = estimate_interaction(lead, draws=20)
    said = everything_speaks(here, lead)
    if years == (2021, 2022):
        assert not here.estimates and not here.main
        assert "有 4 种做法无法估计" in said and "时期太少" in said
        assert "数据估计不出这个系统。" in said and "没有估计可供检验" in said
        assert "表 4 的箭头在这里无从用最小二乘核对" in said
        assert "带星的箭头无从用最小二乘核对" in said


@pytest.mark.parametrize(("count", "years"), [(2, 10), (4, 10), (3, 6), (8, 4)])
def test_few_provinces_speak_plainly(count: int, years: int) -> None:
    """Too few for a joint test, or for the bootstrap: no table or sentence fails for that."""
    lead = cut(years=(2023 - years, 2022))
    provinces = lead.frame.index.get_level_values(0).unique()[:count]
    lead = replace(lead, frame=lead.frame.loc[provinces])
    here = estimate_interaction(lead, draws=99)
    said = everything_speaks(here, lead)
    assert all(e.draws.n_failed <= 9 for e in here.estimates.values())
    faults = len(here.faults)
    assert (f"有 {faults} 种做法无法估计" in said) == (faults > 0)
    assert (faults == 0) == (count == 4)


def test_one_variable_is_no_system() -> None:
    lead = cut("LR", "EQ", "SS", "LQ")
    assert "至少要两个" in everything_speaks(estimate_interaction(lead), lead)
