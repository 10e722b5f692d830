"""The grid on which answers are compared: what falls into a cell, or near it, is the same answer.

A number is counted in steps of a quarter of its part's tolerance. Two numbers within the tolerance
lie at most four cells apart, so nothing right is refused; what lies a tolerance and a quarter off
never agrees. The page that marks offline holds cells as hashes and no numbers; it counts alike
(``book/check/check.js``).
"""

from __future__ import annotations

import math
import unicodedata

from synergy.exercises.declared import Part, Value

#: Steps to a tolerance.
STEPS = 4

#: Digits of a count of steps that are kept before it is rounded down, so that a number that lies
#: a tolerance off exactly counts alike on every machine.
_EXACT = 6


def cell(part: Part, value: Value) -> str:
    """Name of the cell that an answer falls into."""
    if isinstance(value, str):
        return squeezed(value)
    if part.tolerance:
        return str(math.floor(round(float(value) / part.tolerance * STEPS, _EXACT) + 0.5))
    return str(int(value))


def near(part: Part, value: Value) -> frozenset[str]:
    """Cells in which the right answer may lie where this one is right."""
    own = cell(part, value)
    if isinstance(value, str) or not part.tolerance:
        return frozenset({own})
    return frozenset(str(int(own) + step) for step in range(-STEPS, STEPS + 1))


def squeezed(text: str) -> str:
    """Text without blanks and what the eye does not see; full-width letters as usual ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
