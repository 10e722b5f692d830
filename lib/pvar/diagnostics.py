"""Is the estimate one that may be read? Cautions, Wald and serial correlation tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr

from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import cluster_sums, n_clusters, residual_maker, unit_scores
from pvar.linalg import UNDETERMINED, Array, BoolArray, singular_value_floor
from pvar.messages import message
from pvar.moments import Moments
from pvar.options import listed, whole_number
from pvar.wald import wald_test

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

CONSTANT = 1e-10
NEARLY_COLLINEAR = 1e-8
#: Below this, normal critical values are too small even for equal units.
FEW_UNITS = 30
#: Units count as unequal if `effective_units` are fewer than both; t does not help then.
FEW_EFFECTIVE, ALIKE = 50.0, 0.6
#: Distance of an eigenvalue from 1 below which the analytic correction is no correction.
NEAR_ONE = 0.05
#: Periods below which Driscoll and Kraay's 95 % intervals were seen to hold less than 93 %.
FEW_PERIODS = 50
#: Moments per unit above which the two-step weight is no good.
MOMENTS_PER_UNIT = 0.6


def check_identified(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse samples from which the coefficients cannot be told; names as in `moments.gram`."""
    k, n_z = moments.n_regressors, moments.n_instruments
    check_names(names[:k])
    if moments.n_obs <= k:
        raise PanelVARError(
            message(
                "Only {rows} rows are left after the transform, for {k} coefficients in each "
                "equation. Use fewer lags or variables, or a longer or more complete panel.",
                rows=moments.n_obs,
                k=k,
            )
        )
    groups = n_clusters(moments)
    if groups < 2:
        raise PanelVARError(
            message(
                "All rows that are left are of {groups} unit or cluster: standard errors need at "
                "least 2, better some dozens. Use another cluster, fewer lags or a more complete "
                "panel.",
                groups=groups,
            )
        )
    check_variation(moments, names)
    if n_z < k:
        raise PanelVARError(
            message(
                "Only {n_z} instruments for {k} regressors in each equation: not identified. "
                "Use a greater depth or more periods.",
                n_z=n_z,
                k=k,
            )
        )


def check_names(names: tuple[str, ...]) -> None:
    """Refuse a further regressor that is called like a lag, a dummy or the constant."""
    if len(set(names)) < len(names):
        repeated = [name for name, count in Counter(names).items() if count > 1]
        raise PanelVARError(
            message(
                "Two regressors would be called {names}; rename that column.",
                names=listed(repeated),
            )
        )


def check_variation(moments: Moments, names: tuple[str, ...]) -> None:
    """Refuse a variable that the transform removes, and regressors that are collinear."""
    design, k = moments.sample.design, moments.n_regressors
    gone = np.diagonal(moments.gram) <= CONSTANT**2 * moments.level_squares
    if design.system:
        gone[k - 1] = False  # the constant of the level rows
    if gone.any():
        check_dummies(gone, moments, names)
        raise SingularMatrixError(
            message(
                "{names}: zero after the transform, because it is constant over time within every "
                "unit, or the same for all units whose period means were taken out. Leave it out.",
                names=listed(dict.fromkeys(np.array(names)[gone])),
            )
        )
    values, vectors, _ = moments.regressor_spectrum
    if values[0] <= singular_value_floor(len(values)):
        check_dummies(np.abs(vectors[:, 0]) > UNDETERMINED, moments, names)
        involved = [n for n, v in zip(names, vectors[:, 0], strict=False) if abs(v) > 0.1]
        raise SingularMatrixError(
            message(
                "Collinear regressors {names}: the smallest eigenvalue of their correlation "
                "matrix after the transform is {smallest:.1e}. Leave one of them out.",
                names=listed(involved),
                smallest=values[0],
            )
        )


def check_dummies(involved: BoolArray, moments: Moments, names: tuple[str, ...]) -> None:
    """Say so if nothing but period dummies is involved, which the user did not name."""
    places = np.flatnonzero(involved)
    if places[0] >= len(moments.sample.design.regressors) and places[-1] < moments.n_regressors:
        raise SingularMatrixError(
            message(
                "The dummies {names} cannot be told apart, because rows of other periods are "
                "missing or lack instruments. Use time_effects='demean'.",
                names=", ".join(names[place] for place in places),
            )
        )


