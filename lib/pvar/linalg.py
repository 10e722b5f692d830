"""Linear algebra that refuses to guess: what cannot be inverted is an error with a number.

Symmetric matrices are scaled to a unit diagonal first, so that neither results nor refusals
depend on the units of the data. (On where their zero is, they may: see `Specification`.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pvar.errors import SingularMatrixError
from pvar.messages import message

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

EPSILON = float(np.finfo(np.float64).eps)
ONE_THREAD = 250_000
UNDETERMINED = 1e-6


def singular_value_floor(size: int) -> float:
    """Smallest relative eigenvalue that still counts as nonzero for a matrix of this size."""
    return 10.0 * size * EPSILON


def unit_diagonal(matrix: Array) -> tuple[Array, Array]:
    """Symmetric matrices (..., n, n) scaled to a unit diagonal (if not 0), and the factors."""
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return matrix * scale[..., :, None] * scale[..., None, :], scale


def spectrum(matrix: Array) -> tuple[Array, Array, Array]:
    """Eigenvalues, ascending, and vectors of matrices scaled to a unit diagonal; the factors."""
    scaled, scale = unit_diagonal(matrix)
    values, vectors = np.linalg.eigh(scaled)
    return values, vectors, scale


def cross_product(left: Array, right: Array) -> Array:
    """left'right of matrices (rows, a) and (rows, b), summed in pieces.

    Each piece is small enough that BLAS leaves it to one thread. Chunks of units are summed side
    by side already; a product that wakes further threads waits until the machine has them free,
    which was measured to take a hundred times the product itself on a busy one.
    """
    rows, (a, b) = len(left), (left.shape[1], right.shape[1])
    size = max(ONE_THREAD // max(a * b, 1), 1)
    if rows <= size or size < 32:
        return left.T @ right
    whole = rows - rows % size
    pieces = left[:whole].reshape(-1, size, a).transpose(0, 2, 1)
    total = (pieces @ right[:whole].reshape(-1, size, b)).sum(axis=0)
    return np.asarray(total + left[whole:].T @ right[whole:])


def inverse_factor(matrix: Array, name: str, cure: str) -> Array:
    """C with C'C the inverse of a positive definite matrix; name and cure are for the error."""
    scaled, scale = unit_diagonal(matrix)
    eigenvalues = np.linalg.eigvalsh(scaled)
    floor = singular_value_floor(len(matrix)) * max(float(eigenvalues[-1]), 0.0)
    if not eigenvalues[0] > floor:
        raise SingularMatrixError(
            message(
                "{name} cannot be inverted: of order {order} it has rank {rank}, smallest over "
                "largest eigenvalue {ratio:.1e}. {cure}",
                name=name,
                order=len(matrix),
                rank=int((eigenvalues > floor).sum()),
                ratio=eigenvalues[0] / eigenvalues[-1],
                cure=cure,
            )
        )
    lower = np.linalg.cholesky(scaled)
    return np.linalg.solve(lower, np.eye(len(matrix))) * scale


def projection_of(design: Array, name: str, cure: str) -> Array:
    """(D'D)^-1 D', shape (k, q), of a matrix D (q, k) with full column rank."""
    norms = np.sqrt((design**2).sum(axis=0))
    norms[norms == 0.0] = 1.0
    left, values, right = np.linalg.svd(design / norms, full_matrices=False)
    if not values[-1] > singular_value_floor(max(design.shape)) * values[0]:
        raise SingularMatrixError(
            message(
                "{name} has not full rank: smallest over largest singular value {ratio:.1e}. "
                "{cure}",
                name=name,
                ratio=values[-1] / max(float(values[0]), EPSILON),
                cure=cure,
            )
        )
    return np.asarray((right.T / values) @ left.T / norms[:, None])


def symmetric_inverse(matrices: Array, wanted: int) -> Array:
    """Inverses of cross products (..., n, n) of which the first unknowns are wanted.

    Unknowns that the rest do not need, such as the dummy of an absent period, are left out: the
    inverse is that of the determined combinations. NaN where a wanted one is not determined.
    """
    values, vectors, scale = spectrum(matrices)
    null = values <= singular_value_floor(matrices.shape[-1]) * values[..., -1:]
    lost = (np.abs(vectors[..., :wanted, :]) > UNDETERMINED).any(axis=-2) & null
    weights = np.where(null, 0.0, 1.0 / np.where(null, 1.0, values))
    inverse = (vectors * weights[..., None, :]) @ vectors.swapaxes(-1, -2)
    inverse[lost.any(axis=-1)] = np.nan
    return np.asarray(inverse * scale[..., :, None] * scale[..., None, :])
