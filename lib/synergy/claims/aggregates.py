"""Feasibility of the paper's national and regional figures, under each reading of its wording.

Regional and national figures are unweighted means over 10, 6, 11 and 3 provinces (the paper's
figures show averages per region). Two words are ambiguous: a growth figure may be a ratio or an
increase, and a gap that narrows may be absolute or relative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Literal

from synergy.claims.feasibility import (
    Constraint,
    Statement,
    System,
    at_least,
    ratio_between,
    value_between,
    weighted_mean,
)
from synergy.claims.ledger import Claim, Ledger
from synergy.claims.verdicts import Finding, consistent_if, document_check
from synergy.dictionary import REGIONS, provinces

Growth = Literal["increase", "ratio"]
Gap = Literal["relative", "absolute"]

SHORT = {"东部": "E", "中部": "C", "西部": "W", "东北": "NE"}
EQ_YEARS = (2010, 2016, 2019, 2022)


@dataclass(frozen=True)
class Reading:
    """One way to read the ambiguous words, by statement; the text is Chinese."""

    words: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """Chinese description."""
        zh = {
            "increase": "增加量",
            "ratio": "倍数",
            "relative": "相对差距",
            "absolute": "绝对差距",
        }
        return "，".join(f"{what}作{zh[how]}" for what, how in self.words)

    @property
    def uniform(self) -> bool:
        """Whether every growth word is read the same way."""
        return len({how for what, how in self.words if what != "差距"}) == 1


@dataclass(frozen=True, eq=False)
class ReadSystem:
    """A system of statements under one reading."""

    reading: Reading
    system: System


def ai_systems(ledger: Ledger) -> tuple[ReadSystem, ...]:
    """Statements on the AI index, under the eight readings of two growth words and a gap."""
    return _ai_systems(_Values(ledger, AI_ROWS))


def eq_systems(ledger: Ledger) -> tuple[ReadSystem, ...]:
    """Statements on employment quality, under the two readings of the West's growth."""
    return _eq_systems(_Values(ledger, EQ_ROWS))


def best_readings(systems: Iterable[ReadSystem]) -> tuple[ReadSystem, ...]:
    """Return the readings that ask for the fewest statements to be given up."""
    ranked = [(read.system.corrections(), read) for read in systems]
    fewest = min(count for count, _ in ranked)
    return tuple(read for count, read in ranked if count == fewest)


def national_growth_range(read: ReadSystem, drop: Iterable[str]) -> tuple[float, float]:
    """Ratio of the national AI index 2022 to 2010 that the other statements allow.

    Parameters
    ----------
    read : ReadSystem
        A reading of :func:`ai_systems`.
    drop : iterable of str
        Statements left out.
    """
    keep = set(read.system.keys) - set(drop)
    return _extreme_ratio(read.system, keep, -1), _extreme_ratio(read.system, keep, +1)


@document_check
def holds_with_the_rest(claim: Claim, ledger: Ledger) -> Finding:
    """Whether the other printed statements leave room for this one (argument `system`).

    Inconsistent if no reading lets all statements hold and, under a reading that gives up the
    fewest, giving up this one is enough. Several statements may share that fate: the data behind
    the figures would tell which of them is wrong.
    """
    builder = {"AI": ai_systems, "EQ": eq_systems}[str(claim.arguments["system"])]
    best = _best(builder(ledger))
    fewest = best[0].system.corrections()
    if fewest == 0:
        texts = "；".join(read.reading.text for read in best)
        return consistent_if(True, f"与其余陈述可以同时成立（{texts}）")
    blamed = [read for read in best if claim.id in _culprits(read)]
    if fewest == 1 and not blamed:
        return consistent_if(True, "放弃别处一条陈述后，可与其余陈述同时成立")
    return consistent_if(False, _blame(claim, blamed), "图 1 与图 3 背后的分地区数值")


def _blame(claim: Claim, blamed: list[ReadSystem]) -> str:
    """Name the smallest conflict that contains the claim, and the reading it arises under."""
    if not blamed:
        return "没有一种读法能靠放弃一条陈述使其余同时成立"
    read = min(blamed, key=lambda r: not r.reading.uniform)
    others = "、".join(key for key in _conflict(read) if key != claim.id)
    return (
        f"任何读法下全部陈述都不能同时成立；若读作“{read.reading.text}”，"
        f"本条与 {others} 冲突，放弃本条则其余可同时成立"
    )


