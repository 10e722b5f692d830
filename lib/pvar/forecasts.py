"""What is left over and what comes next: residuals, unit and period effects, forecasts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar.data import PanelData
from pvar.design import Term
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.gmm import residual_maker
from pvar.linalg import Array, BoolArray, IntArray
from pvar.messages import message
from pvar.options import check_choice, listed, numbers, whole_number
from pvar.rows import dummy_periods, level_terms

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

KEYS = ["unit", "time"]


def transformed_residuals(results: PanelVARResults) -> pd.DataFrame:
    """Residuals of the rows that the estimate used, after the transform.

    A transformed residual is the transform of the equation's error, so the unit effect is gone:
    under forward orthogonal deviations the error of period t less the mean of the unit's later
    errors, times sqrt(n / (n + 1)) with n later rows; under first differences the error of t
    less that of t - 1 (its variance is doubled); under deviations from unit means the error
    less the unit's mean. Level rows of system GMM are left out.

    Returns
    -------
    DataFrame
        Index unit and time, the period t of the row's left-hand side; columns are the
        variables. `results.n_obs` rows.
    """
    maker = residual_maker(results.coefficients)
    parts = [(rows.transformed_w[rows.kept] @ maker, rows.kept) for rows in results.moments.rows()]
    kept = np.concatenate([mask for _, mask in parts])
    unit, row = np.nonzero(kept)
    data, first = results.moments.sample.data, results.moments.sample.design.lags
    labels = pd.Index(np.asarray(data.units)[unit])
    index = pd.MultiIndex.from_arrays([labels, calendar(data, row + first)], names=KEYS)
    values = np.concatenate([residual for residual, _ in parts])
    return pd.DataFrame(values, index, list(results.variables))


def fixed_effects(results: PanelVARResults) -> pd.DataFrame:
    """Estimated unit effects: the mean over a unit's rows of its residuals in levels.

    A residual in levels is y less its lags, further regressors and period effects times their
    coefficients. The constant of system GMM stays in. With `time_effects="dummies"` effects are
    those of the first period with rows, which has no dummy; with "demean" period means are
    taken out first, so that effects are deviations from the average unit. The mean of T errors
    is estimated along with the effect, so an effect is only as precise as 1 / sqrt(T).

    Returns
    -------
    DataFrame
        Index unit, columns equations; NaN for units without a complete row.
    """
    data = results.moments.sample.data
    index = pd.Index(np.asarray(data.units), name="unit")
    return pd.DataFrame(np.concatenate([*unit_means(results)]), index, list(results.variables))


def unit_means(results: PanelVARResults) -> Iterator[Array]:
    """Mean level residual of each unit, (n, m), chunk by chunk; NaN without rows."""
    sample = results.moments.sample
    for low, high in sample.ranges:
        cube = sample.data.dense(low, high)
        centred = cube if sample.period_means is None else cube - sample.period_means
        residual, usable = level_residuals(results, centred)
        rows = usable.sum(axis=1)[:, None].astype(np.float64)
        mean = np.full((high - low, residual.shape[2]), np.nan)
        yield np.divide(residual.sum(axis=1), rows, out=mean, where=rows > 0)


def level_residuals(results: PanelVARResults, cube: Array) -> tuple[Array, BoolArray]:
    """y less everything but the constant (n, rows, m), from period `design.lags` on; the mask."""
    terms, usable = level_terms(cube, results.moments.sample.design)
    m = len(results.variables)
    slopes = results.coefficients[:, : terms.shape[2] - m]  # the level constant comes last
    return terms[:, :, -m:] - terms[:, :, :-m] @ slopes.T, usable


def period_effects(results: PanelVARResults) -> Array:
    """Effect of each period with rows on all units, (periods - lags, m).

    With dummies their coefficients, 0 for the first. With demeaned data what the model says of
    the means that were taken out: their own residual. NaN for a period nobody is observed in.
    """
    sample, m = results.moments.sample, len(results.variables)
    design = sample.design
    if sample.period_means is not None:
        residual, usable = level_residuals(results, sample.period_means[None])
        return np.where(usable[0][:, None], residual[0], np.nan)
    dummies, first = dummy_periods(design, sample.data.n_periods), len(design.regressors)
    effects = np.zeros((sample.data.n_periods - design.lags, m))
    if design.periods:
        effects[:] = np.nan
        effects[design.periods[0] - design.lags] = 0.0
    places = np.array(dummies, dtype=np.int64) - design.lags
    effects[places] = results.coefficients[:, first : first + len(dummies)].T
    return effects


def forecast(
    results: PanelVARResults,
    steps: int = 1,
    exogenous: pd.DataFrame | None = None,
    period_effects: Literal["last", "mean"] | ArrayLike | None = None,
) -> pd.DataFrame:
    """Iterate the estimated equations beyond the last period of the panel.

    Each unit starts from its own last rows and keeps its `fixed_effects`; shocks are zero.

    Parameters
    ----------
    results : PanelVARResults
    steps : int
        Periods ahead.
    exogenous : DataFrame, optional
        Future values of predetermined and exogenous variables: index unit and time as in the
        forecasts, a column for each variable ("x" for "L1.x" too). Needed where a further
        regressor reaches beyond the data.
    period_effects : {"last", "mean"} or array (steps, m), optional
        What estimates with `time_effects` are to assume of effects common to all units: that
        of the last period goes on, their mean over periods, or values. Nothing is assumed
        unasked. Dummies are relative to the first period with rows; under "demean" effects
        are in the units of the variables.

    Returns
    -------
    DataFrame
        Index unit and time, columns variables. NaN, with a warning, for units that lack one of
        the last values the lags need, or a unit effect.

    Raises
    ------
    PanelVARError
        If steps is no count, or what the future needs is not given.
    """
    steps = whole_number("steps", steps, least=1)
    data = results.moments.sample.data
    path = future_effects(results, steps, period_effects)
    times = calendar(data, data.n_periods + np.arange(steps))
    further = future_values(results, times, exogenous)
    bounds = zip(results.moments.sample.ranges, unit_means(results), strict=True)
    values = np.concatenate(
        [
            iterated(results, low, further[low:high], path + mu[:, None])
            for (low, high), mu in bounds
        ]
    )
    warn_of_gaps(np.isnan(values).any(axis=(1, 2)))
    index = pd.MultiIndex.from_product([np.asarray(data.units), times], names=KEYS)
    return pd.DataFrame(values.reshape(-1, values.shape[2]), index, list(results.variables))


def iterated(results: PanelVARResults, low: int, further: Array, effects: Array) -> Array:
    """Forecasts (n, steps, m) of units from `low` on.

    `further` (n, steps, variables) holds future values of the further regressors, `effects`
    (n, steps, m) what is added in each step.
    """
    sample, m = results.moments.sample, len(results.variables)
    first, terms = sample.design.lags, sample.design.regressors
    past = sample.data.dense(low, low + len(further))[:, -first:]
    cube = np.concatenate([past, further], axis=1)
    slopes = results.coefficients[:, : len(terms)].T
    for step in range(further.shape[1]):
        x = np.stack([cube[:, first + step - t.lag, t.column] for t in terms], axis=1)
        cube[:, first + step, :m] = x @ slopes + effects[:, step]
    return np.asarray(cube[:, first:, :m])


def future_effects(
    results: PanelVARResults, steps: int, assumed: Literal["last", "mean"] | ArrayLike | None
) -> Array:
    """Period effects (steps, m) of the periods ahead."""
    kind, m = results.specification.time_effects, len(results.variables)
    if kind == "none" and assumed is None:
        return np.zeros((steps, m))
    if kind == "none" or assumed is None:
        raise PanelVARError(
            message(
                "time_effects is {kind!r}: estimates with effects of periods need period_effects "
                "for the {steps} periods ahead ('last', 'mean' or an array), others take none.",
                kind=kind,
                steps=steps,
            )
        )
    if isinstance(assumed, str):
        return np.broadcast_to(summarised(period_effects(results), assumed), (steps, m))
    values = numbers("period_effects", assumed)
    if values.shape != (steps, m):
        raise PanelVARError(
            message(
                "period_effects must be 'last', 'mean' or an array ({steps}, {m}); its shape is "
                "{shape}.",
                steps=steps,
                m=m,
                shape=values.shape,
            )
        )
    return values


def summarised(effects: Array, how: str) -> Array:
    """The last period's effects or their mean, (m,)."""
    check_choice("period_effects", how, ("last", "mean"))
    return effects[-1] if how == "last" else np.asarray(np.nanmean(effects, axis=0))


