"""The `press audit` command: every claim of the three documents, checked again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from press.chinese import ChineseCommand

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit, Outcome

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=ChineseCommand,
    help="核对三份文献的每一条主张；判断与台账记录不符时以 1 退出。",
)
@click.option("--data", type=FILE, metavar="文件", help="拿您的面板来试；不写则用内置的面板。")
@click.option(
    "--recipe", type=FILE, metavar="文件", help="由原始序列构成指标的配方（TOML）；与 --data 同用。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部判断和依据。")
def audit(data: Path | None, recipe: Path | None, as_json: bool) -> int:
    """Print all verdicts; exit code 1 when one differs from the ledger's record."""
    from synergy.claims import audit_evidence, load_ledger
    from synergy.evidence import load_evidence

    evidence = load_evidence(data=str(data or ""), recipe=str(recipe or ""))
    result = audit_evidence(load_ledger(), evidence)
    shown = json.dumps(result.to_json(), ensure_ascii=False, indent=1) if as_json else lines(result)
    click.echo(shown)
    for surprise in result.surprises():
        click.echo(f"与记录不符：{surprise}", err=True)
    return 1 if result.surprises() else 0


def lines(result: Audit) -> str:
    """One line a claim, then the totals and each distinct inconsistency."""
    from synergy.narration.audit_words import overall, panel_tally
    from synergy.narration.ledger_table import PANELS

    rows = [_line(outcome) for outcome in result.outcomes.values()]
    panels = [f"{PANELS[nature]}：{panel_tally(result, nature)}" for nature in result.natures]
    issues = [
        f"{number:>3}. {issue.line}（{'、'.join(issue.claims)}）"
        for number, issue in enumerate(result.inconsistencies(), start=1)
    ]
    return "\n".join([*rows, "", overall(result), *panels, "", "不一致之处：", *issues])


def _line(outcome: Outcome) -> str:
    from synergy.narration.ledger_table import MARKS

    verdict = outcome.document.verdict
    return f"{MARKS[verdict]} {outcome.claim.id}　{verdict.zh}：{outcome.document.detail}"
