"""Commands for class: handouts with own numbers and their key, answers checked.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from press.class_list import Student
    from synergy.evidence import Evidence
    from synergy.sessions import Session

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

command = partial(click.command, options_metavar="[选项]")

REGION = click.option(
    "--region",
    default="全国",
    metavar="地区",
    help="一名学生用哪里的数；有名单时，没有写地区的学生分其中各省。默认全国。",
)
DATA = click.option("--data", default="", metavar="文件", help="您的面板；默认用本书数据。")


@command(
    help="印讲义：每次课两页 A4，有一个地区的表和各人不同的数。--student 印一名学生，"
    "--list 印全班；--key 印教师的答案册。"
)
@click.option("--student", "number", metavar="学号", help="只印这名学生。")
@click.option("--name", default="", metavar="姓名", help="印在讲义上；与 --student 同用。")
@click.option(
    "--list",
    "listed",
    type=FILE,
    metavar="名单",
    help="CSV 或 Excel：学号，另可有姓名、地区；没有写地区的依次分配。",
)
@click.option(
    "--session",
    "numbers",
    type=int,
    multiple=True,
    metavar="课次",
    help="1、2 或 3；可重复；默认三次都印。",
)
@click.option("--key", is_flag=True, help="印答案册，不印讲义。")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("讲义"),
    show_default=True,
    metavar="文件夹",
    help="写到哪里。",
)
@REGION
@DATA
def handout(
    number: str | None,
    name: str,
    listed: Path | None,
    numbers: tuple[int, ...],
    key: bool,
    out: Path,
    region: str,
    data: str,
) -> None:
    """Write a PDF for every student, or the key."""
    from press.class_list import file_names
    from press.edition import Edition
    from press.handout import build_handouts
    from press.handout_key import TITLE, build_key
    from press.handout_sheets import sheets_of
    from synergy.evidence import Request, load_evidence
    from synergy.source import source_folder

    lessons, request = _lessons(numbers), Request(region, data)
    evidence = load_evidence(request)
    students = _students(number, name, listed, evidence)
    sheets, edition = sheets_of(students, lessons, evidence), Edition.load(request)
    look = source_folder() / "book" / "print"
    if key:
        files = {f"{TITLE}.pdf": build_key(sheets, evidence, edition, look)}
    else:
        made = build_handouts(sheets, edition, look)
        files = {name: made[who] for name, who in file_names(students).items()}
    _save(files, out)
    click.echo(_told(files, out, key=key))


def _lessons(numbers: tuple[int, ...]) -> list[Session]:
    from synergy.sessions import session, sessions

    return [session(number) for number in dict.fromkeys(numbers)] or list(sessions())


def _students(
    number: str | None, name: str, listed: Path | None, evidence: Evidence
) -> list[Student]:
    """The students asked for: one, or those of a list."""
    from press.class_list import Student, number_of, read_class

    if (number is None) == (listed is None):
        raise click.UsageError("请给出 --student 学号 或 --list 名单，二者取一。")
    if listed is not None:
        if name:
            raise click.UsageError("--name 只与 --student 同用；名单里的姓名写在“姓名”列。")
        return read_class(listed, evidence)
    if not number_of(number):
        raise click.UsageError("--student 是空的；请写学号，例如 --student 2026001。")
    return [Student(number_of(number), name.strip())]


def _save(files: dict[str, bytes], folder: Path) -> None:
    from synergy.files.saving import whole_file

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        with whole_file(folder / name) as made:
            made.write_bytes(content)


def _told(files: dict[str, bytes], out: Path, *, key: bool) -> str:
    if key:
        return f"答案册已写出：{out / next(iter(files))}。不要与讲义放在一起发。"
    return f"讲义已写出：{len(files)} 份，在 {out}；答案册：同样的命令加 --key。"


COMMANDS = (handout,)
