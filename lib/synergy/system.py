"""The five-variable system of the paper's section 4.3, estimated in every defensible way.

The paper does not say which forward transformation its program used, nor whether common years
were taken out; both choices are made both ways. What the printed table 4 implies on its own is
in `published_system`. The functions return facts; the chapter says them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pvar import (
    ImpliedSystem,
    PanelVARError,
    panel_var,
    screen_unit_roots,
    select_lags,
    serial_correlation_tests,
)
from pvar.design import TimeEffects, Transform
from pvar.identification import IDENTIFICATION_LEVEL
from pvar.linalg import Array, BoolArray
from pvar.responses import eigenvalue_moduli, positive_definite
from synergy.claims.ledger import load_ledger
from synergy.claims.table4 import printed_system
from synergy.dictionary import SUB_INDICES, published_table, report_plan, sub_indices

if TYPE_CHECKING:
    from pvar import Draws, PanelVARResults
    from synergy.evidence import Findings

#: In the order of the paper's table 4.
VARIABLES: tuple[str, ...] = report_plan().variables


class _Names(dict[str, str]):
    """Names of variables; one that has none, as those of a reader's plan, is its own."""

    def __missing__(self, key: str) -> str:
        return key


NAMES: Mapping[str, str] = MappingProxyType(
    _Names({**sub_indices()["name_zh"], "U1": "人工智能", "U2": "就业质量"})
)
DRAWS, SEED = 999, 20250815
LONGEST_LAG = 3
#: Level of the unit root test.
UNIT_ROOT = 0.05

#: Pairs for the usual cure of too large a system: fewer variables.
PAIRS = (("U1", "U2"), ("AI", "LR"), ("AI", "EQ"), ("AI", "SS"), ("AI", "LQ"))


@dataclass(frozen=True)
class Option:
    """One way to estimate the system."""

    title: str
    transform: Transform
    time_effects: TimeEffects


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "fod": Option("前向正交离差", "fod", "none"),
        "pvar2": Option("pvar2 的 Helmert", "pvar2", "none"),
        "fod-year": Option("前向正交离差，去年份均值", "fod", "demean"),
        "pvar2-year": Option("pvar2 的 Helmert，去年份均值", "pvar2", "demean"),
    }
)
#: The two that may be what the paper did.
MAIN = ("fod", "pvar2")


@dataclass(frozen=True, eq=False)
class System:
    """A first-order system to draw responses of; draws give the bands.

    Attributes
    ----------
    title : str
    variables : tuple of str
    dynamics, sigma : array (m, m)
    draws : Draws or None
    """

    title: str
    variables: tuple[str, ...]
    dynamics: Array
    sigma: Array
    draws: Draws | None = None

    @property
    def modulus(self) -> float:
        """Largest modulus of an eigenvalue."""
        return float(eigenvalue_moduli(self.dynamics)[0])

    def intervals(self) -> tuple[Array, Array]:
        """95 % percentile bounds of the lag coefficients, each (m, m); NaN without draws."""
        nothing = np.full_like(self.dynamics, np.nan)
        return (nothing, nothing) if self.draws is None else self.draws.intervals()

    @property
    def clear(self) -> BoolArray:
        """Which lag coefficients have an interval without zero, (m, m)."""
        low, high = self.intervals()
        return (low > 0) | (high < 0)

    @property
    def width(self) -> float:
        """Median width of the intervals."""
        low, high = self.intervals()
        return float(np.median(high - low))

    @property
    def clear_links(self) -> int:
        """How many coefficients between two variables have an interval without zero."""
        return int((self.clear & ~np.eye(len(self.variables), dtype=bool)).sum())


@dataclass(frozen=True, eq=False)
class SystemEstimate(System):
    """An estimate with its bootstrap."""

    draws: Draws
    results: PanelVARResults = field(kw_only=True)

    @property
    def strength(self) -> float:
        """Cragg and Donald's F of the instruments; NaN where there is none."""
        weak = self.results.weak_identification
        return np.nan if weak is None else weak.cragg_donald_f

    @property
    def rank_p(self) -> float:
        """p of Kleibergen and Paap's test that the system is not identified; NaN without one."""
        weak = self.results.weak_identification
        return np.nan if weak is None or weak.rank is None else weak.rank.p

    @property
    def weak(self) -> bool:
        """Whether the rank test cannot reject that the system is not identified."""
        return self.rank_p >= IDENTIFICATION_LEVEL

    @property
    def share_explosive(self) -> float:
        """Share of the usable draws whose largest modulus is at least one."""
        return self.draws.n_explosive / max(self.draws.n_draws - self.draws.n_failed, 1)


