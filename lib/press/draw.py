"""Charts for print, drawn in processes of their own while the pages are made.

One process draws one chart at a time, however many threads ask it to.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from press.figures import static_svg
from press.fonts import light_fonts
from press.kept import Kept, remembered
from press.kernel import context, end_with_parent

# A figure as `synergy.page` writes it: its specification is the last line of its block.
_SPEC = re.compile(r"^```\{chart\} (?:[^\n]*\n)+?\n(\{.*\})\n```$", re.M)


@contextmanager
def drawing(notebooks: Iterable[str], cache: Path) -> Iterator[None]:
    """Draw the charts of executed notebooks that are not kept yet, meanwhile.

    One that cannot be drawn is left to whoever needs it.
    """
    kept = kept_drawings(cache)
    specs = {spec for notebook in notebooks for spec in specifications(notebook)}
    missing = [spec for spec in sorted(specs) if not kept.has(json.loads(spec))]
    if not missing:
        yield
        return
    light_fonts(cache)  # made before many want it
    workers = min(os.cpu_count() or 1, len(missing))
    with ProcessPoolExecutor(workers, context(), end_with_parent) as pool:
        jobs = [pool.submit(draw, spec, cache) for spec in missing]
        try:
            yield
            wait(jobs)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def specifications(notebook: str) -> Iterator[str]:
    """Yield the specification of each chart that an executed notebook shows."""
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", ()):
            yield from _SPEC.findall("".join(output.get("data", {}).get("text/markdown", "")))


def draw(spec: str, cache: Path) -> None:
    """Draw one chart into the cache."""
    drawer(cache)(json.loads(spec))


def drawer(cache: Path) -> Callable[[dict[str, Any]], str]:
    """Return how to draw a chart for print: what was drawn is kept."""
    return partial(kept_drawings(cache), fonts=light_fonts(cache))


def kept_drawings(cache: Path) -> Kept[..., str]:
    """Return `static_svg` with its results kept."""
    return remembered(static_svg, cache, ignore=["fonts"])
