r"""The joint dynamic of the five sub-indices, and draws from it that meet conditions.

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

from synergy.dictionary import DATA_DIR, sub_indices
from synergy.index.entropy import Floats

SUB_INDICES = tuple(sub_indices().index)

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

    def powers(self, count: int) -> Floats:
        """Return the matrix to the powers 0 to count - 1, shape (count, k, k)."""
        powers = [np.eye(len(self.matrix))]
        for _ in range(count - 1):
            powers.append(self.matrix @ powers[-1])
        return np.stack(powers)

    def convergence(self, first: Floats, last: Floats, steps: int) -> Floats:
        """Path without shocks from one state to another, the intercept solved to suit.

        Parameters
        ----------
        first, last : ndarray, shape (n, k)
        steps : int
            Years between the two.

        Returns
        -------
        ndarray, shape (n, steps + 1, k)
        """
        powers = self.powers(steps + 1)
        unit = powers[0]
        rest = np.linalg.solve(unit - powers[-1], (last - first @ powers[-1].T).T).T
        path: Floats = np.einsum("tab,nb->nta", powers, first)
        path += np.einsum("tab,nb->nta", unit - powers, rest)
        return path

    def accumulate(self, shocks: Floats) -> Floats:
        """Deviation that shocks (n, steps, k) build up from zero, shape (n, steps + 1, k)."""
        path = np.zeros((shocks.shape[0], shocks.shape[1] + 1, shocks.shape[2]))
        for t in range(shocks.shape[1]):
            path[:, t + 1] = path[:, t] @ self.matrix.T + shocks[:, t]
        return path


@dataclass(frozen=True)
class Conditions:
    """Linear conditions on a deviation path v: sum over provinces and variables of p w v = value.

    Attributes
    ----------
    provinces : ndarray, shape (m, n)
        Weight p of each province.
    steps : ndarray of int, shape (m,)
        Years after the start, 1 or more.
    variables : ndarray, shape (m, k)
        Weight w of each variable.
    values : ndarray, shape (m,)
    """

    provinces: Floats
    steps: NDArray[np.int64]
    variables: Floats
    values: Floats


@cache
def true_dynamics() -> Dynamics:
    """The dynamic built into the demo panel, from ``data/demo/true_dynamics.csv``."""
    table = pd.read_csv(DATA_DIR / "demo" / "true_dynamics.csv", index_col="equation")
    ordered = table.loc[list(SUB_INDICES)]
    return Dynamics(ordered[list(SUB_INDICES)].to_numpy(float), ordered["shock_sd"].to_numpy(float))


def correlated_shocks(normal: Floats, dynamics: Dynamics, kinship: Floats) -> Floats:
    """Turn standard normal draws (n, steps, k) into shocks with covariance kinship x Sigma."""
    mixed = np.einsum("ij,jtd->itd", np.linalg.cholesky(kinship), normal)
    shocks: Floats = mixed * dynamics.shock_sd
    return shocks


def kinship(regions: pd.Series[str]) -> Floats:
    """Covariance of shocks across provinces, in units of a province's own variance."""
    names = regions.to_numpy()
    covariance: Floats = np.eye(len(names)) + REGIONAL * (names[:, None] == names)
    return covariance


def condition_shocks(
    shocks: Floats, dynamics: Dynamics, kinship: Floats, conditions: Conditions
) -> Floats:
    r"""Move a draw of the shocks so that the path they build meets the conditions.

    Returns
    -------
    ndarray, shape (n, steps, k)
        A draw from the shocks' normal distribution given the conditions.

    Notes
    -----
    Matheron's rule: for :math:`G \varepsilon = h` with :math:`\varepsilon \sim N(0, C)`, the draw
    :math:`\varepsilon + C G' (G C G')^{-1} (h - G \varepsilon)` has the conditional distribution
    (Journel and Huijbregts 1978, Mining Geostatistics, on conditioning by kriging). It is also
    the smallest move in the metric of C.
    """
    lagged = _lagged_weights(dynamics, conditions, shocks.shape[1])
    flat = lagged.reshape(len(lagged), -1)
    scaled = (lagged * dynamics.shock_sd**2).reshape(len(lagged), -1)
    spread = conditions.provinces @ kinship
    gram = (spread @ conditions.provinces.T) * (scaled @ flat.T)
    drawn = ((conditions.provinces @ shocks.reshape(len(shocks), -1)) * flat).sum(axis=1)
    multipliers = np.linalg.solve(gram, conditions.values - drawn)
    moved: Floats = shocks + ((spread.T * multipliers) @ scaled).reshape(shocks.shape)
    return moved


def _lagged_weights(dynamics: Dynamics, conditions: Conditions, steps: int) -> Floats:
    """Weight of the shock of each year in each condition, shape (m, steps, k)."""
    powers = dynamics.powers(steps)
    weights = np.zeros((len(conditions.steps), steps, len(dynamics.matrix)))
    for row, (step, variables) in enumerate(
        zip(conditions.steps, conditions.variables, strict=True)
    ):
        weights[row, :step] = np.einsum("sab,a->sb", powers[:step], variables)[::-1]
    return weights


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
