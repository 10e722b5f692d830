"""Where a claim turns: the inequality that decides it, and on which side the measurements lie.

``data/thresholds.toml`` declares for each claim of the essay and the notes that a model can
decide what has to exceed what, in which symbol the inequality is solved, and the numbers that
were found for it. Here it is solved, at the values of an edition, and the numbers are set beside
it; pages say the rest.

A claim decided by nothing but an assumption has no readings: then the range of the parameter
table stands there, and is called what it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from math import log
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq

from synergy.dictionary import DATA_DIR
from synergy.policy.foundations import foundations
from synergy.policy.fund import fund_of
from synergy.policy.insurance import contribution_base
from synergy.policy.net import safety_net
from synergy.policy.official import nation_in_yuan, official
from synergy.policy.parameters import (
    CHOICE,
    Interval,
    defaults,
    evaluate,
    input_table,
    parameter_table,
    quantity,
)
from synergy.policy.scenarios import load_scenario
from synergy.policy.symbols import Values
from synergy.policy.units import Unit, unit
from synergy.words import Said

#: Points at which a sign is looked for before the root is found between two of them.
_POINTS = 400

#: How far beyond an open range the root is looked for, as a factor.
_BEYOND = 20.0

#: On which side the readings of a claim lie; the last two have none, an assumption or a choice.
FOR, AGAINST, BOTH, OPEN, CHOSEN = SIDES = (
    *("原文一边", "另一边", "两边都有", "没有数据", "政策选择"),
)

_VERDICTS = dict(
    zip(
        SIDES,
        ("数据在原文一边", "数据在另一边", "两边都有数据", "没有数据", "由政策选择"),
        strict=True,
    )
)

_YEARLY = "每年 "


class Reading(NamedTuple):
    """A number that was found, who says it, and the source as a link where it has its own."""

    value: float
    who: str
    cited: str


class Threshold(NamedTuple):
    """A claim and where it turns.

    Attributes
    ----------
    at : float
        Value of the symbol `over` at which the claim turns; NaN where it does not turn.
    above : bool
        Whether it holds above; where it does not turn, whether it holds at all.
    low, high : float
        Range of the readings; without readings that of the parameter table.
    """

    key: str
    claim: str
    title: str
    said: str
    axis: str
    why: str
    unknown: str
    over: str
    at: float
    above: bool
    readings: tuple[Reading, ...]
    low: float
    high: float

    @property
    def turns(self) -> bool:
        """Whether there is a value at which the claim turns."""
        return bool(np.isfinite(self.at))

    def holds(self, value: float) -> bool:
        """Whether the claim holds where the symbol has a value."""
        return (value > self.at) == self.above if self.turns else self.above

    @property
    def ends(self) -> tuple[bool, bool]:
        """Whether it holds at both ends of the readings, or of the range."""
        return self.holds(self.low), self.holds(self.high)

    @property
    def side(self) -> str:
        """On which side the readings lie, one of `SIDES`."""
        if not self.readings:
            return CHOSEN if self.chosen else OPEN
        held = {self.holds(reading.value) for reading in self.readings}
        return BOTH if len(held) == 2 else FOR if held == {True} else AGAINST

    def found(self, held: bool) -> list[tuple[str, str]]:
        """Who found what, of the readings with which the claim holds, or of the others."""
        groups: dict[str, list[float]] = {}
        for reading in self.readings:
            if self.holds(reading.value) == held:
                groups.setdefault(reading.who, []).append(self.unit.rounded(reading.value))
        return [(who, self.unit.span(min(n), max(n))) for who, n in groups.items()]

    @property
    def at_text(self) -> str:
        """The threshold in the reader's units; empty where the claim does not turn."""
        return self.unit.write(self.unit.rounded(self.at)) if self.turns else ""

    @property
    def condition(self) -> str:
        """The inequality, solved: ``实际利率每年低于 2.72%``."""
        if not self.turns:
            return ""
        told = self.at_text.removeprefix(_YEARLY)
        yearly = _YEARLY.strip() if self.unit.before == _YEARLY else ""
        return f"{self.axis}{yearly}{'高于' if self.above else '低于'} {told}"

    @property
    def span(self) -> str:
        """The readings, or the range, from one end to the other."""
        return self.unit.span(*(self.unit.rounded(end) for end in (self.low, self.high)))

    @property
    def verdict(self) -> str:
        """`side` in words."""
        return _VERDICTS[self.side]

    @property
    def chosen(self) -> bool:
        """Whether the symbol is a choice of the legislator."""
        return bool(_row(self.over).get("label") == CHOICE)

    @property
    def statutory(self) -> str:
        """What the law says today of a choice, where it says something."""
        said = _row(self.over).get("statutory")
        return said if isinstance(said, str) else ""

    @property
    def unit(self) -> Unit:
        """How values are written."""
        return unit(str(_row(self.over)["unit"]))

    @property
    def cited(self) -> Said:
        """Where the readings are from, as links."""
        own = [reading.cited for reading in self.readings if reading.cited]
        row = _row(self.over)
        if len(own) < len(self.readings) and isinstance(row.get("source"), str):
            url = row["url"]
            own.append(f"[{row['source']}]({url})" if isinstance(url, str) else str(row["source"]))
        return Said("、".join(dict.fromkeys(own)))


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((DATA_DIR / "thresholds.toml").read_text(encoding="utf-8"))


