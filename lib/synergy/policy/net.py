"""People in transition: retraining, accounts and certificates, and a safety net in three layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from synergy.policy.insurance import limited_mean, lognormal_sigma
from synergy.policy.parameters import require
from synergy.policy.symbols import Values, integral


class Retraining(NamedTuple):
    """Worth of a course to one entrant, 万元, and the part of entrants who find the better job.

    `break_even_gain` is the yearly gain in pay at which the course just pays, 万元/年.
    """

    net_value: Values
    break_even_gain: Values
    success: Values


def retraining_value(
    *,
    course_cost: Values,
    wage_gain: Values,
    completion_rate: Values,
    placement_rate: Values,
    skill_half_life: Values,
    career_years: Values,
    interest_rate: Values,
) -> Retraining:
    r"""Present value of retraining when the skill ages at a constant rate.

    Notes
    -----
    .. math:: V = \pi q G\,\frac{1-e^{-(r+\delta)T}}{r+\delta} - C,
        \qquad \delta = \ln 2 / h .

    Human capital that depreciates: Ben-Porath (1967), Neuman and Weiss (1995).
    """
    ageing = interest_rate + np.log(2) / skill_half_life
    success = completion_rate * placement_rate
    lasting = success * integral(-ageing, career_years)
    needed = course_cost / np.where(lasting > 0, lasting, np.nan)
    return Retraining(lasting * wage_gain - course_cost, needed, success)


class JobMismatch(NamedTuple):
    """What a net figure hides, in the units of the inputs.

    Displaced workers who can take a new job and those who cannot; the net is the new jobs that
    nobody can take less the stranded.
    """

    net: Values
    moved: Values
    stranded: Values


def job_mismatch(
    *, jobs_created: Values, jobs_displaced: Values, transferable_share: Values
) -> JobMismatch:
    r"""Split a forecast of net job growth into moves, stranded workers and empty posts.

    Notes
    -----
    :math:`moved = \min(\phi D, C)`. The net is the same whatever :math:`\phi`; hardship is not.
    """
    moved = np.minimum(transferable_share * jobs_displaced, jobs_created)
    net = jobs_created - jobs_displaced
    return JobMismatch(net, moved, jobs_displaced - moved)


class Backlog(NamedTuple):
    """Displaced workers not yet back, as a share of the workforce, and the part rescued at once."""

    waiting: Values
    rescued_share: Values


def displaced_backlog(
    years: Values,
    *,
    layoff_rate: Values,
    retraining_reach: Values,
    completion_rate: Values,
    placement_rate: Values,
    exit_rate: Values,
) -> Backlog:
    r"""Stock of displaced workers when retraining reaches only some.

    Notes
    -----
    :math:`\dot B = d(1-\rho\pi q) - xB`, so :math:`B(t) = d(1-\rho\pi q)(1-e^{-xt})/x`.
    A reach of 34 % rescues far fewer than 34 %.
    """
    rescued = retraining_reach * completion_rate * placement_rate
    return Backlog(layoff_rate * (1 - rescued) * integral(-exit_rate, years), rescued)


def skill_account(
    years: Values,
    *,
    account_grant: Values,
    own_contribution: Values,
    employer_match: Values,
    interest_rate: Values,
) -> Values:
    r"""Balance of a lifelong skill account, 万元.

    Notes
    -----
    A grant at the start, then yearly payments of the owner with the employer's match:
    :math:`A(t) = g e^{rt} + c(1+m)(e^{rt}-1)/r`.
    """
    yearly = own_contribution * (1 + employer_match)
    balance: Values = account_grant * np.exp(interest_rate * years)
    return balance + yearly * integral(interest_rate, years)


class CertificateValue(NamedTuple):
    """Probability that a certified applicant fits, and what the certificate adds to the match.

    Below the accuracy `threshold` firms decide as they would without it.
    """

    posterior: Values
    value: Values
    threshold: Values


def certificate_value(
    *, fit_share: Values, certificate_accuracy: Values, match_gain: Values, mismatch_loss: Values
) -> CertificateValue:
    r"""Worth of a signal in a market where neither side sees who fits ("skill fog"), 万元/年.

    The certificate tells the truth with the same probability for those who fit and those who do
    not; 0.5 = worthless.

    Notes
    -----
    Firms hire if the expected surplus is positive: the value of information to a decision
    (Blackwell 1953) in a market that judges by a noisy test (Phelps 1972). Nobody chooses or pays
    to be certified, so this is not signalling (Spence 1973). With :math:`\lambda` the fit share and
    :math:`\alpha` the accuracy,

    .. math:: V = \sum_{z}\bigl[P(z, fit)G - P(z, unfit)L\bigr]^+ - [\lambda G-(1-\lambda)L]^+ ,

    zero up to :math:`\alpha^* = \max\{A, B\}/(A+B)`, :math:`A = \lambda G, B = (1-\lambda)L`: no
    stretch is flat where the blind decision hangs in the balance.
    """
    right, wrong, unfit = certificate_accuracy, 1 - certificate_accuracy, 1 - fit_share
    blind = np.maximum(fit_share * match_gain - unfit * mismatch_loss, 0)
    yes = np.maximum(right * fit_share * match_gain - wrong * unfit * mismatch_loss, 0)
    no = np.maximum(wrong * fit_share * match_gain - right * unfit * mismatch_loss, 0)
    certified = right * fit_share + wrong * unfit
    posterior = right * fit_share / np.where(certified > 0, certified, np.nan)
    gain, loss = fit_share * match_gain, unfit * mismatch_loss
    stakes = np.where(gain + loss > 0, gain + loss, np.nan)
    return CertificateValue(posterior, yes + no - blind, np.maximum(gain, loss) / stakes)


def skill_race(years: Values, *, technology_growth: Values, learning_growth: Values) -> Values:
    r"""Human capability over what technology asks for: linear learning, exponential technology.

    Notes
    -----
    :math:`(1+ht)/e^{gt}`; it first rises if :math:`h > g` and always ends at zero.
    """
    race: Values = (1 + learning_growth * years) * np.exp(-technology_growth * years)
    return race


def earnings_supplement(
    earnings: Values,
    *,
    supplement_rate: Values,
    supplement_peak: Values,
    phase_out_start: Values,
    phase_out_rate: Values,
) -> Values:
    r"""Supplement paid on earnings: rising, level, falling to zero.

    Notes
    -----
    :math:`S(y) = \min\{s y,\ s y_1,\ \max[0,\ s y_1 - r(y-y_2)]\}`, the shape of an earned
    income tax credit.
    """
    top = supplement_rate * supplement_peak
    falling = np.maximum(top - phase_out_rate * (earnings - phase_out_start), 0)
    paid: Values = np.minimum(supplement_rate * earnings, np.minimum(top, falling))
    return paid


def income_bins(gini: Values, bins: int) -> Values:
    """Mean earnings in equally large groups of a lognormal distribution, mean 1, last axis."""
    edges = ndtri(np.linspace(0, 1, bins + 1))
    held = ndtr(edges - _last(lognormal_sigma(gini)))
    return np.asarray(np.diff(held, axis=-1) * bins)


class Costs(NamedTuple):
    """Cost of each layer per head, over mean earnings."""

    basic_income: Values
    earnings_supplement: Values
    public_jobs: Values


class SafetyNet(NamedTuple):
    """What the net costs and what it changes. Incomes in units of the mean.

    ``total_cost = levy + tax`` and ``disposable_income = market_income - tax + total_cost``;
    `tax_rate` is on market income. Poverty is the headcount, its gap the mean shortfall over the
    line, employment the share in market work; ``_before`` without the net, after the same loss of
    jobs.
    """

    cost: Costs
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


def safety_net(
    *,
    income_gini: Values,
    job_loss: Values,
    base_employment: Values,
    region_share: Values,
    basic_income: Values,
    retraining_reach: Values,
    supplement_rate: Values,
    supplement_peak: Values,
    phase_out_start: Values,
    phase_out_rate: Values,
    public_job_places: Values,
    public_job_wage: Values,
    participation_elasticity: Values,
    income_effect: Values,
    poverty_line: Values,
    levy_funding: Values,
    bins: int = 400,
) -> SafetyNet:
    r"""Apply the three layers of the notes and account for every yuan.

    A basic income for residents of exposed regions, an earnings supplement for those who
    retrained and work, and public jobs for those out of work in those regions. Earnings are
    lognormal; region, retraining and job loss are independent of each other and of earnings;
    people, not households, so that levels of poverty are high and only differences should be
    read; prices and wages stay put; the tax that pays for the net does not itself change who
    works.

    Parameters
    ----------
    bins : int
        Groups of the distribution, over which all sums are exact.

    Notes
    -----
    A person with potential earnings :math:`y`, not displaced, works with probability

    .. math:: p = \min\Bigl\{1,\ p_0\Bigl(\frac{y+S(y)}{y}\Bigr)^{\varepsilon}(1-\nu b)\Bigr\}

    (participation responds to the gain from work, Saez 2002; the basic income is paid in work
    and out of it, so it acts only through :math:`\nu`). Sums run over the groups and the states
    (region, retrained, displaced, in work), so the budget closes to rounding. What the layers cost
    when nobody reacts is `static_costs`.
    """
    y = income_bins(income_gini, bins)
    kept, before, basic = 1 - _last(job_loss), _last(base_employment), _last(basic_income)
    gain = earnings_supplement(
        y,
        supplement_rate=_last(supplement_rate),
        supplement_peak=_last(supplement_peak),
        phase_out_start=_last(phase_out_start),
        phase_out_rate=_last(phase_out_rate),
    )
    states = _states(
        earnings=y,
        supplement=gain,
        basic_income=basic,
        public_pay=_last(public_job_wage),
        region=_last(region_share),
        trained=_last(retraining_reach),
        places=_last(public_job_places),
        kept=kept,
        before=before,
        drive=(1 + gain / y) ** _last(participation_elasticity),
        damp=np.clip(1 - _last(income_effect) * basic, 0, 1),
    )
    median = np.exp(-(lognormal_sigma(income_gini) ** 2) / 2)
    return _account(states, _last(poverty_line * median), levy_funding, y, kept * before)


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
    cost = Costs(*(_total(s.weight * getattr(s, layer) for s in states) for layer in Costs._fields))
    total = np.asarray(sum(cost))
    rate = (1 - levy_funding) * total / market
    net = [(s.weight, s.market * (1 - _last(rate)) + sum(s[2:])) for s in states]
    alone = [(works_before + 0 * y, y), (1 - works_before + 0 * y, np.zeros_like(y))]
    return SafetyNet(
        cost=cost,
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


def static_costs(
    *,
    income_gini: Values,
    job_loss: Values,
    base_employment: Values,
    region_share: Values,
    basic_income: Values,
    retraining_reach: Values,
    supplement_rate: Values,
    supplement_peak: Values,
    phase_out_start: Values,
    phase_out_rate: Values,
    public_job_places: Values,
    public_job_wage: Values,
) -> Costs:
    r"""Cost of each layer when nobody changes behaviour (both elasticities of `safety_net` zero).

    Notes
    -----
    With :math:`n = (1-d)p_0` at work: :math:`\rho_r b`, :math:`\rho n E[S]` and
    :math:`\rho_r(1-n)\kappa g`, where :math:`E[S] = sL(y_1) - r[L(y_3) - L(y_2)]`,
    :math:`y_3 = y_2 + s y_1/r` and :math:`L` is `synergy.policy.insurance.limited_mean`.
    """
    require(phase_out_rate > 0, "phase_out_rate 须大于 0")
    sigma = lognormal_sigma(income_gini)
    end = phase_out_start + supplement_rate * supplement_peak / phase_out_rate
    fallen = limited_mean(end, sigma) - limited_mean(phase_out_start, sigma)
    supplement = supplement_rate * limited_mean(supplement_peak, sigma) - phase_out_rate * fallen
    working = (1 - job_loss) * base_employment
    return Costs(
        basic_income=region_share * basic_income,
        earnings_supplement=retraining_reach * working * supplement,
        public_jobs=region_share * (1 - working) * public_job_places * public_job_wage,
    )
