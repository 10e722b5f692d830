"""Ledger, audit and the built-in panels, computed once."""

from __future__ import annotations

import pytest

from synergy.claims.auditing import Audit, audit
from synergy.claims.ledger import Ledger, load_ledger
from synergy.evidence import Findings, demo_findings, real_findings


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return load_ledger()


@pytest.fixture(scope="session")
def documents(ledger: Ledger) -> Audit:
    return audit(ledger)


@pytest.fixture(scope="session")
def views() -> list[Findings]:
    return [real_findings(), demo_findings()]


@pytest.fixture(scope="session")
def audited(ledger: Ledger, views: list[Findings]) -> Audit:
    return audit(ledger, views)
