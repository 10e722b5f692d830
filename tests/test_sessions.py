"""Plans of the seminar: minutes, and that what they show exists in every edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from press.stage import documents
from synergy import sessions as sessions_module
from synergy.exercises.declared import declared_exercises
from synergy.faults import DataError
from synergy.sessions import session, sessions, timetable
from test_chapters import REPORT, cells, figures, tags

ROOT = Path(__file__).parents[1]


def test_three_sessions_of_ninety_minutes() -> None:
    assert [each.minutes for each in sessions()] == [90, 90, 90]
    for each in sessions():
        assert [step.start for step in each.steps] == sorted({step.start for step in each.steps})
        assert each.steps[-1].start + each.steps[-1].minutes == 90


def test_figures_shown_stand_in_every_edition() -> None:
    in_both = {
        name
        for path in REPORT
        for cell in cells(path)
        if cell.cell_type == "code" and not tags(cell) & {"builtin", "own"}
        for name, _ in figures(cell)
    }
    for step in (step for each in sessions() for step in each.steps):
        assert set(step.figures) <= in_both, step.name


def test_pages_shown_are_in_the_table_of_contents() -> None:
    known = set(documents(ROOT / "_toc.yml"))
    for step in (step for each in sessions() for step in each.steps):
        assert set(step.pages) <= known, step.name


def test_exercises_are_those_that_say_they_belong_to_the_session() -> None:
    for lesson in sessions():
        declared = {c for c, e in declared_exercises().items() if e.session == lesson.number}
        assert set(lesson.exercises) == declared


def test_the_timetable_names_every_step_and_all_that_is_shown() -> None:
    for lesson in sessions():
        rows = timetable(lesson, lesson.exercises).splitlines()[2:]
        assert len(rows) == len(lesson.steps)
        for row, step in zip(rows, lesson.steps, strict=True):
            assert step.name in row and f"{step.start}—{step.start + step.minutes}" in row
            assert all(f"`{label}`" in row for label in step.figures)
            assert all(f"<exercise-{code.lower()}>`" in row for code in step.exercises)
        assert "exercise-" not in timetable(lesson, ())


def test_a_session_that_is_too_long_and_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="没有第 4 次课；有第 1、2、3 次"):
        session(4)
    text = (ROOT / "data" / "sessions.toml").read_text(encoding="utf-8")
    long = text.replace("minutes = 10", "minutes = 11", 1)
    (tmp_path / "sessions.toml").write_text(long, encoding="utf-8")
    monkeypatch.setattr(sessions_module, "DATA_DIR", tmp_path)
    with pytest.raises(DataError, match="第 1 次课各步合计 91 分钟，应为 90 分钟"):
        sessions.__wrapped__()