def cautions(results: PanelVARResults) -> tuple[str, ...]:
    """What a reader of an estimate must be told, with its numbers and a cure."""
    checks = (moment_count, few_units, instability, unit_root, weakness, use_of_data)
    return tuple(text for check in checks for text in check(results))


def moment_count(results: PanelVARResults) -> Iterator[str]:
    """Coefficients, instruments or moments that are too many for the units."""
    n, coefficients = n_clusters(results.moments), results.coefficients.size
    if coefficients > n and results.covariance_name in ("clustered", "windmeijer"):
        yield message(
            "{count} coefficients, more than {n} {units}: their covariance has rank {n} at most. "
            "Single standard errors stand, joint tests of many coefficients do not. Use fewer "
            "variables or lags.",
            count=coefficients,
            n=n,
            units=summed_over(results),
        )
    if results.moments.just_identified:
        return
    if results.steps == "two" and results.n_moments > MOMENTS_PER_UNIT * n:
        yield two_step_moments(results, n)
    elif results.steps == "one" and results.n_instruments > n:
        yield message(
            "{n_z} instruments per equation, more than {n} {units}: estimates lean towards least "
            "squares, with its bias, and intervals cover too little. Use a smaller depth or "
            "collapsed instruments.",
            n_z=results.n_instruments,
            n=n,
            units=summed_over(results),
        )


def two_step_moments(results: PanelVARResults, n: int) -> str:
    """What moments that are many beside the units do to two steps."""
    counts = {"q": results.n_moments, "n": n, "units": summed_over(results)}
    if results.n_moments > n:  # only a weight by row gets so far
        return message(
            "{q} moment conditions, more than {n} {units}; weights by row hide that the moments' "
            "covariance over these is singular, and the J test is not reliable. Use a smaller "
            "depth, down to just-identified, or collapsed instruments.",
            **counts,
        )
    return message(
        "{q} moment conditions for {n} {units}, {share:.0%}: the two-step weight is poorly "
        "estimated and Hansen's J hardly ever rejects. Use a smaller depth or steps='one'.",
        share=results.n_moments / n,
        **counts,
    )


def few_units(results: PanelVARResults) -> Iterator[str]:
    """Cluster-robust covariance rests on many clusters of about the same size."""
    if results.covariance_name == "driscoll-kraay":
        yield from few_periods(results)
        return
    n, effective = n_clusters(results.moments), effective_units(results.moments)
    counts = {"n": n, "units": summed_over(results)}
    if effective < min(FEW_EFFECTIVE, ALIKE * n):
        yield message(
            "{n} {units} of unequal size, which count like {effective:.0f} equal ones: intervals "
            "from standard errors cover too little. Use those of bootstrap(kind='wild') with "
            "method='bootstrap-t'.",
            effective=effective,
            **counts,
        )
    elif n < FEW_UNITS and not results.use_t:
        yield message(
            "Only {n} {units}: intervals from standard errors cover too little. Take critical "
            "values from t with {df} degrees of freedom (use_t=True), or intervals of "
            "bootstrap(kind='wild') with method='bootstrap-t'.",
            df=n - 1,
            **counts,
        )


def few_periods(results: PanelVARResults) -> Iterator[str]:
    """Driscoll and Kraay's covariance rests on many periods, whatever the number of units."""
    periods = results.moments.n_row_periods
    if periods < FEW_PERIODS:
        yield message(
            "Only {periods} periods with rows: Driscoll and Kraay's standard errors are too small "
            "and intervals from them cover too little, with t too. Take shocks common to all "
            "units out by time_effects, or cluster by groups of units.",
            periods=periods,
        )


def summed_over(results: PanelVARResults) -> str:
    """What counts as independent: units or their clusters."""
    return message("units") if results.cluster is None else message("clusters")


def effective_units(moments: Moments) -> float:
    """How many units (or clusters) of equal size hold as much; Kish's (sum s)^2 / sum s^2.

    The size s of a unit is the norm of its Z_i'X_i, columns scaled. For panels too large to
    keep these in memory, all units count.
    """
    if moments.unit_cross is None:
        return float(n_clusters(moments))
    k = moments.n_regressors
    squares = np.diagonal(moments.gram)[:k]
    columns = np.where(squares > 0, squares, moments.level_squares[:k])
    scale = 1.0 / (np.diagonal(moments.weight)[:, None] * columns)
    parts = (cross[:, :, :k] for cross in moments.unit_crosses())
    total = np.zeros(2)
    for part in cluster_sums(moments, parts):
        squared_size = (part**2).reshape(len(part), -1) @ scale.ravel()
        total += np.sqrt(squared_size).sum(), squared_size.sum()
    return float(total[0] ** 2 / total[1])


