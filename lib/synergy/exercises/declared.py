"""What ``data/exercises.toml`` declares: the words of every exercise, and what its answers are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from synergy.dictionary import DATA_DIR
from synergy.faults import DataError

#: A number in the unit of its part, or a choice by its words.
Value = float | int | str
Kind = Literal["number", "integer", "choice"]

KINDS = ("number", "integer", "choice")

#: How far off a number may be where its part says nothing else.
TOLERANCE = 5e-4

_WORDS = ("chapter", "title", "title_en", "question", "hint", "solution", "extension")


@dataclass(frozen=True)
class Part:
    """One thing to be answered.

    Attributes
    ----------
    key : str
        Name within the exercise, ASCII.
    label : str
        What is asked, Chinese; plain text with formulas between dollar signs.
    unit : str
        Behind the number; empty where it has none.
    kind : {"number", "integer", "choice"}
    form : str
        Format specification of a number.
    tolerance : float
        How far a number may be off, in its unit: half of the last digit asked for.
    choices : tuple of str
        What can be chosen.
    """

    key: str
    label: str
    unit: str = ""
    kind: Kind = "number"
    form: str = ".4f"
    tolerance: float = TOLERANCE
    choices: tuple[str, ...] = ()

    def shown(self, value: Value) -> str:
        """A value as readers write it, with its unit."""
        if isinstance(value, str):
            return value
        text = format(value, "d" if self.kind == "integer" else self.form).replace("-", "−")
        return f"{text}{'' if self.unit in ('', '%') else ' '}{self.unit}"


@dataclass(frozen=True)
class Mistake:
    """A common mistake: a short name for lists, what to tell who made it, choices that show it."""

    key: str
    name: str
    feedback: str
    chosen: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Exercise:
    """One entry of the file.

    Attributes
    ----------
    code : str
        ``E1`` and so on.
    chapter : str
        Document below ``chapters``, for instance ``paper/methods``.
    session : int
        Of the seminar, 1 to 3; 0 for none.
    title, title_en : str
    question, hint, solution, extension : str
        Templates of MyST that use emphasis, lists and formulas alone, no reference to other
        pages: the same words go on a sheet of paper.
    needs : str
        What an edition must have, see `synergy.exercises.posing.NEEDS`.
    given, draw : mapping
        Given numbers, and for those drawn for a student ``[low, high, step]``, in the same shape;
        only sheets print the latter, so that an exercise of no session has none.
    continues : str
        Code of the exercise whose given numbers it goes on with.
    """

    code: str
    chapter: str
    title: str
    title_en: str
    question: str
    hint: str
    solution: str
    extension: str
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...]
    session: int = 0
    needs: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    draw: Mapping[str, Any] = field(default_factory=dict)
    continues: str = ""

    @property
    def drawn(self) -> bool:
        """Whether every student has own numbers."""
        return bool(self.draw) or bool(self.continues and declared_exercise(self.continues).drawn)


@cache
def declared_exercises() -> Mapping[str, Exercise]:
    """Exercises by code, in the order of the file.

    Raises
    ------
    DataError
        An entry lacks words, parts or mistakes, draws numbers that no sheet prints, or a part is
        of no known kind.
    """
    text = (DATA_DIR / "exercises.toml").read_text(encoding="utf-8")
    return {code: _exercise(code, entry) for code, entry in tomllib.loads(text).items()}


def declared_exercise(code: str) -> Exercise:
    """One exercise.

    Raises
    ------
    DataError
        No such exercise.
    """
    known = declared_exercises()
    if code not in known:
        raise DataError(f"没有题号“{code}”；可用 {'、'.join(known)}。")
    return known[code]


def _exercise(code: str, entry: Mapping[str, Any]) -> Exercise:
    missing = [name for name in (*_WORDS, "parts", "mistakes") if not entry.get(name)]
    if missing:
        raise DataError(f"exercises.toml 的 [{code}] 缺 {'、'.join(missing)}。")
    if entry.get("draw") and not entry.get("session"):
        raise DataError(f"exercises.toml 的 [{code}] 有 draw 而没有 session：没有讲义印它的数。")
    parts = tuple(_part(code, part) for part in entry["parts"])
    mistakes = tuple(Mistake(**mistake) for mistake in entry["mistakes"])
    return Exercise(code, **{**entry, "parts": parts, "mistakes": mistakes})


def _part(code: str, entry: Mapping[str, Any]) -> Part:
    part = Part(**{**entry, "choices": tuple(entry.get("choices", ()))})
    if part.kind not in KINDS:
        raise DataError(
            f"exercises.toml 的 [{code}] {part.key}：kind 为“{part.kind}”，"
            f"可用 {'、'.join(KINDS)}。"
        )
    exact = part.kind != "number"
    return Part(**{**vars(part), "tolerance": 0.0}) if exact else part
