r"""Balance of a pension fund for employees, 2025-2060, by year and by birth cohort.

Three foundations stand behind the balance: people (workers per pensioner), standing employment
(the effective coverage of pay), and pay in step with productivity (the labour share).

Limits: one scheme; a worker pays from the same average wage at every age; no response of
employment or compliance to the balance; coverage of pensioners rises evenly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.policy.insurance import contribution_base
from synergy.policy.parameters import evaluate
from synergy.policy.population import (
    Dependency,
    Population,
    dependency_path,
    project_population,
    retirement_age_path,
    working_weights,
)
from synergy.policy.symbols import Values

HORIZON = 35


def ramp(start: Values, end: Values, years: Values) -> Values:
    """Straight line from `start` to `end` over the horizon."""
    return start + (end - start) * years / HORIZON


def gig_path(years: Values, *, gig_share: Values, gig_share_2060: Values) -> Values:
    """Share of gig income in labour income, changing evenly until 2060."""
    return ramp(gig_share, gig_share_2060, years)


def steady_share(years: Values, *, labour_share: Values, labour_share_growth: Values) -> Values:
    """Labour share that changes at a constant log rate."""
    path: Values = labour_share * np.exp(labour_share_growth * years)
    return path


def gdp_index(years: Values, *, productivity_growth: Values, employment_index: Values) -> Values:
    r"""Real GDP over its first year, :math:`Y_t/Y_0 = e^{g t}E_t/E_0`."""
    index: Values = np.exp(productivity_growth * years) * employment_index
    return index


class Flows(NamedTuple):
    """One year of the fund over the year's GDP; ``balance = contributions + subsidy - benefits``.

    `adequacy` is the pension over output per worker, relative to the first year: the loss that a
    balanced fund can hide.
    """

    contributions: Values
    benefits: Values
    balance: Values
    adequacy: Values


def flows(
    years: Values,
    *,
    labour_share_now: Values,
    effective_coverage: Values,
    dependency_ratio: Values,
    labour_share: Values,
    contribution_rate: Values,
    replacement_rate: Values,
    pensioner_coverage: Values,
    pensioner_coverage_2060: Values,
    wage_indexation: Values,
    fiscal_subsidy: Values,
) -> Flows:
    r"""Contributions and benefits of a year, over its GDP.

    Notes
    -----
    With :math:`E` workers, :math:`R` retired, :math:`s` labour share, :math:`\epsilon` effective
    coverage and :math:`\sigma` the subsidy,

    .. math::
        c_t = \tau\, s_t\, \epsilon_t, \qquad
        b_t = \beta\, v_t\, \frac{R_t}{E_t}\, s_0^{1-\iota} s_t^{\iota} .

    With :math:`\iota=1` a falling labour share cuts contributions and pensions alike: the fund is
    spared and the pensioners pay. With :math:`\iota=0` the promise stands and the fund pays. The
    third foundation is about that choice.
    """
    contributions = contribution_rate * labour_share_now * effective_coverage
    covered = ramp(pensioner_coverage, pensioner_coverage_2060, years)
    anchor = labour_share ** (1 - wage_indexation) * labour_share_now**wage_indexation
    benefits = replacement_rate * covered * dependency_ratio * anchor
    balance = contributions + fiscal_subsidy - benefits
    return Flows(contributions, benefits, balance, anchor / labour_share)


def present_value(
    years: Values, *, balance: Values, gdp_index: Values, interest_rate: Values
) -> Values:
    """A year's balance, discounted, over the GDP of the first year."""
    value: Values = balance * gdp_index * np.exp(-interest_rate * years)
    return value


def stock(
    years: Values,
    *,
    cumulative: Values,
    gdp_index: Values,
    initial_fund: Values,
    productivity_growth: Values,
    interest_rate: Values,
) -> Values:
    r"""The fund over the year's GDP, from the sum of `present_value` up to the year.

    Notes
    -----
    The solution of :math:`f_t = f_{t-1}e^{r}/(Y_t/Y_{t-1}) + c_t + \sigma - b_t`, with the
    initial fund at the end of the year before the first, over that year's GDP.
    """
    start = initial_fund * np.exp(interest_rate - productivity_growth)
    level: Values = (start + cumulative) * np.exp(interest_rate * years) / gdp_index
    return level


