"""What the tests say of one claim: from the documents, and on each panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synergy.claims.ledger import Claim, Finding, Verdict

#: Natures of a panel.
REAL, DEMO, OWN = "real-subset", "synthetic", "own"


@dataclass(frozen=True)
class Outcome:
    """One claim with what the tests say.

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
