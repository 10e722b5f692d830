r"""The models joined: one set of assumptions, one consistent path from 2025 to 2060.

Tasks set the labour share; the edge of the firm sets gig work; both set the contribution base;
with the population they set the fund; the finance mix meets the same labour share.

Limits: the chain runs one way. Nothing feeds back from the fund or from taxes to technology.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from synergy.dictionary import DATA_DIR
from synergy.policy import fund, insurance, population, work
from synergy.policy.parameters import evaluate, symbols_in
from synergy.policy.symbols import Values

#: Yearly paths by name, years on the last axis.
Paths: TypeAlias = dict[str, Values]

#: What scenarios and sensitivity analysis report.
HEADLINES: dict[str, Any] = tomllib.loads((DATA_DIR / "headlines.toml").read_text("utf-8"))

#: Outcomes of 2060 for sensitivity analysis: path of `simulate` to Chinese name.
OUTCOMES: dict[str, str] = HEADLINES["outcomes"]

_CHAIN: tuple[Callable[..., object], ...] = (
    work.task_path,
    insurance.contribution_base,
    insurance.life_course,
    population.dependency_path,
    fund.flows,
    fund.stock,
    insurance.finance_mix,
    work.ai_cost_path,
    work.wage_cap,
    fund.gig_path,
    work.transmission_path,
)

#: Symbols that the chain needs, without two that its own paths of spending and share stand for.
SYMBOLS: tuple[str, ...] = tuple(
    dict.fromkeys(
        symbol
        for function in _CHAIN
        for symbol in symbols_in(function)
        if symbol not in ("spending_ratio", "labour_share_decline")
    )
)


def simulate(values: Mapping[str, ArrayLike]) -> Paths:
    """Run the chain.

    Parameters
    ----------
    values : mapping
        Symbols of `SYMBOLS` to a number or an array of draws of shape (n,); defaults for the rest.

    Returns
    -------
    dict of str to ndarray
        ``years`` of shape (T,); the others of shape (T,), or (n, T) for draws. Over GDP:
        ``contribution_base, contributions, benefits, balance, fund, finance_total`` and
        ``finance_gap``, what the mix leaves unmet of the fund's benefits; ``kept_balance`` and
        ``kept_finance_gap`` are balance and gap with pensions that keep the relation to output
        per worker that they have in 2025. Over labour income:
        ``gig_share, effective_coverage``. 2025 = 1: ``pension_adequacy`` (pension over output per
        worker); 2025 = 100: ``gdp_index, productivity_index, pay_index`` (per worker) and the
        wages of two sectors, ``progressive_wage, stagnant_wage``. 元/小时: ``ai_hour_cost`` and
        ``task_wage``, that of a single task AI can do. Further ``labour_share``,
        ``dependency_ratio`` (retired per worker), ``funding_ratio`` (contributions per yuan of
        benefits).

    Raises
    ------
    ParameterError
        If a value, or a path that follows from them, is outside its interval.
    """
    people, share, gig, base, account = fund.course(values)
    elapsed, over_time = people.years - people.years[0], fund.along_years(values)
    paid = {"labour_share_now": share, "paid_share": base.paid_share}
    mix = evaluate(insurance.finance_mix, over_time, spending_ratio=account.benefits, **paid)
    cost = evaluate(work.ai_cost_path, over_time, years=elapsed)
    relative = share / share[..., :1]
    sectors = evaluate(work.transmission_path, over_time, years=elapsed, relative_share=relative)
    productivity = 100 * evaluate(fund.gdp_index, over_time, years=elapsed, employment_index=1.0)
    paths = {
        "labour_share": share,
        "gig_share": gig,
        "effective_coverage": base.effective_coverage,
        "contribution_base": base.base,
        "dependency_ratio": people.ratio,
        "contributions": account.contributions,
        "benefits": account.benefits,
        "balance": account.balance,
        "kept_balance": account.kept_balance,
        "fund": account.stock,
        "funding_ratio": account.funding_ratio,
        "pension_adequacy": account.adequacy,
        "gdp_index": 100 * account.gdp_index,
        "productivity_index": productivity,
        "pay_index": productivity * relative,
        "progressive_wage": 100 * sectors.progressive_wage / sectors.progressive_wage[..., :1],
        "stagnant_wage": 100 * sectors.stagnant_wage / sectors.stagnant_wage[..., :1],
        "ai_hour_cost": cost,
        "task_wage": evaluate(work.wage_cap, over_time, ai_hour_cost=cost).wage,
        "finance_total": mix.total,
        "finance_gap": mix.gap,
        "kept_finance_gap": mix.gap + account.balance - account.kept_balance,
    }
    shape = account.stock.shape
    return {"years": people.years} | {
        name: np.broadcast_to(path, shape) for name, path in paths.items()
    }


def frame(paths: Paths) -> pd.DataFrame:
    """One set of paths as a table, index ``year`` (only without leading axes)."""
    table = pd.DataFrame(paths).rename(columns={"years": "year"}).astype({"year": int})
    return table.set_index("year")


def fund_exhausted(paths: Paths, values: Mapping[str, float]) -> float:
    """First year with an empty fund; NaN if it lasts."""
    return fund.first_below_zero(paths["years"], paths["fund"])


def implicit_advantage(paths: Paths, values: Mapping[str, float]) -> float:
    """Yearly growth of what is paid in on, less the rate of interest."""
    paid_in = np.log(paths["contribution_base"] * paths["gdp_index"])
    return float(paid_in[-1] - paid_in[0]) / (len(paid_in) - 1) - values["interest_rate"]


def outcome(name: str) -> Callable[[Mapping[str, Values]], Values]:
    """Model for `synergy.policy.sensitivity`: one path's value in 2060."""
    if name not in OUTCOMES:
        raise ValueError(f"no outcome {name!r}; known: {', '.join(OUTCOMES)}")

    def in_2060(values: Mapping[str, Values]) -> Values:
        return np.array(simulate(values)[name][..., -1])

    return in_2060
