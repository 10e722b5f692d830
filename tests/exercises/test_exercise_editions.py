"""Exercises in editions with other data: worked out on these, or left out; never wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from synergy.dictionary import find_place, units
from synergy.evidence import Evidence, demo_findings, findings_of
from synergy.exercises.answers import NEEDS
from synergy.exercises.block import ExerciseBlock, exercise
from synergy.exercises.declared import TOLERANCE, Exercise, declared_exercises
from synergy.exercises.marking import UNKNOWN, mark
from synergy.exercises.posed import Posed
from synergy.exercises.posing import offered, pose
from synergy.faults import DataError
from synergy.panel import demo_panel
from synergy.words import Said

PANEL_BOUND = ("E7", "E8", "E15", "E16")


def own_evidence(provinces: int, first: int, place: str = "全国") -> Evidence:
    """A reader's own panel: some provinces from a year on."""
    panel = demo_panel().restrict((first, 2022))
    kept = list(units().index[:provinces])
    rows = panel.values.index.get_level_values("province").isin(kept)
    smaller = replace(panel, values=panel.values[rows], filled=panel.filled[rows], nature="own")
    return Evidence(find_place(place), 0.5, findings_of(smaller, 0.5), None)


def number(posed: Posed, key: str) -> float:
    """Answer to a part that is a number."""
    value = posed.answers[key]
    assert isinstance(value, int | float)
    return value


@pytest.mark.parametrize(("provinces", "first"), [(30, 2010), (30, 2018), (4, 2018), (6, 2021)])
def test_own_panels_answer_from_their_own_numbers(provinces: int, first: int) -> None:
    evidence = own_evidence(provinces, first)
    final = evidence.lead.at(2022)
    codes = offered(evidence)
    assert set(codes) >= set(declared_exercises()) - {"E15"}
    paths = evidence.lead.frame[["U1", "U2"]].groupby(level="year").mean()
    steady = all((path.diff().dropna() > 0).all() for _, path in paths.items())
    assert first == 2010 or ("E15" in codes) == (first <= 2018 and steady)
    assert first != 2010 or "E15" in codes
    assert number(pose("E8", evidence), "D") <= len(final)
    moved, ranks = pose("E7", evidence), final.rank(ascending=False, method="min")
    farthest = (ranks["U1"] - ranks["U2"]).abs().idxmax()
    assert number(moved, "middle") == pytest.approx(final["D"][farthest])
    assert f"{len(final)} 个省份" in moved.question
    assert number(pose("E16", evidence), "distinct") < len(final)


def test_what_an_edition_lacks_is_left_out() -> None:
    evidence = own_evidence(30, 2021)
    assert exercise("E15", evidence) == Said("")
    with pytest.raises(DataError, match="E15"):
        pose("E15", evidence)
    assert isinstance(exercise("E16", evidence), ExerciseBlock)
    with pytest.raises(DataError, match="面板"):
        pose("E7")
    with pytest.raises(DataError, match="E99"):
        pose("E99")


def test_a_place_without_rows_is_asked_of_the_whole() -> None:
    evidence = own_evidence(4, 2018, "新疆")
    assert not [code for code in ("E7", "E8") if "新疆" in pose(code, evidence).question]


@pytest.mark.parametrize("place", ["东部", "中部", "西部", "东北"])
def test_a_region_is_asked_of_one_of_its_own(place: str, evidence: Evidence) -> None:
    inside = find_place(place)
    for code in ("E7", "E8"):
        question = pose(code, evidence, place=inside).question
        assert any(name in question for name in inside.members), code


def test_what_lifts_a_place_is_told_from_scores_else_from_ranks(evidence: Evidence) -> None:
    known, place = replace(evidence, lead=demo_findings()), find_place("青海")
    index = known.lead.index
    assert index is not None
    ai = index.weights.query("system == 'AI'")["weight"]
    scaled = index.normalised.xs(known.lead.years[1], level="year")[ai.index]
    gains = (scaled.loc["青海"] - scaled.mean()) * ai
    names = known.lead.plan.indicators["name_zh"]
    told = pose("E8", known, place=place).solution
    assert gains.max() > 0 and f"{names[str(gains.idxmax())]}使青海的指数高出最多" in told
    ranks = "排得最前的是人均长途光缆线长度（第 1，"
    assert ranks in pose("E8", evidence, place=place).solution and ranks not in told


