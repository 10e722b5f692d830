"""Table 4: cells, stars against t statistics, and prose against cells.

The paper prints coefficients with t statistics in parentheses and stars. Its prose shows that
three, two and one star stand for p < .01, .05 and .1. With 30 provinces and 13 years about 330
rows remain after one lag and the forward transformation, so p values are two-sided normal; a t
distribution with few degrees of freedom would only make them larger.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from synergy.claims.ledger import Claim, Ledger
from synergy.claims.verdicts import Finding, consistent_if, document_check
from synergy.dictionary import published_table

LEVELS = {3: 0.01, 2: 0.05, 1: 0.1}
EQUATIONS = ("LR", "EQ", "SS", "LQ", "AI")
REGRESSORS = ("AI", "LR", "EQ", "SS", "LQ")
DECIMAL_SLACK = 1e-9


def cell_id(equation: str, regressor: str, part: str = "") -> str:
    """Id of the ledger row of a cell of table 4; `part` is "", "t" or "s" (stars)."""
    return f"P-T4-{equation}-{regressor}" + (f"-{part}" if part else "")


def p_value(t: float) -> float:
    """Two-sided p value of a t statistic under the standard normal distribution."""
    return math.erfc(abs(t) / math.sqrt(2.0))


def stars_of(p: float) -> int:
    """Return the number of stars that a p value earns under the paper's levels."""
    return max((stars for stars, level in LEVELS.items() if p < level), default=0)


def p_interval(t: Claim) -> tuple[float, float]:
    """Smallest and largest p value that the rounding of a printed t statistic allows."""
    low, high = t.interval
    farthest = max(abs(low), abs(high))
    nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    return p_value(farthest), p_value(nearest)


@document_check
def table_cell(claim: Claim, ledger: Ledger) -> Finding:
    """Ledger against the separately typed table, and the coefficient's sign against its t's."""
    equation, regressor = claim.arguments["equation"], claim.arguments["regressor"]
    field = str(claim.arguments["field"])
    typed = _typed_cells()[equation, regressor, field]
    t = ledger[cell_id(equation, regressor, "t")].value
    coefficient = ledger[cell_id(equation, regressor)].value
    agrees = math.isclose(claim.value, typed, abs_tol=DECIMAL_SLACK)
    same_sign = math.copysign(1, t) == math.copysign(1, coefficient)
    detail = f"表 4 第 {equation} 列 {regressor} 行：台账 {claim.printed}，另录 {typed:g}"
    return consistent_if(agrees and same_sign, f"{detail}；系数 {coefficient:g} 与 t={t:g} 的符号")


@document_check
def stars_match_t(claim: Claim, ledger: Ledger) -> Finding:
    """Printed stars against the stars that the printed t statistic earns."""
    t = ledger[cell_id(claim.arguments["equation"], claim.arguments["regressor"], "t")]
    low, high = p_interval(t)
    earned = {stars_of(low), stars_of(high)}
    detail = (
        f"印出 {claim.value:.0f} 颗星；t={t.printed} 的双侧正态 p 在 {low:.4f} 至 {high:.4f}，"
        f"应得 {' 或 '.join(str(n) for n in sorted(earned))} 颗"
    )
    settle = "原始估计输出中的标准误与 p 值"
    return consistent_if(int(claim.value) in earned, detail, settle)


@document_check
def prose_quotes_cell(claim: Claim, ledger: Ledger) -> Finding:
    """A coefficient quoted in prose against the cell it speaks of."""
    cell = ledger[claim.arguments["cell"]]
    width = max(claim.half_width, cell.half_width) + DECIMAL_SLACK
    detail = f"正文 {claim.printed}，表 4 对应单元格 {cell.printed}"
    return consistent_if(abs(claim.value - cell.value) <= width, detail, "作者的原始回归输出")


