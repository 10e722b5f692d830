"""The book's source is found in a checkout and in a wheel, and nowhere else by luck."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from press import output
from press.build import ROOT
from press.output import work_folder
from synergy.dictionary import DATA_DIR
from synergy.source import is_checkout, source_folder


def write_source(folder: Path) -> Path:
    """Put what marks a book's source into a folder and return it."""
    (folder / "data").mkdir(parents=True)
    (folder / "_toc.yml").touch()
    return folder


def test_a_checkout_is_its_own_source(tmp_path: Path, root: Path) -> None:
    top = write_source(tmp_path / "checkout")
    package = top / "lib" / "synergy"
    assert source_folder(package) == top and is_checkout(top, package)
    assert source_folder() == ROOT == root
    assert (root / "data") == DATA_DIR
    assert work_folder() == root / "_build"


def test_an_installed_package_takes_its_copy(tmp_path: Path) -> None:
    write_source(tmp_path)  # what happens to lie two folders up is not ours
    package = tmp_path / "site-packages" / "synergy"
    copy = write_source(package / "_share")
    assert source_folder(package) == copy and not is_checkout(copy, package)


def test_a_library_alone_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"_toc\.yml。请在完整的源文件夹里"):
        source_folder(tmp_path / "lib" / "synergy")


def test_an_installed_copy_writes_where_the_reader_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "is_checkout", lambda folder: False)
    monkeypatch.chdir(tmp_path)
    assert work_folder() == tmp_path / "_build"


SCRIPT = """
import pvar
import press.build, press.cli
from press.regions import written_in
from press.stage import documents
print(press.build.ROOT, press.build.ROOT / "data", pvar.__file__, sep="\\n")
root = press.build.ROOT
names = documents(root / "_toc.yml")
assert len(names) > 10 and all((root / f"{written_in(n)}.md").is_file() for n in names)
for name in ("_config.yml", "requirements.lock", "book/print/book.typ", "book/look/figures.js"):
    assert (root / name).is_file(), name
raise SystemExit(press.cli.main(["scenario"]))
"""


def test_the_two_wheels_carry_the_book(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    for project in (root, root / "lib" / "pvar"):
        monkeypatch.chdir(project)
        with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as archive:
            archive.extractall(site)
    there = sorted(p.relative_to(root) for p in (root / "data").rglob("*") if p.is_file())
    share = site / "synergy" / "_share"
    packed = sorted(p.relative_to(share) for p in (share / "data").rglob("*") if p.is_file())
    assert packed == [path for path in there if "__pycache__" not in path.parts]
    assert next(site.glob("syn*.dist-info/licenses/LICENSE")).read_text("utf-8").startswith("MIT")
    words = [sys.executable, "-c", SCRIPT]
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    places = [share, share / "data", site / "pvar" / "__init__.py"]
    assert result.stdout.splitlines()[:3] == [str(place) for place in places]
    assert "fast_ai" in result.stdout