def declared_claims(chapter: str = "") -> list[str]:
    """Keys of the claims, of one chapter or of all."""
    claims = _content()["claims"]
    return [key for key, claim in claims.items() if chapter in ("", claim["chapter"])]


def thresholds(chapter: str, values: Mapping[str, float] | None = None) -> list[Threshold]:
    """Claims of a chapter and where they turn, in the order of their declaration.

    Parameters
    ----------
    chapter : str
        Name of the chapter's file.
    values : mapping, optional
        Symbols that differ from the defaults, for instance an edition's start.

    Raises
    ------
    ValueError
        If no claim belongs to the chapter.
    """
    keys = declared_claims(chapter)
    if not keys:
        raise ValueError(f"no claim of {chapter!r} in thresholds.toml")
    return [threshold(key, values) for key in keys]


def threshold(key: str, values: Mapping[str, float] | None = None) -> Threshold:
    """One claim and where it turns; see `thresholds`."""
    told = _content()["claims"][key]
    over = told["over"]
    at, above = _turn(margin(key, values), *_reach(over))
    found = tuple(_reading(entry) for entry in _content()["readings"].get(over, ()))
    numbers = [reading.value for reading in found] or [_row(over)["low"], _row(over)["high"]]
    return Threshold(
        key=key,
        claim=told["claim"],
        title=told["title"],
        said=told["said"],
        axis=told.get("axis", str(_row(over)["name_zh"])),
        why=told["why"],
        unknown=told["unknown"],
        over=over,
        at=at,
        above=above,
        readings=found,
        low=float(min(numbers)),
        high=float(max(numbers)),
    )


def margin(key: str, values: Mapping[str, float] | None = None) -> Callable[[Any], Values]:
    """What decides a claim, as a function of its symbol: positive where the claim holds."""
    told = _content()["claims"][key]
    point = defaults() | dict(values or {})

    def apart(x: Any) -> Values:
        here = {**point, told["over"]: np.asarray(x, dtype=float)}
        more, than = (_side(told[name], here, told.get("bind", {})) for name in ("more", "than"))
        return np.asarray(more - than, dtype=float)

    return apart


def _side(told: Any, values: Mapping[str, Any], bind: Mapping[str, Any]) -> Any:
    """A side of an inequality: a number, a symbol, or a quantity with its own bindings."""
    if isinstance(told, float):
        return told
    own = dict(told) if isinstance(told, dict) else {"of": told}
    of = own.pop("of")
    return quantity(of, values, {**bind, **own}) if "." in of else values[of]


