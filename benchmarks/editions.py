"""Time many editions: `python benchmarks/editions.py 1 5 35 [340]`.

Each size starts from nothing, in a copy of this checkout: one book and its regional editions up to
35, then books with other weights and theirs. Printed: wall time, seconds and disk per edition, and
the most memory that all processes held together (private pages and their share of the common ones).
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import psutil
from bookmaking import Side, checkout

from synergy.dictionary import NATION, all_places

CODES = [place.code for place in all_places() if place.name != NATION]
REGIONS = len(CODES)


def words(size: int) -> list[str]:
    """Return the options for a number of editions, the nation's among them."""
    books = max(1, round(size / (1 + REGIONS)))
    places = size // books - 1
    alphas = [f"{0.05 + 0.9 * k / books:.3f}" for k in range(books)] if books > 1 else []
    grid = ["--alphas", ",".join(alphas)] if alphas else []
    return ["--regions", ",".join(CODES[:places]) or "none", *grid]


def held(process: psutil.Process) -> float:
    """Return what a process and all below it hold, in MB."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss / 2**20
        except (psutil.Error, AttributeError):
            continue
    return total


def run(side: Side, options: list[str]) -> tuple[float, float]:
    """Return wall time and the most memory of one command."""
    command = [sys.executable, "-m", "press.cli", "editions", *options]
    start, most = time.perf_counter(), 0.0
    process = psutil.Popen(command, cwd=side.top, env=side.environment, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, held(process))
        time.sleep(1)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, most


def disk(folder: Path) -> float:
    """Return the size of what lies in a folder besides its cache, in MB."""
    files = (path for path in folder.rglob("*") if ".cache" not in path.parts and path.is_file())
    return sum(path.stat().st_size for path in files) / 2**20


def main() -> None:
    """Print a line for each size, and how time grows with their number."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()]
    further = [word for word in sys.argv[1:] if not word.isdigit()]
    print("editions   wall s  s/edition  MB memory  MB disk/edition", flush=True)
    found = []
    with tempfile.TemporaryDirectory() as name:
        side = checkout(Path(name) / "book")
        for size in sizes:
            side.clear()
            seconds, memory = run(side, [*words(size), *further])
            found.append((size, seconds))
            each = disk(side.top / "_build") / size
            print(
                f"{size:>8} {seconds:>8.1f} {seconds / size:>10.2f} {memory:>10.0f} {each:>16.1f}",
                flush=True,
            )
    for (few, short), (many, long) in pairwise(found):
        print(f"{few} -> {many}: exponent {math.log(long / short) / math.log(many / few):.2f}")


if __name__ == "__main__":
    main()
