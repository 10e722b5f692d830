r"""The edge of the firm: employ, or buy the task; and how many managers a flat firm keeps.

Coase (1937) puts the edge where organising inside costs as much as the market outside. AI
lowers both costs. What happens to stable employment depends on which falls faster, a point on
which the essay's two arguments, gig work and vanishing middle layers, pull in opposite ways.

Limits: costs are given; tasks differ only in how well they fit the market.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


def outsourced_share(
    years: ArrayLike,
    *,
    coordination_cost: ArrayLike,
    transaction_cost: ArrayLike,
    coordination_cost_decline: ArrayLike,
    transaction_cost_decline: ArrayLike,
    cost_dispersion: ArrayLike,
) -> Values:
    r"""Share of tasks bought by the task instead of done by employees.

    Parameters
    ----------
    years : array_like
        Years since the start.
    coordination_cost, transaction_cost : array_like
        Cost of organising a task inside, and of buying it outside, as shares of its value.
    coordination_cost_decline, transaction_cost_decline : array_like
        Their yearly rates of decline.
    cost_dispersion : array_like
        Spread of the difference across tasks (scale of a logistic distribution), above 0.

    Returns
    -------
    ndarray
        In (0, 1).

    Notes
    -----
    .. math:: \gamma(t) = \frac{1}{1+\exp\{[m_0e^{-\mu t} - o_0e^{-\nu t}]/s\}} .

    As both costs vanish the share tends to one half, not to one: cheap organisation keeps tasks
    inside as much as cheap markets draw them out.
    """
    t = domain.nonnegative("years", years)
    inside = domain.nonnegative("coordination_cost", coordination_cost) * np.exp(
        -domain.nonnegative("coordination_cost_decline", coordination_cost_decline) * t
    )
    outside = domain.nonnegative("transaction_cost", transaction_cost) * np.exp(
        -domain.nonnegative("transaction_cost_decline", transaction_cost_decline) * t
    )
    spread = domain.above("cost_dispersion", cost_dispersion)
    return np.asarray(1 / (1 + np.exp((outside - inside) / spread)))


def manager_share(*, span_of_control: ArrayLike) -> Values:
    r"""Share of managers in a tall hierarchy in which each supervises `span_of_control`.

    Notes
    -----
    Layers shrink by the factor :math:`s`, so managers per front-line worker are
    :math:`s^{-1} + s^{-2} + \dots = 1/(s-1)` and their share of all staff is :math:`1/s`.
    """
    return np.asarray(1 / domain.above("span_of_control", span_of_control, 1.0))


def span_after_cut(*, span_of_control: ArrayLike, management_cut: ArrayLike) -> Values:
    r"""Span each remaining manager has to cover once part of management is gone.

    Notes
    -----
    Front-line staff unchanged: :math:`1/(s'-1) = (1-x)/(s-1)`, so :math:`s' = 1+(s-1)/(1-x)`.
    Cutting half takes a span of 8 to 15.
    """
    span = domain.above("span_of_control", span_of_control, 1.0)
    return np.asarray(1 + (span - 1) / (1 - domain.below("management_cut", management_cut)))


EXPRESSIONS: dict[str, str] = {
    "outsourced_share": (
        "(1/(1 + exp(({transaction_cost}*exp(-{transaction_cost_decline}*{years})"
        " - {coordination_cost}*exp(-{coordination_cost_decline}*{years}))/{cost_dispersion})))"
    ),
    "span_after_cut": "(1 + ({span_of_control} - 1)/(1 - {management_cut}))",
}
