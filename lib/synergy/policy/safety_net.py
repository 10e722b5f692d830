r"""A safety net in three layers, on a stylised income distribution.

Layers, after the notes: a basic income for residents of exposed regions, an earnings supplement
for those who retrained and work, and public jobs for those out of work in those regions.

Limits: earnings are lognormal; region, retraining and job loss are independent of each other and
of earnings; people, not households, so that levels of poverty are high and only differences
should be read; prices and wages stay put; the tax that pays for the net does not itself change
who works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from synergy.policy import domain
from synergy.policy.contribution_base import limited_mean, limited_mean_text, lognormal_sigma
from synergy.policy.domain import Values

LAYERS = ("basic_income", "earnings_supplement", "public_jobs")


@dataclass(frozen=True)
class SafetyNet:
    """What the net costs, whom it reaches and what it changes. Incomes in units of the mean.

    Attributes
    ----------
    cost, coverage : dict of str to ndarray
        Per head, by layer; and the share of people each layer reaches.
    total_cost, levy, tax, tax_rate : ndarray
        ``total_cost = levy + tax``; `tax_rate` is on market income.
    market_income, disposable_income : ndarray
        Means; ``disposable_income = market_income - tax + total_cost``.
    poverty, poverty_gap, employment : ndarray
        With the net: headcount, mean shortfall over the line, share in market work.
    poverty_before, poverty_gap_before, employment_before : ndarray
        Without the net, after the same loss of jobs.
    """

    cost: dict[str, Values]
    coverage: dict[str, Values]
    total_cost: Values
    levy: Values
    tax: Values
    tax_rate: Values
    market_income: Values
    disposable_income: Values
    poverty: Values
    poverty_gap: Values
    employment: Values
    poverty_before: Values
    poverty_gap_before: Values
    employment_before: Values


def earnings_supplement(
    earnings: ArrayLike,
    *,
    supplement_rate: ArrayLike,
    supplement_peak: ArrayLike,
    phase_out_start: ArrayLike,
    phase_out_rate: ArrayLike,
) -> Values:
    r"""Supplement paid on earnings: rising, level, falling to zero.

    Notes
    -----
    :math:`S(y) = \min\{s y,\ s y_1,\ \max[0,\ s y_1 - r(y-y_2)]\}`, the shape of an earned
    income tax credit.
    """
    y, rate = np.asarray(earnings), np.asarray(supplement_rate)
    top = rate * np.asarray(supplement_peak)
    falling = np.maximum(top - np.asarray(phase_out_rate) * (y - np.asarray(phase_out_start)), 0)
    return np.asarray(np.minimum(rate * y, np.minimum(top, falling)))


def income_bins(gini: ArrayLike, bins: int) -> Values:
    """Mean earnings in equally large groups of a lognormal distribution, mean 1, last axis."""
    edges = ndtri(np.linspace(0, 1, bins + 1))
    held = ndtr(edges - lognormal_sigma(gini)[..., None])
    return np.asarray(np.diff(held, axis=-1) * bins)


def safety_net(
    *,
    income_gini: ArrayLike,
    job_loss: ArrayLike,
    base_employment: ArrayLike,
    region_share: ArrayLike,
    basic_income: ArrayLike,
    retraining_reach: ArrayLike,
    supplement_rate: ArrayLike,
    supplement_peak: ArrayLike,
    phase_out_start: ArrayLike,
    phase_out_rate: ArrayLike,
    public_job_places: ArrayLike,
    public_job_wage: ArrayLike,
    participation_elasticity: ArrayLike,
    income_effect: ArrayLike,
    poverty_line: ArrayLike,
    levy_funding: ArrayLike,
    bins: int = 400,
) -> SafetyNet:
    r"""Apply the three layers and account for every yuan.

    Parameters
    ----------
    income_gini : array_like
        Gini coefficient of potential earnings, in (0, 1).
    job_loss, base_employment : array_like
        Share of workers displaced; share of the others who work without the net.
    region_share, basic_income : array_like
        Share of people in exposed regions; payment per head there, over mean earnings.
    retraining_reach : array_like
        Share of workers who retrained and so qualify for the supplement.
    supplement_rate, supplement_peak, phase_out_start, phase_out_rate : array_like
        See `earnings_supplement`; earnings over the mean.
    public_job_places, public_job_wage : array_like
        Places per person out of work in exposed regions; pay over mean earnings.
    participation_elasticity, income_effect : array_like
        Elasticity of participation with respect to the gain from work; loss of participation
        per unit of basic income.
    poverty_line : array_like
        Over median potential earnings.
    levy_funding : array_like
        Part of the cost met by an AI levy from outside household income.
    bins : int
        Groups of the distribution.

    Returns
    -------
    SafetyNet

    Notes
    -----
    A person with potential earnings :math:`y`, not displaced, works with probability

    .. math:: p = \min\Bigl\{1,\ p_0\Bigl(\frac{y+S(y)}{y}\Bigr)^{\varepsilon}(1-\nu b)\Bigr\}

    (participation responds to the gain from work, Saez 2002; the basic income is paid in work
    and out of it, so it acts only through :math:`\nu`). All sums are exact over the groups and
    the states (region, retrained, displaced, in work), so the budget closes to rounding.
    """
    y = income_bins(income_gini, bins)
    lost = _last(domain.share("job_loss", job_loss))
    before = _last(domain.share("base_employment", base_employment))
    basic = _last(domain.nonnegative("basic_income", basic_income))
    gain = earnings_supplement(
        y,
        supplement_rate=_last(domain.nonnegative("supplement_rate", supplement_rate)),
        supplement_peak=_last(domain.nonnegative("supplement_peak", supplement_peak)),
        phase_out_start=_last(domain.nonnegative("phase_out_start", phase_out_start)),
        phase_out_rate=_last(domain.share("phase_out_rate", phase_out_rate)),
    )
    response = _last(domain.nonnegative("participation_elasticity", participation_elasticity))
    damping = _last(domain.nonnegative("income_effect", income_effect)) * basic
    states = _states(
        earnings=y,
        supplement=gain,
        basic_income=basic,
        public_pay=_last(domain.nonnegative("public_job_wage", public_job_wage)),
        region=_last(domain.share("region_share", region_share)),
        trained=_last(domain.share("retraining_reach", retraining_reach)),
        places=_last(domain.share("public_job_places", public_job_places)),
        kept=1 - lost,
        before=before,
        drive=(1 + gain / y) ** response,
        damp=np.clip(1 - damping, 0, 1),
    )
    median = np.exp(-(lognormal_sigma(income_gini) ** 2) / 2)
    line = _last(domain.nonnegative("poverty_line", poverty_line) * median)
    levy = domain.share("levy_funding", levy_funding)
    return _account(states, line, levy, y, (1 - lost) * before)


class _State(NamedTuple):
    """One state of a person: its weight and incomes, per group of the distribution."""

    weight: Values
    market: Values
    basic_income: Values
    earnings_supplement: Values
    public_jobs: Values


def _states(
    *,
    earnings: Values,
    supplement: Values,
    basic_income: Values,
    public_pay: Values,
    region: Values,
    trained: Values,
    places: Values,
    kept: Values,
    before: Values,
    drive: Values,
    damp: Values,
) -> list[_State]:
    """Everyone is in or out of a region, retrained or not, and works, is hired, or does neither."""
    none, states = np.zeros_like(earnings), []
    for in_region, where in ((1.0, region), (0.0, 1 - region)):
        for eligible, who in ((1.0, trained), (0.0, 1 - trained)):
            factor = (drive if eligible else 1.0) * (damp if in_region else 1.0)
            works = kept * np.minimum(before * factor, 1.0)
            idle, grant, hired = 1 - works, in_region * basic_income + none, in_region * places
            states += [
                _State(where * who * works, earnings, grant, eligible * supplement, none),
                _State(where * who * idle * hired, none, grant, none, public_pay + none),
                _State(where * who * idle * (1 - hired), none, grant, none, none),
            ]
    return states


def _account(
    states: list[_State], line: Values, levy_funding: Values, y: Values, works_before: Values
) -> SafetyNet:
    market = _total(state.weight * state.market for state in states)
    cost = {name: _total(s.weight * getattr(s, name) for s in states) for name in LAYERS}
    reached = {name: _total(s.weight * (getattr(s, name) > 0) for s in states) for name in LAYERS}
    total = np.asarray(sum(cost.values()))
    rate = (1 - levy_funding) * total / market
    net = [(s.weight, s.market * (1 - _last(rate)) + sum(s[2:])) for s in states]
    alone = [(works_before + 0 * y, y), (1 - works_before + 0 * y, np.zeros_like(y))]
    return SafetyNet(
        cost=cost,
        coverage=reached,
        total_cost=total,
        levy=levy_funding * total,
        tax=rate * market,
        tax_rate=rate,
        market_income=market,
        disposable_income=_total(weight * income for weight, income in net),
        poverty=_headcount(net, line),
        poverty_gap=_shortfall(net, line),
        employment=_total(state.weight * (state.market > 0) for state in states),
        poverty_before=_headcount(alone, line),
        poverty_gap_before=_shortfall(alone, line),
        employment_before=_total([works_before + 0 * y]),
    )


def _headcount(people: list[tuple[Values, Values]], line: Values) -> Values:
    return _total(weight * (income < line) for weight, income in people)


def _shortfall(people: list[tuple[Values, Values]], line: Values) -> Values:
    return _total(weight * np.maximum(1 - income / line, 0) for weight, income in people)


def _total(parts: Iterable[Values]) -> Values:
    """Sum over states of the mean over groups."""
    return np.asarray(sum(part.mean(axis=-1) for part in parts))


def _last(values: Values) -> Values:
    """Add the axis along which groups of the distribution run."""
    return np.asarray(values)[..., None]


def static_supplement_cost(
    *,
    income_gini: ArrayLike,
    supplement_rate: ArrayLike,
    supplement_peak: ArrayLike,
    phase_out_start: ArrayLike,
    phase_out_rate: ArrayLike,
) -> Values:
    r"""Mean supplement per eligible worker when nobody changes behaviour.

    Notes
    -----
    :math:`E[S] = sL(y_1) - r[L(y_3) - L(y_2)]`, :math:`y_3 = y_2 + s y_1/r` and :math:`L` the
    limited mean of `contribution_base.limited_mean`.
    """
    sigma = lognormal_sigma(income_gini)
    rate, peak = np.asarray(supplement_rate), np.asarray(supplement_peak)
    fall, turn = domain.above("phase_out_rate", phase_out_rate), np.asarray(phase_out_start)
    end = turn + rate * peak / fall
    rising = rate * limited_mean(peak, sigma)
    return np.asarray(rising - fall * (limited_mean(end, sigma) - limited_mean(turn, sigma)))


_SIGMA = "(sqrt(2)*quantileNormal((1 + {income_gini})/2))"
_END = "({phase_out_start} + {supplement_rate}*{supplement_peak}/{phase_out_rate})"
_SUPPLEMENT = (
    f"({{supplement_rate}}*{limited_mean_text('{supplement_peak}', _SIGMA)} - {{phase_out_rate}}"
    f"*({limited_mean_text(_END, _SIGMA)} - {limited_mean_text('{phase_out_start}', _SIGMA)}))"
)
_WORKING = "((1 - {job_loss})*{base_employment})"

#: Costs per head without any change of behaviour (both elasticities zero).
EXPRESSIONS: dict[str, str] = {
    "supplement": (
        "min({supplement_rate}*{earnings}, min({supplement_rate}*{supplement_peak},"
        " max({supplement_rate}*{supplement_peak}"
        " - {phase_out_rate}*({earnings} - {phase_out_start}), 0)))"
    ),
    "basic_income_cost": "({region_share}*{basic_income})",
    "supplement_per_worker": _SUPPLEMENT,
    "supplement_cost": f"({{retraining_reach}}*{_WORKING}*{_SUPPLEMENT})",
    "public_jobs_cost": (
        f"({{region_share}}*(1 - {_WORKING})*{{public_job_places}}*{{public_job_wage}})"
    ),
}