class FundBalance(NamedTuple):
    """`Flows`, `stock` and `gdp_index` by year, shape (..., T), for years of shape (T,)."""

    years: Values
    contributions: Values
    benefits: Values
    balance: Values
    adequacy: Values
    stock: Values
    gdp_index: Values

    @property
    def funding_ratio(self) -> Values:
        """Contributions per yuan of benefits, in each year."""
        return self.contributions / self.benefits


def fund_balance(
    dependency: Dependency,
    labour_share_now: Values,
    effective_coverage: Values,
    values: Mapping[str, Any],
) -> FundBalance:
    """Run the fund from 2025 to 2060; `flows` and `stock` have the equations.

    Parameters
    ----------
    dependency : Dependency
        Workers and retired persons per year.
    labour_share_now, effective_coverage : ndarray, shape (..., T)
        Labour income over GDP, and insured declared pay over labour income.
    values : mapping
        Symbols to numbers or draws of shape (n,); the rest from the table.
    """
    over_time = {name: np.asarray(value)[..., None] for name, value in values.items()}
    over_time |= {"years": dependency.years - dependency.years[0]}
    yearly = evaluate(
        flows,
        over_time,
        labour_share_now=labour_share_now,
        effective_coverage=effective_coverage,
        dependency_ratio=dependency.ratio,
        labour_share=labour_share_now[..., :1],
    )
    gdp = evaluate(gdp_index, over_time, employment_index=dependency.employment_index)
    present = evaluate(present_value, over_time, balance=yearly.balance, gdp_index=gdp)
    level = evaluate(stock, over_time, cumulative=np.cumsum(present, axis=-1), gdp_index=gdp)
    return FundBalance(dependency.years, *np.broadcast_arrays(*yearly, level, gdp))


def fund_of(point: Mapping[str, float]) -> FundBalance:
    """The fund that a page draws: labour share on a steady path, gig share constant.

    Parameters
    ----------
    point : mapping
        Symbols to numbers; the rest from the table.
    """
    people = evaluate(dependency_path, point)
    elapsed = people.years - people.years[0]
    coverage = evaluate(contribution_base, point).effective_coverage
    share = evaluate(steady_share, point, years=elapsed)
    return fund_balance(people, share, coverage, point)


def ledger_of(point: Mapping[str, float]) -> pd.DataFrame:
    """Cohort ledger of the fund that `fund_of` runs."""
    people = evaluate(project_population, point)
    return evaluate(cohort_ledger, point, account=fund_of(point), population=people)


def cohort_ledger(
    account: FundBalance,
    population: Population,
    *,
    retirement_age: float,
    retirement_age_rise: float,
    work_start_age: float,
    interest_rate: float,
    width: int = 10,
) -> pd.DataFrame:
    """Split the flows of 2025-2060 among birth cohorts of `width` years.

    Parameters
    ----------
    account : FundBalance
        One path (no leading axes).
    population : Population
        The projection behind it.

    Returns
    -------
    pandas.DataFrame
        Index ``cohort`` (first year of birth); columns ``contributions``, ``benefits``, ``net``:
        present value in 2025, as shares of the GDP of 2025. Columns add up to the discounted
        flows of the scheme.

    Notes
    -----
    Only flows inside the window count: those born early appear as pensioners, those born late as
    contributors. The table shows who carries the fund between 2025 and 2060, not lifetime gains.
    """
    age_path = retirement_age_path(
        population.years,
        retirement_age=np.asarray(retirement_age),
        retirement_age_rise=np.asarray(retirement_age_rise),
    )
    at_work = population.by_age * working_weights(age_path, np.asarray(work_start_age))
    ages = np.arange(population.by_age.shape[1])
    retired = population.by_age * np.clip(ages + 1 - age_path[:, None], 0, 1)
    weight = account.gdp_index * np.exp(-interest_rate * (account.years - account.years[0]))
    frame = pd.DataFrame(
        {
            "cohort": (width * ((account.years[:, None] - ages) // width)).astype(int).ravel(),
            "contributions": _spread(account.contributions * weight, at_work),
            "benefits": _spread(account.benefits * weight, retired),
        }
    )
    ledger = frame.groupby("cohort").sum()
    ledger = ledger[(ledger != 0).any(axis=1)]
    return ledger.assign(net=ledger["contributions"] - ledger["benefits"])


def _spread(flow: Values, persons: Values) -> Values:
    return np.asarray((flow[:, None] * persons / persons.sum(axis=1, keepdims=True)).ravel())
