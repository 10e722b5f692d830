"""pvar stands alone: what it imports, what its wheel holds, what its README says."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import pvar
from pvar.__main__ import main

FOLDER = Path(__file__).parents[1]
MODULES = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def imported(nodes: list[ast.AST]) -> set[str]:
    """Dotted names of the modules that statements import; `from pvar import gmm` is pvar.gmm."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module
            inside = {f"pvar.{alias.name}" for alias in node.names if alias.name in MODULES}
            names |= inside if node.module == "pvar" else {node.module}
    return names


TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def outside(nodes_of: Callable[[ast.Module], Iterable[ast.AST]]) -> set[str]:
    """Packages that the nodes of the modules import, without the standard library."""
    used = set().union(*(imported(list(nodes_of(tree))) for tree in TREES.values()))
    return {name.split(".")[0] for name in used} - sys.stdlib_module_names


def test_only_numpy_pandas_and_scipy_are_needed() -> None:
    assert outside(lambda tree: tree.body) == {"numpy", "pandas", "scipy", "pvar"}
    assert outside(ast.walk) == {"numpy", "pandas", "scipy", "pvar", "matplotlib", "docx"}


def test_figures_name_the_extra_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(pvar.PanelVARError, match="pip install matplotlib"):
        pvar.plot_roots(pvar.implied_system([[0.5]], draws=2))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (built,) = WheelBuilder(str(FOLDER)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return Path(built)


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        (path,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(path).decode()
    data = ["pvar/py.typed"]
    data += [f"pvar/locale/zh/LC_MESSAGES/{domain}.mo" for domain in ("messages", "pvar")]
    assert sorted(names) == sorted([f"pvar/{p.name}" for p in MODULES.values()] + data)
    needed = re.findall(r"^Requires-Dist: ([\w-]+)(?:(?!extra ==).)*$", metadata, re.M)
    assert needed == ["numpy", "pandas", "scipy"]
    assert "License-Expression: MIT" in metadata


def test_sdist_holds_tests_documentation_and_examples(tmp_path: Path) -> None:
    (built,) = SdistBuilder(str(FOLDER)).build(directory=str(tmp_path))
    with tarfile.open(built) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = ("tests/*.py", "tests/reference/*.*", "docs/*.*", "docs/*/*.*", "examples/*.py")
    needed = {
        path.relative_to(FOLDER).as_posix()
        for pattern in (*folders, "paper/paper.*", "locale/zh/LC_MESSAGES/*.*")
        for path in FOLDER.glob(pattern)
        if "__pycache__" not in path.parts
    }
    assert len(needed) > 60
    assert needed | {"CITATION.cff", "CHANGELOG.md", "README.md", "LICENSE"} <= names


def test_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-m", "pvar", "--help"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"}
    environment["PVAR_LANGUAGE"] = "en"
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("usage: python -m pvar")


def test_readme_claims_the_versions_of_python_that_are_declared() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = re.findall(r":: (3\.\d+)", " ".join(project["classifiers"]))
    (told,) = re.findall(r"Python (3.*?),? with the lowest", README)
    assert re.findall(r"3\.\d+", told) == declared
    assert project["requires-python"] == f">={declared[0]}"


def test_readme_example_is_short() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    assert sum(line.startswith((">>>", "...")) for line in code.splitlines()) <= 15


def test_readme_example_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    example = doctest.DocTestParser().get_doctest(code, {}, "README", "README.md", 0)
    variables = example.globs
    result = doctest.DocTestRunner(verbose=False).run(example, clear_globs=False)
    assert result.attempted > 10 and result.failed == 0
    monkeypatch.chdir(tmp_path)
    frame = variables["frame"]
    assert isinstance(frame, pd.DataFrame)
    frame.to_csv("panel.csv", index=False)
    (command,) = re.findall(r"^python -m pvar (.*)$", README, re.M)
    assert main(shlex.split(command)) == 0
