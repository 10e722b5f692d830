"""Table 4: stars against t statistics, prose against cells, and the same system on a panel.

The paper prints coefficients with t statistics in parentheses and stars. Its prose shows that
three, two and one star stand for p < .01, .05 and .1. With 30 provinces and 13 years about 330
rows remain after one lag and the forward transformation, so p values are two-sided normal; a t
distribution with few degrees of freedom would only make them larger. One-sided ones would earn
more stars, but then other cells would print too few: that reading rescues nothing.

On a panel the system is estimated under both forward transformations (just-identified, clustered
by province), since the paper does not say which its software used; a claim holds only if it holds
under both.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Literal

import pandas as pd
from scipy.special import stdtr

from synergy.claims.ledger import Answer, Claim, Ledger
from synergy.claims.panels import NoEvidence
from synergy.claims.printed import SLACK
from synergy.dictionary import published_table
from synergy.words import named

if TYPE_CHECKING:
    from pvar import PanelVARResults
    from synergy.evidence import Findings

LEVELS = {3: 0.01, 2: 0.05, 1: 0.1}
EQUATIONS = ("LR", "EQ", "SS", "LQ", "AI")
REGRESSORS = ("AI", "LR", "EQ", "SS", "LQ")

Transform = Literal["fod", "pvar2"]
TRANSFORMS: dict[Transform, str] = {"fod": "前向正交离差", "pvar2": "pvar2 的 Helmert"}


def cell_id(equation: str, regressor: str, part: str = "") -> str:
    """Id of the ledger row of a cell of table 4; `part` is "", "t" or "s" (stars)."""
    return f"P-T4-{equation}-{regressor}" + (f"-{part}" if part else "")


def cell_name(equation: str, regressor: str) -> str:
    """Name a cell of table 4 by cause and effect."""
    return f"{named(regressor)} → {named(equation)}"


def p_value(t: float, degrees: float = math.inf, sides: int = 2) -> float:
    """p value of a t statistic; infinite degrees of freedom give the normal one."""
    return sides * float(stdtr(degrees, -abs(t)))


def stars_of(p: float) -> int:
    """Return the number of stars that a p value earns under the paper's levels."""
    return max((stars for stars, level in LEVELS.items() if p < level), default=0)


def p_interval(t: Claim, degrees: float = math.inf, sides: int = 2) -> tuple[float, float]:
    """Smallest and largest p value that the rounding of a printed t statistic allows."""
    low, high = t.interval
    farthest = max(abs(low), abs(high))
    nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    return p_value(farthest, degrees, sides), p_value(nearest, degrees, sides)


# ------------------------------------------------------------------ the printed table


def table_cell(claim: Claim, ledger: Ledger, equation: str, regressor: str, field: str) -> Answer:
    """Ledger against the separately typed table, and the coefficient's sign against its t's."""
    typed = _typed_cells()[equation, regressor, field]
    t = ledger[cell_id(equation, regressor, "t")].value
    coefficient = ledger[cell_id(equation, regressor)].value
    agrees = math.isclose(claim.value, typed, abs_tol=SLACK)
    same_sign = math.copysign(1, t) == math.copysign(1, coefficient)
    detail = f"表 4 {cell_name(equation, regressor)}：台账 {claim.printed}，另录 {typed:g}"
    return Answer(agrees and same_sign, f"{detail}；系数 {coefficient:g} 与 t={t:g} 的符号")


def stars_match_t(claim: Claim, ledger: Ledger, equation: str, regressor: str) -> Answer:
    """Printed stars against the stars that the printed t statistic earns."""
    t = ledger[cell_id(equation, regressor, "t")]
    low, high = p_interval(t)
    earned = {stars_of(low), stars_of(high)}
    holds = int(claim.value) in earned
    detail = (
        f"印出 {claim.value:.0f} 颗星；t={t.printed} 的双侧正态 p 在 {low:.4f} 至 {high:.4f}，"
        f"应得 {' 或 '.join(str(n) for n in sorted(earned))} 颗"
    )
    return Answer(holds, detail if holds else f"{detail}；{_one_sided(ledger)}")


def _one_sided(ledger: Ledger) -> str:
    """Why p values of one side would not explain the stars."""
    both, one = (star_cells(ledger, sides=sides) for sides in (2, 1))
    before, after = (list(cells["name"][~cells["agrees"]]) for cells in (both, one))
    odd = "、".join(after)
    return f"换成单侧检验，不符的由 {len(before)} 格变为 {len(after)} 格（{odd}）"


