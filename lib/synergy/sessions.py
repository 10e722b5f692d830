"""What happens in the seminar's three sessions, minute by minute.

``data/sessions.toml`` says for each step how long it takes, what is done, and which figures, pages
and exercises are shown; plans, slides and handouts read it here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from synergy.dictionary import DATA_DIR
from synergy.exercises.declared import declared_exercise
from synergy.faults import DataError
from synergy.words import Said

_ORDINALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Step:
    """One step of a session.

    Attributes
    ----------
    minutes : int
    name, what : str
        A title of a few characters; what is done, as MyST Markdown.
    figures, opened : tuple of str
        Labels of figures that slides show, and of those with too many rows for a slide, which are
        opened in the book.
    pages, exercises : tuple of str
        Documents of the book, codes of exercises in the order in which they are set.
    start : int
        Minutes after the session's beginning.
    """

    minutes: int
    name: str
    what: str
    figures: tuple[str, ...]
    opened: tuple[str, ...]
    pages: tuple[str, ...]
    exercises: tuple[str, ...]
    start: int

    @property
    def end(self) -> int:
        """Minutes after the session's beginning."""
        return self.start + self.minutes

    @property
    def span(self) -> str:
        """From which minute to which."""
        return f"{self.start}—{self.end}"


@dataclass(frozen=True)
class Session:
    """A session: its number from 1, its title, and its steps in order."""

    number: int
    title: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """How long all steps take."""
        return sum(step.minutes for step in self.steps)

    @property
    def ordinal(self) -> str:
        """Its number as a Chinese numeral: 第一次课."""
        return _ORDINALS[self.number]

    @property
    def exercises(self) -> tuple[str, ...]:
        """Codes of its exercises, in the order in which they are set."""
        return tuple(code for step in self.steps for code in step.exercises)

    def step_at(self, minute: float) -> Step:
        """The step that a minute of the session belongs to; the last one after its end."""
        return next((step for step in self.steps if minute < step.end), self.steps[-1])


@cache
def sessions() -> tuple[Session, ...]:
    """The sessions in order.

    Raises
    ------
    DataError
        The steps of a session take more or less time than a session has.
    """
    text = (DATA_DIR / "sessions.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    found = tuple(_session(n, row) for n, row in enumerate(declared["sessions"], start=1))
    for each in found:
        if each.minutes != declared["minutes"]:
            raise DataError(
                f"sessions.toml：第 {each.number} 次课各步合计 {each.minutes} 分钟，"
                f"应为 {declared['minutes']} 分钟；请改各步的 minutes。"
            )
    return found


def _session(number: int, row: dict[str, Any]) -> Session:
    starts = accumulate((step["minutes"] for step in row["steps"]), initial=0)
    steps = (_step(step, start) for step, start in zip(row["steps"], starts, strict=False))
    return Session(number, row["title"], tuple(steps))


def _step(row: dict[str, Any], start: int) -> Step:
    shown = {name: tuple(row.get(name, ())) for name in _SHOWN}
    return Step(row["minutes"], row["name"], row["what"], start=start, **shown)


_SHOWN = ("figures", "opened", "pages", "exercises")


def session(number: int) -> Session:
    """One session.

    Raises
    ------
    DataError
        There is none of this number.
    """
    known = {each.number: each for each in sessions()}
    if number not in known:
        listed = "、".join(map(str, known))
        raise DataError(f"没有第 {number} 次课；有第 {listed} 次。")
    return known[number]


def timetable(lesson: Session, posed: Collection[str]) -> Said:
    """The steps of a session as a Markdown table: minutes, what, what is shown, exercises.

    Parameters
    ----------
    lesson : Session
    posed : collection of str
        Codes of the exercises that the edition poses, see `synergy.exercises.posing.offered`.
    """
    lines = ["| 分钟 | 做什么 | 给学生看 | 习题 |", "|---|---|---|---|"]
    lines += [
        f"| {step.span} | **{step.name}**。{step.what} | {_shown(step)} | {_set(step, posed)} |"
        for step in lesson.steps
    ]
    return Said("\n".join(lines))


def _shown(step: Step) -> str:
    figures = [f"{{numref}}`{label}`" for label in (*step.figures, *step.opened)]
    pages = [f"{{doc}}`/{page}`" for page in step.pages]
    return "、".join([*figures, *pages]) or "—"


def _set(step: Step, posed: Collection[str]) -> str:
    links = [
        f"{{ref}}`{code} {declared_exercise(code).title} <exercise-{code.lower()}>`"
        for code in step.exercises
        if code in posed
    ]
    return "；".join(links) or "—"
