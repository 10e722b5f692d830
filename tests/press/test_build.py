"""A build swaps in when all went well, and only then."""

from __future__ import annotations

import hashlib
import shutil
from multiprocessing import active_children
from pathlib import Path

import pytest

from press.build import build
from press.edition import Edition
from press.execute import ChapterError
from press.output import OutputError
from small import CHAPTER, HEADER, PARAMETERS, write_chapter
from synergy.evidence import Request

FAILING = '\n```{code-cell} python\nraise RuntimeError("坏单元")\n```\n'


def digest(folder: Path) -> dict[str, str]:
    """Hash every file below a folder by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_parameters_reach_the_page_readably(small_book: Path, tmp_path: Path) -> None:
    book = build(Edition.load(Request("44")), tmp_path / "out", root=small_book, pdf=False)
    assert book.html is not None
    page = (book.html.parent / "chapters/paper/data.html").read_text(encoding="utf-8")
    assert "区域 广东，" in page
    assert "\\u5e7f" not in page
    assert '<span class="place-name">广东</span>版' in page
    assert "自有数据" not in page
    assert active_children() == []  # a kernel ends with its chapter, not with the build


def test_builds_are_byte_identical_and_a_failing_cell_leaves_the_last_one(
    small_book: Path, edition: Edition, tmp_path: Path
) -> None:
    first = build(edition, tmp_path / "a", root=small_book)
    assert first.html is not None and first.pdf is not None
    before = digest(tmp_path / "a")
    shutil.rmtree(small_book / "_build" / ".cache")  # so that the chapter runs again
    build(edition, tmp_path / "b", root=small_book)
    assert digest(tmp_path / "b") == before
    write_chapter(small_book, HEADER + PARAMETERS + CHAPTER + FAILING)
    with pytest.raises(
        ChapterError, match=r"data\.md 的第 \d+ 个代码单元(.|\n)*raise RuntimeError(.|\n)*坏单元"
    ):
        build(edition, tmp_path / "a", root=small_book)
    assert digest(tmp_path / "a") == before


def test_a_folder_of_someone_else_is_not_overwritten(
    small_book: Path, edition: Edition, tmp_path: Path
) -> None:
    precious = tmp_path / "out/html/mine.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="不是本程序生成的内容"):
        build(edition, tmp_path / "out", root=small_book)
    assert precious.read_text(encoding="utf-8") == "mine"
