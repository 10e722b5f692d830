"""Estimates as people read them: the text of a summary; journal tables in HTML, LaTeX, Word."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pvar.errors import PanelVARError
from pvar.messages import message
from pvar.options import shown

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

STAR_LEVELS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
LEGEND = "Standard errors in brackets; *** p < 0.01, ** p < 0.05, * p < 0.1."
TRANSFORM_NAMES = {
    "fod": "forward orthogonal deviations",
    "fd": "first differences",
    "within": "deviations from unit means (least squares)",
    "pvar2": "Helmert, lag of the transform (older pvar2)",
    "pvar2-asymmetric": "Helmert, lag of the transform, unmatched rows (older pvar2)",
}
COVARIANCE_NAMES = {"windmeijer": "Windmeijer", "driscoll-kraay": "Driscoll-Kraay"}
WIDTH, LABEL = 78, 20
ROWS = "Observations are rows after the transform, as StataCorp's xtvar counts them."
ORIGIN = (
    "The estimates depend on the origin of each variable's scale: adding a constant to a variable "
    "changes them, multiplying it does not. "
)
NO_EFFECTS = "time_effects='demean' takes the origin out."
UNBALANCED = "In an unbalanced panel dummies leave it in; subtract period means first."
LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {c: f"${c}$" for c in "<>"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)

Row = tuple[str, tuple[str, ...]]


# --- summary ----------------------------------------------------------------------------------


def summary_text(results: PanelVARResults) -> str:
    """Plain text in the layout of the usual programs: facts, equations, tests, remarks."""
    extra = max(0, *(len(name) - LABEL for name in results.regressors))
    width = WIDTH + extra
    method = "least squares" if within(results) else "GMM"
    lines = [f"Panel VAR ({method})".center(width), "=" * width, *head(results), "-" * width]
    lines += [*coefficient_block(results, width), "=" * width, *test_lines(results)]
    remarks = [ROWS] * (not within(results)) + [origin(results)] * depends_on_origin(results)
    if results.steps == "two" and results.weight != "unit":
        remarks.append(f"The two-step weight is summed over {results.weight}s.")
    remarks += [message("Warning: {caution}", caution=text) for text in results.warnings]
    for text in remarks:
        lines += textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(lines)


def within(results: PanelVARResults) -> bool:
    """Whether this is least squares, which has no instruments to speak of."""
    return str(results.specification.transform) == "within"


def depends_on_origin(results: PanelVARResults) -> bool:
    """Whether adding a constant to a variable changes the estimate.

    Instruments are levels, and the constant times the sum of the transformed errors enters their
    moments. Subtracted means take it out. Dummies absorb it where all units have the same rows:
    then the transformed errors of each period sum to zero. Least squares has no level instruments.
    """
    effects = results.specification.time_effects
    if effects == "demean" or within(results):
        return False
    return effects == "none" or not results.moments.sample.data.complete


def origin(results: PanelVARResults) -> str:
    """That it does, and what to do."""
    return ORIGIN + (NO_EFFECTS if results.specification.time_effects == "none" else UNBALANCED)


def head(results: PanelVARResults) -> list[str]:
    """Two columns of facts about the estimate."""
    spec, rows = results.specification, results.moments.unit_rows
    rows = rows[rows > 0]
    kind = "system" if spec.system else "difference"
    method = "least squares" if within(results) else f"{results.steps}-step {kind} GMM"
    units: tuple[str, object] = ("No. units", results.n_units)
    if results.cluster is not None:
        units = ("No. units / clusters", f"{results.n_units} / {results.n_clusters}")
    spread = f"{rows.min()} / {rows.mean():.1f} / {rows.max()}"
    facts = [
        ("Estimator", method, "No. observations", results.n_obs),
        ("Covariance", covariance_text(results), *units),
        ("Lags", lags_text(results), "Rows per unit", spread),
        ("Instruments", instruments_text(results), "Instruments / equation", results.n_instruments),
        ("Time effects", spec.time_effects, "Moments (all)", results.n_moments),
    ]
    line = f"{'Transform:':<14}{TRANSFORM_NAMES.get(spec.transform, spec.transform)}"
    return [
        line,
        *(f"{a + ':':<14}{shortened(b):<27}{c}:{d:>{36 - len(c)}}" for a, b, c, d in facts),
    ]


def shortened(text: str, width: int = 26) -> str:
    """Text cut to a width, the cut marked."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def covariance_text(results: PanelVARResults) -> str:
    """Name of the covariance and, if not the unit, what it is clustered by."""
    by = "" if results.cluster is None else f" by {results.cluster}"
    name = results.covariance_name
    return f"{COVARIANCE_NAMES.get(name, name)}{by}"


