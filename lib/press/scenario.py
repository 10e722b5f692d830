"""The `press scenario` command: run a scenario file through every policy model."""

from __future__ import annotations

import json

import click

from press.chinese import ChineseCommand


@click.command(
    cls=ChineseCommand,
    help=(
        "用一个情景文件（TOML）运行全部政策模型。情景是有名字的假设，结果不是预测。"
        "也可写随书情景的名称；不写则列出它们。"
    ),
)
@click.argument("source", required=False, metavar="[情景]")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：概要数字和 2025—2060 年逐年序列。"
)
def scenario(source: str | None, as_json: bool) -> int:
    """Print a scenario's results, or the names of those that come with the report."""
    from synergy.policy.scenarios import load_scenario, run_scenario

    if source is None:
        click.echo(_listing(as_json))
        return 0
    result = run_scenario(load_scenario(source))
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=1))
        return 0
    from synergy.narration.assumptions import shown

    chosen = result.scenario
    click.echo(f"{chosen.title}：{chosen.summary}")
    for headline in result.headlines.values():
        click.echo(f"  {headline.label}：{shown(headline)}（{headline.unit}）")
    return 0


def _listing(as_json: bool) -> str:
    from synergy.policy.scenarios import builtin_scenarios, load_scenario

    known = [load_scenario(name) for name in builtin_scenarios()]
    if as_json:
        rows = [{"name": s.name, "title": s.title, "summary": s.summary} for s in known]
        return json.dumps(rows, ensure_ascii=False, indent=1)
    return "随书的情景：\n" + "\n".join(f"  {s.name}　{s.title}：{s.summary}" for s in known)
