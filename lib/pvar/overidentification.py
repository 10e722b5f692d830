"""Which of the instruments do the data object to? Differences of Hansen's J."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from pvar.design import Term
from pvar.errors import PanelVARError
from pvar.linalg import Array, BoolArray, inverse_factor, projection_of
from pvar.messages import message
from pvar.moments import Moments
from pvar.options import column_names, listed
from pvar.rows import InstrumentBlock, dummy_periods, instrument_layout

if TYPE_CHECKING:
    from pvar.results import PanelVARResults

#: Groups that `difference_in_hansen` knows, where the model has them.
GROUPS = ("deeper lags", "predetermined", "exogenous", "level equation")


def difference_in_hansen(
    results: PanelVARResults,
    instruments: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Test groups of instruments, the others being taken as valid.

    C = J - J without the group is chi-squared with as many degrees of freedom as the group has
    moments. Both use the weight of the full model, or its block, so that C is never negative
    (Hayashi 2000, section 3.6); that of J is the two-step weight, also after one step.

    Parameters
    ----------
    instruments : str, sequence of str or mapping, optional
        Groups by name: "deeper lags" (those that a just-identified model leaves out),
        "predetermined", "exogenous", "level equation" (lagged differences of system GMM; its
        constant stays); by default all that the model has. Or groups of your own, from a name
        to entries of `instrument_names(results)`.

    Returns
    -------
    DataFrame
        Index group; columns instruments (per equation), j_without, df_without, p_without, c,
        df, p. NaN where the other instruments do not identify the model.

    Raises
    ------
    PanelVARError
        If the model is just-identified, moments outnumber units, or a group is unknown.
    """
    moments = results.moments
    if moments.just_identified:
        raise PanelVARError(
            message(
                "Just-identified: {n_z} instruments for {k} regressors leave no restriction to "
                "test. Use a greater depth or system=True.",
                n_z=moments.n_instruments,
                k=moments.n_regressors,
            )
        )
    spread = results.estimate.score_covariance
    whole = criterion(moments, spread, np.ones(moments.n_instruments, dtype=np.bool_))
    rows = {
        name: difference(moments, spread, whole, group)
        for name, group in chosen_groups(results, instruments).items()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "group"
    return frame


def difference(moments: Moments, spread: Array, whole: float, group: BoolArray) -> dict[str, float]:
    """One row of the table."""
    m, k, count = moments.n_equations, moments.n_regressors, int(group.sum())
    df_without, without = m * (moments.n_instruments - count - k), np.nan
    if df_without >= 0:
        without = criterion(moments, spread, ~group)
    c, df = whole - without, m * count
    p_without = float(chdtrc(df_without, without)) if df_without > 0 else np.nan
    left = {"j_without": without, "df_without": df_without, "p_without": p_without}
    return {"instruments": count, **left, "c": c, "df": df, "p": float(chdtrc(df, c))}


def criterion(moments: Moments, spread: Array, kept: BoolArray) -> float:
    """Smallest g'S^-1 g over the coefficients, with the kept instruments and their block of S."""
    m = moments.n_equations
    places = np.tile(kept, m)
    advice = message("Use fewer instruments (a smaller depth, collapsed).")
    root = inverse_factor(
        spread[np.ix_(places, places)], message("Covariance of the moments"), advice
    )
    slopes = root @ np.kron(np.eye(m), moments.zx[kept])
    target = root @ moments.zy[kept].T.ravel()
    project = projection_of(slopes, message("Weighted Z'X without the group"), advice)
    residual = target - slopes @ (project @ target)
    return float(residual @ residual)


# --- instruments by name ----------------------------------------------------------------------


def chosen_groups(
    results: PanelVARResults,
    instruments: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None,
) -> dict[str, BoolArray]:
    """The groups asked for, each as a choice among the instruments (L,)."""
    if isinstance(instruments, Mapping):
        names = instrument_names(results)
        return {name: among(names, group) for name, group in instruments.items()}
    known = known_groups(results)
    if instruments is None:
        return known
    asked = [instruments] if isinstance(instruments, str) else instruments
    asked = column_names("instruments", asked)
    for name in asked:
        if name not in known:
            raise PanelVARError(
                message(
                    "No group of instruments {name!r}; this model has {known}.",
                    name=name,
                    known=listed(known) or "-",
                )
            )
    return {name: known[name] for name in asked}


def among(names: Sequence[str], group: str | Sequence[str]) -> BoolArray:
    """Which of the instruments are in a group."""
    group = [group] if isinstance(group, str) else group
    unknown = [name for name in group if name not in names]
    if unknown or not group:
        raise PanelVARError(
            message(
                "A group needs instruments of the model; {unknown} is none. There are {known}.",
                unknown=listed(unknown) or "-",
                known=listed(names),
            )
        )
    return np.isin(names, list(group))


def known_groups(results: PanelVARResults) -> dict[str, BoolArray]:
    """The groups of `GROUPS` that the model has."""
    labels = np.array([group for _, group in columns(results)])[results.moments.used]
    return {name: labels == name for name in GROUPS if (labels == name).any()}


def instrument_names(results: PanelVARResults) -> tuple[str, ...]:
    """Instruments in the order of the moments.

    "L2.y" is the level two periods back, "D.L1.y" its difference (system GMM), "@2005" marks a
    column of one period; then exogenous terms, dummies and the constant by their own names.
    """
    names = [name for name, _ in columns(results)]
    return tuple(names[place] for place in results.moments.used)


def columns(results: PanelVARResults) -> list[tuple[str, str]]:
    """Name and group of every instrument column of the layout, in order; "" is no group."""
    specification, sample = results.specification, results.moments.sample
    design, layout = sample.design, sample.layout
    dummies = dummy_periods(design, sample.data.n_periods)
    nearest = instrument_layout(replace(specification, depth="just").design(), design.lags + 2)
    levels = [
        (name, level_group(results, term, nearest.levels.terms))
        for name, term in named(results, layout.levels)
    ]
    further = specification.regressors[len(design.regressors) - len(design.own_instruments) :]
    own = [(name, "exogenous") for name in further]
    labels = sample.data.time_labels if dummies else ()
    own += [(f"period_{labels[place]}", "") for place in dummies]
    if not design.system:
        return levels + own
    changes = [(f"D.{name}", "level equation") for name, _ in named(results, layout.differences)]
    return [*levels, *own, *changes, ("const", "")]


def named(results: PanelVARResults, block: InstrumentBlock) -> Iterator[tuple[str, Term]]:
    """Name and term of each column of a block."""
    sample = results.moments.sample
    if block.places is None:
        for term in block.terms:
            yield f"L{term.lag}.{sample.data.variables[term.column]}", term
        return
    labels = sample.data.time_labels
    for row, place in block.places:
        term, time = block.terms[place], labels[sample.design.lags + row]
        yield f"L{term.lag}.{sample.data.variables[term.column]}@{time}", term


def level_group(results: PanelVARResults, term: Term, nearest: Sequence[Term]) -> str:
    """Group of a lagged level; the nearest lags of dependent variables are in none."""
    if term.column not in results.moments.sample.design.outcomes:
        return "predetermined"
    return "" if term in nearest else "deeper lags"
