"""Arguments checked at the edge of a model: finite, and inside the range that has a meaning."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values: TypeAlias = NDArray[np.float64]


def proper_share(name: str, value: ArrayLike) -> Values:
    """Numbers strictly between 0 and 1, as an array."""
    return above(name, below(name, value))


def positive_share(name: str, value: ArrayLike) -> Values:
    """Numbers in (0, 1], as an array."""
    return above(name, share(name, value))


def real(name: str, value: ArrayLike) -> Values:
    """Finite numbers, as an array."""
    return _within(name, value, -np.inf, np.inf)


def share(name: str, value: ArrayLike) -> Values:
    """Numbers in [0, 1], as an array."""
    return _within(name, value, 0.0, 1.0)


def nonnegative(name: str, value: ArrayLike) -> Values:
    """Numbers of at least zero, as an array."""
    return _within(name, value, 0.0, np.inf)


def above(name: str, value: ArrayLike, bound: float = 0.0) -> Values:
    """Numbers strictly greater than `bound`, as an array."""
    values = real(name, value)
    if np.any(values <= bound):
        raise ValueError(f"{name} must be greater than {bound:g}; got {float(np.min(values)):g}")
    return values


def below(name: str, value: ArrayLike, bound: float = 1.0) -> Values:
    """Numbers in [0, bound), as an array."""
    values = nonnegative(name, value)
    if np.any(values >= bound):
        raise ValueError(f"{name} must be less than {bound:g}; got {float(np.max(values)):g}")
    return values


def _within(name: str, value: ArrayLike, low: float, high: float) -> Values:
    values = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{name} must be finite; got {values[~np.isfinite(values)].flat[0]}")
    outside = values[(values < low) | (values > high)]
    if outside.size:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}]; got {float(outside.flat[0]):g}")
    return values
