"""A build is repeated when something changed, and only then; so is a chapter."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from press import digest
from press.cli import main
from press.kept import remembered
from press.order import Order, carry_out
from press.stage import documents, read_chapter, stage_chapter
from press.unchanged import Note, entering, recall, remember
from press.uses import library, stands_on
from small import CHAPTER, HEADER, PARAMETERS, write_chapter

CHECKOUT = {
    "lib/synergy/index.py": "index = 1",
    "lib/synergy/coupling.py": "coupling = 1",
    "data/real/scores.csv": "real",
    "data/demo/scores.csv": "demo",
    "requirements.lock": "numpy==2",
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A checkout of a library, data and a lock."""
    for name, text in CHECKOUT.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path: Path, text: str) -> Path:
    """Write a file, with its folder, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def exchange(top: Path, first: str, second: str) -> None:
    """Let two files change places."""
    write(top / first, CHECKOUT[second])
    write(top / second, CHECKOUT[first])


def shift_content_into_name(top: Path) -> None:
    """Shorten a name by the letter that its content gains at the front."""
    (top / "data/demo/scores.csv").rename(top / "data/demo/scores.cs")
    write(top / "data/demo/scores.cs", "vdemo")


CHANGES: dict[str, Callable[[Path], object]] = {
    "folders change places": lambda top: exchange(
        top, "data/real/scores.csv", "data/demo/scores.csv"
    ),
    "another folder": lambda top: (top / "data/real/scores.csv").rename(top / "data/scores.csv"),
    "a name passes for content": shift_content_into_name,
    "data": lambda top: write(top / "data/demo/scores.csv", "changed"),
    "lock": lambda top: write(top / "requirements.lock", "changed"),
}


def beside(top: Path, **own: Path) -> str:
    return stands_on(top / "data", top / "requirements.lock", own)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_data_counts(top: Path, change: str) -> None:
    before = beside(top)
    CHANGES[change](top)
    assert beside(top) != before


def test_an_input_counts_by_content_and_role(top: Path) -> None:
    panel, copy = (write(top / name, "panel") for name in ("panel.csv", "copy.csv"))
    recipe = write(top / "recipe.toml", "recipe")
    asked = beside(top, data=panel, recipe=recipe)
    assert asked == beside(top, data=copy, recipe=recipe)
    others = [beside(top), beside(top, data=panel), beside(top, data=recipe, recipe=panel)]
    assert len({asked, *others}) == 4


def test_byte_code_does_not_count(top: Path) -> None:
    before = digest.tree(top / "lib")
    write(top / "lib/synergy/__pycache__/index.cpython-311.pyc", "code")
    assert digest.tree(top / "lib") == before


# ------------------------------------------------------------------ what code stands on

MODULES = {
    "synergy/__init__.py": "",
    "synergy/words.py": "",
    "synergy/page.py": "def f():\n    from synergy.words import say",
    "synergy/policy/__init__.py": "",
    "synergy/policy/fund.py": "",
    "synergy/figures/__init__.py": "",
    "synergy/figures/fund.py": 'm = import_module(f"synergy.policy.{name}")',
    "synergy/sentences/fund.md": "话",
    "synergy/tests/test_page.py": "",
    "press/__init__.py": "",
    "press/preload.py": "import synergy.figures.fund",
}


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    """A library of a few modules."""
    for name, text in MODULES.items():
        write(tmp_path / name, text)
    return [tmp_path / "synergy", tmp_path / "press"]


def chapter_key(packages: list[Path], tmp_path: Path, *cells: str) -> str:
    library.cache_clear()
    return library(tmp_path / "cache", *packages).chapter_key(cells)


@pytest.mark.parametrize(
    ("cells", "module", "counts"),
    [
        (["from synergy import *", "figure(1)"], "synergy/page.py", True),
        (["from synergy import *", "figure(1)"], "synergy/words.py", True),
        (["from synergy import *", "figure(1)"], "synergy/figures/fund.py", False),
        (["from synergy.figures.fund import m"], "synergy/policy/fund.py", True),
        (["import synergy.page as p"], "synergy/words.py", True),
        (["1 + 1"], "synergy/page.py", False),
        (["1 + 1"], "synergy/__init__.py", False),
        (["1 + 1"], "press/preload.py", True),
        (["1 + 1"], "synergy/sentences/fund.md", True),
        (["1 + 1"], "synergy/tests/test_page.py", False),
        (["%magic"], "synergy/figures/fund.py", True),
    ],
)
def test_a_chapter_stands_on_the_modules_that_it_reaches(
    packages: list[Path], tmp_path: Path, cells: list[str], module: str, counts: bool
) -> None:
    before = chapter_key(packages, tmp_path, *cells)
    write(tmp_path / module, MODULES[module] + "\n# changed")
    assert (chapter_key(packages, tmp_path, *cells) != before) == counts


# Run code with all modules loaded, as in a kernel, and tell whose functions were called.
CALLED = """
import json, sys
import press.preload
called = set()
sys.setprofile(lambda frame, *_: called.add(frame.f_globals.get("__name__", "")))
exec(sys.stdin.read(), {})
sys.setprofile(None)
print(json.dumps(sorted(name for name in called if name.split(".")[0] in ("synergy", "pvar"))))
"""


@pytest.mark.parametrize(
    "name",
    ["paper/introduction", "essay/path", pytest.param("paper/indices", marks=pytest.mark.long)],
)
def test_a_chapter_calls_no_module_that_it_is_not_known_to_reach(
    root: Path, tmp_path: Path, name: str
) -> None:
    chapter = stage_chapter(root, f"chapters/{name}", own_data=False)
    words = [sys.executable, "-c", CALLED]
    done = subprocess.run(
        words, input="\n".join(chapter.cells), capture_output=True, text=True, check=True
    )
    called = set(json.loads(done.stdout.splitlines()[-1]))
    ours = library(tmp_path)
    reached = set(ours.reached(ours.starts(chapter.cells)))
    assert len(called) > 5 and called <= reached
    assert len(reached) < 0.8 * len(ours.digests)


def test_text_between_the_cells_does_not_decide_results(small_book: Path, root: Path) -> None:
    name = documents(root / "_toc.yml")[1]
    text = (root / f"{name}.md").read_text(encoding="utf-8")
    before = stage_chapter(root, name, own_data=False)
    write_chapter(small_book, text + "\n又一句。\n")
    after = stage_chapter(small_book, "chapters/paper/data", own_data=False)
    assert after.source != before.source and after.code == before.code
    write_chapter(small_book, text + "\n```{code-cell} python\n1\n```\n")
    assert stage_chapter(small_book, "chapters/paper/data", own_data=False).code != before.code


def test_kept_chapters_are_read_once(small_book: Path, tmp_path: Path) -> None:
    read = remembered(read_chapter, tmp_path / "cache")
    first = stage_chapter(small_book, "chapters/paper/data", own_data=False, read=read)
    assert read.has(
        (small_book / "chapters/paper/data.md").read_text("utf-8"), str(first.path), False
    )
    again = stage_chapter(small_book, "chapters/paper/data", own_data=False, read=read)
    assert again == first and again.parameters == {"region", "alpha", "draws"}


# ------------------------------------------------------------------ notes of whole builds


def test_a_note_holds_while_all_that_came_out_is_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out / "html/index.html", "页")
    note = remember(tmp_path, "order", Note("in", str(out), ["place"], ["提示"], "book"))
    assert recall(tmp_path, "order", "in") == note and note.warnings == ["提示"]
    assert recall(tmp_path, "order", "else") is None
    assert recall(tmp_path, "another", "in") is None
    (out / ".press-swap").mkdir()
    assert recall(tmp_path, "order", "in") is None, "a kill left a swap half done"
    (out / ".press-swap").rmdir()
    assert recall(tmp_path, "order", "in") == note
    write(out / "html/index.html", "改")
    assert recall(tmp_path, "order", "in") is None
    next(tmp_path.glob("built/*")).write_text("garbage", encoding="utf-8")
    assert recall(tmp_path, "order", "in") is None


def test_an_order_is_carried_out_again_when_something_entered(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write(tmp_path / "own.csv", "a")
    order = Order({"data": str(own)}, root=small_book)
    seen = {entering(small_book, order, order.own.values())}
    for path in ("chapters/paper/data.md", "book/index.md", "_config.yml", "book/look/book.css"):
        write(small_book / path, "changed")
        seen.add(entering(small_book, order, order.own.values()))
    write(own, "b")
    seen.add(entering(small_book, order, order.own.values()))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    seen.add(entering(small_book, order, order.own.values()))
    assert len(seen) == 7


def test_a_warning_is_said_again_when_nothing_changed(
    small_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_chapter(small_book, HEADER + PARAMETERS + "见 {ref}`nowhere`。\n\n" + CHAPTER)
    words = ["build", "--root", str(small_book), "--no-pdf"]
    assert main(words) == 0
    first = capsys.readouterr()
    assert main(words) == 0
    again = capsys.readouterr()
    assert "书已生成" in first.out and "没有变化" in again.out
    [warning] = [line for line in again.err.splitlines() if "nowhere" in line]
    assert warning in first.err


def test_pages_and_paper_in_a_folder_are_of_one_book(small_book: Path) -> None:
    both, pages = Order(root=small_book), Order(root=small_book, pdf=False)
    paper = Order(root=small_book, html=False)
    out = small_book / "_build"
    carry_out(both)
    carry_out(pages)
    assert (out / "book.pdf").is_file(), "the same book"
    write_chapter(small_book, HEADER + PARAMETERS + "又一句。\n\n" + CHAPTER)
    note, _ = carry_out(pages)
    assert not (out / "book.pdf").exists() and "book.pdf 是另一次生成的" in note.warnings[0]
    note, built = carry_out(pages)
    assert not built and note.warnings == []
    carry_out(paper)
    assert (out / "html/index.html").is_file(), "the same book again"
    write_chapter(small_book, HEADER + PARAMETERS + CHAPTER)
    carry_out(paper)
    assert not (out / "html").exists() and (out / "book.pdf").is_file()
