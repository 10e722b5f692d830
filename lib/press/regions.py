"""Pages about one place each: many documents, written in one template.

A document is called by the code of its place, so that its address stays: `chapters/regions/44`.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import Any

from synergy.source import source_folder

FOLDER = "chapters/regions/"
TEMPLATE = f"{FOLDER}place"

#: Of cells that a page's brief in print holds.
TAG = "brief"

#: What the template says for name and code of the place, and how its figures' names begin.
NAME, CODE, FIGURE = "⟨地区⟩", "⟨代码⟩", "fig-here-"


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


def name_of(code: str) -> str:
    """Name of a place in running text."""
    return _names()[code]


def code_of(document: str) -> str:
    """Code of the place that a document is about; empty for all other documents."""
    code = document.removeprefix(FOLDER)
    return code if code != document and code in _names() else ""


def written_in(document: str) -> str:
    """Name of the document that holds a document's text."""
    return TEMPLATE if code_of(document) else document


def filled(text: str, document: str) -> str:
    """A document's text: where it is a template, with the name of the place."""
    code = code_of(document)
    if not code:
        return text
    figure = f"fig-{code.lower()}-"
    return text.replace(NAME, name_of(code)).replace(CODE, code).replace(FIGURE, figure)


def own_values(document: str) -> dict[str, Any]:
    """Parameters that a document has whatever the edition's are."""
    code = code_of(document)
    return {"region": code} if code else {}


def of_brief(notebook: str) -> str:
    """Reduce an executed page to the cells of its brief, both as JSON text."""
    whole = json.loads(notebook)
    cells = [cell for cell in whole["cells"] if TAG in cell["metadata"].get("tags", ())]
    return json.dumps({**whole, "cells": cells})
