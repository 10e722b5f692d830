"""Faults in a user's file, told in Chinese with place, value seen, value allowed and cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 8
VALUES = 3
RUNS = 4


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
        return self.sentence(place, [self.seen] if self.seen else [])

    def sentence(self, place: str, seen: Sequence[str]) -> str:
        """What is wrong at a place where some values were read."""
        parts = [f"{place}：{self.problem}" if place else self.problem]
        more = "等" if len(seen) > VALUES else ""
        parts += [f"读到“{'”、“'.join(seen[:VALUES])}”{more}"] if seen else []
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
        At least one; the message tells the same fault of many cells once, and at most eight.
    """

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        groups = _alike(self.faults)
        lines = [f"{file} 有 {len(self.faults)} 处问题："]
        lines += [f"  {_together(group)}" for group in groups[:SHOWN]]
        if len(groups) > SHOWN:
            lines.append(f"  另有 {sum(map(len, groups[SHOWN:]))} 处问题未列出。")
        super().__init__("\n".join(lines))


def _alike(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Faults that one cure helps, together; no kind waits behind the many of another."""
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        column = "" if fault.column == fault.seen else fault.column or ""
        groups.setdefault((fault.problem, column, fault.allowed, fault.cure), []).append(fault)
    before: Counter[str] = Counter()
    turn = []
    for problem, *_ in groups:
        turn.append(before[problem])
        before[problem] += 1
    return [group for _, group in sorted(zip(turn, groups.values(), strict=True), key=_first)]


def _first(pair: tuple[int, list[Fault]]) -> int:
    return pair[0]


def _together(faults: Sequence[Fault]) -> str:
    """One sentence for faults that differ in place and value only."""
    first = faults[0]
    rows = [fault.row for fault in faults if fault.row is not None]
    if len(faults) == 1 or not rows:
        return str(first)
    columns = len({fault.column for fault in faults})
    where = f"“{first.column}”列" if columns == 1 and first.column is not None else ""
    place = line_span(rows) + where + (f"，{columns} 列" if columns > 1 else "")
    seen = list(dict.fromkeys(fault.seen for fault in faults if fault.seen))
    return first.sentence(place, seen)


def line_span(rows: Iterable[int]) -> str:
    """Some lines of a file: 第 2—4、7 行."""
    runs = spans(rows)
    more = f"等 {len(set(rows))} 行" if len(runs) > RUNS else "行"
    return f"第 {'、'.join(runs[:RUNS])} {more}"


def spans(numbers: Iterable[int]) -> list[str]:
    """Whole numbers in order, runs of them by their ends: ``2015—2018``, ``2020``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}—{last}" for first, last in runs]
