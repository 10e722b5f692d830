"""Chapters and parameters are refused where papermill would let them pass in silence."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import yaml

from press.regions import written_in
from press.stage import (
    StageError,
    contents_of,
    documents,
    extensions,
    part_names,
    require_known,
    stage_chapter,
)
from press.uses import library
from small import CHAPTER, HEADER, PARAMETERS, write_chapter

NAME = "chapters/paper/data"


def test_documents_follow_the_reading_order(root: Path) -> None:
    names = documents(root / "_toc.yml")
    assert names[0] == "chapters/guide/front"
    assert len(names) == len(set(names))
    assert all((root / f"{written_in(name)}.md").is_file() for name in names)


def test_pages_stand_on_every_extension_of_ours(root: Path, tmp_path: Path) -> None:
    named = [name for name in extensions(root / "_config.yml") if name.startswith("press.")]
    assert len(named) > 5 and set(named) <= set(library(tmp_path).reached(named))
    (tmp_path / "_config.yml").write_text("title: 书\n", encoding="utf-8")
    assert extensions(tmp_path / "_config.yml") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + CHAPTER, r"data\.md.*parameters 标签.*现有 0 个"),
        (PARAMETERS + CHAPTER, r"data\.md.*kernelspec"),
    ],
    ids=["no parameters", "no kernel"],
)
def test_an_incomplete_chapter_is_refused(small_book: Path, text: str, words: str) -> None:
    write_chapter(small_book, text)
    with pytest.raises(StageError, match=words):
        stage_chapter(small_book, NAME, own_data=False)


def test_an_unknown_parameter_is_refused_with_the_known_ones(small_book: Path) -> None:
    chapter = stage_chapter(small_book, NAME, own_data=False)
    with pytest.raises(StageError, match=r"drawz.*alpha、draws、region"):
        require_known(["drawz"], [chapter])
    require_known(["draws"], [chapter])
    assert chapter.accepted({"region": "北京", "years": "2013-2022"}) == {"region": "北京"}


@pytest.mark.parametrize(
    ("own", "kept", "gone"), [(False, "内置面板", "自有数据"), (True, "自有数据", "内置面板")]
)
def test_cells_follow_whose_data_lead(small_book: Path, own: bool, kept: str, gone: str) -> None:
    notebook = nbformat.reads(stage_chapter(small_book, NAME, own_data=own).source, as_version=4)
    text = "".join(cell.source for cell in notebook.cells)
    assert f"只在{kept}出现" in text
    assert f"只在{gone}出现" not in text


def test_a_malformed_table_of_contents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text("format: jb-book\nchapters: []\n", encoding="utf-8")
    with pytest.raises(StageError, match=r"_toc\.yml 不合格式：.*root"):
        documents(tmp_path / "_toc.yml")


def test_contents_lose_what_a_book_does_not_keep_and_parts_with_nothing_left(
    tmp_path: Path,
) -> None:
    toc = tmp_path / "_toc.yml"
    parts = [("一", ["a", "b"]), ("二", ["c"])]
    said = {
        "format": "jb-book",
        "root": "r",
        "parts": [
            {"caption": name, "chapters": [{"file": each} for each in files]}
            for name, files in parts
        ],
    }
    toc.write_text(yaml.safe_dump(said), encoding="utf-8")
    kept = tmp_path / "kept.yml"
    kept.write_text(contents_of(toc, lambda name: name in "rb"), encoding="utf-8")
    assert documents(kept) == ["r", "b"] and part_names(kept) == ["一"]
