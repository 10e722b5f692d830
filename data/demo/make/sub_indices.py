"""The five sub-indices of the demo panel: the true dynamic, drawn so that the levels hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynamics import (
    Conditions,
    accumulate,
    condition_shocks,
    convergence,
    correlated_shocks,
    kinship,
)
from levels import Levels
from settings import FIRST, LAST, SETTINGS, STEPS, YEARS, by_year, membership
from synergy.demo import true_dynamics
from synergy.dictionary import REGIONS, units
from synergy.index import Floats

REMUNERATION = by_year(SETTINGS["remuneration"]["nation"])
HEIGHTS = np.array(SETTINGS["heights"]["mean"])
WEST, STEP_2019 = REGIONS.index("西部"), 2019 - FIRST


@dataclass(frozen=True)
class Draws:
    """Standard normal numbers behind one set of sub-indices.

    Attributes
    ----------
    heights : ndarray, shape (30, 3)
    shocks : ndarray, shape (30, 12, 5)
    """

    heights: Floats
    shocks: Floats

    @classmethod
    def from_seed(cls, rng: np.random.Generator) -> Draws:
        """Draw both from one generator."""
        return cls(rng.normal(size=(len(units()), 3)), rng.normal(size=(len(units()), STEPS, 5)))


def sub_indices(levels: Levels, draws: Draws, dimension_weights: Floats) -> Floats:
    """Draw AI, LR, EQ, SS and LQ given what U1 and U2 must be.

    Parameters
    ----------
    levels : Levels
    draws : Draws
    dimension_weights : ndarray, shape (4,)
        Entropy weights of LR, EQ, SS and LQ in U2; they sum to 1.

    Returns
    -------
    ndarray, shape (30, 13, 5)
        A first-order vector autoregression with province and year effects: a path without
        shocks between the first and last year's levels, plus shocks conditioned on the levels
        in between.
    """
    dynamics = true_dynamics()
    mean = _mean_path(levels, draws, dimension_weights)
    wanted = _conditions(levels, mean, dimension_weights)
    related = kinship(units()["region"])
    shocks = correlated_shocks(draws.shocks, dynamics, related)
    return mean + accumulate(dynamics, condition_shocks(shocks, dynamics, related, wanted))


def _mean_path(levels: Levels, draws: Draws, weights: Floats) -> Floats:
    """National path (a year effect) plus each province's convergence (a province effect)."""
    first, last = (
        np.column_stack([ai, _split(eq, REMUNERATION[year], draws.heights, weights)])
        for ai, eq, year in zip(levels.ai.T, levels.eq.T, (FIRST, LAST), strict=True)
    )
    nation = _national_path(levels, first.mean(axis=0), last.mean(axis=0), weights)
    away = first - first.mean(axis=0), last - last.mean(axis=0)
    return nation + convergence(true_dynamics(), *away, STEPS)


def _split(eq: Floats, pay_level: float, heights: Floats, weights: Floats) -> Floats:
    """Share the provinces' U2 among LR, EQ, SS and LQ, shape (30, 4)."""
    pay = (eq / eq.mean()) ** SETTINGS["remuneration"]["elasticity"]
    pay *= pay_level / pay.mean()
    height = HEIGHTS * np.exp(SETTINGS["heights"]["spread"] * heights)
    rest = (eq - weights[0] * pay) / (height @ weights[1:])
    return np.column_stack([pay, height * rest[:, None]])


def _national_path(levels: Levels, first: Floats, last: Floats, weights: Floats) -> Floats:
    """National means by year that add up to the national U2, shape (13, 5)."""
    pay = np.interp(YEARS, list(REMUNERATION), list(REMUNERATION.values()))
    ends = [end[2:] / end[2:].mean() for end in (first, last)]
    height = ends[0] + np.linspace(0, 1, len(YEARS))[:, None] * (ends[1] - ends[0])
    rest = (levels.eq_nation - weights[0] * pay) / (height @ weights[1:])
    return np.column_stack([levels.ai_nation, pay, height * rest[:, None]])


def _conditions(levels: Levels, mean: Floats, weights: Floats) -> Conditions:
    """What the shocks must leave alone or bring about: U1 and U2 at set places and years."""
    ai, eq = np.eye(5)[0], np.append(0.0, weights)
    each = np.eye(len(units()))
    west = np.flatnonzero(np.isfinite(levels.eq_2019))
    rows = [(each[i], STEPS, ai, value) for i, value in enumerate(levels.ai[:, 1])]
    rows += [(each[i], STEPS, eq, value) for i, value in enumerate(levels.eq[:, 1])]
    rows += [(each[i], STEP_2019, eq, levels.eq_2019[i]) for i in west]
    rows += [
        (membership()[region], step, eq, levels.eq_regions[region, step])
        for region, step in np.ndindex(4, STEPS)
        if step > 0 and (region, step) != (WEST, STEP_2019)  # there every province is set
    ]
    who, steps, what, value = (np.array(column) for column in zip(*rows, strict=True))
    expected = np.einsum("mi,mid,md->m", who, mean[:, steps].swapaxes(0, 1), what)
    return Conditions(who, steps, what, value - expected)
