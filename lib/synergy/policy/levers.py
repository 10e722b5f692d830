"""Levers: taxes on people and machines, the direction of research, an AI levy, hiring subsidies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synergy.policy.parameters import require
from synergy.policy.symbols import Values, integral


class TaxBalance(NamedTuple):
    """Effective marginal rates on an hour of labour and on a machine that replaces it.

    Shares of the user's cost, negative = subsidy. ``bias = labour - automation`` is positive where
    it favours the machine; `break_even_levy` on the machine's user cost makes both rates equal.
    """

    labour: Values
    automation: Values
    bias: Values
    break_even_levy: Values


def tax_balance(
    *,
    employer_rate: Values,
    employee_rate: Values,
    income_tax_rate: Values,
    corporate_tax_rate: Values,
    depreciation_years: Values,
    investment_credit: Values,
    automation_levy: Values,
    interest_rate: Values,
) -> TaxBalance:
    r"""Compare the tax on labour with the tax on the machine that could replace it.

    Statutory rates with full loss offset, one asset, no personal capital taxes; the firm bears
    what it pays; no response of prices.

    Notes
    -----
    With employer, employee and income tax rates :math:`t_e, t_w, t_i`,

    .. math:: \tau_L = 1 - \frac{1 - t_w - t_i(1-t_w)}{1+t_e} ;

    contributions are deductible and count as tax in full, although part of them buys a pension.
    A machine's user cost is :math:`(r+\delta)\,\frac{1-k-uz}{1-u}(1+\lambda)` (Hall and Jorgenson
    1967; King and Fullerton 1984), where :math:`z = (1-e^{-rT})/(rT)` is the present value of
    straight-line allowances, 1 when written off at once. So

    .. math:: \tau_A = 1 - \frac{1-u}{(1-k-uz)(1+\lambda)}, \qquad
        1+\lambda^* = \frac{1-u}{(1-k-uz)(1-\tau_L)} .

    With :math:`z = 1` and without credit or levy :math:`\tau_A` is zero at any rate :math:`u`.
    After Acemoglu, Manera and Restrepo (2020, Brookings Papers).
    """
    labour = 1 - (1 - employee_rate) * (1 - income_tax_rate) / (1 + employer_rate)
    allowances = integral(-depreciation_years * interest_rate, np.asarray(1.0))
    cost = 1 - investment_credit - corporate_tax_rate * allowances
    require(cost > 0, "investment_credit 与 corporate_tax_rate 合计抵掉的投资成本须小于 1")
    kept = (1 - corporate_tax_rate) / cost
    automation = 1 - kept / (1 + automation_levy)
    return TaxBalance(labour, automation, labour - automation, kept / (1 - labour) - 1)


def automation_threshold(
    *, machine_cost: Values, labour_tax: Values, automation_tax: Values
) -> Values:
    r"""Take-home pay per job, 万元/年, above which a machine is the cheaper choice.

    Notes
    -----
    :math:`w^* = c\,(1-\tau_L)/(1-\tau_A)`; taxes are neutral if the wedges are equal.
    """
    return machine_cost * (1 - labour_tax) / (1 - automation_tax)


def steering_wedge(
    *, replacing_levy: Values, augmenting_credit: Values, misclassification: Values
) -> Values:
    r"""Expected levy on replacing over that on augmenting technology: the steer that is left.

    Per yuan of user cost, when the office puts a technology into the wrong class with a given
    probability.

    Notes
    -----
    :math:`\text{wedge} = (1-2m)(\lambda+\kappa)`: with coin-toss labels nothing is steered, and
    beyond one half the tax works backwards.
    """
    right = 1 - misclassification
    replacing = right * replacing_levy - misclassification * augmenting_credit
    augmenting = misclassification * replacing_levy - right * augmenting_credit
    return replacing - augmenting


def next_share(
    replacing_share: Values,
    *,
    replacement_pull: Values,
    policy_wedge: Values,
    path_dependence: Values,
    choice_sensitivity: Values,
) -> Values:
    r"""Share of research that seeks to replace labour, one round of investment on.

    Directed technical change (Acemoglu 2002) with increasing returns to the trodden path (Arthur
    1989; David 1985). Research splits between two kinds of technology by their pay-off, and the
    pay-off of a kind rises with its share in the past. Pay-offs are given; a round is about a
    year; for the wedge see `steering_wedge`.

    Notes
    -----
    .. math:: x' = \bigl[1+\exp\{-\beta\,(a - p + k(2x-1))\}\bigr]^{-1} .

    Two stable paths can exist only if :math:`\beta k > 2`.
    """
    drive = replacement_pull - policy_wedge + path_dependence * (2 * replacing_share - 1)
    share: Values = 1 / (1 + np.exp(-choice_sensitivity * drive))
    return share


def escape_wedge(
    *, replacing_share: Values, replacement_pull: Values, path_dependence: Values
) -> Values:
    r"""Wedge that brings replacing below one half in the next round: :math:`a + k(2x-1)`.

    It rises with the share already reached, which is the price of waiting.
    """
    return replacement_pull + path_dependence * (2 * replacing_share - 1)


def profit_base(*, ai_revenue: Values, profit_margin: Values) -> Values:
    """Profit of AI firms, 亿元; automation equipment, the other base, is a symbol by itself."""
    return ai_revenue * profit_margin


class TransitionFund(NamedTuple):
    """Receipts and base driven away in one year, 亿元, and those reached, in thousands."""

    revenue: Values
    lost_base: Values
    firms: Values
    students: Values
    informal_workers: Values


def transition_fund(
    base: Values,
    years: Values = 0.0,  # type: ignore[assignment]
    *,
    levy_rate: Values,
    base_elasticity: Values,
    base_growth: Values,
    partnership_share: Values,
    scholarship_share: Values,
    partnership_grant: Values,
    scholarship_cost: Values,
    informal_cost: Values,
) -> TransitionFund:
    r"""Receipts of a levy for the AI transition and what they pay for.

    The notes ask for 1-3 % on the profits of AI firms or on automation equipment, which differ by
    orders of magnitude; `base` is either in the first year. What grants to small firms and
    scholarships leave goes to the informal economy. Unit costs are constant.

    Notes
    -----
    .. math:: R = \lambda\,B_0e^{gt}\,(1-\lambda)^{\varepsilon} .

    No levy, no fund; receipts peak at :math:`\lambda = 1/(1+\varepsilon)`.
    """
    rest = 1 - partnership_share - scholarship_share
    require(rest > -1e-12, "partnership_share 与 scholarship_share 之和须不大于 1")
    untaxed, kept = base * np.exp(base_growth * years), (1 - levy_rate) ** base_elasticity
    revenue = levy_rate * untaxed * kept
    shares = partnership_share, scholarship_share, rest
    costs = partnership_grant, scholarship_cost, informal_cost
    reached = [share * revenue * 10 / cost for share, cost in zip(shares, costs, strict=True)]
    return TransitionFund(revenue, untaxed * (1 - kept), *reached)


def peak_levy(*, base_elasticity: Values) -> Values:
    """Levy at which receipts are highest."""
    return 1 / (1 + base_elasticity)


class Ladder(NamedTuple):
    """Hires and stocks relative to the steady state before the shock, and the subsidy's price.

    `cost_per_extra_hire` is over a beginner's yearly pay, NaN without subsidy.
    """

    hires: Values
    juniors: Values
    seniors: Values
    cost_per_extra_hire: Values


def learning_ladder(
    years: Values,
    *,
    entry_automation: Values,
    hiring_subsidy: Values,
    hiring_elasticity: Values,
    promotion_rate: Values,
    junior_exit_rate: Values,
    senior_exit_rate: Values,
) -> Ladder:
    r"""Beginners and experts after AI takes over part of the beginners' work.

    Two rungs, constant rates; a beginner learns the same whether or not AI does the beginner's
    tasks; wages do not answer to the subsidy.

    Notes
    -----
    Hires :math:`m = (1-x)(1-s)^{-\eta}`; with :math:`u = p+l`,

    .. math::
        J(t) = m + (1-m)e^{-ut}, \qquad
        S(t) = m + (1-m)\frac{q e^{-ut} - u e^{-qt}}{q-u},

    the solution of :math:`\dot J = u(m-J)`, :math:`\dot S = q(J-S)`. Experts thin out with a
    delay of about :math:`1/u + 1/q` years: the loss shows when it is too late to hire for it.
    The subsidy is paid for every beginner hired, wanted anyway or not (deadweight).
    """
    without, up = 1 - entry_automation, promotion_rate + junior_exit_rate
    hires = without * (1 - hiring_subsidy) ** (-hiring_elasticity)
    juniors = hires + (1 - hires) * np.exp(-up * years)
    seniors = hires + (1 - hires) * _two_stage(years, up, senior_exit_rate)
    extra = hires - without
    per_hire = hiring_subsidy * hires / np.where(extra > 0, extra, np.nan)
    return Ladder(hires, juniors, seniors, per_hire)


def _two_stage(t: Values, first: Values, second: Values) -> Values:
    """What is left of a disturbance that decays through two stages."""
    same = np.abs(second - first) < 1e-6
    gap = np.where(same, 1.0, second - first)
    apart = (second * np.exp(-first * t) - first * np.exp(-second * t)) / gap
    left: Values = np.where(same, (1 + first * t) * np.exp(-first * t), apart)
    return left


def restoring_subsidy(*, entry_automation: Values, hiring_elasticity: Values) -> Values:
    r"""Subsidy that brings hires back to where they were: :math:`1-(1-x)^{1/\eta}`."""
    require(hiring_elasticity > 0, "hiring_elasticity 须大于 0")
    return 1 - (1 - entry_automation) ** (1 / hiring_elasticity)
