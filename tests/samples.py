"""What several tests of the lower rooms use: a panel from a frame, the raw series outside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from synergy.panel import Nature, Panel, build_panel

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
RAW = SHARED / "open_statistics" / "raw_long.csv"

needs_raw = pytest.mark.skipif(not RAW.is_file(), reason="the open statistics are not here")


def panel_of(values: pd.DataFrame, nature: Nature = "own") -> Panel:
    """Panel of a frame of indicator values, as if read from a file."""
    return build_panel(values, nature=nature, title="t", source="s.csv", sha256="0")
