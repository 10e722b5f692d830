"""Draws from the true dynamic that meet conditions, and the yardstick they are held against.

The dynamic itself, a first-order vector autoregression with province and year effects, is
`synergy.demo.true_dynamics`; shocks of two provinces of one region correlate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvar import least_squares
from pvar.responses import moving_average
from synergy.demo import REGIONAL, Dynamics
from synergy.dictionary import SUB_INDICES
from synergy.index import Floats


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
    return shocks + ((spread.T * multipliers) @ scaled).reshape(shocks.shape)


def _lagged_weights(dynamics: Dynamics, conditions: Conditions, steps: int) -> Floats:
    """Weight of the shock of each year in each condition, shape (m, steps, k)."""
    power = moving_average(dynamics.matrix, steps - 1)
    weights = np.zeros((len(conditions.steps), steps, len(dynamics.matrix)))
    for row, step in enumerate(conditions.steps):
        variables = conditions.variables[row]
        weights[row, :step] = np.einsum("sab,a->sb", power[:step], variables)[::-1]
    return weights


def convergence(dynamics: Dynamics, first: Floats, last: Floats, steps: int) -> Floats:
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
    power = moving_average(dynamics.matrix, steps)
    unit = power[0]
    rest = np.linalg.solve(unit - power[-1], (last - first @ power[-1].T).T).T
    path: Floats = np.einsum("tab,nb->nta", power, first)
    path += np.einsum("tab,nb->nta", unit - power, rest)
    return path


def accumulate(dynamics: Dynamics, shocks: Floats) -> Floats:
    """Deviation that shocks (n, steps, k) build up from zero, shape (n, steps + 1, k)."""
    path = np.zeros((shocks.shape[0], shocks.shape[1] + 1, shocks.shape[2]))
    for t in range(shocks.shape[1]):
        path[:, t + 1] = path[:, t] @ dynamics.matrix.T + shocks[:, t]
    return path


def fixed_effects_estimate(
    scores: pd.DataFrame, regions: pd.Series[str] | None = None
) -> pd.DataFrame:
    """Least-squares estimate of the matrix after removing province and year means.

    A yardstick for the demo panel, see `pvar.least_squares`, not the estimator of its chapter.

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
    """
    names = list(SUB_INDICES)
    province, year = (scores.index.get_level_values(level) for level in (0, 1))
    group = [year] if regions is None else [regions.loc[province].to_numpy(), year]
    centred = scores[names] - scores[names].groupby(group).transform("mean")
    found = least_squares(centred, names)
    return pd.DataFrame(found.dynamics, index=names, columns=names)