def instability(results: PanelVARResults) -> Iterator[str]:
    """Companion eigenvalues outside the unit circle."""
    moduli = results.eigenvalue_moduli
    outside = int((moduli >= 1.0).sum())
    if outside:
        yield message(
            "The estimated system is not stable: {outside} of {count} eigenvalues have modulus "
            "1 or more, the largest {largest:.3f}. Impulse responses do not die out and "
            "variance shares have no limit; do not read them.",
            outside=outside,
            count=len(moduli),
            largest=moduli[0],
        )


def unit_root(results: PanelVARResults) -> Iterator[str]:
    """A root near 1 of least squares, by whose distance from 1 the analytic correction divides."""
    if results.specification.correction != "hahn-kuersteiner":
        return
    plain = np.linalg.solve(results.moments.zx, results.moments.zy).T
    lags = results.specification.dynamics_of(np.asarray(plain, dtype=np.float64))
    roots = np.linalg.eigvals(lags.reshape(len(lags), -1, len(lags)).sum(axis=1))
    nearest = roots[np.abs(1.0 - roots).argmin()]
    if abs(1.0 - nearest) < NEAR_ONE:
        yield message(
            "Without correction the lag matrices add up to one with the eigenvalue {root:.3f}, so "
            "near 1 that the correction of Hahn and Kuersteiner, which divides by the distance, "
            "means nothing. Use correction='half-panel-jackknife'.",
            root=nearest.real,
        )


def weakness(results: PanelVARResults) -> Iterator[str]:
    """No identification to be seen, and nearly collinear regressors."""
    weak = results.weak_identification
    if weak is not None and weak.rank is not None and not weak.rank.identified:
        yield message(
            "Identification is in doubt: Kleibergen and Paap's rank test does not reject that "
            "some combination of coefficients is not identified (p = {p:.2f}, smallest canonical "
            "correlation {r:.3f}). Estimates may be biased and t tests wrong; see "
            "`anderson_rubin`, or use fewer variables, other instruments or system GMM.",
            p=weak.rank.p,
            r=weak.smallest_correlation,
        )
    smallest = results.moments.regressor_spectrum[0][0]
    if smallest < NEARLY_COLLINEAR:
        yield message(
            "Nearly collinear regressors: the smallest eigenvalue of their correlation matrix "
            "after the transform is {smallest:.1e}; their coefficients can hardly be told apart.",
            smallest=smallest,
        )


def use_of_data(results: PanelVARResults) -> Iterator[str]:
    """What of the data was not used, or used in an unusual way."""
    data, rows = results.moments.sample.data, results.moments.unit_rows
    gaps = data.units_with_gaps()
    if gaps:
        yield message(
            "Units with gaps in time: {gaps}; lags and differences follow the calendar and do not "
            "cross a gap.",
            gaps=gaps,
        )
    missing = data.incomplete_rows
    if missing:
        yield message(
            "{missing} of {rows} rows have missing values; equations that need them are left out.",
            missing=missing,
            rows=len(data.values),
        )
    idle = data.n_units - results.n_units
    if idle:
        yield message(
            "{idle} of {n} units have no usable transformed row and are left out.",
            idle=idle,
            n=data.n_units,
        )
    if data.period_step > 1:
        yield message(
            "Times are {step} apart; one lag is {step} units of time.", step=data.period_step
        )
    if results.specification.time_effects == "demean" and (rows != rows[0]).any():
        yield message(
            "The panel is unbalanced, so period means do not remove time effects completely; "
            "time_effects='dummies' does."
        )


