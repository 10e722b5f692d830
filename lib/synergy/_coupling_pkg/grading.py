"""Table 3 of the paper: ten grades and four stages of the coupling coordination degree D."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from synergy.dictionary import published_table

_ROUNDING = 1e-9


@cache
def grades() -> pd.DataFrame:
    """Table 3 of the paper: ten grades in four stages, right-closed intervals of D.

    Returns
    -------
    DataFrame
        Columns ``lower``, ``upper``, ``grade``, ``grade_en``, ``stage``, ``stage_en``, lowest grade
        first. Do not modify: the frame is cached.
    """
    return published_table(3)


def grade_number(d: ArrayLike) -> NDArray[np.intp]:
    """Return the row of :func:`grades` for each D: 0 the lowest, 9 the highest; -1 for NaN.

    The printed intervals start above 0; D = 0 is put into the lowest grade.

    Raises
    ------
    ValueError
        If a D lies outside [0, 1].
    """
    values = check_unit(d, "D")
    upper = grades()["upper"].to_numpy(float)
    row = np.searchsorted(upper, np.minimum(values, upper[-1]), side="left")
    return np.where(np.isnan(values), -1, row)


def grade(d: pd.Series[float] | ArrayLike) -> Any:
    """Name the grade of table 3, for instance 濒临失调 for D in (.4, .5].

    Returns
    -------
    Series or ndarray of str
        A series for a series, with its index; None where D is NaN.
    """
    return _label(d, "grade")


def stage(d: pd.Series[float] | ArrayLike) -> Any:
    """Name the stage of table 3, for instance 拮抗磨合阶段 for D in (.4, .6]; see :func:`grade`."""
    return _label(d, "stage")


def check_unit(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return values as floats in [0, 1], rounding errors clipped; NaN passes.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1].
    """
    array: NDArray[np.float64] = np.asarray(values, dtype=float)
    outside = (array < -_ROUNDING) | (array > 1 + _ROUNDING)
    if outside.any():
        raise ValueError(f"{name} is {array[outside].flat[0]:.6g}; it must lie in [0, 1]")
    return array.clip(0.0, 1.0)


def _label(d: pd.Series[float] | ArrayLike, column: str) -> Any:
    names = np.array([*grades()[column], None], dtype=object)
    labels = names[grade_number(d)]
    return pd.Series(labels, index=d.index, name=column) if isinstance(d, pd.Series) else labels
