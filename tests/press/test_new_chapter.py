"""`press new-chapter`: a chapter in the form of all, nothing else touched, bad requests refused."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path

import nbformat
import pytest

import test_chapters as form
from press import digest
from press.build import build
from press.cli import main
from press.edition import Edition
from press.lone import lone_notebook
from press.order import Order
from synergy.notebook.bundles import PICTURE

#: What tests of form ask of every chapter.
ASKED = [
    test
    for name, test in vars(form).items()
    if name.startswith("test_") and [*inspect.signature(test).parameters] == ["path"]
]
#: Only for chapters on the paper's results.
ASKED = [test for test in ASKED if "result" not in test.__name__]


@pytest.fixture
def top(tmp_path: Path, root: Path) -> Path:
    """The source of a book that one may write into."""
    for name in ("chapters", "book"):
        shutil.copytree(root / name, tmp_path / "源 src" / name)
    for name in ("_toc.yml", "_config.yml"):
        shutil.copyfile(root / name, tmp_path / "源 src" / name)
    return tmp_path / "源 src"


def listed(top: Path, name: str) -> None:
    """Put a chapter into the order of a small book of its own."""
    part = f"- numbered: true\n  chapters:\n  - file: {name}\n"
    toc = f"format: jb-book\nroot: book/guide\nparts:\n{part}"
    (top / "_toc.yml").write_text(toc, encoding="utf-8")


def test_a_new_chapter_has_the_form_of_all(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest.tree(top)
    assert main(["new-chapter", "wage_gap", "--title", "工资差距", "--root", str(top)]) == 0
    path = top / "chapters" / "own" / "wage_gap.md"
    told = capsys.readouterr().out
    assert str(path) in told
    for step in ("- file: chapters/own/wage_gap", "(en-chapters-own-wage_gap)=", "[fig-wage-gap]"):
        assert step in told
    assert len(ASKED) > 10
    for test in ASKED:
        test(path)
    path.unlink()
    path.parent.rmdir()
    assert digest.tree(top) == before, "something else was written"


@pytest.mark.long
def test_a_new_chapter_builds(top: Path, tmp_path: Path) -> None:
    assert main(["new-chapter", "own/wage_gap", "--title", "工资差距", "--root", str(top)]) == 0
    listed(top, "chapters/own/wage_gap")
    book = build(Edition.load(), tmp_path / "out", root=top, pdf=False)
    assert book.html is not None
    page = (book.html.parent / "chapters/own/wage_gap.html").read_text(encoding="utf-8")
    assert 'id="fig-wage-gap"' in page and 'id="tab-wage-gap"' in page
    _, text = lone_notebook(Order(root=top), "工资差距")
    outputs = [o for cell in nbformat.reads(text, 4).cells for o in cell.get("outputs", ())]
    assert sum(PICTURE in output.data for output in outputs) == 1
    assert "**图 1.1**" in text and "**表 1.1**" in text


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("coupling", "新题", "chapters/paper/coupling.md"),
        ("../wages", "新题", "不能作章节的名字"),
        ("nul", "新题", "不能作章节的名字"),
        ("工资", "新题", "不能作章节的名字"),
        ("plan/wages", "新题", "chapters/plan"),
        ("tiles", "新题", "fig-tiles"),
        ("wages", "耦合协调", "chapters/paper/coupling"),
        ("wages", "# 题", "标题“# 题”不合用"),
        ("wages", " ", "标题“ ”不合用"),
        ("wages", None, "--title"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    name: str, title: str | None, said: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest.tree(root / "chapters")
    assert main(["new-chapter", name, *(["--title", title] if title is not None else [])]) == 2
    assert said in capsys.readouterr().err
    assert digest.tree(root / "chapters") == before
