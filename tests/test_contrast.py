"""Closing tables: what the paper says, what the panels show, what holds under changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from synergy.claims import Verdict, audit_evidence, load_ledger
from synergy.claims.ledger import TOPICS
from synergy.coupling import grades, regional_means
from synergy.demo.calibration import calibration_report, calibration_targets
from synergy.dictionary import indicators, provinces, resolve_region
from synergy.evidence import Evidence, Findings, load_evidence
from synergy.narration.contrast import contrast, published_values
from synergy.narration.robustness import rank_sentence, stability, verdicts
from synergy.narration.tables import (
    calibration_table,
    grade_table,
    indicator_table,
    ranking_table,
    regional_table,
    repair_table,
    run_table,
    stage_counts,
    variant_table,
    weight_table,
)
from synergy.panel import demo_panel
from synergy.real import real_bootstrap, real_provenance, real_repairs, real_runs
from synergy.uncertainty.sensitivity import compare_couplings


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def reversed_in_time(findings: Findings) -> Findings:
    first, last = findings.years
    frame = findings.frame.rename(index=lambda year: first + last - year, level="year")
    frame = frame.sort_index(level="year", sort_remaining=False)
    return replace(findings, frame=frame, regional=regional_means(frame, provinces()["region"]))


@pytest.mark.parametrize("topic", TOPICS)
def test_contrast_reads_the_one_verdict(evidence: Evidence, topic: str) -> None:
    table = contrast(evidence, topic).set_index("台账行")
    result = audit_evidence(load_ledger(), evidence)
    assert list(table.index) == [claim.id for claim in load_ledger() if claim.contrast == topic]
    for key, row in table.iterrows():
        panels = result[str(key)].panels
        assert row["判断"] == panels["real-subset"].verdict.zh
        assert row.iloc[0] == panels["real-subset"].detail
        demo = panels["synthetic"]
        assert row["演示面板（合成）"] == f"{demo.detail}（{demo.verdict.zh}）"


def test_contrast_without_demo_panel_has_no_column_for_it(evidence: Evidence) -> None:
    table = contrast(replace(evidence, demo=None), "D")
    assert not any("演示" in name for name in table.columns)


def test_a_rise_with_a_setback_is_no_steady_rise(evidence: Evidence) -> None:
    """The national AI index fell in one year: not "rising throughout", on whatever page."""
    table = contrast(evidence, "AI").set_index("台账行")
    assert "年下降" in table.iloc[:, 0]["P-AI-TREND"]
    assert table["判断"]["P-AI-TREND"] == Verdict.NOT_CHECKABLE.zh
    own = replace(evidence.lead, nature="own", coverage=evidence.demo.coverage)
    judged = contrast(replace(evidence, lead=own, demo=None), "AI").set_index("台账行")["判断"]
    assert judged["P-AI-TREND"] == Verdict.NOT_REPRODUCED.zh


def test_verdict_turns_when_time_runs_backward(evidence: Evidence) -> None:
    forward = replace(evidence.lead, nature="own", coverage=evidence.demo.coverage)
    words = []
    for lead in (forward, reversed_in_time(forward)):
        table = contrast(replace(evidence, lead=lead, demo=None), "D")
        words.append(table.set_index("台账行")["判断"]["P-D-TREND"])
    assert words == ["本面板重现", "本面板未重现"]


def test_panel_without_the_years_says_so() -> None:
    short = contrast(load_evidence(years="2020-2022"), "EQ").set_index("台账行")
    for key in ("P-EQ-PHASES", "P-EQ-NE-NEAR", "P-EQ-W-SIX"):
        assert "本面板覆盖 2020—2022，缺" in short.loc[key].iloc[0]
        assert short["判断"][key] == Verdict.NOT_CHECKABLE.zh


def test_numbers_of_the_paper_come_from_the_targets() -> None:
    values = published_values()
    assert values["d_national_2022"] == calibration_targets().at["d_national_2022", "value"]


def test_regional_and_ranking_tables_show_the_frame_s_numbers(evidence: Evidence) -> None:
    lead, last = evidence.lead, evidence.lead.years[1]
    final = lead.frame["D"].xs(last, level="year")
    table = regional_table(lead, "D")
    assert list(table.index) == ["全国", "东部", "中部", "西部", "东北"]
    assert table.at["全国", f"{last} 年"] == f"{final.mean():.4f}"
    ranks = ranking_table(lead, "D")
    assert ranks["省份"].iloc[0] == final.idxmax() and ranks.index[-1] == 30


def test_stage_counts_add_up_to_the_provinces(evidence: Evidence) -> None:
    assert (stage_counts(evidence.lead).sum() == 30).all()


def test_indicator_tables_hold_nine_and_twenty_two() -> None:
    ai, eq = (indicator_table(indicators(), ["ai_cable"], system) for system in ("AI", "EQ"))
    assert (len(ai), len(eq)) == (9, 22) and eq.index[0] == 10
    assert (ai["本版数据"] == "有").sum() == 1 and (eq["方向"] == "－").sum() == 3


def test_weight_table_is_ordered_and_complete(evidence: Evidence) -> None:
    table = weight_table(evidence.demo.weights, indicators()["name_zh"], "EQ")
    shares = table["系统内权重"].str.rstrip("%").astype(float)
    assert len(table) == 22 and shares.is_monotonic_decreasing
    assert shares.sum() == pytest.approx(100, abs=22 * 0.05)


def test_calibration_table_flags_a_miss() -> None:
    report = calibration_report(demo_panel())
    spoilt = report.assign(met=False)
    assert (calibration_table(spoilt)["结果"] == "未达到").all()
    assert (calibration_table(report)["结果"] == "按构造一致").sum() == report["met"].sum()


def test_repairs_and_runs_are_listed_in_full() -> None:
    repairs = repair_table(real_repairs(), real_provenance()["series"])
    assert (
        len(repairs) == len(real_provenance()["repairs"]) and repairs["理由"].str.len().gt(5).all()
    )
    assert len(run_table(real_runs())) == len(real_runs())


def test_grade_table_shows_ten_right_closed_intervals() -> None:
    table = grade_table(grades())
    assert len(table) == 10 and table.index[4] == "(0.4, 0.5]"


def test_variant_table_marks_what_cannot_be_computed(evidence: Evidence) -> None:
    couplings = compare_couplings(evidence.lead.frame["U1"], evidence.lead.frame["U2"])
    broken = couplings.summary.copy()
    broken.loc["fan", "mean_shift"] = np.nan
    table = variant_table(replace(couplings, summary=broken))
    assert table.loc["Fan 等 2024", "D 的平均变动"] == "—"
    assert table.loc["标准式", "D 的平均变动"] == "+0.000"


def test_verdicts_count_variants_and_name_the_exceptions(evidence: Evidence) -> None:
    lead = evidence.lead
    couplings = compare_couplings(lead.frame["U1"], lead.frame["U2"])
    table = verdicts(lead, real_bootstrap(), couplings, couplings)
    assert len(table) == 3
    level = next(name for name in table.index if "全国平均" in name)
    assert "漏写系数 2" in table.loc[level, "换耦合度公式"]
    leader = lead.frame["D"].xs(lead.years[1], level="year").idxmax()
    assert any(leader in name for name in table.index)


def test_verdicts_do_not_count_erroneous_variants(evidence: Evidence) -> None:
    couplings = compare_couplings(evidence.lead.frame["U1"], evidence.lead.frame["U2"])
    fewer = replace(couplings, erroneous=("lost_coefficient",))
    table = verdicts(evidence.lead, real_bootstrap(), fewer, couplings)
    assert table.iloc[0, 1].startswith("6 种") and table.iloc[0, 2].startswith("7 种")


def test_stability_counts_settled_grades() -> None:
    bootstrap, regions = real_bootstrap(), provinces()["region"]
    shares = bootstrap.scores["grade_probability"].xs(2022, level="year")
    assert f"有 {(shares >= 0.95).sum()} 个省份" in stability(bootstrap, 2022)
    for name, words in {"广东": "广东估计", "西部": "西部地区首尾两省", "全国": "居第 1"}.items():
        assert words in rank_sentence(resolve_region(name), bootstrap, regions, 2022)


def test_tables_hold_text_not_floats(evidence: Evidence) -> None:
    for table in (regional_table(evidence.lead, "U1"), ranking_table(evidence.lead, "U1")):
        assert all(pd.api.types.is_string_dtype(dtype) for dtype in table.dtypes)