@dataclass(frozen=True, eq=False)
class Interaction:
    """What a panel says about the system.

    Attributes
    ----------
    name : str
        The panel's Chinese title.
    frame : DataFrame
        Index (province, year).
    variables, absent : tuple of str
        Sub-indices that the panel has, and those it lacks, in the paper's order.
    estimates : Mapping[str, SystemEstimate]
        By the keys of `OPTIONS`; those that could not be estimated are left out.
    faults : Mapping[str, str]
        Chinese reasons, by the same keys.
    """

    name: str
    frame: pd.DataFrame = field(repr=False)
    variables: tuple[str, ...]
    absent: tuple[str, ...]
    estimates: Mapping[str, SystemEstimate]
    faults: Mapping[str, str]

    @property
    def main(self) -> dict[str, SystemEstimate]:
        """The two estimates without year effects."""
        return {key: self.estimates[key] for key in MAIN if key in self.estimates}

    @property
    def n_units(self) -> int:
        """Provinces that the estimates use; 0 without estimates."""
        return max((found.results.n_units for found in self.estimates.values()), default=0)

    @property
    def next_moments(self) -> int:
        """Moment conditions with one lag of instruments more than just-identified."""
        return 2 * len(self.variables) ** 2


# --- estimates --------------------------------------------------------------------------------


def estimate_interaction(findings: Findings, *, draws: int = DRAWS) -> Interaction:
    """Estimate the system under every option, with the variables that the panel has.

    Parameters
    ----------
    findings : Findings
    draws : int
        Bootstrap draws of provinces.
    """
    frame, variables = named_frame(findings)
    present = tuple(name for name in variables if frame[name].notna().any())
    absent = tuple(name for name in variables if name not in present)
    found = _estimates(frame, present, OPTIONS, draws)
    return Interaction(findings.name, frame, present, absent, *found)


def named_frame(findings: Findings) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The findings' frame and the variables of the system, those of a reader's plan by name."""
    plan = findings.plan
    named = {code: plan.scores[code] for code in plan.variables if code not in SUB_INDICES}
    variables = tuple(named.get(code, code) for code in plan.variables)
    return findings.frame.rename(columns=named), variables


def _estimates(
    frame: pd.DataFrame, variables: Sequence[str], keys: Iterable[str], draws: int = DRAWS
) -> tuple[dict[str, SystemEstimate], dict[str, str]]:
    """Estimates by option, and why the others are none."""
    estimates, faults = {}, {}
    for key in keys:
        try:
            estimates[key] = estimate(frame, variables, OPTIONS[key], draws=draws)
        except PanelVARError as fault:
            faults[key] = str(fault)
    return estimates, faults


def estimate(
    frame: pd.DataFrame, variables: Sequence[str], option: Option, *, draws: int = DRAWS
) -> SystemEstimate:
    """One just-identified estimate with one lag, and its bootstrap.

    Raises
    ------
    PanelVARError
        If the panel does not allow it; Chinese, for the reader.
    """
    if len(variables) < 2:
        raise PanelVARError(f"只有 {len(variables)} 个分指数可用，至少要两个才谈得上相互影响。")
    results = estimated(frame, variables, option)
    if not positive_definite(results.sigma):
        raise PanelVARError("残差协方差矩阵不正定，无法区分各个冲击；请减少变量或补充年份。")
    with warnings.catch_warnings(action="ignore"):
        found = results.bootstrap(draws, seed=SEED)
    found.usable()
    system = option.title, results.variables, results.dynamics, results.sigma
    return SystemEstimate(*system, found, results=results)


def estimated(frame: pd.DataFrame, variables: Sequence[str], option: Option) -> PanelVARResults:
    """The just-identified estimate with one lag, without draws."""
    with warnings.catch_warnings(action="ignore"):
        return panel_var(
            frame,
            variables,
            transform=option.transform,
            time_effects=option.time_effects,
            depth="just",
            steps="one",
        )


def small_systems(findings: Findings) -> pd.DataFrame:
    """Two-variable systems under the two main options.

    Returns
    -------
    DataFrame
        A `SystemEstimate` in each cell, NaN where the panel does not allow it; index = Chinese
        names of the pair, columns = keys of `OPTIONS`.
    """
    found = {
        "、".join(NAMES[name] for name in pair): _estimates(findings.frame, pair, MAIN)[0]
        for pair in PAIRS
    }
    return pd.DataFrame(found).T.dropna(how="all")


def systems_of(interaction: Interaction, keys: Sequence[str] = MAIN) -> tuple[System, ...]:
    """Those of the estimates that there are, to draw."""
    return tuple(interaction.estimates[key] for key in keys if key in interaction.estimates)


def orderings(variables: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Causal orders on offer, by the Chinese label of the control."""
    given, short = tuple(variables), sub_indices()["short_zh"]
    orders = [given, given[::-1]]
    if "LQ" in given:
        orders.append(("LQ", *(name for name in given if name != "LQ")))
    labels = ("→".join(short.get(name, name) for name in order) for order in orders)
    return dict(zip(labels, orders, strict=True))


