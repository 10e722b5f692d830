r"""A fund for the AI transition, fed by a levy of a few per cent on a stated base.

The notes ask for 1-3 % on the profits of AI firms or on automation equipment. The two bases
differ by orders of magnitude, so the base is an argument here.

Limits: the base answers to the levy with a constant elasticity; unit costs are constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values

BaseKind = Literal["profit", "equipment"]

BASES: dict[BaseKind, str] = {"profit": "人工智能企业利润", "equipment": "自动化设备投资"}


@dataclass(frozen=True)
class TransitionFund:
    """Receipts and uses in one year, 亿元.

    Attributes
    ----------
    revenue, lost_base : ndarray
        Receipts, and the part of the base that the levy drives away.
    partnership, scholarships, informal : ndarray
        Uses; they add up to `revenue`.
    firms, students, informal_workers : ndarray
        Reached, in thousands.
    """

    revenue: Values
    lost_base: Values
    partnership: Values
    scholarships: Values
    informal: Values
    firms: Values
    students: Values
    informal_workers: Values


def levy_base(
    kind: BaseKind,
    *,
    ai_revenue: ArrayLike,
    profit_margin: ArrayLike,
    equipment_investment: ArrayLike,
) -> Values:
    """Sum on which the levy falls, 亿元: profit of AI firms or automation equipment bought."""
    if kind == "profit":
        sales = domain.nonnegative("ai_revenue", ai_revenue)
        return np.asarray(sales * domain.share("profit_margin", profit_margin))
    if kind == "equipment":
        return domain.nonnegative("equipment_investment", equipment_investment)
    raise ValueError(f"kind must be one of {', '.join(BASES)}; got {kind!r}")


def transition_fund(
    base: ArrayLike,
    years: ArrayLike = 0.0,
    *,
    levy_rate: ArrayLike,
    base_elasticity: ArrayLike,
    base_growth: ArrayLike,
    partnership_share: ArrayLike,
    scholarship_share: ArrayLike,
    partnership_grant: ArrayLike,
    scholarship_cost: ArrayLike,
    informal_cost: ArrayLike,
) -> TransitionFund:
    r"""Receipts of the levy and what they pay for.

    Parameters
    ----------
    base : array_like
        Base in the first year, 亿元; see `levy_base`.
    years : array_like
        Years since then.
    levy_rate, base_elasticity, base_growth : array_like
        Levy; elasticity of the base with respect to what is left after it; growth per year.
    partnership_share, scholarship_share : array_like
        Parts of receipts for grants to small firms and for scholarships; the rest goes to the
        informal economy.
    partnership_grant, scholarship_cost, informal_cost : array_like
        Cost per firm, student and informal worker, 万元.

    Returns
    -------
    TransitionFund

    Notes
    -----
    .. math:: R = \lambda\,B_0e^{gt}\,(1-\lambda)^{\varepsilon} .

    No levy, no fund; receipts peak at :math:`\lambda = 1/(1+\varepsilon)`.
    """
    levy = domain.below("levy_rate", levy_rate)
    growth = domain.real("base_growth", base_growth) * domain.nonnegative("years", years)
    untaxed = domain.nonnegative("base", base) * np.exp(growth)
    kept = (1 - levy) ** domain.nonnegative("base_elasticity", base_elasticity)
    revenue = levy * untaxed * kept
    firms = domain.share("partnership_share", partnership_share)
    students = domain.share("scholarship_share", scholarship_share)
    rest = domain.share("informal share (the rest)", 1 - firms - students)
    reached = (firms, partnership_grant), (students, scholarship_cost), (rest, informal_cost)
    counts = [part * revenue * 10 / domain.above("unit cost", cost) for part, cost in reached]
    return TransitionFund(
        revenue, untaxed * (1 - kept), *(part * revenue for part, _ in reached), *counts
    )


def peak_levy(*, base_elasticity: ArrayLike) -> Values:
    """Levy at which receipts are highest."""
    return np.asarray(1 / (1 + domain.nonnegative("base_elasticity", base_elasticity)))


def base_values(values: Mapping[str, float]) -> dict[BaseKind, float]:
    """Both bases, 亿元, from a mapping of symbols."""
    return {
        name: float(
            levy_base(
                name,
                ai_revenue=values["ai_revenue"],
                profit_margin=values["profit_margin"],
                equipment_investment=values["equipment_investment"],
            )
        )
        for name in BASES
    }


EXPRESSIONS: dict[str, str] = {
    "profit_base": "({ai_revenue}*{profit_margin})",
    "revenue": (
        "({levy_rate}*{base}*exp({base_growth}*{years})*pow(1 - {levy_rate}, {base_elasticity}))"
    ),
    "lost_base": (
        "({base}*exp({base_growth}*{years})*(1 - pow(1 - {levy_rate}, {base_elasticity})))"
    ),
}
