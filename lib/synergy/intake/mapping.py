"""Which heading is which indicator: a table that the user owns and every import remembers.

The first import writes it with guesses, marked as guesses; what the user changes stays. A row
applies to every file that has the heading, or to the one file it names. A row with the heading
``*`` says what a file itself does not say: its place, its year, or what its numbers are.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from synergy.dictionary import DATA_DIR, find_unit, indicators, tidy_name
from synergy.faults import DataFileError, Fault
from synergy.files.saving import whole_file
from synergy.files.source import open_source
from synergy.intake.marks import PLACE_WORDS, YEAR_WORDS, Heading, one_line
from synergy.measures import chinese_unit, factor
from synergy.reading.cells import find_indicator, parse_year

COLUMNS = ("文件", "标题", "单位", "指标", "指标单位", "换算", "地区", "年份", "依据")
#: Heading of a row that speaks of a whole file.
WHOLE_FILE = "*"
#: What an indicator is called that shall not be imported.
SKIPPED = "-"

FILE_NAME = "对照.csv"


@dataclass(frozen=True)
class Row:
    """One line of the table; all text, as the user sees it, in the order of `COLUMNS`."""

    file: str = ""
    heading: str = ""
    unit: str = ""
    target: str = ""
    target_unit: str = ""
    factor: str = ""
    place: str = ""
    year: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Choice:
    """What becomes of a column: the indicator, its unit, and the factor to get there."""

    target: str
    unit: str
    factor: Fraction


class Mapping:
    """The table, in memory.

    Parameters
    ----------
    rows : iterable of Row
        As read from the file.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = list(rows)
        self.told = len(self.rows)

    @property
    def grew(self) -> bool:
        """Whether an import added lines."""
        return len(self.rows) > self.told

    def of_file(self, file: str) -> Row:
        """What the table says of a whole file; a blank row if nothing."""
        return next((r for r in self.rows if (r.file, r.heading) == (file, WHOLE_FILE)), Row())

    def choose(self, file: str, heading: Heading) -> Row:
        """Row for a heading: that of the file, that of any file, or a new guess."""
        for name in (file, ""):
            for row in self.rows:
                if (row.file, row.heading, row.unit) == (name, heading.name, heading.unit):
                    return row
        row = self._guess(heading)
        self.rows.append(row)
        return row

    def ask(self, file: str, reason: str) -> Row:
        """Row for a whole file, added if there is none."""
        row = self.of_file(file)
        if row == Row():
            row = Row(file=file, heading=WHOLE_FILE, reason=reason)
            self.rows.append(row)
        return row

    def line(self, row: Row) -> int:
        """Line of a row in the file."""
        return self.rows.index(row) + 2

    def _guess(self, heading: Heading) -> Row:
        """The dictionary's indicator or a known series of this name, else the name itself."""
        target, unit, reason = heading.name, heading.unit, "标题原样"
        if known_name(heading.name) is not None:
            target, unit, reason = known_name(heading.name) or ("", "", "")
        elif any(r.target == heading.name and r.unit != heading.unit for r in self.rows):
            target = f"{heading.name}（{heading.unit or '无单位'}）"
        return Row("", heading.name, heading.unit, target, unit, reason=reason)


@cache
def known_series() -> dict[str, tuple[str, str]]:
    """Series of the recipe, by Chinese name and by name in formulas: that name and the unit."""
    named = {tidy_name(zh): (name, unit) for name, (zh, unit) in recipe_series().items()}
    return named | {name: (name, unit) for name, (_, unit) in recipe_series().items()}


@cache
def recipe_series() -> dict[str, tuple[str, str]]:
    """Chinese name and unit of the series that the report's recipe can use."""
    recipe = tomllib.loads((DATA_DIR / "recipes" / "open_statistics.toml").read_text("utf-8"))
    return {name: (entry["name_zh"], entry["unit"]) for name, entry in recipe["series"].items()}


def choice_of(row: Row) -> Choice | str:
    """What a row says becomes of its column; a problem in Chinese where it does not work."""
    if not row.target:
        return "还没有填指标"
    if row.target.lower() in PLACE_WORDS | YEAR_WORDS:
        return f"“{row.target}”是地区或年份的标题，不能作指标名：请改名，或写“{SKIPPED}”不导入"
    target, unit, _ = known_name(row.target) or (row.target, row.unit, "")
    unit = row.target_unit or unit
    if row.factor:
        try:
            return Choice(target, unit, Fraction(row.factor))
        except (ValueError, ZeroDivisionError):
            return f"换算“{row.factor}”不是数（如 0.01）"
    known = factor(chinese_unit(row.unit), chinese_unit(unit), per_head="人均" in target)
    if known is None:
        return f"不知道“{row.unit}”怎样换算成“{unit}”：请填换算，或改指标单位"
    return Choice(target, unit, known)


def known_name(text: str) -> tuple[str, str, str] | None:
    """Name and unit of an indicator of the dictionary or a series of the recipe, and whose."""
    code = find_indicator(text)
    if code is not None:
        name, unit = (str(indicators().at[code, column]) for column in ("name_zh", "unit"))
        return name, unit, "猜测：指标字典"
    known = known_series().get(text)
    return None if known is None else (*known, "猜测：配方的序列")


# ------------------------------------------------------------------ the file


def read_mapping(path: Path | str) -> Mapping:
    """Read the table; an absent file is an empty table.

    Raises
    ------
    DataFileError
        If a column is missing, or a place or year in it is none.
    """
    path = Path(path)
    if not path.is_file():
        return Mapping()
    grid = next(open_source(path).grids())
    head = [tidy_name(cell) for cell in grid.rows[0]]
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        allowed, cure = "、".join(COLUMNS), "补上这些列，或删去这个文件重新生成"
        raise DataFileError(
            path.name, [Fault("缺少列", 1, None, "、".join(missing), allowed, cure)]
        )
    at = [head.index(name) for name in COLUMNS]
    rows = [Row(*(_text(row, column) for column in at)) for row in grid.rows[1:]]
    faults = [f for number, row in enumerate(rows, start=2) for f in _faults(number, row)]
    if faults:
        raise DataFileError(path.name, faults)
    return Mapping(_tidied(row) for row in rows)


def _text(row: Sequence[object], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return one_line(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def _faults(number: int, row: Row) -> Iterable[Fault]:
    if row.place and find_unit(row.place) is None:
        cure = "改成省份名称或代码"
        yield Fault("不认识的地区", number, "地区", row.place, "30 个省级地区", cure)
    if row.year and parse_year(row.year) is None:
        yield Fault("不是年份", number, "年份", row.year, "四位年份", "改成如 2013 的整数")


def _tidied(row: Row) -> Row:
    place = find_unit(row.place) if row.place else None
    year = parse_year(row.year) if row.year else None
    return replace(row, place=place or "", year=str(year or ""), unit=chinese_unit(row.unit))


def write_mapping(mapping: Mapping, path: Path | str) -> None:
    """Write the table for Excel: UTF-8 with the mark that it looks for."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(row) for row in mapping.rows)
    with whole_file(Path(path)) as made:
        made.write_bytes(text.getvalue().encode("utf-8-sig"))
