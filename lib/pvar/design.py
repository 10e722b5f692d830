"""From names and options to the columns, lags and instruments of each equation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pvar.errors import PanelVARError

Transform = Literal["fod", "fd", "within", "pvar2", "pvar2-asymmetric"]
TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
TimeEffects = Literal["none", "demean", "dummies"]
TIME_EFFECTS: tuple[TimeEffects, ...] = get_args(TimeEffects)
MissingInstruments = Literal["zero", "drop"]
MISSING_INSTRUMENTS: tuple[MissingInstruments, ...] = get_args(MissingInstruments)
Correction = Literal["half-panel-jackknife", "hahn-kuersteiner"]
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)
LAG_OPERATOR = re.compile(r"L(\d+)\.(.+)")


@dataclass(frozen=True)
class Term:
    """A variable at a lag: column of the data and number of periods back."""

    column: int
    lag: int


@dataclass(frozen=True)
class LagInstruments:
    """Lagged levels of one column as instruments.

    `first` is the nearest valid distance for differences, 2 for y and 1 for a predetermined
    variable (deviations start one nearer); `depth` the number of distances, None for all.
    """

    column: int
    first: int
    depth: int | None


@dataclass(frozen=True)
class Design:
    """What enters every equation; all equations share regressors and instruments.

    Attributes
    ----------
    outcomes : tuple of int
        Columns of the m dependent variables.
    regressors, own_instruments : tuple of Term
        Lags by distance then variable, then predetermined, then exogenous terms; the last
        are instrumented by their own transform.
    sample_lags : int
        Rows that a model with this many lags would lose are left out.
    """

    outcomes: tuple[int, ...]
    regressors: tuple[Term, ...]
    lag_instruments: tuple[LagInstruments, ...]
    own_instruments: tuple[Term, ...]
    transform: Transform
    collapse: bool = True
    system: bool = False
    time_effects: TimeEffects = "none"
    sample_lags: int = 0
    missing_instruments: MissingInstruments = "zero"
    correction: Correction | None = None

    @property
    def lags(self) -> int:
        """Periods lost at the start of each unit: the longest distance back to any term."""
        return max(self.sample_lags, *(term.lag for term in self.regressors))


@dataclass(frozen=True)
class Specification:
    """A panel VAR by names.

    Attributes
    ----------
    variables : tuple of str
        Dependent variables, in the default Cholesky order.
    transform : {"fod", "fd", "pvar2", "pvar2-asymmetric"}
        Forward orthogonal deviations; first differences; the older pvar2's habit, which
        regresses Helmert y on the lag of Helmert y; the same with that program's sample
        (Z'X also sums the last period, Z'y does not).
    depth : int, "all" or None
        Lag distances used as instruments per variable; None takes as many as there are
        lags, which is just-identified.
    collapse : bool
        One instrument column per distance instead of one per distance and period.
    system : bool
        Add the equation in levels with lagged differences as instruments (system GMM).
    predetermined, exogenous : tuple of str
        Further regressors; "L1.x" is x one period back.
    time_effects : {"none", "demean", "dummies"}
    """

    variables: tuple[str, ...]
    lags: int = 1
    transform: Transform = "fod"
    depth: int | Literal["all"] | None = None
    collapse: bool = True
    system: bool = False
    predetermined: tuple[str, ...] = ()
    exogenous: tuple[str, ...] = ()
    time_effects: TimeEffects = "none"
    missing_instruments: MissingInstruments = "zero"
    correction: Correction | None = None

    def __post_init__(self) -> None:
        """Check the options against each other."""
        check_choice("transform", self.transform, TRANSFORMS)
        check_choice("missing_instruments", self.missing_instruments, MISSING_INSTRUMENTS)
        check_choice("time_effects", self.time_effects, TIME_EFFECTS)
        if not self.variables:
            raise PanelVARError("至少要有一个因变量；读到 0 个。")
        if self.lags < 1:
            raise PanelVARError(f"滞后阶数至少为 1；读到 {self.lags}。")
        depth, lags = self.depth, self.lags
        if depth not in (None, "all") and (isinstance(depth, str) or depth < lags):
            raise PanelVARError(
                f"工具变量深度须为 all 或不小于滞后阶数 {lags}（恰好识别）；读到 {depth}。"
            )
        older = self.transform.startswith("pvar2")
        if older and self.system:
            raise PanelVARError("pvar2 变换没有系统 GMM；请改用 fod 或 fd，或去掉 system。")
        if older and self.time_effects == "dummies":
            raise PanelVARError("pvar2 变换只支持 time_effects='demean'；读到 'dummies'。")

    @property
    def columns(self) -> tuple[str, ...]:
        """Data columns needed, dependent variables first, without repeats."""
        others = [split_lag(name)[0] for name in self.predetermined + self.exogenous]
        return tuple(dict.fromkeys([*self.variables, *others]))

    @property
    def regressors(self) -> tuple[str, ...]:
        """Names of the K regressors of each equation, without constant and dummies."""
        lagged = [f"lag{k}_{name}" for k in range(1, self.lags + 1) for name in self.variables]
        return (*lagged, *self.predetermined, *self.exogenous)

    def design(self, *, sample_lags: int = 0) -> Design:
        """Columns, lags and instruments; `sample_lags` drops rows a longer model would lose."""
        outcomes = tuple(range(len(self.variables)))
        lagged = [Term(j, k) for k in range(1, self.lags + 1) for j in outcomes]
        predetermined, exogenous = map(self._terms, (self.predetermined, self.exogenous))
        depth = self.lags if self.depth is None else self.depth
        limit = None if depth == "all" else depth
        other_limit = 1 if self.depth is None else limit
        instruments = [LagInstruments(j, 2, limit) for j in outcomes]
        instruments += [LagInstruments(t.column, t.lag + 1, other_limit) for t in predetermined]
        regressors = (*lagged, *predetermined, *exogenous)
        options = self.transform, self.collapse, self.system, self.time_effects
        own = exogenous
        if self.transform == "within":
            instruments, own = [], regressors
        further = sample_lags, self.missing_instruments, self.correction
        return Design(outcomes, regressors, tuple(instruments), own, *options, *further)

    def _terms(self, names: Sequence[str]) -> tuple[Term, ...]:
        """Terms of further regressors."""
        split = map(split_lag, names)
        return tuple(Term(self.columns.index(column), lag) for column, lag in split)


def split_lag(name: str) -> tuple[str, int]:
    """("x", 2) for "L2.x" and ("x", 0) for "x"."""
    match = LAG_OPERATOR.fullmatch(name)
    return (match[2], int(match[1])) if match else (name, 0)


def check_choice(option: str, value: str, allowed: Sequence[str]) -> None:
    """Refuse an unknown name, listing the known ones."""
    if value not in allowed:
        raise PanelVARError(f"{option} 须为 {'、'.join(allowed)} 之一；读到 {value!r}。")
