"""Can a set of published statements hold together? Linear programmes over what is not printed.

A statement is a group of linear inequalities on unknown regional means in [0, 1]. Strict
comparisons are closed and printed numbers enter as rounding intervals, so infeasibility is a
proof of conflict, whatever the unpublished values are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Constraint:
    """A linear inequality: sum of coefficient * variable <= bound."""

    coefficients: Mapping[str, float]
    bound: float = 0.0


@dataclass(frozen=True)
class Statement:
    """One published statement.

    Attributes
    ----------
    key : str
        Id of the ledger row.
    constraints : tuple of Constraint
        What the statement means, all to hold at once.
    """

    key: str
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, eq=False)
class System:
    """Statements about the same unknowns.

    Attributes
    ----------
    variables : tuple of str
        The unknowns, each in [0, 1].
    base : tuple of Constraint
        What always holds: definitions and printed levels.
    statements : tuple of Statement
        What may or may not hold together with the rest.
    """

    variables: tuple[str, ...]
    base: tuple[Constraint, ...]
    statements: tuple[Statement, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all statements."""
        return tuple(statement.key for statement in self.statements)

    def witness(self, keys: Iterable[str] | None = None) -> dict[str, float] | None:
        """Values that satisfy the base and the chosen statements, or None if there are none."""
        solution = self._solve(np.zeros(len(self.variables)), self._chosen(keys))
        return None if solution is None else dict(zip(self.variables, solution, strict=True))

    def feasible(self, keys: Iterable[str] | None = None) -> bool:
        """Whether the chosen statements (default all) can hold together; remembered."""
        chosen = self._chosen(keys)
        if chosen not in self._known:
            self._known[chosen] = self.witness(chosen) is not None
        return self._known[chosen]

    def maximum(self, target: Mapping[str, float], keys: Iterable[str] | None = None) -> float:
        """Largest value of a linear target under the chosen statements; NaN if infeasible."""
        cost = -self._row(target)
        solution = self._solve(cost, self._chosen(keys))
        return float("nan") if solution is None else float(-cost @ solution)

    def minimum(self, target: Mapping[str, float], keys: Iterable[str] | None = None) -> float:
        """Smallest value of a linear target under the chosen statements; NaN if infeasible."""
        return -self.maximum({name: -weight for name, weight in target.items()}, keys)

    def culprits(self) -> tuple[str, ...]:
        """Statements whose removal, each alone, lets all the others hold together.

        Empty if nothing conflicts, or if no single removal is enough.
        """
        if self.feasible():
            return ()
        return tuple(k for k in self.keys if self.feasible(set(self.keys) - {k}))

    def corrections(self) -> int:
        """Number of statements to give up at least: 0, 1, or 2 for two or more."""
        if self.feasible():
            return 0
        return 1 if self.culprits() else 2

    def smallest_conflict(self) -> tuple[str, ...]:
        """Return the smallest set of statements that cannot hold together; empty if all can.

        Statements outside every conflict are dropped by a deletion filter first; subsets of what
        remains are then tried by size, so the answer is of least size and irreducible.
        """
        if self.feasible():
            return ()
        irreducible = self._deletion_filter()
        for size in range(len(irreducible)):
            for subset in combinations(self.keys, size):
                if not self.feasible(subset):
                    return subset
        return irreducible

    def _deletion_filter(self) -> tuple[str, ...]:
        kept = list(self.keys)
        for key in self.keys:
            rest = [other for other in kept if other != key]
            if not self.feasible(rest):
                kept = rest
        return tuple(kept)

    def _chosen(self, keys: Iterable[str] | None) -> frozenset[str]:
        return frozenset(self.keys if keys is None else keys)

    def _row(self, coefficients: Mapping[str, float]) -> Floats:
        row = np.zeros(len(self.variables))
        for name, weight in coefficients.items():
            row[self.variables.index(name)] = weight
        return row

    @cached_property
    def _known(self) -> dict[frozenset[str], bool]:
        return {}

    @cached_property
    def _matrix(self) -> tuple[Floats, Floats, list[str]]:
        tagged = [("", c) for c in self.base]
        tagged += [(s.key, c) for s in self.statements for c in s.constraints]
        rows = np.array([self._row(c.coefficients) for _, c in tagged])
        return rows, np.array([c.bound for _, c in tagged]), [key for key, _ in tagged]

    def _solve(self, cost: Floats, keys: frozenset[str]) -> Floats | None:
        from scipy.optimize import linprog

        rows, bounds, tags = self._matrix
        use = np.array([tag == "" or tag in keys for tag in tags])
        result = linprog(cost, A_ub=rows[use], b_ub=bounds[use], bounds=(0, 1), method="highs")
        if result.status == 2:
            return None
        if result.status != 0:
            raise RuntimeError(f"linear programme not solved: {result.message}")
        solution: Floats = result.x
        return solution


def at_least(left: str, right: str, factor: float = 1.0) -> Constraint:
    """Inequality left >= factor * right."""
    return Constraint({left: -1.0, right: factor})


def ratio_between(left: str, right: str, low: float, high: float) -> tuple[Constraint, ...]:
    """Inequalities low * right <= left <= high * right."""
    return at_least(left, right, low), Constraint({left: 1.0, right: -high})


def value_between(name: str, low: float, high: float) -> tuple[Constraint, ...]:
    """Inequalities low <= name <= high."""
    return Constraint({name: -1.0}, -low), Constraint({name: 1.0}, high)


def weighted_mean(name: str, weights: Mapping[str, float]) -> tuple[Constraint, ...]:
    """Two inequalities for name = sum of weight * part / sum of weights."""
    total = sum(weights.values())
    terms = {part: weight / total for part, weight in weights.items()}
    flipped = {part: -share for part, share in terms.items()}
    return Constraint({**terms, name: -1.0}), Constraint({**flipped, name: 1.0})
