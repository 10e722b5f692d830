"""The `press` command: build, read and clean the book, and run its checks and models.

Only click is imported at the top, so that help and mistakes are answered at once.
"""

from __future__ import annotations

import codecs
import gc
import gettext
import json
import os
import signal
import sys
from contextlib import suppress
from functools import partial, reduce
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from press.chapter_commands import COMMANDS as CHAPTERS
from press.class_commands import COMMANDS as CLASSROOM
from press.data_commands import data
from press.plan_commands import MISSING, SHEET, fields, index, plan
from press.progress import BAR
from press.slides_commands import slides
from press.trouble import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from press.order import Order
    from press.unchanged import Note
    from synergy.claims.auditing import Audit
    from synergy.claims.outcomes import Outcome
    from synergy.evidence import Request

FILE = click.Path(dir_okay=False)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(
    help="生成、阅读和清理这份活报告。",
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
    context_settings={"max_content_width": 100},
)
def press() -> None:
    """Group of the commands."""


for part in (data, plan, index, slides, *CHAPTERS, *CLASSROOM):
    press.add_command(part)
command = partial(press.command, options_metavar="[选项]")
recipe = click.option(
    "--recipe", type=FILE, metavar="文件", help="由原始序列构成指标的配方（TOML）；与 --data 同用。"
)


def _request(asked: dict[str, Any]) -> Request:
    """Turn options into a request; one that is not given keeps the request's default."""
    from synergy.evidence import Request

    return Request(**fields(**asked))


# --- the book ---------------------------------------------------------------------------------


def _together(options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """Return what adds several options to a command."""
    return lambda function: reduce(lambda made, option: option(made), reversed(options), function)


PARTS = (
    click.option("--html/--no-html", default=True, show_default=True, help="是否生成网页。"),
    click.option("--pdf/--no-pdf", default=True, show_default=True, help="是否生成 PDF。"),
    click.option(
        "--out",
        type=FOLDER,
        metavar="文件夹",
        help="输出位置；默认 _build，各地区版在其 editions 之下。",
    ),
    click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。"),
)
EDITION = (
    click.option(
        "--region", metavar="地区", help="全国、四大地区之一或三十省之一；中文、英文或代码。"
    ),
    click.option(
        "--data",
        type=FILE,
        metavar="文件",
        help="您的面板：CSV、Excel、Stata 或 Parquet；长表或宽表。",
    ),
    SHEET,
    recipe,
    click.option(
        "--plan",
        type=FILE,
        metavar="方案",
        help="您自己的指标方案，由 press plan 写出；与 --data 同用。",
    ),
    MISSING,
    click.option("--years", metavar="年份", help="如 2013-2022；不写则用全部年份。"),
    click.option(
        "--alpha",
        metavar="权重",
        help="协调指数中人工智能的权重，大于 0 且小于 1；默认 0.5。"
        "有 --plan 时是各系统的份额，如 0.4,0.3,0.3，默认相等。",
    ),
    click.option(
        "--param", "further", multiple=True, metavar="名称=值", help="章节声明的其他参数；可重复。"
    ),
    click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="zh",
        show_default=True,
        help="en 为英文版：界面、卡片、题注和摘要是英文，正文仍是中文；只有网页。",
    ),
    click.option(
        "--student",
        is_flag=True,
        help="学生版：没有教案和习题的解答，网页、PDF、搜索和数据文件里都没有；"
        "默认输出在 student 文件夹。",
    ),
    *PARTS,
)
edition_options, parts_and_places = _together(EDITION), _together(PARTS)
port_option = click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="端口",
    help="本机端口。",
)


@command(help="生成一版书：网页和 PDF。失败时不改动上一次成功的结果。")
@edition_options
def build(**options: Any) -> None:
    """Build one edition."""
    _make(_order(**options))


@command(help="生成一版书并在本机打开；每次保存后重新生成，浏览器里的网页随之更新。")
@edition_options
@port_option
def watch(port: int, **options: Any) -> None:
    """Build on every save until interrupted."""
    from press.watch import watch as serve_and_build

    order = _order(**options)
    note = _make(order)
    click.echo(f"请在浏览器打开 http://127.0.0.1:{port}/ ；保存即更新，按 Ctrl+C 结束。")
    serve_and_build(order, Path(note.out), port, attempt)


