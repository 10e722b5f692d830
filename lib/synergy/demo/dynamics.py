r"""The joint dynamic built into the demo panel, and the yardstick it is compared with.

With :math:`s_{it} = (AI, LR, EQ, SS, LQ)'` of province i in year t,

.. math:: s_{it} = A s_{i,t-1} + \mu_i + \lambda_t + \varepsilon_{it},
          \qquad \varepsilon_{it} \sim N(0, \Sigma),\ \Sigma = \mathrm{diag}(\sigma^2),

where shocks of two provinces of one region correlate by :data:`REGIONAL` / (1 + REGIONAL).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.dictionary import DATA_DIR
from synergy.index import SUB_INDICES, Floats

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

    @property
    def spectral_radius(self) -> float:
        """Largest modulus of an eigenvalue; below 1 the dynamic is stable."""
        return float(np.abs(np.linalg.eigvals(self.matrix)).max())


@cache
def true_dynamics() -> Dynamics:
    """The dynamic built into the demo panel, from ``data/demo/true_dynamics.csv``."""
    table = pd.read_csv(DATA_DIR / "demo" / "true_dynamics.csv", index_col="equation")
    ordered = table.loc[list(SUB_INDICES)]
    return Dynamics(ordered[list(SUB_INDICES)].to_numpy(float), ordered["shock_sd"].to_numpy(float))


def fixed_effects_estimate(
    scores: pd.DataFrame, regions: pd.Series[str] | None = None
) -> pd.DataFrame:
    """Least-squares estimate of the matrix after removing province and year means.

    Parameters
    ----------
    scores : DataFrame
        Balanced, index (province, year), columns :data:`SUB_INDICES` among others.
    regions : Series, optional
        Region of each province: removes the means of each region and year instead of the
        year's alone.

    Returns
    -------
    DataFrame
        Row = equation, column = lagged variable.

    Notes
    -----
    Biased towards less persistence by about (1 + a)/T (Nickell 1981, Econometrica 49): a
    yardstick for the demo panel, not the estimator of the panel VAR chapter.
    """
    wide = scores[list(SUB_INDICES)].sort_index()
    names = wide.index.unique("province")
    states = wide.to_numpy(float).reshape(len(names), -1, len(SUB_INDICES))
    group = np.zeros(len(names), int) if regions is None else regions.loc[names].factorize()[0]
    y, x = (_demeaned(part, group) for part in (states[:, 1:], states[:, :-1]))
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0].T
    return pd.DataFrame(coefficients, index=list(SUB_INDICES), columns=list(SUB_INDICES))


def _demeaned(states: Floats, group: NDArray[np.int64]) -> Floats:
    """Take out province means, then group-year means; rows = province-years."""
    centred: Floats = states - states.mean(axis=1, keepdims=True)
    for label in np.unique(group):
        centred[group == label] -= centred[group == label].mean(axis=0)
    flat: Floats = centred.reshape(-1, states.shape[-1])
    return flat
