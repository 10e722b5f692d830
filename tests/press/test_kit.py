"""The kit of a class: all in one folder that can be carried away, or nothing at all."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

import press.kit as kit
from classroom import class_file
from press.class_list import read_class
from press.cli import main
from press.edition import Edition
from press.order import Order
from press.output import OutputError
from press.plan_sheets import set_plans
from synergy.evidence import Evidence
from synergy.exercises.block import SOLUTION
from synergy.exercises.posing import offered, pose
from synergy.faults import DataFileError
from synergy.sessions import session, sessions

TEXTS = (".html", ".js", ".ipynb", ".md", ".txt", ".csv")
LINK = re.compile(r'href="([^"#:]+)"')


def test_a_bad_list_is_told_before_anything_is_made(tmp_path: Path) -> None:
    listed = tmp_path / "名单.csv"
    listed.write_text("学号,姓名,地区\n1,甲,火星\n1,乙,\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="火星"):
        kit.make_kit(Order({}, out=tmp_path / "包"), listed, sessions())
    assert [path.name for path in tmp_path.iterdir()] == ["名单.csv"]


def test_without_a_list_the_command_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kit"]) == 2
    assert "--class 名单.csv" in capsys.readouterr().err


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    listed = class_file(tmp_path / "名单.csv", 2)
    (tmp_path / "我的").mkdir()
    (tmp_path / "我的" / "论文.docx").write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        kit.make_kit(Order({}, out=tmp_path / "我的"), listed, sessions())
    assert [path.name for path in (tmp_path / "我的").iterdir()] == ["论文.docx"]


def test_a_kit_that_is_too_heavy_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "kit.zip"
    archive.write_bytes(b"0" * 2_000)
    assert kit.checked(archive) == 2_000
    monkeypatch.setattr(kit, "LIMIT", 1_000)
    with pytest.raises(OutputError, match="超过"):
        kit.checked(archive)


def test_the_start_page_names_every_part_and_every_student(
    tmp_path: Path, evidence: Evidence, edition: Edition
) -> None:
    students = read_class(class_file(tmp_path / "名单.csv", 3), evidence)
    page = kit.start_page(edition, students, [session(1), session(3)])
    links = {unquote(link) for link in LINK.findall(page)}
    assert {"slides/1.html", "slides/3.pdf", "check.html", "book/index.html"} <= links
    assert not {link for link in links if link.startswith("slides/2")}
    assert {f"handouts/{student.stem}.pdf" for student in students} <= links


@pytest.mark.book
def test_plans_in_print_say_what_their_pages_say(
    whole_book: object, edition: Edition, root: Path, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    folder = whole_book.html.parent / "chapters/teaching"  # type: ignore[attr-defined]
    pages = {f"第 {n} 次课": folder / f"session_{n}.html" for n in (1, 2, 3)}
    made = set_plans(pages, edition, root / "book" / "print", tmp_path, tmp_path / "kept")
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(made).pages))
    assert "第1次课、第2次课、第3次课的教案" in text
    for lesson in sessions():
        assert f"第{lesson.ordinal}次课：{lesson.title}" in text
        steps = [f"{step.span}{step.name}".replace(" ", "") for step in lesson.steps]
        assert [step for step in steps if step not in text] == []
    assert "⟦" not in text


#: Markup parts a text into runs that stand alike in a page, a notebook and a source.
MARKUP = re.compile(r"[$\n*`\\<>&\"']")


def secrets(evidence: Evidence) -> set[str]:
    """What only solutions say: feedback on mistakes, the longest words of each, their heading."""
    every = [pose(code, evidence) for code in offered(evidence)]
    told = [mistake.feedback for posed in every for mistake, _ in posed.mistakes]
    told += [str(posed.solution) for posed in every]
    return {SOLUTION, *(max(MARKUP.split(text), key=len).strip() for text in told)}


@pytest.mark.long
def test_a_whole_kit_opens_from_any_folder(tmp_path: Path, evidence: Evidence) -> None:
    out = tmp_path / "课 堂（周三）"
    listed = class_file(tmp_path / "名单.csv", 30)
    made = kit.make_kit(Order({}, out=out), listed, sessions())
    assert made.size <= kit.LIMIT and len(made.students) == 30
    for link in LINK.findall(made.start.read_text(encoding="utf-8")):
        assert (made.start.parent / unquote(link)).is_file(), link
    names = ZipFile(made.archive).namelist()
    assert len([name for name in names if name.startswith("kit/handouts/")]) == 30
    assert "kit/START.html" in names and "kit/teacher/key.pdf" in names
    assert not [name for name in names if "/." in name or ("slides" in name and "book/" in name)]
    files = [path for path in made.start.parent.rglob("*") if path.suffix in TEXTS]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    assert not [path for path, text in texts.items() if str(tmp_path) in text]
    students = {path: text for path, text in texts.items() if "book" in path.parts}
    assert len(students) > 100 and not list(out.rglob("session_*"))
    hidden = secrets(evidence)
    for path, text in students.items():
        told = [secret for secret in hidden if secret in text]
        assert not told, (path, told)
    assert sorted(path.name for path in out.iterdir()) == [
        ".press-kit",
        ".press-lock",
        "kit",
        "kit.zip",
    ]
    assert not (tmp_path / "_build").exists()
