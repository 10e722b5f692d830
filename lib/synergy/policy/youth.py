r"""The learning ladder: beginners become experts, and what a hiring subsidy does for it.

Limits: two rungs, constant rates; a beginner learns the same whether or not AI does the
beginner's tasks; wages do not answer to the subsidy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class Ladder:
    """Hires and stocks relative to the steady state before the shock, and the subsidy's bill.

    Attributes
    ----------
    hires, juniors, seniors : ndarray
        1 = as before.
    subsidy_cost : ndarray
        Per year, over the beginners' pay bill before the shock.
    cost_per_extra_hire : ndarray
        Over a beginner's yearly pay; NaN without subsidy.
    """

    hires: Values
    juniors: Values
    seniors: Values
    subsidy_cost: Values
    cost_per_extra_hire: Values


def learning_ladder(
    years: ArrayLike,
    *,
    entry_automation: ArrayLike,
    hiring_subsidy: ArrayLike,
    hiring_elasticity: ArrayLike,
    promotion_rate: ArrayLike,
    junior_exit_rate: ArrayLike,
    senior_exit_rate: ArrayLike,
) -> Ladder:
    r"""Follow beginners and experts after AI takes over part of the beginners' work.

    Parameters
    ----------
    years : array_like
        Years since the shock.
    entry_automation : array_like
        Part of entry-level hiring that AI makes needless, below 1.
    hiring_subsidy : array_like
        Part of a beginner's cost that the state pays, below 1.
    hiring_elasticity : array_like
        Of hires with respect to that cost.
    promotion_rate, junior_exit_rate, senior_exit_rate : array_like
        Per year, above 0 for promotion and seniors' exit.

    Returns
    -------
    Ladder

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
    t = domain.nonnegative("years", years)
    without = 1 - domain.below("entry_automation", entry_automation)
    subsidy = domain.below("hiring_subsidy", hiring_subsidy)
    hires = without * (1 - subsidy) ** (-domain.nonnegative("hiring_elasticity", hiring_elasticity))
    up = domain.above("promotion_rate", promotion_rate)
    up = up + domain.nonnegative("junior_exit_rate", junior_exit_rate)
    out = domain.above("senior_exit_rate", senior_exit_rate)
    cost = subsidy * hires
    extra = hires - without
    return Ladder(
        hires=hires + 0 * t,
        juniors=hires + (1 - hires) * np.exp(-up * t),
        seniors=hires + (1 - hires) * _two_stage(t, up, out),
        subsidy_cost=cost + 0 * t,
        cost_per_extra_hire=cost / np.where(extra > 0, extra, np.nan) + 0 * t,
    )


def _two_stage(t: Values, first: Values, second: Values) -> Values:
    """What is left of a disturbance that decays through two stages."""
    same = np.abs(second - first) < 1e-6
    gap = np.where(same, 1.0, second - first)
    apart = (second * np.exp(-first * t) - first * np.exp(-second * t)) / gap
    return np.where(same, (1 + first * t) * np.exp(-first * t), apart)


def restoring_subsidy(*, entry_automation: ArrayLike, hiring_elasticity: ArrayLike) -> Values:
    r"""Subsidy that brings hires back to where they were: :math:`1-(1-x)^{1/\eta}`."""
    left = 1 - domain.below("entry_automation", entry_automation)
    return np.asarray(1 - left ** (1 / domain.above("hiring_elasticity", hiring_elasticity)))


_HIRES = "((1 - {entry_automation})*pow(1 - {hiring_subsidy}, -{hiring_elasticity}))"
_UP, _OUT = "({promotion_rate} + {junior_exit_rate})", "{senior_exit_rate}"
_LEFT = (
    f"if(abs({_OUT} - {_UP}) < 1e-6, (1 + {_UP}*{{years}})*exp(-{_UP}*{{years}}),"
    f" ({_OUT}*exp(-{_UP}*{{years}}) - {_UP}*exp(-{_OUT}*{{years}}))/({_OUT} - {_UP}))"
)

EXPRESSIONS: dict[str, str] = {
    "hires": _HIRES,
    "juniors": f"({_HIRES} + (1 - {_HIRES})*exp(-{_UP}*{{years}}))",
    "seniors": f"({_HIRES} + (1 - {_HIRES})*{_LEFT})",
    "subsidy_cost": f"({{hiring_subsidy}}*{_HIRES})",
    "restoring_subsidy": "(1 - pow(1 - {entry_automation}, 1/{hiring_elasticity}))",
}