def lags_text(results: PanelVARResults) -> str:
    """Lags in a few characters: "2" for 1 and 2, "1, 4" for a set, "1, 4; 1" by variable."""
    sets = results.specification.lag_sets
    shown = sets[:1] if len(set(sets)) == 1 else sets
    return "; ".join(
        str(len(lags)) if lags[-1] == len(lags) else ", ".join(map(str, lags)) for lags in shown
    )


def instruments_text(results: PanelVARResults) -> str:
    """How deep and how laid out the instruments are."""
    spec = results.specification
    if within(results):
        return "the regressors"
    just = results.moments.just_identified
    depth = "just-identified" if just else f"depth {spec.distances or 'all'}"
    return f"{depth}, {'collapsed' if spec.collapse else 'by period'}"


def coefficient_block(results: PanelVARResults, width: int) -> Iterator[str]:
    """Coefficients equation by equation."""
    label, sign = width - WIDTH + LABEL, "t" if results.use_t else "z"
    yield (
        f"{'':<{label + 2}}{'Coef.':>10}{'Std. err.':>11}{sign:>8}{f'P>|{sign}|':>8}"
        f"{'[95% conf. int.]':>19}"
    )
    frame = results.to_frame()
    for variable in results.variables:
        yield "-" * width
        yield variable
        for regressor, row in frame.loc[variable].iterrows():
            yield (
                f"  {regressor!s:<{label}}{row.coefficient:>10.4g}{row.std_error:>11.4g}"
                f"{row.z:>8.2f}{row.p_value:>8.3f}{row.ci_low:>10.4g}{row.ci_high:>9.4g}"
            )
    if results.specification.time_effects == "dummies":
        yield "Dummies of periods are not shown."


def test_lines(results: PanelVARResults) -> list[str]:
    """Hansen, weak identification and stability."""
    lines = [] if within(results) else [f"Hansen J: {hansen_text(results)}", *rank_lines(results)]
    weak = results.weak_identification
    if weak is not None and not within(results):
        lines.append(
            f"Cragg-Donald F: {weak.cragg_donald_f:.3g}"
            f"   smallest canonical correlation: {weak.smallest_correlation:.3f}"
        )
    moduli = ", ".join(f"{value:.4f}" for value in results.eigenvalue_moduli)
    return [*lines, f"Companion eigenvalue moduli: {moduli}"]


def rank_lines(results: PanelVARResults) -> list[str]:
    """Kleibergen and Paap's test, where there is one."""
    with suppress(PanelVARError):
        test = results.rank_test()
        value = f"{test.statistic:.4g}, df = {test.df}, p = {test.p:.4f}"
        return [f"Kleibergen-Paap rk: {value} (H0: not identified)"]
    return []


def hansen_text(results: PanelVARResults) -> str:
    """J, its degrees of freedom and p-value, or why there is none."""
    test = results.hansen
    if test.df == 0:
        return "just-identified (J = 0, df = 0)"
    if np.isnan(test.statistic):
        over = "units" if results.cluster is None else "clusters"
        return f"not available: {results.n_moments} moments > {results.n_clusters} {over}"
    return f"chi2({test.df}) = {test.statistic:.4g}, p = {test.p:.4f}"


# --- journal tables ---------------------------------------------------------------------------


