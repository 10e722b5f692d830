"""The teacher's key to a class's sheets: solutions, mistakes, tolerances, everybody's answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.handout import Texts, in_typst, typeset
from synergy.exercises.answers import place_bound
from synergy.exercises.declared import Mistake, Part, Value
from synergy.exercises.place_table import is_table
from synergy.exercises.posed import Posed
from synergy.exercises.posing import pose

if TYPE_CHECKING:
    from press.class_list import Student
    from press.edition import Edition
    from press.handout_sheets import Sheet
    from synergy.evidence import Evidence

TITLE = "教师的答案册"
_LEAD = (
    "每名学生的数由学号抽出，答案随之不同；同一份名单、同一份数据，重印的讲义与这里一致。"
    "短码由学号、课次和全部答案算出：讲义上的短码与这里不符，说明讲义是照另一份数据或名单印的。"
)


def build_key(
    sheets: Mapping[Student, Sequence[Sheet]], evidence: Evidence, edition: Edition, look: Path
) -> bytes:
    """Set the key to the sheets of a class.

    Parameters
    ----------
    sheets : mapping
        See `press.handout_sheets.sheets_of`.
    evidence, edition
        What the sheets were made from.
    look : Path
        Folder ``book/print``.

    Raises
    ------
    PdfError
        With the message of pandoc or Typst.
    """
    document = json.dumps(key_document(sheets, evidence, edition), ensure_ascii=False)
    day = int(edition.date.timestamp())
    (made,) = typeset("key.typ", {"key": document}, look, day)
    return made


def key_document(
    sheets: Mapping[Student, Sequence[Sheet]], evidence: Evidence, edition: Edition
) -> dict[str, Any]:
    """What the template of the key takes; texts as Typst.

    Raises
    ------
    PdfError
        With pandoc's message.
    """
    students, first = list(sheets), next(iter(sheets.values()))
    lessons = [
        [_Entry([each[at].exercises[n] for each in sheets.values()], students, evidence)
         for n in range(len(sheet.exercises))]
        for at, sheet in enumerate(first)
    ]  # fmt: skip
    texts = in_typst(text for entries in lessons for each in entries for text in each.texts())
    return {
        "title": TITLE,
        "lead": _LEAD,
        "banner": edition.banner,
        "fingerprint": edition.data_fingerprint,
        "students": [_student(student, each) for student, each in sheets.items()],
        "lessons": [
            _lesson(sheet, entries, texts) for sheet, entries in zip(first, lessons, strict=True)
        ],
    }


def _student(student: Student, sheets: Sequence[Sheet]) -> list[str]:
    return [student.number, student.name, sheets[0].place.label, *(sheet.code for sheet in sheets)]


def _lesson(sheet: Sheet, entries: Sequence[_Entry], texts: Texts) -> dict[str, Any]:
    short = f"第{sheet.lesson.ordinal}次课"
    return {
        "short": short,
        "title": f"{short}：{sheet.lesson.title}",
        "exercises": [entry.as_typst(texts) for entry in entries],
    }


class _Entry:
    """An exercise as the class was given it, and once with the chapter's own numbers."""

    def __init__(self, own: list[Posed], students: list[Student], evidence: Evidence) -> None:
        self.own, self.students = own, students
        self.table = is_table(own[0].code)
        self.of_a_place = self.table or place_bound(own[0].code)
        self.shown = own[0] if self.of_a_place else pose(own[0].code, evidence)
        self.solved = f"学号 {students[0].number}" if self.of_a_place else "书里的数"
        self.same = all(each is own[0] for each in own)

    def texts(self) -> Iterable[str]:
        """Everything in Markdown."""
        yield self.shown.solution
        yield from (part.label for part in self.shown.parts)
        yield from (mistake.feedback for mistake, _ in self.shown.mistakes)

    def as_typst(self, texts: Texts) -> dict[str, Any]:
        """What the template takes."""
        return {
            "code": self.shown.code,
            "title": "地区的表" if self.table else self.shown.title,
            "solved": self.solved,
            "solution": texts[self.shown.solution],
            "mistakes": [self._mistake(*each, texts) for each in self.shown.mistakes],
            "parts": [_part(part, texts, table=self.table) for part in self.shown.parts],
            "rows": self._rows(),
        }

    def _mistake(
        self, mistake: Mistake, values: Mapping[str, Value], texts: Texts
    ) -> dict[str, str]:
        numbers = {part.key: n for n, part in enumerate(self.shown.parts, start=1)}
        by_key = {part.key: part for part in self.shown.parts}
        told = (f"{numbers[key]}＝{by_key[key].shown(value)}" for key, value in values.items())
        return {
            "name": mistake.name,
            "feedback": texts[mistake.feedback],
            "values": f"得 {'、'.join(told)}",
        }

    def _rows(self) -> list[list[str]]:
        if self.same and len(self.students) > 1:
            return [["全班", "", *_answers(self.own[0])]]
        pairs = zip(self.students, self.own, strict=True)
        return [
            [student.number, self._named(student), *_answers(posed)] for student, posed in pairs
        ]

    def _named(self, student: Student) -> str:
        """Name, with the place where the numbers are those of a place."""
        place = student.place.name if student.place and self.of_a_place else ""
        return " ".join(part for part in (student.name, place) if part)


def _answers(posed: Posed) -> list[str]:
    return [_answer(posed, part) for part in posed.parts]


def _answer(posed: Posed, part: Part) -> str:
    """A value; of a table's blank also where it stands, which differs from student to student."""
    told = part.shown(posed.answers[part.key]).removesuffix(part.unit).strip()
    return f"{told}（{part.label.split(maxsplit=1)[1]}）" if is_table(posed.code) else told


def _part(part: Part, texts: Texts, *, table: bool) -> dict[str, str]:
    return {
        "label": part.label.split()[0] if table else texts[part.label],
        "unit": part.unit,
        "tolerance": format(part.tolerance, "g") if part.tolerance else "",
    }
