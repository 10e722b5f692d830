"""Say what an import did: a line for each table, what was set aside, what the reader must know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from synergy.intake.columns import CONTRADICTED, WRITTEN
from synergy.intake.layouts import Aside, Table
from synergy.intake.merging import Import
from synergy.intake.one_file import FileReport

#: So many examples of a kind; the workbook has them all.
SHOWN = 3


def account(made: Import) -> str:
    """The account as text for the terminal."""
    return "\n".join([*(line for file in made.files for line in _of_file(file)), *_whole(made)])


def _of_file(report: FileReport) -> Iterator[str]:
    counted = "、".join(f"{reason} {n}" for reason, n in report.set_aside.most_common())
    yield (
        f"{report.file}：读到 {report.seen} 行，导入 {report.imported} 行，"
        f"另置 {report.set_aside.total()} 行" + (f"（{counted}）" if counted else "")
    )
    for table in report.tables:
        yield from _of_table(table)
    for sheet, reason in report.skipped_sheets.items():
        yield f"  工作表“{sheet}”没有导入：{reason}"


def _of_table(table: Table) -> Iterator[str]:
    where = f"工作表“{table.sheet}”：" if table.sheet else ""
    headings = Counter(cell.heading.name for cell in table.cells if cell.heading is not None)
    missing = sum(cell.value != cell.value for cell in table.cells)
    told = f"{len(headings)} 项指标，" if len(headings) > 1 else ""
    yield (
        f"  {where}{table.layout}；{told}{len(table.cells) - missing} 个值"
        + (f"，空缺 {missing} 格" if missing else "")
    )
    yield from (f"    {remark}" for remark in table.remarks)
    written = [aside for aside in table.columns_aside if aside.reason == WRITTEN]
    yield from (f"    没有导入的列“{aside.text}”：{aside.reason}" for aside in written)
    rest = [aside for aside in table.columns_aside if aside.reason != WRITTEN]
    yield from _examples("另置的列", rest, "列")
    yield from _examples("不是数字，按缺失处理的格", table.cells_aside, "格")
    for reason in ("不认识的地区", CONTRADICTED):
        strange = [aside for aside in table.aside if aside.reason == reason]
        yield from _examples(f"{reason}，没有导入", strange, "行")


def _examples(what: str, found: list[Aside], counter: str) -> Iterator[str]:
    if not found:
        return
    shown = "、".join(_example(aside, counter) for aside in found[:SHOWN])
    more = f" 等 {len(found)} {counter}" if len(found) > SHOWN else ""
    yield f"    {what}：{shown}{more}"


def _example(aside: Aside, counter: str) -> str:
    text = aside.text[:20] or "（空）"
    if counter == "列":
        return f"“{text}”（{aside.reason}）"
    return f"第 {aside.line} 行“{text}”"


def _whole(made: Import) -> Iterator[str]:
    years = made.panel.index.unique("year")
    places = made.panel.index.unique("province")
    values, cells = int(made.panel.notna().to_numpy().sum()), made.panel.size
    yield (
        f"面板：{len(places)} 省，{years.min()}—{years.max()} 年，{made.panel.shape[1]} 项，"
        f"{values} 个值，空缺 {cells - values} 格。"
    )
    if made.repeated:
        yield f"两处都有而且相同的值 {made.repeated} 个。"
    if made.yielded:
        yield f"两处不同、以指定的文件为准的值 {len(made.yielded)} 个（见“让位的值”表）。"
    yield from _changed_units(made)
    yield from _mixed_notes(made)


def _changed_units(made: Import) -> Iterator[str]:
    changed = {(o.target, o.heading_unit, o.unit, o.factor) for o in made.origins if o.factor}
    for target, source, unit, factor in sorted(changed):
        yield f"换算：{target}由“{source or '未写单位'}”到“{unit}”，乘以 {factor}。"
    named = {origin.target for origin in made.origins if origin.unit and not origin.heading_unit}
    if named:
        told = "、".join(f"{target}（{made.units[target]}）" for target in sorted(named))
        yield f"提示：{len(named)} 项的标题没有写单位，当作：{told}。"


def _mixed_notes(made: Import) -> Iterator[str]:
    """Indicators put together from tables that say different things of themselves."""
    notes: dict[str, set[str]] = {}
    for origin in made.origins:
        notes.setdefault(origin.target, set()).add(origin.notes)
    for target, texts in notes.items():
        if len(texts) > 1:
            yield f"提示：{target}由几张注不相同的表拼成，口径、价格或版本可能不一；注见“来源”表。"
