"""What printed figures imply by labels and by concavity, and the ranges a reader can look at.

With equal weights D = (U1 U2)^(1/4) for a province. This is concave in (U1, U2), so the mean of D
over provinces is at most (mean U1 x mean U2)^(1/4) (Jensen's inequality). Printed means of D and
AI therefore bound the mean of employment quality from below, and the mean of D from above.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from synergy.claims.feasibility import (
    READINGS,
    Linear,
    StatementSet,
    national_growth_range,
    statement_sets,
)
from synergy.claims.ledger import Answer, Claim, Ledger

#: The share of a grade's interval that is called close to the next grade; our choice.
CLOSE = 0.25
GROWTH, GAP = "P-AI-GROWTH", "P-AI-GAP"
LABELLED = {
    "P-D-EARLY": "全国 2010 年",
    "P-D-LATE": "全国 2022 年",
    "P-51-GD": "广东 2022 年",
    "P-51-BJSH": "北京、上海 2022 年（下限）",
    "P-D-E-NEAR": "东部 2022 年",
    "P-D-NE-START": "东北 2010 年",
}


def grade_rows(ledger: Ledger) -> list[Claim]:
    """Return the ledger's rows for the intervals of table 3, lowest first."""
    rows = [claim for claim in ledger if "grade" in claim.facts]
    return sorted(rows, key=lambda claim: claim.value)


def label_bounds(label: str, ledger: Ledger) -> tuple[float, float]:
    """Open lower and closed upper bound of a grade or a stage of table 3.

    Raises
    ------
    ValueError
        If table 3 has no such grade or stage.
    """
    rows = [c for c in grade_rows(ledger) if label in (c.facts["grade"], c.facts["stage"])]
    if not rows:
        known = [c.facts["grade"] for c in grade_rows(ledger)]
        raise ValueError(f"table 3 has no label {label!r}; grades are {known}")
    return min(float(c.facts["lower"]) for c in rows), max(c.value for c in rows)


def near_the_next(label: str, ledger: Ledger) -> float:
    """Where D begins to be close to the next grade: the upper quarter of its own grade."""
    low, high = label_bounds(label, ledger)
    return low + (1 - CLOSE) * (high - low)


def degree_of_means(u1: float, u2: float) -> float:
    """Upper bound of the mean coupling coordination degree at equal weights."""
    return float((u1 * u2) ** 0.25)


def national_quality_bound(ledger: Ledger) -> float:
    """Least national employment quality 2022 that the printed national D and AI figures allow."""
    largest_ai = _ai_2022(ledger).maximum({"N22": 1.0}, {"P-51-E15"})
    return ledger["P-D-2022"].interval[0] ** 4 / largest_ai


def east_degree_bound(ledger: Ledger, closeness: float) -> float:
    """Largest mean D of the East in 2022 that the printed figures allow.

    Parameters
    ----------
    ledger : Ledger
    closeness : float
        How far the West's employment quality may exceed Central's while both are called similar,
        as a share; the paper gives no number, so the choice is ours.
    """
    ai = _ai_2022(ledger).maximum({"E22": 1.0}, {"P-51-E15"})
    return degree_of_means(ai, _largest(ledger, "E22", closeness))


def northeast_degree_bound(
    ledger: Ledger, closeness: float, ai: str = "P-AI-NE10", year: int = 2010
) -> float:
    """Largest mean D of the Northeast in a year that the printed figures allow.

    Parameters
    ----------
    ledger : Ledger
    closeness : float
        As for :func:`east_degree_bound`.
    ai : str
        Id of the row that prints its AI index of that year.
    year : int
    """
    quality = _largest(ledger, f"NE{year % 100}", closeness)
    return degree_of_means(ledger[ai].interval[1], quality)


def northeast_shortfall(ledger: Ledger) -> float:
    """Least distance of the Northeast below the nation, were it behind Central as concluded.

    NaN if the printed figures cannot hold together at all.
    """
    least = national_quality_bound(ledger)
    if math.isnan(least):
        return least
    nation, central, west, northeast = (Linear({f"{n}22": 1.0}) for n in ("N", "C", "W", "NE"))
    behind = (nation >= least, central >= northeast, central >= west)
    sets = [read.given(*behind) for read in statement_sets(ledger, "EQ")]
    return min(read.minimum({"N22": 1.0, "NE22": -1.0}) for read in sets)


# ------------------------------------------------------------------ tests named in the ledger


