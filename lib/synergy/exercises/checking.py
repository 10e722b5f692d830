"""`check`: whether an answer is right, from a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from synergy.exercises.answering import read_answer
from synergy.exercises.declared import Part, Value, declared_exercise
from synergy.exercises.grid import squeezed
from synergy.exercises.marking import Mark, mark
from synergy.exercises.place_table import CODE, is_table, place_table
from synergy.exercises.posed import Posed
from synergy.exercises.posing import pose
from synergy.faults import DataError
from synergy.words import Said, say

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Evidence

_TOLD = """
{% for part, mark in rows %}
- {{ title }}，{{ part.label|safe }}：**{{ "对" if mark.right else "不对" }}**{% if mark.right %}。{% else %}。{{ mark.feedback|safe }}{% endif %}

{% endfor %}
"""  # noqa: E501


class Checked:
    """What there is to say of answers to an exercise; a notebook shows it as text.

    Attributes
    ----------
    posed : Posed
    marks : mapping of str to Mark
        By key of the part.
    """

    def __init__(self, posed: Posed, marks: Mapping[str, Mark]) -> None:
        self.posed, self.marks = posed, marks

    @property
    def right(self) -> bool:
        """Whether all that was answered is right."""
        return all(mark.right for mark in self.marks.values())

    def __str__(self) -> str:
        """One line for each part."""
        parts = {part.key: part for part in self.posed.parts}
        title = f"{self.posed.code} {self.posed.title}"
        rows = [(parts[key], mark) for key, mark in self.marks.items()]
        return say(_TOLD, title=title, rows=rows)

    __repr__ = __str__

    def _repr_markdown_(self) -> Said:
        return Said(str(self))


def check(code: str, *, student: str = "", region: str = "全国", **answers: object) -> Checked:
    """Say of answers to an exercise whether they are right, and which mistake they show.

    Parameters
    ----------
    code : str
        ``E1`` and so on.
    student : str
        Number of the student whose numbers they are; without it the book's.
    region : str
        Place of the student, for exercises on a place.
    **answers
        By key of the part: numbers, or text as one would write it (``"58.86%"``, ``"B"``).

    Raises
    ------
    DataError
        No such exercise, place or part, or an answer that is none; Chinese.

    Examples
    --------
    >>> check("E3", D=0.5886).right
    True
    """
    from synergy.evidence import Request, load_evidence

    posed = posed_for(code, load_evidence(Request(region)), student=student)
    if not answers:
        raise DataError(f"没有答案；{code} 可答：{parts_told(posed)}。")
    values = {key: _value(posed, key, answer) for key, answer in answers.items()}
    return Checked(posed, mark(posed, values))


def posed_for(
    code: str, evidence: Evidence, *, student: str = "", place: Place | None = None
) -> Posed:
    """An exercise of a chapter, or the table with blanks of a session (``表1``), for a student.

    A student has own numbers, and a place, in what sheets print: the exercises of sessions.

    Raises
    ------
    DataError
        No such exercise, or the edition has not what it needs.
    """
    if is_table(code):
        number = _session_of(code)
        return place_table(evidence, place or evidence.place, student, number).posed
    if not declared_exercise(code).session:
        return pose(code, evidence)
    return pose(code, evidence, student=student, place=place)


def tables() -> list[str]:
    """Codes of the tables with blanks."""
    from synergy.sessions import sessions

    return [f"{CODE}{lesson.number}" for lesson in sessions()]


def _session_of(code: str) -> int:
    if code not in tables():
        raise DataError(f"没有题号“{code}”；各次课的表是{'、'.join(tables())}。")
    return int(code.removeprefix(CODE))


def find_part(posed: Posed, text: str) -> Part | None:
    """The part that a text names: its key, its label, its number from 1, or ①."""
    names = {squeezed(part.key).lower(): part for part in posed.parts}
    names |= {squeezed(part.label).lower(): part for part in posed.parts}
    names |= {str(number): part for number, part in enumerate(posed.parts, start=1)}
    wanted = squeezed(text).lower()
    if not wanted and len(posed.parts) == 1:
        return posed.parts[0]
    return names.get(wanted)


def parts_told(posed: Posed) -> str:
    """Keys of the parts with their labels, for messages."""
    return "、".join(f"{part.key}（{part.label}）" for part in posed.parts)


def _value(posed: Posed, key: str, answer: object) -> Value:
    part = find_part(posed, key)
    if part is None or part.key != key:
        raise DataError(f"{posed.code} 没有“{key}”这一项；可答：{parts_told(posed)}。")
    try:
        return read_answer(part, answer)
    except ValueError as wrong:
        raise DataError(f"{posed.code} 的 {key} 读到“{answer}”：{wrong}。") from None
