"""Panels for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from pvar import messages
from reference_cases import PANELS, SHARED, committed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud which comparisons were left out; a skip is easily overlooked."""
    if not SHARED.exists():
        terminalreporter.line(
            "pvar: not compared with the Arellano-Bond firms, which are not ours to carry "
            "(tests/reference/README.md says how to have them compared)."
        )


@pytest.fixture(autouse=True, scope="module")
def english() -> Iterator[None]:
    """Messages as they are written, whatever language other tests of the process spoke."""
    before = messages.language()
    messages.use_language("en")
    yield
    messages.use_language(before)


@pytest.fixture(scope="session")
def small() -> pd.DataFrame:
    """30 units, 13 periods, 5 variables, balanced."""
    return committed(PANELS["synth30"])


@pytest.fixture(scope="session")
def uneven() -> pd.DataFrame:
    """120 units of 7 to 13 periods, 5 variables."""
    return committed(PANELS["unb120"])


@pytest.fixture(scope="session")
def large() -> pd.DataFrame:
    """300 units, 13 periods, 5 variables, balanced."""
    return committed("synth_N300_T13_K5.csv")


@pytest.fixture
def noise() -> np.random.Generator:
    return np.random.default_rng(20250815)
