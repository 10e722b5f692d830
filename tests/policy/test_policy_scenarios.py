"""Scenarios: no assumption without effect, gaps that add up, sentences that turn with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synergy.policy import outlook
from synergy.policy.parameters import bounds, defaults, evaluate
from synergy.policy.population import dependency_path
from synergy.policy.scenarios import (
    Scenario,
    ScenarioResult,
    builtin_scenarios,
    finance_account,
    levelling,
    levelling_indexation,
    load_scenario,
    run_scenario,
)
from synergy.policy_tables import finance_table, headline_text
from synergy.words import say

CHANGES = [(n, symbol) for n in builtin_scenarios() for symbol in load_scenario(n).changes]


def printed(scenario: Scenario) -> dict[str, str]:
    """Headlines as the page prints them."""
    return {key: headline_text(h) for key, h in run_scenario(scenario).headlines.items()}


def results(**changes: float) -> list[ScenarioResult]:
    """All scenarios, on top of some further assumptions."""
    files = map(load_scenario, builtin_scenarios())
    return [run_scenario(f._replace(changes=f.changes | changes)) for f in files]


@pytest.fixture(scope="module")
def account() -> pd.DataFrame:
    return finance_account(results())


@pytest.mark.parametrize(("name", "symbol"), CHANGES)
def test_no_assumption_of_a_scenario_is_without_effect(name: str, symbol: str) -> None:
    """Taken back to its default, each changes a headline as it is printed."""
    scenario = load_scenario(name)
    rest = {key: value for key, value in scenario.changes.items() if key != symbol}
    assert printed(scenario) != printed(scenario._replace(changes=rest)), (name, symbol)


def test_an_assumption_without_effect_would_be_found() -> None:
    scenario = load_scenario("ageing")
    with_idle = scenario._replace(changes=scenario.changes | {"technology_growth": 0.2})
    assert printed(scenario) == printed(with_idle)


def test_summaries_say_what_the_files_change() -> None:
    """Each comparison in a summary, with what it compares."""
    usual = defaults()
    changed = {name: load_scenario(name).changes for name in builtin_scenarios()}
    said = {name: load_scenario(name).summary for name in builtin_scenarios()}
    before, pace = usual["previous_automation_rate"], usual["automation_rate"]
    assert "快一倍" in said["baseline"] and pace == pytest.approx(2 * before)
    assert "大体补上" in said["baseline"] and 0.9 <= usual["reinstatement_ratio"] < 1
    old = changed["ageing"]
    assert "低三成" in said["ageing"] and old["fertility_multiplier"] == pytest.approx(0.7)
    assert "只提高两岁" in said["ageing"]
    assert old["retirement_age_rise"] == 2 < usual["retirement_age_rise"]
    assert old["pensioner_coverage_2060"] > usual["pensioner_coverage_2060"]
    helped = changed["augmenting_ai"]
    assert "回到此前的速度" in said["augmenting_ai"] and helped["automation_rate"] == before
    assert "多过被替代的" in said["augmenting_ai"] and helped["reinstatement_ratio"] > 1
    assert helped["substitution_elasticity"] < usual["substitution_elasticity"]
    assert helped["entry_automation"] < usual["entry_automation"]
    fast = changed["fast_ai"]
    assert "提速一倍多" in said["fast_ai"] and 2 < fast["automation_rate"] / pace < 3
    assert fast["reinstatement_ratio"] < usual["reinstatement_ratio"]
    assert fast["creation_lag"] > usual["creation_lag"]
    assert fast["ai_cost_decline"] > usual["ai_cost_decline"]
    assert fast["mobility"] < usual["mobility"]
    assert "少一半" in said["fast_ai"] and fast["entry_automation"] == 0.5
    gigs = changed["gig_economy"]
    assert "一半" in said["gig_economy"] and gigs["gig_share_2060"] == 0.5
    assert all(gigs[name] < usual[name] for name in ("gig_coverage", "gig_compliance"))


def test_every_headline_tells_scenarios_apart() -> None:
    """A row that repeats the baseline in all scenarios but one says nothing."""
    base, *others = (printed(load_scenario(name)) for name in builtin_scenarios())
    for key, text in base.items():
        assert sum(other[key] != text for other in others) >= 2, key


def test_the_edge_of_the_firm_is_not_in_the_chain() -> None:
    firm = ("transaction_cost", "coordination_cost", "transaction_cost_decline", "cost_dispersion")
    usual = outlook.simulate(defaults())
    ends = {symbol: end for symbol, (_, end) in bounds(firm).items()}
    moved = outlook.simulate(defaults() | ends)
    assert all(np.array_equal(usual[key], moved[key]) for key in usual)


class TestFinanceAccount:
    def test_the_gap_is_what_the_columns_leave(self, account: pd.DataFrame) -> None:
        paid = account[["forgone", "contributions", "other"]].sum(axis=1)
        assert np.allclose(account["kept"] - paid, account["finance_gap"])
        assert np.allclose(account["kept"] - paid + account["forgone"], account["kept_finance_gap"])
        shown = finance_table(account).replace("%", "", regex=True).astype(float)
        left = shown["要付"] - shown[["少领", "缴费", "其他来源"]].sum(axis=1)
        assert ((left - shown["缺口"]).abs() < 0.21).all(), "as printed, up to rounding"

    @pytest.mark.parametrize("name", builtin_scenarios())
    def test_kept_pensions_follow_heads_alone(self, name: str) -> None:
        """By another route: the first year's benefits, times pensioners per worker since then."""
        values = load_scenario(name).values
        path = outlook.simulate(values)
        people = evaluate(dependency_path, values).ratio
        covered = values["pensioner_coverage_2060"] / values["pensioner_coverage"]
        kept = path["benefits"][0] * covered * people[-1] / people[0]
        assert path["benefits"][-1] + path["forgone"][-1] == pytest.approx(kept)
        assert path["kept_finance_gap"][-1] == pytest.approx(kept - path["finance_total"][-1])
        subsidy = values["fiscal_subsidy"]
        assert path["kept_balance"][-1] == pytest.approx(path["contributions"][-1] + subsidy - kept)

    def test_the_first_year_forgoes_nothing(self) -> None:
        path = outlook.simulate(defaults())
        assert path["forgone"][0] == pytest.approx(0) and path["forgone"][-1] > 0
        assert path["kept_finance_gap"][0] == pytest.approx(path["finance_gap"][0])


