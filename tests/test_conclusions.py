"""Marks of the paper's conclusions follow from verdicts by the stated rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy.claims import Audit, Finding, Verdict, audit, load_ledger, view_findings
from synergy.conclusions import (
    Judged,
    Mark,
    advice_table,
    conclusions,
    judge,
    mark_of,
    overall,
    part_table,
    reason_table,
    summary_table,
    tally,
)
from synergy.evidence import demo_findings, real_findings
from synergy.figures.audit import mark_grid

REAL = "real-subset"


@pytest.fixture(scope="module")
def result() -> Audit:
    return audit(load_ledger(), [view_findings(f) for f in (real_findings(), demo_findings())])


@pytest.fixture(scope="module")
def judged(result: Audit) -> tuple[Judged, ...]:
    return judge(result, REAL)


def finding(verdict: Verdict) -> Finding:
    return Finding(verdict, "依据")


@pytest.mark.parametrize(
    ("document", "panel", "mark"),
    [
        ([], [], Mark.NOT_TESTABLE),
        ([Verdict.CONSISTENT], [], Mark.NOT_TESTABLE),
        ([Verdict.CONSISTENT], [Verdict.NOT_CHECKABLE], Mark.NOT_TESTABLE),
        ([Verdict.CONSISTENT], [Verdict.BY_CONSTRUCTION], Mark.NOT_TESTABLE),
        ([Verdict.CONSISTENT], [Verdict.REPRODUCED], Mark.SUPPORTED),
        ([Verdict.NOT_CHECKABLE], [Verdict.REPRODUCED], Mark.SUPPORTED),
        ([Verdict.INCONSISTENT], [Verdict.REPRODUCED], Mark.NOT_SUPPORTED),
        ([Verdict.CONTRADICTED], [], Mark.NOT_SUPPORTED),
        ([Verdict.CONSISTENT], [Verdict.REPRODUCED, Verdict.NOT_REPRODUCED], Mark.NOT_SUPPORTED),
    ],
)
def test_the_rule(document: list[Verdict], panel: list[Verdict], mark: Mark) -> None:
    assert mark_of([finding(v) for v in document], [finding(v) for v in panel]) is mark


def test_every_row_of_the_conclusions_is_weighed_once() -> None:
    ledger = load_ledger()
    used = [key for c in conclusions() for part in c.parts for key in part.claims]
    assert len(used) == len(set(used))
    assert all(key in ledger for key in used)
    said = {claim.id for claim in ledger if claim.id.startswith("P-51-")}
    assert said <= set(used)


def test_every_conclusion_has_core_parts() -> None:
    assert [c.number for c in conclusions()] == [1, 2, 3]
    assert all(any(part.core for part in c.parts) for c in conclusions())
    assert all(c.title and c.advice for c in conclusions())


def test_verdicts_are_those_of_the_audit(result: Audit, judged: tuple[Judged, ...]) -> None:
    for j in judged:
        outcomes = [result[key] for key in j.part.claims]
        assert j.document == tuple(o.document for o in outcomes)
        assert j.panel == tuple(o.panels[REAL] for o in outcomes if o.panels)


@given(st.sampled_from([v for v in Verdict if v is not Verdict.REPRODUCED]))
def test_no_evidence_never_changes_a_mark(verdict: Verdict) -> None:
    alone = mark_of([finding(verdict)], [])
    assert mark_of([finding(verdict)], [finding(Verdict.NOT_CHECKABLE)]) is alone


def test_a_thin_panel_decides_no_ai_ordering_and_no_grade(judged: tuple[Judged, ...]) -> None:
    marks = {key: j.mark for j in judged for key in j.part.claims}
    for key in ("P-51-GRAD-AI", "P-51-TOP3", "P-AI-C-FAST", "P-D-TREND", "P-D-LATE", "P-D-GD-ONLY"):
        assert marks[key] is Mark.NOT_TESTABLE, key


def test_synthetic_data_support_nothing(result: Audit) -> None:
    found = judge(result, "synthetic")
    assert not any(j.mark is Mark.SUPPORTED for j in found)


def test_a_conclusion_takes_the_worst_of_its_core_parts(judged: tuple[Judged, ...]) -> None:
    for conclusion in conclusions():
        core = {j.mark for j in judged if j.conclusion is conclusion and j.part.core}
        worst = next(
            m for m in (Mark.NOT_SUPPORTED, Mark.NOT_TESTABLE, Mark.SUPPORTED) if m in core
        )
        assert overall(judged, conclusion) is worst
        assert summary_table(judged)["判定"].iloc[conclusion.number - 1] == str(worst)


def test_the_printed_contradictions_are_never_called_supported(judged: tuple[Judged, ...]) -> None:
    marks = {key: j.mark for j in judged for key in j.part.claims}
    for key in ("P-51-LQ-EQ", "P-51-LQ-AI", "P-51-CHAIN", "P-51-STABLE", "P-51-GRAD-EQ"):
        assert marks[key] is Mark.NOT_SUPPORTED, key


def test_counts_add_up(judged: tuple[Judged, ...]) -> None:
    table = summary_table(judged)
    assert table.iloc[:, 1:].to_numpy().sum() == len(judged)
    for mark in Mark:
        assert f"{mark} {sum(j.mark is mark for j in judged)} 个" in tally(judged)


def test_every_part_has_a_reason_with_what_decides_or_would(judged: tuple[Judged, ...]) -> None:
    for j in judged:
        assert j.reason, j.part.text
        if j.mark is Mark.NOT_SUPPORTED:
            decisive = (Verdict.INCONSISTENT, Verdict.CONTRADICTED, Verdict.NOT_REPRODUCED)
            assert any(
                f.detail in j.reason for f in (*j.document, *j.panel) if f.verdict in decisive
            )


def test_tables_and_figure_cover_every_part(judged: tuple[Judged, ...]) -> None:
    for conclusion in conclusions():
        count = len(conclusion.parts)
        assert len(part_table(judged, conclusion.number)) == count
        assert len(reason_table(judged, conclusion.number)) == count
    assert list(advice_table(judged).index) == [c.advice for c in conclusions()]
    spec = mark_grid(judged).to_dict()
    (data,) = spec["datasets"].values()
    assert data.strip().count("\n") == len(judged)
    assert tally(judged) in spec["description"]
