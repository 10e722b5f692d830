r"""Growth accounting: where productivity comes from, and who of it reaches the typical wage.

Limits: growth accounting is an identity. It apportions growth, it does not explain it, and the
residual carries every error of measurement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class GrowthAccounting:
    """Sources of labour productivity growth, in log points per year.

    Attributes
    ----------
    productivity : ndarray
        Growth of output per hour.
    capital_deepening, human_capital, tfp : ndarray
        Its three sources; they add up to `productivity`.
    fewer_hours : ndarray
        The part of `productivity` that stems from the denominator, ``-hours_growth``.
    employment_elasticity : ndarray
        Growth of hours per unit of growth of output; NaN where output stands still.
    """

    productivity: Values
    capital_deepening: Values
    human_capital: Values
    tfp: Values
    fewer_hours: Values
    employment_elasticity: Values


def growth_accounting(
    *,
    output_growth: ArrayLike,
    hours_growth: ArrayLike,
    capital_growth: ArrayLike,
    human_capital_growth: ArrayLike,
    capital_share: ArrayLike,
) -> GrowthAccounting:
    r"""Split the growth of output per hour into its sources.

    Parameters
    ----------
    output_growth, hours_growth, capital_growth, human_capital_growth : array_like
        Log growth per year; human capital is per hour worked.
    capital_share : array_like
        Share of capital in value added, in [0, 1].

    Returns
    -------
    GrowthAccounting

    Notes
    -----
    With :math:`Y = A K^{\alpha}(hL)^{1-\alpha}` (Solow 1957; human capital as in Jorgenson and
    Griliches 1967),

    .. math:: g_{Y} - g_{L} = \alpha (g_K - g_L) + (1-\alpha) g_h + g_A .
    """
    output, hours = domain.real("output_growth", output_growth), domain.real("hours", hours_growth)
    alpha = domain.share("capital_share", capital_share)
    productivity = output - hours
    deepening = alpha * (domain.real("capital_growth", capital_growth) - hours)
    skill = (1 - alpha) * domain.real("human_capital_growth", human_capital_growth)
    still = output == 0
    elasticity = np.where(still, np.nan, hours / np.where(still, 1.0, output))
    tfp = productivity - deepening - skill
    return GrowthAccounting(productivity, deepening, skill, tfp, -hours, elasticity)


@dataclass(frozen=True)
class WageDecoupling:
    """From productivity growth to the growth of the median worker's buying power.

    Attributes
    ----------
    productivity, mean_pay, median_pay : ndarray
        Growth in log points per year: output per hour, and real consumer pay per hour.
    labour_share, prices, inequality : ndarray
        What lies between; ``productivity + labour_share + prices + inequality = median_pay``.
    gap : ndarray
        ``productivity - median_pay``.
    """

    productivity: Values
    mean_pay: Values
    median_pay: Values
    labour_share: Values
    prices: Values
    inequality: Values
    gap: Values


def wage_decoupling(
    *,
    productivity_growth: ArrayLike,
    labour_share_growth: ArrayLike,
    price_wedge_growth: ArrayLike,
    median_to_mean_growth: ArrayLike,
) -> WageDecoupling:
    r"""Account for the gap between productivity and the median worker's pay.

    Parameters
    ----------
    productivity_growth, labour_share_growth : array_like
        Log growth per year.
    price_wedge_growth : array_like
        Log growth of output prices relative to consumer prices.
    median_to_mean_growth : array_like
        Log growth of median relative to mean pay; negative when inequality rises.

    Returns
    -------
    WageDecoupling

    Notes
    -----
    Mean pay is :math:`w = s\,(Y/L)\,(P_Y/P_C)`, hence, with :math:`m` the ratio of median to mean,

    .. math:: g_{median} = g_{Y/L} + g_s + g_{P_Y/P_C} + g_m ,

    the decomposition of Bivens and Mishel (2015) and Stansbury and Summers (2018).
    """
    productivity = domain.real("productivity_growth", productivity_growth)
    share = domain.real("labour_share_growth", labour_share_growth)
    prices = domain.real("price_wedge_growth", price_wedge_growth)
    inequality = domain.real("median_to_mean_growth", median_to_mean_growth)
    mean_pay = productivity + share + prices
    median_pay = mean_pay + inequality
    return WageDecoupling(
        productivity, mean_pay, median_pay, share, prices, inequality, productivity - median_pay
    )


def index_path(years: ArrayLike, growth: ArrayLike) -> Values:
    """Index that starts at 100 in year 0 and grows at a constant log rate."""
    return np.asarray(100 * np.exp(domain.real("growth", growth) * domain.real("years", years)))


def investment_jobs(
    *,
    investment: ArrayLike,
    compute_share: ArrayLike,
    construction_labour_content: ArrayLike,
    compute_labour_content: ArrayLike,
    annual_labour_cost: ArrayLike,
) -> Values:
    r"""Job-years that an outlay on fixed investment pays for at home.

    Parameters
    ----------
    investment : array_like
        Outlay, 亿元.
    compute_share : array_like
        Part of it that goes to computing equipment and data centres.
    construction_labour_content, compute_labour_content : array_like
        Domestic labour cost, direct and indirect, per yuan of outlay.
    annual_labour_cost : array_like
        Cost of one job-year, 万元.

    Returns
    -------
    ndarray
        Thousand job-years.

    Notes
    -----
    .. math:: J = I\,[(1-x)\,\ell_c + x\,\ell_k]/w .

    Supplier links are inside the labour content; spending by the newly employed is not.
    """
    x = domain.share("compute_share", compute_share)
    ordinary = domain.share("construction_labour_content", construction_labour_content)
    compute = domain.share("compute_labour_content", compute_labour_content)
    cost = domain.above("annual_labour_cost", annual_labour_cost)
    labour_bill = domain.nonnegative("investment", investment) * ((1 - x) * ordinary + x * compute)
    return np.asarray(labour_bill * 10 / cost)


EXPRESSIONS: dict[str, str] = {
    "median_pay_growth": (
        "({productivity_growth} + {labour_share_growth} + {price_wedge_growth}"
        " + {median_to_mean_growth})"
    ),
    "tfp": (
        "({output_growth} - {hours_growth} - {capital_share}*({capital_growth} - {hours_growth})"
        " - (1 - {capital_share})*{human_capital_growth})"
    ),
    "index_path": "(100*exp({growth}*{years}))",
    "investment_jobs": (
        "(10*{investment}*((1 - {compute_share})*{construction_labour_content}"
        " + {compute_share}*{compute_labour_content})/{annual_labour_cost})"
    ),
}
