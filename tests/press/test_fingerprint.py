"""The key of kept results changes with everything that a chapter's result depends on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from press.build import fingerprint


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A checkout of a library, data and a lock."""
    for name, text in {
        "lib/synergy/index.py": "index",
        "lib/synergy/coupling.py": "coupling",
        "data/real/scores.csv": "real",
        "data/demo/scores.csv": "demo",
        "requirements.lock": "numpy==2",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def key(top: Path, **inputs: Path) -> str:
    """The fingerprint of an edition that stands on these files of the reader's."""
    edition: Any = SimpleNamespace(inputs=inputs)
    return fingerprint(edition, top, [top / "lib" / "synergy"])


def swap(first: Path, second: Path) -> None:
    """Exchange the contents of two files."""
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("data/real/scores.csv", "data/demo/scores.csv"),
        ("lib/synergy/index.py", "lib/synergy/coupling.py"),
    ],
    ids=["folders", "names"],
)
def test_two_files_that_change_places_change_the_key(top: Path, first: str, second: str) -> None:
    before = key(top)
    swap(top / first, top / second)
    assert key(top) != before
    swap(top / first, top / second)
    assert key(top) == before


def test_a_file_that_moves_to_another_folder_changes_the_key(top: Path) -> None:
    before = key(top)
    (top / "data/real/scores.csv").rename(top / "data/scores.csv")
    assert key(top) != before


def test_a_name_cannot_pass_for_content(top: Path) -> None:
    before = key(top)
    (top / "data/demo/scores.csv").rename(top / "data/demo/scores.cs")
    (top / "data/demo/scores.cs").write_text("vdemo", encoding="utf-8")
    assert key(top) != before


@pytest.mark.parametrize(
    "name", ["lib/synergy/index.py", "data/demo/scores.csv", "requirements.lock"]
)
def test_every_content_counts(top: Path, name: str) -> None:
    before = key(top)
    (top / name).write_text("changed", encoding="utf-8")
    assert key(top) != before


def test_byte_code_does_not_count(top: Path) -> None:
    before = key(top)
    (top / "lib/synergy/__pycache__").mkdir()
    (top / "lib/synergy/__pycache__/index.cpython-311.pyc").write_bytes(b"code")
    assert key(top) == before


def test_an_input_counts_by_content_and_role(top: Path, tmp_path: Path) -> None:
    panel, recipe, copy = (tmp_path / name for name in ("panel.csv", "recipe.toml", "copy.csv"))
    panel.write_text("panel", encoding="utf-8")
    copy.write_text("panel", encoding="utf-8")
    recipe.write_text("recipe", encoding="utf-8")
    asked = key(top, data=panel, recipe=recipe)
    assert asked == key(top, data=copy, recipe=recipe)
    others = [key(top), key(top, data=panel), key(top, data=recipe, recipe=panel)]
    assert len({asked, *others}) == 4
