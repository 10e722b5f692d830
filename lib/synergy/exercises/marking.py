"""Whether an answer is right, and which common mistake it shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from synergy.exercises.declared import Part, Value
from synergy.exercises.grid import cell, near
from synergy.exercises.posed import Posed
from synergy.exercises.slips import known_wrong

#: So many tolerances apart, no answer is taken for both of two values.
APART = 3.0

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Mark:
    """What there is to say of the answer to one part.

    Attributes
    ----------
    right : bool
    mistake : str
        Key of the common mistake that it shows; empty if none is recognised.
    feedback : str
        What to tell the student; empty for a right answer.
    """

    right: bool
    mistake: str = ""
    feedback: str = ""


#: Told where an answer is wrong in no known way.
UNKNOWN = "与正确答案不符，也不像常见的错误；请从第一步重新做一遍。"


def agrees(part: Part, given: Value, value: Value) -> bool:
    """Whether an answer is this value, on the grid of the part."""
    return cell(part, value) in near(part, given)


def apart(part: Part, one: Value, other: Value) -> bool:
    """Whether two values cannot be confused; a value that is none cannot be recognised."""
    if _numeric(one) and _numeric(other):
        gap = abs(float(one) - float(other))
        return math.isfinite(gap) and gap > APART * part.tolerance + _ROUNDING
    return one != other


def _numeric(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def mark(posed: Posed, answers: Mapping[str, Value]) -> dict[str, Mark]:
    """Mark the answers to some parts of an exercise.

    Parameters
    ----------
    posed : Posed
    answers : mapping
        Answer by key of the part, numbers in the part's unit.

    Raises
    ------
    KeyError
        The exercise has no such part.
    """
    parts = {part.key: part for part in posed.parts}
    return {key: _mark(posed, parts[key], answer) for key, answer in answers.items()}


def _mark(posed: Posed, part: Part, answer: Value) -> Mark:
    if agrees(part, answer, posed.answers[part.key]):
        return Mark(True)
    for wrong in known_wrong(posed, part):
        if agrees(part, answer, wrong.value):
            return Mark(False, wrong.key, wrong.feedback)
    return Mark(False, feedback=UNKNOWN)
