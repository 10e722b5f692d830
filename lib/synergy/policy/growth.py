"""Growth, jobs and pay as identities: what adds up to output per hour, and to the median's pay."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synergy.policy.symbols import Values


class GrowthAccounting(NamedTuple):
    """Growth of output per hour, the three sources that add up to it, and the denominator's part.

    Log points per year.
    """

    productivity: Values
    capital_deepening: Values
    human_capital: Values
    tfp: Values
    fewer_hours: Values


def growth_accounting(
    *,
    output_growth: Values,
    hours_growth: Values,
    capital_growth: Values,
    human_capital_growth: Values,
    capital_share: Values,
) -> GrowthAccounting:
    r"""Split the growth of output per hour into its sources.

    Growth accounting is an identity: it apportions growth, it does not explain it, and the
    residual carries every error of measurement.

    Notes
    -----
    With :math:`Y = A K^{\alpha}(hL)^{1-\alpha}` (Solow 1957; human capital as in Jorgenson and
    Griliches 1967),

    .. math:: g_{Y} - g_{L} = \alpha (g_K - g_L) + (1-\alpha) g_h + g_A .
    """
    productivity = output_growth - hours_growth
    deepening = capital_share * (capital_growth - hours_growth)
    skill = (1 - capital_share) * human_capital_growth
    tfp = productivity - deepening - skill
    return GrowthAccounting(productivity, deepening, skill, tfp, -hours_growth)


def median_pay_growth(
    *,
    productivity_growth: Values,
    labour_share_growth: Values,
    price_wedge_growth: Values,
    median_to_mean_growth: Values,
) -> Values:
    r"""Growth of the median worker's real pay per hour, log points per year.

    Notes
    -----
    Mean pay is :math:`w = s\,(Y/L)\,(P_Y/P_C)`, hence, with :math:`m` the ratio of median to mean,

    .. math:: g_{median} = g_{Y/L} + g_s + g_{P_Y/P_C} + g_m ,

    the decomposition of Bivens and Mishel (2015) and Stansbury and Summers (2018).
    """
    return productivity_growth + labour_share_growth + price_wedge_growth + median_to_mean_growth


def index_path(years: Values, growth: Values) -> Values:
    """Index that starts at 100 in year 0 and grows at a constant log rate."""
    path: Values = 100 * np.exp(growth * years)
    return path


def investment_jobs(
    *,
    investment: Values,
    compute_share: Values,
    construction_labour_content: Values,
    compute_labour_content: Values,
    annual_labour_cost: Values,
) -> Values:
    r"""Thousand job-years that an outlay on fixed investment pays for at home.

    Notes
    -----
    .. math:: J = I\,[(1-x)\,\ell_c + x\,\ell_k]/w ,

    with :math:`\ell` the domestic labour cost, direct and indirect, per yuan of outlay. Supplier
    links are inside the labour content; spending by the newly employed is not.
    """
    ordinary = (1 - compute_share) * construction_labour_content
    content = ordinary + compute_share * compute_labour_content
    return investment * content * 10 / annual_labour_cost
