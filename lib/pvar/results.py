"""What a panel VAR estimate is and how it is read: arrays, frames, summary, responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvar import tables
from pvar.covariance import Covariance
from pvar.data import PanelData
from pvar.design import Design, Specification
from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import Estimate, Steps
from pvar.identification import WeakIdentification
from pvar.linalg import Array
from pvar.moments import Moments
from pvar.responses import (
    ResponseKind,
    companion_matrix,
    eigenvalue_moduli,
    impulse_responses,
    positive_definite,
)
from pvar.terms import dummy_periods

if TYPE_CHECKING:
    from pvar.bootstrap import Draws


@dataclass(frozen=True)
class HansenTest:
    """Hansen's test of over-identifying restrictions; p is NaN where there is no test."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class ResponseTable:
    """Responses of one kind.

    Attributes
    ----------
    values : array (horizon + 1, m, m)
        Horizon, response, impulse.
    kind : str
    variables : tuple of str
    cumulative : bool
    """

    values: Array
    kind: str
    variables: tuple[str, ...]
    cumulative: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Long form with columns impulse, response, horizon, value."""
        return tables.long_responses(self.values, self.variables, "value")


@dataclass(frozen=True, eq=False)
class PanelVARResults:
    """A panel VAR estimate.

    Attributes
    ----------
    specification : Specification
    steps : {"one", "two"}
    covariance_name : {"clustered", "windmeijer", "robust"}
    moments : Moments
    estimate : Estimate
        Coefficients and what is needed to do inference on them.
    covariance : array (mK, mK)
        Of the coefficients by equation, then regressor.
    sigma : array (m, m)
        Covariance of the transformed residuals, E'E / (n - K). First differences double it.
    hansen : HansenTest
    weak_identification : WeakIdentification or None
    warnings : tuple of str
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

    @property
    def variables(self) -> tuple[str, ...]:
        """Dependent variables."""
        return self.specification.variables

    @property
    def regressors(self) -> tuple[str, ...]:
        """Names of the K regressors: lags, predetermined, exogenous, dummies, const."""
        sample = self.moments.sample
        return regressor_names(sample.data, self.specification, sample.design)

    @property
    def coefficients(self) -> Array:
        """Coefficients (m, K): rows are equations."""
        return self.estimate.coefficients

    @property
    def dynamics(self) -> Array:
        """The lag coefficients only, (m, mp)."""
        return self.coefficients[:, : len(self.variables) * self.specification.lags]

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
        """Two-sided normal p-values."""
        values: Array = 2.0 * ndtr(-np.abs(self.z_values))
        return values

    @property
    def n_obs(self) -> int:
        """Transformed rows used."""
        return self.moments.n_obs

    @property
    def n_units(self) -> int:
        """Units used."""
        return self.moments.n_units

    @property
    def n_instruments(self) -> int:
        """Instruments per equation."""
        return self.moments.n_instruments

    @property
    def n_moments(self) -> int:
        """Moment conditions over all equations."""
        return self.moments.n_moments

    @property
    def eigenvalues(self) -> np.ndarray:
        """Eigenvalues of the companion matrix, largest modulus first."""
        values = np.linalg.eigvals(companion_matrix(self.dynamics))
        return values[np.argsort(-np.abs(values), kind="stable")]

    @property
    def eigenvalue_moduli(self) -> Array:
        """Their moduli, largest first."""
        return eigenvalue_moduli(self.dynamics)

    @property
    def stable(self) -> bool:
        """Whether all moduli are below one."""
        return bool(self.eigenvalue_moduli[0] < 1.0)

    def positions(self, order: Sequence[str] | None) -> list[int] | None:
        """Positions of the variables in a causal order given by name."""
        if order is None:
            return None
        if sorted(order) != sorted(self.variables):
            raise PanelVARError(
                f"排序须恰好包含 {'、'.join(self.variables)} 各一次；读到 {'、'.join(order)}。"
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
        horizon : int
        order : sequence of str, optional
            Causal order by name; by default that of the specification.
        cumulative : bool
        """
        if kind != "simple" and not positive_definite(self.sigma):
            raise SingularMatrixError(
                f"{len(self.variables)} 个变量的残差协方差矩阵不正定（{self.n_obs} 行，"
                f"每方程 {self.coefficients.shape[1]} 个系数），无法正交化；请减少变量或补充数据。"
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

    def bootstrap(self, draws: int = 1000, *, seed: int) -> Draws:
        """Re-estimate on resampled units; see `bootstrap.unit_bootstrap`."""
        from pvar.bootstrap import unit_bootstrap

        return unit_bootstrap(self, draws, seed=seed)

    def monte_carlo(self, draws: int = 1000, *, seed: int) -> Draws:
        """Draw from the estimate's normal approximation; see `bootstrap.monte_carlo`."""
        from pvar.bootstrap import monte_carlo

        return monte_carlo(self, draws, seed=seed)

    def to_frame(self, *, level: float = 0.95, dummies: bool = False) -> pd.DataFrame:
        """One row per equation and regressor.

        Columns: coefficient, std_error, z, p_value, ci_low, ci_high; the index has levels
        equation and regressor. Period dummies are left out unless asked for.
        """
        half = float(ndtri(0.5 + level / 2.0)) * self.standard_errors
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
        shown = frame.index.get_level_values("regressor")
        return frame if dummies else frame[~shown.str.startswith("period_")]

    def summary(self) -> str:
        """Plain-text table in the layout of the usual programs."""
        return tables.summary(self)

    def to_latex(self) -> str:
        """Journal table in LaTeX: one column per equation, standard errors in brackets."""
        return tables.to_latex(self)

    def to_html(self) -> str:
        """The same table in HTML, byte for byte the same at every call."""
        return tables.to_html(self)


def regressor_names(
    data: PanelData, specification: Specification, design: Design
) -> tuple[str, ...]:
    """Names of all K regressors in the order of the coefficients."""
    dummies = dummy_periods(design, data.n_periods)
    periods = tuple(f"period_{data.times[position]}" for position in dummies)
    constant = ("const",) if design.system else ()
    return (*specification.regressors, *periods, *constant)
