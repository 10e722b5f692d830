r"""Two sectors, one labour market: when productivity in one sector lifts wages in the other.

Baumol (1967) has a progressive and a stagnant sector that share one labour market. Here the
channel can be closed by degrees: workers whom the progressive sector no longer needs stay in
the stagnant one, and what they earn depends on who spends the new income on services.

Limits: no saving or trade; spending shares are constant; hours are fixed; skills are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class WageTransmission:
    """Wages, employment and prices of two sectors; the progressive good is the numeraire.

    Attributes
    ----------
    employment : ndarray
        Share of workers in the progressive sector.
    progressive_wage, stagnant_wage, mean_wage : ndarray
        In units of the progressive good, per unit of total employment.
    service_price : ndarray
        Price of the stagnant sector's output (its productivity is constant and 1).
    real_stagnant_wage : ndarray
        Stagnant wage deflated by workers' own basket.
    profit : ndarray
        Income of owners; wages and profit add up to total spending.
    """

    employment: Values
    progressive_wage: Values
    stagnant_wage: Values
    mean_wage: Values
    service_price: Values
    real_stagnant_wage: Values
    profit: Values


def open_employment(
    labour_share: ArrayLike, *, workers_service_share: ArrayLike, owners_service_share: ArrayLike
) -> Values:
    r"""Progressive employment at which both sectors pay the same wage.

    Notes
    -----
    .. math:: \ell^{o}(s) = \frac{s(1-\beta)}{s + \beta_k(1-s)} .
    """
    s = domain.share("labour_share", labour_share)
    beta = domain.below("workers_service_share", workers_service_share)
    owners = domain.share("owners_service_share", owners_service_share)
    return np.asarray(s * (1 - beta) / (s + owners * (1 - s)))


def wage_transmission(
    *,
    output: ArrayLike,
    initial_labour_share: ArrayLike,
    labour_share: ArrayLike,
    displaced: ArrayLike,
    mobility: ArrayLike,
    workers_service_share: ArrayLike,
    owners_service_share: ArrayLike,
) -> WageTransmission:
    r"""Solve for wages when the progressive sector grows and its demand for workers shrinks.

    Parameters
    ----------
    output : array_like
        Progressive output, in units of its initial value.
    initial_labour_share, labour_share : array_like
        Labour share of the progressive sector at the start and now, in (0, 1].
    displaced : array_like
        Share of its initial jobs that the progressive sector has shed.
    mobility : array_like
        1 = one labour market (Baumol's channel open); 0 = closed, jobs set by displacement.
    workers_service_share, owners_service_share : array_like
        Part of wage income, and of profit, that is spent on the stagnant sector.

    Returns
    -------
    WageTransmission

    Notes
    -----
    Labour force 1. Progressive wage bill :math:`sY`, profit :math:`(1-s)Y`. Spending on services
    clears their market,

    .. math:: w_2(1-\ell) = \beta\,[sY + w_2(1-\ell)] + \beta_k (1-s) Y
        \;\Rightarrow\; w_2 = \frac{Y[\beta s+\beta_k(1-s)]}{(1-\beta)(1-\ell)},
        \qquad w_1 = \frac{sY}{\ell},

    and :math:`\ell = \theta\,\ell^{o}(s) + (1-\theta)(1-d)\,\ell^{o}(s_0)`.
    With :math:`\theta = 1` wages are equal; with :math:`\theta = 1, s = 1` they grow one for one
    with progressive productivity, the result of Baumol (1967).
    """
    income = domain.above("output", output)
    s0 = domain.positive_share("initial_labour_share", initial_labour_share)
    s = domain.positive_share("labour_share", labour_share)
    theta, lost = domain.share("mobility", mobility), domain.below("displaced", displaced)
    beta = domain.proper_share("workers_service_share", workers_service_share)
    owners = domain.share("owners_service_share", owners_service_share)
    spend = {"workers_service_share": beta, "owners_service_share": owners}
    kept = (1 - lost) * open_employment(s0, **spend)
    jobs = theta * open_employment(s, **spend) + (1 - theta) * kept
    w1 = s * income / jobs
    services = income * (beta * s + owners * (1 - s)) / (1 - beta)
    w2 = services / (1 - jobs)
    return WageTransmission(
        employment=jobs,
        progressive_wage=w1,
        stagnant_wage=w2,
        mean_wage=jobs * w1 + (1 - jobs) * w2,
        service_price=w2,
        real_stagnant_wage=w2 ** (1 - beta),
        profit=(1 - s) * income,
    )


def transmission_path(
    years: ArrayLike,
    *,
    progressive_growth: ArrayLike,
    progressive_labour_share: ArrayLike,
    labour_share_decline: ArrayLike,
    displacement_rate: ArrayLike,
    mobility: ArrayLike,
    workers_service_share: ArrayLike,
    owners_service_share: ArrayLike,
) -> WageTransmission:
    r"""Follow the two sectors over time.

    Parameters
    ----------
    years : array_like
        Years since the start.
    progressive_growth, labour_share_decline, displacement_rate : array_like
        Rates per year: output :math:`e^{gt}`, labour share :math:`s_0e^{-\lambda t}`, jobs shed
        :math:`1-e^{-\delta t}`.
    progressive_labour_share : array_like
        Labour share at the start.
    mobility, workers_service_share, owners_service_share : array_like
        As in `wage_transmission`.
    """
    t = domain.nonnegative("years", years)
    start = domain.share("progressive_labour_share", progressive_labour_share)
    decline = domain.nonnegative("labour_share_decline", labour_share_decline)
    shed = domain.nonnegative("displacement_rate", displacement_rate)
    return wage_transmission(
        output=np.exp(domain.real("progressive_growth", progressive_growth) * t),
        initial_labour_share=start,
        labour_share=start * np.exp(-decline * t),
        displaced=-np.expm1(-shed * t),
        mobility=mobility,
        workers_service_share=workers_service_share,
        owners_service_share=owners_service_share,
    )


_S0 = "{progressive_labour_share}"
_S = f"({_S0}*exp(-{{labour_share_decline}}*{{years}}))"
_Y = "exp({progressive_growth}*{years})"


def _open(share: str) -> str:
    return (
        f"({share}*(1 - {{workers_service_share}})"
        f"/({share} + {{owners_service_share}}*(1 - {share})))"
    )


_JOBS = (
    f"({{mobility}}*{_open(_S)}"
    f" + (1 - {{mobility}})*exp(-{{displacement_rate}}*{{years}})*{_open(_S0)})"
)
_STAGNANT = (
    f"({_Y}*({{workers_service_share}}*{_S} + {{owners_service_share}}*(1 - {_S}))"
    f"/((1 - {{workers_service_share}})*(1 - {_JOBS})))"
)

EXPRESSIONS: dict[str, str] = {
    "employment": _JOBS,
    "progressive_wage": f"({_S}*{_Y}/{_JOBS})",
    "stagnant_wage": _STAGNANT,
    "real_stagnant_wage": f"pow({_STAGNANT}, 1 - {{workers_service_share}})",
}
