"""Indicators in believable units that add up to given sub-indices.

Each indicator has a latent score per province-year: it follows its sub-index, with lasting and
passing peculiarities of its own. The logistic transform of the score, min-max scaled over the
panel, is the scaled indicator; a worst and a best value turn it into units. What a sub-index still
misses is then spread over its indicators, in log-odds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from settings import SETTINGS, YEARS, missing, parts, profile, shapes
from synergy.index import Floats, entropy

Flags = NDArray[np.bool_]

SHAPING = SETTINGS["shaping"]


def initial_scores(states: Floats, rng: np.random.Generator) -> Floats:
    """Latent scores around the sub-indices, shape (30, 13, 31).

    Parameters
    ----------
    states : ndarray, shape (30, 13, 5)
        Sub-indices, inside (0, 1).
    rng : Generator
    """
    shape = shapes()
    followed = (np.log(states / (1 - states)) @ parts()) * shape["load"].to_numpy()
    drift = np.outer((YEARS - YEARS.mean()) / 6, shape["drift"])
    lasting = _lasting(rng)[:, None]
    noise = _persistent(rng, followed.shape) * shape["noise"].to_numpy()
    scores: Floats = _raise_leaders(followed + lasting + drift + noise)
    scores += shape["centre"].to_numpy()
    return scores


def scaled(scores: Floats) -> Floats:
    """Min-max scaled indicators from latent scores, missing cells interpolated."""
    odds = 1 / (1 + np.exp(-scores))
    low, high = odds.min(axis=(0, 1)), odds.max(axis=(0, 1))
    return _interpolated((odds - low) / (high - low))


def weights(z: Floats) -> Floats:
    """Entropy weights, summing to 1 within a system, shape (31,)."""
    divergence = 1 - entropy(z.reshape(-1, z.shape[-1]))
    ai = parts()[0]
    shares: Floats = divergence * (ai / (divergence @ ai) + (1 - ai) / (divergence @ (1 - ai)))
    return shares


def dimension_weights(z: Floats) -> Floats:
    """Entropy weights of LR, EQ, SS and LQ in U2, shape (4,)."""
    return parts()[1:] @ weights(z)


def settle(scores: Floats, states: Floats) -> Floats:
    """Shift provinces so that their sub-indices come out right on average over the years.

    Indicators that a province leads stay where they are, so that the scale does not run away.
    """
    z = scaled(scores)
    inside, free = _inside(z), ~_led()[:, None]
    miss = (states - z @ inside.T).mean(axis=1, keepdims=True)
    slope = ((free * (z * (1 - z) + SHAPING["flattest"])) @ inside.T).mean(axis=1, keepdims=True)
    longest = SHAPING["largest_move"]
    step = np.clip(miss / slope, -longest, longest)
    return _raise_leaders(scores + SHAPING["damping"] * free * (step @ parts()))


def close_gap(z: Floats, states: Floats) -> tuple[Floats, float]:
    """Move scaled indicators towards the sub-indices: one Newton step in log-odds.

    Zero and one are fixed points, so that the panel stays min-max scaled.

    Returns
    -------
    z : ndarray, shape (30, 13, 31)
    miss : float
        Largest miss of a sub-index before the step.
    """
    inside = _inside(z)
    miss = states - z @ inside.T
    flex = np.where(missing(), 0.0, shapes()["flex"].to_numpy())
    longest = SHAPING["largest_move"]
    step = np.clip(miss / ((flex * z * (1 - z)) @ inside.T), -longest, longest)
    odds = np.exp(flex * (step @ parts()))
    return _interpolated(z * odds / (1 - z + z * odds)), float(np.abs(miss).max())


def in_units(z: Floats) -> Floats:
    """Indicators in their units, rounded; NaN where a cell is left empty."""
    shape = shapes()
    raw: Floats = shape["worst"].to_numpy() + z * (shape["best"] - shape["worst"]).to_numpy()
    for column, digits in enumerate(shape["digits"]):
        raw[..., column] = raw[..., column].round(digits)
    return np.where(missing(), np.nan, raw)


def _lasting(rng: np.random.Generator) -> Floats:
    """What sets a province apart in all years: population, space and chance, shape (30, 31)."""
    shape, table = shapes(), profile()
    population, area = (np.log(table[name].to_numpy(float)) for name in ("population", "area"))
    size, space = population - population.mean(), area - population
    lasting: Floats = np.outer(size, shape["size"])
    lasting += np.outer(space - space.mean(), shape["space"])
    lasting += rng.normal(size=lasting.shape) * shape["effect"].to_numpy()
    return lasting


def _persistent(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Autoregressive noise along the second axis, variance 1."""
    noise = rng.normal(size=shape)
    kept = SHAPING["noise_persistence"]
    fresh = np.sqrt(1 - kept**2)
    for t in range(1, shape[1]):
        noise[:, t] = kept * noise[:, t - 1] + fresh * noise[:, t]
    return noise


@cache
def _led() -> Flags:
    """Which province leads which indicator, shape (30, 31)."""
    leader: Flags = profile().index.to_numpy()[:, None] == shapes()["leader"].to_numpy()
    return leader


def _raise_leaders(scores: Floats) -> Floats:
    """Lift each indicator's leading province until its peak tops everyone else's."""
    led, peak = _led(), scores.max(axis=1)
    rivals = np.where(led, -np.inf, peak).max(axis=0)
    lift = np.maximum(rivals + SHAPING["lead"] - (led * peak).sum(axis=0), 0.0)
    raised: Floats = scores + (led * lift)[:, None]
    return raised


def _interpolated(z: Floats) -> Floats:
    """Replace the missing cells by what linear interpolation in time will put there."""
    filled = z.copy()
    for province, code in np.unique(np.argwhere(missing())[:, [0, 2]], axis=0):
        gap, series = missing()[province, :, code], z[province, :, code]
        filled[province, gap, code] = np.interp(YEARS[gap], YEARS[~gap], series[~gap])
    return filled


def _inside(z: Floats) -> Floats:
    """Weights within each sub-index: sub-indices x indicators, rows sum to 1."""
    inside = parts() * weights(z)
    shares: Floats = inside / inside.sum(axis=1, keepdims=True)
    return shares
