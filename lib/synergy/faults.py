"""Faults in a user's file, told in Chinese with place, value seen, value allowed and cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 8


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file.

    Attributes
    ----------
    problem : str
        What is wrong (Chinese, no final stop).
    row : int or None
        Line of the file, counted as a spreadsheet shows it (the heading is line 1).
    column : str or None
        Heading of the column.
    seen, allowed, cure : str
        Value found, values accepted, and what the user can do; empty where meaningless.
    """

    problem: str
    row: int | None = None
    column: str | None = None
    seen: str = ""
    allowed: str = ""
    cure: str = ""

    def __str__(self) -> str:
        place = f"第 {self.row} 行" if self.row is not None else ""
        place += f"“{self.column}”列" if self.column is not None else ""
        parts = [f"{place}：{self.problem}" if place else self.problem]
        parts += [f"读到“{self.seen}”"] if self.seen else []
        parts += [f"允许：{self.allowed}"] if self.allowed else []
        parts += [f"处理：{self.cure}"] if self.cure else []
        return "；".join(parts) + "。"


def suggestion(names: Iterable[str], then: str = "") -> str:
    """Ask whether one of some names was meant, and say what `then`; empty if there is none."""
    near = "”或“".join(names)
    return f"是否想写“{near}”？{then}" if near else ""


class DataError(ValueError):
    """Something the user gave cannot be used; the message is Chinese and nothing was written."""

    exit_code = 2


class DataFileError(DataError):
    """A data file or recipe that cannot be used.

    Parameters
    ----------
    file : str
        Name of the file as the user gave it.
    faults : sequence of Fault
        At least one; the message shows the first eight and counts the rest.
    """

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        lines = [f"{file} 有 {len(self.faults)} 处问题："]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"  另有 {len(self.faults) - SHOWN} 处问题未列出。")
        super().__init__("\n".join(lines))
