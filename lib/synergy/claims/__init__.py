"""Claims ledger and audit: what the three documents print, and what the checks say about it.

>>> from synergy.claims import audit, load_ledger
>>> audit(load_ledger())["P-43-LQ-EQ"].document.verdict.zh
'不一致'
"""

from synergy.claims import (
    aggregates,
    agreement,
    arithmetic,
    coupling_bounds,
    panel_checks,
    panel_dynamics,
    province_checks,
    significance,
    stability,
    thresholds,
)
from synergy.claims.auditing import Audit, Inconsistency, Outcome, audit, audit_evidence
from synergy.claims.ledger import (
    DOCUMENTS,
    KINDS,
    Claim,
    Ledger,
    LedgerError,
    expected_counts,
    load_ledger,
)
from synergy.claims.panel_view import PanelView, view_findings
from synergy.claims.prose import UnclaimedNumber, numbers_without_claim, unknown_claims
from synergy.claims.verdicts import DOCUMENT_CHECKS, PANEL_CHECKS, Finding, Verdict

CHECK_MODULES = (
    aggregates,
    agreement,
    arithmetic,
    coupling_bounds,
    panel_checks,
    panel_dynamics,
    province_checks,
    significance,
    stability,
    thresholds,
)

__all__ = [
    "CHECK_MODULES",
    "DOCUMENTS",
    "DOCUMENT_CHECKS",
    "KINDS",
    "PANEL_CHECKS",
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
    "expected_counts",
    "load_ledger",
    "numbers_without_claim",
    "unknown_claims",
    "view_findings",
]
