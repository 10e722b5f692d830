"""What an audit can say about a claim, and the registries of the checks that say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synergy.claims.ledger import Claim, Ledger
    from synergy.claims.panel_view import PanelView


class Verdict(StrEnum):
    """Outcome of one check; the value is stable and used in files and JSON."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    CONFIRMED = "external-confirmed"
    CONTRADICTED = "external-contradicted"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not-reproduced"
    BY_CONSTRUCTION = "by-construction"
    NOT_CHECKABLE = "not-checkable"

    @property
    def zh(self) -> str:
        """Chinese label for readers."""
        return _LABELS[self]


_LABELS = {
    Verdict.CONSISTENT: "一致",
    Verdict.INCONSISTENT: "不一致",
    Verdict.CONFIRMED: "外部来源证实",
    Verdict.CONTRADICTED: "外部来源不支持",
    Verdict.REPRODUCED: "本面板重现",
    Verdict.NOT_REPRODUCED: "本面板未重现",
    Verdict.BY_CONSTRUCTION: "校准所致",
    Verdict.NOT_CHECKABLE: "此处无法核对",
}

DOCUMENT_VERDICTS = frozenset(
    {
        Verdict.CONSISTENT,
        Verdict.INCONSISTENT,
        Verdict.CONFIRMED,
        Verdict.CONTRADICTED,
        Verdict.NOT_CHECKABLE,
    }
)
PANEL_VERDICTS = frozenset(
    {
        Verdict.REPRODUCED,
        Verdict.NOT_REPRODUCED,
        Verdict.BY_CONSTRUCTION,
        Verdict.NOT_CHECKABLE,
    }
)


@dataclass(frozen=True)
class Finding:
    """A verdict with the numbers it rests on.

    Attributes
    ----------
    verdict : Verdict
    detail : str
        Chinese: what is printed against what, with the numbers.
    settle : str
        Chinese: what would settle the matter; empty where nothing is open.
    """

    verdict: Verdict
    detail: str
    settle: str = ""


DocumentCheck = Callable[["Claim", "Ledger"], Finding]
PanelCheck = Callable[["Claim", "PanelView"], Finding]

DOCUMENT_CHECKS: dict[str, DocumentCheck] = {}
PANEL_CHECKS: dict[str, PanelCheck] = {}


def document_check(function: DocumentCheck) -> DocumentCheck:
    """Register a check of a claim against the documents themselves or a cited public source."""
    DOCUMENT_CHECKS[function.__name__] = function
    return function


def panel_check(function: PanelCheck) -> PanelCheck:
    """Register a check of a claim against a panel of computed indices."""
    PANEL_CHECKS[function.__name__] = function
    return function


def consistent_if(holds: bool, detail: str, settle: str = "") -> Finding:
    """Consistent or inconsistent, as `holds` says; `settle` is kept for the latter only."""
    if holds:
        return Finding(Verdict.CONSISTENT, detail)
    return Finding(Verdict.INCONSISTENT, detail, settle)


def confirmed_if(holds: bool, detail: str, settle: str = "") -> Finding:
    """Confirmed or contradicted by the source named in the ledger."""
    if holds:
        return Finding(Verdict.CONFIRMED, detail)
    return Finding(Verdict.CONTRADICTED, detail, settle)


def reproduced_if(holds: bool, detail: str) -> Finding:
    """Reproduced or not on the panel at hand."""
    return Finding(Verdict.REPRODUCED if holds else Verdict.NOT_REPRODUCED, detail)


def not_checkable_here(detail: str, settle: str) -> Finding:
    """Nothing at hand decides the claim; `settle` says what would."""
    return Finding(Verdict.NOT_CHECKABLE, detail, settle)