def decision_errors(claim: Claim, ledger: Ledger, level: float) -> list[str]:
    """Cells of table 4 whose stars fall on the other side of a level than their t statistic."""
    cells = star_cells(ledger)
    bar = stars_of(level * (1 - SLACK))
    wrong = (cells["stars"] >= bar) & (cells["most"] < bar)
    wrong |= (cells["stars"] < bar) & (cells["least"] >= bar)
    return [str(name) for name in cells["name"][wrong]]


def prose_level(claim: Claim, ledger: Ledger, key: str) -> Answer:
    """A significance level quoted in prose against the stars and the t statistic of the cell."""
    stars, t = int(ledger[f"{key}-s"].value), ledger[f"{key}-t"]
    smallest_p = p_interval(t)[0]
    same_stars = math.isclose(LEVELS.get(stars, math.inf), claim.value)
    detail = (
        f"正文 p<{claim.printed}；表 4 该格 {stars} 颗星，t={t.printed}，舍入内 p 至少 "
        f"{smallest_p:.4f}"
    )
    return Answer(same_stars and smallest_p < claim.value, detail)


def significant_set(claim: Claim, ledger: Ledger, equation: str, said: list[str]) -> Answer:
    """The regressors a sentence calls significant against those with stars in that column."""
    starred = {r for r in REGRESSORS if ledger[cell_id(equation, r, "s")].value > 0}
    positive = all(ledger[cell_id(equation, r)].value > 0 for r in said)
    detail = f"正文列出 {_names(said)}；表 4 该列带星的为 {_names(starred)}"
    return Answer(set(said) == starred and positive, detail)


def largest_in_columns(
    claim: Claim, ledger: Ledger, regressor: str, equations: Iterable[str] = EQUATIONS
) -> Answer:
    """One regressor has the largest coefficient, and stars, in every named column."""
    parts, holds = [], True
    for equation in equations:
        own = ledger[cell_id(equation, regressor)].value
        rest = max(abs(ledger[cell_id(equation, r)].value) for r in REGRESSORS if r != regressor)
        starred = ledger[cell_id(equation, regressor, "s")].value > 0
        holds = holds and abs(own) > rest and starred
        parts.append(f"{named(equation)} {own:g} 对其余最大 {rest:g}")
    return Answer(holds, "；".join(parts) + "（原始系数，未按标准差换算）")


def chain_supported(claim: Claim, ledger: Ledger, *links: str) -> Answer:
    """Every link of a claimed mechanism (`"LQ>EQ"`) is a positive, starred cell of table 4."""
    pairs = [_link(text) for text in links]
    cells = [(ledger[cell_id(b, a)], ledger[cell_id(b, a, "s")]) for a, b in pairs]
    holds = all(cell.value > 0 and stars.value > 0 for cell, stars in cells)
    return Answer(holds, "；".join(_link_text(a, b, ledger) for a, b in pairs))


def star_cells(ledger: Ledger, degrees: float = math.inf, sides: int = 2) -> pd.DataFrame:
    """Cells of table 4 by falling absolute t statistic, with the stars that it earns.

    Parameters
    ----------
    ledger : Ledger
    degrees : float
        Degrees of freedom of the t distribution; infinite for the normal one.
    sides : int
        Of the test: 2 or 1.

    Returns
    -------
    DataFrame
        Columns `name`, `t` (absolute), `width` (rounding half-width), `stars` as printed, `least`
        and `most` (stars earned, rounding allowed for) and `agrees`.
    """
    found = []
    for equation, regressor in product(EQUATIONS, REGRESSORS):
        t = ledger[cell_id(equation, regressor, "t")]
        printed = int(ledger[cell_id(equation, regressor, "s")].value)
        most, least = (stars_of(p) for p in p_interval(t, degrees, sides))
        name = cell_name(equation, regressor)
        found.append((name, abs(t.value), t.half_width, printed, least, most))
    table = pd.DataFrame(found, columns=["name", "t", "width", "stars", "least", "most"])
    table["agrees"] = table["stars"].between(table["least"], table["most"])
    return table.sort_values("t", ascending=False, kind="stable")


@cache
def _typed_cells() -> dict[tuple[str, str, str], float]:
    fields = ("coefficient", "t_statistic", "stars")
    rows = published_table(4).to_dict("records")
    return {(r["equation"], r["regressor"], f): float(r[f]) for r in rows for f in fields}


def _link(text: str) -> tuple[str, str]:
    cause, _, effect = text.partition(">")
    return cause, effect


