"""Commands for chapters by themselves: as notebooks, and new ones.

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


# --- chapters ---------------------------------------------------------------------------------


@command("new-chapter", help="按本书的格式写出新的一章，并说明还要在哪里加什么。不改动已有的文件。")
@click.argument("name", metavar="名字")
@click.option("--title", metavar="标题", help="章的标题；必须给出。")
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def new_chapter(name: str, title: str | None, root: Path | None) -> None:
    """Lay out a new chapter."""
    if title is None:
        raise click.UsageError("请用 --title 给出章的标题，如 --title 工资与生产率。")
    from press.new_chapter import lay_out
    from synergy.source import source_folder

    path, steps = lay_out((root or source_folder()).resolve(), name, title)
    click.echo(f"新的一章已写好：{path}\n\n{steps}")


COMMANDS = (notebook, new_chapter)
