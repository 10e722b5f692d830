"""Verdicts are as recorded, and the audit's views of them add up."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from claims_samples import bare_claim, by_region, toy_view, with_row

from synergy.claims.auditing import (
    Audit,
    audit,
    audit_evidence,
    check_document,
    check_panel,
)
from synergy.claims.ledger import FAILED, Ledger, LedgerError, Verdict
from synergy.dictionary import find_place
from synergy.evidence import Evidence, Findings, demo_findings, real_findings


def test_every_verdict_is_as_recorded(audited: Audit) -> None:
    assert audited.surprises() == ()


def test_a_changed_number_is_noticed(ledger: Ledger) -> None:
    lines = audit(ledger.with_value("P-51-D22", "0.4376")).surprises()
    assert any(line.startswith("P-51-D22：记录为“只作记录”，现为“不一致”") for line in lines)


def test_a_changed_expectation_is_noticed(ledger: Ledger, views: list[Findings]) -> None:
    wrong = with_row(ledger, "P-EQ-E-LEAD", expected_real=Verdict.NOT_REPRODUCED)
    (line,) = audit(wrong, views[:1]).surprises()
    assert line.startswith("P-EQ-E-LEAD（real-subset）：记录为“本面板未重现”，现为“本面板重现”")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"check": "guess()"}, "主张 P-D-2022 的 check“guess.*”：不认识的名称“guess”"),
        ({"check": "value == v('P-XX')"}, "check“value == v.*”：.*没有编号 'P-XX'"),
        ({"check": "v('P-D-2010')"}, "check“v.*”得不出真假"),
        ({"check": "value.low > 0"}, "“.low”不允许：这里没有可以这样取的内容"),
        ({"check": "v.func('P-D-2010')"}, "“.func”不允许"),
        ({"shows": "{value.__class__}"}, "P-D-2022 的 shows：模板.*不允许"),
        ({"shows": ""}, "P-D-2022 的 shows 是空的"),
        ({"shows": "{valu}"}, "P-D-2022 的 shows“{valu}”：不认识的名称“valu”，是否想写“value”"),
        ({"facts": {"value": 1}}, "P-D-2022 的 facts 用了词汇表已有的名称：value"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_is_refused(
    ledger: Ledger, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(LedgerError, match=message):
        audit(with_row(ledger, "P-D-2022", **changes))


def test_an_unknown_panel_word_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match=r"panel“guess.*”：不认识的名称“guess”"):
        check_panel(bare_claim(ledger, panel="guess()"), toy_view(_flat()))


def test_two_panels_of_one_nature_are_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="同类面板只能给一份"):
        audit(ledger, [toy_view(_flat()), toy_view(_flat())])


def test_match_forced_by_calibration_is_by_construction(ledger: Ledger) -> None:
    claim = replace(ledger["P-D-E-LEAD"])
    paths = {"东部": [0.5], "中部": [0.3], "西部": [0.3], "东北": [0.35]}
    values = by_region("D", paths, (2022,))
    assert check_panel(claim, toy_view(values)).verdict is Verdict.REPRODUCED
    synthetic = toy_view(values, nature="synthetic")
    assert check_panel(claim, synthetic).verdict is Verdict.BY_CONSTRUCTION
    free = replace(claim, calibrated=())
    finding = check_panel(free, synthetic)
    assert finding.verdict is Verdict.NOT_CHECKABLE
    assert finding.detail.startswith("演示面板上相符，但不作证据")


def test_calibrated_miss_is_still_a_miss(ledger: Ledger) -> None:
    paths = {"东部": [0.2], "中部": [0.3], "西部": [0.3], "东北": [0.35]}
    synthetic = toy_view(by_region("D", paths, (2022,)), nature="synthetic")
    finding = check_panel(ledger["P-D-E-LEAD"], synthetic)
    assert finding.verdict is Verdict.NOT_REPRODUCED


def test_the_demo_reproduces_nothing(audited: Audit) -> None:
    allowed = {Verdict.BY_CONSTRUCTION, Verdict.NOT_CHECKABLE}
    panels = [o.panels for o in audited.outcomes.values() if o.panels]
    assert {p["synthetic"].verdict for p in panels} == allowed


def test_every_calibrated_claim_is_by_construction_on_the_demo(audited: Audit) -> None:
    calibrated = [o for o in audited.outcomes.values() if o.claim.calibrated]
    verdicts = {o.claim.id: o.panels["synthetic"].verdict for o in calibrated}
    assert [k for k, v in verdicts.items() if v is not Verdict.BY_CONSTRUCTION] == []


def test_known_findings(documents: Audit) -> None:
    verdicts = {key: documents[key].document.verdict for key in documents.outcomes}
    assert verdicts["P-43-LQ-EQ"] is Verdict.INCONSISTENT
    assert verdicts["P-T4-LR-AI-s"] is Verdict.INCONSISTENT
    assert verdicts["P-51-STABLE"] is Verdict.INCONSISTENT
    assert verdicts["N-WEF-1200"] is Verdict.CONTRADICTED
    assert verdicts["E-WEF-GAP"] is Verdict.CONFIRMED
    assert verdicts["N-OECD-34"] is Verdict.NOT_CHECKABLE


def test_inconsistencies_group_rows(documents: Audit) -> None:
    issues = {item.key: item for item in documents.inconsistencies()}
    rows = ("P-51-LQ-EQ", "P-43-LQ-EQ", "P-43-LQ-EQ-P", "P-43-ORDER")
    assert issues["lq-eq-4096"].claims == rows
    grouped = sum(len(item.claims) for item in issues.values())
    assert grouped == sum(o.document.verdict in FAILED for o in documents.outcomes.values())


def test_a_doubtful_row_shows_both_readings_and_is_no_inconsistency(documents: Audit) -> None:
    outcomes = documents.outcomes.values()
    doubtful = [o for o in outcomes if o.document.verdict is Verdict.DOUBTFUL]
    assert len(doubtful) > 10
    listed = {key for issue in documents.inconsistencies() for key in issue.claims}
    for outcome in doubtful:
        said, claim = outcome.document.detail, outcome.claim
        by_hand = "一种读法" in said and "另一种读法" in said
        assert by_hand if claim.other else "若读作" in said, claim.id
        assert claim.id not in listed and not claim.issue and outcome.document.settle, claim.id


def test_a_second_reading_counts_only_where_it_disagrees(ledger: Ledger) -> None:
    key = "P-AI-SIMILAR"
    assert check_document(ledger[key], ledger).verdict is Verdict.DOUBTFUL
    same = with_row(ledger, key, other=ledger[key].check)
    finding = check_document(same[key], same)
    assert finding.verdict is Verdict.INCONSISTENT and "两种读法结论相同" in finding.detail
    alone = with_row(ledger, key, other="")
    assert check_document(alone[key], alone).verdict is Verdict.INCONSISTENT


def test_open_verdicts_say_what_would_settle(documents: Audit) -> None:
    findings = {key: outcome.document for key, outcome in documents.outcomes.items()}
    open_ones = {k: f for k, f in findings.items() if f.verdict is Verdict.NOT_CHECKABLE}
    assert [key for key, finding in open_ones.items() if not finding.settle] == []
    assert [key for key, finding in findings.items() if not finding.detail] == []


def test_counts_add_up_and_leave_records_out(audited: Audit, ledger: Ledger) -> None:
    checks = sum(not claim.record for claim in ledger)
    assert audited.counts("document", "kind").to_numpy().sum() == checks
    assert audited.counts("document").to_numpy().sum() == checks < len(ledger) == len(audited)
    tested = sum(bool(claim.panel) for claim in ledger)
    assert (audited.panel_counts().sum() == tested).all()


def test_json_is_plain(audited: Audit, ledger: Ledger) -> None:
    data = json.loads(json.dumps(audited.to_json(), ensure_ascii=False))
    assert len(data["claims"]) == len(ledger)
    assert sum(data["counts"].values()) == sum(not claim.record for claim in ledger)
    assert sum(data["records"].values()) == sum(bool(claim.record) for claim in ledger)
    assert data["claims"][0]["verdict_zh"] and data["claims"][0]["record_zh"] == "核对"
    assert set(data["panels"]) == set(audited.natures)
    kept = {"claims", "counts", "records", "panels", "inconsistencies"}
    assert kept | {"doubtful"} == set(data)
    assert len(data["doubtful"]) == sum(c["verdict"] == "doubtful" for c in data["claims"])
    assert {"quote", "line", "source", "looked_up", "source_quote"} <= set(data["claims"][0])


def test_evidence_supplies_both_panels(ledger: Ledger) -> None:
    both = Evidence(find_place("全国"), 0.5, real_findings(), demo_findings())
    assert audit_evidence(ledger, both).natures == ("real-subset", "synthetic")
    assert audit_evidence(ledger, replace(both, demo=None)).natures == ("real-subset",)


def test_unknown_outcome_is_refused(documents: Audit) -> None:
    with pytest.raises(LedgerError, match="没有编号"):
        documents["P-XX"]


def _flat() -> pd.DataFrame:
    return by_region("D", {r: [0.3, 0.4] for r in ("东部", "中部", "西部", "东北")}, (2021, 2022))
