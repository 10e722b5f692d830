"""Wald tests of linear restrictions, named or as a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from pvar.errors import PanelVARError
from pvar.linalg import Array, inverse_factor
from pvar.messages import message
from pvar.options import listed, numbers, shown

if TYPE_CHECKING:
    from pvar.results import PanelVARResults


@dataclass(frozen=True)
class WaldTest:
    """A Wald test.

    Attributes
    ----------
    chi2, df, p : float, int, float
        (R b - r)'(R V R')^-1 (R b - r), the number of restrictions, and the p-value: of
        chi-squared, or with `use_t` of F(df, df_residual).
    f, df_residual : float and int, or None
        chi2 / df and the `df_t` of the results; None without `use_t`.
    """

    chi2: float
    df: int
    p: float
    f: float | None = None
    df_residual: int | None = None


def wald_test(
    results: PanelVARResults,
    restrictions: Mapping[str, str | Sequence[str]] | ArrayLike,
    value: ArrayLike = 0.0,
) -> WaldTest:
    """Test linear restrictions on the coefficients of all equations.

    Parameters
    ----------
    results : PanelVARResults
    restrictions : mapping or array (q, mK)
        Regressors by equation, such as ``{"wages": ["lag1_jobs", "lag2_jobs"]}``: each of
        these coefficients equals its value. Or the matrix R of R b = r, b by equation, then
        regressor.
    value : float or array (q,)
        r, in the order of the names.

    Returns
    -------
    WaldTest
        With the covariance of the results.

    Raises
    ------
    PanelVARError
        For an unknown equation or regressor, no restriction, a wrong shape, or restrictions
        that repeat or contradict one another.
    """
    if isinstance(restrictions, Mapping):
        matrix = named_restrictions(results, restrictions)
    elif isinstance(restrictions, str):
        example = {results.variables[0]: [results.regressors[0]]}
        raise PanelVARError(
            message(
                "restrictions must name regressors by equation, such as {example}, or be a matrix; "
                "read {value}.",
                example=example,
                value=shown(restrictions),
            )
        )
    else:
        matrix = np.atleast_2d(numbers("restrictions", restrictions))
    size = results.coefficients.size
    if matrix.ndim != 2 or matrix.shape[1] != size or not len(matrix):
        raise PanelVARError(
            message(
                "The restrictions must form a matrix with a row for each and {size} columns, a "
                "column for each coefficient of the {m} equations; the shape is {shape}.",
                size=size,
                m=len(results.variables),
                shape=matrix.shape,
            )
        )
    gap = matrix @ results.coefficients.ravel() - values_of(value, len(matrix))
    return statistic(results, matrix, gap)


def named_restrictions(results: PanelVARResults, names: Mapping[str, str | Sequence[str]]) -> Array:
    """R with a one in each row, (q, mK)."""
    places = [
        place_of(results, equation, regressor)
        for equation, regressors in names.items()
        for regressor in ([regressors] if isinstance(regressors, str) else regressors)
    ]
    return np.asarray(np.eye(results.coefficients.size)[places])


def place_of(results: PanelVARResults, equation: str, regressor: str) -> int:
    """Position of a coefficient among all."""
    for name, known in ((equation, results.variables), (regressor, results.regressors)):
        if name not in known:
            raise PanelVARError(
                message(
                    "A Wald test needs an equation and one of its regressors; {name!r} is none of "
                    "{known}.",
                    name=name,
                    known=listed(known),
                )
            )
    width = int(results.coefficients.shape[1])
    return results.variables.index(equation) * width + results.regressors.index(regressor)


def values_of(value: ArrayLike, count: int) -> Array:
    """Right-hand sides, one for each restriction."""
    values = numbers("value", value)
    if values.shape not in ((), (count,)):
        raise PanelVARError(
            message(
                "Give one value for all restrictions or one for each of the {count}; the shape is "
                "{shape}.",
                count=count,
                shape=values.shape,
            )
        )
    return values


def statistic(results: PanelVARResults, matrix: Array, gap: Array) -> WaldTest:
    """The test, given R and R b - r."""
    spread = matrix @ results.covariance @ matrix.T
    name = message("Covariance of the restrictions")
    cure = message("Restrictions may repeat one another, or be too many for the units.")
    chi2 = float(((inverse_factor(spread, name, cure) @ gap) ** 2).sum())
    df = len(matrix)
    if not results.use_t:
        return WaldTest(chi2, df, float(chdtrc(df, chi2)))
    f = chi2 / df
    return WaldTest(chi2, df, float(fdtrc(df, results.df_t, f)), f, results.df_t)
