r"""The demo panel: synthetic, 30 provinces, 2010-2022, all 31 indicators.

The paper publishes no data. This panel exists so that the full pipeline has something to run on;
it is calibrated to the paper's published aggregates, so every agreement with them is *by
construction* and is evidence of nothing.

How it is made (``python -m synergy.demo`` repeats it byte for byte):

1. :mod:`synergy.demo.levels`. A hand-set profile of the provinces is scaled so that U1, U2 and D
   meet ``data/calibration_targets.csv``.
2. :mod:`synergy.demo.sub_indices`. The sub-indices :math:`s_{it} = (AI, LR, EQ, SS, LQ)'` follow
   :math:`s_{it} = A s_{i,t-1} + \mu_i + \lambda_t + \varepsilon_{it}` with A and the shocks'
   standard deviations in ``data/demo/true_dynamics.csv``.
3. :mod:`synergy.demo.indicators`. Indicators are drawn around the sub-indices and adjusted until
   entropy weights, sub-indices and U1, U2 agree to 1e-12; then they are put in units and rounded.

What is and is not a vector autoregression in it. The equation above holds exactly for the drawn
sub-indices, and for those computed from the committed file up to rounding (5e-4). But :math:`\mu_i`
is chosen so that each province arrives at its level of 2022, :math:`\lambda_t` so that the nation
follows its path, and the shocks are a draw *conditional* on U1 (each province in 2022) and U2 (each
province in 2022, western provinces in 2019, each region in every year). The shocks are therefore
neither quite independent over time nor quite of the stated size. A is our choice; it is not
estimated from data and is not table 4 of the paper.

How closely an estimate can come. ``data/demo/estimated_dynamics.csv`` holds least squares after
removing province and year means (:func:`fixed_effects_estimate`). Over 200 draws of the
sub-indices the own lags of EQ, SS and LQ came out low by .17, .17 and .11 on average (the bias of
fixed effects at T = 12 would be near -(1 + a)/12 = -.15), those of AI and LR by .01 at most, and no
other mean was off by more than .08; single estimates varied with standard deviations up to .08. An
estimate without year effects is not comparable with A: it takes part of the national path for
persistence.
"""

from synergy.demo.calibration import calibration_report, calibration_targets
from synergy.demo.dynamics import SUB_INDICES, fixed_effects_estimate, true_dynamics

__all__ = [
    "SUB_INDICES",
    "calibration_report",
    "calibration_targets",
    "fixed_effects_estimate",
    "true_dynamics",
]