def close_to_next_grade(claim: Claim, ledger: Ledger, label: str, closeness: float) -> Answer:
    """A mean D called close to the next grade against the largest value it can have.

    `label` names its own grade; see :func:`near_the_next`.
    """
    bound, needed = east_degree_bound(ledger, closeness), near_the_next(label, ledger)
    detail = (
        f"由已印出的 AI、就业质量数值，东部 D 均值至多 {bound:.3f}"
        f"（设西部就业质量最多高出中部 {closeness:.0%}）；"
        f"“接近”取等级区间上四分之一，即 {needed:g} 以上"
    )
    return Answer(bound >= needed, detail)


def grade_reachable(
    claim: Claim, ledger: Ledger, label: str, ai: str, year: int, closeness: float
) -> Answer:
    """A grade said of the Northeast against the largest mean D that it can have had in a year."""
    low, _ = label_bounds(label, ledger)
    bound = northeast_degree_bound(ledger, closeness, ai, year)
    detail = (
        f"{year} 年 D 均值至多 {bound:.3f}（设西部就业质量最多高出中部 {closeness:.0%}），"
        f"{label}须高于 {low:g}"
    )
    return Answer(bound > low, detail)


def gradient_against_body(claim: Claim, ledger: Ledger, band: str) -> Answer:
    """The conclusion's regional gradient in employment quality against the body of the paper."""
    width = ledger[band].value
    gap = northeast_shortfall(ledger)
    detail = (
        f"若东北就业质量落后于中部（{ledger['P-EQ-C22'].printed}），它须低于全国至少 "
        f"{gap:.4f}；正文称二者基本一致的尺度是 {width:g}，且 2022 年差距收窄"
    )
    return Answer(gap <= width, detail)


# ------------------------------------------------------------------ ranges to look at


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
    for name, read, kept in _other_statements(statement_sets(ledger, "AI")):
        low, high = national_growth_range(read, set(read.keys) - kept)
        rows.append((name, low, high, False))
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


def turning_points(bounds: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """From which closeness of Central and West on two labels without a number could hold.

    Parameters
    ----------
    bounds : DataFrame
        From :func:`degree_ranges`.
    ledger : Ledger

    Returns
    -------
    DataFrame
        Indexed by claim id: `needed`, what the bound must exceed, and the least `closeness` at
        which it does (NaN where none of those tried is enough).
    """
    east, northeast = (str(ledger[key].facts["label"]) for key in ("P-D-E-NEAR", "P-D-NE-START"))
    needed = {
        "P-D-E-NEAR": near_the_next(east, ledger),
        "P-D-NE-START": label_bounds(northeast, ledger)[0],
    }
    enough = bounds[bounds["bound"] > bounds["id"].map(needed)]
    closeness = enough.groupby("id")["closeness"].min()
    return pd.DataFrame({"needed": pd.Series(needed), "closeness": closeness})


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
        label = str(claim.facts["label"])
        described = ledger[claim.facts.get("of", key)]
        value = described.value if described.printed else float("nan")
        rows.append((key, f"{who}：{label}", *label_bounds(label, ledger), value))
    return pd.DataFrame(rows, columns=["id", "name", "low", "high", "value"])


def _other_statements(
    sets: Iterable[StatementSet],
) -> Iterable[tuple[str, StatementSet, set[str]]]:
    """Yield a name, a reading and the statements kept, growth of the nation left out."""
    relative = [read for read in sets if _word(read, "差距") == "relative"]
    by_east: Mapping[str, StatementSet] = {_word(read, "东部增幅"): read for read in relative}
    yield "西部与全国的相对差距缩小", relative[0], {GAP}
    for how in ("increase", "ratio"):
        read = by_east[how]
        yield f"其余各条，东部增幅读作{READINGS[how]}", read, set(read.keys) - {GROWTH, GAP}


def _word(read: StatementSet, what: str) -> str:
    return dict(read.words)[what]


def _ai_2022(ledger: Ledger) -> StatementSet:
    return statement_sets(ledger, "AI")[0]


def _largest(ledger: Ledger, quality: str, closeness: float) -> float:
    """Largest mean employment quality, West and Central 2022 being close."""
    close = Linear({"C22": 1.0}) * (1 + closeness) >= Linear({"W22": 1.0})
    return max(r.given(close).maximum({quality: 1.0}) for r in statement_sets(ledger, "EQ"))
