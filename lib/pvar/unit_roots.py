"""Panel unit-root screening: the test of Im, Pesaran and Shin (2003).

Each unit gets its own augmented Dickey-Fuller regression; the mean of the t-statistics is
standardised by its moments under a unit root, simulated for the exact number of observations
and lags (a random walk, seeded), because the paper's table has gaps at short panels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr

from pvar.data import PanelData, numeric_array
from pvar.errors import PanelVARError
from pvar.linalg import Array
from pvar.messages import message
from pvar.options import flag, whole_number

SIMULATIONS = 20_000
SEED = 2003
#: Residual degrees of freedom with which a unit's t has a variance to standardise by: the paper
#: asks for more than 5 rows without lags or trend, two coefficients being estimated.
FREEDOM = 4


@dataclass(frozen=True)
class UnitRootTest:
    """Im, Pesaran and Shin's test; the null is a unit root in every unit.

    Attributes
    ----------
    statistic : float
        Standardised mean t, N(0, 1) under the null as N grows; small means stationary.
    p, t_bar : float
        Left tail; mean of the units' t-statistics.
    n_units, n_skipped : int
        Units used, and units left out for gaps, shortness or lack of variation.
    """

    statistic: float
    p: float
    t_bar: float
    n_units: int
    n_skipped: int
    lags: int
    trend: bool


def im_pesaran_shin(
    values: Array, *, lags: int = 0, trend: bool = False, demean: bool = True
) -> UnitRootTest:
    """Test one variable.

    Parameters
    ----------
    values : array (units, periods)
        NaN where missing; a unit must be observed in consecutive periods.
    lags : int
        Lagged differences in every unit's regression.
    trend : bool
        Add a linear trend to the constant.
    demean : bool
        Subtract period means first, against shocks common to all units.

    Raises
    ------
    PanelVARError
        If no unit is long enough (7 periods, one more with trend, two more for each lag), or
        none that is varies.
    """
    lags, trend = whole_number("lags", lags, least=0), flag("trend", trend)
    values = numeric_array(values, ("units", "periods"))
    if flag("demean", demean):
        values = values - period_means(values)
    shortest = 3 + 2 * lags + trend + FREEDOM
    groups = runs_by_length(values, shortest)
    if not groups:
        raise PanelVARError(
            message(
                "No unit is long enough for the unit-root test: {lags} lags need {needed} periods "
                "in a row, the panel has {periods}. Use fewer lags or more periods.",
                lags=lags,
                needed=shortest,
                periods=values.shape[1],
            )
        )
    t = np.concatenate([dickey_fuller(y, lags, trend) for y in groups.values()])
    length = np.repeat([*groups], [len(y) for y in groups.values()])[np.isfinite(t)]
    t = t[np.isfinite(t)]
    if not len(t):
        raise PanelVARError(
            message(
                "No unit varies enough for the unit-root test; {units} are long enough.",
                units=sum(map(len, groups.values())),
            )
        )
    mean, variance = np.array([null_moments(int(n), lags, trend) for n in length]).mean(axis=0)
    statistic = float(np.sqrt(len(t)) * (t.mean() - mean) / np.sqrt(variance))
    p, skipped = float(ndtr(statistic)), len(values) - len(t)
    return UnitRootTest(statistic, p, float(t.mean()), len(t), skipped, lags, trend)


def screen_unit_roots(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    lags: int = 0,
    trend: bool = False,
) -> pd.DataFrame:
    """The test of Im, Pesaran and Shin (2003) for every variable of a panel.

    Period means are subtracted first.

    Parameters
    ----------
    frame, variables, unit, time
        As in `panel_var`.
    lags, trend
        As in `im_pesaran_shin`; a series that trends needs the trend.

    Returns
    -------
    DataFrame
        Index variable; columns statistic, p, t_bar, n_units, n_skipped.

    Raises
    ------
    PanelVARError
        For data that `panel_var` would refuse, and where no unit is long enough.
    """
    data = PanelData.from_frame(frame, variables, unit=unit, time=time)
    return screen_panel(data, lags=lags, trend=trend)


def screen_panel(data: PanelData, *, lags: int = 0, trend: bool = False) -> pd.DataFrame:
    """`screen_unit_roots` on prepared data."""
    cube = data.dense(0, data.n_units)
    series = (cube[:, :, j] for j in range(len(data.variables)))
    tests = [vars(im_pesaran_shin(values, lags=lags, trend=trend)) for values in series]
    columns = ["statistic", "p", "t_bar", "n_units", "n_skipped"]
    return pd.DataFrame(tests, list(data.variables), columns).rename_axis("variable")


def period_means(values: Array) -> Array:
    """Mean over the units observed in each period, (periods,); NaN where there are none."""
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    total = np.where(seen, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def runs_by_length(values: Array, shortest: int) -> dict[int, Array]:
    """Units observed in consecutive periods, grouped by their number of periods."""
    seen = np.isfinite(values)
    count, first = seen.sum(axis=1), seen.argmax(axis=1)
    last = values.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    solid = (count == last - first + 1) & (count >= shortest)
    groups = {}
    for length in np.unique(count[solid]):
        units = np.flatnonzero(solid & (count == length))
        columns = first[units, None] + np.arange(length)
        groups[int(length)] = values[units[:, None], columns]
    return groups


def dickey_fuller(y: Array, lags: int, trend: bool) -> Array:
    """t-statistics of the lagged level in augmented Dickey-Fuller regressions, (units,).

    NaN where the regression of a row of y (units, periods) has no variation.
    """
    change = np.diff(y, axis=1)
    target = change[:, lags:]
    n = target.shape[1]
    columns = [y[:, lags:-1], np.ones_like(target)]
    columns += [np.broadcast_to(np.arange(n, dtype=np.float64), target.shape)] if trend else []
    columns += [change[:, lags - j : change.shape[1] - j] for j in range(1, lags + 1)]
    x = np.stack(columns, axis=2)
    level = residual_on(x[:, :, 1:], x[:, :, 0])
    other = residual_on(x[:, :, 1:], target)
    squares = (level**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (level * other).sum(axis=1) / squares
        error = other - slope[:, None] * level
        variance = (error**2).sum(axis=1) / (n - x.shape[2])
        flat = squares <= 1e-20 * (x[:, :, 0] ** 2).sum(axis=1)
        return np.where(flat, np.nan, slope / np.sqrt(variance / squares))


def residual_on(x: Array, y: Array) -> Array:
    """Residuals of a least-squares regression in each unit, by QR."""
    q, _ = np.linalg.qr(x)
    return y - (q @ (q.transpose(0, 2, 1) @ y[:, :, None]))[:, :, 0]


@lru_cache(maxsize=64)
def null_moments(periods: int, lags: int, trend: bool) -> tuple[float, float]:
    """Mean and variance of the t-statistic of a random walk, by simulation.

    `periods` counts levels, so the regression has `periods - 1 - lags` rows.
    """
    rng = np.random.default_rng([SEED, periods, lags, int(trend)])
    walks = np.cumsum(rng.standard_normal((SIMULATIONS, periods)), axis=1)
    t = dickey_fuller(walks, lags, trend)
    return float(t.mean()), float(t.var(ddof=1))
