"""Social insurance: pay-as-you-go, who is employed, the contribution base, and other money."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from synergy.policy.parameters import defaults, require
from synergy.policy.population import mean_age_at_death
from synergy.policy.symbols import Values, integral


class LifeCourse(NamedTuple):
    """Years in which a member pays in, and years in which the member draws out."""

    working_years: Values
    retirement_years: Values


def life_course(
    *, work_start_age: Values, retirement_age: Values, retirement_age_rise: Values
) -> LifeCourse:
    r"""Length of work and retirement once the retirement age has risen.

    Notes
    -----
    :math:`W = A - A_w`, :math:`R = D - A`, with :math:`A` the retirement age after the rise and
    :math:`D` the mean age at death of those who reach it (`mean_age_at_death`, taken where the
    default of :math:`A` stands: a year more or less moves it by less than .15 of a year).
    """
    usual = defaults(["retirement_age", "retirement_age_rise"])
    age = retirement_age + retirement_age_rise
    return LifeCourse(age - work_start_age, mean_age_at_death(sum(usual.values())) - age)


class PayAsYouGo(NamedTuple):
    """Return to a member: per year over interest, per yuan after a generation, over a life."""

    advantage: Values
    generation_gain: Values
    money_worth: Values


def pay_as_you_go(
    *,
    contributor_growth: Values,
    wage_growth: Values,
    interest_rate: Values,
    generation_years: Values,
    working_years: Values,
    retirement_years: Values,
) -> PayAsYouGo:
    r"""Compare a steady pay-as-you-go scheme with saving at interest.

    Samuelson (1958) found that a scheme without capital returns the growth of the population;
    Aaron (1966) added that of wages: the scheme beats saving where :math:`n + g > r`. Steady
    state, one contribution rate, certain returns. Where :math:`n + g < r` the scheme is a tax on
    members, yet ending it helps no one for free, see `generation_ledger`.

    Notes
    -----
    .. math::
        \text{gain} = e^{(n+g-r)T} - 1, \qquad
        \text{money's worth} = \frac{A(g-r;\,W,\,W+R)}{A(g-r;\,0,\,W)} \Big/
        \frac{A(-n;\,W,\,W+R)}{A(-n;\,0,\,W)},

    with :math:`A(k; a, b) = \int_a^b e^{ks}ds`. The second bracket is the support ratio that
    makes receipts equal outlays each year when pensions follow wages. Both measures say "no
    better than saving" exactly at :math:`n + g = r` (Aaron 1966).
    """
    advantage = contributor_growth + wage_growth - interest_rate
    received = _late_over_early(wage_growth - interest_rate, working_years, retirement_years)
    balance = _late_over_early(-contributor_growth, working_years, retirement_years)
    return PayAsYouGo(advantage, np.expm1(advantage * generation_years), received / balance)


def _late_over_early(rate: Values, work: Values, rest: Values) -> Values:
    """What grows at `rate` over the years of rest, against the years of work before."""
    ratio: Values = np.exp(rate * work) * integral(rate, rest) / integral(rate, work)
    return ratio


def generation_ledger(generations: int, *, growth_factor: float, interest_factor: float) -> Values:
    r"""Net present value to each generation, per yuan contributed by the first working one.

    Parameters
    ----------
    generations : int
        Number of contributing generations listed after the first pensioners.
    growth_factor, interest_factor : float
        :math:`e^{(n+g)T}` and :math:`e^{rT}`.

    Returns
    -------
    ndarray, shape (generations + 1,)
        Entry 0 is the gift to those who were old when the scheme began.

    Notes
    -----
    Generation :math:`j` gains :math:`x^{j}(x-1)`, :math:`x` = growth factor over interest factor.
    For :math:`x<1` the entries add up to zero as the list grows: the gift is what others lose.
    """
    ratio = growth_factor / interest_factor
    return np.concatenate(([1.0], ratio ** np.arange(generations) * (ratio - 1)))


def outsourced_share(
    years: Values,
    *,
    coordination_cost: Values,
    transaction_cost: Values,
    coordination_cost_decline: Values,
    transaction_cost_decline: Values,
    cost_dispersion: Values,
    firm_advantage: Values,
) -> Values:
    r"""Share of tasks bought by the task instead of done by employees.

    Coase (1937) puts the edge of the firm where organising inside costs as much as the market
    outside. AI lowers both costs. What happens to stable employment depends on which falls
    faster, a point on which the essay's two arguments, gig work and vanishing middle layers,
    pull in opposite ways. Costs are given. Tasks differ in what else speaks for the firm, such
    as knowledge that only the firm has: logistic, with mean :math:`h` and scale :math:`s`.

    Notes
    -----
    .. math:: \gamma(t) = \frac{1}{1+\exp\{[m_0e^{-\mu t} - o_0e^{-\nu t} + h]/s\}} .

    As both costs vanish the share tends to :math:`1/(1+e^{h/s})`: one half where tasks suit firm
    and market alike (:math:`h=0`), which is no finding but an assumption.
    """
    inside = coordination_cost * np.exp(-coordination_cost_decline * years)
    outside = transaction_cost * np.exp(-transaction_cost_decline * years)
    share: Values = 1 / (1 + np.exp((outside - inside + firm_advantage) / cost_dispersion))
    return share


def span_after_cut(*, span_of_control: Values, management_cut: Values) -> Values:
    r"""Span each remaining manager has to cover once part of management is gone.

    Notes
    -----
    Layers shrink by the factor :math:`s`, so managers per front-line worker are
    :math:`s^{-1} + s^{-2} + \dots = 1/(s-1)`. Front-line staff unchanged:
    :math:`1/(s'-1) = (1-x)/(s-1)`, so :math:`s' = 1+(s-1)/(1-x)`; half the managers of a span
    of 8 have 15.
    """
    return 1 + (span_of_control - 1) / (1 - management_cut)


def lognormal_sigma(gini: Values) -> Values:
    r"""Standard deviation of logs for a lognormal distribution of given Gini coefficient.

    Notes
    -----
    :math:`G = 2\Phi(\sigma/\sqrt2) - 1`, so :math:`\sigma = \sqrt2\,\Phi^{-1}((1+G)/2)`.
    """
    sigma: Values = np.sqrt(2) * ndtri((1 + gini) / 2)
    return sigma


def limited_mean(limit: Values, sigma: Values) -> Values:
    r"""Mean of :math:`\min(w, c)` for lognormal :math:`w` with mean 1.

    Notes
    -----
    .. math:: L(c) = \Phi\Bigl(\frac{\ln c}{\sigma}-\frac{\sigma}{2}\Bigr)
        + c\Bigl[1-\Phi\Bigl(\frac{\ln c}{\sigma}+\frac{\sigma}{2}\Bigr)\Bigr] .
    """
    below: Values = ndtr(np.log(limit) / sigma - sigma / 2)
    return below + limit * _above(limit, sigma)


def _above(limit: Values, sigma: Values) -> Values:
    """Share of a lognormal distribution with mean 1 that lies above a limit."""
    share: Values = ndtr(-np.log(limit) / sigma - sigma / 2)
    return share


class ContributionBase(NamedTuple):
    """The base over GDP, what it is made of, and what it reacts to.

    ``base = labour share * effective_coverage`` and ``revenue = labour share * paid_share``.
    `declared_share` is the base of covered formal pay over that pay. Of formal earners,
    `above_ceiling` earn more than the ceiling, and `pay_above` is what they earn beyond it, over
    all formal pay. The elasticities are those of the base; that with respect to the labour share
    is 1.
    """

    base: Values
    revenue: Values
    effective_coverage: Values
    paid_share: Values
    declared_share: Values
    above_ceiling: Values
    pay_above: Values
    coverage_elasticity: Values
    gig_elasticity: Values
    ceiling_elasticity: Values


def contribution_base(
    *,
    labour_share: Values,
    gig_share: Values,
    formal_coverage: Values,
    declared_pay: Values,
    gig_coverage: Values,
    gig_compliance: Values,
    wage_gini: Values,
    base_floor: Values,
    base_ceiling: Values,
    contribution_rate: Values,
    gig_contribution_rate: Values,
) -> ContributionBase:
    r"""From national income to the sum on which social contributions are paid.

    Earnings are lognormal; floor and ceiling are multiples of the mean and bind what is
    declared, not what is earned; coverage and declared pay do not react to the rate.

    Notes
    -----
    .. math:: \frac{B}{Y} = s\,\bigl[(1-\gamma)\,v_f\,\kappa + \gamma\,v_g\,c_g\bigr],
        \qquad \kappa = E\bigl[\min(\max(c_f w, f), c)\bigr]
        = c_f\bigl[L(c/c_f) + f/c_f - L(f/c_f)\bigr]

    with :math:`E[w] = 1`. Formal pay bears :math:`\tau`, flexible workers :math:`\tau_g` (State
    Council, document 38 of 2005): contributions are :math:`\pi = (1-\gamma)\,v_f\,\kappa\,\tau
    + \gamma\,v_g\,c_g\,\tau_g` of labour income.
    """
    require(base_floor < base_ceiling, "base_floor 须小于 base_ceiling")
    sigma = lognormal_sigma(wage_gini)
    floor, ceiling = base_floor / declared_pay, base_ceiling / declared_pay
    clipped = limited_mean(ceiling, sigma) + floor - limited_mean(floor, sigma)
    formal_rate, gig_rate = (
        formal_coverage * declared_pay * clipped,
        gig_coverage * gig_compliance,
    )
    formal, gig = (1 - gig_share) * formal_rate, gig_share * gig_rate
    effective = formal + gig
    paid = contribution_rate * formal + gig_contribution_rate * gig
    counted = np.where(effective > 0, effective, np.nan)
    return ContributionBase(
        base=labour_share * effective,
        revenue=labour_share * paid,
        effective_coverage=effective,
        paid_share=paid,
        declared_share=declared_pay * clipped,
        above_ceiling=_above(base_ceiling, sigma),
        pay_above=1 - limited_mean(base_ceiling, sigma),
        coverage_elasticity=formal / counted,
        gig_elasticity=gig_share * (gig_rate - formal_rate) / counted,
        ceiling_elasticity=formal / counted * ceiling * _above(ceiling, sigma) / clipped,
    )


def account_share(
    effective_coverage: Values, paid_share: Values, *, account_rate: Values
) -> Values:
    """Part of contributions that is booked on the members' own accounts."""
    return account_rate * effective_coverage / paid_share


class FirstPension(NamedTuple):
    """Pension at retirement over the mean wage: from the pool, from the member's own account."""

    pooled: Values
    account: Values


def first_pension(
    *,
    contribution_years: Values,
    formal_compliance: Values,
    account_rate: Values,
    account_return_gap: Values,
    account_months: Values,
) -> FirstPension:
    r"""What the rules of 2005 grant at retirement to a member on a steady relative base.

    Notes
    -----
    The base stands at :math:`i` of the mean wage. Base pension: half the sum of the mean wage and
    the member's own indexed wage, one per cent of it per year of contributions. Account:
    :math:`\tau_a` of the base each year, credited at a rate that lies :math:`x` above the growth
    of wages, shared out over the months of the table:

    .. math:: \frac{1+i}{2}\,\frac{n}{100}, \qquad
        \tau_a\, i\, \frac{12}{m} \int_0^n e^{x t}\,dt

    (State Council, document 38 of 2005, section 6). Less than the minimum number of years gives
    no base pension at all; this function does not know the minimum.
    """
    pooled = (1 + formal_compliance) / 2 * contribution_years / 100
    saved = account_rate * formal_compliance * integral(account_return_gap, contribution_years)
    return FirstPension(pooled, saved * 12 / account_months)


class FinanceMix(NamedTuple):
    """Revenue for social insurance over GDP: five sources, their total, and what that leaves."""

    contributions: Values
    fiscal_subsidy: Values
    value_added_tax: Values
    excess_profit_tax: Values
    compute_dividend: Values
    total: Values
    gap: Values


def finance_mix(
    labour_share_now: Values,
    paid_share: Values,
    *,
    labour_share: Values,
    fiscal_subsidy: Values,
    vat_points: Values,
    vat_efficiency: Values,
    worker_consumption: Values,
    owner_consumption: Values,
    excess_profit_rate: Values,
    ai_profit: Values,
    ai_rent_share: Values,
    compute_capital: Values,
    state_stake: Values,
    payout_rate: Values,
    spending_ratio: Values,
) -> FinanceMix:
    r"""Revenue by source after the labour share has moved from `labour_share`.

    Rates add revenue in proportion (no shifting between sources); AI profit is given.

    Notes
    -----
    .. math::
        R(s) = s\pi + \sigma + v\,\nu\,[c_w s + c_o(1-s)]
        + \theta\,[\pi_0 + \chi\,(s_0-s)^+] + \phi\,\omega\,K ,

    with :math:`\pi` contributions over labour income and :math:`\sigma` the subsidy that the fund
    has today. What labour loses is spent less and taxed less as VAT; only the tax on excess profit
    rises with the loss, so its rate decides whether the mix insures against it.
    """
    contributions = labour_share_now * paid_share
    consumed = worker_consumption * labour_share_now + owner_consumption * (1 - labour_share_now)
    vat = vat_points * vat_efficiency * consumed
    lost = np.maximum(labour_share - labour_share_now, 0)
    excess = excess_profit_rate * (ai_profit + ai_rent_share * lost)
    dividend = compute_capital * state_stake * payout_rate
    total = contributions + fiscal_subsidy + vat + excess + dividend
    gap = spending_ratio - total
    return FinanceMix(contributions, fiscal_subsidy, vat, excess, dividend, total, gap)
