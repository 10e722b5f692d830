"""What readers see side by side: the safety net under each scenario, the AI levy on either base."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from synergy.policy.levers import profit_base, transition_fund
from synergy.policy.net import safety_net
from synergy.policy.parameters import defaults, evaluate

if TYPE_CHECKING:
    from synergy.policy.scenarios import ScenarioResult


def safety_nets(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """What the three layers of the safety net cost and change under each scenario.

    Returns
    -------
    pandas.DataFrame
        Index scenario's title; ``job_loss`` and the numbers of `synergy.policy.net.SafetyNet`,
        shares of people or of mean earnings.
    """
    rows = {}
    for result in results:
        values = result.scenario.values
        found = evaluate(safety_net, values)._asdict()
        rows[result.scenario.title] = {"job_loss": values["job_loss"], **found}
    return pd.DataFrame.from_dict(rows, orient="index").drop(columns="cost")


def levy_bases() -> dict[str, float]:
    """Both bases that the notes name, 亿元 at the defaults: ``profit`` and ``equipment``."""
    equipment = defaults(["equipment_investment"])["equipment_investment"]
    return {"profit": float(evaluate(profit_base)), "equipment": equipment}


def levy_receipts(rates: Iterable[float]) -> pd.DataFrame:
    """First-year receipts of the transition fund and whom they reach, by levy and base.

    Returns
    -------
    pandas.DataFrame
        Columns ``rate``, ``base`` (a key of `levy_bases`) and those of
        `synergy.policy.levers.TransitionFund`.
    """
    return pd.DataFrame(
        {"rate": rate, "base": name}
        | evaluate(transition_fund, base=base, levy_rate=rate)._asdict()
        for rate in rates
        for name, base in levy_bases().items()
    )
