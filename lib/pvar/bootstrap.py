"""Uncertainty of coefficients and responses from draws, and what went wrong in them.

Three ways to draw. "pairs" resamples units and estimates again. "wild" keeps the units and
gives random signs to what each does to the estimate. `monte_carlo` draws from the normal
approximation, as Stata's pvar does.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from pvar.bands import (
    BandMethod,
    Explosive,
    IntervalMethod,
    Over,
    ResponseBands,
    interval,
    response_bands,
)
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.linalg import Array, BoolArray, singular_value_floor, unit_diagonal
from pvar.messages import message
from pvar.options import check_choice, check_draws, check_level
from pvar.reestimation import estimator_of
from pvar.resampling import Kind, resampled
from pvar.responses import ResponseKind, eigenvalue_moduli, positive_definite
from pvar.rows import complete
from pvar.wild import RestrictedDraws, restricted_draws

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

Source = Literal["pairs", "wild", "monte carlo"]
NOTABLE_SHARE = 0.01
SELECTED_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Draws:
    """Estimates from resampled, perturbed or simulated samples.

    Attributes
    ----------
    results : PanelVARResults
        The estimate itself.
    coefficients, sigma : array (draws, m, K) and (draws, m, m)
        NaN where a draw failed.
    failed : array (draws,)
        Singular moments, or an innovation covariance that is not positive definite.
    source : {"pairs", "wild", "monte carlo"}
    seed : int
    """

    results: PanelVARResults
    coefficients: Array = field(repr=False)
    sigma: Array = field(repr=False)
    failed: BoolArray = field(repr=False)
    source: Source
    seed: int

    @property
    def n_draws(self) -> int:
        """Draws asked for."""
        return len(self.failed)

    @property
    def n_failed(self) -> int:
        """Draws without an estimate."""
        return int(self.failed.sum())

    @cached_property
    def moduli(self) -> Array:
        """Largest companion modulus of each draw (draws,); NaN where it failed."""
        moduli = np.full(self.n_draws, np.nan)
        dynamics = self.results.specification.dynamics_of(self.coefficients[~self.failed])
        moduli[~self.failed] = eigenvalue_moduli(dynamics)[:, 0]
        return moduli

    @property
    def n_explosive(self) -> int:
        """Draws whose system is not stable."""
        return int((self.moduli >= 1.0).sum())

    @property
    def sentence(self) -> str:
        """One sentence on failed and explosive draws."""
        return message(
            "Of {n} draws, {failed} have no estimate and {explosive} give a system that is not "
            "stable (largest eigenvalue modulus 1 or more).",
            n=self.n_draws,
            failed=self.n_failed,
            explosive=self.n_explosive,
        )

    def usable(self, explosive: Explosive = "keep") -> BoolArray:
        """Which draws intervals may rest on.

        Raises
        ------
        PanelVARError
            If fewer than two are left, or so many failed that the rest are a selection.
        """
        if self.n_failed > SELECTED_SHARE * self.n_draws:
            raise PanelVARError(self.failures)
        kept: BoolArray = ~self.failed
        if explosive == "drop":
            kept = kept & (self.moduli < 1.0)
        if kept.sum() < 2:
            raise PanelVARError(
                message(
                    "Only {kept} of {n} draws can be used, too few for an interval.",
                    kept=int(kept.sum()),
                    n=self.n_draws,
                )
            )
        return kept

    @property
    def failures(self) -> str:
        """A sentence on draws that failed, with a cure."""
        return message(
            "{failed} of {n} draws have no estimate, so that those left are a selection of "
            "samples. Use fewer instruments (depth='just'), kind='wild', or `monte_carlo`.",
            failed=self.n_failed,
            n=self.n_draws,
        )

    @property
    def standard_errors(self) -> Array:
        """Standard deviation of the coefficients over draws, (m, K)."""
        return np.asarray(self.coefficients[self.usable()].std(axis=0, ddof=1))

    @cached_property
    def restricted(self) -> RestrictedDraws:
        """The wild bootstrap-t of every coefficient.

        Raises
        ------
        PanelVARError
            If the draws are not wild.
        """
        if self.source != "wild":
            raise PanelVARError(
                message(
                    "The bootstrap-t needs bootstrap(kind='wild'); these draws are {source}.",
                    source=self.source,
                )
            )
        return restricted_draws(self.results, self.n_draws, self.seed)

    def p_values(self, null: float = 0.0) -> pd.DataFrame:
        """P-values of each coefficient being `null`, by the wild bootstrap-t.

        Two-sided, with the null imposed on the draws (Cameron, Gelbach and Miller 2008; Kline
        and Santos 2012). Wild draws only.

        Returns
        -------
        DataFrame
            Index regressors, columns equations.
        """
        distance = (self.results.coefficients - null).ravel()
        p = self.restricted.p_values(distance).reshape(self.results.coefficients.shape)
        return pd.DataFrame(p.T, list(self.results.regressors), list(self.results.variables))

    def intervals(
        self, *, level: float = 0.95, method: IntervalMethod | Literal["bootstrap-t"] = "percentile"
    ) -> tuple[Array, Array]:
        """Lower and upper bounds of the coefficients, each (m, K).

        Parameters
        ----------
        level : float
            Between 0 and 1.
        method : {"percentile", "bias-corrected", "bootstrap-t"}
            Efron's percentile interval; the same corrected for median bias; for wild draws, the
            nulls that the bootstrap-t of `p_values` does not reject. With few units prefer
            the last: at N = 10 to 30 its coverage stays near the level, where percentile
            intervals of either kind of draws fall short.
        """
        point = self.results.coefficients
        if method != "bootstrap-t":
            return interval(self.coefficients[self.usable()], point, level, method)
        check_level(level)
        below, above = (self.restricted.reach(sign, level) for sign in (1.0, -1.0))
        return point - below.reshape(point.shape), point + above.reshape(point.shape)

    def bands(
        self,
        kind: ResponseKind = "orthogonal",
        *,
        horizon: int = 10,
        level: float = 0.95,
        method: BandMethod = "percentile",
        over: Over = "horizons",
        order: Sequence[str] | None = None,
        cumulative: bool = False,
        explosive: Explosive = "keep",
    ) -> ResponseBands:
        """Bands of responses or variance shares.

        Parameters
        ----------
        kind, horizon, order, cumulative
            As in `PanelVARResults.responses`.
        level : float
            Between 0 and 1.
        method : {"percentile", "bias-corrected", "sup-t"}
            Pointwise: Efron's percentile interval at each horizon by itself, or the same
            corrected for median bias. Simultaneous: "sup-t" holds whole paths at the level
            (Montiel Olea and Plagborg-Møller 2019).
        over : {"horizons", "all"}
            What a sup-t band holds at once: the horizons of each pair, or all pairs too.
        explosive : {"keep", "drop"}
            Dropping conditions on stability; the counts tell how many went.

        Raises
        ------
        PanelVARError
            For an unknown option, or if too many draws failed.
        """
        return response_bands(
            self,
            kind,
            horizon=horizon,
            level=level,
            method=method,
            over=over,
            order=order,
            cumulative=cumulative,
            explosive=explosive,
        )


def unit_bootstrap(
    results: PanelVARResults,
    draws: int = 1000,
    *,
    seed: int = 0,
    kind: Kind = "pairs",
    executor: Executor | None = None,
) -> Draws:
    """Draw from the distribution of the estimate by resampling or perturbing units.

    Parameters
    ----------
    results : PanelVARResults
    draws : int
        At least 2.
    seed : int
        The same seed gives the same draws, with any executor and any number of workers.
    kind : {"pairs", "wild"}
        "pairs" draws units with replacement and estimates again; after two steps with the
        sample's weight, whose dependence on the first step is linearised (Windmeijer 2005), so
        that it works with as many moments as the estimate itself. "wild" gives random signs to
        what leaving out each unit does to the estimate; Rademacher's, or Webb's six points for
        fewer than 12 units. Both take clusters of units for units where the estimate does.
    executor : concurrent.futures.Executor, optional
        Who makes the draws, in blocks of 100: a process pool, or the executor of a cluster on
        other machines such as dask's `client.get_executor()`. Workers need this package;
        results agree to the last digit if their linear algebra library does.

    Raises
    ------
    PanelVARError
        For fewer than two draws, a two-step weight that is summed over rows, or, of the wild
        bootstrap, a unit without which there is no estimate.

    Notes
    -----
    The wild draws are Kline and Santos's (2012) score bootstrap with the scores of MacKinnon,
    Nielsen and Webb (2023): leave-one-out estimates, so that their covariance is the
    jackknife's. They perturb moments and not residuals: paths generated again from residuals,
    as Gonçalves and Kilian (2004) do for one series, have with one sign per unit the sums of
    squares of the sample, and so Sigma and orthogonal responses at impact with next to no error (on
    the same fault for time series Brüggemann, Jentsch and Trenkler 2016). What the intervals
    and the treatment of the two-step weight cover is simulated in `benchmarks/pvar_draws.py`.
    """
    draws, seed = check_draws(draws, seed)
    check_choice("kind", kind, ("pairs", "wild"))
    if results.estimate.first is not None and (
        results.weight == "row" or results.covariance_name == "robust"
    ):
        raise PanelVARError(
            message(
                "A two-step weight that is summed over rows has no bootstrap of units; use "
                "weight='unit', steps='one', or `monte_carlo`."
            )
        )
    coefficients, sigma = resampled(estimator_of(results), kind, draws, seed, executor)
    return collected(results, coefficients, sigma, kind, seed)


def monte_carlo(results: PanelVARResults, draws: int = 1000, *, seed: int = 0) -> Draws:
    """Draw coefficients and innovation covariance from their normal approximations.

    b ~ N(b_hat, V) and, independently, vech Sigma ~ N(vech Sigma_hat, (2/n) D+ (Sigma kron
    Sigma) D+'), n rows (Lütkepohl 2005, proposition 3.4; the habit of Stata's pvar). With
    `use_t` b is drawn from the multivariate t with the `df_t` degrees of the results.
    """
    draws, seed = check_draws(draws, seed)
    rng = np.random.default_rng(seed)
    m, k = results.coefficients.shape
    values, vectors = np.linalg.eigh(results.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = rng.standard_normal((draws, m * k)) @ root.T
    if results.use_t:
        noise *= np.sqrt(results.df_t / rng.chisquare(results.df_t, size=(draws, 1)))
    coefficients = results.coefficients + noise.reshape(draws, m, k)
    normal = rng.standard_normal((draws, m, m))
    symmetric = (normal + normal.transpose(0, 2, 1)) / np.sqrt(2.0 * results.n_obs)
    lower = np.linalg.cholesky(results.sigma)
    sigma = results.sigma + lower @ symmetric @ lower.T
    return collected(results, coefficients, sigma, "monte carlo", seed)


def collected(
    results: PanelVARResults, coefficients: Array, sigma: Array, source: Source, seed: int
) -> Draws:
    """Draws with failed ones marked; a warning where they are not few."""
    failed = ~np.asarray((complete(coefficients) & complete(sigma)).all(axis=1))
    failed[~failed] = ~definite(sigma[~failed])
    draws = Draws(results, coefficients, sigma, failed, source, seed)
    if draws.n_failed > NOTABLE_SHARE * draws.n_draws:
        warnings.warn(draws.failures, PanelVARWarning, stacklevel=4)
    return draws


def definite(sigma: Array) -> BoolArray:
    """`positive_definite`, faster where all are: one factorisation instead of eigenvalues."""
    m = sigma.shape[-1]
    try:
        np.linalg.cholesky(unit_diagonal(sigma)[0] - singular_value_floor(m) * np.eye(m))
    except np.linalg.LinAlgError:
        return positive_definite(sigma)
    return np.ones(len(sigma), dtype=np.bool_)