class _Values:
    """The printed numbers a system rests on, hashable so that systems are built once."""

    def __init__(self, ledger: Ledger, rows: tuple[str, ...]) -> None:
        self.intervals = tuple((key, *ledger[key].interval, ledger[key].value) for key in rows)

    def __hash__(self) -> int:
        return hash(self.intervals)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Values) and self.intervals == other.intervals

    def interval(self, key: str) -> tuple[float, float]:
        """Rounding interval of a printed number."""
        return next((low, high) for k, low, high, _ in self.intervals if k == key)

    def value(self, key: str) -> float:
        """The printed number itself."""
        return next(value for k, _, _, value in self.intervals if k == key)


AI_ROWS = (
    "P-AI-W10",
    "P-AI-W22",
    "P-AI-NE10",
    "P-AI-NE22",
    "P-AI-C22",
    "P-51-E15",
    "P-AI-GROWTH",
    "P-AI-E-GROWTH",
)
EQ_ROWS = ("P-51-E365", "P-EQ-C22", "P-EQ-W-GROWTH", "P-EQ-NE-NEAR")


@lru_cache(maxsize=256)
def _ai_systems(values: _Values) -> tuple[ReadSystem, ...]:
    growths: tuple[Growth, ...] = ("increase", "ratio")
    gaps: tuple[Gap, ...] = ("relative", "absolute")
    return tuple(
        ReadSystem(
            Reading((("全国增幅", nation), ("东部增幅", east), ("差距", gap))),
            _ai_system(values, nation, east, gap),
        )
        for nation, east, gap in product(growths, growths, gaps)
    )


@lru_cache(maxsize=256)
def _eq_systems(values: _Values) -> tuple[ReadSystem, ...]:
    growths: tuple[Growth, ...] = ("increase", "ratio")
    return tuple(
        ReadSystem(Reading((("西部增长", growth),)), _eq_system(values, growth))
        for growth in growths
    )


def _ai_system(values: _Values, nation: Growth, east: Growth, gap: Gap) -> System:
    least, most = _as_ratio(values.interval("P-AI-GROWTH"), nation)
    east_least = _as_ratio((values.value("P-AI-E-GROWTH"),) * 2, east)[0]
    statements = (
        Statement("P-51-E15", ratio_between("E22", "N22", *values.interval("P-51-E15"))),
        Statement("P-AI-GROWTH", ratio_between("N22", "N10", least, most)),
        Statement("P-AI-E-GROWTH", (at_least("E22", "E10", east_least),)),
        Statement("P-AI-E-LEAD", _leads("E", (2010, 2022))),
        Statement("P-AI-C-LOW", tuple(at_least(f"{r}10", "C10") for r in ("E", "W", "NE"))),
        Statement("P-AI-C-FAST", _central_grows_fastest(values)),
        Statement("P-AI-GAP", _gap_narrows(values, gap)),
    )
    levels = [
        bound
        for key, name in (
            ("P-AI-W10", "W10"),
            ("P-AI-W22", "W22"),
            ("P-AI-NE10", "NE10"),
            ("P-AI-NE22", "NE22"),
            ("P-AI-C22", "C22"),
        )
        for bound in value_between(name, *values.interval(key))
    ]
    years = (2010, 2022)
    return System(_names(years), (*_national_means(years), *levels), statements)


def _eq_system(values: _Values, growth: Growth) -> System:
    least, most = _as_ratio(values.interval("P-EQ-W-GROWTH"), growth)
    near = values.value("P-EQ-NE-NEAR")
    statements = (
        Statement("P-51-E365", ratio_between("E22", "N22", *_over(values.interval("P-51-E365")))),
        Statement("P-EQ-C22", value_between("C22", *values.interval("P-EQ-C22"))),
        Statement("P-EQ-W-GROWTH", ratio_between("W19", "W10", least, most)),
        Statement("P-EQ-W-DIP", (at_least("W19", "W22"),)),
        Statement("P-EQ-W-OVER-C", (at_least("W10", "C10"), at_least("W16", "C16"))),
        Statement("P-EQ-CW-NARROW", _gap_shrinks("W", "C", 2019, 2022)),
        Statement("P-EQ-NE-NEAR", _within("NE", "N", near, (2010, 2016))),
        Statement("P-EQ-NE-BELOW", (at_least("N19", "NE19"), at_least("N22", "NE22"))),
        Statement("P-EQ-NE-NARROW", (Constraint({"N22": 1, "NE22": -1, "N19": -1, "NE19": 1}),)),
        Statement("P-EQ-PHASES", _phases()),
        Statement("P-EQ-C-RISE", _rises("C")),
        Statement("P-EQ-E-LEAD", _leads("E", EQ_YEARS)),
    )
    return System(_names(EQ_YEARS), _national_means(EQ_YEARS), statements)


