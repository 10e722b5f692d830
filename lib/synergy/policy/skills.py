r"""Skill accounts, retraining that ages, certificates that tell, and a race with technology.

Limits: one course, certain effects, a constant rate at which a skill loses its worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class Retraining:
    """Worth of a course to one entrant, 万元.

    Attributes
    ----------
    net_value, benefit : ndarray
        Present value, with and before the cost of the course.
    break_even_gain : ndarray
        Yearly gain in pay at which the course just pays, 万元/年.
    success : ndarray
        Probability that an entrant ends up in the better job.
    """

    net_value: Values
    benefit: Values
    break_even_gain: Values
    success: Values


def retraining_value(
    *,
    course_cost: ArrayLike,
    wage_gain: ArrayLike,
    completion_rate: ArrayLike,
    placement_rate: ArrayLike,
    skill_half_life: ArrayLike,
    career_years: ArrayLike,
    interest_rate: ArrayLike,
) -> Retraining:
    r"""Present value of retraining when the skill ages.

    Parameters
    ----------
    course_cost : array_like
        Fees and pay forgone, 万元.
    wage_gain : array_like
        Gain in yearly pay while the skill is new, 万元/年.
    completion_rate, placement_rate : array_like
        Entrants who finish; finishers who find the better job.
    skill_half_life, career_years : array_like
        Years.
    interest_rate : array_like
        Per year.

    Returns
    -------
    Retraining

    Notes
    -----
    .. math:: V = \pi q G\,\frac{1-e^{-(r+\delta)T}}{r+\delta} - C,
        \qquad \delta = \ln 2 / h .

    Human capital that depreciates: Ben-Porath (1967), Neuman and Weiss (1995).
    """
    half_life = domain.above("skill_half_life", skill_half_life)
    rate = domain.nonnegative("interest_rate", interest_rate) + np.log(2) / half_life
    worth = -np.expm1(-rate * domain.nonnegative("career_years", career_years)) / rate
    success = domain.share("completion_rate", completion_rate)
    success = success * domain.share("placement_rate", placement_rate)
    benefit = success * worth * domain.nonnegative("wage_gain", wage_gain)
    cost = domain.nonnegative("course_cost", course_cost)
    lasting = success * worth
    needed = cost / np.where(lasting == 0, np.nan, lasting)
    return Retraining(benefit - cost, benefit, needed, success)


@dataclass(frozen=True)
class JobMismatch:
    """What a net figure hides, in the units of the inputs.

    Attributes
    ----------
    net : ndarray
        Jobs created less jobs displaced; equals ``vacant - stranded``.
    moved, stranded, vacant : ndarray
        Displaced workers who can take a new job, those who cannot, new jobs nobody can take.
    """

    net: Values
    moved: Values
    stranded: Values
    vacant: Values


def job_mismatch(
    *, jobs_created: ArrayLike, jobs_displaced: ArrayLike, transferable_share: ArrayLike
) -> JobMismatch:
    r"""Split a forecast of net job growth into moves, stranded workers and empty posts.

    Parameters
    ----------
    jobs_created, jobs_displaced : array_like
        Forecast of jobs, for instance 百万.
    transferable_share : array_like
        Displaced workers whose skills fit a new job.

    Notes
    -----
    :math:`moved = \min(\phi D, C)`. The net is the same whatever :math:`\phi`; hardship is not.
    """
    created = domain.nonnegative("jobs_created", jobs_created)
    displaced = domain.nonnegative("jobs_displaced", jobs_displaced)
    fitting = domain.share("transferable_share", transferable_share) * displaced
    moved = np.minimum(fitting, created)
    return JobMismatch(created - displaced, moved, displaced - moved, created - moved)


@dataclass(frozen=True)
class Backlog:
    """Displaced workers who have not found their way back, as a share of the workforce."""

    waiting: Values
    long_run: Values
    rescued_share: Values


def displaced_backlog(
    years: ArrayLike,
    *,
    displacement_rate: ArrayLike,
    retraining_reach: ArrayLike,
    completion_rate: ArrayLike,
    placement_rate: ArrayLike,
    exit_rate: ArrayLike,
) -> Backlog:
    r"""Stock of displaced workers when retraining reaches only some.

    Parameters
    ----------
    years : array_like
        Years since the start.
    displacement_rate, exit_rate : array_like
        Workers displaced per year; rate at which the others leave the stock (retire, take
        another job).
    retraining_reach, completion_rate, placement_rate : array_like
        Shares; their product is the part rescued at once.

    Notes
    -----
    :math:`\dot B = d(1-\rho\pi q) - xB`, so :math:`B(t) = d(1-\rho\pi q)(1-e^{-xt})/x`.
    A reach of 34 % rescues far fewer than 34 %.
    """
    rescued = domain.share("retraining_reach", retraining_reach)
    rescued = rescued * domain.share("completion_rate", completion_rate)
    rescued = rescued * domain.share("placement_rate", placement_rate)
    leaving = domain.above("exit_rate", exit_rate)
    level = domain.nonnegative("displacement_rate", displacement_rate) * (1 - rescued) / leaving
    filled = -np.expm1(-leaving * domain.nonnegative("years", years))
    return Backlog(np.asarray(level * filled), np.asarray(level), rescued)


def skill_account(
    years: ArrayLike,
    *,
    account_grant: ArrayLike,
    own_contribution: ArrayLike,
    employer_match: ArrayLike,
    interest_rate: ArrayLike,
) -> Values:
    r"""Balance of a lifelong skill account, 万元.

    Notes
    -----
    A grant at the start, then yearly payments of the owner with the employer's match:
    :math:`A(t) = g e^{rt} + c(1+m)(e^{rt}-1)/r`.
    """
    t = domain.nonnegative("years", years)
    rate = domain.nonnegative("interest_rate", interest_rate)
    flat = rate < 1e-9
    paid = np.where(flat, t, np.expm1(rate * t) / np.where(flat, 1.0, rate))
    yearly = domain.nonnegative("own_contribution", own_contribution)
    yearly = yearly * (1 + domain.nonnegative("employer_match", employer_match))
    grant = domain.nonnegative("account_grant", account_grant)
    return np.asarray(grant * np.exp(rate * t) + yearly * paid)


@dataclass(frozen=True)
class CertificateValue:
    """What a certificate is worth to the match between worker and job, per applicant.

    Attributes
    ----------
    posterior : ndarray
        Probability that a certified applicant fits.
    without, with_certificate, value : ndarray
        Expected surplus, and what the certificate adds; never negative.
    """

    posterior: Values
    without: Values
    with_certificate: Values
    value: Values


def certificate_value(
    *,
    fit_share: ArrayLike,
    certificate_accuracy: ArrayLike,
    match_gain: ArrayLike,
    mismatch_loss: ArrayLike,
) -> CertificateValue:
    r"""Worth of a signal in a market where neither side sees who fits ("skill fog").

    Parameters
    ----------
    fit_share : array_like
        Applicants who fit the post.
    certificate_accuracy : array_like
        Probability that the certificate tells the truth, for those who fit and those who do
        not; 0.5 = worthless.
    match_gain, mismatch_loss : array_like
        Surplus of a good match, loss of a bad one, 万元/年.

    Notes
    -----
    Firms hire if the expected surplus is positive (Spence 1973; statistical decision by Bayes'
    rule). With :math:`\lambda` the fit share and :math:`\alpha` the accuracy,

    .. math:: V = \sum_{z}\bigl[P(z, fit)G - P(z, unfit)L\bigr]^+ - [\lambda G-(1-\lambda)L]^+ .
    """
    fit = domain.share("fit_share", fit_share)
    truth = domain.share("certificate_accuracy", certificate_accuracy)
    gain = domain.nonnegative("match_gain", match_gain)
    loss = domain.nonnegative("mismatch_loss", mismatch_loss)
    blind = np.maximum(fit * gain - (1 - fit) * loss, 0)
    yes = np.maximum(truth * fit * gain - (1 - truth) * (1 - fit) * loss, 0)
    no = np.maximum((1 - truth) * fit * gain - truth * (1 - fit) * loss, 0)
    certified = truth * fit + (1 - truth) * (1 - fit)
    posterior = truth * fit / np.where(certified == 0, np.nan, certified)
    return CertificateValue(posterior, blind, yes + no, yes + no - blind)


def skill_race(
    years: ArrayLike, *, technology_growth: ArrayLike, learning_growth: ArrayLike
) -> Values:
    r"""Human capability over what technology asks for: linear learning, exponential technology.

    Notes
    -----
    :math:`(1+ht)/e^{gt}`; it first rises if :math:`h > g` and always ends at zero.
    """
    t = domain.nonnegative("years", years)
    ability = 1 + domain.nonnegative("learning_growth", learning_growth) * t
    return np.asarray(ability * np.exp(-domain.real("technology_growth", technology_growth) * t))


_RATE = "({interest_rate} + log(2)/{skill_half_life})"

EXPRESSIONS: dict[str, str] = {
    "net_value": (
        "({completion_rate}*{placement_rate}*{wage_gain}"
        f"*(1 - exp(-{_RATE}*{{career_years}}))/{_RATE} - {{course_cost}})"
    ),
    "stranded": ("({jobs_displaced} - min({transferable_share}*{jobs_displaced}, {jobs_created}))"),
    "backlog": (
        "({displacement_rate}*(1 - {retraining_reach}*{completion_rate}*{placement_rate})"
        "*(1 - exp(-{exit_rate}*{years}))/{exit_rate})"
    ),
    "account": (
        "({account_grant}*exp({interest_rate}*{years}) + {own_contribution}*(1 + {employer_match})"
        "*if({interest_rate} < 1e-9, {years}, (exp({interest_rate}*{years}) - 1)/{interest_rate}))"
    ),
    "certificate_value": (
        "(max({certificate_accuracy}*{fit_share}*{match_gain}"
        " - (1 - {certificate_accuracy})*(1 - {fit_share})*{mismatch_loss}, 0)"
        " + max((1 - {certificate_accuracy})*{fit_share}*{match_gain}"
        " - {certificate_accuracy}*(1 - {fit_share})*{mismatch_loss}, 0)"
        " - max({fit_share}*{match_gain} - (1 - {fit_share})*{mismatch_loss}, 0))"
    ),
    "skill_race": "((1 + {learning_growth}*{years})*exp(-{technology_growth}*{years}))",
}
