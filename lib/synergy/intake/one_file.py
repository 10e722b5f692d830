"""One file: its tables, and what became of every line in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synergy.faults import DataFileError, Fault
from synergy.files.grid import Grid
from synergy.files.source import open_source
from synergy.intake.blocks import whole_labels
from synergy.intake.layouts import Aside, Table, recognise, unread_lines
from synergy.reading.cells import is_blank
from synergy.reading.columns import named_sheet
from synergy.reading.schema import headings_of, word

#: Sheets that hold what somebody made of the data; imported only where nothing else is there.
_DERIVED = (
    "插值",
    "插补",
    "填补",
    "补全",
    "回归",
    "预测",
    "标准化",
    "归一",
    "interp",
    "filled",
    "imputed",
)


#: Lines in which a heading is looked for.
HEAD_LINES = 30

#: Sheets of a workbook that an import or a template wrote beside the panel.
OWN_SHEETS = ("来源", "另置", "让位的值", "说明")


@dataclass(frozen=True, eq=False)
class FileReport:
    """What became of one file.

    Attributes
    ----------
    file, sha256 : str
    tables : tuple of Table
        Those that were imported.
    aside : tuple of Aside
        Lines of sheets that were not, with the reason.
    skipped_sheets : dict of str to str
        Sheets that were not imported, with the reason.
    """

    file: str
    sha256: str
    tables: tuple[Table, ...]
    aside: tuple[Aside, ...] = ()
    skipped_sheets: dict[str, str] = field(default_factory=dict)

    @property
    def imported(self) -> int:
        """Lines that went into the panel."""
        return sum(table.imported for table in self.tables)

    @property
    def set_aside(self) -> Counter[str]:
        """Lines that did not, by reason."""
        inside = (aside.reason for table in self.tables for aside in table.aside)
        return Counter([*inside, *(aside.reason for aside in self.aside)])

    @property
    def seen(self) -> int:
        """Lines that are not blank."""
        return self.imported + self.set_aside.total()


def read_file(path: Path | str, sheets: Sequence[str] = ()) -> FileReport:
    """Recognise every table of a file and account for its lines.

    Parameters
    ----------
    path : path
    sheets : sequence of str
        Names or numbers of the sheets to import; all that are recognised if empty.

    Raises
    ------
    DataFileError
        If the file cannot be read, lacks a sheet that is asked for, or holds no table.
    """
    source = open_source(path)
    sheets = [named_sheet(source, sheet) for sheet in sheets]
    grids = [whole_labels(grid) for grid in source.grids()]
    found = {grid.sheet: recognise(grid) for grid in grids}
    skipped = dict(_skipped(grids, found, sheets))
    tables, aside = [], []
    for grid in grids:
        kept = [] if grid.sheet in skipped else found[grid.sheet]
        tables += kept
        lines = unread_lines(grid, kept)
        reason = skipped.get(grid.sheet)
        aside += [Aside(a.line, a.text, reason) for a in lines] if reason else lines
    if not any(table.imported for table in tables):
        fault = _no_place(tables) if tables else _no_table(grids)
        raise DataFileError(source.file, [fault])
    others = _others(grids)
    if others and all("place" in table.absent for table in tables):
        cure = "城市、县、国家、企业的面板用 press plan 写一份方案，不用导入"
        raise DataFileError(source.file, [Fault("不是分省的表", seen=others, cure=cure)])
    return FileReport(source.file, source.sha256, tuple(tables), tuple(aside), skipped)


def _others(grids: Sequence[Grid]) -> str:
    """Heading of a column of other units than provinces; empty if there is none."""
    known = headings_of("individual")
    heads = (cell for grid in grids for row in grid.rows[:HEAD_LINES] for cell in row)
    return next((str(cell) for cell in heads if isinstance(cell, str) and word(cell) in known), "")


def _skipped(
    grids: Sequence[Grid], found: dict[str, list[Table]], sheets: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Sheets that are not imported: not asked for, hidden, without a table, or derived."""
    raw = [s for s, tables in found.items() if tables and not _is_derived(s)]
    for grid in grids:
        if grid.sheet in OWN_SHEETS and len(grids) > 1:
            yield grid.sheet, "说明表"
        elif sheets and grid.sheet not in sheets:
            yield grid.sheet, "没有选这张工作表"
        elif not sheets and grid.hidden:
            yield grid.sheet, "隐藏的工作表"
        elif not found[grid.sheet]:
            yield grid.sheet, "没有认出表"
        elif not sheets and raw and _is_derived(grid.sheet):
            yield grid.sheet, "加工过的工作表（插值、填补等），只导入原始的"


def _is_derived(sheet: str) -> bool:
    return any(word in sheet.lower() for word in _DERIVED)


def _no_place(tables: Sequence[Table]) -> Fault:
    """What to say where only totals, regions and the like were found."""
    counted = Counter(aside.reason for table in tables for aside in table.aside)
    seen = "、".join(f"{reason} {count} 行" for reason, count in counted.most_common())
    return Fault("没有一行属于 30 个省级地区", seen=seen, cure="换一个分省的文件")


def _no_table(grids: Sequence[Grid]) -> Fault:
    lines = sum(not is_blank(cell) for grid in grids for row in grid.rows for cell in row)
    names = "、".join(f"“{grid.sheet}”" for grid in grids if grid.sheet)
    seen = f"{lines} 格" + (f"，工作表 {names}" if names else "")
    allowed = "含省份、年份和数值的表，横竖皆可"
    cure = "检查是不是选错了文件；省份应写名称或区划代码（不是 1—31 的序号），年份应为四位"
    return Fault("没有认出分省分年的表", seen=seen, allowed=allowed, cure=cure)
