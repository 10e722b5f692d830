"""Whether a version can be released: one number everywhere, its headline numbers kept, a changelog.

``python -m press.release v1.2.3`` says what is missing and ends with 1, or says nothing.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import yaml

from synergy import __version__
from synergy.editions import declared_numbers, releases, stored_numbers
from synergy.source import source_folder

CITATION = "CITATION.cff"
ZENODO = ".zenodo.json"


def versions(root: Path) -> dict[str, str]:
    """The version as each file of the repository that has one states it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / CITATION).read_text(encoding="utf-8"))
    archive = json.loads((root / ZENODO).read_text(encoding="utf-8"))
    return {
        "pyproject.toml": project["version"],
        "synergy.__version__": __version__,
        CITATION: str(citation["version"]),
        ZENODO: archive["version"],
    }


def missing(tag: str, root: Path) -> list[str]:
    """What keeps a tag from being a release, one sentence each."""
    version = tag.removeprefix("v")
    found = [
        f"{place} says {stated}, the tag {version}: make them one."
        for place, stated in versions(root).items()
        if stated != version
    ]
    if version not in [each.version for each in releases()]:
        return [*found, f"data/editions/releases.toml does not know {version}: add it."]
    if version not in stored_numbers() or stored_numbers()[version].notna().sum() == 0:
        found.append(f"No headline numbers of {version}: python -m synergy.editions --record it.")
    elif stored_numbers()[version].isna().any():
        absent = declared_numbers().index[stored_numbers()[version].isna()]
        found.append(f"Headline numbers of {version} lack {', '.join(absent)}: record them.")
    if not re.search(rf"(?m)^## {re.escape(version)}\b", _text(root / "CHANGELOG.md")):
        found.append(f"CHANGELOG.md has no section {version}: write one.")
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main() -> int:
    """Print what is missing; 1 where anything is."""
    if len(sys.argv) != 2:
        print("python -m press.release TAG", file=sys.stderr)
        return 2
    found = missing(sys.argv[1], source_folder())
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
