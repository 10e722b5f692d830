"""Which function answers an exercise, and what an edition must have for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from synergy.exercises import by_hand, on_panel, on_paper, on_policy, on_system
from synergy.exercises.declared import declared_exercise
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


class Need(NamedTuple):
    """What an edition must have for an exercise: whether it has, and what to say where not."""

    met: Callable[[Evidence], bool]
    told: str


#: By the word in the declaration.
NEEDS: Mapping[str, Need] = {
    "": Need(lambda evidence: True, ""),
    "trends": Need(on_panel.both_have_trends, "全国的两个指数至少要有五年，并且各有趋势"),
    "units": Need(on_panel.has_several, "最后一年至少要有三个地区的两个指数"),
    "order": Need(
        lambda evidence: on_panel.has_several(evidence) and evidence.lead.coverage.orders("D"),
        "最后一年至少要有三个地区的两个指数，指标也要多到足以给它们排次序",
    ),
}


def place_bound(code: str) -> bool:
    """Whether an exercise is about a place: its numbers are from the panel that leads."""
    return code in ON_PANEL


def personal(code: str) -> bool:
    """Whether students have numbers of their own: drawn ones, or those of their place."""
    return declared_exercise(code).drawn or place_bound(code)
