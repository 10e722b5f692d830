"""Repairs of raw series, each with its reason: drop a cell, replace it, link a changed base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pandas as pd
from pydantic import ConfigDict, Field

from synergy.recipe.formulas import evaluate, formula_names, parse_formula

# Read by pydantic when a recipe file is checked: a misspelt entry must not pass in silence.
STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Drop:
    """Treat cells as missing, so that the panel's interpolation fills them.

    Attributes
    ----------
    series : tuple of str
    years : tuple of int
    reason : str
        Chinese; why the cells cannot be right.
    provinces : tuple of str
        Short Chinese names; empty = all.
    """

    __pydantic_config__ = STRICT

    kind: Literal["drop"]
    series: tuple[str, ...]
    years: tuple[int, ...]
    reason: str
    provinces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replace:
    """Put the value of a formula in the place of a series.

    Attributes
    ----------
    series : tuple of str
        Exactly the series to overwrite.
    formula : str
        Arithmetic on series of the same province and year.
    """

    __pydantic_config__ = STRICT

    kind: Literal["replace"]
    series: tuple[str, ...]
    years: tuple[int, ...]
    formula: str
    reason: str
    provinces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """Chain a series whose base changes in `year`: other prices, or another vintage.

    Values from `year` on stay. In each province all earlier ones are multiplied by one factor,
    so that the value grows by `growth` from ``year - 1`` to `year`; growth before and after
    the change is untouched.

    Attributes
    ----------
    growth : float
        Growth over the year of the change on a constant base (0.266 = 26.6 %).
    """

    __pydantic_config__ = STRICT

    kind: Literal["link"]
    series: tuple[str, ...]
    year: int
    growth: float
    reason: str
    provinces: tuple[str, ...] = ()


Repair = Annotated[Drop | Replace | Link, Field(discriminator="kind")]


def repaired(values: pd.DataFrame, repair: Repair) -> pd.DataFrame:
    """Series after one repair.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per series; not modified.
    """
    values = values.copy()
    match repair:
        case Drop():
            values.loc[_rows(values, repair), list(repair.series)] = float("nan")
        case Replace():
            rows = _rows(values, repair)
            new = evaluate(parse_formula(repair.formula), values.loc[rows])
            for name in repair.series:
                values.loc[rows, name] = new
        case Link():
            for name in repair.series:
                values[name] = _linked(values[name], repair)
    return values


def series_used(repair: Repair) -> tuple[str, ...]:
    """Series that a repair reads or writes."""
    read = formula_names(parse_formula(repair.formula)) if isinstance(repair, Replace) else ()
    return repair.series + read


def _linked(values: pd.Series, link: Link) -> pd.Series:
    by_year = values.unstack("year")
    factor = by_year[link.year] / (1 + link.growth) / by_year[link.year - 1]
    if link.provinces:
        factor = factor.where(factor.index.isin(link.provinces), 1.0)
    earlier = values.index.get_level_values("year") < link.year
    factors = factor.reindex(values.index, level="province")
    return values.where(~earlier, values * factors)


def _rows(values: pd.DataFrame, repair: Drop | Replace) -> pd.Series:
    rows = values.index.get_level_values("year").isin(repair.years)
    if repair.provinces:
        rows = rows & values.index.get_level_values("province").isin(repair.provinces)
    return pd.Series(rows, index=values.index)
