"""Tables as a reader sees them: declared columns with Chinese headings, numbers already rounded.

Plain frames of text rather than pandas' Styler, whose random ids would make two builds of the
same book differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from synergy.words import fmt

if TYPE_CHECKING:
    from synergy.evidence import Findings

#: How a column is shown: a format specification, a dictionary of words, or a function of a cell.
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
        specification (``".1%"``), a mapping of values to words, or a function of one cell.
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
    if isinstance(form, Mapping):
        return form[value]
    if form:
        return fmt(value, form)
    return "—" if pd.isna(value) else str(value)


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
