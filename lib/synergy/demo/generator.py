"""Draw the demo panel: levels, then sub-indices, then indicators, until all three agree."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from synergy.demo import indicators as shaping
from synergy.demo.dynamics import SUB_INDICES
from synergy.demo.levels import YEARS, Levels, levels
from synergy.demo.sub_indices import Draws, sub_indices
from synergy.dictionary import indicators, provinces
from synergy.index import Floats

SEED = 2010
WOBBLE = 0.0015
SETTLING_ROUNDS = 30
LARGEST_ROUNDS = 1000
PRECISE = 1e-12
# Share of the way to the newest weights that each round goes; all of it makes them oscillate.
WEIGHT_STEP = 0.3


class GeneratedPanel(NamedTuple):
    """A synthetic panel and the sub-indices it was made to have.

    Attributes
    ----------
    values : DataFrame
        Index (province, year), 31 indicators in their units, rounded; NaN in the missing cells.
    states : DataFrame
        Same index; AI, LR, EQ, SS, LQ as drawn.
    """

    values: pd.DataFrame
    states: pd.DataFrame


def generate(seed: int = SEED) -> GeneratedPanel:
    """Draw a panel of 30 provinces, 13 years and 31 indicators that meets every target.

    Parameters
    ----------
    seed : int
        Of ``numpy.random.default_rng``; the committed panel has :data:`SEED`.

    Raises
    ------
    RuntimeError
        If indicators and sub-indices do not settle: with some seeds (1 in 30 when tried) a
        province leads indicators that weigh more than its sub-index allows.
    """
    wobble, drawn, shape = np.random.default_rng(seed).spawn(3)
    target, draws = levels(_wobble(wobble)), Draws.from_seed(drawn)
    z, states = _fit(target, draws, shape)
    index = pd.MultiIndex.from_product([provinces().index, YEARS], names=["province", "year"])
    return GeneratedPanel(
        pd.DataFrame(shaping.in_units(z).reshape(len(index), -1), index, indicators().index),
        pd.DataFrame(states.reshape(len(index), -1), index, list(SUB_INDICES)),
    )


def _fit(target: Levels, draws: Draws, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Let indicators, entropy weights and sub-indices agree with one another."""
    weights = np.full(4, 0.25)
    states = sub_indices(target, draws, weights)
    scores = shaping.initial_scores(states, rng)
    for _ in range(SETTLING_ROUNDS):
        scores = shaping.settle(scores, states)
        weights = _towards(weights, shaping.scaled(scores))
        states = sub_indices(target, draws, weights)
    z = shaping.scaled(scores)
    for _ in range(LARGEST_ROUNDS):
        z, miss = shaping.close_gap(z, states)
        before, weights = weights, _towards(weights, z)
        if max(miss, np.abs(weights - before).max()) < PRECISE:
            return z, states
        states = sub_indices(target, draws, weights)
    raise RuntimeError(f"sub-indices still missed by {miss:.1e} after {LARGEST_ROUNDS} rounds")


def _towards(weights: Floats, z: Floats) -> Floats:
    """Part of the way from the dimension weights in use to those of the scaled indicators."""
    stepped: Floats = weights + WEIGHT_STEP * (shaping.dimension_weights(z) - weights)
    return stepped


def _wobble(rng: np.random.Generator) -> Floats:
    """Irregularity of the regional paths, none in the years of a target."""
    drawn = rng.uniform(-WOBBLE, WOBBLE, (3, len(YEARS)))
    return np.where(np.isin(YEARS, [2010, 2016, 2019, 2022]), 0.0, drawn)
