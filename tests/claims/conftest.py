"""Ledger, audit and the built-in panels, computed once."""

from __future__ import annotations

import pytest

from synergy.claims import Audit, Ledger, PanelView, audit, load_ledger, view_findings
from synergy.evidence import demo_findings, real_findings


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return load_ledger()


@pytest.fixture(scope="session")
def documents(ledger: Ledger) -> Audit:
    return audit(ledger)


@pytest.fixture(scope="session")
def views() -> list[PanelView]:
    return [view_findings(real_findings()), view_findings(demo_findings())]


@pytest.fixture(scope="session")
def audited(ledger: Ledger, views: list[PanelView]) -> Audit:
    return audit(ledger, views)
