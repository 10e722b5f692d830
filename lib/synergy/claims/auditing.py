"""Run every check of the ledger and freeze the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from synergy.claims.ledger import DOCUMENTS, KINDS, Claim, Ledger, LedgerError
from synergy.claims.panel_view import PanelView, view_findings
from synergy.claims.verdicts import (
    DOCUMENT_CHECKS,
    PANEL_CHECKS,
    Finding,
    Verdict,
    not_checkable_here,
)

REAL, DEMO, OWN = "real-subset", "synthetic", "own"
NO_PANEL_TEST = "没有适用于面板的核对"


@dataclass(frozen=True)
class Outcome:
    """One claim with what the checks say.

    Attributes
    ----------
    claim : Claim
    document : Finding
        Verdict from the documents themselves or a public source.
    panels : Mapping[str, Finding]
        Verdict per panel, keyed by the panel's nature; empty where no panel can test the claim.
    """

    claim: Claim
    document: Finding
    panels: Mapping[str, Finding]

    def expected(self, nature: str) -> Verdict | None:
        """Recorded verdict on a built-in panel; None for a reader's own panel."""
        return {REAL: self.claim.expected_real, DEMO: self.claim.expected_demo}.get(nature)


@dataclass(frozen=True)
class Inconsistency:
    """Rows that belong to one distinct inconsistency.

    Attributes
    ----------
    key : str
    claims : tuple of str
        Ids of the rows.
    line : str
        One Chinese line: the recorded reason of the first row.
    document : str
    """

    key: str
    claims: tuple[str, ...]
    line: str
    document: str


