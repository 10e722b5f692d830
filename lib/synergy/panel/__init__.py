"""Provincial panels: reading, validation, interpolation and coverage."""

from synergy.faults import DataError
from synergy.panel.panel import (
    Coverage,
    Nature,
    Panel,
    build_panel,
    coverage_of,
    demo_panel,
    read_panel,
)

__all__ = [
    "Coverage",
    "DataError",
    "Nature",
    "Panel",
    "build_panel",
    "coverage_of",
    "demo_panel",
    "read_panel",
]
