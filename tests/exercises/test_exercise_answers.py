"""Every answer of every exercise comes out by another route, for chapters, places and students."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from another_route import ROUTES
from hypothesis import given, settings
from hypothesis import strategies as st

from synergy.dictionary import find_place
from synergy.evidence import Evidence
from synergy.exercises.answers import ALONE, ON_PANEL
from synergy.exercises.declared import Value, declared_exercises
from synergy.exercises.posed import Posed
from synergy.exercises.posing import is_clear, pose

DRAWN = [code for code, exercise in declared_exercises().items() if exercise.drawn]
STUDENTS = st.text(
    st.characters(categories=("L", "N"), max_codepoint=0x9FFF), min_size=1, max_size=12
)


def same(one: Value, other: Value) -> bool:
    """Whether two routes arrive at the same."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return math.isclose(float(one), float(other), rel_tol=1e-6, abs_tol=1e-9)  # type: ignore[arg-type]


def differing(posed: Posed, place: str = "全国") -> list[str]:
    """Parts at which the other route arrives elsewhere."""
    found = ROUTES[posed.code](dict(posed.given), place)
    assert found.keys() == dict(posed.answers).keys()
    return [key for key, value in posed.answers.items() if not same(value, found[key])]


def test_every_exercise_has_its_function_and_another_route() -> None:
    codes = set(declared_exercises())
    assert codes == set(ROUTES) == set(ALONE) | set(ON_PANEL)
    assert len(codes) >= 24


@pytest.mark.parametrize("code", ROUTES)
def test_another_route_arrives_at_the_same_answers(code: str, evidence: Evidence) -> None:
    assert differing(pose(code, evidence)) == []


@pytest.mark.parametrize("place", ["青海", "广东", "东北", "西部"])
@pytest.mark.parametrize("code", ["E7", "E8"])
def test_so_it_does_for_other_places(code: str, place: str, evidence: Evidence) -> None:
    assert differing(pose(code, evidence, place=find_place(place)), place) == []


@settings(max_examples=8)
@given(student=STUDENTS)
@pytest.mark.parametrize("code", DRAWN)
def test_so_it_does_for_every_student(code: str, student: str) -> None:
    posed = pose(code, student=student)
    assert differing(posed) == []
    assert posed.given == pose(code, student=student).given


@settings(max_examples=8)
@given(student=STUDENTS)
@pytest.mark.parametrize("code", DRAWN)
def test_numbers_of_a_student_lie_in_range_and_mistakes_apart(code: str, student: str) -> None:
    exercise = declared_exercises()[code]
    posed = pose(code, student=student)
    for name, ranges in exercise.draw.items():
        values, each = posed.given[name], ranges
        pairs = zip(values, each, strict=True) if isinstance(values, list) else [(values, each)]
        assert all(low - 1e-9 <= value <= high + 1e-9 for value, (low, high, _) in pairs)
    assert len(posed.mistakes) == len(exercise.mistakes)
    worked = ALONE[code](posed.given)
    shown = {m.key: {**worked.mistakes.get(m.key, {}), **m.chosen} for m in exercise.mistakes}
    assert is_clear(replace(worked, mistakes=shown), exercise.parts)
