"""Pages about one place each: many documents, written in one template.

A document is called by the code of its place, so that its address stays: `chapters/regions/44`.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import Any, NamedTuple

from synergy.source import source_folder

FOLDER = "chapters/regions/"
TEMPLATE = f"{FOLDER}place"

#: Of cells that a page's brief in print holds.
TAG = "brief"

#: What the template says for name and code of the place, and how its figures' names begin.
NAME, CODE, FIGURE = "⟨地区⟩", "⟨代码⟩", "fig-here-"


class Listed(NamedTuple):
    """A place as a page lists it.

    Attributes
    ----------
    name, label, slug : str
        Its name, that in running text, and that in addresses.
    around : str
        Code of the place it lies in; empty for the nation.
    """

    name: str
    label: str
    slug: str
    around: str


@cache
def listed() -> dict[str, Listed]:
    """Every place by code; read without pandas, whose import takes longer than all else."""
    with (source_folder() / "data" / "places.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    codes, inner = {row["name"]: row["code"] for row in rows}, {row["parent"] for row in rows}
    places = {}
    for row in rows:
        label = row["name_full" if row["name"] in inner and row["parent"] else "name"]
        around = codes.get(row["parent"], "")
        places[row["code"]] = Listed(row["name"], label, row["slug"], around)
    return places


def nation() -> str:
    """Code of the place around all others."""
    return next(code for code, place in listed().items() if not place.around)


def name_of(code: str) -> str:
    """Name of a place in running text."""
    return listed()[code].label


def code_of(document: str) -> str:
    """Code of the place that a document is about; empty for all other documents."""
    code = document.removeprefix(FOLDER)
    known = listed().get(code)
    return code if code != document and known and known.around else ""


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
