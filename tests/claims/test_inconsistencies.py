"""Each inconsistency is declared once, as a full sentence whose numbers follow the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from claims_samples import with_row

from synergy.claims import inconsistencies
from synergy.claims.auditing import Audit, audit
from synergy.claims.inconsistencies import (
    WEIGHTS,
    declared_inconsistencies,
    located,
    printed_words,
)
from synergy.claims.ledger import DOCUMENTS, FAILED, Ledger, LedgerError


def test_every_inconsistency_is_declared_and_nothing_else(documents: Audit) -> None:
    failed = [o.claim for o in documents.outcomes.values() if o.document.verdict in FAILED]
    assert set(declared_inconsistencies()) == {claim.issue or claim.id for claim in failed}
    listed = [key for issue in documents.inconsistencies() for key in issue.claims]
    assert sorted(listed) == sorted(claim.id for claim in failed)


def test_the_heaviest_come_first(documents: Audit) -> None:
    issues = documents.inconsistencies()
    ranks = [list(WEIGHTS).index(issue.weight) for issue in issues]
    assert ranks == sorted(ranks) and set(ranks) == {0, 1, 2}
    assert {issue.weight for issue in issues[:5]} == {"conclusion"}
    assert {issue.document for issue in issues[:5]} == set(DOCUMENTS)


def test_a_sentence_names_the_place_and_quotes_the_printed_words(
    documents: Audit, ledger: Ledger
) -> None:
    for issue in documents.inconsistencies():
        quoted = ledger[issue.claims[0]]
        assert issue.sentence.startswith(located(quoted)), issue.key
        assert f"“{printed_words(quoted)}”" in issue.sentence, issue.key
        assert issue.sentence.endswith("。") and issue.sentence.count("。") == 1, issue.key
        assert len(issue.sentence) <= 130, issue.key
        assert not [key for key in issue.claims if key in issue.sentence], issue.key


def test_places_read_as_in_a_sentence(ledger: Ledger) -> None:
    assert located(ledger["P-43-LQ-EQ"]) == "论文第 4.3 节"
    assert located(ledger["E-SUM-GARTNER"]) == "评论文章摘要"
    assert located(ledger["N-WOMEN"]) == "研究笔记第一.3 节"
    assert "*" not in printed_words(ledger["N-ROBOT-STUDY"])
    assert printed_words(ledger["E-SUM-TURING"]).endswith("‘类人智能’")


@pytest.mark.parametrize(
    ("key", "row", "printed", "before", "after"),
    [
        ("lq-eq-4096", "P-T4-EQ-LQ", "8.192", "3.3 倍", "2.0 倍"),
        ("lq-eq-4096", "P-T4-LR-LQ", "4.100", "是对劳动报酬的那一格", ""),
        ("growth-word", "P-D-2022", "0.4448", "1.82 倍", "1.85 倍"),
        ("broken-loop", "P-T4-LQ-LR", "0.078", "方向相反", "方向相同"),
        ("gartner-condition", "E-GARTNER-20", "30", "10% 左右", "15% 左右"),
    ],
)
def test_numbers_and_words_follow_the_ledger(
    ledger: Ledger, key: str, row: str, printed: str, before: str, after: str
) -> None:
    def sentence(of: Ledger) -> str:
        (found,) = [i.sentence for i in audit(of).inconsistencies() if i.key == key]
        return found

    changed = sentence(ledger.with_value(row, printed))
    assert before in sentence(ledger) and before not in changed and after in changed


def test_a_row_that_nobody_declared_comes_last_in_its_own_words(ledger: Ledger) -> None:
    last = audit(with_row(ledger, "P-S3-FIXED", issue="never-heard-of")).inconsistencies()[-1]
    assert (last.key, last.claims) == ("never-heard-of", ("P-S3-FIXED",))
    assert last.sentence.startswith("论文第 3.3.3 节写“个体固体效应”：印作")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[a]\nweight = "grave"\nrow = "x"\nsays = "y"\n', "weight 可用 conclusion、number"),
        ('[a]\nweight = "number"\nrow = "x"\n', "应恰有 row、says、weight"),
        (
            '[a]\nweight = "number"\nrow = "x"\nsays = "y"\n'
            '[b]\nweight = "conclusion"\nrow = "x"\nsays = "y"\n',
            "由重到轻",
        ),
    ],
)
def test_a_bad_declaration_is_refused(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "findings.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(inconsistencies, "DECLARED_IN", path)
    declared_inconsistencies.cache_clear()
    with pytest.raises(LedgerError, match=message):
        declared_inconsistencies()
    declared_inconsistencies.cache_clear()
