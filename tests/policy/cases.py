"""What the tests of the policy models share: points to run them on, and readings of charts."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.dictionary import find_place
from synergy.evidence import Findings
from synergy.policy.parameters import bounds
from synergy.policy.places import place_profile
from synergy.words import say

Point = dict[str, float]

#: Years from the first.
T = np.linspace(0, 35, 36)

RATE, PART, UNIT = (-0.05, 0.08), (0.02, 0.98), (0.0, 1.0)


def drawn(**ranges: tuple[float, float]) -> Callable[[Any], Any]:
    """Run a test on forty points: its argument `point` has a number from each range, in order."""
    numbers = st.tuples(*(st.floats(*ends) for ends in ranges.values()))
    point = numbers.map(lambda found: dict(zip(ranges, found, strict=True)))
    quick = settings(deadline=None, max_examples=40, derandomize=True)
    return lambda test: quick(given(point=point)(test))


def spread(symbol: str, count: int = 9) -> np.ndarray:
    """Values over the whole range of a symbol."""
    return np.linspace(*bounds([symbol])[symbol], count)


def profile(name: str, findings: Findings) -> str:
    """What the pages say of a place's risk."""
    return say("{{ profile(found) }}", found=place_profile(find_place(name), findings))


def data_of(chart: dict[str, Any], index: str) -> pd.DataFrame:
    """The one table that travels with a chart."""
    (text,) = chart["datasets"].values()
    return pd.read_csv(StringIO(text)).set_index(index)
