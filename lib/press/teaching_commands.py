"""Commands for those who teach: notebooks, and new chapters.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from press.plan_commands import MISSING, SHEET, fields

FILE = click.Path(dir_okay=False)
PLACE = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

command = partial(click.command, options_metavar="[选项]")


# --- notebooks --------------------------------------------------------------------------------


@command(
    help="把一章写成可以单独使用的笔记本（.ipynb）：结果在里面，装了本书的程序库还能重新运行。"
)
@click.argument("chapter", metavar="章")
@click.option("--region", metavar="地区", help="哪个地区的版本；默认全国。")
@click.option("--data", type=FILE, metavar="文件", help="用您的面板。")
@SHEET
@click.option("--recipe", type=FILE, metavar="文件", help="构成指标的配方；与 --data 同用。")
@click.option("--plan", type=FILE, metavar="方案", help="您自己的指标方案；与 --data 同用。")
@MISSING
@click.option("--years", metavar="年份", help="如 2013-2022；不写则用全部年份。")
@click.option("--alpha", metavar="权重", help="协调指数中人工智能的权重；默认 0.5。")
@click.option(
    "--out", type=PLACE, metavar="位置", help="文件夹或 .ipynb 文件；默认 _build/notebooks。"
)
@click.option("--replace", is_flag=True, help="那里已有不同的笔记本时，用新的替换。")
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def notebook(
    chapter: str, out: Path | None, replace: bool, root: Path | None, **asked: Any
) -> None:
    """Write one chapter's notebook."""
    from press.lone import lone_notebook, notebook_place, save
    from press.order import Order

    order = Order(fields(**asked), root=root)
    name, text = lone_notebook(order, chapter, silent=False)
    place = save(text, notebook_place(order, name, out), replace=replace)
    click.echo(f"笔记本已写好：{place}")


COMMANDS = (notebook,)
