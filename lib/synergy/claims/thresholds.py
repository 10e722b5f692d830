"""Labels against thresholds: table 3's grades and stages, and the labels the prose gives."""

from __future__ import annotations

from synergy.claims.ledger import Claim, Ledger
from synergy.claims.verdicts import Finding, consistent_if, document_check
from synergy.dictionary import published_table

SLACK = 1e-9


def grade_rows(ledger: Ledger) -> list[Claim]:
    """Return the ledger's rows for the intervals of table 3, lowest first."""
    rows = [claim for claim in ledger if claim.check == "grade_interval"]
    return sorted(rows, key=lambda claim: claim.value)


def label_bounds(label: str, ledger: Ledger) -> tuple[float, float]:
    """Open lower and closed upper bound of a grade or a stage of table 3.

    Raises
    ------
    ValueError
        If table 3 has no such grade or stage.
    """
    rows = [c for c in grade_rows(ledger) if label in (c.arguments["grade"], c.arguments["stage"])]
    if not rows:
        known = [c.arguments["grade"] for c in grade_rows(ledger)]
        raise ValueError(f"table 3 has no label {label!r}; grades are {known}")
    return min(float(c.arguments["lower"]) for c in rows), max(c.value for c in rows)


@document_check
def grade_interval(claim: Claim, ledger: Ledger) -> Finding:
    """One interval of table 3 against the separately typed table."""
    rows = {str(row["grade"]): row for row in published_table(3).to_dict("records")}
    row = rows[str(claim.arguments["grade"])]
    typed = (float(row["lower"]), float(row["upper"]), str(row["stage"]))
    here = (float(claim.arguments["lower"]), claim.value, str(claim.arguments["stage"]))
    same = abs(typed[0] - here[0]) < SLACK and abs(typed[1] - here[1]) < SLACK
    detail = f"台账 ({here[0]:g}, {here[1]:g}] 属{here[2]}；另录 ({typed[0]:g}, {typed[1]:g}]"
    return consistent_if(same and typed[2] == here[2], detail)


@document_check
def intervals_tile(claim: Claim, ledger: Ledger) -> Finding:
    """The intervals of table 3 follow each other from 0 to 1 without gap or overlap."""
    rows = grade_rows(ledger)
    edges = [0.0, *(row.value for row in rows)]
    lowers = [float(row.arguments["lower"]) for row in rows]
    joined = all(abs(a - b) < SLACK for a, b in zip(edges, lowers, strict=False))
    detail = f"{len(rows)} 个区间，端点 {', '.join(f'{edge:g}' for edge in edges)}"
    return consistent_if(joined and abs(edges[-1] - 1.0) < SLACK, detail)


@document_check
def stage_interval(claim: Claim, ledger: Ledger) -> Finding:
    """Upper end of a stage against the grades that table 3 puts into it."""
    low, high = label_bounds(str(claim.arguments["stage"]), ledger)
    lower = float(claim.arguments["lower"])
    detail = f"该阶段由等级拼成 ({low:g}, {high:g}]，台账 ({lower:g}, {claim.printed}]"
    return consistent_if(abs(high - claim.value) < SLACK and abs(low - lower) < SLACK, detail)


@document_check
def label_fits(claim: Claim, ledger: Ledger) -> Finding:
    """A label against the value it describes.

    Arguments: `label` (grade or stage), `of` (id of the value; the row itself if absent) and
    `above` (the printed value is only a lower bound).
    """
    label = str(claim.arguments["label"])
    described = ledger[claim.arguments["of"]] if "of" in claim.arguments else claim
    low, high = label_bounds(label, ledger)
    smallest, largest = described.interval
    inside = smallest > low and largest <= high
    touches = described.value < high
    holds = touches if claim.arguments.get("above") else inside
    word = "高于 " if claim.arguments.get("above") else ""
    return consistent_if(holds, f"{label}是 ({low:g}, {high:g}]，印出{word}{described.printed}")


@document_check
def called_stage(claim: Claim, ledger: Ledger) -> Finding:
    """Names that the prose calls stages against the stage names of table 3."""
    stages = {str(row.arguments["stage"]).removesuffix("阶段") for row in grade_rows(ledger)}
    strangers = [name for name in claim.arguments["names"] if name not in stages]
    detail = (
        f"正文称作“阶段”的有{'、'.join(claim.arguments['names'])}；"
        f"表 3 的阶段名只有{'、'.join(sorted(stages))}"
    )
    return consistent_if(not strangers, detail)