@command(
    help="一次生成许多版：各地区，以及权重、年份、数据和参数的各种组合。中断后再运行会接着做。"
)
@click.option(
    "--regions",
    default="all",
    show_default=True,
    metavar="地区",
    help="地区，用逗号分开；all 为四大地区和三十省，none 为只要全国。",
)
@click.option("--alphas", metavar="权重", help="协调指数中人工智能的权重，用逗号分开。")
@click.option("--spans", metavar="年份", help="年份段，用逗号分开，如 2013-2022,2014-2020。")
@click.option("--data", type=FILE, multiple=True, metavar="文件", help="您的面板；可重复。")
@recipe
@click.option(
    "--param", "further", multiple=True, metavar="名称=值", help="章节的参数；同名的都试。"
)
@parts_and_places
@click.option("--jobs", type=click.IntRange(1), metavar="个数", help="本机进程数；默认为核数。")
@click.option(
    "--scheduler",
    default="",
    metavar="地址",
    help="dask 调度器（tcp://主机:端口）：由它的工作进程来做；各机器要能写同一个输出文件夹。",
)
def editions(jobs: int | None, scheduler: str, regions: str, **options: Any) -> int:
    """Build a grid of books and their regional editions; exit code 1 when one failed."""
    from tqdm import tqdm

    from press.editions import make_editions

    books, codes = _grid(**options), _codes(regions)
    workers, total = jobs or os.cpu_count() or 1, len(books) * (1 + len(codes))
    results = make_editions(books, codes, jobs=workers, scheduler=scheduler)
    done = list(tqdm(results, desc="各版", total=total, bar_format=BAR))
    for faulty in filter(lambda one: one.fault, done):
        click.echo(f"错误：{faulty.out}：{faulty.fault}", err=True)
    made, failed = sum(one.made for one in done), sum(bool(one.fault) for one in done)
    click.echo(f"共 {total} 版：新做 {made}，原有 {total - made - failed}，失败 {failed}。")
    return 1 if failed else 0


def _grid(
    alphas: str | None,
    spans: str | None,
    data: tuple[str, ...],
    recipe: str | None,
    further: tuple[str, ...],
    **parts: Any,
) -> list[Order]:
    """Turn options into an order for each combination."""
    from press.editions import grid

    values: dict[str, list[Any]] = {}
    for pair in further:
        for name, value in _parse((pair,)).items():
            values.setdefault(name, []).append(value)
    try:
        values |= {"alpha": [float(word) for word in alphas.split(",")]} if alphas else {}
    except ValueError:
        raise click.UsageError(f"--alphas {alphas} 应为用逗号分开的数字，如 0.3,0.5。") from None
    values |= {"years": spans.split(",")} if spans else {}
    values |= {"data": [str(Path(path).resolve()) for path in data]} if data else {}
    return grid(_order(further=(), recipe=recipe, **parts), **values)


def _codes(regions: str) -> list[str]:
    """Turn names of places into codes, each once."""
    from synergy.dictionary import NATION, all_places, find_place

    names = {"all": [p.name for p in all_places() if p.name != NATION], "none": []}
    asked = names.get(regions, [word for word in regions.split(",") if word])
    return list(dict.fromkeys(find_place(name).code for name in asked))


def _order(
    further: tuple[str, ...],
    html: bool,
    pdf: bool,
    out: Path | None,
    root: Path | None,
    lang: str = "zh",
    student: bool = False,
    **asked: Any,
) -> Order:
    """Turn options into an order; `asked` are the fields of a request."""
    from press.order import Order

    if not (html or pdf):
        raise click.UsageError("--no-html 与 --no-pdf 不能同时使用：那样什么也不生成。")
    if lang != "zh" and not html:
        raise click.UsageError("英文版只有网页，不能与 --no-html 同时使用。")
    given = fields(**asked)
    if lang != "zh" and given.get("plan"):
        raise click.UsageError("英文版只有本书自己的，不能与 --plan 同时使用。")
    if student and given.get("plan"):
        raise click.UsageError("方案书里没有习题，--student 不能与 --plan 同时使用。")
    manner: Any = {"language": lang, "student": student}
    return Order(given, _parse(further), root, out, html, pdf and lang == "zh", **manner)


def _make(order: Order) -> Note:
    """Carry out an order and say what came of it."""
    from press.order import carry_out

    note, built = carry_out(order, silent=False)
    for line in (*note.remarks, *(f"提示：{warning}" for warning in note.warnings)):
        click.echo(line, err=True)
    click.echo(f"{'书已生成' if built else '没有变化，书在'}：{'　'.join(note.places)}")
    return note