def _turn(apart: Callable[[Any], Values], low: float, high: float) -> tuple[float, bool]:
    """Where a margin changes its sign, and whether it is positive above or all along.

    Raises
    ------
    ValueError
        If it changes its sign more than once: then there is no one inequality.
    """
    if low > 0 and high / low > 100:
        grid = np.geomspace(low, high, _POINTS)
    else:
        grid = np.linspace(low, high, _POINTS)
    signs = np.where(np.broadcast_to(apart(grid), grid.shape) >= 0, 1, -1)
    turns = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    if len(turns) > 1:
        raise ValueError(f"the margin changes its sign {len(turns)} times")
    if not len(turns):
        return float("nan"), bool(signs[-1] > 0)
    (at,) = turns
    root = brentq(lambda x: float(apart(x)), grid[at], grid[at + 1], xtol=1e-12)
    return float(root), bool(signs[at + 1] > 0)


def _reach(symbol: str) -> tuple[float, float]:
    """Where a root is looked for: the symbol's interval, far beyond its range where open."""
    row = _row(symbol)
    whole = Interval.read(str(row["interval"]))
    low = whole.low if np.isfinite(whole.low) else row["low"] - _BEYOND * abs(row["low"])
    high = whole.high if np.isfinite(whole.high) else _BEYOND * row["high"]
    nudge = 1e-9 * (high - low)
    return low + nudge * whole.open_low, high - nudge * whole.open_high


@cache
def _row(symbol: str) -> dict[str, Any]:
    table = parameter_table()
    found = table if symbol in table.index else input_table()
    return {str(name): value for name, value in found.loc[symbol].items()}


def _reading(entry: Mapping[str, Any]) -> Reading:
    if "figure" in entry:
        figure = official(entry["figure"])
        return Reading(figure.value, entry["who"], figure.cited)
    if "shares" in entry:
        first, last = entry["shares"]
        return Reading(implied_reinstatement(first, last, entry["years"]), entry["who"], "")
    return Reading(float(entry["value"]), entry["who"], "")


def implied_reinstatement(first: float, last: float, years: float) -> float:
    r"""Reinstatement with which labour's share goes from one value to another, at the usual pace.

    Notes
    -----
    In the limit of `synergy.policy.work.task_path` without a lag,
    :math:`\Gamma = \Gamma_0e^{-(1-\rho)at}`, so :math:`\rho = 1 + \ln(\Gamma/\Gamma_0)/(at)`.
    """
    pace = defaults(["automation_rate"])["automation_rate"]
    return 1 + log(last / first) / (pace * years)


# --- sides of inequalities that join several models -------------------------------------------


def pull_of_machines(values: Mapping[str, Any]) -> Values:
    """How far employment and wages lower the log of contributions over benefits by 2060."""
    parts = foundations(values)
    return -np.asarray(parts.employment + parts.wages)[..., -1]


def pull_of_people(values: Mapping[str, Any]) -> Values:
    """How far the population lowers the log of contributions over benefits by 2060."""
    return -np.asarray(foundations(values).population)[..., -1]


def balance_at_usual_pace(values: Mapping[str, Any]) -> Values:
    """Balance of the fund in 2060 over GDP, in the baseline."""
    return _balance(values, "baseline")


def balance_under_fast_ai(values: Mapping[str, Any]) -> Values:
    """Balance of the fund in 2060 over GDP, in the scenario of fast AI."""
    return _balance(values, "fast_ai")


def _balance(values: Mapping[str, Any], scenario: str) -> Values:
    return np.asarray(fund_of({**values, **_changes(scenario)}).balance)[..., -1]


@cache
def _changes(scenario: str) -> Mapping[str, float]:
    return load_scenario(scenario).changes


def cost_of_net(values: Mapping[str, Any]) -> Values:
    """Yearly cost of the safety net in three layers, 亿元."""
    return np.asarray(nation_in_yuan(float(evaluate(safety_net, values).total_cost)))


def paid_in_today(values: Mapping[str, Any]) -> Values:
    """Contributions and the subsidy of the treasury, over GDP."""
    return np.asarray(evaluate(contribution_base, values).revenue + values["fiscal_subsidy"])
