"""Tables of an estimate: console summary, LaTeX, HTML, long frames."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pvar.linalg import Array

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

STAR_LEVELS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
TRANSFORM_NAMES = {
    "fod": "forward orthogonal deviations",
    "fd": "first differences",
    "pvar2": "Helmert, lag of the transform (older pvar2)",
    "pvar2-asymmetric": "Helmert, lag of the transform, unmatched rows (older pvar2)",
}
WIDTH = 78


def stars(p: float) -> str:
    """Conventional stars: *** below .01, ** below .05, * below .1."""
    return next((mark for level, mark in STAR_LEVELS if p < level), "")


def long_responses(values: Array, variables: tuple[str, ...], name: str) -> pd.DataFrame:
    """Responses (horizon, response, impulse) as one row each."""
    horizons = range(values.shape[0])
    index = pd.MultiIndex.from_product(
        [variables, variables, horizons], names=["impulse", "response", "horizon"]
    )
    flat = values.transpose(2, 1, 0).ravel()
    return pd.DataFrame({name: flat}, index=index).reset_index()


def summary(results: PanelVARResults) -> str:
    """Console summary: head, one block of coefficients, tests, warnings."""
    lines = ["Panel VAR (GMM)".center(WIDTH), "=" * WIDTH, *head(results), "-" * WIDTH]
    lines += [*coefficient_block(results), "=" * WIDTH, *tests(results)]
    lines += [f"警告：{text}" for text in results.warnings]
    return "\n".join(lines)


def head(results: PanelVARResults) -> list[str]:
    """Two columns of facts about the estimate."""
    spec, rows = results.specification, results.moments.unit_rows
    rows = rows[rows > 0]
    depth = spec.lags if spec.depth is None else spec.depth
    collapsed = "collapsed" if spec.collapse else "by period"
    left = [
        ("Estimator", f"{results.steps}-step {'system' if spec.system else 'difference'} GMM"),
        ("Covariance", results.covariance_name),
        ("Lags", str(spec.lags)),
        ("Instruments", f"depth {depth}, {collapsed}"),
        ("Time effects", spec.time_effects),
    ]
    right = [
        ("No. observations", str(results.n_obs)),
        ("No. units", str(results.n_units)),
        ("Rows per unit", f"{rows.min()} / {rows.mean():.1f} / {rows.max()}"),
        ("Instruments / equation", str(results.n_instruments)),
        ("Moments (all)", str(results.n_moments)),
    ]
    lines = [f"{'Transform:':<14}{TRANSFORM_NAMES[spec.transform]}"]
    for (a, b), (c, d) in zip(left, right, strict=True):
        lines.append(f"{a + ':':<14}{b:<26}{c + ':':<24}{d:>14}")
    return lines


def coefficient_block(results: PanelVARResults) -> list[str]:
    """Coefficients equation by equation."""
    title = f"{'':<22}{'Coef.':>10}{'Std. err.':>11}{'z':>8}{'P>|z|':>8}{'[95% conf. int.]':>19}"
    lines = [title]
    frame = results.to_frame()
    for variable in results.variables:
        lines += ["-" * WIDTH, variable]
        for regressor, row in frame.loc[variable].iterrows():
            lines.append(
                f"  {regressor!s:<20}{row.coefficient:>10.4g}{row.std_error:>11.4g}"
                f"{row.z:>8.2f}{row.p_value:>8.3f}{row.ci_low:>10.4g}{row.ci_high:>9.4g}"
            )
    return lines


def tests(results: PanelVARResults) -> list[str]:
    """Hansen, weak identification and stability."""
    lines = [f"Hansen J: {hansen_text(results)}"]
    weak = results.weak_identification
    if weak is not None:
        lines.append(
            f"Cragg-Donald F: {weak.cragg_donald_f:.3g}"
            f"   smallest canonical correlation: {weak.smallest_correlation:.3f}"
        )
    moduli = ", ".join(f"{value:.4f}" for value in results.eigenvalue_moduli)
    lines.append(f"Companion eigenvalue moduli: {moduli}")
    return lines


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


def latex_escape(text: str) -> str:
    """Text with LaTeX's special characters escaped."""
    return "".join(f"\\{c}" if c in "&%$#_{}" else c for c in text).replace(">", "$>$")


def to_latex(results: PanelVARResults) -> str:
    """Journal table for LaTeX with booktabs."""
    m = len(results.variables)
    lines = [f"\\begin{{tabular}}{{l{'c' * m}}}", "\\toprule"]
    lines.append(" & ".join(["", *map(latex_escape, results.variables)]) + r" \\")
    lines.append("\\midrule")
    for label, cells in journal_cells(results):
        lines.append(" & ".join([latex_escape(label), *cells]) + r" \\")
    lines.append("\\midrule")
    for label, text in journal_notes(results):
        cell = f"\\multicolumn{{{m}}}{{l}}{{{latex_escape(text)}}}"
        lines.append(f"{latex_escape(label)} & {cell} \\\\")
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}"])


def to_html(results: PanelVARResults) -> str:
    """Journal table for HTML, without generated identifiers."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in results.variables)
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>\n"
        for label, cells in journal_cells(results)
    )
    m = len(results.variables)
    notes = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td colspan="{m}">{escape(text)}</td></tr>\n'
        for label, text in journal_notes(results)
    )
    return (
        f'<table class="pvar">\n<thead><tr><td></td>{heads}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n<tfoot>\n{notes}</tfoot>\n</table>"
    )
