"""Granger tests, serial correlation, lag choice: is the model one that may be read?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from pvar.data import PanelData
from pvar.design import Specification
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.fit import fit
from pvar.gmm import Steps, residual_maker, unit_scores
from pvar.linalg import Array, BoolArray, inverse_factor
from pvar.results import PanelVARResults

JOINT_CURE = "参与检验的系数太多而单位太少；请减少变量或滞后阶数。"


def granger_tests(results: PanelVARResults) -> pd.DataFrame:
    """Wald tests that all lags of a variable can be left out of an equation.

    Parameters
    ----------
    results : PanelVARResults

    Returns
    -------
    DataFrame
        Index equation, excluded (each other variable, then "ALL"); columns chi2, df, p.
        With the covariance of the results.
    """
    m, lags = len(results.variables), results.specification.lags
    rows = {}
    for equation, name in enumerate(results.variables):
        others = [j for j in range(m) if j != equation]
        groups = [(results.variables[j], [j]) for j in others]
        for excluded, columns in groups + ([("ALL", others)] if m > 1 else []):
            places = [k * m + j for k in range(lags) for j in columns]
            rows[name, excluded] = wald_test(results, equation, places)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["chi2", "df", "p"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "excluded"])
    return frame.astype({"df": int})


def wald_test(
    results: PanelVARResults, equation: int, regressors: Sequence[int]
) -> tuple[float, int, float]:
    """Chi-squared, degrees of freedom and p of "these coefficients are zero"."""
    places = equation * results.coefficients.shape[1] + np.array(regressors)
    variance = results.covariance[np.ix_(places, places)]
    root = inverse_factor(variance, "待检系数的协方差矩阵", JOINT_CURE)
    value = float(((root @ results.coefficients[equation, regressors]) ** 2).sum())
    return value, len(places), float(chdtrc(len(places), value))


def serial_correlation_tests(results: PanelVARResults, *, order: int = 2) -> pd.DataFrame:
    """Arellano and Bond's m_1 .. m_order on differenced residuals, equation by equation.

    First-order correlation is built in by differencing; second-order correlation means
    that y_{t-2} is no valid instrument (Arellano and Bond 1991, section 3; Roodman 2009).

    Parameters
    ----------
    results : PanelVARResults
        Of any transform; its coefficients and covariance are used.
    order : int

    Returns
    -------
    DataFrame
        Index equation, order; columns z, p (two-sided), n (products). z is NaN where no
        unit has rows that far apart.
    """
    rows = {}
    for lag in range(1, order + 1):
        z, count = serial_correlation(results, lag)
        for name, value in zip(results.variables, z, strict=True):
            rows[name, lag] = (value, 2.0 * float(ndtr(-abs(value))), count)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["z", "p", "n"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "order"])
    return frame.sort_index(level=1, sort_remaining=False)


@dataclass
class SerialSums:
    """Sums over units that Arellano and Bond's statistic needs, equation by equation.

    Attributes
    ----------
    product, square : array (m,)
        Sums of e_i'e_{i,-lag} and of its square.
    slope : array (m, K)
        Sums of e_{i,-lag}'X_i.
    covariance : array (m, mL)
        Sums of e_i'e_{i,-lag} times the unit's moments.
    count : int
        Products of residuals.
    """

    product: Array
    square: Array
    slope: Array
    covariance: Array
    count: int = 0

    def add(self, terms: Array, kept: BoolArray, scores: Array, maker: Array, lag: int) -> None:
        """Add a chunk of units; `terms` are differenced [X, y], `scores` (n, mL)."""
        residual = terms @ maker
        lagged = np.zeros_like(residual)
        both = np.zeros_like(kept)
        if lag < kept.shape[1]:
            both[:, lag:] = kept[:, lag:] & kept[:, :-lag]
            lagged[:, lag:] = residual[:, :-lag] * both[:, lag:, None]
        product = (residual * lagged).sum(axis=1)
        self.product += product.sum(axis=0)
        self.square += (product**2).sum(axis=0)
        self.slope += np.einsum("ntj,ntk->jk", lagged, terms[:, :, : self.slope.shape[1]])
        self.covariance += product.T @ scores
        self.count += int(both.sum())


def serial_correlation(results: PanelVARResults, lag: int) -> tuple[Array, int]:
    """z of every equation at one lag, and the number of products behind it."""
    moments, (m, k) = results.moments, results.coefficients.shape
    maker = residual_maker(results.coefficients)
    sums = SerialSums(np.zeros(m), np.zeros(m), np.zeros((m, k)), np.zeros((m, moments.n_moments)))
    scores = unit_scores(moments, results.coefficients)
    for (low, high), score in zip(moments.sample.ranges(), scores, strict=True):
        sums.add(*moments.sample.differenced_terms(low, high), score, maker, lag)
    if sums.count == 0:
        return np.full(m, np.nan), 0
    influence = np.einsum(
        "jkq,jq->jk", results.estimate.projection.reshape(m, k, -1), sums.covariance
    )
    own = results.covariance.reshape(m, k, m, k)[range(m), :, range(m), :]
    variance = sums.square - 2.0 * (sums.slope * influence).sum(axis=1)
    variance += np.einsum("jk,jkl,jl->j", sums.slope, own, sums.slope)
    return sums.product / np.sqrt(np.where(variance > 0, variance, np.nan)), sums.count


def select_lags(
    data: PanelData,
    specification: Specification,
    *,
    max_lags: int = 3,
    steps: Steps = "two",
) -> pd.DataFrame:
    """Criteria for the lag length on one common sample.

    All models use the rows that the longest one can use. Andrews and Lu's (2001) criteria
    weigh Hansen's J against its degrees of freedom, df = m(L - K), and need more instruments
    than regressors: give `specification.depth` above `max_lags`. Where J does not exist
    they are NaN, and the information criteria of the transformed residuals remain:
    ln|Sigma| + penalty * m K / n, Sigma = E'E/n (they are no likelihoods, since residuals
    are transformed; the older pvar2 programs choose lags by them).

    Parameters
    ----------
    data : PanelData
    specification : Specification
        Its `lags` are replaced.
    max_lags : int
    steps : {"one", "two"}
        Where two steps are impossible the one-step estimate is used.

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
    results = common_sample_fit(data, specification.with_lags(lags), max_lags, steps)
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
            try:
                return fit(data, specification, steps="two", sample_lags=sample_lags)
            except PanelVARError:
                pass
        return fit(data, specification, steps="one", sample_lags=sample_lags)
