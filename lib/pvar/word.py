"""Journal tables as Word files, by python-docx (`pip install pvar-gmm[word]`)."""

from __future__ import annotations

from collections.abc import Sequence
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
    document = new_document()
    lines = table_lines(table)
    grid = document.add_table(rows=len(lines), cols=len(table.columns) + 1)
    for row, (label, cells, spans) in zip(grid.rows, lines, strict=True):
        fill(row, label, cells, spans)
    last = len(lines) - len(table.notes) - 1
    rule(grid.rows[0], "top", HEAVY)
    rule(grid.rows[last - len(table.body)], "bottom", LIGHT)
    rule(grid.rows[last], "bottom", LIGHT)
    rule(grid.rows[-1], "bottom", HEAVY)
    document.add_paragraph(table.legend)
    document.save(fspath(path))


def table_lines(table: JournalTable) -> list[tuple[str, Sequence[str], Sequence[int]]]:
    """Rows from top to bottom: label, cells, and how many columns each covers."""
    titles, spans = zip(*table.groups, strict=True)
    each = [1] * len(table.columns)
    head = [("", titles, spans)] if table.titled else []
    body = [(label, cells, each) for label, cells in table.body]
    notes = [(label, cells, spans) for label, cells in table.notes]
    return [*head, ("", table.columns, each), *body, *notes]


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


def fill(row: Any, label: str, cells: Sequence[str], spans: Sequence[int]) -> None:
    """Write a label and cells, each over its number of columns, into a row."""
    found = row.cells
    found[0].text = label
    start = 1
    for text, span in zip(cells, spans, strict=True):
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
