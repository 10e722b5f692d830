"""`press data`: from exports to a panel, a look at a panel, an empty panel to fill in.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from press.plan_commands import SHEET

if TYPE_CHECKING:
    import pandas as pd

    from synergy.plan import Plan

FILE = click.Path(dir_okay=False, path_type=Path)

#: Findings of a kind that the terminal shows.
SHOWN = 6


@click.group(
    help="准备数据：把下载的各种表合成面板，检查面板，或写出待填的模板。",
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
)
def data() -> None:
    """Group of the commands."""


command = partial(data.command, options_metavar="[选项]")


@command(
    "import",
    help="认出各文件的版式，合成一个面板；哪一列是哪项指标，记在对照表里，可以改了再导入。",
)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="文件…")
@click.option(
    "-o",
    "--out",
    type=FILE,
    default=Path("panel.xlsx"),
    show_default=True,
    metavar="面板",
    help="写到哪里：.xlsx（另有来源、另置两张表）或 .csv。",
)
@click.option(
    "--mapping", type=FILE, metavar="对照表", help="默认是面板旁边的“对照.csv”；没有就生成。"
)
@click.option("--sheet", "sheets", multiple=True, metavar="名称", help="只导入这张工作表；可重复。")
@click.option("--prefer", multiple=True, metavar="文件名", help="两处的值不同时以它为准；可重复。")
def import_(
    files: tuple[Path, ...],
    out: Path,
    mapping: Path | None,
    sheets: tuple[str, ...],
    prefer: tuple[str, ...],
) -> None:
    """Merge files into one panel; the mapping is kept even when questions are open."""
    from synergy.intake.account import account
    from synergy.intake.mapping import FILE_NAME, read_mapping, write_mapping
    from synergy.intake.merging import Unanswered, merge
    from synergy.intake.one_file import read_file
    from synergy.intake.panel_file import SUFFIXES, require_suffix, write_panel

    require_suffix(out, *SUFFIXES)
    place = mapping or out.parent / FILE_NAME
    known = read_mapping(place)
    reports = [read_file(path, sheets) for path in files]
    try:
        made = merge(reports, known, [Path(name).name for name in prefer])
    except Unanswered as asked:
        write_mapping(known, place)
        raise Unanswered(f"{place.name}（已写出，填好再导入；面板没有写）", asked.faults) from None
    write_panel(made, out)
    if known.grew:
        write_mapping(known, place)
    click.echo(account(made))
    if out.suffix.lower() == ".csv":
        click.echo("来源、注和另置的行只写在 .xlsx 里。")
    click.echo(f"已写出 {out}；对照表 {place}。下一步：press data check {out}")


@command(help="写出待填的面板：省份和年份已填好，一列一项指标，单位和允许的值在标题的批注里。")
@click.option(
    "-o", "--out", type=FILE, default=Path("模板.xlsx"), show_default=True, metavar="文件"
)
@click.option(
    "--years", default="2013-2022", show_default=True, metavar="年份", help="如 2013-2022。"
)
@click.option(
    "--indicator",
    "names",
    multiple=True,
    metavar="指标",
    help="代码或中文名；可重复；默认论文的全部。",
)
def template(out: Path, years: str, names: tuple[str, ...]) -> None:
    """Write an empty panel."""
    from synergy.intake.template import write_template

    write_template(out, _span(years), _codes(names))
    click.echo(f"已写出 {out}。填好后：press data import {out} 或 press build --data {out}")


def _span(text: str) -> tuple[int, int]:
    from synergy.reading.cells import parse_year

    parts = [parse_year(part) for part in text.split("-")]
    first, last = parts[0], parts[-1]
    if first is None or last is None or len(parts) > 2 or first > last:
        raise click.UsageError(f"看不懂年份“{text}”；应写成 2013-2022。")
    return first, last


def _codes(names: tuple[str, ...]) -> list[str]:
    from synergy.reading.cells import find_indicator

    codes = {name: find_indicator(name) for name in names}
    unknown = [name for name, code in codes.items() if code is None]
    if unknown:
        raise click.UsageError(f"不认识的指标：{'、'.join(unknown)}；见 data/indicators.csv。")
    return [code for code in codes.values() if code is not None]


@command(
    help="检查一个面板：覆盖、空缺、离群、台阶、换了价格基期的年份、加总不对的构成、像是复制或推算的"
    "数据。只报告，不改动。"
)
@click.argument("panel", type=FILE, metavar="面板")
@click.option(
    "--plan",
    "planned",
    type=FILE,
    metavar="方案",
    help="指标方案（press plan 写出）：城市、国家、企业等面板的单位和名称从这里来；没有也能查。",
)
@SHEET
@click.option("--html", type=FILE, metavar="文件", help="另写一页网页，带图。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部发现。")
@click.option("--all", "whole", is_flag=True, help="终端里列出每一处，不只每类前几处。")
def check(
    panel: Path, planned: Path | None, sheet: str, html: Path | None, as_json: bool, whole: bool
) -> None:
    """Screen a panel and tell what was found."""
    from synergy.screening.screen import screen, summary

    values, plan = _by_plan(panel, planned, sheet) if planned else _as_it_is(panel, sheet)
    found = screen(values, plan, panel.name)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(summary(found, most=None if whole else SHOWN))
    if html is not None:
        from press.check_page import check_page
        from synergy.files.saving import whole_file

        with whole_file(html) as made_here:
            made_here.write_text(check_page(found), encoding="utf-8")
        click.echo(f"已写出 {html}。", err=as_json)


def _by_plan(path: Path, planned: Path, sheet: str) -> tuple[pd.DataFrame, Plan]:
    from synergy.planning.own_panel import read_own_values

    own = read_own_values(path, planned, sheet)
    return own.values, own.plan


def _as_it_is(path: Path, sheet: str) -> tuple[pd.DataFrame, Plan]:
    """A panel of provinces however it is laid out; else one of whatever units it seems to hold."""
    from synergy.faults import DataFileError
    from synergy.intake.mapping import WHOLE_FILE, Mapping, Row
    from synergy.intake.merging import merge
    from synergy.intake.one_file import read_file
    from synergy.planning.draft import draft_plan
    from synergy.planning.own_panel import read_own_values

    try:
        unnamed = Row(path.name, WHOLE_FILE, target=path.stem)
        report = read_file(path, [sheet] if sheet else ())
        made = merge([report], Mapping([unnamed]), bounded=False)
    except DataFileError as of_provinces:
        try:
            own = read_own_values(path, draft_plan(path, sheet).assumed(), sheet)
        except DataFileError:
            raise of_provinces from None
        click.echo(
            f"没有认出分省的表；按“{own.plan.unit}”的面板检查，列的含义是猜的"
            f"（写明用 press plan 和 --plan）。",
            err=True,
        )
        return own.values, own.plan
    return made.panel, made.plan
