r"""Paying for social insurance from wages, spending, excess profit and public computing.

Limits: rates add revenue in proportion (no shifting between sources); AI profit is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.contribution_base import EXPRESSIONS as BASE
from synergy.policy.domain import Values

SOURCES = ("contributions", "value_added_tax", "excess_profit_tax", "compute_dividend")


@dataclass(frozen=True)
class FinanceMix:
    """Revenue for social insurance over GDP, by source.

    Attributes
    ----------
    contributions, value_added_tax, excess_profit_tax, compute_dividend : ndarray
        They add up to `total`.
    total, gap : ndarray
        ``gap = spending_ratio - total``.
    labour_share_elasticity : ndarray
        Of `total`: below 1 where other sources cushion a falling labour share.
    """

    contributions: Values
    value_added_tax: Values
    excess_profit_tax: Values
    compute_dividend: Values
    total: Values
    gap: Values
    labour_share_elasticity: Values

    def shares(self) -> dict[str, Values]:
        """Each source over the total."""
        return {name: np.asarray(getattr(self, name) / self.total) for name in SOURCES}


def consumption_ratio(
    labour_share: ArrayLike, *, worker_consumption: ArrayLike, owner_consumption: ArrayLike
) -> Values:
    """Household consumption over GDP, from what workers and owners spend of their income."""
    s = domain.share("labour_share", labour_share)
    workers = domain.share("worker_consumption", worker_consumption)
    owners = domain.share("owner_consumption", owner_consumption)
    return np.asarray(workers * s + owners * (1 - s))


def finance_mix(
    labour_share_now: ArrayLike,
    effective_coverage: ArrayLike,
    *,
    labour_share: ArrayLike,
    contribution_rate: ArrayLike,
    vat_points: ArrayLike,
    vat_efficiency: ArrayLike,
    worker_consumption: ArrayLike,
    owner_consumption: ArrayLike,
    excess_profit_rate: ArrayLike,
    ai_profit: ArrayLike,
    ai_rent_share: ArrayLike,
    compute_capital: ArrayLike,
    state_stake: ArrayLike,
    payout_rate: ArrayLike,
    spending_ratio: ArrayLike,
) -> FinanceMix:
    r"""Revenue by source after the labour share has moved.

    Parameters
    ----------
    labour_share_now, effective_coverage : array_like
        Labour income over GDP now, and insured declared pay over labour income.
    labour_share : array_like
        Labour income over GDP at the start.
    contribution_rate, vat_points, excess_profit_rate : array_like
        Rates; the VAT points are those set aside for social insurance.
    vat_efficiency : array_like
        Part of consumption that the tax reaches.
    worker_consumption, owner_consumption : array_like
        Part of wage income and of other income that is consumed.
    ai_profit, ai_rent_share : array_like
        Excess profit from AI over GDP at the start, and the part of any further fall in the
        labour share that becomes such profit.
    compute_capital, state_stake, payout_rate : array_like
        Computing capital over GDP, the state's part of it, and what is paid out per year.
    spending_ratio : array_like
        Spending to be met, over GDP.

    Returns
    -------
    FinanceMix

    Notes
    -----
    .. math::
        R(s) = \tau s\epsilon + v\,\eta\,[c_w s + c_o(1-s)] + u\,[\pi_0 + \chi\,(s_0-s)^+]
        + \phi\,\omega\,K .

    What labour loses is spent less and taxed less as VAT; only the third term rises with the
    loss, so its rate decides whether the mix insures against it.
    """
    s = domain.share("labour_share_now", labour_share_now)
    s0 = domain.share("labour_share", labour_share)
    base_rate = domain.share("contribution_rate", contribution_rate)
    base_rate = base_rate * domain.nonnegative("effective_coverage", effective_coverage)
    vat = domain.share("vat_points", vat_points) * domain.share("vat_efficiency", vat_efficiency)
    spent = consumption_ratio(
        s, worker_consumption=worker_consumption, owner_consumption=owner_consumption
    )
    tax = domain.share("excess_profit_rate", excess_profit_rate)
    rents = domain.share("ai_rent_share", ai_rent_share)
    excess = tax * (domain.share("ai_profit", ai_profit) + rents * np.maximum(s0 - s, 0))
    dividend = domain.nonnegative("compute_capital", compute_capital)
    dividend = dividend * domain.share("state_stake", state_stake)
    dividend = dividend * domain.share("payout_rate", payout_rate)
    total = base_rate * s + vat * spent + excess + dividend
    slope = base_rate + vat * (np.asarray(worker_consumption) - np.asarray(owner_consumption))
    slope = slope - tax * rents * (s < s0)
    return FinanceMix(
        contributions=base_rate * s,
        value_added_tax=vat * spent + 0 * s,
        excess_profit_tax=excess,
        compute_dividend=dividend + 0 * s,
        total=total,
        gap=domain.nonnegative("spending_ratio", spending_ratio) - total,
        labour_share_elasticity=slope * s / total,
    )


def vat_points_to_balance(
    gap: ArrayLike,
    labour_share_now: ArrayLike,
    *,
    vat_efficiency: ArrayLike,
    worker_consumption: ArrayLike,
    owner_consumption: ArrayLike,
) -> Values:
    """Further points of VAT that close a gap."""
    spent = consumption_ratio(
        labour_share_now, worker_consumption=worker_consumption, owner_consumption=owner_consumption
    )
    reached = domain.above("vat_efficiency", vat_efficiency) * domain.above("consumption", spent)
    return np.asarray(domain.real("gap", gap) / reached)


def sovereign_fund_path(
    years: ArrayLike,
    *,
    annual_injection: ArrayLike,
    compute_return: ArrayLike,
    payout_rate: ArrayLike,
) -> Values:
    r"""Stock of a sovereign computing fund over GDP when a constant share of GDP is paid in.

    Notes
    -----
    :math:`\dot F = i + (\rho - \phi)F`, with return :math:`\rho` over growth and pay-out
    :math:`\phi`: :math:`F(t) = i\,(e^{(\rho-\phi)t}-1)/(\rho-\phi)`, and :math:`it` in the limit.
    """
    t = domain.nonnegative("years", years)
    net = domain.real("compute_return", compute_return) - domain.share("payout_rate", payout_rate)
    flat = np.abs(net) < 1e-9
    growth = np.where(flat, t, np.expm1(net * t) / np.where(flat, 1.0, net))
    return np.asarray(domain.nonnegative("annual_injection", annual_injection) * growth)


_NOW = "{labour_share_now}"
_CONSUMED = f"({{worker_consumption}}*{_NOW} + {{owner_consumption}}*(1 - {_NOW}))"
_COVERAGE = BASE["effective_coverage"]

EXPRESSIONS: dict[str, str] = {
    "contributions": f"({{contribution_rate}}*{_NOW}*{_COVERAGE})",
    "value_added_tax": f"({{vat_points}}*{{vat_efficiency}}*{_CONSUMED})",
    "excess_profit_tax": (
        f"({{excess_profit_rate}}*({{ai_profit}} + {{ai_rent_share}}"
        f"*max({{labour_share}} - {_NOW}, 0)))"
    ),
    "compute_dividend": "({compute_capital}*{state_stake}*{payout_rate})",
    "sovereign_fund": (
        "if(abs({compute_return} - {payout_rate}) < 1e-9, {annual_injection}*{years},"
        " {annual_injection}*(exp(({compute_return} - {payout_rate})*{years}) - 1)"
        "/({compute_return} - {payout_rate}))"
    ),
}
EXPRESSIONS["total"] = (
    "("
    + " + ".join(
        EXPRESSIONS[name]
        for name in ("contributions", "value_added_tax", "excess_profit_tax", "compute_dividend")
    )
    + ")"
)
