"""Assumptions and scenarios as a reader sees them: tables, and where an edition's sliders start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from synergy.policy.places import moved, regional_start
from synergy.policy.sensitivity import drivers
from synergy.tables import assumption_counts, assumption_list
from synergy.words import say

__all__ = ["drivers", "regional_start"]

if TYPE_CHECKING:
    from synergy.dictionary import Region

assumption_table = assumption_list


def sourced_sentence(*models: str) -> str:
    """Say how many assumptions of some models have a source."""
    return say("{{ sourced(counts) }}", counts=assumption_counts(*models))


def start_sentence(region: Region, start: Mapping[str, float], symbols: Iterable[str]) -> str:
    """Say where the sliders of this edition start, and that the mapping is assumed."""
    return say("{{ start_here(place, moved) }}", place=region, moved=moved(start, symbols))