class TestSentences:
    def test_the_order_says_who_pays(self, account: pd.DataFrame) -> None:
        text = say("{{ finance_order(a, '基准') }}", a=account)
        first = account["finance_gap"].idxmin()
        assert f"由小到大是{first}、" in text and "次序就变成" in text
        gain = account.at["基准", "finance_gap"] - account.at[first, "finance_gap"]
        assert f"比基准小 {100 * gain:.1f} 个百分点" in text
        assert text.endswith("账面上好看，主要是因为退休者少领。")

    def test_the_order_stays_where_pensions_do(self) -> None:
        """Where pensions keep up in every scenario, both gaps are one."""
        kept = finance_account(results()).assign(forgone=0.0)
        kept = kept.assign(finance_gap=kept["kept_finance_gap"])
        text = say("{{ finance_order(a, '基准') }}", a=kept)
        assert "次序不变" in text and "退休者少领" not in text

    def test_what_prints_alike_is_level_and_no_chain_of_it(self, account: pd.DataFrame) -> None:
        near = account.iloc[:3].assign(finance_gap=[0.05, 0.0504, 0.0508])
        names = "、".join([near.index[0], f"与之持平的{near.index[1]}", near.index[2]])
        text = say("{{ finance_order(a, base) }}", a=near, base=near.index[0])
        assert f"由小到大是{names}；" in text

    def test_the_baseline_can_be_first(self, account: pd.DataFrame) -> None:
        text = say("{{ finance_order(a, '基准') }}", a=account.loc[["高零工占比", "基准"]])
        assert "账面上没有一个情景的缺口比基准小" in text

    @pytest.mark.parametrize(
        ("gap", "kept", "words"),
        [
            (0.02, 0.02, "缺口比基准大 2.0 个百分点，待遇不变时也是这样"),
            (0.02, 0.03, "两种算法都更重"),
            (-0.03, -0.02, "两种算法都更轻"),
            (-0.02, -0.002, "待遇不变时只小 0.2 个百分点：差别主要在退休者比基准少领"),
            (-0.02, 0.01, "待遇不变时大 1.0 个百分点：差别主要在退休者比基准少领"),
            (0.02, 0.001, "待遇不变时只大 0.1 个百分点：差别主要在退休者比基准多领"),
            (0.02, 0.0, "待遇不变时与基准相同：差别主要在退休者比基准多领"),
            (0.0, 0.0, "缺口怎么算都与基准相同"),
        ],
    )
    def test_a_reading_turns_with_both_gaps(
        self, account: pd.DataFrame, gap: float, kept: float, words: str
    ) -> None:
        usual = account.loc["基准"]
        it = usual.copy()
        it["finance_gap"] += gap
        it["kept_finance_gap"] += kept
        it["forgone"] += kept - gap
        assert words in say("{{ scenario_reading(it, usual) }}", it=it, usual=usual)

    @pytest.mark.parametrize(
        "title", ["深度老龄化", "增强型人工智能", "快速人工智能", "高零工占比"]
    )
    def test_each_scenario_is_read(self, account: pd.DataFrame, title: str) -> None:
        it, usual = account.loc[title], account.loc["基准"]
        text = say("{{ scenario_reading(it, usual) }}", it=it, usual=usual)
        for column, (up, down) in {
            "labour_share": ("劳动份额高", "劳动份额低"),
            "contributions": ("缴费多", "缴费少"),
            "kept": ("领的人多", "领的人少"),
        }.items():
            change = it[column] - usual[column]
            assert (up in text) == (change > 5e-4) and (down in text) == (change < -5e-4), column


