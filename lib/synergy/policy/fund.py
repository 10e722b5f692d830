r"""Balance of a pension fund for employees, 2025-2060, by year and by birth cohort.

Three foundations stand behind the balance: people (workers per pensioner), standing employment
(the effective coverage of pay), and pay in step with productivity (the labour share). Each has
its elasticity here.

Limits: one scheme; a worker pays from the same average wage at every age; no response of
employment or compliance to the balance; coverage of pensioners rises evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.demography import Dependency, Population, retirement_age_path, working_weights
from synergy.policy.domain import Values

HORIZON = 35


@dataclass(frozen=True)
class FundBalance:
    """Flows and stock of the fund, as shares of the year's GDP; years on the last axis.

    Attributes
    ----------
    years : ndarray, shape (T,)
    contributions, benefits, subsidy : ndarray, shape (..., T)
        ``balance = contributions + subsidy - benefits``.
    balance, fund : ndarray, shape (..., T)
        ``fund[t] = fund[t-1] * interest_factor / gdp_factor[t] + balance[t]``.
    gdp_index : ndarray, shape (..., T)
        Real GDP relative to the first year.
    adequacy : ndarray, shape (..., T)
        Pension over output per worker, relative to the first year: the loss that a balanced
        fund can hide.
    """

    years: Values
    contributions: Values
    benefits: Values
    subsidy: Values
    balance: Values
    fund: Values
    gdp_index: Values
    adequacy: Values

    @property
    def funding_ratio(self) -> Values:
        """Contributions per yuan of benefits, in each year."""
        return np.asarray(self.contributions / self.benefits)

    @property
    def exhaustion_year(self) -> Values:
        """First year with an empty fund; NaN if it lasts."""
        empty = self.fund < 0
        return np.where(empty.any(axis=-1), self.years[np.argmax(empty, axis=-1)], np.nan)


def ramp(start: ArrayLike, end: ArrayLike, elapsed: ArrayLike, span: float = HORIZON) -> Values:
    """Straight line from `start` to `end` over `span` years."""
    part = np.asarray(elapsed, dtype=float) / span
    return np.asarray(np.asarray(start) + (np.asarray(end) - np.asarray(start)) * part)


def fund_balance(
    dependency: Dependency,
    labour_share_path: ArrayLike,
    effective_coverage: ArrayLike,
    *,
    contribution_rate: ArrayLike,
    replacement_rate: ArrayLike,
    pensioner_coverage: ArrayLike,
    pensioner_coverage_2060: ArrayLike,
    wage_indexation: ArrayLike,
    fiscal_subsidy: ArrayLike,
    initial_fund: ArrayLike,
    productivity_growth: ArrayLike,
    interest_rate: ArrayLike,
) -> FundBalance:
    r"""Run the fund from 2025 to 2060.

    Parameters
    ----------
    dependency : Dependency
        Workers and retired persons per year.
    labour_share_path, effective_coverage : array_like, shape (..., T)
        Labour income over GDP, and insured declared pay over labour income.
    contribution_rate, replacement_rate : array_like
        Contributions over declared pay; pension over the average labour income of a worker.
    pensioner_coverage, pensioner_coverage_2060 : array_like
        Share of retired persons with a pension from this scheme, at either end.
    wage_indexation : array_like
        1 = pensions follow wages; 0 = they follow output per worker.
    fiscal_subsidy, initial_fund : array_like
        Over GDP; the fund at the end of 2024.
    productivity_growth, interest_rate : array_like
        Real log rates per year.

    Returns
    -------
    FundBalance

    Notes
    -----
    With :math:`E` workers, :math:`R` retired, :math:`s` labour share, :math:`\epsilon` effective
    coverage, all over GDP:

    .. math::
        c_t = \tau\, s_t\, \epsilon_t, \qquad
        b_t = \beta\, v_t\, \frac{R_t}{E_t}\, s_0^{1-\iota} s_t^{\iota}, \qquad
        f_t = f_{t-1}\frac{e^{r}}{Y_t/Y_{t-1}} + c_t + \sigma - b_t,

    and :math:`Y_t/Y_0 = e^{g t}E_t/E_0`. With :math:`\iota=1` a falling labour share cuts
    contributions and pensions alike: the fund is spared and the pensioners pay. With
    :math:`\iota=0` the promise stands and the fund pays. The third foundation is about that
    choice.
    """
    elapsed = dependency.years - dependency.years[0]
    labour = domain.share("labour_share_path", labour_share_path)
    coverage = domain.nonnegative("effective_coverage", effective_coverage)
    contributions = _time(domain.share("contribution_rate", contribution_rate)) * labour * coverage
    covered = ramp(
        _time(domain.share("pensioner_coverage", pensioner_coverage)),
        _time(domain.share("pensioner_coverage_2060", pensioner_coverage_2060)),
        elapsed,
    )
    follow = _time(domain.share("wage_indexation", wage_indexation))
    anchor = labour[..., :1] ** (1 - follow) * labour**follow
    replacement = _time(domain.nonnegative("replacement_rate", replacement_rate))
    benefits = replacement * covered * dependency.ratio * anchor
    subsidy = _time(domain.share("fiscal_subsidy", fiscal_subsidy)) + np.zeros_like(benefits)
    growth = _time(domain.real("productivity_growth", productivity_growth))
    gdp = np.exp(growth * elapsed) * dependency.employment_index
    balance = contributions + subsidy - benefits
    start = _time(domain.real("initial_fund", initial_fund))
    rate = _time(domain.real("interest_rate", interest_rate))
    fund = _accumulate(balance, gdp, start * np.exp(-growth), rate, elapsed)
    return FundBalance(
        dependency.years,
        contributions,
        benefits,
        subsidy,
        balance,
        fund,
        gdp_index=gdp + 0 * fund,
        adequacy=anchor / labour[..., :1] + 0 * fund,
    )


def _time(values: Values) -> Values:
    """Add the axis along which years run."""
    return values[..., None]


def _accumulate(
    balance: Values, gdp: Values, start: Values, rate: Values, elapsed: Values
) -> Values:
    """Fund over GDP from yearly balances; `start` is in units of first-year GDP."""
    present = np.cumsum(balance * gdp * np.exp(-rate * elapsed), axis=-1)
    return np.asarray((start * np.exp(rate) + present) * np.exp(rate * elapsed) / gdp)


def cohort_ledger(
    balance: FundBalance,
    population: Population,
    *,
    retirement_age: float,
    retirement_age_rise: float,
    work_start_age: float,
    interest_rate: float,
    width: int = 10,
) -> pd.DataFrame:
    """Split the flows of 2025-2060 among birth cohorts.

    Parameters
    ----------
    balance : FundBalance
        One path (no leading axes).
    population : Population
        The projection behind it.
    retirement_age, retirement_age_rise, work_start_age, interest_rate : float
        As used for the balance.
    width : int
        Years of birth per cohort.

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
        population.years, retirement_age=retirement_age, retirement_age_rise=retirement_age_rise
    )
    at_work = population.by_age * working_weights(age_path, work_start_age)
    ages = np.arange(population.by_age.shape[1])
    retired = population.by_age * np.clip(ages + 1 - age_path[:, None], 0, 1)
    weight = balance.gdp_index * np.exp(-interest_rate * (balance.years - balance.years[0]))
    frame = pd.DataFrame(
        {
            "cohort": (width * ((balance.years[:, None] - ages) // width)).astype(int).ravel(),
            "contributions": _spread(balance.contributions * weight, at_work),
            "benefits": _spread(balance.benefits * weight, retired),
        }
    )
    ledger = frame.groupby("cohort").sum()
    ledger = ledger[(ledger != 0).any(axis=1)]
    return ledger.assign(net=ledger["contributions"] - ledger["benefits"])


def _spread(flow: Values, persons: Values) -> Values:
    return np.asarray((flow[:, None] * persons / persons.sum(axis=1, keepdims=True)).ravel())


@dataclass(frozen=True)
class FoundationElasticities:
    """Elasticity of the funding ratio (contributions per yuan of benefits).

    Attributes
    ----------
    support, coverage, labour_share : ndarray
        With respect to workers per pensioner, effective coverage, and the labour share.
    gig_share : ndarray
        With respect to the gig share, through coverage.
    """

    support: Values
    coverage: Values
    labour_share: Values
    gig_share: Values


def foundation_elasticities(
    *, wage_indexation: ArrayLike, gig_elasticity: ArrayLike
) -> FoundationElasticities:
    r"""How strongly the funding ratio hangs on each of the three foundations.

    Parameters
    ----------
    wage_indexation : array_like
        As in `fund_balance`.
    gig_elasticity : array_like
        Elasticity of the base with respect to the gig share, from `contribution_base`.

    Notes
    -----
    :math:`c/b \propto (E/R)\,\epsilon\,(s/s_0)^{1-\iota}`, so the elasticities are 1, 1 and
    :math:`1-\iota`.
    """
    follow = domain.share("wage_indexation", wage_indexation)
    one = np.ones_like(follow)
    return FoundationElasticities(one, one, 1 - follow, np.asarray(gig_elasticity) * one)


_SHARE = "({labour_share}*exp({labour_share_growth}*{years}))"
_COVERED = "({pensioner_coverage} + ({pensioner_coverage_2060} - {pensioner_coverage})*{years}/35)"
_CONTRIBUTIONS = f"({{contribution_rate}}*{_SHARE}*{{effective_coverage}})"
_BENEFITS = (
    f"({{replacement_rate}}*{_COVERED}*{{dependency_ratio}}"
    f"*pow({{labour_share}}, 1 - {{wage_indexation}})*pow({_SHARE}, {{wage_indexation}}))"
)
_GDP = "(exp({productivity_growth}*{years})*{employment_index})"
_BALANCE = f"({_CONTRIBUTIONS} + {{fiscal_subsidy}} - {_BENEFITS})"

#: ``present_value`` is summed over the years by a window transform; the sum is {cumulative}.
EXPRESSIONS: dict[str, str] = {
    "contributions": _CONTRIBUTIONS,
    "benefits": _BENEFITS,
    "balance": _BALANCE,
    "present_value": f"({_BALANCE}*{_GDP}*exp(-{{interest_rate}}*{{years}}))",
    "fund": (
        "(({initial_fund}*exp({interest_rate} - {productivity_growth}) + {cumulative})"
        f"*exp({{interest_rate}}*{{years}})/{_GDP})"
    ),
}