def future_values(
    results: PanelVARResults, times: pd.Index, exogenous: pd.DataFrame | None
) -> Array:
    """Future values (units, steps, variables) of the further regressors, NaN where none."""
    data, m = results.moments.sample.data, len(results.variables)
    values = np.full((data.n_units, len(times), len(data.variables)), np.nan)
    needed = {t.column for t in results.moments.sample.design.regressors if reaches(t, m, times)}
    names = [data.variables[column] for column in sorted(needed)]
    given = [] if exogenous is None else [name for name in names if name in exogenous.columns]
    if len(given) < len(names):
        raise PanelVARError(
            message(
                "Forecasts for {first} to {last} need future values of {names}; give them as "
                "exogenous, indexed by unit and time.",
                first=times[0],
                last=times[-1],
                names=listed(name for name in names if name not in given),
            )
        )
    if exogenous is not None and names:
        index = pd.MultiIndex.from_product([np.asarray(data.units), times])
        found = keyed(exogenous)[names].reindex(index).to_numpy(dtype=np.float64)
        values[:, :, sorted(needed)] = found.reshape(data.n_units, len(times), -1)
    return values


def reaches(term: Term, m: int, times: pd.Index) -> bool:
    """Whether a further regressor needs a value after the data end."""
    return term.column >= m and term.lag < len(times)


def keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose index tells unit and time, each pair once."""
    if frame.index.nlevels != 2 or frame.index.has_duplicates:
        raise PanelVARError(
            message(
                "exogenous must be indexed by unit and time, each pair once; the index has "
                "{levels} levels and {repeated} repeated rows.",
                levels=frame.index.nlevels,
                repeated=int(frame.index.duplicated().sum()),
            )
        )
    return frame


def warn_of_gaps(missing: BoolArray) -> None:
    """Say how many units have no forecast."""
    if missing.any():
        text = message(
            "{n} of {total} units have no forecast for all periods: a value the lags need at the "
            "end of the panel, a future value or a unit effect is missing.",
            n=int(missing.sum()),
            total=len(missing),
        )
        warnings.warn(text, PanelVARWarning, stacklevel=4)


def calendar(data: PanelData, positions: IntArray) -> pd.Index:
    """Calendar times at positions, also beyond the data: whole numbers or periods."""
    times = data.first_period + data.period_step * positions
    if data.frequency is None:
        return pd.Index(times)
    frequency = data.frequency
    found: pd.Index = pd.PeriodIndex.from_ordinals(times, freq=frequency)  # type: ignore[attr-defined]
    return found
