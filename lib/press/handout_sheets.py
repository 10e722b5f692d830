"""What stands on a student's sheets: numbers of a place, exercises with own numbers, a code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from synergy.dictionary import units
from synergy.exercises.declared import declared_exercise
from synergy.exercises.grid import cell
from synergy.exercises.place_table import place_table
from synergy.exercises.posed import Posed
from synergy.exercises.posing import offered, pose
from synergy.sessions import Session

if TYPE_CHECKING:
    import pandas as pd

    from press.class_list import Student
    from synergy.dictionary import Place
    from synergy.evidence import Evidence

#: Letters and digits that are not taken for one another.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 6


def is_code(text: str) -> bool:
    """Whether a text could be the code of a sheet."""
    return len(text) == _CODE_LENGTH and set(text) <= set(_LETTERS)


@dataclass(frozen=True)
class Sheet:
    """The sheets of one student for one session.

    Attributes
    ----------
    student : Student
    place : Place
        What the numbers are of: the student's, else the edition's.
    lesson : Session
    table : DataFrame
        The place's numbers as text, with signs in three blanks.
    exercises : tuple of Posed
        That table first, then those of the session that the edition can pose.
    """

    student: Student
    place: Place
    lesson: Session
    table: pd.DataFrame
    exercises: tuple[Posed, ...]

    @cached_property
    def code(self) -> str:
        """Six letters that change with the student, the session and every answer."""
        told = [self.student.number, str(self.lesson.number), *self._cells()]
        number = int.from_bytes(hashlib.blake2b("\n".join(told).encode()).digest(), "big")
        letters = []
        for _ in range(_CODE_LENGTH):
            number, rest = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[rest])
        return "".join(letters)

    def _cells(self) -> Iterator[str]:
        for posed in self.exercises:
            for part in posed.parts:
                yield f"{posed.code}.{part.key}={cell(part, posed.answers[part.key])}"


def sheet_of(student: Student, lesson: Session, evidence: Evidence) -> Sheet:
    """Pose a session's exercises to a student.

    Raises
    ------
    DataError
        An exercise finds no numbers for the student.
    """
    place = student.place or evidence.place
    shown, first = place_table(evidence, place, student.number, lesson.number)
    posed = [_own(code, student, evidence) for code in _codes(lesson, evidence)]
    return Sheet(student, place, lesson, shown, (first, *posed))


@cache
def _codes(lesson: Session, evidence: Evidence) -> tuple[str, ...]:
    known = set(offered(evidence))
    return tuple(code for code in lesson.exercises if code in known)


def _own(code: str, student: Student, evidence: Evidence) -> Posed:
    """An exercise with a student's numbers; what nobody draws is posed once for a place."""
    drawn = declared_exercise(code).drawn
    return _posed(code, evidence, student.number if drawn else "", student.place or evidence.place)


@cache
def _posed(code: str, evidence: Evidence, student: str, place: Place) -> Posed:
    return pose(code, evidence, student=student, place=place)


def tiles(place: Place) -> list[dict[str, Any]]:
    """Squares of the map: row, column, first character of the name, whether the place holds it."""
    inside = set(place.members)
    return [
        {"row": int(row.row), "col": int(row.col), "name": str(name)[:1], "on": name in inside}
        for name, row in units()[["row", "col"]].iterrows()
    ]


def sheets_of(
    students: Sequence[Student], lessons: Sequence[Session], evidence: Evidence
) -> dict[Student, list[Sheet]]:
    """Sheets of every student, a session after another."""
    return {
        student: [sheet_of(student, lesson, evidence) for lesson in lessons] for student in students
    }
