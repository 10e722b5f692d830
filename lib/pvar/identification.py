"""Can the coefficients be told from these instruments, and what holds if they hardly can?

Cragg and Donald's F measures the instruments, Kleibergen and Paap's test asks whether they
identify anything at all, and Anderson and Rubin's test of coefficients needs no identification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import chdtrc, fdtrc

from pvar.errors import PanelVARError
from pvar.gmm import cluster_sums, n_clusters
from pvar.linalg import Array, inverse_factor, singular_value_floor, spectrum
from pvar.messages import message
from pvar.moments import Moments
from pvar.options import check_choice, check_level, listed, numbers
from pvar.reestimation import solved
from pvar.rows import own_columns
from pvar.wald import values_of

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

#: Level of the rank test by which a system counts as identified.
IDENTIFICATION_LEVEL = 0.05

Reference = Literal["f", "chi2"]
#: Points of each line along which the criterion is searched, and minima polished from there.
LINE, POLISHED = 81, 20


def stacked(moments: Moments) -> bool:
    """Whether rows of several kinds are stacked, so that there is no single first stage."""
    design = moments.sample.design
    return design.system or design.transform in ("pvar2-asymmetric", "within")


def hotelling_p(statistic: float, df: int, n: int) -> float:
    """p of g'(sum g_i g_i')^-1 g, g the sum of n scores g_i, by Hotelling's distribution.

    The statistic cannot exceed n, so chi-squared has too little mass in reach when df is no
    small part of n. Exact for normal scores: (n - df) / df * s / (n - s) is F(df, n - df).
    """
    ratio = (n - df) / df * statistic / max(n - statistic, 1e-300)
    return float(fdtrc(df, n - df, ratio))


# --- strength of the instruments --------------------------------------------------------------


@dataclass(frozen=True)
class RankTest:
    """Kleibergen and Paap's (2006) rk test of the first stage, by unit or the data's clusters.

    The null is that some combination of regressors is uncorrelated with every instrument, so
    that its coefficient is not identified. Rejection says that there is identification, not
    that it is strong.

    Attributes
    ----------
    statistic, df, p : float, int, float
        The LM form, df = L - K + 1, and p by Hotelling's F with (df, N - df) degrees, since the
        statistic is at most the number N of units or clusters. (Of samples without
        identification with N = 30 and df = 21 the Wald form rejects 95 %, this one 5 %.)
    smallest_correlation : float
        The canonical correlation that is tested.
    """

    statistic: float
    df: int
    p: float
    smallest_correlation: float

    @property
    def identified(self) -> bool:
        """Whether lack of identification is rejected at `IDENTIFICATION_LEVEL`."""
        return self.p < IDENTIFICATION_LEVEL


@dataclass(frozen=True)
class WeakIdentification:
    """Strength of the instruments: Cragg and Donald's (1993) statistic as an F.

    The F is for spherical errors and has no common bound: 10 is that of one regressor.
    `smallest_correlation` is canonical, exogenous terms partialled out; `rank` tests by unit
    that it is zero, None where units are too few for a test.
    """

    smallest_correlation: float
    cragg_donald_f: float
    rank: RankTest | None


def weak_identification(moments: Moments) -> WeakIdentification | None:
    """From sums and one pass over units; None for stacked equations, where it is not defined."""
    if stacked(moments):
        return None
    left, r, right = canonical_correlations(moments)
    smallest = float(min(r[-1], 1.0))
    own = own_columns(moments.sample.design, moments.sample.data.n_periods)
    excluded = moments.n_instruments - int(own.stop - own.start)
    freedom = moments.n_obs - moments.n_instruments
    f = freedom / excluded * smallest**2 / max(1.0 - smallest**2, 1e-300)
    weakest = left[:, len(r) - 1 :], right[:, -1]
    return WeakIdentification(smallest, f, rank_test(moments, *weakest, smallest))


def canonical_correlations(moments: Moments) -> tuple[Array, Array, Array]:
    """Between instruments and regressors: weights (L, rank), correlations, weights (K, K).

    Exogenous terms are on both sides, have correlation 1 and so are partialled out of the rest.
    """
    values, vectors, scale = spectrum(moments.instruments)
    kept = values > singular_value_floor(len(values)) * values[-1]
    z_root = vectors[:, kept] / np.sqrt(values[kept]) * scale[:, None]
    values, vectors, scale = moments.regressor_spectrum
    x_root = vectors / np.sqrt(values) * scale[:, None]
    u, r, vt = np.linalg.svd(z_root.T @ moments.zx @ x_root)
    return z_root @ u, r, x_root @ vt.T


def rank_test(moments: Moments, left: Array, right: Array, smallest: float) -> RankTest | None:
    """Test that left' E[Z_i'X_i] right = 0, given the weakest combinations (L, df) and (K,).

    Canonical combinations have unit variance, so their moments need no scaling.
    """
    n, df, k = n_clusters(moments), left.shape[1], moments.n_regressors
    if df >= n:
        return None
    spread = np.zeros((df, df))
    scores = (cross[:, :, :k] @ right @ left for cross in moments.unit_crosses())
    for score in cluster_sums(moments, scores):
        spread += score.T @ score
    total = left.T @ moments.zx @ right
    try:
        half = np.linalg.solve(np.linalg.cholesky(spread), total)
    except np.linalg.LinAlgError:
        return None
    value = float(half @ half)
    return RankTest(value, df, hotelling_p(value, df, n), smallest)


def robust_rank_test(results: PanelVARResults) -> RankTest:
    """The rank test of an estimate.

    Raises
    ------
    PanelVARError
        For stacked equations (system GMM), where there is no single first stage, and where
        units are too few for the test's degrees of freedom.
    """
    weak, moments = results.weak_identification, results.moments
    if weak is None:
        raise PanelVARError(
            message(
                "The rank test is for one transformed equation; this model stacks rows of two "
                "kinds (system GMM or pvar2-asymmetric). Test the model without them."
            )
        )
    if weak.rank is None:
        df = moments.n_instruments - moments.n_regressors + 1
        raise too_few_units(df, n_clusters(moments))
    return weak.rank


def cure() -> str:
    """What helps against singular moments."""
    return message("Use fewer instruments (a smaller depth, collapsed), or fewer variables.")


def too_few_units(df: int, n: int) -> PanelVARError:
    """A quadratic form in df scores of units needs more units than that."""
    return PanelVARError(
        message(
            "{df} degrees of freedom need more units than that, with scores that differ; there "
            "are {n}. {cure}",
            df=df,
            n=n,
            cure=cure(),
        )
    )


# --- a test that needs no identification -------------------------------------------------------


@dataclass(frozen=True)
class AndersonRubin:
    """An identification-robust test of coefficients of one equation.

    Attributes
    ----------
    statistic : float
        g'S^-1 g, at most the number of units.
    df, p : int, float
        With the free coefficients concentrated out: L - number of free. Right where the
        moments identify the free ones once the others are given.
    projection_df, projection_p : int, float
        L: right whether or not the free coefficients are identified, and conservative.
    free : Mapping[str, float]
        The free coefficients at the minimum.
    """

    statistic: float
    df: int
    p: float
    projection_df: int
    projection_p: float
    free: Mapping[str, float]


def anderson_rubin(
    results: PanelVARResults,
    equation: str,
    regressors: str | Sequence[str] | None = None,
    value: ArrayLike = 0.0,
    *,
    reference: Reference = "f",
) -> AndersonRubin:
    """Test that coefficients of one equation equal given values, weak instruments or not.

    The moments sum_i Z_i'e_i of the equation at the hypothesis, with their covariance by unit
    (or by the data's clusters),
    must be small (Anderson and Rubin 1949). The other coefficients are free and minimise the
    continuously updated criterion (Stock and Wright 2000, theorem 3).

    Parameters
    ----------
    equation : str
        A dependent variable.
    regressors : str or sequence of str, optional
        Names among `results.regressors`; by default every lag of the other variables.
    value : float or sequence
        Hypothetical values, one for all or one each.
    reference : {"f", "chi2"}
        Distribution for p: Hotelling's F with (df, N - df) degrees, or its limit for many units.

    Raises
    ------
    PanelVARError
        For unknown names, nothing to test, no more units than instruments, or least squares.
    """
    check_choice("reference", reference, ("f", "chi2"))
    if results.specification.transform == "within":
        raise PanelVARError(
            message(
                "Least squares has no instruments to test with: its moments are not zero at the "
                "true coefficients. Use the results of panel_var."
            )
        )
    tested = tested_positions(results, equation, regressors)
    target = np.broadcast_to(values_of(value, len(tested)), (len(tested),))
    criterion = UpdatedCriterion.of(results, results.variables.index(equation), tested, target)
    statistic, free = criterion.minimum()
    names = [results.regressors[k] for k in criterion.free]
    n, n_z = n_clusters(results.moments), results.n_instruments

    def p(df: int) -> float:
        return hotelling_p(statistic, df, n) if reference == "f" else float(chdtrc(df, statistic))

    df = n_z - len(names)
    values = dict(zip(names, free.tolist(), strict=True))
    return AndersonRubin(statistic, df, p(df), n_z, p(n_z), values)


def anderson_rubin_set(
    results: PanelVARResults,
    equation: str,
    regressor: str,
    *,
    values: ArrayLike | None = None,
    level: float = 0.95,
    reference: Reference = "f",
) -> pd.DataFrame:
    """Values of one coefficient that `anderson_rubin` does not reject.

    Such a set may be in pieces, unbounded (the ends of the grid are inside) or empty (the
    instruments fit no value).

    Parameters
    ----------
    values : array, optional
        Grid; by default 81 points within eight standard errors of the estimate.

    Returns
    -------
    DataFrame
        Index value; columns statistic, p, projection_p, inside (p at least 1 - level).
    """
    check_level(level)
    (position,) = tested_positions(results, equation, [regressor])
    if values is None:
        place = results.variables.index(equation), position
        half = 8.0 * results.standard_errors[place]
        values = results.coefficients[place] + np.linspace(-half, half, 81)
    grid = np.atleast_1d(numbers("values", values))
    tests = [anderson_rubin(results, equation, [regressor], v, reference=reference) for v in grid]
    frame = pd.DataFrame(
        {
            "statistic": [test.statistic for test in tests],
            "p": [test.p for test in tests],
            "projection_p": [test.projection_p for test in tests],
        },
        index=pd.Index(grid, name="value"),
    )
    return frame.assign(inside=frame["p"] >= 1.0 - level)


def tested_positions(
    results: PanelVARResults, equation: str, regressors: str | Sequence[str] | None
) -> list[int]:
    """Positions of the coefficients to test in their equation."""
    if equation not in results.variables:
        raise PanelVARError(
            message(
                "No equation {name!r}; there are {known}.",
                name=equation,
                known=listed(results.variables),
            )
        )
    if regressors is None:
        own = results.specification.lag_places(results.variables.index(equation))
        found = [k for k in range(len(results.specification.lag_terms)) if k not in own]
    else:
        names = [regressors] if isinstance(regressors, str) else regressors
        found = [regressor_position(results, name) for name in names]
    if not found or len(set(found)) < len(found):
        raise PanelVARError(
            message(
                "The test needs at least one coefficient, each once; read {count} of which "
                "{distinct} differ.",
                count=len(found),
                distinct=len(set(found)),
            )
        )
    return found


def regressor_position(results: PanelVARResults, name: str) -> int:
    """Position of a regressor by name."""
    if name not in results.regressors:
        raise PanelVARError(
            message(
                "No regressor {name!r}; there are {known}.",
                name=name,
                known=listed(results.regressors),
            )
        )
    return results.regressors.index(name)


@dataclass(frozen=True, eq=False)
class UpdatedCriterion:
    """g'S^-1 g of one equation by its free coefficients b; both g and S follow them.

    Attributes
    ----------
    total : array (L, f + 1)
        Sum over units of C_i = Z_i'[X_free, y - X_tested value]; g_i = C_i (-b, 1).
    products : array (L, f + 1, L, f + 1)
        Sum over units of the outer products of C_i.
    start, scale : array (f,)
        Estimates of the free coefficients; columns of X and y are scaled to like size.
    free : list of int
        Positions of the free coefficients.
    groups : int
        Units or clusters, which the criterion cannot exceed.
    """

    total: Array
    products: Array
    start: Array
    scale: Array
    free: list[int]
    groups: int

    @classmethod
    def of(
        cls, results: PanelVARResults, equation: int, tested: list[int], value: Array
    ) -> UpdatedCriterion:
        """The criterion of an equation, scaled so that neither units nor instruments matter."""
        moments, k = results.moments, results.moments.n_regressors
        if moments.n_instruments >= n_clusters(moments):
            raise too_few_units(moments.n_instruments, n_clusters(moments))
        free = [j for j in range(k) if j not in tested]
        chosen = np.zeros((k + moments.n_equations, len(free) + 1))
        chosen[free, range(len(free))] = 1.0
        chosen[tested, -1], chosen[k + equation, -1] = -value, 1.0
        size = moments.n_instruments * (len(free) + 1)
        products = np.zeros((size, size))
        parts = (cross @ chosen for cross in moments.unit_crosses())
        for part in cluster_sums(moments, parts):
            flat = part.reshape(len(part), -1)
            products += flat.T @ flat
        total = moments.cross @ chosen
        products = products.reshape(*total.shape, *total.shape)
        rows = 1.0 / np.sqrt(np.einsum("lklk->l", products))
        columns = 1.0 / np.sqrt(np.einsum("l,lklk,l->k", rows, products, rows))
        total = total * rows[:, None] * columns
        products = np.einsum("lkjh,l,k,j,h->lkjh", products, rows, columns, rows, columns)
        scale = columns[:-1] / columns[-1]
        start, groups = results.coefficients[equation, free] / scale, n_clusters(moments)
        return cls(total, products, start, scale, free, groups)

    def moments_at(self, free: Array) -> tuple[Array, Array]:
        """g (..., L) and S (..., L, L) at free coefficients (..., f)."""
        v = np.concatenate([-free, np.ones((*free.shape[:-1], 1))], axis=-1)
        half = np.einsum("lkjh,...k->...ljh", self.products, v)
        return v @ self.total.T, np.einsum("...ljh,...h->...lj", half, v)

    def at(self, free: Array) -> Array:
        """The criterion at free coefficients (points, f)."""
        g, spread = self.moments_at(free)
        return self.kept((g * solved(spread, g[..., None])[..., 0]).sum(axis=-1))

    def kept(self, values: Array) -> Array:
        """Values of the criterion; infinite where S is singular, which shows outside 0 .. groups.

        So it is far out along the coefficient of a dummy, whose moments are the same for all
        units with the same rows.
        """
        inside = (values >= 0.0) & (values <= (1.0 + 1e-6) * self.groups)
        return np.where(inside, values, np.inf)

    def with_slope(self, free: Array) -> tuple[float, Array]:
        """The criterion and its gradient; with w = S^-1 g, 2 w'(dg - dS w / 2)."""
        g, spread = self.moments_at(free)
        w = solved(spread[None], g[None, :, None])[0, :, 0]
        value = float(self.kept(g @ w))
        if not np.isfinite(value):
            return value, np.zeros(len(free))
        half = np.einsum("lkjh,l,j->kh", self.products, w, w)
        slope = -2.0 * (w @ self.total)[:-1] + 2.0 * half[:-1] @ np.append(-free, 1.0)
        return value, slope

    def lines(self) -> Iterator[Array]:
        """Points (LINE, f) on a line for each parameter, which runs from end to end of the reals.

        The others minimise the criterion with the weight of the estimates.
        """
        grid = np.tan(np.linspace(-0.5, 0.5, LINE + 2)[1:-1] * np.pi)
        _, spread = self.moments_at(self.start)
        root = inverse_factor(spread, message("Covariance of the moments"), cure())
        weighted = root @ self.total
        for j in range(len(self.free)):
            rest = [k for k in range(len(self.free)) if k != j]
            slopes = np.linalg.lstsq(weighted[:, rest], weighted[:, [j, -1]], rcond=None)[0]
            points = np.empty((LINE, len(self.free)))
            points[:, j], points[:, rest] = grid, slopes[:, 1] - np.outer(grid, slopes[:, 0])
            yield points

    def starts(self) -> Array:
        """The lowest of the local minima on all lines, and the estimate, (starts, f)."""
        points, values = [], []
        for line in self.lines():
            found = self.at(line)
            inner = (found[1:-1] <= found[:-2]) & (found[1:-1] <= found[2:])
            lowest = np.flatnonzero(np.concatenate([[True], inner, [True]]))
            points.append(line[lowest])
            values.append(found[lowest])
        order = np.argsort(np.concatenate(values))[:POLISHED]
        return np.vstack([np.concatenate(points)[order], self.start])

    def minimum(self) -> tuple[float, Array]:
        """The smallest value and where.

        The criterion has several local minima where more than one free coefficient is weakly
        identified, hence the many starts.
        """
        if not self.free:
            return float(self.at(self.start[None])[0]), self.start
        found = [minimize(self.with_slope, x, jac=True, method="BFGS") for x in self.starts()]
        best = min(found, key=lambda fit: float(fit.fun))
        return float(best.fun), np.asarray(best.x * self.scale)