@document_check
def prose_level(claim: Claim, ledger: Ledger) -> Finding:
    """A significance level quoted in prose against the stars and the t statistic of the cell."""
    key = str(claim.arguments["cell"])
    stars, t = int(ledger[f"{key}-s"].value), ledger[f"{key}-t"]
    smallest_p = p_interval(t)[0]
    same_stars = math.isclose(LEVELS.get(stars, math.inf), claim.value)
    detail = (
        f"正文 p<{claim.printed}；表 4 该格 {stars} 颗星，t={t.printed}，舍入内 p 至少 "
        f"{smallest_p:.4f}"
    )
    return consistent_if(same_stars and smallest_p < claim.value, detail, "作者的原始回归输出")


@document_check
def significant_set(claim: Claim, ledger: Ledger) -> Finding:
    """The regressors a sentence calls significant against those with stars in that column."""
    equation = str(claim.arguments["equation"])
    said = set(claim.arguments["regressors"])
    starred = {r for r in REGRESSORS if ledger[cell_id(equation, r, "s")].value > 0}
    positive = all(ledger[cell_id(equation, r)].value > 0 for r in said)
    detail = f"正文列出 {_names(said)}；表 4 该列带星的为 {_names(starred)}"
    return consistent_if(said == starred and positive, detail)


@document_check
def not_significant(claim: Claim, ledger: Ledger) -> Finding:
    """A cell the prose calls insignificant: no star and p of at least .1."""
    key = str(claim.arguments["cell"])
    stars, t = ledger[f"{key}-s"].value, ledger[f"{key}-t"]
    detail = f"表 4 该格 {stars:.0f} 颗星，t={t.printed}，p≈{p_value(t.value):.2f}"
    return consistent_if(stars == 0 and p_interval(t)[1] >= LEVELS[1], detail)


@document_check
def largest_in_columns(claim: Claim, ledger: Ledger) -> Finding:
    """One regressor has the largest coefficient, and stars, in every named column."""
    regressor = str(claim.arguments["regressor"])
    parts, holds = [], True
    for equation in claim.arguments.get("equations", EQUATIONS):
        own = ledger[cell_id(equation, regressor)].value
        rest = max(abs(ledger[cell_id(equation, r)].value) for r in REGRESSORS if r != regressor)
        starred = ledger[cell_id(equation, regressor, "s")].value > 0
        holds = holds and abs(own) > rest and starred
        parts.append(f"{equation} {own:g} 对其余最大 {rest:g}")
    return consistent_if(holds, "；".join(parts) + "（原始系数，未按标准差换算）")


@document_check
def effect_order(claim: Claim, ledger: Ledger) -> Finding:
    """Cells of table 4 in the descending order that the prose gives them."""
    cells = [ledger[key] for key in claim.arguments["cells"]]
    values = [cell.value for cell in cells]
    detail = " > ".join(f"{cell.printed}" for cell in cells)
    return consistent_if(values == sorted(values, reverse=True), f"按正文次序，表 4 为 {detail}")


@document_check
def chain_supported(claim: Claim, ledger: Ledger) -> Finding:
    """Every link of a claimed mechanism is a positive, starred cell of table 4."""
    links = [(str(a), str(b)) for a, b in claim.arguments["links"]]
    broken = [link for link in links if not _is_positive_starred(*link, ledger)]
    detail = "；".join(_link(a, b, ledger) for a, b in links)
    return consistent_if(not broken, detail, "报告标准误的完整估计，或直接检验该环节的设计")


@cache
def _typed_cells() -> dict[tuple[str, str, str], float]:
    fields = ("coefficient", "t_statistic", "stars")
    rows = published_table(4).to_dict("records")
    return {(r["equation"], r["regressor"], f): float(r[f]) for r in rows for f in fields}


def _is_positive_starred(cause: str, effect: str, ledger: Ledger) -> bool:
    key = cell_id(effect, cause)
    return ledger[key].value > 0 and ledger[f"{key}-s"].value > 0


def _link(cause: str, effect: str, ledger: Ledger) -> str:
    key = cell_id(effect, cause)
    stars = "*" * int(ledger[f"{key}-s"].value) or "无星"
    return f"{cause}→{effect} {ledger[key].printed}（{stars}，t={ledger[f'{key}-t'].printed}）"


def _names(codes: Iterable[str]) -> str:
    return "、".join(code for code in REGRESSORS if code in set(codes)) or "无"