@dataclass(frozen=True)
class Audit:
    """Outcomes of all claims in ledger order."""

    outcomes: Mapping[str, Outcome]
    natures: tuple[str, ...]

    def __getitem__(self, key: str) -> Outcome:
        """Outcome of one claim."""
        if key not in self.outcomes:
            raise LedgerError(f"台账中没有编号 {key!r}：共 {len(self.outcomes)} 条。")
        return self.outcomes[key]

    def __len__(self) -> int:
        """Count the outcomes."""
        return len(self.outcomes)

    def frame(self) -> pd.DataFrame:
        """One row per claim, verdicts as stable codes; panel columns are named by nature."""
        rows = [_row(outcome, self.natures) for outcome in self.outcomes.values()]
        return pd.DataFrame(rows).set_index("id")

    def counts(self, *by: str) -> pd.DataFrame:
        """Count rows by ledger columns (`document`, `kind`) against the document verdict."""
        frame = self.frame()
        return pd.crosstab([frame[column] for column in by], frame["verdict"])

    def panel_counts(self) -> pd.DataFrame:
        """Rows per verdict and panel; panels are never added up."""
        frame = self.frame()
        counted = {nature: frame[nature].value_counts() for nature in self.natures}
        return pd.DataFrame(counted).fillna(0).astype(int).drop(index="", errors="ignore")

    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """Distinct inconsistencies, in ledger order."""
        groups: dict[str, list[Claim]] = {}
        bad = (Verdict.INCONSISTENT, Verdict.CONTRADICTED)
        for outcome in self.outcomes.values():
            if outcome.document.verdict in bad:
                claim = outcome.claim
                groups.setdefault(claim.issue or claim.id, []).append(claim)
        return tuple(
            Inconsistency(key, tuple(c.id for c in rows), rows[0].reason, rows[0].document)
            for key, rows in groups.items()
        )

    def surprises(self) -> tuple[str, ...]:
        """Chinese lines for verdicts that differ from the ledger's expected ones."""
        return tuple(line for outcome in self.outcomes.values() for line in _surprises(outcome))

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``press audit --json``: claims, verdicts, details, counts."""
        counts = Counter(outcome.document.verdict for outcome in self.outcomes.values())
        panels = {
            nature: Counter(
                o.panels[nature].verdict for o in self.outcomes.values() if nature in o.panels
            )
            for nature in self.natures
        }
        return {
            "claims": [_plain(outcome) for outcome in self.outcomes.values()],
            "counts": {str(verdict): n for verdict, n in counts.most_common()},
            "panels": {
                nature: {str(verdict): n for verdict, n in found.most_common()}
                for nature, found in panels.items()
            },
            "inconsistencies": [
                {"key": i.key, "document": i.document, "claims": list(i.claims), "line": i.line}
                for i in self.inconsistencies()
            ],
        }


def audit(ledger: Ledger, panels: Iterable[PanelView] = ()) -> Audit:
    """Check every claim of the ledger against documents, sources and panels.

    Parameters
    ----------
    ledger : Ledger
    panels : iterable of PanelView
        At most one of each nature.

    Raises
    ------
    LedgerError
        If a row names a check that does not exist, or two panels have the same nature.
    """
    views = tuple(panels)
    natures = tuple(view.nature for view in views)
    if len(set(natures)) < len(natures):
        raise LedgerError(f"同类面板只能给一份，收到：{'、'.join(natures)}。")
    outcomes = {claim.id: _outcome(claim, ledger, views) for claim in ledger}
    return Audit(MappingProxyType(outcomes), natures)


def audit_evidence(ledger: Ledger, evidence: Any) -> Audit:
    """Audit with the panels of a ``synergy.evidence.Evidence``: the leading one and the demo."""
    findings = [evidence.lead] + ([evidence.demo] if evidence.demo is not None else [])
    return audit(ledger, [view_findings(item) for item in findings])


def check_document(claim: Claim, ledger: Ledger) -> Finding:
    """Run the document check that a row names."""
    if claim.check not in DOCUMENT_CHECKS:
        known = _known(DOCUMENT_CHECKS)
        raise LedgerError(f"主张 {claim.id} 的核对 {claim.check!r} 不存在：{known}")
    return DOCUMENT_CHECKS[claim.check](claim, ledger)


def check_panel(claim: Claim, view: PanelView) -> Finding:
    """Run the panel check that a row names; simulated data confirm and refute nothing.

    On a synthetic panel a match that the calibration forces is "by construction", a calibrated
    claim that is missed is "not reproduced" (a fault of the panel), and everything else is "not
    checkable": the detail still says what the panel shows.
    """
    if claim.panel_check not in PANEL_CHECKS:
        known = _known(PANEL_CHECKS)
        raise LedgerError(f"主张 {claim.id} 的面板核对 {claim.panel_check!r} 不存在：{known}")
    finding = PANEL_CHECKS[claim.panel_check](claim, view)
    if not view.synthetic or finding.verdict is Verdict.NOT_CHECKABLE:
        return finding
    if not claim.calibrated:
        word = "相符" if finding.verdict is Verdict.REPRODUCED else "不符"
        return not_checkable_here(f"合成面板上{word}，但不作证据：{finding.detail}", "真实面板")
    if finding.verdict is Verdict.REPRODUCED:
        return Finding(Verdict.BY_CONSTRUCTION, finding.detail)
    return finding


def _outcome(claim: Claim, ledger: Ledger, views: tuple[PanelView, ...]) -> Outcome:
    document = check_document(claim, ledger)
    panels = {v.nature: check_panel(claim, v) for v in views} if claim.panel_check else {}
    return Outcome(claim, document, MappingProxyType(panels))


def _known(checks: Mapping[str, Any]) -> str:
    return f"可用 {'、'.join(sorted(checks))}。"


def _row(outcome: Outcome, natures: tuple[str, ...]) -> dict[str, Any]:
    claim = outcome.claim
    return {
        "id": claim.id,
        "document": claim.document,
        "place": claim.place,
        "claim": claim.claim,
        "quantity": claim.quantity,
        "printed": claim.text if claim.printed else "",
        "kind": claim.kind,
        "verdict": str(outcome.document.verdict),
        "detail": outcome.document.detail,
        "settle": outcome.document.settle,
        "reason": claim.reason,
        "issue": claim.issue,
        "source": claim.source,
        **{n: str(outcome.panels[n].verdict) if n in outcome.panels else "" for n in natures},
        **{f"{n} detail": _detail(outcome, n) for n in natures},
    }


def _detail(outcome: Outcome, nature: str) -> str:
    return outcome.panels[nature].detail if nature in outcome.panels else NO_PANEL_TEST


def _plain(outcome: Outcome) -> dict[str, Any]:
    claim = outcome.claim
    return {
        "id": claim.id,
        "document": claim.document,
        "document_zh": DOCUMENTS[claim.document],
        "place": claim.place,
        "claim": claim.claim,
        "kind": claim.kind,
        "kind_zh": KINDS[claim.kind],
        "printed": claim.printed,
        "unit": claim.unit,
        "source": claim.source,
        "issue": claim.issue,
        "reason": claim.reason,
        "verdict": str(outcome.document.verdict),
        "verdict_zh": outcome.document.verdict.zh,
        "detail": outcome.document.detail,
        "settle": outcome.document.settle,
        "panels": {
            nature: {"verdict": str(f.verdict), "verdict_zh": f.verdict.zh, "detail": f.detail}
            for nature, f in outcome.panels.items()
        },
    }


def _surprises(outcome: Outcome) -> list[str]:
    claim, lines = outcome.claim, []
    if outcome.document.verdict is not claim.expected:
        lines.append(
            f"{claim.id}：记录为“{claim.expected.zh}”，现为“{outcome.document.verdict.zh}”"
            f"（{outcome.document.detail}）"
        )
    for nature, finding in outcome.panels.items():
        expected = outcome.expected(nature)
        if nature != OWN and finding.verdict is not expected:
            recorded = expected.zh if expected else "未记录"
            lines.append(
                f"{claim.id}（{nature}）：记录为“{recorded}”，现为“{finding.verdict.zh}”"
                f"（{finding.detail}）"
            )
    return lines
