"""The scripts of `examples/`: short, and what the tutorial shows of them is what they give."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1]
SHOWN = FOLDER / "docs" / "output"
SCRIPTS = {path.stem: path for path in sorted((FOLDER / "examples").glob("*.py"))}
FIGURES = {"responses": "responses.png", "lags": "roots.png"}


def run(script: Path, folder: Path) -> tuple[str, Path]:
    """What a script prints, without a warning of ours, and the folder that it ran in."""
    place = folder / "examples"
    shutil.copytree(script.parent, place)
    shutil.copytree(FOLDER / "tests" / "reference", folder / "tests" / "reference")
    environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONUTF8": "1"}
    command = [sys.executable, script.name]
    answer = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=True
    )
    assert "PanelVARWarning" not in answer.stderr  # other libraries may have something to say
    return answer.stdout, place


def pixels(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its header."""
    head = path.read_bytes()[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")


def test_scripts_are_as_a_user_would_write_them() -> None:
    assert set(SCRIPTS) == {"responses", "lags", "corrected"}
    for path in SCRIPTS.values():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 15
        assert not any(line.startswith(("def ", "class ", "if ")) for line in lines)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_give_what_the_tutorial_shows(name: str, tmp_path: Path) -> None:
    for library in {"corrected": ("docx",)}.get(name, ("matplotlib",)):
        pytest.importorskip(library)
    printed, place = run(SCRIPTS[name], tmp_path)
    assert printed == (SHOWN / f"{name}.txt").read_text(encoding="utf-8")
    if name in FIGURES:
        drawn = place / FIGURES[name]
        assert pixels(drawn) == pixels(SHOWN / drawn.name)
        assert drawn.stat().st_size > 10_000
    else:
        from docx import Document

        (table,) = Document(str(place / "corrected.docx")).tables
        titles = [cell.text for cell in table.rows[0].cells]
        assert titles == ["", *["Least squares"] * 3, *["Jackknife"] * 3]
        assert len(table.rows) == 2 + 2 * 3 + 5
