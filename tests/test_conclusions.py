"""Marks of the paper's conclusions follow from verdicts by the stated rule."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy.claims.auditing import Audit, audit
from synergy.claims.ledger import Finding, Verdict, load_ledger
from synergy.conclusions import (
    Mark,
    conclusions,
    conclusions_judged,
    contradictions,
    mark_of,
    parts_judged,
)
from synergy.evidence import demo_findings, real_findings
from synergy.figures.audit import mark_list
from synergy.words import phrase

REAL = "real-subset"


@pytest.fixture(scope="module")
def result() -> Audit:
    return audit(load_ledger(), [real_findings(), demo_findings()])


@pytest.fixture(scope="module")
def parts(result: Audit) -> pd.DataFrame:
    return parts_judged(result, REAL)


@pytest.fixture(scope="module")
def marks(parts: pd.DataFrame) -> dict[str, str]:
    """Mark of the part that rests on a ledger row."""
    return {key: row.mark for row in parts.itertuples() for key in row.claims}


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
        ([Verdict.CONSISTENT, Verdict.DOUBTFUL], [Verdict.REPRODUCED], Mark.NOT_TESTABLE),
        ([Verdict.CONSISTENT], [Verdict.REPRODUCED, Verdict.DOUBTFUL], Mark.NOT_TESTABLE),
        ([Verdict.INCONSISTENT, Verdict.DOUBTFUL], [], Mark.NOT_SUPPORTED),
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


def test_verdicts_are_those_of_the_audit(result: Audit, parts: pd.DataFrame) -> None:
    for row in parts.itertuples():
        outcomes = [result[key] for key in row.claims]
        assert set(row.document) == {o.document.verdict.zh for o in outcomes}
        assert set(row.panel) == {o.panels[REAL].verdict.zh for o in outcomes if o.panels}
        found = [o.document for o in outcomes] + [o.panels[REAL] for o in outcomes if o.panels]
        assert row.mark == mark_of(found, [])


@given(st.sampled_from([v for v in Verdict if v is not Verdict.REPRODUCED]))
def test_no_evidence_never_changes_a_mark(verdict: Verdict) -> None:
    alone = mark_of([finding(verdict)], [])
    assert mark_of([finding(verdict)], [finding(Verdict.NOT_CHECKABLE)]) is alone


def test_a_thin_panel_decides_no_ai_ordering_and_no_grade() -> None:
    real = real_findings()
    thin = replace(real, weights=real.weights.drop(["ai_renovation", "ai_new_products"]))
    assert thin.coverage.held("AI") == (3, 9)
    parts = parts_judged(audit(load_ledger(), [thin]), REAL)
    marks = {key: row.mark for row in parts.itertuples() for key in row.claims}
    for key in ("P-51-GRAD-AI", "P-51-TOP3", "P-AI-C-FAST", "P-D-TREND", "P-D-LATE", "P-D-GD-ONLY"):
        assert marks[key] == Mark.NOT_TESTABLE, key


def test_the_real_subset_decides_orderings_and_no_grade(marks: dict[str, str]) -> None:
    assert marks["P-D-LATE"] == marks["P-D-GD-ONLY"] == Mark.NOT_TESTABLE
    assert marks["P-51-GRAD-AI"] == Mark.SUPPORTED
    assert marks["P-D-TREND"] == marks["P-51-W-DIP"] == Mark.NOT_TESTABLE, "two versions disagree"
    assert marks["P-51-TOP3"] == Mark.NOT_SUPPORTED


def test_synthetic_data_support_nothing(result: Audit) -> None:
    assert Mark.SUPPORTED not in set(parts_judged(result, "synthetic")["mark"])


def test_a_conclusion_takes_the_worst_of_its_core_parts(parts: pd.DataFrame) -> None:
    judged = conclusions_judged(parts)
    for number, rows in parts[parts["core"]].groupby("number"):
        core = set(rows["mark"])
        worst = next(
            m for m in (Mark.NOT_SUPPORTED, Mark.NOT_TESTABLE, Mark.SUPPORTED) if m in core
        )
        assert judged["mark"][number] == worst
    assert list(judged["advice"]) == [c.advice for c in conclusions()]


def test_the_worst_mark_turns_with_the_parts(parts: pd.DataFrame) -> None:
    for mark in Mark:
        assert set(conclusions_judged(parts.assign(mark=str(mark)))["mark"]) == {mark}
    minor = (
        parts["mark"]
        .where(parts["core"], str(Mark.NOT_SUPPORTED))
        .where(~parts["core"], str(Mark.SUPPORTED))
    )
    assert set(conclusions_judged(parts.assign(mark=minor))["mark"]) == {Mark.SUPPORTED}


def test_the_printed_contradictions_are_never_called_supported(marks: dict[str, str]) -> None:
    for key in ("P-51-LQ-EQ", "P-51-LQ-AI", "P-51-CHAIN", "P-51-STABLE", "P-51-GRAD-EQ"):
        assert marks[key] == Mark.NOT_SUPPORTED, key


def test_counts_add_up(parts: pd.DataFrame) -> None:
    counted = conclusions_judged(parts)[[str(mark) for mark in Mark]]
    assert counted.to_numpy().sum() == len(parts) == sum(len(c.parts) for c in conclusions())
    said = phrase("{{ marked(parts) }}", parts=parts)
    for mark in Mark:
        assert f"{mark} {counted[str(mark)].sum()} 个" in said
    some = parts.assign(mark=str(Mark.SUPPORTED)).head(2)
    assert phrase("{{ marked(parts) }}", parts=some).endswith(f"：“{'”、“'.join(some['part'])}”。")


def test_every_part_has_a_reason_with_what_decides_or_would(parts: pd.DataFrame) -> None:
    for row in parts.itertuples():
        assert row.decisive or row.known or row.needed or not row.claims, row.part
        assert bool(row.decisive) == (row.mark != Mark.NOT_TESTABLE), row.part
        assert set(row.decisive) <= set(row.known)


def test_figure_covers_every_part(parts: pd.DataFrame) -> None:
    spec = mark_list(parts).to_dict()
    (data,) = spec["datasets"].values()
    assert data.strip().count("\n") == len(parts) + parts["number"].nunique()
    assert phrase("{{ marked(parts) }}", parts=parts) in spec["description"]


def test_a_conclusion_names_the_core_parts_that_decide_it(parts: pd.DataFrame) -> None:
    for number, row in conclusions_judged(parts).iterrows():
        core = parts[(parts["number"] == number) & parts["core"]]
        assert row.worst and set(row.worst) == set(core["part"][core["mark"] == row["mark"]])


def test_what_contradicts_core_parts_is_said_by_weight(parts: pd.DataFrame, result: Audit) -> None:
    found = [issue.key for issue in contradictions(parts, result)]
    assert found == ["broken-loop", "eq-gradient"]
    assert contradictions(parts[~parts["core"]], result) == ()
