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
    "synergy.tables": ("table", "ranking_table", "regional_table", "stage_counts"),
    "synergy.standings": ("standing", "path_of"),
    "synergy.dictionary": ("indicators", "provinces"),
    "synergy.coupling": ("couple", "grade", "grades"),
    "synergy.evidence": ("load_evidence",),
    "synergy.charts.paths": ("province_heatmap", "regional_lines"),
    "synergy.charts.grading": ("alpha_explorer", "tile_map"),
    "synergy.narration.contrast": ("contrast", "published_values"),
}
_HOME = {name: module for module, names in _FACE.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'synergy' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
