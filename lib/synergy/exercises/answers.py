"""Which function answers an exercise, and what an edition must have for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from synergy.exercises import by_hand, on_panel, on_paper, on_policy, on_system
from synergy.exercises.worked import Given, Worked

if TYPE_CHECKING:
    from synergy.evidence import Evidence

#: What works an exercise out from its given numbers alone.
ALONE: Mapping[str, Callable[[Given], Worked]] = {
    "E1": by_hand.weights,
    "E2": by_hand.outlier,
    "E3": by_hand.coupling,
    "E4": by_hand.mean_of_d,
    "E5": on_paper.implied_quality,
    "E6": by_hand.six_formulas,
    "E9": on_system.roots,
    "E10": on_paper.stars,
    "E11": on_policy.mismatch,
    "E12": on_policy.exposure,
    "E13": by_hand.copies,
    "E14": on_paper.four_regions,
    "E17": on_system.deviations,
    "E18": on_system.by_luck,
    "E19": on_paper.times_or_more,
    "E20": on_policy.paid_jobs,
    "E21": on_policy.scheme_or_saving,
    "E22": on_policy.taxed_work,
    "E23": on_policy.certificate,
    "E24": on_policy.lagging_tasks,
    "E25": on_policy.assessed,
    "E26": on_policy.triangle,
}
#: And what needs the panel that leads, and the place.
ON_PANEL: Mapping[str, Callable[[Given, Evidence], Worked]] = {
    "E7": on_panel.shares_moved,
    "E8": on_panel.place_in_order,
    "E15": on_panel.two_trends,
    "E16": on_panel.left_out_units,
}

#: What an edition must have for an exercise, by the word in the declaration.
NEEDS: Mapping[str, Callable[[Evidence], bool]] = {
    "": lambda evidence: True,
    "builtin": lambda evidence: not evidence.own,
    "trends": on_panel.both_have_trends,
    "units": lambda evidence: len(on_panel.final_indices(evidence)) >= 3,
    "order": lambda evidence: (
        len(on_panel.final_indices(evidence)) >= 3 and evidence.lead.coverage.orders("D")
    ),
}


def place_bound(code: str) -> bool:
    """Whether an exercise is about a place: its numbers are from the panel that leads."""
    return code in ON_PANEL
