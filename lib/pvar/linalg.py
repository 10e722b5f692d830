"""Linear algebra that refuses to guess: what cannot be inverted is an error with a number.

Symmetric matrices are scaled to a unit diagonal first, so that neither results nor
refusals depend on the units of the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pvar.errors import SingularMatrixError

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

EPSILON = float(np.finfo(np.float64).eps)


def singular_value_floor(size: int) -> float:
    """Smallest relative eigenvalue that still counts as nonzero for a matrix of this size."""
    return 10.0 * size * EPSILON


def unit_diagonal(matrix: Array) -> tuple[Array, Array]:
    """Symmetric matrices (..., n, n) scaled to a unit diagonal (if not 0), and the factors."""
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return matrix * scale[..., :, None] * scale[..., None, :], scale


def inverse_factor(matrix: Array, name: str, cure: str) -> Array:
    """C with C'C the inverse of a positive definite matrix; name and cure are for the error."""
    scaled, scale = unit_diagonal(matrix)
    eigenvalues = np.linalg.eigvalsh(scaled)
    floor = singular_value_floor(len(matrix)) * max(float(eigenvalues[-1]), 0.0)
    if not eigenvalues[0] > floor:
        rank = int((eigenvalues > floor).sum())
        raise SingularMatrixError(
            f"{name}不可逆：{len(matrix)} 阶矩阵的秩只有 {rank}，"
            f"最小特征值与最大特征值之比为 {eigenvalues[0] / eigenvalues[-1]:.1e}。{cure}"
        )
    lower = np.linalg.cholesky(scaled)
    return np.linalg.solve(lower, np.eye(len(matrix))) * scale


def projection_of(design: Array, name: str, cure: str) -> Array:
    """(D'D)^-1 D', shape (k, q), of a matrix D (q, k) with full column rank, by QR."""
    norms = np.sqrt((design**2).sum(axis=0))
    scaled = design / np.where(norms > 0, norms, 1.0)
    values = np.linalg.svd(scaled, compute_uv=False)
    if not values[-1] > singular_value_floor(max(design.shape)) * values[0]:
        ratio = values[-1] / max(float(values[0]), EPSILON)
        raise SingularMatrixError(f"{name}不满秩：最小与最大奇异值之比为 {ratio:.1e}。{cure}")
    orthogonal, upper = np.linalg.qr(scaled)
    return np.asarray(np.linalg.solve(upper, orthogonal.T) / norms[:, None])
