r"""The demo panel: synthetic, and the joint dynamic that is built into it.

The paper publishes no data. This panel exists so that the full pipeline has something to run on;
it is calibrated to the paper's published aggregates, so every agreement with them is *by
construction* and is evidence of nothing. ``data/demo/make`` makes it; `synergy.panel.demo_panel`
reads it.

With :math:`s_{it} = (AI, LR, EQ, SS, LQ)'` of province i in year t,

.. math:: s_{it} = A s_{i,t-1} + \mu_i + \lambda_t + \varepsilon_{it},
          \qquad \varepsilon_{it} \sim N(0, \Sigma),\ \Sigma = \mathrm{diag}(\sigma^2),

where shocks of two provinces of one region correlate by :data:`REGIONAL` / (1 + REGIONAL).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from synergy.dictionary import DATA_DIR, SUB_INDICES
from synergy.index import Floats

# Variance of the shock a region's provinces share, relative to a province's own.
REGIONAL = 0.5


@dataclass(frozen=True)
class Dynamics:
    """A first-order vector autoregression.

    Attributes
    ----------
    matrix : ndarray, shape (k, k)
        Row = equation, column = lagged variable.
    shock_sd : ndarray, shape (k,)
        Standard deviation of a province's own shock per year.
    """

    matrix: Floats
    shock_sd: Floats


@cache
def true_dynamics(order: tuple[str, ...] = SUB_INDICES) -> Dynamics:
    """The dynamic built into the demo panel, from ``data/demo/true_dynamics.csv``."""
    table = pd.read_csv(DATA_DIR / "demo" / "true_dynamics.csv", index_col="equation")
    ordered = table.loc[list(order)]
    return Dynamics(ordered[list(order)].to_numpy(float), ordered["shock_sd"].to_numpy(float))
