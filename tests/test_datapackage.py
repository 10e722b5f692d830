"""The data package describes every file of data/, and says so when it no longer does."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from synergy.datapackage import (
    PACKAGE,
    as_text,
    changed_files,
    data_files,
    data_package,
    table_schema,
)
from synergy.dictionary import DATA_DIR

REGISTRY = """
name = "n"
title = "t"
description = "d"
licence = "CC-BY-4.0"
[licences."CC-BY-4.0"]
title = "l"
path = "https://creativecommons.org/licenses/by/4.0/"
[sources.paper]
title = "s"
[[resources]]
pattern = "real/*.csv"
title = "真"
synthetic = false
provenance = "p"
sources = ["paper"]
key = ["code"]
fields = { code = "代码" }
[[resources]]
pattern = "*.csv"
title = "假"
synthetic = true
provenance = "p"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small data folder with its package written."""
    (tmp_path / "real").mkdir()
    (tmp_path / "resources.toml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "real" / "a.csv").write_text("code,x,n,flag\nu,1.5,1,True\nv,,2,False\n")
    (tmp_path / "b.csv").write_text("name\nz\n")
    (tmp_path / PACKAGE).write_text(as_text(data_package(tmp_path)), encoding="utf-8")
    return tmp_path


def test_every_file_is_described_and_every_checksum_holds() -> None:
    assert changed_files() == [], "run: python -m synergy.datapackage"


def test_checksums_are_those_of_the_files() -> None:
    """Independent of the code that wrote them."""
    package = json.loads((DATA_DIR / PACKAGE).read_text(encoding="utf-8"))
    assert len(package["resources"]) == len(data_files(DATA_DIR)) > 20
    for resource in package["resources"]:
        digest = hashlib.sha256((DATA_DIR / resource["path"]).read_bytes()).hexdigest()
        assert resource["hash"] == f"sha256:{digest}", resource["path"]


def test_frictionless_finds_no_error() -> None:
    from frictionless import Package

    report = Package(str(DATA_DIR / PACKAGE)).validate()
    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])[:5]


def test_every_resource_states_licence_provenance_and_nature() -> None:
    for resource in data_package()["resources"]:
        assert resource["licenses"][0]["path"].startswith("https://")
        assert len(resource["provenance"]) > 5
        assert isinstance(resource["synthetic"], bool)


def test_only_real_results_and_only_demo_are_told_apart() -> None:
    nature = {r["path"]: r["synthetic"] for r in data_package()["resources"]}
    assert not any(flag for path, flag in nature.items() if path.startswith(("real/", "publ")))
    assert all(flag for path, flag in nature.items() if path.startswith("demo/"))


def test_schema_follows_the_values(folder: Path) -> None:
    schema = table_schema(folder / "real" / "a.csv", ["code"], {"code": "代码"})
    assert schema["primaryKey"] == ["code"]
    types = [field["type"] for field in schema["fields"]]
    assert types == ["string", "number", "integer", "boolean"]
    assert schema["fields"][0]["description"] == "代码"


def test_first_entry_that_fits_wins(folder: Path) -> None:
    nature = {r["path"]: r["synthetic"] for r in data_package(folder)["resources"]}
    assert nature == {"b.csv": True, "real/a.csv": False}


def test_a_changed_file_is_noticed(folder: Path) -> None:
    from frictionless import Package

    assert changed_files(folder) == []
    (folder / "real" / "a.csv").write_text("code,x,n,flag\nu,1.6,1,True\nv,,2,False\n")
    assert changed_files(folder) == ["real/a.csv"]
    assert not Package(str(folder / PACKAGE)).validate().valid


def test_a_new_and_a_lost_file_are_noticed(folder: Path) -> None:
    shutil.move(folder / "b.csv", folder / "c.csv")
    assert changed_files(folder) == ["b.csv", "c.csv"]


def test_programs_are_no_data(folder: Path) -> None:
    (folder / "make.py").write_text("print()")
    assert changed_files(folder) == []


def test_a_file_outside_the_registry_is_refused(folder: Path) -> None:
    (folder / "stray.txt").write_text("x")
    with pytest.raises(ValueError, match=r"data/stray\.txt is in no entry"):
        data_package(folder)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('licence = "CC-BY-4.0"', 'licence = "GPL"', "'GPL' is not in"),
        ('["paper"]', '["book"]', "'book' is not in"),
        ('key = ["code"]', 'key = ["id"]', "no column 'id'"),
    ],
)
def test_faults_of_the_registry(old: str, new: str, told: str, folder: Path) -> None:
    (folder / "resources.toml").write_text(REGISTRY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        data_package(folder)
