"""Processes near the paper's table 4 and panels simulated from them.

All are stable and synthetic:

near-table-4
    The paper's table 4 times a factor that brings its largest eigenvalue modulus from 1.51
    to .8 (also .5 and .95): the printed pattern of effects, shrunk to stability.
no-cross-effects
    Each variable depends on its own past only (.8): every off-diagonal star is chance.
large-unit-effects
    near-table-4 at .8 with unit means that vary four times as much as the process around
    them, as provinces do; lagged levels are then weak instruments.
printed-precision
    near-table-4 at .8 with unit means so far apart that standard errors are those that the
    table prints; `calibrated_spread` searches for how far.
linear-growth, accelerating-growth, own-growth
    near-table-4 at .8 plus a deterministic trend of three stationary standard deviations
    over the 13 periods: the same line for all units; the same parabola; a line for each
    unit that is steeper where the unit's mean is higher.
unequal-growth, unequal-growth-alone, trends-alone
    Means far apart and lines that differ by unit, correlated .5 with the means; sizes as in the
    report's real panel. With the effects of near-table-4 at .8; with own pasts alone
    (.8); with nothing that lasts.

Innovations are normal and uncorrelated. Their relative sizes come from the table itself: a
standard error is about (innovation of the equation) / (spread of the regressor), so the row
means of log |coefficient / t| give the innovations' sizes. Unit means vary as much as the
stationary process unless said otherwise; series start in the stationary distribution.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from pvar.linalg import Array
from pvar.responses import eigenvalue_moduli
from synergy.dictionary import published_table
from synergy.simulation import UNRELATED

NAMES = ("LR", "EQ", "SS", "LQ", "AI")
PERIODS, BLOCK = 13, 100
#: Spread of unit means by which simulated standard errors are the printed ones.
PRINTED_SPREAD = 2.8


@dataclass(frozen=True)
class Scenario:
    """One truth at one size.

    Attributes
    ----------
    name : str
    radius : float
        Largest eigenvalue modulus.
    units : int
    effects : float
        Spread of the unit means, in stationary standard deviations.
    growth : float
        Trend over all periods, in stationary standard deviations.
    curve : int
        Power of time in the trend.
    own_growth : float
        How much trends differ by unit, over their mean.
    related : float
        Correlation of a unit's trend with its mean.
    replications, draws : int
        Bootstrap draws of 0 leave the bootstrap out.
    tested : int
        Replications with Anderson and Rubin's tests of GMM and the wild bootstrap of least
        squares.
    """

    name: str
    radius: float
    units: int = 30
    effects: float = 1.0
    growth: float = 0.0
    curve: int = 1
    own_growth: float = 0.0
    related: float = 1.0
    replications: int = 2000
    draws: int = 0
    tested: int = 400


UNEQUAL = {"unequal-growth": 0.8, "unequal-growth-alone": 0.8, "trends-alone": 0.0}
SCENARIOS: tuple[Scenario, ...] = (
    Scenario("near-table-4", 0.8, draws=399),
    Scenario("near-table-4", 0.5),
    Scenario("near-table-4", 0.95),
    Scenario("no-cross-effects", 0.8, draws=399),
    Scenario("large-unit-effects", 0.8, effects=4.0),
    Scenario("linear-growth", 0.8, growth=3.0),
    Scenario("accelerating-growth", 0.8, growth=3.0, curve=2),
    Scenario("own-growth", 0.8, growth=3.0, own_growth=0.5),
    Scenario("printed-precision", 0.8, effects=PRINTED_SPREAD),
    *(
        Scenario(name, radius, effects=4.0, growth=7.0, own_growth=0.4, related=0.5)
        for name, radius in UNEQUAL.items()
    ),
    Scenario("near-table-4", 0.8, units=300, tested=0),
    Scenario("near-table-4", 0.8, units=3000, tested=0),
)


def table_4(column: str) -> Array:
    """A column of the paper's table 4 as a matrix, rows = equations."""
    wide = published_table(4).pivot(index="equation", columns="regressor", values=column)
    return np.asarray(wide.loc[list(NAMES), list(NAMES)], dtype=np.float64)


def innovation_sizes() -> Array:
    """Relative standard deviations of the innovations, geometric mean 1; shape (5,)."""
    size = np.log(np.abs(table_4("coefficient") / table_4("t_statistic"))).mean(axis=1)
    sizes: Array = np.exp(size - size.mean())
    return sizes


def true_slopes(scenario: Scenario) -> Array:
    """Coefficients of the process, (5, 5)."""
    if scenario.name in UNRELATED:
        return scenario.radius * np.eye(5)
    printed = table_4("coefficient")
    return printed * (scenario.radius / float(eigenvalue_moduli(printed)[0]))


def simulate(scenario: Scenario, replications: int, rng: np.random.Generator) -> Array:
    """Panels (replications * units, periods, 5)."""
    slopes, sizes = true_slopes(scenario), innovation_sizes()
    stationary = solve_discrete_lyapunov(slopes, np.diag(sizes**2))
    spread = np.sqrt(np.diagonal(stationary))
    n = replications * scenario.units
    position = rng.standard_normal((n, 5))
    pace = scenario.related * position
    if scenario.related < 1.0:
        pace += np.sqrt(1.0 - scenario.related**2) * rng.standard_normal((n, 5))
    slope = scenario.growth * spread * (1.0 + scenario.own_growth * pace)
    deviation = rng.standard_normal((n, 5)) @ np.linalg.cholesky(stationary).T
    panels = np.empty((n, PERIODS, 5))
    for t in range(PERIODS):
        trend = slope * (t / (PERIODS - 1)) ** scenario.curve
        panels[:, t] = scenario.effects * spread * position + deviation + trend
        deviation = deviation @ slopes.T + sizes * rng.standard_normal((n, 5))
    return panels


def panels_of(
    scenario: Scenario, replications: int, seed: int
) -> Iterator[tuple[Array, np.random.Generator]]:
    """Simulated panels block by block, with the generator of what follows."""
    key = zlib.crc32(f"{scenario.name} {scenario.radius} {scenario.units}".encode())
    size = max(1, BLOCK * 30 // scenario.units)
    for start in range(0, replications, size):
        rng = np.random.default_rng([seed, key, start])
        yield simulate(scenario, min(size, replications - start), rng), rng


def single_panels(scenario: Scenario, replications: int, seed: int) -> Iterator[Array]:
    """Simulated panels (units, periods, 5) one by one."""
    for panels, _ in panels_of(scenario, replications, seed):
        yield from panels.reshape(-1, scenario.units, *panels.shape[1:])
