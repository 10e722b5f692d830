"""Closing tables: what the paper says, beside what the panels show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synergy.demo.calibration import calibration_targets
from synergy.evidence import Evidence, Findings, load_evidence
from synergy.narration.contrast import STATEMENTS, contrast, published_values


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def reversed_in_time(findings: Findings) -> Findings:
    first, last = findings.years
    frame = findings.frame.rename(index=lambda year: first + last - year, level="year")
    frame = frame.sort_index(level="year", sort_remaining=False)
    return replace(findings, frame=frame)


def test_statements_name_existing_targets() -> None:
    known = set(calibration_targets().index)
    for statements in STATEMENTS.values():
        for statement in statements:
            assert set(statement.targets) <= known
            assert statement.paper.format_map(published_values())


@pytest.mark.parametrize("topic", ["AI", "EQ", "D"])
def test_contrast_has_a_cell_for_every_statement_and_panel(evidence: Evidence, topic: str) -> None:
    table = contrast(evidence, topic)
    assert table.shape == (len(STATEMENTS[topic]), 3)
    assert table.map(len).gt(0).all().all()
    assert table.iloc[:, 2].str.contains("按构造一致|校准未达到").all()


def test_contrast_without_demo_panel_has_no_column_for_it(evidence: Evidence) -> None:
    table = contrast(replace(evidence, demo=None), "D")
    assert not any("演示" in name for name in table.columns)


def test_verdict_turns_when_time_runs_backward(evidence: Evidence) -> None:
    backward = replace(evidence, lead=reversed_in_time(evidence.lead))
    forward, turned = (contrast(e, "D")["比较"].iloc[0] for e in (evidence, backward))
    assert (forward, turned) == ("相符", "不符")


def test_panel_without_the_years_says_so(evidence: Evidence) -> None:
    short = load_evidence(years="2020-2022")
    readings = contrast(short, "EQ").iloc[:, 1]
    assert (readings == "无从判断").sum() == 3


def test_numbers_of_the_paper_come_from_the_targets() -> None:
    values = published_values()
    assert values["d_national_2022"] == calibration_targets().at["d_national_2022", "value"]
