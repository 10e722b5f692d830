"""Cells of a workbook that show percent: Excel keeps 2.0% as 0.02, who typed it meant 2.0%."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from synergy.faults import DataFileError, Fault

if TYPE_CHECKING:
    from synergy.files.grid import Grid

#: Digits of a number that are shown: enough for any answer, too few for what binary adds.
_DIGITS = 12


def with_percents(grid: Grid, path: Path) -> Grid:
    """The grid of an .xlsx with its numbers in percent as the text that stands on the screen.

    Raises
    ------
    DataFileError
        The looks of its cells cannot be read, so that nobody can tell 0.02 from 2%.
    """
    rows = [list(row) for row in grid.rows]
    for row, column, value in _percents(path, grid.sheet):
        rows[row][column] = f"{100 * value:.{_DIGITS}g}%"
    return replace(grid, rows=rows)


def _percents(path: Path, sheet: str) -> list[tuple[int, int, float]]:
    """Row and column, counted from 0, and value of the numbers that a sheet shows in percent."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        found = [
            (cell.row - 1, cell.column - 1, float(cell.value))
            for row in book[sheet].iter_rows()
            for cell in row
            if type(cell.value) in (int, float) and "%" in (cell.number_format or "")
        ]
        book.close()
    except Exception as error:  # whatever other programs write into styles
        cure = "用 Excel 或 WPS 打开，另存为 CSV 再试"
        raise DataFileError(path.name, [Fault("单元格的格式读不懂", cure=cure)]) from error
    return found
