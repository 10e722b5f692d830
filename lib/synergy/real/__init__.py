"""The committed results of the real subset, their regeneration and comparison."""

from synergy.real.results import (
    ABOUT,
    HEADLINE,
    REAL_DIR,
    SCORES,
    UNREPAIRED,
    check_results,
    real_bootstrap,
    real_leave_one_out,
    real_provenance,
    real_repairs,
    real_results,
    real_runs,
    real_series,
    real_weight_variants,
    write_results,
)

__all__ = [
    "ABOUT",
    "HEADLINE",
    "REAL_DIR",
    "SCORES",
    "UNREPAIRED",
    "check_results",
    "real_bootstrap",
    "real_leave_one_out",
    "real_provenance",
    "real_repairs",
    "real_results",
    "real_runs",
    "real_series",
    "real_weight_variants",
    "write_results",
]
