"""Money for social insurance beside contributions: what it takes to insure, and who hands it over.

`synergy.policy.insurance.finance_mix` adds the sources up; here stand the questions one asks of
them: how much of what labour loses would have to be taxable profit, whether a sovereign fund
gives more than it takes, and whose money each instrument is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.policy.insurance import FinanceMix, contribution_base, finance_mix
from synergy.policy.levers import levy_on_equipment
from synergy.policy.official import gdp_in_yuan, official
from synergy.policy.outlook import simulate
from synergy.policy.parameters import bounds, defaults, evaluate
from synergy.policy.symbols import Values, integral
from synergy.policy.units import written
from synergy.words import spaced


def insuring_rent_share(
    paid_share: Values,
    *,
    vat_points: Values,
    vat_efficiency: Values,
    worker_consumption: Values,
    owner_consumption: Values,
    excess_profit_rate: Values,
) -> Values:
    r"""Part of a fall in the labour share that must turn into taxable profit to make up for it.

    Notes
    -----
    A point of labour share lost costs contributions :math:`\pi` and VAT
    :math:`v\nu(c_w-c_o)` and brings :math:`\theta\chi`; the receipts of
    `synergy.policy.insurance.finance_mix` do not move at

    .. math:: \chi^* = \frac{\pi + v\,\nu\,(c_w-c_o)}{\theta} .

    Above one, no profit is enough. NaN without a tax on excess profit.
    """
    spending = vat_points * vat_efficiency * (worker_consumption - owner_consumption)
    lost = paid_share + spending
    taxed = excess_profit_rate > 0
    share: Values = np.where(taxed, lost / np.where(taxed, excess_profit_rate, 1.0), np.nan)
    return share


def change_in_mix(values: Mapping[str, float], first: float, last: float) -> FinanceMix:
    """What happens to each source, over GDP, when the labour share goes from one to another.

    Parameters
    ----------
    values : mapping
        Symbols that differ from the defaults.
    first, last : float
        Labour shares, at most today's.
    """
    paid = evaluate(contribution_base, values).paid_share
    before, after = (
        evaluate(finance_mix, values, labour_share_now=share, paid_share=paid)
        for share in (first, last)
    )
    return FinanceMix(*(new - old for old, new in zip(before, after, strict=True)))


class SovereignFund(NamedTuple):
    """A fund that is paid in and pays out, over GDP; ``net = dividend - annual_injection``."""

    stock: Values
    dividend: Values
    net: Values


def sovereign_fund(
    years: Values, *, annual_injection: Values, compute_return: Values, payout_rate: Values
) -> SovereignFund:
    r"""A sovereign computing fund into which a constant share of GDP is paid.

    The return is net of depreciation; dividends go to social insurance, injections come from
    other public money.

    Notes
    -----
    :math:`\dot F = j + (\rho - \phi)F`, with return :math:`\rho` over growth and pay-out
    :math:`\phi`: :math:`F(t) = j\,(e^{(\rho-\phi)t}-1)/(\rho-\phi)`, and :math:`jt` in the limit.
    Where :math:`\rho<\phi` the dividend :math:`\phi F` tends to :math:`j\,\phi/(\phi-\rho)`: the
    fund ever gives more than it takes if and only if :math:`\rho > 0`. Under the Norwegian rule
    the pay-out is the expected real return, :math:`\phi = g+\rho`, so :math:`F` tends to
    :math:`j/g` and the condition is the same.
    """
    stock = annual_injection * integral(compute_return - payout_rate, years)
    dividend = payout_rate * stock
    return SovereignFund(stock, dividend, dividend - annual_injection)


def years_until_paying(*, compute_return: Values, payout_rate: Values) -> Values:
    r"""Years until the yearly dividend passes the yearly injection; NaN if it never does.

    Notes
    -----
    :math:`\phi F(t) = j` at :math:`t = \ln(\rho/\phi)/(\rho-\phi)`, at :math:`1/\phi` where both
    are equal, and never for :math:`\rho \le 0`.
    """
    paying = compute_return > 0
    ratio = np.where(paying, compute_return, payout_rate) / payout_rate
    same = np.abs(ratio - 1) < 1e-9
    slope = np.where(same, 1.0, payout_rate * (ratio - 1))
    time = np.where(same, 1 / payout_rate, np.log(ratio) / slope)
    reached: Values = np.where(paying, time, np.nan)
    return reached


def required_rental(
    *, compute_life: Values, productivity_growth: Values, compute_return: Values
) -> Values:
    r"""Yearly rent per yuan of computing capital that leaves a given return over growth.

    Notes
    -----
    :math:`1/L + g + \rho`: straight-line depreciation, growth, and the return over it.
    """
    return 1 / compute_life + productivity_growth + compute_return


#: Who hands the money over first, in the order in which figures stack them.
PAYERS = ("领取者", "劳动者", "企业与资本", "一般纳税人")

#: Instruments that a symbol of the outlook moves, and whose money they are.
_MOVED: dict[str, tuple[str, str]] = {
    "retirement_age_rise": ("退休年龄", "领取者"),
    "wage_indexation": ("养老金随工资调整", "领取者"),
    "contribution_rate": ("缴费率", ""),
    "declared_pay": ("申报做实", ""),
    "vat_points": ("专用增值税", "一般纳税人"),
    "fiscal_subsidy": ("财政补助", "一般纳税人"),
    "excess_profit_rate": ("超额利润税", "企业与资本"),
    "state_stake": ("国有算力份额", "一般纳税人"),
}


def first_payers(values: Mapping[str, float] | None = None, year: int = 2060) -> pd.DataFrame:
    """What each instrument would close of the gap, and who hands the money over.

    Each is moved alone from where it stands to the high end of its range; the levy on equipment
    from nothing to its high end. Contributions are split as the law splits them between firm and
    worker; who bears them in the end depends on wages and prices, which do not move here.

    Parameters
    ----------
    values : mapping, optional
        Symbols that differ from the defaults.
    year : int
        Year of the outlook.

    Returns
    -------
    DataFrame
        Columns ``symbol, name, moved`` (from where to where, in words), ``payer, amount`` (over
        GDP), a row per payer of an instrument; instruments in the order of what they bring, the
        strongest first.
    """
    point = dict(values or {})
    usual, high = defaults(_MOVED) | point, bounds(_MOVED)
    employer = official("pension_employer_rate").value / defaults()["contribution_rate"]
    before = _gap(point, year)
    rows: list[dict[str, Any]] = []
    for symbol, (name, payer) in _MOVED.items():
        end = high[symbol][1]
        closed = before - _gap(point | {symbol: end}, year)
        shares = {payer: 1.0} if payer else {"劳动者": 1 - employer, "企业与资本": employer}
        rows += [
            {"symbol": symbol, "name": name, "moved": _moved(symbol, usual[symbol], end)}
            | {"payer": who, "amount": share * closed}
            for who, share in shares.items()
        ]
    rate = bounds(["levy_rate"])["levy_rate"][1]
    base = defaults()["equipment_investment"]
    raised = evaluate(levy_on_equipment, point, base=base, levy_rate=rate).revenue
    rows.append(
        {"symbol": "levy_rate", "name": "设备征收", "moved": _moved("levy_rate", 0.0, rate)}
        | {"payer": "企业与资本", "amount": float(raised) / gdp_in_yuan(1.0)}
    )
    table = pd.DataFrame(rows)
    total = table.groupby("symbol")["amount"].transform("sum")
    return table.loc[total.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _moved(symbol: str, start: float, end: float) -> str:
    """From where to where an instrument is moved, in the reader's units."""
    return f"由{spaced(written(symbol, start))} 到{spaced(written(symbol, end))}"


def _gap(values: Mapping[str, float], year: int) -> float:
    paths = simulate({**defaults(), **values})
    return float(paths["finance_gap"][paths["years"] == year].item())
