"""The front door says what is true: pins agree, arrows point one way, no machine leaks in."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import yaml


def canonical(name: str) -> str:
    """Return a package's normalised name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, str]:
    """Return the versions of a lock file."""
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.M)
    return {canonical(name): version for name, version in pins}


def direct(root: Path) -> list[str]:
    """Return the direct dependencies of the project."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [canonical(re.match(r"[\w.-]+", line)[0]) for line in project["dependencies"]]  # type: ignore[index]


def test_environment_equals_the_lock(root: Path) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    pins = dict(line.split("==") for line in environment["dependencies"][-1]["pip"])
    lock = locked(root / "requirements.lock")
    assert pins == {name: lock[name] for name in direct(root)}


def test_the_test_lock_extends_the_book_lock(root: Path) -> None:
    book, dev = (locked(root / f"requirements{kind}.lock") for kind in ("", "-dev"))
    assert book.items() <= dev.items()


def test_locks_carry_hashes_and_no_index(root: Path) -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert len(re.findall(r"^\S+==", text, re.M)) <= text.count("--hash=sha256:")


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_science_never_imports_the_press(root: Path) -> None:
    modules = sorted((root / "lib/synergy").rglob("*.py"))
    assert len(modules) > 10
    assert [path.name for path in modules if "press" in imported(path)] == []


def test_estimators_do_not_plot(root: Path) -> None:
    rooms = {root / "lib/synergy/charts", root / "lib/synergy/figures"}
    science = [p for p in (root / "lib/synergy").rglob("*.py") if not rooms & set(p.parents)]
    assert [path.name for path in science if "altair" in imported(path)] == []
