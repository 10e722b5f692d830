"""Sampling spread of the printed system, read off the t statistics of table 4.

A coefficient divided by its t statistic is its standard error. The paper prints no covariances, so
the draws take the estimates as independent and normal: an order of magnitude, not a test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergy.claims.ledger import Ledger
from synergy.claims.significance import cell_id
from synergy.claims.stability import ORDER, eigenvalue_moduli, printed_system

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True)
class SampledStability:
    """Spectral radius of the printed system under sampling error.

    Attributes
    ----------
    median : float
    interval : tuple of float
        Central 95 % of the draws.
    share_stable : float
        Share of draws with every eigenvalue inside the unit circle.
    draws : int
    """

    median: float
    interval: tuple[float, float]
    share_stable: float
    draws: int


def standard_errors(ledger: Ledger) -> Floats:
    """Coefficient over t statistic, cell by cell; row = equation, column = lagged variable."""
    matrix, _ = printed_system(ledger)
    t = [[ledger[cell_id(e, r, "t")].value for r in ORDER] for e in ORDER]
    errors: Floats = np.abs(matrix / np.array(t))
    return errors


def sampled_matrices(matrix: Floats, errors: Floats, draws: int, seed: int) -> Floats:
    """Matrices with independent normal errors around the printed one, shape (draws, K, K)."""
    rng = np.random.default_rng(seed)
    return matrix + errors * rng.standard_normal((draws, *matrix.shape))


def sampled_stability(
    ledger: Ledger, *, draws: int = 4000, seed: int = 20250815
) -> SampledStability:
    """Spectral radius of table 4 under the sampling error that its t statistics imply.

    Parameters
    ----------
    ledger : Ledger
    draws, seed : int
        Size and seed of the Monte Carlo study.
    """
    matrix, _ = printed_system(ledger)
    stack = sampled_matrices(matrix, standard_errors(ledger), draws, seed)
    radii = eigenvalue_moduli(stack)[:, 0]
    low, median, high = (float(q) for q in np.quantile(radii, (0.025, 0.5, 0.975)))
    return SampledStability(median, (low, high), float((radii < 1.0).mean()), draws)


def eigenvalue_clouds(
    ledger: Ledger, *, draws: int = 40, seed: int = 20250815
) -> tuple[Complexes, Complexes, Complexes]:
    """Eigenvalues as printed, under rounding and under sampling error, for a drawing.

    Returns
    -------
    tuple of ndarray
        Shapes (K,), (draws * K,) and (draws * K,).
    """
    matrix, widths = printed_system(ledger)
    rng = np.random.default_rng(seed)
    rounded = matrix + widths * rng.uniform(-1.0, 1.0, size=(draws, *matrix.shape))
    sampled = sampled_matrices(matrix, standard_errors(ledger), draws, seed)
    parts = (matrix, rounded, sampled)
    printed, box, spread = (np.linalg.eigvals(part).astype(complex).ravel() for part in parts)
    return printed, box, spread
