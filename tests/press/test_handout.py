"""Sheets for class: own numbers, solvable, in print; class lists as people write them."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from classroom import class_file
from press.class_list import Student, file_names, placed, read_class
from press.cli import main
from press.edition import Edition
from press.handout import handout_documents
from press.handout_key import key_document
from press.handout_sheets import Sheet, sheets_of
from synergy.dictionary import find_place, units
from synergy.evidence import Evidence
from synergy.exercises.marking import mark
from synergy.exercises.place_table import place_table
from synergy.exercises.slides import exercise_slide
from synergy.faults import DataFileError
from synergy.sessions import session, sessions


@pytest.fixture(scope="module")
def class_of_three(evidence: Evidence) -> dict[Student, list[Sheet]]:
    students = [Student("2026001", "李雷", find_place("四川")), Student("2026002"), Student("甲-3")]
    return sheets_of(placed(students, evidence), sessions(), evidence)


def written(sheets: list[Sheet]) -> str:
    """All that stands on sheets besides names."""
    questions = [posed.question for sheet in sheets for posed in sheet.exercises]
    return "\n".join([*questions, *(sheet.table.to_string() for sheet in sheets)])


# --- sheets -----------------------------------------------------------------------------------


def test_sheets_differ_and_are_the_same_when_made_again(
    class_of_three: dict[Student, list[Sheet]], evidence: Evidence
) -> None:
    assert len({written(each) for each in class_of_three.values()}) == 3
    codes = [sheet.code for each in class_of_three.values() for sheet in each]
    assert len(set(codes)) == len(codes) == 9
    again = sheets_of(list(class_of_three), sessions(), evidence)
    assert [sheet.code for each in again.values() for sheet in each] == codes


def test_every_exercise_is_solvable_and_its_mistakes_are_told_apart(
    class_of_three: dict[Student, list[Sheet]],
) -> None:
    for sheet in (sheet for each in class_of_three.values() for sheet in each):
        for posed in sheet.exercises:
            assert all(found.right for found in mark(posed, posed.answers).values()), posed.code
            for mistake, values in posed.mistakes:
                marks = mark(posed, values).values()
                assert {(m.right, m.mistake) for m in marks} == {(False, mistake.key)}


@pytest.mark.parametrize("name", ["四川", "东北", "全国"])
def test_blanks_follow_from_the_numbers_that_stand_there(name: str, evidence: Evidence) -> None:
    shown, posed = place_table(evidence, find_place(name), "2026001", 1)
    numbers = shown.apply(pd.to_numeric, errors="coerce")
    first, last, change = (numbers.iloc[:, at] for at in range(3))
    solved = {
        0: last - change,
        1: first + change,
        2: last - first,
    }
    degree = (last.iloc[2] * last.iloc[3]) ** 0.5
    for sign, part in zip("①②③", posed.parts, strict=True):
        ((row, column),) = [
            (r, c) for r, c in zip(*(shown == sign).to_numpy().nonzero(), strict=True)
        ]
        own = (
            degree
            if find_place(name).is_unit and (row, column) == (4, 1)
            else solved[column].iloc[row]
        )
        assert mark(posed, {part.key: float(own)})[part.key].right, (name, sign)


def test_what_a_place_lacks_is_not_asked(evidence: Evidence) -> None:
    frame = evidence.lead.frame.assign(LR=float("nan"), SS=float("nan"))
    poorer = replace(evidence, lead=replace(evidence.lead, frame=frame))
    shown, posed = place_table(poorer, find_place("四川"), "2026001", 1)
    assert len(posed.parts) == 3 and not set(shown.index) & {"劳动报酬", "社会保障"}


def test_a_changed_number_changes_sheets_key_and_slides_together(
    evidence: Evidence, edition: Edition
) -> None:
    """They have one source: what key and slides print is what the sheets ask for."""
    frame = evidence.lead.frame.copy()
    at = ("四川", evidence.lead.years[1])
    frame.loc[at, "U1"] = frame.loc[at, "U1"] + 0.2  # type: ignore[index, operator]
    changed = replace(evidence, lead=replace(evidence.lead, frame=frame))
    student = Student("2026001", "李雷", find_place("四川"))
    sheets, others = (sheets_of([student], [session(1)], e) for e in (evidence, changed))
    (one,), (other,) = handout_documents(sheets, edition), handout_documents(others, edition)
    assert one["lessons"][0]["table"] != other["lessons"][0]["table"]
    assert one["lessons"][0]["code"] != other["lessons"][0]["code"]
    keys = [key_document(s, e, edition) for s, e in ((sheets, evidence), (others, changed))]
    rank = {e["code"]: e["rows"][0][2:] for key in keys[:1] for e in key["lessons"][0]["exercises"]}
    now = {e["code"]: e["rows"][0][2:] for e in keys[1]["lessons"][0]["exercises"]}
    assert rank["E8"][0] != now["E8"][0] and rank["E1"] == now["E1"]
    assert keys[0]["students"][0][3] == one["lessons"][0]["code"] != keys[1]["students"][0][3]
    slides = [exercise_slide("E8", e, place=student.place) for e in (evidence, changed)]
    assert slides[0] != slides[1]
    for slide, answers in zip(slides, (rank["E8"], now["E8"]), strict=True):
        assert all(re.search(rf"\| {re.escape(answer)}%? \|", slide) for answer in answers)


def test_the_key_has_answers_and_the_sheets_have_none(
    class_of_three: dict[Student, list[Sheet]], evidence: Evidence, edition: Edition
) -> None:
    key = key_document(class_of_three, evidence, edition)
    for at, lesson in enumerate(key["lessons"]):
        for n, entry in enumerate(lesson["exercises"]):
            assert entry["mistakes"] and entry["solution"]
            for row, each in zip(entry["rows"], class_of_three.values(), strict=False):
                posed = each[at].exercises[n]
                shown = [
                    posed.parts[i].shown(posed.answers[posed.parts[i].key])
                    for i in range(len(posed.parts))
                ]
                assert all(
                    cell.split("（")[0] in text for cell, text in zip(row[2:], shown, strict=True)
                )
    for document in handout_documents(class_of_three, edition):
        text = json.dumps(document, ensure_ascii=False)
        assert "answers" not in text and "解答" not in text


# --- class lists ------------------------------------------------------------------------------


def test_places_are_drawn_by_number_whoever_else_is_on_the_list(evidence: Evidence) -> None:
    students = [Student(str(n)) for n in range(400)]
    given = {each.number: each.place for each in placed(students, evidence)}
    assert {place.name for place in given.values() if place} == set(units().index)
    for other in (students[::-1], students[3:10], [Student("new"), *students[:5]]):
        for each in placed(other, evidence):
            assert each.place == given.get(each.number, each.place)
    west = replace(evidence, place=find_place("西部"))
    names = {each.place.name for each in placed(students, west) if each.place}
    assert names == set(find_place("西部").members)


def test_a_list_with_long_numbers_alone_is_no_list_of_notes(
    tmp_path: Path, evidence: Evidence
) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("高一（3）班\n学号\n202600100001\n202600100002\n".encode("gb18030"))
    assert [s.number for s in read_class(path, evidence)] == ["202600100001", "202600100002"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("姓名,班\n李雷,1\n", "缺少学号列"),
        ("学号,姓名\n1,李雷\n１,韩梅梅\n", "学号与第 2 行相同"),
        ("学号,姓名,地区\n1,李雷,火星\n", "第 2 行“地区”列：不认识的地区；读到“火星”"),
        ("学号,姓名\n,李雷\n", "第 2 行“学号”列：没有学号"),
    ],
)
def test_a_bad_list_is_told_and_nothing_is_written(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["handout", "--list", str(path), "--out", str(tmp_path / "出")]) == 2
    said = capsys.readouterr().err
    assert told in said and "名单.csv" in said and "处理：" in said
    assert not (tmp_path / "出").exists()


def test_numbers_that_lost_digits_are_refused(tmp_path: Path, evidence: Evidence) -> None:
    path = tmp_path / "名单.xlsx"
    pd.DataFrame({"学号": [202600100001000123], "姓名": ["李雷"]}).to_excel(path, index=False)
    with pytest.raises(DataFileError, match="学号存成了数"):
        read_class(path, evidence)


def test_files_have_names_that_every_system_takes() -> None:
    odd = [
        Student("a:b", "李/雷"),
        Student("a?b", "李*雷"),
        Student("CON"),
        Student("..."),
        Student("7", "王\t五"),
        Student("9", "长" * 200),
        Student("aux.1"),
    ]
    names = list(file_names(odd))
    assert len({name.lower() for name in names}) == len(odd)
    assert not any(set(name) & set('<>:"/\\|?*\t') for name in names)
    assert max(len(name.encode()) for name in names) <= 255
    assert names[:2] == ["a-b_李-雷.pdf", "a-b_李-雷_2.pdf"]
    assert names[2] == "学号CON.pdf" and names[-1] == "学号aux.1.pdf"


# --- the command ------------------------------------------------------------------------------


def test_a_student_s_sheets_and_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "讲义 一"
    asked = ["handout", "--region", "四川", "--student", "2026001", "--name", "李雷"]
    assert main([*asked, "--session", "1", "--out", str(out)]) == 0
    (made,) = out.iterdir()
    first = made.read_bytes()
    assert made.name == "2026001_李雷.pdf" and pages_of(first) == 2
    assert "1 份" in capsys.readouterr().out
    assert main([*asked, "--session", "1", "--out", str(out)]) == 0
    assert made.read_bytes() == first
    assert main([*asked, "--session", "1", "--key", "--out", str(out)]) == 0
    assert (out / "教师的答案册.pdf").read_bytes().startswith(b"%PDF")


def test_one_of_a_list_has_the_sheets_that_the_list_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = class_file(tmp_path / "名单.csv", 2)
    asked = ["handout", "--list", str(listed), "--session", "1", "--out"]
    assert main([*asked, str(tmp_path / "全班")]) == 0
    assert main([*asked, str(tmp_path / "一人"), "--student", "2026001"]) == 0
    (made,) = (tmp_path / "一人").iterdir()
    assert made.name == "2026001_学生1.pdf"
    assert made.read_bytes() == (tmp_path / "全班" / made.name).read_bytes()
    assert main([*asked, str(tmp_path / "无"), "--student", "404"]) == 2
    assert "名单里没有学号 404" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], "请用 --list 给出名单"),
        (["--student", "1", "--list", "x.csv"], "找不到这个文件"),
        (["--student", " "], "--student 是空的"),
        (["--student", "1", "--session", "4"], "没有第 4 次课；有第 1、2、3 次"),
        (["--student", "1", "--region", "火星"], "没有名为“火星”的地区"),
        (["--list", "没有.csv"], "找不到这个文件"),
        (["--list", "x.csv", "--name", "李雷"], "--name 不与名单同用"),
    ],
)
def test_wrong_requests_are_told(
    asked: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handout", *asked, "--out", str(tmp_path / "出")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "出").exists()


@pytest.mark.long
def test_thirty_handouts_all_different_in_a_minute(tmp_path: Path) -> None:
    listed, out = class_file(tmp_path / "名单.csv", 30), tmp_path / "讲义"
    begun = time.process_time()  # the clock on the wall counts what else the machine does
    assert main(["handout", "--list", str(listed), "--out", str(out)]) == 0
    assert time.process_time() - begun < 60
    made = [path.read_bytes() for path in out.iterdir()]
    assert len(set(made)) == 30 and {pages_of(each) for each in made} == {6}


def pages_of(pdf: bytes) -> int:
    """Pages of a PDF, as its tree of pages counts them."""
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))
