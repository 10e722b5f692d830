r"""Where innovation goes: replacing people or helping them, and how a path locks in.

Directed technical change (Acemoglu 2002) with increasing returns to the trodden path (Arthur
1989; David 1985). Research splits between two kinds of technology by their pay-off, and the
pay-off of a kind rises with its share in the past.

Limits: two kinds only; pay-offs are given; periods are rounds of investment, about a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from synergy.policy import domain
from synergy.policy.domain import Values


def next_share(
    replacing_share: ArrayLike,
    *,
    replacement_pull: ArrayLike,
    policy_wedge: ArrayLike,
    path_dependence: ArrayLike,
    choice_sensitivity: ArrayLike,
) -> Values:
    r"""Share of research that seeks to replace labour, one round on.

    Parameters
    ----------
    replacing_share : array_like
        Share in this round.
    replacement_pull : array_like
        Pay-off of replacing over helping, as a share of cost, without policy or history.
    policy_wedge : array_like
        What taxes and credits take off that pay-off; see `levers.differentiated_tax`.
    path_dependence : array_like
        Advantage of a kind that had all of research in the last round.
    choice_sensitivity : array_like
        How sharply research follows pay-off, above 0.

    Notes
    -----
    .. math:: x' = \bigl[1+\exp\{-\beta\,(a - p + k(2x-1))\}\bigr]^{-1} .

    Two stable paths can exist only if :math:`\beta k > 2`.
    """
    x = domain.share("replacing_share", replacing_share)
    pull = domain.real("replacement_pull", replacement_pull)
    history = domain.nonnegative("path_dependence", path_dependence) * (2 * x - 1)
    drive = pull - domain.real("policy_wedge", policy_wedge) + history
    sharpness = domain.above("choice_sensitivity", choice_sensitivity)
    return np.asarray(1 / (1 + np.exp(-sharpness * drive)))


def share_path(
    periods: int,
    *,
    replacing_share: ArrayLike,
    replacement_pull: ArrayLike,
    policy_wedge: ArrayLike,
    path_dependence: ArrayLike,
    choice_sensitivity: ArrayLike,
    delay: int = 0,
) -> Values:
    """Share over time, shape (..., periods + 1); the policy starts after `delay` rounds."""
    x = domain.share("replacing_share", replacing_share)
    wedge = domain.real("policy_wedge", policy_wedge)
    path = [x]
    for period in range(periods):
        x = next_share(
            x,
            replacement_pull=replacement_pull,
            policy_wedge=wedge if period >= delay else np.zeros_like(wedge),
            path_dependence=path_dependence,
            choice_sensitivity=choice_sensitivity,
        )
        path.append(x)
    return np.stack(np.broadcast_arrays(*path), axis=-1)


def escape_wedge(
    *, replacing_share: ArrayLike, replacement_pull: ArrayLike, path_dependence: ArrayLike
) -> Values:
    r"""Wedge that brings replacing below one half in the next round: :math:`a + k(2x-1)`.

    It rises with the share already reached, which is the price of waiting.
    """
    x = domain.share("replacing_share", replacing_share)
    pull = domain.real("replacement_pull", replacement_pull)
    return np.asarray(pull + domain.nonnegative("path_dependence", path_dependence) * (2 * x - 1))


EXPRESSIONS: dict[str, str] = {
    "next_share": (
        "(1/(1 + exp(-{choice_sensitivity}*({replacement_pull} - {policy_wedge}"
        " + {path_dependence}*(2*{replacing_share} - 1)))))"
    ),
    "escape_wedge": "({replacement_pull} + {path_dependence}*(2*{replacing_share} - 1))",
}
