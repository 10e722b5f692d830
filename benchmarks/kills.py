"""Kill builds at random moments and count what is left: `python benchmarks/kills.py [100]`.

A book of a few real chapters gets a new sentence before each build; every tenth build executes
its chapters again. Each build is killed (SIGKILL, every third time SIGTERM) at a random moment.
Five seconds later no process of it may live; then, after what `press serve` does first, pages and
PDF must be of one build; and a build that is let finish must leave no working folder, and nothing
in the temporary folder and the home folder.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from bookmaking import checkout
from pypdf import PdfReader

from press.output import recover

CHAPTERS = ("chapters/paper/data", "chapters/paper/coupling", "chapters/paper/indices")
SENTENCE = "第 {} 句新话。"
MARK = "PRESS_TRIAL"


def write_book(top: Path) -> None:
    """Cut the book down to a few chapters."""
    toc = {"format": "jb-book", "root": "book/index"}
    toc |= {"chapters": [{"file": name} for name in (*CHAPTERS, "book/references")]}
    (top / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


def numbers(out: Path) -> set[str]:
    """Return the rounds that pages and PDF are of; `-` for a part that is not there."""
    page, paper = out / "html" / f"{CHAPTERS[1]}.html", out / "book.pdf"
    found = {_number(page.read_text(encoding="utf-8")) if page.is_file() else "-"}
    if not paper.is_file():
        return found | {"-"}
    texts = (part.extract_text() for part in PdfReader(paper).pages)
    return found | {_number("".join("".join(texts).split()))}


def _number(text: str) -> str:
    match = re.search(r"第\s*(\d+)\s*句新话", text)
    return match[1] if match else "?"


def alive(mark: str) -> list[int]:
    """Return the processes that a marked build has started and that still run."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            running = (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if running and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def start(top: Path, home: Path, mark: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a build with a home and a temporary folder of its own."""
    places = {"HOME": str(home / "home"), "TMPDIR": str(home / "tmp"), MARK: mark}
    for name in ("home", "tmp"):
        (home / name).mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **places, "PYTHONPATH": str(top / "lib")}
    words = [sys.executable, "-m", "press.cli", "build"]
    with log.open("ab") as stream:
        return subprocess.Popen(words, cwd=top, env=environment, stdout=stream, stderr=stream)


def left(top: Path, home: Path) -> list[Path]:
    """Return working folders, and whatever lies in the home and the temporary folder."""
    folders = [path for path in (top / "_build").glob(".press-*") if path.is_dir()]
    return folders + [path for path in home.rglob("*") if path.is_file()]


def main() -> None:
    """Print a line of counts."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance = random.Random(12)
    with tempfile.TemporaryDirectory() as name:
        top, home, log = Path(name) / "book", Path(name) / "own", Path(name) / "log"
        book = checkout(top)
        write_book(top)
        book.write_sentence(SENTENCE.format(0))
        begin = time.perf_counter()
        assert start(top, home, "first", log).wait() == 0, log.read_text(encoding="utf-8")
        longest = time.perf_counter() - begin
        survivors = broken = leftovers = finished = 0
        slowest = 0.0
        for number in range(1, rounds + 1):
            book.write_sentence(SENTENCE.format(number))
            cold = number % 10 == 0
            if cold:
                shutil.rmtree(top / "_build" / ".cache", ignore_errors=True)
            process = start(top, home, str(number), log)
            time.sleep(chance.uniform(0, longest if cold else longest / 2))
            finished += process.poll() is not None
            process.send_signal(signal.SIGTERM if number % 3 == 0 else signal.SIGKILL)
            killed = time.perf_counter()
            process.wait()
            while alive(str(number)) and time.perf_counter() < killed + 5:
                time.sleep(0.02)
            slowest = max(slowest, time.perf_counter() - killed)
            survivors += len(alive(str(number)))
            recover(top / "_build")
            broken += len(numbers(top / "_build")) > 1
            if number % 10 == 5:
                assert start(top, home, "whole", log).wait() == 0, log.read_text(encoding="utf-8")
                leftovers += len(left(top, home))
                broken += numbers(top / "_build") != {str(number)}
        tracebacks = log.read_text(encoding="utf-8").count("Traceback")
    print(
        f"{rounds} kills ({finished} builds had ended): processes alive after 5 s {survivors}"
        f" (last one gone after {slowest:.2f} s), tracebacks {tracebacks}, broken books {broken},"
        f" leftovers {leftovers}"
    )


if __name__ == "__main__":
    main()
