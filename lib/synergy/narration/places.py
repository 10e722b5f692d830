"""Words about places, computed from the panel: how indices moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from synergy.narration import direction, path_of, place

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings


def change_sentence(
    region: Region, findings: Findings, effect: str, label: str, *, cause: str = "U1"
) -> str:
    """Say how the AI index and another index moved together, here and across provinces.

    Parameters
    ----------
    region
        What the edition is about.
    findings
        Findings of one panel.
    effect, label
        Column and its Chinese name.
    cause
        Column of the AI index.
    """
    here = [path_of(region, findings, column).dropna() for column in (cause, effect)]
    if any(len(path) < 2 for path in here):
        return f"手头的数据算不出{label}的变化。"
    first, last = findings.years
    moves = [float(path.iloc[-1] - path.iloc[0]) for path in here]
    told = [f"{direction(move)} {abs(move):.3f}" for move in moves]
    return (
        f"{first} 年到 {last} 年，{place(region)}的人工智能指数{told[0]}，{label}{told[1]}；"
        f"{_across(findings, cause, effect)}"
    )


def _across(findings: Findings, cause: str, effect: str) -> str:
    first, last = findings.years
    frame: pd.DataFrame = findings.frame[[cause, effect]]
    moved = (frame.xs(last, level="year") - frame.xs(first, level="year")).dropna().rank()
    ranks = moved.to_numpy().T
    if len(moved) < 5 or (ranks.std(axis=1) == 0).any():
        return "省份太少或没有变化，不计相关。"
    rank = float(np.asarray(np.corrcoef(ranks))[0, 1])
    return (
        f"在 {len(moved)} 个省份之间，两者变化的秩相关为 {rank:.2f}"
        f"（{_strength(rank, len(moved))}）。"
    )


def _strength(rank: float, count: int) -> str:
    """Against the usual 5 % bound of a rank correlation, about 2 over the root of n."""
    if abs(rank) < 1.96 / np.sqrt(count - 1):
        return "与零难以区分"
    return "同向" if rank > 0 else "反向"
