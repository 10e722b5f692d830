"""Estimate a panel VAR, data and specification in, results out; choose its lags."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from pvar import covariances, gmm
from pvar.bias import corrected
from pvar.data import PanelData
from pvar.design import Specification, TimeEffects, Transform, check_choice
from pvar.diagnostics import cautions, check_identified, weak_identification
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.gmm import Covariance, Estimate, InitialWeight, Steps, Weight
from pvar.messages import message
from pvar.moments import Moments, Sample, accumulate
from pvar.results import HansenTest, PanelVARResults, regressor_names


def panel_var(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    lags: int = 1,
    transform: Transform = "fod",
    depth: int | Literal["all"] | None = None,
    collapse: bool = True,
    system: bool = False,
    predetermined: Sequence[str] = (),
    exogenous: Sequence[str] = (),
    time_effects: TimeEffects = "none",
    steps: Steps = "one",
    covariance: Covariance | None = None,
) -> PanelVARResults:
    """Estimate a panel VAR with unit effects from a long data frame.

    y_it = A_1 y_{i,t-1} + ... + A_p y_{i,t-p} + B x_it + mu_i + e_it, by difference or
    system GMM (Holtz-Eakin, Newey and Rosen 1988; Arellano and Bover 1995).

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period. Gaps and missing cells are allowed; lags follow the
        calendar.
    variables : sequence of str
        The m dependent variables, in the default Cholesky order.
    unit, time : str, optional
        Identifying columns; by default the two levels of the index.
    lags, transform, depth, collapse, system, predetermined, exogenous, time_effects
        As in `Specification`.
    steps : {"one", "two"}
    covariance : {"clustered", "windmeijer", "robust"}, optional
        By default clustered after one step, Windmeijer after two.

    Returns
    -------
    PanelVARResults
        Its `warnings` say what to be careful about; they are also issued.

    Raises
    ------
    PanelVARError
        If the data or the options do not allow the estimate; the message (Chinese) names
        the number seen and the cure.
    """
    further = tuple(predetermined), tuple(exogenous)
    specification = Specification(
        tuple(variables), lags, transform, depth, collapse, system, *further, time_effects
    )
    data = PanelData.from_frame(frame, specification.columns, unit=unit, time=time)
    return fit(data, specification, steps=steps, covariance=covariance)


def fit(
    data: PanelData,
    specification: Specification,
    *,
    steps: Steps | None = None,
    weight: Weight = "unit",
    initial_weight: InitialWeight = "model",
    covariance: Covariance | None = None,
    bandwidth: int | None = None,
    sample_lags: int = 0,
) -> PanelVARResults:
    """Estimate a specification on prepared data.

    Parameters
    ----------
    data : PanelData
        Its variables must be `specification.columns`, in that order.
    steps : {"one", "two"}, optional
        By default two where the model is over-identified, else one.
    weight : {"unit", "cluster", "row"}
        What the two-step weight is summed over: units, the data's clusters of them, or rows as
        if all rows were independent.
    initial_weight : {"model", "identity"}
        First-step weight of an over-identified model: (Z'HZ)^-1, or the identity, whose results
        depend on the units of the data.
    covariance : {"clustered", "windmeijer", "robust", "unadjusted", "driscoll-kraay"}, optional
        Clustered by unit, or by the data's clusters if they have any; the same corrected for the
        estimated weight; by row; taking the weight to be right, (G'WG)^-1 after two steps and
        Sigma kron (X'Z(Z'HZ)^-1Z'X)^-1 after one; by period, allowing for correlation between
        units and over a bandwidth of periods. By default Windmeijer's after two steps if
        the weight is summed over the same clusters, else clustered.
    bandwidth : int, optional
        Lags of Bartlett's kernel for "driscoll-kraay"; by default the integer part of
        4 (T / 100)^(2/9).
    sample_lags : int
        Use only rows that a model with this many lags could use.

    Notes
    -----
    Stata's pvar is steps="two", initial_weight="identity", weight="row", with covariance
    "unadjusted", "robust" or "clustered" for its vce().

    Raises
    ------
    PanelVARError
        If the data cannot identify the model or the options do not go together.
    """
    check_choice("weight", weight, gmm.WEIGHTS)
    check_choice("initial_weight", initial_weight, gmm.INITIAL_WEIGHTS)
    moments = prepared_moments(data, specification, sample_lags)
    steps = steps or ("one" if moments.just_identified else "two")
    check_choice("steps", steps, ("one", "two"))
    name = covariance or covariances.default_covariance(moments, steps, weight)
    covariances.check_covariance(moments, name, steps, weight)
    bandwidth = covariances.bandwidth_of(moments, name, bandwidth)
    if steps == "two":
        gmm.check_weight_rank(moments, weight)
    first = gmm.one_step(moments, initial=initial_weight, weight=weight)
    second = gmm.two_step(moments, first) if steps == "two" else first
    final = corrected(moments, second)
    sigma = gmm.innovation_covariance(moments, final.coefficients)
    spread = covariances.covariance_of(
        moments,
        first,
        second,
        name,
        steps=steps,
        weight=weight,
        sigma=sigma,
        coefficients=final.coefficients,
        bandwidth=bandwidth,
    )
    hansen = hansen_test(moments, first, second, steps, weight)
    weak = weak_identification(moments)
    results = PanelVARResults(
        specification,
        steps,
        name,
        moments,
        final,
        spread,
        sigma,
        hansen,
        weak,
        initial_weight=initial_weight,
        weight=weight,
        bandwidth=bandwidth,
    )
    found = cautions(results)
    for caution in found:
        warnings.warn(caution, PanelVARWarning, stacklevel=3)
    return replace(results, warnings=found)


def prepared_moments(data: PanelData, specification: Specification, sample_lags: int) -> Moments:
    """Moments of a specification, or an error if the data cannot identify it."""
    if data.variables != specification.columns:
        raise PanelVARError(
            message(
                "The data must have the variables {wanted} in this order; read {found}.",
                wanted=", ".join(specification.columns),
                found=", ".join(data.variables),
            )
        )
    design = specification.design(sample_lags=sample_lags)
    if data.n_periods < design.lags + 2:
        raise PanelVARError(
            message(
                "Too few periods: a lag of {lags} and the transform need {needed} consecutive ones; "
                "the data have {n}. Use fewer lags or a longer panel.",
                lags=design.lags,
                needed=design.lags + 2,
                n=data.n_periods,
            )
        )
    sample = Sample.of(data, design)
    moments = accumulate(sample)
    check_identified(moments, regressor_names(specification, sample) + specification.variables)
    return moments


def hansen_test(
    moments: Moments, first: Estimate, second: Estimate, steps: Steps, weight: Weight
) -> HansenTest:
    """Hansen's J with the efficient weight, so after one step from the second one.

    The one-step criterion g'(Z'HZ)^-1 g is no chi-squared: it changes with the units of y.
    """
    if moments.just_identified:
        return HansenTest(0.0, 0, np.nan)
    df = moments.n_equations * (moments.n_instruments - moments.n_regressors)
    if steps == "one":
        try:
            gmm.check_weight_rank(moments, weight)
            second = gmm.two_step(moments, first)
        except PanelVARError:
            return HansenTest(np.nan, df, np.nan)
    return HansenTest(second.criterion, df, float(chdtrc(df, second.criterion)))


def select_lags(
    data: PanelData, specification: Specification, *, max_lags: int = 3, steps: Steps = "two"
) -> pd.DataFrame:
    """Criteria for the lag length on one common sample.

    All models use the rows that the longest one can use. Andrews and Lu's (2001) criteria
    weigh Hansen's J against its degrees of freedom, df = m(L - K), and need more instruments
    than regressors: give `specification.depth` above `max_lags`. Where J does not exist
    they are NaN, and the information criteria of the transformed residuals remain:
    ln|Sigma| + penalty * m K / n, Sigma = E'E/n (they are no likelihoods, since residuals
    are transformed; the older pvar2 programs choose lags by them).

    The lags of the specification are replaced by 1 .. max_lags. Where two steps are impossible
    the one-step estimate is used.

    Returns
    -------
    DataFrame
        Index lags; columns n, moments, j, df, p, mbic, maic, mqic, cd (coefficient of
        determination, 1 - |Sigma| / |Sigma of y|), aic, bic, hqic, modulus.
    """
    rows = {p: lag_row(data, specification, p, max_lags, steps) for p in range(1, max_lags + 1)}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "lags"
    return frame


def lag_row(
    data: PanelData, specification: Specification, lags: int, max_lags: int, steps: Steps
) -> dict[str, float]:
    """Criteria of one lag length."""
    results = common_sample_fit(data, replace(specification, lags=lags), max_lags, steps)
    j, df, n = results.hansen.statistic, results.hansen.df, results.n_obs
    j = j if df else np.nan
    m, k = results.coefficients.shape
    sigma = results.sigma * (n - results.moments.fitted) / n
    explained = results.moments.gram[-m:, -m:] / n
    (_, log_sigma), (_, log_total) = np.linalg.slogdet(sigma), np.linalg.slogdet(explained)
    penalties = {"bic": np.log(n), "aic": 2.0, "hqic": 2.0 * np.log(np.log(n))}
    moment = {f"m{name.replace('h', '')}": j - df * weight for name, weight in penalties.items()}
    information = {name: log_sigma + weight * m * k / n for name, weight in penalties.items()}
    head = {"n": n, "moments": results.n_moments, "j": j, "df": df, "p": results.hansen.p}
    tail = {"cd": 1.0 - np.exp(log_sigma - log_total), "modulus": results.eigenvalue_moduli[0]}
    return head | moment | information | tail


def common_sample_fit(
    data: PanelData, specification: Specification, sample_lags: int, steps: Steps
) -> PanelVARResults:
    """A fit on the common sample, by one step where two are impossible."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        if steps == "two":
            with suppress(PanelVARError):
                return fit(data, specification, steps="two", sample_lags=sample_lags)
        return fit(data, specification, steps="one", sample_lags=sample_lags)
