"""What a panel VAR estimate is and how it is read: arrays, frames, tests, responses, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from pvar import forecasts, tables, wald
from pvar.design import Specification
from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import Clusters, Covariance, Estimate, InitialWeight, Steps, n_clusters
from pvar.linalg import Array, BoolArray, ComplexArray
from pvar.messages import message
from pvar.moments import Moments, Sample
from pvar.options import check_level, column_names, listed
from pvar.responses import (
    ResponseKind,
    ResponseTable,
    companion_eigenvalues,
    impulse_responses,
    positive_definite,
)
from pvar.rows import dummy_periods

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pvar.bootstrap import Draws
    from pvar.identification import AndersonRubin, RankTest, Reference, WeakIdentification
    from pvar.resampling import Kind

PERIOD_PREFIX = "period_"


@dataclass(frozen=True)
class HansenTest:
    """Hansen's test of over-identifying restrictions; p is NaN where there is no test."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, eq=False)
class PanelVARResults:
    """A panel VAR estimate.

    Attributes
    ----------
    estimate : Estimate
        Coefficients and what is needed to do inference on them.
    covariance : array (mK, mK)
        Of the coefficients by equation, then regressor.
    sigma : array (m, m)
        Covariance of the transformed residuals, E'E / (n - K). First differences double it.
    warnings : tuple of str
        What to be careful about, in the language of `use_language`.
    weight, initial_weight, bandwidth : str, str, int or None
        As given to `fit`.
    cluster : str or None
        What standard errors are clustered by; None is the unit.
    use_t : bool
        p-values and intervals from t with `df_t` degrees, and tests from F, instead of the
        normal and chi-squared.

    Notes
    -----
    Without year effects GMM estimates depend on the origin of the variables' scales: adding a
    constant to a variable changes the instruments, which are levels, and with them coefficients,
    t-values and eigenvalues wherever means move over time. Multiplying a variable does not. With
    time_effects="demean" neither does; with "dummies" neither does in a balanced panel, while in
    an unbalanced one the constant still does unless period means are subtracted first.
    """

    specification: Specification
    steps: Steps
    covariance_name: Covariance
    moments: Moments = field(repr=False)
    estimate: Estimate = field(repr=False)
    covariance: Array = field(repr=False)
    sigma: Array = field(repr=False)
    hansen: HansenTest
    weak_identification: WeakIdentification | None
    warnings: tuple[str, ...] = ()
    weight: Clusters = "unit"
    initial_weight: InitialWeight = "model"
    bandwidth: int | None = None
    cluster: str | None = None
    use_t: bool = False

    # --- arrays -------------------------------------------------------------------------------

    @property
    def variables(self) -> tuple[str, ...]:
        """Dependent variables."""
        return self.specification.variables

    @cached_property
    def regressors(self) -> tuple[str, ...]:
        """Names of the K regressors: lags, predetermined, exogenous, dummies, const."""
        return regressor_names(self.specification, self.moments.sample)

    @property
    def is_dummy(self) -> BoolArray:
        """Which of the regressors are period dummies, (K,)."""
        sample = self.moments.sample
        first = len(sample.design.regressors)
        marks = np.zeros(len(self.regressors), dtype=np.bool_)
        marks[first : first + len(dummy_periods(sample.design, sample.data.n_periods))] = True
        return marks

    @property
    def coefficients(self) -> Array:
        """Coefficients (m, K): rows are equations."""
        return self.estimate.coefficients

    @property
    def dynamics(self) -> Array:
        """The lag coefficients only, (m, mp), p the longest lag; zero where a lag is left out."""
        return self.specification.dynamics_of(self.coefficients)

    @property
    def standard_errors(self) -> Array:
        """Standard errors (m, K)."""
        return np.sqrt(np.diagonal(self.covariance)).reshape(self.coefficients.shape)

    @property
    def z_values(self) -> Array:
        """Coefficients over standard errors."""
        return self.coefficients / self.standard_errors

    @property
    def p_values(self) -> Array:
        """Two-sided p-values (m, K), normal or, with `use_t`, of t with `df_t` degrees."""
        tail = -np.abs(self.z_values)
        return np.asarray(2.0 * (stdtr(self.df_t, tail) if self.use_t else ndtr(tail)))

    @property
    def df_t(self) -> int:
        """Degrees of freedom of t with `use_t`: what the covariance is summed over, less one.

        Clusters, and units where none are named; "driscoll-kraay" sums over periods.
        """
        kraay = self.covariance_name == "driscoll-kraay"
        return (self.moments.n_row_periods if kraay else self.n_clusters) - 1

    @property
    def n_obs(self) -> int:
        """Transformed rows used."""
        return self.moments.n_obs

    @property
    def n_units(self) -> int:
        """Units used."""
        return self.moments.n_units

    @property
    def n_clusters(self) -> int:
        """Clusters with rows; units unless others were given."""
        return n_clusters(self.moments)

    @property
    def n_instruments(self) -> int:
        """Instruments per equation."""
        return self.moments.n_instruments

    @property
    def n_moments(self) -> int:
        """Moment conditions over all equations."""
        return self.moments.n_moments

    @cached_property
    def eigenvalues(self) -> ComplexArray:
        """Eigenvalues of the companion matrix, largest modulus first."""
        return companion_eigenvalues(self.dynamics)

    @property
    def eigenvalue_moduli(self) -> Array:
        """Their moduli, largest first."""
        return np.abs(self.eigenvalues)

    @property
    def stable(self) -> bool:
        """Whether all moduli are below one."""
        return bool(self.eigenvalue_moduli[0] < 1.0)

    # --- frames -------------------------------------------------------------------------------

    @property
    def params(self) -> pd.DataFrame:
        """Coefficients; index regressors, columns equations."""
        return self._by_regressor(self.coefficients)

    @property
    def bse(self) -> pd.DataFrame:
        """Standard errors, laid out as `params`."""
        return self._by_regressor(self.standard_errors)

    @property
    def tvalues(self) -> pd.DataFrame:
        """Coefficients over standard errors, laid out as `params`."""
        return self._by_regressor(self.z_values)

    @property
    def pvalues(self) -> pd.DataFrame:
        """`p_values`, laid out as `params`."""
        return self._by_regressor(self.p_values)

    def _by_regressor(self, values: Array) -> pd.DataFrame:
        return pd.DataFrame(values.T, list(self.regressors), list(self.variables))

    @property
    def resid(self) -> pd.DataFrame:
        """Transformed residuals, one row per row used; see `forecasts.transformed_residuals`."""
        return forecasts.transformed_residuals(self)

    @property
    def fixed_effects(self) -> pd.DataFrame:
        """Unit effects; see `forecasts.fixed_effects`."""
        return forecasts.fixed_effects(self)

    def to_frame(self, *, level: float = 0.95, dummies: bool = False) -> pd.DataFrame:
        """One row per equation and regressor.

        Columns: coefficient, std_error, z, p_value, ci_low, ci_high; the index has levels
        equation and regressor. Period dummies are left out unless asked for.
        """
        check_level(level)
        place = 0.5 + level / 2.0
        quantile = float(stdtrit(self.df_t, place) if self.use_t else ndtri(place))
        half = quantile * self.standard_errors
        columns = {
            "coefficient": self.coefficients,
            "std_error": self.standard_errors,
            "z": self.z_values,
            "p_value": self.p_values,
            "ci_low": self.coefficients - half,
            "ci_high": self.coefficients + half,
        }
        index = pd.MultiIndex.from_product(
            [self.variables, self.regressors], names=["equation", "regressor"]
        )
        frame = pd.DataFrame({k: v.ravel() for k, v in columns.items()}, index=index)
        return frame if dummies else frame[np.tile(~self.is_dummy, len(self.variables))]

    def forecast(
        self,
        steps: int = 1,
        *,
        exogenous: pd.DataFrame | None = None,
        period_effects: Literal["last", "mean"] | ArrayLike | None = None,
    ) -> pd.DataFrame:
        """Forecasts of every unit beyond the panel's last period; see `forecasts.forecast`."""
        return forecasts.forecast(self, steps, exogenous, period_effects)

    # --- responses ----------------------------------------------------------------------------

    def positions(self, order: Sequence[str] | None) -> list[int] | None:
        """Positions of the variables in a causal order given by name."""
        if order is None:
            return None
        order = column_names("order", order)
        if sorted(order) != sorted(self.variables):
            raise PanelVARError(
                message(
                    "The order must name each of {variables} once; it is {order}.",
                    variables=listed(self.variables),
                    order=listed(order),
                )
            )
        return [self.variables.index(name) for name in order]

    def responses(
        self,
        kind: ResponseKind = "orthogonal",
        *,
        horizon: int = 10,
        order: Sequence[str] | None = None,
        cumulative: bool = False,
    ) -> ResponseTable:
        """Impulse responses or, with kind "fevd", the variance decomposition.

        Parameters
        ----------
        kind : {"simple", "orthogonal", "generalised", "fevd"}
            To a shock of one unit of the variable; of one standard deviation, shocks made
            orthogonal by a Cholesky factor; of one standard deviation, not orthogonal; shares
            of the orthogonal shocks in the forecast error variance.
        horizon : int
            Periods after the impact, which is horizon 0.
        order : sequence of str, optional
            Causal order by name, the variable that reacts to nobody at impact first; by
            default that of the specification.
        cumulative : bool
            Sum over horizons (not for "fevd").

        Returns
        -------
        ResponseTable
            Values (horizon + 1, response, impulse) in the units of the response, without
            bands; `bootstrap` and `monte_carlo` draw, and their `bands` are pointwise unless
            "sup-t" is asked for. The standard deviations are those of `sigma`, so first
            differences make a shock sqrt(2) times that of other transforms.

        Raises
        ------
        PanelVARError
            For an unknown kind, a horizon that is no count, or an order that is no permutation.
        SingularMatrixError
            If the residual covariance is not positive definite.
        """
        if kind != "simple" and not positive_definite(self.sigma):
            raise SingularMatrixError(
                message(
                    "The residual covariance of {m} variables is not positive definite ({rows} "
                    "rows, {k} coefficients per equation), so shocks cannot be told apart; take "
                    "fewer variables or more data, or kind='simple'.",
                    m=len(self.variables),
                    rows=self.n_obs,
                    k=self.coefficients.shape[1],
                )
            )
        values = impulse_responses(
            self.dynamics,
            self.sigma,
            kind=kind,
            horizon=horizon,
            order=self.positions(order),
            cumulative=cumulative,
        )
        return ResponseTable(values, kind, self.variables, cumulative)

    def bootstrap(
        self,
        draws: int = 1000,
        *,
        seed: int = 0,
        kind: Kind = "pairs",
        executor: Executor | None = None,
    ) -> Draws:
        """Resample units and estimate again, or perturb them; see `bootstrap.unit_bootstrap`."""
        from pvar.bootstrap import unit_bootstrap

        return unit_bootstrap(self, draws, seed=seed, kind=kind, executor=executor)

    def monte_carlo(self, draws: int = 1000, *, seed: int = 0) -> Draws:
        """Draw from the estimate's normal approximation; see `bootstrap.monte_carlo`."""
        from pvar.bootstrap import monte_carlo

        return monte_carlo(self, draws, seed=seed)

    # --- tests --------------------------------------------------------------------------------

    def wald_test(
        self,
        restrictions: Mapping[str, str | Sequence[str]] | ArrayLike,
        value: ArrayLike = 0.0,
    ) -> wald.WaldTest:
        """Test linear restrictions on the coefficients; see `wald.wald_test`."""
        return wald.wald_test(self, restrictions, value)

    def granger_tests(self) -> pd.DataFrame:
        """Can all lags of a variable be left out? See `pvar.granger_tests`."""
        from pvar.diagnostics import granger_tests

        return granger_tests(self)

    def serial_correlation_tests(self, order: int = 2) -> pd.DataFrame:
        """Arellano and Bond's tests of the residuals; see `pvar.serial_correlation_tests`."""
        from pvar.diagnostics import serial_correlation_tests

        return serial_correlation_tests(self, order=order)

    def rank_test(self) -> RankTest:
        """Kleibergen and Paap's test of the first stage; see `pvar.robust_rank_test`."""
        from pvar.identification import robust_rank_test

        return robust_rank_test(self)

    def anderson_rubin(
        self,
        equation: str,
        regressors: str | Sequence[str] | None = None,
        value: ArrayLike = 0.0,
        *,
        reference: Reference = "f",
    ) -> AndersonRubin:
        """Test coefficients of one equation, weak instruments or not; see `pvar.anderson_rubin`."""
        from pvar.identification import anderson_rubin

        return anderson_rubin(self, equation, regressors, value, reference=reference)

    def difference_in_hansen(
        self, instruments: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None
    ) -> pd.DataFrame:
        """Test groups of instruments; see `pvar.difference_in_hansen`."""
        from pvar.overidentification import difference_in_hansen

        return difference_in_hansen(self, instruments)

    # --- tables and figures -------------------------------------------------------------------

    def summary(self) -> str:
        """Plain-text table in the layout of the usual programs, in English."""
        return tables.summary_text(self)

    def __str__(self) -> str:
        return self.summary()

    def to_html(self) -> str:
        """Journal table in HTML, the same at every call (no identifiers)."""
        return tables.journal_table(self).to_html()

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_latex(self) -> str:
        """Journal table for LaTeX with booktabs, standard errors in brackets."""
        return tables.journal_table(self).to_latex()

    def to_docx(self, path: str | PathLike[str]) -> None:
        """Write the journal table to a Word file, replacing it; needs python-docx."""
        tables.journal_table(self).to_docx(path)

    def plot_roots(self) -> Figure:
        """Draw the companion eigenvalues with the unit circle; needs matplotlib."""
        from pvar.plots import plot_roots

        return plot_roots(self)


def regressor_names(specification: Specification, sample: Sample) -> tuple[str, ...]:
    """Names of all K regressors in the order of the coefficients."""
    dummies = dummy_periods(sample.design, sample.data.n_periods)
    labels = sample.data.time_labels if dummies else ()
    periods = tuple(f"{PERIOD_PREFIX}{labels[position]}" for position in dummies)
    constant = ("const",) if specification.system else ()
    return (*specification.regressors, *periods, *constant)
