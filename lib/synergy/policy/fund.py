r"""Balance of a pension fund for employees, 2025-2060, by year and by birth cohort.

Three foundations stand behind the balance: people (workers per person past retirement age),
standing employment (what part of pay is paid in), and pay in step with productivity (the labour
share); `synergy.policy.foundations` splits the balance among them.

Limits: one scheme, with the members' accounts counted in; a worker pays from the same average
wage at every age; no response of employment or compliance to the balance; coverage of
pensioners rises evenly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.policy.insurance import ContributionBase, contribution_base, life_course
from synergy.policy.parameters import evaluate
from synergy.policy.population import (
    Dependency,
    Population,
    dependency_path,
    project_population,
    retirement_age_path,
    working_weights,
)
from synergy.policy.symbols import Values, integral
from synergy.policy.work import task_path

HORIZON = 35


def ramp(start: Values, end: Values, years: Values) -> Values:
    """Straight line from `start` to `end` over the horizon."""
    return start + (end - start) * years / HORIZON


def gig_path(years: Values, *, gig_share: Values, gig_share_2060: Values) -> Values:
    """Share of gig income in labour income, changing evenly until 2060."""
    return ramp(gig_share, gig_share_2060, years)


def covered_path(
    years: Values, *, pensioner_coverage: Values, pensioner_coverage_2060: Values
) -> Values:
    """Pensioners per person past retirement age, changing evenly until 2060."""
    return ramp(pensioner_coverage, pensioner_coverage_2060, years)


def mean_wage_growth(
    *,
    productivity_growth: Values,
    labour_share: Values,
    automation_rate: Values,
    previous_automation_rate: Values,
    reinstatement_ratio: Values,
    creation_lag: Values,
) -> Values:
    """Growth of the mean wage over the horizon, as productivity and the labour share imply."""
    end = task_path(
        np.asarray(float(HORIZON)),
        labour_share=labour_share,
        automation_rate=automation_rate,
        previous_automation_rate=previous_automation_rate,
        reinstatement_ratio=reinstatement_ratio,
        creation_lag=creation_lag,
    )
    growth: Values = productivity_growth + np.log(end.labour_tasks / labour_share) / HORIZON
    return growth


def price_drift(
    years: Values,
    *,
    price_indexation: Values,
    productivity_growth: Values,
    retirement_years: Values,
) -> Values:
    r"""Mean pension over what it would be, had pensions in payment kept up since the first year.

    A new pension follows pay; one in payment forgoes the part :math:`\psi` of real growth
    :math:`g`, wholly so where only prices are made good (:math:`\psi = 1`).

    Notes
    -----
    With vintages spread evenly over :math:`R` years of retirement and :math:`m = \min(t, R)`,

    .. math:: x(t) = \frac1R\Bigl[\int_0^m e^{-\psi g a}\,da + (R - m)\,e^{-\psi g t}\Bigr] ,

    from 1 down to the steady state at :math:`t = R`.
    """
    forgone = price_indexation * productivity_growth
    young = np.minimum(years, retirement_years)
    old = (retirement_years - young) * np.exp(-forgone * years)
    mean: Values = (integral(-forgone, young) + old) / retirement_years
    return mean


def gdp_index(years: Values, *, productivity_growth: Values, employment_index: Values) -> Values:
    r"""Real GDP over its first year, :math:`Y_t/Y_0 = e^{g t}E_t/E_0`."""
    index: Values = np.exp(productivity_growth * years) * employment_index
    return index


class Flows(NamedTuple):
    """One year of the fund over the year's GDP; ``balance = contributions + subsidy - benefits``.

    `adequacy` is the pension over output per worker, relative to the first year: the loss that a
    balanced fund can hide. `kept_balance` is the balance with pensions that keep that relation:
    the loss laid open.
    """

    contributions: Values
    benefits: Values
    balance: Values
    adequacy: Values
    kept_balance: Values


def flows(
    years: Values,
    *,
    labour_share_now: Values,
    paid_share: Values,
    dependency_ratio: Values,
    retirement_years: Values,
    labour_share: Values,
    replacement_rate: Values,
    pensioner_coverage: Values,
    pensioner_coverage_2060: Values,
    wage_indexation: Values,
    price_indexation: Values,
    productivity_growth: Values,
    fiscal_subsidy: Values,
) -> Flows:
    r"""Contributions and benefits of a year, over its GDP.

    Notes
    -----
    With :math:`E` workers, :math:`R` persons past retirement age, :math:`v` of them drawing a
    pension, :math:`s` labour share, :math:`\pi` contributions over labour income, :math:`x` the
    `price_drift` and :math:`\sigma` the subsidy,

    .. math::
        c_t = \pi_t\, s_t, \qquad
        b_t = \beta\, v_t\, \frac{R_t}{E_t}\, s_0 a_t, \qquad
        a_t = x_t\, (s_t/s_0)^{\iota} .

    With :math:`\iota=1` a falling labour share cuts contributions and pensions alike: the fund is
    spared and the pensioners pay. With :math:`\iota=0` the promise stands and the fund pays. The
    third foundation is about that choice. With pensions that keep their relation to output per
    worker (:math:`a = 1`) the balance is :math:`c_t + \sigma - b_t/a_t`.
    """
    contributions = labour_share_now * paid_share
    covered = ramp(pensioner_coverage, pensioner_coverage_2060, years)
    drift = price_drift(
        years,
        price_indexation=price_indexation,
        productivity_growth=productivity_growth,
        retirement_years=retirement_years,
    )
    adequacy = drift * (labour_share_now / labour_share) ** wage_indexation
    kept = replacement_rate * covered * dependency_ratio * labour_share
    paid_in = contributions + fiscal_subsidy
    benefits = kept * adequacy
    return Flows(contributions, benefits, paid_in - benefits, adequacy, paid_in - kept)


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
    kept_balance: Values
    stock: Values
    gdp_index: Values

    @property
    def funding_ratio(self) -> Values:
        """Contributions per yuan of benefits, in each year."""
        return self.contributions / self.benefits

    @property
    def exhausted(self) -> float:
        """First year with an empty fund; NaN if it lasts (only without leading axes)."""
        return first_below_zero(self.years, self.stock)


def first_below_zero(years: Values, path: Values) -> float:
    """First year of a path, shape (T,), that is below zero; NaN if none is."""
    return float(years[np.argmax(path < 0)]) if (path < 0).any() else float("nan")


def fund_balance(
    dependency: Dependency,
    labour_share_now: Values,
    paid_share: Values,
    values: Mapping[str, Any],
) -> FundBalance:
    """Run the fund from 2025 to 2060; `flows` and `stock` have the equations.

    Parameters
    ----------
    dependency : Dependency
        Workers and persons past retirement age per year.
    labour_share_now, paid_share : ndarray, shape (..., T)
        Labour income over GDP, and contributions over labour income.
    values : mapping
        Symbols to numbers or draws of shape (n,); the rest from the table.
    """
    over_time = along_years(values) | {"years": dependency.years - dependency.years[0]}
    yearly = evaluate(
        flows,
        over_time,
        labour_share_now=labour_share_now,
        paid_share=paid_share,
        dependency_ratio=dependency.ratio,
        retirement_years=evaluate(life_course, over_time).retirement_years,
        labour_share=labour_share_now[..., :1],
    )
    gdp = evaluate(gdp_index, over_time, employment_index=dependency.employment_index)
    present = evaluate(present_value, over_time, balance=yearly.balance, gdp_index=gdp)
    level = evaluate(stock, over_time, cumulative=np.cumsum(present, axis=-1), gdp_index=gdp)
    return FundBalance(dependency.years, *np.broadcast_arrays(*yearly, level, gdp))


def along_years(values: Mapping[str, Any]) -> dict[str, Any]:
    """Draws of shape (n,) with the axis along which years run; numbers fit any year as they are."""
    return {
        name: value if isinstance(value, float) else np.asarray(value, dtype=float)[..., None]
        for name, value in values.items()
    }


class Course(NamedTuple):
    """The fund with what moves it: people, labour share, gig share, base; shapes (..., T)."""

    people: Dependency
    labour_share: Values
    gig_share: Values
    base: ContributionBase
    account: FundBalance


def course(values: Mapping[str, Any]) -> Course:
    """Follow people, tasks, gig work and the contribution base into the fund.

    Parameters
    ----------
    values : mapping
        Symbols to numbers or draws of shape (n,); the rest from the table.
    """
    people, over_time = evaluate(dependency_path, values), along_years(values)
    elapsed = people.years - people.years[0]
    share = evaluate(task_path, over_time, years=elapsed).labour_tasks
    gig = evaluate(gig_path, over_time, years=elapsed)
    base = evaluate(contribution_base, over_time, labour_share=share, gig_share=gig)
    account = fund_balance(people, share, base.paid_share, values)
    return Course(people, share, gig, base, account)


def fund_of(point: Mapping[str, Any]) -> FundBalance:
    """The fund of `course`: the one account that pages draw and scenarios report."""
    return course(point).account


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
