"""Obstacle degree: which indicators hold a unit back, and by how much of its shortfall."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synergy.coupling import Alpha, regional_means, system_shares
from synergy.dictionary import NATION
from synergy.index import CompositeIndex


def obstacle_degrees(
    index: CompositeIndex, *, alpha: Alpha = None, within_systems: bool = False
) -> pd.DataFrame:
    r"""Share of each indicator in what a unit lacks to the best value of everything.

    Parameters
    ----------
    index : CompositeIndex
    alpha : float or sequence of float, optional
        Shares of the systems in T, see :func:`synergy.coupling.system_shares`.
    within_systems : bool
        Share in the shortfall of the indicator's own system instead of all systems together.

    Returns
    -------
    DataFrame
        Rows of the index, one column per indicator; rows sum to 1 (within each system if asked
        for). NaN where nothing is lacking.

    Notes
    -----
    With the contribution :math:`F_j = a_s w_j` of indicator :math:`j` of system :math:`s` and its
    deviation :math:`I_{ij} = 1 - z_{ij}`,

    .. math:: O_{ij} = \frac{F_j I_{ij}}{\sum_k F_k I_{ik}} .

    The denominator is :math:`1 - T_i`, what the coordination index lacks to 1. Lu Chunyang, Wen
    Feng, Yang Qingyuan et al. (2011), Resources Science 33(3), 535-541.

    Examples
    --------
    >>> from synergy.index import composite_index
    >>> rows = pd.MultiIndex.from_product([["A", "B", "C"], [2022]])
    >>> values = pd.DataFrame({"wage": [1.0, 2, 4], "idle": [6.0, 4, 5]}, rows)
    >>> plan = pd.DataFrame({"system": "s", "dimension": "s", "direction": [1, -1]}, values.columns)
    >>> obstacle_degrees(composite_index(values, plan)).droplevel(1).round(3)
        wage   idle
    A  0.537  0.463
    B  1.000  0.000
    C  0.000  1.000
    """
    systems = index.weights["system"]
    place = {name: k for k, name in enumerate(dict.fromkeys(systems))}
    shares = system_shares(alpha, len(place))
    factor = index.weights["weight"].to_numpy(float) * shares[systems.map(place).to_numpy()]
    lack = pd.DataFrame(
        factor * (1 - index.normalised.to_numpy(float)),
        index.normalised.index,
        index.normalised.columns,
    )
    whole = lack.T.groupby(systems).transform("sum").T if within_systems else None
    if whole is None:
        return lack.div(lack.sum(axis=1).replace(0.0, np.nan), axis=0)
    return lack / whole.replace(0.0, np.nan)


def regional_obstacles(
    degrees: pd.DataFrame, regions: pd.Series[str], whole: str = NATION
) -> pd.DataFrame:
    """Mean obstacle degree in the last year: a row per indicator, a column per region.

    Parameters
    ----------
    degrees : DataFrame
        As :func:`obstacle_degrees` returns it, of all systems together.
    regions, whole
        As in :func:`synergy.coupling.regional_means`.
    """
    means = regional_means(degrees, regions, whole)
    last = means[means["year"] == means["year"].max()]
    by_region: pd.DataFrame = last.drop(columns="year").set_index("region").T
    return by_region.rename_axis(columns=None)


def main_obstacles(degrees: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """The indicators that hold each row back most.

    Parameters
    ----------
    degrees : DataFrame
        As :func:`obstacle_degrees` returns it.
    count : int

    Returns
    -------
    DataFrame
        Long: the levels of the rows, ``place`` from 1, ``indicator`` and ``degree``; rows that
        lack nothing are left out.
    """
    known = degrees.dropna(how="all")
    numbers = known.to_numpy(float)
    order = np.argsort(-numbers, axis=1, kind="stable")[:, :count]
    kept = order.shape[1]
    frame = known.index.repeat(kept).to_frame(index=False)
    return frame.assign(
        place=np.tile(np.arange(1, kept + 1), len(known)),
        indicator=known.columns.to_numpy()[order.ravel()],
        degree=np.take_along_axis(numbers, order, axis=1).ravel(),
    )
