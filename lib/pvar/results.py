"""What a panel VAR estimate is and how it is read: arrays, frames, summary, responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvar.design import Specification
from pvar.errors import PanelVARError, SingularMatrixError
from pvar.gmm import Clusters, Covariance, Estimate, InitialWeight, Steps
from pvar.identification import WeakIdentification
from pvar.linalg import Array, ComplexArray
from pvar.moments import Moments, Sample
from pvar.responses import (
    ResponseKind,
    companion_eigenvalues,
    impulse_responses,
    long_responses,
    positive_definite,
)
from pvar.rows import dummy_periods

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pvar.bootstrap import Draws
    from pvar.resampling import Kind

STAR_LEVELS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
TRANSFORM_NAMES = {
    "fod": "forward orthogonal deviations",
    "fd": "first differences",
    "pvar2": "Helmert, lag of the transform (older pvar2)",
    "pvar2-asymmetric": "Helmert, lag of the transform, unmatched rows (older pvar2)",
}
WIDTH = 78
LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {c: f"${c}$" for c in "<>"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


@dataclass(frozen=True)
class HansenTest:
    """Hansen's test of over-identifying restrictions; p is NaN where there is no test."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class ResponseTable:
    """Responses of one kind; values are (horizon + 1, response, impulse)."""

    values: Array
    kind: str
    variables: tuple[str, ...]
    cumulative: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Long form with columns impulse, response, horizon, value."""
        return long_responses(self.variables, value=self.values)


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
        What to be careful about, in Chinese.
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
    cluster: str | None = None
    use_t: bool = False
    bandwidth: int | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Dependent variables."""
        return self.specification.variables

    @property
    def regressors(self) -> tuple[str, ...]:
        """Names of the K regressors: lags, predetermined, exogenous, dummies, const."""
        return regressor_names(self.specification, self.moments.sample)

    @property
    def coefficients(self) -> Array:
        """Coefficients (m, K): rows are equations."""
        return self.estimate.coefficients

    @property
    def dynamics(self) -> Array:
        """Lag coefficients (m, mp), p the longest lag; zero where a lag is left out."""
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
        """Two-sided normal p-values."""
        return np.asarray(2.0 * ndtr(-np.abs(self.z_values)))

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
            Periods after the impact.
        order : sequence of str, optional
            Causal order by name; by default that of the specification.
        cumulative : bool
            Sum over horizons.
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
        rule = "=" * WIDTH
        lines = ["Panel VAR (GMM)".center(WIDTH), rule, *summary_head(self), "-" * WIDTH]
        lines += [*coefficient_block(self), rule, *test_lines(self)]
        lines += [f"警告：{text}" for text in self.warnings]
        return "\n".join(lines)

    def to_latex(self) -> str:
        """Journal table for LaTeX with booktabs, standard errors in brackets."""
        m = len(self.variables)
        lines = [f"\\begin{{tabular}}{{l{'c' * m}}}", "\\toprule"]
        lines.append(" & ".join(["", *map(latex_escape, self.variables)]) + r" \\")
        lines.append("\\midrule")
        for label, cells in journal_cells(self):
            lines.append(" & ".join([latex_escape(label), *cells]) + r" \\")
        lines.append("\\midrule")
        for label, text in journal_notes(self):
            cell = f"\\multicolumn{{{m}}}{{l}}{{{latex_escape(text)}}}"
            lines.append(f"{latex_escape(label)} & {cell} \\\\")
        return "\n".join([*lines, "\\bottomrule", "\\end{tabular}"])

    def to_html(self) -> str:
        """The same table in HTML, byte for byte the same at every call (no identifiers)."""
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.variables)
        body = "".join(
            html_row(label, *(f"<td>{cell}</td>" for cell in cells))
            for label, cells in journal_cells(self)
        )
        m = len(self.variables)
        notes = "".join(
            html_row(label, f'<td colspan="{m}">{escape(text)}</td>')
            for label, text in journal_notes(self)
        )
        return (
            f'<table class="pvar">\n<thead><tr><td></td>{heads}</tr></thead>\n'
            f"<tbody>\n{body}</tbody>\n<tfoot>\n{notes}</tfoot>\n</table>"
        )


def regressor_names(specification: Specification, sample: Sample) -> tuple[str, ...]:
    """Names of all K regressors in the order of the coefficients."""
    dummies = dummy_periods(sample.design, sample.data.n_periods)
    labels = sample.data.time_labels if dummies else ()
    periods = tuple(f"period_{labels[position]}" for position in dummies)
    constant = ("const",) if specification.system else ()
    return (*specification.regressors, *periods, *constant)


