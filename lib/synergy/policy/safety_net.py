r"""A safety net in three layers, on a stylised income distribution.

Layers, after the notes: a basic income for residents of exposed regions, an earnings supplement
for those who retrained and work, and public jobs for those out of work in those regions.

Limits: earnings are lognormal; region, retraining and job loss are independent of each other and
of earnings; people, not households, so that levels of poverty are high and only differences
should be read; prices and wages stay put; the tax that pays for the net does not itself change
who works.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def income_bins(gini: float, bins: int) -> Values:
    """Mean earnings in equally large groups of a lognormal distribution with mean 1."""
    edges = np.linspace(0, 1, bins + 1)
    held = ndtr(ndtri(edges) - float(lognormal_sigma(gini)))
    return np.asarray(np.diff(held) * bins)


def safety_net(
    *,
    income_gini: float,
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
    income_gini : float
        Gini coefficient of potential earnings.
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
    region = _last(domain.share("region_share", region_share))
    basic = _last(domain.nonnegative("basic_income", basic_income))
    trained = _last(domain.share("retraining_reach", retraining_reach))
    places = _last(domain.share("public_job_places", public_job_places))
    pay = _last(domain.nonnegative("public_job_wage", public_job_wage))
    gain = earnings_supplement(
        y,
        supplement_rate=_last(domain.nonnegative("supplement_rate", supplement_rate)),
        supplement_peak=_last(domain.nonnegative("supplement_peak", supplement_peak)),
        phase_out_start=_last(domain.nonnegative("phase_out_start", phase_out_start)),
        phase_out_rate=_last(domain.share("phase_out_rate", phase_out_rate)),
    )
    drive = (1 + gain / y) ** _last(
        domain.nonnegative("participation_elasticity", participation_elasticity)
    )
    damp = np.clip(1 - _last(domain.nonnegative("income_effect", income_effect)) * basic, 0, 1)
    sigma = float(lognormal_sigma(income_gini))
    line = _last(domain.nonnegative("poverty_line", poverty_line)) * np.exp(-(sigma**2) / 2)

    # Weight, market income, basic, supplement and public pay of every state, per group.
    states: list[tuple[Values, Values, Values, Values, Values]] = []
    nothing = np.zeros_like(y)
    for in_region, where in ((1.0, region), (0.0, 1 - region)):
        for eligible, who in ((1.0, trained), (0.0, 1 - trained)):
            factor = (drive if eligible else 1.0) * (damp if in_region else 1.0)
            works = (1 - lost) * np.minimum(before * factor, 1.0)
            here = where * who
            grant = in_region * basic + nothing
            hired = in_region * places
            states += [
                (here * works, y, grant, eligible * gain, nothing),
                (here * (1 - works) * hired, nothing, grant, nothing, pay + nothing),
                (here * (1 - works) * (1 - hired), nothing, grant, nothing, nothing),
            ]
    return _account(states, line, _mean_rate(levy_funding), y, (1 - lost) * before)


def _account(
    states: list[tuple[Values, Values, Values, Values, Values]],
    line: Values,
    levy_funding: Values,
    y: Values,
    works_before: Values,
) -> SafetyNet:
    market = sum((_mean(w * m) for w, m, *_ in states), np.zeros(()))
    cost = {
        name: sum((_mean(state[0] * state[k]) for state in states), np.zeros(()))
        for k, name in enumerate(LAYERS, start=2)
    }
    total = sum(cost.values(), np.zeros(()))
    levy = levy_funding * total
    rate = (total - levy) / market
    disposable = [(s[0], s[1] * (1 - _last(rate)) + s[2] + s[3] + s[4]) for s in states]
    alone = [(works_before, y), (1 - works_before, np.zeros_like(y))]
    return SafetyNet(
        cost=cost,
        coverage={
            name: sum((_mean(state[0] * (state[k] > 0)) for state in states), np.zeros(()))
            for k, name in enumerate(LAYERS, start=2)
        },
        total_cost=total,
        levy=levy,
        tax=rate * market,
        tax_rate=rate,
        market_income=market,
        disposable_income=sum((_mean(w * d) for w, d in disposable), np.zeros(())),
        poverty=_headcount(disposable, line),
        poverty_gap=_shortfall(disposable, line),
        employment=sum((_mean(s[0] * (s[1] > 0)) for s in states), np.zeros(())),
        poverty_before=_headcount(alone, line),
        poverty_gap_before=_shortfall(alone, line),
        employment_before=_mean(works_before + 0 * y),
    )


def _headcount(people: list[tuple[Values, Values]], line: Values) -> Values:
    return sum((_mean(weight * (income < line)) for weight, income in people), np.zeros(()))


def _shortfall(people: list[tuple[Values, Values]], line: Values) -> Values:
    gaps = (_mean(weight * np.maximum(1 - income / line, 0)) for weight, income in people)
    return sum(gaps, np.zeros(()))


def _mean(values: Values) -> Values:
    return np.asarray(values.mean(axis=-1))


def _last(values: Values) -> Values:
    """Add the axis along which groups of the distribution run."""
    return values[..., None]


def _mean_rate(levy_funding: ArrayLike) -> Values:
    return domain.share("levy_funding", levy_funding)


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
