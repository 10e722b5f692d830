"""Can published statements hold together? Linear programmes over what is not printed.

A statement is a group of linear inequalities on unknown regional means in [0, 1], written in the
ledger (fact `linear`) over names such as `E22`, the East in 2022, and `N10`, the nation in 2010.
Means are unweighted over provinces, as in the paper's figures. Strict comparisons are closed and
printed numbers enter as rounding intervals, so infeasibility is a proof of conflict, whatever the
unpublished values are. Where a word can be read in two ways, the ledger states both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce
from itertools import combinations, product
from operator import and_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergy.claims.ledger import Answer, Claim, Ledger
from synergy.dictionary import REGIONS, units
from synergy.expressions import Operand, Vocabulary, evaluate, names_in, parse_expression

Floats = NDArray[np.float64]

#: Letters of the unknowns; the nation is `N`.
SHORT = dict(zip(REGIONS, ("E", "C", "W", "NE"), strict=True))
_UNKNOWN = re.compile(r"(?:E|C|W|NE|N)(\d\d)")
READINGS = {"increase": "增加量", "ratio": "倍数", "relative": "相对差距", "absolute": "绝对差距"}


@dataclass(frozen=True)
class Constraints(Operand):
    """Linear forms none of which exceeds 0; ``and`` joins them."""

    all: tuple[Linear, ...] = ()

    def __and__(self, other: Constraints) -> Constraints:
        return Constraints(self.all + other.all)


@dataclass(frozen=True, eq=False)
class Linear(Operand):
    """A linear form of unknowns; ``<=`` and ``>=`` make inequalities of it."""

    coefficients: Mapping[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def __add__(self, other: Linear | float) -> Linear:
        that = _linear(other)
        names = {**self.coefficients, **that.coefficients}
        total = {n: self.coefficients.get(n, 0.0) + that.coefficients.get(n, 0.0) for n in names}
        return Linear(total, self.constant + that.constant)

    def __mul__(self, factor: float) -> Linear:
        scaled = {name: factor * weight for name, weight in self.coefficients.items()}
        return Linear(scaled, factor * self.constant)

    def __le__(self, other: Linear | float) -> Constraints:
        return Constraints((self - other,))

    def __ge__(self, other: Linear | float) -> Constraints:
        return _linear(other) <= self

    def __sub__(self, other: Linear | float) -> Linear:
        return self + -_linear(other)

    def __radd__(self, other: float) -> Linear:
        return self + other

    def __rmul__(self, factor: float) -> Linear:
        return self * factor

    def __neg__(self) -> Linear:
        return self * -1.0

    def __truediv__(self, divisor: float) -> Linear:
        return self * (1.0 / divisor)


def _linear(value: Linear | float) -> Linear:
    return value if isinstance(value, Linear) else Linear({}, float(value))


@dataclass(frozen=True, eq=False)
class StatementSet:
    """Statements about the same unknowns.

    Attributes
    ----------
    variables : tuple of str
        The unknowns, each in [0, 1].
    base : Constraints
        What always holds: definitions and printed levels.
    statements : mapping of str to Constraints
        What may or may not hold together with the rest, by the id of its row.
    words : tuple of (str, str)
        How ambiguous words are read.
    """

    variables: tuple[str, ...]
    base: Constraints
    statements: Mapping[str, Constraints]
    words: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all statements."""
        return tuple(self.statements)

    @property
    def reading(self) -> str:
        """Chinese description of how ambiguous words are read."""
        return "，".join(f"{what}作{READINGS[how]}" for what, how in self.words)

    @property
    def uniform(self) -> bool:
        """Whether every growth word is read the same way."""
        return len({how for _, how in self.words if how in ("increase", "ratio")}) == 1

    def given(self, *extra: Constraints) -> StatementSet:
        """The same statements with more that always holds."""
        return replace(self, base=reduce(and_, extra, self.base))

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

    @cached_property
    def culprits(self) -> tuple[str, ...]:
        """Statements whose removal, each alone, lets all the others hold together.

        Empty if nothing conflicts, or if no single removal is enough.
        """
        if self.feasible():
            return ()
        return tuple(k for k in self.keys if self.feasible(set(self.keys) - {k}))

    @property
    def corrections(self) -> int:
        """Number of statements to give up at least: 0, 1, or 2 for two or more."""
        if self.feasible():
            return 0
        return 1 if self.culprits else 2

    @cached_property
    def smallest_conflict(self) -> tuple[str, ...]:
        """The smallest set of statements that cannot hold together; empty if all can.

        Of several of one size, the one whose statements come last.
        """
        for size in range(0 if self.feasible() else len(self.keys) + 1):
            for subset in combinations(reversed(self.keys), size):
                if not self.feasible(subset):
                    return subset[::-1]
        return ()

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
        groups = {"": self.base, **self.statements}
        forms = [form for group in groups.values() for form in group.all]
        tags = [key for key, group in groups.items() for _ in group.all]
        rows = np.array([self._row(form.coefficients) for form in forms])
        return rows, np.array([-form.constant for form in forms]), tags

    def _solve(self, cost: Floats, keys: frozenset[str]) -> Floats | None:
        from scipy.optimize import linprog

        rows, limits, tags = self._matrix
        use = np.array([tag == "" or tag in keys for tag in tags])
        result = linprog(cost, A_ub=rows[use], b_ub=limits[use], bounds=(0, 1), method="highs")
        if result.status == 2:
            return None
        if result.status != 0:
            raise RuntimeError(f"linear programme not solved: {result.message}")
        solution: Floats = result.x
        return solution


