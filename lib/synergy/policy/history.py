"""Output, employment and labour's share of income in the past: what the models are to be held to.

``data/labour_history.csv`` has China and the United States after Penn World Table 11.0 (Feenstra,
Inklaar and Timmer 2015); ``data/flow_of_funds.csv`` has China's official share of labour in the
years that were found. Their levels differ by definition and cannot be joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR


def labour_history(country: str) -> pd.DataFrame:
    """Yearly series of 中国 or 美国.

    Returns
    -------
    pandas.DataFrame
        Index year; ``output`` (real, 10^12 USD of 2021), ``employment`` (millions),
        ``labour_share`` (NaN where the source carries over a neighbour's value).
    """
    table = pd.read_csv(DATA_DIR / "labour_history.csv", index_col="year")
    return table[table["country"] == country].drop(columns="country")


def flow_of_funds() -> pd.DataFrame:
    """Official share of labour in China's value added: index year, with source and quotation."""
    return pd.read_csv(DATA_DIR / "flow_of_funds.csv", index_col="year")


def employment_elasticity(country: str, years: Sequence[int]) -> pd.Series:
    """How many per cent employment grew for each per cent of output, between given years.

    Returns
    -------
    pandas.Series
        Index ``1990—2000`` and so on: log change of employment over log change of output.
    """
    chosen = labour_history(country).loc[list(years), ["output", "employment"]]
    logs = chosen.apply(np.log).diff().iloc[1:]
    spans = [f"{first}—{last}" for first, last in pairwise(years)]
    ratio = (logs["employment"] / logs["output"]).to_numpy()
    return pd.Series(ratio, index=spans, name="elasticity")


def recoveries(country: str) -> pd.DataFrame:
    """Falls of yearly employment that were made up, and how long output and employment took.

    Returns
    -------
    pandas.DataFrame
        Index ``peak``, the year before the fall; ``output`` and ``employment``: years until each
        stood at that year's level again, ``lag`` between the two. Output that fell back below
        while employment was still short is counted from its second return.
    """
    table, found, back = labour_history(country), {}, 0
    for peak in table.index[:-1]:
        jobs = _regained(table["employment"], peak, peak)
        if peak >= back and 1 < jobs < np.inf:
            back = peak + int(jobs)
            short = table["output"].loc[peak + 1 : back] < table["output"][peak]
            since = short.index[short][-1] if short.any() else peak
            found[peak] = _regained(table["output"], peak, since), jobs
    columns = ["output", "employment"]
    frame = pd.DataFrame.from_dict(found, "index", columns=columns).rename_axis("peak").astype(int)
    return frame.assign(lag=frame["employment"] - frame["output"])


def _regained(series: pd.Series, peak: int, since: int) -> float:
    """Years from `peak` to the first year after `since` at its level; infinite if there is none."""
    later = series[(series.index > since) & (series >= series[peak])]
    return float(later.index[0] - peak) if len(later) else float("inf")
