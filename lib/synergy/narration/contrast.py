"""What the paper says, beside what a panel shows: the closing table of each result chapter.

The ledger's column `contrast` says which claims a table lists; the verdicts are the audit's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from synergy.claims import Claim, check_panel, load_ledger, view_findings
from synergy.claims.calibration import calibration_targets

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings


def published_values() -> dict[str, float]:
    """Values that the paper prints or implies, by the id of the calibration target."""
    values = calibration_targets()["value"]
    return {str(name): float(value) for name, value in values.items()}


def contrast(evidence: Evidence, topic: str) -> pd.DataFrame:
    """Lay the paper's statements beside the panels of an edition.

    Parameters
    ----------
    evidence
        The edition's findings; the column of the demo panel is left out where there is none.
    topic
        ``AI``, ``EQ`` or ``D``.

    Returns
    -------
    DataFrame
        Indexed by the paper's statement, Chinese columns: what the panel shows, the verdict of
        the ledger, what the demo panel shows with its verdict, and the ledger row.
    """
    claims = [claim for claim in load_ledger() if claim.contrast == topic]
    view = view_findings(evidence.lead)
    lead = [check_panel(claim, view) for claim in claims]
    table = pd.DataFrame(
        {
            f"{evidence.lead.name}（{span(evidence.lead)}）": [f.detail for f in lead],
            "判断": [f.verdict.zh for f in lead],
        },
        index=pd.Index([_statement(claim) for claim in claims], name="论文的说法"),
    )
    if evidence.demo is not None:
        view = view_findings(evidence.demo)
        demo = [check_panel(claim, view) for claim in claims]
        table["演示面板（合成）"] = [f"{f.detail}（{f.verdict.zh}）" for f in demo]
    return table.assign(台账行=[claim.id for claim in claims])


def span(findings: Findings) -> str:
    """Years of findings in running text."""
    first, last = findings.years
    return f"{first}—{last}"


def _statement(claim: Claim) -> str:
    said = not claim.printed or claim.printed in claim.claim
    return claim.claim if said else f"{claim.claim}（{claim.text}）"
