"""Charts drawn in processes of their own while the pages are made, for pages and for print.

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

from press.figures import script_json, static_svg
from press.fitted import fitted
from press.fonts import light_fonts
from press.kept import Kept, remembered

#: A specification, as `press.figures.script_json` writes it, and its width in pixels.
Job = tuple[str, int]

# A figure as `synergy.page` writes it: its specification is the last line of its block.
_SPEC = re.compile(r"^```\{chart\} (?:[^\n]*\n)+?\n(\{.*\})\n```$", re.M)


class ChartError(RuntimeError):
    """A chart cannot be drawn."""

    exit_code = 1


@contextmanager
def drawing(jobs: Iterable[Job], cache: Path) -> Iterator[Callable[[], object]]:
    """Draw, meanwhile, what is not kept yet; yield a function that waits for it.

    A chart that cannot be drawn is left to whoever needs it.
    """
    kept = kept_drawings(cache)
    missing = [(spec, width) for spec, width in jobs if not kept.has(spec, width=width)]
    if not missing:
        yield list
        return
    from press.kernel import context, end_with_parent

    light_fonts(cache)  # made before many want it
    workers = min(os.cpu_count() or 1, len(missing))
    with ProcessPoolExecutor(workers, context(), end_with_parent) as pool:
        running = [pool.submit(draw, spec, width, cache) for spec, width in missing]
        try:
            yield partial(wait, running)
            wait(running)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def for_print(notebooks: Iterable[str]) -> Iterator[Job]:
    """Yield what must be drawn for print."""
    return (on_paper(spec) for notebook in notebooks for spec in specifications(notebook))


def on_paper(spec: dict[str, Any]) -> Job:
    """What must be drawn of a chart for print."""
    chart, width = fitted(spec)
    return script_json(chart), width


def specifications(notebook: str) -> Iterator[dict[str, Any]]:
    """Yield the specification of each chart that an executed notebook shows."""
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", ()):
            text = "".join(output.get("data", {}).get("text/markdown", ""))
            yield from map(json.loads, _SPEC.findall(text))


def draw(spec: str, width: int, cache: Path) -> None:
    """Draw one chart into the cache."""
    drawer(cache)(spec, width)


def drawer(cache: Path) -> Callable[[str, int], str]:
    """Return how to draw a chart, in a width: what was drawn is kept.

    It raises `ChartError` with the message of Vega.
    """
    kept, fonts = kept_drawings(cache), partial(light_fonts, cache)

    def drawn(spec: str, width: int) -> str:
        try:
            return kept(spec, width=width, fonts=fonts)
        except ValueError as error:
            raise ChartError(f"有一张图画不成静态图：{error}") from error

    return drawn


def kept_drawings(cache: Path) -> Kept[..., str]:
    """Return `static_svg` with its results kept."""
    return remembered(static_svg, cache, ignore=["fonts"])
