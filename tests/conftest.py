"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings

ROOT = Path(__file__).resolve().parents[1]
#: Tests that read the whole book, which takes long to build.
BOOK = "book"

# Drawn examples are judged by what they show, not by how busy the machine is.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

# Our matrices are small: BLAS threads that wait for each other cost up to thirty times as much on
# a busy machine. Read when numpy is imported, which no plugin does before this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# One build date for every build of a test run, midnight or not.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For runs in several processes: all that read the whole book in one, first; files whole."""
    groups = {item: _group(item) for item in items}
    items.sort(key=lambda item: groups[item] != BOOK)
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    return BOOK if "whole_book" in getattr(item, "fixturenames", ()) else item.path.as_posix()


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
