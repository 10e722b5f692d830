"""The demo panel: synthetic, and what there is to know about it.

The paper publishes no data. This panel exists so that the full pipeline has something to run on;
it is calibrated to the paper's published aggregates, so every agreement with them is *by
construction* and is evidence of nothing. ``data/demo/make`` makes it; `synergy.panel.demo_panel`
reads it.
"""

from synergy.demo.calibration import calibration_report, calibration_targets
from synergy.demo.dynamics import REGIONAL, Dynamics, fixed_effects_estimate, true_dynamics
from synergy.index import SUB_INDICES

__all__ = [
    "REGIONAL",
    "SUB_INDICES",
    "Dynamics",
    "calibration_report",
    "calibration_targets",
    "fixed_effects_estimate",
    "true_dynamics",
]
