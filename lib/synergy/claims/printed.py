"""A printed number, compared as its rounding allows.

``a == b`` holds if the numbers are within the wider of their half-widths, ``a < b`` only if it
holds whatever the rounding, ``a <= b`` unless the opposite is certain.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from synergy.claims.ledger import Claim
from synergy.expressions import Operand

SLACK = 1e-9
#: How far numbers may differ that the paper calls similar (相近), as a share: two readings, ours,
#: the same wherever the word stands.
SIMILAR, LOOSELY_SIMILAR = 0.2, 0.4
#: How far a number may lie below or above another that the paper puts slightly (略、小幅) so, as a
#: share: the narrower of two readings; the wider sets no limit.
SLIGHT = 0.1


@dataclass(frozen=True, eq=False)
class Printed(Operand):
    """A number with the interval that its rounding leaves open, and its printed text."""

    value: float
    low: float
    high: float
    text: str = ""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of(cls, claim: Claim) -> Printed:
        """The number that a row prints."""
        return cls(claim.value, *claim.interval, claim.printed)

    def _with(self, other: Any, function: Callable[[float, float], float]) -> Printed:
        that = _printed(other)
        ends = [function(a, b) for a in (self.low, self.high) for b in (that.low, that.high)]
        return Printed(function(self.value, that.value), min(ends), max(ends))

    def __add__(self, other: Any) -> Printed:
        return self._with(other, operator.add)

    def __sub__(self, other: Any) -> Printed:
        return self._with(other, operator.sub)

    def __mul__(self, other: Any) -> Printed:
        return self._with(other, operator.mul)

    def __truediv__(self, other: Any) -> Printed:
        return self._with(other, operator.truediv)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Printed:
        return _printed(other) - self

    def __rtruediv__(self, other: Any) -> Printed:
        return _printed(other) / self

    def __neg__(self) -> Printed:
        return 0 - self

    def __eq__(self, other: object) -> bool:
        that = _printed(other)
        widths = (max(p.high - p.value, p.value - p.low) for p in (self, that))
        return abs(self.value - that.value) <= max(widths) + SLACK

    def __lt__(self, other: Any) -> bool:
        return self.high < _printed(other).low

    def __gt__(self, other: Any) -> bool:
        return self.low > _printed(other).high

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec or not self.text else self.text


def _printed(value: Any) -> Printed:
    if isinstance(value, Printed):
        return value
    if isinstance(value, int | float | np.number):
        return Printed(float(value), float(value), float(value))
    raise TypeError(f"no number: {value!r}")