# ------------------------------------------------------------------ the ledger's statements


def statement_sets(ledger: Ledger, system: str) -> tuple[StatementSet, ...]:
    """Statements of the rows of a system (`AI` or `EQ`), once under every reading of its words.

    Building is remembered by everything that the statements rest on.
    """
    return _built(tuple(c for c in ledger if c.facts.get("system") == system))


def best_readings(sets: Iterable[StatementSet]) -> tuple[StatementSet, ...]:
    """Return the readings that ask for the fewest statements to be given up."""
    every = tuple(sets)
    fewest = min(read.corrections for read in every)
    return tuple(read for read in every if read.corrections == fewest)


def national_growth_range(read: StatementSet, drop: Iterable[str]) -> tuple[float, float]:
    """Ratio of the national AI index 2022 to 2010 that the other statements allow.

    Parameters
    ----------
    read : StatementSet
        A reading of the statements on AI.
    drop : iterable of str
        Statements left out.
    """
    keep = set(read.keys) - set(drop)
    return _extreme_ratio(read, keep, -1), _extreme_ratio(read, keep, +1)


def holds_with_the_rest(claim: Claim, ledger: Ledger) -> Answer:
    """Whether the other printed statements leave room for this one.

    It does not hold if no reading lets all statements hold and, under a reading that gives up the
    fewest, giving up this one is enough. Several statements may share that fate: the data behind
    the figures would tell which of them is wrong.
    """
    best = best_readings(statement_sets(ledger, str(claim.facts["system"])))
    fewest = best[0].corrections
    if fewest == 0:
        return Answer(True, f"与其余陈述可以同时成立（{'；'.join(read.reading for read in best)}）")
    blamed = [read for read in best if claim.id in read.culprits]
    if fewest == 1 and not blamed:
        return Answer(True, "放弃别处一条陈述后，可与其余陈述同时成立")
    return Answer(False, _blame(claim, blamed))


def _blame(claim: Claim, blamed: list[StatementSet]) -> str:
    """Name the smallest conflict that contains the claim, and the reading it arises under."""
    if not blamed:
        return "没有一种读法能靠放弃一条陈述使其余同时成立"
    read = min(blamed, key=lambda r: not r.uniform)
    others = "、".join(key for key in read.smallest_conflict if key != claim.id)
    return (
        f"任何读法下全部陈述都不能同时成立；若读作“{read.reading}”，"
        f"本条与 {others} 冲突，放弃本条则其余可同时成立"
    )


