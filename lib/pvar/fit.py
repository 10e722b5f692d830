"""Estimate a panel VAR: data and specification in, results out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import get_args

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from pvar import covariances, gmm
from pvar.bias import corrected
from pvar.copies import check_copies
from pvar.data import PanelData
from pvar.design import (
    Depth,
    Design,
    Lags,
    MissingInstruments,
    Specification,
    TimeEffects,
    Transform,
)
from pvar.diagnostics import cautions, check_identified
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.gmm import Clusters, Covariance, Estimate, InitialWeight, Steps
from pvar.identification import weak_identification
from pvar.messages import message
from pvar.moments import Moments, Sample, accumulate
from pvar.options import check_choice, column_names, flag, listed, shown, whole_number
from pvar.results import HansenTest, PanelVARResults, regressor_names

#: Moments for each unit up to which two steps are taken by themselves. With more, the weight is
#: estimated poorly: errors are no smaller than after one step, and Hansen's J loses its power.
MOMENTS_PER_UNIT = 0.5


def panel_var(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    lags: Lags = 1,
    transform: Transform = "fod",
    depth: Depth = None,
    collapse: bool = True,
    system: bool = False,
    predetermined: Sequence[str] = (),
    exogenous: Sequence[str] = (),
    time_effects: TimeEffects = "none",
    missing_instruments: MissingInstruments = "zero",
    steps: Steps | None = None,
    weight: Clusters = "unit",
    initial_weight: InitialWeight = "model",
    covariance: Covariance | None = None,
    cluster: str | None = None,
    bandwidth: int | None = None,
    use_t: bool = False,
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
        Identifying columns; by default the two levels of the index. Time is a whole number or
        a pandas period.
    lags : int, sequence of int, or mapping
        2 for lags 1 and 2 of every variable; [1, 4] for these two; {"y": 2, "x": [1, 4]} by
        variable.
    transform, collapse, system, predetermined, exogenous, time_effects, missing_instruments
        As in `Specification`.
    depth : int, "all", "just", optional
        Lag distances used as instruments per variable; "just" as many as lags, which is
        just-identified. By default two more.
    steps : {"one", "two"}, optional
        By default two where the model is over-identified and its moments are at most half as
        many as units (or clusters), else one.
    weight : {"unit", "row"}
        What the two-step weight treats as independent: units, or their clusters if these are
        named; or rows, as Stata's pvar does.
    initial_weight : {"model", "identity"}
        First-step weight of an over-identified model; "identity" is the habit of Stata's pvar,
        and its results depend on the units of the data.
    covariance : {"clustered", "windmeijer", "robust", "unadjusted", "driscoll-kraay"}, optional
        Clustered by unit, or by cluster if named; the same corrected for the estimated weight;
        by row; taking the weight to be right, (G'WG)^-1 after two steps and
        Sigma kron (X'Z (Z'HZ)^-1 Z'X)^-1 after one; by period, for errors correlated between
        units and over a bandwidth of periods. By default Windmeijer's after two steps with
        weight "unit", else clustered. Stata's pvar is steps="two", weight="row" and
        initial_weight="identity", with "unadjusted", "robust" or "clustered" as its vce().
    cluster : str, optional
        Column of clusters of units, when errors of different units are correlated.
    bandwidth : int, optional
        Lags of Bartlett's kernel for "driscoll-kraay"; by default the integer part of
        4 (T / 100)^(2/9).
    use_t : bool
        Read test statistics from t, instead of the normal distribution, with one degree of
        freedom less than there are clusters (units where none are named; periods for
        "driscoll-kraay").

    Returns
    -------
    PanelVARResults
        Its `warnings` say what to be careful about; they are also issued.

    Raises
    ------
    PanelVARError
        If the data or the options do not allow the estimate; the message names the number
        seen and the cure.
    """
    specification = Specification(
        column_names("variables", variables),
        lags,
        transform,
        depth,
        collapse,
        system,
        column_names("predetermined", predetermined),
        column_names("exogenous", exogenous),
        time_effects,
        missing_instruments,
    )
    keys = {"unit": unit, "time": time, "cluster": cluster}
    data = PanelData.from_frame(frame, specification.columns, **keys)
    return fit(
        data,
        specification,
        steps=steps,
        weight=weight,
        initial_weight=initial_weight,
        covariance=covariance,
        cluster=cluster,
        bandwidth=bandwidth,
        use_t=use_t,
    )


