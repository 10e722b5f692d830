r"""From national income to the sum on which social contributions are paid.

Limits: earnings are lognormal; floor and ceiling are multiples of the mean; coverage and
declared base do not react to the rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class ContributionBase:
    """The base, what it is made of, and what it reacts to.

    Attributes
    ----------
    base : ndarray
        Contribution base over GDP; the product of `labour_share` and `effective_coverage`.
    revenue : ndarray
        Contributions over GDP.
    labour_share, effective_coverage, capped_share : ndarray
        Factors; `capped_share` is the part of covered pay that lies between floor and ceiling.
    above_ceiling : ndarray
        Share of earners whose next yuan adds nothing to the base.
    coverage_elasticity, gig_elasticity, ceiling_elasticity : ndarray
        Of the base, with respect to formal coverage, the gig share, and the ceiling. That with
        respect to the labour share is 1.
    """

    base: Values
    revenue: Values
    labour_share: Values
    effective_coverage: Values
    capped_share: Values
    above_ceiling: Values
    coverage_elasticity: Values
    gig_elasticity: Values
    ceiling_elasticity: Values


def lognormal_sigma(gini: ArrayLike) -> Values:
    r"""Standard deviation of logs for a lognormal distribution of given Gini coefficient.

    Notes
    -----
    :math:`G = 2\Phi(\sigma/\sqrt2) - 1`, so :math:`\sigma = \sqrt2\,\Phi^{-1}((1+G)/2)`.
    """
    inequality = domain.proper_share("gini", gini)
    return np.asarray(np.sqrt(2) * ndtri((1 + inequality) / 2))


def limited_mean(limit: ArrayLike, sigma: ArrayLike) -> Values:
    r"""Mean of :math:`\min(w, c)` for lognormal :math:`w` with mean 1.

    Notes
    -----
    .. math:: L(c) = \Phi\Bigl(\frac{\ln c}{\sigma}-\frac{\sigma}{2}\Bigr)
        + c\Bigl[1-\Phi\Bigl(\frac{\ln c}{\sigma}+\frac{\sigma}{2}\Bigr)\Bigr] .
    """
    c, s = domain.above("limit", limit), domain.above("sigma", sigma)
    return np.asarray(ndtr(np.log(c) / s - s / 2) + c * ndtr(-np.log(c) / s - s / 2))


def contribution_base(
    *,
    labour_share: ArrayLike,
    gig_share: ArrayLike,
    formal_coverage: ArrayLike,
    formal_compliance: ArrayLike,
    gig_coverage: ArrayLike,
    gig_compliance: ArrayLike,
    wage_gini: ArrayLike,
    base_floor: ArrayLike,
    base_ceiling: ArrayLike,
    contribution_rate: ArrayLike,
) -> ContributionBase:
    r"""Contribution base as a share of GDP.

    Parameters
    ----------
    labour_share : array_like
        Labour income over GDP.
    gig_share : array_like
        Share of labour income earned without a standing employer.
    formal_coverage, gig_coverage : array_like
        Share of that income whose earners are insured.
    formal_compliance, gig_compliance : array_like
        Declared base over true pay of the insured.
    wage_gini : array_like
        Gini coefficient of pay among employees, in (0, 1).
    base_floor, base_ceiling : array_like
        Lowest and highest base, as multiples of mean pay; the floor below the ceiling.
    contribution_rate : array_like
        Employer and employee rate together.

    Returns
    -------
    ContributionBase

    Notes
    -----
    .. math:: \frac{B}{Y} = s\,\bigl[(1-\gamma)\,v_f\,c_f\,\kappa + \gamma\,v_g\,c_g\bigr],
        \qquad \kappa = E\bigl[\min(\max(w, f), c)\bigr]/E[w] = L(c) + f - L(f) .
    """
    floor = domain.above("base_floor", base_floor)
    ceiling = domain.above("base_ceiling", base_ceiling)
    if np.any(floor >= ceiling):
        raise ValueError("base_floor must be less than base_ceiling")
    sigma = lognormal_sigma(wage_gini)
    kappa = limited_mean(ceiling, sigma) + floor - limited_mean(floor, sigma)
    above = np.asarray(ndtr(-np.log(ceiling) / sigma - sigma / 2))
    gig, s = domain.share("gig_share", gig_share), domain.share("labour_share", labour_share)
    formal_rate = domain.share("formal_coverage", formal_coverage) * kappa
    formal_rate = formal_rate * domain.share("formal_compliance", formal_compliance)
    gig_rate = domain.share("gig_coverage", gig_coverage)
    gig_rate = gig_rate * domain.share("gig_compliance", gig_compliance)
    formal, effective = (1 - gig) * formal_rate, (1 - gig) * formal_rate + gig * gig_rate
    per_unit = 1 / np.where(effective == 0, np.nan, effective)
    base = s * effective
    return ContributionBase(
        base=base,
        revenue=domain.share("contribution_rate", contribution_rate) * base,
        labour_share=s,
        effective_coverage=effective,
        capped_share=kappa,
        above_ceiling=above,
        coverage_elasticity=formal * per_unit,
        gig_elasticity=gig * (gig_rate - formal_rate) * per_unit,
        ceiling_elasticity=formal * per_unit * ceiling * above / kappa,
    )


_SIGMA = "(sqrt(2)*quantileNormal((1 + {wage_gini})/2))"


def limited_mean_text(limit: str, sigma: str) -> str:
    """`limited_mean` in the Vega expression language."""
    low = f"cumulativeNormal(log({limit})/{sigma} - {sigma}/2)"
    high = f"cumulativeNormal(-log({limit})/{sigma} - {sigma}/2)"
    return f"({low} + {limit}*{high})"


_CAPPED = (
    f"({limited_mean_text('{base_ceiling}', _SIGMA)} + {{base_floor}}"
    f" - {limited_mean_text('{base_floor}', _SIGMA)})"
)
_EFFECTIVE = (
    f"((1 - {{gig_share}})*{{formal_coverage}}*{{formal_compliance}}*{_CAPPED}"
    " + {gig_share}*{gig_coverage}*{gig_compliance})"
)

EXPRESSIONS: dict[str, str] = {
    "capped_share": _CAPPED,
    "effective_coverage": _EFFECTIVE,
    "base": f"({{labour_share}}*{_EFFECTIVE})",
    "revenue": f"({{contribution_rate}}*{{labour_share}}*{_EFFECTIVE})",
}