def test_two_scenarios_end_level_where_it_says() -> None:
    fast, base = load_scenario("fast_ai"), load_scenario("baseline")
    level = levelling_indexation(fast, base, "balance")
    at = [
        outlook.simulate(s.values | {"wage_indexation": level})["balance"][-1] for s in (fast, base)
    ]
    assert at[0] == pytest.approx(at[1], abs=1e-5)
    assert np.isnan(levelling_indexation(load_scenario("ageing"), base, "balance"))


def test_where_two_scenarios_are_level_is_said() -> None:
    it = levelling(results())
    text = say("{{ where_level(it) }}", it=it)
    assert it.first == "快速人工智能" and it.base == "基准"
    assert f"差额比基准{'好' if it.better else '差'}" in text
    assert ("再往下就反过来" in text) == (it.at < it.now)
    assert "再往上就反过来" in say("{{ where_level(it) }}", it=it._replace(at=0.9))
    never = say("{{ where_level(it) }}", it=it._replace(at=float("nan")))
    assert "取 0 到 100% 之间的任何值都如此" in never
    assert say("{{ where_level(it) }}", it=it._replace(first="基准")) == ""


def test_the_edge_of_the_firm_is_compared_with_what_is_assumed() -> None:
    edge = outlook.firm_edge(defaults())
    first, last = (
        1 / (1 + np.exp((0.25 * np.exp(-0.06 * t) - 0.15 * np.exp(-0.03 * t)) / 0.06))
        for t in (0, 35)
    )
    assert edge.growth == pytest.approx(last / first)
    assert edge.implied == pytest.approx(defaults()["gig_share"] * last / first)
    words = {0.74: "远高于", 0.31: "相近", 0.1: "远低于"}
    for implied, word in words.items():
        assert word in say("{{ beside_the_firm(e) }}", e=edge._replace(implied=implied))
