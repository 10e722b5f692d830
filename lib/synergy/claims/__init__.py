"""Claims ledger and audit: what the three documents print, and what the checks say about it.

>>> from synergy.claims import audit, load_ledger
>>> audit(load_ledger())["P-43-LQ-EQ"].document.verdict.zh
'不一致'
"""

from synergy.claims.auditing import (
    Audit,
    Inconsistency,
    Outcome,
    audit,
    audit_evidence,
    check_document,
    check_panel,
)
from synergy.claims.ledger import (
    DOCUMENTS,
    FAILED,
    KINDS,
    Claim,
    Finding,
    Ledger,
    LedgerError,
    Verdict,
    expected_counts,
    load_ledger,
)
from synergy.claims.panels import PanelView, view_findings
from synergy.claims.prose import UnclaimedNumber, numbers_without_claim, unknown_claims

__all__ = [
    "DOCUMENTS",
    "FAILED",
    "KINDS",
    "Audit",
    "Claim",
    "Finding",
    "Inconsistency",
    "Ledger",
    "LedgerError",
    "Outcome",
    "PanelView",
    "UnclaimedNumber",
    "Verdict",
    "audit",
    "audit_evidence",
    "check_document",
    "check_panel",
    "expected_counts",
    "load_ledger",
    "numbers_without_claim",
    "unknown_claims",
    "view_findings",
]
