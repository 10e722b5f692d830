"""`press plan` and `press index`: a reader's own indicators, from a draft of a plan to results.

Only click is imported at the top, like in `press.cli`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from synergy.results import IndexResults

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

SHEET = click.option(
    "--sheet",
    default="",
    metavar="表名",
    help="Excel 工作簿里的哪张表：名称或序号；不写则用第一张有数据的。",
)
UNIT = click.option(
    "--unit",
    default="",
    metavar="列名",
    help="个体所在的列，如 城市；不写则照方案，写方案时由程序认。",
)
TIME = click.option(
    "--time",
    default="",
    metavar="列名",
    help="时间所在的列，如 年份；不写则照方案，写方案时由程序认。",
)

MISSING = click.option(
    "--missing",
    type=click.Choice(["fill", "drop"]),
    help="缺失的格：fill（默认）在同一个体内按时间插补，drop 不用有缺失的行。",
)


@click.command(
    help="写出一份待填的指标方案：数据文件的每一列一行，读到的范围、缺失数和猜测都写上。",
    options_metavar="[选项]",
)
@click.argument("file", type=FILE, metavar="数据文件")
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="方案",
    help="写到哪里：.xlsx（有下拉菜单）或 .csv；默认是当前文件夹里的“数据文件名-方案.xlsx”。",
)
@SHEET
@UNIT
@TIME
def plan(file: Path, out: Path | None, sheet: str, unit: str, time: str) -> None:
    """Draft a plan."""
    from synergy.planning.draft import draft_plan

    draft = draft_plan(file, sheet, unit=unit, time=time)
    target = out or Path(f"{file.stem}-方案.xlsx")
    draft.write(target)
    for note in draft.notes:
        click.echo(f"提示：{note}", err=True)
    roles = draft.rows["role"].value_counts()
    found = "、".join(
        f"{role} {roles[role]} 列" for role in ("个体", "时间", "分组", "指标") if role in roles
    )
    click.echo(f"已写出 {target}：{found}。")
    if "个体" not in roles:
        click.echo("没有看出哪一列是个体：请把那一列的用途改成“个体”，或者加上 --unit 重写。")
    click.echo("请填：每项指标属于哪个系统，方向核对后去掉问号。然后：")
    click.echo(f"  press index {file} --plan {target}")


@click.command(
    help="照方案算出权重、各系统的指数、耦合协调度和等级，连同区间、障碍度、基尼系数和一页说明，"
    "写成 CSV、Excel 和网页。任何个体、两个或更多系统、只有一年都可以。",
    options_metavar="[选项]",
)
@click.argument("file", type=FILE, metavar="数据文件", required=False)
@click.option("--plan", "planned", type=FILE, metavar="方案", help="填好的方案；必须给出。")
@SHEET
@UNIT
@TIME
@click.option(
    "--weights", default="standard", show_default=True, metavar="做法", help="赋权；写 ? 列出全部。"
)
@click.option(
    "--coupling",
    default="standard",
    show_default=True,
    metavar="做法",
    help="耦合度；写 ? 列出全部。",
)
@click.option(
    "--alpha",
    metavar="权重",
    help="协调度里各系统的份额：两个系统写一个数，更多写 0.4,0.3,0.3；默认相等。",
)
@MISSING
@click.option("--out", type=FOLDER, metavar="文件夹", help="写到哪里；默认是“数据文件名-结果”。")
@click.option("--html/--no-html", default=True, show_default=True, help="是否写网页。")
@click.option("--excel/--no-excel", default=True, show_default=True, help="是否写 Excel。")
def index(
    file: Path | None,
    planned: Path | None,
    sheet: str,
    unit: str,
    time: str,
    weights: str,
    coupling: str,
    alpha: str | None,
    missing: str | None,
    out: Path | None,
    html: bool,
    excel: bool,
) -> None:
    """Compute and write everything."""
    if "?" in (weights, coupling):
        click.echo(methods())
        return
    if file is None:
        raise click.UsageError("请写出数据文件。")
    if planned is None:
        cure = f"还没有的话，先运行 press plan {file}"
        raise click.UsageError(f"请用 --plan 给出填好的方案；{cure}。")
    # Many small matrices: threads that wait for each other would cost more than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from press.result_files import require_place, write_results
    from synergy.planning.own_panel import read_own_panel
    from synergy.planning.plan_file import read_plan
    from synergy.results import index_results

    target = out or Path(f"{file.stem}-结果")
    require_place(target)
    panel = read_own_panel(
        file,
        read_plan(planned, unit=unit, time=time),
        sheet,
        missing="drop" if missing == "drop" else "fill",
    )
    results = index_results(panel, weights=weights, coupling=coupling, alpha=shares(alpha))
    for line in (*panel.remarks, *(f"注意：{caution}" for caution in results.cautions)):
        click.echo(line, err=True)
    write_results(results, target, html=html, excel=excel)
    click.echo(summary(results))
    click.echo(f"已写出 {target / 'index.html' if html else target}")


def shares(text: str | None) -> list[float] | float | None:
    """Shares of the systems as the command line gives them."""
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError:
        raise click.UsageError(f"--alpha 看不懂“{text}”；应写成 0.5 或 0.4,0.3,0.3。") from None
    return numbers if len(numbers) > 1 else numbers[0]


def fields(sheet: str = "", alpha: str | None = None, **rest: Any) -> dict[str, Any]:
    """Fields of a request that options give; with a plan the shares are equal by default."""
    given = {name: value for name, value in rest.items() if value is not None}
    if sheet and "data" not in given:
        raise click.UsageError("--sheet 说的是 --data 里的工作表，请同时给出 --data。")
    given |= {"data": f"{given['data']}|{sheet}"} if sheet else {}
    given |= {"alpha": shares(alpha)} if alpha is not None or "plan" in given else {}
    return given


def methods() -> str:
    """Every named way of weighting and of coupling, one a line."""
    from synergy.coupling import COUPLING_VARIANTS
    from synergy.index import WEIGHT_VARIANTS

    def listed(among: dict[str, str]) -> list[str]:
        return [f"  {name:<18}{title}" for name, title in among.items()]

    weights = {name: way.title_zh for name, way in WEIGHT_VARIANTS.items()}
    couplings = {name: way.title_zh for name, way in COUPLING_VARIANTS.items()}
    return "\n".join(["--weights", *listed(weights), "--coupling", *listed(couplings)])


def summary(results: IndexResults) -> str:
    """What came out, in a few lines."""
    from synergy.panel import of_year
    from synergy.result_tables import method_line
    from synergy.words import phrase

    findings, plan = results.findings, results.plan
    weights = findings.weights.assign(name=plan.indicators["name_zh"])
    heaviest: Any = weights.sort_values("weight", ascending=False).drop_duplicates("system")
    heaviest = heaviest.sort_values("system")
    first, last = findings.years
    final = of_year(findings.frame, last)["D"]
    lines = [
        f"{findings.frame.index.unique(0).size} 个{plan.unit}，{len(findings.frame)} 行。",
        method_line(results),
        *(
            f"{plan.systems[row.system]}：权重最大的是{row.name}（{row.weight:.1%}）。"
            for row in heaviest.itertuples()
        ),
        phrase(
            """
{% if last %}{{ last }} 年{% endif %}{{ those }}的 D 平均 {{ final.mean()|d3 }}
{%- if first < last %}（{{ first }} 年 {{ start.mean()|d3 }}）{% endif %}
{%- if ends %}；最高：{{ final|top(ends)|listed }}；最低：{{ final|bottom(ends)|listed }}
{%- endif %}。
""",
            first=first,
            last=last,
            start=of_year(findings.frame, first)["D"],
            those=findings.those_of(last),
            final=final,
            ends=min(3, len(final) // 2),
        ),
    ]
    return "\n".join(lines)
