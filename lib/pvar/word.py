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
#: Points: size of letters, room for one of them, both margins of a cell.
LETTER, ROOM, MARGINS = 9, 5.5, 12.0

Line = tuple[str, Sequence[str], Sequence[int]]


def write_docx(table: JournalTable, path: str | PathLike[str]) -> None:
    """Write a document with the table, three rules and no lines between cells."""
    document = new_document()
    lines = table_lines(table)
    grid = document.add_table(rows=len(lines), cols=len(table.columns) + 1)
    set_widths(grid, fitted(document, column_letters(lines)))
    for row, (label, cells, spans) in zip(grid.rows, lines, strict=True):
        fill(row, label, cells, spans)
    last = len(lines) - len(table.notes) - 1
    rule(grid.rows[0], "top", HEAVY)
    rule(grid.rows[last - len(table.body)], "bottom", LIGHT)
    rule(grid.rows[last], "bottom", LIGHT)
    rule(grid.rows[-1], "bottom", HEAVY)
    document.add_paragraph(table.legend)
    document.save(fspath(path))


def table_lines(table: JournalTable) -> list[Line]:
    """Rows from top to bottom: label, cells, and how many columns each covers."""
    titles, spans = zip(*table.groups, strict=True)
    each = [1] * len(table.columns)
    head = [("", titles, spans)] if table.titled else []
    body = [(label, cells, each) for label, cells in table.body]
    notes = [(label, cells, spans) for label, cells in table.notes]
    return [*head, ("", table.columns, each), *body, *notes]


def new_document() -> Any:
    """An empty Word document with no space between paragraphs."""
    try:
        from docx import Document
        from docx.shared import Pt
    except ImportError as error:
        raise PanelVARError(
            message("Word files need python-docx, which is not installed: pip install python-docx.")
        ) from error
    document = Document()
    spacing = document.styles["Normal"].paragraph_format
    spacing.space_after, spacing.line_spacing = Pt(0), 1.0
    return document


def column_letters(lines: Sequence[Line]) -> list[int]:
    """Letters for which each column needs room, so that no cell breaks; labels first."""
    widths = [max(letters(label) for label, _, _ in lines)] + [0] * sum(lines[0][2])
    for _, cells, spans in lines:
        start = 1
        for text, span in zip(cells, spans, strict=True):
            for place in range(start, start + span):
                widths[place] = max(widths[place], -(-letters(text) // span))
            start += span
    return widths


def letters(text: str) -> int:
    """Letters that a text is wide; Chinese characters are two."""
    return len(text) + sum(character >= "\u2e80" for character in text)


def fitted(document: Any, widths: Sequence[int]) -> list[float]:
    """Points of each column; the page is turned if need be, and letters smaller if even so."""
    from docx.shared import Pt

    section, rest = document.sections[0], MARGINS * len(widths)
    rest += section.left_margin.pt + section.right_margin.pt
    needed = ROOM * sum(widths)
    if needed > section.page_width.pt - rest:
        section.page_width, section.page_height = section.page_height, section.page_width
        section.orientation = 1  # landscape
    shrink = min(1.0, max(0.4, (section.page_width.pt - rest) / needed))
    document.styles["Normal"].font.size = Pt(int(2 * LETTER * shrink) / 2)
    return [shrink * ROOM * width + MARGINS for width in widths]


def set_widths(grid: Any, widths: Sequence[float]) -> None:
    """Give each column its width: in the grid for some programs, in all cells for others."""
    from docx.shared import Pt

    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Pt(width)
        for cell in column.cells:
            cell.width = Pt(width)


def fill(row: Any, label: str, cells: Sequence[str], spans: Sequence[int]) -> None:
    """Write a label and cells, each over its number of columns, into a row."""
    found = row.cells
    found[0].text = label
    start = 1
    for text, span in zip(cells, spans, strict=True):
        cell = found[start].merge(found[start + span - 1]) if span > 1 else found[start]
        cell.text = f"\u2212{text[1:]}" if text.startswith("-") else text
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
