r"""What the balance of the pension fund rests on: an exact split, and what is not known.

The essay names three foundations: people, standing employment, wages in step with productivity.
`foundations` splits the change of contributions over benefits among them without remainder.
How far each may go is another question, and two kinds of ignorance must not be mixed in it: what
holds today, which statistics could say, and what changes until 2060, which nobody can; see
`today` and `later`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.policy.fund import along_years, course, covered_path, flows, gig_path, price_drift
from synergy.policy.insurance import contribution_base, life_course
from synergy.policy.parameters import defaults, evaluate, symbols_in
from synergy.policy.population import FIRST_YEAR, LAST_YEAR, dependency_path
from synergy.policy.sensitivity import Model, driving_assumptions, propagate, tornado
from synergy.policy.symbols import Values
from synergy.policy.work import task_path

#: Movement of a ratio that is no movement.
_STILL = 1e-9


class Foundations(NamedTuple):
    """Log change of contributions over benefits since the first year, by what moves it.

    `population`: workers per person past retirement age; `coverage`: who of them draws a pension;
    `employment`: what part of pay is paid in; `wages`: the labour share, as far as pensions do
    not follow it; `prices`: pensions in payment that fall behind pay. Nothing is left over.
    """

    population: Values
    coverage: Values
    employment: Values
    wages: Values
    prices: Values

    @property
    def total(self) -> Values:
        """Log change of the funding ratio."""
        return np.asarray(sum(self))


def foundations(values: Mapping[str, Any]) -> Foundations:
    r"""Split the change of the funding ratio since 2025 among the foundations.

    Returns
    -------
    Foundations
        Arrays of shape (..., T), zero in the first year.

    Notes
    -----
    By `flows`, :math:`c/b = \pi s / (\beta v (R/E) s_0 a)`, so that since the first year

    .. math:: \Delta\ln\frac cb = \Delta\ln\frac ER - \Delta\ln v + \Delta\ln\pi
        + (1-\iota)\,\Delta\ln s - \Delta\ln x ,

    an identity: no order of the factors has to be chosen and no sample drawn.
    """
    path, over_time = course(values), along_years(values)
    elapsed = {"years": path.people.years - path.people.years[0]}
    retired = evaluate(life_course, over_time).retirement_years
    drift = evaluate(price_drift, over_time, **elapsed, retirement_years=retired)
    follows = (along_years(defaults(["wage_indexation"])) | over_time)["wage_indexation"]
    parts = (
        -_since(path.people.ratio),
        -_since(evaluate(covered_path, over_time, **elapsed)),
        _since(path.base.paid_share),
        (1 - follows) * _since(path.labour_share),
        -_since(drift),
    )
    return Foundations(*np.broadcast_arrays(*parts))


def _since(path: Values) -> Values:
    change: Values = np.log(path / path[..., :1])
    return change


def ratio_in(year: int) -> Model:
    """Contributions per yuan of benefits in a year, as a model for `synergy.policy.sensitivity`."""
    return partial(_ratio, year - FIRST_YEAR)


def _ratio(elapsed: int, values: Mapping[str, Values]) -> Values:
    return np.asarray(course(values).account.funding_ratio[..., elapsed])


@cache
def _swings() -> pd.DataFrame:
    """How far each assumption moves the ratio of the first year and that of the last."""
    chain = (task_path, contribution_base, life_course, dependency_path, flows, gig_path)
    symbols = dict.fromkeys(symbol for function in chain for symbol in symbols_in(function))
    return pd.DataFrame(
        {year: tornado(ratio_in(year), symbols)["swing"] for year in (FIRST_YEAR, LAST_YEAR)}
    )


def today() -> list[str]:
    """Assumptions about the present: those that move the ratio of the first year."""
    swings = _swings()[FIRST_YEAR]
    return list(swings.index[swings > _STILL])


def later() -> list[str]:
    """Assumptions about change: those that move the ratio of 2060 and leave today's alone."""
    swings = _swings()
    return list(swings.index[(swings[FIRST_YEAR] <= _STILL) & (swings[LAST_YEAR] > _STILL)])


def later_drivers(*, draws: int = 512) -> pd.DataFrame:
    """Rank the assumptions about change by their hold on the ratio of 2060; today's are pinned.

    With the present pinned no draw can pay pensions in 2060 to people who do not pay in today;
    see the range of ``pensioner_coverage_2060``.
    """
    return driving_assumptions(ratio_in(LAST_YEAR), later(), n=draws)


def spread_of(year: int, symbols: list[str]) -> pd.Series[float]:
    """Draw the ratio of a year with some assumptions moving over their ranges at once."""
    return pd.Series(propagate(ratio_in(year), symbols), name=str(year))
