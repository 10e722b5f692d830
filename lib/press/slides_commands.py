"""`press slides`: the decks of the seminar, each one page that needs no network.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from press.plan_commands import SHEET, fields

FILE = click.Path(dir_okay=False)
FOLDER = click.Path(file_okay=False, path_type=Path)

#: Asks for all of them.
ALL = "all"


@click.command(
    help="生成幻灯片：每次课一个网页，不联网，双击打开；另有两张一页、带备注的 PDF。"
    "数和图都来自这一版的章节。",
    options_metavar="[选项]",
)
@click.argument("sessions", nargs=-1, metavar="[1|2|3|all]…")
@click.option("--region", metavar="地区", help="哪个地区的版本：中文、英文或代码；默认全国。")
@click.option("--data", type=FILE, metavar="文件", help="您的面板。")
@SHEET
@click.option("--print/--no-print", "paper", default=True, show_default=True, help="是否生成 PDF。")
@click.option("--out", type=FOLDER, metavar="文件夹", help="写到哪里；默认 _build/slides。")
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def slides(
    sessions: tuple[str, ...],
    paper: bool,
    out: Path | None,
    root: Path | None,
    **asked: Any,
) -> None:
    """Make decks."""
    from press.order import Order
    from press.slides.ordered import make_slides

    wanted = [] if ALL in sessions else list(sessions)
    paths = make_slides(Order(fields(**asked), root=root, out=out), wanted, paper=paper)
    click.echo("幻灯片已生成：" + "　".join(map(str, paths)))
    click.echo("用浏览器打开网页，按 ? 看按键。")
