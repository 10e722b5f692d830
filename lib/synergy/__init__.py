"""A living report on artificial intelligence and the quality of employment: its science.

``from synergy import *`` is a chapter's one preamble line. The names below are the face of the
library; each module is imported when its first name is used, so ``import synergy`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_FACE: dict[str, tuple[str, ...]] = {
    "synergy.words": ("say", "phrase"),
    "synergy.page": ("figure",),
    "synergy.tables": (
        "table",
        "granger_table",
        "ranking_table",
        "regional_table",
        "root_table",
        "stage_counts",
    ),
    "synergy.standings": ("standing", "path_of"),
    "synergy.dictionary": ("indicators", "provinces"),
    "synergy.coupling": ("couple", "grade", "grades"),
    "synergy.evidence": ("load_evidence", "demo_findings"),
    "synergy.system": (
        "NAMES",
        "OPTIONS",
        "UNIT_ROOT",
        "WEAK_F",
        "estimate_interaction",
        "lag_lengths",
        "published_system",
        "serial_correlation",
        "small_systems",
        "specifications",
        "strengths",
        "systems_of",
        "unit_roots",
    ),
    "synergy.links": (
        "HORIZON",
        "SIGNIFICANT",
        "coefficients",
        "granger_frame",
        "response_clarity",
        "share_spans",
    ),
    "synergy.simulation": (
        "base_case",
        "coefficients_study",
        "compared",
        "design",
        "nearest",
        "printed_modulus",
        "printed_stars",
        "recovery",
        "select",
        "systems_study",
        "true_system",
        "truths",
        "within_system",
    ),
    "synergy.charts.paths": ("province_heatmap", "regional_lines"),
    "synergy.charts.grading": ("alpha_explorer", "tile_map"),
    "synergy.charts.systems": ("coefficient_ranges", "modulus_ranges", "root_plane"),
    "synergy.charts.dynamics": ("response_explorer",),
    "synergy.charts.decomposition": ("share_explorer",),
    "synergy.charts.networks": ("granger_graph",),
    "synergy.charts.reliability": ("coverage_by_horizon", "coverage_by_units", "explosive_shares"),
    "synergy.narration.contrast": ("contrast", "published_values"),
}
_HOME = {name: module for module, names in _FACE.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'synergy' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
