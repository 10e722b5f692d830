"""Entropy weights and the bootstrap over provinces against plain pandas.

Run ``python benchmarks/index.py``. The pandas side is what an analyst would write in a notebook:
column arithmetic for the weights, a loop over draws that stacks the drawn provinces for the
bootstrap. Both sides must agree to 1e-10 before any time is printed. The data are random numbers
of the size of the paper's panel (30 provinces, 13 years, 31 indicators).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from synergy.dictionary import indicators, units
from synergy.index import composite_index, entropy
from synergy.uncertainty import cluster_bootstrap, drawn_units, replicate


def random_panel(seed: int = 0) -> pd.DataFrame:
    """Persistent, trending, positive random numbers."""
    years = range(2010, 2023)
    index = pd.MultiIndex.from_product([units().index, years], names=["province", "year"])
    rng = np.random.default_rng(seed)
    shape = (len(units()), len(years), len(indicators()))
    level, steps = rng.normal(size=(shape[0], 1, shape[2])), rng.normal(0.1, 0.2, shape)
    numbers = np.exp(level + steps.cumsum(axis=1)).reshape(len(index), -1)
    return pd.DataFrame(numbers, index=index, columns=indicators().index)


def pandas_scale(values: pd.DataFrame) -> pd.DataFrame:
    """Min-max with direction, column by column."""
    up = (values - values.min()) / (values.max() - values.min())
    falling = indicators().index[indicators()["direction"] < 0]
    up[falling] = 1 - up[falling]
    return up


def pandas_weights(z: pd.DataFrame) -> pd.Series[float]:
    """Entropy weights within each system."""
    p = z / z.sum()
    e = -(p * np.log(p.where(p > 0))).sum() / np.log(len(z))
    d: pd.Series[float] = 1 - e
    weights: pd.Series[float] = d / d.groupby(indicators()["system"]).transform("sum")
    return weights


def pandas_scores(z: pd.DataFrame, weights: pd.Series[float]) -> pd.DataFrame:
    """U1, U2 and D."""
    system = indicators()["system"]
    u1 = (z * weights).loc[:, system == "AI"].sum(axis=1)
    u2 = (z * weights).loc[:, system == "EQ"].sum(axis=1)
    c, t = 2 * np.sqrt(u1 * u2) / (u1 + u2), (u1 + u2) / 2
    return pd.DataFrame({"U1": u1, "U2": u2, "D": np.sqrt(c * t)})


def pandas_index(values: pd.DataFrame) -> pd.DataFrame:
    """Weights and scores of the whole panel."""
    z = pandas_scale(values)
    return pandas_scores(z, pandas_weights(z))


def pandas_replicates(values: pd.DataFrame, draws: int, seed: int) -> list[pd.DataFrame]:
    """A loop over draws: stack the drawn provinces, weigh, score every province."""
    z = pandas_scale(values)
    names = z.index.unique("province")
    by_province = {name: z.xs(name, level="province") for name in names}
    return [
        pandas_scores(z, pandas_weights(pd.concat([by_province[names[i]] for i in chosen])))
        for chosen in drawn_units(len(names), draws, seed)
    ]


def seconds(task: Callable[[], Any], repeats: int) -> float:
    """Median wall time after one warm-up."""
    task()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        task()
        times.append(perf_counter() - start)
    return median(times)


def check(values: pd.DataFrame) -> None:
    """Both sides must compute the same thing."""
    mine = composite_index(values, indicators()).scores
    np.testing.assert_allclose(mine[["U1", "U2"]], pandas_index(values)[["U1", "U2"]], atol=1e-10)
    fast = replicate(values, indicators(), draws=5, seed=1)
    slow = pandas_replicates(values, 5, 1)
    np.testing.assert_allclose(fast.d, [draw["D"] for draw in slow], atol=1e-10)


def main() -> None:
    """Print one line per comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100, help="draws both sides are timed on")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    values, draws = random_panel(), options.draws
    check(values)
    z = pandas_scale(values)
    array = z.to_numpy()

    def full() -> None:
        cluster_bootstrap(values, indicators(), units()["region"], draws=1000)

    def line(name: str, ours: Callable[[], Any], theirs: Callable[[], Any], few: int) -> None:
        a, b = seconds(ours, options.repeats), seconds(theirs, few)
        print(f"{name:<34} {a * 1e3:9.2f} ms {b * 1e3:10.2f} ms {b / a:8.1f} x")

    print(f"{'390 rows x 31 indicators':<34} {'synergy':>12} {'pandas':>13} {'ratio':>10}")
    line("entropy (array)", lambda: entropy(array), lambda: pandas_weights(z), options.repeats)
    line(
        "index and its tables, checked",
        lambda: composite_index(values, indicators()),
        lambda: pandas_index(values),
        options.repeats,
    )
    line(
        f"bootstrap, {draws} draws",
        lambda: replicate(values, indicators(), draws=draws, seed=1),
        lambda: pandas_replicates(values, draws, 1),
        1,
    )
    print(f"1000 draws with all tables: {seconds(full, 3):.2f} s")


if __name__ == "__main__":
    main()
