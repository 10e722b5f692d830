"""Answers from a class: a table in any file, long or wide, or the cells of a notebook.

Nothing is marked here. What does not fit (an unknown exercise, a student who is not in the class)
is told with file, row, column, value and cure; an answer that is no number is an answer, and wrong.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from press.class_list import BOOK, STUDENT, number_of, students_table
from synergy.exercises.checking import find_part, tables
from synergy.exercises.declared import Part, declared_exercises
from synergy.exercises.place_table import CODE
from synergy.exercises.posed import Posed
from synergy.faults import DataFileError, Fault
from synergy.reading.cells import is_blank
from synergy.reading.headings import Table
from synergy.reading.schema import Schema, headings_of

#: A heading of a wide table: the exercise, then the part.
_HEADING = re.compile(rf"(E\d+|{CODE}\d)[\s._\-:：（(]*(.*?)[)）]?", re.IGNORECASE)
#: What `check` takes besides answers.
_OPTIONS = ("student", "region")
#: Stands for a value that would have to be run.
_UNREAD = object()

SHEET = Schema(
    unit=STUDENT,
    time=(),
    name=headings_of("exercise"),
    value=headings_of("answer"),
    measure=(),
    remark=(),
    unit_name="学号",
    cure="第一行写列名：学号、题号、小题、答案；或学号后面一列一题，如 E3.D",
    anonymous=True,
)


class Answer(NamedTuple):
    """An answer as written: who, to what, where it stands (the row of a table, a cell's number)."""

    student: str
    code: str
    part: str
    text: object
    place: str
    path: Path
    row: int | None
    column: str | None

    def refused(self, problem: str, seen: str, allowed: str = "", cure: str = "") -> DataFileError:
        """What is wrong with it."""
        fault = Fault(problem, self.row, self.column, seen, allowed, cure)
        return DataFileError(self.path.name, [fault])


def read_answers(path: Path) -> list[Answer]:
    """Read the answers of a file.

    Raises
    ------
    DataFileError
        The file cannot be read, or holds no answers.
    """
    found = list(_notebook(path) if path.suffix.lower() == ".ipynb" else _table(path))
    if not found:
        cure = "看看答案是不是写在别的工作表，或列名是否写对"
        raise DataFileError(path.name, [Fault("没有读到一个答案", cure=cure)])
    return found


def part_of(posed: Posed, answer: Answer) -> Part:
    """The part that an answer is to.

    Raises
    ------
    DataFileError
        The exercise has no such part.
    """
    part = find_part(posed, answer.part)
    if part is None:
        parts = "、".join(f"{n} {p.label}" for n, p in enumerate(posed.parts, start=1))
        problem, cure = f"{posed.code} 没有这个小题", "小题写第几项，或写英文名"
        raise answer.refused(problem, answer.part, parts, cure)
    return part


def code_of(text: object) -> str | None:
    """The exercise that a text names; None for none."""
    found = _HEADING.fullmatch(str(text).strip())
    code = found[1].upper() if found else ""
    return code if code in declared_exercises() or code.startswith(CODE) else None


# --- tables -----------------------------------------------------------------------------------


def _table(path: Path) -> Iterator[Answer]:
    table = students_table(path, SHEET)
    exercise, answer = table.find(SHEET.name), table.find(SHEET.value)
    if exercise is not None and answer is not None:
        yield from _long(path, table, exercise, answer)
    elif exercise is None and answer is None:
        yield from _wide(path, table)
    else:
        missing = "答案" if answer is None else "题号"
        raise DataFileError(path.name, [Fault(f"缺少{missing}列", table.line, cure=SHEET.cure)])


def _long(path: Path, table: Table, exercise: int, answer: int) -> Iterator[Answer]:
    part, heading = table.find(headings_of("part")), table.headings[answer]
    for line, who, place, cells in _rows(path.name, table):
        if is_blank(cells[answer]):
            continue
        code, named = _named(path.name, line, table.headings[exercise], cells[exercise])
        if part is not None and not is_blank(cells[part]):
            named = _plain(cells[part])
        yield Answer(who, code, named, cells[answer], place, path, line, heading)


def _wide(path: Path, table: Table) -> Iterator[Answer]:
    columns = {
        at: _named(path.name, table.line, heading, heading)
        for at, heading in enumerate(table.headings)
        if _HEADING.fullmatch(heading.strip())
    }
    if not columns:
        raise DataFileError(path.name, [Fault("没有一列是题", table.line, cure=SHEET.cure)])
    for line, who, place, cells in _rows(path.name, table):
        for at, (code, part) in columns.items():
            if not is_blank(cells[at]):
                heading = table.headings[at]
                yield Answer(who, code, part, cells[at], place, path, line, heading)


def _named(file: str, line: int, column: str, text: object) -> tuple[str, str]:
    """Exercise and part that a text names; the part may be empty."""
    found, code = _HEADING.fullmatch(str(text).strip()), code_of(text)
    if found is None or code is None:
        raise DataFileError(file, [_unknown(line, column, text)])
    return code, found[2]


def _unknown(line: int | None, column: str, seen: object) -> Fault:
    allowed = "、".join([*declared_exercises(), *tables()])
    return Fault("没有这个题号", line, column, str(seen), allowed, "照讲义上的题号填写")


def _rows(file: str, table: Table) -> Iterator[tuple[int, str, str, list[object]]]:
    """Line, student, place and cells of every row."""
    student, place = table.find(STUDENT) or 0, table.find(headings_of("student_place"))
    for row in table.cells.itertuples():
        line, cells = int(row[0]), list(row[1:])
        where = "" if place is None or is_blank(cells[place]) else str(cells[place])
        try:
            number = number_of("" if is_blank(cells[student]) else cells[student])
        except ValueError as lost:
            fault = Fault(
                str(lost),
                line,
                table.headings[student],
                str(cells[student]),
                cure="把这一列设成文本格式，重新填写",
            )
            raise DataFileError(file, [fault]) from None
        yield line, "" if number == BOOK else number, where, cells


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


# --- notebooks --------------------------------------------------------------------------------


def _notebook(path: Path) -> Iterator[Answer]:
    """Calls of `check` with what is written in them; nothing is run."""
    known: dict[str, object] = {}
    for number, source in enumerate(_sources(path), start=1):
        for node in _as_written(_parsed(path, number, source)):
            if isinstance(node, ast.Name):
                known[node.id] = _UNREAD
            elif not isinstance(node, ast.Call):
                known |= _written_out(node)
            elif _checks(node, known):
                yield from _called(path, number, node, known)


_Assignment = ast.Assign | ast.AnnAssign


def _as_written(cell: ast.Module) -> list[ast.Name | _Assignment | ast.Call]:
    """What binds names and calls, in the order in which it happens.

    Every name that is bound stands for itself, and is forgotten; of assignments only those count
    that certainly happen, after the names in them.
    """
    every = list(ast.walk(cell))
    names = [n for n in every if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
    happen = [node for node in cell.body if isinstance(node, _Assignment)]
    found = [*names, *happen, *(node for node in every if isinstance(node, ast.Call))]
    return sorted(found, key=_moment)


def _moment(node: ast.Name | _Assignment | ast.Call) -> tuple[int, int]:
    if isinstance(node, _Assignment):
        return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return node.lineno, node.col_offset


def _checks(call: ast.Call, known: Mapping[str, object]) -> bool:
    """Whether it calls `check` by its name, or as that of a module on an exercise."""
    if not isinstance(call.func, ast.Attribute):
        return isinstance(call.func, ast.Name) and call.func.id == "check"
    if call.func.attr != "check" or not call.args:
        return False
    owner, first = call.func.value, call.args[0]
    named = known.get(first.id) if isinstance(first, ast.Name) else _literal(first)
    return (isinstance(owner, ast.Name) and owner.id == "synergy") or code_of(named) is not None


def _sources(path: Path) -> Iterable[str]:
    """Code of the cells in which `check` or an assignment may stand."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except FileNotFoundError:
        raise DataFileError(path.name, [Fault("找不到这个文件", cure="检查路径和文件名")]) from None
    except (ValueError, KeyError, TypeError):
        cure = "在 Jupyter 里打开并另存一次，或重新下载"
        raise DataFileError(path.name, [Fault("不是笔记本，或没有写完", cure=cure)]) from None


def _parsed(path: Path, number: int, source: str) -> ast.Module:
    plain = "\n".join(
        "" if line.lstrip()[:1] in "%!" and line.strip() else line for line in source.splitlines()
    )
    try:
        return ast.parse(plain)
    except SyntaxError:
        if "check(" not in plain:
            return ast.parse("")
        fault = Fault(
            f"第 {number} 个代码单元读不懂",
            seen=source.strip().splitlines()[0][:40],
            cure="先在笔记本里运行一遍，改到不报错",
        )
        raise DataFileError(path.name, [fault]) from None


def _written_out(node: _Assignment) -> Mapping[str, object]:
    """Names with what is written for them; none for what would have to be run."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None:
        return {}
    return {name: told for each in targets for name, told in _assigned(each, node.value).items()}


def _assigned(target: ast.expr, value: ast.expr) -> Mapping[str, object]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=False)
        return {name: told for pair in pairs for name, told in _assigned(*pair).items()}
    told = _literal(value)
    return {target.id: told} if isinstance(target, ast.Name) and told is not _UNREAD else {}


def _literal(node: ast.expr) -> object:
    """What is written out; `_UNREAD` for what would have to be run, or has no end."""
    try:
        value: object = ast.literal_eval(node)
        str(value)  # a number of thousands of digits has no text
    except (ValueError, TypeError, RecursionError, MemoryError):
        return _UNREAD
    return value


def _called(
    path: Path, number: int, call: ast.Call, known: Mapping[str, object]
) -> Iterator[Answer]:
    file, where = path.name, f"第 {number} 个代码单元"
    given = _keywords(file, number, call, known)
    code = code_of(_written(file, number, call.args[0], known)) if call.args else None
    if code is None:
        raise DataFileError(file, [_unknown(None, where, _seen(call))])
    told = {name: given.get(name, known.get(name)) for name in _OPTIONS}
    for name in (name for name, value in told.items() if value is _UNREAD):
        raise DataFileError(file, [_not_written(number, name, name)])
    student, region = _numbered(file, where, told["student"]), str(told["region"] or "")
    for key, value in given.items():
        if key not in _OPTIONS:
            yield Answer(student, code, key, value, region, path, None, where)


def _keywords(
    file: str, number: int, call: ast.Call, known: Mapping[str, object]
) -> dict[str, object]:
    """What a call is given by name; `**` with a dictionary that is written out counts too."""
    given: dict[str, object] = {}
    for word in call.keywords:
        value = _written(file, number, word.value, known)
        many = {word.arg: value} if word.arg else value
        if not (isinstance(many, dict) and all(isinstance(key, str) for key in many)):
            raise DataFileError(file, [_not_written(number, "答案", _seen(word.value))])
        given |= many
    return given


def _numbered(file: str, where: str, student: object) -> str:
    try:
        cell = str(student) if isinstance(student, int) else student
        return "" if cell is None else number_of(cell)
    except ValueError as lost:
        cure = 'student 加引号，例如 student="2026001"'
        raise DataFileError(
            file, [Fault(str(lost), None, where, str(student), cure=cure)]
        ) from None


def _written(file: str, number: int, node: ast.expr, known: Mapping[str, object]) -> object:
    value = known.get(node.id, _UNREAD) if isinstance(node, ast.Name) else _literal(node)
    if value is _UNREAD:
        raise DataFileError(file, [_not_written(number, "答案", _seen(node))])
    return value


def _seen(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:60]
    except ValueError:
        return "一个太长的数"


def _not_written(number: int, what: str, seen: str) -> Fault:
    return Fault(
        f"第 {number} 个代码单元里，check 的 {what} 不是写出来的数或文字",
        seen=seen,
        allowed='例如 D=0.5886、student="2026001"',
        cure="把它直接写进 check(…)",
    )
