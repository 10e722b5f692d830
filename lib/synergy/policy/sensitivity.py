"""Which assumption drives an answer: Latin hypercube, tornado and Sobol indices.

A model here is any function from a mapping (symbol to array of draws) to an array of outcomes.
Symbols vary independently between ``low`` and ``high`` of the parameter table, evenly or, where
they are ratios, elasticities or prices (`by_ratio`), evenly in the logarithm; the others keep
their defaults.

Limits: ranges are judgements and real assumptions are not independent; the ranking says what
drives the model within these ranges, not what drives the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from synergy.policy.outlook import SYMBOLS, outcome
from synergy.policy.parameters import (
    bounds,
    by_ratio,
    defaults,
    evaluate,
    parameter_table,
    symbols_in,
)
from synergy.policy.symbols import Values

Model: TypeAlias = Callable[[Mapping[str, Values]], Values]

SEED = 2026

#: Base sample of the Sobol indices of a single model, a power of 2.
DRAWS = 1024

#: The same for the outlook, whose indices scatter by about a hundredth then.
OUTLOOK_DRAWS = 512

#: Draws of an outcome; the ends of nine in ten scatter by about a hundredth of their distance.
SPREAD_DRAWS = 4096


def latin_hypercube(symbols: Iterable[str], n: int = 512) -> pd.DataFrame:
    """Draw assumptions from the box of their ranges: `n` rows, one column per symbol."""
    from scipy.stats import qmc

    spread = _spread(symbols)
    unit = qmc.LatinHypercube(d=len(spread), rng=np.random.default_rng(SEED)).random(n)
    columns = (dist.ppf(column) for dist, column in zip(spread.values(), unit.T, strict=True))
    return pd.DataFrame(dict(zip(spread, columns, strict=True)))


def _spread(symbols: Iterable[str]) -> dict[str, Any]:
    """Distribution of each symbol over its range."""
    from scipy.stats import loguniform, uniform

    return {
        name: loguniform(low, high) if by_ratio(name) else uniform(low, high - low)
        for name, (low, high) in bounds(symbols).items()
    }


def propagate(model: Model, symbols: Iterable[str], *, n: int = SPREAD_DRAWS) -> Values:
    """Outcomes of a model on a Latin hypercube over the symbols' ranges, one per draw."""
    draws = latin_hypercube(symbols, n)
    columns: dict[str, Values] = {str(name): draws[name].to_numpy() for name in draws}
    return np.asarray(model(_start() | columns))


def tornado(model: Model, symbols: Iterable[str]) -> pd.DataFrame:
    """Move one assumption at a time to either end of its range.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``, widest swing first; columns ``at_low``, ``at_high``, ``swing`` (their
        absolute difference) and ``base`` (no assumption moved).
    """
    names, start = list(symbols), _start()
    limits = bounds(names)
    points = {name: np.full(2 * len(names) + 1, float(start[name])) for name in names}
    for row, name in enumerate(names):
        points[name][2 * row], points[name][2 * row + 1] = limits[name]
    outcome = np.asarray(model(start | points), dtype=float)
    table = pd.DataFrame(
        {"at_low": outcome[:-1:2], "at_high": outcome[1:-1:2]},
        index=pd.Index(names, name="symbol"),
    )
    table = table.assign(swing=(table["at_high"] - table["at_low"]).abs(), base=outcome[-1])
    return table.sort_values("swing", ascending=False, kind="stable")


def sobol(model: Model, symbols: Iterable[str], *, n: int = 512) -> pd.DataFrame:
    """Shares of the outcome's variance that each assumption accounts for.

    Parameters
    ----------
    n : int
        Base sample, a power of 2; the model runs on ``n * (len(symbols) + 2)`` points.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``, largest total first; ``first_order`` (alone) and ``total`` (with all
        interactions), after Saltelli et al. (2010). Estimates: with few draws they scatter by
        several hundredths and may pass 1.
    """
    from scipy.stats import sobol_indices

    spread, start = _spread(symbols), _start()

    def on_rows(rows: Values) -> Values:
        columns = dict(zip(spread, rows, strict=True))
        return np.atleast_2d(np.array(model(start | columns), dtype=float))

    dists, rng = list(spread.values()), np.random.default_rng(SEED)
    result = sobol_indices(func=on_rows, n=n, dists=dists, rng=rng)
    table = pd.DataFrame(
        {"first_order": np.ravel(result.first_order), "total": np.ravel(result.total_order)},
        index=pd.Index(list(spread), name="symbol"),
    )
    return table.sort_values("total", ascending=False, kind="stable")


