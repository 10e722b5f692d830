"""Claims read off table 4, tested on a panel by estimating the same system.

The paper does not say which forward transformation its software used, so both are estimated
(just-identified, clustered by province); a claim counts as reproduced only if it holds under
both. Where identification is weak, a missing star carries no information and is not counted.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from synergy.claims.ledger import Claim
from synergy.claims.panel_view import PanelView
from synergy.claims.significance import LEVELS, REGRESSORS, stars_of
from synergy.claims.verdicts import Finding, not_checkable_here, panel_check, reproduced_if
from synergy.dictionary import published_table

if TYPE_CHECKING:
    from pvar import PanelVARResults

Transform = Literal["fod", "pvar2"]
TRANSFORMS: tuple[Transform, ...] = ("fod", "pvar2")
NAMES = {"fod": "前向正交离差", "pvar2": "pvar2 的 Helmert"}


@dataclass(frozen=True)
class Cell:
    """One estimated coefficient: value and two-sided p under one transformation."""

    transform: Transform
    coefficient: float
    p: float

    @property
    def text(self) -> str:
        """Chinese description."""
        return f"{NAMES[self.transform]} {self.coefficient:+.3f}（p={self.p:.2f}）"

    def matches(self, sign: float) -> bool:
        """Significant at 10 % with the given sign."""
        return self.coefficient * sign > 0 and self.p < LEVELS[1]


@panel_check
def cell_on_panel(claim: Claim, view: PanelView) -> Finding:
    """Stars of a cell: sign and p < .1 under both transformations, p >= .1 where unstarred."""
    a = claim.panel_arguments
    stars = int(a.get("stars", claim.printed or 0))
    cells = _estimated(view, str(a["regressor"]), str(a["equation"]))
    if isinstance(cells, Finding):
        return cells
    weak = _weakness(view)
    detail = "；".join(cell.text for cell in cells) + weak
    if stars:
        sign = _printed_sign(str(a["regressor"]), str(a["equation"]))
        return reproduced_if(all(cell.matches(sign) for cell in cells), detail)
    quiet = all(stars_of(cell.p) == 0 for cell in cells)
    if quiet and weak:
        return not_checkable_here(f"{detail}，不显著不含信息", "更长的面板或更强的工具变量")
    return reproduced_if(quiet, detail)


@panel_check
def links_on_panel(claim: Claim, view: PanelView) -> Finding:
    """Every link (cause, effect) is positive with p < .1 under both transformations."""
    return _all_positive(view, [(str(a), str(b)) for a, b in claim.panel_arguments["links"]])


@panel_check
def set_on_panel(claim: Claim, view: PanelView) -> Finding:
    """The significant regressors of one equation are exactly those the prose lists."""
    equation = str(claim.panel_arguments["equation"])
    said = set(claim.panel_arguments["regressors"])
    parts, holds = [], True
    for transform in TRANSFORMS:
        result = _estimate(view, transform)
        if isinstance(result, Finding):
            return result
        row = REGRESSORS.index(equation)
        found = {
            name
            for j, name in enumerate(REGRESSORS)
            if result.p_values[row, j] < LEVELS[1] and result.dynamics[row, j] > 0
        }
        holds = holds and found == said
        listed = "、".join(name for name in REGRESSORS if name in found) or "无"
        parts.append(f"{NAMES[transform]}下显著为正的：{listed}")
    return reproduced_if(holds, "；".join(parts) + _weakness(view))


@panel_check
def stable_on_panel(claim: Claim, view: PanelView) -> Finding:
    """The estimated system is stable under both transformations."""
    parts, holds = [], True
    for transform in TRANSFORMS:
        result = _estimate(view, transform)
        if isinstance(result, Finding):
            return result
        holds = holds and result.stable
        parts.append(f"{NAMES[transform]}最大特征值模 {result.eigenvalue_moduli[0]:.3f}")
    return reproduced_if(holds, "；".join(parts))


@lru_cache(maxsize=16)
def _estimate(view: PanelView, transform: Transform) -> PanelVARResults | Finding:
    from pvar import panel_var

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return panel_var(view.frame, list(REGRESSORS), transform=transform)
        except ValueError as error:
            return not_checkable_here(f"本面板上估计不出该系统：{error}", "更长、更完整的面板")


def _estimated(view: PanelView, cause: str, effect: str) -> tuple[Cell, ...] | Finding:
    cells = []
    for transform in TRANSFORMS:
        result = _estimate(view, transform)
        if isinstance(result, Finding):
            return result
        i, j = REGRESSORS.index(effect), REGRESSORS.index(cause)
        cells.append(Cell(transform, float(result.dynamics[i, j]), float(result.p_values[i, j])))
    return tuple(cells)


def _all_positive(view: PanelView, links: Sequence[tuple[str, str]]) -> Finding:
    parts, holds = [], True
    for cause, effect in links:
        cells = _estimated(view, cause, effect)
        if isinstance(cells, Finding):
            return cells
        holds = holds and all(cell.matches(1.0) for cell in cells)
        parts.append(f"{cause}→{effect}：{'，'.join(cell.text for cell in cells)}")
    return reproduced_if(holds, "；".join(parts) + _weakness(view))


def _weakness(view: PanelView) -> str:
    """Chinese clause on the weaker of the two identifications; empty where both are strong."""
    from pvar.diagnostics import WEAK_F

    results = [_estimate(view, transform) for transform in TRANSFORMS]
    strengths = [
        r.weak_identification.cragg_donald_f
        for r in results
        if not isinstance(r, Finding) and r.weak_identification is not None
    ]
    weakest = min(strengths, default=WEAK_F)
    return f"；工具变量弱（Cragg–Donald F={weakest:.2f}）" if weakest < WEAK_F else ""


def _printed_sign(cause: str, effect: str) -> float:
    table = published_table(4)
    cell = table[(table["equation"] == effect) & (table["regressor"] == cause)]
    return 1.0 if float(cell["coefficient"].iloc[0]) > 0 else -1.0
