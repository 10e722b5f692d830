"""The four questions of an assessment, counted task by task."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Point, drawn

from synergy.policy.assessment import job_effect, sparing_elasticity
from synergy.policy.parameters import ParameterError, defaults, evaluate, symbols_in


def employment(
    tasks: int, human: int, saved: np.ndarray, gained: np.ndarray, eta: float, wage: float = 3.0
) -> float:
    """Labour in a product of equal tasks, the first `human` of them by hand; counted one by one.

    `saved` and `gained` are log falls in the cost of single tasks, automated and new.
    """
    log_price = np.log(wage) - (saved.sum() + gained.sum()) / tasks
    spending = np.exp(log_price) ** (1 - eta)
    return human / tasks * spending / wage


@drawn(
    labour_share=(0.3, 0.7),
    tasks_automated=(0.01, 0.2),
    tasks_created=(0.0, 0.15),
    cost_saving=(0.05, 0.95),
    new_task_gain=(0.0, 1.75),
    product_demand_elasticity=(0.1, 3.0),
)
def test_the_parts_are_what_counting_gives(point: Point) -> None:
    tasks = 1000
    share, taken, added = (
        round(tasks * point[k]) for k in ("labour_share", "tasks_automated", "tasks_created")
    )
    exact = {"labour_share": share, "tasks_automated": taken, "tasks_created": added}
    point |= {name: count / tasks for name, count in exact.items()}
    eta, none = point["product_demand_elasticity"], np.zeros(0)
    before = employment(tasks, share, none, none, eta)
    saved = np.full(taken, -np.log(1 - point["cost_saving"]))
    gained = np.full(added, np.log(1 + point["new_task_gain"]))
    after = employment(tasks, share - taken + added, saved, gained, eta)
    found = evaluate(job_effect, point)
    assert found.total == pytest.approx(np.log(after / before), abs=1e-9)
    assert found.total == pytest.approx(found.taken + found.added + found.demand)


def test_the_verdict_turns_at_the_sparing_elasticity() -> None:
    spared = float(evaluate(sparing_elasticity))
    at = [evaluate(job_effect, product_demand_elasticity=spared + e).total for e in (-0.1, 0, 0.1)]
    assert at[0] < 0 < at[2] and at[1] == pytest.approx(0, abs=1e-12)
    point = defaults(symbols_in(sparing_elasticity))
    gain = 0.03 * np.log(1 + point["new_task_gain"]) - 0.05 * np.log(1 - point["cost_saving"])
    by_hand = 1 - np.log((point["labour_share"] - 0.02) / point["labour_share"]) / gain
    assert spared == pytest.approx(by_hand)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match="tasks_automated 须小于 labour_share"):
        evaluate(job_effect, tasks_automated=0.6)
    with pytest.raises(ParameterError, match="须大于 0"):
        evaluate(sparing_elasticity, cost_saving=0.0, tasks_created=0.0)