def fit(
    data: PanelData,
    specification: Specification,
    *,
    steps: Steps | None = None,
    weight: Clusters = "unit",
    initial_weight: InitialWeight = "model",
    covariance: Covariance | None = None,
    cluster: str | None = None,
    bandwidth: int | None = None,
    use_t: bool = False,
    sample_lags: int = 0,
) -> PanelVARResults:
    """Estimate a specification on prepared data.

    Parameters
    ----------
    data : PanelData
        Its variables must be `specification.columns`, in that order.
    steps, weight, initial_weight, covariance, bandwidth, use_t
        As in `panel_var`.
    cluster : str, optional
        Name of the clusters that the data hold, as a check; the data's clusters are taken in
        any case.
    sample_lags : int
        Use only rows that a model with this many lags could use.
    """
    check_prepared(data, specification)
    check_copies(data, specification)
    check_estimation(data, steps, weight, initial_weight, covariance, cluster)
    use_t = flag("use_t", use_t)
    sample_lags = whole_number("sample_lags", sample_lags, least=0)
    moments = summed_moments(data, specification, sample_lags)
    check_identified(
        moments, regressor_names(specification, moments.sample) + specification.variables
    )
    chosen: Steps = steps or automatic_steps(moments, covariance, weight)
    name: Covariance = covariance or covariances.default_covariance(chosen, weight)
    covariances.check_covariance(moments, name, chosen, weight)
    bandwidth = covariances.bandwidth_of(moments, name, bandwidth)
    if chosen == "two" and weight == "unit":
        gmm.check_weight_rank(moments)
    first = gmm.one_step(moments, initial=initial_weight, clusters=weight)
    second = gmm.two_step(moments, first) if chosen == "two" else first
    final = corrected(moments, second)
    sigma = gmm.innovation_covariance(moments, final.coefficients)
    hansen = hansen_test(moments, first, second, chosen, weight)
    spread = covariances.covariance_of(
        moments,
        first,
        second,
        name,
        steps=chosen,
        weight=weight,
        sigma=sigma,
        coefficients=final.coefficients,
        bandwidth=bandwidth,
    )
    weak = weak_identification(moments)
    results = PanelVARResults(
        specification,
        chosen,
        name,
        moments,
        final,
        spread,
        sigma,
        hansen,
        weak,
        weight=weight,
        initial_weight=initial_weight,
        cluster=data.cluster,
        use_t=use_t,
        bandwidth=bandwidth,
    )
    found = cautions(results)
    for caution in found:
        warnings.warn(caution, PanelVARWarning, stacklevel=3)
    return replace(results, warnings=found)


def check_estimation(
    data: PanelData,
    steps: str | None,
    weight: str,
    initial_weight: str,
    covariance: str | None,
    cluster: str | None,
) -> None:
    """Refuse unknown names of estimation options, and clusters that the data do not hold."""
    if steps is not None:
        check_choice("steps", steps, get_args(Steps))
    check_choice("weight", weight, get_args(Clusters))
    check_choice("initial_weight", initial_weight, get_args(InitialWeight))
    if covariance is not None:
        check_choice("covariance", covariance, gmm.COVARIANCES)
    if cluster is not None and cluster != data.cluster:
        raise PanelVARError(
            message(
                "The data hold no clusters {cluster}; give cluster to PanelData.from_frame too.",
                cluster=shown(cluster),
            )
        )


def automatic_steps(moments: Moments, covariance: str | None, weight: Clusters) -> Steps:
    """Two steps where there is something to weigh and units enough to estimate a weight."""
    if covariance == "windmeijer":
        return "two"
    if moments.just_identified:
        return "one"
    few = moments.n_moments <= MOMENTS_PER_UNIT * gmm.n_clusters(moments)
    return "two" if weight == "row" or few else "one"


def check_prepared(data: object, specification: object) -> None:
    """Refuse what is no prepared data, or was prepared for another specification."""
    if not (isinstance(data, PanelData) and isinstance(specification, Specification)):
        raise PanelVARError(
            message(
                "fit takes PanelData and a Specification; read {data} and {specification}. For a "
                "data frame there is panel_var.",
                data=shown(data),
                specification=shown(specification),
            )
        )
    if data.variables != specification.columns:
        raise PanelVARError(
            message(
                "The data must hold the variables {needed}, in this order; read {found}.",
                needed=listed(specification.columns),
                found=listed(data.variables),
            )
        )


def summed_moments(data: PanelData, specification: Specification, sample_lags: int) -> Moments:
    """Moments of a specification, or an error if the calendar is too short for it."""
    design = design_of(specification, sample_lags)
    if data.n_periods < design.lags + 2:
        raise PanelVARError(
            message(
                "Too few periods: {lags} lags and the transform need at least {needed} in a row, "
                "the data have {periods}. Use fewer lags or more periods.",
                lags=design.lags,
                needed=design.lags + 2,
                periods=data.n_periods,
            )
        )
    return accumulate(Sample.of(data, design))


@lru_cache(maxsize=64)
def design_of(specification: Specification, sample_lags: int) -> Design:
    """The design of a specification; one for all fits, with what follows from it."""
    return specification.design(sample_lags=sample_lags)


def hansen_test(
    moments: Moments, first: Estimate, second: Estimate, steps: Steps, weight: Clusters
) -> HansenTest:
    """Hansen's J with the efficient weight, so after one step from the second one.

    The one-step criterion g'(Z'HZ)^-1 g is no chi-squared: it changes with the units of y.
    """
    if moments.just_identified:
        return HansenTest(0.0, 0, np.nan)
    df = moments.n_equations * (moments.n_instruments - moments.n_regressors)
    if steps == "one":
        try:
            if weight == "unit":
                gmm.check_weight_rank(moments)
            second = gmm.two_step(moments, first)
        except PanelVARError:
            return HansenTest(np.nan, df, np.nan)
    return HansenTest(second.criterion, df, float(chdtrc(df, second.criterion)))
