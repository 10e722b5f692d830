"""Pages about one place each: many documents, written in one template.

A document is called by the code of its place, so that its address stays: `chapters/regions/44`.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from synergy.source import source_folder

FOLDER = "chapters/regions/"
TEMPLATE = f"{FOLDER}place"

#: Stands in the template for the name of the place.
NAME = "⟨地区⟩"


@cache
def _names() -> dict[str, str]:
    """Name in running text by code; read without pandas, which takes longer than all else."""
    with (source_folder() / "data" / "places.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    inner = {row["parent"] for row in rows}
    return {
        row["code"]: row["name_full" if row["name"] in inner else "name"]
        for row in rows
        if row["parent"]
    }


def code_of(document: str) -> str:
    """Code of the place that a document is about; empty for all other documents."""
    code = document.removeprefix(FOLDER)
    return code if code != document and code in _names() else ""


def written_in(document: str) -> str:
    """Name of the document that holds a document's text."""
    return TEMPLATE if code_of(document) else document


def filled(text: str, document: str) -> str:
    """A template's text with the name of the place."""
    return text.replace(NAME, _names().get(code_of(document), NAME))


def own_values(document: str) -> dict[str, Any]:
    """Parameters that the document brings."""
    code = code_of(document)
    return {"code": code} if code else {}
