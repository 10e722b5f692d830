"""A living report on artificial intelligence and the quality of employment: its science.

``from synergy import *`` is a chapter's one preamble line. The names below are the face of the
library; each module is imported when its first name is used, so ``import synergy`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_FACE: dict[str, tuple[str, ...]] = {
    "synergy.words": ("say",),
    "synergy.page": ("figure",),
    "synergy.tables": (
        "calibration_table",
        "grade_table",
        "indicator_table",
        "panel_table",
        "ranking_table",
        "regional_table",
        "repair_table",
        "stage_counts",
        "table",
        "variant_table",
        "weight_table",
    ),
    "synergy.standings": ("standing", "path_of"),
    "synergy.dictionary": ("indicators", "provinces"),
    "synergy.coupling": ("COUPLING_VARIANTS", "couple", "grade", "grades"),
    "synergy.panel": ("demo_panel",),
    "synergy.real": (
        "real_bootstrap",
        "real_leave_one_out",
        "real_provenance",
        "real_repairs",
        "real_results",
        "real_runs",
        "real_series",
        "real_weight_variants",
    ),
    "synergy.demo.calibration": ("calibration_report",),
    "synergy.evidence": ("load_evidence",),
    "synergy.robustness": ("key_repair", "rank_intervals", "rank_spread", "standard_results"),
    "synergy.uncertainty": ("cluster_bootstrap",),
    "synergy.uncertainty.sensitivity": ("compare_couplings", "compare_weights", "leave_one_out"),
    "synergy.charts.balance": ("balance_plane",),
    "synergy.charts.grading": ("alpha_explorer", "tile_map"),
    "synergy.charts.paths": ("dimension_lines", "province_heatmap", "regional_lines"),
    "synergy.charts.uncertainty": (
        "leave_one_out_bars",
        "paired_paths",
        "province_intervals",
        "variant_means",
        "weight_change",
        "weight_intervals",
    ),
    "synergy.charts.weighting": ("coverage_matrix", "dimension_weights", "indicator_weights"),
    "synergy.narration.contrast": ("contrast", "published_values"),
}
_HOME = {name: module for module, names in _FACE.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'synergy' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
