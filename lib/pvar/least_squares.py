"""Least squares with unit and period effects: a yardstick that needs no instruments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar.data import PanelData
from pvar.errors import PanelVARError
from pvar.linalg import Array, IntArray


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A first-order system by least squares: coefficients (m, m), rows = equations.

    `sigma` (m, m) is E'E over the degrees of freedom that the effects leave.
    """

    variables: tuple[str, ...]
    coefficients: Array
    sigma: Array


def least_squares(data: PanelData, *, groups: ArrayLike | None = None) -> LeastSquares:
    """Regress y_it on y_{i,t-1} after removing unit and period means.

    Biased by about -(1 + a)/T (Nickell 1981), but not weakly identified.

    Parameters
    ----------
    data : PanelData
        Balanced and complete.
    groups : array (units,), optional
        A label for each unit: period means are those of the group instead of all units.

    Raises
    ------
    PanelVARError
        If a cell is missing, or too few rows are left for the coefficients.
    """
    if not data.balanced or np.isnan(data.values).any():
        raise PanelVARError("最小二乘须用没有缺口和缺失值的平衡面板；请补全，或改用 panel_var。")
    m, states = len(data.variables), data.dense(0, data.n_units)
    codes, labels = pd.factorize(np.zeros(data.n_units) if groups is None else np.asarray(groups))
    past, y = (demeaned(part, codes) for part in (states[:, :-1], states[:, 1:]))
    freedom = len(y) - data.n_units - len(labels) * (data.n_periods - 2) - m
    if freedom < 1:
        raise PanelVARError(f"{len(y)} 行减去单位与时期效应后，不够估计每个方程 {m} 个系数。")
    slopes = np.asarray(np.linalg.lstsq(past, y, rcond=None)[0], dtype=np.float64)
    residual = y - past @ slopes
    return LeastSquares(data.variables, slopes.T, residual.T @ residual / freedom)


def demeaned(states: Array, codes: IntArray) -> Array:
    """Rows (units times periods, variables) less unit means, then the group's period means."""
    centred = states - states.mean(axis=1, keepdims=True)
    for code in np.unique(codes):
        centred[codes == code] -= centred[codes == code].mean(axis=0)
    return np.asarray(centred.reshape(-1, states.shape[2]))