def granger_tests(results: PanelVARResults) -> pd.DataFrame:
    """Wald tests that all lags of a variable can be left out of an equation.

    Returns
    -------
    DataFrame
        Index equation, excluded (each other variable, then "ALL"); columns chi2, df, p. NaN
        where there are more coefficients to test than units to test them with.
        With the covariance of the results; p of F(df, df_t) if they use t, which keeps
        the level of joint tests with 30 units, where chi-squared rejects about twice too often.
    """
    m, places_of = len(results.variables), results.specification.lag_places
    rows = {}
    for equation, name in enumerate(results.variables):
        others = [j for j in range(m) if j != equation]
        groups = [(results.variables[j], [j]) for j in others]
        for excluded, columns in groups + ([("ALL", others)] if m > 1 else []):
            places = sorted(place for j in columns for place in places_of(j))
            rows[name, excluded] = exclusion(results, equation, places)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["chi2", "df", "p"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "excluded"])
    return frame.astype({"df": int})


def exclusion(
    results: PanelVARResults, equation: int, regressors: Sequence[int]
) -> tuple[float, int, float]:
    """Chi-squared, degrees of freedom and p of "these coefficients are zero"."""
    m, k = results.coefficients.shape
    restrictions = np.eye(m * k)[[equation * k + place for place in regressors]]
    try:
        test = wald_test(results, restrictions)
    except SingularMatrixError:
        return np.nan, len(restrictions), np.nan
    return test.chi2, test.df, test.p


def serial_correlation_tests(results: PanelVARResults, *, order: int = 2) -> pd.DataFrame:
    """Arellano and Bond's m_1 .. m_order on differenced residuals, equation by equation.

    First-order correlation is built in by differencing; second-order correlation means
    that y_{t-2} is no valid instrument (Arellano and Bond 1991, section 3; Roodman 2009).

    Results of any transform; their coefficients and covariance are used.

    Returns
    -------
    DataFrame
        Index equation, order; columns z, p (two-sided), n (products). z is NaN where no
        unit has rows that far apart.
    """
    rows = {}
    for lag in range(1, whole_number("order", order, least=1) + 1):
        z, count = serial_correlation(results, lag)
        for name, value in zip(results.variables, z, strict=True):
            rows[name, lag] = (value, 2.0 * float(ndtr(-abs(value))), count)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["z", "p", "n"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["equation", "order"])
    return frame.sort_index(level=1, sort_remaining=False)


def serial_correlation(results: PanelVARResults, lag: int) -> tuple[Array, int]:
    """z of every equation at one lag, and the number of products of residuals behind it."""
    sample, (m, k) = results.moments.sample, results.coefficients.shape
    chunks = zip(sample.ranges, unit_scores(results.moments, results.coefficients), strict=True)
    parts = [
        serial_sums(*sample.differenced_terms(*bounds), scores, results.coefficients, lag)
        for bounds, scores in chunks
    ]
    product, square, slope, covariance, count = (sum(part) for part in zip(*parts, strict=True))
    if count == 0:
        return np.full(m, np.nan), 0
    influence = np.einsum("jkq,jq->jk", results.estimate.projection.reshape(m, k, -1), covariance)
    own = results.covariance.reshape(m, k, m, k)[range(m), :, range(m), :]
    variance = square - 2.0 * (slope * influence).sum(axis=1)
    variance += np.einsum("jk,jkl,jl->j", slope, own, slope)
    return product / np.sqrt(np.where(variance > 0, variance, np.nan)), count


def serial_sums(
    terms: Array, kept: BoolArray, scores: Array, coefficients: Array, lag: int
) -> tuple[Array, Array, Array, Array, int]:
    """Sums over units for Arellano and Bond's statistic, given differenced [X, y] and moments.

    For each equation: e_i'e_{i,-lag} and its square (m,), e_{i,-lag}'X_i (m, K), e_i'e_{i,-lag}
    times the unit's moments (m, mL); and the number of products.
    """
    residual = terms @ residual_maker(coefficients)
    lagged = np.zeros_like(residual)
    both = np.zeros_like(kept)
    if lag < kept.shape[1]:
        both[:, lag:] = kept[:, lag:] & kept[:, :-lag]
        lagged[:, lag:] = residual[:, :-lag] * both[:, lag:, None]
    product = (residual * lagged).sum(axis=1)
    slope = np.einsum("ntj,ntk->jk", lagged, terms[:, :, : coefficients.shape[1]])
    squares = (product**2).sum(axis=0)
    return product.sum(axis=0), squares, slope, product.T @ scores, int(both.sum())
