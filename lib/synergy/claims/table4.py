"""Table 4 as a system: what its printed coefficients, their rounding and their t values imply.

A first-order system y(t) = A y(t-1) + e dies out only if every eigenvalue of A lies inside the
unit circle. One seed and one number of draws, so that every page that speaks of the printed
system's eigenvalues says the same.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pvar import ImpliedSystem, implied_system
from synergy.claims.ledger import Answer, Claim, Ledger
from synergy.claims.significance import EQUATIONS, cell_id

DRAWS, SEED = 10_000, 20250815

Complexes = NDArray[np.complex128]
Cells = tuple[tuple[str, ...], ...]


def printed_system(ledger: Ledger) -> ImpliedSystem:
    """What table 4 implies; rows = equations, columns = lagged variables, as in `EQUATIONS`.

    The paper prints no covariances, so its standard errors are taken as independent.
    """
    return _implied(printed_cells(ledger), printed_cells(ledger, "t"))


def printed_cells(ledger: Ledger, part: str = "") -> Cells:
    """Table 4 as printed, equation by equation; `part` as in `cell_id`."""
    return tuple(
        tuple(ledger[cell_id(equation, regressor, part)].printed for regressor in EQUATIONS)
        for equation in EQUATIONS
    )


@lru_cache(maxsize=4)
def _implied(coefficients: Cells, t_values: Cells) -> ImpliedSystem:
    decimals = [[len(cell.partition(".")[2]) for cell in row] for row in coefficients]
    values, t = (np.array(cells, dtype=np.float64) for cells in (coefficients, t_values))
    return implied_system(values, decimals=decimals, t_values=t, draws=DRAWS, seed=SEED)


def eigenvalue_clouds(ledger: Ledger, *, draws: int = 40) -> tuple[Complexes, Complexes, Complexes]:
    """Eigenvalues as printed, under rounding and under sampling error: the first few draws.

    Returns
    -------
    tuple of ndarray
        Shapes (5,), (draws * 5,) and (draws * 5,).
    """
    system = printed_system(ledger)
    assert system.sampled is not None
    return system.eigenvalues, system.rounded[:draws].ravel(), system.sampled[:draws].ravel()


def stable_system(claim: Claim, ledger: Ledger) -> Answer:
    """The accumulating, self-feeding mechanism needs a stable system; table 4 as printed."""
    system = printed_system(ledger)
    low, high = system.rounding_low[0], system.rounding_high[0]
    sure_low, sure_high = system.enclosure
    detail = (
        f"表 4 系数矩阵最大特征值模 {system.moduli[0]:.3f}；舍入范围内抽 {system.draws} 次为 "
        f"{low:.3f} 至 {high:.3f}，严格包络 {sure_low:.3f} 至 {sure_high:.3f}；稳定要求小于 1"
    )
    return Answer(bool(high < 1.0), detail)
