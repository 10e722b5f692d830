"""Describe every file of ``data/`` in one Frictionless data package.

``python -m synergy.datapackage`` writes ``data/datapackage.json`` from the registry
``data/resources.toml``; ``--check`` says whether it still describes the files. The result
depends on nothing but the files: no dates, no machine names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd

from synergy.dictionary import DATA_DIR

PACKAGE = "datapackage.json"
REGISTRY = "resources.toml"

PROGRAMS = (".py", ".pyc")

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".toml": "application/toml",
    ".md": "text/markdown",
    ".npz": "application/octet-stream",
}


def data_package(folder: Path = DATA_DIR) -> dict[str, Any]:
    """Package descriptor of a data folder.

    Parameters
    ----------
    folder : Path
        Holds the registry and the files it describes.

    Raises
    ------
    ValueError
        If a file is in no entry of the registry, or the registry names an unknown licence or
        source.
    """
    registry = tomllib.loads((folder / REGISTRY).read_text(encoding="utf-8"))
    return {
        "profile": "data-package",
        "name": registry["name"],
        "title": registry["title"],
        "description": registry["description"],
        "licenses": [_named(registry, "licences", registry["licence"])],
        "resources": [_resource(folder, path, registry) for path in data_files(folder)],
    }


def data_files(folder: Path) -> list[Path]:
    """Files of a data folder that a package must describe, in a fixed order; no programs."""
    own = {folder / PACKAGE, folder / REGISTRY}
    files = (path for path in folder.rglob("*") if path.is_file() and path not in own)
    return sorted(p for p in files if p.suffix not in PROGRAMS and not p.name.startswith("."))


def _resource(folder: Path, path: Path, registry: Mapping[str, Any]) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    entry = _entry(name, registry)
    content = path.read_bytes()
    resource = {
        "name": name.removesuffix(path.suffix).replace("/", "-").replace("_", "-").lower(),
        "path": name,
        "title": entry["title"],
        "profile": "tabular-data-resource" if path.suffix == ".csv" else "data-resource",
        "format": path.suffix.removeprefix("."),
        "mediatype": MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "synthetic": entry["synthetic"],
        "provenance": entry["provenance"],
        "licenses": [_named(registry, "licences", entry.get("licence", registry["licence"]))],
        "sources": [_source(registry, source) for source in entry.get("sources", ())],
    }
    if path.suffix == ".csv":
        resource["schema"] = table_schema(path, entry.get("key", ()), entry.get("fields", {}))
    return resource


def _entry(name: str, registry: Mapping[str, Any]) -> Mapping[str, Any]:
    """First entry whose pattern fits, so that a file's own entry may precede its folder's."""
    for entry in registry["resources"]:
        if fnmatchcase(name, entry["pattern"]):
            found: Mapping[str, Any] = entry
            return found
    raise ValueError(f"data/{name} is in no entry of data/{REGISTRY}; add one that fits it")


def _named(registry: Mapping[str, Any], table: str, name: str) -> dict[str, str]:
    if name not in registry[table]:
        raise ValueError(f"{name!r} is not in [{table}]; use one of {', '.join(registry[table])}")
    return {"name": name, **registry[table][name]}


def _source(registry: Mapping[str, Any], name: str) -> dict[str, str]:
    source = _named(registry, "sources", name)
    del source["name"]
    return source


def table_schema(path: Path, key: Iterable[str], notes: Mapping[str, str]) -> dict[str, Any]:
    """Frictionless table schema of a CSV file, its field types taken from the values.

    Parameters
    ----------
    path : Path
    key : iterable of str
        Fields that together identify a row.
    notes : mapping
        Field name to description.

    Raises
    ------
    ValueError
        If the key or a described field is not a column.
    """
    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    key = list(key)
    unknown = [name for name in (*key, *notes) if name not in table.columns]
    if unknown:
        raise ValueError(f"{path.name} has no column {unknown[0]!r}; it has {list(table.columns)}")
    fields = [_field(table[name], name in key, notes.get(name, "")) for name in table.columns]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    return schema | ({"primaryKey": key} if key else {})


def _field(column: pd.Series, required: bool, note: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": str(column.name), "type": _type(column)}
    if note:
        field["description"] = note
    if required:
        field["constraints"] = {"required": True}
    return field


def _type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(column) else "string"


def as_text(package: Mapping[str, Any]) -> str:
    """Descriptor as written."""
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def changed_files(folder: Path = DATA_DIR) -> list[str]:
    """Paths that the written package describes wrongly, lacks, or still holds."""
    written = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    old = {resource["path"]: resource for resource in written["resources"]}
    new = {resource["path"]: resource for resource in data_package(folder)["resources"]}
    return [path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]


def main(arguments: list[str] | None = None) -> int:
    """Write the package, or with ``--check`` exit with 1 if it is out of date."""
    parser = argparse.ArgumentParser(prog="python -m synergy.datapackage", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    target = DATA_DIR / PACKAGE
    if parser.parse_args(arguments).check:
        changed = changed_files()
        for path in changed:
            print(f"data/{path} differs from data/{PACKAGE}", file=sys.stderr)
        return 1 if changed else 0
    target.write_text(as_text(data_package()), encoding="utf-8")
    print(f"data/{PACKAGE}: {len(data_files(DATA_DIR))} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
