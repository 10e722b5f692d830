"""The key of kept results changes with everything that a chapter's result depends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from press.build import fingerprint

CHECKOUT = {
    "lib/synergy/index.py": "index",
    "lib/synergy/coupling.py": "coupling",
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


def key(top: Path, **inputs: Path) -> str:
    """The fingerprint of an edition that stands on these files of the reader's."""
    edition: Any = SimpleNamespace(inputs=inputs)
    return fingerprint(edition, top, [top / "lib" / "synergy"])


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
    "names change places": lambda top: exchange(
        top, "lib/synergy/index.py", "lib/synergy/coupling.py"
    ),
    "another folder": lambda top: (top / "data/real/scores.csv").rename(top / "data/scores.csv"),
    "a name passes for content": shift_content_into_name,
    "code": lambda top: write(top / "lib/synergy/index.py", "changed"),
    "data": lambda top: write(top / "data/demo/scores.csv", "changed"),
    "lock": lambda top: write(top / "requirements.lock", "changed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_changes_the_key(top: Path, change: str) -> None:
    before = key(top)
    CHANGES[change](top)
    assert key(top) != before


def test_byte_code_does_not_count(top: Path) -> None:
    before = key(top)
    write(top / "lib/synergy/__pycache__/index.cpython-311.pyc", "code")
    assert key(top) == before


def test_an_input_counts_by_content_and_role(top: Path) -> None:
    panel, copy = (write(top / name, "panel") for name in ("panel.csv", "copy.csv"))
    recipe = write(top / "recipe.toml", "recipe")
    asked = key(top, data=panel, recipe=recipe)
    assert asked == key(top, data=copy, recipe=recipe)
    others = [key(top), key(top, data=panel), key(top, data=recipe, recipe=panel)]
    assert len({asked, *others}) == 4
