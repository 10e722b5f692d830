"""Time the bookmaker against what a user would pick instead: `python benchmarks/bookmaking.py`.

The other side is plain `jupyter-book build` with its cache, on the same executed chapters. Every
figure of a table comes from one run and each pair is timed one after the other: read the ratios,
since seconds depend on the machine. All work is done on copies in a temporary folder.

    python benchmarks/bookmaking.py              the table for the book as it is
    python benchmarks/bookmaking.py 25 60 120    also how ours grows with copies of its chapters
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import yaml

from press.stage import documents, stage_chapter
from synergy.source import source_folder

PARTS = ("_config.yml", "_toc.yml", "book", "chapters", "data", "lib", "requirements.lock")
EDITED = "chapters/paper/coupling"  # where a sentence is added
FUNCTION = "lib/synergy/robustness.py"  # where a function changes
# Labels of a chapter that its copies may not share: sections, equations, figures.
_LABELS = (r"(?m)^(\()([\w-]+)(?=\)=$)", r"(\$\$ \()([\w-]+)", r"(\bfigure\(\"fig-)([\w-]+)")
SHORT = 3  # runs of what takes seconds; the median counts


@dataclass(frozen=True)
class Side:
    """A folder with a book and the command that builds it."""

    top: Path
    words: tuple[str, ...]
    lib: Path
    suffix: str = ".md"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which it runs."""
        return {**os.environ, "PYTHONPATH": str(self.lib)}

    def build(self, *options: str) -> float:
        """Return the wall time of a build that must succeed."""
        start = time.perf_counter()
        done = subprocess.run(
            [*self.words, *options],
            cwd=self.top,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{' '.join(done.args)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return seconds

    def clear(self) -> None:
        """Forget all builds."""
        shutil.rmtree(self.top / "_build", ignore_errors=True)

    def write_sentence(self, text: str) -> None:
        """Let a chapter begin with a sentence, in place of the last one."""
        path = self.top / f"{EDITED}.md"
        body = re.sub(r"\n\n第 .*? 句新话.*\n", "\n", path.read_text(encoding="utf-8"))
        path.write_text(
            re.sub(r"(?m)^(# .*)$", rf"\1\n\n{text}\n", body, count=1), encoding="utf-8"
        )


def checkout(top: Path) -> Side:
    """Copy this checkout; its book is built by its own library."""
    for part in PARTS:
        origin = source_folder() / part
        if origin.is_dir():
            shutil.copytree(origin, top / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            top.mkdir(exist_ok=True)
            shutil.copyfile(origin, top / part)
    return Side(top, (sys.executable, "-m", "press.cli", "build"), top / "lib")


def plain(top: Path, ours: Side) -> Side:
    """Write the same book for `jupyter-book build`: it executes what we would execute."""
    shutil.copytree(ours.top / "book", top / "book")
    shutil.move(top / "book" / "look", top / "look")
    shutil.copyfile(ours.top / "_toc.yml", top / "_toc.yml")
    config = yaml.safe_load((ours.top / "_config.yml").read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "cache", "timeout": 600}
    (top / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    (top / "vendor").mkdir()
    side = Side(top, ("jupyter-book", "build", "--quiet", "."), ours.lib)
    restage(ours, side)
    return side


def restage(ours: Side, theirs: Side) -> None:
    """Bring the chapters up to date; one that did not change keeps its time stamp."""
    for name in documents(ours.top / "_toc.yml"):
        if name.startswith("chapters/"):
            text = stage_chapter(ours.top, name, own_data=False).source
            path = theirs.top / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")


def median(run: Callable[[], float]) -> float:
    """Return the median of several runs of something short."""
    return statistics.median(run() for _ in range(SHORT))


def row(name: str, ours: float, theirs: float | None = None, target: str = "") -> None:
    """Print one comparison."""
    other = f"{theirs:>9.2f} {ours / theirs:>7.3f}" if theirs else f"{'–':>9} {'–':>7}"
    print(f"{name:<36} {ours:>9.2f} {other}  {target}", flush=True)


def compare(folder: Path) -> None:
    """Print the table of the book as it is."""
    ours = checkout(folder / "ours")
    theirs = plain(folder / "theirs", ours)
    numbers = count()

    def sentence(side: Side, *options: str) -> float:
        if side is ours:
            ours.write_sentence(f"第 {next(numbers)} 句新话，谈谈榫卯。")
        else:
            restage(ours, theirs)
        return side.build(*options)

    print(f"{'seconds':<36} {'press':>9} {'j-book':>9} {'ratio':>7}  target", flush=True)
    cold = theirs.build()
    ours.build("--no-pdf")  # byte code of the copy, as theirs has by now
    ours.clear()
    row("cold, HTML", ours.build("--no-pdf"), cold, "ratio <= .25")
    ours.clear()
    row("cold, HTML + PDF", ours.build(), cold, "ratio <= .45")
    row("nothing changed", median(ours.build), median(theirs.build), "<= .2 s")
    pairs = [(sentence(ours, "--no-pdf"), sentence(theirs)) for _ in range(SHORT)]
    row("a sentence, HTML", *map(statistics.median, zip(*pairs, strict=True)), "<= 2.5 s")  # type: ignore[arg-type]
    ours.build()
    row("a sentence, HTML + PDF", median(lambda: sentence(ours)), None, "<= 7 s")
    change_function(ours)
    row("a function, HTML", ours.build("--no-pdf"), cold)
    row("a region's first edition, HTML", ours.build("--no-pdf", "--region", "44"), cold)


def change_function(side: Side) -> None:
    """Add a statement to the first function of a module: what uses the module is stale."""
    path = side.top / FUNCTION
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r'(?m)^    """$', '    """\n    bool()', text, count=1), encoding="utf-8"
    )


def grow(folder: Path, pages: int) -> None:
    """Print what a book of more pages costs: copies of chapters, executed and set like any."""
    side = checkout(folder / f"pages{pages}")
    toc = yaml.safe_load((side.top / "_toc.yml").read_text(encoding="utf-8"))
    named = documents(side.top / "_toc.yml")
    names = [n for n in named if n.startswith("chapters/") and (side.top / f"{n}.md").is_file()]
    missing = pages - len(named)
    copies = []
    for number in range(missing):
        origin, turn = names[number % len(names)], number // len(names) + 1
        text = (side.top / f"{origin}.md").read_text(encoding="utf-8")
        text = re.sub(r"(:tags: \[parameters\]\n)", rf"\1# copy {turn}\n", text)
        for label in _LABELS:
            text = re.sub(label, rf"\g<1>\g<2>-{turn}", text)
        (side.top / f"{origin}_{turn}.md").write_text(text, encoding="utf-8")
        copies.append({"file": f"{origin}_{turn}"})
    if copies:
        toc["parts"].insert(-1, {"caption": "副本", "chapters": copies})
    (side.top / "_toc.yml").write_text(yaml.safe_dump(toc, allow_unicode=True), encoding="utf-8")
    html, paper = side.build("--no-pdf"), side.build()
    again = side.build()
    side.write_sentence("第 0 句新话，谈谈榫卯。")
    changed = side.build("--no-pdf")
    print(f"{pages:>5} {html:>10.1f} {paper:>14.1f} {again:>9.2f} {changed:>9.1f}", flush=True)


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name))
        sizes = [int(word) for word in sys.argv[1:]]
        if sizes:
            print(f"\n{'pages':>5} {'cold HTML':>10} {'then with PDF':>14} {'again':>9} sentence")
        for pages in sizes:
            grow(Path(name), pages)


if __name__ == "__main__":
    main()
