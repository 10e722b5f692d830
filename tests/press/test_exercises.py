"""Exercises on pages and on paper; an edition for students that holds no solution anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from press.build import Book, build
from press.cli import main
from press.edition import Edition
from press.order import Order, edition_of
from press.printed_exercises import SOLUTIONS
from small import HEADER, PARAMETERS, write_book
from synergy.evidence import Evidence
from synergy.exercises.declared import declared_exercise
from synergy.exercises.posing import pose

CHAPTER = """# 小章

见{ref}`exercise-e3`。

```{code-cell} python
from synergy import *
evidence = load_evidence(Request(region))
place = evidence.place
```

```{code-cell} python
exercise("E3")
```

```{code-cell} python
exercise("E7", evidence, place)
```
"""
TOC = """format: jb-book
root: book/index
parts:
  - caption: 论文
    chapters:
      - file: chapters/paper/data
  - caption: 附录
    chapters:
      - file: book/more
"""
#: Sentences of solutions, which questions and hints do not hold.
SECRETS = ("可能一起低", "是约定，不是估计", "耦合度漏了系数 2", "α 给错了系统", "解答与常见错误")


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A small book with two exercises, one about a place."""
    written = write_book(tmp_path_factory.mktemp("exercises"), root, HEADER + PARAMETERS + CHAPTER)
    (written / "_toc.yml").write_text(TOC, encoding="utf-8")
    (written / "book" / "more.md").write_text("# 后面\n\n正文。\n", encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def book(top: Path, edition: Edition) -> Book:
    return build(edition, top / "out", root=top)


@pytest.fixture(scope="module")
def students(top: Path, book: Book) -> Book:
    """The same for students, built after the other on what that has kept."""
    edition = edition_of(Order(root=top, student=True))
    return build(edition, top / "out" / edition.folder, root=top)


def page(book: Book) -> BeautifulSoup:
    assert book.html is not None
    text = (book.html.parent / "chapters/paper/data.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def paper(book: Book) -> str:
    assert book.pdf is not None
    return "".join(leaf.extract_text() for leaf in PdfReader(book.pdf).pages).replace("\n", "")


def all_texts(book: Book) -> str:
    """Everything that readers get: pages, what lies beside them, the PDF."""
    assert book.html is not None
    files = (path for path in book.html.parent.rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode("utf-8", "ignore") for path in files) + paper(book)


def test_an_exercise_is_a_question_with_folds(book: Book) -> None:
    soup = page(book)
    assert list(book.warnings) == []
    first, second = soup.select(".exercise.admonition")
    title = first.select_one(".admonition-title")
    assert title is not None
    assert (
        title.get_text() == "习题 E3 C 说均衡，D 说水平Exercise E3 C tells balance, D tells level"
    )
    assert [fold.summary.get_text(strip=True) for fold in first.select("details")] == ["提示"]  # type: ignore[union-attr]
    link = soup.find("a", string="习题 E3")
    assert link is not None and link["href"] == f"#{first['id']}"
    assert second.find_next_sibling(class_="solution") is not None
    assert not soup.select("details[open]")
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_page_shows_the_answers_that_the_checker_knows(book: Book, evidence: Evidence) -> None:
    told = [solution.get_text() for solution in page(book).select(".solution.admonition")]
    for text, code in zip(told, ("E3", "E7"), strict=True):
        posed = pose(code, evidence)
        shown = [part.shown(posed.answers[part.key]) for part in posed.parts]
        assert all(answer.rstrip("个 ").removesuffix(".0000") in text for answer in shown)
        assert all(mistake.feedback in text for mistake, _ in posed.mistakes)


def test_what_depends_on_the_place_is_there_for_every_place(book: Book) -> None:
    assert book.html is not None
    (beside,) = (book.html.parent / "_places").rglob("data*")
    assert "广东的" in beside.read_text(encoding="utf-8")


def test_solutions_are_printed_behind_the_chapters(book: Book) -> None:
    text = paper(book).replace(" ", "")
    question, answer = text.index("另有两个省"), text.index("可能一起低")
    assert question < text.rindex(SOLUTIONS, 0, answer) < answer
    assert text.count("提示：") == 2 and text.count("可能一起低") == 1


def test_the_book_holds_what_students_must_not_see(book: Book) -> None:
    assert all(secret in all_texts(book) for secret in SECRETS)


def test_an_edition_for_students_holds_no_solution_anywhere(students: Book) -> None:
    text = all_texts(students)
    assert [secret for secret in (*SECRETS, SOLUTIONS) if secret in text] == []
    mistakes = declared_exercise("E3").mistakes + declared_exercise("E7").mistakes
    assert [mistake.feedback for mistake in mistakes if mistake.feedback in text] == []
    soup = page(students)
    assert len(soup.select(".exercise.admonition")) == 2 and not soup.select(".solution")
    assert "全国学生版" in soup.get_text()


def test_a_reader_gets_solutions_again_after_students(
    top: Path, book: Book, students: Book
) -> None:
    again = build(Edition.load(), top / "again", root=top, pdf=False)
    assert len(page(again).select(".solution.admonition")) == 2


def test_an_edition_for_students_is_another_book(top: Path) -> None:
    usual, student = (edition_of(Order(root=top, student=flag)) for flag in (False, True))
    assert usual.sphinx_config() != student.sphinx_config()
    assert student.folder == Path("student") and student.title == "全国学生版"
    assert usual.keeps("chapters/teaching/session_1")
    assert not student.keeps("chapters/teaching/session_1")
    there = edition_of(Order(asked={"region": "44"}, root=top, student=True, language="en"))
    assert there.folder == Path("student/en/editions/guangdong")


def test_a_plan_has_no_edition_for_students(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("plan.csv", "data.csv")]
    for file in files:
        file.write_text("a\n1\n", encoding="utf-8")
    assert main(["build", "--student", "--plan", str(files[0]), "--data", str(files[1])]) == 2
    assert "--student" in capsys.readouterr().err
