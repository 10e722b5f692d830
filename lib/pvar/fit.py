"""Estimate a panel VAR: data and specification in, results out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from pvar.cautions import cautions
from pvar.covariance import Covariance, check_covariance, sandwich, windmeijer
from pvar.data import PanelData
from pvar.design import Design, Specification, TimeEffects, check_choice
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.gmm import (
    Clusters,
    Estimate,
    InitialWeight,
    Steps,
    check_weight_rank,
    innovation_covariance,
    one_step,
    two_step,
)
from pvar.identification import check_identified, weak_identification
from pvar.moments import Moments, accumulate
from pvar.results import HansenTest, PanelVARResults, regressor_names
from pvar.sample import Sample
from pvar.transform import Transform


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
    lags : int
    transform : {"fod", "fd", "pvar2", "pvar2-asymmetric"}
    depth : int, "all" or None
        Lag distances used as instruments per variable; None is just-identified.
    collapse : bool
        One instrument column per distance (True) or per distance and period.
    system : bool
        System GMM.
    predetermined, exogenous : sequence of str
        "L1.x" stands for x one period back.
    time_effects : {"none", "demean", "dummies"}
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
    specification = Specification(
        tuple(variables),
        lags,
        transform,
        depth,
        collapse,
        system,
        tuple(predetermined),
        tuple(exogenous),
        time_effects,
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
    specification : Specification
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
    check_covariance(name, steps)
    moments = prepared_moments(data, specification, sample_lags)
    if steps == "two" and name != "robust":
        check_weight_rank(moments)
    first = one_step(moments, initial=initial_weight, clusters=clusters_of(name))
    second = two_step(moments, first) if steps == "two" else first
    results = PanelVARResults(
        specification,
        steps,
        name,
        moments,
        second,
        windmeijer(moments, first, second) if name == "windmeijer" else sandwich(second),
        innovation_covariance(moments, second.coefficients),
        hansen_test(moments, first, second, steps),
        weak_identification(moments),
    )
    return with_cautions(results)


def with_cautions(results: PanelVARResults) -> PanelVARResults:
    """The results with their warnings, which are also issued to the caller."""
    found = cautions(results)
    for caution in found:
        warnings.warn(caution, PanelVARWarning, stacklevel=4)
    return replace(results, warnings=found)


def clusters_of(covariance: Covariance) -> Clusters:
    """What a moment is summed over before it is squared."""
    return "row" if covariance == "robust" else "unit"


def prepared_moments(
    data: PanelData, specification: Specification, sample_lags: int = 0
) -> Moments:
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
    moments = accumulate(Sample.of(data, design))
    check_identified(moments, term_names(data, specification, design))
    return moments


def term_names(data: PanelData, specification: Specification, design: Design) -> tuple[str, ...]:
    """Names of regressors, then regressands, in the order of the moments."""
    return (*regressor_names(data, specification, design), *specification.variables)


def hansen_test(moments: Moments, first: Estimate, second: Estimate, steps: Steps) -> HansenTest:
    """Hansen's J with the efficient weight, so after one step from the second one.

    The one-step criterion g'(Z'HZ)^-1 g is no chi-squared: it changes with the units of y.
    """
    if moments.just_identified:
        return HansenTest(0.0, 0, np.nan)
    df = moments.n_equations * (moments.n_instruments - moments.n_regressors)
    if steps == "one":
        try:
            check_weight_rank(moments)
            second = two_step(moments, first)
        except PanelVARError:
            return HansenTest(np.nan, df, np.nan)
    return HansenTest(second.criterion, df, float(chdtrc(df, second.criterion)))
