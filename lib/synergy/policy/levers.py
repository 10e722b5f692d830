"""Levers: taxes on people and machines, when to tax machines, an AI levy, hiring subsidies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synergy.policy.parameters import require
from synergy.policy.symbols import Values, integral


class TaxBalance(NamedTuple):
    """Effective marginal rates on an hour of labour and on a machine that replaces it.

    Shares of the user's cost, negative = subsidy. `labour` counts contributions and income tax;
    `labour_with_vat` also the VAT in what the worker buys. ``bias = labour - automation`` is
    positive where it favours the machine; `break_even_levy` on the machine's user cost makes both
    rates equal.
    """

    labour: Values
    labour_with_vat: Values
    automation: Values
    bias: Values
    break_even_levy: Values


def tax_balance(
    *,
    employer_rate: Values,
    employee_rate: Values,
    formal_compliance: Values,
    income_tax_rate: Values,
    vat_on_spending: Values,
    corporate_tax_rate: Values,
    depreciation_years: Values,
    investment_credit: Values,
    automation_levy: Values,
    discount_rate: Values,
) -> TaxBalance:
    r"""Compare the tax on labour with the tax on the machine that could replace it.

    An insured worker between floor and ceiling of the base; statutory rates with full loss offset,
    one asset, no personal capital taxes; the firm bears what it pays; no response of prices.

    Notes
    -----
    With employer, employee and income tax rates :math:`t_e, t_w, t_i` and :math:`c_f` the part
    of pay on which contributions are in fact paid,

    .. math:: \tau_L = 1 - \frac{(1 - c_f t_w)(1 - t_i)}{1 + c_f t_e} ;

    contributions count as tax in full, although part of them buys a pension. A value added tax
    with full deduction of investment is in its incentives a tax on labour (Shoup 1969, Public
    Finance): it lowers what pay buys by :math:`t_v` and leaves the normal return on a machine
    alone. It does not change what the firm compares, since both ways of production sell under
    the same tax.

    A machine's user cost is :math:`(r+\delta)\,\frac{1-k-uz}{1-u}(1+\lambda)` (Hall and Jorgenson
    1967; King and Fullerton 1984), where :math:`z = (1-e^{-iT})/(iT)` is the present value of
    straight-line allowances, 1 when written off at once; they are fixed in yuan, so :math:`i` is
    a nominal rate. So

    .. math:: \tau_A = 1 - \frac{1-u}{(1-k-uz)(1+\lambda)}, \qquad
        1+\lambda^* = \frac{1-u}{(1-k-uz)(1-\tau_L)} .

    With :math:`z = 1` and without credit or levy :math:`\tau_A` is zero at any rate :math:`u`.
    After Acemoglu, Manera and Restrepo (2020, Brookings Papers).
    """
    kept_by_worker = (1 - employee_rate * formal_compliance) * (1 - income_tax_rate)
    labour = 1 - kept_by_worker / (1 + employer_rate * formal_compliance)
    allowances = integral(-depreciation_years * discount_rate, np.asarray(1.0))
    cost = 1 - investment_credit - corporate_tax_rate * allowances
    require(cost > 0, "investment_credit 与 corporate_tax_rate 合计抵掉的投资成本须小于 1")
    kept = (1 - corporate_tax_rate) / cost
    automation = 1 - kept / (1 + automation_levy)
    return TaxBalance(
        labour=labour,
        labour_with_vat=1 - (1 - labour) * (1 - vat_on_spending),
        automation=automation,
        bias=labour - automation,
        break_even_levy=kept / (1 - labour) - 1,
    )


def machine_worth_buying(
    wage: Values, automation_tax: Values, *, employer_rate: Values, formal_compliance: Values
) -> Values:
    r"""Yearly cost before tax below which a machine is cheaper than the job it does, 万元/年.

    Notes
    -----
    With gross pay :math:`w` as statistics count it, the job costs :math:`w(1+c_f t_e)` and the
    machine :math:`c/(1-\tau_A)`, so :math:`c^* = w\,(1+c_f t_e)(1-\tau_A)`.
    """
    return wage * (1 + formal_compliance * employer_rate) * (1 - automation_tax)


def replacing_wage(
    automation_tax: Values,
    *,
    machine_cost: Values,
    employer_rate: Values,
    formal_compliance: Values,
) -> Values:
    r"""Gross pay above which a machine of a given cost is the cheaper choice, 万元/年.

    Notes
    -----
    `machine_worth_buying` solved for the wage: :math:`w^* = c/[(1+c_f t_e)(1-\tau_A)]`.
    """
    return machine_cost / ((1 + formal_compliance * employer_rate) * (1 - automation_tax))


def steering_wedge(
    *, replacing_levy: Values, augmenting_credit: Values, misclassification: Values
) -> Values:
    r"""Expected levy on replacing over that on augmenting technology: the steer that is left.

    Per yuan of user cost, when the office puts a technology into the wrong class with a given
    probability.

    Notes
    -----
    :math:`\text{wedge} = (1-2m)(\lambda_r+\kappa)`: with coin-toss labels nothing is steered, and
    beyond one half the tax works backwards.
    """
    right = 1 - misclassification
    replacing = right * replacing_levy - misclassification * augmenting_credit
    augmenting = misclassification * replacing_levy - right * augmenting_credit
    return replacing - augmenting


def profit_base(*, ai_revenue: Values, profit_margin: Values) -> Values:
    """Profit of AI firms, 亿元; automation equipment, the other base, is a symbol by itself."""
    return ai_revenue * profit_margin


class Levy(NamedTuple):
    """Receipts of a levy and what it costs, 亿元 a year.

    `lost_base` is the base driven away; `excess_burden` what that costs beyond the receipts;
    `burden_per_yuan` is their ratio, `marginal_burden` the same for the next yuan raised (the
    marginal cost of funds less 1), NaN where a higher rate brings in no more.
    """

    revenue: Values
    lost_base: Values
    excess_burden: Values
    burden_per_yuan: Values
    marginal_burden: Values


def levy_on_equipment(base: Values, *, levy_rate: Values, base_elasticity: Values) -> Levy:
    r"""A levy that raises the price of equipment by its rate.

    Constant elasticity of demand, supply at a given price, no effect on anyone but the buyers:
    what equipment does to workers is the other side of the scale, see `best_levy`.

    Notes
    -----
    Demand :math:`B(1+\lambda)^{-\eta}`, receipts :math:`R = \lambda B(1+\lambda)^{-\eta}`; the
    buyers lose :math:`\int_0^{\lambda}B(1+t)^{-\eta}dt`, of which the receipts are not lost. To
    second order the rest is Harberger's triangle :math:`\tfrac12\eta\lambda^2B` (Hines 1999), and

    .. math:: \frac{dR}{d\lambda} = B(1+\lambda)^{-\eta}
        \Bigl[1-\frac{\eta\lambda}{1+\lambda}\Bigr] ,

    so the marginal cost of funds is one over the bracket. Receipts peak at
    :math:`\lambda = 1/(\eta-1)`, and nowhere if :math:`\eta \le 1`.
    """
    kept = (1 + levy_rate) ** (-base_elasticity)
    surplus = integral(1 - base_elasticity, np.log1p(levy_rate))
    return _levy(base, levy_rate, kept, surplus, base_elasticity * levy_rate / (1 + levy_rate))


def levy_on_profit(base: Values, *, levy_rate: Values, base_elasticity: Values) -> Levy:
    r"""A levy on profit, whose base answers to what the rate leaves.

    Notes
    -----
    :math:`R = \lambda B(1-\lambda)^{\eta}`, with a peak at :math:`\lambda = 1/(1+\eta)`; loss and
    marginal cost as for `levy_on_equipment`.
    """
    kept = (1 - levy_rate) ** base_elasticity
    surplus = (1 - (1 - levy_rate) ** (1 + base_elasticity)) / (1 + base_elasticity)
    return _levy(base, levy_rate, kept, surplus, base_elasticity * levy_rate / (1 - levy_rate))


def _levy(base: Values, rate: Values, kept: Values, surplus: Values, eaten: Values) -> Levy:
    """What a levy brings in and costs; `surplus` lost and `kept` per yuan of base."""
    revenue, excess = rate * kept, surplus - rate * kept
    return Levy(
        revenue=base * revenue,
        lost_base=base * (1 - kept),
        excess_burden=base * excess,
        burden_per_yuan=np.where(rate > 0, excess / np.where(rate > 0, revenue, 1.0), 0.0),
        marginal_burden=np.where(eaten < 1, eaten / np.where(eaten < 1, 1 - eaten, 1.0), np.nan),
    )


def peak_levy(*, base_elasticity: Values) -> Values:
    """Levy on equipment at which receipts are highest; NaN if they never fall."""
    steep = base_elasticity > 1
    peak: Values = np.where(steep, 1 / np.where(steep, base_elasticity - 1, 1.0), np.nan)
    return peak


class Reached(NamedTuple):
    """Whom the transition fund pays for in a year, in thousands."""

    firms: Values
    students: Values
    informal_workers: Values


def transition_fund(
    levy_revenue: Values,
    *,
    partnership_share: Values,
    scholarship_share: Values,
    partnership_grant: Values,
    scholarship_cost: Values,
    informal_cost: Values,
) -> Reached:
    """What the receipts of a levy pay for in the shares that the notes ask for.

    What grants to small firms and scholarships leave goes to the informal economy. Unit costs are
    constant.
    """
    rest = 1 - partnership_share - scholarship_share
    require(rest > -1e-12, "partnership_share 与 scholarship_share 之和须不大于 1")
    return Reached(
        firms=partnership_share * levy_revenue * 10 / partnership_grant,
        students=scholarship_share * levy_revenue * 10 / scholarship_cost,
        informal_workers=rest * levy_revenue * 10 / informal_cost,
    )


def exposed_still_at_work(
    years: Values,
    *,
    locked_in_age: Values,
    retirement_age: Values,
    retirement_age_rise: Values,
    relearning_rate: Values,
) -> Values:
    r"""Part of the generation that automation caught in its occupations and that still works.

    Those older than `locked_in_age` when it came, evenly spread over the ages up to retirement;
    the young choose other occupations.

    Notes
    -----
    :math:`n(t) = e^{-\mu t}\,(1 - t/(A-a_m))^+`: some find another way at the rate :math:`\mu`,
    and the last retires after :math:`A-a_m` years.
    """
    last = retirement_age + retirement_age_rise - locked_in_age
    still: Values = np.exp(-relearning_rate * years) * np.maximum(1 - years / last, 0)
    return still


def best_levy(
    years: Values,
    *,
    robot_tax_now: Values,
    locked_in_age: Values,
    retirement_age: Values,
    retirement_age_rise: Values,
    relearning_rate: Values,
) -> Values:
    r"""Levy on machines that weighs the exposed generation's loss against the excess burden.

    A sketch of the result of Guerreiro, Rebelo and Teles (2022): tax robots while those who cannot
    change occupation are at work, and no longer. Costinot and Werning (2023) put the level at
    1 to 3.7 per cent.

    Notes
    -----
    A yuan of machines takes from the exposed what society would pay :math:`\omega` to leave with
    them, while all of them work; :math:`n(t)` of them still do (`exposed_still_at_work`).
    Receipts are handed back. Then welfare changes by

    .. math:: -\Bigl[\int_0^{\lambda}B(1+s)^{-\eta}ds-\lambda B(1+\lambda)^{-\eta}\Bigr]
        - \omega\,n(t)\,B(1+\lambda)^{-\eta} ,

    the first bracket being the excess burden of `levy_on_equipment`. Its derivative is
    :math:`\eta B(1+\lambda)^{-\eta-1}[\omega n(t)-\lambda]`: the best levy is
    :math:`\lambda = \omega\,n(t)` whatever the elasticity, and a levy already in force is worth
    raising if and only if what it spares the exposed exceeds its rate.
    """
    still = exposed_still_at_work(
        years,
        locked_in_age=locked_in_age,
        retirement_age=retirement_age,
        retirement_age_rise=retirement_age_rise,
        relearning_rate=relearning_rate,
    )
    return robot_tax_now * still


class Ladder(NamedTuple):
    """Hires and stocks relative to the steady state before the shock, and the subsidy's price.

    `cost_per_extra_hire` and `cost_per_extra_year` are over a beginner's yearly pay: for one more
    beginner, who stays for some years, and for one more year worked. NaN without subsidy.
    """

    hires: Values
    juniors: Values
    seniors: Values
    cost_per_extra_hire: Values
    cost_per_extra_year: Values


def learning_ladder(
    years: Values,
    *,
    entry_automation: Values,
    hiring_subsidy: Values,
    subsidy_years: Values,
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
    A beginner stays :math:`1/u` years on average, :math:`u = p+l`, of which the first :math:`n`
    are subsidised: the part :math:`1-e^{-un}` of the cost of a hire. The elasticity is that with
    respect to the cost of the whole stay, so

    .. math:: m = (1-x)\bigl[1-b(1-e^{-un})\bigr]^{-\eta} .

    Then

    .. math::
        J(t) = m + (1-m)e^{-ut}, \qquad
        S(t) = m + (1-m)\frac{q e^{-ut} - u e^{-qt}}{q-u},

    the solution of :math:`\dot J = u(m-J)`, :math:`\dot S = q(J-S)`. Experts thin out with a
    delay of about :math:`1/u + 1/q` years: the loss shows when it is too late to hire for it.
    The subsidy is paid for every beginner hired, wanted anyway or not (deadweight).
    """
    without, up = 1 - entry_automation, promotion_rate + junior_exit_rate
    covered = subsidised_part(
        subsidy_years=subsidy_years,
        promotion_rate=promotion_rate,
        junior_exit_rate=junior_exit_rate,
    )
    hires = without * (1 - hiring_subsidy * covered) ** (-hiring_elasticity)
    juniors = hires + (1 - hires) * np.exp(-up * years)
    seniors = hires + (1 - hires) * _two_stage(years, up, senior_exit_rate)
    extra = hires - without
    per_year = hiring_subsidy * covered * hires / np.where(extra > 0, extra, np.nan)
    return Ladder(hires, juniors, seniors, per_year / up, per_year)