def driving_assumptions(model: Model, symbols: Iterable[str], *, n: int = 512) -> pd.DataFrame:
    """Rank assumptions by how much of the answer hangs on them.

    Returns
    -------
    pandas.DataFrame
        Index ``symbol``, strongest first; ``name_zh, label, low, high`` from the table, then
        ``at_low, at_high, swing`` of the tornado and
        ``first_order, total`` of Sobol.
    """
    names = list(symbols)
    ranking = sobol(model, names, n=n)
    swings = tornado(model, names)[["at_low", "at_high", "swing"]]
    described = parameter_table().loc[ranking.index, ["name_zh", "label", "low", "high"]]
    return described.join(swings).join(ranking)


def drivers(
    function: Callable[..., Any],
    attribute: str = "",
    *,
    draws: int = DRAWS,
    held: Iterable[str] = (),
    **fixed: Any,
) -> pd.DataFrame:
    """Rank the assumptions of a model function; see `driving_assumptions` and `answer`.

    Those `held` keep their defaults.
    """
    model, symbols = answer(function, attribute, **fixed)
    return driving_assumptions(model, _free(symbols, held), n=draws)


def _free(symbols: Iterable[str], held: Iterable[str]) -> list[str]:
    kept = set(held)
    return [symbol for symbol in symbols if symbol not in kept]


def answer(function: Callable[..., Any], field: str = "", **fixed: Any) -> tuple[Model, list[str]]:
    """Turn a model function into something whose assumptions can be ranked.

    Parameters
    ----------
    function : callable
        Any model function of `synergy.policy`.
    field : str
        Field of its result; left out if the result is the array itself.
    **fixed
        Arguments held fast, inputs such as ``years`` among them.

    Returns
    -------
    model, symbols
        The first two arguments of `driving_assumptions`, `tornado`, `sobol` and `propagate`.
    """

    def model(values: Mapping[str, Values]) -> Values:
        result = evaluate(function, values, **fixed)
        return np.array(getattr(result, field) if field else result, dtype=float)

    return model, [name for name in symbols_in(function) if name not in fixed]


def outlook_drivers(
    name: str, *, draws: int = OUTLOOK_DRAWS, held: Iterable[str] = ()
) -> pd.DataFrame:
    """Rank the assumptions behind an outcome of 2060; see `synergy.policy.outlook.outcome`.

    Those `held` keep their defaults.
    """
    return driving_assumptions(outcome(name), _free(SYMBOLS, held), n=draws)


def outlook_draws(name: str, *, held: Iterable[str] = ()) -> pd.Series[float]:
    """Draw an outcome of 2060, all assumptions of the outlook moving at once but those `held`."""
    return pd.Series(propagate(outcome(name), _free(SYMBOLS, held)), name=name)


def narrowing(names: Iterable[str], held: Iterable[str]) -> pd.DataFrame:
    """How far nine draws in ten of outcomes of 2060 reach, freely and with some symbols held.

    Returns
    -------
    pandas.DataFrame
        Index the outcome's key; columns ``low, high`` (5 % and 95 % of the draws with everything
        moving) and ``held_low, held_high``.
    """
    kept, rows = list(held), {}
    for name in names:
        free, fixed = outlook_draws(name), outlook_draws(name, held=kept)
        ends = [draws.quantile(share) for draws in (free, fixed) for share in (0.05, 0.95)]
        rows[name] = dict(zip(("low", "high", "held_low", "held_high"), ends, strict=True))
    return pd.DataFrame.from_dict(rows, orient="index")


def _start() -> dict[str, Values]:
    return {name: np.asarray(value) for name, value in defaults().items()}
