"""A class's answers marked: what each is worth, scores, and which mistakes are common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from press.answer_files import Answer, part_of
from press.class_list import BOOK, PLACES, Student
from press.handout_sheets import is_code, sheets_of
from synergy.dictionary import Place, find_place
from synergy.exercises.answering import read_answer
from synergy.exercises.checking import posed_for
from synergy.exercises.declared import Part
from synergy.exercises.marking import Mark, mark
from synergy.exercises.posed import Posed
from synergy.exercises.slips import known_wrong
from synergy.faults import DataError, DataFileError, Fault
from synergy.files.saving import whole_file
from synergy.files.sheets import add_sheet, new_book, rows_of, save_book
from synergy.sessions import sessions

if TYPE_CHECKING:
    from synergy.evidence import Evidence

UNREADABLE, OTHER = "读不懂", "别的错误"
SUFFIXES = (".csv", ".xlsx")
#: What the tables for the teacher are called.
_TABLES = ("成绩", "逐题", "错误")
#: What begins a formula where a spreadsheet opens a file.
_FORMULA = tuple("=+-@\t\r")


@dataclass(frozen=True)
class Marked:
    """An answer with its mark.

    Attributes
    ----------
    student : Student
    posed : Posed
    part : str
        Key.
    text : str
        As written.
    mark : Mark
    mistake : str
        Name of the mistake for lists; empty where it is right.
    """

    student: Student
    posed: Posed
    part: str
    text: str
    mark: Mark
    mistake: str

    @property
    def label(self) -> str:
        """What was asked."""
        return next(part.label for part in self.posed.parts if part.key == self.part)


def mark_answers(
    answers: Sequence[Answer], students: Sequence[Student], evidence: Evidence
) -> list[Marked]:
    """Mark answers.

    Parameters
    ----------
    answers : sequence of Answer
    students : sequence of Student
        The class; empty where none is known: then each student has the place that the answers
        name, else the edition's.
    evidence : Evidence

    Raises
    ------
    DataFileError
        A student who is not in the class, an unknown place or part, an answer given twice.
    """
    roster = _Roster(students, evidence)
    asked = [_asked(answer, roster.student(answer), evidence) for answer in answers]
    return [_marked(each) for each in _once(asked)]


class _Asked(NamedTuple):
    """An answer, who gave it, and to which part of what."""

    answer: Answer
    student: Student
    posed: Posed
    part: Part


def _asked(answer: Answer, student: Student, evidence: Evidence) -> _Asked:
    posed = _posed(answer, student, evidence)
    return _Asked(answer, student, posed, part_of(posed, answer))


class _Roster:
    """Finds students by number, or by the short code of one of their sheets."""

    def __init__(self, students: Sequence[Student], evidence: Evidence) -> None:
        self.students, self.evidence = students, evidence
        self.numbers = {student.number: student for student in students}

    @cached_property
    def codes(self) -> Mapping[str, Student]:
        """Students by code; takes as long as to make all sheets."""
        made = sheets_of(self.students, sessions(), self.evidence)
        return {sheet.code: student for student, each in made.items() for sheet in each}

    def student(self, answer: Answer) -> Student:
        """Who gave an answer."""
        if not self.students:
            return Student(answer.student, "", _place(answer))
        if answer.student in self.numbers:
            return self.numbers[answer.student]
        code = answer.student.upper()
        if is_code(code) and code in self.codes:
            return self.codes[code]
        problem, cure = "名单里没有这个学号或短码", "照讲义上的写，或把这名学生加进名单"
        raise answer.refused(problem, answer.student or BOOK, cure=cure)


def _place(answer: Answer) -> Place | None:
    try:
        return find_place(answer.place) if answer.place else None
    except DataError:
        cure = "照讲义上的地区填写"
        raise answer.refused("不认识的地区", answer.place, PLACES, cure) from None


def _posed(answer: Answer, student: Student, evidence: Evidence) -> Posed:
    try:
        return _kept(answer.code, evidence, student.number, student.place)
    except DataError as wrong:
        raise answer.refused(str(wrong).rstrip("。"), answer.code) from None


@cache
def _kept(code: str, evidence: Evidence, student: str, place: Place | None) -> Posed:
    return posed_for(code, evidence, student=student, place=place)


def _once(asked: Iterable[_Asked]) -> Iterable[_Asked]:
    """Each part once for each student: of one notebook's calls the last, else no two."""
    seen: dict[tuple[str, str, str], _Asked] = {}
    for each in asked:
        answer, student, posed, part = each
        key = student.number, posed.code, part.key
        if key in seen and (answer.row is not None or seen[key].answer.path != answer.path):
            problem = f"学号 {student.number or BOOK} 的 {posed.code}“{part.label}”答了两次"
            cure = "每个小题只留一个答案；各人的笔记本里都要写 student=学号"
            raise answer.refused(problem, str(answer.text), cure=cure)
        seen[key] = each
    return seen.values()


def _marked(asked: _Asked) -> Marked:
    answer, student, posed, part = asked
    known = student, posed, part.key, str(answer.text)
    try:
        found = mark(posed, {part.key: read_answer(part, answer.text)})[part.key]
    except ValueError as wrong:
        return Marked(*known, Mark(False, feedback=f"{wrong}。"), UNREADABLE)
    names = {wrong.key: wrong.name for wrong in known_wrong(posed, part)}
    return Marked(*known, found, "" if found.right else names.get(found.mistake, OTHER))


