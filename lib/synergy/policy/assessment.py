r"""What an employment impact assessment has to ask of one job: four numbers and a verdict.

Limits: wages and the cost of capital given, tasks weigh alike (Cobb-Douglas), one product; what
the spared income does elsewhere is not counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synergy.policy.parameters import require
from synergy.policy.symbols import Values


class JobEffect(NamedTuple):
    """Log change of employment, and the three parts that add up to it."""

    taken: Values
    added: Values
    demand: Values
    total: Values


def job_effect(
    *,
    labour_share: Values,
    tasks_automated: Values,
    tasks_created: Values,
    cost_saving: Values,
    new_task_gain: Values,
    product_demand_elasticity: Values,
) -> JobEffect:
    r"""Employment in making a product when a machine takes some of its tasks.

    Notes
    -----
    Labour's part of cost is its share of tasks :math:`\Gamma`, so :math:`wL = \Gamma\,pX`. With
    :math:`d` tasks taken, whose cost falls to :math:`e^{-c}` of labour's, and :math:`n` added that
    are better by :math:`e^{c_N}-1`, the log price falls by :math:`c\,d + c_N n` and demand is
    :math:`X = p^{-\eta}`, hence

    .. math::
        \Delta\ln L = \ln\frac{\Gamma-d}{\Gamma} + \ln\frac{\Gamma-d+n}{\Gamma-d}
        + (\eta-1)(c\,d + c_N n) ,

    the first two terms as in Acemoglu and Restrepo (2019, JEP 33(2)), the last as in Bessen
    (2018): cheaper output brings work only where demand is elastic.
    """
    require(tasks_automated < labour_share, "tasks_automated 须小于 labour_share")
    left = labour_share - tasks_automated
    taken, added = np.log1p(-tasks_automated / labour_share), np.log1p(tasks_created / left)
    cheaper = _cheaper(tasks_automated, tasks_created, cost_saving, new_task_gain)
    demand = (product_demand_elasticity - 1) * cheaper
    return JobEffect(taken, added, demand, taken + added + demand)


def sparing_elasticity(
    *,
    labour_share: Values,
    tasks_automated: Values,
    tasks_created: Values,
    cost_saving: Values,
    new_task_gain: Values,
) -> Values:
    r"""Elasticity of demand above which no work is lost, :math:`\eta^* = 1 - (a + b)/g`.

    Notes
    -----
    :math:`a` and :math:`b` are the first two terms of `job_effect`, :math:`g` the fall in price.
    """
    at_one = job_effect(
        labour_share=labour_share,
        tasks_automated=tasks_automated,
        tasks_created=tasks_created,
        cost_saving=cost_saving,
        new_task_gain=new_task_gain,
        product_demand_elasticity=np.asarray(1.0),
    )
    cheaper = _cheaper(tasks_automated, tasks_created, cost_saving, new_task_gain)
    require(cheaper > 0, "cost_saving 须大于 0")
    elasticity: Values = 1 - at_one.total / cheaper
    return elasticity


def _cheaper(taken: Values, added: Values, saving: Values, gain: Values) -> Values:
    """Log fall of the unit cost."""
    fall: Values = added * np.log1p(gain) - taken * np.log1p(-saving)
    return fall
