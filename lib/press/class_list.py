"""A class: who is in it, and which place each student works on.

The list is a file of any kind that the book reads, with a column of students' numbers; names and
places are optional. It stays on the machine: nothing of it is kept or sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from press.percent_cells import with_percents
from synergy.dictionary import Place, find_place
from synergy.exercises.drawing import seed_of
from synergy.exercises.grid import squeezed
from synergy.faults import DataError, DataFileError, Fault
from synergy.files.saving import is_device
from synergy.files.source import open_source
from synergy.reading.cells import is_blank
from synergy.reading.headings import Table, find_table
from synergy.reading.schema import Schema, headings_of

if TYPE_CHECKING:
    from synergy.evidence import Evidence

#: What Windows forbids in the name of a file.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')

#: From here on a workbook's numbers lose digits; and how they then look in a file of text.
_EXACT = 10**15
_LOST = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)

#: Letters of a file's name; with the suffix systems take 255 bytes, and Chinese has three each.
_LONGEST = 60

#: What stands for a number where answers are to the book's own numbers.
BOOK = "书里的数"

#: What a place may be.
PLACES = "全国、四大地区之一或一个省的名字、代码"

STUDENT = headings_of("student")
LIST = Schema(
    unit=STUDENT,
    time=(),
    name=(),
    value=(),
    measure=(),
    remark=(),
    unit_name="学号",
)


@dataclass(frozen=True)
class Student:
    """A student.

    Attributes
    ----------
    number : str
        As the school writes it, without blanks; it seeds the student's numbers.
    name : str
        Empty where it is not known.
    place : Place or None
        What the student works on; None for the edition's.
    """

    number: str
    name: str = ""
    place: Place | None = None

    @property
    def stem(self) -> str:
        """Name of the student's files, without suffix, such as every system takes it."""
        parts = (part for part in (self.number, self.name) if part)
        stem = _FORBIDDEN.sub("-", "_".join(parts))[:_LONGEST].strip(" .") or "学生"
        return f"学号{stem}" if is_device(stem) else stem


def number_of(cell: object) -> str:
    """A student's number as it stands in a cell.

    Raises
    ------
    ValueError
        The cell is a number so long that digits are lost; Chinese.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = squeezed(str(cell))
    if _LOST.fullmatch(text) or (isinstance(cell, int) and abs(cell) >= _EXACT):
        raise ValueError("学号存成了数，末几位已经丢失")
    return text.removesuffix(".0") if text[:-2].isdecimal() else text


def read_class(path: Path | str, evidence: Evidence) -> list[Student]:
    """Read a class list; students without a place are given provinces by their numbers.

    Parameters
    ----------
    path : Path or str
        CSV, a workbook or any other file that the book reads; the first sheet with a column of
        numbers counts.
    evidence : Evidence
        Its place and panel say which provinces are given out.

    Raises
    ------
    DataFileError
        With line, column, value and cure: no column of numbers, no student, a number missing or
        twice, an unknown place.
    """
    table, file = students_table(Path(path), LIST), Path(path).name
    columns = {
        role: table.find(headings_of(role)) for role in ("student", "student_name", "student_place")
    }
    students: list[tuple[int, Student]] = []
    faults: list[Fault] = []
    for row in table.cells.itertuples():
        cells = {role: None if at is None else row[at + 1] for role, at in columns.items()}
        try:
            students.append(_student(int(row[0]), cells, table, columns))
        except DataFileError as wrong:
            faults += wrong.faults
    faults += _twice(students, table)
    if not students and not faults:
        faults = [Fault("名单里没有一名学生", table.line, cure="列名下面每人写一行")]
    if faults:
        raise DataFileError(file, faults)
    return placed([student for _, student in students], evidence)


def students_table(path: Path, schema: Schema) -> Table:
    """The first table of a file with a column of students' numbers; values as they are shown.

    Raises
    ------
    DataFileError
        The file cannot be read, or no sheet has such a column.
    """
    source = open_source(path)
    first: DataFileError | None = None
    as_shown = source.kind == "xlsx" and schema.value
    for grid in source.grids():
        try:
            return find_table(with_percents(grid, path) if as_shown else grid, schema)
        except DataFileError as wrong:
            first = first or wrong
    raise first or DataFileError(source.file, [Fault("文件里没有表")])


def _student(
    line: int, cells: dict[str, object], table: Table, columns: dict[str, int | None]
) -> tuple[int, Student]:
    place = _place(line, cells["student_place"], _heading(table, columns["student_place"]))
    name = "" if is_blank(cells["student_name"]) else str(cells["student_name"]).strip()
    cell, heading = cells["student"], _heading(table, columns["student"])
    if is_blank(cell) or squeezed(str(cell)) == BOOK:
        seen = "" if is_blank(cell) else BOOK
        fault = Fault("没有学号", line, heading, seen, cure="补上学号，或删去这一行")
        raise DataFileError("", [fault])
    try:
        return line, Student(number_of(cell), name, place)
    except ValueError as lost:
        cure = "把这一列设成文本格式，重新填写"
        raise DataFileError("", [Fault(str(lost), line, heading, str(cell), cure=cure)]) from None


def _heading(table: Table, at: int | None) -> str | None:
    return None if at is None else table.headings[at]


def _place(line: int, cell: object, heading: str | None) -> Place | None:
    if is_blank(cell):
        return None
    try:
        return find_place(cell)
    except DataError:
        cure = "改成省份的名字或代码；留空则由学号抽一个省"
        fault = Fault("不认识的地区", line, heading, str(cell), PLACES, cure)
        raise DataFileError("", [fault]) from None


def _twice(students: Sequence[tuple[int, Student]], table: Table) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    heading = table.headings[table.find(STUDENT) or 0]
    for line, student in students:
        if student.number in seen:
            problem = f"学号与第 {seen[student.number]} 行相同"
            cure = "每人一行，改正其中一个"
            yield Fault(problem, line, heading, student.number, "各人不同", cure)
        seen.setdefault(student.number, line)


def placed(students: Sequence[Student], evidence: Evidence) -> list[Student]:
    """Give each student who has none a province of the edition's place, drawn by the number.

    It is the same however the list is sorted, and whoever joins it.
    """
    last = evidence.lead.at(evidence.lead.years[1]).index
    known = [name for name in evidence.place.members if name in last]
    return [
        student if student.place or not known else replace(student, place=_drawn(student, known))
        for student in students
    ]


def _drawn(student: Student, names: Sequence[str]) -> Place:
    rng = np.random.default_rng(seed_of("地区", student.number))
    return find_place(names[int(rng.integers(len(names)))])


def file_names(students: Sequence[Student], suffix: str = ".pdf") -> dict[str, Student]:
    """A file's name for each student, such as every system takes it, no two alike."""
    names: dict[str, Student] = {}
    taken: set[str] = set()
    for student in students:
        stem, count = student.stem, 1
        while stem.lower() in taken:
            count += 1
            stem = f"{student.stem}_{count}"
        taken.add(stem.lower())
        names[stem + suffix] = student
    return names
