"""Results kept between builds, by the code and the arguments of the function that gave them."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from synergy.source import is_checkout

P = ParamSpec("P")
R = TypeVar("R")


def cache_folder(root: Path, out: Path) -> Path:
    """Return where results of a book are kept: in its checkout where one may write, else in `out`.

    Parameters
    ----------
    root : Path
        The book's top folder.
    out : Path
        The output folder.
    """
    home = root / "_build" if is_checkout(root) else out
    there = next(path for path in (home, *home.parents) if path.exists())
    return (home if os.access(there, os.W_OK) else out) / ".cache"


def remembered(
    function: Callable[P, R], folder: Path, ignore: Sequence[str] = ()
) -> Callable[P, R]:
    """Return `function` with its results kept in `folder`; a damaged one is computed again.

    Parameters
    ----------
    function : callable
        Pure but for the arguments that are ignored.
    folder : Path
        The cache.
    ignore : sequence of str
        Names of arguments that decide nothing.
    """
    import joblib

    # joblib tells of a damaged or unwritable cache with a traceback; neither changes a result.
    logging.getLogger("joblib").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="Persisting input arguments|Unable to cache to disk")
    kept: Callable[P, R] = joblib.Memory(folder, verbose=0).cache(function, ignore=[*ignore])
    return kept
