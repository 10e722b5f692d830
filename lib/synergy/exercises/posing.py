"""An exercise with its numbers: the chapter's own, or those drawn for one student.

A student's number seeds the draw through a digest, so that the same student has the same numbers
on every machine. A draw in which a common mistake cannot be told from the answer, or two mistakes
from one another, is drawn again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from synergy.exercises.answers import ALONE, NEEDS, ON_PANEL
from synergy.exercises.declared import (
    Exercise,
    Part,
    Value,
    declared_exercise,
    declared_exercises,
)
from synergy.exercises.drawing import drawn, seed_of
from synergy.exercises.marking import apart
from synergy.exercises.posed import Posed
from synergy.exercises.worked import Given, Worked
from synergy.faults import DataError
from synergy.words import Said, phrase, say

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Evidence

_DRAWS = 500


def pose(
    code: str,
    evidence: Evidence | None = None,
    *,
    student: str | None = None,
    place: Place | None = None,
) -> Posed:
    """Fill an exercise with numbers.

    Parameters
    ----------
    code : str
        ``E1`` and so on.
    evidence : Evidence, optional
        The panel that leads and its place; only exercises on the panel ask for it.
    student : str, optional
        Number of a student, whose numbers are drawn; without it the chapter's own.
    place : Place, optional
        Instead of the place of the evidence, for instance a student's own.

    Raises
    ------
    DataError
        No such exercise, or the edition has not what it needs.
    """
    exercise = declared_exercise(code)
    if evidence is not None and place is not None:
        evidence = replace(evidence, place=place)
    _require(exercise, evidence)
    given, worked = _numbers(exercise, evidence, student or "")
    return _posed(exercise, student or "", given, worked)


def offered(evidence: Evidence, *, chapter: str = "", session: int = 0) -> list[str]:
    """Codes of the exercises that an edition can pose, of a chapter or session or of all."""
    return [
        code
        for code, exercise in declared_exercises().items()
        if NEEDS[exercise.needs].met(evidence)
        and chapter in ("", exercise.chapter)
        and session in (0, exercise.session)
    ]


def _require(exercise: Exercise, evidence: Evidence | None) -> None:
    if exercise.code in ON_PANEL and evidence is None:
        raise DataError(f"题 {exercise.code} 要用面板：请连同数据（evidence）一起给出。")
    if evidence is not None and not NEEDS[exercise.needs].met(evidence):
        lacking = NEEDS[exercise.needs].told
        raise DataError(f"题 {exercise.code} 在这份数据上出不了：{lacking}。请改用本书数据。")


def _work(exercise: Exercise, given: Given, evidence: Evidence | None) -> Worked:
    """Results, and for every mistake declared the numbers and choices that show it."""
    if exercise.code in ALONE:
        worked = ALONE[exercise.code](given)
    elif evidence is not None:
        worked = ON_PANEL[exercise.code](given, evidence)
    else:
        raise DataError(f"题 {exercise.code} 要用面板。")
    shown = {m.key: {**worked.mistakes.get(m.key, {}), **m.chosen} for m in exercise.mistakes}
    return replace(worked, mistakes=shown)


def _numbers(exercise: Exercise, evidence: Evidence | None, student: str) -> tuple[Given, Worked]:
    """Given numbers and results; for a student the first draw that is clear."""
    if exercise.continues:
        earlier, _ = _numbers(declared_exercise(exercise.continues), evidence, student)
        given = {**earlier, **exercise.given}
        return given, _work(exercise, given, evidence)
    if not (student and exercise.draw):
        return exercise.given, _work(exercise, exercise.given, evidence)
    rng = np.random.default_rng(seed_of(exercise.code, student))
    for _ in range(_DRAWS):
        given = {**exercise.given, **drawn(exercise.draw, rng)}
        worked = _work(exercise, given, evidence)
        if is_clear(worked, exercise.parts):
            return given, worked
    raise DataError(f"题 {exercise.code} 抽了 {_DRAWS} 次都不合用；请放宽 exercises.toml 的 draw。")


def is_clear(worked: Worked, parts: tuple[Part, ...]) -> bool:
    """Whether answers are finite, and every mistake differs from them and from the others."""
    numbers = [value for value in worked.answers.values() if isinstance(value, float)]
    told = [recognised(worked, parts, key) for key in worked.mistakes]
    pairs = [(a, b) for n, a in enumerate(told) for b in told[:n]]
    return (
        all(map(math.isfinite, numbers))
        and all(told)
        and all(_differ(a, b, parts) for a, b in pairs)
    )


def recognised(worked: Worked, parts: tuple[Part, ...], mistake: str) -> dict[str, Value]:
    """Values of a mistake that can be told from the right answers."""
    by_key = {part.key: part for part in parts}
    return {
        key: value
        for key, value in worked.mistakes[mistake].items()
        if apart(by_key[key], value, worked.answers[key])
    }


def _differ(one: Mapping[str, Value], other: Mapping[str, Value], parts: tuple[Part, ...]) -> bool:
    """Whether no answer to a part shows two mistakes at once."""
    both = [part for part in parts if part.key in one and part.key in other]
    return all(apart(part, one[part.key], other[part.key]) for part in both)


def _posed(exercise: Exercise, student: str, given: Given, worked: Worked) -> Posed:
    parts, told = exercise.parts, {mistake.key: mistake for mistake in exercise.mistakes}
    wrong = [(each, recognised(worked, parts, key)) for key, each in told.items()]
    facts = {**given, **worked.facts, "a": worked.answers, "m": worked.mistakes}
    copied = "code", "title", "title_en", "chapter", "session"
    same: dict[str, Any] = {name: getattr(exercise, name) for name in copied}
    return Posed(
        **same | _words(exercise, facts),
        student=student,
        parts=tuple(_filled(part, facts, worked) for part in parts),
        answers=worked.answers,
        mistakes=tuple((each, values) for each, values in wrong if values),
        given=given,
    )


def _words(exercise: Exercise, facts: Mapping[str, Any]) -> dict[str, Said]:
    names = "question", "hint", "solution", "extension"
    templates = {name: str(getattr(exercise, name)) for name in names}
    return {name: say(template, **facts) for name, template in templates.items()}


def _filled(part: Part, facts: Mapping[str, Any], worked: Worked) -> Part:
    choices = worked.choices.get(part.key, part.choices)
    label = part.label
    return replace(part, label=phrase(label, **facts), choices=tuple(choices))
