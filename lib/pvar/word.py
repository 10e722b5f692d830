"""Journal tables as Word files, by python-docx (`pip install pvar-gmm[word]`)."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from pvar.errors import PanelVARError
from pvar.messages import message

if TYPE_CHECKING:
    from pvar.tables import JournalTable

#: Thickness of rules in eighths of a point, those of booktabs.
HEAVY, LIGHT = 8, 4


def write_docx(table: JournalTable, path: str | PathLike[str]) -> None:
    """Write a document with the table, three rules and no lines between cells."""
    from pvar.tables import LEGEND

    document = new_document()
    heads = [[title for title, _ in table.groups]] if table.titled else []
    n_head = len(heads) + 1
    rows = n_head + len(table.body) + len(table.notes)
    grid = document.add_table(rows=rows, cols=len(table.columns) + 1)
    spans = [span for _, span in table.groups]
    if heads:
        fill(grid.rows[0], "", heads[0], spans)
    fill(grid.rows[n_head - 1], "", table.columns)
    for place, (label, cells) in enumerate(table.body, start=n_head):
        fill(grid.rows[place], label, cells)
    for place, (label, cells) in enumerate(table.notes, start=n_head + len(table.body)):
        fill(grid.rows[place], label, cells, spans)
    rule(grid.rows[0], "top", HEAVY)
    rule(grid.rows[n_head - 1], "bottom", LIGHT)
    rule(grid.rows[n_head + len(table.body) - 1], "bottom", LIGHT)
    rule(grid.rows[-1], "bottom", HEAVY)
    document.add_paragraph(LEGEND)
    document.save(fspath(path))


def new_document() -> Any:
    """An empty Word document."""
    try:
        from docx import Document
    except ImportError as error:
        raise PanelVARError(
            message(
                "Word files need python-docx, which is not installed: pip install pvar-gmm[word]."
            )
        ) from error
    return Document()


def fill(row: Any, label: str, cells: Any, spans: Any = None) -> None:
    """Write a label and cells, each over its number of columns, into a row."""
    found = row.cells
    found[0].text = label
    start = 1
    for text, span in zip(cells, spans or [1] * len(cells), strict=True):
        cell = found[start].merge(found[start + span - 1]) if span > 1 else found[start]
        cell.text = text
        cell.paragraphs[0].alignment = 1  # centred
        start += span


def rule(row: Any, edge: str, size: int) -> None:
    """Draw a rule along an edge of a row."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in {id(cell._tc): cell for cell in row.cells}.values():
        properties = cell._tc.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", str(size)), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
