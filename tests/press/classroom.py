"""A small class for tests, and answers that it could hand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from press.handout_sheets import Sheet
from synergy.exercises.posed import Posed

#: Ways to write an answer that all mean the same, for a number of the unit one.
SPELLED = ("{:.4f}", "{:.5f}", "＝{:.4f}", "{:.3%}", "  {:.4f}　", "{:.6e}", "约{:.4f}")

#: What a keyboard or a word processor puts for a minus sign.
MINUS = ("-", "\u2212", "\u2013", "\u2014", "\u2010", "\uff0d")
#: How a number of percentage points may be written.
POINTS = ("{:.1f}", "{:.1f} 个百分点", "{:.1f}百分点", "{:.1f}%", "{:.1f}％")


def class_file(path: Path, count: int, heading: str = "学号,姓名,地区") -> Path:
    """A list of students; the first has a place."""
    rows = [f"2026{n:03d},学生{n},{'四川' if n == 1 else ''}" for n in range(1, count + 1)]
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def key_rows(sheets: Iterable[Sheet]) -> list[tuple[str, str, str, str]]:
    """Student, exercise, part, right answer as the key prints it."""
    return [
        (sheet.student.number, posed.code, part.key, part.shown(posed.answers[part.key]))
        for sheet in sheets
        for posed in sheet.exercises
        for part in posed.parts
    ]


def mistaken(posed: Posed, key: str) -> Mapping[str, str]:
    """What a mistake gives, as text by part."""
    parts = {part.key: part for part in posed.parts}
    (values,) = [values for mistake, values in posed.mistakes if mistake.key == key]
    return {name: parts[name].shown(value) for name, value in values.items()}


def answer_file(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    """A long table of answers."""
    quoted = (",".join(f'"{cell}"' for cell in row) for row in rows)
    path.write_text("\n".join(["学号,题号,小题,答案", *quoted]) + "\n", encoding="utf-8")
    return path
