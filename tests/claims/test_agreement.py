"""Documents against each other and against public sources."""

from __future__ import annotations

import pytest
from claims_samples import verdict, with_facts, with_row

from synergy.claims.ledger import Ledger, Verdict

YES, NO = Verdict.CONSISTENT, Verdict.INCONSISTENT
OK, WRONG, OPEN = Verdict.CONFIRMED, Verdict.CONTRADICTED, Verdict.NOT_CHECKABLE


@pytest.mark.parametrize("key", ["E-CAPEX", "N-REF-5", "P-LIT-AI"])
def test_without_a_source_nothing_is_confirmed(ledger: Ledger, key: str) -> None:
    assert verdict(with_row(ledger, key, source=""), key) is OPEN


def test_right_year_does_not_hide_a_wrong_identifier(ledger: Ledger) -> None:
    assert ledger["N-REF-1"].value == 2023
    assert verdict(ledger, "N-REF-1") is WRONG


def test_summary_that_keeps_the_condition_passes(ledger: Ledger) -> None:
    assert verdict(ledger, "E-SUM-GARTNER") is NO
    kept = with_facts(ledger, "E-SUM-GARTNER", kept=["限于 20% 的组织"])
    assert verdict(kept, "E-SUM-GARTNER") is YES


def test_cited_and_listed_are_compared_both_ways(ledger: Ledger) -> None:
    assert verdict(ledger, "N-CITE-4") is YES
    assert verdict(ledger, "N-REF-1-CITED") is YES
    renamed = with_facts(ledger, "N-CITE-4", work="openai2023")
    assert verdict(renamed, "N-CITE-4") is NO
    assert verdict(renamed, "N-REF-1-CITED") is NO


def test_every_paper_reference_must_be_cited(ledger: Ledger) -> None:
    fewer = with_facts(ledger, "P-REF-ALL", cited=list(range(1, 23)))
    assert verdict(fewer, "P-REF-ALL") is NO


def test_misprint_and_proper_term(ledger: Ledger) -> None:
    assert verdict(ledger, "P-ABS-EVOLVE") is NO
    assert verdict(with_facts(ledger, "P-ABS-EVOLVE", word="evolution"), "P-ABS-EVOLVE") is YES


def test_documents_may_contradict_each_other(ledger: Ledger) -> None:
    assert verdict(ledger, "E-ROBOT-NONE") is YES
    assert verdict(with_facts(ledger, "E-ROBOT-NONE", states="韩国已实施"), "E-ROBOT-NONE") is NO


def test_source_in_words_can_contradict(ledger: Ledger) -> None:
    assert verdict(ledger, "N-OPENAI-RISK") is WRONG
    assert verdict(ledger, "E-TURING") is OK