# --- the printed system -----------------------------------------------------------------------


def published_frame(column: str) -> pd.DataFrame:
    """A column of the paper's table 4; rows = equations, columns = lagged variables."""
    wide = published_table(4).pivot(index="equation", columns="regressor", values=column)
    return wide.loc[list(VARIABLES), list(VARIABLES)].astype(float)


def published_system() -> ImpliedSystem:
    """What table 4 implies: eigenvalues with rounding and sampling error."""
    return printed_system(load_ledger())


# --- facts ------------------------------------------------------------------------------------


def lag_lengths(here: Interaction) -> pd.DataFrame:
    """Criteria for one to three lags on a common sample; fewer where the panel is short.

    Empty where not even one lag can be estimated.
    """
    for longest in range(LONGEST_LAG, 0, -1):
        try:
            with warnings.catch_warnings(action="ignore"):
                return select_lags(
                    here.frame, here.variables, max_lags=longest, depth="just", steps="one"
                )
        except PanelVARError:
            continue
    return pd.DataFrame(columns=["n", "moments", "aic", "bic", "hqic", "modulus"])


def unit_roots(here: Interaction) -> pd.DataFrame:
    """Im-Pesaran-Shin per variable, without and with a trend.

    Returns
    -------
    DataFrame
        `t_bar`, `statistic`, `p` and `verdict`, and the same with a trend after ``trend_``. The
        verdict is "rejected", "kept", "misfit" (far in the right tail, where a series that
        trends lands in a test without a trend) or, where the panel is too short, "short".
    """
    return _unit_roots(here, trend=False).join(_unit_roots(here, trend=True).add_prefix("trend_"))


def _unit_roots(here: Interaction, *, trend: bool) -> pd.DataFrame:
    try:
        found = screen_unit_roots(here.frame, here.variables, trend=trend)
    except PanelVARError:
        columns = ["statistic", "p", "t_bar", "n_units", "n_skipped"]
        found = pd.DataFrame(np.nan, index=list(here.variables), columns=columns)
    p = found["p"]
    cases = [p.isna(), p < UNIT_ROOT, p > 1.0 - UNIT_ROOT]
    return found.assign(verdict=np.select(cases, ["short", "rejected", "misfit"], "kept"))


def serial_correlation(here: Interaction) -> pd.DataFrame:
    """p of Arellano and Bond's second-order test; rows = equations, columns = titles."""
    found = {
        e.title: serial_correlation_tests(e.results)["p"].xs(2, level="order")
        for e in here.main.values()
    }
    return pd.DataFrame(found, index=list(here.variables))


def rank_p_values(estimates: Iterable[object]) -> list[float]:
    """p of the rank test of each estimate that has one; other entries are skipped."""
    found = [e.rank_p for e in estimates if isinstance(e, SystemEstimate)]
    return [value for value in found if not np.isnan(value)]


def specifications(estimates: Mapping[str, SystemEstimate]) -> pd.DataFrame:
    """How strong and how stable each estimate is.

    Returns
    -------
    DataFrame
        By title: `rows`, `rank_p`, `modulus` with its 90 % bootstrap bounds `low` and `high`, and
        the share `unstable` of the draws.
    """
    facts = {
        e.title: (
            e.results.n_obs,
            e.rank_p,
            e.modulus,
            *np.nanquantile(e.draws.moduli, [0.05, 0.95]),
            e.share_explosive,
        )
        for e in estimates.values()
    }
    columns = ["rows", "rank_p", "modulus", "low", "high", "unstable"]
    return pd.DataFrame.from_dict(facts, orient="index", columns=columns)
