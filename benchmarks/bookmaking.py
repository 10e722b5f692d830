"""Time the bookmaker against what a user would pick instead: `python benchmarks/bookmaking.py`.

Each row is a ratio within this run; absolute seconds depend on the machine.

- start-up: `press --help` against `jupyter-book --help`;
- execution: the chapters on forked kernels against papermill's own engine, one by one;
- rebuild: the whole command again with nothing changed, against the first build;
- page weight: one chart in our pages against Altair's inline HTML.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import papermill

from press.build import ROOT
from press.stage import documents, stage_chapter

BIN = Path(sys.executable).parent


def seconds(run: Callable[[], object]) -> float:
    """Return the wall time of a call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def command(*args: str | Path) -> float:
    """Return the wall time of a whole command that must succeed."""
    words = [str(arg) for arg in args]
    return seconds(lambda: subprocess.run(words, check=True, capture_output=True, cwd=ROOT))


def row(name: str, ours: float, theirs: float, unit: str) -> None:
    """Print one comparison."""
    print(f"{name:<44} {ours:>10.2f} {theirs:>10.2f} {unit:<3} {theirs / ours:>7.1f}x")


def papermill_alone(folder: Path) -> None:
    """Execute every chapter as `papermill chapter.ipynb` does."""
    for name in documents(ROOT / "_toc.yml"):
        if name.startswith("chapters/"):
            source = folder / "chapter.ipynb"
            chapter = stage_chapter(ROOT, name, own_data=False)
            source.write_text(chapter.source, encoding="utf-8")
            with contextlib.redirect_stderr(io.StringIO()):
                papermill.execute_notebook(source, folder / "out.ipynb", progress_bar=False)


def inline_bytes() -> tuple[int, int]:
    """Return the size of one chart in our page and in Altair's self-contained HTML."""
    import altair as alt
    import pandas as pd

    from press.figures import figure_html

    data = pd.DataFrame({"x": range(13), "y": range(13)})
    chart = alt.Chart(data).mark_line().encode(x="x", y="y").properties(description="a line")
    ours = figure_html(chart.to_dict())["text/html"]
    return len(ours.encode()), len(chart.to_html(inline=True).encode())


def main() -> None:
    """Print the table."""
    print(f"{'':<44} {'ours':>10} {'other':>10}")
    help_ours = min(command(BIN / "press", "--help") for _ in range(3))
    help_theirs = min(command(BIN / "jupyter-book", "--help") for _ in range(3))
    row("start-up: press --help / jupyter-book --help", help_ours, help_theirs, "s")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.rmtree(ROOT / "_build" / ".cache", ignore_errors=True)
        cold = command(BIN / "press", "build", "--out", folder / "book", "--no-pdf")
        warm = command(BIN / "press", "build", "--out", folder / "book", "--no-pdf")
        row("HTML again, nothing changed / first time", warm, cold, "s")
        # Everything but the chapters costs the same in both, so the difference is execution.
        alone = seconds(lambda: papermill_alone(folder))
        row("chapters: forked kernels / papermill alone", max(cold - warm, 0.01), alone, "s")
    ours, theirs = inline_bytes()
    row("one chart in the page / Altair inline", ours / 1024, theirs / 1024, "KB")


if __name__ == "__main__":
    main()
