"""Which way research goes: its next share, what turns it, and where it comes to rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import brentq

from synergy.policy.parameters import evaluate
from synergy.policy.symbols import Values


def next_share(
    replacing_share: Values,
    *,
    replacement_pull: Values,
    policy_wedge: Values,
    path_dependence: Values,
    choice_sensitivity: Values,
) -> Values:
    r"""Share of research that seeks to replace labour, one round of investment on.

    Directed technical change (Acemoglu 2002) with increasing returns to the trodden path (Arthur
    1989; David 1985). Research splits between two kinds of technology by their pay-off, and the
    pay-off of a kind rises with its share in the past. Pay-offs are given; a round is about a
    year; for the wedge see `steering_wedge`.

    Notes
    -----
    .. math:: y' = \bigl[1+\exp\{-\beta\,(a - D + h(2y-1))\}\bigr]^{-1} .

    Two stable paths can exist only if :math:`\beta h > 2`.
    """
    drive = replacement_pull - policy_wedge + path_dependence * (2 * replacing_share - 1)
    share: Values = 1 / (1 + np.exp(-choice_sensitivity * drive))
    return share


def escape_wedge(
    *, replacing_share: Values, replacement_pull: Values, path_dependence: Values
) -> Values:
    r"""Wedge that brings replacing below one half in the next round: :math:`a + h(2y-1)`.

    It rises with the share already reached, which is the price of waiting.
    """
    return replacement_pull + path_dependence * (2 * replacing_share - 1)


def resting_shares(values: Mapping[str, float]) -> Values:
    r"""Shares at which research stays: fixed points of `next_share`, rising, one or three.

    Of three the outer two are stable; research ends at the lower or the upper one as it starts
    below or above the middle one.

    Parameters
    ----------
    values : mapping
        Symbols that differ from the defaults.
    """

    def drift(share: Any) -> Any:
        return evaluate(next_share, values, replacing_share=share) - share

    grid = np.linspace(0, 1, 2001)
    signs = np.sign(drift(grid))
    turns = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    found = [brentq(drift, grid[turn], grid[turn + 1]) for turn in turns]
    return np.array(sorted([*found, *grid[signs == 0]]))