def attempt(order: Order) -> None:
    """Carry out an order in a child process; a failure is told, and the last book stays."""
    from press.kernel import end_with_parent

    end_with_parent()
    _speak_chinese()
    try:
        _make(order)
    except Exception as error:
        sentence, code = told(error)
        if code is None:
            raise
        click.echo(f"错误：{sentence}", err=True)


def _parse(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Turn `name=value` pairs into parameters; a value is YAML, so numbers stay numbers."""
    import yaml

    split = [pair.partition("=") for pair in pairs]
    for name, equals, _ in split:
        if not equals or not name.isidentifier():
            raise click.UsageError(f"--param {name!r} 应写成 名称=值。")
    try:
        return {name: yaml.safe_load(value) for name, _, value in split}
    except yaml.YAMLError:
        written = "、".join(f"{name}={value}" for name, _, value in split)
        raise click.UsageError(
            f"--param 的值看不懂：{written}；有括号或引号时请成对书写。"
        ) from None


@command(help="在本机打开已生成的书，供浏览器阅读。")
@click.option("--out", type=FOLDER, metavar="文件夹", help="书所在的文件夹；默认 _build。")
@port_option
def serve(out: Path | None, port: int) -> None:
    """Serve the pages on the loopback address until interrupted."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from press.output import recover, work_folder

    book = out or work_folder()
    recover(book)
    if not (book / "html" / "index.html").is_file():
        raise FileNotFoundError(f"{book / 'html'} 里还没有书；请先运行 press build。")
    handler = partial(SimpleHTTPRequestHandler, directory=str(book / "html"))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        click.echo(f"请在浏览器打开 http://127.0.0.1:{server.server_port}/ ；按 Ctrl+C 结束。")
        server.serve_forever()


@command(help="把已生成的书做成网站：分享图、离线包、数据包、订阅。不上传。")
@click.option("--address", metavar="网址", help="网站将来的地址；必须给出。")
@click.option("--out", type=FOLDER, metavar="文件夹", help="书所在的文件夹；默认 _build。")
@click.option("--to", type=FOLDER, metavar="文件夹", help="网站的文件夹；默认在书旁边的 site。")
@click.option("--root", type=FOLDER, metavar="文件夹", help="书的源文件夹；默认为本项目。")
def publish(address: str | None, out: Path | None, to: Path | None, root: Path | None) -> None:
    """Make a site of the built book."""
    if address is None:
        raise click.UsageError(
            "请用 --address 给出网站将来的地址，如 https://example.org/report/ 。"
        )
    from press.build import ROOT
    from press.output import recover, work_folder
    from press.publish import publish as publish_book

    book = (out or work_folder()).resolve()
    recover(book)
    site = publish_book(book, (to or book / "site").resolve(), address, (root or ROOT).resolve())
    click.echo(f"网站已备好：{site}")


@command(help="删除 _build 里的一切生成物。")
def clean() -> None:
    """Remove all output."""
    from press.output import clear, work_folder

    folder = work_folder()
    if not folder.is_dir():
        click.echo("没有可删除的生成物。")
        return
    clear(folder)
    click.echo(f"已删除 {folder}。")


# --- checks and models ------------------------------------------------------------------------


@command(help="用原始序列重算真实子集的结果，并与随书提交的结果比较。")
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


@command(help="核对三份文献的每一条主张；判断与台账记录不符时以 1 退出。")
@click.option("--data", type=FILE, metavar="文件", help="拿您的面板来试；不写则用内置的面板。")
@SHEET
@recipe
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部判断和依据。")
def audit(as_json: bool, **asked: Any) -> int:
    """Print all verdicts; exit code 1 when one differs from the ledger's record."""
    from synergy.claims.auditing import audit_evidence
    from synergy.claims.ledger import load_ledger
    from synergy.evidence import load_evidence

    evidence = load_evidence(_request(asked))
    panel = evidence.lead.panel if evidence.own else None
    for line in panel.remarks if panel else ():
        click.echo(line, err=True)
    result = audit_evidence(load_ledger(), evidence)
    click.echo(_json(result.to_json()) if as_json else _verdicts(result))
    for surprise in result.surprises():
        click.echo(f"与记录不符：{surprise}", err=True)
    return 1 if result.surprises() else 0


def _verdicts(result: Audit) -> str:
    """One line a claim, then the totals and each distinct inconsistency."""
    from synergy.claims.counts import count_issues, count_verdicts, tally
    from synergy.claims.ledger import PANELS
    from synergy.words import phrase

    def row(outcome: Outcome) -> str:
        verdict, detail = outcome.document.verdict, outcome.document.detail
        return f"{outcome.claim.sign(verdict)} {outcome.claim.id}　{verdict.zh}：{detail}"

    outcomes = tuple(result.outcomes.values())
    whole = phrase("{{ overall(*facts) }}", facts=(tally(outcomes), count_issues(result)))
    counts = {PANELS[nature]: count_verdicts(result.on(nature)) for nature in result.natures}
    panels = [f"{name}：{phrase('{{ on_panel(n) }}', n=n)}" for name, n in counts.items()]
    issues = [
        f"{number:>3}. {issue.sentence}（{'、'.join(issue.claims)}）"
        for number, issue in enumerate(result.inconsistencies(), start=1)
    ]
    return "\n".join([*map(row, outcomes), "", whole, *panels, "", "不一致之处：", *issues])


@command(
    help="用一个情景文件（TOML）运行全部政策模型。情景是有名字的假设，结果不是预测。"
    "也可写随书情景的名称；不写则列出它们。"
)
@click.argument("source", required=False, metavar="[情景]")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：概要数字和 2025—2060 年逐年序列。"
)
def scenario(source: str | None, as_json: bool) -> None:
    """Print a scenario's results, or the names of those that come with the report."""
    from synergy.policy.scenarios import load_scenario, run_scenario

    if source is None:
        click.echo(_scenarios(as_json))
        return
    result = run_scenario(load_scenario(source))
    if as_json:
        click.echo(_json(result.to_dict()))
        return
    from synergy.policy_tables import headline_text

    click.echo(f"{result.scenario.title}：{result.scenario.summary}")
    for headline in result.headlines.values():
        click.echo(f"  {headline.label}：{headline_text(headline)}（{headline.unit}）")


