"""Results kept between builds, by the code and the arguments of the function that gave them."""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from traceback import walk_tb
from typing import Generic, ParamSpec, TypeVar

from press.digest import digest
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


def keep_to_versions(cache: Path, versions: Sequence[str]) -> None:
    """Forget the results that other versions of Python or of its packages gave.

    Parameters
    ----------
    cache : Path
        As from `cache_folder`.
    versions : sequence of str
        Those that work now.
    """
    note, now = cache / "versions", digest([*versions])
    if not note.is_file() or note.read_text(encoding="utf-8") != now:
        shutil.rmtree(cache / "joblib", ignore_errors=True)
        cache.mkdir(parents=True, exist_ok=True)
        note.write_text(now, encoding="utf-8")


class Kept(Generic[P, R]):
    """A function with its results kept in a folder; what is damaged there is computed again.

    Parameters
    ----------
    function : callable
        Pure but for the arguments that are ignored.
    folder : Path
        The cache.
    ignore : sequence of str
        Names of arguments that decide nothing.
    """

    def __init__(self, function: Callable[P, R], folder: Path, ignore: Sequence[str]) -> None:
        import joblib

        # joblib tells of a damaged or unwritable cache with a traceback; neither changes a result.
        logging.getLogger("joblib").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", message="Persisting input|Unable to cache to disk")
        self._function = function
        # Text, not a path: joblib then keeps to a folder of its own, `joblib`.
        self._kept = joblib.Memory(str(folder), verbose=0).cache(function, ignore=[*ignore])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the kept result, or compute and keep it."""
        try:
            return self._kept(*args, **kwargs)  # type: ignore[no-any-return]
        except Exception as error:
            if self._raised(error):
                raise
        self._kept.clear(warn=False)
        return self._function(*args, **kwargs)

    def has(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether the result is kept."""
        try:
            return bool(self._kept.check_call_in_cache(*args, **kwargs))
        except (OSError, ValueError):
            return False

    def _raised(self, error: Exception) -> bool:
        """Whether the function itself raised, not what keeps its results."""
        code = getattr(self._function, "__code__", None)
        return any(frame.f_code is code for frame, _ in walk_tb(error.__traceback__))


def remembered(function: Callable[P, R], folder: Path, ignore: Sequence[str] = ()) -> Kept[P, R]:
    """Return `function` with its results kept in `folder` (see `Kept`)."""
    return Kept(function, folder, ignore)
