"""Numbers as readers write them: shares and rates in per cent, prices in yuan, some in dollars too.

``data/policy_units.csv`` has one row per unit of the parameter table: what a value is multiplied
by, what stands before and after it, digits in a table. Sliders, tables and sentences all write
numbers from there; `page_unit` is what the page's own script needs for it.
"""

from __future__ import annotations

from functools import cache
from math import exp
from typing import Any, NamedTuple

import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.policy.official import official
from synergy.policy.parameters import parameter_table, slider_step

#: Unit whose values are told in dollars as well: the essay's own example is.
IN_DOLLARS = "元/小时（美元）"

_DECAYS = "exp(-x)"


class Unit(NamedTuple):
    """A row of the table; `reads` is ``x``, or ``exp(-x)`` for a rate told by what it leaves."""

    scale: float
    reads: str
    before: str
    after: str
    digits: int

    def number(self, value: float, digits: int | None = None) -> str:
        """A value without its unit, with as many digits as it has, unless told otherwise."""
        if self.reads == _DECAYS:
            return f"{self.scale * exp(-value):.{self.digits}f}"
        amount = self.scale * value
        return f"{round(amount, 8):.10g}" if digits is None else f"{amount:.{digits}f}"

    def short(self, value: float) -> str:
        """A value in a table: its own digits, and of the unit only a sign."""
        return self.number(value, self.digits) + self._sign

    def write(self, value: float) -> str:
        """A value with its unit: ``每年 2.5%``, ``36 元/小时``."""
        return self.before + self.number(value) + self.after

    def rounded(self, value: float) -> float:
        """A computed value as it is worth printing: three digits."""
        return float(f"{value:.3g}")

    def ends(self, low: float, high: float) -> str:
        """Two values, of the unit only a sign: ``0.5%—4%``, ``1—100``."""
        return "—".join(self.number(end) + self._sign for end in self.ordered(low, high))

    def span(self, low: float, high: float) -> str:
        """Two values with one unit, one if they are the same: ``每年 0.5%—4%``."""
        if low == high:
            return self.write(low)
        return self.before + self.ends(low, high) + self.after.removeprefix(self._sign)

    def ordered(self, low: float, high: float) -> tuple[float, float]:
        """Two values as the reader counts upwards: a fast decline leaves little."""
        return (high, low) if self.reads == _DECAYS else (low, high)

    @property
    def _sign(self) -> str:
        return "%" if self.after == "%" else ""


@cache
def _units() -> dict[str, Unit]:
    table = pd.read_csv(DATA_DIR / "policy_units.csv", index_col="unit", keep_default_na=False)
    return {str(row.Index): Unit(*row[1:]) for row in table.itertuples()}


def unit(name: str) -> Unit:
    """A unit by its name in the tables.

    Raises
    ------
    KeyError
        If ``policy_units.csv`` has no such unit.
    """
    return _units()[name]


@cache
def unit_of(symbol: str) -> Unit:
    """Unit of an assumption."""
    return unit(str(parameter_table().at[symbol, "unit"]))


def written(symbol: str, value: float) -> str:
    """Value of an assumption as the reader writes it, to three digits."""
    used = unit_of(symbol)
    return used.write(used.rounded(value))


def page_unit(symbol: str) -> dict[str, Any]:
    """What ``controls.js`` needs to write the values of a slider: digits as its steps need."""
    name = str(parameter_table().at[symbol, "unit"])
    used = unit(name)
    told: dict[str, Any] = {"scale": used.scale, "before": used.before, "after": used.after}
    if used.reads == _DECAYS:
        return told | {"decay": True, "digits": used.digits}
    told["digits"] = _digits(slider_step(symbol) * used.scale)
    if name == IN_DOLLARS:
        told["also"] = {"scale": 1 / official("yuan_per_dollar").value, "after": " 美元"}
    return told


def _digits(step: float) -> int:
    """Digits after the point that tell neighbouring steps apart."""
    return next(d for d in range(9) if abs(step * 10**d - round(step * 10**d)) < 1e-6)
