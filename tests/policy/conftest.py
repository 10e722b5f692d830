"""The panels that tests of the policy models look at."""

from __future__ import annotations

import pytest

from synergy.evidence import Findings, load_evidence


@pytest.fixture(scope="session")
def lead() -> Findings:
    """The panel of the edition."""
    return load_evidence().lead
