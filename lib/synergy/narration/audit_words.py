"""Sentences and small tables of the audit chapters, computed from the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from synergy.claims.ledger import DOCUMENTS, RECORDS, Ledger, Verdict
from synergy.claims.significance import EQUATIONS, REGRESSORS, cell_id
from synergy.claims.table4 import printed_system
from synergy.words import listed

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit, Outcome
    from synergy.claims.ledger import Claim


def tally(outcomes: Collection[Outcome]) -> str:
    """Count some rows by verdict, records apart.

    ``核对 19 条：一致 14 条，不一致 5 条；另有记录 2 条：一致 2 条。``
    """
    split = {
        "核对": [outcome for outcome in outcomes if not outcome.claim.record],
        "记录": [outcome for outcome in outcomes if outcome.claim.record],
    }
    parts = [f"{noun} {len(rows)} 条：{_verdicts(rows)}" for noun, rows in split.items() if rows]
    return f"{'；另有'.join(parts)}。"


def _verdicts(outcomes: Collection[Outcome]) -> str:
    counted = Counter(outcome.document.verdict for outcome in outcomes)
    return "，".join(f"{v.zh} {counted[v]} 条" for v in Verdict if counted[v])


def overall(result: Audit) -> str:
    """Count the whole ledger by verdict and by distinct inconsistency."""
    issues = Counter(issue.document for issue in result.inconsistencies())
    where = listed(f"{DOCUMENTS[name]} {issues[name]} 处" for name in DOCUMENTS if issues[name])
    return (
        f"{tally(tuple(result.outcomes.values()))}"
        f"同一处毛病常牵连几行，归并以后有 {issues.total()} 处：{where}。"
    )


def recorded(result: Audit) -> str:
    """Say how the records, whose verdict could not come out otherwise, came about."""
    counted = Counter(o.claim.record for o in result.outcomes.values() if o.claim.record)
    return listed(f"{RECORDS[key]} {counted[key]} 条" for key in RECORDS if counted[key])


def panel_tally(result: Audit, nature: str) -> str:
    """Count the rows that a panel can test, by its verdicts."""
    findings = [o.panels[nature].verdict for o in result.outcomes.values() if nature in o.panels]
    counted = Counter(findings)
    parts = [f"{verdict.zh} {counted[verdict]} 条" for verdict in Verdict if counted[verdict]]
    return f"台账里有 {len(findings)} 条可以拿面板来试：{'，'.join(parts)}。"


def panel_table(result: Audit, nature: str) -> pd.DataFrame:
    """List the rows that a panel decides, the reproduced ones first."""
    decided = (Verdict.REPRODUCED, Verdict.NOT_REPRODUCED)
    rows = [
        (decided.index(o.panels[nature].verdict), o.claim, o.panels[nature])
        for o in result.outcomes.values()
        if nature in o.panels and o.panels[nature].verdict in decided
    ]
    ordered = sorted(rows, key=lambda row: row[0])
    return pd.DataFrame(
        [
            (claim.id, f"{claim.place}：{claim.claim}", finding.verdict.zh, finding.detail)
            for _, claim, finding in ordered
        ],
        columns=["编号", "论文的说法", "判断", "面板上的数"],
    ).set_index("编号")


def settling(outcomes: Collection[Outcome]) -> pd.DataFrame:
    """Count, for what is open or clashes, the material that would settle it."""
    needed = Counter(o.document.settle for o in outcomes if o.document.settle)
    table = pd.DataFrame(needed.most_common(), columns=["可以定论的材料", "行数"])
    return table.set_index("可以定论的材料")


def awaiting_figures(outcomes: Collection[Outcome]) -> str:
    """Count the open rows that wait for the numbers behind the paper's figures."""
    needed = [o.document.settle for o in outcomes if o.document.settle]
    figures = sum(text.startswith("图") for text in needed)
    return f"{len(needed)} 行里有 {figures} 行等的是图背后的数值。"


def open_questions(outcomes: Collection[Outcome]) -> pd.DataFrame:
    """List what cannot be checked here with what would settle it."""
    rows = [
        (o.claim.claim, o.document.settle)
        for o in outcomes
        if o.document.verdict is Verdict.NOT_CHECKABLE
    ]
    return pd.DataFrame(rows, columns=["主张", "可以定论的材料"]).set_index("主张")


def lost_stars(ledger: Ledger, degrees: int) -> str:
    """Name the cells whose stars a t distribution does not support.

    Parameters
    ----------
    ledger : Ledger
    degrees : int
        Degrees of freedom.
    """
    from scipy.stats import t as student

    from synergy.figures.audit import cell_name

    odd = []
    for equation in EQUATIONS:
        for regressor in REGRESSORS:
            t = ledger[cell_id(equation, regressor, "t")]
            printed = int(ledger[cell_id(equation, regressor, "s")].value)
            farthest = max(abs(end) for end in t.interval)
            p = 2 * float(student.sf(farthest, degrees))
            if printed > sum(p < level for level in (0.1, 0.05, 0.01)):
                odd.append(cell_name(equation, regressor))
    return f"若按自由度 {degrees} 的 t 分布，星号偏多的增为 {len(odd)} 格（{listed(odd)}）。"


def stability_words(ledger: Ledger) -> str:
    """State the printed system's spectral radius with its rounding range."""
    system = printed_system(ledger)
    low, high = system.rounding_low[0], system.rounding_high[0]
    least, most = system.enclosure
    return (
        f"最大特征值的模是 {system.moduli[0]:.3f}。让每个系数在舍入范围里随意取值，"
        f"抽 {system.draws} 次得到 {low:.3f} 至 {high:.3f}；"
        f"不靠抽样的严格包络是 {least:.3f} 至 {most:.3f}。"
    )


def turning_points(bounds: pd.DataFrame, needed: dict[str, float]) -> str:
    """Say from which closeness on the printed labels could hold.

    Parameters
    ----------
    bounds : DataFrame
        Columns `id`, `closeness`, `bound`.
    needed : dict of str to float
        Value that the bound must exceed, by claim.
    """
    parts = []
    for key, threshold in needed.items():
        rows = bounds[(bounds["id"] == key) & (bounds["bound"] > threshold)]
        share = f"{rows['closeness'].min():.0%}" if len(rows) else "一倍以上"
        parts.append(f"{_LABELS[key]}要到 {share}")
    return f"西部最多高出中部多少，这两个标签才可能成立？{'，'.join(parts)}。"


_LABELS = {"P-D-E-NEAR": "东部“接近初级协调”", "P-D-NE-START": "东北 2010 年“轻度失调”"}


def reference_matrix(result: Audit, document: str) -> pd.DataFrame:
    """Lay the works of a document side by side: in the text, in the list, as recorded."""
    rows: dict[str, dict[str, str]] = {}
    for outcome in result.outcomes.values():
        claim = outcome.claim
        role = claim.facts.get("role")
        if claim.document == document and role:
            row = rows.setdefault(str(claim.facts["work"]), dict.fromkeys(_MATRIX, "—"))
            row["文内引用" if role == "mention" else "文后列出"] = "有"
            if role == "entry":
                row["题录"] = outcome.document.verdict.zh
                row["文献"] = _work(claim)
            elif row["文献"] == "—":
                row["文献"] = _work(claim)
    return pd.DataFrame(list(rows.values()), columns=_MATRIX).set_index("文献")


_MATRIX = ["文献", "文内引用", "文后列出", "题录"]


def _work(claim: Claim) -> str:
    return claim.claim.removeprefix("题录：").removeprefix("文内引用")
