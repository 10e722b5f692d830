"""Tables as a reader sees them: declared columns with Chinese headings, numbers already rounded.

Plain frames of text rather than pandas' Styler, whose random ids would make two builds of the
same book differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.dictionary import sub_indices
from synergy.words import fmt

if TYPE_CHECKING:
    from synergy.evidence import Findings
    from synergy.pvar.published import ImpliedSystem

#: How a column is shown: a format, a pattern, a dictionary of words, or a function of a cell.
Shown = str | Mapping[Any, str] | Callable[[Any], str] | None


def table(
    frame: pd.DataFrame,
    columns: Mapping[Any, str | tuple[str, Shown]],
    *,
    index: str | tuple[str, Mapping[Any, str]] | None = None,
) -> pd.DataFrame:
    """Choose, name and format the columns of a frame for readers.

    Parameters
    ----------
    frame : DataFrame
        Any frame of facts.
    columns : mapping
        Column of the frame -> heading, or heading and how to show a cell: a Python format
        specification (``".1%"``), a mapping of values to words, or a function of one cell. A
        pattern with braces joins several values: ``"{low:.2f}—{high:.2f}"`` takes the row's
        columns by name (the column itself may then be a new name), ``{0}`` is the cell.
        Missing values are shown as a dash.
    index : str or (str, mapping), optional
        Heading of the index, and names for its entries; without it the index is left out.

    Returns
    -------
    DataFrame
        Text, in the order of `columns`.

    Examples
    --------
    >>> facts = pd.DataFrame({"share": [0.25, None]}, index=["LR", "EQ"])
    >>> names = {"LR": "劳动报酬", "EQ": "就业环境"}
    >>> table(facts, {"share": ("份额", ".0%")}, index=("维度", names))
           份额
    维度
    劳动报酬  25%
    就业环境    —
    """
    shown = {}
    for name, declared in columns.items():
        heading, form = (declared, None) if isinstance(declared, str) else declared
        if isinstance(form, str) and "{" in form:
            shown[heading] = [_filled(form, row.get(name), row) for row in frame.to_dict("records")]
        else:
            shown[heading] = [_cell(value, form) for value in frame[name]]
    if index is None:
        return pd.DataFrame(shown)
    heading, names = (index, {}) if isinstance(index, str) else index
    entries = [names.get(entry, entry) for entry in frame.index]
    return pd.DataFrame(shown, index=pd.Index(entries, name=heading))


def _times(ratio: float) -> str:
    return "—" if pd.isna(ratio) else f"{ratio:.2f} 倍"


def _cell(value: Any, form: Shown) -> str:
    if callable(form):
        return form(value)
    if pd.isna(value):
        return "—"
    if isinstance(form, Mapping):
        return form[value]
    return fmt(value, form) if form else str(value)


def _filled(pattern: str, cell: Any, row: Mapping[Any, Any]) -> str:
    """Fill a pattern from a row; a dash where one of its values is missing."""
    fields = {name.partition(".")[0] for _, name, _, _ in Formatter().parse(pattern) if name}
    used = [cell if name == "0" else row[name] for name in fields]
    if any(pd.isna(value) for value in used if pd.api.types.is_scalar(value)):
        return "—"
    return Formatter().vformat(pattern, (cell,), row)


def table_html(frame: pd.DataFrame) -> str:
    """Return a table as readers expect it: a named index is a column like the others.

    Parameters
    ----------
    frame : DataFrame
        Any frame; an unnamed range index is left out. Cells are escaped.
    """
    named = any(name is not None for name in frame.index.names)
    shown = (frame.reset_index() if named else frame).rename_axis(columns=None)
    plain = named or isinstance(frame.index, pd.RangeIndex)
    return str(shown.to_html(index=not plain, border=0, na_rep="—"))


def regional_table(findings: Findings, column: str) -> pd.DataFrame:
    """First and last value of an index for the nation and the four regions."""
    wide = findings.regional.pivot(index="year", columns="region", values=column)
    facts = wide.iloc[[0, -1]].T.loc[findings.regional["region"].unique()]
    first, last = facts.columns
    facts["ratio"] = (facts[last] / facts[first]).where(facts[first] > 0)
    columns = {year: (f"{year} 年", ".4f") for year in (first, last)}
    return table(facts, {**columns, "ratio": ("末年比首年", _times)}, index="地区")


def ranking_table(findings: Findings, column: str, count: int = 5) -> pd.DataFrame:
    """Highest and lowest `count` provinces of the last year."""
    year = findings.years[1]
    final = findings.frame[column].xs(year, level="year").dropna().sort_values(ascending=False)
    facts = pd.DataFrame({"name": final.index, "value": final.to_numpy()})
    facts.index = pd.Index(final.rank(ascending=False, method="min").astype(int))
    ends = pd.concat([facts.head(count), facts.tail(count)])
    return table(ends, {"name": "省份", "value": (f"{year} 年", ".4f")}, index="位次")


def stage_counts(findings: Findings) -> pd.DataFrame:
    """Number of provinces in each grade that occurs, first and last year, lowest grade first."""
    counts = findings.frame.groupby(["year", "grade"]).size().unstack("year", fill_value=0)
    order = findings.frame.groupby("grade")["D"].min().sort_values().index
    facts = counts.loc[order, list(findings.years)]
    facts = facts[facts.sum(axis=1) > 0]
    return table(facts, {year: f"{year} 年" for year in findings.years}, index="等级")


def root_table(system: ImpliedSystem) -> pd.DataFrame:
    """Eigenvalues of a printed system with the range that rounding allows."""
    low, high = system.rounding_low, system.rounding_high
    facts = pd.DataFrame(
        {
            "value": [_complex(value) for value in system.eigenvalues],
            "modulus": system.moduli,
            "low": low,
            "high": high,
            "side": np.select([low >= 1, high < 1], ["above", "below"], "both"),
        },
        index=range(1, len(system.moduli) + 1),
    )
    columns: dict[str, str | tuple[str, Shown]] = {
        "value": "特征值",
        "modulus": ("模", ".3f"),
        "range": ("舍入所容许的范围", "{low:.3f}—{high:.3f}"),
        "side": ("与 1 相比", {"above": "大于 1", "below": "小于 1", "both": "跨过 1"}),
    }
    return table(facts, columns, index="序")


def _complex(value: complex) -> str:
    if abs(value.imag) < 5e-4:
        return f"{value.real:.3f}"
    return f"{value.real:.3f} {'＋' if value.imag > 0 else '－'} {abs(value.imag):.3f}i"


def granger_table(links: pd.DataFrame) -> pd.DataFrame:
    """p-values of `links.granger_frame`: causes down, effects across, options in a cell."""
    names = list(links["effect"].unique())
    shown = pd.DataFrame("·", index=names, columns=names)
    for (cause, effect), group in links.groupby(["cause", "effect"]):
        shown.loc[cause, effect] = " / ".join(f"{p:.2f}" for p in group["p"])
    chinese = sub_indices()["name_zh"].to_dict()
    return shown.rename(index=chinese, columns=chinese).rename_axis("由 ＼ 到")
