"""Cells of one table as they stand, and what a file that cannot be read says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synergy.faults import Fault

#: First and last row, first and last column, counted from 0.
Block = tuple[int, int, int, int]


class ErrorCell(str):
    """Text of a spreadsheet's error, such as ``#DIV/0!``: a cell that has no value."""


class UnvaluedFormula(str):
    """A formula that was saved without its value."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Raw cells of one table.

    Attributes
    ----------
    file, sheet : str
        Names; a file without sheets has an empty one.
    rows : sequence of sequence
        Text, numbers, dates or None; rows may differ in length. A truth value is the text TRUE
        or FALSE, an error an `ErrorCell`, a formula without value an `UnvaluedFormula`.
    first : int
        Line of the first row as the file's own program counts.
    merged : tuple
        Blocks of cells that are merged into their first.
    labels : mapping of str to str
        Descriptions of columns where the format has them (Stata).
    hidden : bool
        Whether the sheet is hidden.
    notes : tuple of str
        What the eye did not see when the file was saved, in Chinese.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[object]]
    first: int = 1
    merged: tuple[Block, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    notes: tuple[str, ...] = ()


class Unreadable(Exception):
    """A file that cannot be read; `fault` says what it is, what is allowed and what helps."""

    def __init__(self, problem: str, seen: str = "", allowed: str = "", cure: str = "") -> None:
        super().__init__(problem)
        self.fault = Fault(problem, seen=seen, allowed=allowed, cure=cure)
