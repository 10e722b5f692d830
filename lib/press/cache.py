"""Results kept between builds, by joblib: keyed by the function's code and its arguments."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import joblib

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R], folder: Path) -> Callable[P, R]:
    """Return `function` with its results kept in `folder`."""
    # Chapters and charts are large arguments on purpose; the second it may take is well spent.
    warnings.filterwarnings("ignore", message="Persisting input arguments")
    kept: Callable[P, R] = joblib.Memory(folder, verbose=0).cache(function)
    return kept
