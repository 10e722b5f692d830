"""Social insurance: pay-as-you-go, who is employed, the contribution base, and other money."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from synergy.policy.parameters import require
from synergy.policy.symbols import Values, integral


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
) -> Values:
    r"""Share of tasks bought by the task instead of done by employees.

    Coase (1937) puts the edge of the firm where organising inside costs as much as the market
    outside. AI lowers both costs. What happens to stable employment depends on which falls
    faster, a point on which the essay's two arguments, gig work and vanishing middle layers,
    pull in opposite ways. Costs are given; tasks differ only in how well they fit the market.

    Notes
    -----
    .. math:: \gamma(t) = \frac{1}{1+\exp\{[m_0e^{-\mu t} - o_0e^{-\nu t}]/s\}} .

    As both costs vanish the share tends to one half, not to one: cheap organisation keeps tasks
    inside as much as cheap markets draw them out.
    """
    inside = coordination_cost * np.exp(-coordination_cost_decline * years)
    outside = transaction_cost * np.exp(-transaction_cost_decline * years)
    share: Values = 1 / (1 + np.exp((outside - inside) / cost_dispersion))
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

    ``base = labour share * effective_coverage``; `capped_share` is the part of covered pay
    between floor and ceiling, `above_ceiling` the share of earners whose next yuan adds nothing.
    The elasticities are those of the base; that with respect to the labour share is 1.
    """

    base: Values
    revenue: Values
    effective_coverage: Values
    capped_share: Values
    above_ceiling: Values
    coverage_elasticity: Values
    gig_elasticity: Values
    ceiling_elasticity: Values


def contribution_base(
    *,
    labour_share: Values,
    gig_share: Values,
    formal_coverage: Values,
    formal_compliance: Values,
    gig_coverage: Values,
    gig_compliance: Values,
    wage_gini: Values,
    base_floor: Values,
    base_ceiling: Values,
    contribution_rate: Values,
) -> ContributionBase:
    r"""From national income to the sum on which social contributions are paid.

    Earnings are lognormal; floor and ceiling are multiples of the mean; coverage and declared
    base do not react to the rate.

    Notes
    -----
    .. math:: \frac{B}{Y} = s\,\bigl[(1-\gamma)\,v_f\,c_f\,\kappa + \gamma\,v_g\,c_g\bigr],
        \qquad \kappa = E\bigl[\min(\max(w, f), c)\bigr]/E[w] = L(c) + f - L(f) .
    """
    require(base_floor < base_ceiling, "base_floor 须小于 base_ceiling")
    sigma = lognormal_sigma(wage_gini)
    kappa = limited_mean(base_ceiling, sigma) + base_floor - limited_mean(base_floor, sigma)
    above = _above(base_ceiling, sigma)
    formal_rate, gig_rate = (
        formal_coverage * formal_compliance * kappa,
        gig_coverage * gig_compliance,
    )
    formal = (1 - gig_share) * formal_rate
    effective = formal + gig_share * gig_rate
    counted = np.where(effective > 0, effective, np.nan)
    return ContributionBase(
        base=labour_share * effective,
        revenue=contribution_rate * labour_share * effective,
        effective_coverage=effective,
        capped_share=kappa,
        above_ceiling=above,
        coverage_elasticity=formal / counted,
        gig_elasticity=gig_share * (gig_rate - formal_rate) / counted,
        ceiling_elasticity=formal / counted * base_ceiling * above / kappa,
    )


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
    effective_coverage: Values,
    *,
    labour_share: Values,
    contribution_rate: Values,
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
        R(s) = \tau s\epsilon + \sigma + v\,\nu\,[c_w s + c_o(1-s)]
        + \theta\,[\pi_0 + \chi\,(s_0-s)^+] + \phi\,\omega\,K .

    The subsidy :math:`\sigma` is the one that the fund has today. What labour loses is spent less
    and taxed less as VAT; only the tax on excess profit rises with the loss, so its rate decides
    whether the mix insures against it.
    """
    contributions = contribution_rate * labour_share_now * effective_coverage
    consumed = worker_consumption * labour_share_now + owner_consumption * (1 - labour_share_now)
    vat = vat_points * vat_efficiency * consumed
    lost = np.maximum(labour_share - labour_share_now, 0)
    excess = excess_profit_rate * (ai_profit + ai_rent_share * lost)
    dividend = compute_capital * state_stake * payout_rate
    total = contributions + fiscal_subsidy + vat + excess + dividend
    gap = spending_ratio - total
    return FinanceMix(contributions, fiscal_subsidy, vat, excess, dividend, total, gap)