def _scenarios(as_json: bool) -> str:
    from synergy.policy.scenarios import builtin_scenarios, load_scenario

    known = [load_scenario(name) for name in builtin_scenarios()]
    if as_json:
        return _json([{"name": s.name, "title": s.title, "summary": s.summary} for s in known])
    return "随书的情景：\n" + "\n".join(f"  {s.name}　{s.title}：{s.summary}" for s in known)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


# --- running it -------------------------------------------------------------------------------


def main(args: list[str] | None = None) -> int:
    """Run the command line: 0 done, 1 a chapter or the layout failed, 2 the request is wrong.

    Every failure is a Chinese sentence on standard error. Exceptions without an exit code are
    bugs and rise.
    """
    _speak_chinese()
    try:
        result: Any = press.main(args=args, prog_name="press", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"错误：{_explained(error)}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt) as error:
        click.echo("已中断；上一次成功生成的书没有改动。", err=True)
        return 143 if isinstance(error.__cause__ or error, Terminated) else 130
    except Exception as error:
        sentence, code = told(error)
        if code is None:
            raise
        click.echo(f"错误：{sentence}", err=True)
        return code
    return result if isinstance(result, int) else 0


class Terminated(KeyboardInterrupt):
    """The process was asked to end; treated as the reader's own interruption."""


def _terminate(*_: object) -> NoReturn:
    raise Terminated


def _speak_chinese() -> None:
    """Give click's own words in Chinese whatever the locale; what a console lacks is replaced."""
    os.environ["LANGUAGE"] = "zh"
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            plain = codecs.lookup(stream.encoding).name in ("ascii", "iso8859-1", "cp1252")
            stream.reconfigure(encoding="utf-8" if plain else None, errors="replace")


def _explained(error: click.ClickException) -> str:
    """What is wrong, and the cure."""
    text = f"{error.format_message().rstrip('.。')}。"
    if isinstance(error, click.NoSuchCommand) and error.ctx is not None:
        group = error.ctx.command
        names = group.list_commands(error.ctx) if isinstance(group, click.Group) else []
        text += f"可用的有：{'、'.join(names)}。"
    return f"{text}用 --help 查看用法。" if isinstance(error, click.UsageError) else text


def run() -> NoReturn:
    """Run the command and end at once: chapters that still run after an error end with it."""
    signal.signal(signal.SIGTERM, _terminate)
    gc.set_threshold(100_000, 50, 50)  # a build's objects mostly live on; looking is in vain
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
