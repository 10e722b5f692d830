r"""The models joined: one set of assumptions, one consistent path from 2025 to 2060.

Tasks set the labour share; the edge of the firm sets gig work; both set the contribution base;
with the population they set the fund; the finance mix meets the same labour share.

Limits: the chain runs one way. Nothing feeds back from the fund or from taxes to technology.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from synergy.policy import baumol, contribution_base, demography, finance_mix, fund, tasks, wage_cap
from synergy.policy.domain import Values
from synergy.policy.parameters import symbols_in

_SECTOR_SYMBOLS = (
    "progressive_growth",
    "progressive_labour_share",
    "displacement_rate",
    "mobility",
    "workers_service_share",
    "owners_service_share",
)


@dataclass(frozen=True)
class Outlook:
    """Yearly paths; years on the last axis.

    Attributes
    ----------
    years : ndarray, shape (T,)
    labour_share, gig_share, effective_coverage, contribution_base : ndarray
        Base over GDP; coverage over labour income.
    dependency_ratio : ndarray
        Retired persons per worker.
    contributions, benefits, balance, fund : ndarray
        Over GDP.
    funding_ratio : ndarray
        Contributions per yuan of benefits.
    pension_adequacy : ndarray
        Pension over output per worker, 2025 = 1.
    gdp_index : ndarray
        Real, 2025 = 100.
    productivity_index, pay_index : ndarray
        Output per worker and mean pay, 2025 = 100.
    progressive_wage, stagnant_wage : ndarray
        Two-sector wages, 2025 = 100 for each.
    ai_hour_cost, task_wage : ndarray
        元/小时; the wage is that of a single task AI can do.
    finance_total, finance_gap : ndarray
        Revenue of the mix, and what it leaves unmet of the fund's benefits, over GDP.
    """

    years: Values
    labour_share: Values
    gig_share: Values
    effective_coverage: Values
    contribution_base: Values
    dependency_ratio: Values
    contributions: Values
    benefits: Values
    balance: Values
    fund: Values
    funding_ratio: Values
    pension_adequacy: Values
    gdp_index: Values
    productivity_index: Values
    pay_index: Values
    progressive_wage: Values
    stagnant_wage: Values
    ai_hour_cost: Values
    task_wage: Values
    finance_total: Values
    finance_gap: Values

    def frame(self) -> pd.DataFrame:
        """One path as a table, index ``year`` (only without leading axes)."""
        columns = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}
        index = pd.Index(columns.pop("years").astype(int), name="year")
        return pd.DataFrame(columns, index=index)


def simulate(values: Mapping[str, ArrayLike]) -> Outlook:
    """Run the chain.

    Parameters
    ----------
    values : mapping
        Every symbol of `SYMBOLS`, as a number or an array of draws of shape (n,).

    Returns
    -------
    Outlook
        Paths of shape (T,), or (n, T) for draws.
    """
    people = demography.dependency_path(**_take(values, demography.dependency_path))
    elapsed = people.years - people.years[0]
    over_time = {name: np.asarray(value, dtype=float)[..., None] for name, value in values.items()}
    share = tasks.task_path(elapsed, **_take(over_time, tasks.task_path)).labour_tasks
    gig = fund.ramp(over_time["gig_share"], over_time["gig_share_2060"], elapsed)
    base = contribution_base.contribution_base(
        **_take(over_time, contribution_base.contribution_base)
        | {"labour_share": share, "gig_share": gig}
    )
    account = fund.fund_balance(
        people, share, base.effective_coverage, **_take(values, fund.fund_balance)
    )
    mix = finance_mix.finance_mix(
        share,
        base.effective_coverage,
        **_take(over_time | {"spending_ratio": account.benefits}, finance_mix.finance_mix),
    )
    sectors = _two_sectors(over_time, elapsed, share / over_time["labour_share"])
    ai_cost = wage_cap.ai_cost_path(elapsed, **_take(over_time, wage_cap.ai_cost_path))
    cap = wage_cap.wage_cap(**_take(over_time, wage_cap.wage_cap) | {"ai_hour_cost": ai_cost})
    productivity = 100 * np.exp(over_time["productivity_growth"] * elapsed)
    shape = account.fund.shape
    paths = {
        "labour_share": share,
        "gig_share": gig,
        "effective_coverage": base.effective_coverage,
        "contribution_base": base.base,
        "dependency_ratio": people.ratio,
        "contributions": account.contributions,
        "benefits": account.benefits,
        "balance": account.balance,
        "fund": account.fund,
        "funding_ratio": account.funding_ratio,
        "pension_adequacy": account.adequacy,
        "gdp_index": 100 * account.gdp_index,
        "productivity_index": productivity,
        "pay_index": productivity * share / over_time["labour_share"],
        "progressive_wage": _indexed(sectors.progressive_wage),
        "stagnant_wage": _indexed(sectors.stagnant_wage),
        "ai_hour_cost": ai_cost,
        "task_wage": cap.wage,
        "finance_total": mix.total,
        "finance_gap": mix.gap,
    }
    return Outlook(
        years=people.years,
        **{name: np.broadcast_to(np.asarray(path), shape) for name, path in paths.items()},
    )


def _two_sectors(
    over_time: Mapping[str, Values], elapsed: Values, share_index: Values
) -> baumol.WageTransmission:
    start = over_time["progressive_labour_share"]
    return baumol.wage_transmission(
        output=np.exp(over_time["progressive_growth"] * elapsed),
        initial_labour_share=start,
        labour_share=np.minimum(start * share_index, 1.0),
        displaced=-np.expm1(-over_time["displacement_rate"] * elapsed),
        **{name: over_time[name] for name in _SECTOR_SYMBOLS[3:]},
    )


def _indexed(path: Values) -> Values:
    return np.asarray(100 * path / path[..., :1])


def _take(values: Mapping[str, ArrayLike], function: Callable[..., object]) -> dict[str, ArrayLike]:
    return {name: values[name] for name in symbols_in(function)}


_CHAIN: tuple[Callable[..., object], ...] = (
    tasks.task_path,
    contribution_base.contribution_base,
    demography.dependency_path,
    fund.fund_balance,
    finance_mix.finance_mix,
    wage_cap.ai_cost_path,
    wage_cap.wage_cap,
)

#: Symbols that the chain needs; spending is what the fund pays, so `spending_ratio` is not one.
SYMBOLS: tuple[str, ...] = tuple(
    dict.fromkeys(
        name
        for name in (
            *(symbol for function in _CHAIN for symbol in symbols_in(function)),
            "gig_share_2060",
            *_SECTOR_SYMBOLS,
        )
        if name != "spending_ratio"
    )
)

#: Outcomes of 2060 for sensitivity analysis: Chinese name and field of `Outlook`.
OUTCOMES: dict[str, str] = {
    "labour_share": "2060 年劳动份额",
    "contribution_base": "2060 年社保缴费基数（占 GDP）",
    "funding_ratio": "2060 年养老基金缴费与支付之比",
    "balance": "2060 年养老基金当年收支差额（占 GDP）",
    "fund": "2060 年养老基金结存（占 GDP）",
    "stagnant_wage": "2060 年停滞部门工资指数",
    "finance_gap": "2060 年组合筹资缺口（占 GDP）",
}


def outcome(name: str) -> Callable[[Mapping[str, Values]], Values]:
    """Model for `synergy.policy.sensitivity`: one path's value in 2060."""
    if name not in OUTCOMES:
        raise ValueError(f"no outcome {name!r}; known: {', '.join(OUTCOMES)}")

    def in_2060(values: Mapping[str, Values]) -> Values:
        return np.array(getattr(simulate(values), name)[..., -1])

    return in_2060
