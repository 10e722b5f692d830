"""What an exercise comes to: answers, what common mistakes would give, further facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synergy.exercises.declared import Value

#: Given numbers by name.
Given = Mapping[str, Any]
Answers = Mapping[str, Value]


@dataclass(frozen=True)
class Worked:
    """Results of one exercise for the numbers given.

    Attributes
    ----------
    answers : mapping
        Value by key of the part.
    mistakes : mapping
        By key of the mistake, the values of those parts that it changes.
    facts : mapping
        What the words use besides.
    choices : mapping
        By key of the part, what can be chosen where that depends on the numbers.
    """

    answers: Answers
    mistakes: Mapping[str, Answers]
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
