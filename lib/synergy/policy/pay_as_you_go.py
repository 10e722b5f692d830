r"""The return of a pay-as-you-go scheme against the market's rate of interest.

Samuelson (1958) found that a scheme without capital returns the growth of the population;
Aaron (1966) added that of wages: the scheme beats saving where :math:`n + g > r`.

Limits: steady state, one contribution rate, certain returns. Where :math:`n + g < r` the scheme
is a tax on members, yet ending it helps no one for free: the first pensioners' gift has been
spent, and its value equals what all later members lose together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


@dataclass(frozen=True)
class PayAsYouGo:
    """Return of the scheme to a member.

    Attributes
    ----------
    implicit_return : ndarray
        Growth of the wage bill, per year.
    advantage : ndarray
        Implicit return less the rate of interest, per year.
    generation_gain : ndarray
        Gain per yuan contributed against saving it for one generation.
    money_worth : ndarray
        Present value of benefits over present value of contributions, on a working life and
        a retirement of given lengths.
    """

    implicit_return: Values
    advantage: Values
    generation_gain: Values
    money_worth: Values


def pay_as_you_go(
    *,
    contributor_growth: ArrayLike,
    wage_growth: ArrayLike,
    interest_rate: ArrayLike,
    generation_years: ArrayLike,
    working_years: ArrayLike,
    retirement_years: ArrayLike,
) -> PayAsYouGo:
    r"""Compare a steady pay-as-you-go scheme with saving at interest.

    Parameters
    ----------
    contributor_growth, wage_growth, interest_rate : array_like
        Real log rates per year.
    generation_years, working_years, retirement_years : array_like
        Years, above 0.

    Returns
    -------
    PayAsYouGo

    Notes
    -----
    .. math::
        \text{gain} = e^{(n+g-r)T} - 1, \qquad
        \text{money's worth} = \frac{A(g-r;\,W,\,W+R)}{A(g-r;\,0,\,W)} \Big/
        \frac{A(-n;\,W,\,W+R)}{A(-n;\,0,\,W)},

    with :math:`A(k; a, b) = \int_a^b e^{ks}ds`. The second bracket is the support ratio that
    makes receipts equal outlays each year when pensions follow wages. Both measures say "no
    better than saving" exactly at :math:`n + g = r` (Aaron 1966).
    """
    n = domain.real("contributor_growth", contributor_growth)
    g = domain.real("wage_growth", wage_growth)
    r = domain.real("interest_rate", interest_rate)
    span = domain.above("generation_years", generation_years)
    work = domain.above("working_years", working_years)
    end = work + domain.above("retirement_years", retirement_years)
    zero = np.zeros(())
    received = _annuity(g - r, work, end) / _annuity(g - r, zero, work)
    balance = _annuity(-n, work, end) / _annuity(-n, zero, work)
    return PayAsYouGo(n + g, n + g - r, np.expm1((n + g - r) * span), received / balance)


def _annuity(rate: Values, start: Values, end: Values) -> Values:
    flat = np.abs(rate) < 1e-9
    growth = (np.exp(rate * end) - np.exp(rate * start)) / np.where(flat, 1.0, rate)
    return np.where(flat, end - start, growth)


def break_even_wage_growth(*, contributor_growth: ArrayLike, interest_rate: ArrayLike) -> Values:
    """Wage growth above which the scheme beats saving: ``r - n``."""
    r = domain.real("interest_rate", interest_rate)
    return np.asarray(r - domain.real("contributor_growth", contributor_growth))


def wage_growth_after_decoupling(
    *, productivity_growth: ArrayLike, labour_share_growth: ArrayLike
) -> Values:
    """Growth of the mean wage when the labour share changes: ``g_y + g_s``."""
    productivity = domain.real("productivity_growth", productivity_growth)
    return np.asarray(productivity + domain.real("labour_share_growth", labour_share_growth))


def generation_ledger(generations: int, *, growth_factor: float, interest_factor: float) -> Values:
    r"""Net present value to each generation, per yuan contributed by the first working one.

    Parameters
    ----------
    generations : int
        Number of contributing generations listed after the first pensioners.
    growth_factor, interest_factor : float
        :math:`e^{(n+g)T}` and :math:`e^{rT}`.

    Returns
    -------
    ndarray, shape (generations + 1,)
        Entry 0 is the gift to those who were old when the scheme began.

    Notes
    -----
    Generation :math:`j` gains :math:`x^{j}(x-1)`, :math:`x` = growth factor over interest factor.
    For :math:`x<1` the entries add up to zero as the list grows: the gift is what others lose.
    """
    ratio = growth_factor / interest_factor
    later = ratio ** np.arange(generations) * (ratio - 1)
    return np.concatenate(([1.0], later))


def _annuity_text(rate: str, start: str, end: str) -> str:
    return (
        f"if(abs({rate}) < 1e-9, {end} - {start},"
        f" (exp(({rate})*({end})) - exp(({rate})*({start})))/({rate}))"
    )


_N, _G, _R = "{contributor_growth}", "{wage_growth}", "{interest_rate}"
_W, _END = "{working_years}", "({working_years} + {retirement_years})"

EXPRESSIONS: dict[str, str] = {
    "implicit_return": f"({_N} + {_G})",
    "advantage": f"({_N} + {_G} - {_R})",
    "generation_gain": f"(exp(({_N} + {_G} - {_R})*{{generation_years}}) - 1)",
    "money_worth": (
        f"({_annuity_text(f'({_G} - {_R})', _W, _END)}/{_annuity_text(f'({_G} - {_R})', '0', _W)}"
        f"*{_annuity_text(f'(-{_N})', '0', _W)}/{_annuity_text(f'(-{_N})', _W, _END)})"
    ),
}
