r"""What an hour of AI costs, and how far it caps the wage for a task.

The cap is a price per unit of *work done*, so it moves with whatever changes the work that an
hour of either kind delivers. A cap per clock hour that no productivity can lift, the essay's
form, is the corner where people and machines are perfect substitutes, the worker has that
single task, and worker and machine become more productive in step.

Limits: partial equilibrium of one task, or one job made of two kinds of task; given demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class WageCap:
    """Hourly wage for a task that AI can also do, in yuan.

    Attributes
    ----------
    cap : ndarray
        Wage under perfect substitution.
    wage : ndarray
        Wage under the given elasticity, never above `value`.
    value : ndarray
        What the human hour is worth to buyers without AI.
    binding : ndarray of bool
        Whether AI holds the wage below `value`.
    """

    cap: Values
    wage: Values
    value: Values
    binding: Values


def wage_cap(
    *,
    ai_hour_cost: ArrayLike,
    ai_output: ArrayLike,
    human_output: ArrayLike,
    substitution_elasticity: ArrayLike,
    human_task_share: ArrayLike,
    task_value: ArrayLike,
) -> WageCap:
    r"""Wage of a worker whose single task AI can do as well.

    Parameters
    ----------
    ai_hour_cost : array_like
        Cost of an AI hour, 元/小时.
    ai_output, human_output : array_like
        Work done in an AI hour and in a human hour, in the same units.
    substitution_elasticity : array_like
        Between human and AI work in the task, above 1.
    human_task_share : array_like
        Human work offered per unit of task demanded, in (0, 1).
    task_value : array_like
        What buyers pay per unit of work without AI, 元.

    Returns
    -------
    WageCap

    Notes
    -----
    The task is :math:`X = (H^{\rho} + M^{\rho})^{1/\rho}`, :math:`\rho = (\sigma-1)/\sigma`, in
    efficiency units, with demand :math:`X` and human work :math:`H = hX` given. Cost minimisation
    gives :math:`w/k = (M/H)^{1/\sigma}`, with :math:`k = c/\varphi` the cost of AI work, hence

    .. math:: w = \min\Bigl\{ a v,\; a\,\frac{c}{\varphi}\,
        \bigl(h^{-\rho} - 1\bigr)^{1/(\sigma-1)} \Bigr\} .

    As :math:`\sigma\to\infty` the last factor tends to 1 and :math:`w` to
    :math:`\min\{av,\ ac/\varphi\}`: the cap, whatever :math:`h`.
    """
    sigma = domain.above("substitution_elasticity", substitution_elasticity, 1.0)
    h = domain.proper_share("human_task_share", human_task_share)
    a = domain.nonnegative("human_output", human_output)
    cost = domain.nonnegative("ai_hour_cost", ai_hour_cost) / domain.above("ai_output", ai_output)
    value = a * domain.nonnegative("task_value", task_value)
    cap = a * cost
    premium = (h ** (-(sigma - 1) / sigma) - 1) ** (1 / (sigma - 1))
    wage = np.minimum(value, cap * premium)
    return WageCap(np.minimum(cap, value), wage, value, np.asarray(cap * premium < value))


def ai_cost_path(
    years: ArrayLike,
    *,
    ai_hour_cost: ArrayLike,
    ai_cost_decline: ArrayLike,
    energy_use: ArrayLike,
    power_price: ArrayLike,
) -> Values:
    r"""Cost of an AI hour over time, down to the cost of its energy.

    Notes
    -----
    :math:`c(t) = e + (c_0 - e)\,e^{-\delta t}`, :math:`e` = energy used per hour times its price.
    """
    floor = domain.nonnegative("energy_use", energy_use)
    floor = floor * domain.nonnegative("power_price", power_price)
    decay = np.exp(
        -domain.nonnegative("ai_cost_decline", ai_cost_decline) * domain.nonnegative("years", years)
    )
    return np.asarray(floor + (domain.nonnegative("ai_hour_cost", ai_hour_cost) - floor) * decay)


def years_until_cost(
    target: ArrayLike,
    *,
    ai_hour_cost: ArrayLike,
    ai_cost_decline: ArrayLike,
    energy_use: ArrayLike,
    power_price: ArrayLike,
) -> Values:
    """Years until the cost of an AI hour has fallen to `target`; infinite if it never does."""
    floor = domain.nonnegative("energy_use", energy_use)
    floor = floor * domain.nonnegative("power_price", power_price)
    start = domain.nonnegative("ai_hour_cost", ai_hour_cost)
    speed = domain.nonnegative("ai_cost_decline", ai_cost_decline)
    level = domain.nonnegative("target", target)
    never = (level <= floor) | (speed == 0)
    ratio = (start - floor) / np.where(never, 1.0, level - floor)
    years = np.log(np.maximum(ratio, 1.0)) / np.where(speed == 0, 1.0, speed)
    return np.where(start <= level, 0.0, np.where(never, np.inf, years))


def bundled_wage_elasticity(
    *, exposed_share: ArrayLike, product_demand_elasticity: ArrayLike
) -> Values:
    r"""Elasticity of the wage of a whole job with respect to the cost of AI.

    Parameters
    ----------
    exposed_share : array_like
        Cost share of the job's tasks that AI does, below 1.
    product_demand_elasticity : array_like
        Price elasticity of demand for what the job produces, above 0.

    Returns
    -------
    ndarray
        Positive: cheaper AI lowers the wage. Negative: it raises it.

    Notes
    -----
    Unit cost :math:`p = k^{x}w^{1-x}`, demand :math:`p^{-\eta}`, labour supply fixed:
    :math:`w \propto p^{1-\eta}`, hence

    .. math:: \frac{d\ln w}{d\ln k} = \frac{(1-\eta)x}{x+\eta(1-x)} .

    The sign turns at :math:`\eta = 1`: the law firm of the essay, whose clients do not divorce
    more often because drafting is cheap, has :math:`\eta < 1`.
    """
    x = domain.below("exposed_share", exposed_share)
    eta = domain.above("product_demand_elasticity", product_demand_elasticity)
    return np.asarray((1 - eta) * x / (x + eta * (1 - x)))


_CAP = "({human_output}*{ai_hour_cost}/{ai_output})"
_VALUE = "({human_output}*{task_value})"
_S = "{substitution_elasticity}"
_FLOOR = "({energy_use}*{power_price})"

EXPRESSIONS: dict[str, str] = {
    "cap": f"min({_VALUE}, {_CAP})",
    "wage": (
        f"min({_VALUE}, {_CAP}*pow(pow({{human_task_share}}, -({_S} - 1)/{_S}) - 1, 1/({_S} - 1)))"
    ),
    "ai_cost": f"({_FLOOR} + ({{ai_hour_cost}} - {_FLOOR})*exp(-{{ai_cost_decline}}*{{years}}))",
    "bundled_wage_elasticity": (
        "((1 - {product_demand_elasticity})*{exposed_share}"
        "/({exposed_share} + {product_demand_elasticity}*(1 - {exposed_share})))"
    ),
}
