"""Coupling degree, coordination and grades."""

from synergy.coupling.coordination import (
    coordination_index,
    couple,
    coupling_coordination,
    coupling_degree,
    regional_means,
)
from synergy.coupling.grading import grade, grade_number, grades, stage
from synergy.coupling.variants import COUPLING_VARIANTS, rescale

__all__ = [
    "COUPLING_VARIANTS",
    "coordination_index",
    "couple",
    "coupling_coordination",
    "coupling_degree",
    "grade",
    "grade_number",
    "grades",
    "regional_means",
    "rescale",
    "stage",
]
