"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Our matrices are small: BLAS threads that wait for each other cost up to thirty times as much on
# a busy machine. Read when numpy is imported, which no plugin does before this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# One build date for every build of a test run, midnight or not.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT
