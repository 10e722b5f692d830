r"""Taxes on people against taxes on machines, and a tax that tells kinds of machine apart.

Limits: statutory rates with full loss offset, one asset, no personal capital taxes; the firm
bears what it pays; no response of prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class TaxBalance:
    """Effective marginal tax rates on an hour of labour and on a machine that replaces it.

    Attributes
    ----------
    labour, automation : ndarray
        Tax as a share of the user's cost; negative = subsidy.
    bias : ndarray
        ``labour - automation``; positive favours the machine.
    break_even_levy : ndarray
        Levy on the machine's user cost that makes both rates equal.
    """

    labour: Values
    automation: Values
    bias: Values
    break_even_levy: Values


def depreciation_value(*, depreciation_years: ArrayLike, interest_rate: ArrayLike) -> Values:
    r"""Present value of straight-line allowances per yuan invested; 0 years = written off at once.

    Notes
    -----
    :math:`z = (1-e^{-rT})/(rT)`, and 1 in the limits :math:`T = 0` or :math:`r = 0`.
    """
    product = domain.nonnegative("depreciation_years", depreciation_years)
    product = product * domain.nonnegative("interest_rate", interest_rate)
    tiny = product < 1e-9
    return np.where(tiny, 1.0, -np.expm1(-product) / np.where(tiny, 1.0, product))


def labour_wedge(
    *, employer_rate: ArrayLike, employee_rate: ArrayLike, income_tax_rate: ArrayLike
) -> Values:
    r"""Marginal tax on labour as a share of what the employer pays.

    Notes
    -----
    .. math:: \tau_L = 1 - \frac{1 - t_w - t_i(1-t_w)}{1+t_e}

    with employer, employee and income tax rates :math:`t_e, t_w, t_i`; contributions are
    deductible. They count as tax in full, although part of them buys a pension.
    """
    employer = domain.nonnegative("employer_rate", employer_rate)
    keep = 1 - domain.share("employee_rate", employee_rate)
    keep = keep * (1 - domain.share("income_tax_rate", income_tax_rate))
    return np.asarray(1 - keep / (1 + employer))


def automation_wedge(
    *,
    corporate_tax_rate: ArrayLike,
    depreciation_years: ArrayLike,
    investment_credit: ArrayLike,
    automation_levy: ArrayLike,
    interest_rate: ArrayLike,
) -> Values:
    r"""Marginal tax on a machine as a share of its user cost.

    Notes
    -----
    The user cost is :math:`(r+\delta)\,\frac{1-k-uz}{1-u}(1+\lambda)` (Hall and Jorgenson 1967;
    King and Fullerton 1984), so

    .. math:: \tau_A = 1 - \frac{1-u}{(1-k-uz)(1+\lambda)} .

    Written off at once (:math:`z = 1`) and without credit or levy the tax is zero at any rate
    :math:`u`.
    """
    u = domain.below("corporate_tax_rate", corporate_tax_rate)
    z = depreciation_value(depreciation_years=depreciation_years, interest_rate=interest_rate)
    net = 1 - domain.below("investment_credit", investment_credit) - u * z
    levy = domain.nonnegative("automation_levy", automation_levy)
    return np.asarray(1 - (1 - u) / (domain.above("net cost of capital", net) * (1 + levy)))


def tax_balance(
    *,
    employer_rate: ArrayLike,
    employee_rate: ArrayLike,
    income_tax_rate: ArrayLike,
    corporate_tax_rate: ArrayLike,
    depreciation_years: ArrayLike,
    investment_credit: ArrayLike,
    automation_levy: ArrayLike,
    interest_rate: ArrayLike,
) -> TaxBalance:
    r"""Compare the tax on labour with the tax on the machine that could replace it.

    Parameters
    ----------
    employer_rate, employee_rate, income_tax_rate : array_like
        Marginal rates on pay.
    corporate_tax_rate, investment_credit, automation_levy : array_like
        Profit tax, credit per yuan invested, and levy on the user cost.
    depreciation_years : array_like
        Years of straight-line depreciation for tax; 0 = at once.
    interest_rate : array_like
        Per year.

    Returns
    -------
    TaxBalance

    Notes
    -----
    After Acemoglu, Manera and Restrepo (2020, Brookings Papers). Equal rates take a total levy

    .. math:: 1+\lambda^* = \frac{1-u}{(1-k-uz)(1-\tau_L)} .
    """
    labour = labour_wedge(
        employer_rate=employer_rate, employee_rate=employee_rate, income_tax_rate=income_tax_rate
    )
    capital = {
        "corporate_tax_rate": corporate_tax_rate,
        "depreciation_years": depreciation_years,
        "investment_credit": investment_credit,
        "interest_rate": interest_rate,
    }
    automation = automation_wedge(automation_levy=automation_levy, **capital)
    untaxed = automation_wedge(automation_levy=0.0, **capital)
    return TaxBalance(labour, automation, labour - automation, (1 - untaxed) / (1 - labour) - 1)


def automation_threshold(
    *, machine_cost: ArrayLike, labour_tax: ArrayLike, automation_tax: ArrayLike
) -> Values:
    r"""Take-home pay, per job, above which a machine is the cheaper choice.

    Parameters
    ----------
    machine_cost : array_like
        Yearly user cost before tax of the machine that does one job, 万元/年.
    labour_tax, automation_tax : array_like
        Wedges as shares of the user's cost.

    Notes
    -----
    :math:`w^* = c\,(1-\tau_L)/(1-\tau_A)`; taxes are neutral if the wedges are equal.
    """
    cost = domain.nonnegative("machine_cost", machine_cost)
    keep = 1 - domain.real("labour_tax", labour_tax)
    return np.asarray(cost * keep / (1 - domain.real("automation_tax", automation_tax)))


@dataclass(frozen=True)
class DifferentiatedTax:
    """Expected levy per yuan of user cost; negative = credit.

    Attributes
    ----------
    replacing, augmenting : ndarray
    wedge : ndarray
        ``replacing - augmenting``: the steer that survives wrong labels.
    """

    replacing: Values
    augmenting: Values
    wedge: Values


def differentiated_tax(
    *, replacing_levy: ArrayLike, augmenting_credit: ArrayLike, misclassification: ArrayLike
) -> DifferentiatedTax:
    r"""Tax technologies by kind when the office mistakes a part of them.

    Parameters
    ----------
    replacing_levy, augmenting_credit : array_like
        Per yuan of user cost.
    misclassification : array_like
        Probability that a technology is put into the wrong class, in [0, 1].

    Notes
    -----
    :math:`\text{wedge} = (1-2m)(\lambda+\kappa)`: with coin-toss labels nothing is steered, and
    beyond one half the tax works backwards.
    """
    levy = domain.nonnegative("replacing_levy", replacing_levy)
    credit = domain.nonnegative("augmenting_credit", augmenting_credit)
    wrong = domain.share("misclassification", misclassification)
    replacing = (1 - wrong) * levy - wrong * credit
    augmenting = wrong * levy - (1 - wrong) * credit
    return DifferentiatedTax(replacing, augmenting, replacing - augmenting)


_Z = (
    "if({depreciation_years}*{interest_rate} < 1e-9, 1, (1 - exp(-{depreciation_years}"
    "*{interest_rate}))/({depreciation_years}*{interest_rate}))"
)
_LABOUR = "(1 - (1 - {employee_rate})*(1 - {income_tax_rate})/(1 + {employer_rate}))"
_KEEP = f"((1 - {{corporate_tax_rate}})/(1 - {{investment_credit}} - {{corporate_tax_rate}}*{_Z}))"

EXPRESSIONS: dict[str, str] = {
    "labour_wedge": _LABOUR,
    "automation_wedge": f"(1 - {_KEEP}/(1 + {{automation_levy}}))",
    "break_even_levy": f"({_KEEP}/(1 - {_LABOUR}) - 1)",
    "differentiated_wedge": (
        "((1 - 2*{misclassification})*({replacing_levy} + {augmenting_credit}))"
    ),
}