@dataclass(frozen=True)
class JournalTable:
    """Estimates side by side, standard errors in brackets under them.

    Attributes
    ----------
    groups : tuple of (str, int)
        Title of each model and its number of columns; a single one may have no title.
    columns : tuple of str
        Equations.
    body : tuple of (str, tuple of str)
        Label and a cell for each column.
    notes : tuple of (str, tuple of str)
        Label and a cell for each group.
    legend : str
        What stands under the table.
    """

    groups: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    body: tuple[Row, ...]
    notes: tuple[Row, ...]
    legend: str = LEGEND

    @property
    def titled(self) -> bool:
        """Whether models have titles above their equations."""
        return any(title for title, _ in self.groups)

    def to_frame(self) -> pd.DataFrame:
        """The cells as text; notes stand in the first column of their model."""
        starts = np.cumsum([0, *(span for _, span in self.groups[:-1])])
        blank = dict.fromkeys(range(len(self.columns)), "")
        notes = [blank | dict(zip(map(int, starts), cells, strict=True)) for _, cells in self.notes]
        cells = [list(row) for _, row in self.body] + [list(row.values()) for row in notes]
        titles = [title for title, span in self.groups for _ in range(span)]
        pairs = pd.MultiIndex.from_arrays([titles, self.columns], names=["model", "equation"])
        head = pairs if self.titled else pd.Index(self.columns, name="equation")
        return pd.DataFrame(cells, [label for label, _ in (*self.body, *self.notes)], head)

    def __str__(self) -> str:
        return self.to_frame().to_string()

    def to_html(self) -> str:
        """HTML, the same at every call (no identifiers)."""
        titles = "".join(
            f'<th scope="colgroup"{html_span(n)}>{escape(t)}</th>' for t, n in self.groups
        )
        names = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        head = [titles, names] if self.titled else [names]
        rows = "".join(f"<tr><td></td>{cells}</tr>\n" for cells in head)
        spans = [span for _, span in self.groups]
        body = "".join(html_row(label, cells) for label, cells in self.body)
        notes = "".join(html_row(label, cells, spans) for label, cells in self.notes)
        notes += f"<tr><td{html_span(len(self.columns) + 1)}>{escape(self.legend)}</td></tr>\n"
        return (
            f'<table class="pvar">\n<thead>\n{rows}</thead>\n<tbody>\n{body}</tbody>\n'
            f"<tfoot>\n{notes}</tfoot>\n</table>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_latex(self) -> str:
        """A tabular for LaTeX with booktabs."""
        n = len(self.columns)
        lines = [f"\\begin{{tabular}}{{l{'c' * n}}}", "\\toprule"]
        if self.titled:
            lines += [
                latex_line("", [latex_span(t, k, "c") for t, k in self.groups]),
                self._rules(),
            ]
        lines += [latex_line("", map(latex_escape, self.columns)), "\\midrule"]
        lines += [latex_line(label, map(latex_number, cells)) for label, cells in self.body]
        lines.append("\\midrule")
        for label, cells in self.notes:
            spans = [latex_span(c, k, "c") for c, (_, k) in zip(cells, self.groups, strict=True)]
            lines.append(latex_line(label, spans).replace("chi2", r"$\chi^2$"))
        lines += ["\\bottomrule", latex_span(self.legend, n + 1, "l") + r" \\"]
        return "\n".join([*lines, "\\end{tabular}"])

    def _rules(self) -> str:
        """Rules under the titles, a gap between models."""
        ends = np.cumsum([span for _, span in self.groups]) + 1
        pairs = zip(ends, self.groups, strict=True)
        return "".join(f"\\cmidrule(lr){{{end - span + 1}-{end}}}" for end, (_, span) in pairs)

    def to_docx(self, path: str | PathLike[str]) -> None:
        """Write a Word file with the table; an existing file is replaced.

        Raises
        ------
        PanelVARError
            If python-docx is not installed.
        """
        from pvar.word import write_docx

        write_docx(self, path)


def journal_table(results: PanelVARResults) -> JournalTable:
    """The table of one estimate, a column for each equation."""
    return compare([results], titles=[""])


def compare(
    models: Mapping[str, PanelVARResults] | Sequence[PanelVARResults],
    *,
    titles: Sequence[str] | None = None,
) -> JournalTable:
    """Put several estimates into one table.

    Parameters
    ----------
    models : mapping or sequence of PanelVARResults
        Titles are the keys, or (1), (2) ... for a sequence.
    titles : sequence of str, optional
        Titles of a sequence.

    Returns
    -------
    JournalTable
        Regressors of all models in order of appearance, blank where a model has none; with
        `to_frame`, `to_html`, `to_latex` and `to_docx`. Dummies of periods are left out.

    Raises
    ------
    PanelVARError
        If there is no model.
    """
    found = list(models.values()) if isinstance(models, Mapping) else list(models)
    if not found:
        raise PanelVARError(message("There is no model to compare; give at least one."))
    for model in found:
        if not hasattr(model, "specification"):
            raise PanelVARError(
                message(
                    "compare takes what panel_var() or least_squares() returned; read {value}.",
                    value=shown(model),
                )
            )
    keys = list(models) if isinstance(models, Mapping) else titles
    names = keys or [f"({place + 1})" for place in range(len(found))]
    groups = tuple((str(n), len(m.variables)) for n, m in zip(names, found, strict=True))
    columns = [column for model in found for column in model_columns(model)]
    body = tuple(estimate_rows([cells for _, cells in columns]))
    return JournalTable(groups, tuple(name for name, _ in columns), body, note_rows(found))


def estimate_rows(columns: Sequence[Mapping[str, tuple[str, str]]]) -> Iterator[Row]:
    """Two rows for each regressor of any column: estimates, and standard errors under them."""
    for name in dict.fromkeys(name for cells in columns for name in cells):
        pairs = [cells.get(name, ("", "")) for cells in columns]
        yield name, tuple(estimate for estimate, _ in pairs)
        yield "", tuple(error for _, error in pairs)


def note_rows(models: Sequence[PanelVARResults]) -> tuple[Row, ...]:
    """The notes of all models, blank where one has none."""
    found = [dict(notes(model)) for model in models]
    labels = dict.fromkeys(label for model in found for label in model)
    return tuple((label, tuple(model.get(label, "") for model in found)) for label in labels)


def model_columns(results: PanelVARResults) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Each equation with its regressors' cells: estimate with stars, standard error."""
    frame = results.to_frame()
    for variable in results.variables:
        rows = frame.loc[variable].iterrows()
        yield (
            variable,
            {
                str(name): (f"{row.coefficient:.3f}{stars(row.p_value)}", f"({row.std_error:.3f})")
                for name, row in rows
            },
        )


def notes(results: PanelVARResults) -> list[tuple[str, str]]:
    """What stands under the rule of a journal table."""
    instruments = [
        ("Instruments per equation", str(results.n_instruments)),
        ("Hansen J", hansen_text(results)),
    ]
    return [
        ("Observations (transformed)", str(results.n_obs)),
        ("Units", str(results.n_units)),
        *([] if within(results) else instruments),
        ("Largest eigenvalue modulus", f"{results.eigenvalue_moduli[0]:.3f}"),
        ("Period effects", {"none": "no"}.get(results.specification.time_effects, "yes")),
        ("Standard errors", covariance_text(results)),
    ]


def stars(p: float) -> str:
    """Conventional stars: *** below .01, ** below .05, * below .1."""
    return next((mark for level, mark in STAR_LEVELS if p < level), "")


def html_row(label: str, cells: Sequence[str], spans: Sequence[int] | None = None) -> str:
    """A row of a table with its heading; each cell over its number of columns."""
    pairs = zip(cells, spans or [1] * len(cells), strict=True)
    found = "".join(f"<td{html_span(span)}>{escape(cell)}</td>" for cell, span in pairs)
    return f'<tr><th scope="row">{escape(label)}</th>{found}</tr>\n'


def html_span(columns: int) -> str:
    """The attribute of a cell over several columns."""
    return f' colspan="{columns}"' if columns > 1 else ""


def latex_line(label: str, cells: Sequence[str] | Iterator[str]) -> str:
    """A row of a tabular; cells are already LaTeX."""
    return " & ".join([latex_escape(label), *cells]) + r" \\"


def latex_span(text: str, columns: int, place: str) -> str:
    """A cell over several columns."""
    return f"\\multicolumn{{{columns}}}{{{place}}}{{{latex_escape(text)}}}"


def latex_number(cell: str) -> str:
    """A cell of numbers with a minus instead of a hyphen."""
    return latex_escape(cell).replace("-", "$-$")


def latex_escape(text: str) -> str:
    """Text with LaTeX's special characters escaped."""
    return text.translate(LATEX)