# --- tables for the teacher -------------------------------------------------------------------


def detail_table(marked: Iterable[Marked]) -> pd.DataFrame:
    """A row for each answer: who, what, as written, right or the mistake, feedback."""
    rows = [
        {
            "学号": each.student.number or BOOK,
            "姓名": each.student.name,
            "题号": each.posed.code,
            "小题": each.label,
            "答案": each.text,
            "判定": "对" if each.mark.right else "不对",
            "错误": each.mistake,
            "反馈": each.mark.feedback,
        }
        for each in marked
    ]
    return pd.DataFrame(rows)


def score_table(marked: Sequence[Marked], students: Sequence[Student]) -> pd.DataFrame:
    """A row for each student: parts right of those asked, by exercise and in all.

    Who is in the class and answered nothing has zeros.
    """
    codes = {each.posed.code: len(each.posed.parts) for each in marked}
    right: dict[tuple[str, str], int] = {}
    for each in marked:
        key = each.student.number, each.posed.code
        right[key] = right.get(key, 0) + each.mark.right
    everyone = {student.number: student for student in (*students, *(m.student for m in marked))}
    total = sum(codes.values())
    rows = []
    for number, student in everyone.items():
        own = {code: right.get((number, code), 0) for code in codes}
        shown = {code: f"{own[code]}/{asked}" for code, asked in codes.items()}
        points = sum(own.values())
        place = student.place.name if student.place else ""
        rows.append({"学号": number or BOOK, "姓名": student.name, "地区": place, **shown,
                     "合计": points, "满分": total, "得分率": f"{points / total:.0%}"})  # fmt: skip
    return pd.DataFrame(rows)


def mistake_table(marked: Iterable[Marked]) -> pd.DataFrame:
    """Which mistakes were made, by how many students, the most common first."""
    wrong = [each for each in marked if not each.mark.right]
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in wrong:
        found.setdefault((each.posed.code, each.mistake), {})[each.student.number or BOOK] = None
    rows = [
        {"题号": code, "错误": name, "人数": len(numbers), "学号": "、".join(numbers)}
        for (code, name), numbers in found.items()
    ]
    table = pd.DataFrame(rows, columns=["题号", "错误", "人数", "学号"])
    return table.sort_values("人数", ascending=False, kind="stable").reset_index(drop=True)


def write_marks(marked: Sequence[Marked], students: Sequence[Student], path: Path) -> list[Path]:
    """Write the tables: three sheets of a workbook, or three CSV files beside one another.

    Raises
    ------
    DataFileError
        The suffix is another, or the system refuses the file.
    """
    told = score_table(marked, students), detail_table(marked), mistake_table(marked)
    tables = dict(zip(_TABLES, told, strict=True))
    require_suffix(path)
    if path.suffix.lower() == ".xlsx":
        book = new_book()
        for title, table in tables.items():
            add_sheet(book, title, list(table.columns), rows_of(table))
        save_book(book, path)
        return files_of(path)
    names = files_of(path)
    for name, table in zip(names, tables.values(), strict=True):
        with whole_file(name) as made:
            table.map(_harmless).to_csv(made, index=False, encoding="utf-8-sig")
    return names


def files_of(path: Path) -> list[Path]:
    """Files that results asked for under a name are written into."""
    if path.suffix.lower() == ".xlsx":
        return [path]
    return [path, *(path.with_name(f"{path.stem}_{name}.csv") for name in _TABLES[1:])]


def require_suffix(path: Path) -> None:
    """Refuse a file of results that is neither CSV nor a workbook.

    Raises
    ------
    DataFileError
    """
    if path.suffix.lower() not in SUFFIXES:
        cure = f"换成 {' 或 '.join(SUFFIXES)}"
        raise DataFileError(path.name, [Fault("成绩写不成这种文件", seen=path.suffix, cure=cure)])


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula, as text."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def codes_among(marked: Iterable[Marked]) -> list[str]:
    """Numbers that look like short codes of sheets, which only a class list tells apart."""
    numbers = dict.fromkeys(each.student.number for each in marked)
    return [n for n in numbers if is_code(n.upper()) and not n.isdecimal()]


# --- what the terminal says -------------------------------------------------------------------

#: Students up to whom every answer is told; mistakes of a class that are told.
_FEW, _MISTAKES = 1, 8


def report(marked: Sequence[Marked], students: Sequence[Student]) -> str:
    """Tell one student every answer, a class the scores and its most common mistakes."""
    answered = {each.student.number for each in marked}
    right = sum(each.mark.right for each in marked)
    lines = [f"{len(answered)} 名学生，{len(marked)} 个答案，对 {right} 个。"]
    if len(answered) <= _FEW:
        return "\n".join([*lines, *map(_told, marked)])
    scores = score_table(marked, students)
    lines += [
        f"  {row['学号']} {row['姓名']}　{row['合计']}/{row['满分']}".rstrip()
        for row in scores.to_dict("records")
    ]
    common = mistake_table(marked).head(_MISTAKES).to_dict("records")
    lines += ["常见的错误：" if common else "没有错误。"]
    return "\n".join([*lines, *(f"  {r['题号']} {r['错误']}：{r['人数']} 人" for r in common)])


def _told(each: Marked) -> str:
    said = "对" if each.mark.right else f"不对（{each.mistake}）。{each.mark.feedback}"
    return f"  {each.posed.code} {each.label}，答 {each.text}：{said}"