def _link_text(cause: str, effect: str, ledger: Ledger) -> str:
    key = cell_id(effect, cause)
    stars = "*" * int(ledger[f"{key}-s"].value) or "无星"
    value, t = ledger[key].printed, ledger[f"{key}-t"].printed
    return f"{cell_name(effect, cause)} {value}（{stars}，t={t}）"


def _names(codes: Iterable[str]) -> str:
    return "、".join(named(code) for code in REGRESSORS if code in set(codes)) or "无"


# ------------------------------------------------------------------ the system on a panel


@dataclass(frozen=True)
class Cell:
    """One estimated coefficient: value and two-sided p under one transformation."""

    transform: Transform
    coefficient: float
    p: float

    @property
    def text(self) -> str:
        """Chinese description."""
        return f"{TRANSFORMS[self.transform]} {self.coefficient:+.3f}（p={self.p:.2f}）"

    def matches(self, sign: float) -> bool:
        """Significant at 10 % with the given sign."""
        return self.coefficient * sign > 0 and self.p < LEVELS[1]


def starred(findings: Findings, equation: str, regressor: str, stars: float) -> Answer:
    """Stars of a cell: sign and p < .1 under both transformations, p >= .1 where unstarred."""
    cells = _cells(findings, regressor, equation)
    if stars:
        sign = math.copysign(1.0, _typed_cells()[equation, regressor, "coefficient"])
        holds = all(cell.matches(sign) for cell in cells)
    else:
        holds = all(stars_of(cell.p) == 0 for cell in cells)
    return Answer(holds, "；".join(cell.text for cell in cells))


def linked(findings: Findings, *links: str) -> Answer:
    """Every link (`"LQ>EQ"`: cause, effect) is positive with p < .1 under both transformations."""
    found = {link: _cells(findings, *_link(link)) for link in links}
    holds = all(cell.matches(1.0) for cells in found.values() for cell in cells)
    parts = [
        f"{cell_name(*reversed(_link(link)))}：{'，'.join(cell.text for cell in cells)}"
        for link, cells in found.items()
    ]
    return Answer(holds, "；".join(parts))


def significant_on(findings: Findings, equation: str, said: list[str]) -> Answer:
    """The significant regressors of one equation are exactly those the prose lists."""
    parts, holds = [], True
    row = REGRESSORS.index(equation)
    for transform, name in TRANSFORMS.items():
        result = _estimate(findings, transform)
        significant = (result.p_values[row] < LEVELS[1]) & (result.dynamics[row] > 0)
        found = {REGRESSORS[j] for j in significant.nonzero()[0]}
        holds = holds and found == set(said)
        parts.append(f"{name}下显著为正的：{_names(found)}")
    return Answer(holds, "；".join(parts))


def stable_on(findings: Findings) -> Answer:
    """The estimated system is stable under both transformations."""
    results = {name: _estimate(findings, transform) for transform, name in TRANSFORMS.items()}
    parts = [f"{name}最大特征值模 {r.eigenvalue_moduli[0]:.3f}" for name, r in results.items()]
    return Answer(all(r.stable for r in results.values()), "；".join(parts))


def weakest_instruments(findings: Findings) -> tuple[float, float]:
    """Return the larger p of the two estimates' rank tests and the level that it must be below.

    Raises
    ------
    NoEvidence
        If the panel is too short or thin for the system.
    """
    from pvar.identification import IDENTIFICATION_LEVEL

    tests = [_estimate(findings, transform).weak_identification for transform in TRANSFORMS]
    values = [test.rank.p for test in tests if test and test.rank]
    return max(values, default=1.0), IDENTIFICATION_LEVEL


@lru_cache(maxsize=16)
def _estimated(findings: Findings, transform: Transform) -> PanelVARResults | str:
    """The estimate, or why there is none."""
    from pvar import panel_var

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return panel_var(
                findings.frame, REGRESSORS, transform=transform, depth="just", steps="one"
            )
        except ValueError as error:
            return str(error)


def _estimate(findings: Findings, transform: Transform) -> PanelVARResults:
    result = _estimated(findings, transform)
    if isinstance(result, str):
        raise NoEvidence(f"本面板上估计不出该系统：{result}", "更长、更完整的面板")
    return result


def _cells(findings: Findings, cause: str, effect: str) -> tuple[Cell, ...]:
    i, j = REGRESSORS.index(effect), REGRESSORS.index(cause)
    found = []
    for transform in TRANSFORMS:
        result = _estimate(findings, transform)
        found.append(Cell(transform, float(result.dynamics[i, j]), float(result.p_values[i, j])))
    return tuple(found)
