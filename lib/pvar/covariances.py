"""Covariances of the coefficients, apart from the weight that gave the coefficients.

All are P S P' with P the projection of the estimate: what S is summed over is the choice. There
is no small-sample factor, with one exception. Where unit means were subtracted, a residual has
1 - 1/T of the shock's variance however many units there are, and sums over single rows or
periods allow for it: they are multiplied by n over n less the means of units and periods.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pvar.bias import corrected_scores
from pvar.errors import PanelVARError
from pvar.gmm import (
    Clusters,
    Covariance,
    Estimate,
    Steps,
    row_scores,
    sandwich,
    score_covariance,
    spread_of_rows,
    windmeijer,
)
from pvar.linalg import Array
from pvar.messages import message
from pvar.moments import Moments
from pvar.options import whole_number


def default_covariance(steps: Steps, weight: Clusters) -> Covariance:
    """Clustered; Windmeijer's after two steps, where the weight is summed over the clusters."""
    return "windmeijer" if steps == "two" and weight == "unit" else "clustered"


def check_covariance(moments: Moments, name: Covariance, steps: Steps, weight: Clusters) -> None:
    """Refuse choices that do not go together."""
    if name == "windmeijer" and steps == "one":
        raise PanelVARError(
            message(
                "Windmeijer's correction is for two steps; after one step choose 'clustered' or "
                "'robust'."
            )
        )
    if name == "windmeijer" and weight == "row":
        raise PanelVARError(
            message(
                "Windmeijer's correction needs weight='unit'; with weight='row' choose "
                "covariance='clustered'."
            )
        )
    if name == "unadjusted" and moments.sample.design.correction:
        raise PanelVARError(
            message(
                "covariance='unadjusted' would leave out what the correction of the bias adds to "
                "the variance; choose 'clustered' or 'robust'."
            )
        )


def bandwidth_of(moments: Moments, name: Covariance, bandwidth: int | None) -> int | None:
    """The bandwidth asked for or the usual one; None for covariances that have none."""
    if name != "driscoll-kraay":
        if bandwidth is not None:
            raise PanelVARError(
                message(
                    "bandwidth={bandwidth} is for covariance='driscoll-kraay'; read {name!r}.",
                    bandwidth=bandwidth,
                    name=name,
                )
            )
        return None
    periods = moments.n_row_periods
    if periods < 2:
        raise PanelVARError(
            message(
                "covariance='driscoll-kraay' sums over periods and needs many; rows are left in "
                "{periods}. Choose 'clustered'.",
                periods=periods,
            )
        )
    lags = default_bandwidth(periods) if bandwidth is None else bandwidth
    return whole_number("bandwidth", lags, least=0, most=periods - 1)


def covariance_of(
    moments: Moments,
    first: Estimate,
    second: Estimate,
    name: Covariance,
    *,
    steps: Steps,
    weight: Clusters,
    sigma: Array,
    coefficients: Array,
    bandwidth: int | None,
) -> Array:
    """Covariance (mK, mK) of the second estimate, which after one step is the first.

    Parameters
    ----------
    name : {"clustered", "robust", "unadjusted", "windmeijer", "driscoll-kraay"}
        Sums over units, or their clusters if the data name any; over rows; the weight taken
        to be right; the first of these corrected for the estimated weight (Windmeijer
        2005); over periods that correlate up to a bandwidth (Driscoll and Kraay 1998).
    sigma : array (m, m)
        Covariance of the transformed residuals, for "unadjusted" after one step.
    coefficients : array (m, K)
        Those of the second estimate, less their bias if the design corrects for it.
    """
    if name == "windmeijer":
        return windmeijer(moments, first, second)
    if name == "unadjusted":
        return sandwich(second, None if steps == "two" else homoskedastic_scores(moments, sigma))
    plain = second.coefficients
    over: Clusters = "row" if name == "robust" else "unit"
    rows: Iterator[Array] | None = None
    if moments.sample.design.correction:
        rows = corrected_scores(moments, plain, coefficients)
    if bandwidth is not None:
        rows = rows or row_scores(moments, plain)
        scores = driscoll_kraay_scores(moments, rows, bandwidth)
    elif rows is not None:
        scores = spread_of_rows(moments, rows, over)
    elif steps == "one" and weight == over:
        scores = second.score_covariance
    else:
        scores = score_covariance(moments, plain, over)
    clustered = name == "clustered"
    return sandwich(second, scores if clustered else scores * allowance_for_means(moments))


def allowance_for_means(moments: Moments) -> float:
    """n over n less the unit and period means, if unit means were subtracted; else 1."""
    design = moments.sample.design
    if design.transform != "within":
        return 1.0
    means = moments.fitted - len(design.regressors)
    return float(moments.n_obs / (moments.n_obs - means))


def homoskedastic_scores(moments: Moments, sigma: Array) -> Array:
    """Sigma kron Z'HZ (mL, mL), Sigma that of the shocks: differences have twice theirs."""
    shocks = sigma / 2.0 if moments.sample.design.transform == "fd" else sigma
    return np.asarray(np.kron(shocks, moments.weight))


def default_bandwidth(n_periods: int) -> int:
    """The largest integer in 4 (T / 100)^(2/9), Newey and West's (1994) rule for Bartlett."""
    return int(np.floor(4.0 * (n_periods / 100.0) ** (2.0 / 9.0)))


def driscoll_kraay_scores(moments: Moments, rows: Iterator[Array], bandwidth: int) -> Array:
    """Bartlett's sum of the autocovariances of the moments' sums over units (mL, mL).

    h_t = sum over i of g_it and S = G_0 + sum over l of (1 - l / (B + 1)) (G_l + G_l'), G_l
    the sum of h_t h_{t-l}' (Driscoll and Kraay 1998, equation 3.4, with Bartlett's kernel).
    """
    sums = period_sums(moments, rows)
    total = sums.T @ sums
    for lag in range(1, bandwidth + 1):
        shifted = sums[lag:].T @ sums[:-lag]
        total += (1.0 - lag / (bandwidth + 1.0)) * (shifted + shifted.T)
    return total


def period_sums(moments: Moments, rows: Iterator[Array]) -> Array:
    """Moments summed over units, (periods, mL); system GMM's two kinds of rows together."""
    total = np.asarray(sum(scores.sum(axis=0) for scores in rows))
    kinds: Array = total.reshape(-1, len(moments.period_rows), moments.n_moments)
    return np.asarray(kinds.sum(axis=0))
