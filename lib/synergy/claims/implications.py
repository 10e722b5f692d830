"""What the paper's printed figures leave open, as ranges a reader can look at.

The checks of `aggregates` and `coupling_bounds` answer yes or no; here are the ranges behind them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from synergy.claims.aggregates import ReadSystem, ai_systems, national_growth_range
from synergy.claims.coupling_bounds import east_degree_bound, northeast_degree_bound
from synergy.claims.ledger import Ledger
from synergy.claims.thresholds import label_bounds

GROWTH, GAP = "P-AI-GROWTH", "P-AI-GAP"
STATEMENTS = {
    "P-AI-GROWTH": "全国增幅",
    "P-AI-GAP": "差距缩小",
    "P-AI-E-GROWTH": "东部增幅",
    "P-AI-E-LEAD": "东部领先",
    "P-AI-C-FAST": "中部最快",
    "P-AI-C-LOW": "中部起点最低",
    "P-51-E15": "东部与全国之比",
}
LABELLED = {
    "P-D-EARLY": "全国 2010 年",
    "P-D-LATE": "全国 2022 年",
    "P-51-GD": "广东 2022 年",
    "P-51-BJSH": "北京、上海 2022 年（下限）",
    "P-D-E-NEAR": "东部 2022 年",
    "P-D-NE-START": "东北 2010 年",
}


def readings_table(systems: Iterable[ReadSystem]) -> pd.DataFrame:
    """List how many statements each reading gives up, which one, and its smallest conflict.

    Returns
    -------
    DataFrame
        One row a reading; Chinese columns.
    """
    rows = [
        {
            **{what: _WORDS[how] for what, how in read.reading.words},
            "至少放弃": _given_up(read.system.corrections()),
            "放弃哪一条即可": _named(read.system.culprits()),
            "最小的冲突": _named(read.system.smallest_conflict()),
        }
        for read in systems
    ]
    return pd.DataFrame(rows)


def growth_ranges(ledger: Ledger) -> pd.DataFrame:
    """Range of the national AI index 2022 over 2010 that different statements ask for.

    Returns
    -------
    DataFrame
        Columns `name` (Chinese), `low`, `high` (ratios) and `printed` (bool: the growth figure
        itself, else what other statements leave open).
    """
    low, high = ledger[GROWTH].interval
    rows = [
        ("全国增幅，读作增加量", low + 1, high + 1, True),
        ("全国增幅，读作倍数", low, high, True),
    ]
    for name, read, kept in _other_statements(ai_systems(ledger)):
        dropped = set(read.system.keys) - kept
        low, high = national_growth_range(read, dropped)
        rows.append((name, float(low), float(high), False))
    return pd.DataFrame(rows, columns=["name", "low", "high", "printed"])


def degree_ranges(ledger: Ledger, closenesses: Iterable[float]) -> pd.DataFrame:
    """Upper bounds of two regional means of D, by how close Central and West are taken to be.

    Parameters
    ----------
    ledger : Ledger
    closenesses : iterable of float
        How far the West's employment quality may exceed Central's, as a share.

    Returns
    -------
    DataFrame
        Columns `id` (of the claim that the bound tests), `closeness`, `bound`.
    """
    rows = [
        (key, closeness, bound(ledger, closeness))
        for closeness in closenesses
        for key, bound in (
            ("P-D-E-NEAR", east_degree_bound),
            ("P-D-NE-START", northeast_degree_bound),
        )
    ]
    return pd.DataFrame(rows, columns=["id", "closeness", "bound"])


def labelled_values(ledger: Ledger) -> pd.DataFrame:
    """Labels of the prose with their interval in table 3 and the value printed beside them.

    Returns
    -------
    DataFrame
        Columns `id`, `name` (Chinese: whose D, and the label), `low`, `high` (the label's
        interval) and `value` (NaN where the paper prints none).
    """
    rows = []
    for key, who in LABELLED.items():
        claim = ledger[key]
        label = str(claim.arguments["label"])
        described = ledger[claim.arguments["of"]] if "of" in claim.arguments else claim
        value = described.value if described.printed else float("nan")
        rows.append((key, f"{who}：{label}", *label_bounds(label, ledger), value))
    return pd.DataFrame(rows, columns=["id", "name", "low", "high", "value"])


_WORDS = {"increase": "增加量", "ratio": "倍数", "relative": "相对", "absolute": "绝对"}


def _named(keys: Iterable[str]) -> str:
    return "、".join(STATEMENTS.get(key, key) for key in keys) or "—"


def _given_up(corrections: int) -> str:
    return {0: "无", 1: "1 条", 2: "2 条以上"}[corrections]


def _other_statements(
    systems: tuple[ReadSystem, ...],
) -> Iterable[tuple[str, ReadSystem, set[str]]]:
    """Yield a name, a reading and the statements kept, growth of the nation left out."""
    relative = [s for s in systems if dict(s.reading.words)["差距"] == "relative"]
    by_east = {dict(s.reading.words)["东部增幅"]: s for s in relative}
    yield "西部、东北与全国的相对差距缩小", relative[0], {GAP}
    for how, word in (("increase", "增加量"), ("ratio", "倍数")):
        read = by_east[how]
        kept = set(read.system.keys) - {GROWTH, GAP}
        yield f"其余各条，东部增幅读作{word}", read, kept
