"""Tables, sentences and rankings of the essay's and the notes' chapters follow their numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cases import data_of, profile
from numpy.testing import assert_allclose
from vega import evaluate_in_vega

from synergy.evidence import Evidence, Findings
from synergy.figures.drivers import scenario_paths, sobol_matrix, tornado_bars
from synergy.figures.fund import (
    CAUSES,
    cohort_bars,
    foundation_bars,
    foundation_table,
    record_lines,
)
from synergy.figures.places import divergence_plane, risk_explorer, theil_lines
from synergy.policy import net
from synergy.policy.fund import ledger_of
from synergy.policy.parameters import defaults
from synergy.policy.places import (
    COMPONENTS,
    divergence,
    regional_risk,
    theil_decomposition,
)
from synergy.policy.record import backcast
from synergy.policy.scenarios import Headline, builtin_scenarios, load_scenario, run_scenario
from synergy.policy.sensitivity import drivers
from synergy.policy_tables import (
    headline_table,
    headline_text,
    levy_receipts,
    levy_table,
    scenario_table,
)


@pytest.fixture(scope="module")
def results() -> list[Any]:
    return [run_scenario(load_scenario(name)) for name in builtin_scenarios()]


def without(findings: Findings, column: str) -> Findings:
    return replace(findings, frame=findings.frame.assign(**{column: np.nan}))


@pytest.mark.parametrize("name", ["全国", "东北", "广东"])
def test_profile_names_the_place(lead: Findings, name: str) -> None:
    assert name in profile(name, lead)
    assert "无法给出画像" in profile(name, without(lead, "LQ"))


@pytest.mark.parametrize("source", ["demo", "lead"])
def test_risk_in_the_page_is_the_risk_of_the_library(evidence: Evidence, source: str) -> None:
    findings = getattr(evidence, source)
    chart = risk_explorer(regional_risk(findings)).to_dict()
    rows = data_of(chart, "province")
    (formula,) = {
        step["calculate"]
        for layer in chart["layer"]
        for step in layer.get("transform", [])
        if step.get("as") == "risk"
    }
    shown = {key: part.scaled for key, part in COMPONENTS.items() if part.scaled in rows}
    assert {param["name"] for param in chart["params"] if "bind" in param} == set(shown)
    assert len(shown) == {"demo": 3, "lead": 2}[source]
    rng, worst = np.random.default_rng(4), 0.0
    for _ in range(8):
        weights = {key: round(float(rng.uniform(0.05, 1)), 2) for key in shown}
        text = re.sub(rf"(?<![.\w])({'|'.join(weights)})\b", r"datum.\1", formula)
        columns = weights | {name: rows[name] for name in shown.values()}
        found = pd.Series(evaluate_in_vega({"risk": text}, columns)["risk"], rows.index)
        wanted = regional_risk(findings, weights).risk
        worst = max(worst, float((found - wanted[found.index]).abs().max()))
    assert worst <= 5e-4 + 1e-12, worst  # the scaled components travel with three decimals


def test_risk_without_a_sub_index_is_an_empty_figure(lead: Findings) -> None:
    chart = risk_explorer(regional_risk(without(lead, "SS"))).to_dict()
    assert "图为空" in chart["description"]


def test_alt_texts_of_the_places_follow_the_data(lead: Findings) -> None:
    table = theil_decomposition(lead.frame, "U2")
    text = theil_lines(table, "就业质量指数").to_dict()["description"]
    falls = table["total"].iloc[-1] < table["total"].iloc[0]
    assert ("下降" in text) == falls
    backward = table.set_axis(table.index[::-1]).sort_index()
    assert ("上升" in theil_lines(backward, "就业质量指数").to_dict()["description"]) == falls
    moves = divergence(lead.frame)
    moves.loc["广东", "trap"] = True
    text = divergence_plane(moves, lead.years).to_dict()["description"]
    assert f"{int(moves['trap'].sum())} 个" in text and "广东" in text


def test_tornado_draws_what_the_ranking_says() -> None:
    ranking = drivers(net.retraining_value, "net_value", draws=64)
    chart = tornado_bars(ranking, "净现值").to_dict()
    drawn = data_of(chart, "name")
    swing = drawn["right"] - drawn["left"]
    assert list(swing) == sorted(swing, reverse=True)
    wanted = ranking.set_index("name_zh")["swing"]
    assert_allclose(swing, wanted[swing.index], atol=2e-6)
    assert str(swing.index[0]) in chart["description"]


def test_sobol_matrix_keeps_the_strongest() -> None:
    ranked = {
        "甲": drivers(net.retraining_value, "net_value", draws=64),
        "乙": drivers(net.displaced_backlog, "waiting", draws=64, years=10.0),
    }
    chart = sobol_matrix(ranked, count=3).to_dict()
    names = data_of(chart, "name").index
    assert len(names) == 3
    for table in ranked.values():
        first = table["name_zh"].iloc[0]
        assert first in names and first in chart["description"]


def test_scenario_figures_and_tables_cover_every_scenario(results: list[Any]) -> None:
    titles = {result.scenario.title for result in results}
    chart = scenario_paths(results, {"fund": "2060 年结存", "balance": "2060 年差额"}).to_dict()
    (menu,) = [p for p in chart["params"] if "bind" in p]
    assert menu["bind"]["labels"] == ["结存", "差额"]
    assert all(title in chart["description"] for title in titles)
    assert set(headline_table(results).columns) == titles
    assert set(scenario_table(results).index) == titles


def test_scenario_tables_show_the_numbers_of_the_models(results: list[Any]) -> None:
    fast = next(result for result in results if result.scenario.name == "fast_ai")
    title, values = fast.scenario.title, fast.scenario.values
    listed = scenario_table(results)["与默认值不同的参数"]
    assert listed[results[0].scenario.title] == "无"
    assert listed[title].count("；") == len(fast.scenario.changes) - 1
    assert f"任务被自动化的速度 每年 {100 * values['automation_rate']:g}%；" in listed[title]
    share = fast.headlines["labour_share"]
    assert headline_table(results).at[share.label, title] == f"{share.value:.1%}"


def test_headlines_are_written_as_their_unit_asks() -> None:
    assert headline_text(Headline("年", 2034.0, "年份")) == "2034"
    assert headline_text(Headline("年", np.nan, "年份")) == "不耗尽"
    assert headline_text(Headline("比", np.nan, "倍")) == "—"
    assert headline_text(Headline("比", 1.216, "倍")) == "1.22"


def test_a_higher_levy_and_a_wider_base_bring_more() -> None:
    receipts = levy_receipts((0.01, 0.03), 0.05).set_index(["base", "rate"])
    revenue = receipts["revenue"]
    for base in ("equipment", "robots", "profit"):
        assert revenue[base, 0.03] > revenue[base, 0.01]
    assert revenue["equipment", 0.01] > revenue["robots", 0.01] > revenue["profit", 0.01]
    shown = levy_table(receipts.reset_index(), 0.03)
    assert list(shown.index) == ["智能制造装备", "机器人", "人工智能企业利润"]
    assert shown.at["机器人", "征 3%（亿元）"] == f"{revenue['robots', 0.03]:,.0f}"
    assert shown.at["机器人", "3% 够付安全网的"] == f"{receipts['of_net']['robots', 0.03]:.2%}"
    nation = 0.05 * 4.1314 * 140828
    assert_allclose(receipts["of_net"], revenue / nation)


def test_cohort_bars_name_who_pays_in_more() -> None:
    values = defaults()
    net_of = ledger_of(values)["net"]
    text = cohort_bars(values).to_dict()["description"]
    payers = "、".join(f"{year} 年代" for year in net_of.index[net_of > 0])
    assert f"缴费多于领取的是{payers}；" in text
    assert f"相差 2025 年 GDP 的 {abs(net_of.sum()):.0%}" in text


def test_bars_of_the_foundations_stand_end_to_end_and_reach_the_total() -> None:
    cases = {load_scenario(name).title: load_scenario(name).values for name in builtin_scenarios()}
    table = foundation_table(cases)
    assert_allclose(table[list(CAUSES.values())].sum(axis=1), table["合计"], atol=1e-12)
    chart = foundation_bars(table).to_dict()
    drawn = data_of(chart, "name")
    for name, rows in drawn.groupby(level=0):
        assert_allclose(rows["right"] - rows["left"], rows["value"].abs(), atol=2e-4)
        low, high = rows["left"].min(), rows["right"].max()
        assert_allclose(low + high, table.at[name, "合计"], atol=1e-3)
        assert_allclose((rows["right"] - rows["left"]).sum(), high - low, atol=1e-3)
        assert f"{name}合计 {table.at[name, '合计']:+.2f}" in chart["description"]


def test_the_figure_of_the_record_shows_both_sides_and_no_invented_year() -> None:
    past = backcast()
    chart = record_lines(past).to_dict()
    drawn = data_of(chart, "line")
    spent = drawn.loc["支付"].set_index("year")["value"]
    assert list(spent.index) == list(past.official["spending"].dropna().index)
    assert len(drawn.loc["支付（模型）"]) == len(past.model)
    assert f"{past.official.at[2024, 'spending']:.1%}" in chart["description"]
