"""What the printed AI and D figures imply for employment quality, by concavity.

With equal weights D = (U1 U2)^(1/4) for a province. This is concave in (U1, U2), so the mean of D
over provinces is at most (mean U1 x mean U2)^(1/4) (Jensen's inequality). Printed means of D and
AI therefore bound the mean of employment quality from below, and the mean of D from above.
"""

from __future__ import annotations

import math

from synergy.claims.aggregates import ReadSystem, ai_systems, eq_systems
from synergy.claims.feasibility import Constraint, System, at_least
from synergy.claims.ledger import Claim, Ledger
from synergy.claims.thresholds import label_bounds
from synergy.claims.verdicts import Finding, consistent_if, document_check


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
    closeness : float
        How far the West's employment quality may exceed Central's while both are called similar,
        as a share; the paper gives no number, so the choice is ours.
    """
    ai = _ai_2022(ledger).maximum({"E22": 1.0}, {"P-51-E15"})
    return degree_of_means(ai, _largest(ledger, "E22", closeness))


def northeast_degree_bound(ledger: Ledger, closeness: float, ai: str = "P-AI-NE10") -> float:
    """Largest mean D of the Northeast in 2010 that the printed figures allow.

    Parameters
    ----------
    closeness : float
        As for :func:`east_degree_bound`.
    ai : str
        Id of the row that prints its AI index 2010.
    """
    return degree_of_means(ledger[ai].interval[1], _largest(ledger, "NE10", closeness))


def northeast_shortfall(ledger: Ledger) -> float:
    """Least distance of the Northeast below the nation, were it behind Central as concluded.

    NaN if the printed figures cannot hold together at all.
    """
    least = national_quality_bound(ledger)
    if math.isnan(least):
        return least
    floor = Constraint({"N22": -1.0}, -least)
    behind = (floor, at_least("C22", "NE22"), at_least("C22", "W22"))
    systems = [_with(read.system, *behind) for read in eq_systems(ledger)]
    return min(system.minimum({"N22": 1.0, "NE22": -1.0}) for system in systems)


@document_check
def close_to_next_grade(claim: Claim, ledger: Ledger) -> Finding:
    """A mean D called close to the next grade against the largest value it can have.

    Arguments: `label` (its own grade) and `closeness` (see :func:`east_degree_bound`). "Close" is
    taken as the upper quarter of the grade.
    """
    low, high = label_bounds(str(claim.arguments["label"]), ledger)
    closeness = float(claim.arguments["closeness"])
    bound = east_degree_bound(ledger, closeness)
    needed = low + 0.75 * (high - low)
    detail = (
        f"由已印出的 AI、就业质量数值，东部 D 均值至多 {bound:.3f}"
        f"（设西部就业质量最多高出中部 {closeness:.0%}）；"
        f"“接近”取等级区间上四分之一，即 {needed:g} 以上"
    )
    return consistent_if(bound >= needed, detail, "图 5 的东部数值")


@document_check
def grade_reachable(claim: Claim, ledger: Ledger) -> Finding:
    """A grade said of the Northeast for all years against the largest mean D it had in 2010.

    Arguments: `label`, `ai` (id of its AI index 2010) and `closeness`.
    """
    low, _ = label_bounds(str(claim.arguments["label"]), ledger)
    closeness = float(claim.arguments["closeness"])
    bound = northeast_degree_bound(ledger, closeness, str(claim.arguments["ai"]))
    detail = (
        f"2010 年 D 均值至多 {bound:.3f}（设西部就业质量最多高出中部 {closeness:.0%}），"
        f"{claim.arguments['label']}须高于 {low:g}"
    )
    return consistent_if(bound > low, detail, "图 5 的东北数值")


@document_check
def gradient_against_body(claim: Claim, ledger: Ledger) -> Finding:
    """The conclusion's regional gradient in employment quality against the body of the paper."""
    band = ledger[claim.arguments["band"]].value
    shortfall = northeast_shortfall(ledger)
    detail = (
        f"若东北就业质量落后于中部（{ledger['P-EQ-C22'].printed}），它须低于全国至少 "
        f"{shortfall:.4f}；正文称二者基本一致的尺度是 {band:g}，且 2022 年差距收窄"
    )
    return consistent_if(shortfall <= band, detail, "图 3 的东北与全国数值")


def _ai_2022(ledger: Ledger) -> System:
    reads: tuple[ReadSystem, ...] = ai_systems(ledger)
    return reads[0].system


def _largest(ledger: Ledger, quality: str, closeness: float) -> float:
    """Largest mean employment quality, West and Central 2022 being close."""
    close = at_least("C22", "W22", 1 / (1 + closeness))
    return max(_with(r.system, close).maximum({quality: 1.0}) for r in eq_systems(ledger))


def _with(system: System, *extra: Constraint) -> System:
    return System(system.variables, (*system.base, *extra), system.statements)
