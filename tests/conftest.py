"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings

ROOT = Path(__file__).resolve().parents[1]

# Drawn examples are judged by what they show, not by how busy the machine is.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

# Our matrices are small: BLAS threads that wait for each other cost up to thirty times as much on
# a busy machine. Read when numpy is imported, which no plugin does before this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# One build date for every build of a test run, midnight or not: today, as `make book` has it.
_TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(_TODAY.timestamp())))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """What the nation's edition stands on: the built-in panels, all years."""
    from synergy.evidence import load_evidence

    return load_evidence()


@pytest.fixture(scope="session")
def lead(evidence: Evidence) -> Findings:
    """The real subset."""
    return evidence.lead
