"""The grid on which answers are compared: what falls into a cell, or beside it, is the same answer.

A number is counted in steps of its part's tolerance. Two numbers within the tolerance lie in one
cell or in neighbours, so nothing right is refused; what lies two tolerances off never agrees. The
page that marks offline holds cells as hashes and no numbers; it counts alike
(``book/check/check.js``).
"""

from __future__ import annotations

import math
import unicodedata

from synergy.exercises.declared import Part, Value

#: Digits of a count of steps that are kept before it is rounded down, so that a number that lies
#: a tolerance off exactly counts alike on every machine.
_EXACT = 6


def cell(part: Part, value: Value) -> str:
    """Name of the cell that an answer falls into."""
    if isinstance(value, frozenset):
        return "、".join(sorted(map(squeezed, value)))
    if isinstance(value, str):
        return squeezed(value)
    if part.tolerance:
        return str(math.floor(round(float(value) / part.tolerance, _EXACT) + 0.5))
    return format(value, "g")


def near(part: Part, value: Value) -> tuple[str, ...]:
    """Cells in which the right answer may lie where this one is right, its own first."""
    own = cell(part, value)
    if isinstance(value, str | frozenset) or not part.tolerance:
        return (own,)
    return own, str(int(own) - 1), str(int(own) + 1)


def squeezed(text: str) -> str:
    """Text without blanks, full-width letters and digits as usual ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())
