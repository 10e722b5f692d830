r"""The official record of the employees' pension insurance, and the model run over it.

``data/pensions/official.csv`` has what the ministry's bulletins and the yearbooks print, row by
row with its source; cells without a text that could be cited are empty. The run over the past
takes heads from the record and everything else from the model's defaults: where it misses, the
defaults, or what they hold constant, are wrong.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.policy.fund import price_drift
from synergy.policy.history import labour_history
from synergy.policy.insurance import contribution_base, life_course
from synergy.policy.official import official
from synergy.policy.parameters import defaults, evaluate
from synergy.policy.symbols import Values

#: Years of the comparison; employment was first found for the first of them.
FIRST, LAST = 2011, 2024

#: The year in whose May the employers' rate was cut.
LOWERED = 2019


@cache
def _official() -> pd.DataFrame:
    return pd.read_csv(DATA_DIR / "pensions" / "official.csv", index_col="year")


def official_record() -> pd.DataFrame:
    """What is on record, one row per year; see ``data/resources.toml`` for columns and units."""
    return _official().copy()


def forecasts() -> pd.DataFrame:
    """What others expect of the fund; columns as in ``data/resources.toml``."""
    return pd.read_csv(DATA_DIR / "pensions" / "forecasts.csv")


def payers_per_pensioner() -> pd.Series[float]:
    """Members at work per member in retirement, years on record."""
    record = _official()
    counted = record["payers"] / record["retirees"]
    return counted.fillna(record["payers_per_pensioner"]).dropna().astype(float)


class Backcast(NamedTuple):
    """Over GDP, index year: what is on record, and what the model makes of the heads.

    Columns ``contributions, spending, fund``; `model` also has ``held``: spending with pensions
    that keep the relation to labour income of the first year.
    """

    official: pd.DataFrame
    model: pd.DataFrame


def backcast() -> Backcast:
    r"""Run contributions, spending and fund over the heads on record.

    Notes
    -----
    With :math:`p` payers and :math:`q` pensioners per person employed, :math:`s` the labour
    share and :math:`\tau` the rate of the year,

    .. math:: c_t = \tau_t\, s\, u\, p_t, \qquad
        b_t = \beta\, s\, q_t\, x(t) , \qquad
        f_t = f_{t-1}\frac{1+i}{Y_t/Y_{t-1}} + c_t + \sigma_t - b_t ,

    where :math:`u`, the base per payer over mean labour income, is the default base of today over
    the payers of the last year; :math:`\beta` is read off the first year and :math:`x` the drift
    that `price_drift` gives at the default; :math:`\sigma_t` is the subsidy on record, on a
    straight line between its years and level after the last.
    """
    record = _official().loc[FIRST:LAST]
    gdp = np.exp(np.log(record["gdp"]).interpolate())
    printed = record[["contributions", "spending", "fund"]].div(gdp, axis=0)
    payers, pensioners, growth = _heads()
    per_payer = float(evaluate(contribution_base).effective_coverage) / payers[-1]
    paid = _rates() * defaults()["labour_share"] * per_payer * payers
    held = printed["spending"].to_numpy()[0] * pensioners / pensioners[0]
    spent = held * _drift(growth)
    subsidy = (record["subsidy"] / gdp).interpolate().ffill().to_numpy()
    carried = (1 + official("bond_yield").value / 100) / (gdp / gdp.shift()).to_numpy()
    fund = printed["fund"].to_numpy(copy=True)
    for year in range(1, len(fund)):
        fund[year] = fund[year - 1] * carried[year] + paid[year] + subsidy[year] - spent[year]
    model = {"contributions": paid, "spending": spent, "fund": fund, "held": held}
    return Backcast(printed, pd.DataFrame(model, index=record.index))


def _heads() -> tuple[Values, Values, float]:
    """Payers and pensioners per person employed, and growth of output per person employed.

    Where only members and the ratio of the two groups are on record they are split by it; years
    without either lie on a straight line of logs between their neighbours.
    """
    record, ratio = _official(), payers_per_pensioner()
    retired = record["retirees"].fillna(record["members"] / (1 + ratio))
    working = record["payers"].fillna(retired * ratio)
    heads = pd.DataFrame({"working": working, "retired": retired, "employed": record["employed"]})
    logs = pd.DataFrame(np.log(heads.loc[FIRST:LAST])).interpolate(limit_area="inside")
    working, retired, employed = np.exp(logs.to_numpy()).T
    growth = _real_growth() - np.log(employed[-1] / employed[0]) / (LAST - FIRST)
    return working / employed, retired / employed, float(growth)


def _real_growth() -> float:
    """Growth of output a year from the first year of the comparison on, in logs."""
    output = labour_history("中国")["output"].loc[FIRST:]
    return float(np.log(output.iloc[-1] / output.iloc[0]) / (output.index[-1] - output.index[0]))


def _drift(growth: float) -> Values:
    return evaluate(
        price_drift,
        years=np.arange(LAST - FIRST + 1.0),
        productivity_growth=growth,
        retirement_years=evaluate(life_course).retirement_years,
    )


def _rates() -> Values:
    """Rate of each year: the former one, the present one, in between by months."""
    years, now = np.arange(FIRST, LAST + 1), defaults()["contribution_rate"]
    former = now + official("rate_cut").value / 100
    rates = np.where(years < LOWERED, former, now)
    return np.where(years == LOWERED, (4 * former + 8 * now) / 12, rates)
