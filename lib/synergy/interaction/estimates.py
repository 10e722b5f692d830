"""The five-variable system of the paper's section 4.3, estimated in every defensible way.

The paper does not say which forward transformation its program used, nor whether common years
were taken out; both choices are made both ways. What the printed table 4 implies on its own is
in `published_system`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pvar import (
    ImpliedSystem,
    PanelData,
    PanelVARError,
    Specification,
    least_squares,
    panel_var,
)
from pvar.design import TimeEffects, Transform
from pvar.linalg import Array
from pvar.responses import positive_definite
from synergy.claims.ledger import load_ledger
from synergy.claims.table4 import printed_system
from synergy.demo.dynamics import REGIONAL, SUB_INDICES, true_dynamics
from synergy.dictionary import published_table

if TYPE_CHECKING:
    from pvar import Draws, PanelVARResults
    from synergy.evidence import Findings

#: In the order of the paper's table 4.
VARIABLES = ("LR", "EQ", "SS", "LQ", "AI")
NAMES = {
    "LR": "劳动报酬",
    "EQ": "就业环境",
    "SS": "社会保障",
    "LQ": "劳动力素质",
    "AI": "人工智能",
    "U1": "人工智能指数",
    "U2": "就业质量指数",
}
SHORT = {"LR": "报酬", "EQ": "环境", "SS": "保障", "LQ": "素质", "AI": "智能"}
DRAWS, SEED = 999, 20250815

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
class SystemEstimate:
    """An estimate with its bootstrap."""

    title: str
    results: PanelVARResults
    draws: Draws

    @property
    def share_explosive(self) -> float:
        """Share of the usable draws whose largest modulus is at least one."""
        return self.draws.n_explosive / max(self.draws.n_draws - self.draws.n_failed, 1)

    def intervals(self) -> tuple[Array, Array]:
        """95 % percentile bounds of the lag coefficients, each (m, m)."""
        return self.draws.intervals()

    def moduli_quantiles(self, levels: Sequence[float] = (0.05, 0.95)) -> Array:
        """Quantiles of the largest modulus over usable draws."""
        return np.nanquantile(self.draws.moduli, levels)


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
    def panel(self) -> PanelData:
        """The variables as the estimator sees them."""
        return PanelData.from_frame(self.frame, self.variables)


@dataclass(frozen=True, eq=False)
class System:
    """A first-order system to draw responses of.

    Attributes
    ----------
    title : str
    variables : tuple of str
    dynamics, sigma : array (m, m)
    draws : Draws or None
        For bands.
    """

    title: str
    variables: tuple[str, ...]
    dynamics: Array
    sigma: Array
    draws: Draws | None = None


def estimate_interaction(findings: Findings, *, draws: int = DRAWS) -> Interaction:
    """Estimate the system under every option, with the sub-indices that the panel has.

    Parameters
    ----------
    findings : Findings
    draws : int
        Bootstrap draws of provinces.
    """
    frame = findings.frame
    present = tuple(name for name in VARIABLES if frame[name].notna().any())
    absent = tuple(name for name in VARIABLES if name not in present)
    estimates, faults = {}, {}
    for key, option in OPTIONS.items():
        try:
            estimates[key] = estimate(frame, present, option, draws=draws)
        except PanelVARError as fault:
            faults[key] = str(fault)
    return Interaction(findings.name, frame, present, absent, estimates, faults)


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = panel_var(
            frame, variables, transform=option.transform, time_effects=option.time_effects
        )
    if not positive_definite(results.sigma):
        raise PanelVARError("残差协方差矩阵不正定，无法区分各个冲击；请减少变量或补充年份。")
    found = results.bootstrap(draws, seed=SEED)
    if found.n_draws - found.n_failed < 2:
        raise PanelVARError(f"{found.n_draws} 次自助抽样几乎全部无法估计；请补充省份或年份。")
    return SystemEstimate(option.title, results, found)


def small_systems(findings: Findings) -> dict[tuple[str, ...], dict[str, SystemEstimate]]:
    """Two-variable systems under the two main options; pairs the panel lacks are left out."""
    found: dict[tuple[str, ...], dict[str, SystemEstimate]] = {}
    for pair in PAIRS:
        for key in MAIN:
            try:
                made = estimate(findings.frame, pair, OPTIONS[key])
            except PanelVARError:
                continue
            found.setdefault(pair, {})[key] = made
    return found


def systems_of(interaction: Interaction, keys: Sequence[str] = MAIN) -> tuple[System, ...]:
    """Estimates as systems to draw."""
    chosen = [interaction.estimates[key] for key in keys if key in interaction.estimates]
    return tuple(
        System(e.title, e.results.variables, e.results.dynamics, e.results.sigma, e.draws)
        for e in chosen
    )


def true_system() -> System:
    """The dynamic built into the demo panel.

    The shock of a province is its own plus its region's, so its variance is 1 + REGIONAL
    times the tabulated one.
    """
    truth = true_dynamics()
    order = [SUB_INDICES.index(name) for name in VARIABLES]
    sigma = np.diag((1.0 + REGIONAL) * truth.shock_sd**2)
    return System(
        "真值", VARIABLES, truth.matrix[np.ix_(order, order)], sigma[np.ix_(order, order)]
    )


def within_system(frame: pd.DataFrame) -> System:
    """Least squares after removing province and year means.

    Biased by about -(1 + a)/T (Nickell 1981), but not weakly identified.

    Parameters
    ----------
    frame : DataFrame
        Balanced, with all five sub-indices.
    """
    found = least_squares(PanelData.from_frame(frame, VARIABLES))
    return System("最小二乘（去省、年均值）", VARIABLES, found.coefficients, found.sigma)


def orderings(variables: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Causal orders on offer, by the Chinese label of the control."""
    given = tuple(variables)
    orders = [given, given[::-1]]
    if "LQ" in given:
        orders.append(("LQ", *(name for name in given if name != "LQ")))
    labels = ("→".join(SHORT.get(name, name) for name in order) for order in orders)
    return dict(zip(labels, orders, strict=True))


def published_frame(column: str) -> pd.DataFrame:
    """A column of the paper's table 4; rows = equations, columns = lagged variables."""
    wide = published_table(4).pivot(index="equation", columns="regressor", values=column)
    return wide.loc[list(VARIABLES), list(VARIABLES)].astype(float)


def published_system() -> ImpliedSystem:
    """What table 4 implies: eigenvalues with rounding and sampling error."""
    return printed_system(load_ledger())


def lag_specification(interaction: Interaction, key: str) -> Specification:
    """The specification of an option, for the comparison of lag lengths."""
    option = OPTIONS[key]
    return Specification(
        interaction.variables, transform=option.transform, time_effects=option.time_effects
    )
