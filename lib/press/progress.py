"""A progress bar for each step of a build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that draws one bar per named step on standard error."""
    bars: dict[str, tqdm[NoReturn]] = {}

    def report(step: str, done: int, total: int) -> None:
        if step not in bars:
            bars[step] = tqdm(
                total=total, desc=step, bar_format="{desc} {bar:24} {n}/{total} {elapsed}"
            )
        bar = bars[step]
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    try:
        yield report
    finally:
        for bar in bars.values():
            bar.close()
