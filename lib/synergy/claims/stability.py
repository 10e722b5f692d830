"""Stability of the printed first-order system (table 4), with the rounding of its cells.

A first-order system y(t) = A y(t-1) + e dies out only if every eigenvalue of A lies inside the
unit circle. Each printed coefficient stands for an interval; two answers are given over that box:
a seeded Monte Carlo range, and Gershgorin discs of the matrix in its own eigenbasis, which hold
for every matrix in the box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergy.claims.ledger import Answer, Claim, Ledger
from synergy.claims.significance import EQUATIONS, cell_id

Floats = NDArray[np.float64]
ORDER = EQUATIONS


@dataclass(frozen=True)
class RoundedStability:
    """Spectral radius of a printed system over its rounding box.

    Attributes
    ----------
    moduli : ndarray, shape (K,)
        Eigenvalue moduli at the printed values, largest first.
    simulated : tuple of float
        Least and greatest spectral radius over the draws.
    enclosure : tuple of float
        Interval that contains the modulus of the leading eigenvalue for every matrix in the box;
        (0, inf) if its disc meets another.
    draws : int
    """

    moduli: Floats
    simulated: tuple[float, float]
    enclosure: tuple[float, float]
    draws: int


def printed_system(ledger: Ledger) -> tuple[Floats, Floats]:
    """Coefficient matrix of table 4 and half-widths: row = equation, column = lagged variable."""
    cells = [[ledger[cell_id(e, r)] for r in ORDER] for e in ORDER]
    values = np.array([[cell.value for cell in row] for row in cells])
    widths = np.array([[cell.half_width for cell in row] for row in cells])
    return values, widths


def eigenvalue_moduli(matrix: Floats) -> Floats:
    """Moduli of the eigenvalues in descending order; works on stacks of matrices."""
    moduli: Floats = np.abs(np.linalg.eigvals(matrix))
    return np.sort(moduli, axis=-1)[..., ::-1]


def rounding_box_radii(matrix: Floats, widths: Floats, draws: int, seed: int) -> Floats:
    """Spectral radii of matrices drawn uniformly from the rounding box, shape (draws,)."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(-1.0, 1.0, size=(draws, *matrix.shape))
    return eigenvalue_moduli(matrix + noise * widths)[:, 0]


def leading_enclosure(matrix: Floats, widths: Floats) -> tuple[float, float]:
    """Interval holding the modulus of the leading eigenvalue for every matrix in the box.

    With A = V diag(l) V^-1, a matrix A + E with |E| <= widths is similar to diag(l) + V^-1 E V,
    whose Gershgorin radii are at most the row sums of |V^-1| widths |V|. A disc that meets no
    other contains exactly one eigenvalue.
    """
    values, vectors = np.linalg.eig(matrix)
    radii = (np.abs(np.linalg.inv(vectors)) @ widths @ np.abs(vectors)).sum(axis=1)
    top = int(np.argmax(np.abs(values)))
    others = np.delete(np.arange(len(values)), top)
    distance = np.abs(values[others] - values[top])
    if (distance <= radii[others] + radii[top]).any():
        return 0.0, float("inf")
    modulus = float(np.abs(values[top]))
    return modulus - float(radii[top]), modulus + float(radii[top])


def rounded_stability(
    matrix: Floats, widths: Floats, *, draws: int = 2000, seed: int = 20250815
) -> RoundedStability:
    """Eigenvalue moduli of a printed system with their range under rounding.

    Parameters
    ----------
    matrix, widths : ndarray, shape (K, K)
        Printed coefficients and half the step of the last printed digit.
    draws, seed : int
        Size and seed of the Monte Carlo study.
    """
    radii = rounding_box_radii(matrix, widths, draws, seed)
    return RoundedStability(
        eigenvalue_moduli(matrix),
        (float(radii.min()), float(radii.max())),
        leading_enclosure(matrix, widths),
        draws,
    )


def stable_system(claim: Claim, ledger: Ledger) -> Answer:
    """The accumulating, self-feeding mechanism needs a stable system; table 4 as printed."""
    result = rounded_stability(*printed_system(ledger))
    low, high = result.simulated
    sure_low, sure_high = result.enclosure
    detail = (
        f"表 4 系数矩阵最大特征值模 {result.moduli[0]:.3f}；舍入范围内抽 {result.draws} 次为 "
        f"{low:.3f} 至 {high:.3f}，严格包络 {sure_low:.3f} 至 {sure_high:.3f}；稳定要求小于 1"
    )
    return Answer(high < 1.0, detail)