def _as_ratio(interval: tuple[float, float], growth: Growth) -> tuple[float, float]:
    shift = 1.0 if growth == "increase" else 0.0
    return interval[0] + shift, interval[1] + shift


def _over(percent: tuple[float, float]) -> tuple[float, float]:
    return 1 + percent[0] / 100, 1 + percent[1] / 100


def _names(years: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{r}{y % 100}" for y in years for r in (*SHORT.values(), "N"))


def _national_means(years: Iterable[int]) -> tuple[Constraint, ...]:
    sizes = provinces()["region"].value_counts()
    return tuple(
        bound
        for y in years
        for bound in weighted_mean(
            f"N{y % 100}", {f"{SHORT[name]}{y % 100}": float(sizes[name]) for name in REGIONS}
        )
    )


def _leads(region: str, years: Iterable[int]) -> tuple[Constraint, ...]:
    others = [short for short in SHORT.values() if short != region]
    return tuple(at_least(f"{region}{y % 100}", f"{o}{y % 100}") for y in years for o in others)


def _central_grows_fastest(values: _Values) -> tuple[Constraint, ...]:
    """Return the part of "Central grows fastest" that is linear: faster than West and Northeast."""
    return tuple(
        at_least("C22", "C10", values.interval(end)[0] / values.interval(start)[1])
        for start, end in (("P-AI-W10", "P-AI-W22"), ("P-AI-NE10", "P-AI-NE22"))
    )


def _gap_narrows(values: _Values, gap: Gap) -> tuple[Constraint, ...]:
    if gap == "absolute":
        return tuple(
            Constraint({"N22": 1, f"{r}22": -1, "N10": -1, f"{r}10": 1}) for r in ("W", "NE")
        )
    return tuple(Constraint({"N22": 1, "N10": -_largest_ratio(values, r)}) for r in ("W", "NE"))


def _largest_ratio(values: _Values, region: str) -> float:
    end, start = values.interval(f"P-AI-{region}22"), values.interval(f"P-AI-{region}10")
    return end[1] / start[0]


def _gap_shrinks(a: str, b: str, start: int, end: int) -> tuple[Constraint, ...]:
    s, e = start % 100, end % 100
    before = {f"{a}{s}": -1.0, f"{b}{s}": 1.0}
    return (
        Constraint({**before, f"{a}{e}": 1.0, f"{b}{e}": -1.0}),
        Constraint({**before, f"{a}{e}": -1.0, f"{b}{e}": 1.0}),
    )


def _within(a: str, b: str, width: float, years: Iterable[int]) -> tuple[Constraint, ...]:
    return tuple(
        Constraint({f"{a}{y % 100}": sign, f"{b}{y % 100}": -sign}, width)
        for y in years
        for sign in (1.0, -1.0)
    )


def _phases() -> tuple[Constraint, ...]:
    """National path: up to 2016, faster to 2019, and per year slower than before 2016 after."""
    early = {"N16": 1 / 6, "N10": -1 / 6}
    return (
        at_least("N16", "N10"),
        Constraint({"N16": 1 / 6 + 1 / 3, "N10": -1 / 6, "N19": -1 / 3}),
        *(
            Constraint(
                {"N22": s / 3, "N19": -s / 3, **{name: -weight for name, weight in early.items()}}
            )
            for s in (1.0, -1.0)
        ),
    )


def _rises(region: str) -> tuple[Constraint, ...]:
    pairs = pairwise(EQ_YEARS)
    return tuple(at_least(f"{region}{b % 100}", f"{region}{a % 100}") for a, b in pairs)


@lru_cache(maxsize=256)
def _best(systems: tuple[ReadSystem, ...]) -> tuple[ReadSystem, ...]:
    return best_readings(systems)


@lru_cache(maxsize=1024)
def _culprits(read: ReadSystem) -> tuple[str, ...]:
    return read.system.culprits()


@lru_cache(maxsize=1024)
def _conflict(read: ReadSystem) -> tuple[str, ...]:
    return read.system.smallest_conflict()


def _extreme_ratio(system: System, keys: set[str], direction: int) -> float:
    """Bisect for the least (-1) or greatest (+1) feasible N22 / N10."""
    inside, outside = None, (1.0 if direction < 0 else 50.0)
    witness = system.witness(keys)
    if witness is None:
        return float("nan")
    inside = witness["N22"] / witness["N10"]
    for _ in range(30):
        middle = (inside + outside) / 2
        bound = at_least("N22", "N10", middle)
        if direction < 0:
            bound = Constraint({"N22": 1.0, "N10": -middle})
        trial = System(system.variables, (*system.base, bound), system.statements)
        inside, outside = (middle, outside) if trial.feasible(keys) else (inside, middle)
    return inside
