"""Tables, sentences and rankings of the essay's and the notes' chapters follow their numbers."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from vega import evaluate_in_vega

from synergy.charts.policy_drivers import scenario_paths, sobol_matrix, tornado_bars
from synergy.charts.policy_fund import cohort_bars
from synergy.charts.policy_places import divergence_plane, risk_explorer, theil_lines
from synergy.dictionary import provinces
from synergy.evidence import Evidence, Findings, load_evidence
from synergy.narration.assumptions import (
    assumption_table,
    drivers,
    headline_table,
    levy_table,
    regional_start,
    safety_net_table,
    scenario_table,
    sourced_sentence,
    start_sentence,
)
from synergy.narration.places import (
    change_sentence,
    lever_table,
    profile,
    rank_ranges,
    rank_sentence,
)
from synergy.policy import net
from synergy.policy.fund import fund_of, ledger_of
from synergy.policy.parameters import bounds, defaults, parameter_table
from synergy.policy.places import COMPONENTS, LEVERS, divergence, regional_risk, theil_decomposition
from synergy.policy.scenarios import builtin_scenarios, load_scenario, run_scenario

REGIONS = provinces()["region"]


@pytest.fixture(scope="module")
def results() -> list[Any]:
    return [run_scenario(load_scenario(name)) for name in builtin_scenarios()]


def without(findings: Findings, column: str) -> Findings:
    from dataclasses import replace

    return replace(findings, frame=findings.frame.assign(**{column: np.nan}))


def test_every_row_of_the_assumption_table_has_an_origin() -> None:
    for model in parameter_table()["model"].unique():
        rows = assumption_table(model).splitlines()[2:]
        assert len(rows) == (parameter_table()["model"] == model).sum()
        for row in rows:
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            assert len(cells) == 4 and all(cells), row


def test_sourced_and_assumed_add_up() -> None:
    table = parameter_table()
    known = int((table.loc[table["model"] == "levers", "source"] != "assumed").sum())
    text = sourced_sentence("levers")
    assert f"{(table['model'] == 'levers').sum()} 个参数，其中 {known} 个有出处" in text


def test_the_nation_starts_at_the_defaults(evidence: Evidence, lead: Findings) -> None:
    assert regional_start(evidence.region, lead) == {}
    assert "默认值" in start_sentence(evidence.region, {}, ("gig_share",))


def test_a_strong_province_starts_higher_than_a_weak_one(lead: Findings) -> None:
    final = lead.frame["AI"].xs(lead.years[1], level="year")
    strong, weak = (
        regional_start(load_evidence(name).region, lead)["automation_rate"]
        for name in (str(final.idxmax()), str(final.idxmin()))
    )
    assert (weak, strong) == bounds(["automation_rate"])["automation_rate"]
    middle = regional_start(load_evidence("东部").region, lead)["automation_rate"]
    assert weak < middle < strong


def test_a_missing_sub_index_moves_no_slider(lead: Findings) -> None:
    start = regional_start(load_evidence("广东").region, without(lead, "SS"))
    assert set(start) == {"automation_rate", "retraining_reach"}


def test_change_sentence_turns_with_the_data(evidence: Evidence, lead: Findings) -> None:
    from dataclasses import replace

    text = change_sentence(evidence.region, lead, "LR", "劳动报酬")
    assert "劳动报酬上升" in text and "同向" in text
    back = replace(lead, frame=lead.frame.assign(LR=1 - lead.frame["LR"]))
    text = change_sentence(evidence.region, back, "LR", "劳动报酬")
    assert "劳动报酬下降" in text and "反向" in text
    assert "算不出" in change_sentence(evidence.region, without(lead, "LR"), "LR", "劳动报酬")


@pytest.mark.parametrize("name", ["全国", "东北", "广东"])
def test_profile_names_the_place_and_a_lever(lead: Findings, name: str) -> None:
    region = load_evidence(name).region
    text = profile(region, lead)
    assert region.name in text and any(title in text for title, _ in LEVERS.values())
    assert "无法给出画像" in profile(region, without(lead, "LQ"))


def test_profile_counts_every_province_once(evidence: Evidence, lead: Findings) -> None:
    counts = re.findall(r" (\d+) 个(?=、|。)", profile(evidence.region, lead))
    assert sum(map(int, counts)) == 30


def test_lever_table_shows_the_edition(lead: Findings) -> None:
    one, east = (lever_table(lead, load_evidence(name).region) for name in ("广东", "东部"))
    assert list(one.columns) == ["广东"] and len(one) == len(LEVERS)
    assert set(east.columns) == set(REGIONS.index[REGIONS == "东部"])
    assert lever_table(lead, load_evidence().region).shape[1] == 6


def test_rank_ranges_hold_the_estimate_and_shrink_to_it(lead: Findings) -> None:
    table = rank_ranges(lead)
    assert len(table) == 30 and list(table["estimate"]) == sorted(table["estimate"])
    assert (table["lower"] <= table["upper"]).all()
    assert (table["estimate"].between(table["lower"] - 1, table["upper"] + 1)).mean() > 0.9
    fixed = rank_sentence(table.assign(lower=1.0, upper=1.0))
    assert "最宽 0 位" in fixed and "省份有 30 个" in fixed
    assert "省份有 0 个" in rank_sentence(table.assign(lower=1.0, upper=30.0))


def test_risk_in_the_page_is_the_risk_of_the_library(lead: Findings) -> None:
    chart = risk_explorer(regional_risk(lead.frame), REGIONS).to_dict()
    (text,) = chart["datasets"].values()
    rows = pd.read_csv(StringIO(text)).set_index("province")
    (formula,) = {
        step["calculate"]
        for layer in chart["layer"]
        for step in layer.get("transform", [])
        if step.get("as") == "risk"
    }
    rng, worst = np.random.default_rng(4), 0.0
    for _ in range(8):
        weights = {key: round(float(rng.uniform(0.05, 1)), 2) for key in COMPONENTS}
        text = re.sub(rf"(?<![.\w])({'|'.join(weights)})\b", r"datum.\1", formula)
        columns = weights | {part.scaled: rows[part.scaled] for part in COMPONENTS.values()}
        found = pd.Series(evaluate_in_vega({"risk": text}, columns)["risk"], rows.index)
        wanted = regional_risk(lead.frame, weights).risk
        worst = max(worst, float((found - wanted[found.index]).abs().max()))
    assert worst <= 5e-4 + 1e-12, worst  # the scaled components travel with three decimals


def test_risk_without_a_sub_index_is_an_empty_figure(lead: Findings) -> None:
    chart = risk_explorer(regional_risk(without(lead, "SS").frame), REGIONS).to_dict()
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
    text = divergence_plane(moves, REGIONS, lead.years).to_dict()["description"]
    assert f"{int(moves['trap'].sum())} 个" in text and "广东" in text


def test_tornado_draws_what_the_ranking_says() -> None:
    ranking = drivers(net.retraining_value, "net_value", draws=64)
    chart = tornado_bars(ranking, "净现值").to_dict()
    (text,) = chart["datasets"].values()
    drawn = pd.read_csv(StringIO(text)).set_index("name_zh")
    swing = drawn["high_end"] - drawn["low_end"]
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
    (text,) = chart["datasets"].values()
    names = pd.read_csv(StringIO(text))["name"]
    assert len(names) == 3
    for table in ranked.values():
        assert table["name_zh"].iloc[0] in set(names) and table["name_zh"].iloc[0] in json.dumps(
            chart["description"], ensure_ascii=False
        )


def test_scenario_figures_and_tables_cover_every_scenario(results: list[Any]) -> None:
    titles = {result.scenario.title for result in results}
    chart = scenario_paths(results, {"fund": "2060 年结存", "balance": "2060 年差额"}).to_dict()
    (menu,) = [p for p in chart["params"] if "bind" in p]
    assert menu["bind"]["labels"] == ["结存", "差额"]
    assert all(title in chart["description"] for title in titles)
    assert set(headline_table(results).columns) == titles
    assert set(safety_net_table(results).index) == titles
    assert all(title in scenario_table(results) for title in titles)


def test_a_higher_levy_and_a_wider_base_bring_more() -> None:
    table = levy_table((0.01, 0.03))["首年收入（亿元）"].astype(float)
    assert table.iloc[2] > table.iloc[0] and table.iloc[1] > 10 * table.iloc[0]


def test_cohorts_pay_what_the_fund_receives() -> None:
    values = defaults()
    run, ledger = fund_of(values), ledger_of(values)
    elapsed = run.years - run.years[0]
    worth = run.gdp_index * np.exp(-values["interest_rate"] * elapsed)
    assert_allclose(ledger["contributions"].sum(), (run.contributions * worth).sum())
    assert_allclose(ledger["benefits"].sum(), (run.benefits * worth).sum())
    assert cohort_bars(values).to_dict()["description"].endswith("。")
