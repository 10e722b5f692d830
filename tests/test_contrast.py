"""Closing tables: what the paper says, beside what the panels show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synergy.claims.auditing import audit_evidence
from synergy.claims.calibration import calibration_targets, published_values
from synergy.claims.ledger import TOPICS, Verdict, load_ledger
from synergy.evidence import Evidence, Findings, Request, load_evidence
from synergy.tables import contrast


def reversed_in_time(findings: Findings) -> Findings:
    first, last = findings.years
    frame = findings.frame.rename(index=lambda year: first + last - year, level="year")
    frame = frame.sort_index(level="year", sort_remaining=False)
    return replace(findings, frame=frame)


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
    own = replace(evidence.lead, nature="own", weights=evidence.demo.weights)
    judged = contrast(replace(evidence, lead=own, demo=None), "AI").set_index("台账行")["判断"]
    assert judged["P-AI-TREND"] == Verdict.NOT_REPRODUCED.zh


def test_verdict_turns_when_time_runs_backward(evidence: Evidence) -> None:
    forward = replace(evidence.lead, nature="own", weights=evidence.demo.weights)
    words = []
    for lead in (forward, reversed_in_time(forward)):
        table = contrast(replace(evidence, lead=lead, demo=None), "D")
        words.append(table.set_index("台账行")["判断"]["P-D-TREND"])
    assert words == ["本面板重现", "本面板未重现"]


def test_panel_without_the_years_says_so() -> None:
    short = contrast(load_evidence(Request(years="2020-2022")), "EQ").set_index("台账行")
    for key in ("P-EQ-PHASES", "P-EQ-NE-NEAR", "P-EQ-W-SIX"):
        assert "本面板覆盖 2020—2022，缺" in short.loc[key].iloc[0]
        assert short["判断"][key] == Verdict.NOT_CHECKABLE.zh


def test_numbers_of_the_paper_come_from_the_targets() -> None:
    values = published_values()
    assert values["d_national_2022"] == calibration_targets().at["d_national_2022", "value"]
