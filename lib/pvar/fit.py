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

from pvar import gmm
from pvar.data import PanelData
from pvar.design import Specification, TimeEffects, Transform, check_choice
from pvar.diagnostics import cautions, check_identified
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.gmm import Clusters, Covariance, Estimate, InitialWeight, Steps
from pvar.identification import weak_identification
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
    steps: Steps = "one",
    covariance: Covariance | None = None,
    initial_weight: InitialWeight = "model",
    sample_lags: int = 0,
) -> PanelVARResults:
    """Estimate a specification on prepared data.

    Parameters
    ----------
    data : PanelData
        Its variables must be `specification.columns`, in that order.
    steps, covariance
        As in `panel_var`. "robust" also clusters the two-step weight by row, which is
        Stata's habit.
    initial_weight : {"model", "identity"}
        First-step weight of an over-identified model; "identity" is Stata's, and its
        results depend on the units of the data.
    sample_lags : int
        Use only rows that a model with this many lags could use.
    """
    check_choice("steps", steps, ("one", "two"))
    check_choice("initial_weight", initial_weight, ("model", "identity"))
    name: Covariance = covariance or ("clustered" if steps == "one" else "windmeijer")
    gmm.check_covariance(name, steps)
    moments = prepared_moments(data, specification, sample_lags)
    if steps == "two" and name != "robust":
        gmm.check_weight_rank(moments)
    clusters: Clusters = "row" if name == "robust" else "unit"
    first = gmm.one_step(moments, initial=initial_weight, clusters=clusters)
    second = gmm.two_step(moments, first) if steps == "two" else first
    sigma = gmm.innovation_covariance(moments, second.coefficients)
    hansen = hansen_test(moments, first, second, steps)
    corrected = name == "windmeijer"
    spread = gmm.windmeijer(moments, first, second) if corrected else gmm.sandwich(second)
    weak = weak_identification(moments)
    results = PanelVARResults(
        specification, steps, name, moments, second, spread, sigma, hansen, weak
    )
    found = cautions(results)
    for caution in found:
        warnings.warn(caution, PanelVARWarning, stacklevel=3)
    return replace(results, warnings=found)


def prepared_moments(data: PanelData, specification: Specification, sample_lags: int) -> Moments:
    """Moments of a specification, or an error if the data cannot identify it."""
    if data.variables != specification.columns:
        raise PanelVARError(
            f"数据的变量须依次为 {'、'.join(specification.columns)}；"
            f"读到 {'、'.join(data.variables)}。"
        )
    design = specification.design(sample_lags=sample_lags)
    if data.n_periods < design.lags + 2:
        raise PanelVARError(
            f"时期太短：滞后 {design.lags} 期再做变换至少要连续 {design.lags + 2} 期，"
            f"数据只有 {data.n_periods} 期；请减少滞后阶数或补充年份。"
        )
    sample = Sample.of(data, design)
    moments = accumulate(sample)
    check_identified(moments, regressor_names(specification, sample) + specification.variables)
    return moments


def hansen_test(moments: Moments, first: Estimate, second: Estimate, steps: Steps) -> HansenTest:
    """Hansen's J with the efficient weight, so after one step from the second one.

    The one-step criterion g'(Z'HZ)^-1 g is no chi-squared: it changes with the units of y.
    """
    if moments.just_identified:
        return HansenTest(0.0, 0, np.nan)
    df = moments.n_equations * (moments.n_instruments - moments.n_regressors)
    if steps == "one":
        try:
            gmm.check_weight_rank(moments)
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