@lru_cache(maxsize=256)
def _built(rows: tuple[Claim, ...]) -> tuple[StatementSet, ...]:
    # Figures before orderings, so that a conflict is put down to what is said about them.
    stated = sorted((c for c in rows if "linear" in c.facts), key=lambda c: not c.printed)
    open_words = {
        str(claim.facts["word"]): tuple(claim.facts["linear"])
        for claim in stated
        if "word" in claim.facts
    }
    unknowns = _unknowns(rows)
    levels = [_meaning(c, str(c.facts["base"]), rows) for c in rows if "base" in c.facts]
    base = reduce(and_, levels, _national_means(unknowns))
    found = []
    for reading in product(*open_words.values()):
        words = dict(zip(open_words, reading, strict=True))
        statements = {c.id: _meaning(c, _text(c, words), rows) for c in stated}
        found.append(StatementSet(unknowns, base, statements, tuple(words.items())))
    return tuple(found)


def _text(claim: Claim, words: Mapping[str, str]) -> str:
    linear = claim.facts["linear"]
    return str(linear[words[claim.facts["word"]]] if "word" in claim.facts else linear)


def _texts(claim: Claim) -> Iterator[str]:
    for text in (claim.facts.get("base", "True"), claim.facts.get("linear", "True")):
        yield from (text.values() if isinstance(text, Mapping) else [text])


def _unknowns(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Every region and the nation in every year that some statement names."""
    used = {n for c in claims for text in _texts(c) for n in names_in(parse_expression(text))}
    years = sorted({match[1] for name in used if (match := _UNKNOWN.fullmatch(name))})
    return tuple(f"{letter}{year}" for year in years for letter in (*SHORT.values(), "N"))


def _national_means(unknowns: Iterable[str]) -> Constraints:
    sizes, means = units()["region"].value_counts(), Constraints()
    for nation in (name for name in unknowns if re.fullmatch(r"N\d\d", name)):
        parts = {f"{letter}{nation[1:]}": float(sizes[name]) for name, letter in SHORT.items()}
        means &= weighted_mean(nation, parts)
    return means


def weighted_mean(name: str, weights: Mapping[str, float]) -> Constraints:
    """Two inequalities for name = sum of weight * part / sum of weights."""
    mean = Linear(weights) / sum(weights.values())
    unknown = Linear({name: 1.0})
    return (mean <= unknown) & (mean >= unknown)


def _meaning(claim: Claim, text: str, rows: tuple[Claim, ...]) -> Constraints:
    """Inequalities that a text states; it may name the row's own number and ratios of others."""
    intervals = {c.id: c.interval for c in rows if c.printed}
    words: dict[str, Any] = {name: Linear({name: 1.0}) for name in _unknowns(rows)}
    words["least"] = lambda end, start: intervals[end][0] / intervals[start][1]
    words["most"] = lambda end, start: intervals[end][1] / intervals[start][0]
    if claim.printed:
        words |= {"value": claim.value, "low": claim.interval[0], "high": claim.interval[1]}
    meaning: Constraints = evaluate(parse_expression(text), Vocabulary(words))
    return meaning


def _extreme_ratio(read: StatementSet, keys: set[str], direction: int) -> float:
    """Bisect for the least (-1) or greatest (+1) feasible N22 / N10."""
    witness = read.witness(keys)
    if witness is None:
        return float("nan")
    last, first = Linear({"N22": 1.0}), Linear({"N10": 1.0})
    inside, outside = witness["N22"] / witness["N10"], (1.0 if direction < 0 else 50.0)
    for _ in range(30):
        middle = (inside + outside) / 2
        bound = last <= first * middle if direction < 0 else last >= first * middle
        trial = read.given(bound)
        inside, outside = (middle, outside) if trial.feasible(keys) else (inside, middle)
    return inside