def subsidised_part(
    *, subsidy_years: Values, promotion_rate: Values, junior_exit_rate: Values
) -> Values:
    """Part of a beginner's stay that falls into the first years: :math:`1-e^{-(p+l)n}`."""
    part: Values = 1 - np.exp(-(promotion_rate + junior_exit_rate) * subsidy_years)
    return part


def _two_stage(t: Values, first: Values, second: Values) -> Values:
    """What is left of a disturbance that decays through two stages."""
    same = np.abs(second - first) < 1e-6
    gap = np.where(same, 1.0, second - first)
    apart = (second * np.exp(-first * t) - first * np.exp(-second * t)) / gap
    left: Values = np.where(same, (1 + first * t) * np.exp(-first * t), apart)
    return left


class Restoring(NamedTuple):
    """Rate that brings hires back, above 1 where no rate does, and the years a full one takes."""

    subsidy: Values
    years_at_full_rate: Values


def restoring_subsidy(
    *,
    entry_automation: Values,
    subsidy_years: Values,
    hiring_elasticity: Values,
    promotion_rate: Values,
    junior_exit_rate: Values,
) -> Restoring:
    r"""Subsidy that brings hires back to where they were.

    Notes
    -----
    The cost of the whole stay has to fall by :math:`g=1-(1-x)^{1/\eta}`, which takes a rate of
    :math:`b^* = g/(1-e^{-un})` or full pay for :math:`-\ln(1-g)/u` years.
    """
    require(hiring_elasticity > 0, "hiring_elasticity 须大于 0")
    remaining = (1 - entry_automation) ** (1 / hiring_elasticity)
    covered = subsidised_part(
        subsidy_years=subsidy_years,
        promotion_rate=promotion_rate,
        junior_exit_rate=junior_exit_rate,
    )
    rate = (1 - remaining) / np.where(covered > 0, covered, np.nan)
    return Restoring(rate, -np.log(remaining) / (promotion_rate + junior_exit_rate))
