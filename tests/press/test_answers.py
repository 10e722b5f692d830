"""`press check`: files of answers in every form, feedback by mistake, tables for the teacher."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from classroom import MINUS, POINTS, SPELLED, answer_file, class_file, key_rows, mistaken
from press.answer_files import read_answers
from press.class_list import BOOK, Student, read_class
from press.cli import main
from press.handout_sheets import Sheet, sheets_of
from press.marked_class import detail_table, mark_answers, mistake_table, score_table
from synergy.evidence import Evidence
from synergy.exercises.answering import read_answer
from synergy.exercises.checking import check, posed_for
from synergy.exercises.declared import Part
from synergy.faults import DataError, DataFileError
from synergy.sessions import sessions


@pytest.fixture(scope="module")
def class_of_two(
    tmp_path_factory: pytest.TempPathFactory, evidence: Evidence
) -> tuple[Path, list[Student], list[Sheet]]:
    path = class_file(tmp_path_factory.mktemp("class") / "名单.csv", 2)
    students = read_class(path, evidence)
    sheets = sheets_of(students, sessions(), evidence)
    return path, students, [sheet for each in sheets.values() for sheet in each]


def notebook(folder: Path, code: str) -> Path:
    """A notebook of one cell."""
    path = folder / "答卷.ipynb"
    cells = [{"cell_type": "code", "source": code}]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def told(path: Path, students: list[Student], evidence: Evidence) -> pd.DataFrame:
    return detail_table(mark_answers(read_answers(path), students, evidence))


# --- what is written --------------------------------------------------------------------------


@pytest.mark.parametrize("form", SPELLED)
def test_a_number_is_read_however_it_is_written(form: str) -> None:
    part = Part("D", "D")
    assert read_answer(part, form.format(0.5886)) == pytest.approx(0.5886, abs=5e-6)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("０．５８８６", "", 0.5886),
        ("1/3", "", 1 / 3),
        ("0,589", "", 0.589),
        ("5,950 万", "万", 5950),
        ("65.6%", "%", 65.6),
        ("65.6", "%", 65.6),
        ("−0.2097", "", -0.2097),
        ("12,345,678", "", 12345678),
    ],
)
def test_other_spellings(text: str, unit: str, value: float) -> None:
    assert read_answer(Part("x", "x", unit), text) == pytest.approx(value)


def test_signs_and_units_are_read_however_they_are_written() -> None:
    assert {read_answer(Part("x", "x"), f"{sign}0.2097") for sign in MINUS} == {-0.2097}
    points, money = Part("x", "x", "个百分点"), Part("x", "x", "亿元")
    assert {read_answer(points, form.format(21.3)) for form in POINTS} == {21.3}
    assert {read_answer(money, text) for text in ("1.9", "1.9亿", "1.9 亿元")} == {1.9}


@pytest.mark.parametrize("text", ["十", "", "0.5.8", "1,23", "nan", "1/0", "D=0.5", "inf"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="应是一个数"):
        read_answer(Part("x", "x"), text)


def test_choices_and_integers() -> None:
    choice = Part("c", "c", kind="choice", choices=("下界", "正好"))
    assert read_answer(choice, "b") == "正好" == read_answer(choice, " 正 好 ")
    assert read_answer(Part("n", "n", "颗", "integer"), "第 2 颗") == 2
    assert read_answer(choice, "B\u200b") == "正好"  # what the eye does not see
    for part, text in ((choice, "上界"), (Part("n", "n", kind="integer"), "2.5")):
        with pytest.raises(ValueError, match="应"):
            read_answer(part, text)


# --- marking ----------------------------------------------------------------------------------


def test_the_key_has_full_marks(
    class_of_two: tuple[Path, list[Student], list[Sheet]], evidence: Evidence, tmp_path: Path
) -> None:
    _, students, sheets = class_of_two
    path = answer_file(tmp_path / "答卷.csv", key_rows(sheets))
    scores = score_table(mark_answers(read_answers(path), students, evidence), students)
    assert (scores["合计"] == scores["满分"]).all() and set(scores["得分率"]) == {"100%"}


def test_classic_mistakes_are_told(
    class_of_two: tuple[Path, list[Student], list[Sheet]], evidence: Evidence, tmp_path: Path
) -> None:
    """Years instead of level, the lost coefficient, one tail: each by its own sentence."""
    _, students, sheets = class_of_two
    by_code = {posed.code: posed for sheet in sheets[:3] for posed in sheet.exercises}
    classic = {"E3": "lost", "E4": "swapped", "E10": "one_sided"}
    rows = [
        (students[0].number, code, part, text)
        for code, key in classic.items()
        for part, text in mistaken(by_code[code], key).items()
    ]
    marked = mark_answers(read_answers(answer_file(tmp_path / "a.csv", rows)), students, evidence)
    found = detail_table(marked)
    assert (found["判定"] == "不对").all()
    for code, key in classic.items():
        (mistake,) = [m for m, _ in by_code[code].mistakes if m.key == key]
        own = found[found["题号"] == code]
        assert set(own["错误"]) == {mistake.name} and set(own["反馈"]) == {mistake.feedback}
    counted = mistake_table(marked).set_index("题号")
    assert counted["人数"].to_dict() == dict.fromkeys(classic, 1)


def test_slips_of_any_number_are_told(evidence: Evidence) -> None:
    posed = posed_for("E3", evidence)
    found = check("E3", D=round(float(posed.answers["D"]), 2), T=100 * float(posed.answers["T"]))  # type: ignore[arg-type]
    assert "四舍五入得太早" in found.marks["D"].feedback
    assert "差了一百倍" in found.marks["T"].feedback


def test_long_and_wide_tables_and_workbooks_say_the_same(
    class_of_two: tuple[Path, list[Student], list[Sheet]], evidence: Evidence, tmp_path: Path
) -> None:
    _, students, sheets = class_of_two
    rows = [row for row in key_rows(sheets) if row[1] in ("E3", "E4", "表1")]
    table = pd.DataFrame(rows, columns=["学号", "题号", "小题", "答案"])
    wide = table.assign(at=table["题号"] + "（" + table["小题"] + "）")
    wide = wide.pivot(index="学号", columns="at", values="答案").reset_index()
    paths = [answer_file(tmp_path / "长.csv", rows), tmp_path / "长.xlsx", tmp_path / "宽.csv"]
    table.to_excel(paths[1], index=False)
    wide.to_csv(paths[2], index=False, encoding="gb18030")
    shown = [told(path, students, evidence).sort_values(["学号", "题号", "小题"]) for path in paths]
    assert (shown[0]["判定"] == "对").all() and len(shown[0]) == len(rows)
    for other in shown[1:]:
        assert other.to_numpy().tolist() == shown[0].to_numpy().tolist()


def test_parts_go_by_number_key_label_or_sign(evidence: Evidence, tmp_path: Path) -> None:
    rows = [
        ("", "E3", "3", "0.5886"),
        (BOOK, "e3 . C", "", "0.866"),
        (BOOK, "E3", "第一个省的T", "40%"),
    ]
    found = told(answer_file(tmp_path / "a.csv", rows), [], evidence)
    assert (found["判定"] == "对").all() and len(found) == 3


def test_a_notebook_is_read_and_not_run(evidence: Evidence, tmp_path: Path) -> None:
    posed = posed_for("E3", evidence, student="2026001")
    right = round(float(posed.answers["D"]), 4)  # type: ignore[arg-type]
    code = [
        "%matplotlib inline\nfrom synergy import *\nstudent = '2026001'",
        f"raise SystemExit\ncheck('E3', D={right}, C='0.1', student=student)",
        ["D = 0.3\n", "check('E10', earned=1, region='四川')"],
    ]
    cells = [{"cell_type": "code", "source": source} for source in code]
    path = tmp_path / "答卷.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    found = told(path, [], evidence)
    assert found["学号"].tolist() == ["2026001"] * 3
    assert found["判定"].tolist() == ["对", "不对", "对"]


def test_every_call_of_a_cell_is_the_student_s_who_is_named_before_it(tmp_path: Path) -> None:
    code = "who = '1'\ncheck('E3', D=0.1, student=who)\nwho = '2'\ncheck('E3', D=0.2, student=who)"
    found = read_answers(notebook(tmp_path, code))
    assert [(each.student, each.text) for each in found] == [("1", 0.1), ("2", 0.2)]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("b = a = 0.2\ncheck('E3', C=a, D=b)", {"C": 0.2, "D": 0.2}),
        ("D = 0.1\nr = check('E3', D=D)\nD = 0.2", {"D": 0.1}),
        ("if True:\n    which = 'E3'\nwhich = 'E3'\ns.check(which, D=0.2)", {"D": 0.2}),
    ],
)
def test_names_are_known_by_what_was_last_written(
    code: str, known: dict[str, float], tmp_path: Path
) -> None:
    assert {each.part: each.text for each in read_answers(notebook(tmp_path, code))} == known


@pytest.mark.parametrize(
    "bound",
    [
        "D **= 0.5",
        "D, C = solve()",
        "for D in (1, 2): pass",
        "print(D := f())",
        "with open('a') as D: pass",
        "if late: D = 0.2",
        "del D",
    ],
)
def test_what_is_bound_again_by_running_is_not_known(bound: str, tmp_path: Path) -> None:
    path = notebook(tmp_path, f"D = 0.3464\n{bound}\ncheck('E3', D=D)")
    with pytest.raises(DataFileError, match="不是写出来的数"):
        read_answers(path)


def test_two_notebooks_of_nobody_are_not_taken_for_one(evidence: Evidence, tmp_path: Path) -> None:
    answers = []
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        answers += read_answers(notebook(tmp_path / name, "check('E3', D=0.5886)"))
    with pytest.raises(DataFileError, match=r"答了两次.*student=学号"):
        mark_answers(answers, [], evidence)


def test_a_workbook_s_percents_are_what_the_screen_shows(
    evidence: Evidence, tmp_path: Path
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["学号", "题号", "小题", "答案"])
    sheet.append(["", "E21", "rate", 0.02])
    sheet.append(["", "E3", "D", 0.5886])
    for cell in ("D2", "D3"):
        sheet[cell].number_format = "0.00%"
    book.save(tmp_path / "a.xlsx")
    found = told(tmp_path / "a.xlsx", [], evidence)
    assert found["答案"].tolist() == ["2%", "58.86%"] and set(found["判定"]) == {"对"}


def test_of_several_tries_in_a_notebook_the_last_one_counts(
    tmp_path: Path, evidence: Evidence
) -> None:
    code = """check('E3', D=0.1, C=0.9)