def summary_head(results: PanelVARResults) -> list[str]:
    """Two columns of facts about the estimate."""
    spec, rows = results.specification, results.moments.unit_rows
    rows = rows[rows > 0]
    method = f"{results.steps}-step {'system' if spec.system else 'difference'} GMM"
    instruments = f"depth {spec.depth}, {'collapsed' if spec.collapse else 'by period'}"
    spread = f"{rows.min()} / {rows.mean():.1f} / {rows.max()}"
    facts = [
        ("Estimator", method, "No. observations", results.n_obs),
        ("Covariance", results.covariance_name, "No. units", results.n_units),
        ("Lags", lag_text(spec), "Rows per unit", spread),
        ("Instruments", instruments, "Instruments / equation", results.n_instruments),
        ("Time effects", spec.time_effects, "Moments (all)", results.n_moments),
    ]
    head = f"{'Transform:':<14}{TRANSFORM_NAMES[spec.transform]}"
    return [head, *(f"{a + ':':<14}{b:<26}{c + ':':<24}{d:>14}" for a, b, c, d in facts)]


def lag_text(specification: Specification) -> str:
    """Lags in a few characters: "2", "1, 4", or by variable "1, 4; 1"."""
    sets = dict.fromkeys(specification.lag_sets)
    shown = sets if len(sets) == 1 else specification.lag_sets
    short = (
        str(len(lags)) if lags[-1] == len(lags) else ", ".join(map(str, lags)) for lags in shown
    )
    return "; ".join(short)


def coefficient_block(results: PanelVARResults) -> list[str]:
    """Coefficients equation by equation."""
    lines = [f"{'':<22}{'Coef.':>10}{'Std. err.':>11}{'z':>8}{'P>|z|':>8}{'[95% conf. int.]':>19}"]
    frame = results.to_frame()
    for variable in results.variables:
        lines += ["-" * WIDTH, variable]
        for regressor, row in frame.loc[variable].iterrows():
            lines.append(
                f"  {regressor!s:<20}{row.coefficient:>10.4g}{row.std_error:>11.4g}"
                f"{row.z:>8.2f}{row.p_value:>8.3f}{row.ci_low:>10.4g}{row.ci_high:>9.4g}"
            )
    return lines


def test_lines(results: PanelVARResults) -> list[str]:
    """Hansen, weak identification and stability."""
    lines = [f"Hansen J: {hansen_text(results)}"]
    weak = results.weak_identification
    if weak is not None:
        lines.append(
            f"Cragg-Donald F: {weak.cragg_donald_f:.3g}"
            f"   smallest canonical correlation: {weak.smallest_correlation:.3f}"
        )
    moduli = ", ".join(f"{value:.4f}" for value in results.eigenvalue_moduli)
    return [*lines, f"Companion eigenvalue moduli: {moduli}"]


def hansen_text(results: PanelVARResults) -> str:
    """J, its degrees of freedom and p-value, or why there is none."""
    test = results.hansen
    if test.df == 0:
        return "just-identified (J = 0, df = 0)"
    if np.isnan(test.statistic):
        return f"not available: {results.n_moments} moments > {results.n_units} units"
    return f"chi2({test.df}) = {test.statistic:.4g}, p = {test.p:.4f}"


def journal_cells(results: PanelVARResults) -> list[tuple[str, list[str]]]:
    """Rows of a journal table: estimates with stars, standard errors in brackets."""
    frame = results.to_frame()
    rows: list[tuple[str, list[str]]] = []
    for regressor in frame.loc[results.variables[0]].index:
        cells = [frame.loc[(variable, regressor)] for variable in results.variables]
        rows.append((str(regressor), [f"{c.coefficient:.3f}{stars(c.p_value)}" for c in cells]))
        rows.append(("", [f"({c.std_error:.3f})" for c in cells]))
    return rows


def journal_notes(results: PanelVARResults) -> list[tuple[str, str]]:
    """What stands under the rule of a journal table."""
    return [
        ("Observations", str(results.n_obs)),
        ("Units", str(results.n_units)),
        ("Instruments per equation", str(results.n_instruments)),
        ("Hansen J", hansen_text(results)),
        ("Largest eigenvalue modulus", f"{results.eigenvalue_moduli[0]:.3f}"),
        ("Standard errors", results.covariance_name),
    ]


def stars(p: float) -> str:
    """Conventional stars: *** below .01, ** below .05, * below .1."""
    return next((mark for level, mark in STAR_LEVELS if p < level), "")


def html_row(label: str, *cells: str) -> str:
    """A row of a table with its heading."""
    return f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>\n'


def latex_escape(text: str) -> str:
    """Text with LaTeX's special characters escaped."""
    return text.translate(LATEX)
