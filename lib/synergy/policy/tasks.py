r"""Tasks taken over and tasks newly made, with a lag between them.

After Acemoglu and Restrepo (2018, 2019): labour performs a set of tasks; automation takes tasks
from it and new tasks are added. What is ours is the lag: a new task leaves a pipeline of mean
length :math:`\tau` years after the displacement that calls for it.

Limits: tasks weigh alike (Cobb-Douglas across tasks), so labour's share of tasks is its share
of income; the rates are given from outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values

#: Keeps the two roots apart where they would coincide (no reinstatement and a = 1/tau).
_SPLIT = 1e-16


@dataclass(frozen=True)
class TaskPath:
    """Tasks in labour's hands over time, as shares of all tasks.

    Attributes
    ----------
    labour_tasks : ndarray
        Share of tasks done by people.
    pipeline : ndarray
        New tasks under way.
    displaced, created : ndarray
        Cumulative since year 0; ``labour_tasks = start - displaced + created``.
    """

    labour_tasks: Values
    pipeline: Values
    displaced: Values
    created: Values


def task_path(
    years: ArrayLike,
    *,
    labour_share: ArrayLike,
    automation_rate: ArrayLike,
    previous_automation_rate: ArrayLike,
    reinstatement_ratio: ArrayLike,
    creation_lag: ArrayLike,
) -> TaskPath:
    r"""Follow labour's share of tasks when automation speeds up and new tasks lag behind.

    Parameters
    ----------
    years : array_like
        Years since the rate of automation changed.
    labour_share : array_like
        Labour's share of tasks, and of income, at the start.
    automation_rate, previous_automation_rate : array_like
        Part of labour's tasks taken over per year, now and before the change.
    reinstatement_ratio : array_like
        New tasks eventually made per task displaced.
    creation_lag : array_like
        Mean years from displacement to the new task, above 0.

    Returns
    -------
    TaskPath

    Notes
    -----
    With :math:`q` the pipeline, started at the steady state of the earlier rate,

    .. math::
        \dot\Gamma = -a\Gamma + q/\tau, \qquad \dot q = \rho a\Gamma - q/\tau, \qquad
        q_0 = \rho a_0 \Gamma_0 \tau ,

    a linear system with real roots
    :math:`\lambda_\pm = \tfrac12\bigl[-(a+1/\tau) \pm \sqrt{(a-1/\tau)^2 + 4a\rho/\tau}\bigr]`.
    If :math:`a = a_0` and :math:`\rho = 1` nothing changes; as :math:`\tau \to 0`,
    :math:`\Gamma \to \Gamma_0 e^{-(1-\rho)at}`.
    """
    t = domain.nonnegative("years", years)
    start = domain.share("labour_share", labour_share)
    a = domain.nonnegative("automation_rate", automation_rate)
    rho = domain.nonnegative("reinstatement_ratio", reinstatement_ratio)
    out = 1 / domain.above("creation_lag", creation_lag)
    before = domain.nonnegative("previous_automation_rate", previous_automation_rate)
    waiting = rho * before * start / out
    gap = np.sqrt((a - out) ** 2 + 4 * a * rho * out + _SPLIT)
    slow, fast = (gap - a - out) / 2, (-gap - a - out) / 2
    inflow = -a * start + out * waiting
    weight_slow = (inflow - fast * start) / gap
    weight_fast = start - weight_slow
    tasks = weight_slow * np.exp(slow * t) + weight_fast * np.exp(fast * t)
    displaced = a * (weight_slow * _integral(slow, t) + weight_fast * _integral(fast, t))
    created = tasks - start + displaced
    return TaskPath(tasks, waiting + rho * displaced - created, displaced, created)


def _integral(rate: Values, t: Values) -> Values:
    """Integral of exp(rate * s) for s from 0 to t."""
    small = np.abs(rate * t) < 1e-12
    return np.where(small, t, np.expm1(rate * t) / np.where(small, 1.0, rate))


def lag_gap(
    *,
    automation_rate: ArrayLike,
    previous_automation_rate: ArrayLike,
    creation_lag: ArrayLike,
) -> Values:
    r"""Part of labour's tasks that is missing for good although every task is replaced.

    Notes
    -----
    With :math:`\rho = 1` the path settles at
    :math:`\Gamma_\infty = \Gamma_0 (1 + a_0\tau)/(1 + a\tau)`; the gap is one minus that ratio:
    tasks that are for ever on their way. It vanishes when automation does not speed up.
    """
    lag = domain.nonnegative("creation_lag", creation_lag)
    now = domain.nonnegative("automation_rate", automation_rate)
    before = domain.nonnegative("previous_automation_rate", previous_automation_rate)
    return np.asarray(1 - (1 + before * lag) / (1 + now * lag))


@dataclass(frozen=True)
class TaskWageEffect:
    """Log change of the wage, and its parts; the parts add up to `total`."""

    productivity: Values
    displacement: Values
    reinstatement: Values
    total: Values


def task_wage_effect(
    *,
    labour_share: ArrayLike,
    tasks_automated: ArrayLike,
    tasks_created: ArrayLike,
    cost_saving: ArrayLike,
    new_task_gain: ArrayLike,
) -> TaskWageEffect:
    r"""Effect on the wage of automating some tasks and adding others.

    Parameters
    ----------
    labour_share : array_like
        Labour's share of tasks before.
    tasks_automated, tasks_created : array_like
        Measure of tasks moved, as shares of all tasks; fewer automated than labour has.
    cost_saving, new_task_gain : array_like
        Log cost advantage per task of the machine over the worker, and of labour in a new task.

    Returns
    -------
    TaskWageEffect

    Notes
    -----
    .. math::
        \Delta\ln w = \underbrace{c\,d + c_N n}_{\text{productivity}}
        + \underbrace{\ln\frac{\Gamma-d}{\Gamma}}_{\text{displacement}}
        + \underbrace{\ln\frac{\Gamma-d+n}{\Gamma-d}}_{\text{reinstatement}}

    (Acemoglu and Restrepo 2019, JEP 33(2), for a unit elasticity across tasks). A
    machine that is only a little cheaper, a "so-so" technology, lowers the wage.
    """
    share = domain.positive_share("labour_share", labour_share)
    gone = domain.nonnegative("tasks_automated", tasks_automated)
    if np.any(gone >= share):
        raise ValueError("tasks_automated must be less than labour_share")
    new = domain.nonnegative("tasks_created", tasks_created)
    gain = domain.real("cost_saving", cost_saving) * gone
    gain = gain + domain.real("new_task_gain", new_task_gain) * new
    displacement = np.log1p(-gone / share)
    reinstatement = np.log1p(new / (share - gone))
    return TaskWageEffect(gain, displacement, reinstatement, gain + displacement + reinstatement)


def break_even_saving(*, labour_share: ArrayLike, tasks_automated: ArrayLike) -> Values:
    r"""Cost saving at which automation alone leaves the wage unchanged.

    Notes
    -----
    :math:`c^* = -\ln(1-d/\Gamma)/d`, about :math:`1/\Gamma` for small :math:`d`.
    """
    share = domain.positive_share("labour_share", labour_share)
    gone = domain.above("tasks_automated", tasks_automated)
    if np.any(gone >= share):
        raise ValueError("tasks_automated must be less than labour_share")
    return np.asarray(-np.log1p(-gone / share) / gone)


_A, _R, _T = "{automation_rate}", "{reinstatement_ratio}", "{creation_lag}"
_GAP = f"sqrt(pow({_A} - 1/{_T}, 2) + 4*{_A}*{_R}/{_T} + {_SPLIT!r})"
_SLOW = f"(({_GAP} - {_A} - 1/{_T})/2)"
_FAST = f"((-{_GAP} - {_A} - 1/{_T})/2)"
#: Weight of the slow root per unit of initial tasks.
_WEIGHT = f"((-{_A} + {_R}*{{previous_automation_rate}} - {_FAST})/{_GAP})"

EXPRESSIONS: dict[str, str] = {
    "labour_tasks": (
        f"({{labour_share}}*({_WEIGHT}*exp({_SLOW}*{{years}})"
        f" + (1 - {_WEIGHT})*exp({_FAST}*{{years}})))"
    ),
    "lag_gap": (
        "(1 - (1 + {previous_automation_rate}*{creation_lag})"
        "/(1 + {automation_rate}*{creation_lag}))"
    ),
    "wage_effect": (
        "({cost_saving}*{tasks_automated} + {new_task_gain}*{tasks_created}"
        " + log(1 - {tasks_automated}/{labour_share})"
        " + log(1 + {tasks_created}/({labour_share} - {tasks_automated})))"
    ),
}
