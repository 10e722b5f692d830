"""Words about places, computed from the panel: how indices moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synergy.standings import joint_change
from synergy.words import say

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
    moves = joint_change(region, findings, effect, cause)
    return say("{{ change(moves, label) }}", moves=moves, label=label)
