"""The `press` command: build, serve and clean the book, and check the committed real results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from press.audit import audit
from press.chinese import ChineseGroup, run
from press.scenario import scenario

FILE = click.Path(dir_okay=False)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(
    cls=ChineseGroup,
    help="生成、阅读和清理这份活报告。",
    context_settings={"max_content_width": 100},
)
def press() -> None:
    """Group of the commands."""


@press.command(help="生成一版书：网页和 PDF。失败时不改动上一次成功的结果。")
@click.option("--region", metavar="地区", help="全国、四大地区之一或三十省之一；中文、英文或代码。")
@click.option(
    "--data", type=FILE, metavar="文件", help="您的面板：CSV、Excel、Stata 或 Parquet；长表或宽表。"
)
@click.option(
    "--recipe", type=FILE, metavar="文件", help="由原始序列构成指标的配方（TOML）；与 --data 同用。"
)
@click.option("--years", metavar="年份", help="如 2013-2022；不写则用全部年份。")
@click.option(
    "--alpha",
    show_default="0.5",
    metavar="权重",
    type=float,
    help="协调指数中人工智能的权重，大于 0 且小于 1。",
)
@click.option(
    "--param", "further", multiple=True, metavar="名称=值", help="章节声明的其他参数；可重复。"
)
@click.option("--html/--no-html", default=True, show_default=True, help="是否生成网页。")
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="是否生成 PDF。")
@click.option(
    "--out",
    type=FOLDER,
    metavar="文件夹",
    help="输出位置；默认 _build，各地区版在其 editions 之下。",
)
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def build(
    further: tuple[str, ...],
    html: bool,
    pdf: bool,
    out: Path | None,
    root: Path | None,
    **asked: Any,
) -> None:
    """Build one edition; `asked` are the fields of a request, None where not given."""
    if not (html or pdf):
        raise click.UsageError("--no-html 与 --no-pdf 不能同时使用：那样什么也不生成。")
    from press.kernel import warm_up

    warm_up()
    from press.build import ROOT
    from press.build import build as build_book
    from press.edition import Edition
    from press.progress import progress
    from synergy.evidence import Request

    given = {name: value for name, value in asked.items() if value is not None}
    edition = Edition.load(Request(**given), _parse(further))
    book_root = (root or ROOT).resolve()
    target = (out or book_root / "_build" / edition.folder).resolve()
    with progress() as report:
        book = build_book(edition, target, root=book_root, html=html, pdf=pdf, report=report)
    for warning in book.warnings:
        click.echo(f"提示：{warning}", err=True)
    places = [str(path) for path in (book.html, book.pdf) if path]
    click.echo(f"书已生成：{'　'.join(places)}")


@press.command(help="在本机打开已生成的书，供浏览器阅读。")
@click.option("--out", type=FOLDER, metavar="文件夹", help="书所在的文件夹；默认 _build。")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="端口",
    help="本机端口。",
)
def serve(out: Path | None, port: int) -> None:
    """Serve the pages on the loopback address."""
    from press.build import ROOT
    from press.output import recover
    from press.serve import serve_folder

    folder = out or ROOT / "_build"
    recover(folder)
    serve_folder(folder / "html", port)


@press.command(help="删除 _build 里的一切生成物。")
def clean() -> None:
    """Remove all output."""
    from press.build import clean as clean_output

    removed = clean_output()
    click.echo(f"已删除 {removed}" if removed else "没有可删除的生成物。")


@press.command(help="用原始序列重算真实子集的结果，并与随书提交的结果比较。")
@click.argument("series", type=FILE, metavar="原始序列")
@click.option("--write", is_flag=True, help="用重算结果替换 data/real 里的文件。")
def real(series: str, write: bool) -> int:
    """Regenerate the committed real results; exit code 1 when they differ."""
    from synergy.real import check_results, write_results

    if write:
        write_results(Path(series))
        click.echo("已重写 data/real。")
        return 0
    agreement = check_results(Path(series))
    click.echo(str(agreement))
    return 0 if agreement.agrees else 1


press.add_command(audit)
press.add_command(scenario)


def _parse(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Turn `name=value` pairs into parameters; a value is YAML, so numbers stay numbers."""
    import yaml

    split = [pair.partition("=") for pair in pairs]
    for name, equals, _ in split:
        if not equals or not name.isidentifier():
            raise click.UsageError(f"--param {name!r} 应写成 名称=值。")
    return {name: yaml.safe_load(value) for name, _, value in split}


def main(args: list[str] | None = None) -> int:
    """Run the command line: 0 done, 1 a chapter or the layout failed, 2 the request is wrong."""
    return run(press, args, exit_codes)


def exit_codes() -> dict[type[Exception], int]:
    """Exit code by exception; imported only when something failed, so that help stays quick."""
    from press.execute import ChapterError
    from press.output import OutputError
    from press.pdf import PdfError
    from press.site import SiteError
    from press.stage import StageError
    from synergy.panel import DataError

    wrong_request = (DataError, StageError, OutputError, FileNotFoundError, PermissionError)
    failed_build = (ChapterError, SiteError, PdfError)
    return {**dict.fromkeys(failed_build, 1), **dict.fromkeys(wrong_request, 2)}


if __name__ == "__main__":
    sys.exit(main())
