"""From names and options to the columns, lags and instruments of each equation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Literal, get_args

import numpy as np

from pvar.errors import PanelVARError
from pvar.linalg import Array
from pvar.messages import message
from pvar.options import (
    check_choice,
    column_names,
    flag,
    is_list,
    is_whole,
    listed,
    shown,
    variable_names,
    whole_number,
)

Transform = Literal["fod", "fd", "within", "pvar2", "pvar2-asymmetric"]
TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
TimeEffects = Literal["none", "demean", "dummies"]
TIME_EFFECTS: tuple[TimeEffects, ...] = get_args(TimeEffects)
MissingInstruments = Literal["zero", "drop"]
MISSING_INSTRUMENTS: tuple[MissingInstruments, ...] = get_args(MissingInstruments)
Correction = Literal["half-panel-jackknife", "hahn-kuersteiner"]
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)
Depth = int | Literal["all", "just"] | None
LagSet = int | Sequence[int]
Lags = LagSet | Mapping[str, LagSet]

LAG_OPERATOR = re.compile(r"L(\d+)\.(.+)")
LONGEST_LAG = 1000
#: Distances beyond a variable's lags that the automatic depth takes: fewer leave coefficients
#: far from the truth where instruments are weak, more add bias and little precision.
FURTHER_DISTANCES = 2


@dataclass(frozen=True)
class Term:
    """A variable at a lag: column of the data and number of periods back."""

    column: int
    lag: int


@dataclass(frozen=True)
class LagInstruments:
    """Lagged levels of one column as instruments.

    `first` is the nearest valid distance for differences, 2 for y and 1 for a predetermined
    variable (deviations start one nearer); `depth` the number of distances, None for all;
    `lags` those at which the column is a regressor.
    """

    column: int
    first: int
    depth: int | None
    lags: tuple[int, ...] = ()

    def distances(self, nearest: int, stop: int) -> list[int]:
        """Distances from `nearest` on and below `stop`.

        Those that match the column's own lags come first, since no level says more about a
        lag than that lag itself, then the nearest others until there are `depth`.
        """
        if self.depth is None:
            return list(range(nearest, stop))
        own = [lag + nearest - (self.first - 1) for lag in self.lags]
        others = (k for k in range(nearest, stop) if k not in own)
        chosen = [*own, *islice(others, max(min(self.depth, stop) - len(own), 0))]
        return sorted(k for k in chosen if k < stop)


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
    missing_instruments : {"zero", "drop"}
        Whether an instrument that does not exist is zero or removes its row.
    correction : {"half-panel-jackknife", "hahn-kuersteiner"} or None
        Of least squares for its bias.
    periods : tuple of int or None
        Periods that some unit has a row in; with dummies all but the first get one. None: all
        from `lags` on.
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
    periods: tuple[int, ...] | None = None

    @cached_property
    def outcome_terms(self) -> tuple[Term, ...]:
        """The dependent variables, not lagged."""
        return tuple(Term(column, 0) for column in self.outcomes)

    @cached_property
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
    lags : int, sequence of int, or mapping
        p for the lags 1 .. p of every variable; the lags themselves, such as (1, 4); or for
        each variable one of the two, such as {"y": 2, "x": [1, 4]}. Kept in the shortest form
        that says the same.
    transform : {"fod", "fd", "within", "pvar2", "pvar2-asymmetric"}
        Forward orthogonal deviations; first differences; deviations from the unit's means,
        whose regressors are their own instruments, which is least squares; the older pvar2's
        habit, which regresses Helmert y on the lag of Helmert y; the same with that program's
        sample (Z'X also sums the last period, Z'y does not).
    depth : int, "all", "just" or None
        Lag distances used as instruments per variable. "just" takes as many as the variable
        has lags, which is just-identified; None takes two more than that. The distances of the
        variable's own lags are taken first, then the nearest others.
    collapse : bool
        One instrument column per distance instead of one per distance and period
        (Roodman 2009).
    system : bool
        Add the equation in levels with lagged differences as instruments (Blundell and Bond
        1998).
    predetermined, exogenous : tuple of str
        Further regressors, uncorrelated with present and later shocks, or with shocks of all
        periods; "L1.x" is x one period back. Lags of the dependent variables belong in `lags`.
    time_effects : {"none", "demean", "dummies"}
        Shocks common to all units: left in; removed by subtracting from every variable,
        instruments included, its mean over the units seen in a period; or estimated as a
        coefficient for each period. On a balanced panel the last two give the same
        coefficients, clustered or unadjusted standard errors and J with any number of
        instruments, in differences, deviations and system GMM, after one step and two; only
        Windmeijer's correction and sigma after two over-identified steps differ slightly. On
        an unbalanced panel dummies take the shocks out exactly and means do not, but dummies
        leave the instruments as they are, whose means then weaken them; see the notes.
    missing_instruments : {"zero", "drop"}
        What an instrument from before the unit's first year is: zero, or a reason to leave
        its row out, after the transform.
    correction : {"half-panel-jackknife", "hahn-kuersteiner"} or None
        Of the transform "within" for its bias, see `least_squares`.

    Notes
    -----
    Results do not depend on units of measurement. On where a variable's zero is they do, unless
    period means are subtracted or the transform is "within": instruments are levels, and a
    constant added to a level adds to each moment the sum of the transformed residuals, which
    a model without period effects supposes to be zero on average. Where the means of the
    variables move over time that supposition fails and the zero decides how much it counts:
    logs of another unit, z-scores or an index with another base give other coefficients. So it
    is in Stata's pvar and R's panelvar. With dummies the supposition holds; in a balanced panel
    they make the sum zero, in an unbalanced one they do not, and the farther levels are from
    zero the weaker they are as instruments. Subtracting period means before using dummies mends
    that: the dummies take out what the means leave.

    Raises
    ------
    PanelVARError
        For an option out of its range or type, a lag of a dependent variable among the further
        regressors, or a regressor named twice.
    """

    variables: tuple[str, ...]
    lags: Lags = field(default=1, hash=False)
    transform: Transform = "fod"
    depth: Depth = None
    collapse: bool = True
    system: bool = False
    predetermined: tuple[str, ...] = ()
    exogenous: tuple[str, ...] = ()
    time_effects: TimeEffects = "none"
    missing_instruments: MissingInstruments = "zero"
    correction: Correction | None = None

    def __post_init__(self) -> None:
        """Bring the options into one form and check them against each other."""
        check_choice("transform", self.transform, TRANSFORMS)
        check_choice("time_effects", self.time_effects, TIME_EFFECTS)
        check_choice("missing_instruments", self.missing_instruments, MISSING_INSTRUMENTS)
        self._keep("variables", variable_names(self.variables))
        for option in ("predetermined", "exogenous"):
            self._keep(option, column_names(option, getattr(self, option)))
        for option in ("collapse", "system"):
            self._keep(option, flag(option, getattr(self, option)))
        self._keep("lags", lags_in_short(self.lags, self.variables))
        check_terms(self)
        self._keep("depth", checked_depth(self.depth, max(map(len, self.lag_sets))))
        check_older_transform(self)
        check_within(self)
        if self.transform == "within":
            self._keep("depth", "just")

    def _keep(self, option: str, value: object) -> None:
        object.__setattr__(self, option, value)

    @cached_property
    def lag_sets(self) -> tuple[tuple[int, ...], ...]:
        """Lags of each dependent variable, ascending."""
        lags = self.lags
        if not isinstance(lags, Mapping):
            return (all_lags(lags),) * len(self.variables)
        return tuple(all_lags(lags[name]) for name in self.variables)

    @property
    def distances(self) -> int | None:
        """Most lag distances that any dependent variable has as instruments; None for all."""
        return self._distances(max(map(len, self.lag_sets)))

    @property
    def longest_lag(self) -> int:
        """Longest lag of any dependent variable."""
        return max(lags[-1] for lags in self.lag_sets)

    @cached_property
    def lag_terms(self) -> tuple[Term, ...]:
        """The lag regressors: by distance, then variable."""
        return tuple(
            Term(j, k)
            for k in range(1, self.longest_lag + 1)
            for j, lags in enumerate(self.lag_sets)
            if k in lags
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Data columns needed, dependent variables first, without repeats."""
        others = [split_lag(name)[0] for name in self.predetermined + self.exogenous]
        return tuple(dict.fromkeys([*self.variables, *others]))

    @cached_property
    def regressors(self) -> tuple[str, ...]:
        """Names of the K regressors of each equation, without constant and dummies."""
        lagged = [f"lag{term.lag}_{self.variables[term.column]}" for term in self.lag_terms]
        return (*lagged, *self.predetermined, *self.exogenous)

    def lag_places(self, variable: int) -> list[int]:
        """Positions among the regressors of the lags of one variable, given by its position."""
        return [place for place, term in enumerate(self.lag_terms) if term.column == variable]

    def dynamics_of(self, coefficients: Array) -> Array:
        """Lag matrices [A_1 .. A_p] from coefficients (..., m, K); (..., m, mp).

        p is the longest lag; coefficients of lags that a set leaves out are zero.
        """
        m, terms = len(self.variables), self.lag_terms
        lagged = coefficients[..., : len(terms)]
        if len(terms) == m * self.longest_lag:
            return lagged
        dynamics = np.zeros((*coefficients.shape[:-1], m * self.longest_lag))
        dynamics[..., [(term.lag - 1) * m + term.column for term in terms]] = lagged
        return dynamics

    def design(self, *, sample_lags: int = 0) -> Design:
        """Columns, lags and instruments; `sample_lags` drops rows a longer model would lose."""
        predetermined, exogenous = map(self._terms, (self.predetermined, self.exogenous))
        regressors = (*self.lag_terms, *predetermined, *exogenous)
        within = self.transform == "within"
        return Design(
            tuple(range(len(self.variables))),
            regressors,
            () if within else tuple(self._lag_instruments(predetermined)),
            regressors if within else exogenous,
            self.transform,
            self.collapse,
            self.system,
            self.time_effects,
            sample_lags,
            self.missing_instruments,
            self.correction,
        )

    def _lag_instruments(self, predetermined: Sequence[Term]) -> Iterator[LagInstruments]:
        """Instruments of the dependent variables, then of the predetermined ones."""
        for j, lags in enumerate(self.lag_sets):
            yield LagInstruments(j, 2, self._distances(len(lags)), lags)
        for column in dict.fromkeys(term.column for term in predetermined):
            lags = tuple(sorted(term.lag for term in predetermined if term.column == column))
            yield LagInstruments(column, lags[0] + 1, self._distances(len(lags)), lags)

    def _distances(self, n_lags: int) -> int | None:
        """Number of instrument distances of a variable with so many lags; None for all."""
        if self.depth == "all":
            return None
        if self.depth is None:
            return n_lags + FURTHER_DISTANCES
        return max(n_lags, self.depth) if isinstance(self.depth, int) else n_lags

    def _terms(self, names: Sequence[str]) -> tuple[Term, ...]:
        """Terms of further regressors."""
        split = map(split_lag, names)
        return tuple(Term(self.columns.index(column), lag) for column, lag in split)


def split_lag(name: str) -> tuple[str, int]:
    """("x", 2) for "L2.x" and ("x", 0) for "x"."""
    match = LAG_OPERATOR.fullmatch(name)
    return (match[2], int(match[1])) if match else (name, 0)


def all_lags(lags: LagSet) -> tuple[int, ...]:
    """(1, .., p) for p; a set of lags as it is."""
    return tuple(range(1, lags + 1)) if isinstance(lags, int) else tuple(lags)


def lags_in_short(lags: object, variables: Sequence[str]) -> Lags:
    """Lags as p, a tuple, or a mapping of the variables to these, whichever is shortest."""
    if not isinstance(lags, Mapping):
        return lag_set("lags", lags)
    missing = [name for name in variables if name not in lags]
    unknown = [str(name) for name in lags if name not in variables]
    if missing or unknown:
        raise PanelVARError(
            message(
                "lags must name each dependent variable once; without lags: {missing}; not "
                "dependent: {unknown}.",
                missing=listed(missing) or "-",
                unknown=listed(unknown) or "-",
            )
        )
    sets = {name: lag_set(f"lags[{name!r}]", lags[name]) for name in variables}
    first = sets[variables[0]]
    return first if all(found == first for found in sets.values()) else sets


def lag_set(option: str, lags: object) -> int | tuple[int, ...]:
    """The lags of one variable: p if they are 1 .. p, else the lags in ascending order."""
    if is_whole(lags):
        return whole_number(option, lags, least=1, most=LONGEST_LAG)
    if not (is_list(lags) or isinstance(lags, (set, frozenset))):
        raise PanelVARError(
            message(
                "{option} must be a whole number p for lags 1 to p, a list of lags such as [1, 4], "
                "or one of these for each variable such as {{'y': 2, 'x': [1, 4]}}; read {value}.",
                option=option,
                value=shown(lags),
            )
        )
    found = sorted(whole_number(option, lag, least=1, most=LONGEST_LAG) for lag in lags)
    if not found or len(set(found)) < len(found):
        raise PanelVARError(
            message(
                "{option} must hold at least one lag and each once; read {value}.",
                option=option,
                value=shown(lags),
            )
        )
    return len(found) if found[-1] == len(found) else tuple(found)


def checked_depth(depth: object, least: int) -> Depth:
    """The depth, or an error if the equations would not be identified."""
    if depth is None:
        return None
    if isinstance(depth, str) and depth in ("all", "just"):
        return "all" if depth == "all" else "just"
    if not is_whole(depth) or int(depth) < least:
        raise PanelVARError(
            message(
                "depth must be 'all', 'just', None (automatic) or a whole number of at least "
                "{least}, the lags of a variable (just-identified); read {value}.",
                least=least,
                value=shown(depth),
            )
        )
    return int(depth)


def check_terms(specification: Specification) -> None:
    """Refuse further regressors that are dependent variables, their lags, or named twice."""
    seen: set[tuple[str, int]] = set()
    for option in ("predetermined", "exogenous"):
        for name in getattr(specification, option):
            variable, lag = split_lag(name)
            if variable in specification.variables:
                raise PanelVARError(dependent_term(option, name, variable, lag, specification))
            if (variable, lag) in seen:
                raise PanelVARError(
                    message(
                        "{name} is given twice among the further regressors; name it once, as "
                        "predetermined or as exogenous.",
                        name=name,
                    )
                )
            seen.add((variable, lag))


def dependent_term(
    option: str, name: str, variable: str, lag: int, specification: Specification
) -> str:
    """Why a dependent variable is no further regressor, and what to write instead."""
    if lag == 0:
        return message(
            "{option}: {name} is a dependent variable. Take it out here or out of variables; "
            "effects within a period are set by the order in responses(order=...).",
            option=option,
            name=name,
        )
    sets = dict(zip(specification.variables, map(list, specification.lag_sets), strict=True))
    sets[variable] = sorted({*sets[variable], lag})
    return message(
        "{option}: {name} is a lag of the dependent variable {variable}, and would be taken as "
        "unrelated to the shocks that made it. Choose lags by variable instead: lags={lags}.",
        option=option,
        name=name,
        variable=variable,
        lags=sets,
    )


def check_older_transform(specification: Specification) -> None:
    """Refuse what the older pvar2 cannot do."""
    if not specification.transform.startswith("pvar2"):
        return
    if specification.system:
        raise PanelVARError(
            message(
                "The transform {transform} has no system GMM; use 'fod' or 'fd', or leave out "
                "system.",
                transform=specification.transform,
            )
        )
    if specification.time_effects == "dummies":
        raise PanelVARError(
            message(
                "The transform {transform} takes time_effects='demean' only; read 'dummies'.",
                transform=specification.transform,
            )
        )


def check_within(specification: Specification) -> None:
    """Refuse what least squares cannot do, and what only it can."""
    if specification.correction is not None:
        check_choice("correction", specification.correction, CORRECTIONS)
    within = specification.transform == "within"
    if specification.correction is not None and not within:
        raise PanelVARError(
            message(
                "correction={correction} is for least squares, transform='within'; read "
                "transform={transform}.",
                correction=shown(specification.correction),
                transform=shown(specification.transform),
            )
        )
    if within and specification.system:
        raise PanelVARError(
            message("transform='within' is least squares and has no system GMM; leave out system.")
        )
    dropping = specification.missing_instruments == "drop"
    if dropping and (specification.system or specification.transform == "pvar2-asymmetric"):
        raise PanelVARError(
            message(
                "missing_instruments='drop' is for one kind of rows: not with system GMM nor "
                "with 'pvar2-asymmetric'."
            )
        )
