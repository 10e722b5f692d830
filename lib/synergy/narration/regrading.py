"""How far the weight of the two systems decides the grades of provinces.

The facts are for the template of the chapter's sentence; `grade_range` is that sentence until
sentences stand in chapters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from synergy.coupling import coupling_coordination
from synergy.narration.phrases import listed


def regraded(
    final: pd.DataFrame, grades: pd.DataFrame, weights: Sequence[float] = (0.3, 0.7)
) -> list[str]:
    """Provinces whose grade is not the same at both weights of U1.

    Parameters
    ----------
    final
        One year, index ``province``; columns ``U1`` and ``U2`` without gaps.
    grades
        Table 3: column ``upper``, ascending.
    weights
        Two weights of U1 in T.
    """
    degrees = (coupling_coordination(final["U1"], final["U2"], alpha=a)["D"] for a in weights)
    low, high = (np.searchsorted(grades["upper"], degree) for degree in degrees)
    return [str(name) for name in final.index[low != high]]


def grade_range(final: pd.DataFrame, grades: pd.DataFrame) -> str:
    """Say how many provinces change grade between weight 0.3 and weight 0.7."""
    u = final[["U1", "U2"]].dropna()
    moved = regraded(u, grades)
    names = f"（{listed(moved)}）" if 0 < len(moved) <= 12 else ""
    return f"权重由 0.3 移到 0.7，{len(u)} 个省份中有 {len(moved)} 个等级随之改变{names}。"