@pytest.mark.parametrize("code", PANEL_BOUND)
def test_exercises_on_the_panel_turn_with_it(code: str, evidence: Evidence) -> None:
    other = replace(evidence, lead=demo_findings())
    assert pose(code, evidence).answers != pose(code, other).answers or code == "E16"


def test_a_changed_number_changes_question_and_answer(evidence: Evidence) -> None:
    frame = evidence.lead.frame.copy()
    frame["U1"] = frame["U1"].where(frame.index != ("广东", 2022), frame["U1"] / 2)
    changed = replace(evidence, lead=replace(evidence.lead, frame=frame))
    before, after = (pose("E7", each, place=find_place("广东")) for each in (evidence, changed))
    assert before.question != after.question
    assert number(before, "middle") > number(after, "middle")
    assert str(after.solution) != str(before.solution)


# --- form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise_of", declared_exercises().values(), ids=declared_exercises())
def test_words_stand_on_paper_too(exercise_of: Exercise) -> None:
    told = [getattr(exercise_of, n) for n in ("question", "hint", "solution", "extension")]
    assert not [
        word for text in told for word in ("{doc}", "{ref}", "{numref}", "](") if word in text
    ]
    assert exercise_of.needs in NEEDS and exercise_of.session in (0, 1, 2, 3)


def test_every_part_has_its_answer_and_every_mistake_its_value(evidence: Evidence) -> None:
    for code, declared in declared_exercises().items():
        posed = pose(code, evidence)
        assert [part.key for part in posed.parts] == list(posed.answers), code
        assert len(posed.mistakes) == len(declared.mistakes), code
        for part in posed.parts:
            value = posed.answers[part.key]
            kinds = {"number": float, "integer": int, "choice": str}
            assert isinstance(value, kinds[part.kind]), (code, part.key)
            assert part.kind != "choice" or value in part.choices
        choices = {part.key: part.choices for part in posed.parts}
        chosen = [pair for mistake in declared.mistakes for pair in mistake.chosen.items()]
        assert [pair for pair in chosen if pair[1] not in choices[pair[0]]] == [], code


def test_chapters_show_the_exercises_that_say_so(root: Path) -> None:
    for code, declared in declared_exercises().items():
        text = (root / "chapters" / f"{declared.chapter}.md").read_text(encoding="utf-8")
        assert text.count(f'exercise("{code}"') == 1, code


# --- marks ------------------------------------------------------------------------------------


def test_right_answers_are_right_and_mistakes_are_recognised(evidence: Evidence) -> None:
    for code in declared_exercises():
        posed = pose(code, evidence)
        assert all(each.right for each in mark(posed, posed.answers).values())
        for mistake, values in posed.mistakes:
            told = mark(posed, values)
            assert {each.mistake for each in told.values()} == {mistake.key}, code
            assert {each.feedback for each in told.values()} == {mistake.feedback}


def test_an_answer_within_the_tolerance_is_right() -> None:
    posed = pose("E3")
    d = float(posed.answers["D"])  # type: ignore[arg-type]
    gaps = [share * TOLERANCE for share in (1, -1, 0.3, 1.26, -1.26, 200)]
    found = [mark(posed, {"D": d + gap})["D"] for gap in gaps]
    assert [each.right for each in found] == [True, True, True, False, False, False]
    assert found[-1].feedback == UNKNOWN
    with pytest.raises(KeyError):
        mark(posed, {"Z": 1.0})


def test_a_table_of_many_students_holds_no_two_alike() -> None:
    students = [f"2026{number:03}" for number in range(30)]
    sheets = pd.Series(
        [str([pose(c, student=s).given for c in ("E1", "E3", "E4")]) for s in students]
    )
    assert sheets.is_unique


def test_students_are_told_apart_by_what_is_written() -> None:
    same = pose("E3", student=" ２０２６００１ ").given  # full-width digits, blanks around
    assert same == pose("E3", student="2026001").given != pose("E3", student="2026002").given
