"""Which function answers an exercise, and what an edition must have for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from synergy.exercises import by_hand, on_panel, on_policy, on_system
from synergy.exercises.worked import Given, Worked

if TYPE_CHECKING:
    from synergy.evidence import Evidence

#: What works an exercise out from its given numbers alone.
ALONE: Mapping[str, Callable[[Given], Worked]] = {
    "E1": by_hand.weights,
    "E2": by_hand.outlier,
    "E3": by_hand.coupling,
    "E4": by_hand.mean_of_d,
    "E5": by_hand.implied_quality,
    "E6": by_hand.six_formulas,
    "E9": on_system.roots,
    "E10": on_system.stars,
    "E11": on_policy.mismatch,
    "E12": on_policy.exposure,
}
#: And what needs the panel that leads, and the place.
ON_PANEL: Mapping[str, Callable[[Given, Evidence], Worked]] = {
    "E7": on_panel.shares_moved,
    "E8": on_panel.place_in_order,
}

#: What an edition must have for an exercise, by the word in the declaration.
NEEDS: Mapping[str, Callable[[Evidence], bool]] = {
    "": lambda evidence: True,
    "builtin": lambda evidence: not evidence.own,
    "units": lambda evidence: len(on_panel.final_indices(evidence)) >= 3,
    "order": lambda evidence: (
        len(on_panel.final_indices(evidence)) >= 3 and evidence.lead.coverage.orders("D")
    ),
}
