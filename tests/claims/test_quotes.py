"""What the ledger quotes stands on the line it names, and what it calls absent is absent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synergy.claims.ledger import DOCUMENTS, Claim, Ledger
from synergy.claims.prose import CLAIM_ROLE

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
FILES = {"paper": "paper.txt", "essay": "essay.md", "notes": "notes.md"}
#: Few words: facts and short quotations, the rest in our own.
LONGEST = 50
NUMERALS = dict(enumerate("零一二三四五六七八九"))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    missing = [name for name in FILES.values() if not (SOURCES / name).exists()]
    if missing:
        pytest.skip(f"quotes are NOT checked: {', '.join(missing)} not beside the repository")
    return {key: (SOURCES / name).read_text(encoding="utf-8") for key, name in FILES.items()}


def test_every_quote_stands_on_its_line(ledger: Ledger, texts: dict[str, str]) -> None:
    lines = {key: text.split("\n") for key, text in texts.items()}
    wrong = [
        f"{claim.id}: {claim.quote!r} is not on line {claim.line} of {FILES[claim.document]}"
        for claim in ledger
        if claim.quote and claim.quote not in lines[claim.document][int(claim.line) - 1]
    ]
    assert wrong == []


def test_every_claim_is_quoted_and_shortly(ledger: Ledger) -> None:
    assert set(FILES) == set(DOCUMENTS)
    assert [claim.id for claim in ledger if not (claim.quote and claim.line)] == []
    assert [claim.id for claim in ledger if len(claim.quote) > LONGEST] == []


def test_claims_that_pages_cite_are_quoted(ledger: Ledger) -> None:
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "chapters").rglob("*.md"))
    cited = set(CLAIM_ROLE.findall(pages))
    assert len(cited) > 100
    assert [key for key in cited if not ledger[key].quote] == []


def test_a_printed_number_stands_in_its_quote(ledger: Ledger) -> None:
    """The quote would show a number misread; a count of ours is printed nowhere."""
    worded = {"E-GARTNER-50", "N-LAYERS", "N-REF-TWICE"}  # half, and counts of what is listed
    numbers = [claim for claim in ledger if claim.printed and claim.record != "count"]
    printed = [claim for claim in numbers if claim.id not in worded]
    assert len(printed) > 200
    assert [claim.id for claim in printed if not shows(claim)] == []


def shows(claim: Claim) -> bool:
    """Whether the quote holds the number: in digits, as a Chinese numeral, or as so many stars."""
    if claim.quantity == "stars":
        return claim.quote.count("*") == int(claim.printed)
    bare = claim.quote.replace("−", "-").replace("，", ",")
    digits = re.findall(r"-?\d+(?:\.\d+)?", bare)
    numeral = NUMERALS.get(int(claim.value), "") if claim.value == int(claim.value) else ""
    same = any(abs(abs(float(d)) - abs(claim.value)) < 1e-9 for d in digits)
    return same or (bool(numeral) and numeral in bare) or f"{claim.printed}" in bare


def test_words_called_absent_are_absent(ledger: Ledger, texts: dict[str, str]) -> None:
    rows = [claim for claim in ledger if "absent" in claim.facts]
    found = [(c.id, word) for c in rows for word in c.facts["absent"] if word in texts[c.document]]
    assert len(rows) > 5 and found == []


def test_causal_words_are_those_of_the_paper(ledger: Ledger, texts: dict[str, str]) -> None:
    words = ledger["P-43-CAUSAL"].facts["causal"]
    assert words and [word for word in words if word not in texts["paper"]] == []
