"""Commands for class: handouts with own numbers and their key, answers checked.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from press.class_list import Student
    from synergy.evidence import Evidence, Request
    from synergy.sessions import Session

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

command = partial(click.command, options_metavar="[选项]")

REGION = click.option(
    "--region",
    default="全国",
    metavar="地区",
    help="一名学生用哪里的数；有名单时，没有写地区的学生由学号抽其中一省。默认全国。",
)
LISTED = click.option(
    "--list",
    "--class",
    "listed",
    type=FILE,
    metavar="名单",
    help="CSV 或 Excel：学号，另可有姓名、地区；没有写地区的由学号抽一个省。",
)
DATA = click.option("--data", default="", metavar="文件", help="您的面板；默认用本书数据。")


def _sessions(told: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option that says which sessions."""
    return click.option("--session", "numbers", type=int, multiple=True, metavar="课次", help=told)


@command(
    help="印讲义：每次课两页 A4，有一个地区的表和各人不同的数。--list 印全班，"
    "连同 --student 只补印其中一人；没有名单时 --student 印一名学生；--key 印教师的答案册。"
)
@click.option("--student", "number", metavar="学号", help="只印这名学生。")
@click.option("--name", default="", metavar="姓名", help="印在讲义上；与 --student 同用。")
@LISTED
@_sessions("1、2 或 3；可重复；默认三次都印。")
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
    """The students asked for: those of a list, one of them, or one without a list."""
    from press.class_list import Student, number_of, read_class

    if number is None and listed is None:
        raise click.UsageError("请用 --list 给出名单，或用 --student 给出学号。")
    asked = None if number is None else number_of(number)
    if asked == "":
        raise click.UsageError("--student 是空的；请写学号，例如 --student 2026001。")
    if listed is None:
        return [Student(asked or "", name.strip())]
    if name:
        raise click.UsageError("--name 不与名单同用；名单里的姓名写在“姓名”列。")
    found = [each for each in read_class(listed, evidence) if asked in (None, each.number)]
    if not found:
        raise click.UsageError(f"名单里没有学号 {asked}；请照名单写，或把这名学生加进去。")
    return found


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


# --- answers ----------------------------------------------------------------------------------


@command(
    help="核对答卷：CSV、Excel（学号、题号、小题、答案，或一列一题）或笔记本（读其中的 check(…)）。"
    "按错误的类别给反馈；--out 写全班的表；--page 写不联网也能用的核对页。"
)
@click.argument("files", nargs=-1, type=FILE, metavar="[答卷…]")
@LISTED
@click.option("--out", type=FILE, metavar="成绩", help="全班的表：.xlsx，或 .csv（共三个文件）。")
@click.option("--page", type=FILE, metavar="网页", help="写出核对页，例如 check.html。")
@_sessions("核对页有哪几次课的题：1、2 或 3；可重复；默认三次都有。")
@REGION
@DATA
def check(
    files: tuple[Path, ...],
    listed: Path | None,
    out: Path | None,
    page: Path | None,
    numbers: tuple[int, ...],
    region: str,
    data: str,
) -> None:
    """Mark answers, write the class's tables, write the page."""
    from press.class_list import read_class
    from synergy.evidence import Request, load_evidence

    if not files and page is None:
        raise click.UsageError("请给出答卷，或用 --page 写出核对页。")
    if out and not files:
        raise click.UsageError("--out 写的是答卷的成绩，请同时给出答卷。")
    _require_other_files((*files, listed, Path(data) if data else None), out, page)
    request = Request(region, data)
    evidence = load_evidence(request)
    students = read_class(listed, evidence) if listed else []
    if files:
        _mark(files, students, evidence, out)
    if page is not None:
        _write_page(page, students, _lessons(numbers), evidence, request)


def _require_other_files(given: Sequence[Path | None], out: Path | None, page: Path | None) -> None:
    """Refuse to write over what is read, or one thing over the other."""
    from press.marked_class import files_of

    read = {path.resolve() for path in given if path}
    made = [path.resolve() for path in (*(files_of(out) if out else ()), page) if path]
    if len(read | set(made)) < len(read) + len(made):
        raise click.UsageError("--out 或 --page 会盖掉答卷、名单、数据或彼此；请换一个文件名。")


def _mark(
    files: tuple[Path, ...], students: list[Student], evidence: Evidence, out: Path | None
) -> None:
    from press.answer_files import read_answers
    from press.marked_class import (
        codes_among,
        mark_answers,
        report,
        require_suffix,
        write_marks,
    )

    if out:
        require_suffix(out)
    marked = mark_answers([a for path in files for a in read_answers(path)], students, evidence)
    click.echo(report(marked, students))
    if not students and (codes := codes_among(marked)):
        told = "、".join(codes)
        click.echo(f"注意：{told} 像是讲义上的短码，已当作学号；请加 --class 名单。", err=True)
    if out:
        written = write_marks(marked, students, out)
        click.echo(f"已写出 {'、'.join(map(str, written))}。")


def _write_page(
    path: Path,
    students: list[Student],
    lessons: list[Session],
    evidence: Evidence,
    request: Request,
) -> None:
    from press.answer_page import check_page
    from press.edition import Edition
    from synergy.files.saving import whole_file
    from synergy.source import source_folder

    look = source_folder() / "book" / "check"
    text = check_page(students, lessons, evidence, Edition.load(request), look)
    with whole_file(path) as made:
        made.write_text(text, encoding="utf-8", newline="\n")
    whose = f"名单里 {len(students)} 名学生的题" if students else "书里各题的数"
    click.echo(f"核对页已写出：{path}（{whose}；不联网，双击打开）。")


# --- all of it --------------------------------------------------------------------------------


@command(
    help="把一个班上课要用的装成一个文件夹和一个 zip：学生版的书和笔记本、幻灯片、每人的讲义、"
    "核对页、教案、答案册，附一张开始页；断网可用。"
)
@LISTED
@_sessions("1、2 或 3；可重复；默认三次都装。")
@click.option("--region", metavar="地区", help="哪个地区的版本；默认全国。")
@click.option("--data", type=FILE, metavar="文件", help="您的面板；默认用本书数据。")
@click.option("--out", type=FOLDER, metavar="文件夹", help="写到哪里；默认 _build/kit。")
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def kit(
    listed: Path | None,
    numbers: tuple[int, ...],
    region: str | None,
    data: Path | None,
    out: Path | None,
    root: Path | None,
) -> None:
    """Write the kit of a class."""
    from press.kit import make_kit
    from press.order import Order

    if listed is None:
        raise click.UsageError("请用 --class 给出名单，例如 --class 名单.csv。")
    given = {"region": region, "data": str(data) if data else None}
    asked = {name: value for name, value in given.items() if value}
    made = make_kit(Order(asked, root=root, out=out), listed, _lessons(numbers), silent=False)
    told = f"{len(made.students)} 名学生，压缩后 {made.size / 1e6:.1f} MB"
    click.echo(f"课堂包已生成（{told}）：\n  打开　{made.start}\n  拷贝　{made.archive}")


COMMANDS = (handout, check, kit)