synergy.check('E3', student=None, **{'d': 0.5886})
model.check(1)
student: str = '7'
check('E3', D=0.3)
student, region = '8', '四川'
check('E3', D=0.3)
check('E3', D=0.3, student=110101200001011234)"""
    found = told(notebook(tmp_path, code), [], evidence)
    assert found["学号"].tolist() == [BOOK, BOOK, "7", "8", "110101200001011234"]
    assert found["判定"].tolist()[:2] == ["对", "不对"]


def test_short_codes_are_students_and_exercises_of_no_session_are_the_book_s(
    class_of_two: tuple[Path, list[Student], list[Sheet]], evidence: Evidence, tmp_path: Path
) -> None:
    _, students, sheets = class_of_two
    sheet = next(each for each in sheets if each.student == students[1])
    posed = posed_for("E20", evidence)
    rows = [(sheet.code.lower(), *row[1:]) for row in key_rows([sheet])]
    rows += [
        (students[1].number, "E20", part.key, part.shown(posed.answers[part.key]))
        for part in posed.parts
    ]
    found = told(answer_file(tmp_path / "a.csv", rows), students, evidence)
    assert set(found["学号"]) == {students[1].number} and set(found["判定"]) == {"对"}


# --- files that do not fit --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("姓名,答案\n李雷,1\n", "缺少学号列"),
        ("学号,题号,小题\n2026001,E3,D\n", "缺少答案列"),
        ("学号,姓名\n2026001,李雷\n", "没有一列是题"),
        ("学号,题号,小题,答案\n2026001,E99,D,1\n", "第 2 行“题号”列：没有这个题号；读到“E99”"),
        ("学号,题号,小题,答案\n2026001,表7,①,1\n", "没有题号“表7”"),
        ("学号,题号,小题,答案\n2026001,E3,Q,1\n", "E3 没有这个小题；读到“Q”；允许：1 "),
        ("学号,题号,小题,答案\n7,E3,D,1\n", "名单里没有这个学号或短码；读到“7”"),
        ("学号,题号,小题,答案\n2026001,E3,D,1\n2026001,E3,3,2\n", "答了两次"),
        ("学号,E3.D\n2026001,\n", "没有读到一个答案"),
        ("", "文件是空的"),
    ],
)
def test_a_malformed_file_is_told_and_nothing_is_written(
    text: str,
    said: str,
    class_of_two: tuple[Path, list[Student], list[Sheet]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, out = tmp_path / "答卷.csv", tmp_path / "成绩.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path), "--class", str(class_of_two[0]), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert said in message and "答卷.csv" in message
    assert not list(tmp_path.glob("成绩*"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "不是笔记本"),
        ('{"cells": [{"cell_type": "code", "source": "check(\'E3\', D=x+1)"}]}', "不是写出来的数"),
        ('{"cells": [{"cell_type": "code", "source": "check(\'E3\', D="}]}', "读不懂"),
        ('{"cells": [{"cell_type": "code", "source": "check(\'Q1\', D=1)"}]}', "没有这个题号"),
        ('{"cells": []}', "没有读到一个答案"),
        ('{"cells": [{"cell_type": "code", "source": null}]}', "不是笔记本"),
    ],
)
def test_a_notebook_that_does_not_fit(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        read_answers(path)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("check('E3', D=0.1, student=1e18)", "末几位已经丢失"),
        ("student = input()\ncheck('E3', D=0.1)", "student 不是写出来的"),
        ("check('E3', **answers)", "不是写出来的数"),
        ("x = {[]: 1}\ncheck('E3', D=x)", "不是写出来的数"),
        ("check('E3', **{1: 2})", "不是写出来的数"),
        (f"check('E3', D=0x{'f' * 4000})", "不是写出来的数"),
        ("synergy.check(which, D=0.1)", "不是写出来的数"),
        ("check('Q1', D=0.1)", "第 1 个代码单元.*没有这个题号"),
    ],
)
def test_a_call_that_does_not_fit(code: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=said):
        read_answers(notebook(tmp_path, code))


def test_what_is_no_answer_is_wrong_and_stops_nobody(evidence: Evidence, tmp_path: Path) -> None:
    odd = ("不会", "=1+1", "1e306", f"{'9' * 400}/3", f"{'9' * 5000}/7", "-1e15")
    rows = [(str(n), "E3", "D", text) for n, text in enumerate(odd)]
    found = told(answer_file(tmp_path / "a.csv", rows), [], evidence)
    assert set(found["错误"]) == {"读不懂"} and len(found) == len(odd)


# --- the command ------------------------------------------------------------------------------


def test_tables_for_the_teacher(
    class_of_two: tuple[Path, list[Student], list[Sheet]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed, students, _ = class_of_two
    rows = [(students[0].number, "E3", "D", "=cmd()"), (students[0].number, "E10", "earned", "1")]
    path = answer_file(tmp_path / "答卷.csv", rows)
    asked = ["check", str(path), "--class", str(listed), "--out"]
    assert main([*asked, str(tmp_path / "成绩.csv")]) == 0
    said = capsys.readouterr().out
    assert "1 名学生，2 个答案，对 1 个" in said and "答 1：对" in said
    assert sorted(p.name for p in tmp_path.glob("成绩*")) == [
        "成绩.csv",
        "成绩_逐题.csv",
        "成绩_错误.csv",
    ]
    scores = pd.read_csv(tmp_path / "成绩.csv", dtype=str)
    assert scores["合计"].tolist() == ["1", "0"] and scores["姓名"].tolist() == ["学生1", "学生2"]
    assert pd.read_csv(tmp_path / "成绩_逐题.csv")["答案"].tolist()[0] == "'=cmd()"
    assert main([*asked, str(tmp_path / "成绩.xlsx")]) == 0
    assert list(pd.read_excel(tmp_path / "成绩.xlsx", sheet_name=None, engine="openpyxl")) == [
        "成绩",
        "逐题",
        "错误",
    ]
    assert main([*asked, str(tmp_path / "成绩.doc")]) == 2
    assert "成绩写不成这种文件" in capsys.readouterr().err


def test_codes_without_a_list_are_told(
    class_of_two: tuple[Path, list[Student], list[Sheet]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = answer_file(tmp_path / "a.csv", [("ABCDEF", "E3", "D", "1"), ("222222", "E3", "D", "1")])
    assert main(["check", str(path)]) == 0
    assert "注意：ABCDEF 像是讲义上的短码" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "请给出答卷"),
        (["--page", "x.html", "--out", "y.csv"], "同时给出答卷"),
        (["a.csv", "--out", "./a.csv"], "会盖掉"),
        (["a.csv", "--class", "b.csv", "--page", "b.csv"], "会盖掉"),
        (["成绩_逐题.csv", "--out", "成绩.csv"], "会盖掉"),
        (["a.csv", "--data", "b.csv", "--out", "b.csv"], "会盖掉"),
    ],
)
def test_wrong_requests(asked: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *asked]) == 2
    assert said in capsys.readouterr().err


# --- from a notebook --------------------------------------------------------------------------


def test_check_from_python() -> None:
    found = check("E3", D=0.5886, C="43.3%")
    assert not found.right and found.marks["D"].right
    assert "漏了系数 2" in str(found) and "**对**" in found._repr_markdown_()
    assert check("E3", D=0.5886).right
    assert not check("E3", D=0.5886, student="2026001").right


@pytest.mark.parametrize(
    ("code", "answers", "said"),
    [
        ("E99", {"D": 1}, "没有题号“E99”"),
        ("表9", {"blank1": 1}, "没有题号“表9”"),
        ("E3", {"Q": 1}, "没有“Q”这一项；可答：C（第一个省的 C）"),
        ("E3", {}, "没有答案；E3 可答"),
        ("E3", {"D": "十"}, "读到“十”：应是一个数"),
    ],
)
def test_check_tells_what_does_not_fit(code: str, answers: dict[str, object], said: str) -> None:
    with pytest.raises(DataError, match=said):
        check(code, **answers)  # type: ignore[arg-type]
