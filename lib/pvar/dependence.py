"""Are the residuals of different units correlated? Pesaran's test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import ndtr

from pvar.errors import PanelVARError
from pvar.gmm import residual_maker
from pvar.linalg import Array, BoolArray
from pvar.messages import message
from pvar.results import PanelVARResults

#: Fewest periods that two units must share.
SHARED = 3
BLOCK = 500


def cross_section_dependence(results: PanelVARResults) -> pd.DataFrame:
    """Test that residuals of different units are uncorrelated, equation by equation.

    Pesaran's (2004) CD on transformed residuals: the sum over pairs of units of the square
    root of their T_ij common periods times their correlation (about zero), over the root of
    the number of pairs; standard normal for many units, few periods or not. It sees shocks
    that move units the same way. Demeaning or period dummies take out the common part and
    leave the statistic slightly negative under the null, so that it says little there.

    Returns
    -------
    DataFrame
        Index equation; columns cd, p (two-sided), mean_correlation, pairs.

    Raises
    ------
    PanelVARError
        If no two units share three periods.
    """
    residuals, kept = transformed_residuals(results)
    total, pairs = np.zeros((2, residuals.shape[2])), 0
    for weight, correlation in pair_blocks(residuals, kept):
        total += [(np.sqrt(weight) * correlation).sum(axis=1), correlation.sum(axis=1)]
        pairs += len(weight)
    if pairs == 0:
        raise PanelVARError(
            message(
                "No two of {n} units share {shared} periods; the test needs longer series.",
                n=len(residuals),
                shared=SHARED,
            )
        )
    cd = total[0] / np.sqrt(pairs)
    columns = {"cd": cd, "p": 2.0 * ndtr(-np.abs(cd)), "mean_correlation": total[1] / pairs}
    frame = pd.DataFrame(columns, index=pd.Index(results.variables, name="equation"))
    return frame.assign(pairs=pairs)


def transformed_residuals(results: PanelVARResults) -> tuple[Array, BoolArray]:
    """Residuals (units, rows, m), zero where there is no row, and which rows exist."""
    maker = residual_maker(results.coefficients)
    parts = [(rows.transformed_w @ maker, rows.kept) for rows in results.moments.rows()]
    residuals, kept = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return residuals, kept


def pair_blocks(residuals: Array, kept: BoolArray) -> Iterator[tuple[Array, Array]]:
    """Common periods (pairs,) and correlations (m, pairs) of pairs of units, block by block."""
    values, mask = residuals.transpose(2, 0, 1), kept.astype(np.float64)
    squares, n = values**2, len(kept)
    for low in range(0, n, BLOCK):
        block = slice(low, min(low + BLOCK, n))
        common = mask[block] @ mask.T
        wanted = np.arange(n) > np.arange(low, block.stop)[:, None]
        wanted &= common >= SHARED
        scale = (squares[:, block] @ mask.T) * (mask[block] @ squares.transpose(0, 2, 1))
        product = values[:, block] @ values.transpose(0, 2, 1)
        yield common[wanted], product[:, wanted] / np.sqrt(scale[:, wanted])
